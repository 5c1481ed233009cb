"""The people in our tests, and how a case of theirs comes to any state: by the real steps."""

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, cached_property

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.db import now, today
from portal.domain import (
    application,
    documents,
    grants,
    lifecycle,
    plans,
    referrals,
    sign_in,
    travel,
)
from portal.domain.accounts import Account, Organisation, hash_password, login_index, token_hash
from portal.domain.application import Question
from portal.domain.cases import Case, CaseState, ClosureReason
from portal.domain.consents import Purpose
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.corrections import ask as ask_correction
from portal.domain.documents import Document, DocumentState, StoredPart
from portal.domain.people import Gender
from portal.domain.permissions import Act, Role
from portal.domain.plans import Category, MilestoneType
from portal.programme import DocumentKind, Modality, Package
from portal.sealing import new_key

PASSWORD = "correct horse battery"
PACKAGE = Package("start", {"en": "Start"}, 150_000, "EUR", Modality.IN_KIND)  # type: ignore[arg-type]


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


class Cast:
    """Everyone, made when first called upon, in one session that the test reads and commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def account(
        self, role: Role, login: str, *, name: str = "", organisation: Organisation | None = None
    ) -> Account:
        """An active account with a password and an authenticator."""
        account = Account(
            role=role,
            login=login,
            login_index=login_index(login),
            name=name,
            language="en",
            password_hash=_hashed(),
            organisation_id=organisation and organisation.id,
            totp_secret=pyotp.random_base32(),
        )
        self.session.add(account)
        self.session.commit()
        return account

    @cached_property
    def amina(self) -> Account:
        """A migrant from Uzbekistan."""
        return self.account(Role.MIGRANT, "amina")

    @cached_property
    def giorgi(self) -> Account:
        """Another migrant, a stranger to Amina's case."""
        return self.account(Role.MIGRANT, "giorgi")

    @cached_property
    def clara(self) -> Account:
        """The counsellor of Amina's case."""
        return self.account(Role.COUNSELLOR, "clara@example.org", name="Clara Tamm")

    @cached_property
    def kalle(self) -> Account:
        """A colleague of Clara's."""
        return self.account(Role.COUNSELLOR, "kalle@example.org", name="Kalle Mets")

    @cached_property
    def aino(self) -> Account:
        """The approver."""
        return self.account(Role.APPROVER, "aino@example.org", name="Aino Kask")

    @cached_property
    def tashkent(self) -> Organisation:
        """The partner organisation of Amina's case."""
        return self._organisation("Mission in Tashkent", "UZ")

    @cached_property
    def tbilisi(self) -> Organisation:
        """Another partner organisation."""
        return self._organisation("Return Centre Tbilisi", "GE")

    @cached_property
    def petros(self) -> Account:
        """The partner's person in Tashkent."""
        return self.account(
            Role.PARTNER, "petros@example.org", name="Petros Karimov", organisation=self.tashkent
        )

    @cached_property
    def nino(self) -> Account:
        """A partner's person in Tbilisi, a stranger to Amina's case."""
        return self.account(Role.PARTNER, "nino@example.org", name="Nino Beridze", organisation=self.tbilisi)

    @cached_property
    def mart(self) -> Account:
        """The programme manager."""
        return self.account(Role.MANAGER, "mart@example.org", name="Mart Saar")

    @cached_property
    def olga(self) -> Account:
        """The auditor."""
        return self.account(Role.AUDITOR, "olga@example.org", name="Olga Lepik")

    def _organisation(self, name: str, country: str) -> Organisation:
        organisation = Organisation(
            name=name, country=country, address="1 Main Street", phone="+998 71 000 00 00"
        )
        self.session.add(organisation)
        self.session.commit()
        return organisation

    # --- Cases -----------------------------------------------------------------------------

    def case(self, state: CaseState = CaseState.DRAFT, *, migrant: Account | None = None) -> Case:
        """A case brought to `state` by the real steps, committed."""
        case = application.start(self.session, by=migrant or self.amina)
        for step in ROADS[state]:
            step(self, case)
        assert case.state is state
        self.session.commit()
        return case

    def migrant_of(self, case: Case) -> Account:
        """The person the case is about."""
        return self.session.get_one(Account, case.migrant_id)

    def step(self, case: Case, act: Act, by: Account, note: str = "") -> None:
        """One step of a case."""
        lifecycle.advance(self.session, case, act, by=by, note=note)

    def answer_everything(self, case: Case) -> None:
        """All required answers, and consent."""
        by, session = self.migrant_of(case), self.session
        for question, values in ANSWERS.items():
            application.answer(session, case, question, values, by=by)
        application.consent(
            session,
            case,
            Question.DECISION,
            frozenset({Purpose.VOLUNTARY, Purpose.TRUTH}),
            language="en",
            by=by,
        )
        application.consent(
            session,
            case,
            Question.CONSENTS,
            frozenset({Purpose.PROCESSING, Purpose.PARTNER}),
            language="en",
            by=by,
        )

    def document(
        self,
        case: Case,
        kind: DocumentKind = DocumentKind.PASSPORT,
        *,
        sender: Account | None = None,
        milestone_id: int | None = None,
    ) -> Document:
        """A document that passed the portal's check; its parts lie nowhere."""
        sender = sender or self.migrant_of(case)
        document = Document(
            case_id=case.id,
            milestone_id=milestone_id,
            kind=kind,
            sender_id=sender.id,
            sender_role=sender.role,
            file_name="photo.jpg",
            size=1000,
            state=DocumentState.CHECKING,
        )
        document.key = new_key()
        self.session.add(document)
        self.session.flush()
        stored = [
            StoredPart(f"documents/{secrets.token_hex(8)}", "image/jpeg", 1000, "0" * 64) for _ in range(2)
        ]
        documents.checked(self.session, document, stored, "0" * 64)
        return document

    def refer(self, case: Case) -> referrals.Referral:
        """The case is with the partner in Tashkent."""
        referral = referrals.propose(self.session, case, self.tashkent, by=self.clara)
        referrals.advance(self.session, referral, Act.REFERRAL_CONSENT, by=self.migrant_of(case))
        referrals.advance(self.session, referral, Act.REFERRAL_ACCEPT, by=self.petros)
        return referral

    def plan(self, case: Case, *, approved: bool = True) -> plans.Plan:
        """A plan of two lines, two milestones and two payments."""
        session, by = self.session, self.petros
        plan = plans.draft(session, case, PACKAGE, objectives="A sewing workshop", by=by)
        for number, cents in enumerate((60_000, 40_000), 1):
            line = plans.add_line(
                session,
                plan,
                {
                    "category": Category.BUSINESS,
                    "description": f"Sewing machine {number}",
                    "supplier": "Textile Ltd",
                    "amount": cents,
                    "modality": Modality.IN_KIND,
                },
                by=by,
            )
            milestone = plans.add_milestone(
                session,
                plan,
                {
                    "type": MilestoneType.GOODS_DELIVERED,
                    "description": f"Machine {number} delivered",
                    "due_on": today() + timedelta(days=30 * number),
                },
                by=by,
            )
            plans.add_payment(session, plan, line, milestone, cents, by=by)
        if approved:
            plans.advance(session, plan, Act.PLAN_AGREE, by=self.migrant_of(case))
            plans.advance(session, plan, Act.PLAN_SUBMIT, by=by)
            plans.advance(session, plan, Act.PLAN_APPROVE, by=self.aino)
        return plan

    def deliver(self, case: Case) -> None:
        """Every milestone verified and every payment received."""
        session, plan = self.session, grants.approved_plan(self.session, case)
        assert plan is not None
        for milestone in plans.milestones(session, plan):
            self.document(case, DocumentKind.DELIVERY_PHOTO, sender=self.petros, milestone_id=milestone.id)
            grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=self.petros)
            grants.advance_milestone(session, milestone, Act.MILESTONE_VERIFY, by=self.clara)
        for payment in plans.payments(session, plan):
            grants.advance_payment(session, payment, Act.PAYMENT_REQUEST, by=self.petros)
            grants.advance_payment(session, payment, Act.PAYMENT_VERIFY, by=self.clara)
            grants.advance_payment(session, payment, Act.PAYMENT_APPROVE, by=self.aino)
            grants.pay(session, payment, on=today(), reference="TR-1", by=self.clara)
            grants.advance_payment(session, payment, Act.PAYMENT_RECEIVE, by=self.migrant_of(case))


ANSWERS: dict[Question, dict[str, object]] = {
    Question.LANGUAGE: {"language": "ru", "interpreter": True},
    Question.NAME: {"family_name": "Юсупова", "given_names": "Amina"},
    Question.BIRTH: {"born_on": date(2002, 3, 27)},
    Question.PERSON: {"gender": Gender.FEMALE, "citizenship": "UZ"},
    Question.CONTACT: {"phone": "+37251234567"},
    Question.STATUS: {"status": application.LegalStatus.PERMIT_EXPIRED},
    Question.PRECEPT: {"precept": application.Precept.NONE},
    Question.COUNTRY: {"country": "UZ"},
    Question.COMPANY: {"company": application.Company.ALONE},
}

Road = list[Callable[[Cast, Case], None]]


def _act(act: Act, who: str, note: str = "") -> Callable[[Cast, Case], None]:
    def take(cast: Cast, case: Case) -> None:
        cast.step(case, act, cast.migrant_of(case) if who == "migrant" else getattr(cast, who), note)

    return take


def _accept_passport(cast: Cast, case: Case) -> None:
    documents.accept(cast.session, cast.document(case), by=cast.clara)


def _ask(cast: Cast, case: Case) -> None:
    ask_correction(
        cast.session, case, Section.ABOUT_YOU, CorrectionReason.MISSING, "Your name?", by=cast.clara
    )


def _tick_all(cast: Cast, case: Case) -> None:
    for person, item in travel.open_items(cast.session, case):
        travel.tick(cast.session, case, person, item, travel.Result.DONE, by=cast.clara)


def _depart(cast: Cast, case: Case) -> None:
    lifecycle.depart(cast.session, case, on=today(), proof="Boarding pass seen", by=cast.clara)


def _arrive(cast: Cast, case: Case) -> None:
    lifecycle.arrive(cast.session, case, on=today(), by=cast.petros)


def _expire(cast: Cast, case: Case) -> None:
    case.due_on = today() - timedelta(days=1)
    lifecycle.expire_drafts(cast.session)


def _close(cast: Cast, case: Case) -> None:
    lifecycle.close(cast.session, case, ClosureReason.COMPLETED, by=cast.aino)


_submitted: Road = [Cast.answer_everything, _act(Act.CASE_SUBMIT, "migrant")]
_in_review: Road = [*_submitted, _act(Act.CASE_TAKE, "clara")]
_proposed: Road = [*_in_review, _accept_passport, _act(Act.CASE_PROPOSE, "clara")]
_preparing: Road = [*_proposed, _act(Act.CASE_ACCEPT, "aino")]
_ready: Road = [*_preparing, _tick_all, _act(Act.CASE_CLEAR, "clara")]
_departed: Road = [*_ready, lambda cast, case: cast.refer(case) and None, _depart]
_arrived: Road = [*_departed, _arrive]
_reintegration: Road = [
    *_arrived,
    lambda cast, case: cast.plan(case) and None,
    _act(Act.CASE_BEGIN, "aino"),
]
_monitoring: Road = [*_reintegration, Cast.deliver, _act(Act.CASE_COMPLETE, "clara")]

ROADS: dict[CaseState, Road] = {
    CaseState.DRAFT: [],
    CaseState.SUBMITTED: _submitted,
    CaseState.IN_REVIEW: _in_review,
    CaseState.NEEDS_INFO: [*_in_review, _ask, _act(Act.CASE_ASK, "clara")],
    CaseState.PROPOSED: _proposed,
    CaseState.PREPARING: _preparing,
    CaseState.READY_TO_TRAVEL: _ready,
    CaseState.DEPARTED: _departed,
    CaseState.ARRIVED: _arrived,
    CaseState.REINTEGRATION: _reintegration,
    CaseState.MONITORING: _monitoring,
    CaseState.CLOSED: [*_monitoring, _close],
    CaseState.WITHDRAWN: [_act(Act.CASE_WITHDRAW, "migrant")],
    CaseState.NOT_ELIGIBLE: [*_proposed, _act(Act.CASE_DECLINE, "aino", "Citizen of an EU country")],
    CaseState.EXPIRED: [_expire],
}


def enter(app: Flask, session: Session, account: Account) -> FlaskClient:
    """A browser in which this person is signed in with both factors (without the cost of hashing)."""
    token = secrets.token_urlsafe(32)
    session.add(
        sign_in.SignIn(token_hash=token_hash(token), account_id=account.id, whole_at=now(), device="Test")
    )
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client
