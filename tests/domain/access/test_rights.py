"""Rights: role, organisation, switched on or off; the house never loses its last manager."""

import pytest

from portal.domain import accounts, cases, journal
from portal.domain.access import rights, sign_in
from portal.domain.access.factors import FactorKind
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import CaseState
from portal.domain.desk import piles
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import AT_WORK, Act, Role
from portal.domain.telling import notices
from tests.together import at_once


@pytest.fixture
def mart(cast):
    """The only manager."""
    return cast.mart


@pytest.fixture
def mare(cast):
    """A second manager."""
    return cast.account(Role.MANAGER, "mare@example.org", name="Mare Kuusk")


def written(session, account):
    events = journal.of_account(accounts.about(account), *Act)
    return [(event.act, event.actor_id, event.note) for event in session.scalars(events)]


# --- Role and organisation ----------------------------------------------------------------------


def test_another_role_is_written_down_and_ends_every_sign_in(cast, session, mart):
    tokens = [
        sign_in.enter(session, cast.clara, FactorKind.TOTP, device=name).token
        for name in ("Firefox", "Chrome")
    ]

    is_new = rights.change(session, cast.clara, Role.APPROVER, None, by=mart)

    assert (is_new, cast.clara.role) == (True, Role.APPROVER)
    assert [sign_in.of_token(session, token) for token in tokens] == [None, None]
    assert written(session, cast.clara)[0] == (Act.ACCOUNT_ROLE_SET, mart.id, "counsellor -> approver")


def test_nothing_new_changes_nothing_and_signs_nobody_out(cast, session, mart):
    token = sign_in.enter(session, cast.petros, FactorKind.TOTP, device="Firefox").token
    before = written(session, cast.petros)

    is_new = rights.change(session, cast.petros, Role.PARTNER, cast.tashkent, by=mart)

    assert is_new is False
    assert sign_in.of_token(session, token) is not None
    assert written(session, cast.petros) == before


@pytest.mark.parametrize("role", sorted(AT_WORK - {Role.PARTNER}))
def test_only_partners_have_an_organisation(cast, session, mart, role):
    with pytest.raises(Refused) as with_one:
        rights.change(session, cast.clara, role, cast.tashkent, by=mart)
    with pytest.raises(Refused) as without:
        rights.change(session, cast.clara, Role.PARTNER, None, by=mart)

    assert with_one.value.reasons == without.value.reasons == [Reason.ORGANISATION_MISSING]


def test_nobody_becomes_a_migrant_and_no_migrant_anything_else(cast, session, mart):
    with pytest.raises(ValueError, match="nobody becomes a migrant"):
        rights.change(session, cast.clara, Role.MIGRANT, None, by=mart)
    with pytest.raises(ValueError, match="no migrant becomes"):
        rights.change(session, cast.amina, Role.COUNSELLOR, None, by=mart)


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros", "olga"])
def test_nobody_but_a_manager_changes_rights(cast, session, who):
    by = getattr(cast, who)

    for verb in (rights.deactivate, rights.reactivate):
        with pytest.raises(NotAllowed):
            verb(session, cast.kalle, by=by)
    with pytest.raises(NotAllowed):
        rights.change(session, cast.kalle, Role.MANAGER, None, by=by)


def test_a_partner_who_moves_sees_the_new_cases_and_loses_the_old_ones(cast, session, mart):
    case = cast.case(CaseState.REINTEGRATION)

    rights.change(session, cast.petros, Role.PARTNER, cast.tbilisi, by=mart)
    rights.change(session, cast.nino, Role.PARTNER, cast.tashkent, by=mart)

    with pytest.raises(NotFound):
        cases.find(session, case.reference, viewer=cast.petros)
    assert cases.find(session, case.reference, viewer=cast.nino) == case


def test_a_partner_without_an_organisation_sees_no_case_not_even_those_of_nobody(cast, session):
    case = cast.case(CaseState.SUBMITTED)
    stray = cast.account(Role.PARTNER, "stray@example.org")

    assert case.partner_id is None
    with pytest.raises(NotFound):
        cases.find(session, case.reference, viewer=stray)
    assert piles.counts(session, viewer=stray) == dict.fromkeys(piles.piles_of(stray), 0)


# --- On and off ---------------------------------------------------------------------------------


def test_a_person_who_left_is_signed_out_at_once_and_what_they_did_stays(cast, session, mart):
    case = cast.case(CaseState.PROPOSED)
    token = sign_in.enter(session, cast.clara, FactorKind.TOTP, device="Firefox").token

    rights.deactivate(session, cast.clara, by=mart)

    assert cast.clara.state is AccountState.CLOSED
    assert sign_in.of_token(session, token) is None
    assert (case.state, case.proposer_id, case.counsellor_id) == (
        CaseState.PROPOSED,
        cast.clara.id,
        cast.clara.id,
    )
    assert written(session, cast.clara)[0] == (Act.ACCOUNT_DEACTIVATE, mart.id, "active")


def test_who_comes_back_has_the_same_ways_to_sign_in(cast, session, mart):
    secret = cast.secret_of(cast.clara)
    rights.deactivate(session, cast.clara, by=mart)

    rights.reactivate(session, cast.clara, by=mart)

    assert (cast.clara.state, cast.secret_of(cast.clara)) == (AccountState.ACTIVE, secret)
    assert written(session, cast.clara)[0] == (Act.ACCOUNT_REACTIVATE, mart.id, "")


def test_an_account_stopped_for_safety_is_not_opened_by_switching_it_off_and_on(cast, session, mart):
    sign_in.freeze(session, cast.clara, by=cast.clara)
    rights.deactivate(session, cast.clara, by=mart)

    rights.reactivate(session, cast.clara, by=mart)

    assert cast.clara.state is AccountState.FROZEN


def test_off_is_not_switched_off_and_on_is_not_switched_on(cast, session, mart):
    with pytest.raises(Refused) as is_on:
        rights.reactivate(session, cast.clara, by=mart)
    rights.deactivate(session, cast.clara, by=mart)
    with pytest.raises(Refused) as is_off:
        rights.deactivate(session, cast.clara, by=mart)

    assert is_on.value.reasons == is_off.value.reasons == [Reason.CHANGED_MEANWHILE]


def test_the_keeper_switches_off_too_and_is_nobody_in_the_journal(cast, session):
    rights.deactivate(session, cast.clara, by=None)

    assert written(session, cast.clara)[0] == (Act.ACCOUNT_DEACTIVATE, None, "active")


# --- The last manager ---------------------------------------------------------------------------


def lose(session, account, by, how):
    if how == "off":
        rights.deactivate(session, account, by=by)
    else:
        rights.change(session, account, Role.AUDITOR, None, by=by)


@pytest.mark.parametrize("how", ["off", "role"])
@pytest.mark.parametrize("other", [None, AccountState.CLOSED, AccountState.FROZEN])
def test_the_last_manager_in_use_stays(cast, session, mart, how, other):
    if other:
        cast.account(Role.MANAGER, "mare@example.org").state = other

    with pytest.raises(Refused) as refused:
        lose(session, mart, mart, how)

    assert refused.value.reasons == [Reason.LAST_MANAGER]
    assert (mart.role, mart.state) == (Role.MANAGER, AccountState.ACTIVE)


@pytest.mark.parametrize("how", ["off", "role"])
def test_the_keeper_cannot_remove_the_last_manager_either(cast, session, mart, how):
    with pytest.raises(Refused):
        rights.deactivate(session, mart, by=None)


@pytest.mark.parametrize("how", ["off", "role"])
def test_one_of_two_managers_may_go_also_by_themselves(session, mart, mare, how):
    lose(session, mare, mare, how)

    assert rights.is_last_manager(session, mart)


@pytest.mark.parametrize("round_", range(5))
@pytest.mark.parametrize(("one", "other"), [("off", "off"), ("role", "role"), ("off", "role")])
def test_two_managers_who_remove_each_other_at_once_leave_one(
    cast, session, wiring, mart, mare, one, other, round_
):
    def removing(account, by, how):
        def verb(own):
            try:
                lose(own, own.get_one(Account, account), own.get_one(Account, by), how)
            except NotAllowed:  # on SQLite the second one finds no longer being a manager at once
                raise Refused([Reason.CHANGED_MEANWHILE]) from None

        return verb

    verbs = removing(mare.id, mart.id, one), removing(mart.id, mare.id, other)
    session.commit()

    ends = at_once(wiring, *verbs)

    session.expire_all()
    left = [each for each in (mart, mare) if each.role is Role.MANAGER and each.state is AccountState.ACTIVE]
    assert ends == ["done", "told"]
    assert len(left) == 1
    assert list(journal.verify(session)) == []


def test_a_manager_removed_at_this_moment_removes_nobody_any_more(cast, session, wiring, mart, mare):
    cast.account(Role.MANAGER, "third@example.org")
    mart_id, mare_id = mart.id, mare.id
    session.commit()

    def one(own):
        rights.deactivate(own, own.get_one(Account, mare_id), by=own.get_one(Account, mart_id))

    def other(own):
        rights.deactivate(own, own.get_one(Account, mart_id), by=own.get_one(Account, mare_id))

    ends = at_once(wiring, one, other)

    assert ends == ["done", "told"]


def test_notices_written_meanwhile_do_not_lock_up_with_a_change(cast, session, wiring, mart, mare):
    mart_id, mare_id = mart.id, mare.id
    session.commit()

    def tell(own):
        notices.note(own, Act.ACCOUNT_PASSWORD_SET, own.get_one(Account, mart_id))

    def remove(own):
        rights.deactivate(own, own.get_one(Account, mare_id), by=own.get_one(Account, mart_id))

    assert at_once(wiring, tell, remove, tell) == ["done", "done", "done"]
