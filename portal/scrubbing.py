"""The scrub: every stored object is read whole and compared with what its row says; faults are named."""

import enum
import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.adapters.vault import Missing
from portal.checking import BATCH
from portal.db import now
from portal.domain import objects
from portal.domain.documents import Document, Part, part_context
from portal.domain.own import my_file
from portal.domain.own.my_file import Export
from portal.domain.papers import keeping, uploads
from portal.domain.papers.keeping import Original, original_context
from portal.domain.papers.scrubs import Scrub
from portal.domain.papers.uploads import Chunk, Upload, chunk_context
from portal.sealing import Unsealable
from portal.wiring import Wiring


class What(enum.StrEnum):
    """What is wrong with an object."""

    CHANGED = "changed"
    MISSING = "missing"
    ORPHAN = "orphan"


@dataclass(frozen=True)
class Fault:
    """One object that is not what its row says, or that no row knows. `about` names the row."""

    what: What
    name: str
    about: str = ""

    def __str__(self) -> str:
        return f"{self.what:<8} {self.name}" + (f" ({self.about})" if self.about else "")


@dataclass(frozen=True)
class Stored:
    """An object as its row describes it; sha256 is empty where none was written down."""

    name: str
    about: str
    key: Callable[[], bytes]
    context: str
    size: int
    sha256: str = ""


def scrub(wiring: Wiring, *, told: Callable[[Fault], None] = lambda fault: None) -> Scrub:
    """Look at everything; each fault is told at once, and the result is kept. Raises StoreDown."""
    seen = Scrub(begun_at=now(), objects=0, size=0)
    counts = dict.fromkeys(What, 0)
    for fault in _faults(wiring, seen):
        counts[fault.what] += 1
        told(fault)
    seen.changed, seen.missing = counts[What.CHANGED], counts[What.MISSING]
    seen.orphans, seen.ended_at = counts[What.ORPHAN], now()
    with wiring.writing() as session:
        session.add(seen)
        session.commit()
    return seen


def _faults(wiring: Wiring, seen: Scrub) -> Iterator[Fault]:
    for kind in KINDS:
        last = -(2**63)
        while batch := _batch(wiring, kind, last):
            for last, stored in batch:
                if (what := _looked_at(wiring, stored, seen)) and _is_still_there(wiring, kind, last, stored):
                    yield Fault(what, stored.name, stored.about)
    for folder, known in FOLDERS.items():
        yield from _orphans(wiring, folder, known)


def _looked_at(wiring: Wiring, stored: Stored, seen: Scrub) -> What | None:
    digest, size = hashlib.sha256(), 0
    try:
        for piece in wiring.vault.read(stored.name, key=stored.key(), context=stored.context):
            digest.update(piece)
            size += len(piece)
    except Missing:
        return What.MISSING
    except Unsealable:
        return What.CHANGED
    finally:
        seen.objects, seen.size = seen.objects + 1, seen.size + size
    is_same = size == stored.size and stored.sha256 in ("", digest.hexdigest())
    return None if is_same else What.CHANGED


def _orphans(wiring: Wiring, folder: str, known: "Known") -> Iterator[Fault]:
    names = wiring.vault.names(folder)
    while batch := list(islice(names, BATCH)):
        with wiring.reading() as session:
            rows = known(session, batch)
        for name in batch:
            # What is young may be waiting for its row; what the portal did not name waits for none.
            if name not in rows and not (objects.is_ours(name) and objects.is_fresh(name)):
                yield Fault(What.ORPHAN, name)


# --- The rows that know an object ---------------------------------------------------------------------

Kind = Callable[[Session, int], Iterator[tuple[int, Stored]]]
"""The objects of the next rows after one number, in order, with the numbers of their rows."""


def _batch(wiring: Wiring, kind: Kind, last: int) -> list[tuple[int, Stored]]:
    with wiring.reading() as session:
        return list(kind(session, last))


def _is_still_there(wiring: Wiring, kind: Kind, number: int, stored: Stored) -> bool:
    """A document may be erased, and an upload become one, while its object is looked for."""
    with wiring.reading() as session:
        return any(one == number and found.name == stored.name for one, found in kind(session, number - 1))


def _of_documents(session: Session, last: int) -> Iterator[tuple[int, Stored]]:
    rows = select(Part, Document).join(Document, Document.id == Part.document_id)
    for part, document in session.execute(rows.where(Part.id > last).order_by(Part.id).limit(BATCH)):
        about, context = f"document {document.id}, part {part.number}", part_context(document.id, part.number)
        key = _lazily(document)
        yield part.id, Stored(part.store_name, about, key, context, part.size, part.sha256)


def _of_originals(session: Session, last: int) -> Iterator[tuple[int, Stored]]:
    rows = select(Original, Document).join(Document, Document.id == Original.document_id)
    for one, document in session.execute(rows.where(Original.id > last).order_by(Original.id).limit(BATCH)):
        about, context = f"document {document.id}, as sent", original_context(document.id, one.number)
        yield one.id, Stored(one.store_name, about, _lazily(document), context, one.size, one.sha256)


def _of_uploads(session: Session, last: int) -> Iterator[tuple[int, Stored]]:
    rows = select(Chunk, Upload).join(Upload, Upload.id == Chunk.upload_id)
    for chunk, upload in session.execute(rows.where(Chunk.id > last).order_by(Chunk.id).limit(BATCH)):
        about = f"upload {upload.id}, from byte {chunk.start}"
        yield chunk.id, Stored(chunk.store_name, about, _lazily(upload), chunk_context(chunk), chunk.size)


def _of_exports(session: Session, last: int) -> Iterator[tuple[int, Stored]]:
    rows = select(Export).where(Export.store_name.is_not(None), Export.id > last)
    for export in session.scalars(rows.order_by(Export.id).limit(BATCH)):
        name, size = export.store_name or "", export.size or 0
        yield export.id, Stored(name, f"copy {export.id}", _lazily(export), export.context, size)


def _lazily(row: Document | Upload | Export) -> Callable[[], bytes]:
    """Its key, when it is wanted: one that does not open is a fault of this object alone."""
    return lambda: row.key


KINDS: tuple[Kind, ...] = (_of_documents, _of_originals, _of_uploads, _of_exports)

Known = Callable[[Session, Collection[str]], Collection[str | None]]

FOLDERS: dict[str, Known] = {
    "documents": uploads.known,
    "uploads": uploads.known,
    keeping.FOLDER: keeping.known,
    my_file.FOLDER: my_file.known,
}
"""Folders of the store, and how it is known which objects in them belong to a row."""
