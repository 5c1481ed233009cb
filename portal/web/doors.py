"""Who enters which part of the house; what is not listed is locked."""

import re
from contextlib import suppress
from datetime import timedelta

from flask import Flask, abort, current_app, flash, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager
from sqlalchemy.exc import OperationalError

from portal.db import now
from portal.domain.access import arriving, sign_in
from portal.domain.permissions import COUNSEL, EVERYONE, FAMILY, FIELD, MANAGER, MIGRANT, PARTNER, Role
from portal.web import current, fresh, htmx, kept, resting
from portal.web.current import SignedIn

OPEN = None
"""No one needs to be signed in."""

DOORS: dict[str, frozenset[Role] | None] = {
    "public": OPEN,
    "guide": OPEN,
    "verify": OPEN,
    "supplier": OPEN,
    "entrance": OPEN,
    "health": OPEN,
    "account": EVERYONE,
    "access": COUNSEL | PARTNER | MANAGER,
    "family": FAMILY,
    "migrant": MIGRANT,
    "application": MIGRANT,
    "documents": MIGRANT,
    "letters": MIGRANT,
    "plan": MIGRANT,
    "afterwards": MIGRANT,
    "counsellor": COUNSEL,
    "assisted": COUNSEL,
    "partner": PARTNER,
    "manage": frozenset({Role.MANAGER, Role.AUDITOR}),
    "people": MANAGER,
    "post": MANAGER,
    "uploads": MIGRANT | FIELD,
}

HOME: dict[Role, str] = {
    Role.MIGRANT: "migrant.standing",
    Role.FAMILY: "family.show",
    Role.COUNSELLOR: "counsellor.queue",
    Role.APPROVER: "counsellor.queue",
    Role.PARTNER: "partner.cases",
    Role.MANAGER: "manage.overview",
    Role.AUDITOR: "manage.overview",
}

SEEN_EVERY = timedelta(minutes=1)
KEPT = _l("We kept what you wrote. You will find it again when you are signed in.")


def init(app: Flask) -> None:
    """Put the doors in: every request passes them."""
    login = LoginManager(app)
    # A phone changes its address all the time; sessions are rows and can be ended instead.
    login.session_protection = None
    login.user_loader(_load)
    app.before_request(_pass)
    app.after_request(kept.forget_saved)
    app.context_processor(_context)
    app.teardown_request(current.close_session)


def _load(token: str) -> SignedIn | None:
    """The whole sign-in of this browser, if it is alive; notes that it was used."""
    with current.wiring().reading() as database:
        found = arriving.of_token(database, token)
    if found is None:
        return None
    if resting.is_used() and found.sign_in.seen_at + SEEN_EVERY < now():
        # When nothing can be written, reading goes on.
        with suppress(OperationalError), current.wiring().writing() as database:
            sign_in.seen(database, found.sign_in)
            database.commit()
    return SignedIn(token, found)


def _pass() -> ResponseReturnValue | None:
    door = DOORS.get(request.blueprint or "", frozenset())
    if request.endpoint is None or request.endpoint == "root" or door is OPEN:
        # A page by itself does nothing, also where nobody is asked who they are.
        return ("", 204) if kept.is_all_that_is_wanted() else None
    found = current.signed_in()
    if found is None:
        return _to_sign_in()
    if found.account.role not in door:
        abort(404)
    if request.blueprint != "account" and fresh.wants_passkey():
        return _to_passkey()
    if kept.is_all_that_is_wanted():
        return _keep()
    if fresh.is_wanted() and not fresh.is_shown():
        return fresh.ask()
    kept.let_in()
    return None


def _to_passkey() -> ResponseReturnValue:
    """Ask staff for a passkey, and come back here; a script that sends a file loads its page anew."""
    if request.blueprint == "uploads":
        abort(401)
    kept.keep()
    return htmx.moved(url_for("account.new_passkey", next=_here()))


def _to_sign_in() -> ResponseReturnValue:
    """Ask to sign in and come back here; what was typed into the application, or at the desk, is kept."""
    if request.blueprint == "uploads":
        abort(401)
    say_rested()
    if kept.is_all_that_is_wanted() or kept.SAVING in request.headers:
        return _keep()
    if kept.keep():
        _say_kept()
    return htmx.moved(url_for("entrance.sign_in", next=_here()))


def say_rested() -> None:
    """Tell whoever was signed in here why they are not any more, once."""
    if "_user_id" in session and "_flashes" not in session:
        flash(_("You were signed out because nothing happened for a while. Sign in again."), "warning")


def _keep() -> ResponseReturnValue:
    """Keep what was typed for a page that asks for no more; whoever is signed in has not lost it yet."""
    if kept.keep() and current.signed_in() is None:
        _say_kept()
    return "", 204


def _say_kept() -> None:
    """Once, however often the page sent what it has: by itself, and with its fields."""
    if str(KEPT) not in (str(words) for _tone, words in session.get("_flashes", ())):
        flash(KEPT, "success")


def _here() -> str | None:
    """The address to come back to; None for one that only takes what a button sends."""
    return request.full_path.rstrip("?") if _can_be_read() else None


def _can_be_read() -> bool:
    if request.method == "GET":
        return request.url_rule is not None
    return current_app.create_url_adapter(request).test(request.path, method="GET")  # type: ignore[union-attr]


def home() -> str:
    """The address of the viewer's own first page."""
    return url_for(HOME[current.viewer().role])


def safe_next(address: str | None) -> str:
    """`address` if it is a page of this portal, else the viewer's own first page."""
    # What browsers read as another host: two slashes, a backslash, or invisible signs between.
    if address and re.fullmatch(r"/(?![/\\])[^\\]*", address) and address.isprintable():
        return address
    return home()


def _context() -> dict[str, object]:
    found = current.signed_in()
    if found is None:
        return {"viewer": None}
    return {
        "viewer": found.account,
        "has_news": found.arrival.has_news,
        "is_asked_for": found.arrival.is_asked_for,
        "viewer_home": url_for(HOME[found.account.role]),
        "rest": resting.of(found.sign_in, here=_here()),
    }
