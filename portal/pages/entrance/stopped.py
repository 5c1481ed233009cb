"""After somebody stopped their account: what happens now, and the way back."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.pages.entrance.half import bp


@bp.get("/stopped")
def frozen() -> ResponseReturnValue:
    """Say what happens now. Everybody may read it; it says nothing of anybody."""
    return render_template("entrance/frozen.html")
