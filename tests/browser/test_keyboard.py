"""With a keyboard alone: signing in, answering, mending a mistake."""

import pyotp
import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from portal.domain.cases import Case, CaseState
from tests.browser.conftest import DESK
from tests.browser.family import Applicant, Typed
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

MOST_STOPS = 80


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


FOCUS = """(wanted) => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const isInView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const isInGroup = at.type === "radio" && at.name === wanted.name;
  return [at === wanted || isInGroup, at.tabIndex < 0 || (isMarked && isInView), at.outerHTML.slice(0, 120)];
}"""


class Keys:
    """Somebody without a mouse, who always sees where they are."""

    def write(self, page: Page, form: str, typed: Typed) -> None:
        """Tab from one thing to the next, type, tick with the space bar, choose with the arrows."""
        for name, value in typed.items():
            for one in (value,) if isinstance(value, str) else value:
                of_name = page.locator(f"{form} [name='{name}']")
                kind = of_name.first.evaluate("(one) => one.type")
                if kind in ("radio", "checkbox"):
                    of_name = of_name.and_(page.locator(f"[value='{one}']"))
                self._go_to(page, of_name)
                self._set(page, of_name, kind, one)

    def press(self, page: Page, control: Locator) -> None:
        """Tab to it and press Enter."""
        self._go_to(page, control)
        page.keyboard.press("Enter")

    def _set(self, page: Page, control: Locator, kind: str, value: str) -> None:
        if kind == "checkbox":
            page.keyboard.press("Space")
        elif kind == "radio":
            for _ in range(MOST_STOPS):
                if control.is_checked():
                    break
                page.keyboard.press("Space" if self._is_at(control) else "ArrowDown")
            expect(control).to_be_checked()
        elif kind == "select-one":
            self._choose(page, control, value)
        else:
            page.keyboard.type(value)

    def _choose(self, page: Page, control: Locator, value: str) -> None:
        """By its first letters; with the arrows where this keyboard has not got them."""
        name = control.locator(f"option[value='{value}']").inner_text()
        if name.isascii():
            page.keyboard.type(name)
        for _ in range(MOST_STOPS):
            if control.input_value() != value:
                page.keyboard.press("ArrowDown")
        expect(control).to_have_value(value)

    def _is_at(self, control: Locator) -> bool:
        return bool(control.evaluate("(one) => one === document.activeElement"))

    def _go_to(self, page: Page, control: Locator) -> None:
        for _ in range(MOST_STOPS):
            is_there, is_seen, where = control.evaluate(FOCUS)
            assert is_seen, f"nobody sees that this has the focus: {where}"
            if is_there:
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_STOPS} times Tab did not lead to {control}")


def test_the_whole_application_is_completed_without_a_mouse(portal, open_browser, session):
    page = open_browser(**DESK)
    lost: list[str] = []

    def look_where_one_is(to: str) -> None:
        # A page that was turned is read from its beginning; one that was loaded begins at its top.
        at = page.evaluate("document.activeElement.id")
        if at not in ("main", "open", ""):
            lost.append(f"{to}: {at}")

    Applicant(page, portal.url, "en", Keys(), is_alone=True, arrived=look_where_one_is).apply()

    assert session.scalars(select(Case)).one().state is CaseState.SUBMITTED
    assert lost == []
