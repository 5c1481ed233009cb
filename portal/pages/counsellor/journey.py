"""The journey as a counsellor plans it: papers of each person, the way from place to place, who waits."""

from collections.abc import Sequence
from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from portal.db import today
from portal.domain import people
from portal.domain.cases import Case
from portal.domain.course import journey
from portal.domain.course.journey import Leg, PaperWay, Side, When
from portal.domain.errors import Reason, Refused
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.web import current
from portal.web.forms import Choice, Day, Form, Phone, Text, TimeOfDay, chosen, needed
from portal.web.htmx import moved
from portal.web.words import say

HERE = "Europe/Tallinn"
ZONES = (
    *(f"Africa/{city}" for city in ("Accra", "Addis_Ababa", "Algiers", "Cairo", "Casablanca", "Khartoum")),
    *(f"Africa/{city}" for city in ("Kinshasa", "Lagos", "Mogadishu", "Nairobi", "Tunis")),
    *(f"Asia/{city}" for city in ("Almaty", "Amman", "Ashgabat", "Baghdad", "Baku", "Beirut", "Bishkek")),
    *(
        f"Asia/{city}"
        for city in ("Colombo", "Damascus", "Dhaka", "Doha", "Dubai", "Dushanbe", "Ho_Chi_Minh")
    ),
    *(f"Asia/{city}" for city in ("Kabul", "Karachi", "Kathmandu", "Kolkata", "Manila", "Samarkand")),
    *(f"Asia/{city}" for city in ("Shanghai", "Tashkent", "Tbilisi", "Tehran", "Yerevan")),
    *(f"Europe/{city}" for city in ("Amsterdam", "Berlin", "Chisinau", "Helsinki", "Istanbul", "Kyiv")),
    *(f"Europe/{city}" for city in ("London", "Minsk", "Moscow", "Paris", "Riga", "Tallinn", "Vienna")),
    *(f"Europe/{city}" for city in ("Vilnius", "Warsaw")),
)
"""The time zones that journeys go through most; any other can be typed."""
WRONG_TIMES = {
    Reason.ARRIVES_TOO_EARLY: "arrives_at",
    Reason.DATE_LONG_AGO: "departs_on",
    Reason.LEAVES_BEFORE_ARRIVAL: "departs_at",
    Reason.MISSES_NEXT_LEG: "arrives_at",
}
"""The field in which a wrong time is mended."""
SIDE = f"any({','.join(Side)}):side"


class Zone(Text):
    """A time zone by its name."""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data and not self.errors and not journey.is_zone(self.data):
            raise ValidationError(_l("There is no such time zone. Write it like Europe/Tallinn."))


class PaperForm(Form):
    """With which paper somebody travels."""

    way = Choice(_l("Paper for the journey"), PaperWay, [chosen()])
    asked_on = Day(_l("Asked for on"), until=today)
    received_on = Day(_l("Arrived on"), until=today)
    expires_on = Day(_l("Last day on which it can be used"), future=True)


class LegForm(Form):
    """One part of the way."""

    origin = Text(_l("From"), [needed()])
    destination = Text(_l("To"), [needed()])
    carrier = Text(_l("Airline or bus company"))
    number = Text(_l("Number of the flight or bus"), most=40)
    departs_on = Day(_l("Day of departure"), [needed()])
    departs_at = TimeOfDay(_l("Time of departure"), [needed()])
    departs_zone = Zone(_l("Time zone of the departure"), [needed()], most=40, default=HERE)
    arrives_on = Day(_l("Day of arrival"), [needed()])
    arrives_at = TimeOfDay(_l("Time of arrival"), [needed()])
    arrives_zone = Zone(
        _l("Time zone of the arrival"),
        [needed()],
        most=40,
        description=_l("Times are as on the ticket: by the clock of the place. For example Asia/Tashkent."),
    )
    person = SelectField(_l("Who travels?"), coerce=int)

    def __init__(self, case: Case, **more: object) -> None:
        super().__init__(**more)
        every = people.of_case(current.db_session(), case)
        named = (SelectChoice(one.id, one.full_name) for one in every)
        self.person.flags.required = True  # one is always chosen: everybody
        self.person.choices = [SelectChoice(0, _("Everybody")), *named]


class MeetingForm(Form):
    """Who waits, where and when."""

    place = Text(_l("Where"), [needed()], description=_l("For example: main entrance, beside the café."))
    who = Text(_l("Who waits"), [needed()])
    phone = Phone(_l("Phone"), abroad=True)
    on = Day(_l("Day"), [needed()], future=True)
    at = TimeOfDay(_l("Time"), [needed()])
    zone = Zone(
        _l("Time zone"),
        [needed()],
        most=40,
        description=_l("By the clock of the place where they meet. For example Asia/Tashkent."),
    )


@bp.get("/cases/<reference>/journey")
def show_journey(reference: str) -> ResponseReturnValue:
    """Papers, way and meetings."""
    return _page(open_case(reference))


@bp.post(f"/cases/<reference>/journey/papers/<{NUMBER}:person_id>")
def set_paper(reference: str, person_id: int) -> ResponseReturnValue:
    """With which paper one person travels, and when it came."""
    session, case = current.db_session(), find_case(reference)
    person, form = people.find(session, case, person_id), PaperForm(prefix=f"p{person_id}-")
    if not form.validate_on_submit():
        return _page(case, paper={person_id: form}), 422
    given = form.values()
    try:
        journey.set_paper(
            session,
            case,
            person,
            form.way.data,
            by=current.viewer(),
            **{name: given[f"p{person_id}-{name}"] for name in ("asked_on", "received_on", "expires_on")},
        )
    except Refused as refused:
        if refused.reasons != [Reason.DATE_TOO_EARLY]:
            raise
        session.rollback()
        form.received_on.errors = [_("It cannot come before it is asked for. Check both dates.")]
        return _page(case, paper={person_id: form}), 422
    return _saved(case)


@bp.post("/cases/<reference>/journey/legs")
def add_leg(reference: str) -> ResponseReturnValue:
    """Add a part of the way."""
    session, case = current.db_session(), find_case(reference)
    form = LegForm(case)
    if not form.validate_on_submit():
        return _page(case, leg=form), 422
    given = form.values("origin", "destination", "carrier", "number")
    try:
        journey.add_leg(
            session,
            case,
            When(form.departs_on.data, form.departs_at.data, form.departs_zone.data),
            When(form.arrives_on.data, form.arrives_at.data, form.arrives_zone.data),
            person=people.find(session, case, form.person.data) if form.person.data else None,
            by=current.viewer(),
            **{name: value or "" for name, value in given.items()},
        )
    except Refused as refused:
        reason = refused.reasons[0]
        if reason not in WRONG_TIMES:
            raise
        session.rollback()
        form.accept(**{WRONG_TIMES[reason]: str(say(reason))})
        return _page(case, leg=form), 422
    return _saved(case)


@bp.post(f"/cases/<reference>/journey/legs/<{NUMBER}:leg_id>/end")
def end_leg(reference: str, leg_id: int) -> ResponseReturnValue:
    """This part of the way is not taken."""
    case = find_case(reference)
    journey.end_leg(current.db_session(), case, leg_id, by=current.viewer())
    return _saved(case)


@bp.post(f"/cases/<reference>/journey/meetings/<{SIDE}>")
def set_meeting(reference: str, side: str) -> ResponseReturnValue:
    """Who waits at one end of the journey."""
    session, case, form = current.db_session(), find_case(reference), MeetingForm(prefix=f"{side}-")
    if not form.validate_on_submit():
        return _page(case, meeting={side: form}), 422
    at = When(form.on.data, form.at.data, form.zone.data)
    journey.set_meeting(
        session,
        case,
        Side(side),
        at,
        place=form.place.data,
        who=form.who.data,
        phone=form.phone.data or "",
        by=current.viewer(),
    )
    return _saved(case)


@bp.post(f"/cases/<reference>/journey/meetings/<{SIDE}>/end")
def end_meeting(reference: str, side: str) -> ResponseReturnValue:
    """Nobody waits there after all."""
    case = find_case(reference)
    journey.end_meeting(current.db_session(), case, Side(side), by=current.viewer())
    return _saved(case)


def _saved(case: Case) -> ResponseReturnValue:
    current.db_session().commit()
    flash(_("Saved. The applicant reads it on the page about the journey."), "success")
    return moved(url_for(".show_journey", reference=case.reference))


def _page(
    case: Case,
    *,
    paper: dict[int, PaperForm] | None = None,
    leg: LegForm | None = None,
    meeting: dict[str, MeetingForm] | None = None,
) -> str:
    session = current.db_session()
    travellers, papers = people.of_case(session, case), journey.papers(session, case)
    way = journey.legs(session, case)
    met = {one.side: one for one in journey.meetings(session, case)}
    return show(
        "counsellor/journey.html",
        case,
        part="show_travel",
        travellers=travellers,
        person_names={one.id: one.full_name for one in travellers},
        papers=papers,
        paper_forms={one.id: (paper or {}).get(one.id) or _paper_form(one.id, papers) for one in travellers},
        legs=way,
        leg_form=leg or LegForm(case, formdata=None),
        met=met,
        meeting_forms={side: (meeting or {}).get(side) or _meeting_form(side, met, way) for side in Side},
        missed=journey.missed(session, case),
        may_plan=case.state in journey.PLANNED,
        zones=ZONES,
    )


def _paper_form(person_id: int, papers: Any) -> PaperForm:
    return PaperForm(formdata=None, prefix=f"p{person_id}-", obj=papers.get(person_id))


def _meeting_form(side: Side, met: dict[Side, journey.Meeting], way: Sequence[Leg]) -> MeetingForm:
    one = met.get(side)
    if one is None:
        return MeetingForm(formdata=None, prefix=f"{side}-", data=_expected(side, way))
    given: dict[str, Any] = {name: getattr(one, name) for name in ("place", "who", "phone", "zone")}
    given |= {"on": one.when.date(), "at": f"{one.when:%H:%M}"}
    return MeetingForm(formdata=None, prefix=f"{side}-", data=given)


def _expected(side: Side, way: Sequence[Leg]) -> dict[str, Any]:
    """Day and clock of a meeting that is not written down yet, as the tickets tell; no clock is guessed."""
    if not way:
        return {"zone": HERE} if side is Side.DEPARTURE else {}
    if side is Side.DEPARTURE:
        return {"on": way[0].departs.date(), "zone": way[0].departs_zone}
    if side is Side.ARRIVAL:
        return {"on": way[-1].arrives.date(), "zone": way[-1].arrives_zone}
    return {"on": way[0].arrives.date(), "zone": way[0].arrives_zone} if len(way) > 1 else {}
