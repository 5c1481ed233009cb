"""Opening a colleague's case in need: with a reason, for some hours, and never unseen."""

from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain import cases, journal
from portal.domain.cases import CaseState, OpeningReason
from portal.domain.course import history, letters
from portal.domain.desk import openings, piles
from portal.domain.desk.piles import Pile
from portal.domain.errors import Closed, NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import news

AWAY = OpeningReason.COLLEAGUE_AWAY


def open_with_a_reason(cast, session, case):
    found = openings.break_glass(session, case, AWAY, "She calls from the airport", by=cast.kalle)
    session.commit()
    return found


def test_a_colleagues_case_is_closed_until_there_is_a_reason(cast, session):
    case = cast.case(CaseState.PREPARING)

    with pytest.raises(Closed):
        cases.find(session, case.reference, viewer=cast.kalle)
    open_with_a_reason(cast, session, case)

    assert cases.find(session, case.reference, viewer=cast.kalle) is case
    assert letters.of_case(session, case, viewer=cast.kalle) != []


def test_it_closes_again_after_the_programmes_hours(cast, session):
    case = cast.case(CaseState.PREPARING)
    open_with_a_reason(cast, session, case)

    with clock_turned(timedelta(hours=7, minutes=59)):
        assert cases.find(session, case.reference, viewer=cast.kalle) is case
    with clock_turned(timedelta(hours=8, minutes=1)), pytest.raises(Closed):
        cases.find(session, case.reference, viewer=cast.kalle)


def test_it_is_open_for_that_counsellor_and_that_case_only(cast, session):
    case = cast.case(CaseState.PREPARING)
    other = cast.case(CaseState.PREPARING, migrant=cast.giorgi)
    open_with_a_reason(cast, session, case)

    with pytest.raises(Closed):
        cases.find(session, other.reference, viewer=cast.kalle)
    for pile in (Pile.MINE, Pile.FOR_ME, Pile.OVERDUE, Pile.UNASSIGNED):
        assert piles.queue(session, pile, viewer=cast.kalle).rows == []


def test_the_person_reads_who_opened_it_and_why_but_not_the_words_between_colleagues(cast, session):
    case = cast.case(CaseState.PREPARING)
    open_with_a_reason(cast, session, case)

    look = history.looks(session, case)[0]

    assert (look.act, look.why, look.actor_id) == (Act.CASE_BREAK_GLASS, AWAY, cast.kalle.id)
    assert look.note == ""
    assert list(journal.verify(session)) == []


def test_the_colleague_and_the_senior_counsellors_are_told(cast, session):
    case = cast.case(CaseState.PREPARING)
    open_with_a_reason(cast, session, case)

    for told in (cast.clara, cast.aino):
        line = news.new(session, told)[0]
        assert (line.act, line.words) == (Act.CASE_BREAK_GLASS, case.reference)
    assert news.new(session, cast.mart) == []
    assert [one.words for one in openings.lately(session, case, viewer=cast.clara)] == [
        "She calls from the airport"
    ]
    assert [found for _opening, found in openings.of_everybody(session, viewer=cast.aino)] == [case]
    assert openings.of_everybody(session, viewer=cast.kalle) == []


def test_without_words_nothing_is_opened(cast, session):
    case = cast.case(CaseState.PREPARING)

    with pytest.raises(Refused) as refused:
        openings.break_glass(session, case, AWAY, "  ", by=cast.kalle)

    assert refused.value.reasons == [Reason.REASON_MISSING]
    with pytest.raises(Closed):
        cases.find(session, case.reference, viewer=cast.kalle)


@pytest.mark.parametrize("who", ["aino", "amina", "petros", "mart", "olga"])
def test_nobody_but_a_counsellor_opens_with_a_reason(cast, session, who):
    case = cast.case(CaseState.PREPARING)

    with pytest.raises(NotAllowed):
        openings.break_glass(session, case, AWAY, "Now", by=getattr(cast, who))


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.SUBMITTED])
def test_what_nobody_has_is_not_opened_with_a_reason(cast, session, state):
    case = cast.case(state)

    with pytest.raises(NotFound):
        openings.break_glass(session, case, AWAY, "Now", by=cast.kalle)


def test_a_draft_stays_its_writers_own(cast, session):
    case = cast.case(CaseState.DRAFT)

    with pytest.raises(NotFound) as refused:
        cases.find(session, case.reference, viewer=cast.kalle)

    assert refused.type is NotFound
