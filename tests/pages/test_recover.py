"""The way back for who has nothing left to sign in with: asking, looking, stopping, finishing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from portal.db import clock_turned
from portal.domain.access import recovery, vouching
from portal.domain.access.recovery import Recovery, RecoveryState
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from tests.cast import PASSWORD
from tests.getting_back import A_DAY_LATER, NEW, approve, ask, vouch
from tests.reading import read

NOT_RIGHT = "The number or the password is not right. Check both."
NO_CODE = "There is no code now. Ask the person who helps you to make one."
WRONG_CODE = "This code is not right. Ask the person to read it out again."
LATE = "This code is too old. It works for 10 minutes. Ask for a new one."
OVER = "This request is over. If you still cannot sign in, start again."
UNKNOWN_WORD = "We do not know this stop word. Check it."


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def number(cast, case):
    return ask(cast)


@pytest.fixture
def approved(cast, number):
    return approve(cast, vouch(cast, number, by=cast.petros))


@pytest.fixture
def code(cast, session, approved):
    with clock_turned(A_DAY_LATER):
        code = vouching.make_code(session, approved, by=cast.petros)
        session.commit()
        yield code


def send(client, whose="amina", password=NEW, repeated=None):
    """The answer to asking for the way back."""
    typed = {"whose": whose, "password": password, "repeated": password if repeated is None else repeated}
    return client.post("/en/recover", data=typed)


def finish(client, number, code, password=NEW):
    """The answer to number, password and code."""
    return client.post("/en/recover/finish", data={"number": number, "password": password, "code": code})


# --- Asking ----------------------------------------------------------------------------------------


def test_the_way_back_begins_at_the_sign_in_page(client):
    assert read(client.get("/en/sign-in")).links["I cannot sign in any more"] == "/en/recover"
    assert read(client.get("/en/recover")).heading == "I cannot sign in any more"


def test_who_asks_gets_a_number_and_reads_what_to_do_now(client, cast, session):
    answer = send(client, cast.amina.login)
    page = read(client.get(answer.location))

    row = session.scalars(select(Recovery)).one()
    assert re.fullmatch(r"/en/recover/[0-9A-Z]{4}-[0-9A-Z]{4}", answer.location)
    assert (answer.status_code, row.account_id, row.state) == (303, cast.amina.id, RecoveryState.ASKED)
    assert page.heading == "You have asked for the way back"
    assert page.facts == {"Who acts now": "You"}


def test_asking_changes_nothing_about_the_account(client, cast, session):
    before = cast.amina.password_hash

    send(client, cast.amina.login)

    session.refresh(cast.amina)
    assert cast.amina.password_hash == before


def test_answers_are_the_same_byte_by_byte_for_every_kind_of_account(app, cast, session, case):
    cast.giorgi.state = AccountState.FROZEN
    cast.nino.state = AccountState.CLOSED
    session.commit()
    kinds = ["amina", "giorgi", "nino@example.org", "nobody-1234", case.reference, "AVR-00000000"]

    def answers(whose):
        client = app.test_client()
        asked = send(client, whose)
        number = asked.location.rpartition("/")[2]
        shown = client.get(asked.location)
        tried = finish(client, number, "0000-0000")
        pages = [(page.status_code, dict(page.headers), page.text) for page in (asked, shown, tried)]
        return repr(pages).replace(number, "NUMBER")

    told = {answers(whose) for whose in kinds}

    assert len(told) == 1


def test_the_database_is_asked_the_same_for_an_account_and_for_none(client, cast, wiring):
    cast.amina  # noqa: B018 - makes her
    heard = []
    event.listen(wiring.engine, "before_cursor_execute", lambda *given: heard.append(given[2]))

    send(client, "nobody-1234")
    nobodys, heard[:] = list(heard), []
    send(client, "amina")

    assert heard == nobodys


def test_a_bad_password_is_refused_before_anything_is_written(client, session):
    short, common, other = (
        send(client, "amina", "short"),
        send(client, "amina", "password1"),
        send(client, "amina", NEW, "something else"),
    )

    assert [short.status_code, common.status_code, other.status_code] == [422] * 3
    assert "This password is too short. Use 8 characters or more." in short.text
    assert "This password is easy to guess." in common.text
    assert "The two passwords are not the same. Type both again." in other.text
    assert session.scalars(select(Recovery)).all() == []


def test_the_page_never_gives_a_password_back(client):
    page = send(client, "amina", NEW, "something else")

    assert 'value="amina"' in page.text
    assert NEW not in page.text
    assert "something else" not in page.text


def test_after_five_times_everyone_waits(client):
    asked = [send(client, "nobody-1234").status_code for _ in range(6)]

    assert asked == [303] * 5 + [429]


@pytest.mark.parametrize("address", ["/en/recover", "/en/recover/finish", "/en/recover/stop"])
@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"whose": "\0", "password": "\0", "number": "\0", "code": "\0", "word": "\0"},
        {name: "a" * 100_000 for name in ("whose", "password", "repeated", "number", "code", "word")},
        {"whose[]": "a", "word[]": "b", "number[]": "c"},
        {"word": "K7M2-9QXB\n\n%s"},
    ],
    ids=["nothing", "NUL", "huge", "array", "strange"],
)
def test_what_cannot_be_read_is_refused_in_words(client, address, typed):
    assert client.post(address, data=typed).status_code == 422


def test_who_is_signed_in_has_no_business_here(enter, cast):
    client = enter(cast.amina)

    answers = [client.get(f"/en/recover{page}").location for page in ("", "/finish", "/stop", "/K7M2-9QXB")]

    assert answers == ["/en/my/"] * 4


# --- Looking ---------------------------------------------------------------------------------------


def heading(client, number):
    return read(client.get(f"/en/recover/{number}")).heading


def test_the_person_reads_at_each_step_who_acts_next(client, cast, session, number):
    seen = [heading(client, number)]
    found = vouch(cast, number, by=cast.petros)
    seen.append(heading(client, number))
    vouching.approve(session, found, by=cast.clara)
    session.commit()
    seen.append(heading(client, number))
    vouching.approve(session, found, by=cast.aino)
    session.commit()
    waiting = client.get(f"/en/recover/{number}")
    with clock_turned(A_DAY_LATER):
        ripe = read(client.get(f"/en/recover/{number}"))

    assert seen == [
        "You have asked for the way back",
        "Somebody confirmed that it is you",
        "One of two has approved",
    ]
    assert read(waiting).heading == "Approved: now there is a waiting time"
    assert list(read(waiting).facts) == ["Who acts now", "A code can be made from"]
    assert ripe.heading == "You can get your code now"
    assert ripe.links["I have the code"] == f"/en/recover/finish?number={number}"


def test_no_page_says_whose_request_it_is(client, cast, case, number, approved):
    page = client.get(f"/en/recover/{number}").text

    for word in (cast.amina.login, case.reference, "Petros", "Clara", "Aino", "Passport shown"):
        assert word not in page


@pytest.mark.parametrize("number", ["what", "K7M2", "K7M2-9QXB-1", "UUUU-UUUU", "%00"])
def test_what_cannot_be_a_number_does_not_exist(client, number):
    assert client.get(f"/en/recover/{number}").status_code == 404


def test_a_number_is_read_however_it_is_typed(client, number):
    for typed in (number.lower(), number.replace("-", ""), number.replace("-", " ")):
        assert heading(client, typed) == "You have asked for the way back"


def test_looking_is_counted(client):
    looks = [client.get("/en/recover/K7M2-9QXB").status_code for _ in range(61)]

    assert looks == [200] * 60 + [429]


def test_a_request_that_was_not_approved_says_so_and_where_to_go(client, cast, session, number):
    vouching.refuse(session, vouch(cast, number, by=cast.petros), "The photo differs", by=cast.aino)
    session.commit()

    page = client.get(f"/en/recover/{number}")

    assert read(page).heading == "This request was not approved"
    assert "The photo differs" not in page.text


# --- Stopping --------------------------------------------------------------------------------------


def test_the_stop_word_stops_it_without_signing_in(client, cast, session, approved):
    answer = client.post("/en/recover/stop", data={"word": recovery.in_groups(approved.stop_word).lower()})
    page = client.get(answer.location)

    session.refresh(approved)
    assert approved.state is RecoveryState.STOPPED
    assert "It is stopped. Nobody gets into the account that way." in page.text


def test_a_word_that_stops_nothing_is_told(client, approved):
    unknown = client.post("/en/recover/stop", data={"word": "0000-0000"})
    none = client.post("/en/recover/stop", data={"word": "what"})

    assert (unknown.status_code, none.status_code) == (422, 422)
    assert UNKNOWN_WORD in unknown.text
    assert UNKNOWN_WORD in none.text


def test_a_word_that_comes_too_late_is_told(client, session, number, code, approved):
    word = approved.stop_word
    finish(client, number, code)

    late = client.post("/en/recover/stop", data={"word": word})

    assert late.status_code == 422
    assert OVER in late.text


def test_who_asked_never_sees_the_stop_word(client, number, approved):
    pages = [client.get(f"/en/recover/{number}"), client.get("/en/recover"), client.get("/en/recover/stop")]

    assert [page for page in pages if approved.stop_word[:4] in page.text] == []


def test_who_is_signed_in_is_warned_on_every_page_and_stops_it_with_one_button(enter, cast, session, number):
    amina = enter(cast.amina)
    warned = [amina.get(page) for page in ("/en/my/", "/en/account/", "/en/my/history")]

    answer = amina.post(read(warned[0]).buttons["It was not me: stop it"])
    after = amina.get("/en/my/")

    for page in warned:
        assert "Somebody asked to get back into this account" in page.text
    assert answer.location == "/en/account/way-back"
    assert "Somebody asked to get back into this account" not in after.text
    assert session.scalars(select(Recovery)).one().state is RecoveryState.STOPPED


def test_who_is_signed_in_reads_the_stop_word(enter, cast, number):
    word = recovery.in_groups(recovery.by_number(cast.session, number).stop_word)
    cast.session.commit()

    assert word in enter(cast.amina).get("/en/account/way-back").text


def test_nobody_else_is_warned_or_reads_it(enter, cast, number):
    page = enter(cast.giorgi).get("/en/account/way-back")

    assert read(page).heading == "Way back into the account"
    assert "It was not me" not in page.text


def test_stopping_somebody_elses_request_is_not_possible_from_ones_own_account(enter, cast, session, number):
    enter(cast.giorgi).post("/en/account/way-back/stop")

    assert session.scalars(select(Recovery)).one().state is RecoveryState.ASKED


# --- Finishing -------------------------------------------------------------------------------------


def test_number_password_and_code_lead_to_a_new_second_factor(client, cast, session, number, code):
    answer = finish(client, number.lower(), code.replace("-", " ").lower())
    page = client.get(answer.location)

    session.refresh(cast.amina)
    assert (answer.status_code, answer.location) == (303, "/en/sign-in/set-up")
    assert read(page).heading == "Make your account safe"
    assert cast.amina.locked_until is not None
    assert [one.whole_at for one in session.scalars(select(SignIn))] == [None]


def test_nobody_is_signed_in_before_the_new_factor_is_shown(client, number, code):
    finish(client, number, code)

    assert client.get("/en/my/").location.startswith("/en/sign-in")


def test_the_old_password_is_good_until_the_end_and_not_after(client, cast, number, code):
    old = {"login": "amina", "password": PASSWORD}
    before = client.post("/en/sign-in", data=old).status_code
    finish(client, number, code)
    after = client.post("/en/sign-in", data=old).status_code

    assert (before, after) == (303, 422)


def test_each_fault_has_its_own_sentence(client, cast, session, number, code, approved):
    other = "0000-0000" if code != "0000-0000" else "1111-1111"

    assert NOT_RIGHT in finish(client, "K7M2-9QXB", code).text
    assert NOT_RIGHT in finish(client, "what?", code).text
    assert NOT_RIGHT in finish(client, number, code, "another password").text
    assert WRONG_CODE in finish(client, number, other).text
    with clock_turned(A_DAY_LATER + timedelta(minutes=11)):
        assert LATE in finish(client, number, code).text


def test_before_there_is_a_code_and_after_it_was_used(client, cast, session, number, approved):
    early = finish(client, number, "0000-0000")
    with clock_turned(A_DAY_LATER):
        code = vouching.make_code(session, approved, by=cast.petros)
        session.commit()
        first, second = finish(client, number, code), finish(client, number, code)

    assert NO_CODE in early.text
    assert first.status_code == 303
    assert OVER in second.text


def test_tries_are_counted_by_number(client, number, code):
    tried = [finish(client, number, "0000-0000").status_code for _ in range(6)]

    assert tried == [422] * 5 + [429]


def test_the_page_never_gives_the_password_or_code_to_an_address(client, number, code):
    page = finish(client, number, code, "another password")

    assert "another password" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_number_in_the_address_is_filled_in(client):
    assert 'value="K7M2-9QXB"' in client.get("/en/recover/finish?number=K7M2-9QXB").text


def test_who_has_left_the_page_finds_it_again_with_the_number(client, number):
    page = client.get(read(client.get("/en/recover")).links["See how my request stands"])

    answer = client.post("/en/recover/find", data={"number": number.lower().replace("-", " ")})

    assert read(page).heading == "See how my request stands"
    assert (answer.status_code, answer.location) == (303, f"/en/recover/{number}")


@pytest.mark.parametrize("typed", ["", "what?", "\0", "a" * 5000, "K7M2-9QX"])
def test_what_cannot_be_a_number_is_told_beside_the_field(client, typed):
    assert client.post("/en/recover/find", data={"number": typed}).status_code == 422


def test_the_page_of_a_stopped_account_and_the_page_it_leads_to_tell_the_same_steps(client):
    stopped, way_back = (
        re.findall(r"<li>([^<]+)</li>", client.get(page).text) for page in ("/en/stopped", "/en/recover")
    )

    assert len(stopped) == len(way_back) == 5
    assert stopped[1:] == way_back[1:]
