"""Staff and partners: how they are invited and join, and the organisations that partners belong to."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import accounts, journal
from portal.domain.accounts import (
    Account,
    Organisation,
    hash_password,
    normal_login,
    password_faults,
    token_hash,
)
from portal.domain.errors import Expired, NotFound, Reason, Refused
from portal.domain.permissions import AT_WORK, Act, Role, require
from portal.sealing import SealedText

INVITATION_LASTS = timedelta(hours=48)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
"""What looks like an e-mail address; whether it is somebody's, only a letter to it can tell."""


class Invitation(Base):
    """A link that makes one account for staff or a partner, once, within 48 hours; its login is this address.

    There is one open invitation for an address: a newer one cancels those before.
    """

    __tablename__ = "invitations"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[Role] = mapped_column()
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name = SealedText()
    email = SealedText()
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()
    cancelled_at: Mapped[datetime | None] = mapped_column()

    @property
    def is_good(self) -> bool:
        """Whether the link still works, if nobody used it or took it back."""
        return self.expires_at > now()


def _is_open() -> ColumnElement[bool]:
    """Which invitations nobody used or took back; they may be too old."""
    return and_(Invitation.used_at.is_(None), Invitation.cancelled_at.is_(None))


def invite(
    session: Session,
    role: Role,
    *,
    name: str,
    email: str,
    organisation: Organisation | None = None,
    by: Account | None,
) -> str:
    """The token of a new invitation; it is shown once. `by` is None for the keeper at the command line.

    An earlier invitation for the same address works no longer. Raises NotAllowed unless `by` is a manager,
    ValueError for a migrant or a partner without organisation, and Refused when somebody with this address
    has an account.
    """
    if by is not None:
        require(by.role, Act.ACCOUNT_INVITE)
    if role not in AT_WORK or (role is Role.PARTNER) != (organisation is not None):
        raise ValueError("staff are invited without an organisation, partners with one, migrants not at all")
    if accounts.by_login(session, email):
        raise Refused([Reason.ALREADY_HERE])
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        token_hash=token_hash(token),
        role=role,
        name=name,
        email=email,
        organisation_id=organisation and organisation.id,
        invited_by_id=by and by.id,
        expires_at=now() + INVITATION_LASTS,
    )
    # Written first: the chain is the lock, so that two invitations for one address do not miss each other.
    journal.record(
        session,
        Act.ACCOUNT_INVITE,
        actor=by.actor if by else journal.NOBODY,
        about=_about(invitation),
        note=role.value,
        chain=journal.ACCOUNTS,
    )
    for earlier in _unused(session):
        if normal_login(earlier.email) == normal_login(email):
            earlier.cancelled_at = now()
    session.add(invitation)
    session.flush()
    return token


def _about(invitation: Invitation) -> str:
    return f"{Invitation.__tablename__}:{invitation.id}"


def _unused(session: Session) -> Sequence[Invitation]:
    return session.scalars(select(Invitation).where(_is_open()).order_by(Invitation.id)).all()


def invite_again(session: Session, invited: Invitation, *, by: Account) -> str:
    """The token of a new invitation for the same person; the link before works no longer.

    Raises as `invite` does, and Refused when somebody took the invitation back meanwhile.
    """
    if invited.cancelled_at is not None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    own = invited.organisation_id and organisation(session, invited.organisation_id)
    return invite(
        session, invited.role, name=invited.name, email=invited.email, organisation=own or None, by=by
    )


def cancel(session: Session, invited: Invitation, *, by: Account) -> None:
    """Take an invitation back: its link works no longer. Raises Refused when it was used meanwhile."""
    require(by.role, Act.INVITATION_CANCEL)
    once = (
        update(Invitation)
        .where(Invitation.id == invited.id, _is_open())
        .values(cancelled_at=now())
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(once).first() is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    journal.record(
        session,
        Act.INVITATION_CANCEL,
        actor=by.actor,
        about=_about(invited),
        chain=journal.ACCOUNTS,
    )


def invitation(session: Session, token: str) -> Invitation:
    """The invitation behind a link. Raises Expired when unknown, used, taken back or older than 48 hours."""
    mine = select(Invitation).where(Invitation.token_hash == token_hash(token), _is_open())
    found = session.scalar(mine.where(Invitation.expires_at > now()))
    if found is None:
        raise Expired("invitation")
    return found


def join(session: Session, token: str, *, password: str, language: str) -> Account:
    """The account that an invitation was for; its login is the address. Raises Expired or Refused."""
    invited = invitation(session, token)
    if faults := password_faults(password, invited.email):
        raise Refused(faults)
    account = accounts.add(
        session,
        invited.role,
        login=invited.email,
        password_hash=hash_password(password),
        language=language,
        name=invited.name,
        organisation_id=invited.organisation_id,
    )
    if account is None:
        raise Expired("invitation")
    _use(session, invited)
    accounts.write_down(session, Act.ACCOUNT_JOIN, account)
    return account


def _use(session: Session, invited: Invitation) -> None:
    # One statement, so that of two at once only the first one counts.
    once = (
        update(Invitation)
        .where(Invitation.id == invited.id, _is_open())
        .values(used_at=now())
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(once).first() is None:
        raise Expired("invitation")


def open_invitations(session: Session) -> Sequence[tuple[Invitation, Organisation | None]]:
    """Invitations that nobody used or took back, also those too old; the one that ends first in front."""
    rows = session.execute(
        select(Invitation, Organisation)
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .where(_is_open())
        .order_by(Invitation.expires_at)
    ).all()
    return [(invited, organisation) for invited, organisation in rows]


def open_invitation(session: Session, number: int) -> Invitation:
    """One invitation that nobody used or took back, by its number. Raises NotFound."""
    found = session.scalar(select(Invitation).where(Invitation.id == number, _is_open()))
    if found is None:
        raise NotFound(str(number))
    return found


def organisations(session: Session) -> Sequence[Organisation]:
    """Every partner organisation, by country and name."""
    return session.scalars(select(Organisation).order_by(Organisation.country, Organisation.name)).all()


def organisation(session: Session, organisation_id: int) -> Organisation:
    """One partner organisation. Raises NotFound."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound(str(organisation_id))
    return found


def save_organisation(
    session: Session, saved: Organisation | None, values: Mapping[str, object], *, by: Account
) -> Organisation:
    """Add an organisation (`saved` is None) or change one; `values` are its columns.

    Raises Refused for a name that another one has.
    """
    require(by.role, Act.ORGANISATION_SAVE)
    try:
        with session.begin_nested():
            if saved is None:
                saved = Organisation(**values)
                session.add(saved)
            for name, value in values.items():
                setattr(saved, name, value)
    except IntegrityError:
        raise Refused([Reason.NAME_TAKEN]) from None
    journal.record(
        session,
        Act.ORGANISATION_SAVE,
        actor=by.actor,
        about=f"organisations:{saved.id}",
        chain=journal.ACCOUNTS,
    )
    return saved
