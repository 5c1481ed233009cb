"""The queue: which cases wait, for whom, and until when."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from portal.domain.desk import desk, openings
from portal.domain.desk.desk import Pile
from portal.domain.errors import NotFound
from portal.domain.own import data_requests
from portal.pages.access import room as access
from portal.pages.counsellor.room import Tab, bp
from portal.web import current
from portal.web.forms import Form, Text, needed
from portal.web.htmx import again, moved
from portal.web.words import say
from portal.web.words.desk import empty, task


class Search(Form):
    """A reference or a name. Sent by POST: a name does not belong into an address or a log."""

    text = Text(_l("Reference or name"), [needed(), Length(min=2, message=_l("Type at least two letters."))])


@bp.get("/")
def queue() -> ResponseReturnValue:
    """One pile of cases, the most urgent first."""
    viewer, session = current.viewer(), current.db_session()
    pile = _pile(request.args.get("pile") or desk.piles_of(viewer)[0])
    page = desk.queue(session, pile, viewer=viewer, after=request.args.get("after", ""))
    later = page.later and url_for(".queue", pile=pile, after=page.later)
    return render_template("counsellor/queue.html", **around(pile), pile=pile, found=page, later=later)


@bp.post("/search")
def search() -> ResponseReturnValue:
    """The cases that fit what was typed; straight to the case when there is but one."""
    session, form = current.db_session(writing=False), Search()
    if not form.validate_on_submit():
        return again("counsellor/found.html", **{**around(), "search": form}, found=None)
    page = desk.find(session, form.text.data, viewer=current.viewer())
    if len(page.rows) == 1:
        return moved(url_for(".show_case", reference=page.rows[0].case.reference))
    closed = None if page.rows else openings.named(session, form.text.data, viewer=current.viewer())
    return render_template("counsellor/found.html", **{**around(), "search": form}, found=page, closed=closed)


def _pile(name: str) -> Pile:
    if name not in list(Pile):
        raise NotFound(name)
    return Pile(name)


def around(here: Pile | None = None) -> dict[str, object]:
    """What stands around a list on the desk: piles, rooms next door, the search."""
    counts = desk.counts(current.db_session(), viewer=current.viewer())
    most = desk.MOST_COUNTED
    piles = [
        (
            Tab(str(say(pile)), url_for(".queue", pile=pile), here=pile is here),
            f"{most - 1}+" if count == most else str(count),
        )
        for pile, count in counts.items()
    ]
    return {
        "piles": piles,
        "to_help": access.waiting(),
        "to_answer": data_requests.count_for(current.db_session(), viewer=current.viewer()),
        "search": Search(formdata=None),
        "task": task,
        "empty": empty,
    }
