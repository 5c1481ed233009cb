"""What the counsellor's desk says beyond the names of things: what to do next, and what a step means."""

from collections.abc import Callable
from datetime import date

from babel.dates import format_skeleton
from flask_babel import get_locale, lazy_pgettext, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.desk.desk import Task
from portal.domain.desk.piles import Pile
from portal.domain.permissions import Act

PILES = {
    Pile.TO_APPROVE: _l("To decide"),
    Pile.FOR_ME: _l("Waiting for me"),
    Pile.UNASSIGNED: _l("New, not taken"),
    Pile.OVERDUE: _l("Overdue"),
    Pile.FOR_MIGRANT: _l("Waiting for the applicant"),
    Pile.MINE: _l("All my cases"),
    Pile.ALL: _l("All open cases"),
}

EMPTY = {
    Pile.TO_APPROVE: _l("No case is waiting for a decision."),
    Pile.FOR_ME: _l("You have no tasks now."),
    Pile.UNASSIGNED: _l("Every application has a counsellor."),
    Pile.OVERDUE: _l("Nothing is overdue."),
    Pile.FOR_MIGRANT: _l("No case is waiting for the applicant."),
    Pile.MINE: _l("You have no open cases. Take one from the new ones."),
    Pile.ALL: _l("There are no open cases."),
}

STANDS = {
    CaseState.DRAFT: lazy_pgettext("queue", "Being filled in"),
    CaseState.SUBMITTED: lazy_pgettext("queue", "New"),
    CaseState.IN_REVIEW: lazy_pgettext("queue", "In review"),
    CaseState.NEEDS_INFO: lazy_pgettext("queue", "Sent back"),
    CaseState.PROPOSED: lazy_pgettext("queue", "Proposed"),
    CaseState.PREPARING: lazy_pgettext("queue", "Preparing"),
    CaseState.READY_TO_TRAVEL: lazy_pgettext("queue", "Ready to travel"),
    CaseState.DEPARTED: lazy_pgettext("queue", "Travelling"),
    CaseState.ARRIVED: lazy_pgettext("queue", "Arrived"),
    CaseState.REINTEGRATION: lazy_pgettext("queue", "Reintegration"),
    CaseState.MONITORING: lazy_pgettext("queue", "Follow-up"),
    CaseState.CLOSED: lazy_pgettext("queue", "Closed"),
    CaseState.WITHDRAWN: lazy_pgettext("queue", "Withdrawn"),
    CaseState.NOT_ELIGIBLE: lazy_pgettext("queue", "Not accepted"),
    CaseState.EXPIRED: lazy_pgettext("queue", "Draft closed"),
}
"""Where a case stands, in the one or two words that staff call it. A draft is shown to who assists."""

NEXT = {
    CaseState.DRAFT: _l("Fill in the application together with the person, then send it."),
    CaseState.SUBMITTED: _l("Take the case on and read it. The applicant sees who the counsellor is."),
    CaseState.IN_REVIEW: _l(
        "Look at the answers and the documents. Ask for what is missing, or propose a decision."
    ),
    CaseState.NEEDS_INFO: _l("The applicant changes or sends what you asked for. Then the case comes back."),
    CaseState.PROPOSED: _l(
        "A senior counsellor accepts the application or does not accept it. "
        "It cannot be the one who proposed the decision."
    ),
    CaseState.PREPARING: _l(
        "Complete the travel checklist for every person, "
        "and suggest a partner organisation for the time after."
    ),
    CaseState.READY_TO_TRAVEL: _l("Confirm the departure as soon as there is proof of it."),
    CaseState.DEPARTED: _l("The partner organisation confirms the arrival. You can do it too."),
    CaseState.ARRIVED: _l(
        "The partner organisation writes the plan with the returnee. "
        "Once it is approved, the support can start."
    ),
    CaseState.REINTEGRATION: _l(
        "The partner organisation reports each step. Confirm the steps, check and make the payments."
    ),
    CaseState.MONITORING: _l("Ask how the returnee is. Then a senior counsellor closes the case."),
    CaseState.CLOSED: _l("You do not have to do anything."),
    CaseState.WITHDRAWN: _l(
        "The applicant stopped. You do not have to do anything, unless they tell us that they want to go on."
    ),
    CaseState.NOT_ELIGIBLE: _l("The applicant can ask once for a review by another counsellor."),
    CaseState.EXPIRED: _l("The draft was closed. You do not have to do anything."),
}
"""What happens next, said to the counsellor."""

CAME_BACK = _l("It came back from the applicant. Take it on again and read what has changed.")

MEANS = {
    Act.CASE_TAKE: _l("You become the counsellor of this case. The applicant sees your name."),
    Act.CASE_ASK: _l("The applicant gets the list of what to change, and can change only that."),
    Act.CASE_PROPOSE: _l(
        "A senior counsellor decides. Only colleagues read your assessment, the applicant does not."
    ),
    Act.CASE_SEND_BACK: _l(
        "The case goes back to the counsellor. The counsellor can read your words, the applicant cannot."
    ),
    Act.CASE_ACCEPT: _l("The applicant sees that the application is accepted. The journey can be prepared."),
    Act.CASE_DECLINE: _l(
        "The applicant reads your words. Say plainly why, and that a review by another counsellor "
        "can be asked for once."
    ),
    Act.CASE_CLEAR: _l(
        "Everybody has what they need for the journey. The applicant can still change their mind."
    ),
    Act.CASE_UNCLEAR: _l("The journey is being prepared again, and the checklist can be changed."),
    Act.CASE_DEPART: _l(
        "After this the application can no longer be withdrawn. "
        "The partner organisation waits for the arrival."
    ),
    Act.CASE_NOT_DEPARTED: _l(
        "The case stays open, and the journey is prepared again: ticket and way are planned anew. "
        "The applicant reads this, and can still stop or go on."
    ),
    Act.CASE_ARRIVE: _l("The time to contact the local office starts on this day."),
    Act.CASE_BEGIN: _l("The partner organisation can report steps and request payments."),
    Act.CASE_COMPLETE: _l("All steps are confirmed and all payments received. The follow-up begins."),
    Act.CASE_CLOSE: _l("The case ends, and the partner organisation no longer sees it."),
    Act.CASE_RETURN_TO_US: _l("The applicant asked for it. You become the counsellor of the case."),
    Act.REFERRAL_END: _l(
        "The organisation no longer sees the case. The portal tells it that the sharing ended."
    ),
    Act.PLAN_APPROVE: _l("The plan is approved. Steps and payments follow it."),
    Act.PLAN_RETURN: _l("The partner organisation and the returnee read your words and change the plan."),
    Act.PLAN_REJECT: _l("This plan ends here. The partner organisation can write a new one."),
    Act.MILESTONE_VERIFY: _l("You have seen the proof. Payments that depend on this step can go on."),
    Act.MILESTONE_RETURN: _l("The partner organisation and the returnee read your words."),
    Act.MILESTONE_MISS: _l("The step did not happen in time. It can still be reported later."),
    Act.MILESTONE_WAIVE: _l("The step is no longer needed. Payments that depend on it can go on."),
    Act.PAYMENT_VERIFY: _l("You have checked the request. A senior counsellor approves it."),
    Act.PAYMENT_APPROVE: _l("You approve this payment. After that it can be made."),
    Act.REPORT_RETURN: _l("The report goes back to the partner organisation to be completed."),
    Act.PAYMENT_RETURN: _l("The request goes back to the partner organisation. Signatures are removed."),
    Act.PAYMENT_PAY: _l("The returnee is asked whether the money or the goods arrived."),
    Act.PAYMENT_ANSWER: _l("The returnee reads your words, and is asked once more whether it arrived."),
}
"""What follows from a step, and who reads the words given with it."""

TASKS: dict[Task, Callable[[int], str]] = {
    Task.CARE: lambda n: ngettext("%(num)d conversation to have", "%(num)d conversations to have", n),
    Task.DOCUMENT: lambda n: ngettext("%(num)d document to look at", "%(num)d documents to look at", n),
    Task.MILESTONE: lambda n: ngettext("%(num)d step to confirm", "%(num)d steps to confirm", n),
    Task.MISSED: lambda n: ngettext("%(num)d missed step", "%(num)d missed steps", n),
    Task.PLAN: lambda n: _("Plan to decide about"),
    Task.START: lambda n: _("Support to start"),
    Task.CHECK: lambda n: ngettext("%(num)d payment to check", "%(num)d payments to check", n),
    Task.SIGN: lambda n: ngettext("%(num)d payment to approve", "%(num)d payments to approve", n),
    Task.PAY: lambda n: ngettext("%(num)d payment to make", "%(num)d payments to make", n),
    Task.ANSWER: lambda n: ngettext(
        "%(num)d question about a payment", "%(num)d questions about payments", n
    ),
    Task.DEPARTURE: lambda n: _("The partner organisation asks about the departure"),
    Task.REQUEST: lambda n: ngettext("%(num)d request about data", "%(num)d requests about data", n),
    Task.INQUIRY: lambda n: _("The applicant has heard nothing"),
    Task.OWN_TASK: lambda n: ngettext("%(num)d task", "%(num)d tasks", n),
}


def empty(one: Pile) -> LazyString:
    """What an empty pile says."""
    return EMPTY[one]


def stands(state: CaseState) -> LazyString:
    """Where a case stands, as staff call it."""
    return STANDS[state]


def short_day(day: date) -> str:
    """A date as short as it can be: 12 May; with its year when that is not this one."""
    pattern = "MMMd" if day.year == today().year else "yMMMd"
    return str(format_skeleton(pattern, day, locale=get_locale()))


def until(day: date) -> str:
    """How far a date is away: today, in 3 days, 5 days late."""
    days = (day - today()).days
    if days == 0:
        return str(_("today"))
    if days < 0:
        return str(ngettext("%(num)d day late", "%(num)d days late", -days))
    return str(ngettext("in %(num)d day", "in %(num)d days", days))


def todo(state: CaseState, *, came_back: bool = False) -> LazyString:
    """What happens next, said to the counsellor. `came_back`: with what was asked for, so it is not new."""
    return CAME_BACK if came_back and state is CaseState.SUBMITTED else NEXT[state]


def means(act: Act) -> LazyString:
    """What follows from a step."""
    return MEANS[act]


def task(one: Task, number: int) -> str:
    """So many of one task."""
    return TASKS[one](number)
