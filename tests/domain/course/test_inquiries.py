"""Somebody has heard nothing: when they may say so, and that they must be answered."""

from datetime import timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain import cases, journal
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState
from portal.domain.course import inquiries, standing
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.together import at_once


def after(days):
    return clock_turned(timedelta(days=days))


def may_ask(session, case, days):
    with after(days):
        return inquiries.silence(session, case, standing.standing(session, case)).may_ask


def test_it_can_be_said_when_the_day_is_past_and_not_before(cast, session):
    case = cast.case(CaseState.SUBMITTED)
    days = (case.due_on - today()).days

    assert [may_ask(session, case, days), may_ask(session, case, days + 1)] == [False, True]


def test_it_can_be_said_after_two_weeks_without_a_word_whatever_the_day_is(cast, session):
    case = cast.case(CaseState.REINTEGRATION)

    assert [may_ask(session, case, 14), may_ask(session, case, 15)] == [False, True]


def test_who_is_asked_for_something_can_say_it_only_after_a_long_silence(cast, session):
    case = cast.case(CaseState.NEEDS_INFO)
    case.due_on = today() + timedelta(days=2)

    assert [may_ask(session, case, 10), may_ask(session, case, 15)] == [False, True]


def test_a_look_or_a_note_between_colleagues_is_no_word(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    with after(10):
        cases.opened(session, case, by=cast.clara)
        cases.note(session, case, "Between us", by=cast.clara)

    assert may_ask(session, case, 15) is True


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.EXPIRED])
def test_where_nobody_must_say_anything_there_is_nothing_to_ask(cast, session, state):
    case = cast.case(state)

    assert may_ask(session, case, 300) is False


def test_it_is_refused_too_early(cast, session):
    case = cast.case(CaseState.SUBMITTED)

    with pytest.raises(Refused) as refused:
        inquiries.ask(session, case, by=cast.amina)

    assert refused.value.reasons == [Reason.NOT_LATE_YET]


def test_two_taps_at_once_ask_once(cast, session, wiring):
    case = cast.case(CaseState.SUBMITTED)
    amina, number = cast.amina.id, case.id

    def ask(own):
        with after(30):
            inquiries.ask(own, own.get_one(Case, number), by=own.get_one(Account, amina))

    at_once(wiring, ask, ask)

    session.expire_all()
    assert len(inquiries.of_case(session, case)) == 1


def test_the_answer_is_for_her_with_its_day_and_she_is_told(cast, session):
    case = cast.case(CaseState.SUBMITTED)
    with after(30):
        asked = inquiries.ask(session, case, by=cast.amina, words="Is my case lost?")
        due = asked.due_on

        inquiries.answer(session, case, asked, "No. We read it on Monday.", by=cast.clara)

    assert due > today()
    assert (asked.answer, asked.answered_by_id) == ("No. We read it on Monday.", cast.clara.id)
    assert [one.act for one in notices.unread(session, cast.amina)] == [Act.INQUIRY_ANSWER]
    acts = [event.act for event in journal.of_case(session, case.id)]
    assert acts[:2] == [Act.INQUIRY_ANSWER, Act.INQUIRY_ASK]


def test_after_an_answer_it_can_be_said_again_only_after_another_silence(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    with after(15):
        asked = inquiries.ask(session, case, by=cast.amina)
        inquiries.answer(session, case, asked, "Soon.", by=cast.clara)

    assert [may_ask(session, case, 29), may_ask(session, case, 30)] == [False, True]


def test_an_answer_needs_words_and_is_given_once(cast, session):
    case = cast.case(CaseState.SUBMITTED)
    with after(30):
        asked = inquiries.ask(session, case, by=cast.amina)
        with pytest.raises(Refused) as empty:
            inquiries.answer(session, case, asked, "  ", by=cast.clara)
        inquiries.answer(session, case, asked, "Soon.", by=cast.clara)
        with pytest.raises(Refused) as twice:
            inquiries.answer(session, case, asked, "Later.", by=cast.aino)

    assert (empty.value.reasons, twice.value.reasons) == (
        [Reason.REASON_MISSING],
        [Reason.CHANGED_MEANWHILE],
    )


def test_only_she_asks_and_only_counsellors_answer(cast, session):
    case = cast.case(CaseState.SUBMITTED)
    with after(30):
        asked = inquiries.ask(session, case, by=cast.amina)
        with pytest.raises(NotAllowed):
            inquiries.ask(session, case, by=cast.clara)
        with pytest.raises(NotAllowed):
            inquiries.answer(session, case, asked, "Soon.", by=cast.petros)


def test_a_question_of_another_case_is_not_found(cast, session):
    case, other = cast.case(CaseState.SUBMITTED), cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)
    with after(30):
        asked = inquiries.ask(session, case, by=cast.amina)

    with pytest.raises(NotFound):
        inquiries.find(session, other, asked.id)
