"""Signing in: a code works once, tries are counted, sign-ins end."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pyotp
import pytest
from sqlalchemy import select

from portal.db import clock_turned, now
from portal.domain import journal, sign_in
from portal.domain.accounts import Account, AccountState, password_fits
from portal.domain.errors import Reason, Refused, TooMany
from portal.domain.sign_in import HALF_LASTS, IDLE, SET_UP_LASTS, WHOLE, SignIn
from tests.cast import PASSWORD

STEP = timedelta(seconds=30)


def code_of(account: Account, steps: int = 0) -> str:
    """What the account's authenticator shows now, or so many steps later."""
    assert account.totp_secret is not None
    return pyotp.TOTP(account.totp_secret).at(now() + steps * STEP)


def half_of(session, account: Account) -> SignIn:
    """A half sign-in of this person."""
    found = sign_in.of_token(session, sign_in.begin(session, account, device="Test"))
    assert found is not None
    return found[0]


def whole_of(session, account: Account) -> str:
    """The token of a whole sign-in of this person."""
    return sign_in.finish(session, half_of(session, account), account)[0]


@pytest.fixture
def newcomer(cast, session) -> Account:
    """Amina, who has no second factor yet."""
    cast.amina.totp_secret = None
    session.commit()
    return cast.amina


# --- A code works once ---


def test_of_100_replays_of_a_code_none_succeeds(cast, session):
    code = code_of(cast.amina)
    assert sign_in.code_fits(session, cast.amina, code)

    accepted = 0
    for number in range(100):
        sign_in.forget_tries(session, "factor", str(cast.amina.id), sign_in.FACTOR_TRIES)
        with clock_turned(STEP * number / 100):
            accepted += sign_in.code_fits(session, cast.amina, code)

    assert accepted == 0


def test_an_older_code_is_refused_after_a_newer_one(cast, session):
    first, second = code_of(cast.amina), code_of(cast.amina, 1)

    accepted = [sign_in.code_fits(session, cast.amina, code) for code in (first, second, first)]

    assert accepted == [True, True, False]


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_whose_clock_is_half_a_minute_wrong_still_gets_in(cast, session, steps, fits):
    to_the_middle_of_a_step = timedelta(seconds=15 - now().timestamp() % 30)

    with clock_turned(to_the_middle_of_a_step):
        assert sign_in.code_fits(session, cast.amina, code_of(cast.amina, steps)) is fits


def test_a_clock_that_goes_backwards_opens_no_used_step_again(cast, session):
    with clock_turned(2 * STEP):
        assert sign_in.code_fits(session, cast.amina, code_of(cast.amina))

    assert not sign_in.code_fits(session, cast.amina, code_of(cast.amina))


def test_of_20_parallel_logins_with_one_code_exactly_one_succeeds(wiring, cast):
    amina, start = cast.amina, Barrier(20)
    code, results = code_of(amina), Counter()

    def log_in() -> None:
        start.wait()
        with wiring.writing() as session:
            account = session.get_one(Account, amina.id)
            try:
                results[sign_in.code_fits(session, account, code)] += 1
            except TooMany:
                results["too many"] += 1
            session.commit()

    threads = [Thread(target=log_in) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results.total() == 20
    assert results[True] == 1


@pytest.mark.parametrize("zero", ["٠", "۰", "０", "०"], ids=["Arabic", "Persian", "full-width", "Devanagari"])
def test_a_code_is_read_in_the_digits_of_any_script(cast, session, zero):
    foreign = "".join(chr(ord(zero) + int(digit)) for digit in code_of(cast.amina))

    assert sign_in.code_fits(session, cast.amina, f" {foreign[:3]} {foreign[3:]} ")


@pytest.mark.parametrize("code", ["", "12345", "0000000", "пароль", "🦊", "²²²²²²", "A" * 1000])
def test_what_is_no_code_is_refused(cast, session, code):
    assert not sign_in.code_fits(session, cast.amina, code)


# --- Recovery codes ---


def test_a_recovery_code_works_once(cast, session):
    first, *rest = sign_in.new_recovery_codes(session, cast.amina)

    accepted = [sign_in.code_fits(session, cast.amina, code) for code in (first, first)]

    assert accepted == [True, False]
    assert sign_in.codes_left(session, cast.amina) == len(rest) == 9


def test_a_recovery_code_may_be_typed_as_it_was_written_down(cast, session):
    code = sign_in.new_recovery_codes(session, cast.amina)[0]
    written = code.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")

    assert sign_in.code_fits(session, cast.amina, written)


def test_new_recovery_codes_make_the_old_ones_void(cast, session):
    old = sign_in.new_recovery_codes(session, cast.amina)
    new = sign_in.new_recovery_codes(session, cast.amina)

    assert not sign_in.code_fits(session, cast.amina, old[0])
    assert sign_in.code_fits(session, cast.amina, new[0])
    assert list(journal.verify(session)) == []


def test_a_recovery_code_is_somebodys_own(cast, session):
    code = sign_in.new_recovery_codes(session, cast.amina)[0]

    assert not sign_in.code_fits(session, cast.giorgi, code)


def test_where_the_authenticator_itself_is_asked_for_a_recovery_code_does_not_do(cast, session):
    code = sign_in.new_recovery_codes(session, cast.amina)[0]

    assert not sign_in.code_fits(session, cast.amina, code, recovery=False)
    assert sign_in.codes_left(session, cast.amina) == 10


# --- Tries ---


def test_after_10_wrong_passwords_the_account_waits_five_minutes(cast, session):
    amina = cast.amina
    wrong = [sign_in.attempt(session, "Amina").account_with("wrong") for _ in range(10)]

    with pytest.raises(TooMany) as told:
        sign_in.attempt(session, "amina ")

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


def test_codes_are_tried_five_times_in_five_minutes_and_twenty_times_a_day(cast, session):
    for minutes in (0, 6, 12, 18):
        with clock_turned(timedelta(minutes=minutes)):
            assert [sign_in.code_fits(session, cast.amina, "000000") for _ in range(5)] == [False] * 5
            with pytest.raises(TooMany):
                sign_in.code_fits(session, cast.amina, code_of(cast.amina))
    with clock_turned(timedelta(minutes=24)), pytest.raises(TooMany) as told:
        sign_in.code_fits(session, cast.amina, code_of(cast.amina))

    assert told.value.wait > timedelta(hours=23).total_seconds()


def test_no_parallel_try_goes_uncounted(wiring, cast):
    account_id, start, results = cast.amina.id, Barrier(12), Counter()

    def guess() -> None:
        start.wait()
        with wiring.writing() as session:
            try:
                sign_in.code_fits(session, session.get_one(Account, account_id), "000000")
                results["wrong"] += 1
            except TooMany:
                results["too many"] += 1
            session.commit()

    threads = [Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == {"wrong": 5, "too many": 7}


@pytest.mark.parametrize("state", [AccountState.FROZEN, AccountState.CLOSED])
def test_an_account_that_is_not_in_use_lets_nobody_in(cast, session, state):
    token = whole_of(session, cast.amina)
    cast.amina.state = state
    session.commit()

    assert sign_in.attempt(session, "amina").account_with(PASSWORD) is None
    assert sign_in.of_token(session, token) is None


# --- Setting the second factor up ---


def test_a_secret_becomes_the_second_factor_only_when_its_code_is_shown(session, newcomer):
    half = half_of(session, newcomer)

    assert not sign_in.set_factor(session, half, newcomer, "000000")
    assert newcomer.totp_secret is None
    assert sign_in.set_factor(session, half, newcomer, pyotp.TOTP(half.pending_secret).at(now()))
    assert newcomer.totp_secret == half.pending_secret


def test_the_code_that_set_the_factor_up_is_used(session, newcomer):
    half = half_of(session, newcomer)
    code = pyotp.TOTP(half.pending_secret).at(now())
    sign_in.set_factor(session, half, newcomer, code)

    assert not sign_in.code_fits(session, newcomer, code)


def test_of_two_who_set_up_one_account_the_second_is_refused_and_out(session, newcomer):
    one, other = half_of(session, newcomer), half_of(session, newcomer)
    sign_in.set_factor(session, one, newcomer, pyotp.TOTP(one.pending_secret).at(now()))

    with pytest.raises(Refused) as refused:
        sign_in.set_factor(session, other, newcomer, pyotp.TOTP(other.pending_secret).at(now()))

    assert refused.value.reasons == [Reason.CHANGED_MEANWHILE]
    assert newcomer.totp_secret == one.pending_secret
    assert session.scalars(select(SignIn)).all() == [one]


def test_who_has_a_second_factor_is_handed_no_other_secret(cast, session):
    assert half_of(session, cast.amina).pending_secret is None


def test_the_pending_secret_is_sealed_in_its_row(session, newcomer):
    half = half_of(session, newcomer)

    assert half.pending_secret.encode() not in half._pending_secret


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

    token, whole = sign_in.finish(session, half, cast.amina)

    assert sign_in.of_token(session, half_token) is None
    assert sign_in.of_token(session, token) == (whole, cast.amina)
    assert whole.device == "Firefox, Android"
    with pytest.raises(Refused):
        sign_in.finish(session, half, cast.amina)


def test_who_rests_for_15_minutes_is_signed_out(cast, session):
    token = whole_of(session, cast.amina)

    with clock_turned(IDLE - STEP):
        assert sign_in.of_token(session, token) is not None
        assert sign_in.lapsed(session, token) is None
    with clock_turned(IDLE + STEP):
        assert sign_in.of_token(session, token) is None
        assert sign_in.lapsed(session, token) is cast.amina


def test_who_is_busy_is_signed_out_after_12_hours(cast, session):
    token, busy = whole_of(session, cast.amina), timedelta()
    while busy < WHOLE - IDLE:
        busy += timedelta(minutes=14)
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

    assert sign_in.devices(session, cast.amina) == [newer, older]


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
    assert len(session.scalars(select(sign_in.Tries)).all()) == 1
