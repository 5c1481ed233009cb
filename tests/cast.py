"""The people in our tests, and how a case of theirs comes to any state: by the real steps."""

import secrets
from collections.abc import Callable, Hashable
from functools import cache, cached_property
from typing import ClassVar

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.db import now
from portal.demo.roads import ANSWERS, ROADS, Players
from portal.domain import people
from portal.domain.access import factors, sign_in
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.accounts import Account, Organisation, hash_password, login_index, token_hash
from portal.domain.cases import Case, CaseState
from portal.domain.course import lifecycle
from portal.domain.documents import Document
from portal.domain.people import Person
from portal.domain.permissions import Act, Role
from portal.domain.support import packages
from portal.domain.support.packages import Package
from portal.domain.support.parts import Payment
from portal.domain.support.plans import Plan
from portal.domain.support.referrals import Referral
from portal.programme import DocumentKind
from tests import remembered

PASSWORD = "correct horse battery"


def chosen(session: Session, case: Case) -> dict[Person, Package]:
    """The sample package for the principal of a case."""
    packages.seed(session)
    principal = people.principal(session, case)
    return {principal: packages.for_person(session, principal)[0]}


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


class Cast:
    """Everyone, made when first called upon, in one session that the test reads and commits."""

    _secrets: ClassVar[dict[int, str]] = {}
    """By account, of everybody of this process: whoever is remembered keeps the same app."""

    def __init__(self, session: Session, *, remembers: bool = False) -> None:
        """`remembers`: what was made for an earlier test need not be made anew (tests/remembered.py)."""
        self.session = session
        self._once = remembered.once if remembers else remembered.anew

    def account(
        self,
        role: Role,
        login: str,
        *,
        name: str = "",
        organisation: Organisation | None = None,
        has_app: bool = True,
    ) -> Account:
        """An active account with a password and, unless told, an authenticator."""
        organisation_id = organisation and organisation.id

        def make() -> Account:
            account = Account(
                role=role,
                login=login,
                login_index=login_index(login),
                name=name,
                language="en",
                password_hash=_hashed(),
                organisation_id=organisation_id,
            )
            self.session.add(account)
            self.session.flush()
            if has_app:
                self._secrets[account.id] = secret = factors.new_secret()
                self.session.add(Factor(account_id=account.id, kind=FactorKind.TOTP, secret=secret))
            self.session.commit()
            return account

        return self._once(self.session, Account, (role, login, name, organisation_id, has_app), make)

    def secret_of(self, account: Account) -> str:
        """The secret in this person's authenticator app."""
        return self._secrets[account.id]

    def code_of(self, account: Account) -> str:
        """What this person's authenticator app shows now."""
        return pyotp.TOTP(self.secret_of(account)).now()

    @cached_property
    def amina(self) -> Account:
        """A migrant from Uzbekistan."""
        return self.account(Role.MIGRANT, "amina")

    @cached_property
    def giorgi(self) -> Account:
        """Another migrant, a stranger to Amina's case."""
        return self.account(Role.MIGRANT, "giorgi")

    @cached_property
    def laylo(self) -> Account:
        """Somebody's sister, who decides for herself; nobody has named her as a traveller yet."""
        return self.account(Role.FAMILY, "laylo")

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
        def make() -> Organisation:
            organisation = Organisation(
                name=name, country=country, address="1 Main Street", phone="+998 71 000 00 00"
            )
            self.session.add(organisation)
            self.session.commit()
            return organisation

        return self._once(self.session, Organisation, name, make)

    @cached_property
    def package(self) -> Package:
        """The sample package for a principal, up to 1,500 euros."""
        packages.seed(self.session)
        self.session.commit()
        return packages.versions(self.session, "example_start")[0]

    # --- Cases -----------------------------------------------------------------------------

    def players(self, migrant: Account | None = None) -> Players:
        """Who plays which part: Amina, Clara, Aino and Petros, unless another migrant is named."""
        packages.seed(self.session)
        return Players(
            session=self.session,
            migrant=migrant or self.amina,
            counsellor=self.clara,
            approver=self.aino,
            partner=self.petros,
            organisation=self.tashkent,
            answers=ANSWERS,
        )

    def _players_of(self, case: Case) -> Players:
        return self.players(self.migrant_of(case))

    def case(self, state: CaseState = CaseState.DRAFT, *, migrant: Account | None = None) -> Case:
        """A case brought to `state` by the real steps, committed."""

        def make() -> Case:
            return self.players(migrant).case(state)

        case = self._known((state, migrant and migrant.id), make, migrant)
        assert case.state is state
        return case

    def case_by(self, steps: Callable[[Case], object], state: CaseState = CaseState.DRAFT) -> Case:
        """Amina's case, brought on from `state` by these steps of a fixture, which ask for nothing else."""

        def make() -> Case:
            case = self.case(state)
            steps(case)
            return case

        return self._known((steps.__module__, steps.__qualname__, state), make)

    def _known(self, key: Hashable, make: Callable[[], Case], migrant: Account | None = None) -> Case:
        def within() -> list[int]:
            people = (migrant or self.amina, self.clara, self.aino, self.petros, self.tashkent)
            return [one.id for one in people]

        case = self._once(self.session, Case, key, make, within)
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
        self._players_of(case).answer_everything(case)

    def document(
        self,
        case: Case,
        kind: DocumentKind = DocumentKind.PASSPORT,
        *,
        sender: Account | None = None,
        milestone_id: int | None = None,
        payment_id: int | None = None,
        follow_up_id: int | None = None,
    ) -> Document:
        """A document that passed the portal's check; its parts lie nowhere."""
        place = {"milestone_id": milestone_id, "payment_id": payment_id, "follow_up_id": follow_up_id}
        return self._players_of(case).send(case, kind, sender=sender, **place)

    def request(self, payment: Payment) -> None:
        """Petros asks for a payment with the seller's bill."""
        self.players().request(payment)

    def make_sure(self, case: Case, *, declining: bool = False) -> None:
        """Verified and weighed: it can be proposed."""
        players = self._players_of(case)
        players.make_sure_not(case) if declining else players.make_sure(case)

    def refer(self, case: Case) -> Referral:
        """The case is with the partner in Tashkent."""
        return self._players_of(case).refer(case)

    def plan(self, case: Case, *, approved: bool = True) -> Plan:
        """A plan of two lines, two milestones and two payments."""
        players = self._players_of(case)
        return players.approve_plan(case) if approved else players.draft_plan(case)

    def deliver(self, case: Case) -> None:
        """Every milestone verified and every payment received."""
        self._players_of(case).deliver(case)


def enter(app: Flask, session: Session, account: Account) -> FlaskClient:
    """A browser in which this person is signed in with both factors (without the cost of hashing)."""
    token = secrets.token_urlsafe(32)
    session.add(
        sign_in.SignIn(
            token_hash=token_hash(token),
            account_id=account.id,
            whole_at=now(),
            fresh_at=now(),
            shown=FactorKind.TOTP,
            is_shared=account.is_on_shared_phone,
            device="Test",
        )
    )
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


__all__ = ["ANSWERS", "PASSWORD", "ROADS", "Cast", "enter"]
