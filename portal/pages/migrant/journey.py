"""The journey as the one reads it who travels: what is ready, the way, and who waits where."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain import people
from portal.domain.course import journey as journeys
from portal.domain.course import travel
from portal.domain.errors import NotFound
from portal.pages.migrant.rooms import has_journey, my_case
from portal.pages.migrant.standing import bp
from portal.web import current


@bp.get("/journey")
def journey() -> ResponseReturnValue:
    """Everything about the journey in one place."""
    session, case = current.db_session(), my_case()
    if not has_journey(session, case):
        raise NotFound("journey")
    return render_template(
        "migrant/journey.html",
        case=case,
        legs=journeys.legs(session, case),
        meetings=journeys.meetings(session, case),
        papers=journeys.papers(session, case),
        checklist=travel.checklist(session, case),
        person_names={one.id: one.full_name for one in people.of_case(session, case)},
        missed=next(iter(journeys.missed(session, case)), None),
        results=travel.Result,
    )
