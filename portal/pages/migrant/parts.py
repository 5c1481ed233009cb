"""How each part of the application stands for the one who writes it, and where to go on."""

import enum
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from portal.domain import corrections
from portal.domain.applying import application
from portal.domain.applying.application import QUESTIONS, Answers, Question
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import Section

WRITABLE = (CaseState.DRAFT, CaseState.NEEDS_INFO)


class PartState(enum.StrEnum):
    """How a part stands."""

    DONE = "done"
    START = "start"
    GO_ON = "go_on"
    LATER = "later"
    ENOUGH = "enough"
    LOCKED = "locked"
    CHANGE = "change"


STATES: dict[PartState, tuple[LazyString, str]] = {
    PartState.DONE: (lazy_pgettext("part of the application", "Done"), "done"),
    PartState.START: (lazy_pgettext("part of the application", "Start"), "you"),
    PartState.GO_ON: (lazy_pgettext("part of the application", "Go on"), "you"),
    PartState.LATER: (_l("Not required yet"), ""),
    PartState.ENOUGH: (_l("Enough to send"), "done"),
    PartState.LOCKED: (_l("Cannot be changed now"), ""),
    PartState.CHANGE: (_l("To be changed"), "ask"),
}
"""The words of a state and the tone of its tag."""


@dataclass(frozen=True)
class Part:
    """One part of the application, and the question at which it opens; None while it is locked."""

    section: Section
    state: PartState
    opens_at: Question | None


def all_parts(session: Session, case: Case, found: Answers) -> list[Part]:
    """Every part in its order."""
    to_change = {asked.section for asked in corrections.open_of(session, case)}
    editable = application.editable(session, case)
    openly = application.open_questions(session, case)
    return [
        _part(found, section, section in to_change, openly)
        if section in editable
        else Part(section, PartState.LOCKED, None)
        for section in Section
    ]


def _part(found: Answers, section: Section, is_to_change: bool, openly: Collection[Question]) -> Part:
    every = application.asked_of(found, section)
    asked = [question for question in every if question in openly] or every
    unanswered = [question for question in asked if not application.is_answered(found, question)]
    state = PartState.CHANGE if is_to_change else _state(asked, unanswered)
    return Part(section, state, (unanswered or asked)[0])


def _state(asked: Collection[Question], unanswered: Collection[Question]) -> PartState:
    if not unanswered:
        return PartState.DONE
    if not any(QUESTIONS[question].required for question in unanswered):
        return PartState.LATER if len(unanswered) == len(asked) else PartState.ENOUGH
    return PartState.START if len(unanswered) == len(asked) else PartState.GO_ON


def next_question(found: Answers) -> Question | None:
    """The question to go on with; None when nothing required is missing.

    One that is not required counts as open until one behind it is answered: then it was passed over.
    """
    order, missing = application.asked_of(found), application.missing(found)
    reached = max(
        (place for place, one in enumerate(order) if application.is_answered(found, one)), default=-1
    )
    return next(
        (one for place, one in enumerate(order) if missing and (one in missing or place > reached)), None
    )
