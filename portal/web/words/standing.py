"""Words for a migrant's own page: what exactly her case waits for, and what she can do about it."""

from flask_babel import lazy_gettext as _l

from portal.domain.cases import CaseState
from portal.domain.course.standing import Matter, Task
from portal.domain.support.parts import PaymentState
from portal.domain.support.plans import PlanState
from portal.web.words import plans
from portal.web.words.cases import NEXT_STEPS

MATTERS = {
    Matter.CORRECTION_ASKED: NEXT_STEPS[CaseState.NEEDS_INFO],
    Matter.ANSWERS_MISSING: NEXT_STEPS[CaseState.DRAFT],
    Matter.READY_TO_SEND: _l("Everything needed is there. Read your answers once more and send them."),
    Matter.REFERRAL_ASKED: _l(
        "We suggest an organisation that can help you after your return. "
        "Read what we would share with it. You decide."
    ),
    Matter.PAYMENT_MADE: _l("A payment was made for you. Please say here whether it has reached you."),
    Matter.PLAN_OFFERED: _l(
        "Your reintegration plan is ready. Read it, and say whether you agree or want something changed."
    ),
    Matter.REPORT_RETURNED: _l(
        "Something is missing in what you reported. Look at what is asked and report it again."
    ),
    Matter.DOCUMENT_REJECTED: _l(
        "One of your documents cannot be used. Send it again. Everything else goes on."
    ),
    Matter.QUESTION_OPEN: _l(
        "You told us that something has not arrived or is not right. Your counsellor must answer you here."
    ),
    Matter.PLAN_SUBMITTED: _l(
        "You agreed to the plan. A senior counsellor in Estonia decides about it now. "
        "You do not have to do anything."
    ),
    Matter.REPORT_MADE: _l("A step of your plan was reported as done. Your counsellor checks it now."),
    Matter.PAYMENT_TO_CHECK: _l("A payment was requested for you. Your counsellor checks it now."),
    Matter.PAYMENT_TO_SIGN: _l("A payment for you was checked. A senior counsellor must approve it now."),
    Matter.PAYMENT_TO_MAKE: _l(
        "A payment for you is approved and will be made. Then we ask you here whether it has reached you."
    ),
    Matter.PARTNER_MISSING: _l(
        "No organisation takes part in your case now. "
        "Your counsellor is still your contact and is looking for an organisation."
    ),
    Matter.PARTNER_ASKED: _l("We have asked an organisation to help you after your return. It must answer."),
    Matter.PLAN_AGREED: _l("You agreed to the plan. The partner organisation must send it for approval now."),
    Matter.PLAN_CHANGING: _l(
        "Your plan is being changed. When it is ready, you can read it and decide again."
    ),
    Matter.PLAN_APPROVED: _l("Your plan is approved. A senior counsellor must start the support now."),
    Matter.PLAN_REJECTED: _l(
        "The plan was not approved. The partner organisation must talk to you about a new one."
    ),
    Matter.ON_THE_WAY: _l("When you have arrived, tell it here. Then your partner organisation knows."),
    Matter.ARRIVAL_SAID: _l("You told us that you have arrived. Your partner organisation confirms it now."),
    Matter.FIRST_CONTACT: NEXT_STEPS[CaseState.ARRIVED],
    Matter.STEP_PLANNED: _l(
        "Your support has started. The partner organisation helps you with the next step."
    ),
    Matter.ALL_DELIVERED: _l("Everything in your plan has reached you. Your counsellor must confirm it now."),
    Matter.REVIEW_POSSIBLE: NEXT_STEPS[CaseState.NOT_ELIGIBLE],
    Matter.REVIEWED: _l(
        "Another counsellor has looked at your application again. It was not accepted. "
        "You can still talk to us."
    ),
    Matter.DECISION_ASKED: _l(
        "Everything is ready. Before the journey we ask you once more whether you still want to go. "
        "You can still change your mind."
    ),
    Matter.DRAFT_EXPIRED: NEXT_STEPS[CaseState.EXPIRED],
}

TASKS = {
    Task.CORRECT: _l("Change what was asked"),
    Task.GO_ON: _l("Go on with my application"),
    Task.SEND: _l("Check and send"),
    Task.CONSENT_TO_REFERRAL: _l("Read what would be shared"),
    Task.CONFIRM_PAYMENT: _l("Say whether it arrived"),
    Task.READ_PLAN: _l("Read my plan"),
    Task.REPORT_AGAIN: _l("Report it again"),
    Task.SEND_DOCUMENT: _l("Send the document again"),
    Task.CONTACT_PARTNER: _l("How to contact them"),
    Task.SAY_ARRIVED: _l("I have arrived"),
    Task.ASK_FOR_REVIEW: _l("Ask for a review"),
    Task.START: _l("Start an application"),
    Task.CONFIRM_DECISION: _l("Read and answer"),
    Task.TAKE_UP: _l("Go on, or start anew"),
}

PLAN_LEADS = {
    PlanState.OFFERED: _l(
        "Read it at your own pace. Nothing is bought before you agree and a senior counsellor approves it."
    ),
    PlanState.AGREED: MATTERS[Matter.PLAN_AGREED],
    PlanState.SUBMITTED: MATTERS[Matter.PLAN_SUBMITTED],
    PlanState.APPROVED: _l("This is what was agreed, what is paid, and what comes next."),
    PlanState.CHANGES_REQUESTED: MATTERS[Matter.PLAN_CHANGING],
    PlanState.REJECTED: MATTERS[Matter.PLAN_REJECTED],
    PlanState.AMENDED: _l("A later version took the place of this one."),
    PlanState.CANCELLED: _l("This change was given up. The plan stays as it was."),
}

# Where the words for everybody speak of "the returnee", the reader here is meant.
PLAN_STATES = plans.STATES | {PlanState.OFFERED: _l("Your turn"), PlanState.AGREED: _l("You agreed")}
PAYMENT_STATES = plans.PAYMENT_STATES | {PaymentState.PAID: _l("Has it arrived?")}
