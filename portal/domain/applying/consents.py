"""Consents: what a migrant declared or permitted, in which words, when, and whether it still holds."""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import journal
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import NotAllowed
from portal.domain.permissions import Act, Role, require
from portal.sealing import SealedText

TEXT_VERSION = "2026-11"
"""Raised whenever the wording of a consent changes."""
NOTICE_VERSION = "2026-11"
"""Raised whenever the notice of how data are handled changes: what it says in short, or its page."""


class Purpose(enum.StrEnum):
    """One thing a person has read, declares or permits, each by itself."""

    NOTICE = "notice"
    VOLUNTARY = "voluntary"
    TRUTH = "truth"
    PROCESSING = "processing"
    PARTNER = "partner"
    EMBASSY = "embassy"
    CARRIER = "carrier"
    PHOTO = "photo"
    TALK_PHOTOS = "talk_photos"


class How(enum.StrEnum):
    """In which way somebody said yes."""

    OWN_SIGN_IN = "own_sign_in"
    IN_PRESENCE = "in_presence"
    SIGNED_PAPER = "signed_paper"


NOTICES = frozenset({Purpose.NOTICE})
"""Only read: nothing is permitted by it."""
DECLARATIONS = frozenset({Purpose.VOLUNTARY, Purpose.TRUTH})
SHARING = frozenset({Purpose.PARTNER, Purpose.EMBASSY, Purpose.CARRIER})
"""What lets data leave the programme."""
PHOTOS = frozenset({Purpose.PHOTO, Purpose.TALK_PHOTOS})
LATER = frozenset({Purpose.TALK_PHOTOS})
"""Asked for when the time has come, after the return: nobody has to think of it while applying."""
PERMISSIONS = frozenset(Purpose) - NOTICES - DECLARATIONS - LATER
REQUIRED = NOTICES | DECLARATIONS | {Purpose.PROCESSING}


@dataclass(frozen=True)
class Witnessed:
    """How somebody said yes without a sign-in of their own, and who was there."""

    how: How
    present: str
    interpreter: str = ""


class Consent(Base):
    """One permission (or declaration, or notice read), from when it was given until it was taken back.

    `by_id` is the counsellor who wrote it down, when somebody gave it without a sign-in of their own.
    """

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_of_case", "case_id", "purpose"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    purpose: Mapped[Purpose] = mapped_column()
    text_version: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    how: Mapped[How] = mapped_column(default=How.OWN_SIGN_IN)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    present = SealedText()
    interpreter = SealedText()
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column()


_HOLDING = select(Consent).where(Consent.case_id == bindparam("case"), Consent.withdrawn_at.is_(None))


@asked_once
def given(session: Session, case: Case) -> Mapping[Purpose, Consent]:
    """The consents that hold now."""
    return {consent.purpose: consent for consent in session.scalars(_HOLDING, {"case": case.id})}


def settle(
    session: Session,
    case: Case,
    wanted: Collection[Purpose],
    among: Collection[Purpose],
    *,
    language: str,
    by: Account,
    witnessed: Witnessed | None = None,
) -> None:
    """Make `wanted` the consents that hold among those asked for; give and take back what differs.

    Raises NotAllowed for whoever is not the migrant and does not say how the migrant gave them; taking back
    needs no witness.
    """
    require(by.role, Act.CASE_CONSENT)
    if wanted and by.role is not Role.MIGRANT and witnessed is None:
        raise NotAllowed(f"{by.role} {Act.CASE_CONSENT}")
    holding = given(session, case)
    for purpose in sorted(among):
        if purpose in wanted and purpose not in holding:
            version = NOTICE_VERSION if purpose in NOTICES else TEXT_VERSION
            consent = Consent(case_id=case.id, purpose=purpose, text_version=version, language=language)
            if witnessed:
                consent.how, consent.by_id = witnessed.how, by.id
                consent.present, consent.interpreter = witnessed.present, witnessed.interpreter
            session.add(consent)
        elif purpose not in wanted and purpose in holding:
            holding[purpose].withdrawn_at = now()
        else:
            continue
        journal.record(session, Act.CASE_CONSENT, actor=by.actor, case_id=case.id, about=f"consent:{purpose}")
    session.flush()
