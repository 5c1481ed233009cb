"""What makes a journey safe, and what somebody might do after it."""

from flask_babel import lazy_gettext as _l

from portal.domain.applying.application import Idea, NeedsAnswer, Question
from portal.domain.choices import Need, Reply
from portal.pages.migrant.questions.base import FollowUp, QuestionForm
from portal.web.forms import Choice, Paragraph, Several, Text
from portal.web.words import say


class NeedsForm(QuestionForm):
    """What makes a journey safe for this person."""

    why = _l(
        "For example an illness, medicine, a pregnancy, a wheelchair, or somebody you are afraid of. "
        "Only the counsellors who work on your case read this."
    )
    is_one_question = True
    follow_ups = (
        FollowUp("needs_kinds", "needs", NeedsAnswer.YES),
        FollowUp("needs_words", "needs", NeedsAnswer.YES),
    )
    needs = Choice(say(Question.NEEDS), NeedsAnswer)
    needs_kinds = Several(_l("What is it about?"), Need)
    needs_words = Paragraph(_l("What should we know?"), render_kw={"dir": "auto"})


class AirportForm(QuestionForm):
    """Help at the airport and on the way."""

    why = _l("For example to walk far, to read the signs, or to change from one plane to another.")
    is_one_question = True
    follow_ups = (FollowUp("airport_help_words", "airport_help", Reply.YES),)
    airport_help = Choice(say(Question.AIRPORT), Reply)
    airport_help_words = Text(_l("Which help?"), render_kw={"dir": "auto"})


class ForcedForm(QuestionForm):
    """Whether somebody forced or cheated the migrant."""

    why = _l(
        "For example to work without pay, to give away documents, or to do what you did not want. "
        "You are not to blame. Only the counsellors who work on your case read this, "
        "and your answer never ends your application."
    )
    is_one_question = True
    follow_ups = (FollowUp("forced_words", "forced", Reply.YES),)
    forced = Choice(say(Question.FORCED), Reply)
    forced_words = Paragraph(
        _l("Do you want to tell us more?"),
        description=_l("You do not have to. You can also say it in person."),
        render_kw={"dir": "auto"},
    )


class IdeasForm(QuestionForm):
    """What somebody might do after the return."""

    why = _l("Choose as many as you like. You can change your mind later.")
    is_one_question = True
    ideas = Several(say(Question.IDEAS), Idea)
    ideas_words = Paragraph(_l("Do you want to tell us more?"), render_kw={"dir": "auto"})


class WorkForm(QuestionForm):
    """Experience and skills."""

    why = _l("It helps to plan what you can do after your return.")
    work_words = Paragraph(
        _l("Which work have you done?"),
        description=_l("For example: three years in a bakery"),
        render_kw={"dir": "auto", "rows": 3},
    )
    skills_words = Paragraph(
        _l("What can you do well?"),
        description=_l("For example: sewing, driving, repairing cars"),
        render_kw={"dir": "auto", "rows": 3},
    )


class SpokenForm(QuestionForm):
    """Which languages somebody speaks."""

    why = _l("Write all of them, also those you speak only a little.")
    is_one_question = True
    spoken = Text(say(Question.SPOKEN), render_kw={"dir": "auto"})
