"""Show again who one is, before something that matters; then it goes on with what was typed."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_login import login_user

from portal.domain.access import factors, sign_in
from portal.domain.access import passkeys as domain
from portal.domain.access.arriving import Arrival
from portal.domain.access.factors import Factor
from portal.domain.errors import Reason, Refused
from portal.pages.account.room import bp, here
from portal.pages.entrance import half
from portal.pages.entrance.sheets import tell_left
from portal.web import current, doors, fresh, passkeys
from portal.web.current import SignedIn
from portal.web.fresh import ConfirmForm
from portal.web.words import say


@bp.get("/confirm")
def confirm() -> ResponseReturnValue:
    """Ask for a code, or a passkey."""
    return fresh.page(ConfirmForm(confirm_to=request.args.get("next", "")))


@bp.post("/confirm")
def check_confirmation() -> ResponseReturnValue:
    """Go on to what was wanted, if the code or the passkey fits. The try is counted in any case."""
    viewer, database, form = current.viewer(), current.db_session(), ConfirmForm()
    if not form.validate():
        return fresh.page(form)
    if form.credential.data:
        return _check_passkey(form)
    try:
        shown = factors.show_code(database, viewer, form.code.data)
    except Refused as refused:
        form.accept(code=say(refused.reasons[0]))
        return fresh.page(form)
    database.commit()
    if shown is None:
        form.accept(code=fresh.fault(database, viewer, form.code.data))
        return fresh.page(form)
    return go_on(form, shown)


def _check_passkey(form: ConfirmForm) -> ResponseReturnValue:
    viewer, database = current.viewer(), current.db_session()
    try:
        _viewer, shown = domain.verify(database, form.credential.data, passkeys.demanded(), viewer)
    except Refused as refused:
        database.commit()
        if Reason.PASSKEY_COPIED in refused.reasons:
            return half.put_out(Reason.PASSKEY_COPIED)
        return fresh.page(form, told=say(refused.reasons[0]))
    return go_on(form, shown)


def go_on(form: ConfirmForm, shown: Factor) -> ResponseReturnValue:
    """Renew the sign-in of this browser and go on; 307 sends the browser there with all that was typed."""
    renew(shown)
    to = doors.safe_next(form.confirm_to.data)
    return redirect(to, 307 if form.confirm_by.data == "post" else 303)


def renew(shown: Factor) -> None:
    """A new token for this browser, in which this factor was shown. Commits."""
    viewer, database = current.viewer(), current.db_session()
    entered = sign_in.step_up(database, here(), viewer, shown.kind)
    database.commit()
    login_user(SignedIn(entered.token, Arrival(entered.sign_in, viewer)))
    tell_left(database, shown)
