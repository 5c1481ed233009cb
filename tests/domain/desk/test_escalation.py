"""What is late goes up, once for each step, and nobody's case ends because the institution was silent."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned, now, today
from portal.domain import clocks, deciding, journal
from portal.domain.care import care
from portal.domain.care.care import CareKind
from portal.domain.cases import Case, CaseState
from portal.domain.course import case_tasks, inquiries, stopping
from portal.domain.course.departures import DepartureQuestion
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.desk import desk, escalation, figures, work
from portal.domain.desk.desk import Task
from portal.domain.desk.escalation import LADDER, OURS, Escalation, Late, Level
from portal.domain.documents import Document, DocumentState
from portal.domain.own import data_requests
from portal.domain.own.data_requests import RequestKind, RequestState
from portal.domain.permissions import Act
from portal.domain.support import approval, grants, parts, plans
from portal.jobs import EVERY, HANDLERS
from portal.programme import Clock, DocumentKind
from portal.queue import Job

STEPS = [rung.act for rung in LADDER.values()]


def after(days):
    return clock_turned(timedelta(days=days))


def rise(session, days):
    """Let the clock look after so many days."""
    with after(days):
        escalation.rise(session, escalation.rising(session))


def told(session, case):
    """The steps up of a case as the journal has them, the first one first."""
    return [event.act for event in reversed(journal.of_case(session, case.id)) if event.act in STEPS]


def test_a_case_goes_up_step_by_step_and_each_step_once(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    late = (case.due_on - today()).days

    rise(session, late)
    before = told(session, case)
    for days in (1, 1, 8, 8, 30, 30):
        rise(session, late + days)

    assert (before, told(session, case)) == ([], STEPS)


@pytest.mark.parametrize("state", OURS)
def test_wherever_the_programme_or_a_partner_must_act_their_silence_is_seen(cast, session, state):
    case = cast.case(state)

    rise(session, (case.due_on - today()).days + 60)

    assert told(session, case) == STEPS


def test_a_talk_that_somebody_in_need_was_promised_goes_up_while_the_case_goes_on(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    care.ask(session, case, CareKind.HEALTH, by=cast.clara)

    rise(session, 40)
    up = told(session, case)
    stopping.stop(session, case, by=cast.amina)

    late = select(Case).where(escalation.has_come_to(Level.APPROVER))
    assert (up, session.scalars(late).all()) == (STEPS, [])


def test_the_question_of_a_partner_whether_somebody_left_goes_up_until_it_is_answered(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    question = DepartureQuestion(case_id=case.id, asked_by_id=cast.petros.id, due_on=today())
    session.add(question)
    session.flush()

    rise(session, 40)
    up = told(session, case)
    question.answered_at = now()
    session.flush()

    late = select(Case).where(escalation.has_come_to(Level.APPROVER))
    assert (up, session.scalars(late).all()) == (STEPS, [])


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.NEEDS_INFO, CaseState.WITHDRAWN])
def test_a_migrants_silence_goes_nowhere(cast, session, state):
    case = cast.case(state)

    rise(session, 200)

    assert told(session, case) == []


def test_a_new_day_is_watched_anew(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    rise(session, 20)

    case.due_on = today() + timedelta(days=100)
    session.flush()
    rise(session, 20)
    rise(session, 101)

    assert told(session, case) == [*STEPS[:2], STEPS[0]]


def test_working_days_leave_out_weekends_and_estonian_holidays():
    clock = Clock(3, working=True, calendar="EE")

    # 23 and 24 June 2026 are Victory Day and Midsummer Day, 27 and 28 a weekend.
    assert clock.due(date(2026, 6, 22)) == date(2026, 6, 29)
    assert clock.resumed(date(2026, 6, 29), -3) == date(2026, 6, 24)


def test_questions_and_tasks_that_are_late_go_up_as_well(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    case.due_on = today() + timedelta(days=1000)
    task = case_tasks.add(session, case, "Call the embassy", today(), by=cast.clara)
    with after(20):
        asked = inquiries.ask(session, case, by=cast.amina)

    rise(session, 90)

    found = session.scalars(select(Escalation).order_by(Escalation.id)).all()
    assert {(one.thing_id, one.level) for one in found} == {
        (thing.id, level) for thing in (task, asked) for level in Level
    }


def test_what_the_returnee_did_not_receive_goes_up_until_it_is_answered(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    payment = parts.payments(session, plans.approved(session, case))[0]
    payment.milestone_id = case.due_on = None
    cast.players().pay(payment)
    grants.advance_payment(session, payment, Act.PAYMENT_NOT_RECEIVED, by=cast.amina)
    late = (payment.due_on - today()).days

    rise(session, late)
    in_time = told(session, case)
    for days in (1, 8, 30):
        rise(session, late + days)
    up = session.scalars(select(Case).where(escalation.has_come_to(Level.APPROVER))).all()
    grants.advance_payment(session, payment, Act.PAYMENT_ANSWER, by=cast.clara, note="It comes on Friday")
    session.flush()
    answered = session.scalars(select(Case).where(escalation.has_come_to(Level.APPROVER))).all()

    assert (in_time, told(session, case)) == ([], STEPS)
    assert (up, answered) == ([case], [])


def test_what_was_done_is_not_late_any_more(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    case.due_on = today() + timedelta(days=1000)
    task = case_tasks.add(session, case, "Call the embassy", today(), by=cast.clara)
    rise(session, 60)
    with after(60):
        late = figures.late_by_level(session)

    case_tasks.done(session, case, task, by=cast.clara)

    with after(60):
        assert (late, figures.late_by_level(session)) == (dict.fromkeys(Level, 1), dict.fromkeys(Level, 0))


def test_whoever_moves_the_case_on_takes_it_off_every_list(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    rise(session, 60)
    with after(60):
        late = figures.late_by_level(session)
        cast.document(case)

        cast.players().accept_passport(case)
        cast.make_sure(case)
        cast.step(case, Act.CASE_PROPOSE, cast.clara)

        assert (late, figures.late_by_level(session)) == (dict.fromkeys(Level, 1), dict.fromkeys(Level, 0))


@pytest.mark.parametrize("state", [state for state in WAITS if state is not CaseState.DRAFT])
def test_nothing_the_portal_does_by_itself_ever_ends_a_case(cast, session, wiring, state):
    """Every regular job, far in the future: nobody's silence changes the state of a case that was sent."""
    case = cast.case(state)

    for days in (1, 15, 40, 120, 400, 4000):
        with after(days):
            for kind in EVERY:
                if kind != "sweep_uploads":  # it looks at files only
                    session.commit()
                    HANDLERS[kind](wiring, Job(kind=kind))(session)
    session.commit()
    session.refresh(case)

    assert case.state is state


def test_only_a_draft_that_its_own_writer_left_alone_expires():
    waiting = {state for state, wait in WAITS.items() if wait.party is Party.MIGRANT}

    assert waiting == {CaseState.DRAFT, CaseState.NEEDS_INFO}


def test_two_workers_take_each_step_once(cast, session, wiring):
    case = cast.case(CaseState.IN_REVIEW)
    session.commit()

    with after(60):
        for _ in range(2):
            with wiring.writing() as worker:
                escalation.rise(worker, escalation.rising(worker))
                worker.commit()

    session.expire_all()
    assert told(session, case) == STEPS


# --- What the person was told a day for, or the law gives one -------------------------------------


def up_to(session, level):
    return session.scalars(select(Case).where(escalation.has_come_to(level))).all()


def late_kinds(session):
    return {one.late for one in session.scalars(select(Escalation))}


def accepted(cast):
    """A case whose own day is far away."""
    case = cast.case(CaseState.REINTEGRATION)
    case.due_on = today() + timedelta(days=1000)
    return case


def test_a_document_that_is_not_looked_at_on_the_day_its_sender_reads_goes_up(cast, session):
    case = accepted(cast)
    document = cast.document(case, DocumentKind.BIRTH_CERTIFICATE)
    days = (clocks.due(session, "document_review") - today()).days

    rise(session, days)
    in_time = told(session, case)
    for more in (1, 8, 30):
        rise(session, days + more)
    up = up_to(session, Level.APPROVER)
    deciding.accept(session, document, by=cast.clara)

    assert (in_time, told(session, case), late_kinds(session)) == ([], STEPS, {Late.DOCUMENT})
    assert (up, up_to(session, Level.APPROVER)) == ([case], [])


def test_before_the_decision_a_document_goes_up_with_its_case_and_not_beside_it(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    cast.document(case)

    rise(session, 60)

    assert late_kinds(session) == {Late.CASE}


def test_a_report_that_waits_goes_up_and_so_does_the_next_one_after_it_was_sent_back(cast, session):
    case = accepted(cast)
    milestone = parts.milestones(session, plans.approved(session, case))[0]
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
    document = session.scalars(select(Document).where(Document.milestone_id == milestone.id)).one()
    document.state = DocumentState.ACCEPTED
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)

    rise(session, 60)
    with after(61):
        grants.advance_milestone(session, milestone, Act.MILESTONE_RETURN, by=cast.clara, note="Blurred")
        answered = up_to(session, Level.MANAGER)
        cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
        grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)
        fresh = up_to(session, Level.MANAGER)
    rise(session, 62)
    before = len(told(session, case))
    rise(session, 130)

    reports = select(Escalation).where(Escalation.late == Late.REPORT)
    assert (answered, fresh, before) == ([], [], 3)
    assert [one.level for one in session.scalars(reports.order_by(Escalation.id))] == [*Level, *Level]


def test_a_plan_that_waits_for_approval_goes_up(cast, session):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.players().draft_plan(case)
    for act, by in (
        (Act.PLAN_OFFER, cast.petros),
        (Act.PLAN_AGREE, cast.amina),
        (Act.PLAN_SUBMIT, cast.petros),
    ):
        approval.advance(session, plan, act, by=by)
    case.due_on = today() + timedelta(days=1000)

    rise(session, 60)
    up = up_to(session, Level.MANAGER)
    approval.advance(session, plan, Act.PLAN_APPROVE, by=cast.aino)

    assert (late_kinds(session), up, up_to(session, Level.MANAGER)) == ({Late.PLAN}, [case], [])


def test_the_month_that_the_law_gives_to_answer_about_data_is_watched(cast, session):
    case = accepted(cast)
    asked = data_requests.ask(session, cast.amina, RequestKind.CORRECT, words="My name", wish="Amina")

    rise(session, (asked.due_on - today()).days)
    in_time = told(session, case)
    rise(session, (asked.due_on - today()).days + 30)
    up = up_to(session, Level.MANAGER)
    data_requests.answer(session, asked, RequestState.REFUSED, "It is in your passport.", by=cast.clara)

    assert (in_time, told(session, case), late_kinds(session)) == ([], STEPS, {Late.REQUEST})
    assert (up, up_to(session, Level.MANAGER)) == ([case], [])


def test_a_late_request_about_data_of_a_case_that_is_over_reaches_the_approver_and_the_figure(cast, session):
    case = cast.case(CaseState.WITHDRAWN)
    asked = data_requests.ask(session, cast.amina, RequestKind.DELETE)
    days = (asked.due_on - today()).days + 40
    rise(session, days)

    with after(days):
        listed = work.escalated(session, viewer=cast.aino)
        counted = figures.late_by_level(session)
        data_requests.answer(session, asked, RequestState.FULFILLED, "It is deleted.", by=cast.clara)
        answered = work.escalated(session, viewer=cast.aino), figures.late_by_level(session)

    assert (listed, counted) == ([(case, asked.due_on)], dict.fromkeys(Level, 1))
    assert answered == ([], dict.fromkeys(Level, 0))


def test_a_document_sent_with_a_draft_is_late_by_the_day_on_which_the_draft_was_sent(cast, session):
    case = accepted(cast)
    document = cast.document(case, DocumentKind.BIRTH_CERTIFICATE)
    document.sent_at, case.submitted_at = now() - timedelta(days=40), now()
    session.flush()
    due_on = clocks.due(session, "document_review")

    rise(session, (due_on - today()).days)
    in_time = told(session, case)
    rise(session, (due_on - today()).days + 1)

    found = session.scalars(select(Escalation)).all()
    assert in_time == []
    assert [(one.late, one.level, one.due_on) for one in found] == [(Late.DOCUMENT, Level.COUNSELLOR, due_on)]
    assert desk.waiting_in(session, case, viewer=cast.clara)[Task.DOCUMENT].due_on == due_on


def test_the_worker_takes_what_does_not_fit_into_one_turn_in_the_next(cast, session, wiring, monkeypatch):
    monkeypatch.setattr(escalation, "AT_ONCE", 1)
    cases = [cast.case(CaseState.IN_REVIEW, migrant=one) for one in (cast.amina, cast.giorgi)]
    session.commit()

    with after(60):
        HANDLERS["escalate"](wiring, Job(kind="escalate"))

    session.expire_all()
    assert [told(session, case) for case in cases] == [STEPS, STEPS]
