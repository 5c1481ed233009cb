"""The plan as the returnee reads it, and her answer to it."""

import pytest

from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from portal.domain.support import approval, parts, plans
from portal.domain.support.plans import PlanState
from tests.reading import read

HERE = "/en/my/plan/"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.ARRIVED)


@pytest.fixture
def plan(cast, session, case):
    plan = cast.plan(case, approved=False)
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)
    session.commit()
    return plan


def test_a_plan_still_being_written_is_the_partners_own(cast, enter, session, case):
    plan = cast.plan(case, approved=False)
    milestone, payment = parts.milestones(session, plan)[0], parts.payments(session, plan)[0]
    session.commit()
    browser = enter(cast.amina)
    paths = (HERE, f"{HERE}steps/{milestone.id}", f"{HERE}payments/{payment.id}")

    assert [browser.get(path).status_code for path in paths] == [404, 404, 404]


def test_an_offered_plan_says_everything(cast, enter, plan):
    text = enter(cast.amina).get(HERE).text

    expected = (
        "I want to open a small sewing workshop.",
        "Sewing machine",
        "Textile Ltd",
        "€600.00",
        "€1,000.00",
        "At most €1,500.00 can be spent.",
        "Sewing machine: delivered",
    )
    assert [words for words in expected if words not in text] == []


def test_agreeing_takes_one_button(cast, enter, session, plan):
    browser = enter(cast.amina)

    answer = browser.post(f"/ru/my/plan/{plan.id}/agree", data={"seen": plan.version})
    session.refresh(plan)

    assert (answer.status_code, answer.location) == (303, "/ru/my/plan/")
    assert (plan.state, plan.agreed_language) == (PlanState.AGREED, "ru")


@pytest.mark.parametrize("seen", ["", "1", "x", "99999999999999999999"])
def test_nobody_agrees_to_a_plan_she_has_not_seen_as_it_is(cast, enter, session, plan, seen):
    answer = enter(cast.amina).post(f"{HERE}{plan.id}/agree", data={"seen": seen})
    session.refresh(plan)

    assert (answer.status_code, plan.state) == (409, PlanState.OFFERED)


@pytest.mark.parametrize("agreed", [False, True])
def test_asking_for_a_change_sends_it_back_with_words(cast, enter, session, plan, agreed):
    if agreed:
        approval.advance(session, plan, Act.PLAN_AGREE, by=cast.amina)
        session.commit()
    browser = enter(cast.amina)
    form = read(browser.get(HERE)).buttons["Ask for changes"]

    answer = browser.post(form, data={"words": "No second machine"})
    session.refresh(plan)

    assert (answer.status_code, answer.location) == (303, HERE)
    assert (plan.state, plan.words) == (PlanState.CHANGES_REQUESTED, "No second machine")


@pytest.mark.parametrize("words", ["", "  \n", "\x00"])
def test_a_change_without_words_is_asked_again(cast, enter, session, plan, words):
    answer = enter(cast.amina).post(f"{HERE}{plan.id}/change", data={"words": words})
    session.refresh(plan)

    assert (answer.status_code, plan.state) == (422, PlanState.OFFERED)
    assert "Fill this in." in answer.text


def test_too_many_words_are_kept(cast, enter, plan):
    words = "more " * 801

    answer = enter(cast.amina).post(f"{HERE}{plan.id}/change", data={"words": words})

    assert answer.status_code == 422
    assert read(answer).typed == words.strip()
    assert "<details open>" in answer.text


def test_an_approved_plan_is_not_changed_any_more(cast, enter, session):
    case = cast.case(CaseState.REINTEGRATION)
    plan = plans.latest(session, case)
    session.commit()
    browser = enter(cast.amina)

    assert browser.post(f"{HERE}{plan.id}/change", data={"words": "All"}).status_code == 409
    assert browser.post(f"{HERE}{plan.id}/agree", data={"seen": plan.version}).status_code == 409


def test_an_approved_plan_shows_where_the_money_stands(cast, enter, session):
    cast.case(CaseState.REINTEGRATION)

    page = read(enter(cast.amina).get(HERE))

    assert {name: page.facts[name] for name in ("Agreed", "Paid", "Still to come")} == {
        "Agreed": "€1,000.00",
        "Paid": "€0.00",
        "Still to come": "€1,000.00",
    }


def test_a_strangers_plan_does_not_exist(cast, enter, session, plan):
    cast.case(CaseState.ARRIVED, migrant=cast.giorgi)
    browser = enter(cast.giorgi)

    statuses = [
        browser.get(HERE).status_code,
        browser.post(f"{HERE}{plan.id}/agree", data={"seen": plan.version}).status_code,
        browser.post(f"{HERE}{plan.id}/change", data={"words": "No"}).status_code,
    ]
    session.refresh(plan)

    assert statuses == [404, 404, 404]
    assert plan.state is PlanState.OFFERED


def test_later_versions_say_their_number(cast, enter, session, case, plan):
    for act, by, note in (
        (Act.PLAN_AGREE, cast.amina, ""),
        (Act.PLAN_SUBMIT, cast.petros, ""),
        (Act.PLAN_REJECT, cast.aino, "Too dear"),
    ):
        approval.advance(session, plan, act, by=by, note=note)
    second = cast.plan(case, approved=False)
    approval.advance(session, second, Act.PLAN_OFFER, by=cast.petros)
    session.commit()

    assert "Version 2" in enter(cast.amina).get(HERE).text


@pytest.mark.parametrize("who", ["clara", "petros"])
def test_nobody_agrees_in_her_place(cast, enter, plan, who):
    answer = enter(getattr(cast, who)).post(f"{HERE}{plan.id}/agree", data={"seen": plan.version})

    assert answer.status_code == 404


def test_who_asked_for_a_change_reads_what_is_different_when_asked_again(cast, session, enter):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case, approved=False)
    line = parts.lines(session, plan)[0]
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)
    amina = enter(cast.amina)
    first = amina.get("/en/my/plan/").text
    amina.post(f"/en/my/plan/{plan.id}/change", data={"words": "A cheaper one"})
    session.refresh(plan)
    line.supplier = "Market Hall 3"
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)
    session.commit()

    again = amina.get("/en/my/plan/").text

    words = "What is different since you read it"
    assert (words in first, words in again) == (False, True)
    assert '<ins dir="auto">Market Hall 3</ins>' in again
