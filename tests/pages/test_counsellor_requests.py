"""The counsellor's desk: what people ask about their data, and the answer."""

from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain.cases import CaseState
from portal.domain.corrections import Section
from portal.domain.course import history
from portal.domain.own import data_requests
from portal.domain.own.data_requests import DataRequest, RequestKind, RequestState
from tests.reading import read

LIST = "/en/counsellor/requests"


@pytest.fixture
def ask(cast, session):
    """ask(): Amina asks to correct her birthday."""

    def ask() -> DataRequest:
        found = data_requests.ask(
            session,
            cast.amina,
            RequestKind.CORRECT,
            section=Section.ABOUT_YOU,
            words="Wrong <b>day</b>",
            wish="28 March",
        )
        session.commit()
        return found

    return ask


def test_the_desk_counts_what_waits_and_leads_there(enter, cast, ask):
    ask()
    clara = enter(cast.clara)

    link = read(clara.get("/en/counsellor/")).links["Requests about data 1"]
    page = clara.get(link)

    assert (link, read(page).heading) == (LIST, "Requests about data")
    (line,) = [words for words in read(page).links if words.startswith("Correct something")]
    assert line.startswith("Correct something No application sent · Name and contact · Answer by ")


def test_a_desk_without_requests_says_so(enter, cast):
    clara = enter(cast.clara)

    assert "Nobody waits for an answer." in clara.get(LIST).text
    assert "Requests about data" not in clara.get("/en/counsellor/").text


@pytest.mark.parametrize("state", [CaseState.IN_REVIEW, CaseState.CLOSED, CaseState.WITHDRAWN], ids=str)
def test_it_is_answered_from_the_case_also_when_that_is_over(enter, cast, session, ask, state):
    case = cast.case(state)
    request = ask()
    clara = enter(cast.clara)

    listed = clara.get(f"/en/counsellor/cases/{case.reference}/requests")
    shown = clara.get(f"{LIST}/{request.id}")
    answer = clara.post(f"{LIST}/{request.id}", data={"state": "partly", "words": "In part."})

    assert f'href="{LIST}/{request.id}"' in listed.text
    assert read(shown).facts["Who asks"] == f"Amina Юсупова {case.reference}"
    assert "Wrong &lt;b&gt;day&lt;/b&gt;" in shown.text
    assert (answer.status_code, answer.location) == (303, LIST)
    session.rollback()
    session.refresh(request)
    assert (request.state, request.answered_by_id) == (RequestState.PARTLY, cast.clara.id)


def test_that_somebody_looked_is_written_down(enter, cast, session, ask):
    case = cast.case(CaseState.IN_REVIEW)
    request = ask()

    enter(cast.clara).get(f"{LIST}/{request.id}")

    session.rollback()
    assert [entry.actor_id for entry in history.looks(session, case)] == [cast.clara.id]


def test_without_an_application_the_person_is_called_by_the_sign_in_name(enter, cast, ask):
    shown = enter(cast.kalle).get(f"{LIST}/{ask().id}")

    assert read(shown).facts["Who asks"] == "amina"


@pytest.mark.parametrize(
    "data", [{}, {"state": "partly"}, {"words": "Done."}, {"state": "received", "words": "a"}]
)
def test_an_answer_needs_both_and_what_was_typed_stays(enter, cast, session, ask, data):
    request = ask()
    clara = enter(cast.clara)

    answer = clara.post(f"{LIST}/{request.id}", data=data)

    assert answer.status_code == 422
    assert read(answer).typed == data.get("words", "")
    session.rollback()
    session.refresh(request)
    assert request.is_open


def test_an_answer_is_given_once(enter, cast, ask):
    request = ask()
    clara, good = enter(cast.clara), {"state": "fulfilled", "words": "Done."}

    answers = [clara.post(f"{LIST}/{request.id}", data=good).status_code for _ in range(2)]
    shown = clara.get(f"{LIST}/{request.id}")

    assert answers == [303, 409]
    assert "Answer the request" not in read(shown).buttons
    assert "Clara Tamm" in shown.text


def test_what_is_late_shows_as_late(enter, cast, session, ask):
    with clock_turned(timedelta(days=-33)):
        request = ask()
    clara = enter(cast.clara)

    assert "3 days late" in clara.get(LIST).text
    assert "3 days late" in clara.get(f"{LIST}/{request.id}").text


def test_a_colleague_does_not_see_the_request_of_another_case(enter, cast, ask):
    case = cast.case(CaseState.IN_REVIEW)
    request = ask()
    kalle = enter(cast.kalle)

    assert "Correct something" not in kalle.get(LIST).text
    assert kalle.get(f"{LIST}/{request.id}").status_code == 404
    assert kalle.post(f"{LIST}/{request.id}", data={"state": "fulfilled", "words": "a"}).status_code == 404
    assert kalle.get(f"/en/counsellor/cases/{case.reference}/requests").status_code == 404


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_nobody_else_comes_in(enter, cast, ask, who):
    request = ask()
    other = enter(getattr(cast, who))

    assert [other.get(LIST).status_code, other.get(f"{LIST}/{request.id}").status_code] == [404, 404]


def test_a_case_in_which_nothing_was_asked_says_so(enter, cast):
    case = cast.case(CaseState.IN_REVIEW)

    page = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/requests")

    assert "The applicant has not asked anything about their data." in page.text
