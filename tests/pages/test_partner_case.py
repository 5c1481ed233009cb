"""One case as its partner reads it, and the confirmation of the arrival."""

import re
from datetime import date, timedelta

import pytest

from portal.db import today
from portal.domain import cases, corrections, journal
from portal.domain.applying import application
from portal.domain.applying.application import LegalStatus, NeedsAnswer, Precept
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.permissions import Act, Role

WITH_PARTNER = [CaseState.DEPARTED, CaseState.ARRIVED, CaseState.REINTEGRATION, CaseState.MONITORING]


def address(case, part=""):
    return f"/en/partner/cases/{case.reference}{part}"


def as_typed(day: date) -> dict[str, str]:
    return {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}


def state_of(session, case):
    session.expire_all()
    return session.get(cases.Case, case.id).state


@pytest.mark.parametrize("state", WITH_PARTNER)
def test_a_case_in_any_state_can_be_read(cast, petros, state):
    page = petros.get(address(cast.case(state)))

    assert page.status_code == 200
    assert [
        words for words in ("Amina Юсупова", "27 March 2002", "+37251234567") if words not in page.text
    ] == []


def test_what_is_not_shared_is_on_no_page(cast, petros, session):
    case = cast.case(CaseState.REINTEGRATION)
    answers = application.answers(session, case)
    answers.application.status, answers.application.precept = (
        LegalStatus.ASYLUM_REFUSED,
        Precept.WITH_DEADLINE,
    )
    answers.application.precept_deadline = date(2031, 7, 9)
    answers.application.needs, answers.application.needs_words = NeedsAnswer.YES, "Diabetes"
    cases.note(session, case, "Counsellors only", by=cast.clara)
    asked = corrections.Correction(
        case_id=case.id,
        section=Section.SITUATION,
        reason=CorrectionReason.CONTRADICTORY,
        asked_by_id=cast.clara.id,
    )
    asked.words = "About the police"
    session.add(asked)
    passport = cast.document(case)
    session.commit()

    parts = ("", "/plan", f"/documents/{passport.id}", f"/documents/{passport.id}/pages/1")
    answers = {part: petros.get(address(case, part)) for part in parts}

    secret = ("asylum", "2031", "Diabetes", "Counsellors", "police", "assport", "Clara")
    told = re.sub(r"\d{12,}", "", "".join(answer.text for answer in answers.values()))  # without row numbers
    assert [answer.status_code for answer in answers.values()] == [200, 200, 404, 404]
    assert [word for word in secret if word in told] == []


def test_that_the_case_was_opened_is_written_down_once_an_hour(cast, petros, session):
    case = cast.case(CaseState.REINTEGRATION)

    for part in ("", "/plan", ""):
        petros.get(address(case, part))

    session.expire_all()
    looks = [one for one in journal.of_case(session, case.id) if one.act is Act.CASE_OPEN]
    assert [(one.actor_id, one.actor_role) for one in looks] == [(cast.petros.id, Role.PARTNER)]


def test_the_arrival_is_confirmed(cast, petros, session):
    case = cast.case(CaseState.DEPARTED)

    answer = petros.post(address(case, "/arrival"), data=as_typed(today()))

    assert (answer.status_code, answer.location) == (303, address(case))
    assert state_of(session, case) is CaseState.ARRIVED
    assert session.get(cases.Case, case.id).arrived_on == today()


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"day-day": "31", "day-month": "2", "day-year": "2026"},
        as_typed(today() + timedelta(days=2)),
        as_typed(today() - timedelta(days=3)),
    ],
    ids=["nothing", "no such day", "in the future", "before the departure"],
)
def test_a_day_that_cannot_be_right_is_asked_again_and_kept(cast, petros, session, typed):
    case = cast.case(CaseState.DEPARTED)

    answer = petros.post(address(case, "/arrival"), data=typed)

    assert answer.status_code == 422
    assert 'class="wrong"' in answer.text
    assert [value for value in typed.values() if f'value="{value}"' not in answer.text] == []
    assert state_of(session, case) is CaseState.DEPARTED


@pytest.mark.parametrize("state", [CaseState.ARRIVED, CaseState.REINTEGRATION, CaseState.MONITORING])
def test_nobody_arrives_twice(cast, petros, session, state):
    case = cast.case(state)

    answer = petros.post(address(case, "/arrival"), data=as_typed(today()))

    assert answer.status_code == 409
    assert state_of(session, case) is state


def test_before_the_journey_there_is_nothing_to_confirm(cast, petros, session):
    case = cast.case(CaseState.PREPARING)
    cast.refer(case)
    session.commit()

    assert "arrival" not in petros.get(address(case)).text.replace("confirm the arrival when", "")
    assert petros.post(address(case, "/arrival"), data=as_typed(today())).status_code == 409


@pytest.mark.parametrize("who", ["nino", "clara", "aino", "amina", "mart", "olga"])
def test_the_case_of_another_organisation_does_not_exist(cast, enter, session, who):
    case = cast.case(CaseState.DEPARTED)
    browser = enter(getattr(cast, who))

    read, sent = browser.get(address(case)), browser.post(address(case, "/arrival"), data=as_typed(today()))

    assert [read.status_code, sent.status_code] == [404, 404]
    assert state_of(session, case) is CaseState.DEPARTED


def test_a_case_that_the_person_took_back_does_not_exist_any_more(cast, petros, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)
    cast.refer(case)
    cast.step(case, Act.CASE_WITHDRAW, cast.amina)
    session.commit()

    assert petros.get(address(case)).status_code == 404


@pytest.mark.parametrize("reference", ["AVR-00000000", "nonsense", "%00"])
def test_a_reference_of_nobody_does_not_exist(petros, reference):
    assert petros.get(f"/en/partner/cases/{reference}").status_code == 404
