"""Passkeys in a real browser, with an authenticator of its own: made, shown, asked for again, and refused."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs

import pyotp
import pytest
from playwright.sync_api import CDPSession, Error, Page, Route, expect
from sqlalchemy import update

from portal.db import now
from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account
from tests.browser.conftest import DESK, PHONE
from tests.cast import PASSWORD
from tests.portals import RunningPortal, portal_server
from tests.servers import free_port

pytestmark = pytest.mark.browser


@pytest.fixture
def portal(wiring) -> Iterator[RunningPortal]:
    """A portal at a name, where staff must show a passkey."""
    port = free_port()
    url = f"http://localhost:{port}"
    settings = replace(wiring.settings, public_url=url, staff_passkeys=True)
    with portal_server(replace(wiring, settings=settings), port) as running:
        yield replace(running, url=url)


@dataclass
class Lock:
    """The screen lock of a device, seen from the browser's side."""

    wire: CDPSession
    number: str

    def answers(self, *, touched: bool = True, verified: bool = True) -> None:
        """Whether somebody touches it, and whether it is its owner. Touched, it also takes every offer."""
        said = {"authenticatorId": self.number}
        self.wire.send("WebAuthn.setUserVerified", {**said, "isUserVerified": verified})
        self.wire.send("WebAuthn.setAutomaticPresenceSimulation", {**said, "enabled": touched})


@pytest.fixture
def with_lock(open_browser) -> Callable[..., tuple[Page, Lock]]:
    """with_lock(**PHONE): an empty page on a device with a screen lock, and that lock."""

    def with_lock(*, is_verified: bool = True, **kind: object) -> tuple[Page, Lock]:
        page = open_browser(**kind)
        wire = page.context.new_cdp_session(page)
        wire.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": is_verified,
            "isUserVerified": is_verified,
            "automaticPresenceSimulation": True,
        }
        made = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return page, Lock(wire, made["authenticatorId"])

    return with_lock


def give_password(portal: RunningPortal, page: Page, account: Account) -> None:
    """The first step of signing in."""
    page.goto(f"{portal.url}/en/sign-in")
    page.get_by_label("Sign-in name").fill(account.login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()


def type_code(page: Page, secret: str) -> None:
    """The second step with an authenticator app."""
    field = page.get_by_role("textbox", name="Code")
    field.fill(pyotp.TOTP(secret).now())
    field.press("Enter")


def register(portal: RunningPortal, page: Page) -> None:
    """Make an account, up to the second factor."""
    page.goto(f"{portal.url}/en/register")
    page.get_by_label("A name to sign in with").fill("laylo")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def add_passkey(portal: RunningPortal, page: Page, cast, account: Account) -> None:
    """Sign in with a code, and add a passkey."""
    secret = cast.secret_of(account)
    cast.session.commit()
    give_password(portal, page, account)
    type_code(page, secret)
    expect(page.locator(".sign-out button:visible").first).to_be_visible()
    page.goto(f"{portal.url}/en/account/factors/passkey")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()


def sign_out(page: Page) -> None:
    page.wait_for_load_state()  # which of the two is seen, the style sheet says
    page.locator(".sign-out button:visible").first.click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def open_sign_in(portal: RunningPortal, page: Page, lock: Lock, query: str = "") -> None:
    """The first page of the door, with the browser's own offer left untouched."""
    lock.answers(touched=False)
    page.add_init_script(NOTE_ASKED)
    page.goto(f"{portal.url}/en/sign-in{query}")
    page.evaluate("window.asked")
    lock.answers()


NOTE_ASKED = """
window.asked = new Promise((told) => {
  const get = navigator.credentials?.get.bind(navigator.credentials);
  if (get) navigator.credentials.get = (options) => { told(true); return get(options); };
});
"""


def test_a_passkey_is_the_first_factor_and_then_the_whole_sign_in(portal, with_lock):
    page, lock = with_lock(**PHONE)
    register(portal, page)

    page.get_by_role("button", name="Use this phone's screen lock (passkey)").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_out(page)
    open_sign_in(portal, page, lock, "?next=/en/account/factors")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("heading", name="Ways to sign in")).to_be_visible()
    expect(page.get_by_text("Chrome, Android").first).to_be_visible()


def test_an_older_browser_and_an_impatient_finger_get_in_as_well(portal, with_lock):
    page, _lock = with_lock(**PHONE)
    page.add_init_script(OLDER)
    register(portal, page)

    page.get_by_role("button", name="Use this phone's screen lock (passkey)").dblclick()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_out(page)
    page.goto(f"{portal.url}/en/sign-in?next=/en/account/")
    page.get_by_role("button", name="Sign in with a passkey").dblclick()

    expect(page.get_by_role("heading", name="My account")).to_be_visible()


OLDER = """
delete PublicKeyCredential.parseCreationOptionsFromJSON;
delete PublicKeyCredential.parseRequestOptionsFromJSON;
delete PublicKeyCredential.isConditionalMediationAvailable;
delete PublicKeyCredential.prototype.toJSON;
"""


def test_the_browser_offers_the_passkey_where_the_name_is_typed(portal, with_lock, cast):
    page, _lock = with_lock(**DESK)
    add_passkey(portal, page, cast, cast.amina)
    sign_out(page)

    page.goto(f"{portal.url}/en/sign-in?next=/en/account/")  # this authenticator takes the first offer

    expect(page.get_by_role("heading", name="My account")).to_be_visible()


def test_a_passkey_stands_in_for_the_code_after_the_password(portal, with_lock, cast):
    page, lock = with_lock(**DESK)
    add_passkey(portal, page, cast, cast.amina)
    sign_out(page)
    lock.answers(touched=False)
    give_password(portal, page, cast.amina)
    lock.answers()

    page.get_by_role("button", name="Use my passkey instead").click()

    expect(page.locator(".sign-out button:visible").first).to_be_visible()


def test_what_matters_is_confirmed_with_a_passkey_and_nothing_typed_is_lost(portal, with_lock, cast, session):
    page, _lock = with_lock(**DESK)
    add_passkey(portal, page, cast, cast.amina)
    passkey = factors.of_account(session, cast.amina, FactorKind.PASSKEY)[0]
    session.commit()
    page.goto(f"{portal.url}/en/account/factors/{passkey.id}/name")
    page.get_by_label("Name").fill("My blue phone")
    session.execute(update(SignIn).values(fresh_at=now() - timedelta(minutes=11)))
    session.commit()

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_role("button", name="Use my passkey").click()

    expect(page.get_by_role("heading", name="Ways to sign in")).to_be_visible()
    expect(page.get_by_text("My blue phone").first).to_be_visible()


def test_the_house_opens_to_staff_once_they_have_a_passkey(portal, with_lock, cast):
    page, lock = with_lock(**DESK)
    clara, secret = cast.clara, cast.secret_of(cast.clara)
    cast.session.commit()
    give_password(portal, page, clara)
    type_code(page, secret)
    expect(page.get_by_role("heading", name="Your passkey")).to_be_visible()
    page.goto(f"{portal.url}/en/counsellor/")
    expect(page.get_by_text("they work here only with a passkey")).to_be_visible()

    page.get_by_role("button", name="Make a passkey").click()
    expect(page).to_have_url(f"{portal.url}/en/counsellor/")
    sign_out(page)
    open_sign_in(portal, page, lock)
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page).to_have_url(f"{portal.url}/en/counsellor/")


def test_staff_who_came_with_a_code_show_the_passkey_they_have(portal, with_lock, cast, session):
    page, lock = with_lock(**DESK)
    add_passkey(portal, page, cast, cast.clara)
    session.execute(update(SignIn).values(shown=FactorKind.TOTP))
    session.commit()
    lock.answers()
    page.goto(f"{portal.url}/en/counsellor/")

    page.get_by_role("button", name="Use my passkey").click()

    expect(page).to_have_url(f"{portal.url}/en/counsellor/")


def test_a_device_is_told_once_that_it_has_a_passkey_already(portal, with_lock, cast):
    page, _lock = with_lock(**DESK)
    add_passkey(portal, page, cast, cast.amina)
    page.goto(f"{portal.url}/en/account/factors/passkey")

    page.get_by_role("button", name="Make a passkey").click()

    expect(page.get_by_text("This device already has a passkey for your account.")).to_be_visible()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_focused()


def test_a_device_that_does_not_look_who_holds_it_makes_no_passkey(portal, with_lock, cast, session):
    page, _lock = with_lock(is_verified=False, **DESK)
    secret = cast.secret_of(cast.amina)
    session.commit()
    give_password(portal, page, cast.amina)
    type_code(page, secret)
    page.goto(f"{portal.url}/en/account/factors/passkey")

    page.get_by_role("button", name="Make a passkey").click()

    expect(page.get_by_role("status").filter(has_text=re.compile("screen lock|stopped"))).to_be_visible()
    assert factors.of_account(session, cast.amina, FactorKind.PASSKEY) == []


def test_when_the_owner_is_not_recognised_nobody_gets_in(portal, with_lock, cast):
    page, lock = with_lock(**DESK)
    add_passkey(portal, page, cast, cast.amina)
    sign_out(page)
    lock.answers(touched=False, verified=False)
    page.route("**/passkey/options", waits_less)
    page.goto(f"{portal.url}/en/sign-in")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("It was stopped, or this device has no passkey")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_focused()


def test_an_answer_without_a_look_at_the_owner_is_refused_by_the_portal_as_well(portal, with_lock, cast):
    page, lock = with_lock(**DESK)
    add_passkey(portal, page, cast, cast.amina)
    sign_out(page)
    page.route("**/passkey/options", asks_less)
    open_sign_in(portal, page, lock)
    lock.answers(verified=False)

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_have_text(
        "Your device did not check that it is you. Set a screen lock on the device, then try again."
    )


def waits_less(route: Route) -> None:
    """Half a second in the place of five minutes."""
    _answer_with(route, timeout=500)


def asks_less(route: Route) -> None:
    """A page that was tampered with does not demand that the device looks who holds it."""
    _answer_with(route, userVerification="discouraged")


def _answer_with(route: Route, **changed: object) -> None:
    with suppress(Error):  # the page that asked may have gone on meanwhile
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), **changed})


def test_an_answer_that_is_sent_again_is_refused(portal, with_lock, cast):
    page, lock = with_lock(**DESK)
    add_passkey(portal, page, cast, cast.amina)
    sign_out(page)
    open_sign_in(portal, page, lock, "?next=/en/account/")
    with page.expect_request(re.compile(r"/sign-in/passkey\?")) as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    credential = parse_qs(sent.value.post_data)["credential"][0]
    sign_out(page)
    lock.answers(touched=False)

    page.goto(f"{portal.url}/en/sign-in")
    form = page.locator("[data-passkey]")
    form.evaluate("(form, said) => { form.elements.credential.value = said; form.submit(); }", credential)

    expect(page.get_by_role("alert")).to_have_text("This took too long, or it was used before. Try again.")


def test_a_browser_without_passkeys_sees_no_button_for_them(portal, open_browser, cast):
    page = open_browser(**DESK)
    page.add_init_script("delete window.PublicKeyCredential")

    page.goto(f"{portal.url}/en/sign-in")

    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


def test_at_another_address_of_the_portal_the_right_one_is_named(portal, with_lock, cast):
    page, _lock = with_lock(**DESK)
    page.goto(f"http://127.0.0.1:{portal.port}/en/sign-in")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text(f"Passkeys work only at the address {portal.url}.")).to_be_visible()
