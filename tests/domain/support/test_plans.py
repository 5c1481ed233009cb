"""Reintegration plans: the sums, who agrees to what, and what nobody may change meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.domain import cases
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import approval, drafting, parts, plans
from portal.domain.support.parts import Category, Line, Milestone, Payment
from portal.domain.support.plans import Plan, PlanState
from portal.programme import Modality
from tests.cast import chosen
from tests.together import at_once


@pytest.fixture
def case(cast):
    return cast.case(CaseState.ARRIVED)


@pytest.fixture
def plan(cast, case):
    return cast.plan(case, approved=False)


def line_of(cents: int) -> dict[str, object]:
    return {
        "category": Category.TRAINING,
        "description": "Course",
        "supplier": "School",
        "amount": cents,
        "modality": Modality.IN_KIND,
    }


def offer(session, plan, cast):
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)


def reasons_of(refused):
    return refused.value.reasons


# --- Sums ----------------------------------------------------------------------------------------


def test_a_plan_in_balance_can_be_offered(cast, session, plan):
    offer(session, plan, cast)

    assert plan.state is PlanState.OFFERED
    assert plan.due_on is not None


def test_an_empty_plan_cannot_be_offered(cast, session, case):
    plan = drafting.draft(session, case, chosen(session, case), objectives="A shop", by=cast.petros)

    with pytest.raises(Refused) as refused:
        offer(session, plan, cast)

    assert reasons_of(refused) == [Reason.PLAN_EMPTY]


def test_a_plan_over_its_ceiling_cannot_be_offered(cast, session, plan):
    line = drafting.add_line(session, plan, line_of(50_001), by=cast.petros)
    drafting.add_payment(session, plan, line, None, 50_001, by=cast.petros)

    with pytest.raises(Refused) as refused:
        offer(session, plan, cast)

    assert reasons_of(refused) == [Reason.PLAN_OVER_CEILING]


def test_a_plan_may_reach_its_ceiling(cast, session, plan):
    line = drafting.add_line(session, plan, line_of(50_000), by=cast.petros)
    drafting.add_payment(session, plan, line, None, 50_000, by=cast.petros)

    offer(session, plan, cast)

    assert parts.total(session, plan) == plan.ceiling


def test_payments_must_add_up_line_by_line(cast, session, case):
    plan = drafting.draft(session, case, chosen(session, case), objectives="A shop", by=cast.petros)
    first, second = (drafting.add_line(session, plan, line_of(500), by=cast.petros) for _ in range(2))
    drafting.add_payment(session, plan, first, None, 500, by=cast.petros)
    # The sums of the whole plan agree, those of the lines do not.
    session.add(Payment(case_id=case.id, plan_id=plan.id, line_id=first.id, amount=500))

    with pytest.raises(Refused) as refused:
        offer(session, plan, cast)

    assert parts.planned_for(session, second) == 0
    assert reasons_of(refused) == [Reason.PAYMENTS_DIFFER_FROM_PLAN]


def test_no_more_is_paid_for_a_line_than_it_costs(cast, session, plan):
    line = parts.lines(session, plan)[0]

    with pytest.raises(Refused) as refused:
        drafting.add_payment(session, plan, line, None, 1, by=cast.petros)

    assert reasons_of(refused) == [Reason.PAYMENTS_DIFFER_FROM_PLAN]


@pytest.mark.parametrize("cents", [-1, 0, 10**15, None], ids=["negative", "zero", "15 digits", "none"])
def test_an_amount_is_above_nothing_and_not_beyond_measure(cast, session, plan, cents):
    line = parts.lines(session, plan)[0]
    verbs = [
        lambda: drafting.add_line(session, plan, line_of(cents), by=cast.petros),
        lambda: drafting.change_line(session, plan, line, line_of(cents), by=cast.petros),
        lambda: drafting.add_payment(session, plan, line, None, cents, by=cast.petros),
    ]

    for verb in verbs:
        with pytest.raises(Refused) as refused:
            verb()
        assert reasons_of(refused) == [Reason.AMOUNT_WRONG]


def test_the_database_itself_takes_no_amount_of_nothing(session, plan):
    session.add(Line(plan_id=plan.id, **line_of(0)))

    with pytest.raises(IntegrityError):
        session.flush()


def test_a_step_is_not_planned_earlier_than_what_it_waits_for(cast, session, plan):
    first, second = parts.milestones(session, plan)
    day = timedelta(days=1)
    earlier = {"type": second.type, "due_on": first.due_on - day, "after_id": first.id}

    def told(verb, *given):
        with pytest.raises(Refused) as refused:
            verb(session, plan, *given, by=cast.petros)
        return reasons_of(refused)

    drafting.change_milestone(session, plan, second, {"after_id": first.id}, by=cast.petros)

    assert told(drafting.add_milestone, earlier) == [Reason.MILESTONE_TOO_EARLY]
    assert told(drafting.change_milestone, first, {"due_on": second.due_on + day}) == [
        Reason.MILESTONE_TOO_EARLY
    ]
    assert told(drafting.change_milestone, second, {"due_on": first.due_on - day}) == [
        Reason.MILESTONE_TOO_EARLY
    ]


def test_two_payments_at_once_do_not_exceed_a_line(cast, session, wiring, plan):
    line = drafting.add_line(session, plan, line_of(1_000), by=cast.petros)
    petros = cast.petros.id
    session.commit()

    def pay(own):
        found, by = own.get_one(Plan, plan.id), own.get_one(Account, petros)
        drafting.add_payment(own, found, own.get_one(Line, line.id), None, 1_000, by=by)

    ends = at_once(wiring, pay, pay, pay)

    assert ends == ["done", "told", "told"]
    assert session.scalar(select(func.sum(Payment.amount)).where(Payment.line_id == line.id)) == 1_000


def test_two_drafts_at_once_are_one_plan(cast, session, wiring, case):
    petros = cast.petros.id
    session.commit()

    def draft(own):
        drafting.draft(
            own,
            own.get_one(Case, case.id),
            chosen(own, own.get_one(Case, case.id)),
            objectives="A shop",
            by=own.get_one(Account, petros),
        )

    ends = at_once(wiring, draft, draft)

    assert ends == ["done", "told"]
    assert session.scalar(select(func.count()).select_from(Plan)) == 1


# --- Agreement -----------------------------------------------------------------------------------


@pytest.mark.parametrize("edit", ["line", "milestone", "payment", "objectives", "remove"])
def test_what_the_returnee_reads_is_not_changed_any_more(cast, session, plan, edit):
    line, milestone = parts.lines(session, plan)[0], parts.milestones(session, plan)[0]
    offer(session, plan, cast)
    edits = {
        "line": lambda: drafting.add_line(session, plan, line_of(1), by=cast.petros),
        "milestone": lambda: drafting.add_milestone(session, plan, {}, by=cast.petros),
        "payment": lambda: drafting.add_payment(session, plan, line, milestone, 1, by=cast.petros),
        "objectives": lambda: drafting.set_words(plan, {"objectives": "Another"}, by=cast.petros),
        "remove": lambda: drafting.remove(session, plan, line, by=cast.petros),
    }

    with pytest.raises(Refused) as refused:
        edits[edit]()

    assert reasons_of(refused) == [Reason.WRONG_STATE]


def test_an_edit_and_an_offer_at_once_do_not_both_happen_unseen(cast, session, wiring, plan):
    petros = cast.petros.id
    session.commit()

    def edit(own):
        drafting.add_line(own, own.get_one(Plan, plan.id), line_of(1_000), by=own.get_one(Account, petros))

    def give(own):
        approval.advance(own, own.get_one(Plan, plan.id), Act.PLAN_OFFER, by=own.get_one(Account, petros))

    ends = at_once(wiring, edit, give)
    session.refresh(plan)
    seen = parts.total(session, plan)

    assert ends == ["done", "told"]
    assert (plan.state, seen) in {(PlanState.OFFERED, 100_000), (PlanState.DRAFT, 101_000)}


def test_the_returnee_agrees_in_the_language_she_read(cast, session, plan):
    offer(session, plan, cast)
    session.flush()

    approval.agree(session, plan, seen=plan.version, language="ru", by=cast.amina)

    assert (plan.state, plan.agreed_language) == (PlanState.AGREED, "ru")


def test_nobody_agrees_to_a_plan_that_changed_since_it_was_read(cast, session, plan):
    offer(session, plan, cast)
    session.flush()
    seen = plan.version
    approval.advance(session, plan, Act.PLAN_DISAGREE, by=cast.amina, note="No")
    offer(session, plan, cast)
    session.flush()

    with pytest.raises(Refused) as refused:
        approval.agree(session, plan, seen=seen, language="en", by=cast.amina)

    assert reasons_of(refused) == [Reason.CHANGED_MEANWHILE]


def test_asking_for_a_change_needs_words_and_opens_the_plan_again(cast, session, plan):
    offer(session, plan, cast)

    with pytest.raises(Refused) as refused:
        approval.advance(session, plan, Act.PLAN_DISAGREE, by=cast.amina)
    approval.advance(session, plan, Act.PLAN_DISAGREE, by=cast.amina, note="No second machine")
    drafting.set_words(plan, {"objectives": "A smaller shop"}, by=cast.petros)

    assert reasons_of(refused) == [Reason.REASON_MISSING]
    assert (plan.state, plan.words) == (PlanState.CHANGES_REQUESTED, "No second machine")


def test_after_a_change_the_returnee_is_asked_again(cast, session, plan):
    offer(session, plan, cast)
    approval.advance(session, plan, Act.PLAN_AGREE, by=cast.amina)
    approval.advance(session, plan, Act.PLAN_SUBMIT, by=cast.petros)
    approval.advance(session, plan, Act.PLAN_RETURN, by=cast.aino, note="Two quotations, please")

    with pytest.raises(Refused) as refused:
        approval.advance(session, plan, Act.PLAN_SUBMIT, by=cast.petros)
    offer(session, plan, cast)

    assert reasons_of(refused) == [Reason.WRONG_STATE]
    assert (plan.state, plan.agreed_at, plan.decided_at) == (PlanState.OFFERED, None, None)


def test_a_first_draft_is_not_shown_to_the_returnee(cast, session, case, plan):
    before = plans.shown_to_returnee(session, case)
    offer(session, plan, cast)

    assert (before, plans.shown_to_returnee(session, case)) == (None, plan)


def test_a_rejected_plan_is_shown_until_the_next_version_is_offered(cast, session, case, plan):
    offer(session, plan, cast)
    approval.advance(session, plan, Act.PLAN_AGREE, by=cast.amina)
    approval.advance(session, plan, Act.PLAN_SUBMIT, by=cast.petros)
    approval.advance(session, plan, Act.PLAN_REJECT, by=cast.aino, note="Too dear")
    second = drafting.draft(session, case, chosen(session, case), objectives="A smaller shop", by=cast.petros)

    assert second.number == 2
    assert plans.shown_to_returnee(session, case) is plan


# --- Who, and when -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "who"),
    [
        (Act.PLAN_OFFER, "amina"),
        (Act.PLAN_AGREE, "petros"),
        (Act.PLAN_SUBMIT, "amina"),
        (Act.PLAN_APPROVE, "clara"),
        (Act.PLAN_REJECT, "petros"),
    ],
)
def test_everybody_takes_only_their_own_steps(cast, session, plan, act, who):
    with pytest.raises(NotAllowed):
        approval.advance(session, plan, act, by=getattr(cast, who), note="Because")


def test_a_plan_of_a_closed_case_is_not_approved(cast, session, case, plan):
    offer(session, plan, cast)
    approval.advance(session, plan, Act.PLAN_AGREE, by=cast.amina)
    approval.advance(session, plan, Act.PLAN_SUBMIT, by=cast.petros)
    case.state = CaseState.CLOSED

    with pytest.raises(Refused) as refused:
        approval.advance(session, plan, Act.PLAN_APPROVE, by=cast.aino)

    assert reasons_of(refused) == [Reason.WRONG_STATE]


def test_there_is_no_plan_before_arrival(cast, session):
    case = cast.case(CaseState.DEPARTED)

    with pytest.raises(Refused) as refused:
        drafting.draft(session, case, chosen(session, case), objectives="A shop", by=cast.petros)

    assert reasons_of(refused) == [Reason.WRONG_STATE]


def test_there_is_one_plan_at_a_time(cast, session, case, plan):
    with pytest.raises(Refused) as refused:
        drafting.draft(session, case, chosen(session, case), objectives="Another", by=cast.petros)

    assert reasons_of(refused) == [Reason.PLAN_OPEN]


def test_a_part_of_another_plan_cannot_be_removed(cast, session, plan):
    other = cast.plan(cast.case(CaseState.ARRIVED, migrant=cast.giorgi), approved=False)

    with pytest.raises(NotFound):
        drafting.remove(session, plan, parts.lines(session, other)[0], by=cast.petros)


def test_a_removed_line_takes_its_payments_along(cast, session, plan):
    drafting.remove(session, plan, parts.lines(session, plan)[0], by=cast.petros)

    assert parts.total(session, plan) == 40_000
    assert [one.amount for one in parts.payments(session, plan)] == [40_000]


def test_a_plan_of_another_case_is_not_found(cast, session, plan):
    other = cast.case(CaseState.ARRIVED, migrant=cast.giorgi)

    with pytest.raises(NotFound):
        plans.find(session, other, plan.id)


def test_a_partner_of_another_organisation_never_sees_the_case(cast, session, case):
    with pytest.raises(NotFound):
        cases.find(session, case.reference, viewer=cast.nino)


def test_names_of_goods_and_sellers_lie_sealed_in_the_database(cast, session, plan):
    session.flush()
    rows = session.execute(select(Line._description, Line._supplier)).all()  # type: ignore[attr-defined]
    steps = session.execute(select(Milestone._description)).all()  # type: ignore[attr-defined]

    assert not any(b"Sewing" in value or b"Textile" in value for row in (*rows, *steps) for value in row)
