"""Words for the time after the return: talks, the final report, and the fields of the hand-over sheet."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.course.eu_sheet import Item, Moment
from portal.domain.support.monitoring import FollowUpMode, FollowUpState
from portal.domain.support.reports import ReportState

MODES = {
    FollowUpMode.VISIT: lazy_pgettext("talk", "Visit"),
    FollowUpMode.PHONE: lazy_pgettext("talk", "Phone call"),
    FollowUpMode.VIDEO: lazy_pgettext("talk", "Video call"),
}

STATES = {
    FollowUpState.PLANNED: lazy_pgettext("talk", "Planned"),
    FollowUpState.DONE: lazy_pgettext("talk", "Took place"),
    FollowUpState.NO_SHOW: lazy_pgettext("talk", "Did not take place"),
    FollowUpState.POSTPONED: lazy_pgettext("talk", "Moved to another day"),
    FollowUpState.CANCELLED: lazy_pgettext("talk", "Cancelled"),
}

REPORT_STATES = {
    ReportState.DRAFT: lazy_pgettext("final report", "Being written"),
    ReportState.SENT: lazy_pgettext("final report", "Sent"),
    ReportState.RETURNED: lazy_pgettext("final report", "Something is missing"),
}

SCORES = {
    1: lazy_pgettext("content with the support", "Not at all"),
    2: lazy_pgettext("content with the support", "Rather not"),
    3: lazy_pgettext("content with the support", "Half and half"),
    4: lazy_pgettext("content with the support", "Rather yes"),
    5: lazy_pgettext("content with the support", "Completely"),
}
"""What the returnee thinks of the support, from 1 to 5."""

MOMENTS = {
    Moment.APPLICATION: _l("1. Application"),
    Moment.PLAN: _l("2. Arrival and plan"),
    Moment.REPORT: _l("3. Final report"),
}

ITEMS = {
    Item.COUNTRY: _l("Country of return"),
    Item.PROJECT: _l("Project"),
    Item.EU_COUNTRY: _l("Country in the European Union"),
    Item.ORGANISATION: _l("Organisation"),
    Item.PARTNER: _l("Reintegration partner"),
    Item.SUPPORT: _l("Type of support"),
    Item.IDENTITY: _l("Identity document"),
    Item.CONSENT: _l("Consent to sharing with the partner"),
    Item.NAME: _l("Name"),
    Item.GENDER: _l("Gender"),
    Item.BORN_ON: _l("Date of birth"),
    Item.NATIONALITY: _l("Nationality by travel document"),
    Item.FAMILY: _l("Family who travel along"),
    Item.RETURN_TYPE: _l("Type of return"),
    Item.STATUS: _l("Legal status"),
    Item.TRAVEL: _l("Date of travel"),
    Item.NEEDS: _l("Assistance needed"),
    Item.VULNERABLE: _l("Special vulnerability"),
    Item.HEARD: _l("How the person heard of the programme"),
    Item.ARRIVED: _l("Date of arrival"),
    Item.CONTACT: _l("Contact and place"),
    Item.OBJECTIVES: _l("What the person wants to reach"),
    Item.ASSESSMENTS: _l("Needs, skills, family, risks"),
    Item.MEETING: _l("First talk after the return"),
    Item.MEETING_FINDINGS: _l("What came of the first talk"),
    Item.APPROVED: _l("Plan approved"),
    Item.CONTRIBUTED: _l("What the budget was used for"),
    Item.SITUATION: _l("How the people are now"),
    Item.ASSESSMENT: _l("Assessment by the partner"),
    Item.FINAL_MEETING: _l("Last talk"),
    Item.FINAL_FINDINGS: _l("What came of the last talk"),
}
