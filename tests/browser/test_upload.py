"""A document sent from a small phone over a bad line, with the portal's script and without it."""

import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from portal.domain.access.sign_in import SignIn
from portal.domain.documents import Document
from tests.browsers import signed_cookie
from tests.portals import BadLine, RunningPortal, portal_server
from tests.samples import photo

pytestmark = pytest.mark.browser

PAGE, NEW = "/en/my/documents", "/en/my/documents/new"
SEND = "form[data-upload] button:not([type])"
BEGUN = "Choose the same file again"


@pytest.fixture
def database_kind() -> str:
    """The browser does not care which database there is."""
    return "sqlite"


@pytest.fixture
def portal(wiring) -> Iterator[RunningPortal]:
    with portal_server(wiring) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A photo of 2 MB."""
    path = tmp_path / "Amina Yusupova passport.png"
    path.write_bytes(photo(side=820, kind="PNG"))
    return path


@pytest.fixture
def enter(portal, cast, session):
    """enter(page): Amina, who has begun an application, is signed in on this phone."""

    def enter(page: Page, url: str = "") -> None:
        cookie = signed_cookie(portal.app, session, cast.amina)
        page.context.add_cookies([{"name": "kodutee", "value": cookie, "url": url or portal.url}])

    cast.case()
    return enter


def _choose(page: Page, file: Path) -> None:
    page.select_option("select[name=kind]", "passport")
    page.set_input_files("input[type=file]", file)


def _slow_line(page: Page) -> Callable[..., object]:
    """A line of 400 kB a second; the answer switches it off and on again."""
    line = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000}
    session = page.context.new_cdp_session(page)

    def switch(*, on: bool) -> None:
        session.send("Network.emulateNetworkConditions", {**line, "offline": not on})

    switch(on=True)
    return switch


def _pause_halfway(page: Page, file: Path) -> None:
    _slow_line(page)
    _choose(page, file)
    page.click(SEND)
    while page.evaluate("document.querySelector('progress').value") < 0.4:
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Pause").click()


def _arrived(wiring, file: Path) -> bool:
    with wiring.reading() as session:
        documents = session.scalars(select(Document)).all()
    return [one.sha256 for one in documents] == [hashlib.sha256(file.read_bytes()).hexdigest()]


def test_a_photo_gets_through_a_line_that_is_cut_and_its_check_is_seen_without_a_touch(
    phone, portal, wiring, enter, file
):
    line = BadLine(portal.port, cut_at=[500_000, 1_200_000], swallow=[1_800_000])
    enter(phone, line.url)
    phone.goto(line.url + NEW)
    _choose(phone, file)

    phone.click(SEND)

    phone.wait_for_url(f"**{PAGE}", timeout=60_000)
    expect(phone.get_by_text("Waiting for a counsellor", exact=True)).to_be_visible(timeout=30_000)
    line.close()
    assert _arrived(wiring, file)
    assert (line.cut_at, line.swallow) == ([], [])
    assert {piece.received is None for piece in portal.pieces} == {False}
    assert phone.evaluate("localStorage.length") == 0
    picture = phone.locator(".document img")
    expect(picture).to_have_js_property("naturalWidth", 480)


def test_without_a_connection_it_says_so_and_goes_on_by_itself(phone, portal, wiring, enter, file):
    enter(phone)
    phone.goto(portal.url + NEW)
    switch = _slow_line(phone)
    _choose(phone, file)
    phone.click(SEND)
    expect(phone.get_by_text("Sending. Keep this page open.")).to_be_visible()

    switch(on=False)
    expect(phone.get_by_text("No connection. We go on by ourselves when it is back.")).to_be_visible()
    switch(on=True)

    phone.wait_for_url(f"**{PAGE}", timeout=60_000)


def test_after_a_reload_the_same_file_goes_on_where_it_stopped(phone, portal, wiring, enter, file):
    enter(phone)
    phone.goto(portal.url + NEW)
    _pause_halfway(phone, file)
    expect(phone.get_by_text("Paused. What was sent so far is saved.")).to_be_visible()
    remembered = phone.evaluate("JSON.stringify(localStorage)")
    sent_before = len(portal.pieces)

    phone.reload()
    expect(phone.get_by_text(BEGUN)).to_be_visible()
    _choose(phone, file)
    phone.click(SEND)

    phone.wait_for_url(f"**{PAGE}", timeout=60_000)
    assert {word for word in ("Amina", "Yusupova", "passport") if word in remembered} == set()
    assert 0 < portal.pieces[sent_before].start == portal.pieces[sent_before - 1].received


def test_on_another_day_after_signing_in_again_it_goes_on(phone, portal, enter, session, file):
    enter(phone)
    phone.goto(portal.url + NEW)
    _pause_halfway(phone, file)
    sent_before = len(portal.pieces)
    session.execute(delete(SignIn))
    session.commit()

    phone.get_by_role("button", name="Go on").click()
    phone.wait_for_url("**/en/sign-in?next=**")
    enter(phone)
    phone.goto(portal.url + NEW)
    _choose(phone, file)
    phone.click(SEND)

    phone.wait_for_url(f"**{PAGE}", timeout=60_000)
    assert portal.pieces[-1].received == file.stat().st_size
    assert 0 not in [piece.start for piece in portal.pieces[sent_before:]]


def test_a_file_of_a_wrong_kind_is_refused_in_words_and_another_can_be_sent(
    phone, portal, enter, file, tmp_path
):
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><script>alert(1)</script>" * 100)
    enter(phone)
    phone.goto(portal.url + NEW)
    _choose(phone, page)

    phone.click(SEND)

    expect(phone.get_by_text("We cannot use this kind of file.")).to_be_visible()
    _choose(phone, file)
    phone.click(SEND)
    phone.wait_for_url(f"**{PAGE}", timeout=60_000)


def test_without_a_script_the_form_sends_the_file_whole(browser, portal, wiring, enter, file):
    with browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=False) as context:
        page = context.new_page()
        enter(page)
        page.goto(portal.url + NEW)
        _choose(page, file)

        page.click(SEND)

        page.wait_for_url(f"**{PAGE}", timeout=60_000)
        for _ in range(60):
            if page.get_by_text("Waiting for a counsellor", exact=True).count():
                break
            time.sleep(0.5)
            page.reload()
        expect(page.get_by_text("Waiting for a counsellor", exact=True)).to_be_visible()
        assert _arrived(wiring, file)
        assert portal.pieces == []


@pytest.mark.parametrize("language", ["en", "et", "ru", "xb"])
def test_nothing_is_wider_than_the_phone(phone, portal, enter, language):
    enter(phone)

    for path in (PAGE, NEW):
        phone.goto(portal.url + path.replace("/en/", f"/{language}/"))
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
