"""One case as a counsellor reads it: where it stands, what waits in it, what was answered, what happened."""

from collections.abc import Sequence

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import accounts, cases, corrections, journal
from portal.domain.applying import application, signing
from portal.domain.cases import Case
from portal.domain.course import lifecycle, stopping
from portal.domain.desk import openings
from portal.domain.desk.desk import Task
from portal.domain.journal import Event
from portal.domain.permissions import Act
from portal.domain.support import referrals
from portal.pages.counsellor.history import told
from portal.pages.counsellor.parts import sections
from portal.pages.counsellor.room import bp, find_case, open_case, show
from portal.pages.counsellor.ways import WHERE, Way, ways
from portal.web import current
from portal.web.answers import all_told
from portal.web.forms import Form, Paragraph, needed
from portal.web.htmx import moved
from portal.web.words import STAGES, stage
from portal.web.words.desk import task, todo

PAGE_OF = {
    Task.CARE: "show_care",
    Task.DOCUMENT: "show_documents",
    Task.DEPARTURE: "show_travel",
    Task.REQUEST: "requests_of_case",
    Task.INQUIRY: "show_work",
    Task.OWN_TASK: "show_work",
    **dict.fromkeys(
        (Task.MILESTONE, Task.MISSED, Task.PLAN, Task.START, Task.CHECK, Task.SIGN, Task.PAY, Task.ANSWER),
        "show_plan",
    ),
}


class NoteForm(Form):
    """A few words for colleagues."""

    words = Paragraph(
        _l("New note"),
        [needed()],
        description=_l("Your colleagues can read it. The applicant and the partner organisation cannot."),
    )


class TalkForm(Form):
    """What came of a talk with somebody who had stopped."""

    words = Paragraph(
        _l("What did you agree?"),
        [needed()],
        description=_l("Your colleagues can read it. The applicant and the partner organisation cannot."),
        id="talk-words",
    )


@bp.get("/cases/<reference>")
def show_case(reference: str) -> ResponseReturnValue:
    """Where the case stands, and what to do next."""
    return _overview(open_case(reference), NoteForm())


@bp.post("/cases/<reference>/notes")
def add_note(reference: str) -> ResponseReturnValue:
    """Keep a note for colleagues."""
    case, form = find_case(reference), NoteForm()
    if not form.validate_on_submit():
        return _overview(case, form), 422
    session = current.db_session()
    cases.note(session, case, form.words.data, by=current.viewer())
    session.commit()
    flash(_("The note is saved."), "success")
    return moved(url_for(".show_case", reference=case.reference))


@bp.get("/cases/<reference>/application")
def show_application(reference: str) -> ResponseReturnValue:
    """Everything the applicant answered."""
    case = open_case(reference)
    found = application.answers(current.db_session(), case)
    return show(
        "counsellor/application.html",
        case,
        part="show_application",
        told=all_told(found),
        signed=signing.holding(current.db_session(), case),
        has_asked=_has_asked(case),
    )


@bp.get("/cases/<reference>/history")
def show_history(reference: str) -> ResponseReturnValue:
    """Everything that happened, and who did it."""
    case = open_case(reference)
    return show("counsellor/history.html", case, part="show_history", items=told(case))


@bp.post("/cases/<reference>/talk")
def note_talk(reference: str) -> ResponseReturnValue:
    """Somebody who stopped was asked whether they want to go on."""
    case, form = find_case(reference), TalkForm()
    if not form.validate_on_submit():
        return _overview(case, NoteForm(formdata=None), form), 422
    session = current.db_session()
    stopping.talked(session, case, form.words.data, by=current.viewer())
    session.commit()
    flash(
        _("The note is saved. If the applicant wants to go on, a senior counsellor can open the case again."),
        "success",
    )
    return moved(url_for(".show_case", reference=case.reference))


def _has_asked(case: Case) -> bool:
    return bool(corrections.of_case(current.db_session(), case))


def _overview(case: Case, form: NoteForm, talk_form: TalkForm | None = None) -> str:
    session = current.db_session()
    notes = cases.notes(session, case)
    has_asked = _has_asked(case)
    lately = openings.lately(session, case, viewer=current.viewer())
    last = spoken(journal.of_case(session, case.id))
    return show(
        "counsellor/overview.html",
        case,
        part="show_case",
        stages=STAGES,
        at=stage(case.state),
        todo=todo(case.state, came_back=has_asked),
        task=task,
        page_of=PAGE_OF,
        sections=sections(case),
        openings=lately,
        opener_names=accounts.names(session, [one.viewer_id for one in lately]),
        where=WHERE,
        ways=case_ways(case),
        spoken=last,
        asked=corrections.open_of(session, case),
        has_asked=has_asked,
        talk_form=talk_form or TalkForm(formdata=None),
        referral=referrals.live(session, case),
        notes=notes,
        names=accounts.names(session, [*(note.author_id for note in notes), last.actor_id if last else None]),
        form=form,
    )


def case_ways(case: Case) -> list[Way]:
    """The steps of the case that the viewer could take; asking has a page of its own."""
    found = ways(
        case,
        lifecycle.CASE_STEPS,
        lambda step: url_for(".take_step", reference=case.reference, step=step),
    )
    return [way for way in found if way.act is not Act.CASE_ASK]


def spoken(events: Sequence[Event]) -> Event | None:
    """The last step of the case, if words were given with it: the next person reads them first."""
    last = next((event for event in events if event.act in lifecycle.CASE_STEPS), None)
    return last if last and last.note else None
