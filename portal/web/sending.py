"""How a file comes in, whole with a form or in pieces: sealed and stored before it is acknowledged."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from typing import IO, Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ClientDisconnected
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput

from portal import db
from portal.adapters import magic
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.papers import gathering as papers
from portal.domain.papers import uploads, wholes
from portal.domain.papers.uploads import CHUNK_BYTES, MOST_BYTES, Gathering, Held, OutOfStep, Upload
from portal.domain.papers.wholes import Whole
from portal.programme import DocumentKind
from portal.sealing import Block
from portal.web import current

BLOCK_BYTES = 256 * 1024
"""What is in memory of a file on its way: the same room again and again."""

TOO_LARGE = _l(
    "The file is too large. One file can have up to %(most)d MB. Take a photo of the page and send that.",
    most=MOST_BYTES // 2**20,
)
NOT_TAKEN = _l("We cannot use this kind of file. Send a photo (JPEG, PNG, WebP, HEIC) or a PDF.")


class FileSent(FileField):
    """One photo or PDF, or none; `status` is the answer that fits what is wrong with it."""

    status = 422

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        size = _size(self.data)
        if not size:
            raise ValidationError(_l("This file is empty. Choose another one."))
        if size > MOST_BYTES:
            self.status = 413
            raise ValidationError(TOO_LARGE)
        if not magic.is_taken(self.data.stream.read(magic.HEAD_BYTES)):
            self.status = 415
            raise ValidationError(NOT_TAKEN)


class FilesSent(FileField):
    """Up to `most` photos or PDFs, or none, together no larger than one may be; the data is a list."""

    widget = FileInput(multiple=True)
    status = 422
    data: Any

    def __init__(self, label: object, validators: Any = (), *, most: int, **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]
        self.raw_data = self.data

    def pre_validate(self, form: Any) -> None:
        sizes = [_size(one) for one in self.data or ()]
        if not all(sizes):
            raise ValidationError(_l("One of the files is empty. Choose the files again."))
        if len(sizes) > self.most:
            raise ValidationError(_l("Send at most %(most)d files at once.", most=self.most))
        if sum(sizes) > MOST_BYTES:
            self.status = 413
            raise ValidationError(_l("The files are too large. Send them one by one."))
        if not all(magic.is_taken(one.stream.read(magic.HEAD_BYTES)) for one in self.data or ()):
            self.status = 415
            raise ValidationError(NOT_TAKEN)


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    return size


def keep(session: Session, upload: Upload, case: Case, blocks: Iterable[Block], *, by: Account) -> None:
    """Store the next bytes as they come and acknowledge them; with the last ones it is a document. Commits.

    To be called with no transaction open: nobody waits for the database while they come and are written.
    Raises Held, OutOfStep, TooLarge, Refused, NotFound, StoreDown, and what `blocks` raises.
    """
    with ExitStack() as undone:
        chunk = uploads.store(current.wiring().vault, upload, _and_held(session, upload, blocks, undone))
        undone.pop_all()
    uploads.append(session, upload, chunk)
    if upload.received == upload.length:
        uploads.complete(session, upload, case, by=by)
    session.commit()


def _and_held(
    session: Session, upload: Upload, blocks: Iterable[Block], undone: ExitStack
) -> Iterator[Block]:
    """The blocks; with the last of them others are kept out until they are stored, or it failed."""
    yield from blocks
    db.is_light(session)  # what is held is let go after seconds anyhow
    uploads.hold(session, upload)
    session.commit()
    undone.callback(_let_go, session, upload)


def _let_go(session: Session, upload: Upload) -> None:
    uploads.let_go(session, upload)
    session.commit()


def once() -> str:
    """What tells one showing of a form from every other: a hidden field of forms that send files."""
    return secrets.token_urlsafe(16)


def store_file(
    case: Case, kind: DocumentKind, file: FileStorage, *, milestone_id: int | None, by: Account
) -> Whole:
    """Seal a file that came with a form into the store, whole, with no transaction open. Raises StoreDown."""
    about: Any = {"kind": kind, "file_name": file.filename or "", "milestone_id": milestone_id, "by": by}
    return wholes.store(current.wiring().vault, case, runs(file.stream), length=_size(file), **about)


def keep_file(
    session: Session,
    case: Case,
    kind: DocumentKind,
    file: FileStorage,
    *,
    milestone_id: int | None = None,
    payment_id: int | None = None,
    follow_up_id: int | None = None,
    line_id: int | None = None,
    by: Account,
) -> None:
    """A file that came with a form goes the same way, piece by piece. Commits.

    Sent twice from one showing of the form (two taps on a slow line), it is kept once. Raises what
    `uploads.begin` and `keep` do.
    """
    about: Any = {
        "kind": kind,
        "milestone_id": milestone_id,
        "payment_id": payment_id,
        "follow_up_id": follow_up_id,
        "line_id": line_id,
    }
    mark = _mark(file, case.id, *about.values())
    about |= {"length": _size(file), "file_name": file.filename or ""}
    upload, _token = uploads.begin(session, case, token=mark, by=by, **about)
    _keep_all(session, upload, case, file, by)


def _mark(file: FileStorage, *about: object) -> str:
    """What this file is known by on this showing of its form: once the page is shown anew, it is another."""
    digest = hashlib.sha256(repr((request.form.get("once") or once(), *about)).encode())
    file.stream.seek(0)
    while data := file.stream.read(BLOCK_BYTES):
        digest.update(data)
    return digest.hexdigest()


def keep_page(
    session: Session,
    gathering: Gathering,
    case: Case,
    file: FileStorage,
    *,
    instead_id: int | None = None,
    by: Account,
) -> None:
    """The same for one more page of a gathering, or for one that is taken again. Commits."""
    mark = _mark(file, gathering.id, instead_id)
    about: Any = {"length": _size(file), "file_name": file.filename or "", "instead_id": instead_id}
    upload, _token = papers.add(session, gathering, case, token=mark, by=by, **about)
    _keep_all(session, upload, case, file, by)


def _keep_all(session: Session, upload: Upload, case: Case, file: FileStorage, by: Account) -> None:
    session.commit()
    file.stream.seek(upload.received)
    # When another tap stores the same bytes at this moment, it does all there is to do.
    with suppress(Held, OutOfStep):
        for blocks in runs(file.stream):
            keep(session, upload, case, blocks, by=by)


def runs(stream: IO[bytes]) -> Iterator[Iterator[Block]]:
    """What comes, in runs of CHUNK_BYTES; a run is to be taken whole before the next one is asked for.

    When the line is cut, what came before ends the last run.
    """
    room = memoryview(bytearray(BLOCK_BYTES))
    while came := _fill(room, stream):
        yield _run(stream, room, came)


def _run(stream: IO[bytes], room: memoryview, came: int) -> Iterator[Block]:
    missing = CHUNK_BYTES
    while came:
        yield room[:came]
        missing -= came
        came = _fill(room[:missing], stream)


def _fill(room: memoryview, stream: Any) -> int:
    """How much came: as much as there is room for, but at the end."""
    filled = 0
    with suppress(ClientDisconnected):
        while came := stream.readinto(room[filled:]):
            filled += came
    return filled
