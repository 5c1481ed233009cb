"""Before the journey: for each person what must be in hand, ticked off by a counsellor.

What a child who travels alone needs besides is settled in care and read there: nobody ticks it a second time.
"""

import enum
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import journal, people
from portal.domain.accounts import Account
from portal.domain.care import agreements, care
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, require
from portal.sealing import SealedText


class Item(enum.StrEnum):
    """What a person needs before the journey."""

    TRAVEL_DOCUMENT = "travel_document"
    FIT_TO_TRAVEL = "fit_to_travel"
    TICKET = "ticket"
    ESCORT = "escort"
    LUGGAGE = "luggage"
    GUARDIAN = "guardian"
    BEST_INTERESTS = "best_interests"


class Result(enum.StrEnum):
    """How one item stands."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


FOR_EVERYONE = (Item.TRAVEL_DOCUMENT, Item.FIT_TO_TRAVEL, Item.TICKET, Item.ESCORT, Item.LUGGAGE)
MAY_BE_NOT_NEEDED = frozenset({Item.FIT_TO_TRAVEL, Item.ESCORT})


class Check(Base):
    """The result of one item for one person."""

    __tablename__ = "travel_checks"
    __table_args__ = (UniqueConstraint("person_id", "item"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    item: Mapped[Item] = mapped_column()
    result: Mapped[Result] = mapped_column()
    note = SealedText()
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=now)


_CHECKED = select(Check).where(Check.case_id == bindparam("case"))


@asked_once
def checklist(session: Session, case: Case) -> Mapping[Person, Mapping[Item, Check | None]]:
    """For every person of the case, what is to be ticked and how it stands."""
    done = {(check.person_id, check.item): check for check in session.scalars(_CHECKED, {"case": case.id})}
    return {
        person: {item: done.get((person.id, item)) for item in FOR_EVERYONE}
        for person in people.of_case(session, case)
    }


def of_children(session: Session, case: Case) -> Mapping[Person, Mapping[Item, Result]]:
    """For every child who travels alone what care says of it: the same that the step to the journey asks."""
    unsettled = care.best_interests_open(session, case)
    guardian = Result.OPEN if agreements.guardian_missing(session, case) else Result.DONE
    return {
        person: {
            Item.GUARDIAN: guardian,
            Item.BEST_INTERESTS: Result.OPEN if person in unsettled else Result.DONE,
        }
        for person in people.minors_alone(people.of_case(session, case))
    }


def tick(
    session: Session, case: Case, person: Person, item: Item, result: Result, *, by: Account, note: str = ""
) -> None:
    """Set how one item stands, while the journey is prepared.

    Raises Refused, or NotFound for what this person does not need.
    """
    require(by.role, Act.CASE_CHECK)
    if case.state is not CaseState.PREPARING:
        raise Refused([Reason.WRONG_STATE])
    if item not in checklist(session, case).get(person, ()):
        raise NotFound(item)
    if result is Result.NOT_NEEDED and item not in MAY_BE_NOT_NEEDED:
        raise Refused([Reason.CHECKLIST_OPEN])
    check = session.scalar(select(Check).where(Check.person_id == person.id, Check.item == item))
    if check is None:
        check = Check(case_id=case.id, person_id=person.id, item=item, result=result, by_id=by.id)
        session.add(check)
    check.result, check.by_id, check.at, check.note = result, by.id, now(), note
    session.flush()
    journal.record(session, Act.CASE_CHECK, actor=by.actor, case_id=case.id, about=f"item:{item}")


def open_again(session: Session, case: Case, item: Item) -> None:
    """Nobody of the case has this any more. The step that causes it stands in the journal."""
    ticked = select(Check).where(Check.case_id == case.id, Check.item == item)
    for check in session.scalars(ticked):
        check.result, check.at = Result.OPEN, now()
    session.flush()


def open_items(session: Session, case: Case) -> list[tuple[Person, Item]]:
    """What is still to be ticked before anyone may travel."""
    return [
        (person, item)
        for person, items in checklist(session, case).items()
        for item, check in items.items()
        if check is None or check.result is Result.OPEN
    ]
