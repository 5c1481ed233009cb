"""What machines ask: is the portal alive, and can it work?"""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from portal.adapters.scanner import NoScanner, ScannerDown
from portal.adapters.vault import StoreDown
from portal.db import now
from portal.web import current

bp = Blueprint("health", __name__, url_prefix="/health")
BLUEPRINTS = (bp,)


@bp.get("/live")
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """The database and the document store answer: 200, or 503 naming what does not.

    The scanner is told about and turns nobody away: while it is down documents wait.
    """
    down = []
    try:
        current.db_session().execute(select(literal(1)))
    except SQLAlchemyError:
        down.append("database")
    try:
        current.wiring().vault.check()
    except StoreDown:
        down.append("store")
    answer = jsonify(status="down" if down else "ok", down=down, scanner=_scanner())
    return answer, 503 if down else 200


def _scanner() -> dict[str, Any]:
    """How the scanner does, and for how many days its signatures have been old."""
    wiring = current.wiring()
    if isinstance(wiring.scanner, NoScanner):
        return {"status": "none"}
    try:
        days = wiring.scanner.signatures().days(now())
    except ScannerDown:
        return {"status": "down"}
    is_old = days is not None and days > wiring.settings.clamd_days
    return {"status": "old" if is_old else "ok", "days": days}
