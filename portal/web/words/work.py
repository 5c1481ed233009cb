"""Words for the work beside the steps: notes, lateness, and what a counsellor chooses from."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.cases import NoteKind
from portal.domain.course.appointments import AppointmentState, Unusual
from portal.domain.course.counselling import TalkWay, Topic
from portal.domain.desk.bulk import BulkKind, Outcome
from portal.domain.desk.escalation import Level

NOTE_KINDS = {
    NoteKind.CASE: _l("Note for colleagues"),
    NoteKind.RESTRICTED: _l("Restricted note: health or protection"),
    NoteKind.SUMMARY: _l("Summary for the applicant"),
}

LEVELS = {
    Level.COUNSELLOR: lazy_pgettext("late", "On the list of the counsellor"),
    Level.APPROVER: lazy_pgettext("late", "On the list of the senior counsellors"),
    Level.MANAGER: lazy_pgettext("late", "Late for long"),
}

TALK_WAYS = {
    TalkWay.PLACE: lazy_pgettext("how we talk", "At a place"),
    TalkWay.PHONE: lazy_pgettext("how we talk", "By phone"),
    TalkWay.VIDEO: lazy_pgettext("how we talk", "By video call"),
}

TOPICS = {
    Topic.PROGRAMME: _l("What the programme does and does not do"),
    Topic.OTHER_WAYS: _l("Other ways than to return, and where to ask about them"),
    Topic.RIGHTS: _l("Rights, and independent legal advice"),
    Topic.FREE_CHOICE: _l("The decision is free and can be changed until the departure"),
    Topic.COUNTRY: _l("The situation in the country of return"),
    Topic.SUPPORT: _l("Support after the return, and its limits"),
    Topic.JOURNEY: _l("The journey and the papers for it"),
    Topic.FAMILY: _l("Family and children"),
    Topic.HEALTH: _l("Health"),
    Topic.DATA: _l("What happens with personal data"),
    Topic.OTHER: lazy_pgettext("topic of a conversation", "Something else"),
}

APPOINTMENT_STATES = {
    AppointmentState.BOOKED: lazy_pgettext("appointment", "Booked"),
    AppointmentState.MOVED: lazy_pgettext("appointment", "Moved"),
    AppointmentState.CANCELLED: lazy_pgettext("appointment", "Cancelled"),
    AppointmentState.HELD: lazy_pgettext("appointment", "Took place"),
    AppointmentState.MISSED: lazy_pgettext("appointment", "Did not take place"),
}

UNUSUALS = {
    Unusual.NIGHT: _l("This is at night in Estonia: %(from)s–%(to)s."),
    Unusual.WEEKEND: _l("This is a %(weekday)s."),
    Unusual.HOLIDAY: _l("This is a public holiday: %(holiday)s."),
}
"""With facts to be put in: pages/counsellor/appointments.py."""

BULK_KINDS = {
    BulkKind.ASSIGN: _l("Give to a counsellor"),
    BulkKind.REMIND: _l("Remind the applicants of what was asked"),
    BulkKind.EXPORT: _l("Make a list (CSV, without names)"),
}

OUTCOMES = {
    Outcome.WAITING: lazy_pgettext("one of many cases", "Waiting"),
    Outcome.DONE: lazy_pgettext("one of many cases", "Done"),
    Outcome.REFUSED: lazy_pgettext("one of many cases", "Not done"),
}
