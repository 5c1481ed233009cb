"""What is kept about one person, gathered for them: all that they may read, and nothing else.

Nothing here reads notes, and no words that are between colleagues (tests/domain/own/test_own_data.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain import corrections, documents
from portal.domain.access import helped
from portal.domain.access.factors import Factor
from portal.domain.access.helped import Help
from portal.domain.access.sign_in import Device, SignIn
from portal.domain.accounts import Account, Organisation
from portal.domain.applying import application, signing, versions
from portal.domain.applying.application import Answers
from portal.domain.applying.consents import Consent, How
from portal.domain.applying.signing import Signature
from portal.domain.applying.versions import Version
from portal.domain.care import by_themselves, care, supporters
from portal.domain.care.agreements import Agreement
from portal.domain.care.by_themselves import Mine
from portal.domain.care.supporters import Supporter
from portal.domain.cases import Case
from portal.domain.corrections import Correction
from portal.domain.course import history, letters, travel
from portal.domain.course.history import Entry
from portal.domain.course.letters import Letter
from portal.domain.course.travel import Item, Result
from portal.domain.documents import IDENTITY, UNSEEN, Document, DocumentState, Part
from portal.domain.own import data_requests, own_afterwards, own_course
from portal.domain.own.data_requests import DataRequest
from portal.domain.own.own_afterwards import AfterwardsFile
from portal.domain.own.own_course import CourseFile
from portal.domain.people import Person
from portal.domain.permissions import Role
from portal.domain.support import packages, parts, receipts, referrals
from portal.domain.support.packages import Package
from portal.domain.support.parts import Line, Milestone, Payment
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.receipts import Share
from portal.domain.support.referrals import Referral
from portal.domain.telling import contacts, news
from portal.domain.telling.contacts import Contact
from portal.domain.telling.news import Line as NewsLine
from portal.domain.telling.notices import Notice
from portal.programme import DocumentKind

ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg"}

# Names of files stand in lists that others see on a shared phone: they say enough to find one, and no more.
HEALTH = frozenset(
    {
        DocumentKind.MEDICAL_REPORT,
        DocumentKind.FIT_TO_TRAVEL_CERTIFICATE,
        DocumentKind.PRESCRIPTION,
        DocumentKind.MEDICAL_BILL,
    }
)


@dataclass(frozen=True)
class Paper:
    """A document, and its file in the copy; none while it is checked, or when nothing can be shown."""

    document: Document
    part: Part | None
    name: str


@dataclass(frozen=True)
class Post:
    """A letter, and its file in the copy."""

    letter: Letter
    name: str


@dataclass(frozen=True)
class PlanFile:
    """One version of a plan that the person was given to read."""

    plan: Plan
    given: Sequence[tuple[Person, Package]]
    """The packages it is made under, and for whom each is."""
    lines: Sequence[Line]
    milestones: Sequence[Milestone]
    payments: Sequence[Payment]


@dataclass(frozen=True)
class Ticked:
    """What one traveller needs, and whether it is there. What a counsellor wrote beside it is not here."""

    person: Person
    item: Item
    result: Result


@dataclass(frozen=True)
class Changed:
    """An answer that was changed after it was sent, and all answers on both sides of it."""

    version: Version
    before: Answers
    after: Answers


@dataclass(frozen=True)
class Agreed:
    """What a family member, or the guardian (no person), said or signed."""

    agreement: Agreement
    person: Person | None


@dataclass(frozen=True)
class CaseFile:
    """One case of the person, the way they may read it."""

    case: Case
    partner: str
    answers: Answers
    consents: Sequence[Consent]
    signatures: Sequence[Signature]
    corrections: Sequence[Correction]
    changes: Sequence[Changed]
    agreements: Sequence[Agreed]
    supporter: Supporter | None
    talk_on: date | None
    """By when a counsellor talks with them. What such talks are about stays between the two who talk."""
    papers: Sequence[Paper]
    post: Sequence[Post]
    sharing: Sequence[tuple[Referral, str, Sequence[Share]]]
    """Each with the name of the organisation, and everything that was ever agreed to."""
    plans: Sequence[PlanFile]
    travel: Sequence[Ticked]
    course: CourseFile
    afterwards: AfterwardsFile
    happened: Sequence[Entry]
    looked: Sequence[Entry]


@dataclass(frozen=True)
class Traveller:
    """An adult who travels along in somebody else's case: who they are as entered, and their own word."""

    mine: Mine
    agreements: Sequence[Agreement]


@dataclass(frozen=True)
class OwnData:
    """Everything about one person."""

    account: Account
    organisation: str
    contact: Contact | None
    factors: Sequence[Factor]
    devices: Sequence[Device]
    sign_ins: Sequence[SignIn]
    notices: Sequence[Notice]
    news: Sequence[NewsLine]
    helped: Sequence[Help]
    requests: Sequence[DataRequest]
    cases: Sequence[CaseFile]
    traveller: Traveller | None

    @property
    def papers(self) -> Iterator[Paper]:
        """Every document that has a file."""
        return (paper for one in self.cases for paper in one.papers if paper.part)

    @property
    def post(self) -> Iterator[Post]:
        """Every letter."""
        return (post for one in self.cases for post in one.post)


def gather(session: Session, account: Account) -> OwnData:
    """Everything about this person; staff and partners have an account and no case."""
    organisation = session.get(Organisation, account.organisation_id) if account.organisation_id else None
    mine = select(Device).where(Device.account_id == account.id)
    whole = select(SignIn).where(SignIn.account_id == account.id, SignIn.whole_at.is_not(None))
    told = select(Notice).where(Notice.account_id == account.id)
    kept = select(Factor).where(Factor.account_id == account.id)
    is_migrant = account.role is Role.MIGRANT
    return OwnData(
        account=account,
        organisation=organisation.name if organisation else "",
        contact=contacts.of_account(session, account),
        factors=session.scalars(kept.order_by(Factor.id)).all(),
        devices=session.scalars(mine.order_by(Device.id)).all(),
        sign_ins=session.scalars(whole.order_by(SignIn.id)).all(),
        notices=session.scalars(told.order_by(Notice.id)).all(),
        news=list(_news(session, account)),
        helped=helped.helped(session, account),
        requests=data_requests.of_account(session, account),
        cases=_cases(session, account) if is_migrant else (),
        traveller=_traveller(session, account),
    )


def _traveller(session: Session, account: Account) -> Traveller | None:
    mine = by_themselves.mine(session, viewer=account)
    if mine is None:
        return None
    said = select(Agreement).where(Agreement.person_id == mine.person.id).order_by(Agreement.id)
    return Traveller(mine, session.scalars(said).all())


def _news(session: Session, account: Account) -> Iterator[NewsLine]:
    """All that happened with the account, page by page, the newest first."""
    page = news.lines(session, account)
    while page:
        yield from page
        page = news.lines(session, account, before=page[-1].event_id)


def _cases(session: Session, account: Account) -> list[CaseFile]:
    mine = select(Case).where(Case.migrant_id == account.id).order_by(Case.opened_at, Case.id)
    found: list[CaseFile] = []
    for case in session.scalars(mine):
        sent, written = sum(len(one.papers) for one in found), sum(len(one.post) for one in found)
        found.append(_case(session, case, account, sent, written))
    return found


def _case(session: Session, case: Case, account: Account, sent: int, written: int) -> CaseFile:
    """One case; `sent` documents and `written` letters of others were counted before."""
    consented = select(Consent).where(Consent.case_id == case.id).order_by(Consent.id)
    letters_to = list(reversed(letters.of_case(session, case, viewer=account)))
    return CaseFile(
        case=case,
        partner=_name(session, case.partner_id),
        answers=application.answers(session, case),
        consents=session.scalars(consented).all(),
        signatures=signing.of_case(session, case),
        corrections=_corrections(session, case),
        changes=_changes(session, case),
        agreements=_agreements(session, case),
        supporter=supporters.of_case(session, case),
        talk_on=care.promised(session, case),
        papers=_papers(session, case, account, sent),
        post=[Post(one, _letter_name(number, one)) for number, one in enumerate(letters_to, written + 1)],
        sharing=[
            (one, _name(session, one.organisation_id), receipts.of_referral(session, one))
            for one in referrals.of_case(session, case)
        ],
        plans=_plans(session, case),
        travel=_travel(session, case),
        course=own_course.gather(session, case),
        afterwards=own_afterwards.gather(session, case, account),
        happened=history.timeline(session, case),
        looked=history.looks(session, case),
    )


def _name(session: Session, organisation_id: int | None) -> str:
    found = session.get(Organisation, organisation_id) if organisation_id else None
    return found.name if found else ""


def _corrections(session: Session, case: Case) -> Sequence[Correction]:
    """What was asked. What a counsellor is still writing down exists for the person when it is sent."""
    return [one for one in corrections.of_case(session, case) if one.sent_at or one.answered_at]


def _changes(session: Session, case: Case) -> list[Changed]:
    """The newest first, each with what stood before and after it."""
    found: list[Changed] = []
    stood = application.stood(session, case)
    for version in versions.of_case(session, case):
        earlier = versions.before(stood, version)
        sides = (application.as_it_stood(case, one) for one in (earlier, stood))
        found.append(Changed(version, *sides))
        stood = earlier
    return found


def _agreements(session: Session, case: Case) -> list[Agreed]:
    """What somebody of the family said by themselves is here while it holds: their no is not for others."""
    told = or_(Agreement.how != How.OWN_SIGN_IN, Agreement.ended_at.is_(None))
    given = select(Agreement).where(Agreement.case_id == case.id, told).order_by(Agreement.id)
    return [
        Agreed(one, session.get(Person, one.person_id) if one.person_id else None)
        for one in session.scalars(given)
    ]


def _papers(session: Session, case: Case, account: Account, sent: int) -> list[Paper]:
    found = list(reversed(documents.of_case(session, case, viewer=account)))
    wanted = [one.id for one in found if one.state not in UNSEEN]
    files = select(Part).where(Part.document_id.in_(wanted), Part.number == 0)
    parts = {part.document_id: part for part in session.scalars(files)}
    return [_paper(number, one, parts.get(one.id)) for number, one in enumerate(found, sent + 1)]


def _paper(number: int, document: Document, part: Part | None) -> Paper:
    ending = ENDINGS.get(part.mime, "") if part else ""
    name = f"documents/{number:02}-{file_word(document.kind)}-{document.sent_at:%Y-%m-%d}{ending}"
    return Paper(document, part, name if part else "")


def file_word(kind: DocumentKind) -> str:
    """What a file of this kind is called: plain, and nothing that says what somebody went through."""
    if kind in IDENTITY:
        return "identity"
    if kind in HEALTH:
        return "health"
    return "support" if kind in (*documents.EVIDENCE, DocumentKind.TALK_PHOTO) else "paper"


def _letter_name(number: int, letter: Letter) -> str:
    return f"letters/{number:02}-letter-{letter.made_at:%Y-%m-%d}.pdf"


def _plans(session: Session, case: Case) -> list[PlanFile]:
    given = select(Plan).where(Plan.case_id == case.id, Plan.state != PlanState.DRAFT)
    return [
        PlanFile(
            one,
            packages.of_plan(session, one.id),
            parts.lines(session, one),
            parts.milestones(session, one),
            parts.payments(session, one),
        )
        for one in session.scalars(given.order_by(Plan.number))
    ]


def _travel(session: Session, case: Case) -> list[Ticked]:
    if case.submitted_at is None:
        return []
    ticked = [
        Ticked(person, item, check.result if check else Result.OPEN)
        for person, items in travel.checklist(session, case).items()
        for item, check in items.items()
    ]
    of_children = travel.of_children(session, case).items()
    return ticked + [Ticked(person, *one) for person, items in of_children for one in items.items()]


def open_factors(found: OwnData) -> list[Factor]:
    """The ways to sign in that are in use."""
    return [one for one in found.factors if one.ended_at is None]


def is_told(document: Document) -> bool:
    """Whether what a counsellor wrote beside a document was written to its sender: why it cannot be used."""
    return document.reject_reason is not None and document.state is not DocumentState.ACCEPTED
