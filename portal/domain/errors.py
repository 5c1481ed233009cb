"""What a verb of the domain may answer instead of doing what was asked."""

import enum


class NotFound(Exception):
    """It does not exist, or not for this viewer: the two look alike on purpose."""


class Closed(NotFound):
    """It is a colleague's case: it exists for this viewer once they have said why they open it.

    `is_again`: they had opened it before, and the time for that is over.
    """

    def __init__(self, reference: str, *, is_again: bool = False) -> None:
        super().__init__(reference)
        self.reference, self.is_again = reference, is_again


class NotAllowed(Exception):
    """The role of this person never does this."""


class Expired(Exception):
    """A link, code or upload that was good once and is no longer."""


class Unavailable(Exception):
    """What this needs does not answer at the moment; nothing was done."""


class Reason(enum.StrEnum):
    """Why something cannot be done now. Words for people are in web/words.py."""

    WRONG_STATE = "wrong_state"
    SECTIONS_INCOMPLETE = "sections_incomplete"
    CONSENTS_MISSING = "consents_missing"
    SIGNATURE_MISSING = "signature_missing"
    SIGNED_BY_ANOTHER = "signed_by_another"
    CORRECTIONS_OPEN = "corrections_open"
    CORRECTION_MISSING = "correction_missing"
    REASON_MISSING = "reason_missing"
    DATE_MISSING = "date_missing"
    DATE_IN_FUTURE = "date_in_future"
    DATE_TOO_EARLY = "date_too_early"
    DATE_LONG_AGO = "date_long_ago"
    IDENTITY_NOT_ACCEPTED = "identity_not_accepted"
    VERIFICATION_OPEN = "verification_open"
    ASSESSMENT_MISSING = "assessment_missing"
    CRITERIA_OPEN = "criteria_open"
    OWN_PROPOSAL = "own_proposal"
    PAPER_EXPIRED = "paper_expired"
    SAME_APPROVER = "same_approver"
    OWN_VERIFICATION = "own_verification"
    REVIEWED_ONCE = "reviewed_once"
    SAME_COUNSELLOR = "same_counsellor"
    CHECKLIST_OPEN = "checklist_open"
    DOCUMENTS_MISSING = "documents_missing"
    GUARDIAN_MISSING = "guardian_missing"
    GUARDIAN_NOT_AGREED = "guardian_not_agreed"
    BEST_INTERESTS_OPEN = "best_interests_open"
    AGREEMENT_MISSING = "agreement_missing"
    PACKAGE_MISSING = "package_missing"
    PACKAGE_NOT_FOR_PERSON = "package_not_for_person"
    PACKAGE_NOT_OFFERED = "package_not_offered"
    PACKAGE_CURRENCIES = "package_currencies"
    PLAN_NOT_APPROVED = "plan_not_approved"
    PLAN_EMPTY = "plan_empty"
    PLAN_OVER_CEILING = "plan_over_ceiling"
    PLAN_OPEN = "plan_open"
    PLAN_BEING_CHANGED = "plan_being_changed"
    PART_IN_USE = "part_in_use"
    SUM_EXCEEDED = "sum_exceeded"
    RATE_WRONG = "rate_wrong"
    MILESTONE_CIRCLE = "milestone_circle"
    MILESTONE_TOO_EARLY = "milestone_too_early"
    MILESTONE_BEFORE_OPEN = "milestone_before_open"
    PAYMENTS_DIFFER_FROM_PLAN = "payments_differ_from_plan"
    MILESTONES_OPEN = "milestones_open"
    PAYMENTS_OPEN = "payments_open"
    AMOUNT_WRONG = "amount_wrong"
    INVOICE_MISSING = "invoice_missing"
    INVOICE_NOT_READY = "invoice_not_ready"
    MILESTONE_NOT_VERIFIED = "milestone_not_verified"
    EVIDENCE_MISSING = "evidence_missing"
    PHOTO_CONSENT_MISSING = "photo_consent_missing"
    SUPPLIER_LINK_WRONG = "supplier_link_wrong"
    TABLE_EMPTY = "table_empty"
    TABLE_TOO_LONG = "table_too_long"
    TABLE_FAULTY = "table_faulty"
    SECOND_APPROVAL_MISSING = "second_approval_missing"
    REFERRAL_OPEN = "referral_open"
    NOTHING_SHARED = "nothing_shared"
    DOCUMENTS_FULL = "documents_full"
    PAGES_FULL = "pages_full"
    PAGES_MISSING = "pages_missing"
    PAGES_ON_THE_WAY = "pages_on_the_way"
    SECTION_LOCKED = "section_locked"
    NAME_TAKEN = "name_taken"
    PASSWORD_COMMON = "password_common"  # noqa: S105 - a reason, not a password
    PASSWORD_SHORT = "password_short"  # noqa: S105
    PASSWORD_LONG = "password_long"  # noqa: S105
    CODE_WRONG = "code_wrong"
    CLOCK_SLOW = "clock_slow"
    CLOCK_FAST = "clock_fast"
    RECOVERY_ONLY = "recovery_only"
    RECOVERY_WRONG = "recovery_wrong"
    RECOVERY_CODE_WRONG = "recovery_code_wrong"
    RECOVERY_CODE_LATE = "recovery_code_late"
    RECOVERY_CODE_NONE = "recovery_code_none"
    RECOVERY_OVER = "recovery_over"
    RECOVERY_UNDER_WAY = "recovery_under_way"
    NOT_IN_PERSON = "not_in_person"
    PASSKEY_WRONG = "passkey_wrong"
    PASSKEY_UNKNOWN = "passkey_unknown"
    PASSKEY_ELSEWHERE = "passkey_elsewhere"
    PASSKEY_UNVERIFIED = "passkey_unverified"
    PASSKEY_COPIED = "passkey_copied"
    PASSKEY_LATE = "passkey_late"
    PASSKEY_KNOWN = "passkey_known"
    CLAIM_WRONG = "claim_wrong"
    LAST_FACTOR = "last_factor"
    ACCOUNT_LOCKED_FOR_NOW = "account_locked_for_now"
    CASE_RUNNING = "case_running"
    LAST_MANAGER = "last_manager"
    ALREADY_HERE = "already_here"
    ORGANISATION_MISSING = "organisation_missing"
    OWN_REQUEST = "own_request"
    SIGNED_ALREADY = "signed_already"
    TOO_EARLY = "too_early"
    ROUTE_MISSING = "route_missing"
    SHEET_OPEN = "sheet_open"
    CHANGED_MEANWHILE = "changed_meanwhile"
    TALK_UNTOLD = "talk_untold"
    NEXT_TALK_OPEN = "next_talk_open"
    DATE_PAST = "date_past"
    SURVEY_EMPTY = "survey_empty"
    SURVEY_TODAY = "survey_today"
    REPORT_INCOMPLETE = "report_incomplete"
    COOLING_OFF = "cooling_off"
    SENT_BEFORE = "sent_before"
    NOT_LATE_YET = "not_late_yet"
    SAME_PERSON = "same_person"
    NOBODY_TO_TAKE = "nobody_to_take"
    PAPER_NOT_RECEIVED = "paper_not_received"
    PAPER_ENDS_EARLY = "paper_ends_early"
    BEFORE_JOURNEY = "before_journey"
    ARRIVES_TOO_EARLY = "arrives_too_early"
    LEAVES_BEFORE_ARRIVAL = "leaves_before_arrival"
    MISSES_NEXT_LEG = "misses_next_leg"
    NOT_COUNSELLED = "not_counselled"
    SLOT_TAKEN = "slot_taken"
    SLOT_PAST = "slot_past"
    SLOT_OVERLAPS = "slot_overlaps"
    SLOT_FAR = "slot_far"
    APPOINTMENT_BEGUN = "appointment_begun"
    APPOINTMENT_OPEN = "appointment_open"
    TOO_MANY_CASES = "too_many_cases"
    NO_CASES = "no_cases"
    NOT_YOURS = "not_yours"
    REMINDED_LATELY = "reminded_lately"
    VIEWS_FULL = "views_full"
    NOTHING_ASKED = "nothing_asked"


class Refused(Exception):
    """It cannot be done now; `reasons` holds every reason at once."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


class TooMany(Exception):
    """Too many tries; `wait` says for how many seconds to stop."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"{wait} s")
        self.wait = wait
