"""One case, as far as it is shared with the partner, and the confirmation that the person arrived."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.db import latest_day, today
from portal.domain.cases import Case
from portal.domain.course import departures, journey, lifecycle
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import agenda, plans, shared
from portal.domain.support.agenda import Next, Task
from portal.domain.support.field_rights import Field
from portal.pages.partner.room import bp, open_case
from portal.web import current
from portal.web.forms import Day, Form, needed
from portal.web.htmx import again
from portal.web.words import say

SHOWN_HERE = frozenset(Field) - {Field.PLAN, Field.REFERENCE, Field.PEOPLE}
"""What this page shows of what is shared; a document is seen when it is opened."""
BESIDE_THE_DATE = ([Reason.DATE_IN_FUTURE], [Reason.DATE_TOO_EARLY])


class ArrivalForm(Form):
    """When the person arrived."""

    day = Day(_l("On which day did the person arrive?"), [needed()], until=latest_day)


@bp.get("/cases/<reference>")
def show_case(reference: str) -> ResponseReturnValue:
    """What is shared of a case, and what comes next in it."""
    case = open_case(reference)
    form = ArrivalForm(formdata=None, day=case.arrival_said_on)
    return render_template("partner/case.html", form=form, **_file(case))


@bp.post("/cases/<reference>/arrival")
def arrive(reference: str) -> ResponseReturnValue:
    """Confirm that the person arrived."""
    case, form = open_case(reference), ArrivalForm()
    viewer, session = current.viewer(), current.db_session()
    if not form.validate():
        return again("partner/case.html", form=form, **_file(case))
    try:
        lifecycle.arrive(session, case, on=form.day.data, by=viewer)
    except Refused as refused:
        if refused.reasons not in BESIDE_THE_DATE:
            raise
        form.accept(day=say(refused.reasons[0]))
        return again("partner/case.html", form=form, **_file(case))
    session.commit()
    flash(_("The arrival is confirmed. The plan can now be written."), "success")
    return redirect(url_for(".show_case", reference=case.reference), 303)


@bp.post("/cases/<reference>/departure-question")
def ask_departure(reference: str) -> ResponseReturnValue:
    """Ask the counsellor whether the person has left, long after the planned day."""
    case, session = open_case(reference), current.db_session()
    departures.ask(session, case, by=current.viewer())
    session.commit()
    flash(_("The counsellor is asked. The answer will appear here."), "success")
    return redirect(url_for(".show_case", reference=case.reference), 303)


def _file(case: Case) -> dict[str, Any]:
    viewer, session = current.viewer(), current.db_session(writing=True)
    shown = shared.of(session, case)
    shared.opened(session, case, shown.fields & SHOWN_HERE, by=viewer)
    current.write_down()
    coming = agenda.of(session, case)
    return {
        "case": case,
        "shared": shown,
        "plan": plans.latest(session, case) if Field.PLAN in shown.fields else None,
        "next": coming,
        "questions": departures.of_case(session, case),
        "leaves_on": journey.first_day(session, case),
        "may_ask": departures.may_ask(session, case),
        "to": _where(case, coming),
        "may_confirm": Act.CASE_ARRIVE in lifecycle.steps_for(case, viewer),
        "today": today(),
    }


def _where(case: Case, coming: Next) -> str:
    """The page on which the next task is done; empty when it is this one, or nothing is to be done."""
    if not coming.is_ours or coming.task is Task.CONFIRM_ARRIVAL:
        return ""
    if coming.task is Task.REPORT_STEP and coming.milestone:
        return url_for(".new_update", reference=case.reference, step=coming.milestone.id)
    if coming.milestone:
        return url_for(".show_milestone", reference=case.reference, number=coming.milestone.id)
    if coming.payment:
        return url_for(".show_payment", reference=case.reference, number=coming.payment.id)
    endpoint = ".new_plan" if coming.task is Task.START_PLAN else ".show_plan"
    return url_for(endpoint, reference=case.reference)
