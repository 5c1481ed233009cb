"""Where somebody wants to go, when, and what waits there."""

from flask_babel import lazy_gettext as _l

from portal.domain.applying.application import Answers, Question
from portal.domain.choices import Reply, TravelWish
from portal.pages.migrant.questions.base import FollowUp, QuestionForm
from portal.web.forms import Choice, Day, Paragraph, Text, chosen
from portal.web.nations import Country
from portal.web.words import say


class CountryForm(QuestionForm):
    """Where to."""

    why = _l("Usually the country of your citizenship, or another country where you have the right to live.")
    country = Country(_l("Country"), [chosen()])
    place = Text(_l("City or region"), render_kw={"dir": "auto"})


class WaitingForm(QuestionForm):
    """Whether somebody waits there."""

    why = _l("For example somebody of your family, who can meet you or with whom you can live.")
    is_one_question = True
    follow_ups = (FollowUp("waiting_words", "somebody_waiting", Reply.YES),)
    somebody_waiting = Choice(say(Question.WAITING), Reply)
    waiting_words = Text(_l("Who?"), render_kw={"dir": "auto"})


class DatesForm(QuestionForm):
    """When the migrant would like to travel."""

    why = _l("This is only a wish. You agree on the day with your counsellor later.")
    is_one_question = True
    follow_ups = (
        FollowUp("travel_from", "travel_wish", TravelWish.DATES),
        FollowUp("travel_until", "travel_wish", TravelWish.DATES),
    )
    travel_wish = Choice(say(Question.DATES), TravelWish)
    travel_from = Day(_l("Not before"), future=True)
    travel_until = Day(_l("Not after"), future=True)

    def fits(self, found: Answers) -> bool:
        """The last day is not before the first."""
        first, last = self.travel_from.data, self.travel_until.data
        if not self.errors and first and last and last < first:
            self.accept(travel_until=_l("This day is before the first one."))
        return not self.errors


class FearForm(QuestionForm):
    """Whether the migrant is afraid of something there."""

    why = _l(
        "Your answer never ends your application. If you are afraid, a counsellor talks with you first, "
        "and you can ask somebody independent for advice. "
        "Only the counsellors who work on your case read this."
    )
    is_one_question = True
    follow_ups = (FollowUp("fear_words", "fear", Reply.YES),)
    fear = Choice(say(Question.FEAR), Reply)
    fear_words = Paragraph(
        _l("Do you want to tell us more?"),
        description=_l("You do not have to. You can also say it in person."),
        render_kw={"dir": "auto"},
    )
