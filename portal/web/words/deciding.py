"""Words for what leads to a decision: checks, assessment, and opening a colleague's case."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.cases import OpeningReason
from portal.domain.course.assessment import Met, Recommendation
from portal.domain.course.verification import Finding
from portal.domain.desk.second import Second
from portal.domain.desk.visits import CasePart

FINDINGS = {
    Finding.CONFIRMED: lazy_pgettext("check", "Confirmed"),
    Finding.NOT_CONFIRMED: lazy_pgettext("check", "Not confirmed"),
    Finding.NOT_NEEDED: lazy_pgettext("check", "Not needed"),
}

METS = {
    Met.MET: lazy_pgettext("condition", "Met"),
    Met.NOT_MET: lazy_pgettext("condition", "Not met"),
    Met.NOT_KNOWN: lazy_pgettext("condition", "Not known"),
}

RECOMMENDATIONS = {
    Recommendation.ACCEPT: _l("Accept the application"),
    Recommendation.DECLINE: _l("Do not accept the application"),
}

PARTS = {
    CasePart.CHECKS: lazy_pgettext("part of a case", "Checks"),
    CasePart.ASSESSMENT: lazy_pgettext("part of a case", "Assessment"),
    CasePart.APPLICATION: lazy_pgettext("part of a case", "Answers and family"),
    CasePart.CORRECTIONS: lazy_pgettext("part of a case", "What was asked, and what has changed"),
    CasePart.DOCUMENTS: lazy_pgettext("part of a case", "Documents and letters"),
    CasePart.CARE: lazy_pgettext("part of a case", "Conversations"),
    CasePart.TRAVEL: lazy_pgettext("part of a case", "Journey and partner"),
    CasePart.PLAN: lazy_pgettext("part of a case", "Plan and payments"),
    CasePart.NOTES: lazy_pgettext("part of a case", "Notes"),
    CasePart.HISTORY: lazy_pgettext("part of a case", "History"),
}

SECONDS = {
    Second.PROPOSAL: _l("Applications to decide about"),
    Second.PLAN: _l("Plans to decide about"),
    Second.START: _l("Support to start"),
    Second.MISSED: _l("Missed steps of a plan"),
    Second.PAYMENT: _l("Payments to approve"),
}

OPENING_REASONS = {
    OpeningReason.EMERGENCY: _l("Somebody needs help at once"),
    OpeningReason.COLLEAGUE_AWAY: _l("The counsellor of the case is not at work"),
    OpeningReason.ASKED_BY_PERSON: _l("The person of the case asked for it"),
    OpeningReason.ASKED_BY_COLLEAGUE: _l("The counsellor of the case asked for it"),
    OpeningReason.OTHER: _l("Another reason"),
}
