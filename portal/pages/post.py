"""What could not be done, for the manager: messages that did not arrive, and other work given up."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.telling import given_up
from portal.web import current
from portal.web.words.notices import job

bp = Blueprint("post", __name__, url_prefix="/<language>/manage")
BLUEPRINTS = (bp,)


@bp.get("/undelivered")
def dead() -> ResponseReturnValue:
    """What was given up: of which kind, since when and why; not for whom."""
    found = given_up.all_of_it(current.db_session())
    return render_template("manage/undelivered.html", found=found, kind=job)


@bp.post("/undelivered/<int(max=9223372036854775807):number>")
def retry(number: int) -> ResponseReturnValue:
    """Try one of it once more."""
    database = current.db_session()
    given_up.retry(database, number, by=current.viewer())
    database.commit()
    flash(_("The portal tries again now."), "success")
    return redirect(url_for(".dead"), 303)
