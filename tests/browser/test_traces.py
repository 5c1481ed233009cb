"""What is left on a phone after somebody left, signed out, or was away for long; with scripts and without."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import delete, select, update

from portal.db import now
from portal.domain.access import held
from portal.domain.access.sign_in import IDLE, WARNED, SignIn
from portal.domain.applying import application
from portal.domain.applying.application import Question
from portal.domain.cases import CaseState
from tests.browser.conftest import PHONE
from tests.browser.test_upload import NEW, SEND, _choose, _slow_line
from tests.browsers import signed_cookie
from tests.samples import photo

pytestmark = pytest.mark.browser

NEUTRAL = "https://www.ilmateenistus.ee/"
FIRST, NAME, HISTORY = "/en/my/", "/en/my/application/name", "/en/my/history"
HERS = {"given_names": "Zarnigor", "family_name": "Qosimova"}
STORED = """async () => ({
  local: {...localStorage}, session: {...sessionStorage},
  databases: (await indexedDB.databases()).map((one) => one.name), caches: await caches.keys(),
})"""
FASTER = 300
"""How many times as fast an animation's delay passes: 12 minutes in two seconds and a half."""


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def has_scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def case(cast, session):
    """Amina's draft with a name in it; the phone is her own."""
    case = cast.case(CaseState.DRAFT)
    cast.amina.shares_phone = False
    application.answer(session, case, Question.NAME, HERS, by=cast.amina)
    session.commit()
    return case


@pytest.fixture
def words(case) -> set[str]:
    """What nobody may find afterwards."""
    return {case.reference, *HERS.values()}


@pytest.fixture
def amina(open_browser, portal, cast, session, case) -> Callable[..., Page]:
    """amina(): her phone, on which she has looked at several pages; the neutral site is a stub."""

    def amina(*, has_scripts: bool = True, ways: tuple[str, ...] = (FIRST, HISTORY, NAME)) -> Page:
        page: Page = open_browser(**PHONE, java_script_enabled=has_scripts)
        page.context.route(f"{NEUTRAL}**", _weather)
        page.context.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        cookie = signed_cookie(portal.app, session, cast.amina)
        page.context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])
        for path in ways:
            page.goto(portal.url + path)
        return page

    return amina


def _weather(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<!doctype html><title>Weather</title><h1>Weather</h1>")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def wait_for(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until the portal has done it."""
    for _ in range(300):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen in time")


def is_signed_out(session) -> bool:
    session.rollback()
    are_all_gone = session.scalars(select(SignIn)).all() == []
    session.rollback()  # or the portal waits for this transaction, and this one for the portal
    return are_all_gone


def let_rest(session, seconds: float) -> None:
    """So much of the time of rest is left, as if nothing had happened before."""
    seen_at = now() - IDLE + timedelta(seconds=seconds)
    session.rollback()
    session.execute(update(SignIn).values(seen_at=seen_at))
    session.commit()


def said_going_back(page: Page, words: set[str]) -> dict[str, set[str]]:
    """Which of the words are found on the pages that Back leads to, by address."""
    found = {}
    for _ in range(5):
        if page.go_back() is None:
            break
        page.wait_for_load_state()
        seen = page.content() + page.title() + page.url
        found[page.url] = {word for word in words if word in seen}
    return found


# --- Leave quickly ----------------------------------------------------------------------------------


def test_back_shows_no_word_of_the_case_after_leaving(amina, has_scripts, session, words):
    page = amina(has_scripts=has_scripts)
    assert words - {word for word in words if word in page.content()} == {page_reference(words)}

    press(page, "Leave quickly")

    page.wait_for_url(NEUTRAL)
    wait_for(page, lambda: is_signed_out(session))
    found = said_going_back(page, words)
    assert len(found) > 1
    assert set().union(*found.values()) == set()
    assert page.get_by_role("heading", name="History").count() == 0


def page_reference(words: set[str]) -> str:
    return next(word for word in words if word.startswith("AVR-"))


def test_the_page_one_leaves_is_no_longer_in_the_history(amina, has_scripts, session):
    page = amina(has_scripts=has_scripts, ways=(FIRST, NAME))

    press(page, "Leave quickly")
    page.wait_for_url(NEUTRAL)
    wait_for(page, lambda: is_signed_out(session))
    page.go_back()

    left = HISTORY if has_scripts else NAME
    assert ("/leave" in page.url, "/en/sign-in?next=" in page.url, left in page.url) == (
        False,
        True,
        not has_scripts,
    )


def test_leaving_does_not_wait_for_a_line_that_is_dead(amina):
    page = amina()
    page.context.route("**/leave", lambda route: None)

    press(page, "Leave quickly")

    page.wait_for_url(NEUTRAL)


def test_shift_three_times_leaves(amina, session):
    page = amina()

    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(page.get_by_text("Press Shift 1 more time to leave")).to_be_visible()
    page.keyboard.press("Shift")

    page.wait_for_url(NEUTRAL)
    wait_for(page, lambda: is_signed_out(session))


def test_writing_capital_letters_does_not_leave(amina, portal):
    page = amina()
    page.get_by_role("textbox", name="First names").fill("")

    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    for _ in range(3):
        page.keyboard.press("Shift")
        page.keyboard.press("x")
    for _ in range(4):
        page.keyboard.press("Alt+Shift")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.mouse.click(5, 300)
    page.keyboard.press("Shift")

    expect(page.get_by_role("textbox", name="First names")).to_have_value("ABCDxxx")
    assert page.url == portal.url + NAME


def test_shift_three_times_but_slowly_does_not_leave(amina, portal):
    page = amina()

    for _ in range(3):
        page.keyboard.press("Shift")
        page.wait_for_timeout(2200)

    assert page.url == portal.url + NAME


def test_half_way_in_the_button_leads_out_as_well(open_browser, portal, cast, session, has_scripts):
    login = cast.amina.login
    session.commit()
    page = open_browser(**PHONE, java_script_enabled=has_scripts)
    page.context.route(f"{NEUTRAL}**", _weather)
    page.goto(f"{portal.url}/en/sign-in")
    page.get_by_role("textbox", name="Sign-in name").fill(login)
    page.get_by_label("Password").fill("correct horse battery")
    press(page, "Go on")
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()

    press(page, "Leave quickly")

    page.wait_for_url(NEUTRAL)
    wait_for(page, lambda: is_signed_out(session))


def test_a_page_that_the_browser_kept_as_it_was_is_not_shown_again(amina, portal, session):
    page = amina()
    session.execute(delete(SignIn))
    session.commit()

    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

    page.wait_for_url(f"{portal.url}/en/sign-in?next={NAME}")


# --- Signing out ------------------------------------------------------------------------------------


def test_back_shows_no_word_of_the_case_after_signing_out(amina, has_scripts, portal, session, words):
    page = amina(has_scripts=has_scripts)

    press(page, "Sign out")

    page.wait_for_url(f"{portal.url}/en/")
    assert is_signed_out(session)
    found = said_going_back(page, words)
    assert len(found) > 1
    assert set().union(*found.values()) == set()


# --- The time of rest -------------------------------------------------------------------------------


def test_a_page_left_open_says_when_its_time_is_nearly_over_and_ends_with_it(amina, portal, session, words):
    page = amina()
    page.clock.install()
    page.goto(portal.url + HISTORY)
    let_rest(session, 0)

    page.clock.fast_forward((IDLE - WARNED).total_seconds() * 1000 + 3000)
    expect(page.get_by_role("alertdialog", name="Are you still there?")).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    page.clock.fast_forward(WARNED.total_seconds() * 1000 + 1000)

    page.wait_for_url(f"{portal.url}/en/sign-in?next={HISTORY}")
    expect(page.get_by_text("You were signed out because nothing happened")).to_be_visible()
    found = said_going_back(page, words)
    assert set().union(*found.values()) == set()


def test_who_stays_keeps_what_is_typed_and_has_the_whole_time_again(amina, portal, session):
    page = amina()
    page.clock.install()
    page.goto(portal.url + NAME)
    page.get_by_role("textbox", name="First names").fill("Dilnoza")
    let_rest(session, 100)
    page.clock.fast_forward(13 * 60_000 + 3000)

    press(page, "Stay signed in")

    expect(page.get_by_role("alertdialog")).to_be_hidden()
    expect(page.get_by_role("textbox", name="First names")).to_have_value("Dilnoza")
    session.rollback()
    assert session.scalars(select(SignIn)).one().seen_at > now() - timedelta(seconds=30)
    page.clock.fast_forward(12 * 60_000)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.fast_forward(70_000)
    expect(page.get_by_role("alertdialog")).to_be_visible()


def test_escape_is_to_stay(amina, portal):
    page = amina()
    page.clock.install()
    page.goto(portal.url + HISTORY)
    page.clock.fast_forward(13 * 60_000 + 3000)
    expect(page.get_by_role("alertdialog")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_from_the_warning_one_can_leave_too(amina, portal):
    page = amina()
    page.clock.install()
    page.goto(portal.url + HISTORY)
    page.clock.fast_forward(13 * 60_000 + 3000)

    page.get_by_role("alertdialog").get_by_role("button", name="Leave quickly").click()

    page.wait_for_url(NEUTRAL)


def test_what_was_typed_is_kept_before_the_time_is_over(amina, portal, session, cast):
    page = amina()
    page.clock.install()
    page.goto(portal.url + NAME)
    page.get_by_role("textbox", name="First names").fill("Dilnoza")
    page.clock.fast_forward(13 * 60_000 + 3000)
    page.get_by_role("alertdialog").wait_for()
    page.keyboard.press("Tab")
    let_rest(session, 0)

    page.clock.fast_forward(WARNED.total_seconds() * 1000 + 1000)

    page.wait_for_url(f"{portal.url}/en/sign-in?next={NAME}")
    expect(page.get_by_text("We kept what you wrote.")).to_be_visible()
    session.rollback()
    kept = dict(held.held(session, cast.amina, "my/application/name") or [])
    assert kept["given_names"] == "Dilnoza"


def test_a_page_that_nobody_touched_is_not_kept(amina, portal, session, cast):
    page = amina()
    page.clock.install()
    page.goto(portal.url + NAME)
    let_rest(session, 0)

    page.clock.fast_forward(IDLE.total_seconds() * 1000 + 3000)

    page.wait_for_url(f"{portal.url}/en/sign-in?next={NAME}")
    session.rollback()
    assert held.held(session, cast.amina, "my/application/name") is None


def test_a_page_in_use_keeps_another_one_open(amina, portal):
    page = amina(ways=(HISTORY,))
    page.clock.install()
    page.goto(portal.url + HISTORY)
    page.clock.fast_forward(13 * 60_000 + 3000)
    page.get_by_role("alertdialog").wait_for()

    other = page.context.new_page()
    other.goto(portal.url + FIRST)

    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_the_end_of_twelve_hours_is_told_and_cannot_be_put_off(amina, portal, session):
    page = amina()
    session.execute(update(SignIn).values(ends_at=now() + timedelta(minutes=5)))
    session.commit()
    page.clock.install()
    page.goto(portal.url + HISTORY)
    page.clock.fast_forward(3 * 60_000 + 5000)

    expect(page.get_by_text("You have been signed in for 12 hours.")).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    press(page, "I understand")
    session.execute(update(SignIn).values(ends_at=now()))
    session.commit()
    page.clock.fast_forward(2 * 60_000)

    page.wait_for_url(f"{portal.url}/en/sign-in?next={HISTORY}")


# --- The same without a script ----------------------------------------------------------------------


def hurry(page: Page, *, until: Locator) -> None:
    """Let the delays of animations pass faster, until something is seen."""
    line = page.context.new_cdp_session(page)
    line.send("Animation.enable")
    line.send("Animation.setPlaybackRate", {"playbackRate": FASTER})
    until.wait_for()
    line.send("Animation.setPlaybackRate", {"playbackRate": 0})


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_without_a_script_the_warning_comes_and_staying_leaves_the_page_as_it_is(
    amina, portal, session, motion
):
    page = amina(has_scripts=False)
    page.emulate_media(reduced_motion=motion)
    expect(page.get_by_role("textbox", name="First names")).to_be_visible()
    expect(page.get_by_text("Are you still there?")).to_be_hidden()
    page.get_by_role("textbox", name="First names").fill("Dilnoza")
    let_rest(session, 100)

    hurry(page, until=page.get_by_role("button", name="Stay signed in"))
    with page.context.expect_page() as opened:
        press(page, "Stay signed in")

    expect(opened.value.get_by_role("heading", name="You stay signed in")).to_be_visible()
    session.rollback()
    assert session.scalars(select(SignIn)).one().seen_at > now() - timedelta(seconds=30)
    assert page.url == portal.url + NAME
    assert page.locator("[name=given_names]").input_value() == "Dilnoza"


def test_without_a_script_what_was_typed_is_out_of_sight_afterwards_and_kept(amina, portal, session, cast):
    page = amina(has_scripts=False)
    page.get_by_role("textbox", name="First names").fill("Dilnoza")
    let_rest(session, 0)

    hurry(page, until=page.get_by_role("heading", name="This page is closed for your safety"))
    expect(page.get_by_role("textbox", name="First names")).to_be_hidden()
    press(page, "Go on")

    expect(page.get_by_text("We kept what you wrote.")).to_be_visible()
    session.rollback()
    kept = dict(held.held(session, cast.amina, "my/application/name") or [])
    assert kept["given_names"] == "Dilnoza"


def test_without_a_script_another_form_is_out_of_sight_and_not_lost(amina, portal):
    page = amina(has_scripts=False, ways=("/en/account/password",))
    field = page.get_by_label("New password", exact=True)
    field.fill("a quiet river")

    hurry(page, until=page.get_by_role("link", name="Show the page"))
    expect(field).to_be_hidden()
    page.get_by_role("link", name="Show the page").click()

    expect(field).to_have_value("a quiet river")


def test_without_a_script_any_page_is_out_of_sight_when_its_time_is_over(amina):
    page = amina(has_scripts=False, ways=(HISTORY,))
    expect(page.get_by_role("heading", name="History")).to_be_visible()

    hurry(page, until=page.get_by_role("heading", name="This page is closed for your safety"))

    expect(page.get_by_role("heading", name="History")).to_be_hidden()
    expect(page.get_by_role("button", name="Leave quickly")).to_have_count(1)


def test_without_a_script_a_page_goes_to_the_door_by_itself(amina, portal, session, words):
    page = amina(has_scripts=False)
    session.execute(update(SignIn).values(ends_at=now() + timedelta(seconds=2)))
    session.commit()
    page.goto(portal.url + HISTORY)

    page.wait_for_url(f"{portal.url}/en/sign-in?next={HISTORY}", timeout=15_000)

    found = said_going_back(page, words)
    assert set().union(*found.values()) == set()


# --- What the browser keeps -------------------------------------------------------------------------


def test_after_a_whole_journey_the_browser_holds_nothing_of_hers(amina, portal, words, tmp_path: Path):
    file = tmp_path / "Qosimova passport.png"
    file.write_bytes(photo(side=820, kind="PNG"))
    page = amina(ways=(FIRST, HISTORY, NAME, "/en/my/application/", "/en/my/documents", "/en/account/", NEW))
    _slow_line(page)
    _choose(page, file)
    page.click(SEND)
    wait_for(page, lambda: page.evaluate("localStorage.length") == 1)

    stored = page.evaluate(STORED)

    assert {name: bool(held) for name, held in stored.items()} == {
        "local": True,
        "session": False,
        "databases": False,
        "caches": False,
    }
    assert [re.sub(r"\d+", "1", key) for key in stored["local"]] == ["upload-1"]
    assert re.fullmatch(r"\d+ /uploads/[\w-]+", *stored["local"].values())
    assert "passport" not in page.title() + page.url
    assert {word for word in words if word in page.title() + page.url} == set()
    press(page, "Leave quickly")
    page.wait_for_url(NEUTRAL)


def test_leaving_clears_what_was_stored(amina, portal, session):
    page = amina()
    page.evaluate("localStorage.setItem('upload-1', '1 /uploads/x')")

    press(page, "Leave quickly")
    page.wait_for_url(NEUTRAL)
    wait_for(page, lambda: is_signed_out(session))
    page.goto(f"{portal.url}/en/")

    wait_for(page, lambda: page.evaluate("localStorage.length") == 0)
    assert page.context.cookies(portal.url) == []
