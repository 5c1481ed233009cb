"""The questions of the application as forms: what is asked, why, and how the answers are kept."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session
from wtforms import BooleanField

from portal.domain import application
from portal.domain.accounts import Account
from portal.domain.application import OF_PRINCIPAL, Answers, Company, Idea, LegalStatus, NeedsAnswer, Question
from portal.domain.cases import Case
from portal.domain.consents import Purpose
from portal.domain.people import Gender, Guardianship, Paper, PaperPlace, Person, Relation
from portal.web import current
from portal.web.forms import (
    NAME_LENGTH,
    Choice,
    Country,
    Day,
    Email,
    Form,
    Listed,
    Paragraph,
    Phone,
    Several,
    Text,
    chosen,
    needed,
    ticked,
)
from portal.web.spoken import ANOTHER_LANGUAGE, SPOKEN, language_name
from portal.web.words import say


def _languages() -> Iterator[tuple[str, str]]:
    return ((code, language_name(code)) for code in (*SPOKEN, ANOTHER_LANGUAGE))


@dataclass(frozen=True)
class FollowUp:
    """A field that only matters after one answer to the field before."""

    field: str
    after: str
    answer: enum.StrEnum


class QuestionForm(Form):
    """One page of the application."""

    why: ClassVar[LazyString]
    is_one_question: ClassVar[bool] = False
    """Whether the first field is the question itself, so that the page needs no other heading."""
    follow_up: ClassVar[FollowUp | None] = None

    @classmethod
    def filled(cls, found: Answers) -> "QuestionForm":
        """The form with what is answered so far."""
        return cls(obj=_Answered(found))

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field by itself; what was not asked for cannot be wrong."""
        super().validate(extra_validators)
        for name in self._not_asked():
            self[name].errors = []
        return not self.errors

    def fits(self, found: Answers) -> bool:
        """Whether this goes with the other answers; what does not is written beside its field."""
        return True

    def answers(self) -> dict[str, Any]:
        """The answers by column; what belongs to another answer than the one given is dropped."""
        return {**self.values(), **dict.fromkeys(self._not_asked())}

    def keep(self, session: Session, case: Case, question: Question, *, by: Account) -> None:
        """Keep the answers. Raises Refused when they may not be changed now."""
        application.answer(session, case, question, self.answers(), by=by)

    def _not_asked(self) -> list[str]:
        rule = self.follow_up
        return [rule.field] if rule and self[rule.after].data is not rule.answer else []


class _Answered:
    """The columns of the application and of its principal, as one thing for a form to read."""

    def __init__(self, found: Answers) -> None:
        self._found = found

    def __getattr__(self, name: str) -> object:
        return getattr(self._found.principal if name in OF_PRINCIPAL else self._found.application, name)


class LanguageForm(QuestionForm):
    """Which language somebody speaks with us."""

    why = _l("Your counsellor will talk with you in this language, or with an interpreter.")
    language = Listed(_l("Language"), _languages, [chosen()])
    interpreter = BooleanField(_l("I would like an interpreter when we talk"))


class NameForm(QuestionForm):
    """The name of the principal."""

    why = _l(
        "Write your name as it is written in your passport or another document. You can use any letters."
    )
    given_names = Text(
        _l("First names"),
        [needed()],
        most=NAME_LENGTH,
        description=_l("If you have only one name, write it in both places."),
        render_kw={"autocomplete": "given-name", "dir": "auto"},
    )
    family_name = Text(
        _l("Family name"),
        [needed()],
        most=NAME_LENGTH,
        render_kw={"autocomplete": "family-name", "dir": "auto"},
    )


class BirthForm(QuestionForm):
    """The day the principal was born."""

    why = _l("Your ticket and your travel documents must show the same date. For example: 27 3 1998")
    is_one_question = True
    born_on = Day(say(Question.BIRTH), [needed()], past=True)


class PersonForm(QuestionForm):
    """Gender and citizenship of the principal."""

    why = _l("We need this for your ticket and your travel documents.")
    gender = Choice(_l("Gender"), Gender, [chosen()])
    citizenship = Country(
        _l("Citizenship"),
        [chosen()],
        description=_l("If you have more than one, choose the one you want to travel with."),
    )


class ContactForm(QuestionForm):
    """How to reach the migrant: one way is enough."""

    why = _l("One way is enough. We use it only for your application, and you can change it at any time.")
    phone = Phone(
        _l("Phone number"),
        description=_l("With the country code, for example +372 5123 4567"),
        render_kw={"autocomplete": "tel", "dir": "ltr"},
    )
    email = Email(_l("E-mail"), render_kw={"autocomplete": "email", "dir": "ltr"})
    other_contact = Text(
        _l("Another way"),
        description=_l("For example Telegram, WhatsApp, or the phone number of a friend"),
        render_kw={"dir": "auto"},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then that there is at least one."""
        if not super().validate(extra_validators):
            return False
        if any(self.answers().values()):
            return True
        self.accept(phone=_l("Give us at least one way to reach you."))
        return False


class StatusForm(QuestionForm):
    """What the stay in Estonia rests on."""

    why = _l("This helps your counsellor to prepare. It is fine if you do not know.")
    is_one_question = True
    status = Choice(say(Question.STATUS), LegalStatus, [chosen()])


class PreceptForm(QuestionForm):
    """Whether there is a decision to leave, and until when."""

    why = _l(
        "In Estonian it is called “lahkumisettekirjutus”. It can change which help is possible. "
        "You can apply with any answer, and your counsellor looks at it together with you."
    )
    is_one_question = True
    follow_up = FollowUp("precept_deadline", "precept", application.Precept.WITH_DEADLINE)
    precept = Choice(say(Question.PRECEPT), application.Precept, [chosen()])
    precept_deadline = Day(
        _l("Until which date?"),
        description=_l("It is written in the decision. Leave it empty if you do not know."),
    )


class CountryForm(QuestionForm):
    """Where to."""

    why = _l("Usually the country of your citizenship, or another country where you have the right to live.")
    country = Country(_l("Country"), [chosen()])
    place = Text(_l("City or region"), render_kw={"dir": "auto"})


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


class NeedsForm(QuestionForm):
    """What makes a journey safe for this person."""

    why = _l(
        "For example an illness, medicine, a pregnancy, a wheelchair, or somebody you are afraid of. "
        "Only the counsellors who work on your case read this."
    )
    is_one_question = True
    follow_up = FollowUp("needs_words", "needs", NeedsAnswer.YES)
    needs = Choice(say(Question.NEEDS), NeedsAnswer)
    needs_words = Paragraph(_l("What should we know?"), render_kw={"dir": "auto"})


class IdeasForm(QuestionForm):
    """What somebody might do after the return."""

    why = _l("Choose as many as you like. You can change your mind later.")
    is_one_question = True
    ideas = Several(say(Question.IDEAS), Idea)
    ideas_words = Paragraph(
        _l("Do you want to tell us more?"),
        description=_l("For example what you have learned, or where you have worked"),
        render_kw={"dir": "auto"},
    )


class ConsentForm(QuestionForm):
    """Declarations or permissions, each with a box of its own named by its purpose."""

    @staticmethod
    def purpose(field: BooleanField) -> Purpose:
        """What a box is about."""
        return Purpose(field.name)

    @classmethod
    def filled(cls, found: Answers) -> QuestionForm:
        """The boxes of what holds now are ticked, no others."""
        return cls(data={purpose.value: True for purpose in found.consents})

    def keep(self, session: Session, case: Case, question: Question, *, by: Account) -> None:
        """Give and take back what was ticked and no longer is."""
        wanted = frozenset(Purpose(name) for name, is_given in self.values().items() if is_given)
        application.consent(session, case, question, wanted, language=current.language(), by=by)


class DecisionForm(ConsentForm):
    """That the decision is free and the answers are true."""

    why = _l("Nobody may put pressure on you. Read this calmly, and ask us if something is not clear.")
    voluntary = BooleanField(_l("This is my own free decision"), [ticked()])
    truth = BooleanField(_l("My answers are true"), [ticked()])


class ConsentsForm(ConsentForm):
    """What may be done with the data, each purpose by itself."""

    why = _l("You decide about each one. Only the first one is needed to send the application.")
    processing = BooleanField(
        _l("I agree to this use of my data"),
        [ticked()],
        description=_l("Who gets the data: the counsellors of this programme"),
    )
    partner = BooleanField(
        _l("I agree to sharing with a partner organisation"),
        description=_l("Who gets the data: a partner organisation in the country you return to"),
    )
    embassy = BooleanField(
        _l("I agree to sharing with the embassy"),
        description=_l("Who gets the data: the embassy or consulate of your country"),
    )
    carrier = BooleanField(
        _l("I agree to sharing with the airline"),
        description=_l("Who gets the data: the airline or another transport company"),
    )
    photo = BooleanField(
        _l("I agree that photos and my story are published"),
        description=_l("Who gets the data: everybody, because it is public"),
    )


class MemberForm(Form):
    """One family member."""

    given_names = Text(_l("First names"), [needed()], most=NAME_LENGTH, render_kw={"dir": "auto"})
    family_name = Text(_l("Family name"), [needed()], most=NAME_LENGTH, render_kw={"dir": "auto"})
    relation = Choice(_l("Who is this person to you?"), Relation, [chosen()])
    born_on = Day(_l("Date of birth"), [needed()], past=True, description=_l("For example: 27 3 1998"))
    gender = Choice(_l("Gender"), Gender, [chosen()])
    citizenship = Country(_l("Citizenship"), [chosen()])
    paper = Choice(_l("Which travel document does this person have?"), Paper)
    paper_place = Choice(_l("Where is the original now?"), PaperPlace)

    def is_about(self, person: Person) -> bool:
        """Whether this is the person: the same names and the same day of birth."""
        names = ("given_names", "family_name", "born_on")
        return self.values(*names) == {name: getattr(person, name) for name in names}


FORMS: dict[Question, type[QuestionForm]] = {
    Question.LANGUAGE: LanguageForm,
    Question.NAME: NameForm,
    Question.BIRTH: BirthForm,
    Question.PERSON: PersonForm,
    Question.CONTACT: ContactForm,
    Question.STATUS: StatusForm,
    Question.PRECEPT: PreceptForm,
    Question.COUNTRY: CountryForm,
    Question.COMPANY: CompanyForm,
    Question.GUARDIAN: GuardianForm,
    Question.PAPERS: PapersForm,
    Question.NEEDS: NeedsForm,
    Question.IDEAS: IdeasForm,
    Question.DECISION: DecisionForm,
    Question.CONSENTS: ConsentsForm,
}
"""All but the family, which is a list with pages of its own."""
