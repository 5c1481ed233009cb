"""Words for the journey and who helps after it: the travel checklist, and the partner organisation."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.course.journey import MissReason, PaperWay, Side
from portal.domain.course.travel import Item, Result
from portal.domain.support.field_rights import Field
from portal.domain.support.referrals import ReferralState

ITEMS = {
    Item.TRAVEL_DOCUMENT: _l("Travel document in hand"),
    Item.FIT_TO_TRAVEL: _l("A doctor confirms: fit to travel"),
    Item.TICKET: _l("Ticket booked"),
    Item.ESCORT: _l("Somebody travels along who helps"),
    Item.LUGGAGE: _l("Told how much luggage is allowed"),
    Item.GUARDIAN: _l("Guardian of the child agrees"),
    Item.BEST_INTERESTS: _l("Decision that the return is best for the child"),
}

RESULTS = {
    Result.OPEN: lazy_pgettext("checklist", "Open"),
    Result.DONE: lazy_pgettext("checklist", "Done"),
    Result.NOT_NEEDED: lazy_pgettext("checklist", "Not needed"),
}

PAPER_WAYS = {
    PaperWay.IN_HAND: _l("Passport or another travel document is in hand"),
    PaperWay.LAISSEZ_PASSER: _l("Return document is asked for at the embassy"),
}

SIDES = {
    Side.DEPARTURE: lazy_pgettext("meeting", "At the departure"),
    Side.TRANSIT: lazy_pgettext("meeting", "On the way"),
    Side.ARRIVAL: lazy_pgettext("meeting", "At the arrival"),
}

MISS_REASONS = {
    MissReason.CHANGED_MIND: _l("The person changed their mind"),
    MissReason.ILL: _l("Illness"),
    MissReason.DID_NOT_COME: _l("The person did not come, and we do not know why"),
    MissReason.PAPERS: _l("Something with the papers"),
    MissReason.NOT_LET_ON: _l("The airline or the border did not let the person travel"),
    MissReason.CANCELLED: _l("The flight or bus did not go"),
    MissReason.TOO_LATE: _l("The person came too late"),
    MissReason.OTHER: lazy_pgettext("why not departed", "Something else"),
}

REFERRAL_STATES = {
    ReferralState.PROPOSED: lazy_pgettext("partner organisation", "Waiting for the applicant's answer"),
    ReferralState.SENT: lazy_pgettext("partner organisation", "Waiting for the organisation's answer"),
    ReferralState.ACCEPTED: lazy_pgettext("partner organisation", "Takes part"),
    ReferralState.DECLINED: lazy_pgettext("partner organisation", "Could not take the case on"),
    ReferralState.REFUSED: lazy_pgettext("partner organisation", "The applicant did not agree"),
    ReferralState.REVOKED: lazy_pgettext("partner organisation", "The applicant stopped the sharing"),
    ReferralState.ENDED: lazy_pgettext("partner organisation", "Ended"),
}

FIELDS = {
    Field.REFERENCE: _l("Your case number"),
    Field.PEOPLE: _l("How many people travel"),
    Field.NAMES: _l("Names of the people who travel"),
    Field.BORN_ON: _l("Dates of birth"),
    Field.GENDER: lazy_pgettext("what is shared", "Gender"),
    Field.CONTACT: _l("Phone, e-mail and other ways to get in contact"),
    Field.COUNTRY: _l("Country and place of return"),
    Field.FAMILY: _l("Family members who travel along"),
    Field.IDEAS: _l("Ideas for the time after the return"),
    Field.JOURNEY: _l("What is needed on the journey and at the arrival"),
    Field.PLAN: _l("Reintegration plan, with its steps and payments"),
    Field.DOCUMENTS: _l("Copies of documents"),
    Field.DATES: _l("Days of the departure and the arrival"),
    Field.PHOTOS: _l("Photos of visits and talks"),
    Field.LEGAL_STATUS: _l("Legal status, and what was said about the stay in Estonia"),
    Field.PRECEPT: _l("Decisions of the police or a court"),
    Field.HEALTH: _l("Health, and what was said about special needs"),
    Field.PROTECTION: _l("Fear, violence and force, and conversations about it"),
    Field.HOME: _l("Address in Estonia"),
    Field.NOTES: _l("Notes of the counsellor"),
}
