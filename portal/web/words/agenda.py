"""Words for a partner's agenda: the next task in a list, and at length on the page of a case."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.support.agenda import Task

TASKS = {
    Task.CONFIRM_ARRIVAL: _l("Confirm arrival"),
    Task.START_PLAN: _l("Start the plan"),
    Task.FINISH_PLAN: _l("Finish the plan and send it to the returnee"),
    Task.CHANGE_PLAN: _l("Change the plan"),
    Task.SUBMIT_PLAN: _l("Send the plan for approval"),
    Task.MEND_REPORT: _l("Complete a report that was sent back"),
    Task.REPORT_STEP: _l("Report a step of the plan"),
    Task.REQUEST_PAYMENT: _l("Request payment"),
    Task.AWAIT_JOURNEY: _l("The journey is being prepared"),
    Task.AWAIT_AGREEMENT: _l("The returnee reads the plan"),
    Task.AWAIT_APPROVAL: _l("The programme decides about the plan"),
    Task.AWAIT_PROGRAMME: _l("The programme checks reports and payments"),
    Task.AWAIT_ANSWER: _l("The returnee says what has arrived"),
    Task.AWAIT_FOLLOW_UP: _l("The counsellor follows up"),
    Task.AWAIT_SHARING: _l("The plan is not shared with you"),
}

GUIDES = {
    Task.CONFIRM_ARRIVAL: _l(
        "The person has left Estonia. Confirm the arrival as soon as you have met or talked."
    ),
    Task.START_PLAN: _l(
        "Meet the returnee and write the reintegration plan together: "
        "what the person wants to reach, what is needed for it, and which steps lead there."
    ),
    Task.FINISH_PLAN: _l("The plan is not finished. When it is complete, send it to the returnee."),
    Task.CHANGE_PLAN: _l("The plan came back. Read what should be different, change it and send it again."),
    Task.SUBMIT_PLAN: _l("The returnee agreed to the plan. Send it to the programme for approval."),
    Task.MEND_REPORT: _l("The counsellor could not confirm a report. Read why and report that step again."),
    Task.REPORT_STEP: _l(
        "When the next step of the plan is done, report it here with a photo or a document."
    ),
    Task.REQUEST_PAYMENT: _l("A step of the plan is confirmed. You can now request the payment."),
    Task.AWAIT_JOURNEY: _l(
        "The counsellor prepares the journey. You are asked to confirm the arrival when the person has left."
    ),
    Task.AWAIT_AGREEMENT: _l(
        "The returnee reads the plan and agrees, or asks for changes. Remind the person if it takes long."
    ),
    Task.AWAIT_APPROVAL: _l("The programme reads the plan. The answer will appear here."),
    Task.AWAIT_PROGRAMME: _l("The programme checks what you sent. You do not have to do anything now."),
    Task.AWAIT_ANSWER: _l(
        "A payment was made. The returnee says on their own page whether everything arrived. "
        "Help if the person cannot do it alone."
    ),
    Task.AWAIT_SHARING: _l(
        "The returnee does not share the plan with your organisation. You do not have to do anything now."
    ),
    Task.AWAIT_FOLLOW_UP: _l(
        "The support is completed. The counsellor asks the returnee how life is going after the return."
    ),
}


def guide(task: Task) -> LazyString:
    """What happens next and who does it, said to the partner."""
    return GUIDES[task]
