"""Anyone may ask whether a letter is genuine, and learns nothing of the person."""

import re

import pytest

from portal.domain.cases import CaseState
from portal.domain.course import letters
from portal.domain.throttle import LIMITS, Tried
from tests.reading import read

FORGED = "7K3QF9M2XT0RBWZC"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.SUBMITTED)


@pytest.fixture
def code(session, case, cast):
    found = letters.of_case(session, case, viewer=cast.amina)[0].code
    session.commit()
    return found


def test_a_genuine_letter_is_known_by_its_kind_and_day(client, case, code):
    answer = client.get(f"/verify/{code}")

    page = read(answer)
    assert (answer.status_code, page.heading) == (200, "This letter is genuine")
    assert page.facts["What it is"] == "Receipt for an application"
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}", page.facts["Made on"])


def test_nothing_is_said_of_the_person(client, case, code):
    page = client.get(f"/verify/{code}").text

    assert [word for word in ("Amina", "Юсупова", case.reference) if word in page] == []


@pytest.mark.parametrize("typed", [FORGED, "x", "7K3Q", "a" * 2000, "%00", "-", "%D0%96", "<script>"])
def test_another_code_is_unknown_and_answers_alike(client, code, typed):
    answer = client.get(f"/verify/{typed}")

    assert (answer.status_code, read(answer).heading) == (200, "We do not know this letter")
    assert "<script>" not in answer.text.partition("<main")[2]


def test_a_forged_code_reads_as_an_unknown_one(client, code):
    forged = code[:-1] + ("0" if code[-1] != "0" else "1")

    assert read(client.get(f"/verify/{forged}")).heading == "We do not know this letter"


def test_the_code_can_be_typed(client, code):
    answer = client.post("/verify/", data={"code": letters.in_groups(code).lower()}, follow_redirects=True)

    assert answer.request.path == f"/en/verify/{code}"
    assert read(answer).heading == "This letter is genuine"


def test_the_address_on_the_letter_leads_to_the_form(client):
    answer = client.get("/verify", follow_redirects=True)

    assert read(answer).heading == "Is this letter genuine?"
    assert read(answer).buttons["Check the letter"] == "/en/verify/"


@pytest.mark.parametrize("typed", ["", "   "])
def test_nothing_typed_is_told(client, typed):
    answer = client.post("/verify/", data={"code": typed})

    assert answer.status_code == 422
    assert "Fill this in." in answer.text


@pytest.mark.parametrize("typed", ["????", "Привет, мир", "x" * 150])
def test_what_is_no_code_is_no_letter(client, typed):
    answer = client.post("/verify/", data={"code": typed}, follow_redirects=True)

    assert read(answer).heading == "We do not know this letter"


@pytest.mark.parametrize(
    ("wanted", "tag"), [("et", "et"), ("ru,en;q=0.5", "ru"), ("uk", "en-GB"), ("", "en-GB")]
)
def test_the_short_address_speaks_the_language_of_the_browser(client, code, wanted, tag):
    answer = client.get(f"/verify/{code}", headers={"Accept-Language": wanted})

    assert f'<html lang="{tag}"' in answer.text
    assert "Accept-Language" in answer.vary


def test_the_reader_may_choose_another_language(client, code):
    page = client.get(f"/verify/{code}").text

    assert f'href="/ru/verify/{code}"' in page
    assert f'href="/et/verify/{code}"' in page
    assert '<html lang="ru"' in client.get(f"/ru/verify/{code}").text


def test_an_answer_is_kept_by_no_cache(client, code):
    assert client.get(f"/verify/{code}").headers["Cache-Control"] == "no-store"


def test_after_many_tries_codes_that_begin_alike_must_wait_and_others_not(client, code):
    most, _window = LIMITS[Tried.VERIFY][0]
    other = "ZZ" if not code.startswith("ZZ") else "YY"

    answers = [client.get(f"/verify/{other}{number:014}") for number in range(most + 1)]

    assert [one.status_code for one in answers] == [200] * most + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get(f"/verify/{code}").status_code == 200


def test_somebody_signed_in_may_ask_as_well(cast, enter, code):
    assert read(enter(cast.petros).get(f"/verify/{code}")).heading == "This letter is genuine"
