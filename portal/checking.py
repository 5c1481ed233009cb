"""The check of a document: scanned, decoded in a child process, kept as our own clean copy and pictures."""

import hashlib
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import timedelta
from itertools import islice

from sqlalchemy.orm import Session

from portal import queue
from portal.adapters import imaging
from portal.adapters.imaging import Hint, Run, Sources, Unfit, Unfitness
from portal.adapters.scanner import ScannerDown, Verdict
from portal.adapters.vault import StoreDown
from portal.db import now
from portal.domain import documents, objects
from portal.domain.documents import PREVIEW, Document, DocumentState, RejectReason, StoredPart
from portal.domain.own import my_file
from portal.domain.papers import keeping, legibility, uploads
from portal.domain.papers.legibility import Doubt
from portal.wiring import Wiring

Effect = Callable[[Session], None]
Outcome = Callable[[Session, Document], None]

PAUSE = timedelta(seconds=20)
"""Until the next try while the scanner or the store is down: as often as it takes, it is nobody's fault."""
BATCH = 500

Orphans = Callable[[Session, Collection[str]], list[str]]

ORPHANS: dict[str, Orphans] = {
    "uploads": uploads.orphans,
    "documents": uploads.orphans,
    keeping.FOLDER: keeping.orphans,
    my_file.FOLDER: my_file.orphans,
}
"""Folders of the store, and how it is known which objects in them belong to nothing."""

SAID: dict[Unfitness, RejectReason] = {
    Unfitness.NOT_SUPPORTED: RejectReason.NOT_SUPPORTED,
    Unfitness.DAMAGED: RejectReason.DAMAGED,
    Unfitness.TOO_LARGE: RejectReason.TOO_LARGE,
    Unfitness.TOO_MANY_PAGES: RejectReason.TOO_MANY_PAGES,
    Unfitness.PASSWORD: RejectReason.PASSWORD,
    Unfitness.CHILD_DIED: RejectReason.DAMAGED,
}
"""What a sender reads: that our decoder gave up means no more to them than that the file is damaged."""


DOUBTS: dict[Hint, Doubt] = {
    Hint.BLURRED: Doubt.BLURRED,
    Hint.DARK: Doubt.DARK,
    Hint.GLARE: Doubt.GLARE,
    Hint.CUT: Doubt.CUT,
    Hint.SMALL: Doubt.SMALL,
}
"""What a sender reads about a page that may be hard to read."""


def check_document(wiring: Wiring, document_id: int) -> Effect:
    """Look at what was sent, with no transaction open; what follows from it is the effect that is returned.

    No answer from the scanner or the store means the document stays in the check, never that it is clean.
    """
    with wiring.reading() as session:
        document = session.get(Document, document_id)
        sources = uploads.sources_of(session, document) if document else []
    if document is None or not sources or document.state is not DocumentState.CHECKING:
        return lambda session: None
    sent = [uploads.read(wiring.vault, *one) for one in sources]
    try:
        with closing(Sources(sent)) as files:
            outcome = _outcome(wiring, document, files)
    except (ScannerDown, StoreDown):
        return lambda session: _try_again(session, document_id)
    return lambda session: _settle(session, document_id, outcome)


def _try_again(session: Session, document_id: int) -> None:
    queue.enqueue(session, uploads.CHECK_JOB, document_id, run_at=now() + PAUSE)


def _settle(session: Session, document_id: int, outcome: Outcome) -> None:
    document = session.get_one(Document, document_id, with_for_update=True)
    sources = uploads.sources_of(session, document)
    if sources and document.state is DocumentState.CHECKING:
        outcome(session, document)
        for upload, _chunks in sources:
            uploads.release(session, upload)


def _outcome(wiring: Wiring, document: Document, sources: Sources) -> Outcome:
    if any(wiring.scanner.scan(source) is Verdict.INFECTED for source in sources):
        return documents.quarantine
    try:
        examined = imaging.examine_all(sources)
    except Unfit as unfit:
        reason = SAID[unfit.reason]
        return lambda session, document: documents.unfit(session, document, reason)
    parts = [(examined.mime, examined.file), *(("image/jpeg", page) for page in examined.pages)]
    stored = [_stored(wiring, document, number, *part) for number, part in enumerate(parts)]
    preview = _stored(wiring, document, PREVIEW, "image/jpeg", examined.preview)
    sha256 = _digest(sources)
    originals = _kept(wiring, document, sources)

    def passed(session: Session, document: Document) -> None:
        legibility.note(document, [frozenset(map(DOUBTS.__getitem__, page)) for page in examined.hints])
        documents.checked(session, document, stored, sha256, preview=preview)
        keeping.keep(session, document, originals)

    return passed


def _digest(sources: Sources) -> str:
    """The SHA-256 of all that was sent, in hex."""
    digest = hashlib.sha256()
    for source in sources:
        for block in source:
            digest.update(block)
    return digest.hexdigest()


def _kept(wiring: Wiring, document: Document, sources: Sources) -> list[StoredPart]:
    """The files as they were sent, sealed and apart, where the programme wants to keep them for a while."""
    if not wiring.programme.originals.keep:
        return []
    kept = []
    for number, source in enumerate(sources):
        name = objects.new_name(keeping.FOLDER)
        one = wiring.vault.put(
            name, source, key=document.key, context=keeping.original_context(document.id, number)
        )
        kept.append(StoredPart(name, "application/octet-stream", one.size, one.sha256))
    return kept


def _stored(wiring: Wiring, document: Document, number: int, mime: str, data: Run) -> StoredPart:
    """Put one part into the vault, sealed with the document's own key."""
    name, context = objects.new_name("documents"), documents.part_context(document.id, number)
    kept = wiring.vault.put(name, data, key=document.key, context=context)
    return StoredPart(name, mime, kept.size, kept.sha256)


def sweep_uploads(wiring: Wiring) -> None:
    """Forget uploads that nobody finished and copies whose time is over; remove objects that no row knows.

    Raises StoreDown.
    """
    with wiring.writing() as session:
        uploads.sweep(session)
        my_file.expire(session)
        keeping.expire(session)
        session.commit()
    wiring.vault.tidy()
    for folder, orphans in ORPHANS.items():
        _remove(wiring, folder, orphans)


def _remove(wiring: Wiring, folder: str, orphans: Orphans) -> None:
    names = wiring.vault.names(folder)
    while batch := list(islice(names, BATCH)):
        with wiring.reading() as session:
            gone = orphans(session, batch)
        for name in gone:
            wiring.vault.delete(name)
