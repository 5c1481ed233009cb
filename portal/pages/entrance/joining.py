"""Make an account: by oneself, or with an invitation."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms.validators import EqualTo, ValidationError

from portal.domain import accounts
from portal.domain.access import staff
from portal.domain.errors import Expired, Refused
from portal.pages.entrance import half
from portal.pages.entrance.half import bp
from portal.web import current
from portal.web.forms import Form, Password, Text, needed
from portal.web.words import say


class JoinForm(Form):
    """The password of a new account."""

    password = Password(_l("Password"), [needed()])
    repeated = Password(
        _l("The same password again"),
        [needed(), EqualTo("password", _l("The two passwords are not the same. Type both again."))],
    )

    def refuse(self, refused: Refused) -> None:
        """Write the reason beside the password."""
        self.accept(password=say(refused.reasons[0]))


class RegisterForm(JoinForm):
    """A name to sign in with, and the password."""

    name = Text(_l("A name to sign in with"), [needed()], most=30)

    def validate_name(self, field: Any) -> None:
        """Invisible characters alone are no name, and digits alone would be read as a phone number."""
        if not field.errors and not any(one.isalpha() for one in accounts.normal_login(field.data or "")):
            raise ValidationError(_l("Write a name with letters, for example maria."))
        if not field.errors and "@" in accounts.plain(field.data):
            raise ValidationError(_l("Write a name, not an e-mail address."))


@bp.get("/register")
def register() -> ResponseReturnValue:
    """Ask a migrant for a name and a password."""
    return half.page("entrance/register.html", RegisterForm())


@bp.post("/register")
def make_account() -> ResponseReturnValue:
    """Make a migrant's account, and go straight on to the second factor."""
    form, database = RegisterForm(), current.db_session()
    if not form.validate():
        return half.page("entrance/register.html", form)
    try:
        account = accounts.register(
            database, name=form.name.data, password=form.password.data, language=current.language()
        )
    except Refused as refused:
        form.refuse(refused)
        return half.page("entrance/register.html", form)
    return half.begin(database, account)


@bp.get("/invitation/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """Show staff or a partner who they are invited as."""
    invited = staff.invitation(current.db_session(), token)
    return half.page("entrance/invitation.html", JoinForm(), invited=invited)


@bp.post("/invitation/<token>")
def join(token: str) -> ResponseReturnValue:
    """Make the account an invitation is for, and go straight on to the second factor."""
    form, database = JoinForm(), current.db_session()
    invited = staff.invitation(database, token)
    if not form.validate():
        return half.page("entrance/invitation.html", form, invited=invited)
    try:
        account = staff.join(database, token, password=form.password.data, language=current.language())
    except Refused as refused:
        form.refuse(refused)
        return half.page("entrance/invitation.html", form, invited=invited)
    return half.begin(database, account)


@bp.errorhandler(Expired)
def _no_longer(_error: Expired) -> ResponseReturnValue:
    current.close_session()
    return render_template("entrance/expired.html"), 404
