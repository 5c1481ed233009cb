"""Stay signed in, without leaving the page one is on."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain.access import sign_in
from portal.pages.account.room import bp, here
from portal.web import current, htmx


@bp.post("/stay")
def stay() -> ResponseReturnValue:
    """Begin the time of rest anew. Without a script the answer is a page beside the one that asked."""
    database = current.db_session()
    sign_in.seen(database, here())
    database.commit()
    return ("", 204) if htmx.is_part_wanted() else render_template("account/stay.html")
