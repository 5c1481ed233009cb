"""What a migrant has answered, in words: for looking it over before and after it is sent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.domain import application
from portal.domain.application import Answers, Question
from portal.domain.consents import DECLARATIONS, Purpose
from portal.domain.corrections import Section
from portal.domain.people import PaperPlace, Person
from portal.web.filters import country, day
from portal.web.spoken import language_name
from portal.web.words import say


def told(found: Answers, question: Question) -> str:
    """The answer to a question, one thing to a line; empty when there is none."""
    return "\n".join(str(line) for line in TOLD[question](found) if line)


def _language(found: Answers) -> Iterator[object]:
    yield language_name(found.application.language)
    yield found.application.interpreter and _("With an interpreter")


def _person(found: Answers) -> Iterator[object]:
    yield found.principal.gender and say(found.principal.gender)
    yield country(found.principal.citizenship)


def _contact(found: Answers) -> Iterator[object]:
    application = found.application
    # The mark in front keeps the plus sign there, also where lines run from right to left.
    yield application.phone and f"\N{LEFT-TO-RIGHT MARK}{application.phone}"
    yield application.email
    yield application.other_contact


def _precept(found: Answers) -> Iterator[object]:
    yield found.application.precept and say(found.application.precept)
    yield day(found.application.precept_deadline)


def _needs(found: Answers) -> Iterator[object]:
    yield found.application.needs and say(found.application.needs)
    yield found.application.needs_words


def _ideas(found: Answers) -> Iterator[object]:
    chosen = found.application.ideas or ()
    yield from (say(idea) for idea in application.Idea if idea in chosen)
    yield found.application.ideas_words


def _guardian(found: Answers) -> Iterator[object]:
    application = found.application
    yield application.guardian_name
    yield application.guardian_relation and say(application.guardian_relation)
    yield application.guardian_phone and f"\N{LEFT-TO-RIGHT MARK}{application.guardian_phone}"


def _papers(found: Answers) -> Iterator[str]:
    if not found.family:
        yield from paper_lines(found.principal)
        return
    for person in (found.principal, *found.family):
        if lines := ", ".join(paper_lines(person)):
            yield f"{person.full_name}: {lines}"


def paper_lines(person: Person) -> Iterator[str]:
    """The travel document of one person, and where it is."""
    known = (person.paper, person.paper_place if person.paper_place is not PaperPlace.DONT_KNOW else None)
    yield from (str(say(one)) for one in known if one)


def _given(found: Answers, among: Iterable[Purpose]) -> Iterator[object]:
    return (say(purpose) for purpose in among if purpose in found.consents)


TOLD: dict[Question, Callable[[Answers], Iterable[object]]] = {
    Question.LANGUAGE: _language,
    Question.NAME: lambda found: (found.principal.full_name,),
    Question.BIRTH: lambda found: (day(found.principal.born_on),),
    Question.PERSON: _person,
    Question.CONTACT: _contact,
    Question.STATUS: lambda found: (found.application.status and say(found.application.status),),
    Question.PRECEPT: _precept,
    Question.COUNTRY: lambda found: (country(found.application.country), found.application.place),
    Question.COMPANY: lambda found: (found.application.company and say(found.application.company),),
    Question.FAMILY: lambda found: (person.full_name for person in found.family),
    Question.GUARDIAN: _guardian,
    Question.PAPERS: _papers,
    Question.NEEDS: _needs,
    Question.IDEAS: _ideas,
    Question.DECISION: lambda found: _given(found, (one for one in Purpose if one in DECLARATIONS)),
    Question.CONSENTS: lambda found: _given(found, (one for one in Purpose if one not in DECLARATIONS)),
}


@dataclass(frozen=True)
class Told:
    """One part of the application: its questions that apply, each with its answer."""

    section: Section
    answers: tuple[tuple[Question, str], ...]


def all_told(found: Answers) -> list[Told]:
    """Everything answered so far, part by part."""
    return [
        Told(
            section,
            tuple((question, told(found, question)) for question in application.asked_of(found, section)),
        )
        for section in Section
    ]
