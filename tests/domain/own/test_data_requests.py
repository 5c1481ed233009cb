"""Requests about data: who asks, whose they are to answer, and by when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned, today
from portal.domain.accounts import Account
from portal.domain.cases import OVER, CaseState
from portal.domain.corrections import Section
from portal.domain.course import lifecycle
from portal.domain.desk import piles
from portal.domain.desk.desk import Task
from portal.domain.desk.piles import Pile
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused, TooMany
from portal.domain.own import data_requests
from portal.domain.own.data_requests import DataRequest, RequestKind, RequestState
from portal.domain.permissions import Act
from portal.domain.telling.notices import Notice
from portal.domain.throttle import LIMITS, Tried
from tests.together import at_once

WRONG, RIGHT = "My birthday is 27 March.", "It is 28 March."


@pytest.fixture
def ask(session, cast):
    """ask(): Amina asks to correct her birthday."""

    def ask(account: Account | None = None) -> DataRequest:
        found = data_requests.ask(
            session,
            account or cast.amina,
            RequestKind.CORRECT,
            section=Section.ABOUT_YOU,
            words=WRONG,
            wish=RIGHT,
        )
        session.commit()
        return found

    return ask


def open_for(session, viewer) -> list[DataRequest]:
    return list(data_requests.open_for(session, viewer=viewer))


def test_a_request_has_a_month(cast, ask):
    request = ask()

    assert (request.state, request.due_on) == (RequestState.RECEIVED, today() + timedelta(days=30))
    assert (request.words, request.wish) == (WRONG, RIGHT)


def test_the_same_request_sent_twice_is_one(cast, session, ask):
    assert ask().id == ask().id


def test_after_an_answer_the_same_may_be_asked_anew(cast, session, ask):
    first = ask()
    data_requests.answer(session, first, RequestState.REFUSED, "It is in your passport.", by=cast.clara)

    assert ask().id != first.id


@pytest.mark.parametrize(("words", "wish"), [("", RIGHT), (WRONG, ""), ("  ", "\n")])
def test_who_wants_something_corrected_says_what_and_how(cast, session, words, wish):
    with pytest.raises(Refused) as caught:
        data_requests.ask(session, cast.amina, RequestKind.CORRECT, words=words, wish=wish)

    assert caught.value.reasons == [Reason.REASON_MISSING]


def test_who_wants_everything_deleted_needs_no_words(cast, session):
    request = data_requests.ask(session, cast.amina, RequestKind.DELETE)

    assert (request.words, request.case_id) == ("", None)


def test_nobody_asks_without_end(cast, session):
    most, _window = LIMITS[Tried.DATA_REQUEST][0]
    for number in range(most):
        data_requests.ask(session, cast.amina, RequestKind.DELETE, words=str(number))

    with pytest.raises(TooMany):
        data_requests.ask(session, cast.amina, RequestKind.DELETE)


@pytest.mark.parametrize("who", ["clara", "petros", "mart", "olga"])
def test_only_migrants_ask_here(cast, session, who):
    with pytest.raises(NotAllowed):
        data_requests.ask(session, getattr(cast, who), RequestKind.DELETE)


# --- Whose it is to answer ------------------------------------------------------------------------


def test_the_counsellor_of_the_case_answers_and_a_colleague_does_not(cast, session, ask):
    cast.case(CaseState.IN_REVIEW)
    request = ask()

    assert open_for(session, cast.clara) == [request]
    assert open_for(session, cast.kalle) == []
    assert open_for(session, cast.aino) == [request]
    with pytest.raises(NotFound):
        data_requests.find(session, request.id, viewer=cast.kalle)


@pytest.mark.parametrize("state", [None, CaseState.DRAFT, CaseState.SUBMITTED, CaseState.EXPIRED], ids=str)
def test_while_nobody_has_the_case_any_counsellor_answers(cast, session, ask, state):
    if state:
        cast.case(state)
    request = ask()

    for viewer in (cast.clara, cast.kalle):
        assert open_for(session, viewer) == [request]
        assert data_requests.count_for(session, viewer=viewer) == 1
        assert data_requests.find(session, request.id, viewer=viewer) is request


@pytest.mark.parametrize("state", [None, CaseState.DRAFT], ids=str)
def test_a_draft_is_shown_to_nobody_with_the_request(cast, session, ask, state):
    if state:
        cast.case(state)

    assert data_requests.case_of(session, ask(), viewer=cast.clara) is None


@pytest.mark.parametrize("state", [one for one in OVER if one is not CaseState.EXPIRED], ids=str)
def test_a_case_that_is_over_makes_no_difference(cast, session, ask, state):
    case = cast.case(state)
    request = ask()

    assert data_requests.case_of(session, request, viewer=cast.clara) is case
    data_requests.answer(session, request, RequestState.FULFILLED, "Done.", by=cast.clara)
    assert request.state is RequestState.FULFILLED


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_nobody_else_answers(cast, session, ask, who):
    request, other = ask(), getattr(cast, who)

    with pytest.raises(NotAllowed):
        open_for(session, other)
    with pytest.raises(NotAllowed):
        data_requests.find(session, request.id, viewer=other)
    with pytest.raises(NotAllowed):
        data_requests.answer(session, request, RequestState.FULFILLED, "Done.", by=other)


def test_the_most_urgent_comes_first_and_what_is_late_says_so(cast, session, ask):
    new = ask()
    with clock_turned(timedelta(days=-31)):
        old = ask(cast.giorgi)

    assert open_for(session, cast.clara) == [old, new]
    assert [one.is_overdue for one in (old, new)] == [True, False]


def test_an_open_request_is_a_task_on_the_desk_until_it_is_answered(cast, session, ask):
    case = cast.case(CaseState.PROPOSED)  # it waits for somebody else
    assert piles.queue(session, Pile.FOR_ME, viewer=cast.clara).rows == []
    request = ask()

    (row,) = piles.queue(session, Pile.FOR_ME, viewer=cast.clara).rows
    assert (row.case, row.tasks[Task.REQUEST]) == (case, 1)

    data_requests.answer(session, request, RequestState.FULFILLED, "Done.", by=cast.clara)
    assert piles.queue(session, Pile.FOR_ME, viewer=cast.clara).rows == []


def test_a_case_shows_what_was_asked_in_it(cast, session, ask):
    case = cast.case(CaseState.IN_REVIEW)
    request = ask()
    ask(cast.giorgi)

    assert list(data_requests.of_case(session, case)) == [request]


# --- The answer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", data_requests.ANSWERS, ids=str)
def test_an_answer_has_words_and_the_person_is_told_that_it_is_there(cast, session, ask, state):
    request = ask()

    data_requests.answer(session, request, state, " We changed it. ", by=cast.clara)

    assert (request.state, request.answer) == (state, "We changed it.")
    assert (request.answered_by_id, request.is_overdue) == (cast.clara.id, False)
    told = session.scalars(select(Notice.act).where(Notice.account_id == cast.amina.id)).all()
    assert told == [Act.DATA_REQUEST_ANSWER]


@pytest.mark.parametrize(
    ("state", "words", "reason"),
    [
        (RequestState.REFUSED, " ", Reason.REASON_MISSING),
        (RequestState.RECEIVED, "Wait.", Reason.WRONG_STATE),
    ],
)
def test_an_answer_without_words_is_none(cast, session, ask, state, words, reason):
    with pytest.raises(Refused) as caught:
        data_requests.answer(session, ask(), state, words, by=cast.clara)

    assert caught.value.reasons == [reason]


def test_an_answer_is_given_once(cast, session, ask):
    request = ask()
    data_requests.answer(session, request, RequestState.FULFILLED, "Done.", by=cast.clara)

    with pytest.raises(Refused):
        data_requests.answer(session, request, RequestState.REFUSED, "No.", by=cast.kalle)


def test_of_two_who_answer_at_once_one_is_told(cast, session, wiring, ask):
    number, clara = ask().id, cast.clara.id

    def answer(session):
        request = session.get(DataRequest, number)
        by = session.get(Account, clara)
        data_requests.answer(session, request, RequestState.FULFILLED, "Done.", by=by)

    assert at_once(wiring, answer, answer) == ["done", "told"]


def test_when_a_counsellor_takes_the_case_the_request_is_theirs(cast, session, ask):
    case = cast.case(CaseState.SUBMITTED)
    request = ask()
    lifecycle.advance(session, case, Act.CASE_TAKE, by=cast.kalle)

    assert open_for(session, cast.clara) == []
    assert open_for(session, cast.kalle) == [request]
