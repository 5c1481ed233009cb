"""What the pages of the application share: whose it is, what is open, and where one goes on."""

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import corrections
from portal.domain.applying import application
from portal.domain.applying.application import QUESTIONS, Answers, Question
from portal.domain.care import care
from portal.domain.cases import Case
from portal.domain.corrections import Correction
from portal.domain.errors import NotFound
from portal.domain.people import Person
from portal.domain.permissions import Role
from portal.pages.migrant.rooms import my_case
from portal.web import current, nations
from portal.web.filters import day

bp = Blueprint("application", __name__, url_prefix="/<language>/my/application")

TALKED_ABOUT = care.SENSITIVE | {Question.GUARDIAN}
"""The questions below which it stands whom to talk to, whatever is answered."""
TALK_LATER = _l("A counsellor will talk with you about this after you have sent the application.")


def mine() -> tuple[Case, Answers]:
    """The viewer's case and its answers. Raises NotFound when nothing is begun."""
    case = my_case()
    return case, _answers(case)


def mine_alone() -> tuple[Case, Answers]:
    """The same, and nobody else writes until this request is over: two devices come one after the other."""
    case = my_case()
    current.db_session().refresh(case, with_for_update=True)
    return case, _answers(case)


def _answers(case: Case) -> Answers:
    found = application.answers(current.db_session(), case)
    nations.name_first(found.countries)
    return found


def with_family(case: Case, found: Answers) -> tuple[Case, Answers]:
    """The same for one who travels with family. Raises NotFound for one who does not."""
    if Question.FAMILY not in application.asked_of(found):
        raise NotFound("family")
    return case, found


def is_open(case: Case, question: Question) -> bool:
    """Whether this question may be answered now."""
    return question in application.open_questions(current.db_session(), case)


def _is_about(one: Correction, question: Question) -> bool:
    section = QUESTIONS[question].section
    return one.section is section and not one.person_id and one.question in (None, question)


def _papers(case: Case, found: Answers) -> list[Person]:
    """The family members whose travel document may be told now."""
    session = current.db_session()
    return [person for person in found.family if application.is_paper_open(session, case, person)]


def came_from() -> str | None:
    """`check` for somebody who looks everything over and changes one thing."""
    return "check" if request.args.get("from") == "check" else None


def address(question: Question, come_from: str | None = None) -> str:
    """Where a question is asked; whoever came from looking it over goes back there."""
    known: dict[str, Any] = {"from": come_from or came_from()}
    if question is Question.FAMILY:
        return url_for(".family", **known)
    return url_for(".ask", question=question, **known)


def onward(case: Case, question: Question) -> str:
    """Behind this question, as the answers are now."""
    return behind(case, application.answers(current.db_session(), case), question)


def behind(case: Case, found: Answers, question: Question) -> str:
    """Behind this question: the next one, if it is open or of the same part; else the list they came from."""
    then = application.following(found, question)
    if then and is_open(case, then):
        is_near = QUESTIONS[then].section is QUESTIONS[question].section
        is_next = is_near or not application.is_answered(found, then)
        if then in application.missing(found) if came_from() else is_next:
            return address(then)
    is_last = then is None and not application.missing(found)
    return url_for(".check" if is_last or came_from() else ".overview")


def place(case: Case, found: Answers, question: Question) -> dict[str, object]:
    """Which question of how many, of which part, and what is asked to be changed in it."""
    section, order = QUESTIONS[question].section, application.asked_of(found)
    # A page that does not apply any more can still be open in another window.
    number = order.index(question) if question in order else 0
    to_list = url_for(".check" if came_from() else ".overview")
    return {
        "question": question,
        "section": section,
        "asked": [one for one in corrections.open_of(current.db_session(), case) if _is_about(one, question)],
        "talks": question in TALKED_ABOUT,
        "papers": _papers(case, found) if question is Question.PAPERS else (),
        "number": number + 1,
        "all": len(order),
        "back": to_list if came_from() or not number else address(order[number - 1]),
        "came_from": came_from(),
        "skip_to": behind(case, found, question) if _can_wait(found, question) else None,
    }


def promise(case: Case, question: Question) -> None:
    """Say after an answer that asks for it that somebody will talk about it; what it is about is not said."""
    session = current.db_session()
    if current.viewer().role is Role.MIGRANT and care.hinted(application.answers(session, case), question):
        talk_on = care.promised(session, case)
        by_day = _("A counsellor will talk with you about this. By: %(day)s", day=day(talk_on))
        flash(by_day if talk_on else TALK_LATER, "")


def _can_wait(found: Answers, question: Question) -> bool:
    # A child who has no guardian yet goes on with the rest; nothing is sent without one.
    may_wait = not QUESTIONS[question].required or question is Question.GUARDIAN
    return may_wait and not application.is_answered(found, question)
