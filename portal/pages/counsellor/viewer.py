"""One document in the page beside the answers it proves: looked at, turned, compared, decided, copied."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import deciding, documents, people
from portal.domain.accounts import Account
from portal.domain.applying import application, proving
from portal.domain.cases import Case
from portal.domain.documents import BY_COUNSELLOR, COPIED_FOR, PREVIEW, Document, LookPurpose, RejectReason
from portal.domain.errors import NotFound
from portal.domain.papers import legibility
from portal.domain.permissions import Act, may
from portal.domain.support import grants
from portal.pages.counsellor.documents import onward, ordered
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.web import current
from portal.web.answers import told
from portal.web.forms import Choice, Form, Listed, Menu, Paragraph, chosen
from portal.web.htmx import moved
from portal.web.language import speaking
from portal.web.parts import answer_stamped
from portal.web.words import advice, say

DOCUMENT = f"/cases/<reference>/documents/<{NUMBER}:document_id>"
ZOOMS = ("fit", "100", "200", "400")
"""The whole page in the window, or so many hundredths of the window's width."""
TURNS = (0, 90, 180, 270)


class Acceptance(Form):
    """That a document proves what it should; in a family, for whom."""

    person = Listed(_l("Whose document is it?"), lambda: [])


class Rejection(Form):
    """Why a document cannot be used."""

    reason = Choice(_l("What is wrong with it?"), RejectReason, [chosen()], among=BY_COUNSELLOR)
    words = Paragraph(
        _l("Your message to the sender"),
        description=_l("The portal translates the reason. It does not translate your words."),
    )


class Copy(Form):
    """What a copy is taken for."""

    purpose = Menu(_l("What is the copy for?"), LookPurpose, [chosen()], among=COPIED_FOR)


# --- How it is looked at --------------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """What stands in the address, and nowhere else: the page, how large, how turned, beside which other."""

    page: int = 1
    zoom: str = ZOOMS[0]
    turn: int = 0
    beside: int | None = None

    @classmethod
    def of_request(cls, pages: int, others: Sequence[Document]) -> "View":
        """As the address says; what it says wrongly is left out."""
        given = request.args
        page, turn = given.get("page", 1, type=int), given.get("turn", 0, type=int)
        zoom, beside = given.get("zoom", ""), given.get("beside", type=int)
        return cls(
            page=page if 1 <= page <= pages else 1,
            zoom=zoom if zoom in ZOOMS else ZOOMS[0],
            turn=turn if turn in TURNS else 0,
            beside=beside if beside in [one.id for one in others] else None,
        )

    def query(self) -> dict[str, Any]:
        """What differs from how every document is first shown."""
        plain = vars(View())
        return {name: value for name, value in vars(self).items() if value != plain[name]}


@dataclass(frozen=True)
class Viewer:
    """A document as it is looked at, and the addresses of every other way to look at it."""

    case: Case
    document: Document
    view: View
    pages: int
    earlier: Sequence[Document] = ()

    def to(self, **changes: object) -> str:
        """The address of the same with something changed."""
        view = replace(self.view, **changes)  # type: ignore[arg-type]
        return url_for(
            ".show_document",
            reference=self.case.reference,
            document_id=self.document.id,
            _anchor="viewer",
            **view.query(),
        )

    def picture(self, document: Document, page: int) -> str:
        """The address of one page of it or of another document, turned as this one."""
        turned: dict[str, Any] = {"turn": self.view.turn} if self.view.turn else {}
        return url_for(
            ".document_page",
            reference=self.case.reference,
            document_id=document.id,
            number=page,
            **turned,
        )

    def turned(self, by: int) -> str:
        """The address of the same, turned by so many degrees clockwise."""
        return self.to(turn=(self.view.turn + by) % 360)

    @property
    def compared(self) -> Document | None:
        """The earlier version that it is laid beside."""
        return next((one for one in self.earlier if one.id == self.view.beside), None)


def _viewer(case: Case, document: Document) -> Viewer:
    session = current.db_session()
    seen = document.state not in documents.UNSEEN
    numbers = [one.number for one in documents.parts(session, document) if one.number] if seen else []
    others = documents.earlier(session, document) if numbers else []
    return Viewer(case, document, View.of_request(len(numbers), others), len(numbers), others)


def _page(
    case: Case, document_id: int, *, rejection: Rejection | None = None, copy: Copy | None = None
) -> str:
    session, viewer = current.db_session(), current.viewer()
    document = documents.find(session, case, document_id, viewer=viewer)
    order = [one.id for one in ordered(case)]
    here = order.index(document.id)
    found = application.answers(session, case)
    looked = _viewer(case, document)
    return show(
        "counsellor/document.html",
        case,
        part="show_documents",
        document=document,
        looked=looked,
        zooms=ZOOMS,
        compared_pages=_number_of_pages(looked.compared),
        proves=[
            (question, told(found, question))
            for question in proving.proved(document.kind, application.asked_of(found))
        ],
        doubts=list(legibility.doubts(document).items()),
        milestone=grants.find_milestone(session, case, document.milestone_id)
        if document.milestone_id
        else None,
        whose=[person for person in people.of_case(session, case) if person.id == document.person_id],
        previous=order[here - 1] if here else None,
        following=order[here + 1] if here + 1 < len(order) else None,
        number=here + 1,
        count=len(order),
        acceptance=_acceptance(case, document),
        form=rejection or Rejection(formdata=None),
        reads=_as_read(document),
        copy=(copy or Copy(formdata=None)) if _may_copy(looked) else None,
    )


def _number_of_pages(document: Document | None) -> int:
    if document is None:
        return 0
    return sum(one.number > 0 for one in documents.parts(current.db_session(), document))


def _may_copy(looked: Viewer) -> bool:
    return looked.pages > 0 and may(current.viewer().role, Act.DOCUMENT_DOWNLOAD)


def _acceptance(case: Case, document: Document) -> Acceptance | None:
    """The question whose it is, where more than one could be meant."""
    family = people.of_case(current.db_session(), case)
    if len(family) < 2:
        return None
    form = Acceptance(person=str(document.person_id or ""))
    form.person.choices = [
        form.person.choices[0],
        *((str(one.id), one.full_name or _("No name yet")) for one in family),
    ]
    return form


def _as_read(document: Document) -> dict[str, object]:
    """What the sender reads for each reason, in the sender's language: its name, and the words by reason."""
    sender = current.db_session().get_one(Account, document.sender_id)
    with speaking(sender.language) as language:
        words = {reason: (str(say(reason)), str(advice(reason))) for reason in BY_COUNSELLOR}
    return {"language": language, "words": words}


# --- Pages ----------------------------------------------------------------------------------------------


@bp.get(DOCUMENT)
def show_document(reference: str, document_id: int) -> ResponseReturnValue:
    """One document in the page, beside the answers it proves."""
    return _page(open_case(reference), document_id)


@bp.get(f"{DOCUMENT}/pages/<{NUMBER}:number>")
def document_page(reference: str, document_id: int, number: int) -> ResponseReturnValue:
    """One page as a picture with who looks burnt into it. That it was opened is written down."""
    if number == 0:  # the whole file is a copy, and is taken by `copy_document`
        raise NotFound("0")
    turn = request.args.get("turn", 0, type=int)
    return _picture(reference, document_id, number, turn if turn in TURNS else 0)


@bp.get(f"{DOCUMENT}/preview")
def document_preview(reference: str, document_id: int) -> ResponseReturnValue:
    """The first page as a small picture, for the list."""
    return _picture(reference, document_id, PREVIEW, 0)


def _picture(reference: str, document_id: int, number: int, turn: int) -> ResponseReturnValue:
    session, viewer, case = current.db_session(writing=True), current.viewer(), find_case(reference)
    document = documents.find(session, case, document_id, viewer=viewer)
    part = documents.open_part(session, document, number, by=viewer)
    purpose = documents.purpose_of(document, viewer)
    session.commit()
    return answer_stamped(document, part, case, purpose, turn=turn)


@bp.post(f"{DOCUMENT}/copy")
def copy_document(reference: str, document_id: int) -> ResponseReturnValue:
    """The whole file to take along, with who takes it, when and what for on every page."""
    session, viewer, form = current.db_session(), current.viewer(), Copy()
    case = find_case(reference)
    document = documents.find(session, case, document_id, viewer=viewer)
    if not form.validate_on_submit():
        return _page(case, document_id, copy=form), 422
    part = documents.copy(session, document, form.purpose.data, by=viewer)
    session.commit()
    return answer_stamped(document, part, case, form.purpose.data, as_copy=True)


@bp.post(f"{DOCUMENT}/accept")
def accept_document(reference: str, document_id: int) -> ResponseReturnValue:
    """It proves what it should."""
    viewer, session = current.viewer(), current.db_session()
    case = find_case(reference)
    document = documents.find(session, case, document_id, viewer=viewer)
    number = request.form.get("person", type=int)
    person = people.find(session, case, number) if number else None
    deciding.accept(session, document, person=person, by=viewer)
    session.commit()
    flash(_("The document is accepted."), "success")
    return moved(onward(case))


@bp.post(f"{DOCUMENT}/reject")
def reject_document(reference: str, document_id: int) -> ResponseReturnValue:
    """It cannot be used: the sender reads why, and can send another."""
    viewer, session, form = current.viewer(), current.db_session(), Rejection()
    case = find_case(reference)
    document = documents.find(session, case, document_id, viewer=viewer)
    if not form.validate_on_submit():
        return _page(case, document_id, rejection=form), 422
    deciding.reject(session, document, form.reason.data, note=form.words.data or "", by=viewer)
    session.commit()
    flash(_("The document is not accepted. The sender can read why."), "success")
    return moved(onward(case))
