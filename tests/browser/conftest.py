"""Phones and desks: browsers as large as those of the people in the stories, and what is heard from them."""

from collections.abc import Callable, Iterator

import pytest
from babel.support import Translations
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from portal.web.language import TRANSLATIONS
from tests.portals import RunningPortal, portal_server

PHONE = {
    "viewport": {"width": 360, "height": 640},
    "has_touch": True,
    "is_mobile": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36",
}
DESK = {"viewport": {"width": 1280, "height": 800}}

# Pages are quick; a machine that runs the whole suite at once is not.
expect.set_options(timeout=15_000)

MISTYPED = "status of 422"
"""Chromium finds it worth an error that something typed cannot be used."""


@pytest.fixture
def database_kind() -> str:
    """The browser does not care which database there is."""
    return "sqlite"


@pytest.fixture
def portal(wiring) -> Iterator[RunningPortal]:
    """A portal that listens, its worker beside it."""
    with portal_server(wiring) as running:
        yield running


@pytest.fixture
def open_browser(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[..., Page]]:
    """open_browser(**PHONE): an empty page, nothing remembered; the browser must not complain once."""
    if "portal" in request.fixturenames:
        request.getfixturevalue("portal")  # it ends after the pages that may still ask it for something
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_browser(**kind: object) -> Page:
        context = browser.new_context(**kind)
        listen(context, complaints)
        contexts.append(context)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


def listen(context: BrowserContext, complaints: list[str]) -> None:
    """Write down every error, every refusal of the content security policy and every warning."""

    def write_down(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and MISTYPED not in said.text:
            complaints.append(f"{said.page and said.page.url}: {said.text}")

    context.on("weberror", lambda fault: complaints.append(str(fault.error)))
    context.on("console", write_down)


@pytest.fixture(scope="session")
def russian() -> Callable[[str], str]:
    """russian("Send again"): how the portal says it to somebody who reads Russian."""
    return Translations.load(str(TRANSLATIONS), ["ru"]).gettext
