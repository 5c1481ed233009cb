"""I have heard nothing: the button, the day of the answer, and what was written to her."""

from datetime import timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain.cases import CaseState, NoteKind
from portal.domain.course import inquiries, notes
from tests.reading import read

HOME = "/en/my/"
HERE = "/en/my/words"
BUTTON = "I have heard nothing"


@pytest.fixture
def late(cast, session):
    """A case in which the counsellor is late."""
    case = cast.case(CaseState.IN_REVIEW)
    case.due_on = today() - timedelta(days=1)
    session.commit()
    return case


def test_the_button_is_there_when_the_day_is_past(cast, enter, session, late):
    browser = enter(cast.amina)

    before = read(browser.get(HOME)).buttons
    late.due_on = today()
    session.commit()

    assert before[BUTTON] == "/en/my/heard-nothing"
    assert BUTTON not in read(browser.get(HOME)).buttons


def test_after_it_the_page_says_by_when_she_is_answered(cast, enter, session, late):
    browser = enter(cast.amina)

    answer = browser.post("/en/my/heard-nothing", data={"words": "Is it lost?"})

    [inquiry] = inquiries.of_case(session, late)
    page = browser.get(HOME)
    assert (answer.status_code, answer.location, inquiry.words) == (303, HOME, "Is it lost?")
    assert "We must answer you here by" in page.text
    assert BUTTON not in read(page).buttons


def test_a_second_tap_asks_nothing_more(cast, enter, session, late):
    browser = enter(cast.amina)

    answers = [browser.post("/en/my/heard-nothing").status_code for _ in range(2)]

    assert (answers, len(inquiries.of_case(session, late))) == ([303, 303], 1)


def test_too_early_it_is_told_so(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.amina).post("/en/my/heard-nothing")

    assert (answer.status_code, len(inquiries.of_case(session, case))) == (409, 0)


def test_a_novel_is_too_long_and_is_given_back(cast, enter, late):
    answer = enter(cast.amina).post("/en/my/heard-nothing", data={"words": "x" * 1500})

    assert (answer.status_code, len(read(answer).typed)) == (422, 1500)


def test_she_reads_the_answer_and_the_summary_with_their_day(cast, enter, session, late):
    inquiry = inquiries.ask(session, late, by=cast.amina)
    inquiries.answer(session, late, inquiry, "It is not lost.", by=cast.clara)
    notes.write(session, late, NoteKind.SUMMARY, "We talked about the ticket.", by=cast.clara)
    notes.write(session, late, NoteKind.CASE, "Between us", by=cast.clara)
    session.commit()
    browser = enter(cast.amina)

    pages = [browser.get(HOME).text, browser.get(HERE).text]

    for words, is_there in (("It is not lost.", True), ("about the ticket", True), ("Between us", False)):
        assert [words in page for page in pages] == [is_there] * 2


def test_a_late_answer_is_said_to_be_late(cast, enter, session, late):
    with clock_turned(timedelta(days=-20)):
        late.due_on = today() - timedelta(days=1)
        session.flush()
        inquiries.ask(session, late, by=cast.amina)
    session.commit()

    assert "A senior counsellor sees it too" in enter(cast.amina).get(HOME).text


@pytest.mark.parametrize("who", ["clara", "petros", "mart", "olga"])
def test_nobody_else_comes_here(cast, enter, late, who):
    browser = enter(getattr(cast, who))

    assert [browser.get(HERE).status_code, browser.post("/en/my/heard-nothing").status_code] == [404, 404]


def test_a_stranger_reads_own_words_only(cast, enter, session, late):
    notes.write(session, late, NoteKind.SUMMARY, "About the ticket", by=cast.clara)
    session.commit()
    browser = enter(cast.giorgi)

    assert browser.get(HERE).status_code == 404
