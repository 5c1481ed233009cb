"""What a counsellor decides about a document: it proves what it should, or it cannot be used and why."""

from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import steps
from portal.domain.accounts import Account
from portal.domain.documents import Document, DocumentState, RejectReason
from portal.domain.errors import Reason
from portal.domain.people import Person
from portal.domain.permissions import Act
from portal.domain.steps import Move, Step


def _reason_given(move: Move) -> Reason | None:
    return None if move.thing.reject_reason else Reason.REASON_MISSING


def _decided(move: Move) -> None:
    move.thing.decided_at, move.thing.decided_by_id = now(), move.by.id
    move.thing.words = move.note


DOCUMENT_STEPS: dict[Act, Step[DocumentState]] = {
    Act.DOCUMENT_ACCEPT: Step({DocumentState.WAITING}, DocumentState.ACCEPTED, then=(_decided,)),
    Act.DOCUMENT_REJECT: Step(
        {DocumentState.WAITING, DocumentState.ACCEPTED},
        DocumentState.REJECTED,
        needs=(_reason_given,),
        then=(_decided,),
    ),
}


def _is_decided(session: Session, document: Document, state: DocumentState, by: Account) -> bool:
    """Whether this person decided so already, with another tap. Whoever else decides waits meanwhile."""
    session.refresh(document, with_for_update=True)
    return document.state is state and document.decided_by_id == by.id


def accept(
    session: Session, document: Document, *, by: Account, person: Person | None = None, note: str = ""
) -> None:
    """A counsellor looked at it, and it proves what it should, perhaps for this person of the case.

    Accepting it once more for the same person changes nothing.
    """
    is_same = person is None or person.id == document.person_id
    if _is_decided(session, document, DocumentState.ACCEPTED, by) and is_same:
        return
    document.reject_reason = None
    if person is not None:
        document.person_id = person.id
    steps.take(session, document, DOCUMENT_STEPS, Act.DOCUMENT_ACCEPT, by=by, note=note)


def reject(
    session: Session, document: Document, reason: RejectReason | None, *, by: Account, note: str = ""
) -> None:
    """It cannot be used: the sender reads the reason in her language, and the counsellor's words.

    Saying so once more with the same reason changes nothing.
    """
    if _is_decided(session, document, DocumentState.REJECTED, by) and document.reject_reason is reason:
        return
    with session.no_autoflush:
        document.reject_reason = reason
        steps.take(session, document, DOCUMENT_STEPS, Act.DOCUMENT_REJECT, by=by, note=note)
