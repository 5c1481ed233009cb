"""Every page that somebody meets: it fits the screen, keeps to its policy, and can be read and filled in by all."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from portal import create_app, db, demo
from portal.adapters.scanner import NoScanner
from portal.adapters.vault import Vault
from portal.demo.people import MIGRANTS
from portal.domain.accounts import Account
from portal.server import serving
from portal.settings import Settings
from portal.wiring import Wiring
from tests.browser.conftest import PHONE, listen
from tests.browser.walking import NUMBER, walk
from tests.browsers import signed_cookie
from tests.project import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "tests/tus-js/node_modules/axe-core/axe.min.js"

MIGRANT, ACCOUNT = "/en/my/", "/en/account/"
COUNSELLOR, PARTNER, MANAGER = "/en/counsellor/", "/en/partner/", "/en/manage/"
GROUPS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "strangers": [("", ("/en/",))],
    "migrants": [(one.login, (MIGRANT, ACCOUNT) if one is MIGRANTS[0] else (MIGRANT,)) for one in MIGRANTS],
    "counsellors": [(login, (COUNSELLOR,)) for login in ("clara", "kalle", "aino")],
    "partners": [(login, (PARTNER,)) for login in ("petros", "nino")],
    "managers": [(login, (MANAGER,)) for login in ("mart", "olga")],
}
"""Who looks (nobody is signed in without a login), and below which addresses; each begins at the first."""

LOOK = """() => {
  const faults = [];
  const say = (what, one) => faults.push(what + (one ? ": " + one.outerHTML.slice(0, 120) : ""));
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) say(`${root.scrollWidth} pixels wide, the screen has ${innerWidth}`);
  if (document.querySelectorAll("h1").length !== 1) say("not one heading of the first order");
  for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!one.labels.length && !one.ariaLabel && !one.hasAttribute("aria-labelledby")) say("no label", one);
  for (const one of document.querySelectorAll("a, button"))
    if (!one.textContent.trim() && !one.ariaLabel) say("no words", one);
  return faults;
}"""
WIDTH = "() => document.documentElement.scrollWidth > innerWidth ? ['wider than a desk'] : []"
JUDGE = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const found = await axe.run({runOnly: tags, resultTypes: ["violations"]});
  return found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 200)}`);
}"""


@dataclass(frozen=True)
class Demonstration:
    """The demonstration, answering at `url`."""

    url: str
    app: Flask
    cookies: dict[str, str]
    walked: Callable[[str], list[tuple[str, str]]]
    """walked("partners"): who met which page, one of each kind."""


@pytest.fixture(scope="module")
def demonstration(keyring, programme, tmp_path_factory) -> Iterator[Demonstration]:
    var = tmp_path_factory.mktemp("demonstration")
    settings = Settings.from_environment({"KODUTEE_VAR": str(var), "KODUTEE_DEMO": "yes"})
    engine = db.make_engine(settings.database_url)
    db.Base.metadata.create_all(engine)
    wiring = Wiring(settings, programme, keyring, engine, Vault(settings), NoScanner())
    demo.make(wiring)
    app = create_app(settings, wiring=wiring)
    with wiring.writing() as session:
        people = session.scalars(select(Account)).all()
        cookies = {one.login: signed_cookie(app, session, one) for one in people}

    @cache
    def walked(group: str) -> list[tuple[str, str]]:
        known: set[object] = set()
        return [
            (login, path)
            for login, within in GROUPS[group]
            for path in walk(_client(app, cookies.get(login)), within[0], within, known)
        ]

    with serving(app, "127.0.0.1", 0) as url:
        yield Demonstration(url, app, cookies, walked)
    engine.dispose()


def _client(app: Flask, cookie: str | None):
    client = app.test_client()
    if cookie:
        client.set_cookie("kodutee", cookie)
    return client


def _visit(browser: Browser, shown: Demonstration, places, look: Callable[[Page], list[str]], **kind) -> list[str]:
    """Open every place as the one who met it; all faults that were seen or heard."""
    faults: list[str] = []
    with browser.new_context(**PHONE, **kind) as context:
        listen(context, faults)
        page, viewer = context.new_page(), ""
        for login, path in places:
            if login != viewer:
                cookie = {"name": "kodutee", "value": shown.cookies[login], "url": shown.url}
                context.add_cookies([cookie])
                viewer = login
            page.goto(shown.url + path)
            faults += [f"{login} {path}: {fault}" for fault in look(page)]
    return faults


@pytest.mark.parametrize("group", GROUPS)
def test_every_page_is_well_made(browser, demonstration, group):
    def look(page: Page) -> list[str]:
        found = page.evaluate(LOOK)
        page.evaluate(AXE_SOURCE)
        return found + page.evaluate(JUDGE)

    print(len(demonstration.walked(group)))
    t = time.time()
    assert _visit(browser, demonstration, demonstration.walked(group), look) == []
    print("T", time.time() - t)
AXE_SOURCE = AXE.read_text()
