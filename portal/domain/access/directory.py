"""The directory: who works here or for a partner, or is invited to; never a migrant, never a case."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import accounts, journal, search
from portal.domain.access import staff
from portal.domain.access.staff import Invitation
from portal.domain.accounts import Account, AccountState, Organisation, plain
from portal.domain.errors import NotFound
from portal.domain.journal import Event
from portal.domain.permissions import AT_WORK, Act, Role

MOST_EVENTS = 50
"""So many of the last things that happened to an account are told."""

# What a manager must be able to look up. When somebody comes and goes is not in it.
TOLD = (
    Act.ACCOUNT_JOIN,
    Act.ACCOUNT_NEW_DEVICE,
    Act.ACCOUNT_FACTOR_SET,
    Act.ACCOUNT_FACTOR_ENDED,
    Act.ACCOUNT_FACTOR_COPIED,
    Act.ACCOUNT_CODES_ISSUED,
    Act.ACCOUNT_CODE_USED,
    Act.ACCOUNT_PASSWORD_SET,
    Act.ACCOUNT_LOCKED,
    Act.ACCOUNT_FREEZE,
    Act.ACCOUNT_ROLE_SET,
    Act.ACCOUNT_DEACTIVATE,
    Act.ACCOUNT_REACTIVATE,
    Act.RECOVERY_ASK,
    Act.RECOVERY_VOUCH,
    Act.RECOVERY_APPROVE,
    Act.RECOVERY_REFUSE,
    Act.RECOVERY_STOP,
    Act.RECOVERY_CODE,
    Act.RECOVERY_FINISH,
    Act.RECOVERY_EXPIRE,
)


class Presence(enum.StrEnum):
    """Whether somebody is here, is no longer, or is only invited."""

    ACTIVE = "active"
    FROZEN = "frozen"
    OFF = "off"
    INVITED = "invited"
    EXPIRED = "expired"


PRESENT = {
    AccountState.ACTIVE: Presence.ACTIVE,
    AccountState.FROZEN: Presence.FROZEN,
    AccountState.CLOSED: Presence.OFF,
}


@dataclass(frozen=True)
class Entry:
    """One person, by an account or by an invitation that may still be open until `until`."""

    number: int
    name: str
    email: str
    role: Role
    organisation: Organisation | None
    presence: Presence
    until: datetime | None = None


@dataclass(frozen=True)
class Wanted:
    """Who is looked for; what is empty does not matter."""

    text: str = ""
    role: Role | None = None
    organisation: str = ""
    presence: Presence | None = None


def everybody(session: Session, wanted: Wanted | None = None) -> Sequence[Entry]:
    """Who works here, for a partner, or is invited, by role and then by name; those that are `wanted`."""
    found = [one for one in _all(session) if wanted is None or _is(one, wanted)]
    order = list(Role)
    return sorted(found, key=lambda one: (order.index(one.role), one.name.casefold(), one.number))


def _all(session: Session) -> list[Entry]:
    rows = session.execute(
        select(Account, Organisation)
        .outerjoin(Organisation, Organisation.id == Account.organisation_id)
        .where(Account.role.in_(AT_WORK))
    ).all()
    here = [_of_account(account, organisation) for account, organisation in rows]
    return here + [_of_invitation(*pair) for pair in staff.open_invitations(session)]


def _of_account(account: Account, organisation: Organisation | None) -> Entry:
    presence = PRESENT[account.state]
    return Entry(account.id, account.name, account.login, account.role, organisation, presence)


def _of_invitation(invited: Invitation, organisation: Organisation | None) -> Entry:
    return Entry(
        number=invited.id,
        name=invited.name,
        email=invited.email,
        role=invited.role,
        organisation=organisation,
        presence=presence_of(invited),
        until=invited.expires_at,
    )


def presence_of(invited: Invitation) -> Presence:
    """Whether an invitation may still be used, if nobody used it or took it back."""
    return Presence.INVITED if invited.is_good else Presence.EXPIRED


def _is(one: Entry, wanted: Wanted) -> bool:
    return (
        wanted.role in (None, one.role)
        and wanted.presence in (None, one.presence)
        and wanted.organisation in ("", str(one.organisation.id) if one.organisation else None)
        and fits(wanted.text, one.name, one.email)
    )


def fits(text: str, *names: str) -> bool:
    """Whether every word of `text` is a part of these names, or in another script the beginning of one."""
    written = " ".join(plain(name).casefold() for name in names)
    spelled = [word for name in names for word in search.words(name)]
    return all(
        word in written or _begin(search.words(word), spelled) for word in plain(text).casefold().split()
    )


def _begin(parts: Sequence[str], words: Sequence[str]) -> bool:
    return bool(parts) and all(any(word.startswith(part) for word in words) for part in parts)


def person(session: Session, number: int) -> Account:
    """One person of the staff or of a partner. Raises NotFound: a migrant does not exist here."""
    found = session.get(Account, number)
    if found is None or found.role not in AT_WORK:
        raise NotFound(str(number))
    return found


def last_signed_in(session: Session, account: Account) -> datetime | None:
    """When this person signed in last."""
    last = session.scalar(journal.of_account(accounts.about(account), Act.ACCOUNT_SIGN_IN).limit(1))
    return None if last is None else last.at


def happened(session: Session, account: Account) -> Sequence[tuple[Event, Account | None]]:
    """What happened to this account, the newest first, and who did it (None: the portal or its keeper)."""
    events = session.scalars(journal.of_account(accounts.about(account), *TOLD).limit(MOST_EVENTS)).all()
    actors = (Account.id.in_({event.actor_id for event in events}), Account.role.in_(AT_WORK))
    known = {one.id: one for one in session.scalars(select(Account).where(*actors))}
    return [(event, known.get(event.actor_id or 0)) for event in events]


def people_by_organisation(session: Session) -> Mapping[int, int]:
    """How many people of each organisation can sign in, by its number."""
    counted = session.execute(
        select(Account.organisation_id, func.count())
        .where(Account.role == Role.PARTNER, Account.state == AccountState.ACTIVE)
        .group_by(Account.organisation_id)
    )
    return {organisation_id: people for organisation_id, people in counted if organisation_id}
