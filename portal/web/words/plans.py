"""Words for reintegration: plans and what is in them, steps on the way, payments."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.support.parts import Category, MilestoneState, MilestoneType, PaymentState, PayMethod
from portal.domain.support.plans import PlanState
from portal.programme import Beneficiary, Modality

STATES = {
    PlanState.DRAFT: lazy_pgettext("plan", "Being written"),
    PlanState.OFFERED: lazy_pgettext("plan", "Waiting for the returnee's answer"),
    PlanState.AGREED: lazy_pgettext("plan", "Agreed by the returnee"),
    PlanState.SUBMITTED: lazy_pgettext("plan", "Waiting for approval"),
    PlanState.APPROVED: lazy_pgettext("plan", "Approved"),
    PlanState.CHANGES_REQUESTED: lazy_pgettext("plan", "To be changed"),
    PlanState.REJECTED: lazy_pgettext("plan", "Not approved"),
    PlanState.AMENDED: lazy_pgettext("plan", "Replaced by a later version"),
    PlanState.CANCELLED: lazy_pgettext("plan", "Given up"),
}

CATEGORIES = {
    Category.BUSINESS: lazy_pgettext("kind of support", "Small business"),
    Category.JOB: lazy_pgettext("kind of support", "Finding a job"),
    Category.EDUCATION: lazy_pgettext("kind of support", "School or studies"),
    Category.TRAINING: lazy_pgettext("kind of support", "Job training"),
    Category.HOUSING: lazy_pgettext("kind of support", "Housing"),
    Category.MEDICAL: lazy_pgettext("kind of support", "Medical help"),
    Category.PSYCHOSOCIAL: lazy_pgettext("kind of support", "Emotional and social support"),
    Category.LEGAL: lazy_pgettext("kind of support", "Legal help and documents"),
    Category.IMMEDIATE_NEEDS: lazy_pgettext("kind of support", "First needs after arrival"),
    Category.COMMUNITY: lazy_pgettext("kind of support", "Community activities"),
}

MODALITIES = {
    Modality.IN_KIND: _l("As goods or services"),
    Modality.DIRECT_PAYMENT: _l("Paid directly to the seller"),
    Modality.REIMBURSEMENT: _l("Paid back after a receipt"),
    Modality.CASH: _l("In cash"),
}

PAY_METHODS = {
    PayMethod.TRANSFER: lazy_pgettext("way to pay", "Bank transfer"),
    PayMethod.CARD: lazy_pgettext("way to pay", "Card"),
    PayMethod.CHEQUE: lazy_pgettext("way to pay", "Cheque"),
    PayMethod.CASH: lazy_pgettext("way to pay", "Cash"),
    PayMethod.VOUCHER: lazy_pgettext("way to pay", "Voucher"),
}

BENEFICIARIES = {
    Beneficiary.PRINCIPAL: lazy_pgettext("for whom", "The person who applied"),
    Beneficiary.FAMILY_MEMBER: lazy_pgettext("for whom", "Adult family member"),
    Beneficiary.MINOR: lazy_pgettext("for whom", "Child"),
}

MILESTONE_TYPES = {
    MilestoneType.ONWARD_TRANSPORT: _l("Travelled home from the airport or border"),
    MilestoneType.FIRST_CONTACT: _l("First meeting with the partner organisation"),
    MilestoneType.NEEDS_ASSESSED: _l("Needs discussed"),
    MilestoneType.QUOTATION: _l("Price offer received"),
    MilestoneType.GOODS_DELIVERED: _l("Goods delivered"),
    MilestoneType.SERVICE_STARTED: _l("Service started"),
    MilestoneType.TRAINING_STARTED: _l("Training started"),
    MilestoneType.TRAINING_COMPLETED: _l("Training completed"),
    MilestoneType.SCHOOL_ENROLLED: _l("Registered at school"),
    MilestoneType.JOB_STARTED: _l("Job started"),
    MilestoneType.BUSINESS_REGISTERED: _l("Business registered"),
    MilestoneType.BUSINESS_OPERATING: _l("Business running"),
    MilestoneType.HOUSING_SECURED: _l("Place to live found"),
    MilestoneType.MEDICAL_DONE: _l("Medical treatment done"),
    MilestoneType.OTHER: _l("Another step"),
}

MILESTONE_STATES = {
    MilestoneState.PLANNED: lazy_pgettext("step of the plan", "Planned"),
    MilestoneState.REPORTED: lazy_pgettext("step of the plan", "Reported, waiting for confirmation"),
    MilestoneState.VERIFIED: lazy_pgettext("step of the plan", "Confirmed"),
    MilestoneState.RETURNED: lazy_pgettext("step of the plan", "Something is missing"),
    MilestoneState.MISSED: lazy_pgettext("step of the plan", "Missed"),
    MilestoneState.WAIVED: lazy_pgettext("step of the plan", "No longer needed"),
    MilestoneState.DROPPED: lazy_pgettext("step of the plan", "Taken out of the plan"),
}

PAYMENT_STATES = {
    PaymentState.PLANNED: lazy_pgettext("payment", "Planned"),
    PaymentState.REQUESTED: lazy_pgettext("payment", "Requested"),
    PaymentState.VERIFIED: lazy_pgettext("payment", "Checked, waiting for approval"),
    PaymentState.APPROVED: lazy_pgettext("payment", "Approved"),
    PaymentState.PAID: lazy_pgettext("payment", "Paid, waiting for the returnee's answer"),
    PaymentState.RECEIVED: lazy_pgettext("payment", "Received"),
    PaymentState.NOT_RECEIVED: lazy_pgettext("payment", "Not received"),
    PaymentState.PROBLEM: lazy_pgettext("payment", "Problem"),
    PaymentState.DROPPED: lazy_pgettext("payment", "Taken out of the plan"),
}
