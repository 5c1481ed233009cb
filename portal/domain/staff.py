"""Staff and partners: who is invited, who works here, and the organisations that partners belong to."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import accounts, journal
from portal.domain.accounts import Account, Organisation, hash_password, password_faults, token_hash
from portal.domain.errors import Expired, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.sealing import SealedText

INVITATION_LASTS = timedelta(hours=48)


class Invitation(Base):
    """A link that makes one account for staff or a partner, once, within 48 hours; `email` is its login."""

    __tablename__ = "invitations"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[Role] = mapped_column()
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name = SealedText()
    email = SealedText()
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


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

    Raises NotAllowed unless `by` is a manager, ValueError for a migrant or a partner without organisation,
    and Refused when somebody with this address has an account.
    """
    if by is not None:
        require(by.role, Act.ACCOUNT_INVITE)
    if role is Role.MIGRANT or (role is Role.PARTNER) != (organisation is not None):
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
    session.add(invitation)
    journal.record(
        session,
        Act.ACCOUNT_INVITE,
        actor=by.actor if by else journal.NOBODY,
        about=f"{role}",
        chain=journal.ACCOUNTS,
    )
    return token


def invitation(session: Session, token: str) -> Invitation:
    """The invitation behind a link. Raises Expired when unknown, used or older than 48 hours."""
    good = (
        Invitation.token_hash == token_hash(token),
        Invitation.used_at.is_(None),
        Invitation.expires_at > now(),
    )
    found = session.scalar(select(Invitation).where(*good))
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
        .where(Invitation.id == invited.id, Invitation.used_at.is_(None))
        .values(used_at=now())
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(once).first() is None:
        raise Expired("invitation")


def staff(session: Session) -> Sequence[tuple[Account, Organisation | None]]:
    """Everybody who works here or for a partner, by role and then by name; never a migrant."""
    rows = session.execute(
        select(Account, Organisation)
        .outerjoin(Organisation, Organisation.id == Account.organisation_id)
        .where(Account.role != Role.MIGRANT)
    ).all()
    order = list(Role)
    people = [(account, organisation) for account, organisation in rows]
    return sorted(people, key=lambda pair: (order.index(pair[0].role), pair[0].name.casefold()))


def open_invitations(session: Session) -> Sequence[tuple[Invitation, Organisation | None]]:
    """Invitations that can still be used, the one that ends first in front."""
    rows = session.execute(
        select(Invitation, Organisation)
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now())
        .order_by(Invitation.expires_at)
    ).all()
    return [(invited, organisation) for invited, organisation in rows]


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
