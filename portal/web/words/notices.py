"""What a notice says outside the portal: what happened, and nothing that tells a stranger what this is about.

No programme, country, authority, name, number or link stands here, in any language: others read a phone, too
(tests/web/test_notice_words.py).
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.desk.bulk import JOB as BULK_JOB
from portal.domain.own.my_file import EXPORT_JOB
from portal.domain.papers.uploads import CHECK_JOB
from portal.domain.permissions import Act
from portal.domain.telling.notices import DELIVER_JOB
from portal.web.language import catalogue


def N_(message: str) -> str:  # noqa: N802 - the name by which Babel finds what is said later
    """Mark a sentence for translation."""
    return message


@dataclass(frozen=True)
class Text:
    """A notice in one language; a text message has no subject."""

    subject: str
    body: str


NEWS = N_("News about your account")
TEST = N_("Test message")

NOT_YOU = N_("If this was not you, sign in and say so, or talk to the person who helps you.")
TALK = N_("Talk to the person who helps you.")
LOOK = N_("Sign in when you have time.")
STOP_IT = N_("If you did not ask for this, stop it: sign in and say so, or talk to the person who helps you.")

# Subject, what happened, and what to do now.
TEXTS: dict[Act, tuple[str, str, str]] = {
    Act.ACCOUNT_NEW_DEVICE: (NEWS, N_("Somebody signed in to your account on a new device."), NOT_YOU),
    Act.ACCOUNT_PASSWORD_SET: (NEWS, N_("The password of your account was changed."), NOT_YOU),
    Act.ACCOUNT_FACTOR_SET: (NEWS, N_("A new way to sign in was added to your account."), NOT_YOU),
    Act.ACCOUNT_FACTOR_ENDED: (NEWS, N_("A way to sign in to your account was removed."), NOT_YOU),
    Act.ACCOUNT_FACTOR_COPIED: (
        NEWS,
        N_("Somebody used a copy of your passkey. We stopped this passkey."),
        NOT_YOU,
    ),
    Act.ACCOUNT_CODES_ISSUED: (
        NEWS,
        N_("New codes were made for your account. The old ones do not work any more."),
        NOT_YOU,
    ),
    Act.ACCOUNT_CODE_USED: (NEWS, N_("Somebody signed in to your account with a recovery code."), NOT_YOU),
    Act.ACCOUNT_CONTACT_SET: (NEWS, N_("The way we may reach you was changed in your account."), NOT_YOU),
    Act.ACCOUNT_LOCKED: (NEWS, N_("Your account is locked because many wrong codes were typed."), TALK),
    Act.ACCOUNT_FREEZE: (NEWS, N_("Your account was stopped for your safety. Nobody can get in now."), TALK),
    Act.ACCOUNT_ROLE_SET: (NEWS, N_("What you may do in your account was changed."), TALK),
    Act.SHEET_ASK: (NEWS, N_("Somebody asked for a new sheet of codes for your account."), STOP_IT),
    Act.RECOVERY_ASK: (
        NEWS,
        N_("Somebody asked to get back into your account with a new password."),
        STOP_IT,
    ),
    Act.RECOVERY_VOUCH: (
        NEWS,
        N_("Somebody told us that they know you, so that you get back into your account."),
        STOP_IT,
    ),
    Act.RECOVERY_APPROVE: (
        NEWS,
        N_("We agreed that you get back into your account with a new password."),
        STOP_IT,
    ),
    Act.RECOVERY_REFUSE: (NEWS, N_("We did not agree to open your account again."), TALK),
    Act.RECOVERY_STOP: (NEWS, N_("Getting back into your account was stopped."), NOT_YOU),
    Act.RECOVERY_FINISH: (NEWS, N_("Your account is open again, with a new password."), NOT_YOU),
    Act.DATA_EXPORT_ASK: (NEWS, N_("Somebody asked for a copy of all data in your account."), NOT_YOU),
    Act.DATA_REQUEST_ANSWER: (
        NEWS,
        N_("There is an answer to what you asked us."),
        N_("Sign in to read it."),
    ),
    Act.CORRECTION_REMIND: (
        NEWS,
        N_("We asked you something and wait for your answer. There is no hurry."),
        LOOK,
    ),
    Act.CASE_EXPIRY_WARNED: (
        NEWS,
        N_("You began something and did not change it for some time. It will be closed soon."),
        N_("Sign in if you want to keep it."),
    ),
    Act.REFERRAL_END: (NEWS, N_("Something that we asked of you is over. You need not do anything."), LOOK),
    Act.CASE_PRECEPT_NEAR: (NEWS, N_("A date that matters comes closer."), LOOK),
    Act.CASE_HAND_OVER: (NEWS, N_("The list of your work has changed."), N_("Sign in to read it.")),
    Act.INQUIRY_ANSWER: (NEWS, N_("Somebody answered what you wanted to know."), N_("Sign in to read it.")),
    Act.NOTE_SHARE: (NEWS, N_("There is something new for you to read."), LOOK),
    Act.JOURNEY_SET: (
        NEWS,
        N_("A time or a place is new, or was changed."),
        N_("Sign in to see when and where."),
    ),
    Act.APPOINTMENT_REMIND: (NEWS, N_("You have an appointment soon."), N_("Sign in to see when and where.")),
    Act.APPOINTMENT_CANCEL: (NEWS, N_("An appointment was cancelled."), N_("Sign in to choose another one.")),
    Act.CASE_BREAK_GLASS: (NEWS, N_("A colleague opened something of yours and said why."), LOOK),
    Act.ACCOUNT_CONTACT_TEST: (TEST, N_("This is the test message that you asked for."), N_("All is well.")),
}


# Work that the portal may have given up, by the kind of the job.
JOBS = {
    DELIVER_JOB: _l("Message to a person"),
    CHECK_JOB: _l("Check of a document"),
    EXPORT_JOB: _l("Copy of a person's data"),
    BULK_JOB: _l("One act for several cases"),
}
OTHER_JOB = _l("Other work of the portal")


def job(kind: str) -> LazyString:
    """What a job does."""
    return JOBS.get(kind, OTHER_JOB)


def told(act: Act, language: str) -> Text:
    """What a notice of this act says in this language; also where nobody has asked for a page."""
    words = catalogue(language)
    subject, *sentences = TEXTS[act]
    return Text(words.gettext(subject), " ".join(words.gettext(sentence) for sentence in sentences))
