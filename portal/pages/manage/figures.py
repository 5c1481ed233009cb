"""Figures, and whether the journal is whole: for manager and auditor."""

from itertools import islice

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain import journal
from portal.domain.desk import figures
from portal.pages.manage.rooms import bp
from portal.web import current

MOST_FAULTS = 100
"""Whoever finds more than this needs a backup, not a list."""


@bp.get("/")
def overview() -> ResponseReturnValue:
    """How many cases are in which state."""
    counted = figures.by_state(current.db_session())
    running = [figure for figure in counted if figure.is_running]
    return render_template(
        "manage/figures.html",
        figures=counted,
        running=sum(figure.cases for figure in running),
        late=sum(figure.late for figure in running),
        levels=figures.late_by_level(current.db_session()),
        over=sum(figure.cases for figure in counted if not figure.is_running),
    )


@bp.get("/journal")
def show_journal() -> ResponseReturnValue:
    """How long the journal is."""
    return render_template("manage/journal.html", size=figures.journal(current.db_session()), faults=None)


@bp.post("/journal")
def verify_journal() -> ResponseReturnValue:
    """Read the whole journal and say whether somebody changed it."""
    session = current.db_session(writing=False)
    faults = list(islice(journal.verify(session), MOST_FAULTS))
    return render_template("manage/journal.html", size=figures.journal(session), faults=faults)
