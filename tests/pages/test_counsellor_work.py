"""Notes and tasks of a case, answers to who has heard nothing, and the list of what waits for one person."""

from datetime import timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain.applying import application
from portal.domain.cases import CaseState, NoteKind
from portal.domain.course import case_tasks, inquiries, notes
from portal.domain.desk import escalation
from tests.reading import read

MINE = "/en/counsellor/work"
SOON = today() + timedelta(days=5)
TASK = {
    "task": "Call the embassy",
    "due_on-day": SOON.day,
    "due_on-month": SOON.month,
    "due_on-year": SOON.year,
}


def _address(case, part=""):
    return f"/en/counsellor/cases/{case.reference}/to-do{part}"


def _asked(session, case, cast):
    with clock_turned(timedelta(days=30)):
        inquiry = inquiries.ask(session, case, by=cast.amina, words="Is it lost?")
    session.commit()
    return inquiry


@pytest.mark.parametrize("kind", NoteKind)
def test_a_note_of_each_kind_is_kept(cast, enter, session, kind):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).post(_address(case, "/notes"), data={"kind": kind, "words": "Some words"})

    assert (answer.status_code, answer.location) == (303, _address(case))
    kept = notes.of_case(session, case, viewer=cast.clara)
    assert [(one.kind, one.words) for one in kept] == [(kind, "Some words")]


def test_htmx_is_sent_to_the_same_page(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    data = {"kind": "case", "words": "Some words"}

    answer = enter(cast.clara).post(_address(case, "/notes"), data=data, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, _address(case))


def test_bad_input_is_told_beside_its_field_and_kept(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)

    answers = [
        browser.post(_address(case, "/notes"), data={"kind": "case", "words": ""}),
        browser.post(_address(case, "/notes"), data={"kind": "secret", "words": "x"}),
        browser.post(_address(case, "/tasks"), data={**TASK, "due_on-year": "1999"}),
        browser.post(_address(case, "/tasks"), data={**TASK, "owner": cast.kalle.id}),
        browser.post(_address(case, "/tasks"), data={**TASK, "task": "x" * 300, "owner": cast.clara.id}),
    ]

    assert [answer.status_code for answer in answers] == [422] * 5


def test_a_task_is_added_and_ticked_off(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)

    added = browser.post(_address(case, "/tasks"), data={**TASK, "owner": cast.clara.id})
    [task] = case_tasks.of_case(session, case)
    session.commit()
    listed = read(browser.get(MINE)).links
    done = browser.post(_address(case, f"/tasks/{task.id}/done"))

    assert (added.status_code, done.status_code) == (303, 303)
    assert [
        ("Amina Юсупова" in words, href)
        for words, href in listed.items()
        if words.startswith("Call the embassy")
    ] == [(True, _address(case) + "#tasks")]
    session.refresh(task)
    assert task.done_by_id == cast.clara.id


def test_who_has_heard_nothing_is_answered(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    inquiry = _asked(session, case, cast)
    browser = enter(cast.clara)
    to = read(browser.get(_address(case))).buttons["Send answer"]

    empty = browser.post(to, data={"answer": " "})
    answer = browser.post(to, data={"answer": "It is not lost."})
    again = browser.post(to, data={"answer": "Really."})

    session.refresh(inquiry)
    assert (empty.status_code, answer.status_code, again.status_code) == (422, 303, 409)
    assert inquiry.answer == "It is not lost."


def test_colleagues_strangers_and_other_roles_find_nothing(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    task = case_tasks.add(session, case, "x", SOON, by=cast.clara)
    session.commit()
    asks = (("GET", ""), ("POST", "/notes"), ("POST", "/tasks"), ("POST", f"/tasks/{task.id}/done"))

    for who in (cast.kalle, cast.amina, cast.petros, cast.mart):
        browser = enter(who)
        found = {browser.open(_address(case, part), method=verb).status_code for verb, part in asks}
        assert found == {404}, who.role


def test_a_task_of_another_case_cannot_be_ticked_off_here(cast, enter, session):
    case, other = cast.case(CaseState.IN_REVIEW), cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    task = case_tasks.add(session, other, "x", SOON, by=cast.clara)
    session.commit()

    assert enter(cast.clara).post(_address(case, f"/tasks/{task.id}/done")).status_code == 404


def test_a_restricted_note_is_shown_to_the_few_who_may_read_it(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)
    notes.write(session, case, NoteKind.RESTRICTED, "Pregnant", by=cast.aino)
    session.commit()

    pages = [enter(who).get(_address(case)).text for who in (cast.kalle, cast.aino)]

    assert ["Pregnant" in page for page in pages] == [False, True]
    assert ['value="restricted"' in page for page in pages] == [False, True]


def test_the_list_shows_what_waits_and_for_approvers_what_came_up(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    case.due_on = today() - timedelta(days=9)
    case_tasks.add(session, case, "Call the embassy", today() - timedelta(days=1), by=cast.clara)
    escalation.rise(session, escalation.rising(session))
    session.commit()

    clara, aino = (enter(who).get(MINE).text for who in (cast.clara, cast.aino))

    assert ["Call the embassy" in page for page in (clara, aino)] == [True, False]
    assert ["Late for some days" in page for page in (clara, aino)] == [False, True]


def test_what_came_up_stands_with_the_day_of_what_is_late_and_not_of_the_case(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    case.due_on = today() + timedelta(days=9)
    case_tasks.add(session, case, "Call the embassy", today() - timedelta(days=8), by=cast.clara)
    escalation.rise(session, escalation.rising(session))
    session.commit()

    late = enter(cast.aino).get(MINE).text.partition("Late for some days")[2]

    assert "8 days late" in late


def test_a_decision_to_leave_that_ends_soon_stands_on_the_list(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    application.answers(session, case).application.precept_deadline = today() + timedelta(days=4)
    session.commit()

    assert "A decision to leave ends soon" in enter(cast.clara).get(MINE).text


def test_an_empty_list_says_so(cast, enter):
    assert "You have no tasks now." in enter(cast.kalle).get(MINE).text
