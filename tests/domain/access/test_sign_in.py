"""Signing in: tries are counted, devices are known, sign-ins end."""

from collections.abc import Sequence
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import clock_turned, now
from portal.domain import journal, throttle
from portal.domain.access import factors, sign_in
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import FRESH, HALF_LASTS, IDLE, IDLE_SHARED, SET_UP_LASTS, WHOLE, SignIn
from portal.domain.accounts import Account, AccountState, password_fits
from portal.domain.errors import Reason, Refused, TooMany
from portal.domain.permissions import Act, Role
from portal.domain.telling import notices
from tests.cast import PASSWORD

STEP = timedelta(seconds=30)


def half_of(session: Session, account: Account, device: str = "Test") -> SignIn:
    """A half sign-in of this person."""
    found = sign_in.of_token(session, sign_in.begin(session, account, device=device))
    assert found is not None
    return found[0]


def enter(session: Session, account: Account, device: str = "Test", token: str = "") -> sign_in.Entered:
    """A whole sign-in of this person."""
    half = half_of(session, account, device)
    return sign_in.finish(session, half, account, FactorKind.TOTP, device_token=token)


def whole_of(session: Session, account: Account) -> str:
    """The token of a whole sign-in of this person."""
    return enter(session, account).token


def told(session: Session, account: Account) -> Sequence[Act]:
    """What the portal tells this person, the newest first."""
    return [one.act for one in notices.unread(session, account)]


@pytest.fixture
def newcomer(cast, session) -> Account:
    """Laylo, who has no second factor yet."""
    return cast.account(Role.MIGRANT, "laylo", has_app=False)


# --- Tries ---


def test_after_10_wrong_passwords_the_account_waits_five_minutes(cast, session, figure):
    amina = cast.amina
    wrong = [sign_in.attempt(session, "Amina").account_with("wrong") for _ in range(10)]

    with pytest.raises(TooMany) as told:
        sign_in.attempt(session, "amina ")

    figure(f"S2: wrong passwords before waiting {told.value.wait // 60} minutes: {len(wrong)}")
    assert wrong == [None] * 10
    assert 290 <= told.value.wait <= 301
    with clock_turned(timedelta(minutes=6)):
        assert sign_in.attempt(session, "amina").account_with(PASSWORD) is amina


def test_a_login_that_nobody_has_is_counted_alike(cast, session):
    amina = cast.amina
    for _ in range(10):
        sign_in.attempt(session, "nobody")

    with pytest.raises(TooMany):
        sign_in.attempt(session, "nobody")
    assert sign_in.attempt(session, "amina").account is amina


def test_the_right_password_starts_the_count_anew(cast, session):
    amina = cast.amina
    for _ in range(9):
        sign_in.attempt(session, "amina")
    sign_in.begin(session, amina, device="Test")

    assert [sign_in.attempt(session, "amina").account for _ in range(10)] == [amina] * 10


def test_a_stranger_who_guesses_does_not_keep_the_owner_out(cast, session, figure):
    cast.amina.shares_phone = False
    known = enter(session, cast.amina).device_token
    for _ in range(10):
        sign_in.attempt(session, "amina")

    with pytest.raises(TooMany):
        sign_in.attempt(session, "amina")
    figure("S2: a known device gets in while a stranger is kept waiting")
    assert sign_in.attempt(session, "amina", device_token=known).account_with(PASSWORD) is cast.amina


def test_a_known_device_has_ten_tries_of_its_own_and_for_its_owner_only(cast, session):
    cast.amina.shares_phone = False
    known = enter(session, cast.amina).device_token
    for _ in range(10):
        sign_in.attempt(session, "amina", device_token=known)
        sign_in.attempt(session, cast.giorgi.login, device_token=known)

    with pytest.raises(TooMany):
        sign_in.attempt(session, "amina", device_token=known)
    with pytest.raises(TooMany):
        sign_in.attempt(session, cast.giorgi.login, device_token=known)


def test_of_200_people_in_one_shelter_none_is_refused(cast, session, figure):
    people = [cast.account(Role.MIGRANT, f"guest-{number}") for number in range(200)]

    let_in = [sign_in.attempt(session, one.login).account for one in people]

    figure(f"S2: of 200 people behind one address refused: {200 - len(let_in)}")
    assert let_in == people


@pytest.mark.parametrize("state", [AccountState.FROZEN, AccountState.CLOSED])
def test_an_account_that_is_not_in_use_lets_nobody_in(cast, session, state):
    token = whole_of(session, cast.amina)
    cast.amina.state = state
    session.commit()

    assert sign_in.attempt(session, "amina").account_with(PASSWORD) is None
    assert sign_in.of_token(session, token) is None


# --- Setting the second factor up ---


def code_for(half: SignIn) -> str:
    """What an app with the pending secret shows now."""
    return pyotp.TOTP(half.pending_secret or "").at(now())


def test_a_secret_becomes_the_second_factor_only_when_its_code_is_shown(session, newcomer):
    half = half_of(session, newcomer)

    wrong = sign_in.set_up_totp(session, half, newcomer, "000000")
    had_none = not factors.has_any(session, newcomer)
    added = sign_in.set_up_totp(session, half, newcomer, code_for(half))

    assert (wrong, had_none) == (None, True)
    assert added.secret == half.pending_secret


def test_of_two_who_set_up_one_account_the_second_is_refused_and_out(session, newcomer):
    one, other = half_of(session, newcomer), half_of(session, newcomer)
    sign_in.set_up_totp(session, one, newcomer, code_for(one))

    with pytest.raises(Refused) as refused:
        sign_in.set_up_totp(session, other, newcomer, code_for(other))

    assert refused.value.reasons == [Reason.CHANGED_MEANWHILE]
    assert session.scalars(select(SignIn)).all() == [one]


def test_who_has_a_second_factor_is_handed_no_other_secret(cast, session):
    assert half_of(session, cast.amina).pending_secret is None


def test_the_pending_secret_is_sealed_in_its_row(session, newcomer):
    half = half_of(session, newcomer)

    assert half.pending_secret.encode() not in half._pending_secret


# --- A wrong clock ---


def app_code(session: Session, account: Account, minutes: int) -> str:
    """What an app shows whose clock is so many minutes fast."""
    [app] = factors.of_account(session, account, FactorKind.TOTP)
    return pyotp.TOTP(app.secret).at(now() + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [(-55, Reason.CLOCK_SLOW), (-5, Reason.CLOCK_SLOW), (5, Reason.CLOCK_FAST), (55, Reason.CLOCK_FAST)],
)
def test_two_codes_that_are_off_by_the_same_time_tell_that_the_clock_is_wrong(cast, session, minutes, reason):
    half = half_of(session, cast.amina)

    first = sign_in.off_by(session, half, cast.amina, app_code(session, cast.amina, minutes))
    with clock_turned(STEP):
        second = sign_in.off_by(session, half, cast.amina, app_code(session, cast.amina, minutes))

    assert (first, second) == (None, reason)


def test_wrong_codes_of_different_hours_tell_nothing(cast, session):
    half = half_of(session, cast.amina)

    said = [
        sign_in.off_by(session, half, cast.amina, app_code(session, cast.amina, minutes))
        for minutes in (5, 20, -30)
    ]

    assert said == [None, None, None]


# --- Devices ---


def test_a_new_device_is_told_and_one_that_is_known_is_not(cast, session):
    cast.amina.shares_phone = False
    first = enter(session, cast.amina, "Chrome, Android")
    enter(session, cast.amina, "Chrome, Android", token=first.device_token)
    at_first = told(session, cast.amina)

    enter(session, cast.amina, "Firefox, Windows")

    assert at_first == []
    assert told(session, cast.amina) == [Act.ACCOUNT_NEW_DEVICE]


def test_a_shared_phone_is_not_remembered_and_not_told_every_time(cast, session):
    entered = [enter(session, cast.amina, words) for words in ("Chrome, Android", "Chrome, Android")]
    at_first = told(session, cast.amina)

    enter(session, cast.amina, "Opera, Android")

    assert [one.device_token for one in entered] == [None, None]
    assert at_first == []
    assert told(session, cast.amina) == [Act.ACCOUNT_NEW_DEVICE]


def test_a_phone_that_becomes_shared_is_forgotten(cast, session):
    cast.amina.shares_phone = False
    entered = enter(session, cast.amina)

    sign_in.set_sharing(session, cast.amina, entered.sign_in, is_shared=True)
    for _ in range(10):
        sign_in.attempt(session, "amina")

    assert entered.sign_in.is_shared
    with pytest.raises(TooMany):
        sign_in.attempt(session, "amina", device_token=entered.device_token)


def test_ending_one_device_leaves_the_others_and_strangers_alone(cast, session):
    here, other, stranger = (enter(session, who) for who in (cast.amina, cast.amina, cast.giorgi))

    for row in (other, stranger):
        sign_in.end_device(session, cast.amina, row.sign_in.id)

    alive = [sign_in.of_token(session, one.token) is not None for one in (here, other, stranger)]
    assert alive == [True, False, True]


BUSY = {
    "shows a factor": lambda own, here, amina: sign_in.step_up(own, here, amina, FactorKind.TOTP),
    "says who uses it": lambda own, here, amina: sign_in.set_sharing(own, amina, here, is_shared=True),
    "asks for a key": lambda own, here, _amina: sign_in.begin_totp(own, here),
}


@pytest.mark.parametrize("what", BUSY)
def test_a_browser_that_was_signed_out_in_this_very_moment_stays_so(cast, session, wiring, what):
    here = enter(session, cast.amina)
    session.commit()
    with wiring.reading() as door:  # as at the beginning of a request
        found = sign_in.of_token(door, here.token)[0]
    sign_in.end_all(session, cast.amina)
    session.commit()

    with wiring.writing() as own, pytest.raises(Refused) as refused:
        BUSY[what](own, found, own.get_one(Account, cast.amina.id))
    assert refused.value.reasons == [Reason.CHANGED_MEANWHILE]
    assert session.scalars(select(SignIn)).all() == []


def test_a_password_that_is_changed_while_it_is_looked_at_begins_nothing(cast, session, wiring):
    with wiring.writing() as own:
        tried = sign_in.attempt(own, cast.amina.login)
        own.commit()
        account = tried.account_with(PASSWORD)
        here = enter(session, cast.amina).sign_in
        sign_in.change_password(session, cast.amina, "quite another one", here=here)
        session.commit()

        with pytest.raises(Refused) as refused:
            sign_in.begin(own, account, device="Test")

    assert refused.value.reasons == [Reason.CHANGED_MEANWHILE]
    assert session.scalars(select(SignIn)).all() == [here]


# --- Step-up ---


def test_showing_a_factor_anew_makes_a_sign_in_fresh_and_renews_its_token(cast, session):
    cast.amina.shares_phone = False
    entered = enter(session, cast.amina)

    with clock_turned(FRESH - STEP):
        assert entered.sign_in.is_fresh
    with clock_turned(FRESH + STEP):
        was_fresh = entered.sign_in.is_fresh
        token = sign_in.step_up(session, entered.sign_in, cast.amina, FactorKind.TOTP).token
        assert (was_fresh, entered.sign_in.is_fresh) == (False, True)

    assert sign_in.of_token(session, entered.token) is None
    assert sign_in.of_token(session, token) == (entered.sign_in, cast.amina)


# --- Sign-ins end ---


def test_a_half_sign_in_is_good_for_ten_minutes(cast, session):
    token = sign_in.begin(session, cast.amina, device="Test")

    with clock_turned(HALF_LASTS - STEP):
        assert sign_in.of_token(session, token)[1] is cast.amina
    with clock_turned(HALF_LASTS + STEP):
        assert sign_in.of_token(session, token) is None


def test_who_has_to_install_an_app_first_has_more_time(session, newcomer):
    token = sign_in.begin(session, newcomer, device="Test")

    with clock_turned(SET_UP_LASTS - STEP):
        assert sign_in.of_token(session, token)[1] is newcomer
    with clock_turned(SET_UP_LASTS + STEP):
        assert sign_in.of_token(session, token) is None


def test_a_half_sign_in_becomes_a_whole_one_once_and_under_another_token(cast, session):
    half_token = sign_in.begin(session, cast.amina, device="Firefox, Android")
    half, _ = sign_in.of_token(session, half_token)

    entered = sign_in.finish(session, half, cast.amina, FactorKind.TOTP)
    token, whole = entered.token, entered.sign_in

    assert sign_in.of_token(session, half_token) is None
    assert sign_in.of_token(session, token) == (whole, cast.amina)
    assert whole.device == "Firefox, Android"
    with pytest.raises(Refused):
        sign_in.finish(session, half, cast.amina, FactorKind.TOTP)


def test_who_rests_for_15_minutes_is_signed_out(cast, session):
    cast.amina.shares_phone = False
    token = whole_of(session, cast.amina)

    with clock_turned(IDLE - STEP):
        assert sign_in.of_token(session, token) is not None
        assert sign_in.lapsed(session, token) is None
    with clock_turned(IDLE + STEP):
        assert sign_in.of_token(session, token) is None
        assert sign_in.lapsed(session, token) is cast.amina


def test_on_a_shared_phone_10_minutes_are_enough(cast, session):
    token = whole_of(session, cast.amina)

    with clock_turned(IDLE_SHARED - STEP):
        assert sign_in.of_token(session, token) is not None
    with clock_turned(IDLE_SHARED + STEP):
        assert sign_in.of_token(session, token) is None
        assert sign_in.lapsed(session, token) is cast.amina


def test_who_is_busy_is_signed_out_after_12_hours(cast, session):
    token, busy = whole_of(session, cast.amina), timedelta()
    while busy < WHOLE - IDLE:
        busy += timedelta(minutes=9)
        with clock_turned(busy):
            found, _ = sign_in.of_token(session, token)
            sign_in.seen(session, found)

    with clock_turned(WHOLE + STEP):
        assert sign_in.of_token(session, token) is None
        assert sign_in.lapsed(session, token) is None


def test_signing_out_ends_one_browser_and_no_other(cast, session):
    one, other = whole_of(session, cast.amina), whole_of(session, cast.amina)

    sign_in.end(session, *sign_in.of_token(session, one))

    assert sign_in.of_token(session, one) is None
    assert sign_in.of_token(session, other)[1] is cast.amina


def test_a_new_password_signs_every_other_browser_out(cast, session):
    here, other, stranger = (whole_of(session, who) for who in (cast.amina, cast.amina, cast.giorgi))
    half = sign_in.begin(session, cast.amina, device="Test")
    found, _ = sign_in.of_token(session, here)

    sign_in.change_password(session, cast.amina, "quite another horse", here=found)

    alive = [sign_in.of_token(session, token) is not None for token in (here, other, half, stranger)]
    assert alive == [True, False, False, True]
    assert password_fits(cast.amina.password_hash, "quite another horse")
    assert list(journal.verify(session)) == []


def test_the_devices_are_those_that_are_signed_in_now(cast, session):
    half_of(session, cast.amina)
    with clock_turned(-IDLE - STEP):
        whole_of(session, cast.amina)
    with clock_turned(-STEP):
        older, _ = sign_in.of_token(session, whole_of(session, cast.amina))
    newer, _ = sign_in.of_token(session, whole_of(session, cast.amina))

    assert [one for one, _ in sign_in.devices(session, cast.amina)] == [newer, older]


def test_what_is_over_is_swept_away(cast, session):
    with clock_turned(-WHOLE - STEP):
        whole_of(session, cast.amina)
    with clock_turned(-timedelta(days=2)):
        sign_in.attempt(session, "somebody")
    token = whole_of(session, cast.amina)
    sign_in.attempt(session, "amina")
    session.commit()

    sign_in.sweep(session)

    assert [row.account_id for row in session.scalars(select(SignIn))] == [cast.amina.id]
    assert sign_in.of_token(session, token) is not None
    assert len(session.scalars(select(throttle.Tries)).all()) == 1


# --- Whatever makes a session worthless ends it at once (S4) ---


def _password(session, amina, here):
    sign_in.change_password(session, amina, "quite another horse", here=here)


def _factor(session, amina, here):
    factors.new_paper(session, amina, FactorKind.SHEET, by=amina)
    factors.end(session, amina, factors.of_account(session, amina, FactorKind.TOTP)[0])
    sign_in.end_all(session, amina, but=here)


def _freeze(session, amina, here):
    sign_in.freeze(session, amina, by=amina)


def _sign_out(session, amina, here):
    sign_in.end_all(session, amina, but=here)


@pytest.mark.parametrize("change", [_password, _factor, _freeze, _sign_out])
def test_every_other_session_is_dead_on_the_next_request(cast, session, figure, change):
    here, *others = (enter(session, cast.amina) for _ in range(5))

    change(session, cast.amina, here.sign_in)
    session.flush()

    alive = [one for one in others if sign_in.of_token(session, one.token)]
    figure(f"S4: sessions alive after {change.__name__.strip('_')}: {len(alive)} of {len(others)}")
    assert alive == []


def test_a_frozen_account_is_told_and_lets_nobody_in(cast, session):
    entered = enter(session, cast.amina)

    sign_in.freeze(session, cast.amina, by=cast.amina)

    assert sign_in.of_token(session, entered.token) is None
    assert sign_in.attempt(session, "amina").account_with(PASSWORD) is None
    assert told(session, cast.amina) == [Act.ACCOUNT_FREEZE]
