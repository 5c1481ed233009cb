"""Planned against spent: each cent of each line is paid, still to come, or not needed."""

import pytest

from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from portal.domain.support import grants, parts, plans, proofs, spending
from portal.domain.support.parts import MilestoneState, MilestoneType, PaymentState
from portal.programme import DocumentKind, Modality


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def plan(session, case):
    """600 euros for a machine, 400 for fabric."""
    return plans.approved(session, case)


def told(session, plan):
    rows, every = spending.of_plan(session, plan)
    return [
        (one.planned, one.asked, one.paid, one.received, one.coming, one.unused) for one in [*rows, every]
    ]


def test_a_payment_wanders_from_coming_to_paid_to_received(cast, session, plan):
    first, second = parts.payments(session, plan)
    first.milestone_id = second.milestone_id = None
    seen = [told(session, plan)[-1]]

    cast.request(first)
    seen.append(told(session, plan)[-1])
    first.state, second.state = PaymentState.PAID, PaymentState.PROBLEM
    seen.append(told(session, plan)[-1])
    grants.advance_payment(session, first, Act.PAYMENT_RECEIVE, by=cast.amina)

    assert seen == [
        (100_000, 0, 0, 0, 100_000, 0),
        (100_000, 60_000, 0, 0, 100_000, 0),
        (100_000, 0, 100_000, 0, 0, 0),
    ]
    assert told(session, plan) == [
        (60_000, 0, 60_000, 60_000, 0, 0),
        (40_000, 0, 40_000, 0, 0, 0),
        (100_000, 0, 100_000, 60_000, 0, 0),
    ]


def test_what_a_waived_step_would_have_cost_is_not_needed(session, plan):
    parts.milestones(session, plan)[0].state = MilestoneState.WAIVED

    rows, every = spending.of_plan(session, plan)

    assert [(one.coming, one.unused) for one in rows] == [(0, 60_000), (40_000, 0)]
    assert every.coming == grants.money(session, plan).open == 40_000


def test_every_kind_of_step_and_every_way_to_give_has_its_papers():
    assert proofs.PROVED_BY.keys() == set(MilestoneType)
    assert proofs.ASKED_WITH.keys() == set(Modality)
    assert all(kinds for type_, kinds in proofs.PROVED_BY.items() if type_ is not MilestoneType.OTHER)


def test_a_step_is_shown_by_a_document_of_its_kind_that_is_not_refused(cast, session, case, plan):
    milestone = parts.milestones(session, plan)[0]
    photo = cast.document(case, DocumentKind.DELIVERY_PHOTO, milestone_id=milestone.id)
    lease = cast.document(case, DocumentKind.CONTRACT_OR_LEASE, milestone_id=milestone.id)

    found = [proofs.proves(milestone, sent) for sent in ([], [lease], [lease, photo])]
    milestone.type = MilestoneType.OTHER

    assert found == [False, False, True]
    assert proofs.proves(milestone, [])
