"""Figures: how many, never who."""

from datetime import timedelta

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.desk import figures
from portal.domain.desk.figures import Figure, JournalSize


def test_every_state_has_a_figure_and_late_is_what_has_a_date_in_the_past(cast, session):
    cast.case(CaseState.SUBMITTED)
    late = cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)
    late.due_on = today() - timedelta(days=1)
    session.flush()

    found = figures.by_state(session)

    assert [one.state for one in found] == list(CaseState)
    assert [one for one in found if one.cases] == [Figure(CaseState.SUBMITTED, 2, 1)]


def test_what_has_ended_is_told_from_what_runs():
    ended = [state for state in CaseState if not Figure(state, 1, 0).is_running]

    assert ended == [CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.NOT_ELIGIBLE, CaseState.EXPIRED]


def test_an_empty_journal_has_no_chains(session):
    assert figures.journal(session) == JournalSize(0, 0)


def test_the_journal_grows_with_what_happens(cast, session):
    cast.case(CaseState.DRAFT)

    assert figures.journal(session) == JournalSize(1, 1)
