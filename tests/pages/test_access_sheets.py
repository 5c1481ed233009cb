"""Help with signing in: code sheets are asked for, signed by a colleague, and shown once."""

import re

import pytest
from sqlalchemy import select, update

from portal.domain.access import factors, sheets
from portal.domain.access.factors import FactorKind
from portal.domain.access.sheets import Identity, Sheet, SheetState, Why
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account
from portal.domain.cases import CaseState
from portal.domain.permissions import Role
from tests.cast import PASSWORD
from tests.reading import read

CODE = r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>"
NEW = "/en/access/sheets/new"
FIRST = {"person": "bakhyt-4729", "identity": "document"}
ANOTHER = {"person": "amina", "identity": "known", "why": "lost", "words": ""}


@pytest.fixture
def bakhyt(cast) -> Account:
    """Somebody with a button phone, who has just registered."""
    return cast.account(Role.MIGRANT, "bakhyt-4729", has_app=False)


@pytest.fixture
def asked(cast, session) -> Sheet:
    """Clara asks for a sheet for Amina, who has an app."""
    sheet = sheets.ask(
        session, cast.amina, Identity.KNOWN, why=Why.PHONE_LOST, words="Stolen on the bus.", by=cast.clara
    )
    session.commit()
    return sheet


@pytest.fixture
def approved(asked, cast, session) -> Sheet:
    """Kalle has approved it."""
    sheets.approve(session, asked, by=cast.kalle)
    session.commit()
    return asked


def state_of(session, sheet: Sheet) -> SheetState:
    session.expire_all()
    found = session.get_one(Sheet, sheet.id).state
    session.commit()
    return found


def sheets_of(session, account: Account) -> int:
    found = len(factors.of_account(session, account, FactorKind.SHEET))
    session.commit()
    return found


# --- The first sheet ---


def test_a_first_sheet_is_on_the_answer_to_one_form(bakhyt, enter, cast, session):
    client = enter(cast.clara)
    page = client.get(NEW)

    answer = client.post(read(page).buttons["Go on"], data=FIRST)

    codes = re.findall(CODE, answer.text)
    assert (answer.status_code, len(codes)) == (200, 10)
    assert answer.headers["Cache-Control"] == "no-store"
    assert factors.show_code(session, bakhyt, codes[0]) is not None


def test_the_paper_says_neither_whose_it_is_nor_what_it_opens(bakhyt, enter, cast):
    page = enter(cast.clara).post(NEW, data=FIRST).text

    paper = page[page.index('<section class="paper"') : page.index("</section>")].casefold()
    assert "keep it apart from your password." in paper
    assert [word for word in ("bakhyt", "4729", "kodutee", "varre", "return", "sign") if word in paper] == []
    assert "bakhyt" not in page


def test_the_paper_speaks_the_language_of_the_person(bakhyt, enter, cast, session):
    bakhyt.language = "ru"
    session.commit()

    page = enter(cast.clara).post(NEW, data=FIRST).text

    assert '<section class="paper" lang="ru" dir="ltr">' in page
    assert "Print this sheet now" in page


def test_loading_it_again_shows_no_codes(bakhyt, enter, cast, session):
    client = enter(cast.clara)
    client.post(NEW, data=FIRST)

    again = client.post(NEW, data=FIRST)

    assert (again.status_code, re.findall(CODE, again.text)) == (422, [])
    assert "This person already has a way to sign in." in again.text
    assert sheets_of(session, bakhyt) == 1


@pytest.mark.parametrize("typed", ["nobody", "giorgi", "mart@example.org", "AVR-00000000"])
def test_a_colleagues_person_and_nobody_at_all_are_alike(enter, cast, typed):
    cast.mart  # noqa: B018 - makes him
    cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)

    page = enter(cast.kalle).post(NEW, data={**FIRST, "person": typed})

    assert page.status_code == 422
    assert "Nobody was found. Check the sign-in name together with the person." in page.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"person": ""}, "Fill this in."),
        ({"person": "\0"}, "Fill this in."),
        ({"person": "x" * 100_000}, "Use at most 200 characters."),
        ({"identity": ""}, "Choose one."),
        ({"identity": "telepathy"}, "Choose one."),
        ({"why": "telepathy"}, "Choose one."),
        ({"words": "x" * 501}, "Use at most 500 characters."),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_made(bakhyt, enter, cast, session, typed, words):
    page = enter(cast.clara).post(NEW, data={**FIRST, **typed})

    assert page.status_code == 422
    assert words in page.text
    assert sheets_of(session, bakhyt) == 0


# --- Another sheet: four eyes ---


def test_another_sheet_goes_to_a_colleague_with_a_reason(enter, cast):
    client, _amina = enter(cast.clara), cast.amina
    without = {name: ANOTHER[name] for name in ("person", "identity")}

    first = client.post(NEW, data=without)
    then = client.post(NEW, data=ANOTHER)
    shown = client.get(then.location)

    assert (first.status_code, then.status_code) == (422, 303)
    assert "A reason is missing. Choose or write one." in first.text
    assert read(shown).facts["Why a new sheet"] == "The sheet is lost, or somebody else may have seen it"
    assert "Make the code sheet" not in read(shown).buttons
    assert re.findall(CODE, then.text + shown.text) == []


def test_any_other_reason_needs_words(enter, cast):
    client, _amina = enter(cast.clara), cast.amina

    page = client.post(NEW, data={**ANOTHER, "why": "other"})

    assert page.status_code == 422
    assert "In your own words – A reason is missing." in page.text


def test_one_at_a_time(asked, enter, cast):
    page = enter(cast.kalle).post(NEW, data=ANOTHER)

    assert page.status_code == 422
    assert "A code sheet is already asked for, for this person." in page.text


def test_a_colleague_finds_it_reads_why_and_approves(asked, enter, cast, session):
    client = enter(cast.kalle)

    lists = read(client.get("/en/access/"))
    page = client.get(f"/en/access/sheets/{asked.id}")
    answer = client.post(read(page).buttons["Approve"])

    facts = read(page).facts
    assert [link for words, link in lists.links.items() if words.startswith("amina")] == [
        f"/en/access/sheets/{asked.id}"
    ]
    assert facts["Sign-in name"] == "amina"
    assert facts["Asked for by"].startswith("Clara Tamm")
    assert facts["Why a new sheet"] == "The phone with the app is lost or does not work"
    assert facts["Explanation"] == "Stolen on the bus."
    assert (answer.status_code, answer.location) == (303, "/en/access/")
    assert state_of(session, asked) is SheetState.APPROVED


def test_then_the_one_who_asked_makes_it_once(approved, enter, cast, session):
    client = enter(cast.clara)

    ready = read(client.get(f"/en/access/sheets/{approved.id}"))
    made = client.post(ready.buttons["Make the code sheet"])
    again = client.post(ready.buttons["Make the code sheet"])

    assert len(re.findall(CODE, made.text)) == 10
    assert "The old sheet does not work any more." in made.text
    assert made.headers["Cache-Control"] == "no-store"
    assert (again.status_code, re.findall(CODE, again.text)) == (409, [])
    assert re.findall(CODE, client.get(f"/en/access/sheets/{approved.id}").text) == []
    assert sheets_of(session, cast.amina) == 1


def test_a_refusal_is_read_by_the_one_who_asked(asked, enter, cast, session):
    client = enter(cast.kalle)

    empty = client.post(f"/en/access/sheets/{asked.id}/refuse", data={"words": " "})
    answer = client.post(f"/en/access/sheets/{asked.id}/refuse", data={"words": "Let us call her first."})

    page = read(enter(cast.clara).get(f"/en/access/sheets/{asked.id}"))
    assert (empty.status_code, answer.status_code) == (422, 303)
    assert page.facts["Why it is not approved"] == "Let us call her first."
    assert "Make the code sheet" not in page.buttons


def test_nobody_approves_or_refuses_their_own(asked, enter, cast, session):
    client = enter(cast.clara)

    answers = [
        client.post(f"/en/access/sheets/{asked.id}/approve"),
        client.post(f"/en/access/sheets/{asked.id}/refuse", data={"words": "No"}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "You asked for this yourself." in answers[0].text
    assert state_of(session, asked) is SheetState.ASKED
    assert "Approve" not in read(client.get(f"/en/access/sheets/{asked.id}")).buttons


def test_a_colleague_makes_no_sheet_that_another_asked_for(approved, enter, cast, session):
    for who in (cast.kalle, cast.aino):
        assert enter(who).post(f"/en/access/sheets/{approved.id}/print").status_code == 404
    assert state_of(session, approved) is SheetState.APPROVED


def test_a_sheet_that_is_decided_does_not_exist_for_third_persons(approved, enter, cast):
    assert enter(cast.aino).get(f"/en/access/sheets/{approved.id}").status_code == 404
    assert enter(cast.aino).get("/en/access/sheets/1").status_code == 404


# --- Who gets in ---


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_for_everybody_but_counsellors_there_are_no_sheets(asked, enter, cast, session, who):
    client, place = enter(getattr(cast, who)), f"/en/access/sheets/{asked.id}"

    statuses = [client.get(NEW).status_code, client.get(place).status_code] + [
        client.post(address, data=FIRST).status_code
        for address in (NEW, f"{place}/approve", f"{place}/refuse", f"{place}/print")
    ]

    assert statuses == [404] * 6
    assert state_of(session, asked) is SheetState.ASKED


def test_a_stranger_is_asked_to_sign_in(asked, client):
    answers = [client.get(NEW), client.post(NEW, data=FIRST), client.get(f"/en/access/sheets/{asked.id}")]

    assert [answer.status_code for answer in answers] == [303] * 3
    assert {answer.location.partition("?")[0] for answer in answers} == {"/en/sign-in"}


@pytest.mark.parametrize("verb", ["approve", "print"])
def test_approving_and_making_need_a_factor_shown_a_short_time_ago(
    approved, asked, enter, cast, session, verb
):
    client = enter(cast.clara)
    session.execute(update(SignIn).values(fresh_at=None))
    session.commit()

    page = client.post(f"/en/access/sheets/{approved.id}/{verb}")

    assert read(page).heading == "Is it you?"
    assert state_of(session, approved) is SheetState.APPROVED


def test_a_first_sheet_needs_one_too_and_what_was_typed_is_carried_on(bakhyt, enter, cast, session):
    client = enter(cast.clara)
    session.execute(update(SignIn).values(fresh_at=None))
    session.commit()

    page = client.post(NEW, data=FIRST)

    assert read(page).heading == "Is it you?"
    assert '<input type="hidden" name="person" value="bakhyt-4729">' in page.text
    assert sheets_of(session, bakhyt) == 0


# --- At the door ---


def half_in(client, name: str = "Bakhyt"):
    """Registered, and at the set-up page; the answer is the page about codes on paper."""
    client.post("/en/register", data={"name": name, "password": PASSWORD, "repeated": PASSWORD})
    return client.get(read(client.get("/en/sign-in/set-up")).links["I have no smartphone"])


def test_who_has_no_smartphone_reads_what_to_tell_the_counsellor(client, session):
    page = half_in(client)

    login = session.scalars(select(Account)).one().login
    assert page.status_code == 200
    assert read(page).heading == "Codes on paper"
    assert f'<code class="key big" translate="no">{login}</code>' in page.text


def test_who_goes_on_too_early_is_told_so_and_afterwards_is_asked_for_a_code(client, cast, session):
    go_on = read(half_in(client)).links["I have my sheet"]
    early = client.get(go_on)
    bakhyt = session.scalars(select(Account).where(Account.role == Role.MIGRANT)).one()
    sheets.make_codes(session, sheets.ask(session, bakhyt, Identity.DOCUMENT, by=cast.clara), by=cast.clara)
    session.commit()

    then = client.get(go_on)

    assert "Your sheet is not made yet" in early.text
    assert (then.status_code, then.location) == (303, "/en/sign-in/code")
    assert "Type the next code from your sheet." in client.get(then.location).text


def test_a_stranger_and_staff_find_no_page_about_paper(client, app, cast):
    cast.account(Role.COUNSELLOR, "new@example.org", has_app=False)
    staff = app.test_client()
    staff.post("/en/sign-in", data={"login": "new@example.org", "password": PASSWORD})

    assert client.get("/en/sign-in/sheet").location == "/en/sign-in"
    assert staff.get("/en/sign-in/sheet").status_code == 404
    assert "I have no smartphone" not in staff.get("/en/sign-in/set-up").text


def test_who_has_an_app_and_a_sheet_is_asked_for_the_app_first(client, cast, session):
    factors.new_paper(session, cast.amina, FactorKind.SHEET, by=cast.clara)
    session.commit()
    client.post("/en/sign-in", data={"login": "amina", "password": PASSWORD})

    page = client.get("/en/sign-in/code").text

    assert "Open your authenticator app" in page
    assert "Type the next code from your sheet." not in page
