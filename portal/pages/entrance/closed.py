"""What somebody reads who has just closed their account."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.pages.entrance.half import bp


@bp.get("/sign-in/closed")
def closed() -> ResponseReturnValue:
    """Say that it is done; the page knows of no account, and says the same to everybody."""
    return render_template("entrance/closed.html")
