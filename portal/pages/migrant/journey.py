"""The journey as the one reads it who travels: what is ready, the way, and who waits where."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.db import now
from portal.domain import people
from portal.domain.cases import Case
from portal.domain.course import journey as journeys
from portal.domain.course import travel
from portal.domain.course.standing import Standing
from portal.domain.errors import NotFound
from portal.domain.permissions import Act
from portal.pages.migrant.rooms import has_journey, my_case
from portal.pages.migrant.standing import SHOWN_BESIDE, bp
from portal.web import current, news


def beside(case: Case, _stands: Standing) -> dict[str, object]:
    """What the first page shows of it: the part of the way that comes next."""
    if case.state not in journeys.PLANNED:
        return {"next_leg": None}
    planned = journeys.legs(current.db_session(), case)
    return {"next_leg": next((leg for leg in planned if leg.departs_at > now()), None)}


SHOWN_BESIDE.append(beside)


@bp.get("/journey")
def journey() -> ResponseReturnValue:
    """Everything about the journey in one place; that it is another one is no news after that."""
    session, case = current.db_session(writing=news.is_there()), my_case()
    if not has_journey(session, case):
        raise NotFound("journey")
    news.read_here(Act.JOURNEY_SET)
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
