"""The times that a counsellor offers for appointments, and who has taken them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields import SelectChoice

from portal.db import TIME_ZONE, day_of, now, today
from portal.domain import clocks, people
from portal.domain.course import appointments
from portal.domain.course.counselling import TalkWay
from portal.domain.errors import Reason, Refused
from portal.pages.counsellor.counselling import languages
from portal.pages.counsellor.queue import around
from portal.pages.counsellor.room import NUMBER, bp
from portal.web import current
from portal.web.filters import clock, weekday
from portal.web.forms import Choice, Day, Form, Listed, Text, TimeOfDay, chosen, needed
from portal.web.htmx import moved
from portal.web.spoken import language_named
from portal.web.words import say

LENGTHS = (15, 30, 45, 60, 90, 120)
FIELDS = {Reason.SLOT_OVERLAPS: "at", Reason.SLOT_PAST: "at", Reason.SLOT_FAR: "on"}
"""The field in which a person mends what was refused."""


class SlotForm(Form):
    """A time that is offered."""

    on = Day(_l("Day"), [needed()], future=True)
    at = TimeOfDay(_l("Time"), [needed()])
    minutes = SelectField(
        _l("How many minutes?"),
        [chosen()],
        coerce=int,
        choices=[SelectChoice(one, str(one)) for one in LENGTHS],
        default=45,
    )
    way = Choice(_l("How do you talk?"), TalkWay, [chosen()])
    place = Text(
        _l("Where, or by which number"),
        description=_l("The applicant reads it. For example: Hobujaama 4, room 2."),
    )
    language = Listed(_l("In which language?"), languages, [chosen()])


@bp.get("/appointments")
def my_slots() -> ResponseReturnValue:
    """What is offered, and what is booked."""
    return _page(_alike())


@bp.post("/appointments")
def offer_slot() -> ResponseReturnValue:
    """Offer one more time; what is unusual about it is asked about first."""
    session, form = current.db_session(), SlotForm()
    if not form.validate_on_submit():
        return _page(form), 422
    starts_at = datetime.combine(form.on.data, form.at.data, TIME_ZONE)
    try:
        appointments.offer(
            session,
            starts_at,
            form.minutes.data,
            form.way.data,
            place=form.place.data or "",
            language=form.language.data,
            by=current.viewer(),
        )
    except Refused as refused:
        session.rollback()
        form.accept(**{FIELDS[reason]: str(say(reason)) for reason in refused.reasons})
        return _page(form), 422
    asked = _asked(starts_at, form.minutes.data)
    if asked and request.form.get("sure") != starts_at.isoformat():
        session.rollback()
        return _page(form, asked=asked, mark=starts_at.isoformat())
    session.commit()
    flash(_("This time is offered now."), "success")
    return moved(url_for(".my_slots"))


@bp.post(f"/appointments/<{NUMBER}:slot_id>/end")
def take_slot_back(slot_id: int) -> ResponseReturnValue:
    """Do not offer it any more."""
    session = current.db_session()
    appointments.take_back(session, slot_id, by=current.viewer())
    session.commit()
    flash(_("This time is not offered any more."), "success")
    return moved(url_for(".my_slots"))


def _alike() -> SlotForm:
    """A form that begins with what was offered last; only the time of day is another one."""
    last = appointments.last_offered(current.db_session(), current.viewer())
    if last is None:
        return SlotForm(formdata=None)
    day = day_of(last.starts_at)
    kept = {name: getattr(last, name) for name in ("minutes", "way", "place", "language")}
    return SlotForm(formdata=None, on=day if day >= today() else None, **kept)


def _asked(starts_at: datetime, minutes: int) -> list[str]:
    """What is unusual about a time, in sentences."""
    session = current.db_session()
    facts = {
        "from": clock(starts_at),
        "to": clock(starts_at + timedelta(minutes=minutes)),
        "weekday": weekday(starts_at),
        "holiday": clocks.holiday(session, starts_at.date(), current.language()),
    }
    return [str(say(one)) % facts for one in appointments.unusual(session, starts_at, minutes)]


def _page(form: SlotForm, *, asked: Sequence[str] = (), mark: str = "") -> str:
    session = current.db_session()
    slots = appointments.own_slots(session, current.viewer())
    named = people.names(session, [case.id for _slot, _one, case in slots if case])
    return render_template(
        "counsellor/slots.html",
        **around(),
        slots=slots,
        people=named,
        form=form,
        asked=asked,
        mark=mark,
        now=now(),
        language_name=language_named,
    )
