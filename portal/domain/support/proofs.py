"""What usually shows that a step is done, and what must be there before a payment is asked for."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.documents import Document, DocumentState
from portal.domain.support.parts import Line, Milestone, MilestoneType, Payment
from portal.programme import DocumentKind, Modality

USELESS = frozenset({DocumentState.REJECTED, DocumentState.QUARANTINED, DocumentState.SUPERSEDED})
"""Documents that prove nothing."""

_K = DocumentKind
PROVED_BY: Mapping[MilestoneType, tuple[DocumentKind, ...]] = {
    MilestoneType.ONWARD_TRANSPORT: (_K.PROOF_OF_PAYMENT, _K.INVOICE, _K.ARRIVAL_PROOF),
    MilestoneType.FIRST_CONTACT: (_K.HANDOVER_NOTE, _K.ARRIVAL_PROOF),
    MilestoneType.NEEDS_ASSESSED: (_K.BUSINESS_PLAN, _K.PLAN_SIGNED),
    MilestoneType.QUOTATION: (_K.QUOTATION,),
    MilestoneType.GOODS_DELIVERED: (_K.HANDOVER_NOTE, _K.DELIVERY_PHOTO),
    MilestoneType.SERVICE_STARTED: (_K.CONTRACT_OR_LEASE, _K.INVOICE),
    MilestoneType.TRAINING_STARTED: (_K.SCHOOL_ENROLMENT, _K.CONTRACT_OR_LEASE, _K.INVOICE),
    MilestoneType.TRAINING_COMPLETED: (_K.TRAINING_CERTIFICATE,),
    MilestoneType.SCHOOL_ENROLLED: (_K.SCHOOL_ENROLMENT,),
    MilestoneType.JOB_STARTED: (_K.CONTRACT_OR_LEASE,),
    MilestoneType.BUSINESS_REGISTERED: (_K.BUSINESS_PLAN, _K.CONTRACT_OR_LEASE, _K.PROOF_OF_PAYMENT),
    MilestoneType.BUSINESS_OPERATING: (_K.DELIVERY_PHOTO, _K.INVOICE, _K.CONTRACT_OR_LEASE),
    MilestoneType.HOUSING_SECURED: (_K.CONTRACT_OR_LEASE,),
    MilestoneType.MEDICAL_DONE: (_K.INVOICE, _K.PROOF_OF_PAYMENT),
    MilestoneType.OTHER: (),
}
"""The kinds of document that usually prove a step, the best first; for another one the plan says it in words.

Nothing medical: a bill shows that a treatment was done, and partners see no more than that.
"""

ASKED_WITH: Mapping[Modality, tuple[DocumentKind, ...]] = {
    Modality.IN_KIND: (_K.INVOICE, _K.QUOTATION, _K.HANDOVER_NOTE),
    Modality.DIRECT_PAYMENT: (_K.INVOICE, _K.QUOTATION),
    Modality.REIMBURSEMENT: (_K.PROOF_OF_PAYMENT, _K.INVOICE),
    Modality.CASH: (_K.PLAN_SIGNED, _K.INVOICE, _K.QUOTATION),
}
"""One of these must be there when a payment is asked for, by the way the line is given."""


def proves(milestone: Milestone, sent: Iterable[Document]) -> bool:
    """Whether something that was sent is of a kind that usually proves it; another step has none."""
    kinds = PROVED_BY[milestone.type]
    return not kinds or any(one.kind in kinds and one.state not in USELESS for one in sent)


def wanted_for(session: Session, payment: Payment) -> tuple[DocumentKind, ...]:
    """The kinds of document of which one must be there to ask for this payment."""
    return ASKED_WITH[session.get_one(Line, payment.line_id).modality]


def invoices(session: Session, payment: Payment, *, among: Collection[int] = ()) -> Sequence[Document]:
    """What was sent as evidence in this case and can be asked with: its own first, then the newest.

    `among`: only these numbers, when given.
    """
    found = select(Document).where(
        Document.case_id == payment.case_id,
        Document.kind.in_(wanted_for(session, payment)),
        Document.state.not_in(USELESS),
        or_(
            Document.milestone_id.is_not(None),
            Document.payment_id.is_not(None),
            Document.line_id.is_not(None),
        ),
    )
    if among:
        found = found.where(Document.id.in_(among))
    rows = session.scalars(found.order_by(Document.id.desc())).all()
    return sorted(rows, key=lambda one: one.payment_id != payment.id)


def invoice_of(session: Session, payment: Payment) -> Document | None:
    """The paper a payment was asked for with, if it still counts."""
    if payment.invoice_id is None:
        return None
    return next(iter(invoices(session, payment, among=[payment.invoice_id])), None)


def used_also_for(session: Session, payments: Sequence[Payment]) -> Mapping[int, int]:
    """By payment: for how many others its paper was used too. A bill paid twice shows here."""
    papers = [one.invoice_id for one in payments if one.invoice_id is not None]
    return {one.id: papers.count(one.invoice_id) - 1 for one in payments if one.invoice_id is not None}


def of_payment(session: Session, payment_id: int) -> Sequence[Document]:
    """What was sent for a payment: bills, and pictures of what is wrong."""
    return session.scalars(
        select(Document).where(Document.payment_id == payment_id).order_by(Document.id)
    ).all()
