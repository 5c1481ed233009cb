"""Where a case stands: who must act, by when, and the one next thing to do."""

from datetime import timedelta

import pytest

from portal.db import today
from portal.domain import corrections, deciding
from portal.domain.applying.application import Question
from portal.domain.cases import OVER, CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.course import lifecycle
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.course.standing import RULES, STAGES, Matter, Task, standing
from portal.domain.documents import RejectReason
from portal.domain.permissions import Act
from portal.domain.support import approval, grants, parts, plans, receipts, referrals
from portal.domain.support.parts import PaymentState
from portal.programme import DocumentKind
from tests.cast import ROADS

# What a case says that came to its state by the shortest road: who acts, and what the migrant can do.
EXPECTED = {
    CaseState.DRAFT: (Matter.ANSWERS_MISSING, Party.MIGRANT, Task.GO_ON),
    CaseState.SUBMITTED: (None, Party.COUNSELLOR, None),
    CaseState.IN_REVIEW: (None, Party.COUNSELLOR, None),
    CaseState.NEEDS_INFO: (Matter.CORRECTION_ASKED, Party.MIGRANT, Task.CORRECT),
    CaseState.PROPOSED: (None, Party.APPROVER, None),
    CaseState.PREPARING: (None, Party.COUNSELLOR, None),
    CaseState.READY_TO_TRAVEL: (Matter.DECISION_ASKED, Party.COUNSELLOR, Task.CONFIRM_DECISION),
    CaseState.DEPARTED: (Matter.ON_THE_WAY, Party.PARTNER, Task.SAY_ARRIVED),
    CaseState.ARRIVED: (Matter.FIRST_CONTACT, Party.PARTNER, Task.CONTACT_PARTNER),
    CaseState.REINTEGRATION: (Matter.STEP_PLANNED, Party.PARTNER, None),
    CaseState.MONITORING: (None, Party.COUNSELLOR, None),
    CaseState.CLOSED: (None, Party.NOBODY, None),
    CaseState.WITHDRAWN: (None, Party.NOBODY, None),
    CaseState.NOT_ELIGIBLE: (Matter.REVIEW_POSSIBLE, Party.NOBODY, Task.ASK_FOR_REVIEW),
    CaseState.EXPIRED: (Matter.DRAFT_EXPIRED, Party.NOBODY, Task.TAKE_UP),
}


@pytest.mark.parametrize("state", ROADS)
def test_every_state_says_who_acts_by_when_and_what_to_do(cast, session, state):
    case = cast.case(state)

    found = standing(session, case)

    assert (found.matter, found.party, found.task) == EXPECTED[state]
    assert (found.due_on is None) == (found.party is Party.NOBODY)
    assert found.overdue is False
    assert found.stage == STAGES[state]


def test_the_stages_never_run_back():
    way = [STAGES[state] for state in CaseState if state not in OVER]

    assert way == sorted(way)
    assert set(way) == set(range(7))


def test_a_rule_changes_who_acts_only_where_somebody_acts_at_all():
    silent = {state for state, wait in WAITS.items() if wait.party is Party.NOBODY}
    active = [rule for rule in RULES.values() if silent & set(rule.states)]

    assert {rule.party for rule in active} == {Party.NOBODY}


def test_a_complete_draft_is_to_be_sent(cast, session):
    case = cast.case_by(cast.answer_everything)

    assert standing(session, case).task is Task.SEND


def test_going_on_with_a_draft_means_the_first_missing_answer(cast, session):
    case = cast.case(CaseState.DRAFT)

    assert [one.about for one in standing(session, case).todo] == [Question.LANGUAGE]


def test_of_several_corrections_the_first_one_open_comes_first_and_all_are_listed(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked = [
        corrections.ask(session, case, section, CorrectionReason.MISSING, "Please", by=cast.clara)
        for section in (Section.WHERE_TO, None, Section.ABOUT_YOU)
    ]
    cast.step(case, Act.CASE_ASK, cast.clara)
    corrections.answer_section(session, case, Section.WHERE_TO, by=cast.amina)

    assert [one.about for one in standing(session, case).todo] == asked[1:]


def test_when_all_corrections_are_answered_the_application_is_sent_again(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    for correction in corrections.open_of(session, case):
        corrections.answer_section(session, case, correction.section, by=cast.amina)

    assert standing(session, case).task is Task.SEND


def test_a_rejected_document_is_to_be_sent_again_while_the_counsellor_goes_on(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)
    deciding.reject(session, document, RejectReason.UNREADABLE, by=cast.clara)

    found = standing(session, case)

    assert (found.party, found.task) == (Party.COUNSELLOR, Task.SEND_DOCUMENT)
    assert found.about is document


def test_a_document_that_came_twice_or_is_held_already_is_not_asked_for_again(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    deciding.reject(session, cast.document(case), RejectReason.DUPLICATE, by=cast.clara)
    deciding.accept(session, cast.document(case, DocumentKind.NATIONAL_ID), by=cast.clara)
    deciding.reject(
        session, cast.document(case, DocumentKind.NATIONAL_ID), RejectReason.CUT_OFF, by=cast.clara
    )

    assert standing(session, case).task is None


@pytest.mark.parametrize("state", [CaseState.PREPARING, CaseState.READY_TO_TRAVEL])
def test_a_proposed_partner_waits_for_the_migrants_consent(cast, session, state):
    case = cast.case(state)
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)

    found = standing(session, case)

    assert (found.party, found.task, found.about) == (Party.MIGRANT, Task.CONSENT_TO_REFERRAL, referral)
    assert found.due_on == referral.due_on


def test_without_a_partner_the_counsellor_acts_after_departure(cast, session):
    case = cast.case(CaseState.ARRIVED)
    referrals.advance(session, referrals.live(session, case), Act.REFERRAL_REVOKE, by=cast.amina)

    found = standing(session, case)

    assert (found.matter, found.party, found.task) == (Matter.PARTNER_MISSING, Party.COUNSELLOR, None)


def test_an_asked_partner_must_answer(cast, session):
    case = cast.case(CaseState.ARRIVED)
    referrals.advance(session, referrals.live(session, case), Act.REFERRAL_REVOKE, by=cast.amina)
    referral = referrals.propose(session, case, cast.tbilisi, by=cast.clara)
    receipts.agree(session, referral, receipts.EVERYTHING, language="en", by=cast.amina)

    found = standing(session, case)

    assert (found.matter, found.party, found.due_on) == (
        Matter.PARTNER_ASKED,
        Party.PARTNER,
        referral.due_on,
    )


def test_a_plan_waits_for_one_after_the_other(cast, session):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case, approved=False)
    seen = [standing(session, case).matter]
    for act, who, note in (
        (Act.PLAN_OFFER, cast.petros, ""),
        (Act.PLAN_DISAGREE, cast.amina, "No second machine"),
        (Act.PLAN_OFFER, cast.petros, ""),
        (Act.PLAN_AGREE, cast.amina, ""),
        (Act.PLAN_SUBMIT, cast.petros, ""),
        (Act.PLAN_APPROVE, cast.aino, ""),
    ):
        approval.advance(session, plan, act, by=who, note=note)
        found = standing(session, case)
        seen.append((found.matter, found.party, found.task))

    assert seen == [
        Matter.FIRST_CONTACT,
        (Matter.PLAN_OFFERED, Party.MIGRANT, Task.READ_PLAN),
        (Matter.PLAN_CHANGING, Party.PARTNER, None),
        (Matter.PLAN_OFFERED, Party.MIGRANT, Task.READ_PLAN),
        (Matter.PLAN_AGREED, Party.PARTNER, None),
        (Matter.PLAN_SUBMITTED, Party.APPROVER, None),
        (Matter.PLAN_APPROVED, Party.APPROVER, None),
    ]


def test_a_rejected_plan_is_the_partners_again(cast, session):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case, approved=False)
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)
    approval.advance(session, plan, Act.PLAN_AGREE, by=cast.amina)
    approval.advance(session, plan, Act.PLAN_SUBMIT, by=cast.petros)
    approval.advance(session, plan, Act.PLAN_REJECT, by=cast.aino, note="Too dear")

    found = standing(session, case)

    assert (found.matter, found.party) == (Matter.PLAN_REJECTED, Party.PARTNER)


def test_a_payment_waits_for_one_after_the_other(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    plan = plans.approved(session, case)
    milestone, payment = parts.milestones(session, plan)[0], parts.payments(session, plan)[0]
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
    seen = []

    def look():
        found = standing(session, case)
        seen.append((found.matter, found.party, found.task))

    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)
    look()
    grants.advance_milestone(session, milestone, Act.MILESTONE_VERIFY, by=cast.clara)
    cast.request(payment)
    look()
    grants.advance_payment(session, payment, Act.PAYMENT_VERIFY, by=cast.clara)
    look()
    grants.advance_payment(session, payment, Act.PAYMENT_APPROVE, by=cast.aino)
    look()
    grants.pay(session, payment, on=today(), reference="TR-1", by=cast.clara)
    look()
    grants.advance_payment(session, payment, Act.PAYMENT_NOT_RECEIVED, by=cast.amina)
    look()
    grants.advance_payment(session, payment, Act.PAYMENT_ANSWER, by=cast.clara, note="Tomorrow")
    look()
    grants.advance_payment(session, payment, Act.PAYMENT_RECEIVE, by=cast.amina)
    look()

    assert seen == [
        (Matter.REPORT_MADE, Party.COUNSELLOR, None),
        (Matter.PAYMENT_TO_CHECK, Party.COUNSELLOR, None),
        (Matter.PAYMENT_TO_SIGN, Party.APPROVER, None),
        (Matter.PAYMENT_TO_MAKE, Party.COUNSELLOR, None),
        (Matter.PAYMENT_MADE, Party.MIGRANT, Task.CONFIRM_PAYMENT),
        (Matter.QUESTION_OPEN, Party.COUNSELLOR, None),
        (Matter.PAYMENT_MADE, Party.MIGRANT, Task.CONFIRM_PAYMENT),
        (Matter.STEP_PLANNED, Party.PARTNER, None),
    ]


def test_a_large_payment_waits_for_the_second_signature(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    payment = parts.payments(session, plans.approved(session, case))[0]
    payment.amount, payment.state, payment.approved_by_id = 100_001, PaymentState.APPROVED, cast.aino.id

    assert standing(session, case).matter is Matter.PAYMENT_TO_SIGN


def test_an_own_report_sent_back_is_to_be_made_again(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    milestone = parts.milestones(session, plans.approved(session, case))[0]
    cast.document(case, DocumentKind.DELIVERY_PHOTO, milestone_id=milestone.id)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.amina)
    grants.advance_milestone(session, milestone, Act.MILESTONE_RETURN, by=cast.clara, note="Blurred")

    found = standing(session, case)

    assert (found.party, found.task, found.about) == (Party.MIGRANT, Task.REPORT_AGAIN, milestone)


def test_when_all_is_delivered_the_counsellor_must_say_so(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    cast.deliver(case)

    found = standing(session, case)

    assert (found.matter, found.party) == (Matter.ALL_DELIVERED, Party.COUNSELLOR)


def test_a_decision_is_reviewed_once(cast, session):
    case = cast.case(CaseState.NOT_ELIGIBLE)
    case.former_counsellor_id = cast.clara.id

    found = standing(session, case)

    assert (found.matter, found.task) == (Matter.REVIEWED, None)


def test_a_passed_day_is_overdue_and_today_is_not(cast, session):
    case = cast.case(CaseState.SUBMITTED)

    case.due_on = today()
    on_the_day = standing(session, case).overdue
    case.due_on = today() - timedelta(days=1)
    after_it = standing(session, case).overdue

    assert (on_the_day, after_it) == (False, True)


def test_after_a_request_for_review_a_counsellor_must_act_again(cast, session):
    case = cast.case(CaseState.NOT_ELIGIBLE)
    lifecycle.advance(session, case, Act.CASE_REQUEST_REVIEW, by=cast.amina)

    assert standing(session, case).party is Party.COUNSELLOR
