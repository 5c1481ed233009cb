"""Agreements: adults who travel along, and the guardian of a child, say themselves that they agree."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import documents, journal, people
from portal.domain.accounts import Account
from portal.domain.applying.consents import How
from portal.domain.care import care
from portal.domain.cases import BEFORE_DEPARTURE, Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, require
from portal.programme import DocumentKind
from portal.sealing import SealedText

RECORDED = (How.IN_PRESENCE, How.SIGNED_PAPER)
"""How somebody without a sign-in of their own can agree."""

PAPERS = {True: DocumentKind.GUARDIAN_CONSENT, False: DocumentKind.CONSENT_SIGNED}
"""The signed paper: of a guardian, and of a family member."""


class Agreement(Base):
    """One person's own word, from when it was given until it was taken back.

    `person_id` is empty for the guardian. `present` says who was there.
    """

    __tablename__ = "agreements"
    __table_args__ = (Index("ix_agreements_of_case", "case_id", "person_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    how: Mapped[How] = mapped_column()
    language: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    present = SealedText()
    interpreter = SealedText()
    ended_at: Mapped[datetime | None] = mapped_column()


_HOLDING = (
    select(Agreement)
    .where(Agreement.case_id == bindparam("case"), Agreement.ended_at.is_(None))
    .order_by(Agreement.id)
)


def holding(session: Session, case: Case) -> Mapping[int | None, Agreement]:
    """The agreements that hold now, by person; None: the guardian's."""
    return {one.person_id: one for one in session.scalars(_HOLDING, {"case": case.id})}


def adults(session: Session, case: Case) -> Sequence[Person]:
    """Who of the family decides for themselves: everybody who is not known to be a minor."""
    return [one for one in people.of_case(session, case) if not one.is_principal and not one.is_minor]


def missing(session: Session, case: Case) -> list[Person]:
    """The adults of the family who have not agreed yet."""
    agreed = holding(session, case)
    return [person for person in adults(session, case) if person.id not in agreed]


def needs_guardian(session: Session, case: Case) -> bool:
    """Whether the principal is a child who travels without father or mother."""
    return any(person.is_principal for person in people.minors_alone(people.of_case(session, case)))


def guardian_missing(session: Session, case: Case) -> bool:
    """Whether a guardian must agree and has not: neither said so to a counsellor nor signed."""
    return needs_guardian(session, case) and None not in holding(session, case)


def record(
    session: Session,
    case: Case,
    person: Person | None,
    how: How,
    *,
    language: str,
    present: str,
    interpreter: str = "",
    by: Account,
) -> Agreement:
    """Write down that a family member, or the guardian (`person` is None), agrees; said twice, once.

    Raises Refused after the departure, without a word who was there, and for a signed paper that nobody sent.
    """
    require(by.role, Act.AGREEMENT_RECORD)
    if not care.may_read(case, by):
        raise NotFound(case.reference)
    if person is not None and person not in adults(session, case):
        raise NotFound(str(person.id))
    if reasons := _in_the_way(session, case, person, how, present):
        raise Refused(reasons)
    number = person.id if person else None
    if known := holding(session, case).get(number):
        return known
    agreement = Agreement(
        case_id=case.id,
        person_id=number,
        how=how,
        language=language,
        by_id=by.id,
        present=present.strip(),
        interpreter=interpreter.strip(),
    )
    session.add(agreement)
    session.flush()
    _written(session, Act.AGREEMENT_RECORD, agreement, by)
    if person is None:
        care.guardian_agreed(session, case, by=by)
    return agreement


def _in_the_way(session: Session, case: Case, person: Person | None, how: How, present: str) -> list[Reason]:
    is_signed = documents.is_there(session, case, PAPERS[person is None])
    found = {
        Reason.WRONG_STATE: case.state not in BEFORE_DEPARTURE or how not in RECORDED,
        Reason.REASON_MISSING: not present.strip(),
        Reason.EVIDENCE_MISSING: how is How.SIGNED_PAPER and not is_signed,
    }
    return [reason for reason, stands in found.items() if stands]


def take_back(session: Session, case: Case, agreement_id: int, *, by: Account) -> None:
    """Somebody does not agree any more: a counsellor writes it down, no reason is asked. Raises NotFound."""
    require(by.role, Act.AGREEMENT_END)
    found = next((one for one in holding(session, case).values() if one.id == agreement_id), None)
    if found is None or not care.may_read(case, by):
        raise NotFound(str(agreement_id))
    found.ended_at = now()
    _written(session, Act.AGREEMENT_END, found, by)


def _written(session: Session, act: Act, agreement: Agreement, by: Account) -> None:
    about = f"{Agreement.__tablename__}:{agreement.id}"
    journal.record(session, act, actor=by.actor, case_id=agreement.case_id, about=about)
