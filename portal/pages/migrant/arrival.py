"""The returnee says that she has arrived."""

from datetime import date

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.db import latest_day, today
from portal.domain.accounts import Organisation
from portal.domain.applying import application
from portal.domain.cases import Case, CaseState
from portal.domain.course import arrivals, journey
from portal.domain.errors import Reason, Refused
from portal.domain.support import contact
from portal.pages.migrant.rooms import my_case
from portal.pages.migrant.standing import bp
from portal.web import current
from portal.web.forms import Day, Form, needed
from portal.web.htmx import again
from portal.web.words import say

BESIDE_THE_DATE = ([Reason.DATE_IN_FUTURE], [Reason.DATE_TOO_EARLY])


class SayForm(Form):
    """On which day."""

    on = Day(_l("On which day did you arrive?"), [needed()], until=latest_day)


@bp.get("/arrival")
def arrival() -> ResponseReturnValue:
    """Ask for the day; what was said before can be corrected until somebody has confirmed it."""
    case = my_case()
    if case.state is not CaseState.DEPARTED:
        return redirect(url_for(".standing"))
    form = SayForm(formdata=None, on=case.arrival_said_on or _likely(case))
    return render_template("migrant/arrival.html", form=form, **_page(case))


@bp.post("/arrival")
def say_arrived() -> ResponseReturnValue:
    """Keep the day."""
    session, case, form = current.db_session(), my_case(), SayForm()
    if not form.validate():
        return again("migrant/arrival.html", form=form, **_page(case))
    try:
        arrivals.say(session, case, form.on.data, by=current.viewer())
    except Refused as refused:
        if refused.reasons not in BESIDE_THE_DATE:
            raise
        form.accept(on=say(refused.reasons[0]))
        return again("migrant/arrival.html", form=form, **_page(case))
    session.commit()
    return redirect(url_for(".standing"), 303)


def _likely(case: Case) -> date:
    """The day that the plan of the journey says, if it can be that; or else today."""
    session = current.db_session()
    planned, left = journey.last_day(session, case), case.departed_on or date.min
    can_be = planned and planned >= left and not application.is_to_come(session, case, planned)
    return planned if planned and can_be else today()


def _page(case: Case) -> dict[str, object]:
    session = current.db_session()
    return {
        "case": case,
        "partner": session.get(Organisation, case.partner_id) if case.partner_id else None,
        "contact_by": contact.due(session, case, case.arrival_said_on or _likely(case)),
    }
