"""Who somebody is, which language they speak, and how they can be reached safely."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.db import today
from portal.domain.applying.application import Question
from portal.domain.choices import Home, Interpreter, Messenger, Reply
from portal.domain.people import Gender
from portal.pages.migrant.questions.base import FollowUp, QuestionForm
from portal.web.forms import (
    Choice,
    Day,
    Email,
    Listed,
    Name,
    Paragraph,
    Phone,
    Several,
    Text,
    chosen,
    needed,
)
from portal.web.nations import Country
from portal.web.spoken import ANOTHER_LANGUAGE, SPOKEN, language_name
from portal.web.words import say

SAFE = (Reply.YES, Reply.NO, Reply.DONT_KNOW)


def _languages() -> Iterator[tuple[str, str]]:
    return ((code, language_name(code)) for code in (*SPOKEN, ANOTHER_LANGUAGE))


class LanguageForm(QuestionForm):
    """Which language somebody speaks with us."""

    why = _l("Your counsellor will talk with you in this language, or with an interpreter.")
    follow_ups = (FollowUp("interpreter_gender", "interpreter", True),)
    language = Listed(_l("Language"), _languages, [chosen()])
    interpreter = BooleanField(_l("I would like an interpreter when we talk"))
    interpreter_gender = Choice(_l("Who should the interpreter be?"), Interpreter)


class NameForm(QuestionForm):
    """The name of the principal."""

    why = _l(
        "Write your name as it is written in your passport or another document. You can use any letters."
    )
    given_names = Name(
        _l("First names"),
        [needed()],
        description=_l("If you have only one name, write it in both places."),
        render_kw={"autocomplete": "given-name", "dir": "auto"},
    )
    family_name = Name(
        _l("Family name"),
        [needed()],
        render_kw={"autocomplete": "family-name", "dir": "auto"},
    )


class OtherNamesForm(QuestionForm):
    """The name in its own letters, and names from before."""

    why = _l("This helps an embassy to find you in its lists.")
    original_name = Name(
        _l("Your name in the letters of your own language"),
        description=_l("For example in Arabic, Georgian or Cyrillic letters"),
        render_kw={"dir": "auto"},
    )
    other_names = Name(
        _l("Other names that you have, or had before"),
        description=_l("For example the name before you married"),
        render_kw={"dir": "auto"},
    )


class BirthForm(QuestionForm):
    """The day the principal was born."""

    why = _l(
        "Your ticket and your travel documents must show the same date. For example: 27 3 1998. "
        "If you know only the year, or the month and the year, write that."
    )
    is_one_question = True
    born_on = Day(say(Question.BIRTH), [needed()], until=today, partly=True)


class BirthplaceForm(QuestionForm):
    """Where the principal was born."""

    why = _l("It often stands in travel documents.")
    birth_country = Country(_l("Country"), description=_l("As the country is called today"))
    birth_place = Text(_l("City or village"), render_kw={"dir": "auto"})


class PersonForm(QuestionForm):
    """Gender and citizenship of the principal."""

    why = _l("We need this for your ticket and your travel documents.")
    gender = Choice(_l("Gender"), Gender, [chosen()])
    citizenship = Country(
        _l("Citizenship"),
        [chosen()],
        or_none=True,
        description=_l("If you have more than one, choose the one you want to travel with."),
    )


class CitizenshipsForm(QuestionForm):
    """Further citizenships of the principal."""

    why = _l("If you have only one citizenship, leave this empty.")
    second_citizenship = Country(_l("Second citizenship"))
    third_citizenship = Country(_l("Third citizenship"))


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


class MoreContactForm(QuestionForm):
    """A second number, and what else runs on the phone."""

    why = _l("If we cannot reach you on your first number, we try this.")
    messengers = Several(_l("Which of these do you use with your phone number?"), Messenger)
    second_phone = Phone(_l("A second phone number"), render_kw={"dir": "ltr"})


class SafeContactForm(QuestionForm):
    """When the migrant may be called or written to without danger."""

    why = _l("Perhaps others pick up your phone or read your messages. Then we do not call or write there.")
    safe_to_call = Choice(_l("Is it safe to call you?"), Reply, among=SAFE)
    safe_to_write = Choice(_l("Is it safe to write to you?"), Reply, among=SAFE)
    safe_hours = Text(
        _l("At which time of day?"),
        description=_l("For example: in the morning, or after 18:00"),
        render_kw={"dir": "auto"},
    )


class HomeForm(QuestionForm):
    """Where the migrant lives in Estonia."""

    why = _l("It helps us to plan the way to the airport. It is fine to have no fixed address.")
    is_one_question = True
    follow_ups = (FollowUp("address", "home", Home.ADDRESS),)
    home = Choice(say(Question.HOME), Home)
    address = Paragraph(
        _l("Address in Estonia"),
        most=300,
        description=_l("Street, house and flat, city. Or the name of the centre."),
        render_kw={"dir": "auto", "rows": 3},
    )


class EmergencyForm(QuestionForm):
    """Whom to call in the country of return."""

    why = _l("We call this person only if something happens to you on the way.")
    emergency_name = Name(_l("Name"), render_kw={"dir": "auto"})
    emergency_phone = Phone(
        _l("Phone number"),
        abroad=True,
        description=_l("With + and the code of the country, for example +998 90 123 45 67"),
        render_kw={"dir": "ltr"},
    )
    emergency_relation = Text(
        _l("Who is this person to you?"),
        most=100,
        description=_l("For example my mother, my brother, a friend"),
        render_kw={"dir": "auto"},
    )
