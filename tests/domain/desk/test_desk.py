"""The counsellor's desk: its piles, its order, and how many questions it asks."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from portal.db import clock_turned, day_of, today
from portal.domain import clocks, search
from portal.domain.cases import OVER, CaseState
from portal.domain.course import case_tasks
from portal.domain.course.lifecycle import Party
from portal.domain.desk import desk, piles, settling
from portal.domain.desk.desk import Task, Waits
from portal.domain.desk.piles import Pile
from portal.domain.errors import NotFound
from portal.domain.permissions import Act, Role
from portal.domain.search import SearchTerm
from portal.domain.support import grants, parts, plans, referrals
from tests.cast import Cast
from tests.statements import asked


def _one_case_in_each(cast: Cast, *states: CaseState) -> None:
    for state in states:
        cast.case(state, migrant=cast.account(Role.MIGRANT, f"migrant {state}"))


def _states(page: piles.Page) -> set[CaseState]:
    return {row.case.state for row in page.rows}


def test_a_counsellor_sees_her_own_cases_that_are_not_over(cast, session):
    _one_case_in_each(cast, *CaseState)

    mine = piles.queue(session, Pile.MINE, viewer=cast.clara)

    assert _states(mine) == set(CaseState) - set(OVER) - {CaseState.DRAFT, CaseState.SUBMITTED}


def test_a_new_application_lies_in_the_pile_of_everybody(cast, session):
    case = cast.case(CaseState.SUBMITTED)

    for viewer in (cast.clara, cast.kalle, cast.aino):
        page = piles.queue(session, Pile.UNASSIGNED, viewer=viewer)
        assert [row.case for row in page.rows] == [case]


def test_a_draft_lies_on_no_desk(cast, session):
    cast.case(CaseState.DRAFT)

    assert dict(piles.counts(session, viewer=cast.clara)) == dict.fromkeys(piles.piles_of(cast.clara), 0)
    assert dict(piles.counts(session, viewer=cast.aino)) == dict.fromkeys(piles.piles_of(cast.aino), 0)


def test_a_colleagues_case_lies_on_no_other_counsellors_desk(cast, session):
    cast.case(CaseState.PREPARING)

    assert dict(piles.counts(session, viewer=cast.kalle)) == dict.fromkeys(piles.piles_of(cast.kalle), 0)


def test_a_senior_counsellor_sees_what_she_can_decide_and_not_what_she_proposed(cast, session):
    case = cast.case(CaseState.PROPOSED)
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    cast.make_sure(other)
    other.counsellor_id = cast.aino.id
    cast.step(other, Act.CASE_PROPOSE, cast.aino, note="No passport yet")

    page = piles.queue(session, Pile.TO_APPROVE, viewer=cast.aino)

    assert [row.case for row in page.rows] == [case]


def test_a_counsellor_has_no_pile_of_decisions(cast, session):
    with pytest.raises(NotFound):
        piles.queue(session, Pile.TO_APPROVE, viewer=cast.clara)


@pytest.mark.parametrize(
    ("act", "task", "pile"),
    [
        (Act.PAYMENT_REQUEST, Task.CHECK, Pile.FOR_ME),
        (Act.PAYMENT_VERIFY, Task.SIGN, Pile.TO_APPROVE),
        (Act.PAYMENT_APPROVE, Task.PAY, Pile.FOR_ME),
    ],
)
def test_a_payment_waits_on_the_desk_of_whoever_signs_next(cast, session, act, task, pile):
    case = cast.case(CaseState.REINTEGRATION)
    plan = plans.approved(session, case)
    payment = parts.payments(session, plan)[0]
    payment.milestone_id = None
    cast.request(payment)
    signers = {Act.PAYMENT_VERIFY: "clara", Act.PAYMENT_APPROVE: "aino"}
    road = [Act.PAYMENT_REQUEST, *signers]
    for step in road[1 : road.index(act) + 1]:
        grants.advance_payment(session, payment, step, by=getattr(cast, signers[step]))

    viewer = cast.aino if pile is Pile.TO_APPROVE else cast.clara
    [row] = piles.queue(session, pile, viewer=viewer).rows

    assert row.tasks == {task: 1}


def test_a_large_payment_waits_for_a_second_signature_but_not_for_the_first_signer(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    plan = plans.approved(session, case)
    payment = parts.payments(session, plan)[0]
    payment.milestone_id, payment.amount = None, 100_001
    plan.agreed_total = 100_001
    cast.request(payment)
    for step, signer in (
        (Act.PAYMENT_VERIFY, cast.clara),
        (Act.PAYMENT_APPROVE, cast.aino),
    ):
        grants.advance_payment(session, payment, step, by=signer)
    second = cast.account(Role.APPROVER, "second@example.org")

    assert desk.tasks_of(session, [case.id], viewer=cast.aino).get(case.id, {}) == {}
    assert desk.tasks_of(session, [case.id], viewer=second)[case.id] == {Task.SIGN: 1}


def test_what_waits_in_a_case_says_until_when_the_most_urgent_first(cast, session):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case)
    case.submitted_at -= timedelta(days=40)
    with clock_turned(timedelta(days=-30)):
        cast.document(case)
        case_tasks.add(session, case, "Ring the embassy.", today() + timedelta(days=2), by=cast.clara)
    case_tasks.add(session, case, "Ring again.", today() + timedelta(days=4), by=cast.clara)

    waiting = desk.waiting_in(session, case, viewer=cast.clara)

    sent = today() - timedelta(days=30)
    looked_at = clocks.due(session, "document_review", sent)
    assert list(waiting.items()) == sorted(
        [
            (Task.OWN_TASK, Waits(2, today() - timedelta(days=28), None)),
            (Task.DOCUMENT, Waits(1, looked_at, sent)),
            (Task.START, Waits(1, None, day_of(plan.decided_at))),
        ],
        key=lambda one: one[1].due_on or date.max,
    )
    assert [waits.is_overdue for waits in waiting.values()] == [True, True, False]


def test_an_approved_plan_of_somebody_who_arrived_waits_to_be_started(cast, session):
    case = cast.case(CaseState.ARRIVED)
    cast.plan(case)

    [row] = piles.queue(session, Pile.TO_APPROVE, viewer=cast.aino).rows

    assert row.tasks == {Task.START: 1}


def test_what_the_applicant_must_answer_lies_apart(cast, session):
    asked = cast.case(CaseState.NEEDS_INFO)
    referred = cast.case(CaseState.PREPARING, migrant=cast.giorgi)
    referrals.propose(session, referred, cast.tashkent, by=cast.clara)

    page = piles.queue(session, Pile.FOR_MIGRANT, viewer=cast.clara)

    assert {row.case for row in page.rows} == {asked, referred}


def test_a_case_is_overdue_from_the_day_after_its_date(cast, session):
    late = cast.case(CaseState.IN_REVIEW)
    late.due_on = today() - timedelta(days=1)
    punctual = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    punctual.due_on = today()

    page = piles.queue(session, Pile.OVERDUE, viewer=cast.clara)

    assert [(row.case, row.is_overdue) for row in page.rows] == [(late, True)]


def test_beside_the_first_date_of_a_case_stands_whose_it_is(cast, session):
    """She must answer by next month, and Clara look at her passport before."""
    cast.document(cast.case(CaseState.NEEDS_INFO))
    alone = cast.case(CaseState.NEEDS_INFO, migrant=cast.giorgi)
    session.commit()

    rows = piles.queue(session, Pile.ALL, viewer=cast.aino).rows

    assert {row.case == alone: row.party for row in rows} == {False: Party.COUNSELLOR, True: Party.MIGRANT}


def test_a_pile_is_read_part_by_part_and_nothing_comes_twice(cast, session, monkeypatch):
    monkeypatch.setattr(piles, "LIMIT", 3)
    for number in range(7):
        case = cast.case(CaseState.SUBMITTED, migrant=cast.account(Role.MIGRANT, f"migrant {number}"))
        case.due_on = today() + timedelta(days=number % 3)
    seen, after = [], ""

    for _ in range(3):
        page = piles.queue(session, Pile.UNASSIGNED, viewer=cast.clara, at=after)
        seen += [(row.case.due_on, row.case.id) for row in page.rows]
        after = page.later

    assert after == ""
    assert seen == sorted(set(seen))
    assert len(seen) == 7


def test_a_longer_queue_asks_no_more_questions(cast, session, wiring):
    def questions() -> int:
        session.commit()
        session.refresh(cast.clara)  # whose desk it is may be known already, or not
        with asked(wiring.engine) as said:
            piles.queue(session, Pile.MINE, viewer=cast.clara)
            piles.counts(session, viewer=cast.clara)
        return len(said)

    _one_case_in_each(cast, CaseState.IN_REVIEW)
    few = questions()
    _one_case_in_each(cast, CaseState.PROPOSED, CaseState.PREPARING, CaseState.REINTEGRATION)

    assert questions() == few


@pytest.mark.parametrize("typed", ["Юсупова", "yusupova", "IUSUPOVA amina", "amin"])
def test_a_case_is_found_by_a_name_in_any_spelling(cast, session, typed):
    case = cast.case(CaseState.IN_REVIEW)

    assert [row.case for row in piles.find(session, typed, viewer=cast.clara).rows] == [case]


def test_a_case_is_found_by_its_reference_as_it_was_heard(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    heard = case.reference.removeprefix("AVR-").lower().replace("0", "o").replace("1", "l")

    assert [row.case for row in piles.find(session, heard, viewer=cast.clara).rows] == [case]


def test_an_ended_case_is_found_too(cast, session):
    case = cast.case(CaseState.CLOSED)

    assert [row.case for row in piles.find(session, case.reference, viewer=cast.clara).rows] == [case]


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "nobody", "amina nobody"])
def test_what_names_nobody_finds_nobody(cast, session, typed):
    cast.case(CaseState.IN_REVIEW)

    assert piles.find(session, typed, viewer=cast.clara).rows == []


def test_a_stranger_finds_nothing_by_name_or_reference(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    assert piles.find(session, "amina", viewer=cast.kalle).rows == []
    assert piles.find(session, case.reference, viewer=cast.kalle).rows == []


def test_who_wants_a_case_that_was_just_taken_may_know_that_it_was(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    assert desk.to_take(session, case.reference, viewer=cast.kalle) is case


def test_a_case_that_was_taken_long_ago_does_not_exist_for_a_colleague(cast, session):
    case = cast.case(CaseState.PREPARING)

    with pytest.raises(NotFound):
        desk.to_take(session, case.reference, viewer=cast.kalle)


def test_partners_of_the_country_of_return_come_first(cast, session):
    expected = [cast.tashkent, cast.tbilisi]

    assert desk.partners(session, "UZ") == expected
    assert desk.partners(session, "GE") == expected[::-1]


def test_what_waits_to_be_looked_at_has_the_day_its_sender_was_told(session, cast):
    case = cast.case(CaseState.REINTEGRATION)
    far = piles.queue(session, Pile.MINE, viewer=cast.clara).rows[0].due_on
    cast.document(case)
    session.flush()

    (row,) = piles.queue(session, Pile.MINE, viewer=cast.clara).rows

    assert (far, row.due_on) == (case.due_on, clocks.due(session, "document_review"))
    assert [row.waits_for(who) for who in (cast.clara, cast.aino)] == [True, False]


def test_cases_from_before_two_names_were_looked_for_together_are_found_after_the_next_start(session, cast):
    case = cast.case(CaseState.SUBMITTED)
    pairs = search.together(search.sounds(["Amina", "Yusupova"]))
    session.execute(delete(SearchTerm).where(SearchTerm.case_id == case.id, SearchTerm.term.in_(list(pairs))))
    session.commit()

    def found() -> list[int]:
        return [row.case.id for row in piles.find(session, "amina yusupova", viewer=cast.clara).rows]

    before = (settling.is_unfound(session), found())
    last = settling.find_anew(session)
    settling.find_anew(session, last)

    assert (before, found(), settling.is_unfound(session)) == ((True, []), [case.id], False)
