"""One more way to sign in: an authenticator app, or a passkey."""

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import HiddenField

from portal.domain.access import factors, sign_in
from portal.domain.access import passkeys as domain
from portal.domain.access.factors import FactorKind
from portal.domain.errors import Reason, Refused
from portal.pages.account.confirm import renew
from portal.pages.account.factors import LONGEST_NAME, NameForm
from portal.pages.account.room import bp, here
from portal.pages.entrance.half import page
from portal.pages.entrance.set_up import connecting
from portal.web import current, device, doors, fresh, passkeys
from portal.web.forms import Text, needed
from portal.web.words import say

# --- An authenticator app --------------------------------------------------------------------------


class TotpForm(NameForm):
    """The first code of one more app. The field is not called `code`: that is the one that confirms."""

    name = Text(lazy_pgettext("device", "Name"), most=LONGEST_NAME)
    new_code = Text(_l("Code"), [needed()], most=60)


@bp.get("/factors/authenticator")
def new_totp() -> ResponseReturnValue:
    """The key that waits to be proven, or a button that makes one."""
    return _totp_page(TotpForm())


@bp.post("/factors/authenticator/begin")
def begin_totp() -> ResponseReturnValue:
    """Make a key."""
    database = current.db_session()
    sign_in.begin_totp(database, here())
    database.commit()
    return redirect(url_for(".new_totp"), 303)


@bp.post("/factors/authenticator")
def add_totp() -> ResponseReturnValue:
    """Add the app, if its first code fits the key."""
    viewer, database, form = current.viewer(), current.db_session(), TotpForm()
    if not form.validate():
        return _totp_page(form)
    try:
        factor = sign_in.prove_totp(database, here(), viewer, form.new_code.data, name=form.name.data or "")
    except Refused:
        flash(_("This key was used already, in another window. Look at the list below."), "warning")
        return redirect(url_for(".factors"), 303)
    if factor is None:
        form.accept(new_code=say(Reason.CODE_WRONG))
        return _totp_page(form)
    database.commit()
    flash(_("The authenticator app is added."), "success")
    return redirect(url_for(".factors"), 303)


def _totp_page(form: TotpForm) -> ResponseReturnValue:
    secret = here().pending_secret
    shown = connecting(secret, current.viewer()) if secret else {}
    return page("account/new_totp.html", form, has_key=bool(secret), **shown)


# --- A passkey -------------------------------------------------------------------------------------


class PasskeyForm(NameForm):
    """A passkey that was made, and what its owner calls it."""

    new_credential = HiddenField()


@bp.get("/factors/passkey")
def new_passkey() -> ResponseReturnValue:
    """Let the browser make a passkey, or show the one that staff must show."""
    return _passkey_page(PasskeyForm(name=device.words()))


@bp.post("/factors/passkey/options")
def passkey_options() -> ResponseReturnValue:
    """What a browser must know to make a passkey for this account."""
    party, database = passkeys.demanded(), current.db_session()
    answer = domain.registration_options(database, current.viewer(), party)
    database.commit()
    return jsonify(answer)


@bp.post("/factors/passkey")
def add_passkey() -> ResponseReturnValue:
    """Add the passkey; from now on this browser counts as one that showed it."""
    viewer, database, form = current.viewer(), current.db_session(), PasskeyForm()
    party = passkeys.demanded()
    if not form.validate():
        return _passkey_page(form)
    try:
        name = form.name.data or device.words()
        factor = domain.register(database, viewer, form.new_credential.data or "", party, name)
    except Refused as refused:
        database.commit()
        return _passkey_page(form, told=say(refused.reasons[0]))
    renew(factor)
    flash(_("The passkey is added."), "success")
    return redirect(_onward(), 303)


def _onward() -> str:
    wanted = request.args.get("next")
    return doors.safe_next(wanted) if wanted else url_for(".factors")


def _passkey_page(form: PasskeyForm, told: object = "") -> ResponseReturnValue:
    has_one = bool(factors.of_account(current.db_session(), current.viewer(), FactorKind.PASSKEY))
    return page(
        "account/new_passkey.html",
        form,
        onward=request.args.get("next"),
        party=passkeys.offered(),
        is_wanted=fresh.wants_passkey(),
        may_add=not fresh.is_code_too_little(),
        has_one=has_one,
        told=told,
    )
