"""What a counsellor made sure of before a decision: person by person, and by which document."""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now, today
from portal.domain import clocks, documents, journal, people
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, Role, require
from portal.programme import Verification, Whom
from portal.sealing import SealedDate, SealedText


class Finding(enum.StrEnum):
    """How one thing stands. What nobody has looked at has no row."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NOT_NEEDED = "not_needed"


OPEN_STATES = frozenset({CaseState.IN_REVIEW, CaseState.NEEDS_INFO, CaseState.PROPOSED, CaseState.PREPARING})
"""While a case is in one of these, a counsellor can say how something stands."""
STANDING = (DocumentState.WAITING, DocumentState.ACCEPTED)
"""A document that was rejected or replaced since shows nothing any more."""


class Verified(Base):
    """How one thing of the programme's list stands for one person, by whom, and which document shows it."""

    __tablename__ = "verifications"
    __table_args__ = (UniqueConstraint("person_id", "item"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    item: Mapped[str] = mapped_column(String(32))
    """The key in the programme's list."""
    finding: Mapped[Finding] = mapped_column()
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"))
    valid_until = SealedDate()
    note = SealedText()
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=now)


# --- What is asked of whom ------------------------------------------------------------------------

WHOM: dict[Whom, Callable[[Person, bool], bool]] = {
    Whom.PRINCIPAL: lambda person, is_alone: person.is_principal,
    Whom.EVERY_PERSON: lambda person, is_alone: True,
    Whom.FAMILY_MEMBER: lambda person, is_alone: not person.is_principal,
    Whom.ADULT: lambda person, is_alone: not person.is_minor,
    Whom.MINOR: lambda person, is_alone: bool(person.is_minor),
    Whom.MINOR_ALONE: lambda person, is_alone: is_alone,
}


@dataclass(frozen=True)
class Line:
    """One thing, of one person: what it is, how it stands, and the documents that may show it."""

    item: Verification
    person: Person
    found: Verified | None
    documents: Sequence[Document]

    @property
    def mark(self) -> str:
        """A sign of how it stands: another one, once somebody has said it again."""
        return self.found.at.isoformat() if self.found else ""

    @property
    def shown_by(self) -> Document | None:
        """The document that shows it."""
        wanted = self.found.document_id if self.found else None
        return next((one for one in self.documents if one.id == wanted), None)

    @property
    def is_outdated(self) -> bool:
        """Whether it was confirmed by a document that counts no more, or held until a day that is past."""
        if self.found is None or self.found.finding is not Finding.CONFIRMED:
            return False
        if self.found.document_id and (self.shown_by is None or self.shown_by.state not in STANDING):
            return True
        return self.found.valid_until is not None and self.found.valid_until < today()

    @property
    def is_open(self) -> bool:
        """Whether it is still to be found out."""
        if self.found is None or self.found.finding is Finding.NOT_CONFIRMED:
            return True
        return self.is_outdated

    @property
    def is_in_the_way(self) -> bool:
        """Whether nobody can be accepted because of it."""
        return self.item.required and self.is_open


_VERIFIED = select(Verified).where(Verified.case_id == bindparam("case"))


@asked_once
def checklist(session: Session, case: Case) -> Mapping[Person, Sequence[Line]]:
    """For every person of the case, what is to be made sure of and how it stands."""
    travellers = people.of_case(session, case)
    alone = people.minors_alone(travellers)
    found = {(one.person_id, one.item): one for one in session.scalars(_VERIFIED, {"case": case.id})}
    sent = documents.every(session, case)
    return {
        person: [
            Line(
                item,
                person,
                found.get((person.id, item.key)),
                [one for one in sent if one.kind in item.documents and one.state not in documents.UNSEEN],
            )
            for item in clocks.programme(session).verification
            if WHOM[item.who](person, person in alone)
        ]
        for person in travellers
    }


def find(session: Session, case: Case, person: Person, key: str) -> Line:
    """One line of the checklist. Raises NotFound."""
    lines = checklist(session, case).get(person, ())
    line = next((one for one in lines if one.item.key == key), None)
    if line is None:
        raise NotFound(key)
    return line


def open_lines(session: Session, case: Case) -> list[Line]:
    """What stands in the way of an acceptance."""
    return [one for lines in checklist(session, case).values() for one in lines if one.is_in_the_way]


# --- Said by a counsellor ---------------------------------------------------------------------------


def verify(
    session: Session,
    case: Case,
    person: Person,
    key: str,
    finding: Finding | None,
    *,
    by: Account,
    note: str = "",
    document_id: int | None = None,
    valid_until: date | None = None,
) -> None:
    """Say how one thing stands; None: open again.

    Raises Refused for another state of the case, for a finding that needs words or a day, and NotFound for
    what is not asked of this person, or a document that cannot show it.
    """
    require(by.role, Act.CASE_VERIFY)
    if case.state not in OPEN_STATES:
        raise Refused([Reason.WRONG_STATE])
    line = find(session, case, person, key)
    if document_id is not None and document_id not in {one.id for one in line.documents}:
        raise NotFound(str(document_id))
    if finding is not None and (reasons := list(_lacking(line, finding, note, valid_until))):
        raise Refused(reasons)
    row = line.found
    if finding is None:
        if row is not None:
            session.delete(row)
    else:
        if row is None:
            row = Verified(case_id=case.id, person_id=person.id, item=key, finding=finding, by_id=by.id)
            session.add(row)
        row.finding, row.document_id, row.valid_until = finding, document_id, valid_until
        row.note, row.by_id, row.at = note.strip(), by.id, now()
    session.flush()
    journal.record(session, Act.CASE_VERIFY, actor=by.actor, case_id=case.id, about=f"verification:{key}")


def _lacking(line: Line, finding: Finding, note: str, valid_until: date | None) -> Iterator[Reason]:
    if finding is not Finding.CONFIRMED and not note.strip():
        yield Reason.REASON_MISSING
    if finding is Finding.CONFIRMED and line.item.dated:
        if valid_until is None:
            yield Reason.DATE_MISSING
        elif valid_until < today():
            yield Reason.PAPER_EXPIRED


def told(session: Session, case: Case, *, viewer: Account) -> list[Verification]:
    """What the migrant reads: the things that are confirmed for everybody they are asked of, and no more."""
    if viewer.role is not Role.MIGRANT:
        return []
    lines = [one for lines in checklist(session, case).values() for one in lines]
    return [
        item
        for item in clocks.programme(session).verification
        if (mine := [one for one in lines if one.item is item and not _is_not_needed(one)])
        and not any(one.is_open for one in mine)
    ]


def _is_not_needed(line: Line) -> bool:
    return line.found is not None and line.found.finding is Finding.NOT_NEEDED
