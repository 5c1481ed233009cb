"""Words for the answers to choose from in the application."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.applying.questions import MemberPage
from portal.domain.choices import (
    Education,
    Heard,
    Home,
    Interpreter,
    Marital,
    Messenger,
    Need,
    ParentConsent,
    Reply,
    TravelWish,
)

REPLIES = {
    Reply.YES: lazy_pgettext("answer", "Yes"),
    Reply.NO: lazy_pgettext("answer", "No"),
    Reply.DONT_KNOW: _l("I do not know"),
    Reply.IN_PERSON: _l("I prefer to say it in person"),
}

INTERPRETERS = {
    Interpreter.WOMAN: lazy_pgettext("interpreter", "A woman"),
    Interpreter.MAN: lazy_pgettext("interpreter", "A man"),
    Interpreter.EITHER: _l("It does not matter"),
}

MARITALS = {
    Marital.SINGLE: _l("Not married"),
    Marital.MARRIED: _l("Married"),
    Marital.TOGETHER: _l("Living together"),
    Marital.DIVORCED: _l("Divorced"),
    Marital.WIDOWED: _l("Widowed"),
    Marital.NOT_STATED: lazy_pgettext("marital status", "Prefer not to say"),
}

MESSENGERS = {
    Messenger.WHATSAPP: _l("WhatsApp"),
    Messenger.TELEGRAM: _l("Telegram"),
    Messenger.VIBER: _l("Viber"),
    Messenger.SIGNAL: _l("Signal"),
}

HOMES = {
    Home.ADDRESS: _l("I have an address"),
    Home.NONE: _l("I have no fixed address"),
    Home.IN_PERSON: _l("I prefer to say it in person"),
}

HEARDS = {
    Heard.FRIENDS: _l("From friends or family"),
    Heard.POLICE: _l("From the police or border guard"),
    Heard.CENTRE: _l("In a reception or detention centre"),
    Heard.ORGANISATION: _l("From an organisation that helps people"),
    Heard.EMBASSY: _l("From an embassy"),
    Heard.INTERNET: _l("On the internet"),
    Heard.OTHER: _l("In another way"),
}

NEED_KINDS = {
    Need.ILLNESS: _l("An illness"),
    Need.MEDICINE: _l("Medicine that I take"),
    Need.PREGNANCY: _l("A pregnancy"),
    Need.DISABILITY: _l("A disability"),
    Need.WALKING: _l("Walking or stairs are hard for me"),
    Need.SAFETY: _l("Somebody I am afraid of"),
    Need.OTHER: _l("Something else"),
}

TRAVEL_WISHES = {
    TravelWish.SOON: _l("As soon as possible"),
    TravelWish.DATES: _l("Between two dates"),
    TravelWish.DONT_KNOW: _l("I do not know yet"),
}

EDUCATIONS = {
    Education.NONE: _l("No school"),
    Education.PRIMARY: _l("Primary school"),
    Education.SECONDARY: _l("Secondary school"),
    Education.VOCATIONAL: _l("School for a trade"),
    Education.HIGHER: _l("University"),
}

PARENT_CONSENTS = {
    ParentConsent.TRAVELS: _l("The other parent travels with us"),
    ParentConsent.AGREES: _l("Yes, the other parent agrees"),
    ParentConsent.DISAGREES: _l("No, the other parent does not agree"),
    ParentConsent.NO_OTHER: _l("There is no other parent"),
    ParentConsent.DONT_KNOW: _l("I do not know"),
    ParentConsent.IN_PERSON: _l("I prefer to say it in person"),
}

MEMBER_PAGES = {
    MemberPage.OTHER_PARENT: _l("Does the other parent agree to the journey?"),
    MemberPage.AGREEING: _l("This person decides for themselves"),
    MemberPage.DOCUMENT: _l("What is written in the travel document of this person?"),
    MemberPage.LOSS: _l("Did anybody tell the police that the document is lost?"),
}
