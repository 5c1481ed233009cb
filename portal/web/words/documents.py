"""Words for documents: their kinds and states, what is wrong with one, and what to do then."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.domain.documents import Document, DocumentState, LookPurpose, RejectReason, RetakeAnswer
from portal.domain.papers.legibility import Doubt
from portal.domain.papers.uploads import MOST_BYTES
from portal.domain.permissions import Act
from portal.programme import DocumentKind, Situation, WantedBy, Who

KINDS = {
    DocumentKind.PASSPORT: _l("Passport"),
    DocumentKind.NATIONAL_ID: _l("Identity card"),
    DocumentKind.LAISSEZ_PASSER: _l("Return certificate (laissez-passer)"),
    DocumentKind.BIRTH_CERTIFICATE: _l("Birth certificate"),
    DocumentKind.MARRIAGE_CERTIFICATE: _l("Marriage certificate"),
    DocumentKind.PHOTO_PASSPORT_SIZE: _l("Passport photo"),
    DocumentKind.OTHER_IDENTITY: _l("Another identity document"),
    DocumentKind.PRECEPT_TO_LEAVE: _l("Official decision that you must leave Estonia (lahkumisettekirjutus)"),
    DocumentKind.EXPULSION_ORDER: _l("Expulsion order"),
    DocumentKind.ASYLUM_DECISION: _l("Asylum decision"),
    DocumentKind.WITHDRAWAL_OF_APPLICATION: _l("Withdrawal of an asylum application"),
    DocumentKind.RESIDENCE_PERMIT: _l("Residence permit or visa"),
    DocumentKind.GUARDIAN_CONSENT: _l("Consent of a parent or guardian"),
    DocumentKind.COURT_OR_BID_DECISION: _l("Decision about a child's best interests or by a court"),
    DocumentKind.POWER_OF_ATTORNEY: _l("Power of attorney"),
    DocumentKind.CONSENT_SIGNED: _l("Signed consent"),
    DocumentKind.VOLUNTARY_DECLARATION: _l("Signed declaration of own free decision"),
    DocumentKind.PHOTO_RELEASE: _l("Signed consent to photos"),
    DocumentKind.MEDICAL_REPORT: _l("Medical report"),
    DocumentKind.FIT_TO_TRAVEL_CERTIFICATE: _l("Doctor's certificate: fit to travel"),
    DocumentKind.PRESCRIPTION: _l("Prescription for medicine"),
    DocumentKind.TICKET_ITINERARY: _l("Ticket or travel plan"),
    DocumentKind.DEPARTURE_PROOF: _l("Boarding pass or other proof of departure"),
    DocumentKind.TRANSIT_VISA: _l("Transit visa"),
    DocumentKind.TRAVEL_INSURANCE: _l("Travel insurance"),
    DocumentKind.ARRIVAL_PROOF: _l("Proof of arrival"),
    DocumentKind.PLAN_SIGNED: _l("Signed reintegration plan"),
    DocumentKind.BUSINESS_PLAN: _l("Business plan"),
    DocumentKind.QUOTATION: _l("Price offer"),
    DocumentKind.CONTRACT_OR_LEASE: _l("Contract or lease"),
    DocumentKind.INVOICE: _l("Invoice"),
    DocumentKind.PROOF_OF_PAYMENT: _l("Receipt or proof of payment"),
    DocumentKind.HANDOVER_NOTE: _l("Signed note that goods were handed over"),
    DocumentKind.DELIVERY_PHOTO: _l("Photo of the delivered goods"),
    DocumentKind.TRAINING_CERTIFICATE: _l("Training certificate"),
    DocumentKind.SCHOOL_ENROLMENT: _l("School registration"),
    DocumentKind.MEDICAL_BILL: _l("Medical bill"),
    DocumentKind.MONITORING_REPORT: _l("Follow-up report"),
    DocumentKind.FINAL_REPORT: _l("Final report"),
    DocumentKind.TALK_PHOTO: _l("Photo of a visit or a talk"),
    DocumentKind.COMPLAINT_EVIDENCE: _l("Document for a complaint"),
    DocumentKind.OTHER: _l("Another document"),
}

STATES = {
    DocumentState.CHECKING: lazy_pgettext("document", "Automatic check"),
    DocumentState.WAITING: lazy_pgettext("document", "Waiting for a counsellor"),
    DocumentState.ACCEPTED: lazy_pgettext("document", "Accepted"),
    DocumentState.REJECTED: lazy_pgettext("document", "Not accepted"),
    DocumentState.QUARANTINED: lazy_pgettext("document", "Blocked: not safe"),
    DocumentState.SUPERSEDED: lazy_pgettext("document", "Replaced"),
}

TO_SENDER = {
    DocumentState.CHECKING: lazy_pgettext("document", "Automatic check"),
    DocumentState.WAITING: lazy_pgettext("document", "Waiting for a counsellor"),
    DocumentState.ACCEPTED: lazy_pgettext("document", "Accepted"),
    DocumentState.REJECTED: lazy_pgettext("document", "Please send again"),
    DocumentState.QUARANTINED: lazy_pgettext("document", "Please send a photo"),
    DocumentState.SUPERSEDED: lazy_pgettext("document", "Replaced"),
}
"""The same, to whoever sent it: what they can do."""

HAPPENED = {
    Act.DOCUMENT_SEND: lazy_pgettext("document", "It arrived here"),
    Act.DOCUMENT_CHECKED: lazy_pgettext("document", "The automatic check is over: the file is good"),
    Act.DOCUMENT_UNFIT: lazy_pgettext("document", "The automatic check is over: the file cannot be used"),
    Act.DOCUMENT_QUARANTINE: lazy_pgettext("document", "The automatic check is over: the file is not safe"),
    Act.DOCUMENT_ACCEPT: lazy_pgettext("document", "A counsellor accepted it"),
    Act.DOCUMENT_REJECT: lazy_pgettext("document", "A counsellor looked at it and needs another one"),
}
"""What happened to a document, to whoever sent it."""

REJECT_REASONS = {
    RejectReason.NOT_SUPPORTED: _l("This kind of file cannot be used."),
    RejectReason.DAMAGED: _l("The file is damaged and cannot be opened."),
    RejectReason.TOO_LARGE: _l("The file is too large."),
    RejectReason.TOO_MANY_PAGES: _l("The file has too many pages."),
    RejectReason.PASSWORD: _l("The file is protected with a password."),
    RejectReason.UNREADABLE: _l("The text cannot be read."),
    RejectReason.CUT_OFF: _l("A part of the page is missing."),
    RejectReason.WRONG_PERSON: _l("The document belongs to another person."),
    RejectReason.EXPIRED: _l("The document is no longer valid."),
    RejectReason.WRONG_TYPE: _l("This is not the document that was asked for."),
    RejectReason.DUPLICATE: _l("The same document was already sent."),
}

ADVICE = {
    RejectReason.NOT_SUPPORTED: _l("Send a photo or a PDF. A photo taken with your phone is fine."),
    RejectReason.DAMAGED: _l("Send the file again, or take a new photo of the document."),
    RejectReason.TOO_LARGE: _l(
        "Send a file of at most %(megabytes)d MB, or take a photo of each page.",
        megabytes=MOST_BYTES // 2**20,
    ),
    RejectReason.TOO_MANY_PAGES: _l("Send only the pages that matter, or send them in several files."),
    RejectReason.PASSWORD: _l("Remove the password and send the file again, or take a photo of each page."),
    RejectReason.UNREADABLE: _l(
        "Take the photo again in daylight. Hold the phone still and straight above the page."
    ),
    RejectReason.CUT_OFF: _l("Take the photo again so that all four corners of the page can be seen."),
    RejectReason.WRONG_PERSON: _l("Check whose document is asked for, and send that one."),
    RejectReason.EXPIRED: _l("Send a newer document if you have one. If not, tell the counsellor."),
    RejectReason.WRONG_TYPE: _l(
        "Check which document is asked for, and send that one. Ask the counsellor if you are not sure."
    ),
    RejectReason.DUPLICATE: _l(
        "You do not need to send it again. If something else is asked for, send that."
    ),
    Doubt.BLURRED: _l("Hold the phone with both hands. Tap on the paper on the screen and wait a moment."),
    Doubt.DARK: _l("Go to a window, or switch on a lamp."),
    Doubt.GLARE: _l("Move the paper or the lamp, and switch off the flash."),
    Doubt.CUT: _l("Go back a little until you see all four corners of the paper."),
    Doubt.SMALL: _l("Go closer until the paper fills the picture."),
}

PURPOSES = {
    LookPurpose.CHECK: lazy_pgettext("purpose", "To check the document"),
    LookPurpose.CASE_WORK: lazy_pgettext("purpose", "To work on the case"),
    LookPurpose.DECISION: lazy_pgettext("purpose", "To decide about the case"),
    LookPurpose.SUPPORT: lazy_pgettext("purpose", "To give the support"),
    LookPurpose.TRAVEL_DOCUMENT: lazy_pgettext("purpose", "For a travel document: embassy or consulate"),
    LookPurpose.JOURNEY: lazy_pgettext("purpose", "For the journey: airline, transit, border"),
    LookPurpose.HEALTH: lazy_pgettext("purpose", "For a doctor or medical help"),
    LookPurpose.PERSON: lazy_pgettext("purpose", "For the person: a printed copy"),
    LookPurpose.AUDIT: lazy_pgettext("purpose", "For the file of the programme"),
}

WHO = {
    Who.PRINCIPAL: lazy_pgettext("whose document", "The applicant"),
    Who.EVERY_PERSON: lazy_pgettext("whose document", "Everybody who travels"),
    Who.ADULT: lazy_pgettext("whose document", "Every adult"),
    Who.MINOR: lazy_pgettext("whose document", "Every child under 18"),
    Who.MINOR_ALONE: lazy_pgettext("whose document", "A child who travels without parents"),
    Who.MINOR_OTHER_PARENT: lazy_pgettext("whose document", "A child whose other parent does not travel"),
}

WANTED_BY = {
    WantedBy.SUBMITTED: _l("With the application"),
    WantedBy.PROPOSED: _l("Before the decision"),
    WantedBy.READY_TO_TRAVEL: _l("Before the journey"),
}

SITUATIONS = {
    Situation.ASYLUM_SEEKER: _l("If you asked for asylum"),
    Situation.ASYLUM_REFUSED: _l("If your asylum application was refused"),
    Situation.PROTECTION: _l("If you have international protection"),
    Situation.TEMPORARY_PROTECTION: _l("If you have temporary protection"),
    Situation.PERMIT_EXPIRED: _l("If your permit or visa has ended"),
    Situation.PERMIT_VALID: _l("If you have a valid permit or visa"),
    Situation.PRECEPT: _l("If you got a decision that you must leave"),
    Situation.EXPULSION_ORDER: _l("If there is an expulsion order"),
    Situation.MEDICAL_NEEDS: _l("If somebody is ill, pregnant or needs help on the journey"),
    Situation.MEDICINE: _l("If somebody needs medicine on the journey"),
}


DOUBTS = {
    Doubt.BLURRED: _l("The picture is not sharp."),
    Doubt.DARK: _l("The picture is very dark."),
    Doubt.GLARE: _l("Light shines on the paper and may hide a part of it."),
    Doubt.CUT: _l("A part of the paper may be outside the picture."),
    Doubt.SMALL: _l("The letters are very small."),
}

RETAKE_ANSWERS = {
    RetakeAnswer.KEEP: lazy_pgettext("document", "It can be read, and is kept."),
    RetakeAnswer.AGAIN: lazy_pgettext("document", "It will be taken again."),
}


def to_sender(document: Document) -> LazyString:
    """How a document stands, to whoever sent it."""
    if is_needless(document):
        return lazy_pgettext("document", "Not needed")
    return TO_SENDER[document.state]


def is_needless(document: Document) -> bool:
    """Whether it was sent before: nothing is missing, so nothing is to be sent again."""
    return document.state is DocumentState.REJECTED and document.reject_reason is RejectReason.DUPLICATE


def happened(act: Act) -> LazyString:
    """What happened to a document, to whoever sent it."""
    return HAPPENED[act]


def advice(reason: RejectReason | Doubt) -> LazyString:
    """What the sender can do now."""
    return ADVICE[reason]
