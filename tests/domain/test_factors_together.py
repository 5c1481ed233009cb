"""Passkeys that were copied, the limit they share with codes, and more than one way in."""

import pyotp
import pytest
from sqlalchemy import select

from portal.domain import journal
from portal.domain.access import factors, passkeys, sign_in
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account, AccountState
from portal.domain.errors import Reason, TooMany
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.authenticator import (
    PORTAL,
    Authenticator,
    give_passkey,
    options_to_show,
    reason,
    refusal,
)
from tests.together import at_once

# --- Copies ----------------------------------------------------------------------------------------


def test_a_copy_is_found_by_its_counter_and_stopped_and_the_owner_is_told(cast, session):
    phone = give_passkey(session, cast.amina)
    copy = phone.copied()
    sign_in.enter(session, cast.amina, FactorKind.PASSKEY, device="Thief's")
    passkeys.verify(session, copy.show(options_to_show(session)), PORTAL)
    notices.mark_read(session, cast.amina)

    why = refusal(session, phone.show(options_to_show(session)))

    [notice] = notices.unread(session, cast.amina)
    event = session.get_one(journal.Event, notice.event_id)
    assert why is Reason.PASSKEY_COPIED
    assert factors.of_account(session, cast.amina, FactorKind.PASSKEY) == []
    assert (notice.act, event.actor_id, event.about) == (
        Act.ACCOUNT_FACTOR_COPIED, None, f"accounts:{cast.amina.id}"
    )  # fmt: skip
    assert session.scalars(select(SignIn)).all() == []
    assert refusal(session, copy.show(options_to_show(session))) is Reason.PASSKEY_UNKNOWN


def test_a_counter_that_disappears_is_a_copy_as_well(cast, session):
    phone = give_passkey(session, cast.amina)
    passkeys.verify(session, phone.show(options_to_show(session)), PORTAL)
    phone.counts, phone.counter = False, 0

    assert refusal(session, phone.show(options_to_show(session))) is Reason.PASSKEY_COPIED


def test_nobody_without_the_key_can_have_a_passkey_stopped(cast, session):
    phone = give_passkey(session, cast.amina)
    passkeys.verify(session, phone.show(options_to_show(session)), PORTAL)
    forger = Authenticator(credential_id=phone.credential_id, counts=False)

    assert refusal(session, forger.show(options_to_show(session))) is Reason.PASSKEY_WRONG
    assert passkeys.verify(session, phone.show(options_to_show(session)), PORTAL)[0] is cast.amina


def copied_while_alone(session, account: Account) -> None:
    phone = give_passkey(session, account, counter=7)
    for other in factors.of_account(session, account, FactorKind.TOTP):
        other.ended_at = other.made_at
    phone.counter = 2
    assert refusal(session, phone.show(options_to_show(session))) is Reason.PASSKEY_COPIED


def test_without_its_only_passkey_an_account_still_asks_for_a_recovery_code(cast, session):
    factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)

    copied_while_alone(session, cast.amina)

    assert cast.amina.state is AccountState.ACTIVE
    assert factors.has_any(session, cast.amina)


def test_an_account_with_nothing_left_is_frozen_so_that_a_password_alone_opens_nothing(cast, session):
    copied_while_alone(session, cast.amina)

    assert cast.amina.state is AccountState.FROZEN
    assert notices.unread(session, cast.amina)[0].act is Act.ACCOUNT_FREEZE


# --- The limit -------------------------------------------------------------------------------------


def test_passkeys_and_codes_share_one_limit(cast, session):
    phone = give_passkey(session, cast.amina)
    for _ in range(3):
        refusal(session, phone.show(options_to_show(session), verified=False))
    for _ in range(2):
        assert factors.show_code(session, cast.amina, "000000") is None

    with pytest.raises(TooMany):
        passkeys.verify(session, phone.show(options_to_show(session)), PORTAL)
    with pytest.raises(TooMany):
        factors.show_code(session, cast.amina, "000000")


def test_somebody_elses_passkey_counts_against_whom_it_was_tried_for(cast, session):
    phone = give_passkey(session, cast.giorgi)

    for _ in range(5):
        refusal(session, phone.show(options_to_show(session, cast.amina)), cast.amina)

    with pytest.raises(TooMany):
        passkeys.verify(session, phone.show(options_to_show(session, cast.amina)), PORTAL, cast.amina)
    assert passkeys.verify(session, phone.show(options_to_show(session)), PORTAL)[0] is cast.giorgi


def test_after_a_hundred_failures_not_even_a_passkey_opens(cast, session):
    phone = give_passkey(session, cast.amina)
    cast.amina.failures = 100
    session.commit()

    assert refusal(session, phone.show(options_to_show(session))) is Reason.RECOVERY_ONLY


def test_a_right_passkey_ends_the_row_of_failures(cast, session):
    phone = give_passkey(session, cast.amina)
    refusal(session, phone.show(options_to_show(session), verified=False))

    passkeys.verify(session, phone.show(options_to_show(session)), PORTAL)
    session.commit()

    assert session.scalar(select(Account.failures).where(Account.id == cast.amina.id)) == 0


# --- More than one way in --------------------------------------------------------------------------


def test_of_two_ways_in_removed_at_once_one_stays(wiring, cast, session):
    give_passkey(session, cast.amina)
    amina, ways = cast.amina, [one.id for one in factors.of_account(session, cast.amina)]
    session.commit()

    ended = at_once(
        wiring,
        *[lambda own, way=way: factors.end(own, own.merge(amina), own.get_one(Factor, way)) for way in ways],
    )

    assert ended == ["done", "told"]
    assert len(factors.of_account(session, cast.amina)) == 1


def test_a_second_authenticator_counts_once_it_is_proven_and_two_windows_add_one(cast, session):
    here = sign_in.enter(session, cast.amina, FactorKind.TOTP, device="").sign_in
    session.commit()
    for _window in range(2):
        sign_in.begin_totp(session, here)
    secret = here.pending_secret

    wrong = sign_in.prove_totp(session, here, cast.amina, "000000", name="Old phone")
    right = sign_in.prove_totp(session, here, cast.amina, pyotp.TOTP(secret).now(), name="Old phone")
    late = reason(sign_in.prove_totp, session, here, cast.amina, pyotp.TOTP(secret).now(), name="")

    assert (wrong, right.name, late) == (None, "Old phone", Reason.CHANGED_MEANWHILE)
    assert len(factors.of_account(session, cast.amina, FactorKind.TOTP)) == 2


def test_a_code_shown_later_takes_nothing_from_a_session_that_began_with_a_passkey(cast, session):
    here = sign_in.enter(session, cast.clara, FactorKind.PASSKEY, device="").sign_in

    sign_in.step_up(session, here, cast.clara, FactorKind.TOTP)

    assert here.shown is FactorKind.PASSKEY
