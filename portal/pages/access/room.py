"""Help with signing in: the room that staff, partners and the manager share, and its first page."""

from collections.abc import Callable, Mapping

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.accounts import Account
from portal.domain.errors import NotFound
from portal.domain.permissions import COUNSEL
from portal.web import current

bp = Blueprint("access", __name__, url_prefix="/<language>/access")

NUMBER = "int(max=9223372036854775807)"
"""A row's number in an address; a larger one exists in no table."""

PARTS: list[Callable[[Session, Account], Mapping[str, object]]] = []
"""What the first page shows: each file of this room adds the words its own template needs."""
WAITING: list[Callable[[Session, Account], int]] = []
"""How much waits here for a viewer: each file of this room adds its own count."""


@bp.get("/")
def index() -> ResponseReturnValue:
    """What waits for a signature."""
    session, viewer = current.db_session(), of_counsel()
    shown: dict[str, object] = {}
    for part in PARTS:
        shown.update(part(session, viewer))
    return render_template("access/index.html", **shown)


def of_counsel() -> Account:
    """The viewer, who must be a counsellor: for anybody else this page does not exist."""
    viewer = current.viewer()
    if viewer.role not in COUNSEL:
        raise NotFound("access")
    return viewer


def waiting() -> int:
    """How much waits in this room for the viewer."""
    session, viewer = current.db_session(), current.viewer()
    return sum(count(session, viewer) for count in WAITING)
