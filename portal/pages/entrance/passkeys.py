"""Sign in with a passkey: alone, or after the password in the place of a code."""

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue

from portal.domain.access import passkeys as domain
from portal.domain.access import sign_in
from portal.domain.accounts import Account
from portal.domain.errors import Reason, Refused
from portal.pages.entrance import half
from portal.pages.entrance.half import bp
from portal.pages.entrance.sign_in import CodeForm, SignInForm, code_page, password_page
from portal.web import current, device, passkeys
from portal.web.passkeys import ShownForm
from portal.web.words import say

SECOND = "second"
"""Asked for in the second step: the password was right."""


@bp.post("/sign-in/passkey/options")
def passkey_options() -> ResponseReturnValue:
    """What a browser must know to show a passkey; for a stranger it says nothing about anybody."""
    party, database = passkeys.demanded(), current.db_session()
    answer = domain.sign_in_options(database, party, _known())
    database.commit()
    return jsonify(answer)


def _known() -> Account | None:
    """Whose passkey is asked for, if that is known: of who is inside, or half way in."""
    if current.signed_in() is not None:
        return current.viewer()
    return half.of_browser(has_factor=True)[1] if request.args.get("step") == SECOND else None


@bp.post("/sign-in/passkey")
def check_passkey() -> ResponseReturnValue:
    """Sign in with a passkey alone. The challenge is used up in any case."""
    party, database, form = passkeys.demanded(), current.db_session(), ShownForm()
    try:
        account, shown = domain.verify(database, form.credential.data or "", party)
    except Refused as refused:
        database.commit()
        return password_page(SignInForm(formdata=None), told=say(refused.reasons[0]))
    entered = sign_in.enter(database, account, shown.kind, device=device.words(), device_token=device.token())
    database.commit()
    half.keep_wanted()
    return redirect(half.enter(entered, account), 303)


@bp.post("/sign-in/code/passkey")
def check_second_passkey() -> ResponseReturnValue:
    """Sign in with a passkey after the password; it must be one of the same account."""
    found, account = half.of_browser(has_factor=True)
    party, database, form = passkeys.demanded(), current.db_session(), ShownForm()
    try:
        _account, shown = domain.verify(database, form.credential.data or "", party, account)
    except Refused as refused:
        database.commit()
        if Reason.PASSKEY_COPIED in refused.reasons:
            return half.put_out(Reason.PASSKEY_COPIED)
        return code_page(CodeForm(formdata=None), account, told=say(refused.reasons[0]))
    entered = sign_in.finish(database, found, account, shown.kind, device_token=device.token())
    database.commit()
    return redirect(half.enter(entered, account), 303)
