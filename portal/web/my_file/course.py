"""What was written to somebody on the way, and their journey and talks, in my file."""

from collections.abc import Iterator

from flask_babel import gettext as _

from portal.domain.own.own_course import CourseFile
from portal.web.filters import day, moment, there
from portal.web.my_file.parts import Entry, Part, lines, named
from portal.web.spoken import language_name
from portal.web.words import say


def parts(one: CourseFile) -> Iterator[Part]:
    """Those of its parts in which there is something."""
    every = (
        (_("What we wrote to you"), list(_written(one))),
        (_("Your way"), list(_way(one))),
        (_("Appointments"), list(_appointments(one))),
        (_("Conversations"), list(_talks(one))),
    )
    return (Part(title, entries=entries) for title, entries in every if entries)


def _written(one: CourseFile) -> Iterator[Entry]:
    for asked in one.inquiries:
        answered = asked.answered_at and f"{moment(asked.answered_at)}: {asked.answer}"
        yield Entry(
            _("You told us that you have heard nothing"), moment(asked.asked_at), lines(asked.words, answered)
        )
    for note in one.summaries:
        yield Entry(_("From your counsellor"), moment(note.written_at), lines(note.words))


def _way(one: CourseFile) -> Iterator[Entry]:
    for paper, name in one.papers:
        yield Entry(
            str(say(paper.way)),
            name,
            lines(
                named(_("Asked for on"), day(paper.asked_on)),
                named(_("Arrived on"), day(paper.received_on)),
                named(_("Last day on which it can be used"), day(paper.expires_on)),
            ),
        )
    for leg, name in one.legs:
        times = f"{there(leg.departs)} – {there(leg.arrives)}"
        yield Entry(f"{leg.origin} – {leg.destination}", times, lines(leg.carrier, leg.number, name))
    for met in one.meetings:
        words = lines(say(met.side), met.place, met.who, met.phone)
        yield Entry(_("Somebody waits for you"), there(met.when), words)
    for missed in one.missed:
        yield Entry(_("The journey did not take place"), day(missed.on), lines(say(missed.reason)))


def _appointments(one: CourseFile) -> Iterator[Entry]:
    for appointment, slot in one.appointments:
        words = lines(say(appointment.state), say(slot.way), slot.place, language_name(slot.language))
        yield Entry(_("Appointment"), moment(slot.starts_at), words)


def _talks(one: CourseFile) -> Iterator[Entry]:
    for talk in one.talks:
        topics = (str(say(topic)) for topic in sorted(talk.topics))
        yield Entry(
            str(say(talk.way)),
            day(talk.held_on),
            lines(
                language_name(talk.language),
                named(_("Interpreter"), talk.interpreter),
                *topics,
                talk.informed and _("The person knows all this and says that the decision is their own"),
                talk.evidence,
            ),
        )
