"""Links for a supplier without an account: one photo for one step, once, with a code told by phone.

Whoever has link and code learns the kind of the step and what is to be shown, and nothing of the case.
What they send proves nothing until the partner who knows them says so.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, today
from portal.domain import cases, clocks, documents, journal, throttle
from portal.domain.accounts import Account, AccountState, token_hash
from portal.domain.cases import Case
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.papers import wholes
from portal.domain.papers.wholes import Whole
from portal.domain.permissions import Act, Role, require
from portal.domain.support import grants
from portal.domain.support.parts import Milestone, MilestoneType
from portal.domain.throttle import Tried
from portal.sealing import SealedText, in_use

CODE_DIGITS = 8


class SupplierLink(Base):
    """One link. Of its token and its code only hashes are kept: both are shown once, to who made it."""

    __tablename__ = "supplier_links"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    ends_on: Mapped[date] = mapped_column()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    supplier = SealedText()
    wanted = SealedText()
    """What is to be shown, as the supplier reads it."""
    words = SealedText()
    """Of the supplier."""
    form_key: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Of the form that used it: the same form once more hears the same answer."""
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), unique=True)
    used_at: Mapped[datetime | None] = mapped_column()
    taken_back_at: Mapped[datetime | None] = mapped_column()
    settled_at: Mapped[datetime | None] = mapped_column()
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    """With `settled_at`: whether the partner took it for a proof."""

    @property
    def is_open(self) -> bool:
        """Whether something can still be sent with it."""
        return self.used_at is None and self.taken_back_at is None and self.ends_on >= today()

    @property
    def is_waiting(self) -> bool:
        """Whether the partner has to say what they think of what was sent."""
        return self.used_at is not None and self.settled_at is None


@dataclass(frozen=True)
class Asked:
    """All that a supplier learns: the kind of the step, and what is to be shown."""

    type: MilestoneType
    wanted: str


# --- On the partner's side ------------------------------------------------------------------------------


def make(
    session: Session, case: Case, milestone_id: int, *, supplier: str, wanted: str, by: Account
) -> tuple[SupplierLink, str, str]:
    """A link with its token and its code, both shown this once; an unused one before it is void.

    The caller commits. Raises NotAllowed, NotFound, and Refused for a step that cannot be reported now.
    """
    require(by.role, Act.SUPPLIER_LINK_MAKE)
    milestone = grants.to_report(session, case, milestone_id, by=by)
    session.refresh(milestone, with_for_update=True)  # of two links made at once one stays
    for older in of_milestone(session, milestone):
        if older.is_open:
            older.taken_back_at = now()
    token, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    link = SupplierLink(
        case_id=case.id,
        milestone_id=milestone.id,
        made_by_id=by.id,
        ends_on=clocks.due(session, "supplier_link"),
        token_hash=token_hash(token),
        supplier=supplier,
        wanted=wanted,
        is_confirmed=False,
    )
    link.code_hash = _code_hash(link, code)
    session.add(link)
    session.flush()
    _write_down(session, Act.SUPPLIER_LINK_MAKE, link, by.actor)
    return link, token, code


def take_back(session: Session, link: SupplierLink, *, by: Account) -> None:
    """From now on nothing can be sent with it. Raises NotAllowed, and Refused once something was."""
    require(by.role, Act.SUPPLIER_LINK_TAKE_BACK)
    session.refresh(link, with_for_update=True)
    if link.used_at is not None or link.taken_back_at is not None:
        raise Refused([Reason.WRONG_STATE])
    link.taken_back_at = now()
    _write_down(session, Act.SUPPLIER_LINK_TAKE_BACK, link, by.actor)


def of_milestone(session: Session, milestone: Milestone) -> Sequence[SupplierLink]:
    """The links for one step, the newest first."""
    made = select(SupplierLink).where(SupplierLink.milestone_id == milestone.id)
    return session.scalars(made.order_by(SupplierLink.id.desc())).all()


def find(session: Session, case: Case, link_id: int) -> SupplierLink:
    """One link of this case. Raises NotFound."""
    link = session.get(SupplierLink, link_id)
    if link is None or link.case_id != case.id:
        raise NotFound(str(link_id))
    return link


_WAITING = (
    select(SupplierLink, Case)
    .join(Case, Case.id == SupplierLink.case_id)
    .where(cases.VISIBLE[Role.PARTNER])
    .where(SupplierLink.used_at.is_not(None), SupplierLink.settled_at.is_(None))
    .order_by(SupplierLink.used_at)
)


def waiting(session: Session, viewer: Account) -> Sequence[tuple[SupplierLink, Case]]:
    """What suppliers sent for the partner's cases and nobody looked at, the oldest first."""
    rows = session.execute(_WAITING, {"organisation": viewer.organisation_id or 0})
    return [(link, case) for link, case in rows]


def confirm(session: Session, link: SupplierLink, *, words: str, by: Account) -> None:
    """The partner takes what was sent for a proof: now it is one, and the step is reported with it.

    The caller commits. Raises NotAllowed, and Refused also while the file is being checked.
    """
    document = _settle(session, link, Act.SUPPLIER_LINK_CONFIRM, by)
    if document.state in documents.UNSEEN:
        raise Refused([Reason.WRONG_STATE])
    milestone = session.get_one(Milestone, link.milestone_id, with_for_update=True, populate_existing=True)
    document.milestone_id, link.is_confirmed = milestone.id, True
    session.flush()
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=by, note=words)


def refuse(session: Session, link: SupplierLink, *, by: Account) -> None:
    """It is no proof: the file counts for nothing. Raises NotAllowed, Refused. The caller commits."""
    document = _settle(session, link, Act.SUPPLIER_LINK_REFUSE, by)
    if document.state in (DocumentState.WAITING, DocumentState.ACCEPTED):
        document.state = DocumentState.SUPERSEDED


def _settle(session: Session, link: SupplierLink, act: Act, by: Account) -> Document:
    require(by.role, act)
    session.refresh(link, with_for_update=True)
    if not link.is_waiting:
        raise Refused([Reason.WRONG_STATE])
    link.settled_at, link.settled_by_id = now(), by.id
    _write_down(session, act, link, by.actor)
    return document_of(session, link)


def document_of(session: Session, link: SupplierLink) -> Document:
    """What was sent with a link. Raises NotFound when nothing was."""
    document = session.get(Document, link.document_id or 0)
    if document is None:
        raise NotFound(str(link.id))
    return document


def is_unconfirmed() -> ColumnElement[bool]:
    """Whether a document came with a link and its partner has not taken it for a proof."""
    link = select(SupplierLink.id).where(SupplierLink.document_id == Document.id, ~SupplierLink.is_confirmed)
    return link.correlate(Document).exists()


def senders(session: Session, case: Case) -> Mapping[int, tuple[SupplierLink, Account]]:
    """Of the steps that were reported with what a supplier sent: the link, and whose it was, by the step."""
    confirmed = (SupplierLink.case_id == case.id, SupplierLink.is_confirmed)
    rows = session.execute(
        select(SupplierLink, Account)
        .join(Account, Account.id == SupplierLink.made_by_id)
        .where(*confirmed)
        .order_by(SupplierLink.id)
    )
    return {link.milestone_id: (link, account) for link, account in rows}


# --- On the supplier's side -----------------------------------------------------------------------------


def look(session: Session, token: str, code: str) -> Asked:
    """What is asked for, for who has link and code.

    Raises TooMany, and Refused: alike for an unknown, used, late or void link and for a wrong code.
    The caller commits in every case: the try is counted.
    """
    link, milestone, _case, _maker = _enter(session, token, code)
    return Asked(milestone.type, link.wanted)


def sender_of(session: Session, token: str, code: str) -> tuple[SupplierLink, Case, Account]:
    """The link, its case, and in whose name a file is stored. Raises what `look` does."""
    link, _milestone, case, maker = _enter(session, token, code)
    return link, case, maker


def use(session: Session, link: SupplierLink, whole: Whole, *, words: str, form: str) -> None:
    """Take what was sent: the link is used up. The same form once more changes nothing.

    The caller commits. Raises Refused when it cannot be used (any more); of two at once one gets it.
    """
    session.refresh(link, with_for_update=True)
    if was_used_by(link, form):
        return
    milestone, case, maker = _around(session, link)
    if not _is_good(session, link, milestone, case, maker):
        raise Refused([Reason.SUPPLIER_LINK_WRONG])
    document = wholes.keep_unconfirmed(session, case, whole, by=maker)
    link.document_id, link.used_at, link.words = document.id, now(), words
    link.form_key = _form_key(link, form)
    _write_down(session, Act.SUPPLIER_LINK_USE, link, journal.NOBODY)


def find_used(session: Session, token: str, form: str) -> SupplierLink | None:
    """The link that this very form used up before."""
    link = _of_token(session, token)
    return link if link and was_used_by(link, form) else None


def was_used_by(link: SupplierLink, form: str) -> bool:
    """Whether this form used up this link."""
    return link.form_key is not None and hmac.compare_digest(link.form_key, _form_key(link, form))


def _enter(session: Session, token: str, code: str) -> tuple[SupplierLink, Milestone, Case, Account]:
    subject = token_hash(token).hex()
    throttle.count(session, Tried.SUPPLIER_LINK, subject)
    link = _of_token(session, token)
    if link is None or not hmac.compare_digest(link.code_hash, _code_hash(link, _digits(code))):
        raise Refused([Reason.SUPPLIER_LINK_WRONG])
    around = _around(session, link)
    if not _is_good(session, link, *around):
        raise Refused([Reason.SUPPLIER_LINK_WRONG])
    throttle.forgive(session, Tried.SUPPLIER_LINK, subject)
    return link, *around


def _of_token(session: Session, token: str) -> SupplierLink | None:
    return session.scalar(select(SupplierLink).where(SupplierLink.token_hash == token_hash(token)))


def _around(session: Session, link: SupplierLink) -> tuple[Milestone, Case, Account]:
    return (
        session.get_one(Milestone, link.milestone_id),
        session.get_one(Case, link.case_id),
        session.get_one(Account, link.made_by_id),
    )


def _is_good(session: Session, link: SupplierLink, milestone: Milestone, case: Case, maker: Account) -> bool:
    """Whether something can be sent with it now: who made it must still be able to report that step."""
    return (
        link.is_open
        and maker.state is AccountState.ACTIVE
        and maker.organisation_id is not None
        and maker.organisation_id == case.partner_id
        and documents.may_send(case, by=maker)
        and grants.may_send(session, milestone, by=maker)
    )


def _digits(typed: str) -> str:
    """The digits of a code, of any script, without what stands between them."""
    return "".join(str(int(one)) for one in typed[:60] if one.isdecimal())


def _code_hash(link: SupplierLink, code: str) -> bytes:
    return in_use().fingerprint("supplier_code", f"{link.id}:{code}")


def _form_key(link: SupplierLink, form: str) -> bytes:
    return in_use().fingerprint("supplier_form", f"{link.id}:{form}")


def _write_down(session: Session, act: Act, link: SupplierLink, actor: journal.Actor) -> None:
    journal.record(
        session,
        act,
        actor=actor,
        case_id=link.case_id,
        about=f"{link.__tablename__}:{link.id}",
        note=link.supplier,
    )
