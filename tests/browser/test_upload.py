"""A document sent from a small phone over a bad line, with the portal's script and without it."""

import hashlib
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from portal.domain.access.sign_in import SignIn
from portal.domain.documents import Document
from portal.domain.papers import uploads
from portal.server import serving
from portal.wiring import Wiring
from tests.browsers import signed_cookie
from tests.portals import BadLine, RunningPortal, plugged, portal_server
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
def quiet_portal(wiring) -> Iterator[tuple[RunningPortal, Wiring]]:
    """A portal whose worker sleeps: what was sent is still there as it came."""
    app = plugged(wiring)
    with serving(app, "127.0.0.1", 0) as url:
        yield RunningPortal(url, app, []), wiring


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


def _choose(page: Page, *files: Path, smaller: bool = False) -> None:
    """As it is, unless it shall become `smaller`: once it is seen how large that would be."""
    page.select_option("select[name=kind]", "passport")
    page.set_input_files("#file", files)
    if page.evaluate("typeof listed") == "function":
        page.wait_for_function("document.querySelector('form[data-upload]').items.busy.then(() => true)")
        if page.locator(".chosen .choice").is_visible():
            page.get_by_role("checkbox", name="Make photos smaller").set_checked(smaller)


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
    # What was being stored when the line broke is offered again, and refused: locked, or here already.
    assert len([piece for piece in portal.pieces if piece.received is None]) <= 2
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


# --- What becomes of a photo before it is sent -------------------------------------------------------


def _camera(path: Path, *, seed: int = 1) -> Path:
    """A photo as a phone takes it: 3,000 x 2,000 points, lying on its side, with its place written in."""
    grain = Image.open(io.BytesIO(photo(side=500, seed=seed))).resize((3000, 2000))
    grain.paste((200, 20, 20), (0, 0, 1000, 300))  # on the upper edge of what the sensor saw, at its left
    exif = grain.getexif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Model] = 6, "Amina's phone"
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (59.0, 26.0, 0.0),
    }
    grain.save(path, "JPEG", quality=95, exif=exif)
    return path


def _sent(wiring) -> bytes:
    """The bytes of the one upload, as they came."""
    with wiring.reading() as session:
        document = session.scalars(select(Document)).one()
        [source] = uploads.sources_of(session, document)
    return b"".join(uploads.read(wiring.vault, *source))


def test_a_photo_becomes_smaller_on_the_phone_stands_upright_and_tells_no_place(
    phone, quiet_portal, enter, tmp_path
):
    portal, wiring = quiet_portal
    enter(phone, portal.url)
    phone.goto(portal.url + NEW)
    file = _camera(tmp_path / "photo.jpg")

    _choose(phone, file, smaller=True)
    uses = phone.locator(".chosen > p").inner_text()
    phone.click(SEND)
    phone.wait_for_url(f"**{PAGE}", timeout=60_000)

    sent = _sent(wiring)
    picture = Image.open(io.BytesIO(sent))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (1600, 2400), {})
    assert b"Amina" not in sent
    red = picture.getpixel((1500, 300))
    assert (red[0] > 150, red[1] < 90) == (
        True,
        True,
    )  # turned to the right: its left is up, its upper edge right
    size = f"{len(sent) / 1e6:.1f}".removesuffix(".0")
    assert uses == f"This will use about {size}\N{NO-BREAK SPACE}MB of your data."
    assert len(sent) < file.stat().st_size


def test_who_wants_sends_the_photo_as_it_is(phone, quiet_portal, enter, tmp_path):
    portal, wiring = quiet_portal
    enter(phone, portal.url)
    phone.goto(portal.url + NEW)
    file = _camera(tmp_path / "photo.jpg")

    _choose(phone, file)
    phone.click(SEND)
    phone.wait_for_url(f"**{PAGE}", timeout=60_000)

    assert _sent(wiring) == file.read_bytes()


# --- Several photos ----------------------------------------------------------------------------------


def test_several_photos_are_seen_put_in_order_and_sent_as_one_document(
    phone, portal, wiring, enter, tmp_path
):
    enter(phone)
    phone.goto(portal.url + NEW)
    files = [_camera(tmp_path / f"page {number}.jpg", seed=number) for number in (1, 2, 3)]
    _choose(phone, *files, smaller=True)
    phone.locator(".chosen li").nth(2).get_by_role("button", name="Remove").click()

    phone.get_by_role("button", name="Go on with these pages").click()
    expect(phone.get_by_role("heading", name="Pages so far: 2")).to_be_visible(timeout=60_000)
    expect(phone.locator("#pages canvas:visible")).to_have_count(2)
    phone.set_input_files("#file", files[2])
    phone.get_by_role("button", name="Add this photo").click()
    expect(phone.get_by_role("heading", name="Pages so far: 3")).to_be_visible(timeout=60_000)
    phone.locator(".sheets > li").nth(2).get_by_role("button", name="Up").click()
    expect(phone.locator(".sheets bdi")).to_have_text(["page 1.jpg", "page 3.jpg", "page 2.jpg"])
    expect(phone.locator("#pages canvas:visible")).to_have_count(3)
    kept = phone.evaluate("localStorage.length")
    phone.reload()
    expect(phone.locator(".sheets > li")).to_have_count(3)
    phone.get_by_role("button", name="Send these pages").click()

    expect(phone.get_by_text("The number of the receipt is")).to_be_visible(timeout=30_000)
    expect(phone.get_by_text("Waiting for a counsellor", exact=True)).to_be_visible(timeout=60_000)
    phone.get_by_role("link", name="Receipt").click()
    expect(phone.locator(".page-view img")).to_have_count(3)
    assert kept == 0


def test_a_page_is_taken_again_in_its_place(phone, portal, enter, tmp_path):
    enter(phone)
    phone.goto(portal.url + NEW)
    files = [_camera(tmp_path / f"page {number}.jpg", seed=number) for number in (1, 2, 3)]
    _choose(phone, *files[:2], smaller=True)
    phone.get_by_role("button", name="Go on with these pages").click()
    expect(phone.locator(".sheets > li")).to_have_count(2, timeout=60_000)

    phone.get_by_role("link", name="Take again – Page 1").click()
    expect(phone.get_by_role("heading", name="A new photo for page 1")).to_be_visible()
    phone.set_input_files("#file", files[2])
    phone.get_by_role("button", name="Add this photo").click()

    expect(phone.locator(".sheets bdi")).to_have_text(["page 3.jpg", "page 2.jpg"], timeout=60_000)


def test_what_the_document_is_must_be_said_before_anything_goes(phone, portal, enter, file):
    enter(phone)
    phone.goto(portal.url + NEW)
    phone.set_input_files("#file", file)

    phone.click(SEND)

    expect(phone.get_by_text("Choose which document it is.")).to_be_visible()
    expect(phone.locator("select[name=kind]")).to_be_focused()
    expect(phone.locator(".chosen li")).to_have_count(1)
    assert portal.pieces == []
