"""Words for the work beside the steps: notes, lateness, and what a counsellor chooses from."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.cases import NoteKind
from portal.domain.course.escalation import Level

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
