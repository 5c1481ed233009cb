"""The partner's pages."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

bp = Blueprint("partner", __name__, url_prefix="/<language>/partner")
BLUEPRINTS = (bp,)


@bp.get("/")
def cases() -> ResponseReturnValue:
    """To be written."""
    return "stub"
