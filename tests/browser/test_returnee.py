"""The returnee on a small phone, in Russian and from right to left: shared, arrived, and what has come."""

import pytest
from playwright.sync_api import Page, expect

from portal.domain.cases import Case, CaseState
from portal.domain.support import parts, plans, receipts, referrals
from portal.domain.support.field_rights import Field
from portal.programme import DocumentKind
from tests.browser.conftest import PHONE
from tests.browsers import signed_cookie

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(portal, open_browser, cast, session):
    """phone(): Amina's phone, signed in; without scripts."""

    def phone() -> Page:
        page = open_browser(**PHONE, java_script_enabled=False)
        cookie = signed_cookie(portal.app, session, cast.amina)
        page.context.add_cookies([{"name": "kodutee", "value": cookie, "url": portal.url}])
        return page

    return phone


def fits(page: Page) -> bool:
    """Whether nothing stands beside the screen: asked of the layout, for scripts are off."""
    box = page.locator("main").bounding_box()
    return box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["viewport"]["width"]


@pytest.mark.parametrize("language", ["ru", "xb"])
def test_she_ticks_what_is_shared_and_takes_one_point_back(portal, cast, session, phone, language):
    case = cast.case(CaseState.PREPARING)
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    session.commit()
    page = phone()
    page.goto(f"{portal.url}/{language}/my/sharing/{referral.id}")
    agree = page.locator("form:has(input[name=fields]) button")

    for field in ("names", "contact", "plan"):
        page.locator(f"label:has(input[value={field}])").click()
    agree.click()
    expect(page.locator("input[name=fields]:checked")).to_have_count(3)
    page.locator("label:has(input[value=contact])").click()
    agree.click()
    expect(page.locator("input[name=fields]:checked")).to_have_count(2)

    session.expire_all()
    assert receipts.chosen(session, referral).fields == {Field.NAMES, Field.PLAN}
    assert fits(page)


@pytest.mark.parametrize("language", ["ru", "xb"])
def test_she_says_that_she_arrived(portal, cast, session, phone, language):
    case = cast.case(CaseState.DEPARTED)
    page = phone()

    page.goto(f"{portal.url}/{language}/my/")
    page.locator("#standing .actions a").click()
    page.locator("form:has(input[name=on-day]) button").click()
    expect(page.locator(f'a[href="/{language}/my/arrival"]').first).to_be_visible()

    session.expire_all()
    assert session.get_one(Case, case.id).arrival_said_on == case.departed_on
    assert fits(page)


@pytest.mark.parametrize("language", ["ru", "xb"])
def test_her_first_page_shows_the_way_the_steps_and_the_money(portal, cast, session, phone, language):
    case = cast.case(CaseState.REINTEGRATION)
    first = parts.milestones(session, plans.approved(session, case))[0]
    photo = cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=first.id)
    photo_id = photo.id
    session.commit()
    page = phone()
    page.route("**/preview", lambda route: route.fulfill(status=204))  # its parts lie nowhere

    page.goto(f"{portal.url}/{language}/my/")

    expect(page.locator(".path [aria-current=step]")).to_have_count(1)
    expect(page.locator(".timeline > li")).to_have_count(2)
    expect(page.locator(".sums dd")).to_have_count(3)
    expect(page.locator(f'.thumbs img[src="/{language}/my/documents/{photo_id}/preview"]')).to_have_count(1)
    expect(page.locator('a[href^="tel:+998"]')).to_have_count(1)
    assert fits(page)
