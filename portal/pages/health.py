"""What machines ask: is the portal alive, and can it work?"""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from portal.adapters.vault import StoreDown
from portal.web import current

bp = Blueprint("health", __name__, url_prefix="/health")
BLUEPRINTS = (bp,)


@bp.get("/live")
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """The database and the document store answer: 200, or 503 naming what does not."""
    down = []
    try:
        current.db_session().execute(select(literal(1)))
    except SQLAlchemyError:
        down.append("database")
    try:
        current.wiring().vault.check()
    except StoreDown:
        down.append("store")
    return jsonify(status="down" if down else "ok", down=down), 503 if down else 200
