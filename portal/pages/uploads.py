"""Resumable uploads (tus 1.0)."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

bp = Blueprint("uploads", __name__, url_prefix="/uploads")
BLUEPRINTS = (bp,)


@bp.post("/")
def create() -> ResponseReturnValue:
    """To be written."""
    return "stub"


@bp.patch("/<token>")
def append(token: str) -> ResponseReturnValue:
    """To be written."""
    return "stub"


@bp.delete("/<token>")
def terminate(token: str) -> ResponseReturnValue:
    """To be written."""
    return "stub"
