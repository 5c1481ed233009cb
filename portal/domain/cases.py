"""Cases: one request to return, from the first draft to its closure, and for whom it exists."""

import enum
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    and_,
    bindparam,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, day_of, now
from portal.domain import clocks, journal
from portal.domain.accounts import Account, AccountState
from portal.domain.errors import Closed, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.sealing import Sealed, SealedText

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that it can be read over a bad line."""


class CaseState(enum.StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    PROPOSED = "proposed"
    PREPARING = "preparing"
    READY_TO_TRAVEL = "ready_to_travel"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    REINTEGRATION = "reintegration"
    MONITORING = "monitoring"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    NOT_ELIGIBLE = "not_eligible"
    EXPIRED = "expired"


class ClosureReason(enum.StrEnum):
    """Why a case is closed (Reintegration Handbook, module 2.7)."""

    COMPLETED = "completed"
    PERIOD_ENDED = "period_ended"
    NO_LONGER_ELIGIBLE = "no_longer_eligible"
    OWN_CHOICE = "own_choice"
    MOVED_AWAY = "moved_away"
    DIED = "died"
    OUT_OF_REACH = "out_of_reach"
    BARRIER = "barrier"
    SUPPORT_NOT_WANTED = "support_not_wanted"
    CONDUCT = "conduct"
    REPERCUSSIONS = "repercussions"
    SAFETY = "safety"
    FUNDING_ENDED = "funding_ended"


BEFORE_DECISION = (CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.NEEDS_INFO, CaseState.PROPOSED)
BEFORE_DEPARTURE = (CaseState.DRAFT, *BEFORE_DECISION, CaseState.PREPARING, CaseState.READY_TO_TRAVEL)
AFTER_ARRIVAL = (CaseState.ARRIVED, CaseState.REINTEGRATION, CaseState.MONITORING)
ACCEPTED = (CaseState.PREPARING, CaseState.READY_TO_TRAVEL, CaseState.DEPARTED, *AFTER_ARRIVAL)
OVER = (CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.NOT_ELIGIBLE, CaseState.EXPIRED)


def new_reference() -> str:
    """`AVR-`, seven random characters and a check character: not countable, says nothing of the person."""
    body = [secrets.choice(ALPHABET) for _ in range(7)]
    return f"AVR-{''.join(body)}{check_character(''.join(body))}"


def check_character(body: str) -> str:
    """What stands behind the seven characters of a reference."""
    # Weights 1, 3, 5 ... are units modulo 32: any single wrong character shows.
    return ALPHABET[sum((2 * place + 1) * ALPHABET.index(one) for place, one in enumerate(body)) % 32]


def read_reference(text: str) -> str:
    """A reference as somebody typed it, in its one form. Raises NotFound when it cannot be one."""
    bare = text.strip().upper().removeprefix("AVR").lstrip("-– ").translate(str.maketrans("ILO", "110"))
    if len(bare) != 8 or set(bare) - set(ALPHABET) or check_character(bare[:7]) != bare[7]:
        raise NotFound(text)
    return f"AVR-{bare}"


class Case(Base):
    """One person's or family's request to return, from first draft to closure.

    `state` is changed by `lifecycle.advance` and by nothing else. `partner_id` is the organisation
    that accepted the referral: while it is set, its people see the case. While it is `assisted`, nobody but
    its counsellor fills it in: the person has not claimed the account yet.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_of_counsellor", "counsellor_id", "state", "due_on", "id"),
        Index("ix_cases_of_partner", "partner_id", "state", "due_on", "id"),
        Index("ix_cases_by_state", "state", "due_on", "id"),
    )

    reference: Mapped[str] = mapped_column(String(13), unique=True, default=new_reference)
    migrant_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    counsellor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    former_counsellor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[CaseState] = mapped_column(default=CaseState.DRAFT)
    since: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date | None] = mapped_column()
    assisted: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None] = mapped_column()
    departed_on: Mapped[date | None] = mapped_column()
    arrived_on: Mapped[date | None] = mapped_column()
    arrival_said_on: Mapped[date | None] = mapped_column()
    """The day on which she arrived, as the returnee herself says; `arrived_on` is what was confirmed."""
    contact_by: Mapped[date | None] = mapped_column()
    closure_reason: Mapped[ClosureReason | None] = mapped_column()
    clock_left: Mapped[int | None] = mapped_column()
    """Days of the counsellor's clock left when the case was sent back; below zero when it was late."""
    warned: Mapped[int] = mapped_column(default=0)
    """How often the migrant was told that the draft will be closed."""
    confirmed_at: Mapped[datetime | None] = mapped_column()
    """When the migrant said, with everything ready for the journey, that it is still her decision."""
    talk_asked_at: Mapped[datetime | None] = mapped_column()
    """When somebody who had stopped asked to talk about going on; empty again once somebody did."""
    version: Mapped[int] = mapped_column()

    # Two counsellors deciding at once: the second one is told, not obeyed.
    __mapper_args__ = {"version_id_col": version}

    @property
    def case_id(self) -> int:
        """Its own number: a case is a thing of itself."""
        return self.id

    @property
    def applied_on(self) -> date:
        """The day of sending; of what is not sent yet the first day. Nobody travels before."""
        return day_of(self.submitted_at or self.opened_at)


class NoteKind(enum.StrEnum):
    """Whom a note is for."""

    CASE = "case"
    RESTRICTED = "restricted"
    SUMMARY = "summary"


class Note(Base):
    """What a counsellor writes down. No partner ever reads it; domain/course/notes.py says who does.

    A case note is for colleagues, a restricted one (health, protection) for the counsellor of the case and
    for approvers alone, a summary for the migrant.
    """

    __tablename__ = "notes"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[NoteKind] = mapped_column(default=NoteKind.CASE)
    words = Sealed()


class OpeningReason(enum.StrEnum):
    """Why a counsellor opens a colleague's case."""

    EMERGENCY = "emergency"
    COLLEAGUE_AWAY = "colleague_away"
    ASKED_BY_PERSON = "asked_by_person"
    ASKED_BY_COLLEAGUE = "asked_by_colleague"
    OTHER = "other"


class Opening(Base):
    """One counsellor opened one colleague's case with a reason; until `until` it exists for them."""

    __tablename__ = "case_openings"
    __table_args__ = (
        Index("ix_case_openings_of_viewer", "viewer_id", "case_id", "until"),
        Index("ix_case_openings_of_case", "case_id", "id"),
        Index("ix_case_openings_by_time", "opened_at"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    viewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    why: Mapped[OpeningReason] = mapped_column()
    words = SealedText()
    """For the case's counsellor and the approvers."""
    opened_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime] = mapped_column()


Numbered = int | BindParameter[int]
"""The number of a row, or a place for it in a question that is built once."""


def visible_to(viewer: Account) -> ColumnElement[bool]:
    """Which cases exist for `viewer`: the one condition that every list, count and search of cases uses."""
    return _visible(viewer.role, viewer.id, _organisation(viewer))


def _visible(role: Role, viewer: Numbered, organisation: Numbered) -> ColumnElement[bool]:
    """Which cases exist for somebody with this role, number and organisation."""
    match role:
        case Role.MIGRANT:
            return Case.migrant_id == viewer
        case Role.COUNSELLOR:
            nobodys = and_(Case.submitted_at.is_not(None), Case.counsellor_id.is_(None))
            return or_(Case.counsellor_id == viewer, nobodys)
        case Role.APPROVER:
            return or_(Case.submitted_at.is_not(None), Case.counsellor_id.is_not(None))
        case Role.PARTNER:
            return Case.partner_id == organisation
        case Role.MANAGER | Role.AUDITOR:
            return false()
        case Role.FAMILY:
            # No case at all, also not the one they travel in: what concerns them is in by_themselves.py.
            return false()


_VIEWER: BindParameter[int] = bindparam("viewer")
_ORGANISATION: BindParameter[int] = bindparam("organisation")
VISIBLE = {role: _visible(role, _VIEWER, _ORGANISATION) for role in Role}
"""The same for a question that is built once for each role, and asked with the number of the `viewer`; for
partners also with that of the `organisation`: see `seen_by`."""


def seen_by(viewer: Account) -> dict[str, int]:
    """What a question with VISIBLE is asked with."""
    return {"viewer": viewer.id, "organisation": _organisation(viewer)}


def _organisation(viewer: Account) -> int:
    """Never an empty one: that would be every case without a partner."""
    return viewer.organisation_id or 0


def open_to(viewer: Account) -> ColumnElement[bool]:
    """Which cases `viewer` may open one by one: those that exist for them, and those opened with a reason.

    For one case, never for a list: what somebody opened in need does not wander into their queue.
    """
    return _open(viewer.role, viewer.id, _organisation(viewer), now())


def _open(
    role: Role, viewer: Numbered, organisation: Numbered, moment: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """Which cases somebody with this role, number and organisation may open at a moment."""
    is_visible = _visible(role, viewer, organisation)
    if role is not Role.COUNSELLOR:
        return is_visible
    opened = select(Opening.id).where(
        Opening.case_id == Case.id, Opening.viewer_id == viewer, Opening.until > moment
    )
    return or_(is_visible, and_(_colleagues(viewer), opened.exists()))


def _colleagues(viewer: Numbered) -> ColumnElement[bool]:
    """Cases that a colleague has: never an application that nobody has sent."""
    return and_(Case.submitted_at.is_not(None), Case.counsellor_id != viewer)


_MOMENT: BindParameter[datetime] = bindparam("moment")
_FOUND = {
    role: select(Case).where(
        Case.reference == bindparam("reference"), _open(role, _VIEWER, _ORGANISATION, _MOMENT)
    )
    for role in Role
}


def find(session: Session, reference: str, *, viewer: Account) -> Case:
    """The case with this reference, if it exists for `viewer`.

    Raises Closed for a colleague's case that `viewer` has not opened with a reason, NotFound otherwise.
    """
    known = read_reference(reference)
    asked = {"reference": known, "moment": now(), **seen_by(viewer)}
    case = session.scalar(_FOUND[viewer.role], asked)
    if case is not None:
        return case
    closed = colleagues(session, known, viewer=viewer)
    if closed is None:
        raise NotFound(reference)
    mine = select(Opening.id).where(Opening.case_id == closed.id, Opening.viewer_id == viewer.id)
    raise Closed(known, is_again=session.scalar(mine.limit(1)) is not None)


def closed_to(viewer: Account) -> ColumnElement[bool]:
    """Colleagues' cases, of which a counsellor learns that they exist, and whose they are."""
    return _colleagues(viewer.id) if viewer.role is Role.COUNSELLOR else false()


def colleagues(session: Session, reference: str, *, viewer: Account) -> Case | None:
    """A colleague's case, of which a counsellor learns no more than that it exists, and whose it is."""
    if viewer.role is not Role.COUNSELLOR:
        return None
    known = read_reference(reference)
    return session.scalar(select(Case).where(Case.reference == known, _colleagues(viewer.id)))


_OF_MIGRANT = (
    select(Case)
    .where(Case.migrant_id == bindparam("migrant"))
    .order_by(Case.opened_at.desc(), Case.id.desc())
)


@asked_once
def of_migrant(session: Session, migrant: Account) -> Case | None:
    """The migrant's case: the one that is running, else the latest."""
    mine = session.scalars(_OF_MIGRANT, {"migrant": migrant.id}).all()
    running = [case for case in mine if case.state not in OVER]
    return next(iter(running or mine), None)


def start(session: Session, *, by: Account) -> Case:
    """The migrant's draft: the one already begun, or a new one. The caller commits."""
    require(by.role, Act.CASE_START)
    # Two taps at once must not make two drafts: the account row is the lock.
    session.refresh(by, with_for_update=True)
    if by.state is not AccountState.ACTIVE:
        raise Refused([Reason.WRONG_STATE])
    case = of_migrant(session, by)
    if case is not None and case.state not in OVER:
        return case
    case = Case(migrant_id=by.id, due_on=clocks.due(session, "draft_expiry"), state=CaseState.DRAFT)
    session.add(case)
    session.flush()
    journal.record(session, Act.CASE_START, actor=by.actor, case_id=case.id)
    return case


def keep_draft(session: Session, case: Case) -> None:
    """Somebody is at work on this draft: its time starts anew."""
    case.due_on, case.warned = clocks.due(session, "draft_expiry"), 0


def is_filled_in_by(case: Case, by: Account) -> bool:
    """Whether this person may write into the application: its migrant, or who assists until it is claimed."""
    if by.role is Role.MIGRANT:
        return case.migrant_id == by.id
    return case.assisted and case.counsellor_id == by.id


def end_assistance(session: Session, migrant: Account) -> None:
    """The migrant has claimed the account: from now on nobody else fills anything in."""
    for case in session.scalars(select(Case).where(Case.migrant_id == migrant.id, Case.assisted)):
        case.assisted = False


def opened(session: Session, case: Case, *, by: Account) -> None:
    """Write down that staff or a partner looked at this case: the migrant can read it."""
    require(by.role, Act.CASE_OPEN)
    journal.look(session, Act.CASE_OPEN, actor=by.actor, case_id=case.id)


def hold(session: Session, case: Case) -> None:
    """Others who add something to this case wait until the end of the transaction: they count one another."""
    session.scalar(select(Case.id).where(Case.id == case.id).with_for_update())


TWO_TAPS = timedelta(minutes=1)
"""Whoever sends the same words again within this has tapped twice, or the line is bad."""


def just_noted(session: Session, case: Case, kind: NoteKind, words: str, *, by: Account) -> Note | None:
    """The note that somebody wrote last, if it says the same and is as good as new. The case is held."""
    hold(session, case)
    own = select(Note).where(Note.case_id == case.id, Note.author_id == by.id, Note.kind == kind)
    last = session.scalar(own.order_by(Note.id.desc()).limit(1))
    is_same = last is not None and last.words == words and now() - last.written_at < TWO_TAPS
    return last if is_same else None


def note(session: Session, case: Case, words: str, *, by: Account) -> None:
    """Keep a note for colleagues; sent twice it is kept once."""
    require(by.role, Act.CASE_NOTE)
    if just_noted(session, case, NoteKind.CASE, words, by=by):
        return
    session.add(Note(case_id=case.id, author_id=by.id, words=words))
    journal.record(session, Act.CASE_NOTE, actor=by.actor, case_id=case.id)


_NOTES = (
    select(Note).where(Note.case_id == bindparam("case"), Note.kind == NoteKind.CASE).order_by(Note.id.desc())
)


def notes(session: Session, case: Case) -> Sequence[Note]:
    """The notes for colleagues on a case, the newest first; other kinds are in domain/course/notes.py."""
    return session.scalars(_NOTES, {"case": case.id}).all()
