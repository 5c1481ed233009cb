"""The application: its sections and questions, the answers in typed columns, and what is still missing."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, Choices
from portal.domain import cases, clocks, consents, corrections, journal, people, search
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.consents import Consent, Purpose, Witnessed
from portal.domain.corrections import Section
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.people import Guardianship, Person, Relation
from portal.domain.permissions import Act, require
from portal.sealing import Sealed


class LegalStatus(enum.StrEnum):
    """What a person's stay in Estonia rests on, in their own words."""

    ASYLUM_SEEKER = "asylum_seeker"
    ASYLUM_REFUSED = "asylum_refused"
    PROTECTION = "protection"
    TEMPORARY_PROTECTION = "temporary_protection"
    PERMIT_EXPIRED = "permit_expired"
    PERMIT_VALID = "permit_valid"
    NO_PAPERS = "no_papers"
    DONT_KNOW = "dont_know"


class Precept(enum.StrEnum):
    """Whether there is a decision that the person must leave."""

    WITH_DEADLINE = "with_deadline"
    AT_ONCE = "at_once"
    EXPULSION_ORDER = "expulsion_order"
    NONE = "none"
    DONT_KNOW = "dont_know"


class Company(enum.StrEnum):
    """Whether the person travels alone."""

    ALONE = "alone"
    FAMILY = "family"


class NeedsAnswer(enum.StrEnum):
    """Whether there is something the counsellor should know for a safe journey."""

    YES = "yes"
    NO = "no"
    IN_PERSON = "in_person"


class Idea(enum.StrEnum):
    """What a person might want to do after return."""

    BUSINESS = "business"
    JOB = "job"
    TRAINING = "training"
    SCHOOL = "school"
    HOUSING = "housing"
    MEDICAL = "medical"
    NOT_SURE = "not_sure"


class Application(Base):
    """The answers that concern the case as a whole; those of each traveller are in `Person`."""

    __tablename__ = "applications"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    language: Mapped[str | None] = mapped_column(String(8))
    interpreter: Mapped[bool | None] = mapped_column()
    phone = Sealed()
    email = Sealed()
    other_contact = Sealed()
    status: Mapped[LegalStatus | None] = mapped_column()
    precept: Mapped[Precept | None] = mapped_column()
    precept_deadline: Mapped[date | None] = mapped_column()
    country: Mapped[str | None] = mapped_column(String(2), index=True)
    place = Sealed()
    company: Mapped[Company | None] = mapped_column()
    guardian_name = Sealed()
    guardian_relation: Mapped[Guardianship | None] = mapped_column()
    guardian_phone = Sealed()
    needs: Mapped[NeedsAnswer | None] = mapped_column()
    needs_words = Sealed()
    ideas: Mapped[frozenset[str] | None] = mapped_column(Choices(Idea))
    ideas_words = Sealed()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


@dataclass(frozen=True)
class Answers:
    """Everything a migrant has answered so far."""

    application: Application
    principal: Person
    family: tuple[Person, ...]
    consents: Mapping[Purpose, Consent]


class Question(enum.StrEnum):
    """One page of the application."""

    LANGUAGE = "language"
    NAME = "name"
    BIRTH = "birth"
    PERSON = "person"
    CONTACT = "contact"
    STATUS = "status"
    PRECEPT = "precept"
    COUNTRY = "country"
    COMPANY = "company"
    FAMILY = "family"
    GUARDIAN = "guardian"
    PAPERS = "papers"
    NEEDS = "needs"
    IDEAS = "ideas"
    DECISION = "decision"
    CONSENTS = "consents"


@dataclass(frozen=True)
class Asked:
    """Where a question stands, when it applies, and when it counts as answered."""

    section: Section
    answered: Callable[[Answers], object]
    applies: Callable[[Answers], bool] = lambda answers: True
    required: bool = True
    """Whether the application can only be sent with it; the rest may wait for the counsellor."""


def _has_contact(answers: Answers) -> object:
    application = answers.application
    return application.phone or application.email or application.other_contact


def _has_family(answers: Answers) -> bool:
    return answers.application.company is Company.FAMILY


def _is_child_alone(answers: Answers) -> bool:
    return bool(people.minors_alone([answers.principal, *answers.family]))


def _has_guardian(answers: Answers) -> object:
    application = answers.application
    return application.guardian_name and application.guardian_relation and application.guardian_phone


def _is_complete(person: Person) -> bool:
    return bool(person.family_name and person.born_on and person.gender and person.citizenship)


# domain.md 7.1: what is marked there as required is required here.
QUESTIONS: dict[Question, Asked] = {
    Question.LANGUAGE: Asked(Section.ABOUT_YOU, lambda a: a.application.language),
    Question.NAME: Asked(Section.ABOUT_YOU, lambda a: a.principal.family_name and a.principal.given_names),
    Question.BIRTH: Asked(Section.ABOUT_YOU, lambda a: a.principal.born_on),
    Question.PERSON: Asked(Section.ABOUT_YOU, lambda a: a.principal.gender and a.principal.citizenship),
    Question.CONTACT: Asked(Section.ABOUT_YOU, _has_contact),
    Question.STATUS: Asked(Section.SITUATION, lambda a: a.application.status),
    Question.PRECEPT: Asked(Section.SITUATION, lambda a: a.application.precept),
    Question.COUNTRY: Asked(Section.WHERE_TO, lambda a: a.application.country),
    Question.COMPANY: Asked(Section.TRAVELLING_WITH, lambda a: a.application.company),
    Question.FAMILY: Asked(
        Section.TRAVELLING_WITH,
        lambda a: a.family and all(_is_complete(person) for person in a.family),
        applies=_has_family,
    ),
    Question.GUARDIAN: Asked(Section.TRAVELLING_WITH, _has_guardian, applies=_is_child_alone),
    Question.PAPERS: Asked(Section.TRAVEL_PAPERS, lambda a: a.principal.paper, required=False),
    Question.NEEDS: Asked(Section.NEEDS, lambda a: a.application.needs, required=False),
    Question.IDEAS: Asked(Section.AFTER_RETURN, lambda a: a.application.ideas, required=False),
    Question.DECISION: Asked(Section.DECISION, lambda a: a.consents.keys() >= consents.DECLARATIONS),
    Question.CONSENTS: Asked(Section.DECISION, lambda a: Purpose.PROCESSING in a.consents),
}

OF_PRINCIPAL = {"family_name", "given_names", "born_on", "gender", "citizenship", "paper", "paper_place"}
"""The columns that belong to the person rather than to the application."""


HEEDING: list[Callable[[Session, Case, Question], None]] = []
"""Who else looks at an answer in the moment it is kept, and stands above this file: care.py."""


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


def asked_of(found: Answers, section: Section | None = None) -> list[Question]:
    """The questions that apply to this person, in order; of one section, or all."""
    return [
        question
        for question, asked in QUESTIONS.items()
        if asked.applies(found) and section in (None, asked.section)
    ]


def is_answered(found: Answers, question: Question) -> bool:
    """Whether this question has its answer."""
    return bool(QUESTIONS[question].answered(found))


def missing(found: Answers) -> list[Question]:
    """The questions without which the application cannot be sent."""
    return [
        question
        for question in asked_of(found)
        if QUESTIONS[question].required and not is_answered(found, question)
    ]


def following(found: Answers, question: Question) -> Question | None:
    """The question after this one; None after the last."""
    order = asked_of(found)
    later = order[order.index(question) + 1 :] if question in order else []
    return next(iter(later), None)


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
    witnessed: Witnessed | None = None,
) -> None:
    """Keep the declarations (DECISION) or permissions (CONSENTS) of one page."""
    _open_for_change(session, case, Section.DECISION, by)
    declared = question is Question.DECISION
    among = consents.DECLARATIONS if declared else frozenset(Purpose) - consents.DECLARATIONS
    consents.settle(session, case, wanted, among, language=language, by=by, witnessed=witnessed)
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
    if not cases.is_filled_in_by(case, by):
        raise NotAllowed(f"{by.role} {case.reference}")
    if section not in editable(session, case):
        raise Refused([Reason.SECTION_LOCKED])


def _written(session: Session, case: Case, question: Question, by: Account) -> None:
    session.flush()
    if case.state is CaseState.DRAFT:
        case.due_on = clocks.due(session, "draft_expiry")
    if question in (Question.NAME, Question.FAMILY):
        names = [name for one in people.of_case(session, case) for name in (one.family_name, one.given_names)]
        search.put(session, case.id, names)
    corrections.answer_section(session, case, QUESTIONS[question].section, by=by)
    journal.record(session, Act.CASE_ANSWER, actor=by.actor, case_id=case.id, about=f"question:{question}")
    for heed in HEEDING:
        heed(session, case, question)
