"""A partner in the field, on a line that drops in the middle of an update: nothing lost, nothing doubled."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from portal.domain import documents, journal
from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from portal.domain.support import parts, plans
from portal.domain.support.parts import MilestoneState
from tests.browser.conftest import PHONE, listen
from tests.browsers import signed_cookie
from tests.samples import photo

pytestmark = pytest.mark.browser

WORDS = "Nähmaschine für Familie Юсупова"


@pytest.fixture
def case(cast, session):
    """A case with two steps to report."""
    found = cast.case(CaseState.REINTEGRATION)
    session.commit()
    return found


@pytest.fixture
def petros(browser, portal, cast, session, case) -> Iterator[Callable[[], Page]]:
    """petros(): his phone with the update open; it complains of the dead line only."""
    complaints: list[str] = []
    with browser.new_context(**PHONE) as context:
        listen(context, complaints)
        cookie = signed_cookie(portal.app, session, cast.petros)
        context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])

        def open_update() -> Page:
            page = context.new_page()
            page.goto(f"{portal.url}/en/partner/cases/{case.reference}/update")
            return page

        yield open_update
    assert [words for words in complaints if "Failed to load resource" not in words] == []


def fill_in(page: Page) -> None:
    choose(page)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("textbox").fill(WORDS)


def choose(page: Page) -> None:
    page.get_by_label("Choose photos or PDFs").set_input_files(
        {"name": "machine.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )


def in_database(session, case):
    """State and number of documents of each step, and how often a report was written down."""
    session.rollback()
    session.expire_all()
    steps = parts.milestones(session, plans.approved(session, case))
    stand = [(step.state, step.report, len(documents.of_milestone(session, step.id))) for step in steps]
    events = [one for one in journal.of_case(session, case.id) if one.act is Act.MILESTONE_REPORT]
    session.rollback()
    return stand, len(events)


def kept(page: Page) -> list[str]:
    return page.evaluate("Object.entries(localStorage).flat()")


def test_pressed_on_a_dead_line_with_the_first_answer_lost_it_arrives_once(petros, session, case):
    page, lost = petros(), []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    fill_in(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send and report").click()
    expect(page.get_by_text("No connection. We go on by ourselves when it is back.")).to_be_visible()
    before = in_database(session, case)
    page.route("**/update", lose)
    page.context.set_offline(False)

    page.wait_for_url("**/partner/updates/*", timeout=30_000)
    expect(page.get_by_role("heading", name="Sent and reported")).to_be_visible()
    assert (before[1], lost) == (0, [303])
    assert in_database(session, case) == ([(MilestoneState.REPORTED, WORDS, 1)] * 2, 2)
    assert kept(page) == []


def test_what_was_written_comes_back_after_the_page_was_closed_and_nobody_else_can_read_it(
    petros, session, case
):
    page = petros()
    fill_in(page)
    page.wait_for_function("Object.keys(localStorage).length == 1")
    page.wait_for_function("document.querySelector('#draft textarea').value.length > 9")
    stored = " ".join(kept(page))
    page.close()

    page = petros()

    expect(page.get_by_text("What you wrote before is here again.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value(WORDS)
    assert [box.is_checked() for box in page.get_by_role("checkbox").all()] == [True, True]
    assert [word for word in ("Näh", "steps", case.reference, "delivery") if word in stored] == []
    choose(page)
    page.get_by_role("button", name="Send and report").click()
    page.wait_for_url("**/partner/updates/*", timeout=30_000)
    expect(page.get_by_role("heading", name="Sent and reported")).to_be_visible()
    assert in_database(session, case) == ([(MilestoneState.REPORTED, WORDS, 1)] * 2, 2)
    page.wait_for_function("Object.keys(localStorage).length == 0")


def test_signed_out_meanwhile_what_was_written_is_sent_after_signing_in_on_another_tab(
    petros, portal, cast, session, case
):
    page = petros()
    fill_in(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="Send and report").click()
    expect(page.get_by_text("You were signed out.")).to_be_visible()
    before = in_database(session, case)[1]
    cookie = signed_cookie(portal.app, session, cast.petros)
    page.context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])

    page.get_by_role("button", name="Try again").click()

    page.wait_for_url("**/partner/updates/*", timeout=30_000)
    expect(page.get_by_role("heading", name="Sent and reported")).to_be_visible()
    assert (before, in_database(session, case)[1]) == (0, 2)
