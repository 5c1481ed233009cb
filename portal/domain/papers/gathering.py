"""Several photos for one paper: added one by one, put in order, taken again, then sent as one document."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.db import now
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.documents import Document
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.papers import admission, uploads
from portal.domain.papers.uploads import LASTS, Gathering, Page, Upload
from portal.domain.permissions import Act, require
from portal.programme import DocumentKind

MOST_PAGES = 20
MOST_BYTES = 50 * 1024 * 1024
"""Of all pages together: what one check takes in hand."""


def begin(
    session: Session,
    case: Case,
    kind: DocumentKind,
    *,
    milestone_id: int | None = None,
    payment_id: int | None = None,
    line_id: int | None = None,
    by: Account,
) -> Gathering:
    """What this person gathers of this kind, or a new gathering. Raises what `admit` does."""
    admission.admit(session, case, kind, milestone_id, payment_id=payment_id, line_id=line_id, by=by)
    for one in open_of(session, case, by=by):
        place = (one.milestone_id, one.payment_id, one.line_id)
        if one.kind is kind and place == (milestone_id, payment_id, line_id):
            return one
    gathering = Gathering(
        account_id=by.id,
        case_id=case.id,
        milestone_id=milestone_id,
        payment_id=payment_id,
        line_id=line_id,
        kind=kind,
        expires_at=now() + LASTS,
    )
    session.add(gathering)
    session.flush()
    return gathering


def open_of(session: Session, case: Case, *, by: Account) -> Sequence[Gathering]:
    """What this person gathers for this case and has not sent, the newest first."""
    found = select(Gathering).where(
        Gathering.case_id == case.id,
        Gathering.account_id == by.id,
        Gathering.document_id.is_(None),
        Gathering.expires_at > now(),
    )
    return session.scalars(found.order_by(Gathering.id.desc())).all()


def find(session: Session, case: Case, gathering_id: int, *, by: Account) -> Gathering:
    """One gathering of this person for this case, also when it was sent. Raises NotFound."""
    gathering = session.get(Gathering, gathering_id)
    if gathering is None or (gathering.case_id, gathering.account_id) != (case.id, by.id):
        raise NotFound(str(gathering_id))
    return gathering


def pages(session: Session, gathering: Gathering) -> Sequence[Upload]:
    """What was added, in order; of a page that is taken again the new photo comes after the old one."""
    found = select(Upload).where(Upload.gathering_id == gathering.id)
    return session.scalars(found.order_by(Upload.position, Upload.id)).all()


def counted(session: Session, gatherings: Sequence[Gathering]) -> dict[int, int]:
    """How many pages lie in each of these."""
    ids = [one.id for one in gatherings]
    counts = select(Upload.gathering_id, func.count()).where(Upload.gathering_id.in_(ids))
    found = session.execute(counts.group_by(Upload.gathering_id))
    return {gathering_id: number for gathering_id, number in found if gathering_id is not None}


def page(session: Session, gathering: Gathering, page_id: int) -> Upload:
    """One page of it. Raises NotFound."""
    upload = session.get(Upload, page_id)
    if upload is None or upload.gathering_id != gathering.id:
        raise NotFound(str(page_id))
    return upload


def add(
    session: Session,
    gathering: Gathering,
    case: Case,
    *,
    length: int,
    file_name: str,
    instead_id: int | None = None,
    token: str = "",
    by: Account,
) -> tuple[Upload, str]:
    """A new upload for one more page, or for a page that is taken again, and its token. The caller commits.

    Raises what `uploads.begin` does, NotFound for a page of another gathering, and Refused when it was sent
    already or holds as much as one document may.
    """
    _lock(session, gathering)
    here = pages(session, gathering)
    if instead_id is None:
        position = max((one.position or 0 for one in here), default=0) + 1
    else:
        position = page(session, gathering, instead_id).position or 1
    kept = [one for one in here if one.id != instead_id]
    if len(kept) >= MOST_PAGES or sum(one.length for one in kept) + length > MOST_BYTES:
        raise Refused([Reason.PAGES_FULL])
    return uploads.begin(
        session,
        case,
        kind=gathering.kind,
        length=length,
        file_name=file_name,
        milestone_id=gathering.milestone_id,
        payment_id=gathering.payment_id,
        line_id=gathering.line_id,
        page=Page(gathering.id, position, instead_id),
        token=token,
        by=by,
    )


def move(session: Session, gathering: Gathering, page_id: int, places: int, *, by: Account) -> None:
    """Put a page so many places later, or earlier (below zero), as far as there are any."""
    require(by.role, Act.DOCUMENT_SEND)
    _lock(session, gathering)
    row = list(pages(session, gathering))
    moved = page(session, gathering, page_id)
    place = row.index(moved)
    row.insert(min(max(place + places, 0), len(row) - 1), row.pop(place))
    for number, one in enumerate(row, 1):
        one.position = number
    session.flush()


def remove(session: Session, gathering: Gathering, page_id: int, *, by: Account) -> list[str]:
    """Forget a page, and give the names of its objects, which are orphans now."""
    require(by.role, Act.DOCUMENT_SEND)
    _lock(session, gathering)
    return uploads.forget(session, page(session, gathering, page_id))


def drop(session: Session, gathering: Gathering, *, by: Account) -> list[str]:
    """Give the whole of it up, and give the names of its objects, which are orphans now."""
    require(by.role, Act.DOCUMENT_SEND)
    _lock(session, gathering)
    names = [name for one in pages(session, gathering) for name in uploads.forget(session, one)]
    session.execute(delete(Gathering).where(Gathering.id == gathering.id))
    return names


def send(session: Session, gathering: Gathering, case: Case, *, by: Account) -> Document:
    """The pages are complete: they are one document now, the same one when asked again, and are checked.

    Raises Refused without pages, while one is not here as a whole, and when the case takes no documents.
    """
    require(by.role, Act.DOCUMENT_SEND)
    row = select(Gathering).where(Gathering.id == gathering.id).with_for_update()
    if session.scalar(row.execution_options(populate_existing=True)) is None:
        raise NotFound(str(gathering.id))
    if gathering.document_id is not None:
        return session.get_one(Document, gathering.document_id)
    sources = pages(session, gathering)
    if not sources:
        raise Refused([Reason.PAGES_MISSING])
    if not all(one.is_here for one in sources):
        raise Refused([Reason.PAGES_ON_THE_WAY])
    document = uploads.make_document(session, sources, case, by=by)
    gathering.document_id = document.id
    return document


def _lock(session: Session, gathering: Gathering) -> None:
    """Nobody sends it meanwhile. Raises Refused when it was sent, and NotFound when it was given up."""
    row = (
        update(Gathering)
        .where(Gathering.id == gathering.id, Gathering.document_id.is_(None))
        .values(expires_at=now() + LASTS)
        .returning(Gathering.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(row) is None:
        still_there = select(Gathering.id).where(Gathering.id == gathering.id)
        raise Refused([Reason.WRONG_STATE]) if session.scalar(still_there) else NotFound(str(gathering.id))
    touched = update(Upload).where(Upload.gathering_id == gathering.id).values(expires_at=now() + LASTS)
    session.execute(touched.execution_options(synchronize_session=False))
