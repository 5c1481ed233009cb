"""Another password, and new recovery codes."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import EqualTo

from portal.domain.access import factors, sign_in
from portal.domain.access.factors import FactorKind
from portal.domain.errors import Refused
from portal.pages.account.room import bp, here
from portal.pages.entrance.half import page
from portal.web import current, device
from portal.web.forms import Form, Password, needed
from portal.web.words import say


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
    attempt = sign_in.attempt(database, viewer.login, device_token=device.token())
    database.commit()
    if attempt.account_with(form.old.data) is None:
        form.accept(old=_("This is not your password."))
        return page("account/password.html", form)
    try:
        sign_in.change_password(database, viewer, form.password.data, here=here())
    except Refused as refused:
        form.accept(password=say(refused.reasons[0]))
        return page("account/password.html", form)
    database.commit()
    flash(_("Your password is changed. All other devices are signed out."), "success")
    return redirect(url_for(".overview"), 303)


@bp.get("/recovery-codes")
def ask_codes() -> ResponseReturnValue:
    """Say what happens to the old recovery codes."""
    return page("account/new_codes.html", Form())


@bp.post("/recovery-codes")
def make_codes() -> ResponseReturnValue:
    """Replace the recovery codes; the new ones are in this answer and nowhere else."""
    viewer, database = current.viewer(), current.db_session()
    codes = factors.new_paper(database, viewer, FactorKind.RECOVERY, by=viewer)
    database.commit()
    return render_template("account/codes.html", codes=codes, login=viewer.login, onward=url_for(".overview"))
