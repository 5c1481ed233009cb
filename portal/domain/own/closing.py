"""Closing an account: its owner leaves, and nothing stays in it that could open it or reach them."""

import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import accounts, cases
from portal.domain.access import factors, recovery, sign_in
from portal.domain.access.factors import Factor
from portal.domain.access.held import HeldForm
from portal.domain.access.sign_in import Device
from portal.domain.accounts import Account, AccountState, hash_password
from portal.domain.cases import OVER
from portal.domain.errors import Reason, Refused
from portal.domain.own import my_file
from portal.domain.permissions import Act, require
from portal.domain.telling.contacts import Contact
from portal.domain.telling.notices import Notice, NoticeState


def in_the_way(session: Session, account: Account) -> list[Reason]:
    """Why this account cannot be closed now."""
    case = cases.of_migrant(session, account)
    reasons = [Reason.CASE_RUNNING] if case is not None and case.state not in OVER else []
    # Who came back into an account a short time ago may be somebody else.
    if account.locked_until is not None and account.locked_until > now():
        reasons.append(Reason.ACCOUNT_LOCKED_FOR_NOW)
    return reasons


def close(session: Session, account: Account) -> None:
    """Close one's own account for good; an account that is closed stays so. The caller commits.

    Its login becomes free. What belongs to a case stays with the case. Raises NotAllowed for staff and
    partners, whose manager does it, and Refused while a case is running.
    """
    require(account.role, Act.ACCOUNT_CLOSE)
    # First, since it locks its own rows before the account's; undone with the rest when closing is refused.
    recovery.stop_all(session, account)
    # Two taps at once must not close it twice, and no case may begin meanwhile: the account row is the lock.
    session.refresh(account, with_for_update=True)
    if account.state is AccountState.CLOSED:
        return
    if reasons := in_the_way(session, account):
        raise Refused(reasons)
    accounts.write_down(session, Act.ACCOUNT_CLOSE, account)
    account.state = AccountState.CLOSED
    _erase_ways_in(session, account)
    session.execute(delete(Contact).where(Contact.account_id == account.id))
    unsent = (Notice.account_id == account.id, Notice.state != NoticeState.SENT)
    session.execute(delete(Notice).where(*unsent))
    session.execute(delete(HeldForm).where(HeldForm.account_id == account.id))
    my_file.end_all(session, account)


def _erase_ways_in(session: Session, account: Account) -> None:
    sign_in.end_all(session, account)
    session.execute(delete(Device).where(Device.account_id == account.id))
    for factor in factors.of_account(session, account):
        _erase(factor)
    factors.end_all(session, account)
    account.login = account.name = ""
    account.login_index = secrets.token_bytes(16)
    account.password_hash = hash_password(secrets.token_urlsafe(32))


def _erase(factor: Factor) -> None:
    """The row stays, since the journal names it; what it was known by goes."""
    factor.name, factor.secret, factor.credential_id, factor.public_key = "", None, None, None
