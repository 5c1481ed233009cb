"""The demonstration: made-up people, cases in every state and small real documents, all below `var`."""

import hashlib
import io
from collections.abc import Callable, Mapping
from datetime import timedelta

import pyotp
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db import clock_turned, today
from portal.demo.people import CHILDREN, MIGRANTS, ORGANISATIONS, PASSWORD, STAFF, Migrant
from portal.demo.roads import ANSWERS, MORE, ROADS, Players
from portal.domain import documents, people
from portal.domain.access import factors
from portal.domain.access import staff as invitations
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.accounts import Account, Organisation, hash_password, login_index
from portal.domain.applying import application
from portal.domain.applying.application import Company, Question
from portal.domain.cases import Case
from portal.domain.documents import Document, RejectReason, StoredPart
from portal.domain.people import Gender, Relation
from portal.domain.permissions import Act, Role
from portal.domain.support import approval, drafting, grants, packages, parts, plans, referrals
from portal.domain.support.parts import Category
from portal.programme import DocumentKind, Modality
from portal.wiring import Wiring

DAYS_A_STEP = 3
"""How far apart in the past the steps of a case lie."""


def make(wiring: Wiring) -> bool:
    """Fill an empty database with the demonstration; False if there is one already.

    Raises ValueError for a database with real accounts, and outside of demo mode.
    """
    if not wiring.settings.demo:
        raise ValueError("a demonstration is made in demo mode only")
    with wiring.writing() as session:
        if session.scalar(select(func.count()).select_from(Account)):
            return False
        hashed = hash_password(PASSWORD)
        offices = _organisations(session)
        staff = {
            one.login: _account(
                session,
                one.login,
                one.role,
                one.language,
                hashed,
                name=one.name,
                organisation=None if one.organisation is None else offices[one.organisation],
            )
            for one in STAFF
        }
        _invite(session, staff["mart"], offices[0])
        for number, migrant in enumerate(MIGRANTS):
            account = _account(session, migrant.login, Role.MIGRANT, migrant.language, hashed)
            _Story(wiring, session, staff, offices, number, migrant, account).tell()
        session.commit()
    return True


def accounts(wiring: Wiring) -> list[dict[str, str]]:
    """Every account of the demonstration, as somebody needs it to sign in."""
    with wiring.reading() as session:
        found = session.scalars(select(Account).where(Account.demo).order_by(Account.id)).all()
        return [
            {
                "role": account.role.value,
                "name": account.name or _name_of(session, account),
                "login": account.login,
                "password": PASSWORD,
                "otp_secret": factors.of_account(session, account, FactorKind.TOTP)[0].secret or "",
                "language": account.language,
            }
            for account in found
        ]


def _name_of(session: Session, account: Account) -> str:
    case = session.scalar(select(Case).where(Case.migrant_id == account.id))
    return people.principal(session, case).full_name if case else ""


def _organisations(session: Session) -> list[Organisation]:
    made = [
        Organisation(name=name, country=country, address=address, phone=phone, hours="Mon-Fri 9:00-17:00")
        for name, country, address, phone in ORGANISATIONS
    ]
    session.add_all(made)
    session.flush()
    return made


def _account(
    session: Session,
    login: str,
    role: Role,
    language: str,
    hashed: str,
    *,
    name: str = "",
    organisation: Organisation | None = None,
) -> Account:
    account = Account(
        role=role,
        login=login,
        login_index=login_index(login),
        name=name,
        language=language,
        password_hash=hashed,
        organisation_id=organisation and organisation.id,
        demo=True,
    )
    session.add(account)
    session.flush()
    session.add(Factor(account_id=account.id, kind=FactorKind.TOTP, secret=pyotp.random_base32()))
    return account


def _invite(session: Session, manager: Account, office: Organisation) -> None:
    """Two who did not join yet: one may still, for the other it is too late."""
    with clock_turned(timedelta(days=-5)):
        invitations.invite(session, Role.AUDITOR, name="Jaan Oja", email="jaan@example.org", by=manager)
    invitations.invite(
        session,
        Role.PARTNER,
        name="Rustam Aliev",
        email="rustam@example.org",
        organisation=office,
        by=manager,
    )


class _Story:
    """One migrant's case, told from its beginning some weeks ago."""

    def __init__(
        self,
        wiring: Wiring,
        session: Session,
        staff: Mapping[str, Account],
        offices: list[Organisation],
        number: int,
        migrant: Migrant,
        account: Account,
    ) -> None:
        at_home = 1 if migrant.country == "GE" else 0
        self.wiring, self.migrant, self.number = wiring, migrant, number
        self.players = Players(
            session=session,
            migrant=account,
            counsellor=staff["kalle" if number % 3 == 2 else "clara"],
            approver=staff["aino"],
            partner=staff["nino" if at_home else "petros"],
            organisation=offices[at_home],
            package=packages.latest(session)[0],
            answers=self._answers(),
            picture=self._picture,
        )

    def tell(self) -> None:
        """Take every step at its own day, then what else happened."""
        road = ROADS[self.migrant.state]
        days = DAYS_A_STEP * len(road) + self.number % 5
        with clock_turned(timedelta(days=-days)):
            case = application.start(self.players.session, by=self.players.migrant)
            self._name(case)
            self._children(case)
        for number, tread in enumerate(road):
            with clock_turned(timedelta(days=-days + DAYS_A_STEP * (number + 1))):
                tread(self.players, case)
        if self.migrant.extra:
            EXTRAS[self.migrant.extra](self.players, case)

    def _name(self, case: Case) -> None:
        """Also a draft or an expired case is somebody's."""
        application.answer(
            self.players.session,
            case,
            Question.NAME,
            self.players.answers[Question.NAME],
            by=self.players.migrant,
        )

    def _children(self, case: Case) -> None:
        """Who travels along: the eldest is twelve."""
        for number, name in enumerate(CHILDREN.get(self.migrant.login, ())):
            child = {
                "given_names": name,
                "family_name": self.migrant.family_name,
                "relation": Relation.CHILD,
                "born_on": today() - timedelta(days=365 * (12 - 3 * number)),
                "gender": (Gender.FEMALE, Gender.MALE)[number % 2],
                "citizenship": self.migrant.country,
            }
            application.put_family_member(self.players.session, case, None, child, by=self.players.migrant)

    def _answers(self) -> dict[Question, dict[str, object]]:
        one = self.migrant
        return {
            **ANSWERS,
            **(MORE if self.number % 2 == 0 else {}),
            Question.LANGUAGE: {"language": one.language, "interpreter": self.number % 2 == 0},
            Question.NAME: {"family_name": one.family_name, "given_names": one.given_names},
            Question.OTHER_NAMES: {},
            Question.BIRTH: {"born_on": one.born_on},
            Question.BIRTHPLACE: {"birth_country": one.country},
            Question.PERSON: {"gender": one.gender, "citizenship": one.country},
            Question.CONTACT: {"phone": f"+3725550{self.number:04}"},
            Question.COUNTRY: {"country": one.country},
            Question.COMPANY: {"company": Company.FAMILY if one.login in CHILDREN else Company.ALONE},
        }

    def _picture(self, document: Document, words: str) -> list[StoredPart]:
        """A specimen with the person's name, sealed in the vault as every document."""
        data = _specimen(words.replace("_", " "), f"{self.migrant.given_names} {self.migrant.family_name}")
        return [self._store(document, number, data) for number in range(2)]

    def _store(self, document: Document, number: int, data: bytes) -> StoredPart:
        name = documents.new_name("documents")
        context = documents.part_context(document.id, number)
        self.wiring.vault.put(name, [data], key=document.key, context=context)
        return StoredPart(name, "image/jpeg", len(data), hashlib.sha256(data).hexdigest())


def _specimen(kind: str, name: str) -> bytes:
    """A small picture that looks like a paper and says that it is none. JPEG, 800 x 560."""
    picture = Image.new("RGB", (800, 560), (238, 232, 218))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((24, 24, 776, 536), outline=(120, 96, 60), width=4)
    draw.rectangle((60, 150, 260, 410), fill=(214, 204, 184), outline=(120, 96, 60), width=2)
    draw.ellipse((115, 190, 205, 290), fill=(170, 150, 120))
    draw.pieslice((85, 290, 235, 490), 180, 360, fill=(170, 150, 120))
    for at, size, text in (
        ((60, 60), 44, kind.upper()),
        ((300, 170), 36, name),
        ((300, 450), 30, "SPECIMEN"),
    ):
        draw.text(at, text, fill=(70, 54, 30), font=ImageFont.load_default(size))
    for line in range(5):
        draw.rectangle((300, 240 + 36 * line, 700 - 40 * line, 252 + 36 * line), fill=(200, 188, 164))
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=70)
    return data.getvalue()


# --- What else happened ---------------------------------------------------------------------------


def _answered(players: Players, case: Case) -> None:
    players.answer_everything(case)


def _document(players: Players, case: Case) -> None:
    players.send(case, DocumentKind.PASSPORT)


def _rejected(players: Players, case: Case) -> None:
    document = players.send(case, DocumentKind.PASSPORT)
    documents.reject(
        players.session,
        document,
        RejectReason.CUT_OFF,
        by=players.counsellor,
        note="The lower edge with the two lines of letters is missing.",
    )


def _referral_proposed(players: Players, case: Case) -> None:
    referrals.propose(players.session, case, players.organisation, by=players.counsellor)


def _referral_sent(players: Players, case: Case) -> None:
    referral = referrals.propose(players.session, case, players.organisation, by=players.counsellor)
    referrals.advance(players.session, referral, Act.REFERRAL_CONSENT, by=players.migrant)


def _plan_drafted(players: Players, case: Case) -> None:
    plan = players.draft_plan(case)
    line = {
        "category": Category.TRAINING,
        "description": "Sewing course",
        "supplier": "",
        "amount": 20_000,
        "modality": Modality.IN_KIND,
    }
    drafting.add_line(players.session, plan, line, by=players.partner)


def _plan_offered(players: Players, case: Case) -> plans.Plan:
    plan = players.draft_plan(case)
    approval.advance(players.session, plan, Act.PLAN_OFFER, by=players.partner)
    return plan


def _plan_submitted(players: Players, case: Case) -> None:
    plan = _plan_offered(players, case)
    approval.advance(players.session, plan, Act.PLAN_AGREE, by=players.migrant)
    approval.advance(players.session, plan, Act.PLAN_SUBMIT, by=players.partner)


def _first_delivery(players: Players, case: Case) -> tuple[parts.Milestone, parts.Payment]:
    plan = plans.approved(players.session, case)
    if plan is None:
        raise ValueError("a delivery needs an approved plan")
    milestone = parts.milestones(players.session, plan)[0]
    players.send(case, DocumentKind.DELIVERY_PHOTO, sender=players.partner, milestone_id=milestone.id)
    grants.advance_milestone(
        players.session,
        milestone,
        Act.MILESTONE_REPORT,
        by=players.partner,
        note="Delivered and tried out together.",
    )
    return milestone, parts.payments(players.session, plan)[0]


def _reported(players: Players, case: Case) -> None:
    _first_delivery(players, case)


def _paid(players: Players, case: Case) -> None:
    milestone, payment = _first_delivery(players, case)
    grants.advance_milestone(players.session, milestone, Act.MILESTONE_VERIFY, by=players.counsellor)
    players.pay(payment)


def _not_received(players: Players, case: Case) -> None:
    _paid(players, case)
    plan = plans.approved(players.session, case)
    if plan is not None:
        payment = parts.payments(players.session, plan)[0]
        grants.advance_payment(players.session, payment, Act.PAYMENT_NOT_RECEIVED, by=players.migrant)


EXTRAS: dict[str, Callable[[Players, Case], object]] = {
    "answered": _answered,
    "document": _document,
    "rejected": _rejected,
    "referral_proposed": _referral_proposed,
    "referral_sent": _referral_sent,
    "plan_drafted": _plan_drafted,
    "plan_offered": _plan_offered,
    "plan_submitted": _plan_submitted,
    "reported": _reported,
    "paid": _paid,
    "not_received": _not_received,
}
