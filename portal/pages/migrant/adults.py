"""The adults who travel along: who agreed, and a code for each with which they say so by themselves."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain import people
from portal.domain.care import agreements, by_themselves
from portal.domain.cases import BEFORE_DEPARTURE
from portal.pages.migrant.asking import bp
from portal.pages.migrant.family import PERSON
from portal.pages.migrant.rooms import my_case
from portal.web import current, paper


@bp.get("/adults")
def adults() -> ResponseReturnValue:
    """Who agreed, who has a code, and a button for each that makes one."""
    session, case = current.db_session(), my_case()
    return render_template(
        "migrant/application/adults.html",
        case=case,
        people=agreements.adults(session, case),
        ways_in=by_themselves.ways_in(session, case),
        agreed=agreements.holding(session, case),
        is_open=case.state in BEFORE_DEPARTURE,
    )


@bp.post(f"/adults/{PERSON}/code")
def give_code(person_id: int) -> ResponseReturnValue:
    """The code, in this answer and nowhere else."""
    session, case = current.db_session(), my_case()
    person = people.find(session, case, person_id)
    code = by_themselves.give_code(session, case, person, by=current.viewer())
    made = by_themselves.ways_in(session, case)[person.id].code
    sheet = paper.of_code(code, current.language(), made.ends_at if made else None)
    session.commit()
    return render_template("migrant/application/member_code.html", paper=sheet, person=person)
