"""Who helped: what others did with this account."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain.access.helped import helped
from portal.pages.account.room import bp
from portal.web import current


@bp.get("/helpers")
def helpers() -> ResponseReturnValue:
    """Everything somebody of the programme or a partner did with this account, the newest first."""
    return render_template("account/helpers.html", helped=helped(current.db_session(), current.viewer()))
