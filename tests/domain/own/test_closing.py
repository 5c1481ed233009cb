"""Closing an account: nothing stays that could open it, and what belongs to a case stays with the case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned, now
from portal.domain import accounts, cases, journal
from portal.domain.access import factors, held, recovery, sign_in
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.access.held import HeldForm
from portal.domain.access.recovery import Recovery, RecoveryState
from portal.domain.access.sign_in import Device, SignIn
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import CaseState
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.journal import Event
from portal.domain.own import closing
from portal.domain.permissions import Act
from portal.domain.telling.contacts import Channel, Contact
from tests.cast import PASSWORD
from tests.together import at_once

OVER = (CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.NOT_ELIGIBLE)
RUNNING = (
    CaseState.DRAFT,
    CaseState.SUBMITTED,
    CaseState.PREPARING,
    CaseState.DEPARTED,
    CaseState.MONITORING,
)


def rows(session, table, account: Account) -> int:
    return len(session.scalars(select(table).where(table.account_id == account.id)).all())


@pytest.fixture
def lived_in(cast, session) -> Account:
    """Amina's account as people have it: with codes, a device, a way to be reached, and a form not saved."""
    amina = cast.amina
    amina.name = "Amina Y"
    factors.new_paper(session, amina, FactorKind.RECOVERY, by=amina)
    sign_in.enter(session, amina, FactorKind.TOTP, device="Firefox, Android")
    session.add(Contact(account_id=amina.id, phone="+998901234567", reach=Channel.SMS))
    held.hold(session, amina, "/my/application/name", [("given_names", "Amina")])
    session.commit()
    return amina


def test_nothing_stays_that_opens_the_account_or_reaches_its_owner(lived_in, session):
    before = lived_in.login_index

    closing.close(session, lived_in)
    session.commit()

    assert (lived_in.state, lived_in.login, lived_in.name) == (AccountState.CLOSED, "", "")
    assert lived_in.login_index != before
    assert [rows(session, table, lived_in) for table in (SignIn, Device, Contact, HeldForm)] == [0] * 4
    assert factors.of_account(session, lived_in) == []
    assert [one.secret for one in session.scalars(select(Factor))] == [None, None]
    assert sign_in.attempt(session, "amina").account_with(PASSWORD) is None
    assert not accounts.password_fits(lived_in.password_hash, PASSWORD)


def test_it_stands_in_the_journal_and_the_journal_is_whole(lived_in, session):
    closing.close(session, lived_in)

    last = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (last.act, last.about, last.actor_id) == (
        Act.ACCOUNT_CLOSE,
        f"accounts:{lived_in.id}",
        lived_in.id,
    )
    assert list(journal.verify(session)) == []


def test_the_sign_in_name_is_free_again(lived_in, cast, session):
    closing.close(session, lived_in)
    session.commit()

    newcomer = cast.account(lived_in.role, "amina", name="Another Amina")

    assert accounts.by_login(session, "amina").id == newcomer.id


@pytest.mark.parametrize("state", RUNNING)
def test_while_a_case_is_running_the_account_stays(cast, session, state):
    cast.case(state)

    with pytest.raises(Refused) as refused:
        closing.close(session, cast.amina)

    assert refused.value.reasons == [Reason.CASE_RUNNING]
    assert cast.amina.state is AccountState.ACTIVE
    assert cast.amina.login == "amina"


@pytest.mark.parametrize("state", OVER)
def test_a_case_that_is_over_stays_and_the_account_goes(cast, session, state):
    case = cast.case(state)

    closing.close(session, cast.amina)

    assert cast.amina.state is AccountState.CLOSED
    assert cases.of_migrant(session, cast.amina) == case
    assert cases.find(session, case.reference, viewer=cast.aino) == case


def test_who_just_came_back_into_an_account_cannot_close_it_yet(cast, session):
    cast.amina.locked_until = now() + timedelta(days=3)
    session.commit()

    with pytest.raises(Refused) as refused:
        closing.close(session, cast.amina)
    with clock_turned(timedelta(days=4)):
        closing.close(session, cast.amina)

    assert refused.value.reasons == [Reason.ACCOUNT_LOCKED_FOR_NOW]
    assert cast.amina.state is AccountState.CLOSED


@pytest.mark.parametrize("who", ["clara", "aino", "petros", "mart", "olga"])
def test_staff_and_partners_do_not_close_their_own(cast, session, who):
    with pytest.raises(NotAllowed):
        closing.close(session, getattr(cast, who))


def test_a_closed_account_starts_no_case(cast, session):
    closing.close(session, cast.amina)

    with pytest.raises(Refused):
        cases.start(session, by=cast.amina)


def test_who_asked_for_the_way_back_into_a_closed_account_gets_no_further(cast, session):
    cast.amina  # noqa: B018 - makes her
    recovery.ask(session, "amina", "quite another horse")
    session.commit()

    closing.close(session, cast.amina)

    assert session.scalars(select(Recovery.state)).all() == [RecoveryState.STOPPED]


def test_two_at_once_close_it_once(wiring, lived_in, session):
    number = lived_in.id

    ended = at_once(wiring, *[lambda own: closing.close(own, own.get_one(Account, number))] * 2)

    closed = session.scalars(select(Event).where(Event.act == Act.ACCOUNT_CLOSE)).all()
    assert ended == ["done", "done"]
    assert len(closed) == 1


def test_closing_and_starting_a_case_at_once_leaves_no_case_without_an_owner(wiring, lived_in, session):
    number = lived_in.id

    ended = at_once(
        wiring,
        lambda own: closing.close(own, own.get_one(Account, number)),
        lambda own: cases.start(own, by=own.get_one(Account, number)),
    )

    session.expire_all()
    is_closed = session.get_one(Account, number).state is AccountState.CLOSED
    has_case = cases.of_migrant(session, lived_in) is not None
    assert ended == ["done", "told"]
    assert is_closed is not has_case
