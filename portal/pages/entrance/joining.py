"""Make an account: by oneself, or with an invitation."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms.validators import EqualTo, ValidationError

from portal.domain import accounts
from portal.domain.errors import Expired, Reason, Refused
from portal.pages.entrance import half
from portal.pages.entrance.half import bp
from portal.web import current
from portal.web.forms import Form, Password, Text, needed
from portal.web.words import say


class JoinForm(Form):
    """The login and password of a new account."""

    login = Text(_l("Login name, e-mail or phone number"), [needed()])
    password = Password(_l("Password"), [needed()])
    repeated = Password(
        _l("The same password again"),
        [needed(), EqualTo("password", _l("The two passwords are not the same. Type both again."))],
    )

    def validate_login(self, field: Any) -> None:
        """Invisible characters alone are no login."""
        if not field.errors and not accounts.normal_login(field.data or ""):
            raise ValidationError(_l("Fill this in."))

    def refuse(self, refused: Refused) -> None:
        """Write each reason beside the field it is about."""
        for reason in refused.reasons:
            self.accept(**{"login" if reason is Reason.LOGIN_TAKEN else "password": str(say(reason))})


@bp.get("/register")
def register() -> ResponseReturnValue:
    """Ask a migrant for a login and a password."""
    return half.page("entrance/register.html", JoinForm())


@bp.post("/register")
def make_account() -> ResponseReturnValue:
    """Make a migrant's account, and go straight on to the second factor."""
    form, database = JoinForm(), current.db_session()
    if not form.validate():
        return half.page("entrance/register.html", form)
    try:
        account = accounts.register(
            database, login=form.login.data, password=form.password.data, language=current.language()
        )
    except Refused as refused:
        form.refuse(refused)
        return half.page("entrance/register.html", form)
    return half.begin(database, account)


@bp.get("/invitation/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """Show staff or a partner who they are invited as."""
    invited = accounts.invitation(current.db_session(), token)
    return half.page("entrance/invitation.html", JoinForm(), invited=invited)


@bp.post("/invitation/<token>")
def join(token: str) -> ResponseReturnValue:
    """Make the account an invitation is for, and go straight on to the second factor."""
    form, database = JoinForm(), current.db_session()
    invited = accounts.invitation(database, token)
    if not form.validate():
        return half.page("entrance/invitation.html", form, invited=invited)
    try:
        account = accounts.join(
            database,
            token,
            login=form.login.data,
            password=form.password.data,
            language=current.language(),
        )
    except Refused as refused:
        form.refuse(refused)
        return half.page("entrance/invitation.html", form, invited=invited)
    return half.begin(database, account)


@bp.errorhandler(Expired)
def _no_longer(_error: Expired) -> ResponseReturnValue:
    current.close_session()
    return render_template("entrance/expired.html"), 404
