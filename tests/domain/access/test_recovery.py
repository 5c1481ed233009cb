"""Getting back into an account: what the person does, what stops it, and what the clock ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import jobs
from portal.db import clock_turned, now
from portal.domain import accounts, journal
from portal.domain.access import factors, recovery, sign_in, vouching
from portal.domain.access.factors import FactorKind
from portal.domain.access.recovery import LOCKED, MOST_WRONG, WAITS, Recovery, RecoveryState
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import AccountState
from portal.domain.errors import NotAllowed, NotFound, Reason, TooMany
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.getting_back import A_DAY_LATER, NEW, ask, finish, reasons, vouch, written_about
from tests.together import at_once


@pytest.fixture
def code(cast, session, approved, later):
    code = vouching.make_code(session, approved, by=cast.petros)
    session.commit()
    return code


def of_number(session, number):
    return session.get_one(Recovery, recovery.by_number(session, number).id)


# --- Asking ----------------------------------------------------------------------------------------


def test_a_request_has_a_number_of_40_bits_and_the_database_does_not_know_it(session, number):
    row = session.scalars(select(Recovery)).one()

    assert len(number.replace("-", "")) * 5 == 40
    assert row.number_index == recovery._index("number", number.replace("-", ""))


@pytest.mark.parametrize("typed", ["{}", " {} ", "avr {}", "AVR–{}"])
def test_the_reference_of_a_case_stands_for_the_sign_in_name(cast, session, case, typed):
    number = recovery.ask(session, typed.format(case.reference.removeprefix("AVR-")).strip(), NEW)
    bare = recovery.ask(session, case.reference.lower(), NEW)

    assert of_number(session, bare).account_id == cast.amina.id
    assert of_number(session, number).account_id in (cast.amina.id, None)


@pytest.mark.parametrize("whose", ["nobody-1234", "AVR-00000000", "AVR-", "@", "AVR"])
def test_for_nobodys_account_there_is_a_request_as_well(session, whose):
    number = recovery.ask(session, whose, NEW)

    assert of_number(session, number).account_id is None


def test_the_new_password_must_be_a_good_one(session):
    assert reasons(recovery.ask, session, "amina", "short") == [Reason.PASSWORD_SHORT]


def test_who_asks_again_and_again_is_told_to_wait_whether_there_is_an_account_or_not(cast, session):
    def asked(login):
        for _ in range(5):
            recovery.ask(session, login, NEW)
        with pytest.raises(TooMany) as told:
            recovery.ask(session, login, NEW)
        return told.value.wait

    assert 290 < asked(cast.amina.login) <= 301
    assert 290 < asked("nobody-1234") <= 301


def test_the_owner_is_told_by_a_job_and_not_more_than_once_a_day(cast, session, wiring, number):
    ask(cast)
    session.commit()

    while jobs.do_one(wiring):
        pass

    told = [notice.act for notice in notices.unread(session, cast.amina)]
    assert told == [Act.RECOVERY_ASK]
    assert [act for act, _ in written_about(session, cast.amina)] == [Act.RECOVERY_ASK] * 2


# --- Stopping --------------------------------------------------------------------------------------


def test_the_stop_word_ends_it_at_every_stage(cast, session, case):
    ended = []
    for signers in ([], [cast.petros], [cast.petros, cast.clara], [cast.petros, cast.clara, cast.aino]):
        with clock_turned(timedelta(minutes=6 * len(ended))):
            number = ask(cast)
            found = recovery.by_number(session, number)
            for at, signer in enumerate(signers):
                if at == 0:
                    vouch(cast, number, by=signer)
                else:
                    vouching.approve(session, found, by=signer)
            recovery.stop_by_word(session, recovery.in_groups(found.stop_word).lower())
            ended.append(found.state)
            assert reasons(recovery.enter, found, cast.amina, Act.RECOVERY_STOP) == [Reason.WRONG_STATE]

    assert ended == [RecoveryState.STOPPED] * 4


def test_it_is_stopped_even_when_the_code_is_made(cast, session, approved, number, code):
    recovery.stop_all(session, cast.amina)
    session.commit()

    assert approved.state is RecoveryState.STOPPED
    assert finish(session, number, code) is Reason.RECOVERY_OVER
    assert reasons(vouching.make_code, session, approved, by=cast.petros) == [Reason.WRONG_STATE]


@pytest.mark.parametrize("who", ["amina", "petros", "clara", "aino"])
def test_everybody_who_has_to_do_with_it_stops_it(cast, session, approved, who):
    vouching.stop(session, approved, by=getattr(cast, who))

    assert approved.state is RecoveryState.STOPPED
    assert written_about(session, cast.amina)[-1] == (Act.RECOVERY_STOP, getattr(cast, who).id)


@pytest.mark.parametrize("who", ["giorgi", "kalle", "nino", "mart", "olga"])
def test_nobody_else_does(cast, session, approved, who):
    with pytest.raises(NotFound):
        vouching.stop(session, approved, by=getattr(cast, who))


def test_a_wrong_stop_word_stops_nothing(session, approved):
    with pytest.raises(NotFound):
        recovery.stop_by_word(session, "0000-0000")

    assert approved.state is RecoveryState.APPROVED


def test_stop_words_are_guessed_30_times_and_the_right_word_of_others_still_works(cast, session, vouched):
    wrong = "00" if vouched.stop_word[:2] != "00" else "11"
    for _ in range(30):
        with pytest.raises(NotFound):
            recovery.stop_by_word(session, f"{wrong}000000")

    with pytest.raises(TooMany):
        recovery.stop_by_word(session, f"{wrong}000000")
    recovery.stop_by_word(session, vouched.stop_word)

    assert vouched.state is RecoveryState.STOPPED


# --- The code --------------------------------------------------------------------------------------


def test_there_is_no_code_before_a_day_has_passed(cast, session, approved):
    with clock_turned(WAITS - timedelta(minutes=1)):
        assert reasons(vouching.make_code, session, approved, by=cast.petros) == [Reason.TOO_EARLY]
    with clock_turned(A_DAY_LATER):
        assert len(vouching.make_code(session, approved, by=cast.petros)) == 9


def test_there_is_no_code_before_both_have_signed(cast, session, vouched):
    assert reasons(vouching.make_code, session, vouched, by=cast.petros) == [Reason.WRONG_STATE]
    vouching.approve(session, vouched, by=cast.clara)
    assert reasons(vouching.make_code, session, vouched, by=cast.petros) == [Reason.WRONG_STATE]


def test_only_who_could_vouch_makes_it(cast, session, approved, later):
    with pytest.raises(NotFound):
        vouching.make_code(session, approved, by=cast.kalle)
    with pytest.raises(NotAllowed):
        vouching.make_code(session, approved, by=cast.amina)


def test_the_person_comes_back_and_all_that_opened_the_account_before_is_void(
    cast, session, approved, number, code
):
    cast.amina.state, cast.amina.failures = AccountState.FROZEN, 100
    session.add(SignIn(token_hash=b"1" * 32, account_id=cast.amina.id, whole_at=now()))
    session.add(sign_in.Device(account_id=cast.amina.id, token_hash=b"2" * 32))
    session.commit()

    assert finish(session, number, code) is None

    session.refresh(cast.amina)
    assert (cast.amina.state, cast.amina.failures) == (AccountState.ACTIVE, 0)
    assert accounts.password_fits(cast.amina.password_hash, NEW)
    assert factors.of_account(session, cast.amina) == []
    assert session.scalars(select(SignIn)).all() == []
    assert [device.token_hash for device in session.scalars(select(sign_in.Device))] == [None]
    assert (approved.state, approved.password_hash) == (RecoveryState.FINISHED, "")


def test_how_the_person_is_reached_and_paid_stays_as_it_is_for_72_hours(cast, session, number, code):
    finish(session, number, code)

    session.refresh(cast.amina)
    assert timedelta(hours=71, minutes=59) < cast.amina.locked_until - now() <= LOCKED


def test_a_code_works_once(session, number, code):
    assert finish(session, number, code) is None

    assert finish(session, number, code) is Reason.RECOVERY_OVER


def test_of_five_who_use_a_code_at_once_one_is_in(wiring, number, code):
    def use(own):
        with clock_turned(A_DAY_LATER):
            recovery.finish(own, recovery.Attempt(recovery.by_number(own, number)), code, is_asker=True)

    assert at_once(wiring, use, use, use, use, use) == ["done", *["told"] * 4]


def test_a_code_is_good_for_ten_minutes(cast, session, number, code, approved):
    with clock_turned(A_DAY_LATER + timedelta(minutes=10, seconds=1)):
        assert finish(session, number, code) is Reason.RECOVERY_CODE_LATE
        new = vouching.make_code(session, approved, by=cast.clara)
        assert finish(session, number, code) is Reason.RECOVERY_CODE_WRONG
        assert finish(session, number, new) is None


def test_a_code_does_not_open_another_request(cast, session, case, number, code):
    other = ask(cast)
    vouch(cast, other, by=cast.petros)

    assert finish(session, other, code) is Reason.RECOVERY_CODE_NONE
    assert finish(session, number, code) is None


def test_five_wrong_tries_void_a_code(session, number, code, approved):
    wrong = "0000-0000" if code != "0000-0000" else "1111-1111"

    tries = [finish(session, number, wrong) for _ in range(MOST_WRONG)]
    with clock_turned(A_DAY_LATER + timedelta(minutes=6)):
        right = finish(session, number, code)

    assert tries == [Reason.RECOVERY_CODE_WRONG] * MOST_WRONG
    assert right is Reason.RECOVERY_CODE_NONE


def test_more_than_five_tries_in_five_minutes_are_not_even_looked_at(session, number, code):
    for _ in range(5):
        finish(session, number, "0000-0000")

    with pytest.raises(TooMany):
        recovery.attempt(session, number)


def test_the_code_alone_opens_nothing(cast, session, number, code):
    assert finish(session, number, code, password="a guess of staff") is Reason.RECOVERY_WRONG

    session.refresh(cast.amina)
    assert factors.of_account(session, cast.amina, FactorKind.TOTP) != []


def test_a_second_request_ends_with_the_first(cast, session, case, number, code):
    other = vouch(cast, ask(cast), by=cast.petros)

    finish(session, number, code)
    session.refresh(other)

    assert other.state is RecoveryState.STOPPED


# --- Time, and what is written ---------------------------------------------------------------------


def test_a_request_waits_seven_days_at_each_stage_and_no_longer(cast, session, number):
    with clock_turned(timedelta(days=6)):
        found = vouch(cast, number, by=cast.petros)
    with clock_turned(timedelta(days=12)):
        assert recovery.expire(session) == 0
        vouching.approve(session, found, by=cast.clara)
    with clock_turned(timedelta(days=18)):
        vouching.approve(session, found, by=cast.aino)
    with clock_turned(timedelta(days=25)):
        assert recovery.expire(session) == 0
        assert len(vouching.make_code(session, found, by=cast.petros)) == 9
    with clock_turned(timedelta(days=26, minutes=1)):
        assert reasons(vouching.make_code, session, found, by=cast.petros) == [Reason.WRONG_STATE]
        assert recovery.expire(session) == 1

    assert found.state is RecoveryState.EXPIRED
    assert written_about(session, cast.amina)[-1] == (Act.RECOVERY_EXPIRE, None)


def test_what_nobody_vouched_for_runs_out_and_is_forgotten(cast, session, number):
    recovery.ask(session, "nobody-1234", NEW)
    session.commit()

    with clock_turned(timedelta(days=7, minutes=1)):
        assert recovery.expire(session) == 2
        assert reasons(vouch, cast, number, by=cast.petros) == [Reason.WRONG_STATE]
        session.rollback()
    with clock_turned(timedelta(days=31)):
        recovery.expire(session)

    assert session.scalars(select(Recovery)).all() == []


def test_the_chosen_password_of_a_request_that_ended_is_forgotten(cast, session, approved):
    vouching.stop(session, approved, by=cast.amina)
    session.commit()

    with clock_turned(timedelta(days=31)):
        recovery.expire(session)
    session.refresh(approved)

    assert approved.password_hash == ""


def test_a_number_says_the_same_until_somebody_vouched_whatever_the_owner_did(cast, session, number):
    nobodys = recovery.ask(session, "nobody-1234", NEW)
    before = recovery.standing(session, number)
    recovery.stop_all(session, cast.amina)

    seen = {recovery.standing(session, one) for one in (number, nobodys, "0000-0000")}

    assert seen == {before}
    with clock_turned(timedelta(days=7, minutes=1)):
        assert recovery.standing(session, number) == recovery.standing(session, nobodys)


def test_every_step_stands_in_the_journal_of_accounts(cast, session, wiring, number, approved, code):
    while jobs.do_one(wiring):
        pass
    finish(session, number, code)

    assert sorted(written_about(session, cast.amina), key=str) == sorted(
        [
            (Act.RECOVERY_ASK, None),
            (Act.RECOVERY_VOUCH, cast.petros.id),
            (Act.RECOVERY_APPROVE, cast.clara.id),
            (Act.RECOVERY_APPROVE, cast.aino.id),
            (Act.RECOVERY_CODE, cast.petros.id),
            (Act.RECOVERY_FINISH, cast.amina.id),
        ],
        key=str,
    )
    assert list(journal.verify(session)) == []
