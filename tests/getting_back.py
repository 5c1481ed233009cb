"""Recoveries as tests need them: asked for, vouched for, approved, and finished as the page does it.

The fixtures are for tests/domain/access: its conftest.py brings them in.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import clock_turned
from portal.domain import accounts
from portal.domain.access import recovery, vouching
from portal.domain.access.recovery import WAITS, Certainty, Recovery
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.errors import Reason, Refused
from portal.domain.journal import Event
from portal.domain.permissions import Act
from tests.cast import Cast

NEW = "four words of mine"
A_DAY_LATER = WAITS + timedelta(minutes=1)


def ask(cast: Cast, account: Account | None = None) -> str:
    """The number of a new request about Amina's account, or another one."""
    number = recovery.ask(cast.session, (account or cast.amina).login, NEW)
    cast.session.commit()
    return number


def vouch(cast: Cast, number: str, *, by: Account, account: Account | None = None) -> Recovery:
    """This person says who asked."""
    found = vouching.vouch(
        cast.session,
        number,
        account or cast.amina,
        certainty=Certainty.VIDEO,
        words="Passport shown",
        by=by,
    )
    cast.session.commit()
    return found


def approve(cast: Cast, found: Recovery) -> Recovery:
    """Clara and Aino sign."""
    for signer in (cast.clara, cast.aino):
        vouching.approve(cast.session, found, by=signer)
    cast.session.commit()
    return found


def finish(session: Session, number: str, code: str, password: str = NEW) -> Reason | None:
    """The last step, as the page takes it; the reason when it is refused."""
    tried = recovery.attempt(session, number)
    session.commit()
    try:
        recovery.finish(session, tried, code, is_asker=tried.is_by_asker(password))
    except Refused as refused:
        session.commit()
        return refused.reasons[0]
    session.commit()
    return None


def reasons(verb, *given, **more) -> list[Reason]:
    """Why this is refused."""
    with pytest.raises(Refused) as refused:
        verb(*given, **more)
    return refused.value.reasons


def written_about(session: Session, account: Account) -> list[tuple[Act, int | None]]:
    """What the journal says of an account, and who did it."""
    events = select(Event).where(Event.about == accounts.about(account)).order_by(Event.id)
    return [(event.act, event.actor_id) for event in session.scalars(events)]


# --- Fixtures --------------------------------------------------------------------------------------


@pytest.fixture
def case(cast: Cast) -> Case:
    """Amina's case; she is back at home."""
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def number(cast: Cast, case: Case) -> str:
    """She has asked for the way back into her account."""
    return ask(cast)


@pytest.fixture
def vouched(cast: Cast, number: str) -> Recovery:
    """Petros says that it is her."""
    return vouch(cast, number, by=cast.petros)


@pytest.fixture
def approved(cast: Cast, vouched: Recovery) -> Recovery:
    """Two have signed."""
    return approve(cast, vouched)


@pytest.fixture
def later(approved: Recovery) -> Iterator[None]:
    """A day after that."""
    with clock_turned(A_DAY_LATER):
        yield
