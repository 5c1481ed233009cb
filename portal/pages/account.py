"""Everyone's own account: language, password, recovery codes, and where one is signed in."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import RadioField
from wtforms.validators import EqualTo

from portal.domain import accounts, sign_in
from portal.domain.errors import Refused
from portal.domain.sign_in import SignIn
from portal.pages.entrance.half import page
from portal.pages.entrance.sign_in import WRONG_CODE, CodeForm
from portal.web import current, language
from portal.web.forms import Form, Password, chosen, needed
from portal.web.words import say

bp = Blueprint("account", __name__, url_prefix="/<language>/account")
BLUEPRINTS = (bp,)


def _here() -> SignIn:
    """The sign-in of this browser."""
    found: SignIn = current_user.sign_in
    return found


@bp.get("/")
def overview() -> ResponseReturnValue:
    """What the account is like, and what may be changed."""
    viewer, database = current.viewer(), current.db_session()
    return render_template(
        "account/overview.html",
        spoken=language.known()[viewer.language].name,
        codes_left=sign_in.codes_left(database, viewer),
        codes_made=sign_in.RECOVERY_CODES,
        devices=sign_in.devices(database, viewer),
        here=_here(),
    )


class LanguageForm(Form):
    """The language the portal speaks with this person."""

    code = RadioField(
        _l("Language"),
        [chosen()],
        choices=lambda: [(one.code, one.name) for one in language.known().values()],
    )


@bp.get("/language")
def choose_language() -> ResponseReturnValue:
    """Ask for a language."""
    return page("account/language.html", LanguageForm(code=current.viewer().language))


@bp.post("/language")
def set_language() -> ResponseReturnValue:
    """Keep the language with the account, and go on in it."""
    viewer, database, form = current.viewer(), current.db_session(), LanguageForm()
    if not form.validate():
        return page("account/language.html", form)
    accounts.set_language(database, viewer, form.code.data)
    database.commit()
    return redirect(url_for(".overview", language=form.code.data), 303)


class PasswordForm(Form):
    """The password until now, and a new one."""

    old = Password(_l("Your password now"), [needed()])
    password = Password(_l("New password"), [needed()])
    repeated = Password(
        _l("The new password again"),
        [needed(), EqualTo("password", _l("The two passwords are not the same. Type both again."))],
    )


@bp.get("/password")
def choose_password() -> ResponseReturnValue:
    """Ask for a new password."""
    return page("account/password.html", PasswordForm())


@bp.post("/password")
def set_password() -> ResponseReturnValue:
    """Change the password, if the old one is known; every other device is signed out."""
    viewer, database, form = current.viewer(), current.db_session(), PasswordForm()
    if not form.validate():
        return page("account/password.html", form)
    attempt = sign_in.attempt(database, viewer.login)
    database.commit()
    if attempt.account_with(form.old.data) is None:
        form.accept(old=_("This is not your password."))
        return page("account/password.html", form)
    try:
        sign_in.change_password(database, viewer, form.password.data, here=_here())
    except Refused as refused:
        form.accept(password=say(refused.reasons[0]))
        return page("account/password.html", form)
    database.commit()
    flash(_("Your password is changed. All other devices are signed out."), "success")
    return redirect(url_for(".overview"), 303)


@bp.get("/recovery-codes")
def ask_codes() -> ResponseReturnValue:
    """Ask for a code of the authenticator before the recovery codes are replaced."""
    return page("account/new_codes.html", CodeForm())


@bp.post("/recovery-codes")
def make_codes() -> ResponseReturnValue:
    """Replace the recovery codes; the new ones are in this answer and nowhere else."""
    viewer, database, form = current.viewer(), current.db_session(), CodeForm()
    if not form.validate():
        return page("account/new_codes.html", form)
    if not sign_in.code_fits(database, viewer, form.code.data, recovery=False):
        database.commit()
        form.accept(code=WRONG_CODE)
        return page("account/new_codes.html", form)
    codes = sign_in.new_recovery_codes(database, viewer)
    database.commit()
    return render_template("account/codes.html", codes=codes, onward=url_for(".overview"))


@bp.post("/devices/end-others")
def end_others() -> ResponseReturnValue:
    """Sign every other device out."""
    viewer, database = current.viewer(), current.db_session()
    sign_in.end_all(database, viewer, but=_here())
    database.commit()
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for(".overview"), 303)
