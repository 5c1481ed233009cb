"""Who of the programme or a partner did something with somebody's account: its owner reads it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import accounts, journal
from portal.domain.accounts import Account, Organisation
from portal.domain.journal import Event
from portal.domain.permissions import Act, Role

TWICE_TOLD = frozenset({Act.ACCOUNT_CODES_ISSUED})
"""What another act says again: the codes are those of a sheet that was printed."""


@dataclass(frozen=True)
class Help:
    """One thing somebody else did: when, what, and who it was."""

    at: datetime
    act: Act
    role: Role
    who: str
    """The first name of staff; the organisation of a partner."""


def helped(session: Session, account: Account) -> list[Help]:
    """What others did with this account, the newest first."""
    rows = session.execute(
        select(Event, Account, Organisation.name)
        .join(Account, Account.id == Event.actor_id)
        .outerjoin(Organisation, Organisation.id == Account.organisation_id)
        .where(
            Event.about == accounts.about(account),
            Event.chain == journal.ACCOUNTS,
            Event.actor_id != account.id,
            Event.act.not_in(TWICE_TOLD),
        )
        .order_by(Event.id.desc())
    ).all()
    return [
        Help(event.at, event.act, helper.role, organisation or first_name(helper))
        for event, helper, organisation in rows
    ]


def first_name(account: Account) -> str:
    """What somebody who works here is called by people they help; empty when there is no name."""
    return next(iter(account.name.split()), "")
