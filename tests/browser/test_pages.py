"""Every page that somebody meets fits the screen, keeps to its policy, and can be filled in by everybody."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from portal import create_app, db, demo
from portal.adapters.scanner import NoScanner
from portal.adapters.vault import Vault
from portal.demo.people import MIGRANTS
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account
from portal.server import serving
from portal.settings import Settings
from portal.wiring import Wiring
from tests.browser.conftest import DESK, PHONE, listen
from tests.browser.furnishing import furnish
from tests.browser.walking import kind, walk
from tests.browsers import signed_cookie
from tests.project import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "tests/tus-js/node_modules/axe-core/axe.min.js"

MINE, ACCOUNT = "/en/my/", "/en/account/"
COUNSELLOR, PARTNER, MANAGER = "/en/counsellor/", "/en/partner/", "/en/manage/"
ACCESS = "/en/access/"
GROUPS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "strangers": [("", ("/en/",)), ("", ("/en/verify/-", "/en/verify/"))],
    "migrants": [(one.login, (MINE, ACCOUNT) if one is MIGRANTS[0] else (MINE,)) for one in MIGRANTS],
    "family": [("sergiu", ("/en/family/",))],
    "counsellors": [(login, (COUNSELLOR, ACCESS)) for login in ("clara", "kalle", "aino")],
    "partners": [(login, (PARTNER,)) for login in ("petros", "nino")],
    "managers": [(login, (MANAGER,)) for login in ("mart", "olga")],
}
"""Who walks (nobody is signed in without a login), and below which addresses; each begins at the first."""

NOT_WALKED_TO = {
    "afterwards.plan_file": "is a file",
    "counsellor.document_preview": "is a picture",
    "counsellor.fetch_list": "is a file",
    "counsellor.show_found": "is where a search leads: tests/browser/test_desk.py",
    "counsellor.print_eu_sheet": "is a file",
    "counsellor.print_report": "is a file",
    "partner.print_report": "is a file",
    "migrant.calendar": "is a file",
    "root": "sends on by language",
    "health.live": "is read by machines",
    "health.ready": "is read by machines",
    "counsellor.document_page": "is a picture",
    "documents.preview": "is a picture",
    "documents.show_page": "is a picture",
    "partner.evidence_page": "is a picture",
    "partner.shared_page": "is a picture",
    "partner.photo_picture": "is a picture",
    "partner.pages": "comes with several photos: tests/pages/test_partner_delivery.py",
    "partner.proof_page": "is a picture",
    "letters.download": "is a file",
    "counsellor.download_letter": "is a file",
}

LOOK = """(width) => {
  const faults = [];
  const say = (what, one) => faults.push(what + (one ? ": " + one.outerHTML.slice(0, 150) : ""));
  const taken = document.documentElement.scrollWidth;
  if (taken > width) say(`${taken} pixels wide on a screen of ${width}`);
  if (document.querySelectorAll("h1").length !== 1) say("not one heading of the first order");
  if (!document.title.trim() || !document.documentElement.lang) say("no title, or no language");
  for (const one of document.querySelectorAll("img:not([alt]), [role=img]:not([aria-label])"))
    say("no words for it", one);
  for (const one of document.querySelectorAll("input:not([type=hidden], [hidden]), select, textarea"))
    if (!one.labels.length && !one.ariaLabel) say("no label", one);
  for (const one of document.querySelectorAll("a, button, summary"))
    if (!one.textContent.trim() && !one.ariaLabel && !one.querySelector("img[alt]")) say("no words", one);
  return faults;
}"""
WALK = """() => {
  const faults = [];
  const stops = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const one of document.querySelectorAll(stops)) {
    if (one.tabIndex < 0 || !one.checkVisibility()) continue;
    one.focus();
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const isInView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (document.activeElement !== one || !isMarked || !isInView) faults.push(one.outerHTML.slice(0, 150));
  }
  return faults;
}"""
OF_THE_LANGUAGE = re.compile(
    r'<nav class="languages".*?</nav>|<select\b.*?</select>|<div class="prose">.*?</div>', re.DOTALL
)
"""What is made anew for each: the links to the others, lists in alphabetical order, programme pages."""
WORDS = re.compile(
    r" (?:lang|dir|href|hreflang|action|formaction|hx-get|hx-post|alt|src|title|value|placeholder|content|"
    r'aria-label|data-\w+)="[^"]*"'
)
"""What differs by language or from one look to the next."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_WORDS = [
    "aria-command-name",
    "aria-dialog-name",
    "aria-input-field-name",
    "aria-progressbar-name",
    "aria-toggle-field-name",
    "button-name",
    "document-title",
    "html-has-lang",
    "html-lang-valid",
    "html-xml-lang-mismatch",
    "image-alt",
    "input-button-name",
    "label",
    "link-name",
    "role-img-alt",
    "scrollable-region-focusable",
    "select-name",
    "summary-name",
    "svg-img-alt",
    "target-size",
    "valid-lang",
]
"""Rules of axe that longer words, another language or its direction can break. All others judge what is the
same in every language: tags and roles (the test with longer words proves it), and colours."""
LONGEST = "xb"
"""Words longer than in any language, from right to left: where axe judges these. In all of them a first sight
tells what has no words or no label, and no sentence is without translation (tests/test_house_rules.py)."""
# A step of signing in goes back to the first one after an hour: a limit that safety needs (WCAG 2.2.1).
JUDGE = """async (rules) => {
  const options = {runOnly: rules, resultTypes: ["violations"], rules: {"meta-refresh": {enabled: false}}};
  const found = await axe.run(options);
  return found.violations.map((one) => `${one.help}: ${one.nodes[0].html.slice(0, 150)}`);
}"""


@dataclass(frozen=True)
class Place:
    """A page as one person sees it."""

    login: str
    path: str


@dataclass(frozen=True)
class Demonstration:
    """The demonstration, answering at `url`."""

    url: str
    app: Flask
    wiring: Wiring
    cookies: dict[str, str]
    walked: Callable[[str], list[Place]]
    """walked("partners"): every kind of page they meet, with each part it can have."""
    last: dict[Page, str] = field(default_factory=dict)
    """As whom each browser came to the page that it shows."""

    def visit(self, page: Page, place: Place, language: str) -> None:
        """Open a place as the one who met it, in this language."""
        if place.login != self.last.get(page):
            page.goto("about:blank")  # a page that asks for news must not ask as the next person
        self.last[page] = place.login
        page.context.clear_cookies()
        if place.login:
            cookie = {"name": "kodutee", "value": self.cookies[place.login], "url": self.url}
            page.context.add_cookies([cookie])
        page.goto(self.url + place.path.replace("/en/", f"/{language}/"))


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
        furnished = furnish(app, session)
        people = session.scalars(select(Account)).all()
        cookies = {one.login: signed_cookie(app, session, one) for one in people} | furnished.cookies

    @cache
    def walked(group: str) -> list[Place]:
        known: set[object] = set()
        linked = [
            Place(login, path)
            for login, within in GROUPS[group]
            for path in walk(_client(app, cookies.get(login)), within[0], within, known)
        ]
        return linked + [Place(login, path) for login, path in furnished.places.get(group, ())]

    with serving(app, "127.0.0.1", 0) as url:
        yield Demonstration(url, app, wiring, cookies, walked)
    engine.dispose()


def _client(app: Flask, cookie: str | None) -> FlaskClient:
    client = app.test_client()
    if cookie:
        client.set_cookie("kodutee", cookie)
    return client


def look(page: Page) -> list[str]:
    """What is wrong with the page at first sight."""
    size = page.viewport_size or {}
    return list(page.evaluate(LOOK, size["width"]))


def look_closely(page: Page) -> list[str]:
    """What axe says by day and at night, somebody without a mouse, and a first sight at a desk."""
    page.evaluate(AXE.read_text())
    faults = [f"axe: {fault}" for fault in page.evaluate(JUDGE, RULES)]
    page.keyboard.press("Tab")
    faults += [f"with the keyboard: {fault}" for fault in page.evaluate(WALK)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    faults += [f"at night: {fault}" for fault in page.evaluate(JUDGE, ["color-contrast"])]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK["viewport"])
    faults += [f"on a desk: {fault}" for fault in look(page)]
    page.set_viewport_size(PHONE["viewport"])
    return faults


def one_of_each_kind(places: list[Place]) -> list[Place]:
    return list({kind(place.path): place for place in reversed(places)}.values())


@pytest.fixture
def faults() -> list[str]:
    """What was seen and heard, place by place."""
    return []


@pytest.fixture(autouse=True)
def everybody_is_still_here(demonstration) -> None:
    """On a busy machine all walks take longer than a sign-in: its page would close while it is looked at."""
    with demonstration.wiring.writing() as session:
        later = db.now() + timedelta(hours=1)
        session.execute(update(SignIn).values(seen_at=db.now(), ends_at=later))
        session.execute(update(SignIn).where(SignIn.whole_at.is_not(None)).values(fresh_at=db.now()))
        session.commit()


@pytest.fixture
def page(browser: Browser, faults) -> Iterator[Page]:
    """A phone whose complaints are faults, and on which colours do not change slowly."""
    with browser.new_context(**PHONE, reduced_motion="reduce") as context:
        listen(context, faults)
        yield context.new_page()


def test_the_walk_leads_to_every_page(demonstration):
    app = demonstration.app
    read = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    paths = [place.path.partition("?")[0] for group in GROUPS for place in demonstration.walked(group)]

    met = {app.url_map.bind("").match(path)[0] for path in paths}

    # Filling in with somebody who is here shows that person's own pages: they are walked as theirs.
    left = {one for one in read - met if not one.startswith("assisted.")}
    assert (sorted(left - set(NOT_WALKED_TO)), sorted(set(NOT_WALKED_TO) - left)) == ([], [])


@pytest.mark.parametrize("group", GROUPS)
def test_every_page_is_well_made_and_one_of_each_kind_withstands_a_close_look(
    demonstration, page, faults, group
):
    places = demonstration.walked(group)
    looked_at_closely = one_of_each_kind(places)

    for place in places:
        demonstration.visit(page, place, "en")
        faults += [f"{place}: {fault}" for fault in look(page)]
        if place in looked_at_closely:
            faults += [f"{place}, {fault}" for fault in look_closely(page)]

    assert faults == []


@pytest.mark.parametrize("group", GROUPS)
def test_in_longer_words_and_from_right_to_left_every_page_fits_and_is_built_of_the_same_parts(
    demonstration, page, faults, group
):
    axe = AXE.read_text()
    for place in one_of_each_kind(demonstration.walked(group)):
        client = _client(demonstration.app, demonstration.cookies.get(place.login))
        in_english = skeleton(client, place, "en")
        for language in ("et", "ru", LONGEST):
            demonstration.visit(page, place, language)
            parts = skeleton(client, place, language)
            faults += [f"{place}, {language}: {fault}" for fault in look(page)]
            if language == LONGEST:
                page.evaluate(axe)
                faults += [f"{place}, {language}, axe: {fault}" for fault in page.evaluate(JUDGE, OF_WORDS)]
            if parts != in_english:
                faults.append(f"{place}, {language}: {[tag for tag in parts if tag not in in_english][:3]}")

    assert faults == []


def skeleton(client: FlaskClient, place: Place, language: str) -> list[str]:
    """The tags of a page with what assistive technology goes by, without words and lists to choose from."""
    text = client.get(place.path.replace("/en/", f"/{language}/")).text
    tags = re.findall(r"<[a-z][^>]*>", OF_THE_LANGUAGE.sub("", text))
    return [WORDS.sub("", tag) for tag in tags]
