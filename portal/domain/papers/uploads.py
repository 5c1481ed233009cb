"""Uploads: files on their way in, chunk by chunk, each acknowledged only when it is safe."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import queue
from portal.db import Base, now
from portal.domain import cases, clocks, documents, objects
from portal.domain.accounts import Account, token_hash
from portal.domain.cases import Case, open_to
from portal.domain.documents import Document, DocumentState, Part
from portal.domain.errors import Expired, NotFound, Reason, Refused
from portal.domain.objects import Vault
from portal.domain.papers import admission
from portal.domain.support import photos, quotations
from portal.programme import DocumentKind
from portal.sealing import Block, SealedText, in_use, new_key

MOST_BYTES = 25 * 1024 * 1024
CHUNK_BYTES = 8 * 1024 * 1024
"""Most that is sealed, stored and acknowledged in one go: as it comes, so none of it waits in memory."""
HELD_FOR = timedelta(seconds=5)
"""How long somebody who stores the next bytes keeps others out, should they never finish."""
LASTS = timedelta(days=7)
"""Counted from the last byte that came: time to find a better line, or a charger."""

CHECK_JOB = "check_document"


class Gathering(Base):
    """Photos of the pages of one paper, until somebody says that they are complete. See gathering.py."""

    __tablename__ = "gatherings"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    line_id: Mapped[int | None] = mapped_column()
    kind: Mapped[DocumentKind] = mapped_column()
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    """What it became, once it was sent."""
    expires_at: Mapped[datetime] = mapped_column()


class Upload(Base):
    """One file on its way: `received` of `length` bytes lie safe in the vault.

    Once complete it is the source of `document_id`, alone or with the other pages of a gathering, until the
    check has made our own file of it. After that it holds no bytes and no key, and stays until it expires: a
    sender who heard no answer may still ask.
    """

    __tablename__ = "uploads"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_ups.id"))
    line_id: Mapped[int | None] = mapped_column()
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gatherings.id"), index=True)
    position: Mapped[int | None] = mapped_column()
    """Its place among the pages of a gathering, from 1."""
    instead_id: Mapped[int | None] = mapped_column()
    """The page that it takes the place of once it is here: an upload, perhaps gone by then."""
    kind: Mapped[DocumentKind] = mapped_column()
    file_name = SealedText()
    length: Mapped[int] = mapped_column()
    received: Mapped[int] = mapped_column(default=0)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column()
    held_until: Mapped[datetime | None] = mapped_column()
    """Somebody stores its next bytes just now; see `hold`."""

    @property
    def is_here(self) -> bool:
        """Whether all of it came."""
        return self.received == self.length

    @property
    def key(self) -> bytes:
        """The key of its chunks."""
        return in_use().unseal(self.wrapped_key, context=f"uploads.key.{self.id}")


class Chunk(Base):
    """A run of bytes of an upload that lies sealed in the vault, from `start` on."""

    __tablename__ = "upload_chunks"
    __table_args__ = (UniqueConstraint("upload_id", "start"),)

    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id"))
    start: Mapped[int] = mapped_column()
    size: Mapped[int] = mapped_column()
    store_name: Mapped[str] = mapped_column(String(64))


# Built once: on the way of every piece it costs more to say them than to do them.
_OF_TOKEN = (
    select(Upload, Case)
    .join(Case, Case.id == Upload.case_id)
    .where(Upload.token_hash == bindparam("token"), Upload.account_id == bindparam("by"))
)
_THERE = union_all(
    *(
        select(func.count(), func.coalesce(func.sum(weight), 0)).where(
            table.case_id == bindparam("case"), counted
        )
        for table, weight, counted in (
            (Upload, Upload.length, Upload.document_id.is_(None)),
            (Document, Document.size, true()),
        )
    )
)
_is_as_read = (Upload.id == bindparam("upload"), Upload.received == bindparam("at"))
_HOLD = (
    update(Upload)
    .where(*_is_as_read, Upload.held_until.is_(None) | (Upload.held_until < bindparam("moment")))
    .values(held_until=bindparam("until"))
    .returning(Upload.id)
    .execution_options(synchronize_session=False)
)
_MOVE = (
    update(Upload)
    .where(*_is_as_read)
    .values(received=bindparam("end"), held_until=None, expires_at=bindparam("last"))
    .returning(Upload)
    .execution_options(synchronize_session=False, populate_existing=True)
)


class TooLarge(Exception):
    """The file has more bytes than a document may have, or none."""


class Held(Exception):
    """Another request stores the next bytes of this upload at this moment."""


class OutOfStep(Exception):
    """These bytes do not begin where the last ones ended; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(str(received))
        self.received = received


@dataclass(frozen=True)
class Page:
    """Where an upload stands in a gathering, and the page that it replaces."""

    gathering_id: int
    position: int
    instead_id: int | None = None


def begin(
    session: Session,
    case: Case,
    *,
    kind: DocumentKind,
    length: int,
    file_name: str,
    milestone_id: int | None = None,
    payment_id: int | None = None,
    follow_up_id: int | None = None,
    line_id: int | None = None,
    page: Page | None = None,
    token: str = "",
    by: Account,
) -> tuple[Upload, str]:
    """A new upload and its token, which stands in its address. The caller commits.

    A form gives a token of its own for each file: sent once more (two taps), it is the same upload again.

    Raises TooLarge (also for an empty file), Refused also when the case is full, and what `admit` does.
    """
    place = {"payment_id": payment_id, "follow_up_id": follow_up_id, "line_id": line_id}
    admission.admit(session, case, kind, milestone_id, **place, by=by)
    if not 0 < length <= MOST_BYTES:
        raise TooLarge(str(length))
    check_room(session, case, length)
    sent_before = select(Upload).where(Upload.token_hash == token_hash(token), Upload.account_id == by.id)
    if token and (known := session.scalar(sent_before)):
        return known, token
    token = token or secrets.token_urlsafe(24)
    upload = Upload(
        token_hash=token_hash(token),
        account_id=by.id,
        case_id=case.id,
        milestone_id=milestone_id,
        kind=kind,
        file_name=clean_name(file_name),
        length=length,
        received=0,
        expires_at=now() + LASTS,
        **place,
    )
    if page is not None:
        upload.gathering_id, upload.position = page.gathering_id, page.position
        upload.instead_id = page.instead_id
    upload.wrapped_key = in_use().seal(new_key(), context=f"uploads.key.{upload.id}")
    session.add(upload)
    session.flush()
    return upload, token


def check_room(session: Session, case: Case, length: int) -> None:
    """Files of a case are counted, by number and by bytes, those on their way as long as they will be."""
    cases.hold(session, case)
    counts, sizes = zip(*session.execute(_THERE, {"case": case.id}), strict=True)
    programme = clocks.programme(session)
    if sum(counts) >= programme.most_documents or length + sum(sizes) > programme.most_megabytes * 2**20:
        raise Refused([Reason.DOCUMENTS_FULL])


def clean_name(name: str) -> str:
    """A file's name as the person wrote it, without paths, control and direction-changing characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in last if one.isprintable())[-120:].strip() or "file"


def find(session: Session, token: str, *, by: Account) -> tuple[Upload, Case]:
    """The upload with this token and its case, if it is this person's and they still see the case.

    Raises NotFound, or Expired when it is too old to go on.
    """
    found = {"token": token_hash(token), "by": by.id}
    row = session.execute(_OF_TOKEN.where(open_to(by)), found).first()
    if row is None:
        raise NotFound("upload")
    upload, case = row
    if upload.document_id is None and upload.expires_at < now():
        raise Expired("upload")
    return upload, case


def hold(session: Session, upload: Upload) -> None:
    """Keep others out while the next bytes are stored; `append` and `let_go` let them in. The caller commits.

    To be asked once the bytes are here, not while a phone still sends them: a stalled line keeps nobody out.
    Raises Held while somebody else stores, OutOfStep when they did, NotFound when the upload was given up.
    """
    moment = now()
    found = {"upload": upload.id, "at": upload.received, "moment": moment, "until": moment + HELD_FOR}
    if session.scalar(_HOLD, found) is None:
        received = session.scalar(select(Upload.received).where(Upload.id == upload.id))
        if received is None:
            raise NotFound("upload")
        raise Held("upload") if received == upload.received else OutOfStep(received)


def is_held(upload: Upload) -> bool:
    """Whether somebody stored its next bytes when it was read."""
    return upload.held_until is not None and upload.held_until > now()


def let_go(session: Session, upload: Upload) -> None:
    """Nothing was stored after all. The caller commits."""
    mine = update(Upload).where(Upload.id == upload.id, Upload.received == upload.received)
    session.execute(mine.values(held_until=None).execution_options(synchronize_session=False))


def store(vault: Vault, upload: Upload, blocks: Iterable[Block]) -> Chunk:
    """Put the next bytes into the vault as they come, outside of any transaction.

    Raises TooLarge, and what `blocks` raises: then nothing is stored.
    """
    chunk = Chunk(upload_id=upload.id, start=upload.received, store_name=objects.new_name("uploads"))
    end = chunk.start

    def counted() -> Iterator[Block]:
        nonlocal end
        for block in blocks:
            end += len(block)
            if end > upload.length:
                raise TooLarge(str(end))
            yield block

    vault.lay(chunk.store_name, counted(), key=upload.key, context=chunk_context(chunk))
    chunk.size = end - chunk.start
    return chunk


def append(session: Session, upload: Upload, chunk: Chunk) -> None:
    """Acknowledge a stored chunk. The caller commits.

    Of two requests with the same bytes the second is OutOfStep. Raises NotFound when the upload was given up.
    """
    if upload.gathering_id is not None:  # always locked before its pages: so nobody waits in a circle
        session.execute(select(Gathering.id).where(Gathering.id == upload.gathering_id).with_for_update())
    found = {"upload": upload.id, "at": chunk.start, "end": chunk.start + chunk.size, "last": now() + LASTS}
    if session.scalar(_MOVE, found) is None:
        received = session.scalar(select(Upload.received).where(Upload.id == upload.id))
        raise NotFound("upload") if received is None else OutOfStep(received)
    session.add(chunk)
    session.flush()


def complete(session: Session, upload: Upload, case: Case, *, by: Account) -> Document | None:
    """Make a document of an upload that is all here, and ask for its check. The same one when asked again.

    A page of a gathering takes its place there, and is no document by itself: None.
    Raises Refused when the case takes no documents any more, and NotFound when the upload was given up.
    """
    _lock(session, upload)
    if upload.document_id is not None:
        return session.get_one(Document, upload.document_id)
    if not upload.is_here:
        raise OutOfStep(upload.received)
    if upload.gathering_id is not None:
        _take_place(session, upload)
        return None
    return make_document(session, [upload], case, by=by)


def _take_place(session: Session, page: Upload) -> None:
    """What it was taken instead of is forgotten, and all pages of its gathering have a week again."""
    replaced = page.instead_id and session.get(Upload, page.instead_id)
    if replaced:
        page.position = replaced.position
        forget(session, replaced)
    page.instead_id = None
    last = now() + LASTS
    for table, own in ((Upload, Upload.gathering_id), (Gathering, Gathering.id)):
        session.execute(update(table).where(own == page.gathering_id).values(expires_at=last))


def make_document(session: Session, sources: Sequence[Upload], case: Case, *, by: Account) -> Document:
    """A document of one file, or of several photos in their order; its check is asked for.

    Raises Refused when the case takes no documents any more, or a photo of a talk is not allowed any more.
    """
    if not documents.may_send(case, by=by):
        raise Refused([Reason.WRONG_STATE])
    if (follow_up_id := sources[0].follow_up_id) is not None:
        photos.to_add(session, case, follow_up_id, by=by)
    document = new_document(session, sources, by=by)
    if document.line_id is not None:
        quotations.sent(session, case, document.line_id, document, by=by)
    documents.received(session, document, case, by=by)
    return document


def new_document(session: Session, sources: Sequence[Upload], *, by: Account) -> Document:
    """The document itself, and the job that checks it; what it replaces and answers is `make_document`'s."""
    first = sources[0]
    document = Document(
        case_id=first.case_id,
        milestone_id=first.milestone_id,
        payment_id=first.payment_id,
        follow_up_id=first.follow_up_id,
        line_id=first.line_id,
        kind=first.kind,
        sender_id=by.id,
        sender_role=by.role,
        file_name=first.file_name,
        size=sum(one.length for one in sources),
        state=DocumentState.CHECKING,
    )
    document.key = new_key()
    session.add(document)
    session.flush()
    for one in sources:
        one.document_id = document.id
    queue.enqueue(session, CHECK_JOB, document.id)
    return document


def _lock(session: Session, upload: Upload) -> None:
    """Hold the row, as it is now."""
    row = select(Upload).where(Upload.id == upload.id).with_for_update()
    if session.scalar(row.execution_options(populate_existing=True)) is None:
        raise NotFound("upload")


def sources_of(session: Session, document: Document) -> list[tuple[Upload, Sequence[Chunk]]]:
    """The uploads a document is made of, in the order of its pages, with their chunks; [] once forgotten."""
    made_of = select(Upload).where(Upload.document_id == document.id, Upload.wrapped_key != b"")
    found = session.scalars(made_of.order_by(Upload.position, Upload.id)).all()
    return [(upload, chunks_of(session, upload)) for upload in found]


def chunks_of(session: Session, upload: Upload) -> Sequence[Chunk]:
    """The chunks of an upload, in order."""
    return session.scalars(select(Chunk).where(Chunk.upload_id == upload.id).order_by(Chunk.start)).all()


def read(vault: Vault, upload: Upload, chunks: Sequence[Chunk]) -> Iterator[bytes]:
    """The bytes as they were sent."""
    key = upload.key
    for chunk in chunks:
        yield from vault.read(chunk.store_name, key=key, context=chunk_context(chunk))


def chunk_context(chunk: Chunk) -> str:
    """What the bytes of a chunk are bound to."""
    return f"upload:{chunk.upload_id}:{chunk.start}"


def release(session: Session, upload: Upload) -> None:
    """The check is over: forget the bytes that were sent, and their key. The objects are orphans now."""
    session.execute(delete(Chunk).where(Chunk.upload_id == upload.id))
    upload.wrapped_key = b""


def forget(session: Session, upload: Upload) -> list[str]:
    """Forget an upload altogether; the names of its objects, which are orphans now.

    Raises Refused while its document is being checked, and NotFound when it was forgotten already.
    """
    _lock(session, upload)
    if upload.document_id is not None and upload.wrapped_key:
        raise Refused([Reason.WRONG_STATE])
    names = [chunk.store_name for chunk in chunks_of(session, upload)]
    session.execute(delete(Chunk).where(Chunk.upload_id == upload.id))
    session.execute(delete(Upload).where(Upload.id == upload.id))
    return names


def end_all(session: Session, case: Case) -> None:
    """The case stopped: whatever was still on its way to it is forgotten."""
    coming = select(Upload).where(Upload.case_id == case.id, Upload.document_id.is_(None))
    for upload in session.scalars(coming).all():
        forget(session, upload)
    empty = delete(Gathering).where(Gathering.case_id == case.id, Gathering.document_id.is_(None))
    session.execute(empty)


def unfinished(session: Session, case: Case, *, by: Account) -> Sequence[Upload]:
    """What this person began to send by itself and did not finish, the newest first."""
    coming = select(Upload).where(
        Upload.case_id == case.id,
        Upload.account_id == by.id,
        Upload.document_id.is_(None),
        Upload.gathering_id.is_(None),
        Upload.expires_at > now(),
    )
    return session.scalars(coming.order_by(Upload.id.desc())).all()


def own(session: Session, case: Case, upload_id: int, *, by: Account) -> Upload:
    """One of `unfinished`. Raises NotFound."""
    found = next((one for one in unfinished(session, case, by=by) if one.id == upload_id), None)
    if found is None:
        raise NotFound(str(upload_id))
    return found


def expired(session: Session) -> Sequence[Upload]:
    """Uploads that nobody finished, and those that are documents long since."""
    over = (Upload.document_id.is_(None)) | (Upload.wrapped_key == b"")
    return session.scalars(select(Upload).where(over, Upload.expires_at < now())).all()


def known(session: Session, names: Collection[str]) -> set[str]:
    """Those of these objects that a row knows."""
    found: set[str] = set()
    for column in (Chunk.store_name, Part.store_name):
        found.update(session.scalars(select(column).where(column.in_(names))))
    return found


def sweep(session: Session) -> None:
    """Forget what `expired` tells, and gatherings that are over. Their objects are orphans now."""
    for upload in expired(session):
        forget(session, upload)
    has_pages = select(Upload.id).where(Upload.gathering_id == Gathering.id).exists()
    session.execute(delete(Gathering).where(Gathering.expires_at < now(), ~has_pages))


def orphans(session: Session, names: Collection[str]) -> list[str]:
    """Those of these objects that no row knows, although there was time to write one."""
    rows = known(session, names)
    return [name for name in names if name not in rows and not objects.is_fresh(name)]
