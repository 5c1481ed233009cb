"""A colleague's case: what a counsellor meets before there is a reason, and after."""

import re
from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain import journal, people
from portal.domain.cases import CaseState, OpeningReason
from portal.domain.desk import openings
from portal.domain.permissions import Act
from tests.reading import read, words_of
from tests.web.test_doors import addresses

WHY = {"why": "colleague_away", "words": "She calls from the airport"}


def at(case, part=""):
    return f"/en/counsellor/cases/{case.reference}{part}"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


def test_no_address_of_a_counsellor_shows_anything_of_a_colleagues_case(app, cast, enter, case):
    kalle, told = enter(cast.kalle), {}

    for room, method, address in addresses(app, case.reference):
        if case.reference in address and room in ("counsellor", "assisted", "access"):
            answer = kalle.open(address, method=method)
            assert "Юсупова" not in answer.text, address
            told[method, address] = answer.status_code

    met = {one: status for one, status in told.items() if status not in (404, 405)}
    assert met == {
        ("GET", at(case)): 303,
        ("GET", at(case, "/break-glass")): 200,
        ("POST", at(case, "/break-glass")): 422,
    }


def test_a_reason_opens_every_page_but_what_was_said_in_confidence(cast, enter, case):
    kalle = enter(cast.kalle)

    asked = kalle.get(kalle.get(at(case)).location)
    opened = kalle.post(at(case, "/break-glass"), data=WHY)
    pages = {
        part: kalle.get(at(case, part)).status_code
        for part in (
            "",
            "/application",
            "/checks",
            "/assessment",
            "/documents",
            "/travel",
            "/plan",
            "/history",
        )
    }

    assert "This is the case of a colleague" in asked.text
    assert "Clara Tamm" in asked.text
    assert opened.location == at(case)
    assert set(pages.values()) == {200}
    assert "Take the case on to see it." in kalle.get(at(case, "/conversations")).text
    assert "You opened it with a reason" in kalle.get(at(case)).text


@pytest.mark.parametrize(
    "typed", [{}, {"why": "colleague_away"}, {"words": "Now"}, {**WHY, "why": "curious"}]
)
def test_without_a_reason_it_stays_closed(cast, enter, session, case, typed):
    kalle = enter(cast.kalle)

    answer = kalle.post(at(case, "/break-glass"), data=typed)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert kalle.get(at(case)).status_code == 303


def test_ten_thousand_characters_are_too_many_and_what_was_typed_stays(cast, enter, case):
    words = "Because " * 1250

    answer = enter(cast.kalle).post(at(case, "/break-glass"), data={**WHY, "words": words})

    assert answer.status_code == 422
    assert "Use at most 4000 characters." in answer.text
    assert words.strip() in answer.text


def test_when_the_time_is_over_every_page_asks_again(cast, enter, session, case):
    openings.break_glass(session, case, OpeningReason.EMERGENCY, "Now", by=cast.kalle)
    session.commit()

    with clock_turned(timedelta(hours=9)):
        kalle = enter(cast.kalle)
        for part in ("", "/documents", "/travel"):
            assert kalle.get(at(case, part)).location == at(case, "/break-glass")


def test_the_person_reads_it_and_the_counsellor_and_a_senior_counsellor_see_it(cast, enter, case):
    enter(cast.kalle).post(at(case, "/break-glass"), data=WHY)

    hers = enter(cast.amina).get("/en/my/history").text
    claras = enter(cast.clara).get(at(case)).text
    ainos = enter(cast.aino).get("/en/counsellor/decisions").text

    assert "Another counsellor opened the file, with a reason" in hers
    assert "Reason: The counsellor of the case is not at work" in hers
    assert "She calls from the airport" not in hers
    assert "Opened by Kalle Mets" in claras
    for page in (claras, ainos):
        assert "She calls from the airport" in page
    assert "There is news about your account" in claras


@pytest.mark.parametrize(("who", "status"), [("clara", 404), ("aino", 404), ("amina", 404), ("petros", 404)])
def test_who_needs_no_reason_is_not_asked_for_one(cast, enter, session, case, who, status):
    browser = enter(getattr(cast, who))

    assert browser.get(at(case, "/break-glass")).status_code == status
    assert browser.post(at(case, "/break-glass"), data=WHY).status_code == status
    assert Act.CASE_BREAK_GLASS not in [event.act for event in journal.of_case(session, case.id)]


def test_a_search_for_the_whole_reference_leads_to_the_question_and_a_name_finds_nothing(cast, enter, case):
    kalle = enter(cast.kalle)

    found, by_name = (
        kalle.get(kalle.post("/en/counsellor/search", data={"text": text}).location).text
        for text in (case.reference, "Юсупова")
    )

    assert f'href="{at(case)}">This is the case of a colleague' in found
    assert "Юсупова" not in found
    assert "No case was found." in by_name


def test_a_case_that_nobody_has_is_read_and_taken_without_a_reason(cast, enter):
    case = cast.case(CaseState.SUBMITTED)
    kalle = enter(cast.kalle)

    assert kalle.get(at(case)).status_code == 200
    assert kalle.post(at(case, "/steps/take")).location == at(case)


@pytest.fixture
def own(cast, session, case):
    """A case of Kalle's whose applicant may be the one of Clara's case."""
    own = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    own.counsellor_id = cast.kalle.id
    people.principal(session, own).family_name = "Yusupova"
    session.commit()
    return own


def test_that_somebody_may_be_in_a_colleagues_case_too_is_told_with_whose_it_is_and_no_more(
    cast, enter, case, own
):
    kalle = enter(cast.kalle)

    words = words_of(kalle.get(at(own)))
    approvers = words_of(enter(cast.aino).get(at(own)))

    hint = (
        "Amina Yusupova : Same date of birth, and names that sound the same. "
        f"The other application is with Clara Tamm. Open it with a reason {case.reference}"
    )
    assert [hint in text for text in (words, approvers)] == [True, False]
    assert [name for name in ("Юсупова", "Compare two files") if name in words] == []
    assert read(kalle.get(at(own))).links[f"Open it with a reason {case.reference}"] == at(case)


def test_after_a_reason_the_two_files_are_compared_and_told_apart(cast, enter, case, own):
    kalle = enter(cast.kalle)

    kalle.post(at(case, "/break-glass"), data=WHY)
    compare = re.search(r'href="([^"]+/same/[^"]+)"', kalle.get(at(own)).text)[1]
    compared = kalle.get(compare)
    kalle.post(f"{compare}/apart")

    assert (compared.status_code, case.reference in compared.text) == (200, True)
    assert "Possibly the same person" not in kalle.get(at(own)).text


def test_nobody_learns_of_a_colleagues_case_by_names_in_an_application_that_is_not_sent(
    cast, enter, session, case, own
):
    own.submitted_at = None
    session.commit()

    assert case.reference not in enter(cast.kalle).get(at(own)).text
