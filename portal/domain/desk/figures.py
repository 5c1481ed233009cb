"""Figures: how many, never who."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case as when
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db import today
from portal.domain.accounts import Account
from portal.domain.cases import OVER, Case, CaseState
from portal.domain.desk import escalation, lines
from portal.domain.desk.escalation import Level
from portal.domain.journal import Chain


@dataclass(frozen=True)
class Figure:
    """How many cases are in a state, and in how many of them somebody is late."""

    state: CaseState
    cases: int
    late: int

    @property
    def is_running(self) -> bool:
        """Whether somebody still has to do something in this state."""
        return self.state not in OVER


def by_state(session: Session) -> Sequence[Figure]:
    """One figure for every state, in the order of the way."""
    late = func.sum(when((Case.due_on < today(), 1), else_=0))
    counted = session.execute(select(Case.state, func.count(), late).group_by(Case.state))
    found = {state: (cases, int(behind)) for state, cases, behind in counted}
    return [Figure(state, *found.get(state, (0, 0))) for state in CaseState]


def running_by_partner(session: Session) -> Mapping[int, int]:
    """How many cases that are not over each organisation has, by its number; those with none are left out."""
    counted = session.execute(
        select(Case.partner_id, func.count())
        .where(Case.partner_id.is_not(None), Case.state.not_in(OVER))
        .group_by(Case.partner_id)
    )
    return {partner_id: cases for partner_id, cases in counted if partner_id}


def running_with(session: Session, counsellor: Account) -> int:
    """How many cases that are not over this person carries."""
    theirs = (Case.counsellor_id == counsellor.id, Case.state.not_in(OVER))
    return session.scalars(select(func.count()).select_from(Case).where(*theirs)).one()


def late_by_level(session: Session) -> Mapping[Level, int]:
    """In how many cases something is late and has come to each level: numbers, and never a case."""
    lines.settle(session)
    steps = escalation.steps_up().subquery()
    counted = select(steps.c.level, func.count(steps.c.case_id.distinct())).group_by(steps.c.level)
    return dict.fromkeys(Level, 0) | {level: cases for level, cases in session.execute(counted)}


@dataclass(frozen=True)
class JournalSize:
    """How much stands in the journal."""

    chains: int
    events: int


def journal(session: Session) -> JournalSize:
    """How many chains and events the journal says it has."""
    chains, events = session.execute(
        select(func.count(), func.coalesce(func.sum(Chain.length), 0)).select_from(Chain)
    ).one()
    return JournalSize(chains, int(events))
