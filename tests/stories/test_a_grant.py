"""One grant, from the first line of its plan to the closed case: after every step every euro is told."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.db import today
from portal.domain import journal, people
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState, ClosureReason
from portal.domain.course import lifecycle
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, Role
from portal.domain.support import amending, approval, drafting, grants, parts, plans, rates, spending
from portal.domain.support.parts import Category, MilestoneState, MilestoneType, PaymentState, PayMethod
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.rates import Rate
from portal.domain.support.spending import Spent
from portal.programme import DocumentKind, Modality
from tests.cast import Cast

LINES = (
    ("Sewing machine", 100_050, Category.BUSINESS, Modality.IN_KIND, MilestoneType.GOODS_DELIVERED),
    ("Rent, three months", 12_000, Category.HOUSING, Modality.DIRECT_PAYMENT, MilestoneType.HOUSING_SECURED),
    ("Fabric", 9_950, Category.BUSINESS, Modality.IN_KIND, MilestoneType.GOODS_DELIVERED),
    ("Bus fares", 8_000, Category.IMMEDIATE_NEEDS, Modality.REIMBURSEMENT, MilestoneType.ONWARD_TRANSPORT),
    ("Course", 10_000, Category.TRAINING, Modality.DIRECT_PAYMENT, MilestoneType.TRAINING_COMPLETED),
    ("Shop sign", 10_000, Category.BUSINESS, Modality.IN_KIND, MilestoneType.OTHER),
)
PAPERS = {
    Modality.IN_KIND: DocumentKind.HANDOVER_NOTE,
    Modality.DIRECT_PAYMENT: DocumentKind.INVOICE,
    Modality.REIMBURSEMENT: DocumentKind.PROOF_OF_PAYMENT,
}
CEILING = 150_000


@dataclass
class Grant:
    """The grant of one case, and its book: what each step left in each pocket."""

    cast: Cast
    case: Case
    second: Account
    book: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        """The version that counts: the one that holds, or the draft before there is one."""
        session = self.cast.session
        return plans.approved(session, self.case) or plans.latest(session, self.case)

    def count(self) -> Spent:
        """Look into every pocket, by lines, by payments and in the database's own sums: they agree."""
        session, plan = self.cast.session, self.plan
        session.flush()
        rows, every = spending.of_plan(session, plan)
        made, told = parts.payments(session, plan), grants.money(session, plan)
        assert every.planned == sum(row.planned for row in rows) == parts.total(session, plan) <= plan.ceiling
        for name in ("paid", "coming", "received", "asked", "unused"):
            assert getattr(every, name) == sum(getattr(row, name) for row in rows)
        assert every.planned == every.paid + every.coming + every.unused
        assert (told.agreed, told.paid, told.received, told.open) == (
            every.planned,
            every.paid,
            every.received,
            every.coming,
        )
        if plan.state is PlanState.APPROVED:
            signed = sum(one.amount for one in made if one.approved_by_id)
            assert (plan.agreed_total, plan.approved_total, plan.paid_total) == (
                every.planned,
                signed,
                every.paid,
            )
            assert every.paid <= signed <= every.planned <= CEILING
        self.book.append((every.planned, every.asked, every.paid, every.received, every.unused))
        return every

    def decide(self, plan: Plan) -> None:
        """Partner, returnee and approver want it, one after the other."""
        road = ((self.cast.petros, Act.PLAN_OFFER), (self.cast.amina, Act.PLAN_AGREE))
        for by, act in (*road, (self.cast.petros, Act.PLAN_SUBMIT), (self.cast.aino, Act.PLAN_APPROVE)):
            approval.advance(self.cast.session, plan, act, by=by)
            self.count()

    def write(self) -> Plan:
        """Six lines in two currencies, each paid after a step of its own, and one step before all others."""
        cast, session, by = self.cast, self.cast.session, self.cast.petros
        given = {people.principal(session, self.case): cast.package}
        plan = drafting.draft(session, self.case, given, objectives="A sewing workshop", by=by)
        rates.fix(plan, Rate("UZS", Decimal("14325.5"), today(), "Central bank"), by=by)
        first = self.step(plan, MilestoneType.FIRST_CONTACT, "First meeting", None, days=3)
        for number, (thing, cents, category, modality, kind) in enumerate(LINES, 1):
            values = {"category": category, "description": thing, "supplier": "Bazaar", "amount": cents}
            line = drafting.add_line(session, plan, values | {"modality": modality}, by=by)
            step = self.step(plan, kind, thing, first.id, days=10 * number)
            drafting.add_payment(session, plan, line, step, cents, by=by)
            self.count()
        return plan

    def step(
        self, plan: Plan, kind: MilestoneType, words: str, after: int | None, days: int
    ) -> parts.Milestone:
        """One more step of the plan."""
        values: dict[str, Any] = {"type": kind, "description": words, "after_id": after, "proof": "A photo"}
        values["due_on"] = today() + timedelta(days=days)
        return drafting.add_milestone(self.cast.session, plan, values, by=self.cast.petros)

    def change(self) -> Plan:
        """The course became cheaper and the rent dearer; a step is added."""
        cast, session = self.cast, self.cast.session
        plan = amending.begin(session, self.case, note="The rent went up", by=cast.petros)
        lines = {one.description: one for one in parts.lines(session, plan)}
        made = {one.line_id: one for one in parts.payments(session, plan)}
        for thing, cents in (("Course", 9_000), ("Rent, three months", 13_000)):
            line, payment = lines[thing], made[lines[thing].id]
            milestone = session.get_one(parts.Milestone, payment.milestone_id)
            drafting.remove(session, plan, payment, by=cast.petros)
            drafting.change_line(session, plan, line, {"amount": cents}, by=cast.petros)
            drafting.add_payment(session, plan, line, milestone, cents, by=cast.petros)
            self.count()
        self.step(plan, MilestoneType.BUSINESS_OPERATING, "Workshop open", None, days=90)
        return plan

    def deliver(self, milestone: parts.Milestone) -> None:
        """Shown by the partner, confirmed by the counsellor."""
        cast = self.cast
        photo = DocumentKind.DELIVERY_PHOTO
        cast.document(self.case, photo, sender=cast.petros, milestone_id=milestone.id)
        grants.advance_milestone(cast.session, milestone, Act.MILESTONE_REPORT, by=cast.petros)
        grants.advance_milestone(cast.session, milestone, Act.MILESTONE_VERIFY, by=cast.clara)
        self.count()

    def pay(self, payment: parts.Payment) -> None:
        """Asked for with its paper, checked, signed by as many as it needs, and made."""
        cast, session = self.cast, self.cast.session
        paper = PAPERS[session.get_one(parts.Line, payment.line_id).modality]
        sent = cast.document(self.case, paper, sender=cast.petros, payment_id=payment.id)
        grants.request(session, payment, sent, by=cast.petros)
        self.count()
        grants.advance_payment(session, payment, Act.PAYMENT_VERIFY, by=cast.clara)
        grants.advance_payment(session, payment, Act.PAYMENT_APPROVE, by=cast.aino)
        self.count()
        if grants.second_approval_missing(session, payment):
            grants.advance_payment(session, payment, Act.PAYMENT_APPROVE, by=self.second)
        reference = f"TR-{payment.amount}"
        grants.pay(session, payment, on=today(), method=PayMethod.CARD, reference=reference, by=cast.clara)
        self.count()

    def say(self, payment: parts.Payment, act: Act, by: Account, note: str = "") -> None:
        """The returnee's word, or the answer to it."""
        grants.advance_payment(self.cast.session, payment, act, by=by, note=note)
        self.count()

    def complete(self) -> list[Reason]:
        """Why the support is not complete; nothing once it is."""
        try:
            lifecycle.advance(self.cast.session, self.case, Act.CASE_COMPLETE, by=self.cast.clara)
        except Refused as refused:
            return refused.reasons
        return []


@pytest.fixture
def grant(cast):
    second = cast.account(Role.APPROVER, "aadu@example.org", name="Aadu Rebane")
    return Grant(cast, cast.case(CaseState.ARRIVED), second)


def test_a_grant_of_six_lines_is_accounted_for_to_the_last_cent(grant, cast, session, enter):
    # 1. Written, agreed, approved: nothing is asked for, all of it is still to come.
    grant.decide(grant.write())
    lifecycle.advance(session, grant.case, Act.CASE_BEGIN, by=cast.aino)
    assert grant.book[-1] == (150_000, 0, 0, 0, 0)
    assert rates.to_local(grant.plan, 150_000) == 2_148_825_000

    # 2. The first meeting comes first; then the machine is delivered, and paid with two signatures.
    meeting, *_rest = parts.milestones(session, grant.plan)
    with pytest.raises(Refused) as too_early:
        grant.deliver(parts.milestones(session, grant.plan)[1])
    assert too_early.value.reasons == [Reason.MILESTONE_BEFORE_OPEN]
    grant.deliver(meeting)
    machine, *_others = parts.payments(session, grant.plan)
    grant.deliver(session.get_one(parts.Milestone, machine.milestone_id))
    grant.pay(machine)
    assert (machine.second_approver_id, machine.method) == (grant.second.id, PayMethod.CARD)
    assert grant.book[-1] == (150_000, 0, 100_050, 0, 0)

    # 3. It did not come. It is answered, and then it comes: until then nothing is complete.
    grant.say(machine, Act.PAYMENT_NOT_RECEIVED, cast.amina)
    assert (machine.due_on, Reason.PAYMENTS_OPEN in grant.complete()) == (clock(session), True)
    grant.say(machine, Act.PAYMENT_ANSWER, cast.clara, "The seller brings it on Friday")
    grant.say(machine, Act.PAYMENT_RECEIVE, cast.amina)
    assert grant.book[-1] == (150_000, 0, 100_050, 100_050, 0)

    # 4. The plan that holds is changed: what was spent stays spent.
    change = grant.change()
    assert grant.plan.id == change.amends_id
    grant.decide(change)
    assert (grant.plan.id, grant.plan.number) == (change.id, 2)
    assert grant.book[-1] == (150_000, 0, 100_050, 100_050, 0)
    steps = parts.milestones(session, grant.plan)
    assert (len(parts.lines(session, grant.plan)), len(steps)) == (6, 8)

    # 5. The shop sign is not needed any more: its step is waived, its money is never paid.
    sign = next(one for one in steps if one.description == "Shop sign")
    grants.advance_milestone(session, sign, Act.MILESTONE_MISS, by=cast.clara, note="Not allowed there")
    grants.advance_milestone(session, sign, Act.MILESTONE_WAIVE, by=cast.aino, note="No shop window")
    grant.count()
    assert grant.book[-1] == (150_000, 0, 100_050, 100_050, 10_000)

    # 6. Everything else is delivered, paid and received.
    for step in parts.milestones(session, grant.plan):
        if step.state is MilestoneState.PLANNED:
            grant.deliver(step)
    assert grant.complete() == [Reason.PAYMENTS_OPEN]
    for payment in parts.payments(session, grant.plan):
        if payment.state is PaymentState.PLANNED and payment.milestone_id != sign.id:
            grant.pay(payment)
            grant.say(payment, Act.PAYMENT_RECEIVE, cast.amina)
    received = [one for one in parts.payments(session, grant.plan) if one.state is PaymentState.RECEIVED]
    assert (len(received), sum(one.amount for one in received)) == (5, 140_000)
    assert grant.book[-1] == (150_000, 0, 140_000, 140_000, 10_000)

    # 7. Follow-up, and the end. All three read the same sums, and the journal is whole.
    assert grant.complete() == []
    assert grant.case.state is CaseState.MONITORING
    reference = grant.case.reference
    session.commit()
    pages = {
        "amina": "/en/my/plan/",
        "petros": f"/en/partner/cases/{reference}/plan",
        "clara": f"/en/counsellor/cases/{reference}/plan",
    }
    for name, page in pages.items():
        text = enter(getattr(cast, name)).get(page).text
        shown = text.partition('id="spent"')[2].partition("</section>")[0]
        told = ("€1,500.00", "€1,400.00", "UZS21,488,250.00", "Planned, but not needed: €100.00")
        assert [words for words in told if words not in shown.replace("\xa0", " ")] == [], name
    lifecycle.close(session, grant.case, ClosureReason.COMPLETED, by=cast.aino)
    grant.count()
    assert (grant.case.state, list(journal.verify(session))) == (CaseState.CLOSED, [])


def clock(session):
    """By when a question about a payment is answered."""
    return session.info["programme"].clocks["payment_review"].due(today())
