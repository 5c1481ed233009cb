"""Who may do what: every act of the house and the roles it is for, on one page."""

import enum

from portal.domain.errors import NotAllowed


class Role(enum.StrEnum):
    """What a person is to the programme."""

    MIGRANT = "migrant"
    FAMILY = "family"
    COUNSELLOR = "counsellor"
    APPROVER = "approver"
    PARTNER = "partner"
    MANAGER = "manager"
    AUDITOR = "auditor"


class Act(enum.StrEnum):
    """Everything that can happen, as `noun.verb`: the name in permissions and in the journal alike."""

    ACCOUNT_REGISTER = "account.register"
    ACCOUNT_INVITE = "account.invite"
    ACCOUNT_JOIN = "account.join"
    ACCOUNT_SIGN_IN = "account.sign_in"
    ACCOUNT_SIGN_OUT = "account.sign_out"
    ACCOUNT_NEW_DEVICE = "account.new_device"
    ACCOUNT_DEVICE_ENDED = "account.device_ended"
    ACCOUNT_STEP_UP = "account.step_up"
    ACCOUNT_FACTOR_SET = "account.factor_set"
    ACCOUNT_FACTOR_RENAMED = "account.factor_renamed"
    ACCOUNT_FACTOR_ENDED = "account.factor_ended"
    ACCOUNT_FACTOR_COPIED = "account.factor_copied"
    ACCOUNT_CODES_ISSUED = "account.codes_issued"
    ACCOUNT_CODE_USED = "account.code_used"
    ACCOUNT_PASSWORD_SET = "account.password_set"  # noqa: S105 - an act
    ACCOUNT_LANGUAGE_SET = "account.language_set"
    ACCOUNT_CONTACT_SET = "account.contact_set"
    ACCOUNT_CONTACT_TEST = "account.contact_test"
    ACCOUNT_SHARING_SET = "account.sharing_set"
    ACCOUNT_LOCKED = "account.locked"
    ACCOUNT_FREEZE = "account.freeze"
    ACCOUNT_CLOSE = "account.close"
    ACCOUNT_ROLE_SET = "account.role_set"
    ACCOUNT_DEACTIVATE = "account.deactivate"
    ACCOUNT_REACTIVATE = "account.reactivate"
    INVITATION_CANCEL = "invitation.cancel"
    NOTICE_RETRY = "notice.retry"
    JOB_RETRY = "job.retry"
    ORGANISATION_SAVE = "organisation.save"
    PACKAGE_SAVE = "package.save"
    DATA_EXPORT_ASK = "data_export.ask"
    DATA_EXPORT_FETCH = "data_export.fetch"
    DATA_REQUEST = "data_request.send"
    DATA_REQUEST_ANSWER = "data_request.answer"

    SHEET_ASK = "sheet.ask"
    SHEET_APPROVE = "sheet.approve"
    SHEET_REFUSE = "sheet.refuse"
    SHEET_PRINT = "sheet.print"

    RECOVERY_ASK = "recovery.ask"
    RECOVERY_VOUCH = "recovery.vouch"
    RECOVERY_APPROVE = "recovery.approve"
    RECOVERY_REFUSE = "recovery.refuse"
    RECOVERY_STOP = "recovery.stop"
    RECOVERY_CODE = "recovery.code"
    RECOVERY_FINISH = "recovery.finish"
    RECOVERY_EXPIRE = "recovery.expire"

    ASSIST_BEGIN = "assist.begin"
    CLAIM_ASK = "claim.ask"
    CLAIM_APPROVE = "claim.approve"
    CLAIM_MAKE = "claim.make"
    CLAIM_USE = "claim.use"

    CASE_START = "case.start"
    CASE_ANSWER = "case.answer"
    CASE_CONSENT = "case.consent"
    CASE_OPEN = "case.open"
    CASE_NOTE = "case.note"
    CASE_BREAK_GLASS = "case.break_glass"
    CASE_HELPED = "case.helped"
    CASE_SIGN = "case.sign"
    CASE_SUBMIT = "case.submit"
    CASE_TAKE = "case.take"
    CASE_ASK = "case.ask"
    CASE_VERIFY = "case.verify"
    CASE_ASSESS = "case.assess"
    CASE_PROPOSE = "case.propose"
    CASE_SEND_BACK = "case.send_back"
    CASE_ACCEPT = "case.accept"
    CASE_DECLINE = "case.decline"
    CASE_REQUEST_REVIEW = "case.request_review"
    CASE_CHECK = "case.check"
    CASE_CLEAR = "case.clear"
    CASE_UNCLEAR = "case.unclear"
    CASE_DEPART = "case.depart"
    CASE_ASK_DEPARTURE = "case.ask_departure"
    CASE_ANSWER_DEPARTURE = "case.answer_departure"
    CASE_SAY_ARRIVED = "case.say_arrived"
    CASE_ARRIVE = "case.arrive"
    CASE_BEGIN = "case.begin"
    CASE_COMPLETE = "case.complete"
    CASE_CLOSE = "case.close"
    CASE_WITHDRAW = "case.withdraw"
    CASE_RETURN_TO_US = "case.return_to_us"
    CASE_EXPIRE = "case.expire"
    CASE_RECALL = "case.recall"
    CASE_CONFIRM = "case.confirm"
    CASE_TALK = "case.talk"
    CASE_TALKED = "case.talked"
    CASE_TAKE_UP = "case.take_up"
    CASE_KEEP = "case.keep"
    CASE_EXPIRY_WARNED = "case.expiry_warned"
    CASE_OVERDUE = "case.overdue"
    CASE_ESCALATE = "case.escalate"
    CASE_COUNT_LATE = "case.count_late"
    CASE_PRECEPT_NEAR = "case.precept_near"
    CASE_HAND_OVER = "case.hand_over"
    CASE_NOT_DEPARTED = "case.not_departed"
    CASE_REMIND = "case.remind"
    CASE_EXPORT = "case.export"

    INQUIRY_ASK = "inquiry.ask"
    INQUIRY_ANSWER = "inquiry.answer"
    NOTE_RESTRICT = "note.restrict"
    NOTE_SHARE = "note.share"
    TASK_ADD = "task.add"
    TASK_DONE = "task.done"
    JOURNEY_SET = "journey.set"
    COUNSELLING_RECORD = "counselling.record"
    SLOT_OFFER = "slot.offer"
    SLOT_TAKE_BACK = "slot.take_back"
    APPOINTMENT_BOOK = "appointment.book"
    APPOINTMENT_MOVE = "appointment.move"
    APPOINTMENT_CANCEL = "appointment.cancel"
    APPOINTMENT_HELD = "appointment.held"
    APPOINTMENT_MISSED = "appointment.missed"
    APPOINTMENT_REMIND = "appointment.remind"

    PERSON_TELL_APART = "person.tell_apart"
    VIEW_SAVE = "view.save"

    CARE_RAISE = "care.raise"
    CARE_ANSWER = "care.answer"
    AGREEMENT_RECORD = "agreement.record"
    AGREEMENT_END = "agreement.end"
    AGREEMENT_CODE = "agreement.code"
    AGREEMENT_GIVE = "agreement.give"
    AGREEMENT_REFUSE = "agreement.refuse"
    AGREEMENT_TAKE_BACK = "agreement.take_back"

    CORRECTION_ASK = "correction.ask"
    CORRECTION_ANSWER = "correction.answer"
    CORRECTION_CHANGE = "correction.change"
    CORRECTION_TAKE_BACK = "correction.take_back"
    CORRECTION_REMIND = "correction.remind"

    DOCUMENT_SEND = "document.send"
    DOCUMENT_CHECKED = "document.checked"
    DOCUMENT_UNFIT = "document.unfit"
    DOCUMENT_QUARANTINE = "document.quarantine"
    DOCUMENT_OPEN = "document.open"
    DOCUMENT_DOWNLOAD = "document.download"
    DOCUMENT_ORIGINAL = "document.original"
    DOCUMENT_ACCEPT = "document.accept"
    DOCUMENT_REJECT = "document.reject"
    DOCUMENT_REMOVE = "document.remove"

    LETTER_MAKE = "letter.make"
    LETTER_OPEN = "letter.open"

    REFERRAL_PROPOSE = "referral.propose"
    REFERRAL_CONSENT = "referral.consent"
    REFERRAL_REFUSE = "referral.refuse"
    REFERRAL_ACCEPT = "referral.accept"
    REFERRAL_DECLINE = "referral.decline"
    REFERRAL_REVOKE = "referral.revoke"
    REFERRAL_END = "referral.end"
    SHARE_GIVE = "share.give"
    SHARE_TAKE_BACK = "share.take_back"
    SHARE_OPEN = "share.open"

    PLAN_DRAFT = "plan.draft"
    PLAN_OFFER = "plan.offer"
    PLAN_AGREE = "plan.agree"
    PLAN_DISAGREE = "plan.disagree"
    PLAN_SUBMIT = "plan.submit"
    PLAN_APPROVE = "plan.approve"
    PLAN_RETURN = "plan.return"
    PLAN_REJECT = "plan.reject"
    PLAN_AMEND = "plan.amend"
    PLAN_ASK_CHANGE = "plan.ask_change"
    PLAN_CANCEL = "plan.cancel"

    MILESTONE_REPORT = "milestone.report"
    MILESTONE_VERIFY = "milestone.verify"
    MILESTONE_RETURN = "milestone.return"
    MILESTONE_MISS = "milestone.miss"
    MILESTONE_WAIVE = "milestone.waive"

    SUPPLIER_LINK_MAKE = "supplier_link.make"
    SUPPLIER_LINK_TAKE_BACK = "supplier_link.take_back"
    SUPPLIER_LINK_USE = "supplier_link.use"
    SUPPLIER_LINK_CONFIRM = "supplier_link.confirm"
    SUPPLIER_LINK_REFUSE = "supplier_link.refuse"

    PAYMENT_REQUEST = "payment.request"
    PAYMENT_VERIFY = "payment.verify"
    PAYMENT_APPROVE = "payment.approve"
    PAYMENT_RETURN = "payment.return"
    PAYMENT_PAY = "payment.pay"
    PAYMENT_RECEIVE = "payment.receive"
    PAYMENT_NOT_RECEIVED = "payment.not_received"
    PAYMENT_PROBLEM = "payment.problem"
    PAYMENT_ANSWER = "payment.answer"

    FOLLOW_UP_PLAN = "follow_up.plan"
    FOLLOW_UP_HOLD = "follow_up.hold"
    FOLLOW_UP_MISS = "follow_up.miss"
    FOLLOW_UP_POSTPONE = "follow_up.postpone"
    FOLLOW_UP_CANCEL = "follow_up.cancel"
    SURVEY_ANSWER = "survey.answer"
    OPINION_GIVE = "opinion.give"

    REPORT_WRITE = "report.write"
    REPORT_SEND = "report.send"
    REPORT_RETURN = "report.return"
    REPORT_OPEN = "report.open"
    EU_SHEET_OPEN = "eu_sheet.open"


def _only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


EVERYONE = frozenset(Role)
MIGRANT = _only(Role.MIGRANT)
FAMILY = _only(Role.FAMILY)
"""An adult who travels along and says for themselves whether they agree: of the case they see no more."""
FOR_THEMSELVES = MIGRANT | FAMILY
AT_WORK = EVERYONE - FOR_THEMSELVES
COUNSEL = _only(Role.COUNSELLOR, Role.APPROVER)
APPROVER = _only(Role.APPROVER)
PARTNER = _only(Role.PARTNER)
MANAGER = _only(Role.MANAGER)
FIELD = _only(Role.PARTNER, Role.COUNSELLOR, Role.APPROVER)
HOUSE: frozenset[Role] = frozenset()
"""The portal itself: a job or the clock, never a person."""

MAY: dict[Act, frozenset[Role]] = {
    Act.ACCOUNT_REGISTER: MIGRANT,
    Act.ACCOUNT_INVITE: MANAGER,
    Act.ACCOUNT_JOIN: AT_WORK,
    Act.ACCOUNT_SIGN_IN: EVERYONE,
    Act.ACCOUNT_SIGN_OUT: EVERYONE,
    Act.ACCOUNT_NEW_DEVICE: EVERYONE,
    Act.ACCOUNT_DEVICE_ENDED: EVERYONE,
    Act.ACCOUNT_STEP_UP: EVERYONE,
    Act.ACCOUNT_FACTOR_SET: EVERYONE,
    Act.ACCOUNT_FACTOR_RENAMED: EVERYONE,
    Act.ACCOUNT_FACTOR_ENDED: EVERYONE,
    Act.ACCOUNT_FACTOR_COPIED: HOUSE,
    Act.ACCOUNT_CODES_ISSUED: EVERYONE,
    Act.ACCOUNT_CODE_USED: EVERYONE,
    Act.ACCOUNT_PASSWORD_SET: EVERYONE,
    Act.ACCOUNT_LANGUAGE_SET: EVERYONE,
    Act.ACCOUNT_CONTACT_SET: EVERYONE,
    Act.ACCOUNT_CONTACT_TEST: EVERYONE,
    Act.ACCOUNT_SHARING_SET: EVERYONE,
    Act.ACCOUNT_LOCKED: HOUSE,
    Act.ACCOUNT_FREEZE: EVERYONE - _only(Role.AUDITOR),
    Act.ACCOUNT_CLOSE: FOR_THEMSELVES,
    Act.ACCOUNT_ROLE_SET: MANAGER,
    Act.ACCOUNT_DEACTIVATE: MANAGER,
    Act.ACCOUNT_REACTIVATE: MANAGER,
    Act.INVITATION_CANCEL: MANAGER,
    Act.NOTICE_RETRY: MANAGER,
    Act.JOB_RETRY: MANAGER,
    Act.ORGANISATION_SAVE: MANAGER,
    Act.PACKAGE_SAVE: MANAGER,
    Act.DATA_EXPORT_ASK: EVERYONE,
    Act.DATA_EXPORT_FETCH: EVERYONE,
    Act.DATA_REQUEST: MIGRANT,
    Act.DATA_REQUEST_ANSWER: COUNSEL,
    Act.SHEET_ASK: COUNSEL,
    Act.SHEET_APPROVE: COUNSEL,
    Act.SHEET_REFUSE: COUNSEL,
    Act.SHEET_PRINT: COUNSEL,
    Act.RECOVERY_ASK: EVERYONE,
    Act.RECOVERY_VOUCH: FIELD | MANAGER,
    Act.RECOVERY_APPROVE: COUNSEL,
    Act.RECOVERY_REFUSE: COUNSEL,
    Act.RECOVERY_STOP: EVERYONE,
    Act.RECOVERY_CODE: FIELD | MANAGER,
    Act.RECOVERY_FINISH: EVERYONE,
    Act.RECOVERY_EXPIRE: HOUSE,
    Act.ASSIST_BEGIN: COUNSEL,
    Act.CLAIM_ASK: COUNSEL,
    Act.CLAIM_APPROVE: APPROVER,
    Act.CLAIM_MAKE: COUNSEL,
    Act.CLAIM_USE: FOR_THEMSELVES,
    Act.CASE_START: MIGRANT,
    Act.CASE_ANSWER: MIGRANT | COUNSEL,
    Act.CASE_CONSENT: MIGRANT | COUNSEL,
    Act.CASE_OPEN: FIELD,
    Act.CASE_NOTE: COUNSEL,
    Act.CASE_BREAK_GLASS: _only(Role.COUNSELLOR),
    Act.CASE_HELPED: MIGRANT | COUNSEL,
    Act.CASE_SIGN: MIGRANT | COUNSEL,
    Act.CASE_SUBMIT: MIGRANT | COUNSEL,
    Act.CASE_TAKE: COUNSEL,
    Act.CASE_ASK: COUNSEL,
    Act.CASE_VERIFY: COUNSEL,
    Act.CASE_ASSESS: COUNSEL,
    Act.CASE_PROPOSE: COUNSEL,
    Act.CASE_SEND_BACK: APPROVER,
    Act.CASE_ACCEPT: APPROVER,
    Act.CASE_DECLINE: APPROVER,
    Act.CASE_REQUEST_REVIEW: MIGRANT,
    Act.CASE_CHECK: COUNSEL,
    Act.CASE_CLEAR: COUNSEL,
    Act.CASE_UNCLEAR: COUNSEL,
    Act.CASE_DEPART: COUNSEL,
    Act.CASE_ASK_DEPARTURE: PARTNER,
    Act.CASE_ANSWER_DEPARTURE: COUNSEL,
    Act.CASE_SAY_ARRIVED: MIGRANT,
    Act.CASE_ARRIVE: FIELD,
    Act.CASE_BEGIN: APPROVER,
    Act.CASE_COMPLETE: COUNSEL,
    Act.CASE_CLOSE: APPROVER,
    Act.CASE_WITHDRAW: MIGRANT | COUNSEL,
    Act.CASE_RETURN_TO_US: APPROVER,
    Act.CASE_EXPIRE: HOUSE,
    Act.CASE_RECALL: COUNSEL,
    Act.CASE_CONFIRM: MIGRANT,
    Act.CASE_TALK: MIGRANT,
    Act.CASE_TALKED: COUNSEL,
    Act.CASE_TAKE_UP: MIGRANT,
    Act.CASE_KEEP: MIGRANT,
    Act.CASE_EXPIRY_WARNED: HOUSE,
    Act.CASE_OVERDUE: HOUSE,
    Act.CASE_ESCALATE: HOUSE,
    Act.CASE_COUNT_LATE: HOUSE,
    Act.CASE_PRECEPT_NEAR: HOUSE,
    Act.CASE_HAND_OVER: COUNSEL,
    Act.CASE_NOT_DEPARTED: COUNSEL,
    Act.CASE_REMIND: COUNSEL,
    Act.CASE_EXPORT: COUNSEL,
    Act.INQUIRY_ASK: MIGRANT,
    Act.INQUIRY_ANSWER: COUNSEL,
    Act.NOTE_RESTRICT: COUNSEL,
    Act.NOTE_SHARE: COUNSEL,
    Act.TASK_ADD: COUNSEL,
    Act.TASK_DONE: COUNSEL,
    Act.JOURNEY_SET: COUNSEL,
    Act.COUNSELLING_RECORD: COUNSEL,
    Act.SLOT_OFFER: COUNSEL,
    Act.SLOT_TAKE_BACK: COUNSEL,
    Act.APPOINTMENT_BOOK: MIGRANT,
    Act.APPOINTMENT_MOVE: MIGRANT,
    Act.APPOINTMENT_CANCEL: MIGRANT | COUNSEL,
    Act.APPOINTMENT_HELD: COUNSEL,
    Act.APPOINTMENT_MISSED: COUNSEL,
    Act.APPOINTMENT_REMIND: HOUSE,
    Act.PERSON_TELL_APART: COUNSEL,
    Act.VIEW_SAVE: COUNSEL,
    Act.CARE_RAISE: COUNSEL,
    Act.CARE_ANSWER: COUNSEL,
    Act.AGREEMENT_RECORD: COUNSEL,
    Act.AGREEMENT_END: COUNSEL,
    Act.AGREEMENT_CODE: MIGRANT | COUNSEL,
    Act.AGREEMENT_GIVE: FAMILY,
    Act.AGREEMENT_REFUSE: FAMILY,
    Act.AGREEMENT_TAKE_BACK: FAMILY,
    Act.CORRECTION_ASK: COUNSEL,
    Act.CORRECTION_ANSWER: MIGRANT,
    Act.CORRECTION_CHANGE: COUNSEL,
    Act.CORRECTION_TAKE_BACK: COUNSEL,
    Act.CORRECTION_REMIND: HOUSE,
    Act.DOCUMENT_SEND: _only(Role.MIGRANT, Role.PARTNER, Role.COUNSELLOR, Role.APPROVER),
    Act.DOCUMENT_CHECKED: HOUSE,
    Act.DOCUMENT_UNFIT: HOUSE,
    Act.DOCUMENT_QUARANTINE: HOUSE,
    Act.DOCUMENT_OPEN: FIELD,
    Act.DOCUMENT_DOWNLOAD: COUNSEL,
    Act.DOCUMENT_ORIGINAL: HOUSE,
    Act.DOCUMENT_ACCEPT: COUNSEL,
    Act.DOCUMENT_REJECT: COUNSEL,
    Act.DOCUMENT_REMOVE: MIGRANT,
    Act.LETTER_MAKE: HOUSE,
    Act.LETTER_OPEN: COUNSEL,
    Act.REFERRAL_PROPOSE: COUNSEL,
    Act.REFERRAL_CONSENT: MIGRANT,
    Act.REFERRAL_REFUSE: MIGRANT,
    Act.REFERRAL_ACCEPT: PARTNER,
    Act.REFERRAL_DECLINE: PARTNER,
    Act.REFERRAL_REVOKE: MIGRANT,
    Act.REFERRAL_END: COUNSEL,
    Act.SHARE_GIVE: MIGRANT,
    Act.SHARE_TAKE_BACK: MIGRANT,
    Act.SHARE_OPEN: PARTNER,
    Act.PLAN_DRAFT: PARTNER,
    Act.PLAN_OFFER: PARTNER,
    Act.PLAN_AGREE: MIGRANT,
    Act.PLAN_DISAGREE: MIGRANT,
    Act.PLAN_SUBMIT: PARTNER,
    Act.PLAN_APPROVE: APPROVER,
    Act.PLAN_RETURN: APPROVER,
    Act.PLAN_REJECT: APPROVER,
    Act.PLAN_AMEND: PARTNER,
    Act.PLAN_ASK_CHANGE: MIGRANT,
    Act.PLAN_CANCEL: PARTNER,
    Act.MILESTONE_REPORT: _only(Role.PARTNER, Role.MIGRANT),
    Act.MILESTONE_VERIFY: COUNSEL,
    Act.MILESTONE_RETURN: COUNSEL,
    Act.MILESTONE_MISS: COUNSEL,
    Act.MILESTONE_WAIVE: APPROVER,
    Act.SUPPLIER_LINK_MAKE: PARTNER,
    Act.SUPPLIER_LINK_TAKE_BACK: PARTNER,
    Act.SUPPLIER_LINK_USE: HOUSE,
    Act.SUPPLIER_LINK_CONFIRM: PARTNER,
    Act.SUPPLIER_LINK_REFUSE: PARTNER,
    Act.PAYMENT_REQUEST: PARTNER,
    Act.PAYMENT_VERIFY: COUNSEL,
    Act.PAYMENT_APPROVE: APPROVER,
    Act.PAYMENT_RETURN: COUNSEL,
    Act.PAYMENT_PAY: COUNSEL,
    Act.PAYMENT_RECEIVE: MIGRANT,
    Act.PAYMENT_NOT_RECEIVED: MIGRANT,
    Act.PAYMENT_PROBLEM: MIGRANT,
    Act.PAYMENT_ANSWER: COUNSEL,
    Act.FOLLOW_UP_PLAN: FIELD,
    Act.FOLLOW_UP_HOLD: FIELD,
    Act.FOLLOW_UP_MISS: FIELD,
    Act.FOLLOW_UP_POSTPONE: FIELD,
    Act.FOLLOW_UP_CANCEL: FIELD,
    Act.SURVEY_ANSWER: MIGRANT | PARTNER,
    Act.OPINION_GIVE: MIGRANT,
    Act.REPORT_WRITE: PARTNER,
    Act.REPORT_SEND: PARTNER,
    Act.REPORT_RETURN: COUNSEL,
    Act.REPORT_OPEN: FIELD,
    Act.EU_SHEET_OPEN: COUNSEL,
}


def may(role: Role, act: Act) -> bool:
    """Whether people of this role ever do this."""
    return role in MAY[act]


def require(role: Role, act: Act) -> None:
    """Raise NotAllowed unless people of this role do this."""
    if not may(role, act):
        raise NotAllowed(f"{role} {act}")
