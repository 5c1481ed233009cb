"""Files that may be of one person: shown side by side, never joined, and told apart by whoever looked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, unsought
from portal.domain import findable, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case, visible_to
from portal.domain.errors import NotFound
from portal.domain.findable import Alike
from portal.domain.people import Person
from portal.domain.permissions import Act, require


class ToldApart(Base):
    """Somebody found that these two people are not the same; the smaller number comes first."""

    __tablename__ = "told_apart"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    one_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=now)


@dataclass(frozen=True)
class Pair:
    """Somebody of a case, and somebody of another one who may be the same."""

    person: Person
    other_case: Case
    other: Person
    why: frozenset[Alike]
    is_told_apart: bool = False


def of_case(session: Session, case: Case, *, viewer: Account, told_apart: bool = False) -> Sequence[Pair]:
    """Who of other cases may be somebody of this one, the surest first: only cases that exist for the viewer.

    `told_apart`: also those of whom somebody found that they are not the same.
    """
    why: dict[tuple[int, int], set[Alike]] = {}
    elsewhere: dict[int, int] = {}
    for mine, other_case, other, kind in findable.same_keys(session, case):
        why.setdefault((mine, other), set()).add(kind)
        elsewhere[other] = other_case
    if not why:
        return []
    cases = session.scalars(select(Case).where(Case.id.in_(elsewhere.values()), unsought(visible_to(viewer))))
    seen = {one.id: one for one in cases}
    numbers = {number for pair in why for number in pair}
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(numbers)))}
    apart = _told_apart(session, numbers)
    pairs = [
        Pair(
            people[mine], seen[elsewhere[other]], people[other], frozenset(kinds), _key(mine, other) in apart
        )
        for (mine, other), kinds in why.items()
        if elsewhere[other] in seen
    ]
    pairs.sort(key=lambda pair: (pair.is_told_apart, Alike.PAPER not in pair.why, -pair.other_case.id))
    return [pair for pair in pairs if told_apart or not pair.is_told_apart]


def _key(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _told_apart(session: Session, numbers: Collection[int]) -> set[tuple[int, int]]:
    found = select(ToldApart.one_id, ToldApart.other_id).where(ToldApart.one_id.in_(numbers))
    return {(one, other) for one, other in session.execute(found)}


def find(session: Session, case: Case, person_id: int, other_id: int, *, viewer: Account) -> Pair:
    """Two people who may be the same. Raises NotFound when nothing says so, or not for this viewer."""
    for pair in of_case(session, case, viewer=viewer, told_apart=True):
        if (pair.person.id, pair.other.id) == (person_id, other_id):
            return pair
    raise NotFound(f"{person_id} {other_id}")


def tell_apart(session: Session, case: Case, pair: Pair, *, by: Account) -> None:
    """They are not the same person: neither file says so any more. Written down in both."""
    require(by.role, Act.PERSON_TELL_APART)
    if pair.is_told_apart:
        return
    one, other = _key(pair.person.id, pair.other.id)
    session.add(ToldApart(one_id=one, other_id=other, by_id=by.id))
    session.flush()
    for number in sorted({case.id, pair.other_case.id}):
        journal.record(session, Act.PERSON_TELL_APART, actor=by.actor, case_id=number)
