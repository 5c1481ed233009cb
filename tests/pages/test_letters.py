"""Letters as files: the migrant's own, the counsellor's view of them, and nobody else's."""

import io
import re

import pypdfium2
import pytest

from portal.domain import journal
from portal.domain.applying import application
from portal.domain.cases import CaseState
from portal.domain.course import letters
from portal.domain.permissions import Act
from portal.web.letters import _side
from tests.reading import read

HERE = "/en/my/letters"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.IN_REVIEW)


@pytest.fixture
def receipt(session, case, cast):
    found = letters.of_case(session, case, viewer=cast.amina)[0]
    session.commit()
    return found


def text_of(answer, page=0):
    return pypdfium2.PdfDocument(io.BytesIO(answer.data))[page].get_textpage().get_text_range()


# --- The migrant ----------------------------------------------------------------------------------


def test_my_letters_are_listed(cast, enter, receipt):
    page = enter(cast.amina).get(HERE)

    assert read(page).heading == "My letters"
    assert f'href="{HERE}/{receipt.id}"' in page.text
    assert "Receipt for an application" in page.text
    assert read(page).links["Letters"] == HERE


def test_a_letter_is_a_file_with_a_name_that_says_nothing(cast, enter, receipt):
    answer = enter(cast.amina).get(f"{HERE}/{receipt.id}")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    name = re.fullmatch(r'attachment; filename="(.+)"', answer.headers["Content-Disposition"])[1]
    assert re.fullmatch(r"letter-\d{4}-\d\d-\d\d\.pdf", name)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    words = text_of(answer)
    for expected in (
        "We received your application",
        "Amina Юсупова",
        receipt.facts.reference,
        "It is not a decision",
        "You can stop at any time before you leave Estonia.",
        "Hobujaama 4",
        letters.in_groups(receipt.code),
    ):
        assert expected in words


@pytest.mark.parametrize(("language", "pages"), [("en", 1), ("et", 2), ("ru", 2), ("xb", 2), ("ar", 2)])
def test_a_letter_has_a_page_for_each_language(cast, enter, session, case, language, pages):
    letter = letters.receipt(session, case, language=language)
    session.commit()

    answer = enter(cast.amina).get(f"/et/my/letters/{letter.id}")

    document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    assert len(document) == pages
    assert "We received your application" in text_of(answer, pages - 1)


def test_a_letter_in_arabic_says_everything_in_arabic(app, session, case):
    application.answers(session, case).application.language = "ar"
    letter = letters.receipt(session, case, language="en")
    session.commit()

    with app.test_request_context("/en/"):
        side = _side(letter, "ar")

    said = [side["day"], *sentences(side)]
    latin = [one for one in said if re.search(r"[A-Za-z]{3,}", one.replace("Stop my application", ""))]
    assert (side["lang"], side["dir"]) == ("ar", "rtl")
    assert latin == []
    assert [one for one in said if not re.search(r"[\u0600-\u06ff]", one)] == []


def sentences(side):
    """All that is said to the reader; what is theirs or an address is not said."""
    check = side["check"]
    yield from (side[name] for name in ("sender", "programme", "heading", "meaning"))
    yield from (name for name, _value in side["facts"])
    yield from (words for pair in side["sections"] for words in pair)
    yield from (one["name"] for one in side["offices"])
    yield from (check[name] for name in ("heading", "words", "address_name", "code_name"))
    yield check["picture_name"].replace("QR", "")


def test_a_letter_is_the_same_whoever_asks_in_whatever_language(cast, enter, receipt, case):
    amina, clara = enter(cast.amina), enter(cast.clara)

    first = amina.get(f"/en/my/letters/{receipt.id}").data
    others = [
        amina.get(f"/ru/my/letters/{receipt.id}").data,
        clara.get(f"/et/counsellor/cases/{case.reference}/letters/{receipt.id}").data,
    ]

    assert others == [first, first]


def test_a_letter_of_a_case_that_is_over_can_still_be_had(cast, enter, session):
    case = cast.case(CaseState.WITHDRAWN)
    receipt = letters.of_case(session, case, viewer=cast.amina)[0]
    cast.case(CaseState.DRAFT)

    assert enter(cast.amina).get(f"{HERE}/{receipt.id}").status_code == 200


def test_before_anything_is_sent_there_is_none(cast, enter):
    cast.case(CaseState.DRAFT)

    page = enter(cast.amina).get(HERE)

    assert "There are no letters yet." in page.text
    assert "Letters" not in read(page).links


def test_the_receipt_page_hands_it_out(cast, enter, session):
    cast.case_by(cast.answer_everything)
    session.commit()
    amina = enter(cast.amina)

    page = amina.post("/ru/my/application/send", follow_redirects=True)

    letter = letters.of_migrant(session, cast.amina)[0]
    assert letter.language == "ru"
    assert f'href="/ru/my/letters/{letter.id}"' in page.text


def test_sent_twice_there_is_one_letter(cast, enter, session):
    cast.case_by(cast.answer_everything)
    session.commit()
    amina = enter(cast.amina)

    for _ in range(2):
        amina.post("/en/my/application/send")

    assert len(letters.of_migrant(session, cast.amina)) == 1


def test_a_strangers_letter_does_not_exist(cast, enter, receipt):
    answer = enter(cast.giorgi).get(f"{HERE}/{receipt.id}")

    assert answer.status_code == 404
    assert "Amina" not in answer.text


@pytest.mark.parametrize("number", ["0", "99999999999", "9999999999999999999999", "x", "-1"])
def test_a_letter_that_is_not_there_is_not_found(cast, enter, receipt, number):
    assert enter(cast.amina).get(f"{HERE}/{number}").status_code == 404


@pytest.mark.parametrize("who", ["clara", "petros", "mart", "olga"])
def test_nobody_else_comes_in(cast, enter, receipt, who):
    browser = enter(getattr(cast, who))

    assert [browser.get(one).status_code for one in (HERE, f"{HERE}/{receipt.id}")] == [404, 404]


# --- The counsellor -------------------------------------------------------------------------------


def test_the_counsellor_finds_the_letters_beside_the_documents(cast, enter, case, receipt):
    address = f"/en/counsellor/cases/{case.reference}"

    page = enter(cast.clara).get(f"{address}/documents")

    assert "Letters to the applicant" in page.text
    assert f'href="{address}/letters/{receipt.id}"' in page.text


def test_that_the_counsellor_opened_one_is_written_down_once_and_told(cast, enter, session, case, receipt):
    clara = enter(cast.clara)

    answers = [
        clara.get(f"/en/counsellor/cases/{case.reference}/letters/{receipt.id}").status_code for _ in range(2)
    ]

    looks = [event for event in journal.of_case(session, case.id) if event.act is Act.LETTER_OPEN]
    assert answers == [200, 200]
    assert [(event.actor_id, event.about) for event in looks] == [(cast.clara.id, f"letters:{receipt.id}")]
    session.commit()
    assert "Letter opened" in enter(cast.amina).get("/en/my/history").text
    assert "Receipt for an application" in clara.get(f"/en/counsellor/cases/{case.reference}/history").text


def test_a_letter_is_found_in_its_own_case_only(cast, enter, case, receipt):
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)

    answer = enter(cast.clara).get(f"/en/counsellor/cases/{other.reference}/letters/{receipt.id}")

    assert answer.status_code == 404


def test_a_colleague_does_not_find_it(cast, enter, session, case, receipt):
    address = f"/en/counsellor/cases/{case.reference}/letters/{receipt.id}"

    assert enter(cast.kalle).get(address).status_code == 404
    assert Act.LETTER_OPEN not in [event.act for event in journal.of_case(session, case.id)]
