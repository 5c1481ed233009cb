"""The questions of the application as forms: what is asked, why, and how the answers are kept."""

from portal.domain.applying.application import MemberPage, Question
from portal.pages.migrant.questions import about_you, decision, needs, simple, situation, travelling, where_to
from portal.pages.migrant.questions.base import MemberPageForm, PageForm, QuestionForm
from portal.pages.migrant.questions.travelling import MemberForm, PaperForm

__all__ = ["FORMS", "MEMBER_FORMS", "MemberForm", "MemberPageForm", "PageForm", "PaperForm", "QuestionForm"]

_FORMS: dict[Question, type[QuestionForm]] = {
    **simple.FORMS,
    Question.LANGUAGE: about_you.LanguageForm,
    Question.PRIVACY: decision.PrivacyForm,
    Question.NAME: about_you.NameForm,
    Question.OTHER_NAMES: about_you.OtherNamesForm,
    Question.BIRTH: about_you.BirthForm,
    Question.BIRTHPLACE: about_you.BirthplaceForm,
    Question.PERSON: about_you.PersonForm,
    Question.CITIZENSHIPS: about_you.CitizenshipsForm,
    Question.CONTACT: about_you.ContactForm,
    Question.MORE_CONTACT: about_you.MoreContactForm,
    Question.SAFE_CONTACT: about_you.SafeContactForm,
    Question.HOME: about_you.HomeForm,
    Question.EMERGENCY: about_you.EmergencyForm,
    Question.ARRIVAL: situation.ArrivalForm,
    Question.PRECEPT: situation.PreceptForm,
    Question.DETENTION: situation.DetentionForm,
    Question.EARLIER: situation.EarlierForm,
    Question.COUNTRY: where_to.CountryForm,
    Question.WAITING: where_to.WaitingForm,
    Question.DATES: where_to.DatesForm,
    Question.FEAR: where_to.FearForm,
    Question.COMPANY: travelling.CompanyForm,
    Question.GUARDIAN: travelling.GuardianForm,
    Question.PAPERS: travelling.PapersForm,
    Question.PAPER_DETAILS: travelling.PaperDetailsForm,
    Question.NEEDS: needs.NeedsForm,
    Question.AIRPORT: needs.AirportForm,
    Question.FORCED: needs.ForcedForm,
    Question.IDEAS: needs.IdeasForm,
    Question.WORK: needs.WorkForm,
    Question.SPOKEN: needs.SpokenForm,
    Question.DECISION: decision.DecisionForm,
    Question.CONSENTS: decision.ConsentsForm,
}
FORMS = {question: _FORMS[question] for question in Question if question in _FORMS}
"""All but the family, which is a list with pages of its own; in their order."""

MEMBER_FORMS: dict[MemberPage, type[MemberPageForm]] = {
    form.page: form
    for form in (
        travelling.OtherParentForm,
        travelling.AgreeingForm,
        travelling.MemberDocumentForm,
        travelling.MemberLossForm,
    )
}
"""What is asked of each family member besides who it is."""
