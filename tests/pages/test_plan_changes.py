"""A plan that holds is changed: asked for by the returnee, written by the partner, read by all three."""

import pytest

from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from portal.domain.support import amending, approval, parts, plans, rates
from portal.domain.support.plans import PlanState


@pytest.fixture
def case(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    session.commit()
    return case


@pytest.fixture
def change(cast, session, case):
    plan = amending.begin(session, case, note="The machine costs less now", by=cast.petros)
    session.commit()
    return plan


def offer(cast, session, change):
    [line, _other] = parts.lines(session, change)
    line.supplier = "Another shop"
    approval.advance(session, change, Act.PLAN_OFFER, by=cast.petros)
    session.commit()


def at(case, path=""):
    return f"/en/partner/cases/{case.reference}/plan{path}"


def test_the_returnee_asks_and_the_partner_reads_it(case, petros, amina, session):
    held = plans.approved(session, case).id
    session.commit()

    asked = amina.post(f"/en/my/plan/{held}/new-change", data={"words": "I found a better machine"})

    assert (asked.status_code, asked.location) == (303, "/en/my/plan/")
    assert "I found a better machine" in petros.get(at(case)).text
    assert "I found a better machine" in petros.get(at(case, "/change")).text


def test_asking_without_words_is_asked_again(case, amina, session):
    held = plans.approved(session, case).id
    session.commit()

    answer = amina.post(f"/en/my/plan/{held}/new-change", data={"words": " "})

    assert answer.status_code == 422
    assert plans.approved(session, case).change_asked_at is None


def test_the_partner_writes_a_change(case, petros, session):
    answer = petros.post(at(case, "/change"), data={"reason": "Cheaper"})

    newest = plans.latest(session, case)
    told = newest.number, newest.state, newest.reason
    session.commit()
    page = petros.get(at(case)).text
    assert (answer.status_code, answer.location) == (303, at(case))
    assert told == (2, PlanState.DRAFT, "Cheaper")
    assert "The plan as it was holds until this is approved." in page
    assert "Steps of the plan that holds" in page


def test_a_change_without_a_reason_is_asked_again(case, petros, session):
    assert petros.post(at(case, "/change"), data={"reason": ""}).status_code == 422
    assert plans.latest(session, case).number == 1


def test_a_change_is_given_up(case, change, petros, session):
    answer = petros.post(at(case, "/cancel"))

    session.refresh(change)
    assert answer.status_code == 303
    assert change.state is PlanState.CANCELLED


def test_while_a_change_is_written_the_returnee_sees_the_plan_that_holds(case, change, amina):
    page = amina.get("/en/my/plan/").text

    assert ("A change of your plan is being prepared" in page, "Do you agree?" in page) == (True, False)


def test_a_change_is_read_side_by_side_and_agreed(cast, case, change, amina, session):
    offer(cast, session, change)

    page = amina.get("/en/my/plan/").text
    compared = amina.get("/en/my/plan/versions/2").text
    agreed = amina.post(f"/en/my/plan/{change.id}/agree", data={"seen": change.version})

    assert "This is a change of your plan" in page
    assert ("Textile Ltd" in compared, "Another shop" in compared) == (True, True)
    assert agreed.status_code == 303
    session.refresh(change)
    assert change.state is PlanState.AGREED


def test_the_programme_reads_what_is_different_beside_the_plan_that_holds(cast, case, change, enter, session):
    offer(cast, session, change)
    approval.advance(session, change, Act.PLAN_AGREE, by=cast.amina)
    approval.advance(session, change, Act.PLAN_SUBMIT, by=cast.petros)
    session.commit()
    aino = enter(cast.aino)

    page = aino.get(f"/en/counsellor/cases/{case.reference}/plan").text
    compared = aino.get(f"/en/counsellor/cases/{case.reference}/plan/versions/2").text

    assert ("Change of the plan" in page, "The machine costs less now" in page) == (True, True)
    assert "Another shop" in compared


@pytest.mark.parametrize("number", [2, 9])
def test_a_version_that_nobody_was_shown_does_not_exist(case, change, petros, amina, number):
    told = [petros.get(at(case, f"/versions/{number}")), amina.get(f"/en/my/plan/versions/{number}")]

    assert [answer.status_code for answer in told] == [404, 404]


def test_a_stranger_sees_no_version(cast, case, enter):
    told = [
        enter(cast.nino).get(at(case, "/versions/1")),
        enter(cast.nino).get(at(case, "/change")),
        enter(cast.giorgi).get("/en/my/plan/versions/1"),
    ]

    assert [answer.status_code for answer in told] == [404, 404, 404]


# --- While it is written ------------------------------------------------------------------------

RATE = {
    "currency": "uzs",
    "value": "14 325,5",
    "on-day": "1",
    "on-month": "11",
    "on-year": "2026",
    "source": "Central Bank",
}


def test_the_rate_is_set_and_every_amount_is_told_twice(case, change, petros, session):
    answer = petros.post(at(case, "/rate"), data=RATE)

    page = petros.get(at(case)).text
    session.refresh(change)
    assert answer.status_code == 303
    assert rates.to_local(change, 100) == 1_432_550
    assert "8,595,300" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "0"},
        {"value": "-1"},
        {"value": "much"},
        {"currency": "EUR"},
        {"currency": "XYZW"},
        {"source": ""},
    ],
    ids=str,
)
def test_a_rate_that_cannot_be_is_asked_again_and_kept(case, change, petros, session, wrong):
    answer = petros.post(at(case, "/rate"), data=RATE | wrong)

    session.refresh(change)
    assert answer.status_code == 422
    assert 'value="2026"' in answer.text
    assert change.rate_millionths is None


def line_data(**other):
    return {
        "description": "Sewing machine",
        "amount": "600",
        "category": "business",
        "modality": "in_kind",
        "supplier": "Bazaar",
    } | other


def test_a_line_is_changed(case, change, petros, session):
    number = parts.lines(session, change)[0].id
    session.commit()

    page = petros.get(at(case, f"/lines/{number}")).text
    answer = petros.post(at(case, f"/lines/{number}"), data=line_data(amount="650"))

    session.expire_all()
    assert 'value="600.00"' in page
    assert answer.status_code == 303
    changed = parts.lines(session, change)[0]
    assert (changed.supplier, changed.amount) == ("Bazaar", 65_000)


def test_a_line_cannot_cost_less_than_is_planned_to_be_paid(case, change, petros, session):
    number = parts.lines(session, change)[0].id
    session.commit()

    answer = petros.post(at(case, f"/lines/{number}"), data=line_data(amount="1"))

    session.expire_all()
    assert answer.status_code == 422
    assert parts.lines(session, change)[0].amount == 60_000


def test_a_price_of_the_bazaar_is_counted_in_euros(case, change, petros, session):
    petros.post(at(case, "/rate"), data=RATE)

    petros.post(at(case, "/lines/new"), data=line_data(amount="", local_amount="1432550"))

    session.expire_all()
    newest = parts.lines(session, change)[-1]
    assert (newest.amount, newest.local_amount) == (100_00, 1_432_550_00)


def test_a_step_may_wait_for_another_but_not_for_itself(case, change, petros, session):
    first, second = [one.id for one in parts.milestones(session, change)]
    session.commit()
    step = {
        "type": "goods_delivered",
        "description": "All there",
        "proof": "A photo",
        "due_on-day": "1",
        "due_on-month": "2",
        "due_on-year": "2030",
    }

    good = petros.post(at(case, f"/steps/{second}"), data=step | {"after": str(first)})
    bad = petros.post(at(case, f"/steps/{first}"), data=step | {"after": str(second)})

    session.expire_all()
    assert [good.status_code, bad.status_code] == [303, 422]
    assert [(one.proof, one.after_id) for one in parts.milestones(session, change) if one.id == second] == [
        ("A photo", first)
    ]


@pytest.mark.parametrize("path", ["/lines/1", "/steps/1", "/lines/9223372036854775808"])
def test_a_part_of_nobody_does_not_exist(case, change, petros, path):
    assert petros.get(at(case, path)).status_code == 404
