"""One act for many cases: chosen in a list, done by a job, with a page that tells how far it has come."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields import SelectChoice

from portal.domain.accounts import Account
from portal.domain.desk import bulk, handover, piles
from portal.domain.desk.bulk import BulkKind
from portal.domain.desk.piles import Pile
from portal.domain.errors import Reason, Refused
from portal.pages.counsellor.colleagues import Colleague
from portal.pages.counsellor.queue import around, asked_for, part_of
from portal.pages.counsellor.room import NUMBER, bp
from portal.web import current
from portal.web.forms import Choice, Form, Paragraph, chosen
from portal.web.htmx import is_part_wanted, moved
from portal.web.words import say

FIELDS = {Reason.NOBODY_TO_TAKE: "to", Reason.REASON_MISSING: "why"}


class BulkForm(Form):
    """What to do with the cases that are ticked."""

    kind = Choice(_l("What do you want to do?"), BulkKind, [chosen()])
    to = Colleague(_l("New counsellor"))
    why = Paragraph(
        _l("Reason"), description=_l("Needed to give cases to somebody. It stands in every journal.")
    )

    def __init__(self, **more: object) -> None:
        super().__init__(**more)
        takers = handover.takers(current.db_session())
        self.to.choices = [SelectChoice(0, _("Nobody")), *(SelectChoice(one.id, one.name) for one in takers)]


@bp.get("/bulk")
def choose_bulk() -> ResponseReturnValue:
    """The cases of a pile, to be ticked."""
    return _choice(BulkForm(formdata=None))


@bp.post("/bulk")
def start_bulk() -> ResponseReturnValue:
    """Ask for it; a job does it."""
    session, form = current.db_session(), BulkForm()
    if not form.validate_on_submit():
        return _choice(form), 422
    to = session.get(Account, form.to.data) if form.to.data else None
    try:
        run = bulk.begin(
            session,
            form.kind.data,
            _ticked(),
            to=to,
            why=form.why.data or "",
            by=current.viewer(),
        )
    except Refused as refused:
        session.rollback()
        if not set(refused.reasons) <= FIELDS.keys() | {Reason.NO_CASES, Reason.TOO_MANY_CASES}:
            raise
        form.accept(**{FIELDS.get(reason, "kind"): str(say(reason)) for reason in refused.reasons})
        return _choice(form), 422
    session.commit()
    return moved(url_for(".show_bulk", run_id=run.id))


@bp.get(f"/bulk/<{NUMBER}:run_id>")
def show_bulk(run_id: int) -> ResponseReturnValue:
    """How far it has come, and in the end what became of each case."""
    session = current.db_session()
    run = bulk.find(session, run_id, viewer=current.viewer())
    context = {"run": run, "progress": bulk.progress(session, run)}
    if is_part_wanted():
        return render_template("counsellor/_progress.html", **context, report=bulk.report(session, run))
    return render_template("counsellor/bulk.html", **around(), **context, report=bulk.report(session, run))


@bp.get(f"/bulk/<{NUMBER}:run_id>/list.csv")
def fetch_list(run_id: int) -> ResponseReturnValue:
    """The finished list."""
    session = current.db_session()
    run = bulk.find(session, run_id, viewer=current.viewer())
    answer = Response(bulk.table(session, run, viewer=current.viewer()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="list.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _ticked() -> list[str]:
    """The references of what was ticked, or of the whole list; one more than may be, if there are more."""
    if "whole" not in request.form:
        return request.form.getlist("case")
    asked = asked_for(first=Pile.MINE)
    return piles.references(
        current.db_session(), asked.pile, asked.filters, viewer=current.viewer(), most=bulk.MOST + 1
    )


def _choice(form: BulkForm) -> str:
    asked = asked_for(first=Pile.MINE)
    page, _notices = part_of(asked, request.args.get("at", ""))
    here: dict[str, Any] = {"pile": asked.pile, **asked.filters.values}
    later = page.later and url_for(".choose_bulk", **{**here, "at": page.later})
    return render_template(
        "counsellor/choose_bulk.html",
        **around(asked),
        form=form,
        found=page,
        later=later,
        here=here,
        ticked=set(request.form.getlist("case")),
        is_whole="whole" in request.form,
    )
