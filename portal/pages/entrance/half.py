"""A browser half way in: from the right password until the second factor was shown."""

import secrets
from typing import Never

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user
from sqlalchemy.orm import Session

from portal.db import now
from portal.domain.access import factors, sign_in
from portal.domain.access.arriving import Arrival
from portal.domain.access.sign_in import Entered, SignIn
from portal.domain.accounts import Account
from portal.domain.errors import Reason
from portal.web import current, device, doors, kept
from portal.web.current import SignedIn
from portal.web.forms import Form
from portal.web.words import say

bp = Blueprint("entrance", __name__, url_prefix="/<language>")

HALF, ONWARD = "half", "onward"
"""What the cookie holds on the way in: the token of the half sign-in, and the page to go on to."""

LONGEST_ADDRESS = 1000
"""Of the page to go on to: a browser drops a cookie that is too large, and with it the whole way in."""


LEAVING = frozenset({"entrance.sign_out", "entrance.leave", "entrance.rested"})
FOR_EVERYBODY = LEAVING | {"entrance.passkey_options"}
"""Who is inside has no other business at the door."""


@bp.before_request
def _send_home() -> ResponseReturnValue | None:
    """Who is inside has no business at the door, but to leave, or to show a passkey once more."""
    if request.endpoint in FOR_EVERYBODY or current.signed_in() is None:
        return None
    return redirect(doors.safe_next(wanted()), 303)


def page(template: str, form: Form, **context: object) -> ResponseReturnValue:
    """A page with a form: 200 when it is new, 422 when something typed or `told` cannot be used."""
    is_refused = form.errors or context.get("told")
    return render_template(template, form=form, closes=g.get("closes"), **context), 422 if is_refused else 200


def wanted() -> str | None:
    """The page this person was on the way to; `doors.safe_next` looks whether it is one of ours."""
    address = request.args.get("next", "")
    return address if len(address) <= LONGEST_ADDRESS else None


def keep_wanted() -> None:
    """Remember the page this person was on the way to, until they are in."""
    session.pop(ONWARD, None)
    if onward := wanted():
        session[ONWARD] = onward


def begin(database: Session, account: Account) -> ResponseReturnValue:
    """Let this browser half in, and send it on to the second factor. The password was right."""
    token = sign_in.begin(database, account, device=device.words(), device_token=device.token())
    has_factor = factors.has_any(database, account)
    database.commit()
    _begin_cookie()
    session[HALF] = token
    keep_wanted()
    return redirect(url_for(".code" if has_factor else ".set_up"), 303)


def of_browser(*, has_factor: bool) -> tuple[SignIn, Account]:
    """The half sign-in of this browser and its account.

    Sends those away who have none, or whose account stands at the other kind of second step.
    """
    database = current.db_session()
    row = sign_in.of_token(database, session.get(HALF, ""))
    if row is None:
        _send_back()
    if factors.has_any(database, row[1]) is not has_factor:
        abort(redirect(url_for(".set_up" if has_factor else ".code"), 303))
    # A page that shows a key or a name does not stay open for whoever comes by next: entrance/_closes.html.
    g.closes = max(0, int((row[0].ends_at - now()).total_seconds()))
    return row


def _send_back() -> Never:
    if session.pop(HALF, None):
        flash(_("This took too long, so we stopped for your safety. Sign in again."), "warning")
    abort(redirect(url_for(".sign_in"), 303))


def put_out(reason: Reason) -> ResponseReturnValue:
    """Back to the first step, with a word why; whatever this browser was signed in to is over."""
    _empty_cookie()
    flash(say(reason), "warning")
    return redirect(url_for("entrance.sign_in"), 303)


def enter(entered: Entered, account: Account) -> str:
    """Sign this browser in; the address to go on to. The second factor was shown, and that is committed."""
    onward = session.get(ONWARD)
    _begin_cookie()
    login_user(SignedIn(entered.token, Arrival(entered.sign_in, account)))
    device.remember(entered.device_token)
    with current.reading() as database:
        is_kept = bool(kept.waiting(database, account))
    to = doors.safe_next(onward)
    return url_for("account.show_kept", next=to) if is_kept else to


def _begin_cookie() -> None:
    """An empty one, with what form tokens are made of: 128 bits, in half the letters of the library's own."""
    _empty_cookie()
    session["csrf_token"] = secrets.token_urlsafe(16)


def _empty_cookie() -> None:
    """Nothing put into this browser before somebody signed in is good afterwards."""
    session.clear()
    # A form read in this request has kept its token, signed for the old cookie, for the whole request.
    g.pop("csrf_token", None)
