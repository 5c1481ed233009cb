"""Words for refusals: what stands in the way, and what to do about it."""

from flask_babel import lazy_gettext as _l

from portal.domain.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD
from portal.domain.errors import Reason
from portal.domain.papers.tables import MOST_ROWS

REASONS = {
    Reason.TALK_UNTOLD: _l("Write who was seen and what you found out."),
    Reason.NEXT_TALK_OPEN: _l("Give the day of the next talk, or say that none is planned."),
    Reason.DATE_PAST: _l("This day is over. Choose today or a later day."),
    Reason.SURVEY_EMPTY: _l("Nothing is answered yet. Answer at least one question."),
    Reason.SURVEY_TODAY: _l("These questions were answered today. They can be answered again tomorrow."),
    Reason.REPORT_INCOMPLETE: _l("Answer all questions of the report before you send it."),
    Reason.WRONG_STATE: _l("This cannot be done now. Load the page again to see what has changed."),
    Reason.SECTIONS_INCOMPLETE: _l(
        "Some required answers are missing. Complete the parts of the application that are still open."
    ),
    Reason.CONSENTS_MISSING: _l(
        "A required consent is missing. Go to the last part of the application, read the texts and tick them."
    ),
    Reason.SIGNATURE_MISSING: _l("The application is not signed yet. Write your name and sign it."),
    Reason.SIGNED_BY_ANOTHER: _l(
        "This name is not in the application. Write your own name, as in your answers."
    ),
    Reason.CORRECTIONS_OPEN: _l("Something that was asked for is still missing. Change or send it first."),
    Reason.CORRECTION_MISSING: _l("The list of changes is empty. Add at least one thing to it."),
    Reason.REASON_MISSING: _l("A reason is missing. Choose or write one."),
    Reason.DATE_MISSING: _l("The date is missing. Give the day, the month and the year."),
    Reason.DATE_IN_FUTURE: _l("This date is in the future. Give today or an earlier day."),
    Reason.DATE_TOO_EARLY: _l("The arrival cannot be before the departure. Check the date."),
    Reason.DATE_LONG_AGO: _l("This day is too long before the application. Check the year."),
    Reason.IDENTITY_NOT_ACCEPTED: _l(
        "No identity document has been accepted yet. Accept one, or write why there is none."
    ),
    Reason.VERIFICATION_OPEN: _l(
        "Something that must be checked before an acceptance is still open. "
        "Look at the checks of every person."
    ),
    Reason.ASSESSMENT_MISSING: _l(
        "The assessment is missing. Weigh the conditions, and say what you propose and why."
    ),
    Reason.CRITERIA_OPEN: _l(
        "A condition that is needed for an acceptance is not met, or nobody knows yet. "
        "Look at the assessment."
    ),
    Reason.PAPER_EXPIRED: _l("This day is past: the document is not valid any more."),
    Reason.SAME_APPROVER: _l(
        "You decided or worked on this before the review was asked for. Let another colleague decide."
    ),
    Reason.OWN_PROPOSAL: _l("You prepared this yourself. Ask a colleague to decide about it."),
    Reason.OWN_VERIFICATION: _l("You have already signed this payment. Ask a colleague to approve it."),
    Reason.REVIEWED_ONCE: _l(
        "This decision has already been reviewed, and there is only one review. You can still talk to us."
    ),
    Reason.SAME_COUNSELLOR: _l(
        "Whoever worked on this case before the review was asked for cannot take it. Another counsellor must."
    ),
    Reason.CHECKLIST_OPEN: _l(
        "Something needed for the journey is still open. Complete the travel checklist for every person."
    ),
    Reason.DOCUMENTS_MISSING: _l(
        "A document is missing that the programme needs for this step. The list of documents says which one."
    ),
    Reason.GUARDIAN_MISSING: _l(
        "You are under 18 and travel without your parents. Tell us who your guardian is. "
        "If you do not know, call us: we help you."
    ),
    Reason.GUARDIAN_NOT_AGREED: _l(
        "The guardian of the child has not agreed yet. Talk with the guardian and write it down."
    ),
    Reason.BEST_INTERESTS_OPEN: _l(
        "It is not decided yet that the return is best for every child who travels alone."
    ),
    Reason.AGREEMENT_MISSING: _l(
        "Not every adult of the family has agreed yet. Talk with each of them and write it down."
    ),
    Reason.PACKAGE_MISSING: _l("Choose a kind of support for at least one person."),
    Reason.PACKAGE_NOT_FOR_PERSON: _l("This kind of support is not for this person."),
    Reason.PACKAGE_NOT_OFFERED: _l("This kind of support is not offered any more. Choose another one."),
    Reason.PACKAGE_CURRENCIES: _l("All support in one plan must be in the same currency."),
    Reason.PLAN_NOT_APPROVED: _l(
        "There is no approved reintegration plan yet. The plan must be approved first."
    ),
    Reason.PLAN_EMPTY: _l("The plan is still empty. Add goods or a service."),
    Reason.PLAN_OVER_CEILING: _l("The plan costs more than is allowed. Make the amounts smaller."),
    Reason.PLAN_BEING_CHANGED: _l("The plan is being changed at the moment. Wait until that is decided."),
    Reason.SUM_EXCEEDED: _l("This would be more than what was agreed in the plan."),
    Reason.RATE_WRONG: _l("Write a rate above 0, for another currency than that of the plan."),
    Reason.PART_IN_USE: _l("Some of it was already asked for or paid. That part must stay in the plan."),
    Reason.MILESTONE_CIRCLE: _l("These steps would wait for each other. Choose another step to come before."),
    Reason.MILESTONE_TOO_EARLY: _l("A step cannot be planned earlier than the step that comes before it."),
    Reason.MILESTONE_BEFORE_OPEN: _l("Another step must be confirmed first."),
    Reason.PLAN_OPEN: _l("There is already a plan. Go on with that one."),
    Reason.PAYMENTS_DIFFER_FROM_PLAN: _l(
        "The payments and the amounts in the plan are not the same. Change one or the other."
    ),
    Reason.MILESTONES_OPEN: _l(
        "Some steps of the plan are still open. Confirm them, or mark them as not needed."
    ),
    Reason.PAYMENTS_OPEN: _l(
        "Some payments are still open. Each one must be paid, and the returnee must say that it arrived."
    ),
    Reason.AMOUNT_WRONG: _l("Write an amount above 0 and not larger than 100 million."),
    Reason.INVOICE_MISSING: _l(
        "A bill, a price offer or another paper for this payment is missing. Choose one, or send one first."
    ),
    Reason.INVOICE_NOT_READY: _l("The paper for this payment is still being checked. Try again in a minute."),
    Reason.MILESTONE_NOT_VERIFIED: _l(
        "This payment depends on a step of the plan that is not confirmed yet. Confirm that step first."
    ),
    Reason.EVIDENCE_MISSING: _l("Proof is missing. First send a document or a photo that shows it."),
    Reason.PHOTO_CONSENT_MISSING: _l(
        "The returnee does not allow photos now. Do not take any, and do not send any."
    ),
    Reason.SUPPLIER_LINK_WRONG: _l(
        "This link and this code do not work together. Check the code. "
        "If it is right, the link is old or was used: ask who sent it to you."
    ),
    Reason.TABLE_EMPTY: _l("There is no row in it. Copy the rows in your spreadsheet and paste them here."),
    Reason.TABLE_TOO_LONG: _l("These are more than %(most)d rows. Paste fewer.", most=MOST_ROWS),
    Reason.TABLE_FAULTY: _l("Some rows cannot be used. Nothing was written: mend them and check again."),
    Reason.SECOND_APPROVAL_MISSING: _l(
        "This amount needs two approvals. Ask a second senior counsellor to approve it."
    ),
    Reason.NOTHING_SHARED: _l("Nothing is ticked. Tick what you want to share, or choose the other button."),
    Reason.REFERRAL_OPEN: _l(
        "Another partner organisation is already asked or takes part. End that first, then suggest a new one."
    ),
    Reason.DOCUMENTS_FULL: _l("This case cannot hold more documents. Talk to the counsellor."),
    Reason.PAGES_FULL: _l(
        "This document cannot have more pages. Send these, and then the others as another document."
    ),
    Reason.PAGES_MISSING: _l("There is no page yet. Add a photo first."),
    Reason.PAGES_ON_THE_WAY: _l("A photo is not here completely. Choose it again, or remove it."),
    Reason.SECTION_LOCKED: _l(
        "This part of the application cannot be changed now. If something is wrong, tell the counsellor."
    ),
    Reason.NAME_TAKEN: _l("There is already an organisation with this name. Look at the list."),
    Reason.PASSWORD_COMMON: _l(
        "This password is easy to guess. "
        "Choose another one, for example four words that only you would put together."
    ),
    Reason.PASSWORD_SHORT: _l(
        "This password is too short. Use %(least)d characters or more.", least=SHORTEST_PASSWORD
    ),
    Reason.PASSWORD_LONG: _l(
        "This password is too long. Use %(most)d characters or less.", most=LONGEST_PASSWORD
    ),
    Reason.CODE_WRONG: _l("This code is not right. Type the code that your app shows now."),
    Reason.CLOCK_SLOW: _l(
        "The clock of your phone is slow, so its codes come too late. "
        "Set the clock to automatic in the settings of the phone, then type the code that the app shows."
    ),
    Reason.CLOCK_FAST: _l(
        "The clock of your phone is fast, so its codes come too early. "
        "Set the clock to automatic in the settings of the phone, then type the code that the app shows."
    ),
    Reason.RECOVERY_ONLY: _l(
        "There were too many wrong codes. For your safety this account opens only with the help of staff."
    ),
    Reason.RECOVERY_WRONG: _l("The number or the password is not right. Check both."),
    Reason.RECOVERY_CODE_WRONG: _l("This code is not right. Ask the person to read it out again."),
    Reason.RECOVERY_CODE_LATE: _l("This code is too old. It works for 10 minutes. Ask for a new one."),
    Reason.RECOVERY_CODE_NONE: _l("There is no code now. Ask the person who helps you to make one."),
    Reason.RECOVERY_OVER: _l("This request is over. If you still cannot sign in, start again."),
    Reason.RECOVERY_UNDER_WAY: _l(
        "Another request for this account is already approved. Stop that one first, or wait until it is over."
    ),
    Reason.NOT_IN_PERSON: _l(
        "This person has sent no application. Somebody must see the person here, with a document."
    ),
    Reason.PASSKEY_WRONG: _l("This passkey did not work. Try again, or sign in another way."),
    Reason.PASSKEY_UNKNOWN: _l("We do not know this passkey. Use another one, or sign in another way."),
    Reason.PASSKEY_ELSEWHERE: _l(
        "This passkey was used on another website. Check the address of this page before you go on."
    ),
    Reason.PASSKEY_UNVERIFIED: _l(
        "Your device did not check that it is you. Set a screen lock on the device, then try again."
    ),
    Reason.PASSKEY_COPIED: _l(
        "This passkey seems to be a copy, so we stopped it. Sign in another way, and add a new passkey."
    ),
    Reason.PASSKEY_LATE: _l("This took too long, or it was used before. Try again."),
    Reason.PASSKEY_KNOWN: _l("This device already has a passkey for your account."),
    Reason.CLAIM_WRONG: _l(
        "This code does not work. Check it letter by letter. If it is old or was used, ask your counsellor."
    ),
    Reason.LAST_FACTOR: _l("This is your only way to sign in. Add another one first, then remove this one."),
    Reason.ACCOUNT_LOCKED_FOR_NOW: _l(
        "You came back into your account a short time ago. For your safety this cannot be changed yet."
    ),
    Reason.CASE_RUNNING: _l("Your case is still open. Stop it first, or talk to your counsellor."),
    Reason.LAST_MANAGER: _l("This is the last programme manager. Make somebody else a manager first."),
    Reason.ALREADY_HERE: _l("Somebody with this e-mail address already has an account."),
    Reason.ORGANISATION_MISSING: _l("Partners belong to an organisation, nobody else does. Check both."),
    Reason.OWN_REQUEST: _l("You asked for this yourself. A colleague must approve it."),
    Reason.SIGNED_ALREADY: _l("You have already signed this. Somebody else must give the other signature."),
    Reason.TOO_EARLY: _l("The waiting time is not over yet."),
    Reason.ROUTE_MISSING: _l("Write down the number or address first that we may use."),
    Reason.SHEET_OPEN: _l("A code sheet is already asked for, for this person. Look at the list."),
    Reason.CHANGED_MEANWHILE: _l(
        "Somebody else changed this at the same time. Load the page again and check before you try again."
    ),
    Reason.COOLING_OFF: _l(
        "The applicant still has time to think again. The departure can be confirmed when this time is over, "
        "or when the applicant has said that it is still their decision."
    ),
    Reason.SENT_BEFORE: _l(
        "This application was sent before. Talk to a counsellor: they can open it again where you stopped."
    ),
    Reason.NOT_LATE_YET: _l(
        "There is still time until the day that stands here. You can call us at any time."
    ),
    Reason.SAME_PERSON: _l("Choose somebody else: this is the person who has the cases now."),
    Reason.NOBODY_TO_TAKE: _l("Choose at least one colleague who takes the cases."),
    Reason.PAPER_NOT_RECEIVED: _l(
        "The travel document was asked for and has not arrived. Write down the day on which it arrived first."
    ),
    Reason.PAPER_ENDS_EARLY: _l("The travel document ends before the journey. Check its last day."),
    Reason.BEFORE_JOURNEY: _l("This is before the first day of the planned journey. Check both dates."),
    Reason.ARRIVES_TOO_EARLY: _l("The arrival is not after the departure. Check both times and their zones."),
    Reason.LEAVES_BEFORE_ARRIVAL: _l(
        "The part of the way before this one has not arrived by then. Check the times of both."
    ),
    Reason.MISSES_NEXT_LEG: _l("The next part of the way has left by then. Check the times of both."),
    Reason.NOT_COUNSELLED: _l(
        "No conversation is written down in which the person decided with all the facts. Write it down first."
    ),
    Reason.SLOT_TAKEN: _l("Somebody else has just booked this time. Choose another one."),
    Reason.SLOT_PAST: _l("This time is over or too close. Choose a later one."),
    Reason.SLOT_OVERLAPS: _l("You have already offered a time that overlaps with this one."),
    Reason.SLOT_FAR: _l("This day is more than a year away. Check the year."),
    Reason.APPOINTMENT_BEGUN: _l(
        "The time of this appointment has come. It cannot be moved or cancelled any more."
    ),
    Reason.APPOINTMENT_OPEN: _l("You already have an appointment. Move it, or cancel it first."),
    Reason.NO_CASES: _l("No case is chosen. Choose at least one."),
    Reason.NOT_YOURS: _l("This case is not with you any more."),
    Reason.REMINDED_LATELY: _l("The applicant was reminded less than a day ago."),
    Reason.TOO_MANY_CASES: _l("Too many cases at once. Choose fewer."),
    Reason.NOTHING_ASKED: _l("Nothing is asked of the applicant now, so there is nothing to remind of."),
    Reason.VIEWS_FULL: _l("You have 20 saved views. Remove one that you do not need, then save this one."),
}
