"""The migrant's appointments: to choose a time, move it, cancel it, and put it into a calendar."""

from datetime import UTC, datetime

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.db import now
from portal.domain.cases import Case
from portal.domain.course import appointments as booking
from portal.domain.course.standing import Standing
from portal.domain.errors import NotFound
from portal.pages.migrant.rooms import my_case
from portal.pages.migrant.standing import SHOWN_BESIDE, bp
from portal.web import current
from portal.web.spoken import language_name

NUMBER = f"int(max={2**63 - 1})"


def beside(case: Case, _stands: Standing) -> dict[str, object]:
    """What the first page shows of it: the time that is booked, until it is over."""
    found = booking.booked(current.db_session(), case)
    return {"appointment": found[1] if found and found[1].ends_at > now() else None}


SHOWN_BESIDE.append(beside)


@bp.get("/appointments")
def appointments() -> ResponseReturnValue:
    """One's own appointment, and the times to choose from."""
    session, case = current.db_session(), my_case()
    return render_template(
        "migrant/appointments.html",
        case=case,
        booked=booking.booked(session, case),
        slots=booking.offered(session, case),
        missed=booking.missed(session, case),
        language_name=language_name,
        now=now(),
    )


@bp.post(f"/appointments/<{NUMBER}:slot_id>/<any(book,move):way>")
def take_slot(slot_id: int, way: str) -> ResponseReturnValue:
    """Take a time, or take it instead of the one that is booked."""
    session, case = current.db_session(), my_case()
    take = booking.book if way == "book" else booking.move
    take(session, case, slot_id, by=current.viewer())
    session.commit()
    flash(_("Your appointment is booked."), "success")
    return redirect(url_for(".appointments"), 303)


@bp.post("/appointments/cancel")
def cancel_appointment() -> ResponseReturnValue:
    """Do not come; no reason is asked."""
    session, case = current.db_session(), my_case()
    booking.cancel(session, case, by=current.viewer())
    session.commit()
    flash(_("Your appointment is cancelled. You can choose another time."), "success")
    return redirect(url_for(".appointments"), 303)


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
