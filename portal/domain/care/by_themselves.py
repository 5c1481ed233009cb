"""By themselves: an adult of the family says from an account of their own whether they agree to travel along.

The rule: such an account sees no case (`cases.visible_to`). It has the one person it was made for: who they
are and which travel document they have, as entered; to which country the family wants to return; and their
own word. Nothing of anybody else. Their no is read by the counsellor, and not by who applies.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import accounts, journal
from portal.domain.access import claims
from portal.domain.access.claims import Claim
from portal.domain.accounts import Account, AccountState
from portal.domain.applying.answers import Application
from portal.domain.applying.consents import How
from portal.domain.care import agreements, care
from portal.domain.care.agreements import Agreement
from portal.domain.cases import BEFORE_DEPARTURE, Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, Role, require


class FamilyAccess(Base):
    """Which account is whose: one adult of a family, and who gave them the code for it.

    It goes with the person: who is taken off the application has an account in which nothing is left.
    """

    __tablename__ = "family_access"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), unique=True)
    given_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    given_at: Mapped[datetime] = mapped_column(default=now)
    refused_at: Mapped[datetime | None] = mapped_column()
    """When they said that they do not agree; empty again once they did."""


@dataclass(frozen=True)
class WayIn:
    """How it stands with one adult's own sign-in, for who gives the codes."""

    access: FamilyAccess
    code: Claim | None
    """The one on paper now."""
    is_entered: bool


@dataclass(frozen=True)
class Mine:
    """All that such an account has: one person, where they would go, and what they said."""

    case: Case
    person: Person
    access: FamilyAccess
    country: str | None
    agreement: Agreement | None

    @property
    def is_open(self) -> bool:
        """Whether they may still say yes or no."""
        return self.case.state in BEFORE_DEPARTURE


# --- The code -----------------------------------------------------------------------------------------


def ways_in(session: Session, case: Case) -> Mapping[int, WayIn]:
    """The adults who were given a code, by person."""
    found = session.scalars(select(FamilyAccess).where(FamilyAccess.case_id == case.id))
    return {
        one.person_id: WayIn(
            one, claims.on_paper(session, one.account_id), claims.is_used(session, one.account_id)
        )
        for one in found
    }


def may_give(case: Case, by: Account) -> bool:
    """Whether codes for this family are theirs to give: who applies, its counsellor, approvers."""
    return case.migrant_id == by.id or care.may_read(case, by)


def give_code(session: Session, case: Case, person: Person, *, by: Account) -> str:
    """A code with which this adult makes an account of their own, shown this once; the one before it is void.

    Raises NotFound for who is no adult of this family, Refused after the departure and once they are in.
    The caller commits.
    """
    require(by.role, Act.AGREEMENT_CODE)
    if not may_give(case, by) or person not in agreements.adults(session, case):
        raise NotFound(str(person.id))
    # Two who print at once print one code that is good: the case row is the lock.
    session.refresh(case, with_for_update=True)
    access = session.scalar(select(FamilyAccess).where(FamilyAccess.person_id == person.id))
    account = session.get_one(Account, access.account_id) if access else None
    is_left = account is not None and account.state is AccountState.CLOSED
    is_entered = account is not None and not is_left and claims.is_used(session, account.id)
    if case.state not in BEFORE_DEPARTURE or is_entered:
        raise Refused([Reason.WRONG_STATE])
    if access is None or account is None or is_left:
        account = _account(session, case)
        access = access or FamilyAccess(case_id=case.id, person_id=person.id)
        session.add(access)
        access.account_id = account.id
    access.given_by_id, access.given_at = by.id, now()
    session.flush()
    _written(session, Act.AGREEMENT_CODE, access, by)
    return claims.issue(session, account, by=by)


def _account(session: Session, case: Case) -> Account:
    """One that nobody knows the name or the password of: the way in is the code."""
    made = accounts.add(
        session,
        Role.FAMILY,
        login=f"family-{secrets.token_hex(12)}",
        password_hash=accounts.hash_password(secrets.token_urlsafe(32)),
        language=session.get_one(Account, case.migrant_id).language,
    )
    if made is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    return made


# --- Their own word -----------------------------------------------------------------------------------


def mine(session: Session, *, viewer: Account) -> Mine | None:
    """What concerns this viewer; None when they are not asked (any more)."""
    row = session.execute(
        select(FamilyAccess, Case, Person, Application.country)
        .join(Case, Case.id == FamilyAccess.case_id)
        .join(Person, Person.id == FamilyAccess.person_id)
        .join(Application, Application.case_id == Case.id)
        .where(FamilyAccess.account_id == viewer.id)
    ).first()
    if viewer.role is not Role.FAMILY or row is None:
        return None
    access, case, person, country = row
    if person not in agreements.adults(session, case):
        return None
    return Mine(case, person, access, country, agreements.holding(session, case).get(person.id))


def agree(session: Session, *, language: str, by: Account) -> None:
    """They agree; said twice, once. Raises NotFound for who is not asked, Refused after the departure."""
    found = _asked(session, Act.AGREEMENT_GIVE, by)
    if found.agreement is not None:
        return
    found.access.refused_at = None
    given = Agreement(
        case_id=found.case.id,
        person_id=found.person.id,
        how=How.OWN_SIGN_IN,
        language=language,
        by_id=by.id,
        present="",
        interpreter="",
    )
    session.add(given)
    session.flush()
    _written(session, Act.AGREEMENT_GIVE, found.access, by)


def refuse(session: Session, *, by: Account) -> None:
    """They do not agree, and nobody asks why. Raises NotFound, Refused."""
    found = _asked(session, Act.AGREEMENT_REFUSE, by)
    if found.access.refused_at is not None:
        return
    _end(found)
    found.access.refused_at = now()
    _written(session, Act.AGREEMENT_REFUSE, found.access, by)


def take_back(session: Session, *, by: Account) -> None:
    """They do not agree any more, however they had agreed. Raises NotFound, Refused."""
    found = _asked(session, Act.AGREEMENT_TAKE_BACK, by)
    if found.agreement is None:
        return
    _end(found)
    _written(session, Act.AGREEMENT_TAKE_BACK, found.access, by)


def _asked(session: Session, act: Act, by: Account) -> Mine:
    """What they are asked about, and nobody else writes until this is over."""
    require(by.role, act)
    known = mine(session, viewer=by)
    if known is None:
        raise NotFound("agreement")
    session.refresh(known.case, with_for_update=True)
    found = mine(session, viewer=by)
    if found is None or not found.is_open:
        raise Refused([Reason.WRONG_STATE])
    return found


def _end(found: Mine) -> None:
    if found.agreement is not None:
        found.agreement.ended_at = now()


def _written(session: Session, act: Act, access: FamilyAccess, by: Account) -> None:
    about = f"{FamilyAccess.__tablename__}:{access.id}"
    session.flush()
    journal.record(session, act, actor=by.actor, case_id=access.case_id, about=about)
