"""Whether somebody may send such a document to such a place now, whichever way it comes."""

from sqlalchemy.orm import Session

from portal.domain import documents
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.domain.support import grants, photos, quotations, shared
from portal.domain.support.field_rights import Field
from portal.programme import DocumentKind


def admit(
    session: Session,
    case: Case,
    kind: DocumentKind,
    milestone_id: int | None,
    *,
    payment_id: int | None = None,
    follow_up_id: int | None = None,
    line_id: int | None = None,
    by: Account,
) -> None:
    """Whether this person may send such a document to this case now.

    Raises Refused when the case takes no documents (now, or any more), or the returnee does not allow photos
    of a talk; NotAllowed for a kind that this person does not send, and NotFound for a milestone, a payment,
    a line of the plan or a talk of another case.
    """
    require(by.role, Act.DOCUMENT_SEND)
    if not documents.may_send(case, by=by):
        raise Refused([Reason.WRONG_STATE])
    if kind not in (documents.kinds(case, by=by) if follow_up_id is None else photos.kinds(by=by)):
        raise NotAllowed(f"{by.role} {kind}")
    if by.role is Role.PARTNER and Field.PLAN not in shared.fields(session, case):
        raise NotFound(case.reference)  # of a plan that is not shared there are no steps
    if by.role is Role.PARTNER and (milestone_id, payment_id, follow_up_id, line_id).count(None) != 3:
        raise NotFound("milestone")  # what a partner sends belongs to one, or to a payment, a talk, a line
    _find_place(session, case, milestone_id, payment_id, follow_up_id, by)
    if line_id is not None:
        _find_line(session, case, kind, line_id, by)


def _find_line(session: Session, case: Case, kind: DocumentKind, line_id: int, by: Account) -> None:
    if kind is not DocumentKind.QUOTATION:
        raise NotAllowed(f"{by.role} {kind}")
    quotations.to_quote(session, case, line_id, by=by)


def _find_place(
    session: Session,
    case: Case,
    milestone_id: int | None,
    payment_id: int | None,
    follow_up_id: int | None,
    by: Account,
) -> None:
    if milestone_id is not None:
        grants.find_milestone(session, case, milestone_id)
    if payment_id is not None:
        grants.to_prove(session, case, payment_id, by=by)
    if follow_up_id is not None:
        photos.to_add(session, case, follow_up_id, by=by)
