"""The life of a case."""

import pytest

from portal.domain import journal
from portal.domain.cases import BEFORE_DEPARTURE, CaseState
from portal.domain.course import lifecycle
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from tests.cast import ROADS


@pytest.mark.parametrize("state", CaseState)
def test_a_case_comes_to_every_state_by_its_steps(cast, session, state):
    case = cast.case(state)

    assert case.state is state
    assert list(journal.verify(session)) == []


@pytest.mark.parametrize("state", BEFORE_DEPARTURE)
def test_a_migrant_may_withdraw_at_any_time_before_leaving(cast, session, state):
    case = cast.case(state)

    lifecycle.advance(session, case, Act.CASE_WITHDRAW, by=cast.amina)

    assert case.state is CaseState.WITHDRAWN


@pytest.mark.parametrize("state", sorted(set(ROADS) - set(BEFORE_DEPARTURE)))
def test_after_departure_there_is_nothing_to_withdraw(cast, session, state):
    case = cast.case(state)

    with pytest.raises(Refused) as refused:
        lifecycle.advance(session, case, Act.CASE_WITHDRAW, by=cast.amina)

    assert refused.value.reasons == [Reason.WRONG_STATE]


def test_nobody_decides_what_they_proposed_themselves(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    cast.make_sure(case)
    case.counsellor_id = cast.aino.id
    lifecycle.advance(session, case, Act.CASE_PROPOSE, by=cast.aino, note="No passport yet")

    with pytest.raises(Refused) as refused:
        lifecycle.advance(session, case, Act.CASE_ACCEPT, by=cast.aino)

    assert refused.value.reasons == [Reason.OWN_PROPOSAL]
