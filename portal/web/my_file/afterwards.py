"""The time after the return in my file: talks, opinions, answers, and the final report."""

from collections.abc import Iterator

from flask_babel import gettext as _

from portal.domain.own.own_afterwards import AfterwardsFile
from portal.domain.support.monitoring import FollowUp, Opinion
from portal.domain.support.surveys import Survey
from portal.web import current
from portal.web.filters import day, moment
from portal.web.my_file.parts import Entry, Part, lines, named
from portal.web.words import say
from portal.web.words.monitoring import SCORES


def parts(one: AfterwardsFile) -> Iterator[Part]:
    """All of one case; nothing before the return."""
    if one.follow_ups:
        yield Part(_("Talks after the return"), entries=[_talk(talk) for talk in one.follow_ups])
    if one.opinions:
        yield Part(_("Your opinion"), entries=[_opinion(each) for each in one.opinions])
    for survey in one.surveys:
        yield Part(survey.asked.name[current.language()], day(survey.given_on), facts=list(_answered(survey)))
    if report := one.report:
        facts = [
            (_("Sent"), moment(report.sent_at)),
            (_("What the budget was used for"), report.contributed),
            (_("How the people are now"), report.situation),
            (_("Assessment by the partner"), report.assessment),
        ]
        yield Part(_("Final report"), facts=facts)


def _talk(talk: FollowUp) -> Entry:
    when = " · ".join(lines(day(talk.held_on or talk.planned_on), say(talk.state)))
    told = lines(named(_("Who was seen"), talk.seen), talk.findings, talk.words)
    return Entry(str(say(talk.mode)), when, told)


def _opinion(opinion: Opinion) -> Entry:
    said = SCORES[opinion.score] if opinion.score else ""
    return Entry(str(said), moment(opinion.given_at), lines(opinion.words))


def _answered(survey: Survey) -> Iterator[tuple[str, str]]:
    language, answers = current.language(), survey.answered
    for question in survey.asked.questions:
        if option := question.option(answers.get(question.key)):
            yield question.words[language], option.words[language]
