"""A document is erased: its keys go with its rows, so that nobody opens its objects, wherever copies lie."""

from collections.abc import Iterable

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal.domain import journal, steps
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.corrections import Correction
from portal.domain.documents import Document, DocumentState, Part
from portal.domain.errors import Reason, Refused
from portal.domain.objects import Vault
from portal.domain.papers import uploads
from portal.domain.papers.keeping import Original
from portal.domain.papers.supplier_links import SupplierLink
from portal.domain.papers.uploads import Chunk, Gathering, Upload
from portal.domain.permissions import Act, require
from portal.domain.support import photos
from portal.domain.support.receipts import Share

POINTING = (Gathering.document_id, Share.document_id, SupplierLink.document_id)
"""What stays without the document: how it came, that it was shared, which link it came by."""


def erase(session: Session, document: Document) -> list[str]:
    """Forget a document, its keys and all that was sent for it. The journal keeps that it was there.

    Answers the names of its objects, which nothing opens any more: give them to `clear` after the commit.
    """
    names: list[str] = []
    for kept in (Part, Original):
        names += session.scalars(select(kept.store_name).where(kept.document_id == document.id))
        session.execute(delete(kept).where(kept.document_id == document.id))
    for upload in session.scalars(select(Upload).where(Upload.document_id == document.id)).all():
        names += [chunk.store_name for chunk in uploads.chunks_of(session, upload)]
        session.execute(delete(Chunk).where(Chunk.upload_id == upload.id))
        session.delete(upload)
    for column in POINTING:
        session.execute(update(column.class_).where(column == document.id).values({column: None}))
    about = or_(Correction.document_id == document.id, Correction.answered_with_id == document.id)
    for correction in session.scalars(select(Correction).where(about)).all():
        _loosen(session, correction, document.id)
    session.flush()
    session.delete(document)
    session.flush()
    return names


def remove_photo(session: Session, case: Case, document_id: int, *, by: Account) -> list[str]:
    """The returnee erases a photo of a talk; answers what `erase` does.

    Raises NotAllowed, NotFound, and Refused while it is being checked.
    """
    require(by.role, Act.DOCUMENT_REMOVE)
    photo = photos.find(session, case, document_id, viewer=by)
    if photo.state is DocumentState.CHECKING:
        raise Refused([Reason.WRONG_STATE])
    journal.record(session, Act.DOCUMENT_REMOVE, actor=by.actor, case_id=case.id, about=steps.label(photo))
    return erase(session, photo)


def _loosen(session: Session, correction: Correction, document_id: int) -> None:
    """What was asked and answered stays; with which document does not."""
    for column in (Correction.document_id, Correction.answered_with_id):
        mine = (Correction.id == correction.id, column == document_id)
        session.execute(update(Correction).where(*mine).values({column: None}))
    session.refresh(correction)


def clear(vault: Vault, names: Iterable[str]) -> None:
    """Remove these objects. What is not reached now is an orphan, which the hourly sweep removes.

    Raises StoreDown.
    """
    for name in names:
        vault.delete(name)
