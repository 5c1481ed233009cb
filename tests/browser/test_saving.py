"""What is typed into the application is saved as one writes, and survives a dead line."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from portal.domain import cases
from portal.domain.applying import application
from portal.domain.cases import CaseState
from tests.browser.conftest import PHONE, listen
from tests.browsers import signed_cookie

pytestmark = pytest.mark.browser

WORK, NAME = "/en/my/application/work", "/en/my/application/name"
SAVED = re.compile(r"^Saved \d\d:\d\d$")


@pytest.fixture
def amina(browser, portal, cast, session) -> Iterator[Callable[[str], Page]]:
    """amina(address): a phone of hers on which this page is open; it complains of the dead line only."""
    cast.case(CaseState.DRAFT)
    session.commit()
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_at(address: str) -> Page:
        context = browser.new_context(**PHONE)
        contexts.append(context)
        listen(context, complaints)
        cookie = signed_cookie(portal.app, session, cast.amina)
        context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])
        page = context.new_page()
        page.goto(portal.url + address)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert [words for words in complaints if "Failed to load resource" not in words] == []


def saved(cast, session, column: str) -> object:
    session.rollback()
    session.expire_all()
    case = cases.of_migrant(session, cast.amina)
    value = application.value_of(application.answers(session, case), column)
    session.rollback()
    return value


def write(page: Page, label: str, text: str) -> None:
    page.get_by_role("textbox", name=label).fill(text)
    page.keyboard.press("Tab")


def test_each_field_is_saved_when_it_is_left(amina, cast, session):
    page = amina(WORK)

    write(page, "Which work have you done?", "Пекарня")

    expect(page.locator("#saving p")).to_have_text(SAVED)
    assert saved(cast, session, "work_words") == "Пекарня"


def test_what_cannot_be_saved_yet_is_kept_and_the_page_says_so(amina, cast, session):
    page = amina("/en/my/application/contact")

    write(page, "Phone number", "soon")

    expect(page.locator("#saving p")).to_have_text(re.compile(r"^Kept \d\d:\d\d, not complete yet$"))
    assert saved(cast, session, "phone") is None


def test_on_a_dead_line_it_stays_there_and_is_sent_when_the_line_is_back(amina, cast, session):
    page = amina(WORK)
    line: BrowserContext = page.context
    line.set_offline(True)
    write(page, "Which work have you done?", "Пекарня")
    expect(page.get_by_text("You are offline. What you wrote stays here")).to_be_visible()
    before = saved(cast, session, "work_words")

    line.set_offline(False)

    expect(page.locator("#saving p")).to_have_text(SAVED)
    assert (before, saved(cast, session, "work_words")) == (None, "Пекарня")


def test_the_button_pressed_on_a_dead_line_goes_on_when_it_is_back(amina, cast, session):
    page = amina(WORK)
    page.context.set_offline(True)
    page.get_by_role("textbox", name="What can you do well?").fill("Шить")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()

    page.context.set_offline(False)

    page.wait_for_url("**/application/spoken")
    assert saved(cast, session, "skills_words") == "Шить"


def test_an_answer_that_got_lost_on_its_way_back_is_no_other_device(amina, cast, session):
    page = amina(WORK)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    page.route("**/work*", lose)
    write(page, "Which work have you done?", "Пекарня")
    write(page, "What can you do well?", "Шить")

    expect(page.locator("#saving p")).to_have_text(SAVED)
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/application/spoken")
    assert len(lost) == 1
    assert saved(cast, session, "skills_words") == "Шить"


def test_two_phones_on_one_page_show_both_texts(amina, cast, session):
    first, second = amina(NAME), amina(NAME)
    for page, name in ((first, "Амина"), (second, "Amina")):
        page.get_by_role("textbox", name="First names").fill(name)
        page.get_by_role("textbox", name="Family name").fill("Y")
        page.get_by_role("button", name="Save and go on").click()
        page.wait_for_load_state()

    expect(second.get_by_role("heading", name="What stands there now")).to_be_visible()
    expect(second.get_by_text("Амина Y")).to_be_visible()
    second.get_by_role("button", name="Save what I wrote").click()
    second.wait_for_url("**/application/other-names")
    assert saved(cast, session, "given_names") == "Amina"
