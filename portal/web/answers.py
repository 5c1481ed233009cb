"""What a migrant has answered, in words: for looking it over before and after it is sent."""

import enum
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.applying import application
from portal.domain.applying.application import Answers, Question
from portal.domain.applying.consents import Purpose
from portal.domain.corrections import Section
from portal.domain.people import PaperPlace, Person
from portal.web.filters import country, day
from portal.web.spoken import language_name
from portal.web.words import say


def told(found: Answers, question: Question) -> str:
    """The answer to a question, one thing to a line; empty when there is none."""
    said = TOLD[question]
    lines = said(found) if callable(said) else (line(found) for line in said)
    return "\n".join(str(line) for line in lines if line)


Line = Callable[[Answers], object]
"""One line about an answer, or nothing."""


def _line(column: str, said: Callable[[Any], object] = str, label: LazyString | str = "") -> Line:
    """What one column holds, in words; with a label where it could not be told what it is about."""

    def line(found: Answers) -> object:
        return labelled(application.value_of(found, column), said, label)

    return line


_ISOLATED, _ENDED = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def labelled(value: Any, said: Callable[[Any], object], label: LazyString | str) -> object:
    """`Label: words`, or the words alone; nothing when there is no value."""
    words = said(value) if value else None
    # Words that run from right to left do not turn the label, nor the label them.
    return (
        f"{label}: \N{FIRST STRONG ISOLATE}{words}\N{POP DIRECTIONAL ISOLATE}" if words and label else words
    )


def number(value: str) -> str:
    """A phone number. The mark keeps the plus sign in front, also where lines run from right to left."""
    return f"\N{LEFT-TO-RIGHT MARK}{value}"


def listed(members: Iterable[enum.StrEnum]) -> str:
    """Several choices in one line, in their order."""
    chosen = set(members)
    return ", ".join(str(say(one)) for one in type(next(iter(chosen))) if one in chosen)


def _interpreter(found: Answers) -> object:
    return found.application.interpreter and _("With an interpreter")


def _ideas(found: Answers) -> Iterator[object]:
    chosen = found.application.ideas or ()
    yield from (say(idea) for idea in application.Idea if idea in chosen)
    yield found.application.ideas_words


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


def _family(found: Answers) -> Iterator[object]:
    for person in found.family:
        yield "\n".join(filter(None, (person.full_name, who(person), *member_lines(person))))


def who(person: Person) -> str:
    """Who a family member is, in one line."""
    known = (
        person.relation and say(person.relation),
        day(person.born_on),
        person.gender and say(person.gender),
        country(person.citizenship),
    )
    return ", ".join(str(one) for one in known if one)


def member_lines(person: Person) -> Iterator[str]:
    """What was answered on the further pages about a family member."""
    told = (
        (person.other_parent, say, _("Other parent")),
        (person.knows_must_agree, lambda _known: _("knows about it"), _("Decides for themselves")),
    )
    yield from (str(line) for line in (labelled(*one) for one in told) if line)
    yield from paper_details(person)


def paper_details(person: Person) -> Iterator[str]:
    """What stands in the travel document of a family member."""
    told = (
        (person.paper_number, str, _("Document number")),
        (person.paper_country, country, _("Document from")),
        (person.paper_expires, day, _("Valid until")),
        (person.loss_reported, say, _("Loss reported")),
    )
    return (str(line) for line in (labelled(*one) for one in told) if line)


def member_told(person: Person) -> str:
    """Everything known of a family member, one thing to a line."""
    known = (
        person.full_name,
        person.relation and say(person.relation),
        day(person.born_on),
        person.gender and say(person.gender),
        country(person.citizenship),
        *paper_lines(person),
        *member_lines(person),
    )
    return "\n".join(str(line) for line in known if line)


def told_fully(found: Answers, question: Question) -> str:
    """The same as `told`, with everything about each family member: to compare what stood there when."""
    if question is not Question.FAMILY:
        return told(found, question)
    return "\n".join(", ".join(member_told(person).splitlines()) for person in found.family)


def changes(
    before: Answers, after: Answers, touched: Collection[Question]
) -> Iterator[tuple[Question, str, str]]:
    """What is told differently before and after some answers, each in words.

    Consents end by themselves as well; then that is no change of an answer.
    """
    for question in Question:
        words, words_now = told_fully(before, question), told_fully(after, question)
        if words != words_now and (question in touched or question is not Question.CONSENTS):
            yield question, words, words_now


def _given(question: Question) -> Callable[[Answers], Iterable[object]]:
    """What was read, declared or permitted on a page, in the order of the purposes."""
    among = [purpose for purpose in Purpose if purpose in application.GIVEN_IN[question]]
    return lambda found: (say(purpose) for purpose in among if purpose in found.consents)


TOLD: dict[Question, tuple[Line, ...] | Callable[[Answers], Iterable[object]]] = {
    Question.LANGUAGE: (
        _line("language", language_name),
        _interpreter,
        _line("interpreter_gender", say, _l("Interpreter")),
    ),
    Question.PRIVACY: _given(Question.PRIVACY),
    Question.NAME: lambda found: (found.principal.full_name,),
    Question.OTHER_NAMES: (_line("original_name"), _line("other_names")),
    Question.BIRTH: (_line("born_on", day),),
    Question.BIRTHPLACE: (_line("birth_country", country), _line("birth_place")),
    Question.PERSON: (_line("gender", say), _line("citizenship", country)),
    Question.CITIZENSHIPS: (_line("second_citizenship", country), _line("third_citizenship", country)),
    Question.MARITAL: (_line("marital", say),),
    Question.CONTACT: (_line("phone", number), _line("email"), _line("other_contact")),
    Question.MORE_CONTACT: (_line("messengers", listed), _line("second_phone", number)),
    Question.SAFE_CONTACT: (
        _line("safe_to_call", say, _l("Safe to call")),
        _line("safe_to_write", say, _l("Safe to write")),
        _line("safe_hours", str, _l("Hours")),
    ),
    Question.HOME: (_line("home", say), _line("address")),
    Question.EMERGENCY: (
        _line("emergency_name"),
        _line("emergency_relation"),
        _line("emergency_phone", number),
    ),
    Question.ARRIVAL: (_line("arrived_on", day),),
    Question.STATUS: (_line("status", say),),
    Question.PRECEPT: (_line("precept", say), _line("precept_deadline", day)),
    Question.APPEAL: (_line("appeal", say),),
    Question.DETENTION: (_line("detained", say), _line("detained_at")),
    Question.PENDING: (_line("pending", say),),
    Question.EARLIER: (
        _line("earlier_return", say),
        _line("earlier_return_on", day),
        _line("earlier_return_from", country, _l("Returned from")),
    ),
    Question.HEARD: (_line("heard_from", say),),
    Question.COUNTRY: (_line("country", country), _line("place")),
    Question.RIGHT_TO_LIVE: (_line("right_to_live", say),),
    Question.WAITING: (_line("somebody_waiting", say), _line("waiting_words")),
    Question.DATES: (
        _line("travel_wish", say),
        _line("travel_from", day, _l("Not before")),
        _line("travel_until", day, _l("Not after")),
    ),
    Question.FEAR: (_line("fear", say), _line("fear_words")),
    Question.COMPANY: (_line("company", say),),
    Question.FAMILY: _family,
    Question.GUARDIAN: (
        _line("guardian_name"),
        _line("guardian_relation", say),
        _line("guardian_phone", number),
    ),
    Question.PAPERS: _papers,
    Question.PAPER_DETAILS: (
        _line("paper_number", str, _l("Number")),
        _line("paper_country", country),
        _line("paper_expires", day, _l("Valid until")),
    ),
    Question.LOSS: (_line("loss_reported", say),),
    Question.NEEDS: (_line("needs", say), _line("needs_kinds", listed), _line("needs_words")),
    Question.AIRPORT: (_line("airport_help", say), _line("airport_help_words")),
    Question.PLACE_TO_STAY: (_line("place_to_stay", say),),
    Question.SAFE_ALONE: (_line("safe_alone", say),),
    Question.FORCED: (_line("forced", say), _line("forced_words")),
    Question.IDEAS: _ideas,
    Question.EDUCATION: (_line("education", say),),
    Question.WORK: (
        _line("work_words", str, _l("Work")),
        _line("skills_words", str, _l("Skills")),
    ),
    Question.SPOKEN: (_line("spoken"),),
    Question.DECISION: _given(Question.DECISION),
    Question.CONSENTS: _given(Question.CONSENTS),
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
