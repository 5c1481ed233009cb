"""The letters to a migrant: a list, and each one as a file."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.domain.course import letters
from portal.web import current
from portal.web.letters import answer

bp = Blueprint("letters", __name__, url_prefix="/<language>/my/letters")

NUMBER = f"int(max={2**63 - 1})"


@bp.get("")
def overview() -> ResponseReturnValue:
    """Every letter, the newest first."""
    found = letters.of_migrant(current.db_session(), current.viewer())
    return render_template("migrant/letters.html", letters=found)


@bp.get(f"/<{NUMBER}:letter_id>")
def download(letter_id: int) -> ResponseReturnValue:
    """One letter, to be kept or printed."""
    return answer(letters.find(current.db_session(), letter_id, viewer=current.viewer()))
