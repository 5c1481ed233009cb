"""Uploads: files on their way in, chunk by chunk, each acknowledged only when it is safe."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import queue
from portal.db import Base, now
from portal.domain import documents
from portal.domain.accounts import Account, token_hash
from portal.domain.cases import Case, visible_to
from portal.domain.documents import Document, DocumentState, Part, Vault
from portal.domain.errors import Expired, NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.domain.support import grants
from portal.programme import DocumentKind
from portal.sealing import SealedText, in_use, new_key

MOST_BYTES = 25 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
LASTS = timedelta(days=7)
"""Counted from the last byte that came: time to find a better line, or a charger."""
MOST_DOCUMENTS = 200
"""Of one case, those still on their way included."""

CHECK_JOB = "check_document"


class Upload(Base):
    """One file on its way: `received` of `length` bytes lie safe in the vault.

    Once complete it is the source of `document_id` until the check has made our own file of it. After that it
    holds no bytes and no key, and stays until it expires: a sender who heard no answer may still ask.
    """

    __tablename__ = "uploads"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), unique=True)
    kind: Mapped[DocumentKind] = mapped_column()
    file_name = SealedText()
    length: Mapped[int] = mapped_column()
    received: Mapped[int] = mapped_column(default=0)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column()

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


class TooLarge(Exception):
    """The file has more bytes than a document may have, or none."""


class OutOfStep(Exception):
    """These bytes do not begin where the last ones ended; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(str(received))
        self.received = received


def begin(
    session: Session,
    case: Case,
    *,
    kind: DocumentKind,
    length: int,
    file_name: str,
    milestone_id: int | None = None,
    by: Account,
) -> tuple[Upload, str]:
    """A new upload and its token, which stands in its address. The caller commits.

    Raises TooLarge (also for an empty file), Refused when the case takes no documents (now, or any more),
    NotAllowed for a kind that this person does not send, and NotFound for a milestone of another case.
    """
    _check_file(session, case, kind, length, by)
    _check_milestone(session, case, milestone_id, by)
    upload, token = _new(case, kind, length, file_name, milestone_id, by)
    session.add(upload)
    session.flush()
    return upload, token


def _check_file(session: Session, case: Case, kind: DocumentKind, length: int, by: Account) -> None:
    require(by.role, Act.DOCUMENT_SEND)
    if not 0 < length <= MOST_BYTES:
        raise TooLarge(str(length))
    if not documents.may_send(case, by=by):
        raise Refused([Reason.WRONG_STATE])
    if kind not in documents.kinds(case, by=by):
        raise NotAllowed(f"{by.role} {kind}")
    if _held(session, case) >= MOST_DOCUMENTS:
        raise Refused([Reason.DOCUMENTS_FULL])


def _new(
    case: Case, kind: DocumentKind, length: int, file_name: str, milestone_id: int | None, by: Account
) -> tuple[Upload, str]:
    token = secrets.token_urlsafe(24)
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
    )
    upload.wrapped_key = in_use().seal(new_key(), context=f"uploads.key.{upload.id}")
    return upload, token


def _check_milestone(session: Session, case: Case, milestone_id: int | None, by: Account) -> None:
    if milestone_id is not None:
        grants.find_milestone(session, case, milestone_id)
    elif by.role is Role.PARTNER:
        raise NotFound("milestone")  # what a partner sends is always evidence of one


def _held(session: Session, case: Case) -> int:
    coming = select(func.count()).where(Upload.case_id == case.id, Upload.document_id.is_(None))
    here = select(func.count()).where(Document.case_id == case.id)
    return (session.scalar(coming) or 0) + (session.scalar(here) or 0)


def clean_name(name: str) -> str:
    """A file's name as the person wrote it, without paths, control and direction-changing characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(one for one in last if one.isprintable())[-120:].strip() or "file"


def find(session: Session, token: str, *, by: Account) -> tuple[Upload, Case]:
    """The upload with this token and its case, if it is this person's and they still see the case.

    Raises NotFound, or Expired when it is too old to go on.
    """
    row = session.execute(
        select(Upload, Case)
        .join(Case, Case.id == Upload.case_id)
        .where(Upload.token_hash == token_hash(token), Upload.account_id == by.id, visible_to(by))
    ).first()
    if row is None:
        raise NotFound("upload")
    upload, case = row
    if upload.document_id is None and upload.expires_at < now():
        raise Expired("upload")
    return upload, case


def store(vault: Vault, upload: Upload, data: bytes) -> Chunk:
    """Put the next bytes into the vault, outside of any transaction. Raises TooLarge."""
    if upload.received + len(data) > upload.length:
        raise TooLarge(str(upload.received + len(data)))
    chunk = Chunk(
        upload_id=upload.id,
        start=upload.received,
        size=len(data),
        store_name=documents.new_name("uploads"),
    )
    vault.put(chunk.store_name, [data], key=upload.key, context=_context(chunk))
    return chunk


def append(session: Session, upload: Upload, chunk: Chunk) -> None:
    """Acknowledge a stored chunk. The caller commits.

    Of two requests with the same bytes the second is OutOfStep. Raises NotFound when the upload was given up.
    """
    moved = session.scalar(
        update(Upload)
        .where(Upload.id == upload.id, Upload.received == chunk.start)
        .values(received=chunk.start + chunk.size, expires_at=now() + LASTS)
        .returning(Upload.id)
        .execution_options(synchronize_session=False)
    )
    received = session.scalar(select(Upload.received).where(Upload.id == upload.id))
    if received is None:
        raise NotFound("upload")
    if moved is None:
        raise OutOfStep(received)
    session.refresh(upload)
    session.add(chunk)
    session.flush()


def complete(session: Session, upload: Upload, case: Case, *, by: Account) -> Document:
    """Make a document of an upload that is all here, and ask for its check. The same one when asked again.

    Raises Refused when the case takes no documents any more, and NotFound when the upload was given up.
    """
    _lock(session, upload)
    if upload.document_id is not None:
        return session.get_one(Document, upload.document_id)
    if upload.received != upload.length:
        raise OutOfStep(upload.received)
    if not documents.may_send(case, by=by):
        raise Refused([Reason.WRONG_STATE])
    document = _document_of(session, upload, by)
    documents.received(session, document, case, by=by)
    return document


def _document_of(session: Session, upload: Upload, by: Account) -> Document:
    """The document that an upload becomes, and the job that checks it."""
    document = Document(
        case_id=upload.case_id,
        milestone_id=upload.milestone_id,
        kind=upload.kind,
        sender_id=by.id,
        sender_role=by.role,
        file_name=upload.file_name,
        size=upload.length,
        state=DocumentState.CHECKING,
    )
    document.key = new_key()
    session.add(document)
    session.flush()
    upload.document_id = document.id
    queue.enqueue(session, CHECK_JOB, document.id)
    return document


# --- Files that come whole, to be kept in one transaction with what is said about them -----------------


@dataclass(frozen=True)
class Whole:
    """A file that lies sealed in the vault and has no row yet: an orphan, unless `keep_whole` follows."""

    upload: Upload
    chunks: tuple[Chunk, ...]


def store_whole(
    vault: Vault,
    case: Case,
    data: bytes,
    *,
    kind: DocumentKind,
    file_name: str,
    milestone_id: int | None,
    by: Account,
) -> Whole:
    """Put a file into the vault, outside of any transaction. Raises TooLarge, also for an empty one."""
    if not 0 < len(data) <= MOST_BYTES:
        raise TooLarge(str(len(data)))
    upload, _token = _new(case, kind, len(data), file_name, milestone_id, by)
    chunks = []
    for start in range(0, len(data), CHUNK_BYTES):
        chunks.append(store(vault, upload, data[start : start + CHUNK_BYTES]))
        upload.received += chunks[-1].size
    return Whole(upload, tuple(chunks))


def keep_whole(session: Session, case: Case, whole: Whole, *, by: Account) -> Document:
    """Make a document of it, and ask for its check. The caller commits. Raises what `begin` does."""
    upload = _enter(session, case, whole, by)
    _check_milestone(session, case, upload.milestone_id, by)
    document = _document_of(session, upload, by)
    documents.received(session, document, case, by=by)
    return document


def keep_unconfirmed(session: Session, case: Case, whole: Whole, *, by: Account) -> Document:
    """The same for a file that came in the name of `by`: it proves nothing yet, and replaces nothing."""
    return _document_of(session, _enter(session, case, whole, by), by)


def _enter(session: Session, case: Case, whole: Whole, by: Account) -> Upload:
    upload = whole.upload
    if (upload.case_id, upload.account_id) != (case.id, by.id):
        raise NotFound("upload")
    _check_file(session, case, upload.kind, upload.length, by)
    session.add(upload)
    session.flush()
    session.add_all(whole.chunks)
    return upload


def _lock(session: Session, upload: Upload) -> None:
    """Hold the row, as it is now."""
    row = select(Upload).where(Upload.id == upload.id).with_for_update()
    if session.scalar(row.execution_options(populate_existing=True)) is None:
        raise NotFound("upload")


def source_of(session: Session, document: Document) -> tuple[Upload, Sequence[Chunk]] | None:
    """The upload a document came from and its chunks in order; None once they are forgotten."""
    upload = session.scalar(select(Upload).where(Upload.document_id == document.id))
    return (upload, chunks_of(session, upload)) if upload and upload.wrapped_key else None


def chunks_of(session: Session, upload: Upload) -> Sequence[Chunk]:
    """The chunks of an upload, in order."""
    return session.scalars(select(Chunk).where(Chunk.upload_id == upload.id).order_by(Chunk.start)).all()


def read(vault: Vault, upload: Upload, chunks: Sequence[Chunk]) -> Iterator[bytes]:
    """The bytes as they were sent."""
    key = upload.key
    for chunk in chunks:
        yield from vault.read(chunk.store_name, key=key, context=_context(chunk))


def _context(chunk: Chunk) -> str:
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


def expired(session: Session) -> Sequence[Upload]:
    """Uploads that nobody finished, and those that are documents long since."""
    over = (Upload.document_id.is_(None)) | (Upload.wrapped_key == b"")
    return session.scalars(select(Upload).where(over, Upload.expires_at < now())).all()


def orphans(session: Session, names: Collection[str]) -> list[str]:
    """Those of these objects that no row knows, although there was time to write one."""
    known: set[str] = set()
    for column in (Chunk.store_name, Part.store_name):
        known.update(session.scalars(select(column).where(column.in_(names))))
    return [name for name in names if name not in known and not documents.is_fresh(name)]
