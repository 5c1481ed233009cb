"""The migrant's own page: where the case stands, what happened, and who saw it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

bp = Blueprint("migrant", __name__, url_prefix="/<language>/my")


@bp.get("/")
def standing() -> ResponseReturnValue:
    """Where the case stands."""
    return "stub"
