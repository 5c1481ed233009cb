"""What anyone may read without an account."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.web import current
from portal.web.page import content

bp = Blueprint("public", __name__, url_prefix="/<language>")
BLUEPRINTS = (bp,)


@bp.get("/")
def home() -> ResponseReturnValue:
    """The first page: what this is, and where to read on."""
    return render_template("public/home.html", pages=content().pages(current.language()))


@bp.get("/programme/<key>")
def page(key: str) -> ResponseReturnValue:
    """One page of the programme."""
    found = content().page(key, current.language())
    return render_template("public/page.html", page=found, pages=content().pages(current.language()))
