"""The sharing receipt: to which fields and files of a case the migrant agreed, in which words, until when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, today
from portal.domain import clocks, journal, steps
from portal.domain.accounts import Account
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.journal import Event
from portal.domain.permissions import Act, Role, require
from portal.domain.support import referrals
from portal.domain.support.field_rights import TICKED, Field, Right, Stage, right
from portal.domain.support.referrals import KNOWN, Referral, ReferralState
from portal.programme import DocumentKind

TEXT_VERSION = "2026-11"
"""Raised whenever the wording of the receipt changes."""

SHAREABLE = frozenset(
    {
        DocumentKind.PASSPORT,
        DocumentKind.NATIONAL_ID,
        DocumentKind.LAISSEZ_PASSER,
        DocumentKind.BIRTH_CERTIFICATE,
        DocumentKind.MARRIAGE_CERTIFICATE,
        DocumentKind.PHOTO_PASSPORT_SIZE,
        DocumentKind.TICKET_ITINERARY,
        DocumentKind.BUSINESS_PLAN,
        DocumentKind.QUOTATION,
        DocumentKind.TRAINING_CERTIFICATE,
        DocumentKind.SCHOOL_ENROLMENT,
    }
)
"""The kinds of document that a migrant can choose to share: none of them says how somebody stays here, is ill
or needs protection."""


class Share(Base):
    """One field (or one document) that the migrant agreed to share, until she took it back."""

    __tablename__ = "referral_shares"
    __table_args__ = (Index("ix_referral_shares_of_referral", "referral_id", "field"),)

    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"))
    field: Mapped[Field] = mapped_column()
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    text_version: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column()


@dataclass(frozen=True)
class Chosen:
    """What is ticked on a receipt: fields, and documents by their number."""

    fields: frozenset[Field]
    documents: frozenset[int] = frozenset()


EVERYTHING = Chosen(frozenset(TICKED))
"""Every box but the documents."""

# --- What holds -----------------------------------------------------------------------------------


def of_referral(session: Session, referral: Referral) -> Sequence[Share]:
    """Everything that was ever agreed to, the oldest first."""
    return session.scalars(
        select(Share).where(Share.referral_id == referral.id).order_by(Share.given_at, Share.id)
    ).all()


def chosen(session: Session, referral: Referral) -> Chosen:
    """What she agreed to and did not take back; nothing once the day is past until which she agreed."""
    return chosen_in(session, [referral])[referral.id]


_KEPT = select(Share).where(Share.referral_id.in_(bindparam("numbers")), Share.withdrawn_at.is_(None))


def chosen_in(session: Session, asked: Sequence[Referral]) -> Mapping[int, Chosen]:
    """The same of many referrals, by their number: one query."""
    numbers = [one.id for one in asked if one.shared_until is None or one.shared_until >= today()]
    held: defaultdict[int, list[Share]] = defaultdict(list)
    if numbers:
        for share in session.scalars(_KEPT, {"numbers": numbers}):
            held[share.referral_id].append(share)
    return {
        referral.id: Chosen(
            frozenset(one.field for one in held[referral.id]),
            frozenset(one.document_id for one in held[referral.id] if one.document_id),
        )
        for referral in asked
    }


def stage_of(case: Case, referral: Referral) -> Stage:
    """How far the organisation has come."""
    if referral.state is not ReferralState.ACCEPTED:
        return Stage.OFFERED
    return Stage.ARRIVED if case.state in AFTER_ARRIVAL else Stage.ACCEPTED


def readable(session: Session, case: Case, referral: Referral | None) -> frozenset[Field]:
    """What the organisation may read of the case now; nothing without a referral that it knows of."""
    if referral is None or referral.state not in KNOWN:
        return frozenset()
    return allowed(stage_of(case, referral), chosen(session, referral))


def allowed(stage: Stage, agreed: Chosen) -> frozenset[Field]:
    """What an organisation reads at a stage, when this was agreed to."""
    rights = {field: right(field, Role.PARTNER, stage) for field in Field}
    return frozenset(
        field
        for field, found in rights.items()
        if found is Right.ALWAYS or (found is Right.AGREED and field in agreed.fields)
    )


SHARING = (
    select(Referral.case_id, Share.field)
    .join(Share, Share.referral_id == Referral.id)
    .where(
        Referral.state == ReferralState.ACCEPTED,
        or_(Referral.shared_until.is_(None), Referral.shared_until >= bindparam("today")),
        Share.withdrawn_at.is_(None),
    )
)
"""Which cases share which field :today with the organisation that took them on.

For fields that are read in the same way before and after the arrival.
"""
_SHARING_IN_CASE = SHARING.where(
    Referral.case_id == bindparam("case"), Share.field == bindparam("field")
).limit(1)


def is_shared(session: Session, case: Case, field: Field) -> bool:
    """Whether a case shares this field with the organisation that took it on (see SHARING)."""
    asked = {"case": case.id, "field": field, "today": today()}
    return session.execute(_SHARING_IN_CASE, asked).first() is not None


# --- What can be chosen ---------------------------------------------------------------------------


def shareable(session: Session, case: Case) -> Sequence[Document]:
    """The migrant's own documents that she can choose to share, the oldest first."""
    good = (DocumentState.WAITING, DocumentState.ACCEPTED)
    wanted = select(Document).where(
        Document.case_id == case.id,
        Document.sender_role == Role.MIGRANT,
        Document.milestone_id.is_(None),
        Document.kind.in_(SHAREABLE),
        Document.state.in_(good),
    )
    return session.scalars(wanted.order_by(Document.id)).all()


def shared_documents(session: Session, case: Case, referral: Referral | None) -> Sequence[Document]:
    """Those that the organisation may open."""
    if referral is None or Field.DOCUMENTS not in readable(session, case, referral):
        return []
    numbers = chosen(session, referral).documents
    return [one for one in shareable(session, case) if one.id in numbers]


def shared_document(session: Session, case: Case, number: int) -> Document:
    """One of them. Raises NotFound."""
    for one in shared_documents(session, case, referrals.live(session, case)):
        if one.id == number:
            return one
    raise NotFound(str(number))


# --- Agreeing, and taking back --------------------------------------------------------------------


def agree(session: Session, referral: Referral, wanted: Chosen, *, language: str, by: Account) -> None:
    """The migrant read the receipt in `language` and agrees to what she ticked: this sends the referral.

    Raises NotAllowed, NotFound for a document that is not hers to share, and Refused when nothing is ticked.
    """
    require(by.role, Act.REFERRAL_CONSENT)
    _check(session, referral, wanted)
    referrals.answer(session, referral, Act.REFERRAL_CONSENT, language=language, by=by)
    for field, document in _pairs(wanted):
        session.add(_share(referral, field, document, language))
    session.flush()


def change(session: Session, referral: Referral, wanted: Chosen, *, language: str, by: Account) -> None:
    """Share exactly `wanted` from now on: what is new is given, what is missing is taken back.

    Raises as `agree`, and Refused while nothing is shared.
    """
    require(by.role, Act.SHARE_GIVE)
    # Two answers at once must not give the same thing twice: the referral's row is the lock.
    session.refresh(referral, with_for_update=True)
    if referral.state not in KNOWN:
        raise Refused([Reason.WRONG_STATE])
    _check(session, referral, wanted)
    left, by_pair = set(_pairs(wanted)), {}
    for share in of_referral(session, referral):
        if share.withdrawn_at is None:
            by_pair[share.field, share.document_id] = share
    for pair, share in by_pair.items():
        if pair not in left:
            share.withdrawn_at = now()
            _write(session, Act.SHARE_TAKE_BACK, referral, share.field, by)
    for field, document in sorted(left - by_pair.keys(), key=str):
        session.add(_share(referral, field, document, language))
        _write(session, Act.SHARE_GIVE, referral, field, by)
    referral.shared_until = clocks.due(session, "sharing")
    session.flush()


def _check(session: Session, referral: Referral, wanted: Chosen) -> None:
    known = {one.id for one in shareable(session, session.get_one(Case, referral.case_id))}
    if not wanted.fields <= set(TICKED) or not wanted.documents <= known:
        raise NotFound(str(referral.id))
    if not wanted.fields and not wanted.documents:
        raise Refused([Reason.NOTHING_SHARED])


def _pairs(wanted: Chosen) -> list[tuple[Field, int | None]]:
    fields: list[tuple[Field, int | None]] = [(one, None) for one in TICKED if one in wanted.fields]
    return [*fields, *((Field.DOCUMENTS, number) for number in sorted(wanted.documents))]


def _share(referral: Referral, field: Field, document: int | None, language: str) -> Share:
    return Share(
        referral_id=referral.id,
        field=field,
        document_id=document,
        text_version=TEXT_VERSION,
        language=language,
    )


def _write(session: Session, act: Act, referral: Referral, field: Field, by: Account) -> None:
    journal.record(session, act, actor=by.actor, case_id=referral.case_id, about=about(referral, field))


# --- Who saw what ---------------------------------------------------------------------------------


def about(referral: Referral, field: Field) -> str:
    """How the journal names a field that was shared, or seen."""
    return f"{steps.label(referral)}:{field}"


def field_of(text: str) -> Field | None:
    """The field that the journal names, if it is one."""
    table, _, rest = text.partition(":")
    field = rest.partition(":")[2]
    return Field(field) if table == Referral.__tablename__ and field else None


def unseen(
    session: Session, seen: Iterable[tuple[Referral, Field]], *, by: Account
) -> Sequence[tuple[Referral, Field]]:
    """What of this was never shown to this person of the organisation: one query."""
    named = {about(referral, field): (referral, field) for referral, field in seen}
    known = select(Event.about).where(
        Event.act == Act.SHARE_OPEN, Event.actor_id == by.id, Event.about.in_(named)
    )
    before = set(session.scalars(known)) if named else set()
    return [pair for text, pair in named.items() if text not in before]


def opened(session: Session, seen: Iterable[tuple[Referral, Field]], *, by: Account) -> None:
    """Write down what this person of the organisation sees for the first time: the migrant can read it."""
    require(by.role, Act.SHARE_OPEN)
    for referral, field in unseen(session, seen, by=by):
        _write(session, Act.SHARE_OPEN, referral, field, by)
