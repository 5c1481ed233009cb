"""The way back for who has nothing left to sign in with: ask, look how it stands, stop it, finish it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import EqualTo

from portal.domain.access import recovery
from portal.domain.access.recovery import RecoveryState
from portal.domain.errors import NotFound, Reason, Refused
from portal.pages.entrance import half
from portal.pages.entrance.half import bp
from portal.web import current
from portal.web.forms import Form, Password, Text, needed
from portal.web.words import say
from portal.web.words.access import STAGES, told

BESIDE_THE_NUMBER = (Reason.RECOVERY_WRONG, Reason.RECOVERY_OVER, Reason.WRONG_STATE)


class AskForm(Form):
    """Whose account it is, and the password from then on."""

    whose = Text(_l("Sign-in name"), [needed()])
    password = Password(_l("New password"), [needed()])
    repeated = Password(
        _l("The new password again"),
        [needed(), EqualTo("password", _l("The two passwords are not the same. Type both again."))],
    )


class FinishForm(Form):
    """What only the person has together: the number, the new password, and the code that is read out."""

    number = Text(_l("Request number"), [needed()], most=40)
    password = Password(_l("New password"), [needed()])
    code = Text(_l("Code"), [needed()], most=40)


class FindForm(Form):
    """The number of a request."""

    number = Text(_l("Request number"), [needed()], most=40)


class StopForm(Form):
    """The stop word."""

    word = Text(_l("Stop word"), [needed()], most=40)


@bp.get("/recover")
def recover() -> ResponseReturnValue:
    """Ask for a sign-in name, and a new password already now."""
    return half.page("entrance/recover.html", AskForm())


@bp.post("/recover")
def ask_recovery() -> ResponseReturnValue:
    """Write it down and show the number. Nobody learns here whether there is such an account."""
    form, database = AskForm(), current.db_session()
    if not form.validate():
        return half.page("entrance/recover.html", form)
    try:
        number = recovery.ask(database, form.whose.data, form.password.data)
    except Refused as refused:
        form.accept(password=say(refused.reasons[0]))
        return half.page("entrance/recover.html", form)
    database.commit()
    return redirect(url_for(".show_request", number=number), 303)


@bp.get("/recover/find")
def find_request() -> ResponseReturnValue:
    """Ask for the number of a request."""
    return half.page("entrance/find.html", FindForm())


@bp.post("/recover/find")
def find_request_now() -> ResponseReturnValue:
    """Go to its page. Whether anybody got this number is not told: the page looks the same."""
    form = FindForm()
    if not form.validate():
        return half.page("entrance/find.html", form)
    try:
        number = recovery.in_groups(recovery.read_word(form.number.data))
    except NotFound:
        form.accept(number=_("This cannot be a request number. It has 8 letters and numbers."))
        return half.page("entrance/find.html", form)
    return redirect(url_for(".show_request", number=number), 303)


@bp.get("/recover/<number>")
def show_request(number: str) -> ResponseReturnValue:
    """How a request stands: no name, and for a number that nobody got the same as for a new one."""
    # The look is counted, so this page writes.
    database = current.db_session(writing=True)
    standing = recovery.standing(database, number)
    database.commit()
    return render_template(
        "entrance/request.html",
        number=recovery.in_groups(recovery.read_word(number)),
        standing=standing,
        told=told(standing),
        stages=STAGES,
        is_asked=standing.state is RecoveryState.ASKED,
    )


@bp.get("/recover/finish")
def finish_recovery() -> ResponseReturnValue:
    """Ask for number, new password and code."""
    return half.page("entrance/finish.html", FinishForm(number=request.args.get("number", "")[:40]))


@bp.post("/recover/finish")
def finish_recovery_now() -> ResponseReturnValue:
    """Back in the account, and on to a new second factor. The try is counted in any case."""
    form, database = FinishForm(), current.db_session()
    if not form.validate():
        return half.page("entrance/finish.html", form)
    try:
        tried = recovery.attempt(database, form.number.data)
        database.commit()
        is_asker = tried.is_by_asker(form.password.data)
        account = recovery.finish(database, tried, form.code.data, is_asker=is_asker)
    except NotFound:
        return _not_finished(form, Reason.RECOVERY_WRONG)
    except Refused as refused:
        database.commit()
        return _not_finished(form, refused.reasons[0])
    return half.begin(database, account)


def _not_finished(form: FinishForm, reason: Reason) -> ResponseReturnValue:
    field = "number" if reason in BESIDE_THE_NUMBER else "code"
    form.accept(**{field: say(reason)})
    return half.page("entrance/finish.html", form)


@bp.get("/recover/stop")
def stop_recovery() -> ResponseReturnValue:
    """Ask for a stop word."""
    return half.page("entrance/stop.html", StopForm())


@bp.post("/recover/stop")
def stop_recovery_now() -> ResponseReturnValue:
    """Stop a request with its word, without signing in. The try is counted in any case."""
    form, database = StopForm(), current.db_session()
    if not form.validate():
        return half.page("entrance/stop.html", form)
    try:
        recovery.stop_by_word(database, form.word.data)
    except NotFound:
        database.commit()
        form.accept(word=_("We do not know this stop word. Check it."))
        return half.page("entrance/stop.html", form)
    except Refused:
        database.commit()
        form.accept(word=say(Reason.RECOVERY_OVER))
        return half.page("entrance/stop.html", form)
    database.commit()
    flash(_("It is stopped. Nobody gets into the account that way."), "success")
    return redirect(url_for(".sign_in"), 303)
