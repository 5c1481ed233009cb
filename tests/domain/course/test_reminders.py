"""What the portal says by itself: a reminder, and two warnings before a draft is closed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned, today
from portal.domain import corrections
from portal.domain.accounts import AccountState
from portal.domain.applying import application
from portal.domain.applying.application import Question
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.course import lifecycle, reminders, stopping
from portal.domain.desk import work
from portal.domain.permissions import Act
from portal.domain.telling import notices
from portal.jobs import EVERY, HANDLERS
from portal.queue import Job


def told(session, account):
    return [notice.act for notice in reversed(notices.unread(session, account))]


def after(days):
    return clock_turned(timedelta(days=days))


# --- Something is asked -----------------------------------------------------------------------------


def test_who_does_not_answer_is_reminded_once_and_nothing_is_closed(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)

    reminded = []
    for days in (0, 13, 14, 15, 60):
        with after(days):
            reminded.append(reminders.remind(session))

    assert reminded == [0, 0, 1, 0, 0]
    assert told(session, cast.amina) == [Act.CORRECTION_REMIND]
    assert case.state is CaseState.NEEDS_INFO


def test_whoever_answered_everything_is_not_reminded(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    application.answer(session, case, Question.NAME, {"given_names": "Amina"}, by=cast.amina)

    with after(20):
        assert reminders.remind(session) == 0


def test_whoever_is_asked_again_is_reminded_again(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    with after(14):
        reminders.remind(session)
        application.answer(session, case, Question.NAME, {"given_names": "Amina"}, by=cast.amina)
        cast.step(case, Act.CASE_SUBMIT, cast.amina)
        cast.step(case, Act.CASE_TAKE, cast.clara)
        corrections.ask(
            session, case, Section.ABOUT_YOU, CorrectionReason.OTHER, "And the phone?", by=cast.clara
        )
        cast.step(case, Act.CASE_ASK, cast.clara)

    with after(28):
        assert reminders.remind(session) == 1


@pytest.mark.parametrize("state", [AccountState.FROZEN, AccountState.CLOSED])
def test_an_account_that_is_stopped_or_closed_is_told_nothing(cast, session, state):
    cast.case(CaseState.NEEDS_INFO)
    cast.case(CaseState.DRAFT, migrant=cast.giorgi)
    cast.amina.state = cast.giorgi.state = state

    with after(29):
        assert (reminders.remind(session), reminders.warn(session)) == (0, 0)


# --- A draft is left alone --------------------------------------------------------------------------


def test_the_end_of_a_draft_is_said_fourteen_and_three_days_before(cast, session):
    case = cast.case(CaseState.DRAFT)

    warned = []
    for days in (15, 16, 17, 26, 27, 28, 30):
        with after(days):
            warned.append(reminders.warn(session))
            lifecycle.expire_drafts(session)
    with after(31):
        lifecycle.expire_drafts(session)

    assert warned == [0, 1, 0, 0, 1, 0, 0]
    assert told(session, cast.amina) == [Act.CASE_EXPIRY_WARNED] * 2
    assert case.state is CaseState.EXPIRED


def write(session, case, by):
    application.answer(session, case, Question.LANGUAGE, {"language": "ru"}, by=by)


def keep(session, case, by):
    stopping.keep(session, case, by=by)


@pytest.mark.parametrize("save", [write, keep])
def test_any_change_starts_the_time_and_both_warnings_anew(cast, session, save):
    case = cast.case(CaseState.DRAFT)
    with after(27):
        reminders.warn(session)
        save(session, case, cast.amina)
        stage = reminders.stage_of(session, case)

    with after(27 + 15):
        silent = reminders.warn(session)
    with after(27 + 16):
        spoken = reminders.warn(session)

    assert (stage, silent, spoken) == (0, 0, 1)
    assert case.due_on == today() + timedelta(days=57)


def test_when_the_portal_stood_still_a_draft_is_not_closed_before_it_was_said(cast, session):
    case = cast.case(CaseState.DRAFT)

    with after(100):
        reminders.warn(session)
        lifecycle.expire_drafts(session)
        due_on = case.due_on - today()
    with after(104):
        reminders.warn(session)
        lifecycle.expire_drafts(session)

    assert due_on == timedelta(days=3)
    assert case.state is CaseState.EXPIRED


def test_the_worker_does_it_by_itself(cast, session, wiring):
    case = cast.case(CaseState.NEEDS_INFO)
    cast.case(CaseState.DRAFT, migrant=cast.giorgi)

    with after(16):
        for kind in ("remind", "expire_drafts"):
            assert kind in EVERY
            effect = HANDLERS[kind](wiring, Job(kind=kind))
            with wiring.writing() as other:
                effect(other)
                other.commit()

    session.expire_all()
    acts = {cast.amina: Act.CORRECTION_REMIND, cast.giorgi: Act.CASE_EXPIRY_WARNED}
    assert {who: told(session, who) for who in acts} == {who: [act] for who, act in acts.items()}
    reminded = session.scalars(select(corrections.Correction)).one()
    assert (reminded.case_id, reminded.reminded_at is None) == (case.id, False)


# --- A decision to leave ----------------------------------------------------------------------------


def _with_precept(session, case, days=20):
    application.answers(session, case).application.precept_deadline = today() + timedelta(days=days)
    session.flush()
    return case


def test_counsellor_and_migrant_are_reminded_ten_five_and_two_days_before(cast, session):
    case = _with_precept(session, cast.case(CaseState.IN_REVIEW))

    reminded = []
    for days in (0, 9, 10, 11, 15, 16, 18, 20, 21):
        with after(days):
            reminded.append(reminders.remind_of_precepts(session))

    assert reminded == [0, 0, 1, 0, 1, 0, 1, 0, 0]
    assert told(session, cast.amina) == told(session, cast.clara) == [Act.CASE_PRECEPT_NEAR] * 3
    assert case.state is CaseState.IN_REVIEW


def test_after_a_standstill_it_is_said_once_and_not_three_times(cast, session):
    _with_precept(session, cast.case(CaseState.IN_REVIEW), days=1)

    assert [reminders.remind_of_precepts(session) for _ in range(2)] == [1, 0]
    assert told(session, cast.amina) == [Act.CASE_PRECEPT_NEAR]


def test_nobody_is_reminded_of_a_day_that_was_over_when_the_application_came(cast, session):
    _with_precept(session, cast.case(CaseState.SUBMITTED), days=-1)

    assert reminders.remind_of_precepts(session) == 0


def test_while_nobody_has_the_case_it_stands_among_everybodys_tasks(cast, session):
    case = _with_precept(session, cast.case(CaseState.SUBMITTED), days=3)

    reminders.remind_of_precepts(session)

    assert told(session, cast.amina) == [Act.CASE_PRECEPT_NEAR]
    for who in (cast.clara, cast.kalle):
        assert [one for one, _day in work.precepts_for(session, viewer=who)] == [case]


def test_who_says_that_there_is_no_such_decision_is_reminded_no_more(cast, session):
    case = _with_precept(session, cast.case(CaseState.NEEDS_INFO), days=9)
    reminders.remind_of_precepts(session)
    _with_precept(session, case, days=4)
    application.answers(session, case).application.precept_deadline = None

    assert (reminders.remind_of_precepts(session), reminders.leave_by(session, case)) == (0, None)


def test_another_day_is_reminded_of_anew(cast, session):
    case = _with_precept(session, cast.case(CaseState.IN_REVIEW), days=2)
    reminders.remind_of_precepts(session)
    _with_precept(session, case, days=4)

    assert reminders.remind_of_precepts(session) == 1


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.DEPARTED, CaseState.WITHDRAWN])
def test_whose_case_is_not_before_the_journey_is_not_reminded(cast, session, state):
    _with_precept(session, cast.case(state), days=2)

    assert reminders.remind_of_precepts(session) == 0
