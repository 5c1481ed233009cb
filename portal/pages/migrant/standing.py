"""The migrant's own page: where the case stands, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.db import today
from portal.domain import accounts, cases
from portal.domain.accounts import Organisation
from portal.domain.care import care
from portal.domain.cases import OVER, Case, CaseState
from portal.domain.corrections import CorrectionReason
from portal.domain.course import history, lifecycle, reminders, verification
from portal.domain.course import standing as standings
from portal.domain.course.standing import Standing, Task, Todo
from portal.domain.documents import Document
from portal.domain.papers import required
from portal.domain.permissions import Act
from portal.domain.support import monitoring, parts, referrals
from portal.domain.support.parts import Milestone, Payment
from portal.pages.migrant import delivery
from portal.pages.migrant.rooms import can_stop, may, my_case, my_rooms
from portal.programme import DocumentKind, Verification
from portal.web import current
from portal.web.asking import asked_about
from portal.web.filters import money
from portal.web.forms import Form, Paragraph
from portal.web.htmx import again
from portal.web.words import STAGES, advice, say

bp = Blueprint("migrant", __name__, url_prefix="/<language>/my")
bp.app_context_processor(lambda: {"my_rooms": my_rooms, "can_stop": can_stop})

STOPPED = frozenset(OVER) - {CaseState.CLOSED}
"""Ended on the way: there is no path to show any more."""


SHOWN_BESIDE: list[Callable[[Case, Standing], dict[str, object]]] = []
"""What other pages show of themselves on this one: words.py, journey.py and appointments.py."""

# --- Where my case stands ---------------------------------------------------------------------------


@bp.get("/")
def standing() -> ResponseReturnValue:
    """Where the case stands, who must act, by when, and the next thing to do."""
    session = current.db_session()
    case = cases.of_migrant(session, current.viewer())
    if case is None:
        return render_template("migrant/start.html")
    found, came = standings.standing(session, case), delivery.of_case(case)
    beside = {name: value for one in SHOWN_BESIDE for name, value in one(case, found).items()}
    return render_template(
        "migrant/standing.html",
        case=case,
        now=found,
        tasks=[_task(todo) for todo in found.todo],
        partner=session.get(Organisation, case.partner_id) if case.partner_id else None,
        counsellor=accounts.names(session, [case.counsellor_id]).get(case.counsellor_id or 0, ""),
        referral=next(iter(referrals.of_case(session, case)), None),
        stages=() if case.state in STOPPED else STAGES,
        talk_on=care.promised(session, case),
        today=today(),
        next_talk=monitoring.coming(session, case),
        checked=_checked(case),
        told=_told(case),
        may_stop=may(case, Act.CASE_WITHDRAW),
        warned=reminders.stage_of(session, case),
        leave_by=reminders.leave_by(session, case) if case.state in reminders.SENT else None,
        came=came,
        wanted=_wanted(case, found),
        **beside,
    )


def _wanted(case: Case, stands: Standing) -> list[DocumentKind]:
    """Documents that may be sent while others work on it; what is to be sent again stands among the tasks."""
    again = {todo.about.kind for todo in stands.todo if todo.task is Task.SEND_DOCUMENT}
    return [kind for kind in required.wanted_now(current.db_session(), case) if kind not in again]


def _told(case: Case) -> str:
    """Why a case was declined, in words; of another case nothing."""
    is_declined = case.state is CaseState.NOT_ELIGIBLE
    return history.words_of(current.db_session(), case, Act.CASE_DECLINE) if is_declined else ""


def _checked(case: Case) -> list[Verification]:
    """What was made sure of so far; after the decision nobody needs to read it here."""
    if case.state not in verification.OPEN_STATES:
        return []
    return verification.told(current.db_session(), case, viewer=current.viewer())


@dataclass(frozen=True)
class Way:
    """How a task is told: where it is done, its name, and what helps to know before."""

    href: Callable[[Any], str]
    name: Callable[[Any], object] | None = None
    hint: Callable[[Any], object] = lambda thing: ""
    tag: Callable[[Any], object] = lambda thing: ""


def _rejection(document: Document) -> object:
    reason = document.reject_reason
    return document.words or (advice(reason) if reason else "")


def _what_is_paid(payment: Payment) -> str:
    line, plan = parts.line_of(current.db_session(), payment)
    return f"{line.description} · {money(payment.amount, plan.currency)}"


def _step(milestone: Milestone) -> object:
    return milestone.description or say(milestone.type)


WAYS: dict[Task, Way] = {
    Task.CORRECT: Way(
        lambda correction: url_for("migrant.asked", correction_id=correction.id),
        asked_about,
        lambda correction: correction.words,
        lambda correction: "" if correction.reason is CorrectionReason.OTHER else say(correction.reason),
    ),
    Task.GO_ON: Way(lambda question: url_for("application.overview")),
    Task.SEND: Way(lambda case: url_for("application.check")),
    Task.CONSENT_TO_REFERRAL: Way(lambda referral: url_for("migrant.sharing", referral_id=referral.id)),
    Task.CONFIRM_PAYMENT: Way(
        lambda payment: url_for("plan.payment", payment_id=payment.id), hint=_what_is_paid
    ),
    Task.READ_PLAN: Way(lambda plan: url_for("plan.show")),
    Task.REPORT_AGAIN: Way(
        lambda milestone: url_for("plan.milestone", milestone_id=milestone.id),
        _step,
        lambda milestone: milestone.words,
    ),
    Task.SEND_DOCUMENT: Way(
        lambda document: url_for("documents.send", kind=document.kind),
        lambda document: say(document.kind),
        _rejection,
    ),
    Task.SAY_ARRIVED: Way(lambda case: url_for("migrant.arrival")),
    Task.CONTACT_PARTNER: Way(lambda case: url_for("migrant.standing", _anchor="contact")),
    Task.ASK_FOR_REVIEW: Way(lambda case: url_for("migrant.review")),
    Task.CONFIRM_DECISION: Way(lambda case: url_for("migrant.decision")),
    Task.TAKE_UP: Way(lambda case: url_for("migrant.standing", _anchor="go-on")),
    Task.START: Way(lambda case: url_for("application.overview")),
}


def _task(todo: Todo) -> dict[str, object]:
    way = WAYS[todo.task]
    button = say(todo.task)
    return {
        "href": way.href(todo.about),
        "name": way.name(todo.about) if way.name else button,
        "hint": way.hint(todo.about),
        "tag": way.tag(todo.about),
        "tone": "ask",
        "button": button,
    }


# --- Ask again ---------------------------------------------------------------------------------


class ReviewForm(Form):
    """What another counsellor should know."""

    words = Paragraph(_l("Is there something the other counsellor should know?"))


@bp.get("/review")
def review() -> ResponseReturnValue:
    """Ask that another counsellor looks at a decision."""
    case = my_case()
    if not may(case, Act.CASE_REQUEST_REVIEW):
        return redirect(url_for(".standing"))
    return render_template("migrant/review.html", case=case, form=ReviewForm())


@bp.post("/review")
def ask_review() -> ResponseReturnValue:
    """Hand the case to another counsellor, once."""
    session, case, form = current.db_session(), my_case(), ReviewForm()
    if not form.validate_on_submit():
        return again("migrant/review.html", case=case, form=form)
    note = form.words.data or ""
    lifecycle.advance(session, case, Act.CASE_REQUEST_REVIEW, by=current.viewer(), note=note)
    session.commit()
    flash(_("We have your request. Another counsellor will look at your application again."), "success")
    return redirect(url_for(".standing"), 303)


# --- What happened, and who looked ------------------------------------------------------------------


@bp.get("/history", endpoint="history")
def show_history() -> ResponseReturnValue:
    """What happened, newest first, and who opened the file."""
    session, case = current.db_session(), my_case()
    return render_template(
        "migrant/history.html",
        case=case,
        happened=history.timeline(session, case),
        looked=history.looks(session, case),
    )
