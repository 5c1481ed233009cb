"""Talks after the return: planned, held or not, what came of them; and what the returnee thinks."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Index, and_, bindparam, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, today
from portal.domain import journal, steps
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.cases import AFTER_ARRIVAL, VISIBLE, Case, seen_by
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.domain.steps import Move, Step
from portal.sealing import Sealed, SealedText


class FollowUpMode(enum.StrEnum):
    """How people talk."""

    VISIT = "visit"
    PHONE = "phone"
    VIDEO = "video"


class FollowUpState(enum.StrEnum):
    """Where a planned talk stands."""

    PLANNED = "planned"
    DONE = "done"
    NO_SHOW = "no_show"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class FollowUp(Base):
    """One talk with the returnee. A later date for it, or the next one, is a row of its own.

    It belongs to those who planned it: to an organisation, or to the programme when there is none.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_of_case", "case_id", "planned_on", "id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[FollowUpState] = mapped_column(default=FollowUpState.PLANNED)
    mode: Mapped[FollowUpMode] = mapped_column()
    planned_on: Mapped[date] = mapped_column()
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    planned_at: Mapped[datetime] = mapped_column(default=now)
    held_on: Mapped[date | None] = mapped_column()
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    seen = SealedText()
    """Who was there."""
    findings = SealedText()
    words = SealedText()
    """Why it was not held, or not then."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Opinion(Base):
    """What the returnee thinks of the support: 1 (not at all content) to 5, and words if she likes."""

    __tablename__ = "opinions"
    __table_args__ = (Index("ix_opinions_of_case", "case_id", "id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    given_at: Mapped[datetime] = mapped_column(default=now)
    score = Sealed[int | None](str, int, empty=None)
    words = SealedText()


SCORES = range(1, 6)

# --- Talks --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """What came of a talk. Without `next_on` somebody says that no further talk is planned."""

    mode: FollowUpMode
    on: date | None
    seen: str
    findings: str
    next_on: date | None = None
    is_last: bool = False


def _own_side(move: Move) -> Reason | None:
    """Who planned it says what came of it: the organisation, or the programme."""
    return None if move.thing.organisation_id == move.by.organisation_id else Reason.WRONG_STATE


def _held_on_a_day(move: Move) -> Reason | None:
    if move.thing.held_on is None:
        return Reason.DATE_MISSING
    case = move.session.get_one(Case, move.thing.case_id)
    is_to_come = application.is_to_come(move.session, case, move.thing.held_on)
    return Reason.DATE_IN_FUTURE if is_to_come else None


def _told(move: Move) -> Reason | None:
    return None if move.thing.seen and move.thing.findings else Reason.TALK_UNTOLD


def _who_told(move: Move) -> None:
    move.thing.told_by_id = move.by.id
    move.thing.words = move.note


_AHEAD = {FollowUpState.PLANNED}


def _off(enters: FollowUpState) -> Step[FollowUpState]:
    return Step(_AHEAD, enters, needs=(_own_side,), then=(_who_told,), reasoned=True)


FOLLOW_UP_STEPS: dict[Act, Step[FollowUpState]] = {
    Act.FOLLOW_UP_HOLD: Step(
        _AHEAD, FollowUpState.DONE, needs=(_own_side, _held_on_a_day, _told), then=(_who_told,)
    ),
    Act.FOLLOW_UP_MISS: _off(FollowUpState.NO_SHOW),
    Act.FOLLOW_UP_POSTPONE: _off(FollowUpState.POSTPONED),
    Act.FOLLOW_UP_CANCEL: _off(FollowUpState.CANCELLED),
}


def plan(session: Session, case: Case, mode: FollowUpMode, on: date | None, *, by: Account) -> FollowUp:
    """Plan a talk. Raises Refused before the arrival, after the end, and for a day that is over."""
    require(by.role, Act.FOLLOW_UP_PLAN)
    if case.state not in AFTER_ARRIVAL:
        raise Refused([Reason.WRONG_STATE])
    if on is None or on < today():
        raise Refused([Reason.DATE_MISSING if on is None else Reason.DATE_PAST])
    follow_up = FollowUp(
        case_id=case.id,
        organisation_id=by.organisation_id,
        state=FollowUpState.PLANNED,
        mode=mode,
        planned_on=on,
        planned_by_id=by.id,
    )
    session.add(follow_up)
    session.flush()
    journal.record(session, Act.FOLLOW_UP_PLAN, actor=by.actor, case_id=case.id, about=steps.label(follow_up))
    return follow_up


def hold(session: Session, case: Case, follow_up: FollowUp, held: Held, *, by: Account) -> FollowUp | None:
    """Say what came of a talk; gives the next one. Raises NotAllowed, Refused."""
    if held.next_on is None and not held.is_last:
        raise Refused([Reason.NEXT_TALK_OPEN])
    follow_up.mode, follow_up.held_on = held.mode, held.on
    follow_up.seen, follow_up.findings = held.seen.strip(), held.findings.strip()
    steps.take(session, follow_up, FOLLOW_UP_STEPS, Act.FOLLOW_UP_HOLD, by=by)
    return plan(session, case, follow_up.mode, held.next_on, by=by) if held.next_on else None


def put_off(
    session: Session,
    case: Case,
    follow_up: FollowUp,
    act: Act,
    *,
    by: Account,
    note: str,
    to: date | None = None,
) -> FollowUp | None:
    """It was not held (FOLLOW_UP_MISS), not then (FOLLOW_UP_POSTPONE), or never will be (FOLLOW_UP_CANCEL).

    Gives the talk of the new day; only a postponed one must have one. Raises NotAllowed, Refused.
    """
    if act is Act.FOLLOW_UP_POSTPONE and to is None:
        raise Refused([Reason.DATE_MISSING])
    steps.take(session, follow_up, FOLLOW_UP_STEPS, act, by=by, note=note)
    return plan(session, case, follow_up.mode, to, by=by) if to else None


def known_to(viewer: Account) -> ColumnElement[bool]:
    """Which talks exist for this viewer of their case: for a partner those of its own organisation alone."""
    return (
        FollowUp.organisation_id == (viewer.organisation_id or 0) if viewer.role is Role.PARTNER else true()
    )


def of_case(session: Session, case: Case, *, viewer: Account) -> Sequence[FollowUp]:
    """The talks that exist for this viewer, the latest first."""
    found = select(FollowUp).where(FollowUp.case_id == case.id, known_to(viewer))
    return session.scalars(found.order_by(FollowUp.planned_on.desc(), FollowUp.id.desc())).all()


def find(session: Session, case: Case, visit_id: int, *, viewer: Account) -> FollowUp:
    """One talk of this case, if it exists for `viewer`. Raises NotFound."""
    mine = select(FollowUp).where(FollowUp.id == visit_id, FollowUp.case_id == case.id, known_to(viewer))
    follow_up = session.scalar(mine)
    if follow_up is None:
        raise NotFound(str(visit_id))
    return follow_up


_PLANNED = (
    select(FollowUp)
    .where(
        FollowUp.case_id == bindparam("case"),
        FollowUp.state == FollowUpState.PLANNED,
        or_(FollowUp.organisation_id.is_(None), FollowUp.organisation_id == bindparam("partner")),
    )
    .order_by(FollowUp.planned_on, FollowUp.id)
)


def planned(session: Session, case: Case) -> Sequence[FollowUp]:
    """The talks to come, the next one first: none of an organisation that takes no part any more."""
    if case.state not in AFTER_ARRIVAL:
        return ()
    return session.scalars(_PLANNED, {"case": case.id, "partner": case.partner_id or 0}).all()


def coming(session: Session, case: Case) -> FollowUp | None:
    """The next talk that is planned, while the case is running."""
    return next(iter(planned(session, case)), None)


def end_all(session: Session, case: Case) -> None:
    """The case is closed: nobody waits for a talk any more."""
    left = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.state == FollowUpState.PLANNED)
    for follow_up in session.scalars(left):
        follow_up.state = FollowUpState.CANCELLED


SOON = timedelta(days=14)


_OF_PROGRAMME = and_(FollowUp.organisation_id.is_(None), Case.counsellor_id == bindparam("viewer"))
_OF_PARTNER = FollowUp.organisation_id == bindparam("organisation")
_AHEAD_FOR = {
    role: select(FollowUp, Case)
    .join(Case, Case.id == FollowUp.case_id)
    .where(is_visible, _OF_PARTNER if role is Role.PARTNER else _OF_PROGRAMME)
    .where(Case.state.in_(AFTER_ARRIVAL), FollowUp.state == FollowUpState.PLANNED)
    .where(FollowUp.planned_on <= bindparam("until"))
    .order_by(FollowUp.planned_on, FollowUp.id)
    for role, is_visible in VISIBLE.items()
}


def ahead(session: Session, viewer: Account) -> Sequence[tuple[FollowUp, Case]]:
    """The viewer's own talks that are late or come soon, by day; for a partner those of the organisation."""
    asked = {"until": today() + SOON, **seen_by(viewer)}
    return [(follow_up, case) for follow_up, case in session.execute(_AHEAD_FOR[viewer.role], asked)]


# --- What the returnee thinks ---------------------------------------------------------------------


def give_opinion(session: Session, case: Case, score: int, words: str, *, by: Account) -> Opinion:
    """How content the returnee is with the support. It changes nothing of it. Raises Refused."""
    require(by.role, Act.OPINION_GIVE)
    if case.state not in AFTER_ARRIVAL or score not in SCORES:
        raise Refused([Reason.WRONG_STATE])
    opinion = Opinion(case_id=case.id)
    session.add(opinion)
    session.flush()
    opinion.score, opinion.words = score, words.strip()
    journal.record(session, Act.OPINION_GIVE, actor=by.actor, case_id=case.id)
    return opinion


def opinions(session: Session, case: Case, *, viewer: Account) -> Sequence[Opinion]:
    """What the returnee said, the latest first. For a partner there is none: it may be about the partner."""
    if viewer.role is Role.PARTNER:
        return ()
    return session.scalars(
        select(Opinion).where(Opinion.case_id == case.id).order_by(Opinion.id.desc())
    ).all()
