"""Documents: what was sent, whether it was checked, what a counsellor decided, and where its pages lie."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import corrections, journal, steps
from portal.domain.accounts import Account
from portal.domain.cases import BEFORE_DEPARTURE, Case, CaseState
from portal.domain.errors import NotFound
from portal.domain.permissions import Act, Role, require
from portal.programme import DocumentKind
from portal.sealing import SealedText, in_use

IDENTITY = frozenset(
    {
        DocumentKind.PASSPORT,
        DocumentKind.NATIONAL_ID,
        DocumentKind.LAISSEZ_PASSER,
        DocumentKind.OTHER_IDENTITY,
        DocumentKind.BIRTH_CERTIFICATE,
    }
)
PAPERS = (
    DocumentKind.PASSPORT,
    DocumentKind.NATIONAL_ID,
    DocumentKind.LAISSEZ_PASSER,
    DocumentKind.OTHER_IDENTITY,
    DocumentKind.BIRTH_CERTIFICATE,
    DocumentKind.MARRIAGE_CERTIFICATE,
    DocumentKind.PHOTO_PASSPORT_SIZE,
    DocumentKind.RESIDENCE_PERMIT,
    DocumentKind.PRECEPT_TO_LEAVE,
    DocumentKind.EXPULSION_ORDER,
    DocumentKind.ASYLUM_DECISION,
    DocumentKind.WITHDRAWAL_OF_APPLICATION,
    DocumentKind.GUARDIAN_CONSENT,
    DocumentKind.COURT_OR_BID_DECISION,
    DocumentKind.POWER_OF_ATTORNEY,
    DocumentKind.MEDICAL_REPORT,
    DocumentKind.FIT_TO_TRAVEL_CERTIFICATE,
    DocumentKind.PRESCRIPTION,
    DocumentKind.TICKET_ITINERARY,
)
"""What a migrant sends before the journey: who they are, how they stay here, what the journey needs."""
EVIDENCE = (
    DocumentKind.ARRIVAL_PROOF,
    DocumentKind.PLAN_SIGNED,
    DocumentKind.BUSINESS_PLAN,
    DocumentKind.QUOTATION,
    DocumentKind.INVOICE,
    DocumentKind.PROOF_OF_PAYMENT,
    DocumentKind.HANDOVER_NOTE,
    DocumentKind.DELIVERY_PHOTO,
    DocumentKind.CONTRACT_OR_LEASE,
    DocumentKind.TRAINING_CERTIFICATE,
    DocumentKind.SCHOOL_ENROLMENT,
)
"""What shows how the support was used: the only kinds that a partner sends and sees."""
HIDDEN_FROM_PARTNER = frozenset(DocumentKind) - frozenset(EVIDENCE)


class DocumentState(enum.StrEnum):
    """Where a document stands."""

    CHECKING = "checking"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"


UNSEEN = (DocumentState.CHECKING, DocumentState.QUARANTINED)
"""Nobody opens a document while it is being checked, nor malware."""


class RejectReason(enum.StrEnum):
    """Why a document cannot be used; the first five are found by the portal itself."""

    NOT_SUPPORTED = "not_supported"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    PASSWORD = "password"  # noqa: S105 - the file wants one
    UNREADABLE = "unreadable"
    CUT_OFF = "cut_off"
    WRONG_PERSON = "wrong_person"
    EXPIRED = "expired"
    WRONG_TYPE = "wrong_type"
    DUPLICATE = "duplicate"


class LookPurpose(enum.StrEnum):
    """What somebody looks at a document for. The person whose it is reads it."""

    CHECK = "check"
    CASE_WORK = "case_work"
    DECISION = "decision"
    SUPPORT = "support"
    TRAVEL_DOCUMENT = "travel_document"
    JOURNEY = "journey"
    HEALTH = "health"
    PERSON = "person"
    AUDIT = "audit"


COPIED_FOR = (
    LookPurpose.TRAVEL_DOCUMENT,
    LookPurpose.JOURNEY,
    LookPurpose.HEALTH,
    LookPurpose.PERSON,
    LookPurpose.AUDIT,
)
"""What a copy may be taken for; who only looks need not say."""

BY_COUNSELLOR = (
    RejectReason.UNREADABLE,
    RejectReason.CUT_OFF,
    RejectReason.WRONG_PERSON,
    RejectReason.EXPIRED,
    RejectReason.WRONG_TYPE,
    RejectReason.DUPLICATE,
)


class RetakeAnswer(enum.StrEnum):
    """What a sender said when they were told that a document may be hard to read."""

    KEEP = "keep"
    AGAIN = "again"


class Document(Base):
    """One document of a case: evidence of a milestone or of a payment when one of these is set.

    Its objects are sealed with a key of its own, which is kept wrapped here: erasing the row shreds them.
    """

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_of_case", "case_id", "id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    """Its bill, or the returnee's picture of what is wrong with what it bought."""
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_ups.id"), index=True)
    """The talk at which it was taken; see support/photos.py."""
    line_id: Mapped[int | None] = mapped_column()
    """The line of a plan whose price it offers: a number, for lines come and go while a plan is written."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"), index=True)
    """Whose document it is, when a counsellor said so."""
    kind: Mapped[DocumentKind] = mapped_column()
    state: Mapped[DocumentState] = mapped_column(default=DocumentState.CHECKING)
    sender_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    sender_role: Mapped[Role] = mapped_column()
    sent_at: Mapped[datetime] = mapped_column(default=now)
    file_name = SealedText()
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the bytes as they were sent."""
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    decided_at: Mapped[datetime | None] = mapped_column()
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reject_reason: Mapped[RejectReason | None] = mapped_column()
    words = SealedText()
    doubts: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What may make it hard to read; see papers/legibility.py."""
    retake: Mapped[RetakeAnswer | None] = mapped_column()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def key(self) -> bytes:
        """The key of its objects."""
        return in_use().unseal(self.wrapped_key, context=f"documents.key.{self.id}")

    @key.setter
    def key(self, key: bytes) -> None:
        self.wrapped_key = in_use().seal(key, context=f"documents.key.{self.id}")


PREVIEW = -1
"""The number of the small picture of the first page, for lists on a slow line."""


class Part(Base):
    """One stored object of a document: number 0 is our own clean file, 1 and up are pictures of its pages."""

    __tablename__ = "document_parts"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int] = mapped_column()
    store_name: Mapped[str] = mapped_column(String(64), unique=True)
    mime: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))


def part_context(document_id: int, number: int) -> str:
    """What the bytes of a part are bound to."""
    return f"document:{document_id}:{number}"


@dataclass(frozen=True)
class StoredPart:
    """A part that lies in the vault and has no row yet."""

    store_name: str
    mime: str
    size: int
    sha256: str


_OF_CASE = select(Document).where(Document.case_id == bindparam("case")).order_by(Document.id)


@asked_once
def every(session: Session, case: Case) -> Sequence[Document]:
    """All documents of a case, the oldest first."""
    return session.scalars(_OF_CASE, {"case": case.id}).all()


def of_case(session: Session, case: Case, *, viewer: Account) -> Sequence[Document]:
    """The documents of a case that exist for this viewer, the newest first."""
    return [one for one in reversed(every(session, case)) if _exists_for(one, viewer)]


def of_milestone(session: Session, milestone_id: int) -> Sequence[Document]:
    """The evidence of a milestone."""
    return session.scalars(
        select(Document).where(Document.milestone_id == milestone_id).order_by(Document.id)
    ).all()


_OF_MILESTONES = select(Document).where(Document.milestone_id.in_(bindparam("numbers"))).order_by(Document.id)


def of_milestones(session: Session, numbers: Sequence[int]) -> Mapping[int, Sequence[Document]]:
    """The evidence of many milestones, by their number: one query."""
    found: dict[int, list[Document]] = {}
    for document in session.scalars(_OF_MILESTONES, {"numbers": list(numbers)}):
        found.setdefault(document.milestone_id or 0, []).append(document)
    return found


def _exists_for(document: Document, viewer: Account) -> bool:
    if viewer.role is Role.PARTNER:
        places = (document.milestone_id, document.payment_id, document.line_id)
        return any(places) and document.kind not in HIDDEN_FROM_PARTNER
    return True


def find(session: Session, case: Case, document_id: int, *, viewer: Account) -> Document:
    """One document of this case, if it exists for `viewer`. Raises NotFound."""
    document = session.get(Document, document_id)
    if document is None or document.case_id != case.id or not _exists_for(document, viewer):
        raise NotFound(str(document_id))
    return document


def parts(session: Session, document: Document) -> Sequence[Part]:
    """What is stored of a document: the file, then its pages."""
    kept = select(Part).where(Part.document_id == document.id, Part.number >= 0)
    return session.scalars(kept.order_by(Part.number)).all()


def purpose_of(document: Document, viewer: Account) -> LookPurpose:
    """What somebody looks at a document for who only looks: it follows from who they are."""
    if viewer.role is Role.PARTNER:
        return LookPurpose.SUPPORT
    if viewer.role is Role.APPROVER:
        return LookPurpose.DECISION
    return LookPurpose.CHECK if document.state is DocumentState.WAITING else LookPurpose.CASE_WORK


def open_part(session: Session, document: Document, number: int, *, by: Account) -> Part:
    """A part to be shown; page 1 where there is no PREVIEW.

    A look by staff or a partner is written in the journal with its purpose, once for all pages.

    Raises NotFound while it is being checked, for malware, and for a part that does not exist.
    """
    part = _part(session, document, number)
    if by.role is not Role.MIGRANT:
        require(by.role, Act.DOCUMENT_OPEN)
        journal.look(
            session,
            Act.DOCUMENT_OPEN,
            actor=by.actor,
            case_id=document.case_id,
            about=steps.label(document),
            note=purpose_of(document, by),
        )
    return part


def copy(session: Session, document: Document, purpose: LookPurpose, *, by: Account) -> Part:
    """The whole file, to be taken along for one of COPIED_FOR; each time is written in the journal.

    Raises NotFound as `open_part` does.
    """
    require(by.role, Act.DOCUMENT_DOWNLOAD)
    part = _part(session, document, 0)
    journal.record(
        session,
        Act.DOCUMENT_DOWNLOAD,
        actor=by.actor,
        case_id=document.case_id,
        about=steps.label(document),
        note=purpose,
    )
    return part


def _part(session: Session, document: Document, number: int) -> Part:
    wanted = (PREVIEW, 1) if number == PREVIEW else (number,)
    kept = select(Part).where(Part.document_id == document.id, Part.number.in_(wanted))
    part = session.scalar(kept.order_by(Part.number).limit(1))
    if part is None or document.state in UNSEEN:
        raise NotFound(f"{document.id}/{number}")
    return part


def earlier(session: Session, document: Document) -> Sequence[Document]:
    """What was sent before in its place: of the same kind, for the same step and person, the newest first."""
    before = select(Document).where(
        Document.case_id == document.case_id,
        Document.kind == document.kind,
        Document.milestone_id.is_not_distinct_from(document.milestone_id),
        Document.follow_up_id.is_not_distinct_from(document.follow_up_id),
        Document.id < document.id,
        Document.state.in_((DocumentState.SUPERSEDED, DocumentState.REJECTED)),
    )
    found = session.scalars(before.order_by(Document.id.desc())).all()
    seen = with_pictures(session, found)
    persons = (None, document.person_id)
    return [one for one in found if one.id in seen and (not document.person_id or one.person_id in persons)]


def checked(
    session: Session,
    document: Document,
    stored: Sequence[StoredPart],
    sha256: str,
    *,
    preview: StoredPart | None = None,
) -> None:
    """The portal's own check passed: keep what it made (the file, then its pages) and let a person look.

    A photo of a talk proves nothing: nobody has to decide about it.
    """
    is_photo = document.follow_up_id is not None
    document.state = DocumentState.ACCEPTED if is_photo else DocumentState.WAITING
    document.sha256 = sha256
    numbered = dict(enumerate(stored)) | ({PREVIEW: preview} if preview else {})
    session.add_all(
        Part(document_id=document.id, number=number, **vars(one)) for number, one in numbered.items()
    )
    _by_house(session, document, Act.DOCUMENT_CHECKED)


def unfit(session: Session, document: Document, reason: RejectReason) -> None:
    """The portal's own check failed: the sender is told why and may send another."""
    document.state, document.reject_reason, document.decided_at = DocumentState.REJECTED, reason, now()
    _by_house(session, document, Act.DOCUMENT_UNFIT)


def quarantine(session: Session, document: Document) -> None:
    """The scanner found malware: nobody may open it."""
    document.state, document.decided_at = DocumentState.QUARANTINED, now()
    _by_house(session, document, Act.DOCUMENT_QUARANTINE)


def _by_house(session: Session, document: Document, act: Act) -> None:
    journal.record(session, act, actor=journal.NOBODY, case_id=document.case_id, about=steps.label(document))


def received(session: Session, document: Document, case: Case, *, by: Account) -> None:
    """A new document arrived: it replaces one that could not be used, and answers what was asked.

    One that its sender wanted to take again is replaced too, unless a person has accepted it meanwhile.
    """
    unusable = Document.state.in_((DocumentState.REJECTED, DocumentState.QUARANTINED))
    retaken = (Document.state == DocumentState.WAITING) & (Document.retake == RetakeAnswer.AGAIN)
    refused = session.scalars(
        select(Document)
        .where(
            Document.case_id == case.id,
            Document.kind == document.kind,
            Document.milestone_id.is_not_distinct_from(document.milestone_id),
            Document.payment_id.is_not_distinct_from(document.payment_id),
            Document.follow_up_id.is_not_distinct_from(document.follow_up_id),
            Document.line_id.is_not_distinct_from(document.line_id),
            unusable | retaken,
        )
        .order_by(Document.id)
        .limit(1)  # of a family's three passports each is sent again by itself
    ).one_or_none()
    if refused is not None:
        refused.state = DocumentState.SUPERSEDED
    if by.role is Role.MIGRANT:
        exactly = corrections.Narrowed(kind=document.kind, document_id=document.id)
        corrections.answer_section(session, case, None, by=by, narrowed=exactly)
    journal.record(session, Act.DOCUMENT_SEND, actor=by.actor, case_id=case.id, about=steps.label(document))


def identity_accepted(session: Session, case: Case) -> bool:
    """Whether a document that shows who the person is was accepted."""
    accepted = select(Document.id).where(
        Document.case_id == case.id,
        Document.state == DocumentState.ACCEPTED,
        Document.kind.in_(IDENTITY),
    )
    return session.scalar(accepted.limit(1)) is not None


def is_there(session: Session, case: Case, kind: DocumentKind) -> bool:
    """Whether a document of this kind was sent and passed the portal's check, and nobody rejected it."""
    good = (DocumentState.WAITING, DocumentState.ACCEPTED)
    sent = select(Document.id).where(
        Document.case_id == case.id, Document.state.in_(good), Document.kind == kind
    )
    return session.scalar(sent.limit(1)) is not None


def may_send(case: Case, *, by: Account) -> bool:
    """Whether this person may add documents to the case now."""
    match by.role:
        case Role.MIGRANT:
            return case.state not in (CaseState.CLOSED, CaseState.EXPIRED, CaseState.WITHDRAWN)
        case Role.COUNSELLOR:
            return case.counsellor_id == by.id and case.state is not CaseState.CLOSED
        case _:
            return case.state is not CaseState.CLOSED


def kinds(case: Case, *, by: Account) -> tuple[DocumentKind, ...]:
    """The kinds of document that this person sends to this case, the most usual first."""
    match by.role:
        case Role.MIGRANT if case.state in BEFORE_DEPARTURE:
            return (*PAPERS, DocumentKind.OTHER)
        case Role.MIGRANT:
            return (*EVIDENCE, DocumentKind.MEDICAL_BILL, *PAPERS, DocumentKind.OTHER)
        case Role.PARTNER:
            return EVIDENCE
        case _:
            return tuple(one for one in DocumentKind if one is not DocumentKind.TALK_PHOTO)


_FIRST_PARTS = select(Part.document_id).where(Part.document_id.in_(bindparam("seen")), Part.number == 1)


def with_pictures(session: Session, shown: Iterable[Document]) -> frozenset[int]:
    """The numbers of those documents of which there is a picture to look at."""
    seen = [one.id for one in shown if one.state not in UNSEEN]
    return frozenset(session.scalars(_FIRST_PARTS, {"seen": seen}))
