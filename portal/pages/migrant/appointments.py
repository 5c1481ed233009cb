"""The migrant's appointments: to choose a time, move it, cancel it, and put it into a calendar."""

from datetime import UTC, datetime

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.db import now
from portal.domain.cases import Case
from portal.domain.course import appointments as booking
from portal.domain.course.standing import Standing
from portal.domain.errors import NotFound, Reason, Refused
from portal.pages.migrant.rooms import my_case
from portal.pages.migrant.standing import SHOWN_BESIDE, bp
from portal.web import current
from portal.web.spoken import language_name
from portal.web.words import say

WHY_NOT = {
    Reason.SLOT_TAKEN: _l("Somebody else has just booked this time."),
    Reason.SLOT_PAST: _l("This time is over."),
    Reason.APPOINTMENT_OPEN: _l("You already have an appointment."),
    Reason.APPOINTMENT_BEGUN: say(Reason.APPOINTMENT_BEGUN),
    Reason.CHANGED_MEANWHILE: _l("You have no appointment now."),
}
"""Why a time could not be taken or given back, while the page still says what can be done instead."""

NUMBER = f"int(max={2**63 - 1})"


def beside(case: Case, _stands: Standing) -> dict[str, object]:
    """What the first page shows of it: the time that is booked, until it is over, and whether it is now."""
    session = current.db_session()
    is_now = booking.under_way(session, case)
    found = is_now or booking.booked(session, case)
    return {"appointment": found[1] if found else None, "is_appointment_now": is_now is not None}


SHOWN_BESIDE.append(beside)


@bp.get("/appointments")
def appointments() -> ResponseReturnValue:
    """One's own appointment, and the times to choose from."""
    return _page(my_case())


def _page(case: Case, why_not: LazyString | None = None) -> str:
    session = current.db_session()
    return render_template(
        "migrant/appointments.html",
        case=case,
        why_not=why_not,
        under_way=booking.under_way(session, case),
        booked=booking.booked(session, case),
        slots=booking.offered(session, case),
        missed=booking.missed(session, case),
        language_name=language_name,
    )


@bp.post(f"/appointments/<{NUMBER}:slot_id>/<any(book,move):way>")
def take_slot(slot_id: int, way: str) -> ResponseReturnValue:
    """Take a time, or take it instead of the one that is booked; why not is told beside the others."""
    session, case = current.db_session(), my_case()
    take = booking.book if way == "book" else booking.move
    try:
        take(session, case, slot_id, by=current.viewer())
    except Refused as refused:
        return _instead(case, refused)
    session.commit()
    flash(_("Your appointment is booked."), "success")
    return redirect(url_for(".appointments"), 303)


@bp.post("/appointments/cancel")
def cancel_appointment() -> ResponseReturnValue:
    """Do not come; no reason is asked."""
    session, case = current.db_session(), my_case()
    try:
        booking.cancel(session, case, by=current.viewer())
    except Refused as refused:
        return _instead(case, refused)
    session.commit()
    flash(_("Your appointment is cancelled. You can choose another time."), "success")
    return redirect(url_for(".appointments"), 303)


def _instead(case: Case, refused: Refused) -> ResponseReturnValue:
    """The page as it is now, with why not: 409. Raises `refused` when nothing can be chosen any more."""
    why_not = WHY_NOT.get(refused.reasons[0])
    if why_not is None:
        raise refused
    current.db_session().rollback()
    return _page(case, why_not), 409


@bp.get("/appointments/calendar.ics")
def calendar() -> ResponseReturnValue:
    """The appointment for the calendar of a phone; what it is about does not stand in it. Raises NotFound."""
    session, case = current.db_session(), my_case()
    found = booking.booked(session, case)
    if found is None:
        raise NotFound("appointment")
    slot, (name, changes) = found[1], booking.in_calendar(session, case)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar//EN",
        "BEGIN:VEVENT",
        f"UID:{name}",
        f"SEQUENCE:{changes}",
        f"DTSTAMP:{_utc(now())}",
        f"DTSTART:{_utc(slot.starts_at)}",
        f"DTEND:{_utc(slot.ends_at)}",
        f"SUMMARY:{_escaped(_('Appointment'))}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    # RFC 5545: lines end with both characters, and none of these is longer than 75 octets.
    answer = Response("\r\n".join(lines), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
