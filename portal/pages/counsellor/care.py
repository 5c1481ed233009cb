"""Conversations that are owed in a case, and who agreed: for its counsellor and approvers only."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import accounts, people
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.consents import How
from portal.domain.care import agreements, by_themselves, care
from portal.domain.care.agreements import RECORDED
from portal.domain.care.care import CareKind, CareOutcome, CareTask
from portal.domain.cases import BEFORE_DEPARTURE, Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.web import current, paper
from portal.web.answers import told
from portal.web.forms import Choice, Form, Listed, Menu, Paragraph, Text, chosen, needed
from portal.web.htmx import moved
from portal.web.spoken import ANOTHER_LANGUAGE, SPOKEN, language_named
from portal.web.words import say
from portal.web.words.care import why

CASE = "/cases/<reference>"
TASK = f"{CASE}/conversations/<{NUMBER}:task_id>"
AGREEMENT = f"{CASE}/agreements/<{NUMBER}:person_id>"
"""Of a person; 0 is the guardian."""
GUARDIAN = 0


class Plan(Form):
    """What somebody should talk about with the people of this case."""

    kind = Menu(
        _l("What should somebody talk about with the applicant?"),
        CareKind,
        [chosen()],
        among=[kind for kind in CareKind if kind is not CareKind.BEST_INTERESTS],
    )


def _answer(task: CareTask) -> Form:
    """A form that asks what came of a conversation."""

    class Answer(Form):
        outcome = Choice(_l("What came of it?"), CareOutcome, [chosen()], among=care.outcomes_of(task))
        note = Paragraph(
            _l("What was said, and what was agreed"),
            [needed()],
            description=_l("Only the counsellor of this case and senior counsellors read this."),
        )

    return Answer()


def _languages() -> Iterator[tuple[str, str]]:
    return ((code, language_named(code)) for code in (*SPOKEN, ANOTHER_LANGUAGE))


class Agreed(Form):
    """How somebody agreed, and who was there."""

    how = Choice(_l("How did this person agree?"), How, [chosen()], among=RECORDED)
    language = Listed(_l("In which language?"), _languages, [chosen()])
    present = Text(
        _l("Who was there?"),
        [needed()],
        description=_l("Names of everybody who was in the room or on the phone"),
    )
    interpreter = Text(_l("Name of the interpreter"))


# --- The list ---------------------------------------------------------------------------------------


@bp.get(f"{CASE}/conversations")
def show_care(reference: str) -> ResponseReturnValue:
    """What is to be talked about, what was, and who agreed."""
    return _page(open_case(reference), Plan())


@bp.post(f"{CASE}/conversations")
def raise_care(reference: str) -> ResponseReturnValue:
    """Put one more conversation on the list."""
    case, form, session = find_case(reference), Plan(), current.db_session()
    if not form.validate_on_submit():
        return _page(case, form), 422
    care.ask(session, case, form.kind.data, by=current.viewer())
    session.commit()
    flash(_("It is on the list."), "success")
    return moved(url_for(".show_care", reference=case.reference))


@bp.post(f"{CASE}/conversations/children/<{NUMBER}:person_id>")
def assess_again(reference: str, person_id: int) -> ResponseReturnValue:
    """Look anew at what is best for a child who is alone."""
    case, session = find_case(reference), current.db_session()
    person = people.find(session, case, person_id)
    if person not in care.best_interests_open(session, case):
        raise NotFound(str(person_id))
    care.ask(session, case, CareKind.BEST_INTERESTS, person=person, by=current.viewer())
    session.commit()
    flash(_("It is on the list."), "success")
    return moved(url_for(".show_care", reference=case.reference))


def _page(case: Case, form: Plan) -> str:
    session, viewer = current.db_session(), current.viewer()
    if not care.may_read(case, viewer):
        return show("counsellor/care_closed.html", case, part="show_care")
    tasks = care.of_case(session, case, viewer=viewer)
    everybody = people.of_case(session, case)
    return show(
        "counsellor/care.html",
        case,
        part="show_care",
        tasks=tasks,
        people={person.id: person.full_name for person in everybody},
        names=accounts.names(
            session, {number for task in tasks for number in (task.raised_by_id, task.done_by_id)}
        ),
        to_assess=_to_assess(case, tasks),
        adults=agreements.adults(session, case),
        needs_guardian=agreements.needs_guardian(session, case),
        agreed=agreements.holding(session, case),
        ways_in=by_themselves.ways_in(session, case),
        is_open=case.state in BEFORE_DEPARTURE,
        form=form,
    )


def _to_assess(case: Case, tasks: Sequence[CareTask]) -> list[Person]:
    """The children of whom nobody found that the return is best for them, and nobody looks at it now."""
    looked_at = {task.person_id for task in tasks if task.done_at is None}
    found = care.best_interests_open(current.db_session(), case)
    return [person for person in found if person.id not in looked_at]


# --- One conversation -------------------------------------------------------------------------------


@bp.get(TASK)
def show_care_task(reference: str, task_id: int) -> ResponseReturnValue:
    """What one conversation is for, and room for what came of it."""
    case = open_case(reference)
    return _task_page(case, *_task(case, task_id))


@bp.post(TASK)
def answer_care_task(reference: str, task_id: int) -> ResponseReturnValue:
    """The conversation took place."""
    session, case = current.db_session(), find_case(reference)
    task, form = _task(case, task_id)
    if not form.validate_on_submit():
        return _task_page(case, task, form), 422
    care.answer(session, case, task, form.outcome.data, form.note.data, by=current.viewer())
    session.commit()
    flash(_("Saved."), "success")
    return moved(url_for(".show_care", reference=case.reference))


def _task(case: Case, task_id: int) -> tuple[CareTask, Any]:
    task = care.find(current.db_session(), case, task_id, viewer=current.viewer())
    return task, _answer(task)


def _task_page(case: Case, task: CareTask, form: Form) -> str:
    session = current.db_session()
    found = application.answers(session, case)
    person = people.find(session, case, task.person_id) if task.person_id else None
    return show(
        "counsellor/care_task.html",
        case,
        part="show_care",
        task=task,
        person=person,
        form=form,
        why=why(task.kind),
        said=[(question, told(found, question)) for question in care.questions_behind(found, task.kind)],
    )


# --- Agreements -------------------------------------------------------------------------------------


@bp.get(AGREEMENT)
def new_agreement(reference: str, person_id: int) -> ResponseReturnValue:
    """Ask how a family member, or the guardian, agreed."""
    case = open_case(reference)
    return _agreement_page(case, _person(case, person_id), Agreed())


@bp.post(AGREEMENT)
def record_agreement(reference: str, person_id: int) -> ResponseReturnValue:
    """Write down that somebody agreed."""
    session, case, form = current.db_session(), find_case(reference), Agreed()
    person = _person(case, person_id)
    if not form.validate_on_submit():
        return _agreement_page(case, person, form), 422
    try:
        agreements.record(
            session,
            case,
            person,
            form.how.data,
            language=form.language.data,
            present=form.present.data,
            interpreter=form.interpreter.data or "",
            by=current.viewer(),
        )
    except Refused as refused:
        if refused.reasons != [Reason.EVIDENCE_MISSING]:
            raise
        form.accept(how=say(Reason.EVIDENCE_MISSING))
        return _agreement_page(case, person, form), 422
    session.commit()
    flash(_("The agreement is written down."), "success")
    return moved(url_for(".show_care", reference=case.reference))


@bp.post(f"{CASE}/agreements/<{NUMBER}:agreement_id>/end")
def end_agreement(reference: str, agreement_id: int) -> ResponseReturnValue:
    """Somebody does not agree any more."""
    session, case = current.db_session(), find_case(reference)
    agreements.take_back(session, case, agreement_id, by=current.viewer())
    session.commit()
    flash(_("Written down: this person does not agree any more."), "success")
    return moved(url_for(".show_care", reference=case.reference))


@bp.post(f"{AGREEMENT}/code")
def give_code(reference: str, person_id: int) -> ResponseReturnValue:
    """A code with which this person makes an account of their own, in this answer and nowhere else."""
    session, case = current.db_session(), find_case(reference)
    person = people.find(session, case, person_id)
    code = by_themselves.give_code(session, case, person, by=current.viewer())
    made = by_themselves.ways_in(session, case)[person.id].code
    spoken = session.get_one(Account, case.migrant_id).language
    sheet = paper.of_code(code, spoken, made.ends_at if made else None)
    session.commit()
    onward = url_for(".show_care", reference=case.reference, _anchor="agreements")
    return render_template("counsellor/claim_paper.html", paper=sheet, onward=onward)


def _person(case: Case, person_id: int) -> Person | None:
    session = current.db_session()
    if not care.may_read(case, current.viewer()):
        raise NotFound(str(person_id))
    if person_id == GUARDIAN:
        return None
    person = people.find(session, case, person_id)
    if person not in agreements.adults(session, case):
        raise NotFound(str(person_id))
    return person


def _agreement_page(case: Case, person: Person | None, form: Agreed) -> str:
    found = application.answers(current.db_session(), case).application
    name = person.full_name if person else found.guardian_name
    return show(
        "counsellor/agreement.html", case, part="show_care", person=person, name=name or "", form=form
    )
