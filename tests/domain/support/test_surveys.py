"""Questions about life after the return: versions that stay, answers that are kept, scores of 0 to 1."""

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from portal.db import clock_turned
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.support import instruments, surveys
from portal.programme import LANGUAGES
from tests.together import at_once

ASKED = instruments.latest()
WELL = {"income": "steady", "month": "always", "home": "long", "somebody": "none"}


@pytest.fixture
def case(cast):
    """A case whose support has begun."""
    return cast.case(CaseState.REINTEGRATION)


def test_every_version_is_asked_in_every_language_about_three_dimensions():
    assert list(ASKED.dimensions) == ["economic", "social", "psychosocial"]
    assert {one.dimension for one in ASKED.questions} == set(ASKED.dimensions)
    texts = [words for one in ASKED.questions for words in (one.words, *(each.words for each in one.options))]
    assert [sorted(words) for words in texts] == [sorted(LANGUAGES)] * len(texts)


def test_of_every_question_something_may_be_left_unsaid_and_the_best_answer_is_one():
    for one in ASKED.questions:
        values = [option.value for option in one.options]
        assert None in values
        assert (max(filter(None, values)), min(v for v in values if v is not None)) == (1, 0)


def test_a_score_is_the_weighted_mean_of_what_was_answered():
    reached = ASKED.scores(WELL | {"repair": "no", "own_plan": "other"})

    assert reached == {
        "economic": Decimal("0.80"),  # (2 + 2 + 0) of 5; what is done instead counts for nothing
        "social": Decimal("1.00"),
        "psychosocial": Decimal("0.00"),
    }


def test_whatever_is_answered_a_score_lies_between_0_and_1():
    one = [question for question in ASKED.questions if question.dimension == "social"]
    every = product(*([None, *(option.key for option in question.options)] for question in one))
    scores = [
        ASKED.scores({question.key: key for question, key in zip(one, keys, strict=True) if key})["social"]
        for keys in every
    ]

    assert all(score is None or 0 <= score <= 1 for score in scores)


def test_answers_and_what_they_came_to_are_kept_with_the_version(session, cast, case):
    survey = surveys.answer(session, case, ASKED, WELL, by=cast.amina)
    session.commit()

    assert (survey.answered, survey.asked.version, survey.is_own) == (WELL, ASKED.version, True)
    assert survey.reached == ASKED.scores(WELL)


def test_what_is_no_answer_is_left_out(session, cast, case):
    survey = surveys.answer(
        session, case, ASKED, {"income": "steady", "month": "bogus", "home": None}, by=cast.amina
    )

    assert survey.answered == {"income": "steady"}


@pytest.mark.parametrize("given", [{}, {"income": None}, {"unknown": "steady"}])
def test_without_any_answer_nothing_is_kept(session, cast, case, given):
    with pytest.raises(Refused) as refused:
        surveys.answer(session, case, ASKED, given, by=cast.amina)

    assert refused.value.reasons == [Reason.SURVEY_EMPTY]


def test_the_partner_reads_what_it_asked_and_not_what_she_answered_alone(session, cast, case):
    alone = surveys.answer(session, case, ASKED, WELL, by=cast.amina)
    with clock_turned(timedelta(days=90)):
        asked = surveys.answer(session, case, ASKED, WELL, by=cast.petros)

    found = {
        who: list(surveys.of_case(session, case, viewer=getattr(cast, who)))
        for who in ("amina", "clara", "petros", "nino")
    }
    assert found == {"amina": [alone, asked], "clara": [alone, asked], "petros": [asked], "nino": []}


def test_counsellors_do_not_answer(session, cast, case):
    with pytest.raises(NotAllowed):
        surveys.answer(session, case, ASKED, WELL, by=cast.clara)


def test_two_taps_at_once_make_one_round(session, cast, case, wiring):
    number, amina = case.id, cast.amina.id
    session.commit()

    def tap(own):
        surveys.answer(own, own.get_one(Case, number), ASKED, WELL, by=own.get_one(Account, amina))

    assert at_once(wiring, tap, tap) == ["done", "told"]
    assert len(surveys.of_case(session, case, viewer=cast.clara)) == 1
