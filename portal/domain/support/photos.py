"""Photos of talks after the return: taken with the returnee's consent, and shown while it stands."""

from collections.abc import Mapping, Sequence
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.accounts import Account
from portal.domain.applying import consents
from portal.domain.applying.consents import Consent, Purpose
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.documents import Document
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Role
from portal.domain.support import monitoring, proofs
from portal.domain.support.monitoring import FollowUp, FollowUpState
from portal.programme import DocumentKind


def consent(session: Session, case: Case) -> Consent | None:
    """That the returnee allows photos at talks, while it stands."""
    return consents.given(session, case).get(Purpose.TALK_PHOTOS)


def kinds(*, by: Account) -> tuple[DocumentKind, ...]:
    """What this person adds to a talk."""
    return (DocumentKind.TALK_PHOTO,) if by.role is Role.PARTNER else ()


def to_add(session: Session, case: Case, follow_up_id: int, *, by: Account) -> FollowUp:
    """A talk to which this person adds a photo now. Raises NotFound, and Refused without consent."""
    follow_up = monitoring.find(session, case, follow_up_id, viewer=by)
    if against := _against(session, case, follow_up, by):
        raise Refused(against)
    return follow_up


def may_add(session: Session, case: Case, follow_up: FollowUp, *, by: Account) -> bool:
    """Whether this person may add a photo to this talk now."""
    return bool(kinds(by=by)) and not _against(session, case, follow_up, by)


def _against(session: Session, case: Case, follow_up: FollowUp, by: Account) -> list[Reason]:
    is_ours = follow_up.organisation_id == by.organisation_id
    if case.state not in AFTER_ARRIVAL or follow_up.state is not FollowUpState.DONE or not is_ours:
        return [Reason.WRONG_STATE]
    return [] if consent(session, case) else [Reason.PHOTO_CONSENT_MISSING]


def of_case(session: Session, case: Case, *, viewer: Account) -> Mapping[int, Sequence[Document]]:
    """The photos that exist for this viewer, by their talk, the oldest first.

    For a partner those of its own talks, and none once the returnee took her consent back.
    """
    if viewer.role is Role.PARTNER and consent(session, case) is None:
        return {}
    rows = (
        select(Document)
        .join(FollowUp, FollowUp.id == Document.follow_up_id)
        .where(Document.case_id == case.id, Document.state.not_in(proofs.USELESS))
        .where(monitoring.known_to(viewer))
    )
    found: dict[int, list[Document]] = {}
    for document in session.scalars(rows.order_by(Document.id)):
        found.setdefault(document.follow_up_id or 0, []).append(document)
    return found


def in_reports(session: Session, case: Case, *, viewer: Account) -> Sequence[Document]:
    """What a report may tell of, whoever reads it: nothing once the returnee took her consent back."""
    if consent(session, case) is None:
        return ()
    return list(chain(*of_case(session, case, viewer=viewer).values()))


def find(
    session: Session, case: Case, document_id: int, *, of: FollowUp | None = None, viewer: Account
) -> Document:
    """One photo of this case, or of this talk, if it exists for this viewer. Raises NotFound."""
    every = of_case(session, case, viewer=viewer)
    among = chain(*every.values()) if of is None else every.get(of.id, ())
    found = next((one for one in among if one.id == document_id), None)
    if found is None:
        raise NotFound(str(document_id))
    return found
