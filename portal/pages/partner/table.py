"""Many reports at once, pasted from a spreadsheet: checked row by row, written all together or not at all."""

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from portal.domain.errors import Reason, Refused
from portal.domain.papers import tables, updates
from portal.domain.papers.tables import Row
from portal.domain.support.parts import MilestoneType
from portal.pages.partner.room import bp
from portal.pages.partner.updating import new_number, number_of
from portal.web import current
from portal.web.forms import Form, needed
from portal.web.words import say


class TableForm(Form):
    """The table as it was pasted."""

    rows = TextAreaField(
        _l("Rows"),
        [needed(), Length(max=100_000, message=_l("This is too much at once. Paste fewer rows."))],
    )
    number = HiddenField()


@bp.get("/table")
def new_table() -> ResponseReturnValue:
    """Ask for rows, and list what can be reported."""
    return _page(TableForm(formdata=None, number=new_number()))


@bp.post("/table")
def check_table() -> ResponseReturnValue:
    """Every row and what is wrong with it. Nothing is written."""
    form = TableForm()
    number_of(form)
    rows = _read(form)
    is_faulty = not rows or any(row.faults for row in rows)
    return _page(form, rows), 422 if is_faulty else 200


@bp.post("/table/rows")
def write_table() -> ResponseReturnValue:
    """Report all rows: all or nothing, and once, however often it comes."""
    form, viewer, session = TableForm(), current.viewer(), current.db_session()
    number = number_of(form)
    if known := updates.find_sent(session, number, by=viewer):
        return redirect(url_for(".show_update", number=known.id), 303)
    rows = _read(form)
    if not rows:
        return _page(form), 422
    try:
        update = tables.write(session, number, rows, by=viewer)
    except Refused:
        session.rollback()  # a row has a fault, or somebody reported one of them meanwhile
        return _page(form, _read(form)), 409
    session.commit()
    return redirect(url_for(".show_update", number=update.id), 303)


def _read(form: TableForm) -> Sequence[Row]:
    if not form.validate():
        return ()
    named = {str(say(kind)): kind for kind in MilestoneType}
    try:
        return tables.read(current.db_session(), form.rows.data, named=named, by=current.viewer())
    except Refused as refused:
        form.accept(rows=say(refused.reasons[0]))
        return ()


def _page(form: TableForm, rows: Sequence[Row] = ()) -> str:
    faulty = [row for row in rows if row.faults]
    if faulty:
        form.accept(rows=say(Reason.TABLE_FAULTY))
    return render_template(
        "partner/table.html",
        form=form,
        rows=rows,
        faulty=faulty,
        most=tables.MOST_ROWS,
        listed=tables.listed(current.db_session(), current.viewer()),
    )
