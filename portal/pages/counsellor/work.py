"""Work beside the steps of a case: notes, tasks with a day, and answers to who has heard nothing."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields import SelectChoice

from portal.db import day_of, now, today
from portal.domain import accounts, people
from portal.domain.accounts import Account
from portal.domain.cases import Case, NoteKind
from portal.domain.course import appointments, case_tasks, inquiries, notes
from portal.domain.desk import work
from portal.domain.support import monitoring
from portal.pages.counsellor.colleagues import Colleague
from portal.pages.counsellor.queue import around
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.web import current, kept
from portal.web.forms import Choice, Day, Form, Paragraph, Text, chosen, needed
from portal.web.htmx import moved


class NoteForm(Form):
    """A note of one of the kinds that the writer reads."""

    kind = Choice(_l("Who reads it?"), NoteKind, [chosen()], default=NoteKind.CASE)
    words = Paragraph(_l("New note"), [needed()])

    def __init__(self, case: Case, viewer: Account, **more: object) -> None:
        super().__init__(**more)
        kinds = notes.kinds_for(case, viewer)
        self.kind.choices = [choice for choice in self.kind.choices if choice.value in kinds]


class TaskForm(Form):
    """What is to be done, by when, by whom."""

    task = Text(_l("What is to be done?"), [needed()])
    due_on = Day(_l("By when"), [needed()], future=True)
    owner = Colleague(_l("Who does it?"), [chosen()])

    def __init__(self, owners: list[Account], viewer: Account, **more: object) -> None:
        super().__init__(**more)
        self.owner.choices = [SelectChoice(one.id, one.name) for one in owners]
        if self.owner.data is None and viewer.id in {one.id for one in owners}:
            self.owner.data = viewer.id


class AnswerForm(Form):
    """What the migrant reads."""

    answer = Paragraph(
        _l("Answer"),
        [needed()],
        description=_l("The applicant reads exactly these words. Say what happens now, and by when."),
    )


# --- The desk ---------------------------------------------------------------------------------------


@bp.app_template_global("work_waiting")
def work_waiting() -> int:
    """How much waits for the viewer beside the queue."""
    return work.waiting(current.db_session(), viewer=current.viewer())


@bp.get("/work")
def my_work() -> ResponseReturnValue:
    """Everything with a day that waits for the viewer, the most urgent first."""
    session, viewer = current.db_session(), current.viewer()
    inquired = work.inquiries_for(session, viewer=viewer)
    tasks, talks = case_tasks.open_of(session, viewer), monitoring.ahead(session, viewer)
    precepts = work.precepts_for(session, viewer=viewer)
    booked = [(slot, case) for slot, _one, case in appointments.own_slots(session, viewer) if case]
    late = work.escalated(session, viewer=viewer)
    with_case = (*inquired, *tasks, *talks, *booked)
    listed = [*(case for case, _day in (*late, *precepts)), *(case for _one, case in with_case)]
    return render_template(
        "counsellor/my_work.html",
        **around(),
        kept=kept.waiting(session, viewer),
        inquiries=inquired,
        tasks=tasks,
        precepts=precepts,
        talks=talks,
        booked=[(slot, case, day_of(slot.starts_at)) for slot, case in booked],
        late=late,
        people=people.names(session, {case.id for case in listed}),
        names=accounts.names(session, [case.counsellor_id for case, _day in late]),
        today=today(),
        now=now(),
    )


# --- One case ---------------------------------------------------------------------------------------


@bp.get("/cases/<reference>/to-do")
def show_work(reference: str) -> ResponseReturnValue:
    """Notes and tasks of a case, and who waits for an answer."""
    return _page(open_case(reference))


@bp.post("/cases/<reference>/to-do/notes")
def write_note(reference: str) -> ResponseReturnValue:
    """Keep a note."""
    session, case = current.db_session(), find_case(reference)
    form = NoteForm(case, current.viewer())
    if not form.validate_on_submit():
        return _page(case, note_form=form), 422
    notes.write(session, case, form.kind.data, form.words.data, by=current.viewer())
    session.commit()
    flash(_("The note is saved."), "success")
    return _back(case)


@bp.post("/cases/<reference>/to-do/tasks")
def add_task(reference: str) -> ResponseReturnValue:
    """Write down what is to be done."""
    session, case = current.db_session(), find_case(reference)
    form = _task_form(case)
    if not form.validate_on_submit():
        return _page(case, task_form=form), 422
    owner = session.get(Account, form.owner.data)
    case_tasks.add(session, case, form.task.data, form.due_on.data, owner=owner, by=current.viewer())
    session.commit()
    flash(_("The task is saved."), "success")
    return _back(case)


@bp.post(f"/cases/<reference>/to-do/tasks/<{NUMBER}:task_id>/done")
def finish_task(reference: str, task_id: int) -> ResponseReturnValue:
    """A task is done."""
    session, case = current.db_session(), find_case(reference)
    case_tasks.done(session, case, case_tasks.find(session, case, task_id), by=current.viewer())
    session.commit()
    flash(_("The task is done."), "success")
    return _back(case)


@bp.post(f"/cases/<reference>/to-do/inquiries/<{NUMBER}:inquiry_id>")
def answer_inquiry(reference: str, inquiry_id: int) -> ResponseReturnValue:
    """Answer somebody who has heard nothing."""
    session, case, form = current.db_session(), find_case(reference), AnswerForm()
    inquiry = inquiries.find(session, case, inquiry_id)
    if not form.validate_on_submit():
        return _page(case, answer_form=form), 422
    inquiries.answer(session, case, inquiry, form.answer.data, by=current.viewer())
    session.commit()
    flash(_("The answer is sent."), "success")
    return _back(case)


def _back(case: Case) -> ResponseReturnValue:
    return moved(url_for(".show_work", reference=case.reference))


def _task_form(case: Case, **more: object) -> TaskForm:
    viewer = current.viewer()
    return TaskForm(list(case_tasks.owners(current.db_session(), case)), viewer, **more)


def _page(
    case: Case,
    *,
    note_form: NoteForm | None = None,
    task_form: TaskForm | None = None,
    answer_form: AnswerForm | None = None,
) -> str:
    session, viewer = current.db_session(), current.viewer()
    written = notes.of_case(session, case, viewer=viewer)
    tasks, asked = case_tasks.of_case(session, case), inquiries.of_case(session, case)
    staff = [
        *(note.author_id for note in written),
        *(task.owner_id for task in tasks),
        *(one.answered_by_id for one in asked),
    ]
    return show(
        "counsellor/work.html",
        case,
        part="show_work",
        notes=written,
        tasks=tasks,
        inquiries=asked,
        person=people.principal(session, case),
        names=accounts.names(session, staff),
        note_form=note_form or NoteForm(case, viewer, formdata=None),
        task_form=task_form or _task_form(case, formdata=None),
        answer_form=answer_form or AnswerForm(formdata=None),
    )
