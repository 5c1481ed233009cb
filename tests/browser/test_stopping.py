"""Stopping with a keyboard alone, without a script, on a small phone that others use too."""

import pytest
from playwright.sync_api import Page, expect

from portal.domain.cases import Case, CaseState
from tests.browser.conftest import PHONE
from tests.browsers import signed_cookie

pytestmark = pytest.mark.browser

MOST_STOPS = 40


def tab_to(page: Page, name: str, tag: str) -> None:
    """Press the tabulator until what has this name has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.locator("*:focus")
        if at.count() and at.evaluate("(one) => [one.tagName, one.innerText.trim()]") == [tag, name]:
            return
    raise AssertionError(f"{MOST_STOPS} times Tab did not lead to {name}")


def test_stopping_without_a_script_and_without_a_mouse(portal, open_browser, cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    cast.amina.shares_phone = True
    session.commit()
    page = open_browser(**PHONE, java_script_enabled=False)
    cookie = signed_cookie(portal.app, session, cast.amina)
    page.context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])

    page.goto(f"{portal.url}/en/my/documents")
    tab_to(page, "Stop my application", "A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Stop my application")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_hidden()
    tab_to(page, "Leave a note (not required)", "SUMMARY")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("My mother is ill")
    tab_to(page, "Stop my application", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your application is stopped")).to_be_visible()
    tab_to(page, "I want to talk about going on", "BUTTON")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You asked to talk about going on:")).to_be_visible()

    session.expire_all()
    found = session.get_one(Case, case.id)
    assert (found.state, found.talk_asked_at is None) == (CaseState.WITHDRAWN, False)
