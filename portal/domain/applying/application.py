"""The application: begun, answered page by page, with the people who travel along."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal import counting
from portal.db import asked_once, today
from portal.domain import cases, corrections, findable, journal, people
from portal.domain.accounts import Account
from portal.domain.applying import consents, versions
from portal.domain.applying.answers import (
    OF_PRINCIPAL,
    Answers,
    Application,
    Company,
    Idea,
    LegalStatus,
    NeedsAnswer,
    Precept,
    value_of,
)
from portal.domain.applying.consents import Consent, Purpose, Witnessed
from portal.domain.applying.questions import (
    MEMBER_PAGES,
    QUESTIONS,
    Asked,
    MemberPage,
    Question,
    asked_of,
    following,
    is_answered,
    missing,
)
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import Narrowed, Section
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.people import Person, Relation
from portal.domain.permissions import Act, require

__all__ = [
    "GIVEN_IN",
    "MEMBER_PAGES",
    "OF_PRINCIPAL",
    "QUESTIONS",
    "Answers",
    "Application",
    "Asked",
    "Company",
    "Idea",
    "LegalStatus",
    "MemberPage",
    "NeedsAnswer",
    "Precept",
    "Question",
    "answer",
    "answers",
    "as_it_stood",
    "asked_of",
    "consent",
    "editable",
    "following",
    "is_answered",
    "is_paper_open",
    "missing",
    "open_questions",
    "put_family_member",
    "put_paper",
    "remove_family_member",
    "start",
    "stood",
    "value_of",
]

OF_PAPER = ("paper", "paper_place", "paper_number", "paper_country", "paper_expires", "loss_reported")
"""The columns about the travel document of one person."""

GIVEN_IN = {
    Question.PRIVACY: consents.NOTICES,
    Question.DECISION: consents.DECLARATIONS,
    Question.CONSENTS: consents.PERMISSIONS,
}
"""What a person reads, declares or permits, by the page that asks for it."""
FOUND_BY = frozenset(
    {
        Question.NAME,
        Question.OTHER_NAMES,
        Question.BIRTH,
        Question.FAMILY,
        Question.PAPERS,
        Question.PAPER_DETAILS,
        Question.CONTACT,
        Question.MORE_CONTACT,
    }
)
"""After these answers a case is found by other names or numbers."""

HEEDING: list[Callable[[Session, Case, Question], None]] = []
"""Who else looks at an answer in the moment it is kept, and stands above this file: care.py."""


def start(session: Session, *, by: Account) -> Case:
    """The migrant's case with an empty application: the one that is running, or a new one."""
    case = cases.start(session, by=by)
    if session.scalar(select(Application.id).where(Application.case_id == case.id)) is None:
        session.add_all([Application(case_id=case.id), Person(case_id=case.id)])
        session.flush()
    return case


_OF_CASE = select(Application).where(Application.case_id == bindparam("case"))


@asked_once
def answers(session: Session, case: Case) -> Answers:
    """What is answered so far."""
    head, *family = people.of_case(session, case)
    return Answers(
        application=session.scalars(_OF_CASE, {"case": case.id}).one(),
        principal=head,
        family=tuple(family),
        consents=consents.given(session, case),
    )


def is_to_come(session: Session, case: Case, day: date) -> bool:
    """Whether this day has begun neither in Tallinn nor in the country of return."""
    if day <= today():
        return False
    country = session.scalar(select(Application.country).where(Application.case_id == case.id))
    return day > counting.day_in(country)


def editable(session: Session, case: Case) -> frozenset[Section]:
    """The sections in which the migrant may change something now."""
    if case.state is CaseState.DRAFT:
        return frozenset(Section)
    papers = {one.section for one in _asked(session, case) if one.person_id and one.section}
    return frozenset(papers | {QUESTIONS[one].section for one in open_questions(session, case)})


def open_questions(session: Session, case: Case) -> frozenset[Question]:
    """The questions the migrant may answer now: all of a draft, what was asked about when asked, else none.

    What is missing is open as well, and what a changed answer brought up. And whatever was changed since the
    case was sent back may be changed again, until it is sent.
    """
    if case.state is CaseState.DRAFT:
        return frozenset(Question)
    if case.state is not CaseState.NEEDS_INFO:
        return frozenset()
    asked, found = _asked(session, case), answers(session, case)
    sections = {one.section for one in asked if one.is_about_whole_section}
    named = {one.question for one in asked} | versions.questions_since(session, case, case.since)
    named |= {*missing(found), *_brought_up(session, case, found)}
    return frozenset(one for one, about in QUESTIONS.items() if about.section in sections or one in named)


def _brought_up(session: Session, case: Case, found: Answers) -> set[Question]:
    """The questions that apply only since an answer was changed in this round."""
    earlier = stood(session, case)
    for version in versions.of_case(session, case):
        if version.changed_at >= case.since:
            earlier = versions.before(earlier, version)
    return set(asked_of(found)).difference(asked_of(as_it_stood(case, earlier)))


def is_paper_open(session: Session, case: Case, person: Person) -> bool:
    """Whether the migrant may say now which travel document this family member has."""
    if case.state is CaseState.DRAFT:
        return True
    asked = [one for one in _asked(session, case) if one.section is Section.TRAVEL_PAPERS]
    return any(one.is_about_whole_section or one.person_id == person.id for one in asked)


def _asked(session: Session, case: Case) -> Sequence[corrections.Correction]:
    return corrections.of_round(session, case) if case.state is CaseState.NEEDS_INFO else ()


def answer(
    session: Session, case: Case, question: Question, values: Mapping[str, object], *, by: Account
) -> None:
    """Keep the answers of one page. `values` are column names of Application or Person, already checked.

    Raises Refused([SECTION_LOCKED]) when the section may not be changed now.
    """
    found = answers(session, case)
    before = _open_for_change(session, case, question, by)
    for name, value in values.items():
        setattr(found.principal if name in OF_PRINCIPAL else found.application, name, value)
    _written(session, case, question, by, before)


def consent(
    session: Session,
    case: Case,
    question: Question,
    wanted: frozenset[Purpose],
    *,
    language: str,
    by: Account,
    witnessed: Witnessed | None = None,
) -> None:
    """Keep what was read, declared or permitted on one page of GIVEN_IN."""
    before, among = _open_for_change(session, case, question, by), GIVEN_IN[question]
    consents.settle(session, case, wanted, among, language=language, by=by, witnessed=witnessed)
    _written(session, case, question, by, before)


def put_family_member(
    session: Session, case: Case, person: Person | None, values: Mapping[str, object], *, by: Account
) -> Person:
    """Add a family member (`person` is None) or change one."""
    before = _open_for_change(session, case, Question.FAMILY, by)
    if person is None:
        person = Person(case_id=case.id, relation=Relation.OTHER)
        session.add(person)
    for name, value in values.items():
        setattr(person, name, value)
    _written(session, case, Question.FAMILY, by, before)
    return person


def put_paper(
    session: Session, case: Case, person: Person, values: Mapping[str, object], *, by: Account
) -> None:
    """Keep what is told of a family member's travel document. Raises Refused([SECTION_LOCKED])."""
    before = _writable(session, case, is_paper_open(session, case, person), by)
    for name in OF_PAPER:
        if name in values:
            setattr(person, name, values[name])
    _written(session, case, Question.PAPERS, by, before, person)


def remove_family_member(session: Session, case: Case, person: Person, *, by: Account) -> None:
    """Take a family member off the application again."""
    before = _open_for_change(session, case, Question.FAMILY, by)
    if person.is_principal:
        raise Refused([Reason.WRONG_STATE])
    session.delete(person)
    _written(session, case, Question.FAMILY, by, before)


def stood(session: Session, case: Case) -> versions.Seen:
    """Everything answered so far, as it is kept when it changes; nothing of a draft: nobody read it."""
    if case.state is CaseState.DRAFT:
        return {}
    found = answers(session, case)
    given = {"given": ",".join(sorted(found.consents))}
    return versions.seen([found.application, found.principal, *found.family], consents=given)


def as_it_stood(case: Case, before: versions.Seen) -> Answers:
    """The answers of `stood` at another time, to be read and not to be changed."""
    application, *everybody = versions.rows(before, (Application,)) + versions.rows(before, (Person,))
    head, *family = sorted(everybody, key=lambda person: person.relation is not None)  # type: ignore[attr-defined]
    given = (before.get("consents") or {}).get("given", "").split(",")
    held = {one: Consent(case_id=case.id, purpose=one) for one in Purpose if one in given}
    return Answers(application, head, tuple(family), held)  # type: ignore[arg-type]


def _open_for_change(session: Session, case: Case, question: Question, by: Account) -> versions.Seen:
    return _writable(session, case, question in open_questions(session, case), by)


def _writable(session: Session, case: Case, is_open: bool, by: Account) -> versions.Seen:
    """What stands before a change. Raises NotAllowed for who does not fill this in, Refused when locked."""
    require(by.role, Act.CASE_ANSWER)
    if not cases.is_filled_in_by(case, by):
        raise NotAllowed(f"{by.role} {case.reference}")
    if not is_open:
        raise Refused([Reason.SECTION_LOCKED])
    return stood(session, case)


def _written(
    session: Session,
    case: Case,
    question: Question,
    by: Account,
    before: versions.Seen,
    person: Person | None = None,
) -> None:
    session.flush()
    if case.state is CaseState.DRAFT:
        cases.keep_draft(session, case)
    if question in FOUND_BY:
        findable.put(session, case, found_by(session, case))
    section = QUESTIONS[question].section
    exactly = Narrowed(person_id=person.id) if person else Narrowed(question=question)
    asked = corrections.answer_section(session, case, section, by=by, narrowed=exactly)
    if before:
        after = stood(session, case)
        versions.keep(session, case, question, before, after, correction_id=asked, by=by)
    journal.record(session, Act.CASE_ANSWER, actor=by.actor, case_id=case.id, about=f"question:{question}")
    for heed in HEEDING:
        heed(session, case, question)


def found_by(session: Session, case: Case) -> findable.FoundBy:
    """Everything somebody may be looked for by, also in their own letters and from before."""
    found = answers(session, case)
    phones = (found.application.phone, found.application.second_phone)
    return findable.FoundBy((found.principal, *found.family), phones)
