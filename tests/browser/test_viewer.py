"""A counsellor looks at documents: with keys, with a finger, and without the script."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from portal import checking
from portal.adapters import imaging
from portal.domain import documents
from portal.domain.cases import CaseState
from portal.programme import DocumentKind
from tests.browser.conftest import DESK, PHONE
from tests.browsers import signed_cookie
from tests.samples import pdf

pytestmark = pytest.mark.browser


def turned_photo() -> bytes:
    """A photo as a phone writes it: 300 by 200 dots lying on their side, and "turn me" (orientation 6)."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 200), "#8a6a4a").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def shelf(cast, session, wiring):
    """A case in review with a photo of a passport and a report of 12 pages; their addresses."""
    case = cast.case(CaseState.IN_REVIEW)
    addresses = []
    for kind, data in ((DocumentKind.PASSPORT, turned_photo()), (DocumentKind.MEDICAL_REPORT, pdf(pages=12))):
        document = cast.document(case, kind)
        for part in documents.parts(session, document):
            session.delete(part)
        examined = imaging.examine(data)
        files = [(examined.mime, examined.file), *(("image/jpeg", page) for page in examined.pages)]
        stored = [checking._stored(wiring, document, number, *file) for number, file in enumerate(files)]
        session.flush()
        documents.checked(session, document, stored, "0" * 64)
        addresses.append(f"/en/counsellor/cases/{case.reference}/documents/{document.id}")
    session.commit()
    return addresses


@pytest.fixture
def look(open_browser, portal, cast, session):
    """look(address, **browser): Clara opens it."""

    def look(address: str, **browser: object) -> Page:
        page: Page = open_browser(**browser)
        cookie = signed_cookie(portal.app, session, cast.clara)
        page.context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])
        page.goto(portal.url + address)
        return page

    return look


def test_the_arrows_turn_pages_and_with_shift_documents(look, shelf):
    _passport, report = shelf
    page = look(f"{report}?page=11", **DESK)

    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Page 12 of 12")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Page 11 of 12")).to_be_visible()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("heading", name="Passport", exact=True)).to_be_visible()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_role("heading", name="Medical report", exact=True)).to_be_visible()


def test_typing_turns_no_page(look, shelf):
    page = look(f"{shelf[1]}?page=2", **DESK)
    page.locator("summary", has_text="Do not accept document").click()

    page.get_by_label("Your message to the sender").press("ArrowRight")

    expect(page.get_by_text("Page 2 of 12")).to_be_visible()


@pytest.mark.parametrize("kind", [DESK, PHONE], ids=["desk", "phone"])
def test_without_the_script_a_photo_is_upright_turned_and_enlarged_and_the_page_stays_narrow(
    look, shelf, kind
):
    page = look(shelf[0], **kind, java_script_enabled=False)
    wide, high = shape(page)
    assert wide < high  # as it was held

    page.get_by_role("link", name="Turn to the right").click()
    page.wait_for_url("**turn=90**")
    wide, high = shape(page)
    assert wide > high

    page.get_by_role("link", name="400%").click()
    expect(page.get_by_role("link", name="400%")).to_have_attribute("aria-current", "true")
    box, window = page.locator(".page-window img").bounding_box(), page.locator(".page-window").bounding_box()
    assert box["width"] > 3.5 * window["width"]
    assert window["x"] + window["width"] <= page.viewport_size["width"]


def shape(page: Page) -> tuple[float, float]:
    """Width and height of the picture as it is shown."""
    page.wait_for_load_state("load")
    box = page.locator(".page-window img").bounding_box()
    return box["width"], box["height"]
