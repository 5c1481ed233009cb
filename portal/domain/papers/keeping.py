"""Originals: files as they were sent, kept apart for a while where the programme wants it, not shown."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import clocks, journal, objects, steps
from portal.domain.documents import Document, StoredPart
from portal.domain.errors import NotFound
from portal.domain.permissions import Act

FOLDER = "originals"


class Original(Base):
    """One file as it was sent, sealed with its document's key: only the keeper's command reaches it."""

    __tablename__ = "originals"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int] = mapped_column()
    """Of several photos in one document, from 0."""
    store_name: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))
    delete_at: Mapped[datetime] = mapped_column(index=True)


def original_context(document_id: int, number: int) -> str:
    """What the bytes of an original are bound to."""
    return f"original:{document_id}:{number}"


def keep(session: Session, document: Document, stored: Sequence[StoredPart]) -> None:
    """Know these originals until the programme's days are over."""
    until = now() + timedelta(days=clocks.programme(session).originals.days)
    session.add_all(
        Original(
            document_id=document.id,
            number=number,
            store_name=one.store_name,
            size=one.size,
            sha256=one.sha256,
            delete_at=until,
        )
        for number, one in enumerate(stored)
    )


def take_out(session: Session, document_id: int) -> tuple[Document, Sequence[Original]]:
    """The originals of a document, for the keeper; that they were taken out is written in its case's journal.

    Raises NotFound where none are kept.
    """
    document = session.get(Document, document_id)
    kept = session.scalars(
        select(Original).where(Original.document_id == document_id).order_by(Original.number)
    ).all()
    if document is None or not kept:
        raise NotFound(str(document_id))
    journal.record(
        session,
        Act.DOCUMENT_ORIGINAL,
        actor=journal.NOBODY,
        case_id=document.case_id,
        about=steps.label(document),
    )
    return document, kept


def expire(session: Session) -> None:
    """Forget originals whose time is over. Their objects are orphans now."""
    session.execute(delete(Original).where(Original.delete_at < now()))


def known(session: Session, names: Collection[str]) -> set[str]:
    """Those of these objects that a row knows."""
    return set(session.scalars(select(Original.store_name).where(Original.store_name.in_(names))))


def orphans(session: Session, names: Collection[str]) -> list[str]:
    """Those of these objects that no row knows, although there was time to write one."""
    rows = known(session, names)
    return [name for name in names if name not in rows and not objects.is_fresh(name)]
