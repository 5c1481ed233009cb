"""Before an account, on a small phone without scripts: the questions, the way back, and a list on paper."""

from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from flask_babel import gettext
from playwright.sync_api import Browser, Page, expect

from portal.domain.applying.guide import Topic
from portal.web.words import say
from tests.browser.conftest import DESK, PHONE, listen
from tests.browser.test_pages import AXE, JUDGE, RULES, WALK, look

pytestmark = pytest.mark.browser

HEAVY = {
    Topic.STATUS: "protection",
    Topic.PRECEPT: "expulsion_order",
    Topic.PENDING: "court",
    Topic.CITIZENSHIP: "other",
    Topic.COUNTRY: "own",
    Topic.PASSPORT: "lost",
    Topic.FAMILY: "both",
    Topic.FEAR: "yes",
}
SMALL = {"width": 320, "height": 568}


@pytest.fixture
def url(portal) -> str:
    return portal.url


@pytest.fixture
def plain(open_browser) -> Page:
    """A small phone without scripts."""
    return open_browser(**PHONE, java_script_enabled=False)


@pytest.fixture
def words(portal) -> Callable[[str, Topic | str], str]:
    """words("ru", Topic.FEAR): how a question is asked; words("ru", "Back"): any other sentence."""

    def words(language: str, said: Topic | str) -> str:
        with portal.app.test_request_context(f"/{language}/"):
            portal.app.preprocess_request()
            return str(say(said)) if isinstance(said, Topic) else gettext(said)

    return words


def question(page: Page, topic: Topic):
    return page.locator(f"#{topic}")


def answer_all(page: Page) -> None:
    """Begin, answer, go on, to the end."""
    page.locator("#start .button").click()
    for topic, answer in HEAVY.items():
        question(page, topic).locator(f"input[value={answer}]").check()
        question(page, topic).locator(".actions .button").click()


@pytest.mark.parametrize("language", ["ru", "xb"])
def test_one_question_is_seen_at_a_time_and_every_way_back_keeps_the_answers(url, plain, words, language):
    page = plain
    page.goto(f"{url}/{language}/check")
    expect(page.locator(".ask:visible")).to_have_count(0)

    # Forward, and back with the page's own link and with the phone's own button.
    page.locator("#start .button").click()
    expect(page.get_by_role("radiogroup", name=words(language, Topic.STATUS))).to_be_visible()
    expect(page.locator(".ask:visible, .intro:visible")).to_have_count(1)
    question(page, Topic.STATUS).locator("input[value=protection]").check()
    question(page, Topic.STATUS).locator(".actions .button").click()
    question(page, Topic.PRECEPT).get_by_text(words(language, "Back"), exact=True).click()
    expect(question(page, Topic.STATUS).locator("input[value=protection]")).to_be_checked()
    page.go_back()
    expect(question(page, Topic.PRECEPT)).to_be_visible()
    page.goto(f"{url}/{language}/check#start")

    # To the end, and back with the phone's own button: nothing is lost, nothing is asked to be sent again.
    answer_all(page)
    expect(page.locator(".people h3").first).to_have_text(words(language, "A counsellor of the programme"))
    assert page.url == f"{url}/{language}/check"
    page.go_back()
    for topic, answer in HEAVY.items():
        page.goto(f"{url}/{language}/check#{topic}")
        expect(question(page, topic).locator(f"input[value={answer}]")).to_be_checked()
    page.locator("#fear .button").click()

    # The list, and back to the outcome, and to one question.
    page.locator("main .actions button").first.click()
    expect(page.locator(".papers h2")).to_have_count(4)
    assert page.url == f"{url}/{language}/papers"
    page.locator("button.back").click()
    page.locator("details summary").click()
    page.locator("dd.change button").nth(5).click()
    expect(question(page, Topic.PASSPORT).locator("input[value=lost]")).to_be_checked()
    expect(page.locator(".ask:visible, .intro:visible")).to_have_count(1)

    assert page.context.cookies() == []


def test_another_language_takes_the_answers_along(url, plain, words):
    page = plain
    page.goto(f"{url}/en/check")
    answer_all(page)

    page.get_by_role("button", name="Русский").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(words("ru", "What could fit your situation"))
    assert page.url == f"{url}/ru/check"
    page.locator("main .actions button").first.click()
    page.get_by_role("button", name="English").click()
    expect(page.locator(".papers h2").first).to_have_text("For you")


def test_the_enter_key_leads_to_the_next_question(url, plain):
    page = plain
    page.goto(f"{url}/en/check#status")

    question(page, Topic.STATUS).locator("input[value=protection]").check()
    page.keyboard.press("Enter")

    expect(question(page, Topic.PRECEPT)).to_be_visible()
    expect(page.locator(".ask:visible, .intro:visible")).to_have_count(1)


@pytest.fixture
def judged(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A phone with the judge in it, and what it found."""
    faults: list[str] = []
    with browser.new_context(**PHONE, reduced_motion="reduce") as context:
        listen(context, faults)
        context.add_init_script(path=AXE)
        yield context.new_page(), faults


def judge(page: Page, faults: list[str], place: str) -> None:
    """Look closely: rules, colours at night, the keyboard, a smaller and a larger screen."""
    faults += [f"{place}, axe: {fault}" for fault in page.evaluate(JUDGE, RULES)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    faults += [f"{place}, at night: {fault}" for fault in page.evaluate(JUDGE, ["color-contrast"])]
    page.emulate_media(color_scheme="light")
    for size in (SMALL, DESK["viewport"], PHONE["viewport"]):
        page.set_viewport_size(size)
        faults += [f"{place}, {size['width']} wide: {fault}" for fault in look(page)]
    page.keyboard.press("Tab")
    faults += [f"{place}, with the keyboard: {fault}" for fault in page.evaluate(WALK)]


@pytest.mark.parametrize("language", ["en", "ru", "xb"])
def test_every_page_of_it_withstands_a_close_look(url, judged, language):
    page, faults = judged

    page.goto(f"{url}/{language}/check")
    judge(page, faults, "start")
    for topic, answer in HEAVY.items():
        page.goto(f"{url}/{language}/check#{topic}")
        question(page, topic).locator(f"input[value={answer}]").check()
        judge(page, faults, topic)
    question(page, Topic.FEAR).locator(".actions .button").click()
    page.locator("details summary").click()
    judge(page, faults, "outcome")
    page.locator("main .actions button").first.click()
    page.locator("details summary").click()
    judge(page, faults, "papers")

    assert faults == []


@pytest.mark.parametrize("language", ["en", "et", "ru", "xb"])
def test_the_longest_list_and_nothing_else_prints_on_both_sides_of_one_sheet(url, plain, tmp_path, language):
    page = plain
    page.goto(f"{url}/{language}/check")
    answer_all(page)
    page.locator("main .actions button").first.click()
    expect(page.locator(".papers h2")).to_have_count(4)

    page.pdf(path=tmp_path / "list.pdf", format="A4", margin=dict.fromkeys(("top", "bottom"), "1cm"))
    page.emulate_media(media="print")

    with pypdfium2.PdfDocument(tmp_path / "list.pdf") as sheets:
        assert len(sheets) <= 2
    expect(page.locator("nav:visible, button:visible, details:visible, .demo:visible")).to_have_count(0)
