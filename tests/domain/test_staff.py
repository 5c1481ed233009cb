"""Staff and partners: a link makes one account, once, for one address."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from portal.db import clock_turned
from portal.domain import journal, staff
from portal.domain.errors import Expired, NotAllowed, Reason, Refused
from portal.domain.permissions import Role
from portal.domain.staff import INVITATION_LASTS
from tests.cast import PASSWORD


def test_an_invitation_makes_one_account_once(cast, session):
    token = staff.invite(
        session,
        Role.PARTNER,
        name="Rustam",
        email="rustam@example.org",
        organisation=cast.tashkent,
        by=cast.mart,
    )

    account = staff.join(session, token, password=PASSWORD, language="en")

    assert (account.role, account.name, account.login) == (Role.PARTNER, "Rustam", "rustam@example.org")
    assert account.organisation_id == cast.tashkent.id
    with pytest.raises(Expired):
        staff.invitation(session, token)
    with pytest.raises(Expired):
        staff.join(session, token, password=PASSWORD, language="en")
    assert list(journal.verify(session)) == []


def test_a_refused_password_does_not_use_an_invitation_up(cast, session):
    token = staff.invite(session, Role.COUNSELLOR, name="Ilse", email="ilse@example.org", by=cast.mart)
    session.commit()

    with pytest.raises(Refused):
        staff.join(session, token, password="short", language="en")
    session.rollback()

    assert staff.invitation(session, token).name == "Ilse"


def test_an_invitation_is_good_for_48_hours(cast, session):
    token = staff.invite(session, Role.COUNSELLOR, name="Ilse", email="ilse@example.org", by=cast.mart)

    with clock_turned(INVITATION_LASTS - timedelta(minutes=1)):
        assert staff.invitation(session, token).name == "Ilse"
    with clock_turned(INVITATION_LASTS + timedelta(minutes=1)), pytest.raises(Expired):
        staff.invitation(session, token)


def test_of_two_who_use_one_invitation_at_the_same_moment_one_joins(wiring, cast, session):
    token = staff.invite(session, Role.COUNSELLOR, name="Ilse", email="ilse@example.org", by=cast.mart)
    session.commit()
    start, results = Barrier(2), []

    def join() -> None:
        start.wait()
        with wiring.writing() as session:
            try:
                staff.join(session, token, password=PASSWORD, language="en")
                session.commit()
                results.append("joined")
            except Expired:
                results.append("expired")

    threads = [Thread(target=join) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["expired", "joined"]


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros", "olga"])
def test_only_a_manager_invites(cast, session, who):
    with pytest.raises(NotAllowed):
        staff.invite(session, Role.COUNSELLOR, name="Ilse", email="ilse@example.org", by=getattr(cast, who))


@pytest.mark.parametrize("role", [Role.MIGRANT, Role.PARTNER])
def test_a_migrant_is_not_invited_and_a_partner_not_without_organisation(cast, session, role):
    with pytest.raises(ValueError, match="invited"):
        staff.invite(session, role, name="Rustam", email="rustam@example.org", by=cast.mart)


def test_who_has_an_account_is_not_invited_again(cast, session):
    clara = cast.clara

    with pytest.raises(Refused) as refused:
        staff.invite(session, Role.APPROVER, name="Clara", email="Clara@example.org", by=cast.mart)

    assert (clara.login, refused.value.reasons) == ("clara@example.org", [Reason.ALREADY_HERE])
