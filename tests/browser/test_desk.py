"""Thirty new cases taken from the list, by keyboard and on a phone; and a note that is being written."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from benchmarks.seeding import people, seed
from portal.db import now
from portal.domain.access.sign_in import IDLE, SignIn
from portal.domain.cases import Case, CaseState
from portal.domain.desk.lines import Line
from tests.browser.conftest import DESK, PHONE
from tests.browsers import signed_cookie

pytestmark = pytest.mark.browser

NEW = 30
CUT_WORDS = r"""() => {
  const found = [];
  const texts = document.createTreeWalker(document.querySelector("table"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest(".hidden-words")) continue;
    for (const word of text.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
"""The words of a table that do not stand in one line."""


@pytest.fixture
def thirty(cast, session) -> int:
    """Thirty new cases on everybody's desk, and none on Clara's; her number."""
    number = cast.clara.id
    session.commit()
    seed(session.get_bind(), people.Scale(cases=NEW, events=1, all_new=True, first_counsellor=number))
    return number


def enter_as_clara(page: Page, portal, session, cast) -> None:
    """Clara is signed in here."""
    cookie = signed_cookie(portal.app, session, cast.clara)
    name = portal.app.config["SESSION_COOKIE_NAME"]
    page.context.add_cookies([{"name": name, "value": cookie, "url": portal.url}])


def open_list(page: Page, portal, session, cast) -> None:
    """Clara in front of the new cases."""
    enter_as_clara(page, portal, session, cast)
    page.goto(f"{portal.url}/en/counsellor/?pile=unassigned")
    expect(page.locator("#list .case-link")).to_have_count(NEW)


def taken_by(session, number: int) -> tuple[int, int]:
    """How many cases this counsellor has, in the file and on the desk."""
    mine = select(func.count()).where(Case.counsellor_id == number, Case.state == CaseState.IN_REVIEW)
    lines = select(func.count()).where(Line.counsellor == number, Line.state == CaseState.IN_REVIEW)
    return session.scalar(mine), session.scalar(lines)


def test_thirty_cases_worked_off_by_keyboard(portal, open_browser, session, cast, thirty):
    page = open_browser(**DESK)
    open_list(page, portal, session, cast)
    links = page.locator("#list .case-link")

    # Outside the list the letters do nothing.
    page.keyboard.press("a")
    expect(links).to_have_count(NEW)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the list")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(links.first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(links.nth(2)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(links.first).to_be_focused()

    # Back from a case one stands where it stands.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Back to the list").press("Enter")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    for left in range(NEW - 1, 0, -1):
        page.keyboard.press("a")
        expect(links).to_have_count(left)
        expect(links.first).to_be_focused()
        expect(page.get_by_role("status").filter(has_text="is your case now.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take this case")).to_be_visible()
    page.get_by_role("button", name="Take this case").press("Enter")
    expect(page.get_by_text("This is your case now.")).to_be_visible()

    session.rollback()
    assert taken_by(session, thirty) == (NEW, NEW)


def test_thirty_cases_worked_off_on_a_phone(portal, open_browser, session, cast, thirty):
    page = open_browser(**PHONE)
    open_list(page, portal, session, cast)

    for left in range(NEW - 1, -1, -1):
        page.get_by_role("button", name="Take this case").first.tap()
        expect(page.locator("#list .case-link")).to_have_count(left)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    session.rollback()
    assert taken_by(session, thirty) == (NEW, NEW)


def test_the_list_changes_by_itself_and_keeps_the_focus(portal, open_browser, session, cast, thirty):
    page = open_browser(**DESK)
    page.clock.install()
    open_list(page, portal, session, cast)
    assert page.evaluate("scrollY") == 0
    last = page.locator("#list .case-link").last
    name = last.get_attribute("id")
    last.focus()
    first = page.locator("#list .case-link").first.get_attribute("id").removeprefix("case-")
    case = session.scalar(select(Case).where(Case.reference == first))
    case.counsellor_id, case.state = cast.kalle.id, CaseState.IN_REVIEW
    session.commit()

    page.clock.run_for(15_000)

    expect(page.locator("#list .case-link")).to_have_count(NEW - 1)
    expect(page.locator(f"#{name}")).to_be_focused()
    expect(page.get_by_role("link", name="New, not taken").locator(".count")).to_have_text(str(NEW - 1))

    # What something in between answers for the portal leaves the list alone.
    page.route("**/counsellor/?*checking*", lambda route: route.fulfill(body="Away for a moment"))
    with page.expect_response("**/counsellor/?*checking*"):
        page.clock.run_for(15_000)
    expect(page.locator("#list .case-link")).to_have_count(NEW - 1)


def test_no_word_of_the_list_is_cut_and_nothing_is_wider_than_the_screen(portal, open_browser, session, cast):
    cast.case(CaseState.DEPARTED)
    page, found = open_browser(**DESK), {}
    enter_as_clara(page, portal, session, cast)

    for code in ("en", "et", "ru"):
        page.goto(f"{portal.url}/{code}/counsellor/?pile=mine")
        for width in (320, 360, 740, 800, 900, 960):
            page.set_viewport_size({"width": width, "height": 800})
            found[code, width] = (
                page.evaluate(CUT_WORDS),
                page.evaluate(
                    "Math.max(document.documentElement.scrollWidth,"
                    " document.querySelector('table').getBoundingClientRect().right) <= innerWidth"
                ),
            )

    assert {place: told for place, told in found.items() if told != ([], True)} == {}


def test_without_a_script_back_from_a_case_leads_to_what_was_found(portal, open_browser, session, cast):
    for who in (cast.amina, cast.giorgi):
        cast.case(CaseState.IN_REVIEW, migrant=who)
    page = open_browser(**DESK, java_script_enabled=False)
    enter_as_clara(page, portal, session, cast)
    page.goto(f"{portal.url}/en/counsellor/?pile=mine")

    page.get_by_role("searchbox").fill("amina")
    page.get_by_role("searchbox").press("Enter")
    page.locator(".case-link").first.click()
    expect(page.get_by_role("link", name="Back to the list")).to_be_visible()
    page.go_back()

    expect(page.locator(".case-link")).to_have_count(2)
    expect(page.get_by_role("searchbox")).to_have_value("amina")
    assert "amina" not in page.url


def test_a_note_that_somebody_is_writing_outlives_the_time_of_rest(portal, open_browser, session, cast):
    case = cast.case(CaseState.IN_REVIEW)
    page, work = open_browser(**DESK), f"{portal.url}/en/counsellor/cases/{case.reference}/to-do"
    enter_as_clara(page, portal, session, cast)
    page.clock.install()
    page.goto(work)
    page.get_by_role("textbox", name="Note").first.fill("She wants to see her mother.")
    session.execute(update(SignIn).values(seen_at=now() - IDLE))
    session.commit()

    page.clock.fast_forward(IDLE.total_seconds() * 1000 + 5000)
    page.wait_for_url(f"{portal.url}/en/sign-in?next=**")
    enter_as_clara(page, portal, session, cast)
    page.goto(f"{portal.url}/en/account/kept")
    page.get_by_role("button", name="Go on writing").click()

    expect(page.get_by_role("textbox", name="Note").first).to_have_value("She wants to see her mother.")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("The note is saved.")).to_be_visible()
