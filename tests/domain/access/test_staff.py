"""Invitations: for one address, once, for two days; made anew, taken back, replaced."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned
from portal.domain import accounts, journal
from portal.domain.access import directory, staff
from portal.domain.access.staff import INVITATION_LASTS, Invitation
from portal.domain.accounts import Account
from portal.domain.errors import Expired, NotAllowed, NotFound, Reason, Refused
from portal.domain.journal import Event
from portal.domain.permissions import Act, Role
from tests.cast import PASSWORD
from tests.together import at_once


@pytest.fixture
def invite(cast, session):
    """invite("ilse@example.org"): the token of an invitation for Ilse, a counsellor."""

    def invite(email="ilse@example.org", **more):
        return staff.invite(session, Role.COUNSELLOR, name="Ilse Pärn", email=email, by=cast.mart, **more)

    return invite


def open_ones(session):
    return [invited for invited, _organisation in staff.open_invitations(session)]


def works(session, token):
    try:
        staff.invitation(session, token)
    except Expired:
        return False
    return True


def test_an_invitation_is_for_one_address_which_becomes_the_login(session, invite):
    token = invite("Ilse@Example.org")

    account = staff.join(session, token, password=PASSWORD, language="et")

    assert accounts.by_login(session, "ilse@example.org") == account
    assert (account.role, account.name, account.organisation_id) == (Role.COUNSELLOR, "Ilse Pärn", None)
    assert open_ones(session) == []


@pytest.mark.parametrize("typed", ["clara@example.org", "CLARA@Example.ORG", "  clara@example.org "])
def test_who_has_an_account_is_not_invited(cast, session, invite, typed):
    assert cast.clara.login == "clara@example.org"

    with pytest.raises(Refused) as refused:
        invite(typed)

    assert refused.value.reasons == [Reason.ALREADY_HERE]
    assert open_ones(session) == []


def test_a_second_invitation_for_an_address_replaces_the_first(session, invite):
    first, stranger, second = invite(), invite("other@example.org"), invite("ILSE@example.org")

    assert [works(session, token) for token in (first, stranger, second)] == [False, True, True]
    assert len(open_ones(session)) == 2


def test_two_invitations_for_an_address_at_once_leave_one(cast, session, wiring):
    mart = cast.mart.id
    session.commit()

    def verb(own):
        by = own.get_one(Account, mart)
        staff.invite(own, Role.AUDITOR, name="Ilse", email="ilse@example.org", by=by)

    ends = at_once(wiring, verb, verb, verb)

    assert ends == ["done", "done", "done"]
    assert len(open_ones(session)) == 1


@pytest.mark.parametrize("days", [0, 5])
def test_a_new_link_for_the_same_person_kills_the_old_one_also_when_that_was_too_old(cast, session, days):
    with clock_turned(timedelta(days=-days)):
        old = staff.invite(
            session,
            Role.PARTNER,
            name="Rustam",
            email="rustam@example.org",
            organisation=cast.tashkent,
            by=cast.mart,
        )
    [before] = open_ones(session)

    new = staff.invite_again(session, before, by=cast.mart)

    [after] = open_ones(session)
    assert [works(session, token) for token in (old, new)] == [False, True]
    assert (after.role, after.name, after.email, after.organisation_id) == (
        before.role,
        before.name,
        before.email,
        cast.tashkent.id,
    )


def test_an_invitation_that_is_taken_back_works_no_longer_and_is_written_down(cast, session, invite):
    token = invite()
    [invited] = open_ones(session)

    staff.cancel(session, invited, by=cast.mart)

    last = session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert works(session, token) is False
    assert open_ones(session) == []
    assert (last.act, last.actor_id, last.about) == (
        Act.INVITATION_CANCEL,
        cast.mart.id,
        f"invitations:{invited.id}",
    )
    with pytest.raises(NotFound):
        staff.open_invitation(session, invited.id)


def test_what_is_used_or_taken_back_is_neither_taken_back_nor_made_anew(cast, session, invite):
    invite()
    [invited] = open_ones(session)
    staff.cancel(session, invited, by=cast.mart)
    session.refresh(invited)

    for verb in (staff.cancel, staff.invite_again):
        with pytest.raises(Refused) as refused:
            verb(session, invited, by=cast.mart)
        assert refused.value.reasons == [Reason.CHANGED_MEANWHILE]


def test_joining_and_taking_back_at_once_are_not_both_done(cast, session, wiring, invite):
    token, mart = invite(), cast.mart.id
    [invited] = open_ones(session)
    number = invited.id
    session.commit()

    def join(own):
        try:
            staff.join(own, token, password=PASSWORD, language="en")
        except Expired:
            raise Refused([Reason.CHANGED_MEANWHILE]) from None

    def cancel(own):
        staff.cancel(own, own.get_one(Invitation, number), by=own.get_one(Account, mart))

    ends = at_once(wiring, join, cancel)

    session.refresh(invited)
    has_account = accounts.by_login(session, "ilse@example.org") is not None
    assert ends == ["done", "told"]
    assert (invited.used_at is not None, invited.cancelled_at is None) == (has_account, has_account)


def test_an_invitation_is_good_for_two_days_and_then_still_listed_as_too_old(session, invite):
    invite()

    with clock_turned(INVITATION_LASTS - timedelta(minutes=1)):
        before = [one.presence for one in directory.everybody(session) if one.until]
    with clock_turned(INVITATION_LASTS + timedelta(minutes=1)):
        after = [one.presence for one in directory.everybody(session) if one.until]

    assert (before, after) == ([directory.Presence.INVITED], [directory.Presence.EXPIRED])


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros", "olga"])
def test_only_a_manager_invites_and_takes_back(cast, session, invite, who):
    invite()
    [invited] = open_ones(session)

    for verb in (staff.cancel, staff.invite_again):
        with pytest.raises(NotAllowed):
            verb(session, invited, by=getattr(cast, who))


def test_the_journal_stays_whole(cast, session, invite):
    invite()
    invite()
    staff.cancel(session, open_ones(session)[0], by=cast.mart)
    session.commit()

    assert list(journal.verify(session)) == []


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


@pytest.mark.parametrize("role", [Role.MIGRANT, Role.PARTNER])
def test_a_migrant_is_not_invited_and_a_partner_not_without_organisation(cast, session, role):
    with pytest.raises(ValueError, match="invited"):
        staff.invite(session, role, name="Rustam", email="rustam@example.org", by=cast.mart)
