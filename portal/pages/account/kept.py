"""What somebody of the programme or of a partner did not finish writing: the way back to it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.access import held
from portal.pages.account.room import bp
from portal.web import current, doors, kept


@bp.get("/kept")
def show_kept() -> ResponseReturnValue:
    """Everything that was kept; whoever opens it finds it in its form, and nothing is done with it yet."""
    found = kept.waiting(current.db_session(), current.viewer())
    onward = doors.safe_next(request.args.get("next"))
    if not found:
        return redirect(onward, 303)
    return render_template("account/kept.html", kept=found, onward=onward, anew=kept.ANEW)


@bp.post("/kept/end")
def drop_kept() -> ResponseReturnValue:
    """One of it is not wanted any more, or none."""
    session, viewer = current.db_session(), current.viewer()
    waiting, wanted = kept.waiting(session, viewer), request.form.get("key")
    gone = [one for one in waiting if wanted in (None, one.key)]
    for one in gone:
        held.drop(session, viewer, one.key)
    session.commit()
    flash(_("What we kept is deleted."), "success")
    return redirect(url_for(".show_kept") if len(gone) < len(waiting) else doors.home(), 303)
