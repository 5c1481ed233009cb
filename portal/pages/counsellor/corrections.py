"""Asking the applicant for something: what is wrong, where, and what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.domain import corrections, documents
from portal.domain.applying import application
from portal.domain.applying.application import Question
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import AS_A_WHOLE, Correction, CorrectionReason, Narrowed, Section
from portal.domain.course import lifecycle
from portal.domain.documents import PAPERS, Document, DocumentState
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.programme import DocumentKind
from portal.web import current
from portal.web.asking import asked_about, paper_of, place_to_change
from portal.web.filters import day
from portal.web.forms import Form, Listed, Menu, Paragraph, chosen, needed
from portal.web.htmx import moved
from portal.web.words import say, short

DOCUMENTS = "documents"
CORRECTION = f"/cases/<reference>/corrections/<{NUMBER}:correction_id>"

for said in (asked_about, place_to_change):
    bp.add_app_template_filter(said)


@dataclass(frozen=True)
class Subject:
    """One thing that can be asked about, as the list names it."""

    value: str
    name: str
    group: str
    section: Section | None
    narrowed: Narrowed = AS_A_WHOLE


def _subjects(case: Case) -> Iterator[Subject]:
    """Parts, questions and travel documents of the application; then documents, sent and to be sent."""
    session, viewer = current.db_session(), current.viewer()
    found = application.answers(session, case)
    whole, single, papers = _("A whole part"), _("One question"), _("Documents")
    for section in Section:
        yield Subject(section.value, str(say(section)), whole, section)
    for question in application.asked_of(found):
        about = application.QUESTIONS[question].section
        name = paper_of(found.principal) if question is Question.PAPERS and found.family else short(question)
        yield Subject(f"question:{question}", str(name), single, about, Narrowed(question=question))
        if question is Question.PAPERS:
            for person in found.family:
                yield Subject(
                    f"person:{person.id}", paper_of(person), single, about, Narrowed(person_id=person.id)
                )
    yield Subject(DOCUMENTS, _("A document to send"), papers, None)
    for document in documents.of_case(session, case, viewer=viewer):
        if document.milestone_id is None and document.state is not DocumentState.SUPERSEDED:
            yield _once_more(document, papers)
    for kind in PAPERS:
        yield Subject(f"kind:{kind}", str(say(kind)), papers, None, Narrowed(kind=DocumentKind(kind)))


def _once_more(document: Document, group: str) -> Subject:
    name = _(
        "%(document)s, sent on %(day)s: once more", document=say(document.kind), day=day(document.sent_at)
    )
    narrowed = Narrowed(kind=document.kind, document_id=document.id)
    return Subject(f"document:{document.id}", name, group, None, narrowed)


class Worded(Form):
    """What is wrong, and what to do about it."""

    reason = Menu(_l("What is wrong?"), CorrectionReason, [chosen()])
    words = Paragraph(
        _l("What should the applicant do?"),
        [needed()],
        description=_l("The applicant reads exactly these words. Write short sentences, in their language."),
    )


class Wording(Worded):
    """The same in other words; `version` says which words their writer has read."""

    version = HiddenField()


def _request(case: Case) -> tuple[Any, Callable[[], Subject]]:
    """The form that asks for one thing, and what is asked about once it is chosen."""
    known = {subject.value: subject for subject in _subjects(case)}

    def options() -> Iterator[tuple[Any, ...]]:
        return ((one.value, one.name, {}, one.group) for one in known.values())

    class Request(Worded):
        """One thing to be changed."""

        about = Listed(_l("What is it about?"), options, [chosen()])

    form = Request()
    return form, lambda: known[form.about.data]


@bp.get("/cases/<reference>/corrections/new")
def new_correction(reference: str) -> ResponseReturnValue:
    """What is already asked, and room for one thing more."""
    case = open_case(reference)
    return _page(case, _request(case)[0])


@bp.post("/cases/<reference>/corrections")
def ask_correction(reference: str) -> ResponseReturnValue:
    """Put one thing on the list. The applicant gets the list when the case is sent back."""
    case, session = find_case(reference), current.db_session()
    form, subject = _request(case)
    if not form.validate_on_submit():
        return _page(case, form), 422
    about, reason, words = subject(), form.reason.data, form.words.data
    corrections.ask(session, case, about.section, reason, words, narrowed=about.narrowed, by=current.viewer())
    session.commit()
    flash(_("It is on the list. The applicant gets the list when you send the case back."), "success")
    return moved(url_for(".new_correction", reference=case.reference))


@bp.get(CORRECTION)
def edit_correction(reference: str, correction_id: int) -> ResponseReturnValue:
    """One thing on the list, to be put in other words."""
    case = open_case(reference)
    correction = corrections.find(current.db_session(), case, correction_id)
    if case.state is not CaseState.IN_REVIEW or not correction.is_open:
        return moved(url_for(".new_correction", reference=case.reference))
    return _wording_page(case, correction, Wording(obj=correction))


@bp.post(CORRECTION)
def change_correction(reference: str, correction_id: int) -> ResponseReturnValue:
    """Put it in other words; whoever did not see a colleague's words is told."""
    case, form, session = find_case(reference), Wording(), current.db_session()
    correction = corrections.find(session, case, correction_id)
    if not form.validate_on_submit():
        return _wording_page(case, correction, form), 422
    version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    corrections.change(
        session, case, correction, form.reason.data, form.words.data, version=version, by=current.viewer()
    )
    session.commit()
    flash(_("Saved."), "success")
    return moved(url_for(".new_correction", reference=case.reference))


@bp.post(f"{CORRECTION}/back")
def take_back_correction(reference: str, correction_id: int) -> ResponseReturnValue:
    """It need not be changed after all."""
    case, session = find_case(reference), current.db_session()
    correction = corrections.find(session, case, correction_id)
    lifecycle.take_back(session, case, correction, by=current.viewer())
    session.commit()
    flash(_("Taken back. The applicant is not asked for it."), "success")
    return moved(url_for(".new_correction", reference=case.reference))


def _page(case: Case, form: Form) -> str:
    session = current.db_session()
    return show(
        "counsellor/corrections.html",
        case,
        part="show_application",
        form=form,
        asked=corrections.of_round(session, case)
        if case.state is CaseState.NEEDS_INFO
        else corrections.open_of(session, case),
        is_open=case.state is CaseState.IN_REVIEW,
        is_sent=case.state is CaseState.NEEDS_INFO,
    )


def _wording_page(case: Case, correction: Correction, form: Form) -> str:
    return show("counsellor/correction.html", case, part="show_application", form=form, correction=correction)
