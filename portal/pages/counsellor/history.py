"""What happened in a case, in words: the journal as a counsellor reads it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _

from portal.domain import accounts, documents, journal
from portal.domain.applying.application import Question
from portal.domain.applying.consents import Purpose
from portal.domain.cases import Case
from portal.domain.corrections import Section
from portal.domain.course import history, letters
from portal.domain.course.travel import Item
from portal.domain.journal import Event
from portal.web import current
from portal.web.filters import moment
from portal.web.words import say, short


@dataclass(frozen=True)
class Told:
    """One thing that happened, as parts/timeline.html shows it."""

    at: str
    iso: str
    title: str
    words: str
    who: str


def told(case: Case) -> list[Told]:
    """Everything that happened, the newest first; the same act many times in a row is told once."""
    session = current.db_session()
    events = journal.of_case(session, case.id)
    names = accounts.names(session, {event.actor_id for event in events})
    kinds = {
        f"documents:{document.id}": str(say(document.kind))
        for document in documents.of_case(session, case, viewer=current.viewer())
    }
    kinds |= {
        letters.about(letter): str(say(letter.kind))
        for letter in letters.of_case(session, case, viewer=current.viewer())
    }
    return [_one(list(same), names, kinds) for _key, same in groupby(events, _sameness)]


def _sameness(event: Event) -> tuple[object, ...]:
    # Words are never folded away, nor is the day.
    words = history.purpose_of(event) or (event.id if event.note else 0)
    return (event.act, event.actor_id, event.at.date(), words)


def _one(events: Sequence[Event], names: Mapping[int, str], kinds: Mapping[str, str]) -> Told:
    newest = events[0]
    about = dict.fromkeys(words for event in reversed(events) if (words := _about(event.about, kinds)))
    return Told(
        at=moment(newest.at),
        iso=newest.at.isoformat(),
        title=str(say(newest.act)),
        words="\n".join(filter(None, (", ".join(about), _note(newest)))),
        who=who(newest, names),
    )


def _note(event: Event) -> str:
    purpose = history.purpose_of(event)
    return str(say(purpose)) if purpose else event.note or ""


def who(event: Event, names: Mapping[int, str]) -> str:
    """Who did it: name and role; an applicant has no name here, the portal itself neither."""
    if event.actor_role is None:
        return str(_("The portal"))
    return ", ".join(filter(None, (names.get(event.actor_id or 0), str(say(event.actor_role)))))


_NOUNS: Mapping[str, Callable[[str], object]] = {
    "question": lambda value: short(Question(value)),
    "section": lambda value: _("Documents") if value == "documents" else say(Section(value)),
    "item": lambda value: say(Item(value)),
    "consent": lambda value: say(Purpose(value)),
}


def _about(about: str, kinds: Mapping[str, str]) -> str:
    noun, _colon, value = about.partition(":")
    return str(_NOUNS[noun](value)) if noun in _NOUNS else kinds.get(about, "")
