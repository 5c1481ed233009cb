"""Sign in with a password and a code, and sign out."""

from flask import make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import logout_user

from portal.domain.access import factors
from portal.domain.access import sign_in as domain
from portal.domain.access.factors import FactorKind
from portal.domain.accounts import Account
from portal.domain.errors import Refused
from portal.pages.entrance import half, sheets
from portal.pages.entrance.half import bp
from portal.web import current, device, fresh, passkeys
from portal.web.forms import Form, Password, Text, needed
from portal.web.words import say

# Not "cookies": that would sign out of every other site of this domain, and ours is deleted anyway.
CLEARED = '"cache", "storage"'


class SignInForm(Form):
    """Who you are, and the password."""

    login = Text(_l("Sign-in name"), [needed()])
    password = Password(_l("Password"), [needed()])


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = Text(_l("Code"), [needed()], most=60)


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for login and password."""
    return password_page(SignInForm())


@bp.post("/sign-in")
def check_password() -> ResponseReturnValue:
    """Go on to the second factor. Who does not exist is answered like who mistyped."""
    form, database = SignInForm(), current.db_session()
    if not form.validate():
        return password_page(form)
    attempt = domain.attempt(database, form.login.data, device_token=device.token())
    database.commit()
    account = attempt.account_with(form.password.data)
    if account is None:
        form.accept(password=_("The sign-in name or the password is not right. Check both."))
        return password_page(form)
    return half.begin(database, account)


def password_page(form: SignInForm, told: object = "") -> ResponseReturnValue:
    """The first step; `told` is why a passkey was refused."""
    return half.page("entrance/sign_in.html", form, onward=half.wanted(), party=passkeys.offered(), told=told)


@bp.get("/sign-in/code")
def code() -> ResponseReturnValue:
    """Ask for a code."""
    _found, account = half.of_browser(has_factor=True)
    return code_page(CodeForm(), account)


@bp.post("/sign-in/code")
def check_code() -> ResponseReturnValue:
    """Sign in, if the code fits. The try is counted in any case."""
    found, account = half.of_browser(has_factor=True)
    form, database = CodeForm(), current.db_session()
    if not form.validate():
        return code_page(form, account)
    try:
        shown = factors.show_code(database, account, form.code.data)
    except Refused as refused:
        form.accept(code=say(refused.reasons[0]))
        return code_page(form, account)
    if shown is None:
        clock = domain.off_by(database, found, account, form.code.data)
        database.commit()
        form.accept(code=fresh.fault(database, account, form.code.data, clock=clock))
        return code_page(form, account)
    entered = domain.finish(database, found, account, shown.kind, device_token=device.token())
    database.commit()
    onward = half.enter(entered, account)
    sheets.tell_left(database, shown)
    return redirect(onward, 303)


def code_page(form: CodeForm, account: Account, told: object = "") -> ResponseReturnValue:
    """The second step, as this account can take it; `told` is why a passkey was refused."""
    kinds = {one.kind for one in factors.of_account(current.db_session(), account)}
    has_app = FactorKind.TOTP in kinds
    party = passkeys.offered() if FactorKind.PASSKEY in kinds else None
    is_paper = "recovery" in request.args or not (has_app or party)
    return half.page(
        "entrance/code.html",
        form,
        recovery=is_paper,
        has_app=has_app,
        has_sheet=FactorKind.SHEET in kinds,
        party=party,
        told=told,
    )


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session here and on the server, and leave nothing behind in the browser."""
    found, database = current.signed_in(), current.db_session()
    if found is not None:
        domain.end(database, found.sign_in, found.account)
        database.commit()
    logout_user()
    session.clear()
    answer = make_response(redirect(url_for("public.home"), 303))
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer
