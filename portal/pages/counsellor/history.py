"""What happened in a case, in words: the journal as a counsellor reads it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _

from portal.db import day_of
from portal.domain import accounts, documents, journal
from portal.domain.applying.application import Question
from portal.domain.applying.consents import Purpose
from portal.domain.cases import Case, OpeningReason
from portal.domain.corrections import Section
from portal.domain.course import history, letters
from portal.domain.course.history import LOOKS
from portal.domain.course.travel import Item
from portal.domain.desk import visits
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
    is_new: bool = False
    """Whether somebody else did it since the reader's last visit."""


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
    since = visits.since(session, case, viewer=current.viewer())
    return [
        replace(_one(same, names, kinds), is_new=_is_new(same, since))
        for same in (list(group) for _key, group in groupby(events, _sameness))
    ]


def _is_new(events: Sequence[Event], since: datetime | None) -> bool:
    if since is None or events[0].act in LOOKS:
        return False
    return events[0].at > since and events[0].actor_id != current.viewer().id


def _sameness(event: Event) -> tuple[object, ...]:
    # Words are never folded away, nor is the day.
    words = history.purpose_of(event) or (event.id if event.note else 0)
    return (event.act, event.actor_id, day_of(event.at), words)


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
    "opening": lambda value: say(OpeningReason(value)),
    "verification": lambda value: next(
        (one.name[current.language()] for one in current.programme().verification if one.key == value), ""
    ),
    "consent": lambda value: say(Purpose(value)),
}


def _about(about: str, kinds: Mapping[str, str]) -> str:
    noun, _colon, value = about.partition(":")
    return str(_NOUNS[noun](value)) if noun in _NOUNS else kinds.get(about, "")
