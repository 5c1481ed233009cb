"""Is this letter genuine? Anyone may ask, and learns nothing of whom the letter is about."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.domain.course import letters
from portal.web import current
from portal.web.forms import Form, Text, needed
from portal.web.htmx import again

bp = Blueprint("verify", __name__)
BLUEPRINTS = (bp,)


class CodeForm(Form):
    """A code as it stands on a letter."""

    code = Text(_l("Code on the letter"), [needed()])


# Letters carry the short addresses; those with a language are for whoever then chooses one.
@bp.get("/verify/")
@bp.get("/<language>/verify/")
def ask() -> ResponseReturnValue:
    """Where a code is typed."""
    return render_template("verify/ask.html", form=CodeForm())


@bp.post("/verify/")
@bp.post("/<language>/verify/")
def look_up() -> ResponseReturnValue:
    """On to the answer, which has an address of its own."""
    form = CodeForm()
    if not form.validate_on_submit():
        return again("verify/ask.html", form=form)
    return redirect(url_for(".tell", code=letters.read_code(form.code.data) or "-"), 303)


@bp.get("/verify/<code>")
@bp.get("/<language>/verify/<code>")
def tell(code: str) -> ResponseReturnValue:
    """Whether there is such a letter: its kind and its day, and no more. That somebody asked is counted."""
    session = current.db_session(writing=True)
    found = letters.verify(session, code)
    session.commit()
    return render_template("verify/answer.html", letter=found)


@bp.after_request
def _speaks_as_the_browser(response: Response) -> Response:
    response.vary.add("Accept-Language")
    return response
