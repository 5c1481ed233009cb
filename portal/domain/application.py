"""The application: begun, answered page by page, with the people who travel along."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import cases, clocks, consents, corrections, journal, people, search
from portal.domain.accounts import Account
from portal.domain.answers import (
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
from portal.domain.cases import Case, CaseState
from portal.domain.consents import Purpose
from portal.domain.corrections import Section
from portal.domain.errors import Reason, Refused
from portal.domain.people import Person, Relation
from portal.domain.permissions import Act, require
from portal.domain.questions import (
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

__all__ = [
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
    "asked_of",
    "consent",
    "editable",
    "following",
    "is_answered",
    "missing",
    "put_family_member",
    "remove_family_member",
    "start",
    "value_of",
]


def start(session: Session, *, by: Account) -> Case:
    """The migrant's case with an empty application: the one that is running, or a new one."""
    case = cases.start(session, by=by)
    if session.scalar(select(Application.id).where(Application.case_id == case.id)) is None:
        session.add_all([Application(case_id=case.id), Person(case_id=case.id)])
        session.flush()
    return case


def answers(session: Session, case: Case) -> Answers:
    """What is answered so far."""
    head, *family = people.of_case(session, case)
    return Answers(
        application=session.scalars(select(Application).where(Application.case_id == case.id)).one(),
        principal=head,
        family=tuple(family),
        consents=consents.given(session, case),
    )


def editable(session: Session, case: Case) -> frozenset[Section]:
    """The sections the migrant may change now: all of a draft, those asked about when asked, else none."""
    match case.state:
        case CaseState.DRAFT:
            return frozenset(Section)
        case CaseState.NEEDS_INFO:
            return frozenset(c.section for c in corrections.of_round(session, case) if c.section)
        case _:
            return frozenset()


def answer(
    session: Session, case: Case, question: Question, values: Mapping[str, object], *, by: Account
) -> None:
    """Keep the answers of one page. `values` are column names of Application or Person, already checked.

    Raises Refused([SECTION_LOCKED]) when the section may not be changed now.
    """
    found = answers(session, case)
    _open_for_change(session, case, QUESTIONS[question].section, by)
    for name, value in values.items():
        setattr(found.principal if name in OF_PRINCIPAL else found.application, name, value)
    _written(session, case, question, by)


def consent(
    session: Session,
    case: Case,
    question: Question,
    wanted: frozenset[Purpose],
    *,
    language: str,
    by: Account,
) -> None:
    """Keep the declarations (DECISION) or permissions (CONSENTS) of one page."""
    _open_for_change(session, case, Section.DECISION, by)
    declared = question is Question.DECISION
    among = consents.DECLARATIONS if declared else frozenset(Purpose) - consents.DECLARATIONS
    consents.settle(session, case, wanted, among, language=language, by=by)
    _written(session, case, question, by)


def put_family_member(
    session: Session, case: Case, person: Person | None, values: Mapping[str, object], *, by: Account
) -> Person:
    """Add a family member (`person` is None) or change one."""
    _open_for_change(session, case, Section.TRAVELLING_WITH, by)
    if person is None:
        person = Person(case_id=case.id, relation=Relation.OTHER)
        session.add(person)
    for name, value in values.items():
        setattr(person, name, value)
    _written(session, case, Question.FAMILY, by)
    return person


def remove_family_member(session: Session, case: Case, person: Person, *, by: Account) -> None:
    """Take a family member off the application again."""
    _open_for_change(session, case, Section.TRAVELLING_WITH, by)
    if person.is_principal:
        raise Refused([Reason.WRONG_STATE])
    session.delete(person)
    _written(session, case, Question.FAMILY, by)


def _open_for_change(session: Session, case: Case, section: Section, by: Account) -> None:
    require(by.role, Act.CASE_ANSWER)
    if section not in editable(session, case):
        raise Refused([Reason.SECTION_LOCKED])


def _written(session: Session, case: Case, question: Question, by: Account) -> None:
    session.flush()
    if case.state is CaseState.DRAFT:
        case.due_on = clocks.due(session, "draft_expiry")
    if question in (Question.NAME, Question.OTHER_NAMES, Question.FAMILY):
        search.put(session, case.id, _all_names(people.of_case(session, case)))
    corrections.answer_section(session, case, QUESTIONS[question].section, by=by)
    journal.record(session, Act.CASE_ANSWER, actor=by.actor, case_id=case.id, about=f"question:{question}")


def _all_names(travellers: Iterable[Person]) -> list[str | None]:
    """Everything somebody may be looked for by, also in their own letters and from before."""
    return [
        name
        for one in travellers
        for name in (one.family_name, one.given_names, one.original_name, one.other_names)
    ]
