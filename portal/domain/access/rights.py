"""Rights: which role staff and partners have, and whether their account is in use. The last manager stays."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import accounts, journal
from portal.domain.access import sign_in
from portal.domain.accounts import Account, AccountState, Organisation
from portal.domain.errors import Reason, Refused
from portal.domain.journal import Actor, Event
from portal.domain.permissions import AT_WORK, Act, Role, require
from portal.domain.telling import notices


def is_last_manager(session: Session, account: Account) -> bool:
    """Whether nobody else could let people in and out."""
    return _in_use(_managers(session)) == {account.id}


def _managers(session: Session, *, locked: bool = False) -> Sequence[Account]:
    managers = select(Account).where(Account.role == Role.MANAGER).order_by(Account.id)
    if locked:
        # All of them, always in one order, and as they are now: two managers who switch each other off at
        # the same moment come one after the other. Not FOR UPDATE: rows that only name one need not wait.
        managers = managers.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(managers).all()


def _in_use(managers: Sequence[Account]) -> set[int]:
    return {one.id for one in managers if one.state is AccountState.ACTIVE}


def _take(session: Session, act: Act, account: Account, by: Account | None, *, manager_stays: bool) -> Actor:
    """Who does this, as the journal names them, when it may be done; nothing of it changes meanwhile.

    Raises NotAllowed, and Refused for the last manager or when `by` is no manager any more.
    """
    if by is not None:
        require(by.role, act)
    in_use = _in_use(_managers(session, locked=True))
    if in_use == {account.id} and not manager_stays:
        raise Refused([Reason.LAST_MANAGER])
    if by is not None and by.id not in in_use:
        raise Refused([Reason.CHANGED_MEANWHILE])
    return by.actor if by else journal.NOBODY


def change(
    session: Session, account: Account, role: Role, organisation: Organisation | None, *, by: Account
) -> bool:
    """Give somebody another role or organisation and sign them out everywhere; False when nothing is new.

    Partners have an organisation, nobody else has one. Raises NotAllowed, Refused, and ValueError for
    migrants.
    """
    if not {role, account.role} <= AT_WORK:
        raise ValueError("nobody becomes a migrant, and no migrant becomes anything else")
    if (role is Role.PARTNER) != (organisation is not None):
        raise Refused([Reason.ORGANISATION_MISSING])
    actor = _take(session, Act.ACCOUNT_ROLE_SET, account, by, manager_stays=role is Role.MANAGER)
    before, organisation_id = _told(account), organisation.id if organisation else None
    if (account.role, account.organisation_id) == (role, organisation_id):
        return False
    account.role, account.organisation_id = role, organisation_id
    sign_in.end_all(session, account)
    notices.note(session, Act.ACCOUNT_ROLE_SET, account, by=actor, words=f"{before} -> {_told(account)}")
    return True


def _told(account: Account) -> str:
    return f"{account.role} {account.organisation_id}" if account.organisation_id else f"{account.role}"


def roles(event: Event) -> tuple[Role, Role]:
    """What somebody was before and after a change of role or organisation."""
    before, after = (Role(told.split()[0]) for told in event.note.split(" -> "))
    return before, after


def moves(session: Session, account_ids: Collection[int]) -> Mapping[int, Sequence[tuple[int, int | None]]]:
    """Changes of role or organisation, the oldest first: the event, and the organisation until then."""
    about = {f"{Account.__tablename__}:{number}": number for number in account_ids}
    changes = (Event.about.in_(about), Event.chain == journal.ACCOUNTS, Event.act == Act.ACCOUNT_ROLE_SET)
    found: dict[int, list[tuple[int, int | None]]] = {}
    for event in session.scalars(select(Event).where(*changes).order_by(Event.id)):
        _role, _blank, before = event.note.partition(" -> ")[0].partition(" ")
        found.setdefault(about[event.about], []).append((event.id, int(before) if before else None))
    return found


def deactivate(session: Session, account: Account, *, by: Account | None) -> None:
    """Let somebody in no longer, from this moment on; what they did stays. `by` is None for the keeper.

    Raises NotAllowed, and Refused for the last manager or an account that is switched off already.
    """
    actor = _take(session, Act.ACCOUNT_DEACTIVATE, account, by, manager_stays=False)
    if account.state is AccountState.CLOSED:
        raise Refused([Reason.CHANGED_MEANWHILE])
    before, account.state = account.state, AccountState.CLOSED
    sign_in.end_all(session, account)
    notices.note(session, Act.ACCOUNT_DEACTIVATE, account, by=actor, words=before.value)


def reactivate(session: Session, account: Account, *, by: Account) -> None:
    """Let somebody in again, with the ways to sign in they had; one stopped for safety before is so again.

    Raises NotAllowed, and Refused for an account that is not switched off.
    """
    actor = _take(session, Act.ACCOUNT_REACTIVATE, account, by, manager_stays=True)
    if account.state is not AccountState.CLOSED:
        raise Refused([Reason.CHANGED_MEANWHILE])
    account.state = _state_before(session, account)
    notices.note(session, Act.ACCOUNT_REACTIVATE, account, by=actor)


def _state_before(session: Session, account: Account) -> AccountState:
    """What it was when it was switched off: nobody opens a frozen account by switching it off and on."""
    last = session.scalar(journal.of_account(accounts.about(account), Act.ACCOUNT_DEACTIVATE).limit(1))
    was_frozen = last is not None and last.note == AccountState.FROZEN
    return AccountState.FROZEN if was_frozen else AccountState.ACTIVE
