"""The documents of a case: what is asked for, what was sent, and the letters."""

from collections.abc import Sequence

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.domain import documents, people
from portal.domain.cases import Case
from portal.domain.course import letters
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import NotFound
from portal.domain.papers import required
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.web import current
from portal.web.letters import answer


@bp.get("/cases/<reference>/documents")
def show_documents(reference: str) -> ResponseReturnValue:
    """What is asked for, and all documents of a case; those that wait for a look come first."""
    case, session = open_case(reference), current.db_session()
    found = ordered(case)
    return show(
        "counsellor/documents.html",
        case,
        part="show_documents",
        documents=found,
        unseen=documents.UNSEEN,
        pictures=documents.with_pictures(session, found),
        wishes=required.wishes(session, case),
        persons={person.id: person for person in people.of_case(session, case)},
        letters=letters.of_case(session, case, viewer=current.viewer()),
    )


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


def ordered(case: Case) -> Sequence[Document]:
    """The documents of a case: those that wait for a look first."""
    found = documents.of_case(current.db_session(), case, viewer=current.viewer())
    order = [DocumentState.WAITING, DocumentState.CHECKING, DocumentState.ACCEPTED]
    return sorted(found, key=lambda one: order.index(one.state) if one.state in order else len(order))


def onward(case: Case) -> str:
    """The next document that waits for a look, or the list when there is none."""
    waiting = [one for one in ordered(case) if one.state is DocumentState.WAITING]
    if waiting:
        return url_for(".show_document", reference=case.reference, document_id=waiting[-1].id)
    return url_for(".show_documents", reference=case.reference)
