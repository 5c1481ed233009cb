"""Handing over the cases of a colleague: a look before, then all at once."""

import re

import pytest

from portal.domain.access import rights
from portal.domain.access.sign_in import SignIn
from portal.domain.cases import CaseState
from tests.reading import read

HERE = "/en/counsellor/hand-over"
WHY = "Away until June"


@pytest.fixture
def case(cast):
    case = cast.case(CaseState.IN_REVIEW)
    cast.kalle  # noqa: B018 - makes him
    return case


def _form(cast, **more):
    return {"colleague": cast.clara.id, "to": [cast.kalle.id], "why": WHY, **more}


def _seen(browser, form):
    """The form, once more, with the mark of what it showed."""
    [mark] = re.findall(r'name="sure" value="(\w+)"', browser.post(HERE, data=form).text)
    return {**form, "sure": mark}


def test_a_look_before_changes_nothing(cast, enter, session, case):
    answer = enter(cast.aino).post(HERE, data=_form(cast))

    session.refresh(case)
    assert (answer.status_code, case.counsellor_id) == (200, cast.clara.id)
    assert [part in answer.text for part in (case.reference, "Kalle Mets", WHY)] == [True] * 3
    assert read(answer).buttons["Hand over"] == HERE


def test_once_it_was_seen_it_is_done(cast, enter, session, case):
    browser = enter(cast.aino)

    answer = browser.post(HERE, data=_seen(browser, _form(cast)))

    session.refresh(case)
    assert (answer.status_code, case.counsellor_id) == (303, cast.kalle.id)
    assert "1 case was handed over." in browser.get(answer.location).text


def test_what_was_chosen_after_the_look_is_looked_at_first(cast, enter, session, case):
    browser = enter(cast.aino)
    seen = _seen(browser, _form(cast, to=[cast.aino.id]))

    answer = browser.post(HERE, data={**seen, "to": [cast.kalle.id]})

    session.refresh(case)
    assert (answer.status_code, case.counsellor_id) == (200, cast.clara.id)
    assert "This is not what you saw before." in answer.text


def test_a_counsellor_hands_over_own_cases_only(cast, enter, session, case):
    clara = enter(cast.clara)
    answers = [
        clara.post(HERE, data=_seen(clara, _form(cast))),
        enter(cast.clara).post(HERE, data=_form(cast, colleague=cast.kalle.id, to=[cast.clara.id])),
    ]

    session.refresh(case)
    assert ([one.status_code for one in answers], case.counsellor_id) == ([303, 422], cast.kalle.id)


@pytest.mark.parametrize(
    "wrong", [{"to": []}, {"to": [1]}, {"why": ""}, {"why": "x" * 10_000}, {"colleague": "x"}]
)
def test_bad_input_is_told_beside_its_field(cast, enter, session, case, wrong):
    answer = enter(cast.aino).post(HERE, data=_form(cast, sure="yes", **wrong))

    session.refresh(case)
    assert (answer.status_code, case.counsellor_id) == (422, cast.clara.id)


def test_a_colleague_who_is_gone_since_the_look_is_called_by_name_and_the_rest_stays(
    cast, enter, session, case
):
    browser = enter(cast.aino)
    seen = _seen(browser, _form(cast, to=[cast.kalle.id, cast.aino.id]))
    rights.deactivate(session, cast.kalle, by=cast.mart)
    session.commit()

    answer = browser.post(HERE, data=seen)

    session.refresh(case)
    assert (answer.status_code, case.counsellor_id) == (422, cast.clara.id)
    wrong = re.findall(r'<p class="wrong"[^>]*>(.*?)</p>', answer.text)
    assert [re.sub("<.*?>", "", one) for one in wrong] == [
        "Mistake: You cannot choose Kalle Mets any more. Choose somebody else."
    ]
    ticked = re.findall(r'<input checked [^>]*value="(\d+)"', answer.text)
    assert (ticked, WHY in answer.text) == ([str(cast.aino.id)], True)


@pytest.mark.parametrize("who", ["petros", "mart"])
def test_a_number_that_is_no_colleagues_is_called_by_no_name(cast, enter, case, who):
    one = getattr(cast, who)

    answer = enter(cast.aino).post(HERE, data=_form(cast, to=[one.id]))

    assert "You cannot choose this person. Choose somebody else." in answer.text
    assert one.name not in answer.text


def test_nobody_is_offered_to_themselves(cast, enter, case):
    answer = enter(cast.aino).post(HERE, data=_form(cast, to=[cast.clara.id]))

    assert answer.status_code == 422
    assert "Choose somebody else" in answer.text


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_nobody_else_comes_here(cast, enter, case, who):
    assert enter(getattr(cast, who)).get(HERE).status_code == 404


def test_the_second_factor_is_asked_again_before_it_is_done(cast, enter, session, case):
    browser = enter(cast.aino)
    session.query(SignIn).update({"fresh_at": None})
    session.commit()

    answer = browser.post(HERE, data=_form(cast, sure="yes"))

    session.refresh(case)
    assert (answer.status_code, case.counsellor_id) == (200, cast.clara.id)
