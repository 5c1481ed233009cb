"""Notes in a case, in three kinds: for colleagues, for the few who must know, for the migrant."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.domain import cases, journal
from portal.domain.accounts import Account
from portal.domain.care import care
from portal.domain.cases import Case, Note, NoteKind
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, require
from portal.domain.telling import notices


@dataclass(frozen=True)
class Rule:
    """What writing such a note is called, and whether only the case's counsellor and approvers read it."""

    act: Act
    is_restricted: bool = False
    is_told: bool = False
    """Whether the migrant reads it, and is told that there is something to read."""


RULES: dict[NoteKind, Rule] = {
    NoteKind.CASE: Rule(Act.CASE_NOTE),
    NoteKind.RESTRICTED: Rule(Act.NOTE_RESTRICT, is_restricted=True),
    NoteKind.SUMMARY: Rule(Act.NOTE_SHARE, is_told=True),
}


def kinds_for(case: Case, viewer: Account) -> tuple[NoteKind, ...]:
    """The kinds that this viewer reads and writes in a case."""
    return tuple(
        kind for kind, rule in RULES.items() if not rule.is_restricted or care.may_read(case, viewer)
    )


def write(session: Session, case: Case, kind: NoteKind, words: str, *, by: Account) -> Note:
    """Keep a note; a summary is told to the migrant. Sent twice it is kept, and told, once.

    Raises Refused without words, and NotFound for a kind that is not for this person.
    """
    rule = RULES[kind]
    require(by.role, rule.act)
    if kind not in kinds_for(case, by):
        raise NotFound(kind)
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    if known := cases.just_noted(session, case, kind, words.strip(), by=by):
        return known
    note = Note(case_id=case.id, author_id=by.id, kind=kind, words=words.strip())
    session.add(note)
    session.flush()
    about = f"{Note.__tablename__}:{note.id}"
    journal.record(session, rule.act, actor=by.actor, case_id=case.id, about=about)
    if rule.is_told:
        notices.note(session, rule.act, session.get_one(Account, case.migrant_id), by=by)
    return note


def of_case(session: Session, case: Case, *, viewer: Account) -> Sequence[Note]:
    """The notes that this viewer may read, the newest first."""
    return _notes(session, case, kinds_for(case, viewer))


def summaries(session: Session, case: Case) -> Sequence[Note]:
    """What was written for the migrant, the newest first."""
    return _notes(session, case, (NoteKind.SUMMARY,))


_OF_CASE = (
    select(Note)
    .where(Note.case_id == bindparam("case"), Note.kind.in_(bindparam("kinds")))
    .order_by(Note.id.desc())
)


def _notes(session: Session, case: Case, kinds: Collection[NoteKind]) -> Sequence[Note]:
    return session.scalars(_OF_CASE, {"case": case.id, "kinds": list(kinds)}).all()
