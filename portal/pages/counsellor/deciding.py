"""The approver's page: everything that waits for a second person, and one proposal beside its evidence."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from portal.db import today
from portal.domain import accounts, journal
from portal.domain.cases import Case, CaseState
from portal.domain.course import letters, lifecycle, verification
from portal.domain.course.letters import DECISIONS, Kind
from portal.domain.desk import openings, second
from portal.domain.desk.second import Second, Waiting
from portal.domain.errors import NotFound
from portal.domain.permissions import APPROVER, Act
from portal.domain.steps import Movable, Step
from portal.domain.support import grants, parts
from portal.domain.support.plans import Plan
from portal.pages.access import room as access
from portal.pages.counsellor.assessment import weighing
from portal.pages.counsellor.case import case_ways, spoken
from portal.pages.counsellor.queue import around
from portal.pages.counsellor.room import bp, find_case, open_case, show
from portal.pages.counsellor.ways import FORMS, PREVIEWS, WHERE, Way, verb, ways
from portal.web import current
from portal.web.filters import money
from portal.web.forms import Form
from portal.web.htmx import again
from portal.web.letters import show as show_letter
from portal.web.spoken import language_named

DECIDE = (Act.CASE_ACCEPT, Act.CASE_DECLINE, Act.CASE_SEND_BACK)
FROM: dict[str, Any] = {"from": "decisions"}
"""Whoever came from the approver's list comes back to it."""

INSIDE: Mapping[Second, tuple[Mapping[Act, Step[Any]], str]] = {
    Second.MISSED: (grants.MILESTONE_STEPS, "take_milestone_step"),
    Second.PAYMENT: (grants.PAYMENT_STEPS, "take_payment_step"),
}
"""What lies inside a case, and where its steps are taken."""


@bp.get("/decisions")
def decisions() -> ResponseReturnValue:
    """What waits for a second person, in one list; what the viewer proposed is shown and says why not."""
    session, viewer = current.db_session(), current.viewer()
    if viewer.role not in APPROVER:
        raise NotFound("decisions")
    opened = openings.of_everybody(session, viewer=viewer)
    kinds = second.waiting(session, viewer=viewer)
    return render_template(
        "counsellor/decisions.html",
        **around(),
        kinds=kinds,
        amounts=_amounts(kinds),
        today=today(),
        ways_of=_ways,
        to_sign=access.waiting(),
        opened=opened,
        names=accounts.names(session, [one.viewer_id for one, _case in opened]),
        where=WHERE,
    )


def _amounts(kinds: Mapping[Second, list[Waiting]]) -> dict[int, str]:
    """What each payment and each plan is about, in money."""
    session = current.db_session()
    paid = {
        one.thing.id: (one.thing.amount, session.get_one(Plan, one.thing.plan_id).currency)
        for one in kinds.get(Second.PAYMENT, ())
    }
    planned = {
        one.thing.id: (parts.total(session, one.thing), one.thing.currency)
        for one in kinds.get(Second.PLAN, ())
    }
    return {number: money(*sum_of) for number, sum_of in (paid | planned).items()}


def _ways(one: Waiting) -> list[Way]:
    """What the viewer can do about it from the list: nobody approves a plan without having read it."""
    reference = one.case.reference
    if one.kind is Second.START:
        return [way for way in case_ways(one.case) if way.act is Act.CASE_BEGIN]
    if one.kind in (Second.PROPOSAL, Second.PLAN):
        return []
    table, endpoint = INSIDE[one.kind]
    thing: Movable = one.thing
    return ways(
        thing,
        table,
        lambda step: url_for(f".{endpoint}", reference=reference, number=thing.id, step=step, **FROM),
    )


@bp.get("/cases/<reference>/decide")
def decide(reference: str) -> ResponseReturnValue:
    """The assessment beside its evidence, and what can be decided."""
    case = open_case(reference)
    session, viewer = current.db_session(), current.viewer()
    if viewer.role not in APPROVER:
        raise NotFound(reference)
    return show(
        "counsellor/decide.html",
        case,
        part="show_assessment",
        spoken=spoken(journal.of_case(session, case.id)),
        decidable=[(one, _form(case, one)) for one in DECIDE if case.state is CaseState.PROPOSED],
        reasons={one: lifecycle.missing_for(session, case, one, by=viewer) for one in DECIDE},
        checks=[one for lines in verification.checklist(session, case).values() for one in lines],
        previews=PREVIEWS,
        spoken_to=[language_named(one) for one in letters.spoken_to(session, case)],
        to={one: url_for(".take_step", reference=case.reference, step=verb(one), **FROM) for one in DECIDE},
        where=WHERE,
        language_of=current.language(),
        **weighing(case),
    )


def _form(case: Case, act: Act) -> Form:
    """The form of one step. Its ids are its own: several cases lie open on the approver's list."""
    form = FORMS[act](formdata=None)
    for field in form:
        field.id = f"{verb(act)}-{case.id}-{field.id}"
    return form


@bp.post(f"/cases/<reference>/letters/<any({','.join(DECISIONS)}):decision>/preview")
def preview_letter(reference: str, decision: str) -> ResponseReturnValue:
    """The letter as it would be sent, with a mark across it. Nothing is kept."""
    session, case = current.db_session(writing=True), find_case(reference)
    form = FORMS[Act.CASE_DECLINE if decision == Kind.DECLINED else Act.CASE_ACCEPT]()
    if not form.validate_on_submit():
        return _unusable(case, form)
    words = form.values().get("note") or ""
    return show_letter(letters.preview(session, case, Kind(decision), words, by=current.viewer()))


def _unusable(case: Case, form: Form) -> ResponseReturnValue:
    return again("counsellor/no_preview.html", case=case, form=form)
