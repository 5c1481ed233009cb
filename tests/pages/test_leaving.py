"""Leaving quickly, staying signed in, and what a page says and does before its time is over."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select, text

from portal.db import clock_turned, now
from portal.domain.access import held
from portal.domain.access.sign_in import IDLE, IDLE_SHARED, WARNED, WHOLE, SignIn
from portal.domain.cases import CaseState
from portal.domain.journal import Event
from portal.domain.permissions import Act
from tests.browser.walking import kind, read
from tests.cast import PASSWORD

NEUTRAL = "https://www.ilmateenistus.ee/"
NAME = "/en/my/application/name"
TYPED = {"given_names": "Амина", "family_name": "Юсупова"}


@pytest.fixture
def amina(cast, enter):
    """Amina's browser; she has begun an application."""
    cast.case(CaseState.DRAFT)
    return enter(cast.amina)


@pytest.fixture
def half_way(client, cast):
    """A browser in which Amina has shown her password only."""
    client.post("/en/sign-in", data={"login": cast.amina.login, "password": PASSWORD})
    return client


def sign_ins(session):
    session.rollback()
    return session.scalars(select(SignIn)).all()


def times(page):
    """What the page knows of its time: seconds by name."""
    return {name: int(number) for name, number in re.findall(r'data-(left|ends|whole|warned)="(\d+)"', page)}


def after(page):
    """Seconds until the page goes on by itself, and where it goes; None for one that stays."""
    found = re.search(r'<noscript><meta http-equiv="refresh" content="(\d+); url=([^"]+)">', page)
    return found and (int(found[1]), unescape(found[2]))


# --- Leave quickly ----------------------------------------------------------------------------------


def test_leaving_ends_the_sign_in_and_leads_to_a_page_that_says_nothing_of_us(amina, session):
    answer = amina.post("/en/leave")

    assert answer.status_code == 200
    assert f'<meta http-equiv="refresh" content="0; url={NEUTRAL}">' in answer.text
    assert re.sub(r"<[^>]*>", " ", answer.text).split() == ["ilmateenistus.ee", "ilmateenistus.ee"]
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert amina.get_cookie("kodutee") is None
    assert sign_ins(session) == []
    assert amina.get("/en/my/").location == "/en/sign-in?next=/en/my/"


def test_a_stolen_cookie_is_worth_nothing_afterwards(amina):
    cookie = amina.get_cookie("kodutee").value
    amina.post("/en/leave")
    amina.set_cookie("kodutee", cookie)

    assert amina.get("/en/my/").status_code == 303


def test_it_is_written_down_like_signing_out(amina, session):
    amina.post("/en/leave")

    session.rollback()
    assert session.scalar(select(func.count()).where(Event.act == Act.ACCOUNT_SIGN_OUT)) == 1


def test_who_is_half_way_in_leaves_as_well(half_way, session):
    page = half_way.get("/en/sign-in/code").text

    answer = half_way.post("/en/leave")

    assert 'action="/en/leave"' in page
    assert answer.status_code == 200
    assert sign_ins(session) == []
    assert half_way.get("/en/sign-in/code").location == "/en/sign-in"


def test_the_page_that_hands_out_a_key_has_the_button(client):
    client.post("/en/register", data={"name": "maria", "password": PASSWORD, "repeated": PASSWORD})

    assert 'action="/en/leave"' in client.get("/en/sign-in/set-up").text


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros", "mart", "olga"])
def test_everybody_has_the_button_on_every_page(cast, enter, who):
    cast.case(CaseState.REINTEGRATION)
    browser, pages = enter(getattr(cast, who)), {}

    for path, words in read(browser, browser.get("/en/sign-in").location, ("/en/",), set()):
        pages[path] = words.count('<form method="post" action="/en/leave"')

    assert len(pages) > 5
    assert {path: number for path, number in pages.items() if number != 1} == {}


def test_who_was_signed_out_meanwhile_leaves_all_the_same(amina):
    with clock_turned(IDLE + timedelta(minutes=1)):
        answer = amina.post("/en/leave")

    assert (answer.status_code, NEUTRAL in answer.text) == (200, True)


def test_a_stranger_leaves_too(client):
    assert client.post("/en/leave").status_code == 200


def test_it_needs_no_form_token_so_that_an_old_page_lets_people_out(app, amina, session):
    app.config["WTF_CSRF_ENABLED"] = True

    assert amina.post("/en/leave", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert sign_ins(session) == []


@pytest.mark.parametrize("place", ["cross-site", "same-site"])
def test_a_foreign_page_makes_nobody_leave(amina, session, place):
    answer = amina.post("/en/leave", headers={"Sec-Fetch-Site": place})

    assert answer.status_code == 400
    assert len(sign_ins(session)) == 1


def test_following_a_link_makes_nobody_leave(amina):
    assert amina.get("/en/leave").status_code == 405


def test_the_way_out_is_open_when_the_database_is_not(amina, session):
    session.execute(text("ALTER TABLE sign_ins RENAME TO gone"))
    session.commit()

    answer = amina.post("/en/leave")

    assert (answer.status_code, NEUTRAL in answer.text) == (200, True)
    assert amina.get_cookie("kodutee") is None


# --- The time of a page -----------------------------------------------------------------------------


def test_a_page_knows_its_time(cast, enter):
    cast.case()
    cast.amina.shares_phone = False
    page = enter(cast.amina).get("/en/my/history").text
    left = times(page)

    assert left["whole"] == IDLE.total_seconds()
    assert left["warned"] == WARNED.total_seconds()
    assert IDLE.total_seconds() - 5 <= left["left"] <= IDLE.total_seconds()
    assert WHOLE.total_seconds() - 5 <= left["ends"] <= WHOLE.total_seconds()
    assert after(page) == (left["left"] + 5, "/en/rested?next=/en/my/history")


def test_on_a_shared_phone_the_time_is_shorter(amina):
    page = amina.get("/en/my/").text

    assert times(page)["whole"] == IDLE_SHARED.total_seconds()
    assert re.search(r'<body[^>]* class="rests shared"', page)


def test_a_page_with_a_form_does_not_throw_away_what_is_typed(amina):
    question, password = amina.get(NAME).text, amina.get("/en/account/password").text

    assert (after(question), after(password)) == (None, None)
    assert '<button class="button" form="answers">Go on</button>' in question
    assert "What you wrote is kept for you." in question
    assert "Send what you wrote before that, or it is lost." in password


def test_the_last_minutes_of_twelve_hours_are_told_with_their_time(amina, session):
    row = sign_ins(session)[0]
    row.ends_at = now() + timedelta(minutes=9)
    session.commit()

    page = amina.get("/en/my/").text

    assert "because 12 hours are over" in page
    assert times(page)["left"] <= 9 * 60
    assert re.search(r'<body[^>]* class="rests shared ending"', page)


def test_staying_begins_the_time_anew_at_once(amina, session):
    with clock_turned(timedelta(seconds=40)):
        answer = amina.post("/en/account/stay")
    seen_at = sign_ins(session)[0].seen_at

    assert answer.status_code == 200
    assert "You stay signed in" in answer.text
    assert seen_at > now() + timedelta(seconds=30)


def test_a_script_that_asks_to_stay_gets_no_page(amina):
    answer = amina.post("/en/account/stay", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.data) == (204, b"")


def test_who_asks_too_late_is_sent_to_the_door(amina):
    with clock_turned(IDLE + timedelta(minutes=1)):
        without, with_script = (
            amina.post("/en/account/stay", headers=headers) for headers in ({}, {"HX-Request": "true"})
        )

    assert (without.status_code, without.location) == (303, "/en/sign-in")
    assert (with_script.status_code, with_script.headers["HX-Redirect"]) == (204, "/en/sign-in")


def test_a_page_whose_time_is_over_leads_to_signing_in_and_back(amina):
    with clock_turned(IDLE + timedelta(minutes=1)):
        answer = amina.get("/en/rested?next=/en/my/history")
        page = amina.get(answer.location).text

    assert answer.location == "/en/sign-in?next=/en/my/history"
    assert page.count("You were signed out because nothing happened for a while.") == 1


def test_a_page_left_open_beside_one_in_use_is_closed_and_can_be_opened_again(amina):
    page = amina.get("/en/rested?next=/en/my/history").text

    assert "You are still signed in." in page
    assert 'class="button" href="/en/my/history"' in page


@pytest.mark.parametrize("address", ["//example.org", "https://example.org", "javascript:1"])
def test_it_leads_to_no_other_site(amina, address):
    assert 'class="button" href="/en/my/"' in amina.get("/en/rested", query_string={"next": address}).text


@pytest.mark.parametrize(
    ("method", "address", "headers"),
    [
        ("GET", "/en/rested?next=/en/my/", {}),
        ("GET", "/en/my/documents?checking=1", {"HX-Request": "true"}),
        ("POST", NAME, {"Only-Keep": "yes"}),
    ],
)
def test_what_a_page_asks_by_itself_is_no_sign_of_life(amina, session, method, address, headers):
    before = sign_ins(session)[0].seen_at
    session.rollback()

    with clock_turned(timedelta(minutes=5)):
        answer = amina.open(address, method=method, headers=headers, data=TYPED if method == "POST" else None)

    assert answer.status_code in (200, 204)
    assert sign_ins(session)[0].seen_at == before


# --- What was typed is kept before the time is over -------------------------------------------------


def kept(session, cast):
    session.rollback()
    return held.held(session, cast.amina, "my/application/name")


def test_a_form_that_is_only_to_be_kept_is_not_saved(amina, cast, session):
    answer = amina.post(NAME, data=TYPED, headers={"Only-Keep": "yes"})

    assert (answer.status_code, answer.data) == (204, b"")
    assert kept(session, cast) == list(TYPED.items())
    assert "We kept what you wrote. Check it and save it." in amina.get(NAME).text


def test_when_the_time_is_over_it_is_kept_and_told_at_the_door(amina, cast, session):
    with clock_turned(IDLE + timedelta(minutes=1)):
        answer = amina.post(NAME, data=TYPED, headers={"Only-Keep": "yes"})
        page = amina.get(amina.get(f"/en/rested?next={NAME}").location).text

    assert answer.status_code == 204
    assert kept(session, cast) == list(TYPED.items())
    assert "You were signed out because nothing happened for a while." in page
    assert "We kept what you wrote." in page


def test_no_other_page_does_anything_when_it_is_only_to_be_kept(amina):
    answer = amina.post("/en/my/stop", headers={"Only-Keep": "yes"})

    assert answer.status_code == 204
    assert "Stop my application" in amina.get("/en/my/").text


# --- A shared phone, and what a tab shows -----------------------------------------------------------


def test_on_a_shared_phone_nothing_typed_is_remembered(amina):
    name, birth = amina.get(NAME).text, amina.get("/en/my/application/birth").text

    assert set(re.findall(r'autocomplete="([^"]*)"', name + birth)) == {"off"}


def test_on_a_phone_of_ones_own_the_browser_may_help(cast, enter):
    cast.case()
    cast.amina.shares_phone = False

    page = enter(cast.amina).get(NAME).text

    # What browsers have no word for is off for everybody: a name in its own letters.
    assert set(re.findall(r'autocomplete="([^"]*)"', page)) == {"given-name", "family-name", "off"}


def test_passwords_and_codes_may_be_filled_in_on_every_phone(amina, half_way):
    pages = [
        amina.get("/en/account/password").text,
        amina.get("/en/account/confirm").text,
        half_way.get("/en/sign-in/code").text,
    ]

    assert [set(re.findall(r'autocomplete="([^"]*)"', page)) for page in pages] == [
        {"on", "username", "current-password", "new-password"},
        {"on", "one-time-code", "off"},  # off: a code on paper, in a field of its own
        {"one-time-code"},
    ]


SAYS_TOO_MUCH = re.compile(
    r"return|reintegr|travel|journey|asylum|police|grant|partner|programme|migra|home|avrr|avr-|varre"
    r"|tagasi|reis|varjupai|politsei|toetus|programm|ränd|kodu"
    r"|возвра|реинтегр|поезд|путеш|убежищ|полици|грант|партн[её]р|программ|мигра|домой|ппдвр",
    re.IGNORECASE,
)
STATES = [CaseState.DRAFT, CaseState.NEEDS_INFO, CaseState.NOT_ELIGIBLE, CaseState.REINTEGRATION]


@pytest.mark.parametrize("state", [None, *STATES])
def test_no_tab_says_what_the_case_is_about(cast, enter, state):
    if state:
        cast.case(state)
    browser, titles = enter(cast.amina), {}

    for path, words in read(browser, "/en/my/", ("/en/my/", "/en/account/"), set()):
        for language in ("en", "et", "ru"):
            page = words if language == "en" else browser.get(path.replace("/en/", f"/{language}/", 1)).text
            titles[language, path] = re.search("<title>(.*?)</title>", page, re.DOTALL)[1]
            assert "icons/plain" in page

    assert len(titles) > 9
    assert {where: title for where, title in titles.items() if SAYS_TOO_MUCH.search(title)} == {}


def test_each_kind_of_page_has_a_title_of_its_own(cast, enter):
    cast.case(CaseState.REINTEGRATION)
    browser, titles = enter(cast.amina), {}

    for path, words in read(browser, "/en/my/", ("/en/my/",), set()):
        # For a step of the plan it is the same page.
        titles[kind(path).rstrip("/")] = re.search("<title>(.*?)</title>", words, re.DOTALL)[1]

    assert len(set(titles.values())) == len(titles)


def test_the_page_about_traces_is_one_link_away(amina):
    assert 'href="/en/programme/traces"' in amina.get("/en/my/").text
