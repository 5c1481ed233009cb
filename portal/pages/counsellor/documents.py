"""The documents of a case beside the answers they prove, what a counsellor decides, and the letters."""

from collections.abc import Sequence

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import documents
from portal.domain.applying import application
from portal.domain.applying.application import Question
from portal.domain.cases import Case
from portal.domain.course import letters
from portal.domain.documents import BY_COUNSELLOR, IDENTITY, Document, DocumentState, RejectReason
from portal.domain.errors import NotFound
from portal.domain.papers import legibility
from portal.domain.support import grants
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.programme import DocumentKind
from portal.web import current
from portal.web.answers import told
from portal.web.forms import Choice, Form, Paragraph, chosen
from portal.web.htmx import moved
from portal.web.letters import answer
from portal.web.parts import answer_part

# What a document is laid beside; whatever is not named shows who the person is and where they go.
PROVES: dict[DocumentKind, tuple[Question, ...]] = {
    **dict.fromkeys(
        IDENTITY, (Question.NAME, Question.BIRTH, Question.PERSON, Question.PAPERS, Question.FAMILY)
    ),
    **dict.fromkeys(
        (
            DocumentKind.PRECEPT_TO_LEAVE,
            DocumentKind.EXPULSION_ORDER,
            DocumentKind.ASYLUM_DECISION,
            DocumentKind.WITHDRAWAL_OF_APPLICATION,
            DocumentKind.RESIDENCE_PERMIT,
        ),
        (Question.NAME, Question.BIRTH, Question.STATUS, Question.PRECEPT),
    ),
    **dict.fromkeys(
        (DocumentKind.MEDICAL_REPORT, DocumentKind.FIT_TO_TRAVEL_CERTIFICATE, DocumentKind.PRESCRIPTION),
        (Question.NAME, Question.BIRTH, Question.NEEDS),
    ),
}
OTHERWISE = (Question.NAME, Question.BIRTH, Question.COUNTRY, Question.FAMILY)


class Rejection(Form):
    """Why a document cannot be used."""

    reason = Choice(_l("What is wrong with it?"), RejectReason, [chosen()], among=BY_COUNSELLOR)
    words = Paragraph(
        _l("Your message to the sender"),
        description=_l("The portal translates the reason. It does not translate your words."),
    )


@bp.get("/cases/<reference>/documents")
def show_documents(reference: str) -> ResponseReturnValue:
    """All documents of a case; those that wait for a look come first."""
    case = open_case(reference)
    return show(
        "counsellor/documents.html",
        case,
        part="show_documents",
        documents=_ordered(case),
        unseen=documents.UNSEEN,
        letters=letters.of_case(current.db_session(), case, viewer=current.viewer()),
    )


@bp.get(f"/cases/<reference>/documents/<{NUMBER}:document_id>")
def show_document(reference: str, document_id: int) -> ResponseReturnValue:
    """One document in the page, beside the answers it proves."""
    return _page(open_case(reference), document_id, Rejection())


@bp.get(f"/cases/<reference>/documents/<{NUMBER}:document_id>/pages/<{NUMBER}:number>")
def document_page(reference: str, document_id: int, number: int) -> ResponseReturnValue:
    """One page as a picture (0: the whole file). That it was opened is written down."""
    session, viewer = current.db_session(writing=True), current.viewer()
    document = documents.find(session, find_case(reference), document_id, viewer=viewer)
    part = documents.open_part(session, document, number, by=viewer)
    session.commit()
    return answer_part(document, part)


@bp.post(f"/cases/<reference>/documents/<{NUMBER}:document_id>/accept")
def accept_document(reference: str, document_id: int) -> ResponseReturnValue:
    """It proves what it should."""
    viewer, session = current.viewer(), current.db_session()
    case = find_case(reference)
    document = documents.find(session, case, document_id, viewer=viewer)
    documents.accept(session, document, by=viewer)
    session.commit()
    flash(_("The document is accepted."), "success")
    return moved(_onward(case))


@bp.post(f"/cases/<reference>/documents/<{NUMBER}:document_id>/reject")
def reject_document(reference: str, document_id: int) -> ResponseReturnValue:
    """It cannot be used: the sender reads why, and can send another."""
    viewer, session, form = current.viewer(), current.db_session(), Rejection()
    case = find_case(reference)
    document = documents.find(session, case, document_id, viewer=viewer)
    if not form.validate_on_submit():
        return _page(case, document_id, form), 422
    documents.reject(session, document, form.reason.data, note=form.words.data or "", by=viewer)
    session.commit()
    flash(_("The document is not accepted. The sender can read why."), "success")
    return moved(_onward(case))


@bp.get(f"/cases/<reference>/letters/<{NUMBER}:letter_id>")
def download_letter(reference: str, letter_id: int) -> ResponseReturnValue:
    """A letter as the applicant has it. That it was opened is written down."""
    session, viewer = current.db_session(writing=True), current.viewer()
    letter = letters.find(session, letter_id, viewer=viewer)
    if letter.case_id != find_case(reference).id:
        raise NotFound(str(letter_id))
    letters.opened(session, letter, by=viewer)
    session.commit()
    return answer(letter)


def _ordered(case: Case) -> Sequence[Document]:
    found = documents.of_case(current.db_session(), case, viewer=current.viewer())
    order = [DocumentState.WAITING, DocumentState.CHECKING, DocumentState.ACCEPTED]
    return sorted(found, key=lambda one: order.index(one.state) if one.state in order else len(order))


def _onward(case: Case) -> str:
    """The next document that waits for a look, or the list when there is none."""
    waiting = [one for one in _ordered(case) if one.state is DocumentState.WAITING]
    if waiting:
        return url_for(".show_document", reference=case.reference, document_id=waiting[-1].id)
    return url_for(".show_documents", reference=case.reference)


def _page(case: Case, document_id: int, form: Rejection) -> str:
    session, viewer = current.db_session(), current.viewer()
    document = documents.find(session, case, document_id, viewer=viewer)
    order = [one.id for one in _ordered(case)]
    here = order.index(document.id)
    found = application.answers(session, case)
    questions = [one for one in PROVES.get(document.kind, OTHERWISE) if one in application.asked_of(found)]
    seen = document.state not in documents.UNSEEN
    return show(
        "counsellor/document.html",
        case,
        part="show_documents",
        document=document,
        pages=[one.number for one in documents.parts(session, document) if one.number] if seen else [],
        proves=[(question, told(found, question)) for question in questions],
        doubts=list(legibility.doubts(document).items()),
        milestone=grants.find_milestone(session, case, document.milestone_id)
        if document.milestone_id
        else None,
        earlier=order[here - 1] if here else None,
        later=order[here + 1] if here + 1 < len(order) else None,
        number=here + 1,
        count=len(order),
        form=form,
    )
