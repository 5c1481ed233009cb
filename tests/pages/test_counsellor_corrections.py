"""Asking the applicant for something."""

import pytest

from portal.domain import corrections
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import CorrectionReason, Section

ASKED = {"about": "about-you", "reason": "contradictory", "words": "Как в паспорте, пожалуйста."}


def _address(case, part=""):
    return f"/en/counsellor/cases/{case.reference}{part}"


def _open(session, case):
    session.expire_all()
    return [(one.section, one.reason, one.words) for one in corrections.open_of(session, case)]


@pytest.mark.parametrize(("about", "section"), [("about-you", Section.ABOUT_YOU), ("documents", None)])
def test_something_is_put_on_the_list(cast, enter, session, about, section):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)

    answer = browser.post(_address(case, "/corrections"), data={**ASKED, "about": about})

    assert (answer.status_code, answer.location) == (303, _address(case, "/corrections/new"))
    assert ASKED["words"] in browser.get(_address(case, "/corrections/new")).text
    assert _open(session, case) == [(section, CorrectionReason.CONTRADICTORY, ASKED["words"])]


def test_the_list_is_sent_to_the_applicant(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)
    browser.post(_address(case, "/corrections"), data=ASKED)

    answer = browser.post(_address(case, "/steps/ask"))

    session.expire_all()
    assert answer.status_code == 303
    assert session.get_one(Case, case.id).state is CaseState.NEEDS_INFO


def test_an_empty_list_is_not_sent(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).post(_address(case, "/steps/ask"))

    session.expire_all()
    assert answer.status_code == 409
    assert session.get_one(Case, case.id).state is CaseState.IN_REVIEW


@pytest.mark.parametrize(
    "typed",
    [
        {"words": ""},
        {"words": "x" * 4001},
        {"about": ""},
        {"about": "everything"},
        {"reason": ""},
        {"reason": "ugly"},
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_rest_kept(cast, enter, session, typed):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).post(_address(case, "/corrections"), data={**ASKED, **typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert {**ASKED, **typed}["words"] in answer.text
    assert _open(session, case) == []


def test_nothing_is_asked_outside_of_the_review(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    browser = enter(cast.clara)

    page = browser.get(_address(case, "/corrections/new")).text
    answer = browser.post(_address(case, "/corrections"), data=ASKED)

    assert "Something can be asked for while the case is in review." in page
    assert answer.status_code == 409
    assert "Accepted, journey being prepared" in answer.text


def test_a_colleagues_case_does_not_exist(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.kalle)

    assert browser.get(_address(case, "/corrections/new")).status_code == 404
    assert browser.post(_address(case, "/corrections"), data=ASKED).status_code == 404


@pytest.mark.parametrize("who", ["amina", "petros"])
def test_nobody_else_asks(cast, enter, who):
    case = cast.case(CaseState.IN_REVIEW)

    assert enter(getattr(cast, who)).post(_address(case, "/corrections"), data=ASKED).status_code == 404
