"""Files that may be of one person: shown side by side, never joined, and told apart by whoever looked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, not_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now, unsought
from portal.domain import accounts, findable, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case, closed_to, open_to
from portal.domain.errors import NotFound
from portal.domain.findable import Alike
from portal.domain.people import Person
from portal.domain.permissions import Act, Role, require


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


@dataclass(frozen=True)
class Closed:
    """Somebody of a case who may be in a colleague's case too: no more is told of that than whose it is."""

    person: Person
    reference: str
    counsellor: str
    why: frozenset[Alike]


@dataclass(frozen=True)
class _Likely:
    """Somebody of a case, and somebody of another one who may be the same, by their numbers."""

    mine: int
    other_case: int
    other: int
    why: frozenset[Alike]
    is_told_apart: bool


def of_case(session: Session, case: Case, *, viewer: Account, told_apart: bool = False) -> Sequence[Pair]:
    """Who of other cases may be somebody of this one, the surest first: only cases that the viewer may open.

    `told_apart`: also those of whom somebody found that they are not the same.
    """
    likely = [one for one in _likely(session, case) if told_apart or not one.is_told_apart]
    if not likely:
        return []
    cases = session.scalars(select(Case).where(_is_among(likely), unsought(open_to(viewer))))
    seen = {one.id: one for one in cases}
    shown = [one for one in likely if one.other_case in seen]
    people = _people(session, {number for one in shown for number in (one.mine, one.other)})
    return [
        Pair(people[one.mine], seen[one.other_case], people[one.other], one.why, one.is_told_apart)
        for one in shown
    ]


def with_colleagues(session: Session, case: Case, *, viewer: Account) -> Sequence[Closed]:
    """Who of this case may be in a colleague's case too, which opens with a reason only.

    None for an application that is not sent: nobody looks for people by trying names in one.
    """
    likely = [one for one in _likely(session, case) if not one.is_told_apart]
    if not likely or case.submitted_at is None or viewer.role is not Role.COUNSELLOR:
        return []
    theirs = select(Case.id, Case.reference, Case.counsellor_id).where(
        _is_among(likely), unsought(closed_to(viewer)), unsought(not_(open_to(viewer)))
    )
    closed = {row.id: row for row in session.execute(theirs)}
    shown = [(one, closed[one.other_case]) for one in likely if one.other_case in closed]
    names = accounts.names(session, [row.counsellor_id for row in closed.values()])
    people = _people(session, {one.mine for one, _row in shown})
    return [Closed(people[one.mine], row.reference, names[row.counsellor_id], one.why) for one, row in shown]


@asked_once
def _likely(session: Session, case: Case) -> list[_Likely]:
    """Everybody who may be the same, in whosever cases; those with one paper first, then the newest cases."""
    why: dict[tuple[int, int, int], set[Alike]] = {}
    for mine, other_case, other, kind in findable.same_keys(session, case):
        why.setdefault((mine, other_case, other), set()).add(kind)
    apart = _told_apart(session, {number for mine, _case, other in why for number in (mine, other)})
    found = [
        _Likely(mine, other_case, other, frozenset(kinds), _key(mine, other) in apart)
        for (mine, other_case, other), kinds in why.items()
    ]
    return sorted(found, key=lambda one: (one.is_told_apart, Alike.PAPER not in one.why, -one.other_case))


def _is_among(likely: Sequence[_Likely]) -> ColumnElement[bool]:
    return Case.id.in_({one.other_case for one in likely})


def _people(session: Session, numbers: Collection[int]) -> dict[int, Person]:
    found = session.scalars(select(Person).where(Person.id.in_(numbers))) if numbers else ()
    return {one.id: one for one in found}


def _key(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _told_apart(session: Session, numbers: Collection[int]) -> set[tuple[int, int]]:
    if not numbers:
        return set()
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
