"""What a correction is about, in words, and the page on which the migrant answers it."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.domain.applying.application import Question
from portal.domain.corrections import Correction
from portal.domain.people import Person
from portal.web import current
from portal.web.words import say, short


def asked_about(correction: Correction) -> str:
    """What is to be changed or sent, as a few words for a heading."""
    exactly = correction.narrowed
    if exactly.kind:
        return str(say(exactly.kind))
    if correction.section is None:
        return str(_("A document to send"))
    if exactly.person_id:
        return paper_of(current.db_session().get(Person, exactly.person_id))
    return str(short(Question(exactly.question)) if exactly.question else say(correction.section))


def paper_of(person: Person | None) -> str:
    """The travel document of one person."""
    name = person.full_name if person else ""
    return str(_("Travel document: %(name)s", name=name or _("No name yet")))


def place_to_change(correction: Correction) -> str:
    """The address at which the migrant changes or sends what was asked."""
    exactly = correction.narrowed
    if correction.section is None:
        return url_for("documents.send", kind=exactly.kind)
    if exactly.person_id:
        return url_for("application.paper", person_id=exactly.person_id)
    looking: dict[str, Any] = {"from": "check"}
    if exactly.question == Question.FAMILY:
        return url_for("application.family", **looking)
    if exactly.question:
        return url_for("application.ask", question=exactly.question, **looking)
    return url_for("application.check", _anchor=correction.section)
