"""The documents that a programme asks for: which, of whom, when, in which situation; and faults in that."""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


class DocumentKind(enum.StrEnum):
    """Every kind of document a case may hold."""

    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    LAISSEZ_PASSER = "laissez_passer"
    BIRTH_CERTIFICATE = "birth_certificate"
    MARRIAGE_CERTIFICATE = "marriage_certificate"
    PHOTO_PASSPORT_SIZE = "photo_passport_size"
    OTHER_IDENTITY = "other_identity"

    PRECEPT_TO_LEAVE = "precept_to_leave"
    EXPULSION_ORDER = "expulsion_order"
    ASYLUM_DECISION = "asylum_decision"
    WITHDRAWAL_OF_APPLICATION = "withdrawal_of_application"
    RESIDENCE_PERMIT = "residence_permit"
    GUARDIAN_CONSENT = "guardian_consent"
    COURT_OR_BID_DECISION = "court_or_bid_decision"
    POWER_OF_ATTORNEY = "power_of_attorney"

    CONSENT_SIGNED = "consent_signed"
    VOLUNTARY_DECLARATION = "voluntary_declaration"
    PHOTO_RELEASE = "photo_release"

    MEDICAL_REPORT = "medical_report"
    FIT_TO_TRAVEL_CERTIFICATE = "fit_to_travel_certificate"
    PRESCRIPTION = "prescription"

    TICKET_ITINERARY = "ticket_itinerary"
    DEPARTURE_PROOF = "boarding_or_departure_proof"
    TRANSIT_VISA = "transit_visa"
    TRAVEL_INSURANCE = "travel_insurance"
    ARRIVAL_PROOF = "arrival_proof"

    PLAN_SIGNED = "reintegration_plan_signed"
    BUSINESS_PLAN = "business_plan"
    QUOTATION = "quotation"
    CONTRACT_OR_LEASE = "contract_or_lease"
    INVOICE = "invoice"
    PROOF_OF_PAYMENT = "receipt_or_proof_of_payment"
    HANDOVER_NOTE = "handover_note"
    DELIVERY_PHOTO = "delivery_photo"
    TRAINING_CERTIFICATE = "training_certificate"
    SCHOOL_ENROLMENT = "school_enrolment"
    MEDICAL_BILL = "medical_bill"
    MONITORING_REPORT = "monitoring_report"
    FINAL_REPORT = "final_report"
    TALK_PHOTO = "talk_photo"

    COMPLAINT_EVIDENCE = "complaint_evidence"
    OTHER = "other"


class Who(enum.StrEnum):
    """Whose document is wanted: one of each of these people."""

    PRINCIPAL = "principal"
    EVERY_PERSON = "every_person"
    ADULT = "adult"
    MINOR = "minor"
    MINOR_ALONE = "minor_alone"
    MINOR_OTHER_PARENT = "minor_other_parent"


class WantedBy(enum.StrEnum):
    """The step of a case before which a document is wanted."""

    SUBMITTED = "submitted"
    PROPOSED = "proposed"
    READY_TO_TRAVEL = "ready_to_travel"


class Situation(enum.StrEnum):
    """What must be so for a document to be asked for; told by the answers of the application."""

    ASYLUM_SEEKER = "asylum_seeker"
    ASYLUM_REFUSED = "asylum_refused"
    PROTECTION = "protection"
    TEMPORARY_PROTECTION = "temporary_protection"
    PERMIT_EXPIRED = "permit_expired"
    PERMIT_VALID = "permit_valid"
    PRECEPT = "precept"
    EXPULSION_ORDER = "expulsion_order"
    MEDICAL_NEEDS = "medical_needs"
    MEDICINE = "medicine"


@dataclass(frozen=True)
class WantedDocument:
    """A document that is asked for; any of `kinds` will do."""

    kind: DocumentKind
    who: Who
    when: WantedBy
    alternatives: tuple[DocumentKind, ...] = ()
    only_if: tuple[Situation, ...] = ()
    """Asked for when any of these is so; left out: always."""
    required: bool = False
    """Whether the case cannot go on without it."""
    useful: bool = False
    """Nobody asks for it: it helps in a talk, if there is one."""

    @property
    def kinds(self) -> tuple[DocumentKind, ...]:
        """The kind asked for, then what may come in its place."""
        return (self.kind, *self.alternatives)

    def covers(self, other: "WantedDocument") -> bool:
        """Whether whatever is good enough for this is good enough for the other too."""
        return set(self.kinds) <= set(other.kinds)


UNSENT = frozenset(
    {
        DocumentKind.MONITORING_REPORT,
        DocumentKind.FINAL_REPORT,
        DocumentKind.DEPARTURE_PROOF,
        DocumentKind.TRANSIT_VISA,
        DocumentKind.TRAVEL_INSURANCE,
        DocumentKind.CONSENT_SIGNED,
        DocumentKind.VOLUNTARY_DECLARATION,
        DocumentKind.PHOTO_RELEASE,
        DocumentKind.COMPLAINT_EVIDENCE,
        DocumentKind.ARRIVAL_PROOF,
        DocumentKind.PLAN_SIGNED,
        DocumentKind.BUSINESS_PLAN,
        DocumentKind.QUOTATION,
        DocumentKind.CONTRACT_OR_LEASE,
        DocumentKind.INVOICE,
        DocumentKind.PROOF_OF_PAYMENT,
        DocumentKind.HANDOVER_NOTE,
        DocumentKind.DELIVERY_PHOTO,
        DocumentKind.TRAINING_CERTIFICATE,
        DocumentKind.SCHOOL_ENROLMENT,
        DocumentKind.MEDICAL_BILL,
        DocumentKind.TALK_PHOTO,
    }
)
"""What a migrant is not offered to send before the journey: to ask for it would ask in vain."""


def faults(table: Sequence[WantedDocument]) -> Iterator[str]:
    """Everything that is wrong with the table as a whole, each with the number of its entry."""
    for place, one in enumerate(table, 1):
        yield from (f"documents.{place}.{words}" for words in _faults_of(one))
        for before, other in enumerate(table[: place - 1], 1):
            if _asks_the_same(one, other):
                yield f"documents.{place}: asks the same people for {one.kind} as documents.{before}"


def _faults_of(one: WantedDocument) -> Iterator[str]:
    if len(set(one.kinds)) < len(one.kinds):
        yield "alternatives: a kind is named twice"
    for kind in one.kinds:
        if kind in UNSENT:
            yield f"kind: nobody can send {kind} before the journey"
    if len(set(one.only_if)) < len(one.only_if):
        yield "only_if: a situation is named twice"
    if one.required and one.useful:
        yield "useful: what is required is more than useful"


def _asks_the_same(one: WantedDocument, other: WantedDocument) -> bool:
    is_together = not one.only_if or not other.only_if or set(one.only_if) & set(other.only_if)
    is_same = (one.kind, one.when) == (other.kind, other.when)
    everybody = Who.EVERY_PERSON in (one.who, other.who)
    return bool(is_same and is_together and (one.who is other.who or everybody))
