"""The door: register, sign in, sign out."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

bp = Blueprint("entrance", __name__, url_prefix="/<language>")
BLUEPRINTS = (bp,)


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """To be written."""
    return "stub"


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """To be written."""
    return "stub"
