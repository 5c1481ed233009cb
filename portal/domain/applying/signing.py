"""The signature: who signed what was declared, where and when, by typing the name or before a counsellor."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import cases, journal, people, spelling
from portal.domain.accounts import Account
from portal.domain.applying import consents
from portal.domain.applying.answers import Application
from portal.domain.applying.consents import How, Purpose
from portal.domain.cases import Case
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.permissions import Act, require
from portal.sealing import SealedText


class Signature(Base):
    """One name under what was declared. The day is the portal's own, not typed.

    `how` comes from the declaration, which also says who was there; `by_id` is the counsellor who wrote
    it down, if one did.
    """

    __tablename__ = "signatures"
    __table_args__ = (Index("ix_signatures_of_case", "case_id", "id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    name = SealedText()
    place = SealedText()
    how: Mapped[How] = mapped_column(default=How.OWN_SIGN_IN)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    text_version: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    signed_at: Mapped[datetime] = mapped_column(default=now)


def of_case(session: Session, case: Case) -> Sequence[Signature]:
    """All that were ever given, the first in front."""
    return session.scalars(select(Signature).where(Signature.case_id == case.id).order_by(Signature.id)).all()


def holding(session: Session, case: Case) -> Signature | None:
    """The signature under what is declared now; None when something was declared anew after it."""
    given = consents.given(session, case)
    declared = [given[one].given_at for one in consents.DECLARATIONS if one in given]
    newest = next(reversed(of_case(session, case)), None)
    if newest is None or len(declared) < len(consents.DECLARATIONS):
        return None
    return newest if newest.signed_at >= max(declared) else None


def sign(session: Session, case: Case, name: str, place: str, *, language: str, by: Account) -> Signature:
    """Put a name under what is declared.

    Raises Refused([CONSENTS_MISSING]) before it is declared, and Refused([SIGNED_BY_ANOTHER]) for a name of
    which no word is the applicant's or the guardian's, in any script and spelling.
    """
    require(by.role, Act.CASE_SIGN)
    if not cases.is_filled_in_by(case, by):
        raise NotAllowed(f"{by.role} {case.reference}")
    declared = consents.given(session, case).get(Purpose.VOLUNTARY)
    if declared is None:
        raise Refused([Reason.CONSENTS_MISSING])
    if not _is_one_of(name, _names(session, case)):
        raise Refused([Reason.SIGNED_BY_ANOTHER])
    signature = Signature(
        case_id=case.id,
        how=declared.how,
        by_id=declared.by_id,
        text_version=consents.TEXT_VERSION,
        language=language,
    )
    signature.name, signature.place = name, place
    session.add(signature)
    session.flush()
    journal.record(session, Act.CASE_SIGN, actor=by.actor, case_id=case.id, about=f"signature:{signature.id}")
    return signature


def _names(session: Session, case: Case) -> list[str]:
    """Of everybody who may sign: the applicant, and for a child the guardian."""
    head = people.principal(session, case)
    guardian = session.scalars(select(Application).where(Application.case_id == case.id)).one().guardian_name
    found = (head.given_names, head.family_name, head.original_name, head.other_names, guardian)
    return [one for one in found if one]


def _is_one_of(name: str, names: Sequence[str]) -> bool:
    known = _readings(names)
    return not known or not known.isdisjoint(_readings([name]))


def _readings(names: Sequence[str]) -> set[str]:
    """Each word in every spelling; what no alphabet spells (one letter, a sign) as it is."""
    found: set[str] = set()
    for word in spelling.all_words(names):
        found |= {word, *spelling.spellings(word), *spelling.bones(word)}
    return found
