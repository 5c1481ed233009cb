"""With a keyboard alone: signing in, answering, mending a mistake."""

import pyotp
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

MOST_STOPS = 40


def tab_to(page: Page, wanted: Locator) -> None:
    """Press the tabulator until it is reached."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"{MOST_STOPS} times Tab did not lead to {wanted}")


def press(page: Page, name: str) -> None:
    """Go to a button and press it."""
    tab_to(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def test_signing_in_and_answering_without_a_mouse(portal, open_browser, cast, session):
    cast.case()
    login, app = cast.amina.login, pyotp.TOTP(cast.secret_of(cast.amina))
    session.commit()
    page = open_browser(**DESK)

    # The first stop leads past the head of the page.
    page.goto(f"{portal.url}/en/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Sign-in name")).to_be_focused()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()
    tab_to(page, page.get_by_role("textbox", name="Code"))
    page.keyboard.type(app.now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Go on with my application").first).to_be_visible()

    # A question with choices: the arrows choose.
    page.goto(f"{portal.url}/en/my/application/company")
    tab_to(page, page.get_by_role("radio", name="Alone"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    press(page, "Save and go on")
    expect(page.get_by_text("Which travel document do you have?")).to_be_visible()

    # A mistake: the page leads to it, and from there to the field.
    page.goto(f"{portal.url}/en/my/application/name")
    tab_to(page, page.get_by_role("textbox", name="First names"))
    page.keyboard.type("Amina")
    press(page, "Save and go on")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Family name")).to_be_focused()
    page.keyboard.type("Yusupova")
    press(page, "Save and go on")
    expect(page.get_by_text("Do you have other names?")).to_be_visible()
