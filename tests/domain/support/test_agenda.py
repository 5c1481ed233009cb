"""A partner's agenda: what comes next in a case, in which order, and what it costs to know."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.permissions import Act, Role
from portal.domain.support import agenda, approval, grants, parts, plans
from portal.domain.support.agenda import Task
from portal.domain.support.plans import PlanState
from portal.programme import DocumentKind


def next_task(session, case):
    return agenda.of(session, case).task


def report(cast, session, case, milestone):
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)


@pytest.mark.parametrize(
    ("state", "task"),
    [
        (CaseState.READY_TO_TRAVEL, Task.AWAIT_JOURNEY),
        (CaseState.DEPARTED, Task.CONFIRM_ARRIVAL),
        (CaseState.ARRIVED, Task.START_PLAN),
        (CaseState.REINTEGRATION, Task.REPORT_STEP),
        (CaseState.MONITORING, Task.AWAIT_FOLLOW_UP),
    ],
)
def test_the_state_of_the_case_says_what_comes_next(cast, session, state, task):
    case = cast.case(state)

    assert next_task(session, case) is task


def test_a_plan_goes_to_the_returnee_and_then_to_the_programme(cast, session):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case, approved=False)
    steps = [(Act.PLAN_OFFER, cast.petros), (Act.PLAN_AGREE, cast.amina), (Act.PLAN_SUBMIT, cast.petros)]

    seen = [next_task(session, case)]
    for act, by in steps:
        approval.advance(session, plan, act, by=by)
        seen.append(next_task(session, case))

    assert seen == [Task.FINISH_PLAN, Task.AWAIT_AGREEMENT, Task.SUBMIT_PLAN, Task.AWAIT_APPROVAL]


def test_a_plan_that_came_back_is_changed_and_a_rejected_one_begun_anew(cast, session):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case, approved=False)

    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)
    approval.advance(session, plan, Act.PLAN_DISAGREE, by=cast.amina, note="Too small")
    changed = next_task(session, case)
    plan.state = PlanState.REJECTED

    assert (changed, next_task(session, case)) == (Task.CHANGE_PLAN, Task.START_PLAN)


def test_a_confirmed_step_lets_the_payment_be_requested_before_the_next_step(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    plan = plans.latest(session, case)
    first, second = parts.milestones(session, plan)
    payment = parts.payments(session, plan)[0]

    report(cast, session, case, first)
    grants.advance_milestone(session, first, Act.MILESTONE_VERIFY, by=cast.clara)
    confirmed = next_task(session, case)
    cast.request(payment)

    assert confirmed is Task.REQUEST_PAYMENT
    assert agenda.of(session, case) == agenda.Next(Task.REPORT_STEP, second.due_on, second)


def test_a_report_that_was_sent_back_comes_before_the_steps_not_done_yet(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    _first, second = parts.milestones(session, plans.latest(session, case))

    report(cast, session, case, second)
    grants.advance_milestone(session, second, Act.MILESTONE_RETURN, by=cast.clara, note="Too dark")

    assert agenda.of(session, case) == agenda.Next(Task.MEND_REPORT, second.due_on, second)


def test_when_all_is_reported_others_act(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    plan = plans.latest(session, case)
    payment = parts.payments(session, plan)[0]

    for milestone in parts.milestones(session, plan):
        report(cast, session, case, milestone)
    reported = next_task(session, case)
    for milestone in parts.milestones(session, plan):
        grants.advance_milestone(session, milestone, Act.MILESTONE_VERIFY, by=cast.clara)
    for one in parts.payments(session, plan):
        cast.request(one)
    grants.advance_payment(session, payment, Act.PAYMENT_VERIFY, by=cast.clara)
    grants.advance_payment(session, payment, Act.PAYMENT_APPROVE, by=cast.aino)
    grants.pay(session, payment, on=today(), reference="1", by=cast.clara)

    assert reported is Task.AWAIT_PROGRAMME
    assert agenda.of(session, case) == agenda.Next(Task.AWAIT_ANSWER, payment.due_on)


def test_what_the_partner_must_do_comes_first_and_the_earliest_date_in_front(cast, session):
    late, soon, waiting = (
        cast.case(state, migrant=cast.account(Role.MIGRANT, f"migrant{number}"))
        for number, state in enumerate((CaseState.ARRIVED, CaseState.DEPARTED, CaseState.MONITORING))
    )
    late.due_on, soon.due_on = today() + timedelta(days=40), today() + timedelta(days=2)
    waiting.due_on = today() - timedelta(days=9)
    session.flush()

    found = agenda.of_organisation(session, cast.petros)

    assert [entry.case.reference for entry in found] == [one.reference for one in (soon, late, waiting)]


def test_another_organisation_has_an_agenda_of_its_own(cast, session):
    cast.case(CaseState.REINTEGRATION)

    assert agenda.of_organisation(session, cast.nino) == []


def test_ten_cases_take_as_many_questions_to_the_database_as_one(cast, session):
    def count():
        asked = []
        event.listen(session.connection(), "before_cursor_execute", lambda *given: asked.append(given))
        agenda.of_organisation(session, petros)
        return len(asked)

    petros = cast.petros
    cast.case(CaseState.REINTEGRATION)
    one = count()
    for number in range(9):
        cast.case(CaseState.REINTEGRATION, migrant=cast.account(Role.MIGRANT, f"migrant{number}"))

    assert count() == one == 5
