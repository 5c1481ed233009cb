"""Changing a plan that holds: nothing begun is lost; the old version holds until the new one does."""

from datetime import timedelta

import pytest

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import amending, approval, drafting, grants, parts, plans, snapshots
from portal.domain.support.parts import Category, MilestoneState, MilestoneType, PaymentState
from portal.domain.support.plans import PlanState
from portal.programme import DocumentKind, Modality


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def held(session, case):
    """The approved plan: a sewing machine for 600 and fabric for 400 euros."""
    return plans.approved(session, case)


@pytest.fixture
def change(cast, session, case, held):
    """The partner begins a change."""
    return amending.begin(session, case, note="The machine is cheaper now", by=cast.petros)


def approve(cast, session, change):
    approval.advance(session, change, Act.PLAN_OFFER, by=cast.petros)
    approval.advance(session, change, Act.PLAN_AGREE, by=cast.amina)
    approval.advance(session, change, Act.PLAN_SUBMIT, by=cast.petros)
    approval.advance(session, change, Act.PLAN_APPROVE, by=cast.aino)


def sums(session, plan):
    return sorted((one.description, one.amount) for one in parts.lines(session, plan))


def cut(cast, session, change, description):
    [line] = [one for one in parts.lines(session, change) if one.description == description]
    [step] = [
        one for one in parts.milestones(session, change) if one.description == f"{description}: delivered"
    ]
    for part in (line, step):
        drafting.remove(session, change, part, by=cast.petros)


def add(cast, session, plan, description, cents):
    values = {
        "category": Category.BUSINESS,
        "description": description,
        "supplier": "Bazaar",
        "amount": cents,
        "modality": Modality.IN_KIND,
    }
    line = drafting.add_line(session, plan, values, by=cast.petros)
    step = {
        "type": MilestoneType.GOODS_DELIVERED,
        "description": f"{description}: delivered",
        "due_on": today() + timedelta(days=9),
    }
    milestone = drafting.add_milestone(session, plan, step, by=cast.petros)
    drafting.add_payment(session, plan, line, milestone, cents, by=cast.petros)


def test_a_change_is_a_copy_and_the_plan_holds_meanwhile(session, case, held, change):
    assert (change.number, change.amends_id, change.state) == (2, held.id, PlanState.DRAFT)
    assert sums(session, change) == sums(session, held)
    assert parts.total(session, change) == 100_000
    assert plans.approved(session, case) is held
    assert plans.current(session, case) is held


def test_the_parts_of_a_change_do_not_count_twice(session, case, change):
    assert len(grants.payments_in(session, case, *PaymentState)) == 2
    assert len(grants.milestones_in(session, case, *MilestoneState)) == 2


def test_an_approved_change_takes_the_place_of_the_plan(cast, session, case, held, change):
    cut(cast, session, change, "Fabric and tools")
    add(cast, session, change, "Iron", 30_000)

    approve(cast, session, change)

    assert (held.state, change.state) == (PlanState.AMENDED, PlanState.APPROVED)
    assert sums(session, change) == [("Iron", 30_000), ("Sewing machine", 60_000)]
    assert [one.amount for one in grants.payments_in(session, case, PaymentState.PLANNED)] == [60_000, 30_000]
    assert [one.description for one in grants.milestones_in(session, case, MilestoneState.PLANNED)] == [
        "Iron: delivered",
        "Sewing machine: delivered",
    ]


def test_what_has_begun_keeps_its_rows_its_proof_and_its_signatures(cast, session, case, held, change):
    first, _second = parts.payments(session, held)
    milestone = session.get_one(parts.Milestone, first.milestone_id)
    approval.advance(session, change, Act.PLAN_CANCEL, by=cast.petros)
    proof = cast.players().send(
        case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id
    )
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)
    grants.advance_milestone(session, milestone, Act.MILESTONE_VERIFY, by=cast.clara)
    cast.players().pay(first)
    again = amending.begin(session, case, note="Cheaper fabric", by=cast.petros)
    cut(cast, session, again, "Fabric and tools")

    approve(cast, session, again)

    assert (first.plan_id, first.state, first.approved_by_id) == (again.id, PaymentState.PAID, cast.aino.id)
    assert (milestone.plan_id, milestone.state) == (again.id, MilestoneState.VERIFIED)
    assert proof.milestone_id == milestone.id
    assert grants.money(session, again).paid == 60_000
    assert parts.planned_for(session, session.get_one(parts.Line, first.line_id)) == 60_000


def test_what_was_asked_for_cannot_be_cut(cast, session, case, held):
    first, _second = parts.payments(session, held)
    cast.request(first)
    change = amending.begin(session, case, note="No machine", by=cast.petros)

    with pytest.raises(Refused) as refused:
        cut(cast, session, change, "Sewing machine")

    assert refused.value.reasons == [Reason.PART_IN_USE]


def test_nothing_new_is_asked_for_while_a_change_is_under_way(cast, session, held, change):
    [first, _second] = parts.payments(session, held)

    with pytest.raises(Refused) as refused:
        cast.request(first)

    assert refused.value.reasons == [Reason.PLAN_BEING_CHANGED]


def test_a_step_reported_meanwhile_is_kept_as_it_was_reported(cast, session, case, held, change):
    milestone = parts.milestones(session, held)[0]
    cast.players().send(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros, note="All here")

    approve(cast, session, change)

    assert (milestone.plan_id, milestone.state) == (change.id, MilestoneState.REPORTED)
    assert len(parts.milestones(session, change)) == 2
    assert {one.milestone_id for one in parts.payments(session, change)} == {
        one.id for one in parts.milestones(session, change)
    }


@pytest.mark.parametrize("act", [Act.PLAN_CANCEL, Act.PLAN_REJECT])
def test_a_change_that_is_given_up_changes_nothing(cast, session, case, held, change, act):
    before = sums(session, held)
    if act is Act.PLAN_CANCEL:
        approval.advance(session, change, act, by=cast.petros)
    else:
        approval.advance(session, change, Act.PLAN_OFFER, by=cast.petros)
        approval.advance(session, change, Act.PLAN_AGREE, by=cast.amina)
        approval.advance(session, change, Act.PLAN_SUBMIT, by=cast.petros)
        approval.advance(session, change, act, by=cast.aino, note="Too dear")

    first, _second = parts.payments(session, held)
    cast.request(first)

    assert plans.current(session, case) is held
    assert sums(session, held) == before
    assert amending.begin(session, case, note="Once more", by=cast.petros).number == 3


def test_a_first_plan_cannot_be_given_up(cast, session):
    plan = cast.plan(cast.case(CaseState.ARRIVED), approved=False)

    with pytest.raises(Refused) as refused:
        approval.advance(session, plan, Act.PLAN_CANCEL, by=cast.petros)

    assert refused.value.reasons == [Reason.WRONG_STATE]


def test_there_is_one_change_at_a_time(cast, session, case, change):
    with pytest.raises(Refused) as refused:
        amending.begin(session, case, note="Another", by=cast.petros)

    assert refused.value.reasons == [Reason.PLAN_BEING_CHANGED]


def test_a_change_says_why_and_only_the_partner_begins_one(cast, session, case, held):
    with pytest.raises(Refused) as refused:
        amending.begin(session, case, note="  ", by=cast.petros)
    with pytest.raises(NotAllowed):
        amending.begin(session, case, note="Cheaper", by=cast.clara)

    assert refused.value.reasons == [Reason.REASON_MISSING]


def test_the_returnee_asks_for_a_change_and_hears_when_it_holds(cast, session, case, held):
    amending.ask(session, case, held, "I found a better machine", by=cast.amina)
    asked = held.change_words
    approve(cast, session, amending.begin(session, case, note="As she asked", by=cast.petros))

    assert asked == "I found a better machine"
    assert held.change_asked_at is None


def test_what_changed_is_told_part_by_part(cast, session, case, held, change):
    before = snapshots.kept(held)
    [machine] = [one for one in parts.lines(session, change) if one.description == "Sewing machine"]
    machine.supplier = "Another shop"
    cut(cast, session, change, "Fabric and tools")
    add(cast, session, change, "Iron", 30_000)

    told = snapshots.changes(before, snapshots.content(session, change))

    lines = [
        (one.before and one.before["description"], one.after and one.after["description"], one.fields)
        for one in told
        if one.part == "lines"
    ]
    assert lines == [
        ("Sewing machine", "Sewing machine", ["supplier"]),
        (None, "Iron", []),
        ("Fabric and tools", None, []),
    ]


def test_a_part_keeps_its_key_over_many_changes(cast, session, case, held, change):
    before = snapshots.content(session, held)
    approve(cast, session, change)
    approve(cast, session, amending.begin(session, case, note="Nothing", by=cast.petros))

    after = snapshots.content(session, plans.approved(session, case))

    assert snapshots.changes(before, after) == []


def test_a_step_waits_for_the_one_it_depends_on(cast, session, case, held):
    first, second = parts.milestones(session, held)
    second.after_id = first.id
    cast.players().send(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=second.id)

    with pytest.raises(Refused) as refused:
        grants.advance_milestone(session, second, Act.MILESTONE_REPORT, by=cast.petros)

    assert refused.value.reasons == [Reason.MILESTONE_BEFORE_OPEN]
