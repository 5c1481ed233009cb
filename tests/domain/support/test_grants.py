"""What is delivered: steps with evidence, payments with enough signatures, and the returnee's own word."""

from datetime import timedelta

import pytest

from portal.db import today
from portal.domain import cases, deciding, journal
from portal.domain.accounts import Account
from portal.domain.cases import CaseState
from portal.domain.course import lifecycle
from portal.domain.documents import RejectReason
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role
from portal.domain.support import grants, parts, plans
from portal.domain.support.parts import MilestoneState, Payment, PaymentState
from portal.programme import DocumentKind
from tests.together import at_once


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def plan(session, case):
    return plans.approved(session, case)


@pytest.fixture
def milestone(session, plan):
    return parts.milestones(session, plan)[0]


@pytest.fixture
def payment(session, plan):
    return parts.payments(session, plan)[0]


@pytest.fixture
def aadu(cast):
    """A second approver."""
    return cast.account(Role.APPROVER, "aadu@example.org", name="Aadu Rebane")


def prove(cast, case, milestone, by=None):
    return cast.document(
        case, DocumentKind.DELIVERY_PHOTO, sender=by or cast.petros, milestone_id=milestone.id
    )


def report(cast, session, case, milestone, by=None):
    by = by or cast.petros
    prove(cast, case, milestone, by)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=by)


def verified(cast, session, case, milestone):
    report(cast, session, case, milestone)
    grants.advance_milestone(session, milestone, Act.MILESTONE_VERIFY, by=cast.clara)


def bring(cast, session, payment, state):
    """The payment at this state, its milestone being verified."""
    cast.request(payment)
    if state is PaymentState.REQUESTED:
        return
    road = [
        (PaymentState.VERIFIED, Act.PAYMENT_VERIFY, cast.clara),
        (PaymentState.APPROVED, Act.PAYMENT_APPROVE, cast.aino),
    ]
    for reached, act, by in road:
        grants.advance_payment(session, payment, act, by=by)
        if reached is state:
            return
    grants.pay(session, payment, on=today(), reference="TR-1", by=cast.clara)


def refusal(take, *given, **more):
    with pytest.raises(Refused) as refused:
        take(*given, **more)
    return refused.value.reasons


# --- Milestones ------------------------------------------------------------------------------------


def test_a_report_needs_evidence(cast, session, milestone):
    reasons = refusal(grants.advance_milestone, session, milestone, Act.MILESTONE_REPORT, by=cast.petros)

    assert reasons == [Reason.EVIDENCE_MISSING]


@pytest.mark.parametrize("who", ["petros", "amina"])
def test_the_partner_and_the_returnee_report(cast, session, case, milestone, who):
    report(cast, session, case, milestone, getattr(cast, who))

    assert milestone.state is MilestoneState.REPORTED
    assert milestone.reported_by_id == getattr(cast, who).id


def test_rejected_evidence_proves_nothing(cast, session, case, milestone):
    deciding.reject(session, prove(cast, case, milestone), RejectReason.UNREADABLE, by=cast.clara)

    reasons = refusal(grants.advance_milestone, session, milestone, Act.MILESTONE_REPORT, by=cast.petros)

    assert reasons == [Reason.EVIDENCE_MISSING]


def test_a_report_sent_back_says_why_and_can_be_made_again(cast, session, case, milestone):
    report(cast, session, case, milestone)

    without_words = refusal(grants.advance_milestone, session, milestone, Act.MILESTONE_RETURN, by=cast.clara)
    grants.advance_milestone(session, milestone, Act.MILESTONE_RETURN, by=cast.clara, note="Blurred")
    words = milestone.words
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)

    assert without_words == [Reason.REASON_MISSING]
    assert (words, milestone.words, milestone.state) == ("Blurred", "", MilestoneState.REPORTED)


def test_only_an_approver_waives_a_missed_step(cast, session, milestone):
    grants.advance_milestone(session, milestone, Act.MILESTONE_MISS, by=cast.clara, note="Seller gone")

    with pytest.raises(NotAllowed):
        grants.advance_milestone(session, milestone, Act.MILESTONE_WAIVE, by=cast.clara, note="Not needed")
    grants.advance_milestone(session, milestone, Act.MILESTONE_WAIVE, by=cast.aino, note="Not needed")

    assert milestone.state is MilestoneState.WAIVED


def test_nothing_is_reported_or_requested_in_a_closed_case(cast, session, case, milestone, payment):
    prove(cast, case, milestone)
    case.state = CaseState.CLOSED

    reported = refusal(grants.advance_milestone, session, milestone, Act.MILESTONE_REPORT, by=cast.petros)
    requested = refusal(grants.advance_payment, session, payment, Act.PAYMENT_REQUEST, by=cast.petros)

    assert reported == [Reason.WRONG_STATE]
    assert requested == [Reason.WRONG_STATE, Reason.INVOICE_MISSING]


def test_milestones_and_payments_of_another_case_are_not_found(cast, session, milestone, payment):
    other = cast.case(CaseState.ARRIVED, migrant=cast.giorgi)

    with pytest.raises(NotFound):
        grants.find_milestone(session, other, milestone.id)
    with pytest.raises(NotFound):
        grants.find_payment(session, other, payment.id)


def test_a_partner_of_another_organisation_finds_no_way_to_a_payment(cast, session, case):
    with pytest.raises(NotFound):
        cases.find(session, case.reference, viewer=cast.nino)


# --- Signatures ------------------------------------------------------------------------------------


def test_a_payment_waits_for_its_milestone(cast, session, payment):
    cast.request(payment)

    reasons = refusal(grants.advance_payment, session, payment, Act.PAYMENT_VERIFY, by=cast.clara)

    assert reasons == [Reason.MILESTONE_NOT_VERIFIED]


def test_who_verified_a_payment_does_not_approve_it(cast, session, case, milestone, payment):
    verified(cast, session, case, milestone)
    cast.request(payment)
    grants.advance_payment(session, payment, Act.PAYMENT_VERIFY, by=cast.aino)

    reasons = refusal(grants.advance_payment, session, payment, Act.PAYMENT_APPROVE, by=cast.aino)

    assert reasons == [Reason.OWN_VERIFICATION]


def test_a_small_payment_needs_one_approver_and_takes_no_second(
    cast, session, case, milestone, payment, aadu
):
    verified(cast, session, case, milestone)
    bring(cast, session, payment, PaymentState.APPROVED)

    reasons = refusal(grants.advance_payment, session, payment, Act.PAYMENT_APPROVE, by=aadu)

    assert reasons == [Reason.WRONG_STATE]
    assert grants.second_approval_missing(session, payment) is False


@pytest.mark.parametrize(("cents", "two"), [(100_000, False), (100_001, True)])
def test_above_the_limit_two_approvers_sign(cast, session, case, plan, milestone, payment, cents, two):
    verified(cast, session, case, milestone)
    plan.agreed_total, payment.amount = cents, cents
    bring(cast, session, payment, PaymentState.APPROVED)

    assert grants.second_approval_missing(session, payment) is two


def test_a_large_payment_is_made_after_two_different_approvers(
    cast, session, case, plan, milestone, payment, aadu
):
    verified(cast, session, case, milestone)
    plan.agreed_total = payment.amount = 100_001
    bring(cast, session, payment, PaymentState.APPROVED)

    too_early = refusal(grants.pay, session, payment, on=today(), reference="TR-1", by=cast.clara)
    twice = refusal(grants.advance_payment, session, payment, Act.PAYMENT_APPROVE, by=cast.aino)
    grants.advance_payment(session, payment, Act.PAYMENT_APPROVE, by=aadu)
    grants.pay(session, payment, on=today(), reference="TR-1", by=cast.clara)

    assert too_early == [Reason.SECOND_APPROVAL_MISSING]
    assert twice == [Reason.OWN_VERIFICATION]
    assert payment.state is PaymentState.PAID


def test_one_approver_does_not_sign_twice_at_once(cast, session, wiring, case, plan, milestone, payment):
    verified(cast, session, case, milestone)
    plan.agreed_total = payment.amount = 100_001
    bring(cast, session, payment, PaymentState.VERIFIED)
    aino = cast.aino.id
    session.commit()

    def sign(own):
        found, by = own.get_one(Payment, payment.id), own.get_one(Account, aino)
        grants.advance_payment(own, found, Act.PAYMENT_APPROVE, by=by)

    ends = at_once(wiring, sign, sign)
    session.refresh(payment)

    assert ends == ["done", "told"]
    assert (payment.approved_by_id, payment.second_approver_id) == (aino, None)


def test_a_returned_request_loses_its_signatures(cast, session, case, milestone, payment):
    verified(cast, session, case, milestone)
    bring(cast, session, payment, PaymentState.APPROVED)

    grants.advance_payment(session, payment, Act.PAYMENT_RETURN, by=cast.clara, note="Wrong seller")

    assert payment.state is PaymentState.PLANNED
    assert [payment.verified_by_id, payment.approved_by_id, payment.due_on] == [None, None, None]


@pytest.mark.parametrize(
    ("on", "reason"),
    [(None, Reason.DATE_MISSING), (today() + timedelta(days=2), Reason.DATE_IN_FUTURE)],
    ids=["no day", "a day to come"],
)
def test_a_payment_was_made_on_a_day(cast, session, case, milestone, payment, on, reason):
    verified(cast, session, case, milestone)
    bring(cast, session, payment, PaymentState.APPROVED)

    assert refusal(grants.pay, session, payment, on=on, reference="TR-1", by=cast.clara) == [reason]


# --- The returnee's own word -----------------------------------------------------------------------


@pytest.fixture
def paid(cast, session, case, milestone, payment):
    verified(cast, session, case, milestone)
    bring(cast, session, payment, PaymentState.PAID)
    return payment


@pytest.mark.parametrize("who", ["petros", "clara", "aino"])
def test_nobody_else_says_that_a_payment_arrived(cast, session, paid, who):
    with pytest.raises(NotAllowed):
        grants.advance_payment(session, paid, Act.PAYMENT_RECEIVE, by=getattr(cast, who))


@pytest.mark.parametrize(
    ("act", "note"), [(Act.PAYMENT_NOT_RECEIVED, ""), (Act.PAYMENT_PROBLEM, "It is broken")]
)
def test_what_is_missing_blocks_completion_until_it_is_answered(cast, session, case, plan, act, note):
    cast.deliver(case)
    payment = parts.payments(session, plan)[0]
    payment.state = PaymentState.PAID
    grants.advance_payment(session, payment, act, by=cast.amina, note=note)

    blocked = refusal(lifecycle.advance, session, case, Act.CASE_COMPLETE, by=cast.clara)
    grants.advance_payment(session, payment, Act.PAYMENT_ANSWER, by=cast.clara, note="A new one came")
    still = refusal(lifecycle.advance, session, case, Act.CASE_COMPLETE, by=cast.clara)
    grants.advance_payment(session, payment, Act.PAYMENT_RECEIVE, by=cast.amina)
    lifecycle.advance(session, case, Act.CASE_COMPLETE, by=cast.clara)

    assert (blocked, still) == ([Reason.PAYMENTS_OPEN], [Reason.PAYMENTS_OPEN])
    assert case.state is CaseState.MONITORING


def test_a_problem_needs_words_and_gives_the_counsellor_a_day(cast, session, paid):
    silent = refusal(grants.advance_payment, session, paid, Act.PAYMENT_PROBLEM, by=cast.amina)
    grants.advance_payment(session, paid, Act.PAYMENT_PROBLEM, by=cast.amina, note="It is broken")

    assert silent == [Reason.REASON_MISSING]
    assert (paid.words, paid.due_on > today()) == ("It is broken", True)


def test_received_is_not_the_last_word(cast, session, paid):
    grants.advance_payment(session, paid, Act.PAYMENT_RECEIVE, by=cast.amina)

    grants.advance_payment(session, paid, Act.PAYMENT_PROBLEM, by=cast.amina, note="It broke")

    assert paid.state is PaymentState.PROBLEM


def test_what_did_not_come_at_first_may_come_later(cast, session, paid):
    grants.advance_payment(session, paid, Act.PAYMENT_NOT_RECEIVED, by=cast.amina)

    grants.advance_payment(session, paid, Act.PAYMENT_RECEIVE, by=cast.amina)

    assert paid.state is PaymentState.RECEIVED


def test_two_answers_at_once_are_one(cast, session, wiring, paid):
    amina = cast.amina.id
    session.commit()

    def say(act):
        return lambda own: grants.advance_payment(
            own, own.get_one(Payment, paid.id), act, by=own.get_one(Account, amina), note="Hm"
        )

    ends = at_once(wiring, say(Act.PAYMENT_NOT_RECEIVED), say(Act.PAYMENT_NOT_RECEIVED))

    assert ends == ["done", "told"]
    assert list(journal.verify(session)) == []


# --- Sums ------------------------------------------------------------------------------------------


def test_the_sums_hold_after_every_step(cast, session, case, plan):
    seen = [grants.money(session, plan)]
    for milestone, payment in zip(
        parts.milestones(session, plan), parts.payments(session, plan), strict=True
    ):
        verified(cast, session, case, milestone)
        bring(cast, session, payment, PaymentState.PAID)
        seen.append(grants.money(session, plan))
        grants.advance_payment(session, payment, Act.PAYMENT_RECEIVE, by=cast.amina)
        seen.append(grants.money(session, plan))

    assert [(one.paid, one.received, one.open) for one in seen] == [
        (0, 0, 100_000),
        (60_000, 0, 40_000),
        (60_000, 60_000, 40_000),
        (100_000, 60_000, 0),
        (100_000, 100_000, 0),
    ]
    assert {one.agreed for one in seen} == {100_000}
    assert all(one.paid + one.open == one.agreed <= one.ceiling for one in seen)
    assert all(type(value) is int for one in seen for value in vars(one).values())


def test_money_for_a_waived_step_is_no_longer_to_come(cast, session, case, plan, milestone, payment):
    cast.deliver(case)
    milestone.state, payment.state = MilestoneState.WAIVED, PaymentState.PLANNED

    assert grants.money(session, plan).open == 0
    assert grants.open_reasons(session, case) == []


def test_money_asked_for_is_open_even_when_its_step_was_waived(cast, session, case, plan, milestone, payment):
    cast.deliver(case)
    milestone.state, payment.state = MilestoneState.WAIVED, PaymentState.REQUESTED

    assert grants.open_reasons(session, case) == [Reason.PAYMENTS_OPEN]


def test_a_question_is_money_paid_and_not_received(cast, session, case, plan):
    cast.deliver(case)
    one, two = parts.payments(session, plan)
    one.state, two.state = PaymentState.NOT_RECEIVED, PaymentState.PROBLEM

    found = grants.money(session, plan)

    assert (found.paid, found.received) == (100_000, 0)
