"""The questions with one choice and nothing behind it: a line each."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.applying.application import LegalStatus, Question
from portal.domain.choices import Education, Heard, Marital, Reply
from portal.pages.migrant.questions.base import QuestionForm
from portal.web.forms import Choice, chosen
from portal.web.words import say

Answers = type[Reply] | type[Education] | type[Heard] | type[LegalStatus] | type[Marital]

# The question; the column that keeps its answer, what can be answered, and why it is asked.
LINES: dict[Question, tuple[str, Answers, LazyString]] = {
    Question.MARITAL: ("marital", Marital, _l("Some embassies ask for it. You do not have to answer.")),
    Question.STATUS: (
        "status",
        LegalStatus,
        _l("This helps your counsellor to prepare. It is fine if you do not know."),
    ),
    Question.APPEAL: (
        "appeal",
        Reply,
        _l("An appeal means: you asked a court or an office to look at the decision again."),
    ),
    Question.PENDING: (
        "pending",
        Reply,
        _l("Your answer does not end your application. It can change when you are able to travel."),
    ),
    Question.HEARD: ("heard_from", Heard, _l("It helps us to reach others. It changes nothing for you.")),
    Question.RIGHT_TO_LIVE: (
        "right_to_live",
        Reply,
        _l("You are not a citizen of this country. For example, you may have a residence permit there."),
    ),
    Question.LOSS: (
        "loss_reported",
        Reply,
        _l("An embassy often asks for a paper from the police. Your counsellor can help you with it."),
    ),
    Question.PLACE_TO_STAY: ("place_to_stay", Reply, _l("Your counsellor tells you what is possible.")),
    Question.SAFE_ALONE: (
        "safe_alone",
        Reply,
        _l(
            "If it is not, your counsellor plans the journey together with you. "
            "Only your counsellors read this."
        ),
    ),
    Question.EDUCATION: ("education", Education, _l("Choose the highest one.")),
}
NEEDED = {Question.STATUS}
"""What must be chosen to go on."""


def _form(question: Question) -> type[QuestionForm]:
    column, answers, why = LINES[question]
    field = Choice(say(question), answers, [chosen()] if question in NEEDED else ())
    return type(f"{column}Form", (QuestionForm,), {"why": why, "is_one_question": True, column: field})


FORMS = {question: _form(question) for question in LINES}
