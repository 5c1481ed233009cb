"""Words for cases: where one stands, who must act, what happens next, and why it was closed."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.domain.cases import CaseState, ClosureReason
from portal.domain.course import standing
from portal.domain.course.lifecycle import Party

STATES = {
    CaseState.DRAFT: lazy_pgettext("case", "Being written"),
    CaseState.SUBMITTED: lazy_pgettext("case", "Sent, waiting for a counsellor"),
    CaseState.IN_REVIEW: lazy_pgettext("case", "A counsellor is reading it"),
    CaseState.NEEDS_INFO: lazy_pgettext("case", "More information is needed"),
    CaseState.PROPOSED: lazy_pgettext("case", "Waiting for the decision"),
    CaseState.PREPARING: lazy_pgettext("case", "Accepted, journey being prepared"),
    CaseState.READY_TO_TRAVEL: lazy_pgettext("case", "Ready to travel"),
    CaseState.DEPARTED: lazy_pgettext("case", "On the way"),
    CaseState.ARRIVED: lazy_pgettext("case", "Arrived"),
    CaseState.REINTEGRATION: lazy_pgettext("case", "Reintegration support"),
    CaseState.MONITORING: lazy_pgettext("case", "Follow-up"),
    CaseState.CLOSED: lazy_pgettext("case", "Closed"),
    CaseState.WITHDRAWN: lazy_pgettext("case", "Withdrawn"),
    CaseState.NOT_ELIGIBLE: lazy_pgettext("case", "Not accepted"),
    CaseState.EXPIRED: lazy_pgettext("case", "Draft closed"),
}

NEXT_STEPS = {
    CaseState.DRAFT: _l("Answer the questions and send your application. You can stop and go on later."),
    CaseState.SUBMITTED: _l(
        "A counsellor will read your application and contact you. You do not have to do anything now."
    ),
    CaseState.IN_REVIEW: _l(
        "Your counsellor is looking at your application and your documents. "
        "If something is missing, you will be asked for it here."
    ),
    CaseState.NEEDS_INFO: _l(
        "Your counsellor has asked you for something. Change or send it, then send your application again."
    ),
    CaseState.PROPOSED: _l(
        "A senior counsellor will decide about your application. You do not have to do anything now."
    ),
    CaseState.PREPARING: _l(
        "Your counsellor prepares the journey together with you: "
        "documents, tickets and what you need on the way."
    ),
    CaseState.READY_TO_TRAVEL: _l(
        "Everything is ready. Your counsellor tells you when and how you travel. "
        "You can still change your mind."
    ),
    CaseState.DEPARTED: _l(
        "We wish you a safe journey. When you have arrived, "
        "the partner organisation or your counsellor confirms it here."
    ),
    CaseState.ARRIVED: _l(
        "Contact the local office. The partner organisation writes a reintegration plan together with you."
    ),
    CaseState.REINTEGRATION: _l(
        "The partner organisation helps you to carry out your plan. "
        "Please say here whether each payment or delivery has reached you."
    ),
    CaseState.MONITORING: _l("Your counsellor will ask how you are and whether the support has helped you."),
    CaseState.CLOSED: _l("Your case is closed. Nobody has to do anything now."),
    CaseState.WITHDRAWN: _l(
        "You stopped your application. "
        "If you think about it again later, talk to a counsellor or apply again."
    ),
    CaseState.NOT_ELIGIBLE: _l(
        "Your application was not accepted. You can ask once for a review by another counsellor."
    ),
    CaseState.EXPIRED: _l(
        "Your draft was closed because nothing was changed for a long time. Your answers are kept: "
        "you can go on where you stopped, or start a new application."
    ),
}

STAGES = (
    lazy_pgettext("stage", "Apply"),
    lazy_pgettext("stage", "Prepare"),
    lazy_pgettext("stage", "Travel"),
    lazy_pgettext("stage", "Arrive"),
    lazy_pgettext("stage", "Plan"),
    lazy_pgettext("stage", "Receive support"),
    lazy_pgettext("stage", "Follow-up"),
)
"""The way of a case, as the migrant sees it."""

CLOSURE_REASONS = {
    ClosureReason.COMPLETED: _l("The support is completed"),
    ClosureReason.PERIOD_ENDED: _l("The time for the support has ended"),
    ClosureReason.NO_LONGER_ELIGIBLE: _l("The conditions for the support are no longer met"),
    ClosureReason.OWN_CHOICE: _l("The person asked to close the case"),
    ClosureReason.MOVED_AWAY: _l("The person moved to another place"),
    ClosureReason.DIED: _l("The person has died"),
    ClosureReason.OUT_OF_REACH: _l("The person could not be reached"),
    ClosureReason.BARRIER: _l("Something keeps the person from using the support"),
    ClosureReason.SUPPORT_NOT_WANTED: _l("The person does not want the support that is offered"),
    ClosureReason.CONDUCT: _l("Staff or others were threatened"),
    ClosureReason.REPERCUSSIONS: _l("The support brings harm or bad talk upon the person"),
    ClosureReason.SAFETY: _l("It is not safe to go on"),
    ClosureReason.FUNDING_ENDED: _l("There is no more funding"),
}

CLOSURES_TOLD = {
    ClosureReason.COMPLETED: _l("All the support that was agreed has been given."),
    ClosureReason.PERIOD_ENDED: _l("The time for the support is over."),
    ClosureReason.NO_LONGER_ELIGIBLE: _l("The conditions of the programme are no longer met."),
    ClosureReason.OWN_CHOICE: _l("You asked to close your case."),
    ClosureReason.MOVED_AWAY: _l("You live in another place now, where this support cannot be given."),
    ClosureReason.DIED: _l("The support has ended."),
    ClosureReason.OUT_OF_REACH: _l("We tried to reach you and could not. You can still call us."),
    ClosureReason.BARRIER: _l("The support could not reach you in a way that works for you."),
    ClosureReason.SUPPORT_NOT_WANTED: _l("The support that can be offered is not what you need."),
    ClosureReason.CONDUCT: _l(
        "The partner organisation cannot go on working with you. You can still call us."
    ),
    ClosureReason.REPERCUSSIONS: _l("The support was stopped so that it does not bring you problems."),
    ClosureReason.SAFETY: _l("It is not possible to give the support safely at the moment."),
    ClosureReason.FUNDING_ENDED: _l("The programme has no more money for this support."),
}
"""The same, said to the person the case is about, or to who reads it in the place of somebody who died."""

PARTIES = {
    Party.MIGRANT: _l("Applicant"),
    Party.COUNSELLOR: _l("Counsellor"),
    Party.APPROVER: _l("Senior counsellor"),
    Party.PARTNER: _l("Partner organisation"),
    Party.NOBODY: lazy_pgettext("who must act", "Nobody"),
}


def next_step(state: CaseState) -> LazyString:
    """What happens next and who does it, said to the migrant."""
    return NEXT_STEPS[state]


def closure(reason: ClosureReason) -> LazyString:
    """Why a case was closed, said to the migrant."""
    return CLOSURES_TOLD[reason]


def stage(state: CaseState) -> int:
    """Which of STAGES a case is in; one that stopped before it was accepted stays in the first."""
    return standing.STAGES[state]
