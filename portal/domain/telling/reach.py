"""Choosing how one may be reached outside the portal; whoever was reached until now is told of it, too."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import lock_or_make, now
from portal.domain import accounts, throttle
from portal.domain.accounts import Account
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import contacts, notices
from portal.domain.telling.contacts import Channel, Contact
from portal.domain.throttle import Tried


def save(
    session: Session,
    account: Account,
    *,
    phone: str | None,
    email: str | None,
    reach: Channel | None,
    hour_from: int,
    hour_to: int,
    zone: str,
) -> None:
    """Keep how this person may be reached; `reach` None: nobody tells them anything outside the portal.

    The notice of it goes by the way that was safe until now, and by the new one. Raises Refused while the
    account is locked after a recovery, and when the chosen channel has no address; and TooMany.
    """
    if account.locked_until and account.locked_until > now():
        raise Refused([Reason.ACCOUNT_LOCKED_FOR_NOW])
    if reach is not None and (
        reach not in contacts.offered(session) or not (email if reach is Channel.EMAIL else phone)
    ):
        raise Refused([Reason.ROUTE_MISSING])
    contact = _of(session, account)
    wanted = {
        "phone": phone or None,
        "email": email or None,
        "reach": reach,
        "hour_from": hour_from,
        "hour_to": hour_to,
        "zone": zone,
    }
    if all(getattr(contact, name) == value for name, value in wanted.items()):
        return
    # Written first: this goes by the old way.
    event = notices.note(session, Act.ACCOUNT_CONTACT_SET, account)
    before = contacts.routes(session, account)
    for name, value in wanted.items():
        setattr(contact, name, value)
    contact.changed_at = now()
    session.flush()
    after = [route for route in contacts.routes(session, account) if route not in before]
    notices.send(session, event, account, after, number=1)


def _of(session: Session, account: Account) -> Contact:
    mine = select(Contact).where(Contact.account_id == account.id)
    return lock_or_make(session, mine, lambda: Contact(account_id=account.id))


def test(session: Session, account: Account) -> None:
    """Send a test message by the chosen way, at the next safe hour.

    Raises Refused when there is no way, and TooMany. The caller commits.
    """
    chosen = contacts.routes(session, account)
    if not chosen:
        raise Refused([Reason.ROUTE_MISSING])
    throttle.count(session, Tried.TEST_NOTICE, str(account.id))
    event = accounts.write_down(session, Act.ACCOUNT_CONTACT_TEST, account)
    notices.send(session, event, account, chosen)
