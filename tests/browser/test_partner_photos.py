"""A partner's phone: photos of a visit, each by itself; pages of a paper, all as one."""

import pytest
from playwright.sync_api import Page, expect

from portal.db import today
from portal.domain import documents
from portal.domain.applying import consents
from portal.domain.applying.consents import Purpose
from portal.domain.cases import CaseState
from portal.domain.support import monitoring, parts, photos, plans
from portal.domain.support.monitoring import FollowUpMode, Held
from tests.browser.conftest import PHONE, listen
from tests.browsers import signed_cookie
from tests.samples import photo

pytestmark = pytest.mark.browser

PICTURES = [
    {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": photo(seed=number)} for number in (1, 2)
]
ALLOWED = {Purpose.TALK_PHOTOS}


@pytest.fixture
def case(cast, session):
    found = cast.case(CaseState.REINTEGRATION)
    consents.settle(session, found, ALLOWED, ALLOWED, language="en", by=cast.amina)
    session.commit()
    return found


@pytest.fixture
def phone(browser, portal, cast, session, case):
    complaints: list[str] = []
    with browser.new_context(**PHONE) as context:
        listen(context, complaints)
        cookie = signed_cookie(portal.app, session, cast.petros)
        context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])
        yield context.new_page()
    assert complaints == []


def choose(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("input[type=file]:not([capture])").set_input_files(PICTURES)
    expect(page.locator(".chosen li")).to_have_count(2)


def test_photos_of_a_visit_go_one_by_one_and_pages_of_a_paper_together(phone, portal, cast, session, case):
    talk = monitoring.plan(session, case, FollowUpMode.VISIT, today(), by=cast.petros)
    told = Held(talk.mode, today(), "Amina", "All well", is_last=True)
    monitoring.hold(session, case, talk, told, by=cast.petros)
    step = parts.milestones(session, plans.approved(session, case))[0]
    session.commit()
    here = f"{portal.url}/en/partner/cases/{case.reference}"

    choose(phone, f"{here}/talks/{talk.id}/photos")
    phone.get_by_role("button", name="Add", exact=True).click()
    expect(phone.locator(".chosen li")).to_have_count(0, timeout=30_000)
    expect(phone.get_by_text("2 photos are being checked.").or_(phone.locator(".thumbs"))).to_be_visible()
    choose(phone, f"{here}/steps/{step.id}")
    phone.get_by_role("button", name="Go on with these pages").click()
    expect(phone.get_by_role("heading", name="Pages so far: 2")).to_be_visible(timeout=30_000)
    phone.get_by_role("button", name="Send these pages").click()
    phone.wait_for_url(f"**/steps/{step.id}", timeout=30_000)

    assert len(photos.of_case(session, case, viewer=cast.petros)[talk.id]) == 2
    assert len(documents.of_milestone(session, step.id)) == 1
