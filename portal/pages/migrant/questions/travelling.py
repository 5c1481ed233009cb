"""Who travels along, and the travel documents of everybody."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.db import today
from portal.domain.applying.application import Answers, Company, MemberPage, Question
from portal.domain.choices import ParentConsent, Reply
from portal.domain.people import Gender, Guardianship, Paper, PaperPlace, Person, Relation
from portal.pages.migrant.questions.base import FollowUp, MemberPageForm, PageForm, QuestionForm
from portal.web.forms import NAME_LENGTH, Choice, Day, Name, Phone, Text, chosen, needed
from portal.web.nations import Country
from portal.web.words import say


class CompanyForm(QuestionForm):
    """Alone or with family."""

    why = _l("Family means the people who travel together with you.")
    is_one_question = True
    company = Choice(say(Question.COMPANY), Company, [chosen()])

    def fits(self, found: Answers) -> bool:
        """Nobody is alone who has named family members."""
        if self.company.data is Company.ALONE and found.family:
            self.accept(company=_l("You have named family members. If you travel alone, remove them first."))
        return not self.errors


class GuardianForm(QuestionForm):
    """Who answers for a child who travels without father or mother."""

    why = _l(
        "You are under 18 and travel without your father or mother. "
        "Then an adult must look after your rights: your guardian. "
        "We call this person, and we also talk with you."
    )
    guardian_name = Text(_l("Name of your guardian"), [needed()], most=NAME_LENGTH, render_kw={"dir": "auto"})
    guardian_relation = Choice(_l("Who is this person to you?"), Guardianship, [chosen()])
    guardian_phone = Phone(
        _l("Phone number of your guardian"),
        [needed()],
        description=_l("With the country code, for example +372 5123 4567"),
        render_kw={"dir": "ltr"},
    )


class PapersForm(QuestionForm):
    """The travel document of the principal and where it is."""

    why = _l("You can apply without any document. Your counsellor can help you to get one.")
    is_one_question = True
    paper = Choice(say(Question.PAPERS), Paper)
    paper_place = Choice(_l("Where is the original now?"), PaperPlace)


def _number() -> Text:
    return Text(
        _l("Number"),
        most=40,
        description=_l("If you do not have it with you, leave it empty."),
        render_kw={"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"},
    )


def _country() -> Country:
    return Country(_l("Country that gave it"))


def _expires() -> Day:
    return Day(_l("Valid until"), description=_l("For example: 27 3 2028. It may be over already."))


class PaperDetailsForm(QuestionForm):
    """What stands in the travel document of the principal."""

    why = _l("If you do not have the document with you, leave it empty and go on.")
    paper_number = _number()
    paper_country = _country()
    paper_expires = _expires()


class MemberForm(PageForm):
    """Who a family member is."""

    why = _l("Write the name as it is written in the passport or another document. You can use any letters.")
    given_names = Name(_l("First names"), [needed()], render_kw={"dir": "auto"})
    family_name = Name(_l("Family name"), [needed()], render_kw={"dir": "auto"})
    relation = Choice(_l("Who is this person to you?"), Relation, [chosen()])
    born_on = Day(
        _l("Date of birth"),
        [needed()],
        until=today,
        partly=True,
        description=_l("For example: 27 3 1998. The year is enough if you do not know more."),
    )
    gender = Choice(_l("Gender"), Gender, [chosen()])
    citizenship = Country(_l("Citizenship"), [chosen()], or_none=True)
    paper = Choice(_l("Which travel document does this person have?"), Paper)
    paper_place = Choice(_l("Where is the original now?"), PaperPlace)

    @classmethod
    def filled(cls, person: Person | None) -> "MemberForm":
        """The form with what is known of this person, whatever this request sent."""
        return cls(formdata=None, obj=person)

    def is_about(self, person: Person) -> bool:
        """Whether this is the person: the same names and the same day of birth."""
        names = ("given_names", "family_name", "born_on")
        return bool(self.values(*names) == {name: getattr(person, name) for name in names})


class PaperForm(PageForm):
    """The travel document of one family member, when only that is asked about."""

    follow_ups = (FollowUp("loss_reported", "paper_place", PaperPlace.LOST),)
    paper = Choice(_l("Which travel document does this person have?"), Paper)
    paper_place = Choice(_l("Where is the original now?"), PaperPlace)
    loss_reported = Choice(say(MemberPage.LOSS), Reply)
    paper_number = _number()
    paper_country = _country()
    paper_expires = _expires()

    @classmethod
    def filled(cls, person: Person) -> "PaperForm":
        """The form with what is answered so far, whatever this request sent."""
        return cls(formdata=None, obj=person)


class OtherParentForm(MemberPageForm):
    """Whether the other parent of a child agrees."""

    page = MemberPage.OTHER_PARENT
    why = _l(
        "A child who travels with one parent often needs a paper from the other one. "
        "You can apply with any answer. Your counsellor helps you with it."
    )
    is_one_question = True
    other_parent = Choice(say(MemberPage.OTHER_PARENT), ParentConsent)


class AgreeingForm(MemberPageForm):
    """That an adult must agree by themselves."""

    page = MemberPage.AGREEING
    why = _l(
        "Nobody can decide for another adult. Your counsellor will talk with this person alone, "
        "and ask whether they want to return."
    )
    knows_must_agree = BooleanField(_l("I have told this person"))

    def answers(self) -> dict[str, Any]:
        """A box that is not ticked says nothing."""
        return {"knows_must_agree": self.knows_must_agree.data or None}


class MemberDocumentForm(MemberPageForm):
    """What stands in the travel document of a family member."""

    page = MemberPage.DOCUMENT
    why = _l("If you do not have the document with you, leave it empty and go on.")
    paper_number = _number()
    paper_country = _country()
    paper_expires = _expires()


class MemberLossForm(MemberPageForm):
    """Whether the loss of this document was reported."""

    page = MemberPage.LOSS
    why = _l("An embassy often asks for a paper from the police. Your counsellor can help you with it.")
    is_one_question = True
    loss_reported = Choice(say(MemberPage.LOSS), Reply)
