"""My file is made: rows are read at once, then a ZIP flows sealed into the store, and touches no disk."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from portal import queue
from portal.adapters import letters
from portal.adapters.vault import Missing, StoreDown
from portal.db import now
from portal.domain import documents, objects
from portal.domain.own import my_file, own_data, own_json
from portal.domain.own.own_data import OwnData, Paper
from portal.queue import Job
from portal.sealing import Unsealable
from portal.web import my_file as told
from portal.web.letters import printed
from portal.web.voice import heard
from portal.wiring import Wiring

Effect = Callable[[Session], None]
File = tuple[str, Iterable[bytes]]
"""A name in the ZIP, and what is in it."""

SCHEMA = letters.FOLDER / told.EDITION / "my-file.schema.json"


def prepare(wiring: Wiring, job: Job) -> Effect:
    """Make one copy, with no transaction open; what follows from it is the effect that is returned.

    No answer from the store means that it still waits. If the portal dies between object and row, the object
    belongs to nothing and is swept.
    """
    number = job.subject_id or 0
    with wiring.reading() as session:
        found = my_file.waiting(session, number)
        gathered = own_data.gather(session, found[1]) if found else None
    if found is None or gathered is None:
        return lambda session: my_file.give_up(session, number)
    export, name = found[0], objects.new_name(my_file.FOLDER)
    files = _Making(wiring, job, gathered).files()
    try:
        stored = wiring.vault.put(name, zipped(files, now()), key=export.key, context=export.context)
    except StoreDown:
        return lambda session: my_file.put_off(session, number)
    return lambda session: my_file.ready(session, number, name, stored.size)


class _Making:
    """One copy while it is made. Documents come first: the texts say which of them could not be read."""

    def __init__(self, wiring: Wiring, job: Job, found: OwnData) -> None:
        self._wiring = wiring
        self._job = job
        self._found = found
        self._made_at = self._renewed_at = now()
        self._lost: set[str] = set()

    def files(self) -> Iterator[File]:
        """Everything that goes into the ZIP."""
        for paper in self._found.papers:
            self._renew()
            yield from self._document(paper)
        for post in self._found.post:
            self._renew()
            with heard(self._wiring, self._found.account.language):
                letter = printed(post.letter)
            yield post.name, [letter]
        yield from self._texts()

    def _document(self, paper: Paper) -> Iterator[File]:
        part = paper.part
        if part is None:
            return
        context = documents.part_context(paper.document.id, part.number)
        try:
            chunks = self._wiring.vault.read(part.store_name, key=paper.document.key, context=context)
            first = next(chunks)
        except (Missing, Unsealable):
            self._lost.add(paper.name)
            return
        yield paper.name, chain([first], self._until_damaged(paper, chunks))

    def _until_damaged(self, paper: Paper, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """What can be read of a document. That it is not all is said in the texts."""
        try:
            yield from chunks
        except (Missing, Unsealable):
            self._lost.add(paper.name)

    def _texts(self) -> Iterator[File]:
        found, programme, lost = self._found, self._wiring.programme, self._lost
        with heard(self._wiring, found.account.language) as language:
            name = programme.name[language.code]
            pdf = told.readable(found, programme, language, self._made_at, lost)
            read_me = told.read_me(found, programme, language, self._made_at)
        content = own_json.my_file(found, made_at=self._made_at, programme=name, lost=lost)
        yield "README.txt", [read_me]
        yield "my-file.pdf", [pdf]
        yield "my-file.json", [own_json.written(content)]
        yield "my-file.schema.json", [SCHEMA.read_bytes()]
        yield "history.json", [own_json.written(own_json.history(found))]
        yield "who-looked.json", [own_json.written(own_json.who_looked(found))]

    def _renew(self) -> None:
        """Nobody else begins the same work while this goes on."""
        if now() > self._renewed_at + queue.LEASE / 5:
            with self._wiring.writing() as session:
                queue.renew(session, self._job)
            self._renewed_at = now()


class _Outlet(io.RawIOBase):
    """Where the ZIP is written: it cannot be sought, and what came in is taken out in between."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        self._held += data
        return len(data)

    def take(self) -> bytes:
        """What was written since this was last asked."""
        taken = bytes(self._held)
        self._held.clear()
        return taken


def zipped(files: Iterable[File], made_at: datetime) -> Iterator[bytes]:
    """A ZIP of these files, piece by piece; never more than one piece of it is in memory."""
    outlet, stamp = _Outlet(), made_at.timetuple()[:6]
    with ZipFile(outlet, "w") as archive:
        for name, chunks in files:
            info = ZipInfo(name, stamp)
            # Old readers that do not look at the end of the file want every entry compressed.
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            with archive.open(info, "w") as entry:
                for chunk in chunks:
                    entry.write(chunk)
                    yield outlet.take()
            yield outlet.take()
    yield outlet.take()
