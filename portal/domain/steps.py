"""One way to change a state, for everything that has a table of steps."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from portal.domain import journal
from portal.domain.accounts import Account
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, may, require

S = TypeVar("S")


class Movable(Protocol):
    """A row with a state that belongs to a case."""

    __tablename__: str
    id: Any
    state: Any
    version: Any

    @property
    def case_id(self) -> Any:
        """The number of the case."""


@dataclass(frozen=True)
class Move:
    """One step about to be taken: what a need looks at."""

    session: Session
    thing: Any
    by: Account
    note: str


Need = Callable[[Move], Reason | None]
"""Answers why the step cannot be taken now, or None."""


@dataclass(frozen=True)
class Step(Generic[S]):
    """From which states to which, what it needs, and what else happens with it."""

    leaves: Collection[S]
    enters: S
    needs: tuple[Need, ...] = ()
    then: tuple[Callable[[Move], None], ...] = ()
    reasoned: bool = False
    """Whether words are needed that say why."""


def take(
    session: Session, thing: Movable, steps: Mapping[Act, Step[Any]], act: Act, *, by: Account, note: str = ""
) -> None:
    """Take `thing` one step and write it in the journal. The caller commits.

    Raises NotAllowed when the role of `by` never takes this step, and Refused, with every reason
    at once, when it cannot be taken now.
    """
    require(by.role, act)
    step, move = steps[act], Move(session, thing, by, note.strip())
    if thing.state not in step.leaves:
        raise Refused([Reason.WRONG_STATE])
    reasons = [reason for need in step.needs if (reason := need(move))]
    if step.reasoned and not move.note:
        reasons.insert(0, Reason.REASON_MISSING)
    if reasons:
        raise Refused(reasons)
    thing.state = step.enters
    for effect in step.then:
        effect(move)
    journal.record(session, act, actor=by.actor, case_id=thing.case_id, about=label(thing), note=move.note)


def is_stale(thing: Any, seen: int | None) -> bool:
    """Whether something was changed since the page was made that asks for a step.

    `seen` is the version it had then; None: the page did not say.
    """
    return seen is not None and seen != thing.version


def refuse_stale(thing: Any, seen: int | None) -> None:
    """Raise Refused when it is stale."""
    if is_stale(thing, seen):
        raise Refused([Reason.CHANGED_MEANWHILE])


def label(thing: Movable) -> str:
    """How the journal names a row."""
    return f"{thing.__tablename__}:{thing.id}"


def open_to(thing: Movable, steps: Mapping[Act, Step[Any]], viewer: Account) -> list[Act]:
    """The steps this viewer could take from here, whether or not everything needed is there."""
    return [act for act, step in steps.items() if thing.state in step.leaves and may(viewer.role, act)]


def missing(
    session: Session, thing: Movable, steps: Mapping[Act, Step[Any]], act: Act, *, by: Account
) -> list[Reason]:
    """Every reason why this step cannot be taken now, apart from words and dates still to be given."""
    given_with_it = {Reason.REASON_MISSING, Reason.DATE_MISSING}
    move = Move(session, thing, by, "")
    found = [reason for need in steps[act].needs if (reason := need(move))]
    return [reason for reason in found if reason not in given_with_it]
