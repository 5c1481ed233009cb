"""Second factors: a code works once, tries are counted, several stand beside each other."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import clock_turned, now
from portal.domain import journal, throttle
from portal.domain.access import factors
from portal.domain.access.factors import FactorKind, PaperCode
from portal.domain.accounts import Account
from portal.domain.errors import NotFound, Reason, Refused, TooMany
from portal.domain.permissions import Act, Role
from portal.domain.telling import notices
from portal.domain.throttle import Tried

STEP = timedelta(seconds=30)


def code_of(session: Session, account: Account, steps: int = 0) -> str:
    """What the account's authenticator shows now, or so many steps later."""
    [app] = factors.of_account(session, account, FactorKind.TOTP)
    return pyotp.TOTP(app.secret or "").at(now() + steps * STEP)


def fits(session: Session, account: Account, code: str, *, paper: bool = True) -> bool:
    """Whether this code is taken."""
    return factors.show_code(session, account, code, paper=paper) is not None


def recovery_codes(session: Session, account: Account) -> Sequence[str]:
    """Ten new ones."""
    return factors.new_paper(session, account, FactorKind.RECOVERY, by=account)


def left(session: Session, account: Account) -> int:
    """How many recovery codes are unused."""
    [sheet] = factors.of_account(session, account, FactorKind.RECOVERY)
    return factors.codes_left(session, sheet)


# --- A code works once ---


def test_of_100_replays_of_a_code_none_succeeds(cast, session, figure):
    code = code_of(session, cast.amina)
    assert fits(session, cast.amina, code)

    accepted = 0
    for number in range(100):
        throttle.forget(session, Tried.FACTOR, str(cast.amina.id))
        with clock_turned(STEP * number / 100):
            accepted += fits(session, cast.amina, code)

    figure(f"S1: {accepted} of 100 replays of a used code accepted")
    assert accepted == 0


def test_an_older_code_is_refused_after_a_newer_one(cast, session, figure):
    first, second = code_of(session, cast.amina), code_of(session, cast.amina, 1)

    accepted = [fits(session, cast.amina, code) for code in (first, second, first)]

    figure(f"S1: codes A, B, A within the window: {accepted}")
    assert accepted == [True, True, False]


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_whose_clock_is_half_a_minute_wrong_still_gets_in(cast, session, steps, is_taken):
    to_the_middle_of_a_step = timedelta(seconds=15 - now().timestamp() % 30)

    with clock_turned(to_the_middle_of_a_step):
        assert fits(session, cast.amina, code_of(session, cast.amina, steps)) is is_taken


def test_a_clock_that_goes_backwards_opens_no_used_step_again(cast, session):
    with clock_turned(2 * STEP):
        assert fits(session, cast.amina, code_of(session, cast.amina))

    assert not fits(session, cast.amina, code_of(session, cast.amina))


def test_of_20_parallel_logins_with_one_code_exactly_one_succeeds_in_50_rounds(wiring, cast, session, figure):
    succeeded = []
    for number in range(50):
        guest = cast.account(Role.MIGRANT, f"guest-{number}")
        code, guest_id = code_of(session, guest), guest.id
        session.commit()

        results = in_parallel(20, wiring, lambda own: fits(own, own.get_one(Account, guest_id), code))  # noqa: B023

        succeeded.append(results[True])

    figure(f"S1: of 20 parallel logins with one code succeeded, in 50 rounds: {sorted(set(succeeded))}")
    assert succeeded == [1] * 50


@pytest.mark.parametrize("zero", ["٠", "۰", "０", "०"], ids=["Arabic", "Persian", "full-width", "Devanagari"])
def test_a_code_is_read_in_the_digits_of_any_script(cast, session, zero):
    foreign = "".join(chr(ord(zero) + int(digit)) for digit in code_of(session, cast.amina))

    assert fits(session, cast.amina, f" {foreign[:3]} {foreign[3:]} ")


@pytest.mark.parametrize("code", ["", "12345", "0000000", "пароль", "🦊", "²²²²²²", "A" * 1000])
def test_what_is_no_code_is_refused(cast, session, code):
    assert not fits(session, cast.amina, code)


# --- Recovery codes ---


def test_a_recovery_code_works_once(cast, session):
    first, *rest = recovery_codes(session, cast.amina)

    accepted = [fits(session, cast.amina, code) for code in (first, first)]

    assert accepted == [True, False]
    assert left(session, cast.amina) == len(rest) == 9


def test_a_recovery_code_may_be_typed_as_it_was_written_down(cast, session):
    code = recovery_codes(session, cast.amina)[0]
    written = code.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")

    assert fits(session, cast.amina, written)


def test_new_recovery_codes_make_the_old_ones_void(cast, session):
    old = recovery_codes(session, cast.amina)
    new = recovery_codes(session, cast.amina)

    assert not fits(session, cast.amina, old[0])
    assert fits(session, cast.amina, new[0])
    assert list(journal.verify(session)) == []


def test_a_recovery_code_is_somebodys_own(cast, session):
    code = recovery_codes(session, cast.amina)[0]

    assert not fits(session, cast.giorgi, code)


def test_where_the_authenticator_itself_is_asked_for_a_recovery_code_does_not_do(cast, session):
    code = recovery_codes(session, cast.amina)[0]

    assert not fits(session, cast.amina, code, paper=False)
    assert left(session, cast.amina) == 10


# --- Codes on paper ---


def test_a_code_on_paper_has_80_bits_and_is_kept_as_a_slow_hash(cast, session):
    codes = factors.new_paper(session, cast.amina, FactorKind.SHEET, by=cast.clara)

    kept = session.scalars(select(PaperCode)).all()
    assert [len(code.replace("-", "")) * 5 for code in codes] == [80] * 10
    assert [row.code_hash.split("$")[1] for row in kept] == ["argon2id"] * 10


def test_a_sheet_and_recovery_codes_stand_beside_each_other(cast, session):
    sheet = factors.new_paper(session, cast.amina, FactorKind.SHEET, by=cast.clara)
    own = recovery_codes(session, cast.amina)

    shown = [factors.show_code(session, cast.amina, code).kind for code in (sheet[0], own[0], sheet[1])]

    assert shown == [FactorKind.SHEET, FactorKind.RECOVERY, FactorKind.SHEET]


def test_of_20_parallel_uses_of_one_paper_code_exactly_one_succeeds(wiring, cast, session):
    code, amina = recovery_codes(session, cast.amina)[0], cast.amina
    session.commit()

    results = in_parallel(20, wiring, lambda own: fits(own, own.get_one(Account, amina.id), code))

    assert results[True] == 1


# --- Several factors ---


def add_app(session: Session, account: Account) -> factors.Factor:
    """One more authenticator."""
    secret = factors.new_secret()
    added = factors.add_totp(session, account, secret, pyotp.TOTP(secret).at(now()), name="Old phone")
    assert added is not None
    return added


def test_each_of_two_apps_lets_somebody_in(cast, session):
    first, second = code_of(session, cast.amina), add_app(session, cast.amina)

    shown = [fits(session, cast.amina, code) for code in (first, pyotp.TOTP(second.secret).at(now() + STEP))]

    assert shown == [True, True]


def test_the_code_that_proved_an_app_is_used_up(cast, session):
    added = add_app(session, cast.amina)

    assert not fits(session, cast.amina, pyotp.TOTP(added.secret).at(now()))


def test_a_removed_app_lets_nobody_in_and_is_told(cast, session):
    added = add_app(session, cast.amina)

    factors.end(session, cast.amina, added)

    assert not fits(session, cast.amina, pyotp.TOTP(added.secret).at(now() + STEP))
    assert [one.act for one in notices.unread(session, cast.amina)] == [
        Act.ACCOUNT_FACTOR_ENDED,
        Act.ACCOUNT_FACTOR_SET,
    ]


def test_the_last_way_in_cannot_be_removed(cast, session):
    recovery_codes(session, cast.amina)
    [app] = factors.of_account(session, cast.amina, FactorKind.TOTP)

    with pytest.raises(Refused) as refused:
        factors.end(session, cast.amina, app)

    assert refused.value.reasons == [Reason.LAST_FACTOR]


def test_somebody_elses_factor_does_not_exist(cast, session):
    [app] = factors.of_account(session, cast.giorgi, FactorKind.TOTP)

    with pytest.raises(NotFound):
        factors.find(session, cast.amina, app.id)


def test_the_name_and_the_secret_of_a_factor_are_sealed(cast, session):
    added = add_app(session, cast.amina)

    assert b"Old phone" not in added._name
    assert added.secret.encode() not in added._secret


# --- Guessing ---


def test_codes_are_tried_five_times_in_five_minutes_and_twenty_times_a_day(cast, session, figure):
    for minutes in (0, 6, 12, 18):
        with clock_turned(timedelta(minutes=minutes)):
            assert [fits(session, cast.amina, "000000") for _ in range(5)] == [False] * 5
            with pytest.raises(TooMany):
                fits(session, cast.amina, code_of(session, cast.amina))
    with clock_turned(timedelta(minutes=24)), pytest.raises(TooMany) as told:
        fits(session, cast.amina, code_of(session, cast.amina))

    figure("S2: second factor: 5 tries in 5 minutes, 20 a day, then 429")
    assert told.value.wait > timedelta(hours=23).total_seconds()


def test_no_parallel_try_goes_uncounted(wiring, cast):
    amina = cast.amina

    results = in_parallel(12, wiring, lambda own: fits(own, own.get_one(Account, amina.id), "000000"))

    assert results == {False: 5, "too many": 7}


def test_after_100_wrong_codes_in_a_row_only_recovery_opens_the_account(cast, session, figure):
    for day in range(5):
        for minutes in (0, 6, 12, 18):
            with clock_turned(timedelta(days=day + day / 24, minutes=minutes)):
                assert [fits(session, cast.amina, "000000") for _ in range(5)] == [False] * 5

    with clock_turned(timedelta(days=9)), pytest.raises(Refused) as refused:
        fits(session, cast.amina, code_of(session, cast.amina))

    figure("S2: after 100 wrong second factors in a row: recovery only")
    assert refused.value.reasons == [Reason.RECOVERY_ONLY]
    assert [one.act for one in notices.unread(session, cast.amina)] == [Act.ACCOUNT_LOCKED]


def test_who_guesses_beside_an_owner_who_comes_and_goes_has_20_tries_a_day_too(cast, session, figure):
    guesses = 0
    for quarters in range(24):
        with clock_turned(timedelta(minutes=15 * quarters)), suppress(TooMany):
            guesses += sum(not fits(session, cast.amina, "000000") for _ in range(4))
            fits(session, cast.amina, code_of(session, cast.amina))

    figure(f"S2: guesses in six hours in which the owner signs in every quarter of an hour: {guesses}")
    assert guesses == 20


def test_right_codes_use_up_no_tries(cast, session):
    for minutes in range(0, 60, 2):
        with clock_turned(timedelta(minutes=minutes)):
            assert fits(session, cast.amina, code_of(session, cast.amina))


def test_a_right_code_starts_the_counts_anew(cast, session):
    for _ in range(4):
        fits(session, cast.amina, "000000")
    assert fits(session, cast.amina, code_of(session, cast.amina))
    session.refresh(cast.amina)

    assert cast.amina.failures == 0
    assert [fits(session, cast.amina, "000000") for _ in range(5)] == [False] * 5


# --- A wrong clock ---


@pytest.mark.parametrize(("minutes", "steps"), [(-60, -120), (-2, -4), (0, None), (3, 6), (60, 120)])
def test_a_code_of_another_hour_tells_by_how_much_a_clock_is_wrong(cast, session, minutes, steps):
    code = code_of(session, cast.amina, minutes * 2)

    found = factors.drift(session, cast.amina, code)

    assert found == steps or (steps is not None and abs(found - steps) <= 1)


def in_parallel(times, wiring, try_it) -> Counter:
    """How often each answer came when so many tried at the same moment."""
    start, results = Barrier(times), Counter()

    def run() -> None:
        start.wait()
        with wiring.writing() as own:
            try:
                results[try_it(own)] += 1
            except TooMany:
                results["too many"] += 1
            own.commit()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
