"""The questions of the application: where each stands, when it applies, and what is still missing."""

import enum
from collections.abc import Callable
from dataclasses import dataclass

from portal.domain import people
from portal.domain.applying import consents
from portal.domain.applying.answers import Answers, Company, LegalStatus, Precept, value_of
from portal.domain.applying.consents import Purpose
from portal.domain.corrections import Section
from portal.domain.people import STATELESS, Paper, PaperPlace, Person, Relation


class Question(enum.StrEnum):
    """One page of the application."""

    LANGUAGE = "language"
    PRIVACY = "privacy"
    NAME = "name"
    OTHER_NAMES = "other-names"
    BIRTH = "birth"
    BIRTHPLACE = "birthplace"
    PERSON = "person"
    CITIZENSHIPS = "citizenships"
    MARITAL = "marital"
    CONTACT = "contact"
    MORE_CONTACT = "more-contact"
    SAFE_CONTACT = "safe-contact"
    HOME = "home"
    EMERGENCY = "emergency"
    ARRIVAL = "arrival"
    STATUS = "status"
    PRECEPT = "precept"
    APPEAL = "appeal"
    DETENTION = "detention"
    PENDING = "pending"
    EARLIER = "earlier"
    HEARD = "heard"
    COUNTRY = "country"
    RIGHT_TO_LIVE = "right-to-live"
    WAITING = "waiting"
    DATES = "dates"
    FEAR = "fear"
    COMPANY = "company"
    FAMILY = "family"
    GUARDIAN = "guardian"
    PAPERS = "papers"
    PAPER_DETAILS = "paper-details"
    LOSS = "loss"
    NEEDS = "needs"
    AIRPORT = "airport"
    PLACE_TO_STAY = "place-to-stay"
    SAFE_ALONE = "safe-alone"
    FORCED = "forced"
    IDEAS = "ideas"
    EDUCATION = "education"
    WORK = "work"
    SPOKEN = "spoken"
    DECISION = "decision"
    CONSENTS = "consents"


class MemberPage(enum.StrEnum):
    """One more page about a family member, behind the one that says who it is."""

    OTHER_PARENT = "other-parent"
    AGREEING = "agreeing"
    DOCUMENT = "document"
    LOSS = "loss"


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


def _needs_right_to_live(answers: Answers) -> bool:
    country, mine = answers.application.country, answers.principal.citizenships
    return bool(country and mine and country not in mine)


def _may_appeal(answers: Answers) -> bool:
    application = answers.application
    return application.status is LegalStatus.ASYLUM_REFUSED or application.precept in (
        Precept.WITH_DEADLINE,
        Precept.AT_ONCE,
        Precept.EXPULSION_ORDER,
    )


def has_document(person: Person) -> bool:
    """Whether this person has a travel document, wherever it is now."""
    return person.paper in (Paper.PASSPORT, Paper.NATIONAL_ID, Paper.LAISSEZ_PASSER, Paper.OTHER)


def has_lost_document(person: Person) -> bool:
    """Whether it is lost."""
    return has_document(person) and person.paper_place is PaperPlace.LOST


def _is_child(person: Person) -> bool:
    return person.relation is Relation.CHILD and not person.is_adult


def _optional(
    section: Section,
    *columns: str,
    applies: Callable[[Answers], bool] = lambda answers: True,
) -> Asked:
    """A question that may wait for the counsellor; one of its columns is enough to have answered it."""
    return Asked(section, lambda a: any(value_of(a, one) for one in columns), applies, required=False)


# domain.md 7.1: what is marked there as required is required here.
QUESTIONS: dict[Question, Asked] = {
    Question.LANGUAGE: Asked(Section.ABOUT_YOU, lambda a: a.application.language),
    Question.PRIVACY: Asked(Section.ABOUT_YOU, lambda a: a.consents.keys() >= consents.NOTICES),
    Question.NAME: Asked(Section.ABOUT_YOU, lambda a: a.principal.family_name and a.principal.given_names),
    Question.OTHER_NAMES: _optional(Section.ABOUT_YOU, "original_name", "other_names"),
    Question.BIRTH: Asked(Section.ABOUT_YOU, lambda a: a.principal.born_on),
    Question.BIRTHPLACE: _optional(Section.ABOUT_YOU, "birth_country", "birth_place"),
    Question.PERSON: Asked(Section.ABOUT_YOU, lambda a: a.principal.gender and a.principal.citizenship),
    Question.CITIZENSHIPS: _optional(
        Section.ABOUT_YOU,
        "second_citizenship",
        "third_citizenship",
        applies=lambda a: a.principal.citizenship not in (None, STATELESS),
    ),
    Question.MARITAL: _optional(Section.ABOUT_YOU, "marital"),
    Question.CONTACT: Asked(Section.ABOUT_YOU, _has_contact),
    Question.MORE_CONTACT: _optional(
        Section.ABOUT_YOU,
        "second_phone",
        "messengers",
        applies=lambda a: bool(a.application.phone),
    ),
    Question.SAFE_CONTACT: _optional(
        Section.ABOUT_YOU,
        "safe_to_call",
        "safe_to_write",
        "safe_hours",
        applies=lambda a: bool(_has_contact(a)),
    ),
    Question.HOME: _optional(Section.ABOUT_YOU, "home"),
    Question.EMERGENCY: _optional(Section.ABOUT_YOU, "emergency_name", "emergency_phone"),
    Question.ARRIVAL: _optional(Section.SITUATION, "arrived_on"),
    Question.STATUS: Asked(Section.SITUATION, lambda a: a.application.status),
    Question.PRECEPT: Asked(Section.SITUATION, lambda a: a.application.precept),
    Question.APPEAL: _optional(Section.SITUATION, "appeal", applies=_may_appeal),
    Question.DETENTION: _optional(Section.SITUATION, "detained"),
    Question.PENDING: _optional(Section.SITUATION, "pending"),
    Question.EARLIER: _optional(Section.SITUATION, "earlier_return"),
    Question.HEARD: _optional(Section.SITUATION, "heard_from"),
    Question.COUNTRY: Asked(Section.WHERE_TO, lambda a: a.application.country),
    Question.RIGHT_TO_LIVE: _optional(Section.WHERE_TO, "right_to_live", applies=_needs_right_to_live),
    Question.WAITING: _optional(Section.WHERE_TO, "somebody_waiting"),
    Question.DATES: _optional(Section.WHERE_TO, "travel_wish"),
    Question.FEAR: _optional(Section.WHERE_TO, "fear"),
    Question.COMPANY: Asked(Section.TRAVELLING_WITH, lambda a: a.application.company),
    Question.FAMILY: Asked(
        Section.TRAVELLING_WITH,
        lambda a: a.family and all(_is_complete(person) for person in a.family),
        applies=_has_family,
    ),
    Question.GUARDIAN: Asked(Section.TRAVELLING_WITH, _has_guardian, applies=_is_child_alone),
    Question.PAPERS: _optional(Section.TRAVEL_PAPERS, "paper"),
    Question.PAPER_DETAILS: _optional(
        Section.TRAVEL_PAPERS,
        "paper_number",
        "paper_country",
        "paper_expires",
        applies=lambda a: has_document(a.principal),
    ),
    Question.LOSS: _optional(
        Section.TRAVEL_PAPERS, "loss_reported", applies=lambda a: has_lost_document(a.principal)
    ),
    Question.NEEDS: _optional(Section.NEEDS, "needs"),
    Question.AIRPORT: _optional(Section.NEEDS, "airport_help"),
    Question.PLACE_TO_STAY: _optional(Section.NEEDS, "place_to_stay"),
    Question.SAFE_ALONE: _optional(
        Section.NEEDS, "safe_alone", applies=lambda a: a.application.company is Company.ALONE
    ),
    Question.FORCED: _optional(Section.NEEDS, "forced"),
    Question.IDEAS: _optional(Section.AFTER_RETURN, "ideas"),
    Question.EDUCATION: _optional(Section.AFTER_RETURN, "education"),
    Question.WORK: _optional(Section.AFTER_RETURN, "work_words", "skills_words"),
    Question.SPOKEN: _optional(Section.AFTER_RETURN, "spoken"),
    Question.DECISION: Asked(Section.DECISION, lambda a: a.consents.keys() >= consents.DECLARATIONS),
    Question.CONSENTS: Asked(Section.DECISION, lambda a: Purpose.PROCESSING in a.consents),
}

MEMBER_PAGES: dict[MemberPage, Callable[[Person], bool]] = {
    MemberPage.OTHER_PARENT: _is_child,
    MemberPage.AGREEING: lambda person: not _is_child(person) and not person.is_minor,
    MemberPage.DOCUMENT: has_document,
    MemberPage.LOSS: has_lost_document,
}
"""When each page about a family member applies."""


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
