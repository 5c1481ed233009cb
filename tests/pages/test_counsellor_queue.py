"""The queue: who sees which cases, how one is found, and what does not exist."""

import re
from datetime import timedelta

import pytest

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.desk import piles
from portal.domain.permissions import Role

QUEUE = "/en/counsellor/"


def references(answer) -> list[str]:
    """The cases of a page, in its order."""
    return re.findall(r'translate="no">(AVR-\w{8})<', answer.text)


def test_a_counsellor_begins_with_what_waits_for_her(cast, enter):
    mine = cast.case(CaseState.IN_REVIEW)
    cast.case(CaseState.PROPOSED, migrant=cast.giorgi)

    answer = enter(cast.clara).get(QUEUE)

    assert (answer.status_code, references(answer)) == (200, [mine.reference])
    assert "Amina Юсупова" in answer.text


def test_a_senior_counsellor_begins_with_what_she_decides(cast, enter):
    cast.case(CaseState.IN_REVIEW)
    proposed = cast.case(CaseState.PROPOSED, migrant=cast.giorgi)

    assert references(enter(cast.aino).get(QUEUE)) == [proposed.reference]


def test_the_tabs_say_how_much_lies_in_each_pile(cast, enter):
    cast.case(CaseState.IN_REVIEW)
    cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)

    answer = enter(cast.clara).get(QUEUE)

    assert re.findall(r'class="count number">([^<]+)<', answer.text) == ["1", "1", "0", "0", "1"]


def test_what_is_late_says_by_how_much(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    case.due_on = today() - timedelta(days=5)

    answer = enter(cast.clara).get(f"{QUEUE}?pile=overdue")

    assert references(answer) == [case.reference]
    assert "5 days late" in answer.text


def test_a_long_pile_goes_on_on_a_second_page(cast, enter, monkeypatch):
    monkeypatch.setattr(piles, "LIMIT", 2)
    cases = {
        cast.case(CaseState.SUBMITTED, migrant=cast.account(Role.MIGRANT, f"migrant {number}")).reference
        for number in range(3)
    }
    browser = enter(cast.clara)

    first = browser.get(f"{QUEUE}?pile=unassigned")
    later = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = browser.get(later)

    assert len(references(first)) == 2
    assert {*references(first), *references(second)} == cases
    assert 'rel="next"' not in second.text


def test_an_empty_pile_says_so(cast, enter):
    assert "Nothing is overdue." in enter(cast.clara).get(f"{QUEUE}?pile=overdue").text


@pytest.mark.parametrize(
    "query", ["pile=nothing", "pile=to-approve", "pile=mine&after=yesterday", "pile=mine&after=%00"]
)
def test_a_pile_that_is_not_on_her_desk_does_not_exist(cast, enter, query):
    assert enter(cast.clara).get(f"{QUEUE}?{query}").status_code == 404


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_the_queue_does_not_exist_for_others(cast, enter, who):
    assert enter(getattr(cast, who)).get(QUEUE).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client):
    answer = client.get(QUEUE)

    assert (answer.status_code, answer.location) == (303, "/en/sign-in?next=/en/counsellor/")


def test_one_fitting_case_is_opened_at_once(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).post(f"{QUEUE}search", data={"text": "yusup"})

    assert (answer.status_code, answer.location) == (303, f"/en/counsellor/cases/{case.reference}")


def test_several_fitting_cases_are_listed(cast, enter):
    cases = {
        cast.case(CaseState.IN_REVIEW).reference,
        cast.case(CaseState.CLOSED, migrant=cast.giorgi).reference,
    }

    answer = enter(cast.clara).post(f"{QUEUE}search", data={"text": "amina"})

    assert (answer.status_code, set(references(answer))) == (200, cases)


def test_nothing_fits(cast, enter):
    answer = enter(cast.clara).post(f"{QUEUE}search", data={"text": "Nobody"})

    assert (answer.status_code, references(answer)) == (200, [])
    assert "No case was found." in answer.text


def test_a_colleagues_case_is_not_found(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.kalle)

    for text in ("amina", case.reference):
        assert references(browser.post(f"{QUEUE}search", data={"text": text})) == []


@pytest.mark.parametrize("text", ["", " ", "a", "x" * 201, "\x00"])
def test_what_cannot_be_searched_for_is_said_beside_the_field(cast, enter, text):
    answer = enter(cast.clara).post(f"{QUEUE}search", data={"text": text})

    assert answer.status_code == 422
    assert 'id="search-error"' in answer.text


def test_a_name_never_stands_in_an_address(cast, enter):
    assert enter(cast.clara).get(f"{QUEUE}search?text=amina").status_code == 405
