"""How a case comes to any state: by the real steps, taken by people who play their parts."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.db import today
from portal.domain import clocks, corrections, deciding, documents, people
from portal.domain.accounts import Account, Organisation
from portal.domain.applying import application, signing
from portal.domain.applying.application import Company, LegalStatus, Precept, Question
from portal.domain.applying.consents import Purpose
from portal.domain.cases import Case, CaseState, ClosureReason
from portal.domain.choices import Education, Heard, Home, Marital, Messenger, Reply, TravelWish
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.course import assessment, letters, lifecycle, stopping, travel, verification
from portal.domain.course.assessment import Found, Met, Recommendation
from portal.domain.course.verification import Finding
from portal.domain.dates import PartOfDate
from portal.domain.documents import Document, DocumentState, StoredPart
from portal.domain.papers import required
from portal.domain.people import Gender
from portal.domain.permissions import Act
from portal.domain.support import approval, drafting, grants, packages, parts, plans, receipts, referrals
from portal.domain.support.parts import Category, MilestoneType
from portal.domain.support.plans import Plan
from portal.programme import DocumentKind, Modality, WantedBy
from portal.sealing import new_key

SHOWN_BY = {
    "third_country": Question.PERSON,
    "no_expulsion_order": Question.PRECEPT,
    "right_to_enter": Question.COUNTRY,
}
"""Conditions of the sample programme, and the answers that show them."""

Answers = dict[Question, dict[str, object]]
Picture = Callable[[Document, str], list[StoredPart]]
"""Makes the stored parts of a document that shows some words."""

ANSWERS: Answers = {
    Question.LANGUAGE: {"language": "ru", "interpreter": True},
    Question.NAME: {"family_name": "Юсупова", "given_names": "Amina"},
    Question.BIRTH: {"born_on": date(2002, 3, 27)},
    Question.PERSON: {"gender": Gender.FEMALE, "citizenship": "UZ"},
    Question.CONTACT: {"phone": "+37251234567"},
    Question.STATUS: {"status": LegalStatus.PERMIT_EXPIRED},
    Question.PRECEPT: {"precept": Precept.NONE},
    Question.COUNTRY: {"country": "UZ"},
    Question.COMPANY: {"company": Company.ALONE},
}

MORE: Answers = {
    Question.OTHER_NAMES: {"original_name": "Амина Юсупова"},
    Question.BIRTHPLACE: {"birth_country": "UZ", "birth_place": "Samarqand"},
    Question.MARITAL: {"marital": Marital.SINGLE},
    Question.MORE_CONTACT: {"messengers": frozenset({Messenger.TELEGRAM})},
    Question.SAFE_CONTACT: {"safe_to_call": Reply.YES, "safe_to_write": Reply.YES, "safe_hours": "18:00"},
    Question.HOME: {"home": Home.ADDRESS, "address": "Kopli 1, Tallinn"},
    Question.ARRIVAL: {"arrived_on": PartOfDate(2023, 9)},
    Question.DETENTION: {"detained": Reply.NO},
    Question.PENDING: {"pending": Reply.NO},
    Question.EARLIER: {"earlier_return": Reply.NO},
    Question.HEARD: {"heard_from": Heard.FRIENDS},
    Question.WAITING: {"somebody_waiting": Reply.YES, "waiting_words": "My mother"},
    Question.DATES: {"travel_wish": TravelWish.SOON},
    Question.FEAR: {"fear": Reply.NO},
    Question.AIRPORT: {"airport_help": Reply.NO},
    Question.FORCED: {"forced": Reply.NO},
    Question.EDUCATION: {"education": Education.VOCATIONAL},
    Question.WORK: {"work_words": "Sewing, three years", "skills_words": "Sewing"},
    Question.SPOKEN: {"spoken": "Oʻzbekcha, русский"},
}
"""What somebody answers who leaves little out."""


def no_picture(document: Document, words: str) -> list[StoredPart]:
    """Two parts that lie nowhere."""
    names = (f"documents/{secrets.token_hex(8)}" for _ in range(2))
    return [StoredPart(name, "image/jpeg", 1000, "0" * 64) for name in names]


@dataclass(frozen=True)
class Players:
    """Who plays which part in one case."""

    session: Session
    migrant: Account
    counsellor: Account
    approver: Account
    partner: Account
    organisation: Organisation
    answers: Answers
    picture: Picture = no_picture

    def case(self, state: CaseState) -> Case:
        """The migrant's case, brought to `state`."""
        case = application.start(self.session, by=self.migrant)
        for step in ROADS[state]:
            step(self, case)
        return case

    # --- One thing after the other -----------------------------------------------------------

    def answer_everything(self, case: Case) -> None:
        """All required answers, consent, and the name under it."""
        for question, values in self.answers.items():
            application.answer(self.session, case, question, values, by=self.migrant)
        for question, purposes in (
            (Question.PRIVACY, {Purpose.NOTICE}),
            (Question.DECISION, {Purpose.VOLUNTARY, Purpose.TRUTH}),
            (Question.CONSENTS, {Purpose.PROCESSING, Purpose.PARTNER}),
        ):
            application.consent(
                self.session,
                case,
                question,
                frozenset(purposes),
                language=self.migrant.language,
                by=self.migrant,
            )

        head = people.principal(self.session, case)
        signing.sign(
            self.session, case, head.full_name, "Tallinn", language=self.migrant.language, by=self.migrant
        )

    def receipt(self, case: Case) -> None:
        """The letter that says the application arrived."""
        letters.receipt(self.session, case, language=self.migrant.language)

    def send(
        self,
        case: Case,
        kind: DocumentKind,
        *,
        sender: Account | None = None,
        milestone_id: int | None = None,
        payment_id: int | None = None,
        follow_up_id: int | None = None,
    ) -> Document:
        """A document that passed the portal's check."""
        sender = sender or self.migrant
        document = Document(
            case_id=case.id,
            milestone_id=milestone_id,
            payment_id=payment_id,
            follow_up_id=follow_up_id,
            kind=kind,
            sender_id=sender.id,
            sender_role=sender.role,
            file_name=f"{kind}.jpg",
            size=1000,
            state=DocumentState.CHECKING,
        )
        document.key = new_key()
        self.session.add(document)
        self.session.flush()
        documents.received(self.session, document, case, by=sender)
        documents.checked(self.session, document, self.picture(document, kind.value), "0" * 64)
        return document

    def accept_passport(self, case: Case) -> None:
        """The identity is known."""
        deciding.accept(self.session, self.send(case, DocumentKind.PASSPORT), by=self.counsellor)

    def papers_for_everybody(self, case: Case) -> None:
        """Nobody of the family travels without a passport."""
        for _wanted, person in required.missing(self.session, case, WantedBy.READY_TO_TRAVEL):
            document = self.send(case, DocumentKind.PASSPORT)
            deciding.accept(self.session, document, person=person, by=self.counsellor)

    def ask(self, case: Case) -> None:
        """Something is to be corrected."""
        words = "Please write your name as it is in your passport."
        corrections.ask(
            self.session,
            case,
            Section.ABOUT_YOU,
            CorrectionReason.CONTRADICTORY,
            words,
            by=self.counsellor,
        )

    def verify_all(self, case: Case) -> None:
        """Of everybody is known what the programme wants to know."""
        for line in verification.open_lines(self.session, case):
            shown_by = next((one for one in line.documents if one.state is DocumentState.ACCEPTED), None)
            verification.verify(
                self.session,
                case,
                line.person,
                line.item.key,
                Finding.CONFIRMED,
                document_id=shown_by.id if shown_by else None,
                valid_until=today() + timedelta(days=900) if line.item.dated else None,
                by=self.counsellor,
            )

    def assess(self, case: Case, *, declining: bool = False) -> None:
        """Every condition is weighed: all are met, or the first one is not."""
        criteria = clocks.programme(self.session).criteria
        found = {
            one.key: Found(Met.MET, "Asked and seen.", question=SHOWN_BY.get(one.key)) for one in criteria
        }
        if declining and criteria:
            found[criteria[0].key] = Found(Met.NOT_MET, "The passport says so.")
        assessment.save(
            self.session,
            case,
            Recommendation.DECLINE if declining else Recommendation.ACCEPT,
            "One condition is not met." if declining else "All conditions are met.",
            found,
            by=self.counsellor,
        )

    def make_sure(self, case: Case) -> None:
        """All that a proposal needs: verified and weighed."""
        self.verify_all(case)
        self.assess(case)

    def make_sure_not(self, case: Case) -> None:
        """All that a proposal to decline needs."""
        self.verify_all(case)
        self.assess(case, declining=True)

    def tick_all(self, case: Case) -> None:
        """Everybody has what the journey needs."""
        for person, item in travel.open_items(self.session, case):
            travel.tick(self.session, case, person, item, travel.Result.DONE, by=self.counsellor)

    def refer(self, case: Case) -> referrals.Referral:
        """The case is with the partner."""
        referral = referrals.propose(self.session, case, self.organisation, by=self.counsellor)
        self.share(referral)
        referrals.advance(self.session, referral, Act.REFERRAL_ACCEPT, by=self.partner)
        return referral

    def share(self, referral: referrals.Referral) -> None:
        """She agrees to share everything that she is asked about, but no documents."""
        language = self.migrant.language
        receipts.agree(self.session, referral, receipts.EVERYTHING, language=language, by=self.migrant)

    def confirm(self, case: Case) -> None:
        """She says once more that it is her own decision."""
        stopping.confirm(self.session, case, by=self.migrant)

    def depart(self, case: Case) -> None:
        """She left today."""
        lifecycle.depart(self.session, case, on=today(), proof="Boarding pass seen", by=self.counsellor)

    def arrive(self, case: Case) -> None:
        """She arrived today."""
        lifecycle.arrive(self.session, case, on=today(), by=self.partner)

    def draft_plan(self, case: Case) -> Plan:
        """A plan of two lines, two milestones and two payments."""
        session, by = self.session, self.partner
        principal = people.principal(session, case)
        plan = drafting.draft(
            session,
            case,
            {principal: packages.for_person(session, principal)[0]},
            objectives="I want to open a small sewing workshop.",
            by=by,
        )
        bought = (("Sewing machine", 60_000), ("Fabric and tools", 40_000))
        for number, (thing, cents) in enumerate(bought, 1):
            line = drafting.add_line(
                session,
                plan,
                {
                    "category": Category.BUSINESS,
                    "description": thing,
                    "supplier": "Textile Ltd",
                    "amount": cents,
                    "modality": Modality.IN_KIND,
                },
                by=by,
            )
            milestone = drafting.add_milestone(
                session,
                plan,
                {
                    "type": MilestoneType.GOODS_DELIVERED,
                    "description": f"{thing}: delivered",
                    "due_on": today() + timedelta(days=30 * number),
                },
                by=by,
            )
            drafting.add_payment(session, plan, line, milestone, cents, by=by)
        return plan

    def approve_plan(self, case: Case) -> Plan:
        """A plan that the returnee, the partner and the approver want."""
        plan = self.draft_plan(case)
        approval.advance(self.session, plan, Act.PLAN_OFFER, by=self.partner)
        approval.advance(self.session, plan, Act.PLAN_AGREE, by=self.migrant)
        approval.advance(self.session, plan, Act.PLAN_SUBMIT, by=self.partner)
        approval.advance(self.session, plan, Act.PLAN_APPROVE, by=self.approver)
        return plan

    def deliver(self, case: Case) -> None:
        """Every milestone verified and every payment received."""
        plan = plans.approved(self.session, case)
        if plan is None:
            raise ValueError("nothing is delivered without an approved plan")
        for milestone in parts.milestones(self.session, plan):
            self.send(case, DocumentKind.DELIVERY_PHOTO, sender=self.partner, milestone_id=milestone.id)
            grants.advance_milestone(self.session, milestone, Act.MILESTONE_REPORT, by=self.partner)
            grants.advance_milestone(self.session, milestone, Act.MILESTONE_VERIFY, by=self.counsellor)
        for payment in parts.payments(self.session, plan):
            self.pay(payment)
            grants.advance_payment(self.session, payment, Act.PAYMENT_RECEIVE, by=self.migrant)

    def request(self, payment: parts.Payment) -> None:
        """The partner asks for a payment with the seller's bill."""
        case = self.session.get_one(Case, payment.case_id)
        bill = self.send(case, DocumentKind.INVOICE, sender=self.partner, payment_id=payment.id)
        grants.request(self.session, payment, bill, by=self.partner)

    def pay(self, payment: parts.Payment) -> None:
        """A payment is made; the returnee has not answered yet."""
        self.request(payment)
        grants.advance_payment(self.session, payment, Act.PAYMENT_VERIFY, by=self.counsellor)
        grants.advance_payment(self.session, payment, Act.PAYMENT_APPROVE, by=self.approver)
        grants.pay(self.session, payment, on=today(), reference="TR-1", by=self.counsellor)

    def close(self, case: Case) -> None:
        """Nothing more is to be done."""
        lifecycle.close(self.session, case, ClosureReason.COMPLETED, by=self.approver)

    def expire(self, case: Case) -> None:
        """Nobody touched the draft for a month."""
        case.due_on = today() - timedelta(days=1)
        lifecycle.expire_drafts(self.session)


Tread = Callable[[Players, Case], object]


def _act(act: Act, part: str, note: str = "") -> Tread:
    def tread(players: Players, case: Case) -> None:
        lifecycle.advance(players.session, case, act, by=getattr(players, part), note=note)

    return tread


_submitted: list[Tread] = [Players.answer_everything, _act(Act.CASE_SUBMIT, "migrant"), Players.receipt]
_in_review = [*_submitted, _act(Act.CASE_TAKE, "counsellor")]
_proposed = [
    *_in_review,
    Players.accept_passport,
    Players.make_sure,
    _act(Act.CASE_PROPOSE, "counsellor"),
]
_declining = [
    *_in_review,
    Players.accept_passport,
    Players.make_sure_not,
    _act(Act.CASE_PROPOSE, "counsellor"),
]
_preparing = [*_proposed, _act(Act.CASE_ACCEPT, "approver")]
_ready = [*_preparing, Players.tick_all, Players.papers_for_everybody, _act(Act.CASE_CLEAR, "counsellor")]
_departed = [*_ready, Players.refer, Players.confirm, Players.depart]
_arrived = [*_departed, Players.arrive]
_reintegration = [*_arrived, Players.approve_plan, _act(Act.CASE_BEGIN, "approver")]
_monitoring = [*_reintegration, Players.deliver, _act(Act.CASE_COMPLETE, "counsellor")]

ROADS: dict[CaseState, list[Tread]] = {
    CaseState.DRAFT: [],
    CaseState.SUBMITTED: _submitted,
    CaseState.IN_REVIEW: _in_review,
    CaseState.NEEDS_INFO: [*_in_review, Players.ask, _act(Act.CASE_ASK, "counsellor")],
    CaseState.PROPOSED: _proposed,
    CaseState.PREPARING: _preparing,
    CaseState.READY_TO_TRAVEL: _ready,
    CaseState.DEPARTED: _departed,
    CaseState.ARRIVED: _arrived,
    CaseState.REINTEGRATION: _reintegration,
    CaseState.MONITORING: _monitoring,
    CaseState.CLOSED: [*_monitoring, Players.close],
    CaseState.WITHDRAWN: [*_submitted, _act(Act.CASE_WITHDRAW, "migrant")],
    CaseState.NOT_ELIGIBLE: [*_declining, _act(Act.CASE_DECLINE, "approver", "Citizen of an EU country")],
    CaseState.EXPIRED: [Players.expire],
}
