"""The people of a case: the principal and the family members who travel along."""

import enum
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, load_only, mapped_column
from sqlalchemy.sql.base import ExecutableOption

from portal.db import Base, asked_once, today
from portal.domain import dates
from portal.domain.cases import Case
from portal.domain.choices import Marital, ParentConsent, Reply, SealedChoice
from portal.domain.dates import SealedPartly
from portal.domain.errors import NotFound
from portal.sealing import Sealed, SealedDate

ADULT_AGE = 18
STATELESS = "XX"
"""Stands where a citizenship stands, for somebody who has none."""


class Gender(enum.StrEnum):
    """As the person says; never guessed."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_STATED = "not_stated"


class Relation(enum.StrEnum):
    """Who somebody is to the principal."""

    PARTNER = "partner"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    OTHER = "other"


class Guardianship(enum.StrEnum):
    """Who somebody is to a child without father or mother on the journey."""

    PARENT = "parent"
    RELATIVE = "relative"
    APPOINTED = "appointed"
    OTHER = "other"


class Paper(enum.StrEnum):
    """The travel document a person has."""

    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    LAISSEZ_PASSER = "laissez_passer"
    OTHER = "other"
    NONE = "none"
    DONT_KNOW = "dont_know"


class PaperPlace(enum.StrEnum):
    """Where the original travel document is now."""

    WITH_ME = "with_me"
    POLICE = "police"
    EMBASSY = "embassy"
    SOMEBODY = "somebody"
    LOST = "lost"
    DONT_KNOW = "dont_know"


class Person(Base):
    """One person who would travel. `relation` is empty for the principal."""

    __tablename__ = "persons"
    __table_args__ = (Index("ix_persons_of_case", "case_id", "id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    relation: Mapped[Relation | None] = mapped_column()
    family_name = Sealed()
    given_names = Sealed()
    original_name = Sealed()
    other_names = Sealed()
    born_on = SealedPartly()
    birth_country = Sealed()
    birth_place = Sealed()
    gender: Mapped[Gender | None] = mapped_column()
    citizenship: Mapped[str | None] = mapped_column(String(2))
    second_citizenship = Sealed()
    third_citizenship = Sealed()
    marital = SealedChoice(Marital)
    other_parent = SealedChoice(ParentConsent)
    knows_must_agree: Mapped[bool | None] = mapped_column()
    paper: Mapped[Paper | None] = mapped_column()
    paper_place: Mapped[PaperPlace | None] = mapped_column()
    paper_number = Sealed()
    paper_country = Sealed()
    paper_expires = SealedDate()
    loss_reported = SealedChoice(Reply)

    @property
    def full_name(self) -> str:
        """Given names, then family name."""
        return " ".join(filter(None, (self.given_names, self.family_name)))

    @property
    def is_principal(self) -> bool:
        """Whether this is the head of the file."""
        return self.relation is None

    @property
    def citizenships(self) -> tuple[str, ...]:
        """All of them, the one to travel with first."""
        return tuple(filter(None, (self.citizenship, self.second_citizenship, self.third_citizenship)))

    def age(self, on: date | None = None) -> int | None:
        """Full years on a day (today); None when the date of birth is not known well enough to tell."""
        youngest, oldest = self._ages(on or today())
        return youngest if youngest == oldest else None

    @property
    def is_minor(self) -> bool:
        """Whether the person is known to be under 18."""
        _youngest, oldest = self._ages(today())
        return oldest is not None and oldest < ADULT_AGE

    @property
    def is_adult(self) -> bool:
        """Whether the person is known to be 18 or older. With a year only, somebody may be neither."""
        youngest, _oldest = self._ages(today())
        return youngest is not None and youngest >= ADULT_AGE

    def _ages(self, day: date) -> tuple[int | None, int | None]:
        """How many full years it may be: at least, at most."""
        born = self.born_on
        if born is None:
            return None, None
        return _years(dates.latest(born), day), _years(dates.earliest(born), day)


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def minors_alone(travellers: Sequence[Person]) -> list[Person]:
    """The children of a case whose head is a child, too, unless father or mother travels along.

    Whose date of birth is not known is not taken for a child.
    """
    is_with_parent = any(one.relation is Relation.PARENT and not one.is_minor for one in travellers)
    if is_with_parent or not any(one.is_principal and one.is_minor for one in travellers):
        return []
    return [one for one in travellers if one.is_minor]


def only_names() -> ExecutableOption:
    """For a list that shows many people and nothing of them but their names."""
    return load_only(*(getattr(Person, name) for name in ("case_id", "_given_names", "_family_name")))


_OF_CASE = select(Person).where(Person.case_id == bindparam("case")).order_by(Person.id)


@asked_once
def of_case(session: Session, case: Case) -> Sequence[Person]:
    """Everyone of the case, the principal first."""
    people = session.scalars(_OF_CASE, {"case": case.id}).all()
    return sorted(people, key=lambda person: not person.is_principal)


_PRINCIPAL = select(Person).where(Person.case_id == bindparam("case"), Person.relation.is_(None))


def principal(session: Session, case: Case) -> Person:
    """The head of the file: every case has one from its start."""
    return session.scalars(_PRINCIPAL, {"case": case.id}).one()


def names(session: Session, case_ids: Collection[int]) -> Mapping[int, str]:
    """Who these cases are about, by the number of the case."""
    principals = select(Person).where(Person.case_id.in_(case_ids), Person.relation.is_(None))
    return {one.case_id: one.full_name for one in session.scalars(principals.options(only_names()))}


def find(session: Session, case: Case, person_id: int) -> Person:
    """One person of this case. Raises NotFound."""
    person = session.scalar(select(Person).where(Person.id == person_id, Person.case_id == case.id))
    if person is None:
        raise NotFound(str(person_id))
    return person
