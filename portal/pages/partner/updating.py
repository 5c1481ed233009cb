"""One screen in the field: photos first, the steps that they prove, some words; all is reported at once."""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.db import today
from portal.domain.cases import Case
from portal.domain.errors import Refused
from portal.domain.papers import updates
from portal.domain.papers.updates import Report, Update
from portal.domain.support.parts import Milestone
from portal.pages.partner.delivery import KINDS
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.programme import DocumentKind
from portal.sealing import in_use
from portal.web import current
from portal.web.filters import day
from portal.web.forms import Form, Menu, Needed, Paragraph, chosen
from portal.web.sending import FilesSent, store_file
from portal.web.words import say

MOST_FILES = 5


class UpdateForm(Form):
    """Photos, what they show, the steps that they prove, and words."""

    photos = FilesSent(_l("Choose photos or PDFs"), most=MOST_FILES)
    kind = Menu(_l("What do they show?"), DocumentKind, [chosen()], among=KINDS)
    steps = SelectMultipleField(
        _l("What is done?"),
        [Needed(_l("Tick what is done."))],
        coerce=lambda typed: int(typed) if re.fullmatch(r"\d{1,19}", str(typed), re.ASCII) else 0,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    words = Paragraph(_l("What should the counsellor know?"), most=2000)
    number = HiddenField()
    """Of this form: what comes twice with one number is done once."""


def number_of(form: Any) -> str:
    """The number that a page gave its form; whoever sends another kind did not read the page."""
    number = form.number.data or ""
    if not re.fullmatch(r"[\w-]{10,40}", number, re.ASCII):
        abort(400)
    return str(number)


def new_number() -> str:
    """A number for a form."""
    return secrets.token_urlsafe(16)


@bp.get("/cases/<reference>/update")
def new_update(reference: str) -> ResponseReturnValue:
    """Ask for photos and the steps that they prove; the one in the address is ticked."""
    case = open_case(reference)
    ticked = request.args.get("step", 0, type=int)
    form = UpdateForm(
        formdata=None, kind=DocumentKind.DELIVERY_PHOTO, steps=[ticked] if ticked else [], number=new_number()
    )
    return _page(case, form, is_new=True)


@bp.post("/cases/<reference>/update")
def send_update(reference: str) -> ResponseReturnValue:
    """Report the steps with their photos: all or nothing, and once, however often it comes."""
    case, viewer, session, form = open_case(reference), current.viewer(), current.db_session(), UpdateForm()
    number = number_of(form)
    if known := updates.find_sent(session, number, by=viewer):
        return _to_receipt(known)
    steps = updates.open_steps(session, case, by=viewer)
    if not form.validate() or not _is_whole(form, steps):
        return _page(case, form, steps=steps), form.photos.status
    done = [one for one in steps if one.id in form.steps.data]
    session.commit()  # nobody waits for the database while the store writes
    reports = [_report(case, form, one) for one in done]
    try:
        update = updates.send(session, number, reports, by=viewer)
    except Refused as refused:
        session.rollback()
        form.accept(steps=say(refused.reasons[0]))
        return _page(open_case(reference), form), 409
    session.commit()
    return _to_receipt(update)


def _is_whole(form: UpdateForm, steps: Sequence[Milestone]) -> bool:
    """Whether all that is ticked can be reported, and something proves it."""
    session, ticked = current.db_session(), set(form.steps.data)
    if ticked - {one.id for one in steps}:
        form.accept(steps=_("A step that you ticked cannot be reported any more. Look what is still to do."))
    elif not form.photos.data and not all(
        updates.is_proved(session, one) for one in steps if one.id in ticked
    ):
        form.accept(photos=_("Choose at least one photo or document that shows it."))
    return not form.errors


def _report(case: Case, form: UpdateForm, step: Milestone) -> Report:
    files = tuple(
        store_file(case, form.kind.data, one, milestone_id=step.id, by=current.viewer())
        for one in form.photos.data or ()
    )
    return Report(step, form.words.data or "", files=files)


def _to_receipt(update: Update) -> ResponseReturnValue:
    return redirect(url_for(".show_update", number=update.id), 303)


def _page(
    case: Case, form: UpdateForm, *, steps: Sequence[Milestone] | None = None, is_new: bool = False
) -> str:
    session, viewer = current.db_session(), current.viewer()
    if steps is None:
        steps = updates.open_steps(session, case, by=viewer)
    form.steps.choices = [(one.id, _named(one)) for one in steps]
    form.photos.flags.required = not any(updates.is_proved(session, one) for one in steps)
    whose = f"{viewer.id}:{case.id}"
    return render_template(
        "partner/update.html",
        case=case,
        form=form,
        is_new=is_new,
        most=MOST_FILES,
        place=in_use().fingerprint("draft.place", whose).hex(),
        draft_key=in_use().fingerprint("draft.key", whose).hex(),
    )


def _named(step: Milestone) -> str:
    due = _("late: %(day)s", day=day(step.due_on)) if step.due_on < today() else day(step.due_on)
    return f"{step.description or say(step.type)} · {due}"


@bp.get(f"/updates/<{NUMBER}:number>")
def show_update(number: int) -> ResponseReturnValue:
    """The receipt: what was reported, the same for every time that the form came."""
    session, viewer = current.db_session(), current.viewer()
    update = updates.find(session, number, viewer=viewer)
    rows = updates.reported(session, update, viewer=viewer)
    places = {in_use().fingerprint("draft.place", f"{viewer.id}:{row.case.id}").hex() for row in rows}
    return render_template("partner/updated.html", update=update, rows=rows, places=sorted(places))
