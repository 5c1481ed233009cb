"""Words for the guide before an account: its questions and answers, what they lead to, and what to bring."""

import enum
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.domain.applying.guide import (
    Bearer,
    Citizenship,
    Destination,
    Fear,
    Help,
    Household,
    Passport,
    Pending,
    Point,
    Talk,
    Topic,
    Unsaid,
    Use,
)

TOPICS = {
    Topic.STATUS: _l("What is your situation in Estonia?"),
    Topic.PRECEPT: _l("Do you have a decision that you must leave Estonia?"),
    Topic.PENDING: _l("Are you waiting for a court or for the police?"),
    Topic.CITIZENSHIP: _l("Which citizenship do you have?"),
    Topic.COUNTRY: _l("Which country would you go to?"),
    Topic.PASSPORT: _l("Do you have a valid passport?"),
    Topic.FAMILY: _l("Who would travel with you?"),
    Topic.FEAR: _l("Are you afraid to go back?"),
}

HINTS = {
    Topic.STATUS: _l("Choose what fits best."),
    Topic.PRECEPT: _l(
        "In Estonian such a decision is called “lahkumisettekirjutus”. "
        "An expulsion order is called “väljasaatmisotsus”."
    ),
    Topic.PENDING: _l("For example an appeal, a trial, a fine, or questions by the police."),
    Topic.CITIZENSHIP: _l("If you have more than one, choose the first answer that fits."),
    Topic.COUNTRY: _l("We do not ask which country it is."),
    Topic.PASSPORT: _l("You can apply without any document."),
    Topic.FAMILY: _l("Family means the people who travel together with you."),
    Topic.FEAR: _l("You do not have to say what you are afraid of."),
}

UNSAID = {
    Unsaid.DONT_KNOW: _l("I don’t know"),
    Unsaid.IN_PERSON: _l("I prefer to say it in person"),
}

PENDINGS = {
    Pending.COURT: _l("Yes, for a court or an appeal"),
    Pending.POLICE: _l("Yes, for the police"),
    Pending.NOTHING: lazy_pgettext("court or police", "No"),
}

CITIZENSHIPS = {
    Citizenship.EUROPEAN: _l(
        "A country of the European Union, Iceland, Liechtenstein, Norway or Switzerland"
    ),
    Citizenship.OTHER: lazy_pgettext("citizenship", "Another country"),
    Citizenship.STATELESS: _l("No citizenship"),
}

DESTINATIONS = {
    Destination.OWN: _l("The country whose citizen I am"),
    Destination.MAY_LIVE: _l("Another country, and I have the right to live there"),
    Destination.MAY_NOT_LIVE: _l("Another country, and I do not have the right to live there yet"),
}

PASSPORTS = {
    Passport.WITH_ME: _l("Yes, I have it"),
    Passport.ELSEWHERE: _l("Yes, it is with the police, the border guard or an embassy"),
    Passport.HELD: _l("Yes, but somebody keeps it and does not give it back"),
    Passport.EXPIRED: _l("No, it is no longer valid"),
    Passport.LOST: _l("No, it is lost or stolen"),
    Passport.NEVER: _l("No, I have never had one"),
}

HOUSEHOLDS = {
    Household.ALONE: _l("Nobody, I travel alone"),
    Household.ADULTS: _l("Adults of my family"),
    Household.CHILDREN: _l("My children"),
    Household.BOTH: _l("Adults and children"),
    Household.UNDER_AGE: _l("I am under 18 and in Estonia without my parents"),
}

FEARS = {
    Fear.YES: lazy_pgettext("afraid to go back", "Yes"),
    Fear.NO: lazy_pgettext("afraid to go back", "No"),
}

TALKS = {
    Talk.COUNSELLOR: _l("A counsellor of the programme"),
    Talk.ADVISER: _l("Independent advice"),
    Talk.HELP_LINE: _l("In an emergency"),
    Talk.GUARDIAN: _l("Your guardian"),
    Talk.EMBASSY: _l("The embassy or consulate of your country"),
}

ABOUT_TALKS = {
    Talk.COUNSELLOR: _l("You do not have to give your name to ask a question. To ask is not to apply."),
    Talk.ADVISER: _l("These people and pages do not belong to the programme."),
    Talk.HELP_LINE: _l("When you need help at once."),
    Talk.GUARDIAN: _l(
        "If you have a guardian in Estonia, talk to them too. If you have none, tell the counsellor."
    ),
    Talk.EMBASSY: _l("They can tell you who helps citizens of your country."),
}

POINTS = {
    Point.AFRAID: _l("You are afraid to go back"),
    Point.PASSPORT_HELD: _l("Somebody keeps your passport"),
    Point.UNDER_AGE: _l("You are under 18 and without your parents"),
    Point.ASYLUM_OPEN: _l("You are waiting for a decision about asylum"),
    Point.ASYLUM_REFUSED: _l("The answer about your asylum was no"),
    Point.PROTECTION: _l("You have international protection"),
    Point.TEMPORARY_PROTECTION: _l("You have temporary protection"),
    Point.EXPULSION_ORDER: _l("You have an expulsion order"),
    Point.LEAVE_AT_ONCE: _l("Your decision says that you must leave at once"),
    Point.COURT: _l("A court or an appeal is not finished"),
    Point.POLICE: _l("A matter with the police is not finished"),
    Point.IN_PERSON: _l("You prefer to talk in person"),
    Point.EUROPEAN: _l("This programme is for citizens of other countries"),
    Point.LEAVE_BY_DATE: _l("Your decision to leave has a date"),
    Point.WHICH_PAPER: _l("Not sure about your papers?"),
    Point.PERMIT_VALID: _l("Your visa or permit is still valid"),
    Point.STATELESS: _l("You have no citizenship"),
    Point.ANOTHER_COUNTRY: _l("You think about another country than your own"),
    Point.PASSPORT_ELSEWHERE: _l("Your passport is not with you"),
    Point.CHILDREN: _l("Children would travel with you"),
    Point.ADULTS: _l("Other adults would travel with you"),
}

ABOUT_POINTS = {
    Point.AFRAID: _l(
        "Talk to a counsellor or an independent adviser about it before you do anything else. "
        "You do not have to apply, and you can stop at any time."
    ),
    Point.PASSPORT_HELD: _l(
        "Tell a counsellor or an adviser about it in person. They look with you at what you can do."
    ),
    Point.UNDER_AGE: _l(
        "The first question is always what is best for you. A guardian takes part in everything."
    ),
    Point.ASYLUM_OPEN: _l(
        "Take independent advice before you decide. Ask what a return would mean for your asylum case."
    ),
    Point.ASYLUM_REFUSED: _l("Before you decide, ask an independent adviser what you can still do."),
    Point.PROTECTION: _l(
        "It ends when you return to your country of origin. Take independent advice before you decide."
    ),
    Point.TEMPORARY_PROTECTION: _l(
        "Take independent advice before you decide. Ask what a return would mean for your protection."
    ),
    Point.EXPULSION_ORDER: _l(
        "The programme is meant for people without such an order. But two papers look alike: "
        "let an adviser or a counsellor read yours with you. You can talk to us in any case."
    ),
    Point.LEAVE_AT_ONCE: _l(
        "Ask an independent adviser what you can still do. "
        "A counsellor reads the paper with you and tells you which help is possible."
    ),
    Point.COURT: _l("First ask an adviser what it means for you if you leave before it is finished."),
    Point.POLICE: _l("First ask an adviser what it means for this matter if you leave Estonia."),
    Point.IN_PERSON: _l(
        "That is fine. You can call, write or come to the office. Say only what you want to say."
    ),
    Point.EUROPEAN: _l(
        "It is not meant for citizens of the European Union, Iceland, Liechtenstein, Norway or Switzerland. "
        "You can ask us who else could help you."
    ),
    Point.LEAVE_BY_DATE: _l(
        "The programme can help people who have time to leave by themselves. "
        "Tell the counsellor early which date is written in the decision. "
        "The page “Your rights” tells how to appeal."
    ),
    Point.WHICH_PAPER: _l("You do not have to know. A counsellor reads your papers with you."),
    Point.PERMIT_VALID: _l("Before you decide, ask what a return would mean for your permit."),
    Point.STATELESS: _l("A counsellor looks with you at where you have the right to live."),
    Point.ANOTHER_COUNTRY: _l(
        "People normally go to the country whose citizens they are, "
        "or to a country where they already have the right to live. A counsellor looks at this with you."
    ),
    Point.PASSPORT_ELSEWHERE: _l("Tell the counsellor who has it now."),
    Point.CHILDREN: _l(
        "For a child, the first question is always what is best for the child. "
        "Every adult in the family makes their own decision."
    ),
    Point.ADULTS: _l("Every adult makes their own decision."),
}

HELPS = {
    Help.ADVICE: _l("Information and advice"),
    Help.TRAVEL_DOCUMENT: _l("A travel document"),
    Help.JOURNEY: _l("The journey"),
    Help.AIRPORT: _l("Help at the airport"),
    Help.FRESH_START: _l("Support after you arrive"),
}

ABOUT_HELPS = {
    Help.ADVICE: _l(
        "A counsellor answers your questions about the return and about your country. "
        "You can ask as much as you need."
    ),
    Help.TRAVEL_DOCUMENT: _l(
        "The programme helps you to get one from the embassy of your country and pays for it."
    ),
    Help.JOURNEY: _l(
        "The programme plans the journey with you and pays for it, all the way to your final destination."
    ),
    Help.AIRPORT: _l("On the day you leave, a member of staff meets you and helps you to check in."),
    Help.FRESH_START: _l(
        "Some people also receive goods and services to start again at home. This is decided case by case."
    ),
}

BEARERS = {
    Bearer.YOU: _l("For you"),
    Bearer.ADULT: _l("For every adult who travels with you"),
    Bearer.CHILD: _l("For every child under 18"),
}

USES = {
    Use.IDENTITY: _l("It shows who somebody is."),
    Use.JOURNEY: _l("It is for the journey and the border."),
    Use.FAMILY: _l("It shows who belongs to the family."),
    Use.STAY: _l("It shows how you stay in Estonia. A counsellor reads it with you."),
    Use.GUARDIAN: _l("It shows who speaks for somebody."),
    Use.HEALTH: _l("It helps to plan a safe journey."),
    Use.OTHER: _l("A counsellor tells you what it is for."),
}

WITHOUT = {
    Use.IDENTITY: _l(
        "Lost or no longer valid? The programme helps you to get a travel document from the embassy of your "
        "country and pays for it."
    ),
    Use.JOURNEY: _l("You do not have it yet? It belongs to what you plan together with a counsellor."),
    Use.FAMILY: _l("Lost or left at home? Apply without it and tell the counsellor."),
    Use.STAY: _l("Lost? Tell the counsellor what you remember of it."),
    Use.GUARDIAN: _l("You do not have one? Tell the counsellor who takes care of you or of the child."),
    Use.HEALTH: _l("You do not have one? Tell the counsellor what you need."),
    Use.OTHER: _l("You do not have it? Tell the counsellor."),
}

PASSPORT_NOTES = {
    Passport.WITH_ME: _l("You have your passport. Keep it with you."),
    Passport.ELSEWHERE: _l("Your passport is with an office. Tell the counsellor which one."),
    Passport.HELD: _l("Somebody keeps your passport. Tell a counsellor about it in person."),
    Passport.EXPIRED: _l("Bring the old passport too, if you have it."),
    Passport.LOST: _l("Your passport is lost. Any other paper that shows who you are helps."),
    Passport.NEVER: _l("You have no passport. Any other paper that shows who you are helps."),
}

# By type first: members of two enums with the same value are the same key.
MORE: dict[type[enum.StrEnum], Mapping[Any, LazyString]] = {
    Topic: HINTS,
    Talk: ABOUT_TALKS,
    Point: ABOUT_POINTS,
    Help: ABOUT_HELPS,
    Use: WITHOUT,
    Passport: PASSPORT_NOTES,
}


def explain(member: enum.StrEnum) -> LazyString:
    """What there is to say about a question, a person, a point, a help, or the lack of a paper."""
    return MORE[type(member)][member]
