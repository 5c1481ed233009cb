"""What comes out of the printer: the sheet of codes and nothing else."""

import pytest
from playwright.sync_api import Page, expect

from portal.domain.permissions import Act, Role
from portal.domain.telling import notices
from tests.browser.conftest import DESK
from tests.browsers import signed_cookie

pytestmark = pytest.mark.browser


@pytest.fixture
def clara(open_browser, portal, cast, session) -> Page:
    """Her computer; there is news about her own account."""
    notices.note(session, Act.ACCOUNT_NEW_DEVICE, cast.clara, words="Firefox, Linux")
    session.commit()
    page: Page = open_browser(**DESK)
    cookie = signed_cookie(portal.app, session, cast.clara)
    page.context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])
    return page


def test_on_the_sheet_of_codes_stands_nothing_but_the_sheet(clara, portal, cast, session):
    newcomer = cast.account(Role.MIGRANT, "bakhyt-4729", has_app=False)
    clara.goto(f"{portal.url}/en/access/sheets/new")
    clara.get_by_label("Sign-in name or case reference").fill(newcomer.login)
    clara.get_by_label("I saw a document with a photo").check()
    clara.get_by_role("main").get_by_role("button", name="Go on").click()
    expect(clara.get_by_role("heading", name="Print this sheet now")).to_be_visible()

    clara.emulate_media(media="print")

    printed = clara.locator("body").inner_text()
    assert clara.locator(".code-sheet li:visible").count() == 10
    assert "There is news about your account" not in printed
    assert "Print this sheet now" not in printed
