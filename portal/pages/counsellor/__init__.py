"""The counsellor's pages."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

bp = Blueprint("counsellor", __name__, url_prefix="/<language>/counsellor")
BLUEPRINTS = (bp,)


@bp.get("/")
def queue() -> ResponseReturnValue:
    """To be written."""
    return "stub"
