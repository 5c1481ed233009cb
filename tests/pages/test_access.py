"""Help with signing in: who enters, who vouches, who signs, and how little they see."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned, now
from portal.domain.access import recovery, sign_in, vouching
from portal.domain.access.recovery import Certainty, Recovery, RecoveryState
from portal.domain.access.sign_in import FRESH, SignIn
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from tests.getting_back import A_DAY_LATER, approve, ask, vouch, written_about
from tests.reading import read

NO_SUCH_NUMBER = "There is no request with this number for this account. Ask for it once more."
TOO_LATE = "Somebody has already confirmed this request, or it is over."
SIGNED = "You have already signed this. Somebody else must give the other signature."


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def number(cast, case):
    return ask(cast)


@pytest.fixture
def vouched(cast, number):
    return vouch(cast, number, by=cast.petros)


@pytest.fixture
def approved(cast, vouched):
    return approve(cast, vouched)


def of_case(case, rest=""):
    return f"/en/access/cases/{case.reference}{rest}"


def of_request(found, rest=""):
    return f"/en/access/recoveries/{found.id}{rest}"


def typed(number, certainty="in_person", words="Passport, and we talked about the shop"):
    return {"number": number, "certainty": certainty, "words": words}


def make_old(session, account):
    """Let this person's second factor have been shown a while ago."""
    for one in session.scalars(select(SignIn).where(SignIn.account_id == account.id)):
        one.fresh_at = now() - FRESH - timedelta(minutes=1)
    session.commit()


# --- The first page --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_for_all_but_counsellors_the_first_page_does_not_exist(cast, enter, who):
    assert enter(getattr(cast, who)).get("/en/access/").status_code == 404


def test_an_empty_room_says_so(cast, enter):
    assert "Nothing waits for a signature." in enter(cast.clara).get("/en/access/").text


def test_a_counsellor_sees_what_waits_and_how_much_of_it_is_for_them(cast, enter, vouched):
    aino = enter(cast.aino)

    queue = aino.get("/en/counsellor/")
    room = aino.get(read(queue).links["Help with signing in 1"])

    assert room.status_code == 200
    assert "Confirmed by: Petros Karimov" in room.text
    assert "Your turn" in room.text


def test_what_one_has_signed_waits_for_others(cast, session, enter, vouched):
    vouching.approve(session, vouched, by=cast.clara)
    session.commit()
    clara = enter(cast.clara)

    assert "Waiting for others" in clara.get("/en/access/").text
    assert "Help with signing in" in read(clara.get("/en/counsellor/")).links


def test_an_approved_request_says_from_when_there_is_a_code(cast, enter, approved):
    page = enter(cast.kalle).get("/en/access/").text

    assert "Approved, not yet back" in page
    assert "A code can be made from:" in page


def test_stopped_accounts_lie_before_who_works_on_the_case(cast, session, enter, case):
    sign_in.freeze(session, cast.amina, by=cast.amina)
    session.commit()

    assert read(enter(cast.clara).get("/en/access/")).links[case.reference] == of_case(case)
    assert case.reference not in enter(cast.kalle).get("/en/access/").text


# --- Vouching --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "page"), [("clara", "/en/counsellor/cases/"), ("petros", "/en/partner/cases/")]
)
def test_the_page_of_a_case_leads_here_and_back(cast, enter, case, who, page):
    browser = enter(getattr(cast, who))

    there = browser.get(f"{page}{case.reference}")
    here = browser.get(read(there).links["Help with signing in"])

    assert read(here).heading == "Help with signing in"
    assert read(here).links["Back to the case"] == f"{page}{case.reference}"


@pytest.mark.parametrize("who", ["clara", "aino", "petros"])
def test_who_works_on_the_case_vouches_with_the_number(cast, session, enter, case, number, who):
    answer = enter(getattr(cast, who)).post(of_case(case, "/vouch"), data=typed(number.lower(), "video"))

    found = session.scalars(select(Recovery)).one()
    assert (answer.status_code, answer.location) == (303, of_case(case))
    assert (found.state, found.certainty) == (RecoveryState.VOUCHED, Certainty.VIDEO)
    assert found.voucher_id == getattr(cast, who).id


@pytest.mark.parametrize("who", ["kalle", "nino", "mart"])
@pytest.mark.parametrize("rest", ["", "/freeze"])
def test_for_strangers_to_the_case_there_is_no_page(cast, enter, case, who, rest):
    assert enter(getattr(cast, who)).get(of_case(case, rest)).status_code == 404


def test_a_number_of_another_person_is_refused_without_a_word_about_them(cast, enter, case):
    others, unknown = ask(cast, cast.giorgi), "0000-0000"
    petros = enter(cast.petros)

    answers = {
        number: petros.post(of_case(case, "/vouch"), data=typed(number)).text
        for number in (others, unknown, "what?")
    }
    # But for what was typed, and the seconds until one is signed out, they are the same.
    seconds = re.compile(r'(data-left=|data-ends=|"refresh" content=)"\d+')
    told = {seconds.sub("", text.replace(number, "NUMBER")) for number, text in answers.items()}

    assert len(told) == 1
    assert NO_SUCH_NUMBER in told.pop()


def test_a_request_is_vouched_for_once(cast, enter, case, number, vouched):
    again = enter(cast.clara).post(of_case(case, "/vouch"), data=typed(number))

    assert again.status_code == 422
    assert TOO_LATE in again.text


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"number": "K7M2-9QXB"},
        {"number": "K7M2-9QXB", "certainty": "rumour", "words": "x"},
        {"number": "\0", "certainty": "\0", "words": "\0"},
        {"number": "a" * 10_000, "certainty": "video", "words": "b" * 10_000},
        {"number": ["a", "b"], "certainty": ["video", "known"], "words": ""},
    ],
    ids=["nothing", "half", "unknown choice", "NUL", "huge", "twice"],
)
def test_what_cannot_be_read_is_told_beside_the_field(cast, enter, case, given):
    assert enter(cast.petros).post(of_case(case, "/vouch"), data=given).status_code == 422


def test_vouching_wants_a_fresh_second_factor_and_keeps_what_was_typed(cast, session, enter, case, number):
    petros = enter(cast.petros)
    make_old(session, cast.petros)

    asked = petros.post(of_case(case, "/vouch"), data=typed(number))

    assert read(asked).heading == "Is it you?"
    assert f'value="{number}"' in asked.text
    assert session.scalars(select(Recovery)).one().state is RecoveryState.ASKED


@pytest.mark.parametrize("step", ["approve", "code"])
def test_signing_and_the_code_want_one_too(cast, session, enter, vouched, step):
    aino = enter(cast.aino)
    make_old(session, cast.aino)

    assert read(aino.post(of_request(vouched, f"/{step}"))).heading == "Is it you?"


# --- Who has no case yet ---------------------------------------------------------------------------

HERE = "/en/access/here"
NO_NEWCOMER = (
    "There is no request with this number from a person without an application. If the person has a case, "
    "open the case and choose “Help with signing in”."
)


def test_for_a_newcomer_who_is_here_the_room_leads_to_the_number(cast, session, enter):
    number, kalle = ask(cast, cast.giorgi), enter(cast.kalle)

    page = kalle.get(read(kalle.get("/en/access/")).links["The person is here and has sent no application"])
    answer = kalle.post(HERE, data={"number": number, "words": "Identity card"})

    found = session.scalars(select(Recovery)).one()
    assert read(page).heading == "The person is here and has sent no application"
    assert (answer.status_code, answer.location) == (303, "/en/access/")
    assert (found.state, found.certainty) == (RecoveryState.VOUCHED, Certainty.IN_PERSON)
    assert cast.giorgi.login in kalle.get("/en/access/").text


def test_a_number_of_somebody_with_a_case_leads_back_to_the_case(cast, enter, number):
    answer = enter(cast.kalle).post(HERE, data={"number": number, "words": "Identity card"})

    assert answer.status_code == 422
    assert NO_NEWCOMER in answer.text


@pytest.mark.parametrize("given", [{}, {"number": "what?", "words": "x"}, {"number": "\0", "words": "\0"}])
def test_what_cannot_be_a_number_is_told_on_the_page(cast, enter, given):
    assert enter(cast.kalle).post(HERE, data=given).status_code == 422


def test_a_newcomer_is_vouched_for_once(cast, enter):
    number, kalle = ask(cast, cast.giorgi), enter(cast.kalle)
    kalle.post(HERE, data={"number": number, "words": "Identity card"})

    again = kalle.post(HERE, data={"number": number, "words": "Identity card"})

    assert again.status_code == 422
    assert TOO_LATE in again.text


@pytest.mark.parametrize("who", ["petros", "mart"])
def test_for_others_there_is_no_such_page(cast, enter, who):
    browser = enter(getattr(cast, who))

    assert [browser.get(HERE).status_code, browser.post(HERE, data={}).status_code] == [404, 404]


def test_an_applicant_is_no_colleague(cast, enter):
    assert enter(cast.clara).get(f"/en/access/people/{cast.giorgi.id}").status_code == 404


def test_who_vouched_finds_the_code_to_be_made_without_hunting(cast, enter):
    number, kalle = ask(cast, cast.giorgi), enter(cast.kalle)
    kalle.post(HERE, data={"number": number, "words": "Identity card"})
    found = cast.session.scalars(select(Recovery)).one()
    approve(cast, found)

    with clock_turned(A_DAY_LATER):
        kalle = enter(cast.kalle)
        room = kalle.get(read(kalle.get("/en/counsellor/")).links["Help with signing in 1"])
        page = kalle.get(of_request(found))
        answer = kalle.post(of_request(found, "/code"))

    assert "A code can be made now" in room.text
    assert "Make the code" in page.text
    assert read(answer).heading == "Read this code out to the person"
    assert read(answer).links["Back"] == "/en/access/"


def test_after_vouching_the_form_steps_back(cast, enter, case, vouched):
    page = enter(cast.petros).get(of_case(case)).text

    assert "Confirm another request of this person" in page
    assert "<h2>The person cannot sign in any more</h2>" not in page


def test_a_partner_finds_on_the_first_page_who_waits_for_a_code(cast, enter, case, approved):
    before = read(enter(cast.petros).get("/en/partner/")).links

    with clock_turned(A_DAY_LATER):
        there = read(enter(cast.petros).get("/en/partner/")).links

    assert [link for link in before.values() if "/access/" in link] == []
    assert [link for link in there.values() if "/access/" in link] == [of_case(case)]


# --- Staff accounts --------------------------------------------------------------------------------


def test_the_manager_vouches_for_a_colleague(cast, session, enter):
    number, address = ask(cast, cast.clara), f"/en/access/people/{cast.clara.id}"
    mart = enter(cast.mart)

    page = mart.get(address)
    answer = mart.post(address, data=typed(number))

    assert "Clara Tamm" in page.text
    assert (answer.status_code, answer.location) == (303, address)
    assert session.scalars(select(Recovery)).one().voucher_id == cast.mart.id


@pytest.mark.parametrize("who", ["mart", "amina"])
def test_the_manager_vouches_neither_for_themselves_nor_for_applicants(cast, enter, who):
    account = getattr(cast, who)

    assert enter(cast.mart).get(f"/en/access/people/{account.id}").status_code == 404
    assert enter(cast.mart).post(f"/en/access/people/{account.id}", data=typed("x")).status_code == 404


@pytest.mark.parametrize("who", ["aino", "petros"])
def test_nobody_else_vouches_for_colleagues(cast, enter, who):
    assert enter(getattr(cast, who)).get(f"/en/access/people/{cast.clara.id}").status_code == 404


# --- Signing ---------------------------------------------------------------------------------------


def test_two_sign_and_the_person_waits_a_day(cast, session, enter, vouched):
    for who in (cast.kalle, cast.aino):
        answer = enter(who).post(of_request(vouched, "/approve"))
        assert answer.location == "/en/access/"

    session.refresh(vouched)
    assert vouched.state is RecoveryState.APPROVED


def test_who_vouched_or_signed_cannot_sign_and_is_told_why(cast, session, enter, case, number):
    found = vouch(cast, number, by=cast.clara)
    clara = enter(cast.clara)

    page = clara.get(of_request(found))
    answer = clara.post(of_request(found, "/approve"))

    assert SIGNED in page.text
    assert "Approve" not in read(page).buttons
    assert answer.status_code == 409
    session.refresh(found)
    assert found.state is RecoveryState.VOUCHED


def test_a_page_to_sign_shows_how_it_was_made_sure_and_nothing_of_the_case(cast, enter, case, vouched):
    page = enter(cast.kalle).get(of_request(vouched))

    assert read(page).heading == case.reference
    assert read(page).facts["Confirmed by"] == "Petros Karimov"
    assert read(page).facts["How they made sure"] == "In a video call, with a document"
    assert read(page).facts["In their words"] == "Passport shown"
    for word in ("Karimova", "Uzbekistan", "Tashkent", "amina", "Reintegration"):
        assert word not in page.text


def test_a_refusal_needs_a_reason(cast, session, enter, vouched):
    aino = enter(cast.aino)

    empty = aino.post(of_request(vouched, "/refuse"), data={"words": " "})
    said = aino.post(of_request(vouched, "/refuse"), data={"words": "The photo differs"})

    assert (empty.status_code, said.status_code) == (422, 303)
    session.refresh(vouched)
    assert vouched.state is RecoveryState.REFUSED


@pytest.mark.parametrize("step", ["approve", "refuse"])
def test_partners_and_managers_sign_nothing(cast, enter, vouched, step):
    data = {"words": "x"}

    assert enter(cast.petros).post(of_request(vouched, f"/{step}"), data=data).status_code == 403
    assert enter(cast.mart).post(of_request(vouched, f"/{step}"), data=data).status_code == 404


@pytest.mark.parametrize("rest", ["", "/approve", "/refuse", "/stop", "/code"])
def test_a_request_that_does_not_exist_or_that_nobody_vouched_for_is_not_found(cast, enter, number, rest):
    asked = recovery.by_number(cast.session, number)
    cast.session.commit()
    aino = enter(cast.aino)

    for found in (asked.id, 1, 9223372036854775807):
        address = f"/en/access/recoveries/{found}{rest}"
        answer = aino.post(address, data={"words": "x"}) if rest else aino.get(address)
        assert answer.status_code == 404


# --- Stopping and the code -------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["petros", "clara", "aino"])
def test_who_has_to_do_with_it_stops_it(cast, session, enter, approved, who):
    enter(getattr(cast, who)).post(of_request(approved, "/stop"))

    session.refresh(approved)
    assert approved.state is RecoveryState.STOPPED


@pytest.mark.parametrize("who", ["kalle", "nino", "mart"])
def test_nobody_else_stops_it(cast, session, enter, approved, who):
    answer = enter(getattr(cast, who)).post(of_request(approved, "/stop"))

    session.refresh(approved)
    assert (answer.status_code, approved.state) == (404, RecoveryState.APPROVED)


def test_the_code_is_made_after_a_day_and_shown_once(cast, session, enter, case, approved):
    petros = enter(cast.petros)
    early = petros.post(of_request(approved, "/code"))
    with clock_turned(A_DAY_LATER):
        petros = enter(cast.petros)
        page = petros.get(of_case(case))
        made = petros.post(read(page).buttons["Make the code"])
        again = petros.get(of_case(case))

    assert early.status_code == 409
    assert read(made).heading == "Read this code out to the person"
    assert made.headers["Cache-Control"] == "no-store"
    session.refresh(approved)
    assert approved.code_index is not None
    assert 'class="key"' not in again.text


def test_before_the_day_is_over_there_is_no_button(cast, enter, case, approved):
    page = enter(cast.petros).get(of_case(case))

    assert "Make the code" not in read(page).buttons
    assert "Stop this" in read(page).buttons


@pytest.mark.parametrize(("who", "status"), [("kalle", 404), ("nino", 404), ("mart", 404)])
def test_who_could_not_vouch_makes_no_code(cast, enter, approved, who, status):
    with clock_turned(A_DAY_LATER):
        assert enter(getattr(cast, who)).post(of_request(approved, "/code")).status_code == status


# --- Stopping an account ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clara", "petros"])
def test_who_works_on_the_case_stops_the_account_after_being_asked(cast, session, enter, case, who):
    amina, browser = enter(cast.amina), enter(getattr(cast, who))

    page = browser.get(read(browser.get(of_case(case))).links["Stop the account for safety"])
    answer = browser.post(read(page).buttons["Stop the account"])

    session.refresh(cast.amina)
    assert answer.location == of_case(case)
    assert cast.amina.state is AccountState.FROZEN
    assert amina.get("/en/my/").location.startswith("/en/sign-in")
    assert written_about(session, cast.amina)[-1] == (Act.ACCOUNT_FREEZE, getattr(cast, who).id)


def test_a_stopped_account_is_not_stopped_twice(cast, session, enter, case):
    clara = enter(cast.clara)
    clara.post(of_case(case, "/freeze"))

    assert clara.post(of_case(case, "/freeze")).status_code == 409
    assert "Stop the account for safety" not in read(clara.get(of_case(case))).links


def test_a_person_who_came_back_a_short_time_ago_is_named_as_such(cast, session, enter, case):
    cast.amina.locked_until = now() + timedelta(hours=70)
    session.commit()

    assert "came back into the account a short time ago" in enter(cast.petros).get(of_case(case)).text
