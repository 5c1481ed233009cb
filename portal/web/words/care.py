"""Words for conversations that are owed, for guardians and helpers, and for how somebody agreed."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.domain.applying.consents import How
from portal.domain.care.assisted import Source
from portal.domain.care.care import CareKind, CareOutcome
from portal.domain.care.supporters import Filling, SupporterKind
from portal.domain.people import Guardianship

KINDS = {
    CareKind.BEST_INTERESTS: _l("What is best for the child"),
    CareKind.GUARDIAN: _l("Talk with the guardian"),
    CareKind.FEAR_OF_RETURN: _l("Fear about the return"),
    CareKind.FORCED_OR_CHEATED: _l("Forced or cheated by somebody"),
    CareKind.HEALTH: _l("Health and help on the way"),
    CareKind.ALONE_AND_UNSAFE: _l("Not safe to travel alone"),
    CareKind.ADVICE_FIRST: _l("Independent advice before the decision"),
    CareKind.IN_PERSON: _l("Something to be told in person"),
    CareKind.OTHER: _l("Something else to talk about"),
}

WHY = {
    CareKind.BEST_INTERESTS: _l(
        "This person is under 18 and travels without a parent. Find out, together with the guardian and the "
        "authorities for children, whether the return is best for the child. Listen to the child."
    ),
    CareKind.GUARDIAN: _l(
        "Call the guardian. Write down the agreement on this page when the guardian is here or has signed."
    ),
    CareKind.FEAR_OF_RETURN: _l(
        "The person is afraid to go back. Tell them about asylum and independent advice. "
        "Nothing is decided against them because of this answer."
    ),
    CareKind.FORCED_OR_CHEATED: _l(
        "The answers say that somebody forced or cheated this person. "
        "Talk alone with them, with an interpreter they trust. They are not asked to prove anything."
    ),
    CareKind.HEALTH: _l(
        "The person named an illness, a need or a danger. Ask what helps on the way and after arrival."
    ),
    CareKind.ALONE_AND_UNSAFE: _l(
        "The person says that travelling alone is not safe. Ask who or what would make it safe."
    ),
    CareKind.ADVICE_FIRST: _l(
        "A return can end asylum, protection or an appeal, and who is held can hardly look for advice. "
        "Make sure that the person could talk with somebody independent first."
    ),
    CareKind.IN_PERSON: _l("The person prefers to tell something in person. Ask when and where."),
    CareKind.OTHER: _l("A colleague asked for this conversation."),
}
"""What to do, said to the counsellor."""

OUTCOMES = {
    CareOutcome.TALKED: _l("We talked, and agreed what helps"),
    CareOutcome.HELP_FOUND: _l("Somebody else helps now, with the person's agreement"),
    CareOutcome.NOTHING_NEEDED: _l("Nothing is needed"),
    CareOutcome.NOT_WANTED: _l("The person does not want to talk about it"),
    CareOutcome.RETURN_IS_BEST: _l("The return is best for the child"),
    CareOutcome.RETURN_IS_NOT_BEST: _l("The return is not best for the child"),
}

HOWS = {
    How.OWN_SIGN_IN: _l("With an own sign-in"),
    How.IN_PRESENCE: _l("Said to a counsellor"),
    How.SIGNED_PAPER: _l("Signed on paper"),
}

GUARDIANSHIPS = {
    Guardianship.PARENT: lazy_pgettext("guardian", "Father or mother"),
    Guardianship.RELATIVE: lazy_pgettext("guardian", "Another relative"),
    Guardianship.APPOINTED: lazy_pgettext("guardian", "A guardian or institution that the state appointed"),
    Guardianship.OTHER: lazy_pgettext("guardian", "Somebody else"),
}

FILLINGS = {
    Filling.MYSELF: _l("I do it myself"),
    Filling.HELPED: _l("Somebody helps me"),
}

SUPPORTERS = {
    SupporterKind.LAWYER: lazy_pgettext("helper", "A lawyer"),
    SupporterKind.RELATIVE: lazy_pgettext("helper", "A relative or friend"),
    SupporterKind.SOCIAL_WORKER: lazy_pgettext("helper", "A social worker"),
    SupporterKind.OTHER: lazy_pgettext("helper", "Somebody else"),
}


SOURCES = {
    Source.PRESENT: _l("The person is here"),
    Source.PAPER: _l("The person has filled in a form on paper"),
}


def why(kind: CareKind) -> LazyString:
    """What a conversation is for, said to the counsellor who has it."""
    return WHY[kind]
