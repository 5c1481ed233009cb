"""No sum of a plan exceeds the one above it: not by fifty signatures at once, not by any way of steps."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.db import today
from portal.domain import cases
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotAllowed, Refused
from portal.domain.permissions import Act, Role
from portal.domain.support import amending, approval, drafting, grants, parts, plans, referrals
from portal.domain.support.parts import Category, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.programme import DocumentKind, Modality
from tests.cast import Cast
from tests.together import at_once


@pytest.fixture
def plan(cast, session):
    """Approved: 1,000 euros."""
    return plans.approved(session, cast.case(CaseState.REINTEGRATION))


@pytest.mark.parametrize("sums", [(150_001, 0, 0), (100_000, 100_001, 0), (100_000, 500, 501), (1, 0, -1)])
def test_the_database_refuses_sums_that_exceed_the_one_above(session, plan, sums):
    agreed, approved, paid = sums
    change = {"agreed_total": agreed, "approved_total": approved, "paid_total": paid}

    with pytest.raises(IntegrityError):
        session.execute(update(Plan).where(Plan.id == plan.id).values(change))


def test_of_fifty_signatures_at_once_no_more_are_taken_than_the_plan_holds(cast, wiring, session, plan):
    line = parts.lines(session, plan)[0]
    many = [
        Payment(
            case_id=plan.case_id,
            plan_id=plan.id,
            line_id=line.id,
            amount=30_000,
            state=PaymentState.VERIFIED,
            requested_by_id=cast.petros.id,
            verified_by_id=cast.clara.id,
        )
        for _ in range(50)
    ]
    session.add_all(many)
    ids, aino, plan_id = [one.id for one in many], cast.aino.id, plan.id
    session.commit()

    def sign(payment_id: int) -> Callable[..., None]:
        def verb(own):
            payment, by = own.get_one(Payment, payment_id), own.get_one(Account, aino)
            grants.advance_payment(own, payment, Act.PAYMENT_APPROVE, by=by)

        return verb

    told = at_once(wiring, *map(sign, ids))

    session.expire_all()
    assert told == ["done"] * 3 + ["told"] * 47
    assert session.get_one(Plan, plan_id).approved_total == 90_000
    assert len(session.scalars(select(Payment).where(Payment.state == PaymentState.APPROVED)).all()) == 3


def test_paying_twice_at_once_is_paying_once(cast, wiring, session, plan):
    payment = parts.payments(session, plan)[0]
    payment.state, payment.approved_by_id = PaymentState.APPROVED, cast.aino.id
    plan.approved_total = payment.amount
    number, clara = payment.id, cast.clara.id
    session.commit()

    def pay(own):
        grants.pay(
            own,
            own.get_one(Payment, number),
            on=today(),
            reference="TR-1",
            by=own.get_one(Account, clara),
        )

    told = at_once(wiring, *[pay] * 8)

    session.expire_all()
    assert told == ["done", *["told"] * 7]
    assert plan.paid_total == 60_000


# --- Any way through ----------------------------------------------------------------------------

WHO = st.sampled_from(["amina", "giorgi", "clara", "kalle", "aino", "aadu", "petros", "nino", "mart"])
PLAN_ACTS = st.sampled_from([act for act in approval.PLAN_STEPS])
PAYMENT_ACTS = st.sampled_from([act for act in grants.PAYMENT_STEPS if act is not Act.PAYMENT_PAY])
MILESTONE_ACTS = st.sampled_from(list(grants.MILESTONE_STEPS))


class EveryEuro(RuleBasedStateMachine):
    """Anybody tries anything with one case's plan; what they may not do is refused."""

    cast: Cast
    people: ClassVar[dict[str, Account]]
    so_far = 0
    paid: ClassVar[list[int]] = []
    versions: ClassVar[list[int]] = []

    @initialize()
    def begin(self):
        EveryEuro.so_far += 1
        self.session = self.cast.session
        self.people["amina"] = self.cast.account(Role.MIGRANT, f"amina-{EveryEuro.so_far}", has_app=False)
        self.case = self.cast.case(CaseState.REINTEGRATION, migrant=self.people["amina"])

    def attempt(self, verb, *given, by, **more):
        """Whether it was done; somebody of another case or organisation does not get near it."""
        who = self.people[by]
        if self.session.scalar(select(Case.id).where(Case.id == self.case.id, cases.visible_to(who))) is None:
            return False
        try:
            with self.session.begin_nested():
                verb(self.session, *given, by=who, **more)
                self.session.flush()
        except (Refused, NotAllowed):
            self.session.expire_all()
            return False
        return True

    def one_of(self, kind, number):
        rows = self.session.scalars(select(kind).where(kind.case_id == self.case.id).order_by(kind.id)).all()
        return rows[number % len(rows)]

    @rule(by=WHO)
    def change(self, by):
        self.attempt(amending.begin, self.case, note="Other prices", by=by)

    @rule(by=WHO, cents=st.integers(1, 90_000))
    def add(self, by, cents):
        plan = plans.latest(self.session, self.case)
        line = {
            "category": Category.BUSINESS,
            "description": "Thread",
            "supplier": "Bazaar",
            "amount": cents,
            "modality": Modality.IN_KIND,
        }

        def add(session, by):
            added = drafting.add_line(session, plan, line, by=by)
            drafting.add_payment(session, plan, added, None, cents, by=by)

        self.attempt(add, by=by)

    @rule(by=WHO, number=st.integers(0, 9))
    def cut(self, by, number):
        plan = plans.latest(self.session, self.case)
        lines = parts.lines(self.session, plan)
        if lines:
            self.attempt(drafting.remove, plan, lines[number % len(lines)], by=by)

    @rule(by=WHO, act=PLAN_ACTS)
    def decide(self, by, act):
        self.attempt(approval.advance, plans.latest(self.session, self.case), act, by=by, note="So it is")

    @rule()
    def agree_on_it(self):
        plan = plans.latest(self.session, self.case)
        road = (("petros", Act.PLAN_OFFER), ("amina", Act.PLAN_AGREE), ("petros", Act.PLAN_SUBMIT))
        for by, act in (*road, ("aino", Act.PLAN_APPROVE)):
            self.attempt(approval.advance, plan, act, by=by)

    @rule(by=WHO, act=PAYMENT_ACTS, number=st.integers(0, 9))
    def sign(self, by, act, number):
        payment = self.one_of(Payment, number)
        self.attempt(grants.advance_payment, payment, act, by=by, note="So it is")

    @rule(number=st.integers(0, 9), far=st.integers(0, 5))
    def go_well(self, number, far):
        payment = self.one_of(Payment, number)
        if payment.milestone_id:
            self.deliver(self.session.get_one(parts.Milestone, payment.milestone_id))
        self.attempt(self.ask_for, payment, by="petros")
        road = (
            ("clara", Act.PAYMENT_VERIFY),
            ("aino", Act.PAYMENT_APPROVE),
            ("aadu", Act.PAYMENT_APPROVE),
            ("clara", Act.PAYMENT_PAY),
            ("amina", Act.PAYMENT_NOT_RECEIVED),
        )
        for by, act in road[:far]:
            if act is Act.PAYMENT_PAY:
                self.pay(by, number)
            else:
                self.attempt(grants.advance_payment, payment, act, by=by)

    def ask_for(self, session, payment, by):
        players = self.cast.players(self.people["amina"])
        bill = players.send(self.case, DocumentKind.INVOICE, sender=by, payment_id=payment.id)
        grants.request(session, payment, bill, by=by)

    def deliver(self, milestone):
        self.prove(milestone)
        for by, act in (("petros", Act.MILESTONE_REPORT), ("clara", Act.MILESTONE_VERIFY)):
            self.attempt(grants.advance_milestone, milestone, act, by=by)

    def prove(self, milestone):
        players = self.cast.players(self.people["amina"])
        kind, sender = DocumentKind.DELIVERY_PHOTO, self.people["petros"]
        players.send(self.case, kind, sender=sender, milestone_id=milestone.id)

    @rule(number=st.integers(0, 9))
    def change_well(self, number):
        self.change("petros")
        self.cut("petros", number)
        self.add("petros", 9_900)
        self.agree_on_it()

    def pay(self, by, number):
        """Whoever it is, on the day."""
        self.attempt(grants.pay, self.one_of(Payment, number), by=by, on=today(), reference="TR-7")

    @rule(by=WHO, number=st.integers(0, 9))
    def try_to_pay(self, by, number):
        self.pay(by, number)

    @rule(by=WHO, act=MILESTONE_ACTS, number=st.integers(0, 9), proved=st.booleans())
    def step(self, by, act, number, proved):
        milestone = self.one_of(parts.Milestone, number)
        if proved:
            self.prove(milestone)
        self.attempt(grants.advance_milestone, milestone, act, by=by, note="So it is")

    @invariant()
    def no_sum_exceeds_the_one_above(self):
        for plan in plans.every(self.session, self.case):
            made = parts.payments(self.session, plan)
            signed = sum(one.amount for one in made if one.approved_by_id)
            paid = sum(one.amount for one in made if one.state in grants.PAID_OUT)
            if plan.state is PlanState.APPROVED:
                assert (plan.agreed_total, plan.approved_total) == (parts.total(self.session, plan), signed)
                assert plan.paid_total == paid
                assert paid <= signed <= plan.agreed_total <= plan.ceiling
            else:
                assert (signed, paid) == (0, 0)

    @invariant()
    def nobody_approves_their_own(self):
        for plan in plans.every(self.session, self.case):
            if plan.state in (PlanState.APPROVED, PlanState.AMENDED):
                assert plan.decided_by_id not in (plan.drafted_by_id, plan.submitted_by_id)
        for one in self.session.scalars(select(Payment).where(Payment.case_id == self.case.id)):
            if one.approved_by_id:
                signers = [one.requested_by_id, one.verified_by_id, one.approved_by_id]
                signers += [one.second_approver_id] if one.second_approver_id else []
                assert len(set(signers)) == len(signers)

    @invariant()
    def nothing_is_seen_across_partners(self):
        for name in ("nino", "giorgi", "mart"):
            who = self.people[name]
            mine = select(Case.id).where(Case.id == self.case.id, cases.open_to(who))
            seen = (self.session.scalar(mine), *referrals.waiting_for(self.session, who))
            assert seen == (None,)

    @invariant()
    def a_plan_holds_all_the_time(self):
        assert plans.approved(self.session, self.case) is not None

    def teardown(self):
        self.paid.append(sum(one.paid_total for one in plans.every(self.session, self.case)))
        self.versions.append(plans.every(self.session, self.case)[0].number)
        self.session.commit()


def test_every_euro_is_accounted_for_whoever_tries_what(cast):
    EveryEuro.cast, EveryEuro.so_far = cast, 0
    EveryEuro.people = {
        name: getattr(cast, name) for name in ("giorgi", "clara", "kalle", "aino", "petros", "nino", "mart")
    } | {"aadu": cast.account(Role.APPROVER, "aadu@example.org", name="Aadu Rebane", has_app=False)}

    run_state_machine_as_test(
        EveryEuro,
        settings=settings(
            max_examples=8,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )

    # The machine went somewhere: money was paid, and plans that hold were changed.
    assert sum(EveryEuro.paid) > 0
    assert max(EveryEuro.versions) > 2
