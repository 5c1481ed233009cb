"""The demonstration: made-up people, cases in every state and small real documents, all below `var`."""

import hashlib
import io
from collections.abc import Mapping
from datetime import timedelta

import pyotp
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db import clock_turned, now, today
from portal.demo.extras import EXTRAS
from portal.demo.people import (
    CHILDREN,
    DAUGHTERS,
    HUSBANDS,
    MIGRANTS,
    ON_PAPER,
    ORGANISATIONS,
    PASSWORD,
    PRECEPTS,
    STAFF,
    Migrant,
)
from portal.demo.roads import ANSWERS, MORE, ROADS, Players
from portal.domain import documents, objects, people
from portal.domain.access import factors
from portal.domain.access import staff as invitations
from portal.domain.access.claims import Claim
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.accounts import Account, Organisation, hash_password, login_index
from portal.domain.applying import application
from portal.domain.applying.application import Company, Precept, Question
from portal.domain.care import assisted
from portal.domain.care.assisted import Source
from portal.domain.care.by_themselves import FamilyAccess
from portal.domain.cases import Case
from portal.domain.documents import Document, StoredPart
from portal.domain.people import ADULT_AGE, Gender, Guardianship, Relation
from portal.domain.permissions import Role
from portal.domain.support import packages
from portal.wiring import Wiring

WITH_FAMILY = CHILDREN.keys() | HUSBANDS.keys()
GUARDED: dict[Question, dict[str, object]] = {
    Question.GUARDIAN: {
        "guardian_name": "Salima Karimova",
        "guardian_relation": Guardianship.RELATIVE,
        "guardian_phone": "+37255500011",
    }
}
"""Who answers for a child that is alone."""
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
        packages.seed(session)
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
            _Story(wiring, session, staff, offices, number, migrant, account, hashed).tell()
        _on_paper(session, staff["clara"])
        session.commit()
    return True


def accounts(wiring: Wiring) -> list[dict[str, str]]:
    """Every account of the demonstration, as somebody needs it to sign in."""
    with wiring.reading() as session:
        has_way_in = Account.id.in_(select(Factor.account_id))
        found = session.scalars(select(Account).where(Account.demo, has_way_in).order_by(Account.id)).all()
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


def _on_paper(session: Session, counsellor: Account) -> None:
    """An application that a counsellor fills in for somebody, half done; nobody has claimed it."""
    case = assisted.begin(session, Source.PAPER, language="ru", by=counsellor)
    session.get_one(Account, case.migrant_id).demo = True
    given_names, family_name, born_on = ON_PAPER
    told: dict[Question, dict[str, object]] = {
        Question.LANGUAGE: {"language": "kk", "interpreter": True},
        Question.NAME: {"given_names": given_names, "family_name": family_name},
        Question.BIRTH: {"born_on": born_on},
        Question.CONTACT: {"other_contact": "Through the church in Kopli"},
    }
    for question, values in told.items():
        application.answer(session, case, question, values, by=counsellor)


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
        hashed: str,
    ) -> None:
        at_home = 1 if migrant.country == "GE" else 0
        self.wiring, self.migrant, self.number, self.hashed = wiring, migrant, number, hashed
        self.players = Players(
            session=session,
            migrant=account,
            counsellor=staff["kalle" if number % 3 == 2 else "clara"],
            approver=staff["aino"],
            partner=staff["nino" if at_home else "petros"],
            organisation=offices[at_home],
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
            self._husband(case)
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
                "gender": Gender.FEMALE if name in DAUGHTERS else Gender.MALE,
                "citizenship": self.migrant.country,
            }
            application.put_family_member(self.players.session, case, None, child, by=self.players.migrant)

    def _husband(self, case: Case) -> None:
        """An adult who says for himself whether he agrees, on a sign-in of his own."""
        if self.migrant.login not in HUSBANDS:
            return
        session, by = self.players.session, self.players.migrant
        login, name = HUSBANDS[self.migrant.login]
        values = {
            "given_names": name,
            "family_name": self.migrant.family_name,
            "relation": Relation.PARTNER,
            "born_on": self.migrant.born_on,
            "gender": Gender.MALE,
            "citizenship": self.migrant.country,
        }
        person = application.put_family_member(session, case, None, values, by=by)
        own = _account(session, login, Role.FAMILY, self.migrant.language, self.hashed)
        access = FamilyAccess(case_id=case.id, person_id=person.id, account_id=own.id, given_by_id=by.id)
        code = Claim(account_id=own.id, asked_by_id=by.id, approved_at=now(), printed_at=now(), used_at=now())
        session.add_all([access, code])

    def _answers(self) -> dict[Question, dict[str, object]]:
        one = self.migrant
        return {
            **ANSWERS,
            **(MORE if self.number % 2 == 0 else {}),
            Question.LANGUAGE: {"language": one.speaks or one.language, "interpreter": self.number % 2 == 0},
            Question.NAME: {"family_name": one.family_name, "given_names": one.given_names},
            Question.OTHER_NAMES: {"original_name": one.original_name or None},
            Question.BIRTH: {"born_on": one.born_on},
            Question.BIRTHPLACE: {"birth_country": one.country},
            Question.PERSON: {"gender": one.gender, "citizenship": one.country},
            Question.CONTACT: {"phone": f"+3725550{self.number:04}"},
            Question.COUNTRY: {"country": one.country},
            Question.COMPANY: {"company": Company.FAMILY if one.login in WITH_FAMILY else Company.ALONE},
            **self._precept(),
            **(GUARDED if one.born_on.year > today().year - ADULT_AGE else {}),
        }

    def _precept(self) -> dict[Question, dict[str, object]]:
        """A decision to leave whose last day comes closer."""
        if self.migrant.login not in PRECEPTS:
            return {}
        last = today() + timedelta(days=PRECEPTS[self.migrant.login])
        return {Question.PRECEPT: {"precept": Precept.WITH_DEADLINE, "precept_deadline": last}}

    def _picture(self, document: Document, words: str) -> list[StoredPart]:
        """A specimen with the person's name, sealed in the vault as every document."""
        data = _specimen(words.replace("_", " "), f"{self.migrant.given_names} {self.migrant.family_name}")
        return [self._store(document, number, data) for number in range(2)]

    def _store(self, document: Document, number: int, data: bytes) -> StoredPart:
        name = objects.new_name("documents")
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
