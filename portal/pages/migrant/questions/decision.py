"""How data are handled, that the decision is free, and what may be done with the data."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField

from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import Answers, Question
from portal.domain.applying.consents import Purpose
from portal.domain.cases import Case
from portal.pages.migrant.questions.base import QuestionForm
from portal.web import current
from portal.web.forms import ticked
from portal.web.words.consents import NOTICE_IN_SHORT


class ConsentForm(QuestionForm):
    """Declarations or permissions, each with a box of its own named by its purpose."""

    is_binding = True

    @staticmethod
    def purpose(field: BooleanField) -> Purpose:
        """What a box is about."""
        return Purpose(field.name)

    @classmethod
    def filled(cls, found: Answers) -> QuestionForm:
        """The boxes of what holds now are ticked, no others."""
        return cls(formdata=None, data={purpose.value: True for purpose in found.consents})

    def keep(self, session: Session, case: Case, question: Question, *, by: Account) -> None:
        """Give and take back what was ticked and no longer is."""
        wanted = frozenset(Purpose(name) for name, is_given in self.values().items() if is_given)
        application.consent(session, case, question, wanted, language=current.language(), by=by)


class PrivacyForm(ConsentForm):
    """That the notice of how data are handled was read."""

    why = _l("Read this before you tell us about yourself. If something is not clear, ask us first.")
    in_short = NOTICE_IN_SHORT
    notice = BooleanField(_l("I have read this"), [ticked()])


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
