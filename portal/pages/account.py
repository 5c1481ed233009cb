"""The account pages."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

bp = Blueprint("account", __name__, url_prefix="/<language>/account")
BLUEPRINTS = (bp,)


@bp.get("/")
def overview() -> ResponseReturnValue:
    """To be written."""
    return "stub"
