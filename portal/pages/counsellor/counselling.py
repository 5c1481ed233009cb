"""Counselling sessions of a case: what was talked about, and the appointments for it."""

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.db import now, today
from portal.domain import accounts
from portal.domain.applying import application
from portal.domain.cases import Case
from portal.domain.course import appointments, counselling
from portal.domain.course.counselling import TalkWay, Topic
from portal.domain.errors import Reason, Refused
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.web import current
from portal.web.forms import Choice, Day, Form, Listed, Paragraph, Several, Text, chosen, needed
from portal.web.htmx import moved
from portal.web.spoken import ANOTHER_LANGUAGE, SPOKEN, language_named
from portal.web.words import say

FIELDS = {
    Reason.EVIDENCE_MISSING: "evidence",
    Reason.DATE_IN_FUTURE: "held_on",
    Reason.DATE_LONG_AGO: "held_on",
}

SAID = {Reason.EVIDENCE_MISSING: _l("Say what shows it, in a few words.")}


def languages() -> list[tuple[str, str]]:
    """The languages people speak, each by its own name."""
    return [(code, language_named(code)) for code in (*SPOKEN, ANOTHER_LANGUAGE)]


class SessionForm(Form):
    """One conversation."""

    held_on = Day(_l("Day of the conversation"), [needed()], until=today, default=today)
    way = Choice(_l("How did you talk?"), TalkWay, [chosen()])
    language = Listed(_l("In which language?"), languages, [chosen()])
    interpreter = Text(_l("Name of the interpreter"))
    topics = Several(_l("What did you talk about?"), Topic, [chosen()])
    informed = BooleanField(_l("The person knows all this and says that the decision is their own"))
    evidence = Paragraph(
        _l("What shows the informed decision"),
        description=_l(
            "For example: said so in their own words, signed a paper. The applicant can read this."
        ),
    )
    notes = Paragraph(
        _l("Notes"),
        description=_l("Your colleagues can read it. The applicant and the partner organisation cannot."),
    )


@bp.get("/cases/<reference>/counselling")
def show_counselling(reference: str) -> ResponseReturnValue:
    """Every session and appointment of a case."""
    case = open_case(reference)
    return _page(case, _empty(case))


@bp.post("/cases/<reference>/counselling")
def record_session(reference: str) -> ResponseReturnValue:
    """Write a session down."""
    session, case, form = current.db_session(), find_case(reference), SessionForm()
    if not form.validate_on_submit():
        return _page(case, form), 422
    given = {name: value or "" for name, value in form.values("interpreter", "evidence", "notes").items()}
    try:
        counselling.record(
            session,
            case,
            form.held_on.data,
            form.way.data,
            form.topics.data,
            language=form.language.data,
            informed=form.informed.data,
            by=current.viewer(),
            **given,
        )
    except Refused as refused:
        session.rollback()
        form.accept(**{FIELDS[reason]: str(SAID.get(reason) or say(reason)) for reason in refused.reasons})
        return _page(case, form), 422
    return _saved(case, _("The conversation is saved."))


@bp.post(f"/cases/<reference>/appointments/<{NUMBER}:number>/<any(held,missed):result>")
def settle_appointment(reference: str, number: int, result: str) -> ResponseReturnValue:
    """The appointment took place, or it did not."""
    case = find_case(reference)
    appointments.settle(current.db_session(), case, number, held=result == "held", by=current.viewer())
    words = _("Saved. Now write down what you talked about.") if result == "held" else _("Saved.")
    return _saved(case, words)


@bp.post("/cases/<reference>/appointment/cancel")
def cancel_appointment(reference: str) -> ResponseReturnValue:
    """It does not take place; the migrant is told. Once its time has come, what came of it is asked."""
    session, case = current.db_session(), find_case(reference)
    try:
        appointments.cancel(session, case, by=current.viewer())
    except Refused as refused:
        if refused.reasons != [Reason.APPOINTMENT_BEGUN]:
            raise
        session.rollback()
        return _page(case, _empty(case), refused.reasons[0]), 409
    return _saved(case, _("The appointment is cancelled, and the applicant is told."))


def _saved(case: Case, words: str) -> ResponseReturnValue:
    current.db_session().commit()
    flash(words, "success")
    return moved(url_for(".show_counselling", reference=case.reference))


def _empty(case: Case) -> SessionForm:
    spoken = application.answers(current.db_session(), case).application.language
    return SessionForm(formdata=None, language=spoken)


def _page(case: Case, form: SessionForm, refused: Reason | None = None) -> str:
    session = current.db_session()
    sessions = counselling.of_case(session, case)
    return show(
        "counsellor/counselling.html",
        case,
        part="show_counselling",
        sessions=sessions,
        topics=tuple(Topic),
        appointments=appointments.of_case(session, case),
        names=accounts.names(session, [one.by_id for one in sessions]),
        form=form,
        refused=refused,
        now=now(),
    )
