"""Who helps an applicant with the application: a lawyer, a relative, a social worker. They have no way in."""

import enum
from collections.abc import Mapping

from sqlalchemy import ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base
from portal.domain import journal
from portal.domain.accounts import Account
from portal.domain.cases import OVER, Case, is_filled_in_by
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.permissions import Act, require
from portal.sealing import SealedText


class Filling(enum.StrEnum):
    """Who fills in the application."""

    MYSELF = "no"
    HELPED = "yes"


class SupporterKind(enum.StrEnum):
    """Who somebody is who helps."""

    LAWYER = "lawyer"
    RELATIVE = "relative"
    SOCIAL_WORKER = "social_worker"
    OTHER = "other"


class Supporter(Base):
    """The one person who helps with a case, as the applicant named them."""

    __tablename__ = "supporters"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    kind: Mapped[SupporterKind] = mapped_column()
    name = SealedText()
    phone = SealedText()
    may_be_told: Mapped[bool] = mapped_column(default=False)
    """Whether a counsellor may talk about the case with them."""


_OF_CASE = select(Supporter).where(Supporter.case_id == bindparam("case"))


def of_case(session: Session, case: Case) -> Supporter | None:
    """Who helps; None for somebody who does it alone."""
    return session.scalar(_OF_CASE, {"case": case.id})


def put(session: Session, case: Case, values: Mapping[str, object] | None, *, by: Account) -> None:
    """Name who helps (`values` are columns), change that, or say that nobody does (None).

    Raises Refused, and NotAllowed for who does not fill this application in.
    """
    require(by.role, Act.CASE_HELPED)
    if not is_filled_in_by(case, by):
        raise NotAllowed(f"{by.role} {case.reference}")
    if case.state in OVER:
        raise Refused([Reason.WRONG_STATE])
    known = of_case(session, case)
    if values is None and known is None:
        return
    if values is None:
        session.delete(known)
    elif known is None:
        session.add(Supporter(case_id=case.id, **values))
    else:
        for name, value in values.items():
            setattr(known, name, value)
    session.flush()
    journal.record(session, Act.CASE_HELPED, actor=by.actor, case_id=case.id)
