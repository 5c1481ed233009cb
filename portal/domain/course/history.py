"""What a migrant reads of the journal: what happened in her case, and who opened her file."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.db import asked_once, day_of
from portal.domain import journal
from portal.domain.access import rights
from portal.domain.accounts import Account, Organisation
from portal.domain.applying.consents import Purpose
from portal.domain.cases import Case, OpeningReason
from portal.domain.documents import Document, LookPurpose
from portal.domain.journal import Event
from portal.domain.permissions import Act, Role
from portal.domain.support import receipts
from portal.domain.support.field_rights import Field
from portal.programme import DocumentKind

LOOKS = frozenset(
    {
        Act.CASE_OPEN,
        Act.CASE_BREAK_GLASS,
        Act.DOCUMENT_OPEN,
        Act.DOCUMENT_DOWNLOAD,
        Act.LETTER_OPEN,
        Act.REPORT_OPEN,
        Act.EU_SHEET_OPEN,
        Act.SHARE_OPEN,
    }
)
"""Somebody of the programme or a partner looked at what is kept."""

INTERNAL = frozenset(
    {
        Act.CASE_NOTE,
        Act.NOTE_RESTRICT,
        Act.TASK_ADD,
        Act.TASK_DONE,
        Act.CASE_COUNT_LATE,
        Act.CASE_EXPORT,
        Act.CASE_VERIFY,
        Act.CASE_ASSESS,
        Act.PERSON_TELL_APART,
        Act.CARE_RAISE,
        Act.CARE_ANSWER,
        Act.AGREEMENT_REFUSE,
        Act.AGREEMENT_TAKE_BACK,
        Act.CORRECTION_ASK,
        Act.CORRECTION_CHANGE,
        Act.CORRECTION_TAKE_BACK,
        Act.DOCUMENT_CHECKED,
        Act.LETTER_MAKE,
        Act.REPORT_WRITE,
        *LOOKS,
    }
)
"""What the timeline leaves out: notes for colleagues, what another act says again, what nobody else who picks
up the phone must learn, and that somebody of the family says no: that is between them and the counsellor."""

TOLD = frozenset(
    {
        Act.CASE_DECLINE,
        Act.CASE_REQUEST_REVIEW,
        Act.DOCUMENT_REJECT,
        Act.PLAN_DISAGREE,
        Act.PLAN_RETURN,
        Act.PLAN_REJECT,
        Act.MILESTONE_REPORT,
        Act.MILESTONE_RETURN,
        Act.MILESTONE_MISS,
        Act.MILESTONE_WAIVE,
        Act.PAYMENT_NOT_RECEIVED,
        Act.PAYMENT_PROBLEM,
        Act.PAYMENT_ANSWER,
        Act.CASE_ANSWER_DEPARTURE,
    }
)
"""Acts whose words are for the migrant too. Other words are between colleagues."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, what, who did it, and how often on that day."""

    at: datetime
    act: Act
    role: Role | None
    """None: the portal itself."""
    actor_id: int | None
    organisation: str
    document: DocumentKind | None
    note: str
    purpose: LookPurpose | None = None
    """What a document was opened or copied for."""
    times: int = 1
    fields: tuple[Field, ...] = ()
    """What was shared, or seen by the partner organisation."""
    why: OpeningReason | None = None
    """Why a counsellor opened a colleague's case."""
    consents: tuple[Purpose, ...] = ()
    """Which were given or taken back."""


def timeline(session: Session, case: Case) -> list[Entry]:
    """What happened, the newest first."""
    return _entries(session, case, frozenset(Act) - INTERNAL)


def looks(session: Session, case: Case) -> list[Entry]:
    """Who opened the file or a document, the newest first."""
    return _entries(session, case, LOOKS)


def words_of(session: Session, case: Case, act: Act) -> str:
    """What was said the last time this was done; empty when it never was."""
    event = journal.last(session, case.id, act)
    return (event and event.note) or ""


@asked_once
def _events(session: Session, case: Case) -> Sequence[Event]:
    return journal.of_case(session, case.id)


def _entries(session: Session, case: Case, acts: Collection[Act]) -> list[Entry]:
    events = [event for event in _events(session, case) if event.act in acts]
    organisations, kinds = _organisations(session, events), _kinds(session, case)
    every = (
        Entry(
            at=event.at,
            act=event.act,
            role=event.actor_role,
            actor_id=event.actor_id,
            organisation=organisations.get(event.id, ""),
            document=kinds.get(event.about),
            note=(event.note or "") if event.act in TOLD else "",
            fields=tuple(filter(None, [receipts.field_of(event.about)])),
            why=_why(event),
            consents=_consents(event),
            purpose=purpose_of(event),
        )
        for event in events
    )
    return list(_joined(every))


def _consents(event: Event) -> tuple[Purpose, ...]:
    is_consent = event.act is Act.CASE_CONSENT
    return (Purpose(event.about.removeprefix("consent:")),) if is_consent else ()


def _why(event: Event) -> OpeningReason | None:
    is_opening = event.act is Act.CASE_BREAK_GLASS
    return OpeningReason(event.about.removeprefix("opening:")) if is_opening else None


def purpose_of(event: Event) -> LookPurpose | None:
    """What a document was opened or copied for; None for other events, and of looks long ago."""
    is_look = event.act in (Act.DOCUMENT_OPEN, Act.DOCUMENT_DOWNLOAD)
    return LookPurpose(event.note) if is_look and event.note else None


def _organisations(session: Session, events: Sequence[Event]) -> dict[int, str]:
    """The names of the organisations whose people acted, by event: those they belonged to at that time."""
    acted = [event for event in events if event.actor_role is Role.PARTNER]
    partners = {event.actor_id for event in acted if event.actor_id}
    if not partners:
        return {}
    rows = session.execute(select(Account.id, Account.organisation_id).where(Account.id.in_(partners)))
    here, moves = {number: one for number, one in rows}, rights.moves(session, partners)
    belonged = {
        event.id: next(
            (before for moved, before in moves.get(event.actor_id, ()) if moved > event.id),
            here.get(event.actor_id),
        )
        for event in acted
        if event.actor_id
    }
    known = select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(belonged.values())))
    names = {number: name for number, name in session.execute(known)}
    return {event_id: names[one] for event_id, one in belonged.items() if one in names}


_KINDS = select(Document.id, Document.kind).where(Document.case_id == bindparam("case"))


@asked_once
def _kinds(session: Session, case: Case) -> dict[str, DocumentKind]:
    """The kinds of the case's documents, by the name that the journal gives them."""
    rows = session.execute(_KINDS, {"case": case.id})
    return {f"{Document.__tablename__}:{number}": kind for number, kind in rows}


def _joined(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The same done again by the same person on the same day is one entry."""
    last: Entry | None = None
    for entry in entries:
        if last and _is_same(last, entry):
            fields = tuple(one for one in Field if one in {*entry.fields, *last.fields})
            consents = tuple(one for one in Purpose if one in {*entry.consents, *last.consents})
            times = last.times + (not entry.fields)
            last = replace(last, times=times, fields=fields, consents=consents)
            continue
        if last:
            yield last
        last = entry
    if last:
        yield last


def _is_same(one: Entry, other: Entry) -> bool:
    return replace(
        one, at=other.at, times=other.times, fields=other.fields, consents=other.consents
    ) == other and day_of(one.at) == day_of(other.at)
