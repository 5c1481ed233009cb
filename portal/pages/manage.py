"""The manager's pages."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

bp = Blueprint("manage", __name__, url_prefix="/<language>/manage")
BLUEPRINTS = (bp,)


@bp.get("/")
def overview() -> ResponseReturnValue:
    """To be written."""
    return "stub"
