"""How somebody came to Estonia and what their stay rests on."""

from flask_babel import lazy_gettext as _l

from portal.db import today
from portal.domain.applying.application import Precept, Question
from portal.domain.choices import Reply
from portal.pages.migrant.questions.base import FollowUp, QuestionForm
from portal.web.forms import Choice, Day, Text, chosen
from portal.web.nations import Country
from portal.web.words import say

HELPING = [
    "AT",
    "BE",
    "CH",
    "CY",
    "DE",
    "DK",
    "EE",
    "FI",
    "FR",
    "GB",
    "GR",
    "IS",
    "IT",
    "LT",
    "LV",
    "NL",
    "NO",
    "PL",
    "SE",
    "SK",
]
"""Countries with programmes like this one."""


class ArrivalForm(QuestionForm):
    """When the migrant came."""

    why = _l("If you do not know the day, write the month and the year, or the year only.")
    is_one_question = True
    arrived_on = Day(say(Question.ARRIVAL), until=today, partly=True)


class PreceptForm(QuestionForm):
    """Whether there is a decision to leave, and until when."""

    why = _l(
        "In Estonian it is called “lahkumisettekirjutus”. It can change which help is possible. "
        "You can apply with any answer, and your counsellor looks at it together with you."
    )
    is_one_question = True
    follow_ups = (FollowUp("precept_deadline", "precept", Precept.WITH_DEADLINE),)
    precept = Choice(say(Question.PRECEPT), Precept, [chosen()])
    precept_deadline = Day(
        _l("Until which date?"),
        description=_l("It is written in the decision. Leave it empty if you do not know."),
    )


class DetentionForm(QuestionForm):
    """Whether the migrant is held somewhere."""

    why = _l("You can apply from there too. We ask so that we can find you.")
    is_one_question = True
    follow_ups = (FollowUp("detained_at", "detained", Reply.YES),)
    detained = Choice(say(Question.DETENTION), Reply, among=(Reply.YES, Reply.NO, Reply.IN_PERSON))
    detained_at = Text(_l("Where?"), render_kw={"dir": "auto"})


class EarlierForm(QuestionForm):
    """Whether the migrant returned with help before."""

    why = _l("It can change which help is possible. You can apply with any answer.")
    is_one_question = True
    follow_ups = (
        FollowUp("earlier_return_on", "earlier_return", Reply.YES),
        FollowUp("earlier_return_from", "earlier_return", Reply.YES),
    )
    earlier_return = Choice(say(Question.EARLIER), Reply)
    earlier_return_on = Day(
        _l("When was that?"), until=today, partly=True, description=_l("The year is enough.")
    )
    earlier_return_from = Country(_l("From which country did you return?"), likely=HELPING)
