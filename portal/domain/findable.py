"""What a case is found by: hashes to search for, and hashes that two files of one person share."""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, Index, LargeBinary, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base
from portal.domain import search, spelling
from portal.domain.cases import Case
from portal.domain.people import Person
from portal.sealing import in_use


class Alike(enum.StrEnum):
    """What two files have in common when they may be of one person."""

    NAME_AND_BIRTH = "name_and_birth"
    PAPER = "paper"


class PersonKey(Base):
    """What one person could be known again by, as a keyed hash: names with birth, or a travel document."""

    __tablename__ = "person_keys"
    __table_args__ = (
        Index("ix_person_keys_of_same", "key", "case_id"),
        Index("ix_person_keys_of_case", "case_id"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Alike] = mapped_column()
    key: Mapped[bytes] = mapped_column(LargeBinary(16))


@dataclass(frozen=True)
class FoundBy:
    """Everybody of a case, and the phone numbers they gave."""

    travellers: Sequence[Person]
    phones: Sequence[str | None]

    @property
    def names(self) -> list[str | None]:
        """Everything somebody may be looked for by, also in their own letters and from before."""
        return [
            name
            for one in self.travellers
            for name in (one.family_name, one.given_names, one.original_name, one.other_names)
        ]

    @property
    def papers(self) -> list[str | None]:
        """The numbers of their travel documents."""
        return [one.paper_number for one in self.travellers]


def put(session: Session, case: Case, found_by: FoundBy) -> None:
    """From now on the case is found by these people and numbers, and by no earlier ones."""
    search.put(
        session,
        case.id,
        found_by.names,
        phones=found_by.phones,
        papers=found_by.papers,
        held_by=holder_of(case),
    )
    session.execute(delete(PersonKey).where(PersonKey.case_id == case.id))
    session.add_all(key for person in found_by.travellers for key in keys_of(person))


def holder_of(case: Case) -> int:
    """Among whose cases this one is looked for."""
    if case.counsellor_id is not None:
        return case.counsellor_id
    return search.NOBODY if case.submitted_at else search.UNSENT


def keys_of(person: Person) -> Iterator[PersonKey]:
    """What this person could be known again by; names without their vowels, in any order."""
    for kind, text in _known_by(person):
        key = in_use().fingerprint(f"same {kind}", text)
        yield PersonKey(case_id=person.case_id, person_id=person.id, kind=kind, key=key)


def _known_by(person: Person) -> set[tuple[Alike, str]]:
    found = set()
    if person.born_on is not None:
        for names in (person.full_name, person.original_name or ""):
            sounds = spelling.sounds(names)
            if len("".join(sounds)) >= spelling.SHORTEST:
                found.add((Alike.NAME_AND_BIRTH, f"{' '.join(sounds)} {person.born_on.isoformat()}"))
    if paper := spelling.number_of_paper(person.paper_number or ""):
        found.add((Alike.PAPER, paper))
    return found


MOST_ALIKE = 20
"""Of more than so many somebody must look by hand."""

_MINE = select(PersonKey).where(PersonKey.case_id == bindparam("case")).subquery()
_PAIRS = (
    select(_MINE.c.person_id, PersonKey.case_id, PersonKey.person_id, PersonKey.kind)
    .join(_MINE, _MINE.c.key == PersonKey.key)
    .where(PersonKey.case_id != bindparam("case"))
    .order_by(PersonKey.case_id.desc())
    .limit(MOST_ALIKE)
)


def same_keys(session: Session, case: Case) -> list[tuple[int, int, int, Alike]]:
    """Who of other cases may be somebody of this one: (our person, other case, other person, why)."""
    pairs = session.execute(_PAIRS, {"case": case.id})
    return [(mine_id, case_id, person_id, kind) for mine_id, case_id, person_id, kind in pairs]
