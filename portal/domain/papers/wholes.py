"""Files that come whole, kept in one transaction with what is said about them: all of it or nothing."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import documents
from portal.domain.accounts import Account, token_hash
from portal.domain.cases import Case
from portal.domain.documents import Document
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.objects import Vault
from portal.domain.papers import admission, uploads
from portal.domain.papers.uploads import LASTS, MOST_BYTES, Chunk, OutOfStep, TooLarge, Upload
from portal.domain.permissions import Act, require
from portal.programme import DocumentKind
from portal.sealing import Block, in_use, new_key


@dataclass(frozen=True)
class Whole:
    """A file that lies sealed in the vault and has no row yet: an orphan, unless `keep` follows."""

    upload: Upload
    chunks: tuple[Chunk, ...]


def store(
    vault: Vault,
    case: Case,
    runs: Iterable[Iterable[Block]],
    *,
    length: int,
    kind: DocumentKind,
    file_name: str,
    milestone_id: int | None,
    by: Account,
) -> Whole:
    """Put a file of `length` bytes into the vault as it comes, outside of any transaction.

    Raises TooLarge, also for an empty one, and OutOfStep when fewer bytes come.
    """
    if not 0 < length <= MOST_BYTES:
        raise TooLarge(str(length))
    upload = Upload(
        token_hash=token_hash(secrets.token_urlsafe(24)),
        account_id=by.id,
        case_id=case.id,
        milestone_id=milestone_id,
        kind=kind,
        file_name=uploads.clean_name(file_name),
        length=length,
        received=0,
        expires_at=now() + LASTS,
    )
    upload.wrapped_key = in_use().seal(new_key(), context=f"uploads.key.{upload.id}")
    chunks = []
    for blocks in runs:
        chunks.append(uploads.store(vault, upload, blocks))
        upload.received += chunks[-1].size
    if not upload.is_here:
        raise OutOfStep(upload.received)
    return Whole(upload, tuple(chunks))


def keep(session: Session, case: Case, whole: Whole, *, by: Account) -> Document:
    """Make a document of it, and ask for its check. The caller commits.

    Raises what `uploads.begin` does, and NotFound for a file that was stored for another case or by another.
    """
    upload = whole.upload
    admission.admit(session, case, upload.kind, upload.milestone_id, by=by)
    _enter(session, case, whole, by)
    return uploads.make_document(session, [upload], case, by=by)


def keep_unconfirmed(session: Session, case: Case, whole: Whole, *, by: Account) -> Document:
    """The same for a file that came in the name of `by`: it proves nothing yet, and replaces nothing."""
    require(by.role, Act.DOCUMENT_SEND)
    if not documents.may_send(case, by=by):
        raise Refused([Reason.WRONG_STATE])
    if whole.upload.kind not in documents.kinds(case, by=by):
        raise NotAllowed(f"{by.role} {whole.upload.kind}")
    _enter(session, case, whole, by)
    return uploads.new_document(session, [whole.upload], by=by)


def _enter(session: Session, case: Case, whole: Whole, by: Account) -> None:
    upload = whole.upload
    if (upload.case_id, upload.account_id) != (case.id, by.id):
        raise NotFound("upload")
    uploads.check_room(session, case, upload.length)
    session.add(upload)
    session.flush()
    session.add_all(whole.chunks)
