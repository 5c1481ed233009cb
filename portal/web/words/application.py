"""Words for the application: its parts and questions, the answers to choose from, and what is asked back."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.domain.applying.application import Company, Idea, LegalStatus, NeedsAnswer, Precept, Question
from portal.domain.corrections import CorrectionReason, Section

SECTIONS = {
    Section.ABOUT_YOU: _l("Name and contact"),
    Section.SITUATION: _l("Situation in Estonia"),
    Section.WHERE_TO: _l("Country of return"),
    Section.TRAVELLING_WITH: _l("Travelling with"),
    Section.TRAVEL_PAPERS: _l("Travel documents"),
    Section.NEEDS: _l("Needs for the journey"),
    Section.AFTER_RETURN: _l("After the return"),
    Section.DECISION: _l("Decision and consents"),
}

HINTS = {
    Section.ABOUT_YOU: _l("Who you are, which language you speak, and how we can reach you."),
    Section.SITUATION: _l("Your stay in Estonia, and whether you have a decision that you must leave."),
    Section.WHERE_TO: _l("The country and the place where you want to go."),
    Section.TRAVELLING_WITH: _l("Whether you go alone or with your family."),
    Section.TRAVEL_PAPERS: _l("Which documents you have, and where they are now. It is fine to have none."),
    Section.NEEDS: _l("Health or safety, if you want to tell us. You can also tell us in person."),
    Section.AFTER_RETURN: _l("What you might want to do there. You can decide later."),
    Section.DECISION: _l("That you decide freely, and what we may do with your data."),
}

QUESTIONS = {
    Question.LANGUAGE: _l("Which language do you want to speak with us?"),
    Question.PRIVACY: _l("What happens with your data?"),
    Question.NAME: _l("What is your name?"),
    Question.OTHER_NAMES: _l("Do you have other names?"),
    Question.BIRTH: _l("When were you born?"),
    Question.BIRTHPLACE: _l("Where were you born?"),
    Question.PERSON: _l("What are your gender and citizenship?"),
    Question.CITIZENSHIPS: _l("Do you have another citizenship?"),
    Question.MARITAL: _l("Are you married?"),
    Question.CONTACT: _l("How can we reach you safely?"),
    Question.MORE_CONTACT: _l("Is there another way to reach you by phone?"),
    Question.SAFE_CONTACT: _l("When is it safe to contact you?"),
    Question.HOME: _l("Where do you live now?"),
    Question.EMERGENCY: _l("Whom can we call in your country if something happens?"),
    Question.ARRIVAL: _l("When did you come to Estonia?"),
    Question.STATUS: _l("What is your situation in Estonia?"),
    Question.PRECEPT: _l("Do you have a decision that you must leave Estonia?"),
    Question.APPEAL: _l("Have you appealed against a decision?"),
    Question.DETENTION: _l("Are you in detention?"),
    Question.PENDING: _l("Is there a court or police matter about you that is not finished?"),
    Question.EARLIER: _l("Have you returned with help from a programme before?"),
    Question.HEARD: _l("How did you hear about us?"),
    Question.COUNTRY: _l("Where do you want to return to?"),
    Question.RIGHT_TO_LIVE: _l("Are you allowed to live in this country?"),
    Question.WAITING: _l("Is somebody waiting for you there?"),
    Question.DATES: _l("When would you like to travel?"),
    Question.FEAR: _l("Are you afraid of something if you return?"),
    Question.COMPANY: _l("Do you travel alone or with your family?"),
    Question.FAMILY: _l("Who travels with you?"),
    Question.GUARDIAN: _l("Who is your guardian?"),
    Question.PAPERS: _l("Which travel document do you have?"),
    Question.PAPER_DETAILS: _l("What is written in your travel document?"),
    Question.LOSS: _l("Did you tell the police that the document is lost?"),
    Question.NEEDS: _l("Is there something we should know for a safe journey?"),
    Question.AIRPORT: _l("Do you need help at the airport?"),
    Question.PLACE_TO_STAY: _l("Do you need a place to stay before you travel?"),
    Question.SAFE_ALONE: _l("Is it safe for you to travel alone?"),
    Question.FORCED: _l("Has somebody forced or cheated you?"),
    Question.IDEAS: _l("What would you like to do after your return?"),
    Question.EDUCATION: _l("Which school did you finish?"),
    Question.WORK: _l("What work have you done, and what can you do?"),
    Question.SPOKEN: _l("Which languages do you speak?"),
    Question.DECISION: _l("Is this your own decision?"),
    Question.CONSENTS: _l("What may we do with your data?"),
}

SHORT = {
    Question.LANGUAGE: _l("Language"),
    Question.PRIVACY: _l("Privacy notice"),
    Question.NAME: _l("Name"),
    Question.OTHER_NAMES: _l("Other names"),
    Question.BIRTH: _l("Date of birth"),
    Question.BIRTHPLACE: _l("Place of birth"),
    Question.PERSON: _l("Gender and citizenship"),
    Question.CITIZENSHIPS: _l("Other citizenships"),
    Question.MARITAL: _l("Marital status"),
    Question.CONTACT: _l("Contact"),
    Question.MORE_CONTACT: _l("More ways by phone"),
    Question.SAFE_CONTACT: _l("Safe contact"),
    Question.HOME: _l("Address in Estonia"),
    Question.EMERGENCY: _l("Emergency contact"),
    Question.ARRIVAL: _l("Arrival in Estonia"),
    Question.STATUS: _l("Stay in Estonia"),
    Question.PRECEPT: _l("Duty to leave Estonia"),
    Question.APPEAL: _l("Appeal"),
    Question.DETENTION: _l("Detention"),
    Question.PENDING: _l("Court or police matter"),
    Question.EARLIER: _l("Earlier return"),
    Question.HEARD: _l("Heard about us"),
    Question.COUNTRY: _l("Country and place"),
    Question.RIGHT_TO_LIVE: _l("Right to live there"),
    Question.WAITING: _l("Somebody waiting"),
    Question.DATES: _l("When to travel"),
    Question.FEAR: _l("Fear about the return"),
    Question.COMPANY: _l("Alone or with family"),
    Question.FAMILY: _l("Family members"),
    Question.GUARDIAN: _l("Guardian"),
    Question.PAPERS: _l("Travel document"),
    Question.PAPER_DETAILS: _l("Details of the document"),
    Question.LOSS: _l("Loss reported"),
    Question.NEEDS: _l("Needs"),
    Question.AIRPORT: _l("Help at the airport"),
    Question.PLACE_TO_STAY: _l("Place to stay"),
    Question.SAFE_ALONE: _l("Safe to travel alone"),
    Question.FORCED: _l("Force or deception"),
    Question.IDEAS: _l("Ideas for later"),
    Question.EDUCATION: _l("Education"),
    Question.WORK: _l("Work and skills"),
    Question.SPOKEN: _l("Languages"),
    Question.DECISION: _l("Declarations"),
    Question.CONSENTS: _l("Consents"),
}

LEGAL_STATUSES = {
    LegalStatus.ASYLUM_SEEKER: _l("Asylum: waiting for a decision"),
    LegalStatus.ASYLUM_REFUSED: _l("Asylum: the answer was no"),
    LegalStatus.PROTECTION: _l("International protection"),
    LegalStatus.TEMPORARY_PROTECTION: _l("Temporary protection"),
    LegalStatus.PERMIT_EXPIRED: _l("Visa or residence permit that has ended"),
    LegalStatus.PERMIT_VALID: _l("Visa or residence permit that is still valid"),
    LegalStatus.NO_PAPERS: _l("No permit to stay"),
    LegalStatus.DONT_KNOW: _l("I do not know"),
    LegalStatus.IN_PERSON: _l("I prefer to say it in person"),
}

PRECEPTS = {
    Precept.WITH_DEADLINE: _l("Yes, with a date"),
    Precept.AT_ONCE: _l("Yes, to leave at once"),
    Precept.EXPULSION_ORDER: _l("Yes, an expulsion order"),
    Precept.NONE: lazy_pgettext("decision to leave", "No"),
    Precept.DONT_KNOW: _l("I do not know"),
    Precept.IN_PERSON: _l("I prefer to say it in person"),
}

COMPANIES = {
    Company.ALONE: _l("Alone"),
    Company.FAMILY: _l("With family"),
}

NEEDS = {
    NeedsAnswer.YES: lazy_pgettext("needs for the journey", "Yes"),
    NeedsAnswer.NO: lazy_pgettext("needs for the journey", "No"),
    NeedsAnswer.IN_PERSON: _l("I prefer to say it in person"),
}

IDEAS = {
    Idea.BUSINESS: _l("Start a small business"),
    Idea.JOB: _l("Find a job"),
    Idea.TRAINING: _l("Learn a trade"),
    Idea.SCHOOL: _l("School for children"),
    Idea.HOUSING: _l("A place to live"),
    Idea.MEDICAL: _l("Medical treatment"),
    Idea.NOT_SURE: _l("Not sure yet"),
}

CORRECTION_REASONS = {
    CorrectionReason.MISSING: _l("Something is missing"),
    CorrectionReason.UNREADABLE: _l("Something cannot be read"),
    CorrectionReason.CONTRADICTORY: _l("Two things do not match"),
    CorrectionReason.OUTDATED: _l("Something is out of date"),
    CorrectionReason.OTHER: _l("Another reason"),
}


def hint(section: Section) -> LazyString:
    """One sentence, to the applicant, about what a part of the application asks."""
    return HINTS[section]


def short(question: Question) -> LazyString:
    """A question as a label beside its answer."""
    return SHORT[question]
