"""Somebody asks for the way back into this account: how it stands, the stop word, the button to stop it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.access import recovery
from portal.pages.account.room import bp
from portal.web import current


@bp.get("/way-back")
def show_recovery() -> ResponseReturnValue:
    """Who is signed in reads the stop word here; it is shown nowhere else, and never to who asked."""
    found = recovery.open_of(current.db_session(), current.viewer())
    return render_template(
        "account/recovery.html",
        found=found,
        in_groups=recovery.in_groups,
        stop_page=current.wiring().settings.public_url + url_for("entrance.stop_recovery"),
    )


@bp.post("/way-back/stop")
def stop_recovery() -> ResponseReturnValue:
    """It was not the owner: stop every request about this account."""
    session = current.db_session()
    recovery.stop_all(session, current.viewer())
    session.commit()
    flash(_("It is stopped. Nobody gets into your account that way."), "success")
    return redirect(url_for(".show_recovery"), 303)
