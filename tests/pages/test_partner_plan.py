"""The reintegration plan, written by the partner line by line until the returnee is asked."""

import io
from datetime import timedelta

import pytest

from portal import jobs
from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from portal.domain.support import approval, parts, plans
from portal.domain.support.parts import Category, MilestoneType
from portal.domain.support.plans import PlanState
from portal.programme import Modality
from tests.reading import read
from tests.samples import photo

HTMX = {"HX-Request": "true"}
LINE = {
    "description": "Sewing machine",
    "category": "business",
    "supplier": "Textile Ltd",
    "amount": "1 250,50",
    "modality": "in_kind",
}
DUE = today() + timedelta(days=30)
STEP = {
    "type": "goods_delivered",
    "description": "Machine delivered",
    "due_on-day": str(DUE.day),
    "due_on-month": str(DUE.month),
    "due_on-year": str(DUE.year),
}
FORMS = ("/objectives", "/lines/new", "/steps/new")


@pytest.fixture
def case(cast):
    """A case of somebody who arrived."""
    return cast.case(CaseState.ARRIVED)


@pytest.fixture
def plan(cast, session, case):
    """A draft of two lines, two steps and two payments, together 1,000 of 1,500 euros."""
    plan = cast.plan(case, approved=False)
    session.commit()
    return plan


def address(case, part=""):
    return f"/en/partner/cases/{case.reference}/plan{part}"


def now_in(session, case):
    """The plan as it stands in the database, and what is in it."""
    session.expire_all()
    plan = plans.latest(session, case)
    found = plan, parts.lines(session, plan), parts.milestones(session, plan), parts.payments(session, plan)
    session.commit()
    return found


# --- Begin --------------------------------------------------------------------------------------


def test_a_plan_begins_with_a_package_and_what_the_returnee_wants(case, petros, session):
    page = petros.get(address(case, "/new"))
    answer = petros.post(
        address(case, "/new"), data={"package": "example_start", "objectives": "A small workshop"}
    )

    plan, lines, steps, payments = now_in(session, case)
    assert "Example package: a start at home – up to €1,500.00" in page.text
    assert (answer.status_code, answer.location) == (303, address(case))
    assert (plan.ceiling, plan.currency, plan.objectives) == (150_000, "EUR", "A small workshop")
    assert [*lines, *steps, *payments] == []


@pytest.mark.parametrize("package", ["", "another"])
def test_a_plan_without_a_package_of_the_programme_is_asked_again(case, petros, session, package):
    answer = petros.post(address(case, "/new"), data={"package": package, "objectives": "A small workshop"})

    assert answer.status_code == 422
    assert "A small workshop" in answer.text
    assert plans.latest(session, case) is None


def test_there_is_one_plan_at_a_time(case, plan, petros):
    answer = petros.post(address(case, "/new"), data={"package": "example_start", "objectives": "More"})

    assert answer.status_code == 409


def test_there_is_no_plan_before_the_arrival(cast, petros):
    case = cast.case(CaseState.DEPARTED)

    sent = petros.post(address(case, "/new"), data={"package": "example_start", "objectives": "More"})

    assert [petros.get(address(case)).status_code, sent.status_code] == [404, 409]


# --- Write --------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", *FORMS])
def test_the_sums_are_shown_on_every_page_of_a_plan(case, plan, petros, part):
    page = petros.get(address(case, part))

    assert page.status_code == 200
    assert [sum for sum in ("€1,000.00", "€1,500.00", "€500.00") if sum not in page.text] == []


def test_objectives_are_changed(case, plan, petros, session):
    answer = petros.post(address(case, "/objectives"), data={"objectives": "Two machines"})

    assert (answer.status_code, answer.location) == (303, address(case))
    assert now_in(session, case)[0].objectives == "Two machines"


def test_a_line_is_added_with_its_amount_as_people_type_it(case, plan, petros, session):
    answer = petros.post(address(case, "/lines/new"), data=LINE)

    line = now_in(session, case)[1][-1]
    assert (answer.status_code, answer.location) == (303, address(case))
    assert (line.description, line.category, line.supplier, line.amount, line.modality) == (
        "Sewing machine",
        Category.BUSINESS,
        "Textile Ltd",
        125_050,
        Modality.IN_KIND,
    )


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "a lot"}, {"amount": "0"}, {"amount": ""}, {"description": " "}, {"category": "yacht"}],
    ids=str,
)
def test_a_line_that_cannot_be_read_is_asked_again_and_kept(case, plan, petros, session, wrong):
    answer = petros.post(address(case, "/lines/new"), data=LINE | wrong)

    assert answer.status_code == 422
    assert "Textile Ltd" in answer.text
    assert len(now_in(session, case)[1]) == 2


def test_support_is_not_given_in_cash_unless_the_programme_says_so(case, plan, petros, session):
    answer = petros.post(address(case, "/lines/new"), data=LINE | {"modality": "cash"})

    assert answer.status_code == 422
    assert 'value="cash"' not in answer.text


def test_a_step_is_added(case, plan, petros, session):
    answer = petros.post(address(case, "/steps/new"), data=STEP)

    [step] = [one for one in now_in(session, case)[2] if one.description == "Machine delivered"]
    assert (answer.status_code, answer.location) == (303, address(case))
    assert (step.type, step.due_on) == (MilestoneType.GOODS_DELIVERED, DUE)


@pytest.mark.parametrize(
    "wrong", [{"due_on-year": "1999"}, {"due_on-day": "x"}, {"description": ""}], ids=str
)
def test_a_step_that_cannot_be_read_is_asked_again_and_kept(case, plan, petros, session, wrong):
    answer = petros.post(address(case, "/steps/new"), data=STEP | wrong)

    typed = {**STEP, **wrong}
    assert answer.status_code == 422
    assert f'value="{typed["due_on-month"]}"' in answer.text
    assert len(now_in(session, case)[2]) == 2


def test_a_payment_is_planned_for_a_line_after_a_step(case, plan, petros, session):
    petros.post(address(case, "/lines/new"), data=LINE | {"amount": "300"})
    _plan, (*_others, line), (step, *_later), _payments = now_in(session, case)

    page = petros.get(address(case, f"/lines/{line.id}/payment"))
    answer = petros.post(
        address(case, f"/lines/{line.id}/payment"), data={"amount": "300", "step": str(step.id)}
    )

    payment = now_in(session, case)[3][-1]
    assert 'value="300.00"' in page.text
    assert (answer.status_code, answer.location) == (303, address(case))
    assert (payment.line_id, payment.milestone_id, payment.amount) == (line.id, step.id, 30_000)


def test_a_payment_may_wait_for_no_step(case, plan, petros, session):
    petros.post(address(case, "/lines/new"), data=LINE | {"amount": "300"})
    line = now_in(session, case)[1][-1]

    petros.post(address(case, f"/lines/{line.id}/payment"), data={"amount": "100", "step": "none"})

    payment = now_in(session, case)[3][-1]
    assert (payment.line_id, payment.milestone_id, payment.amount) == (line.id, None, 10_000)


@pytest.mark.parametrize(
    "wrong", [{"amount": "300.01"}, {"amount": "much"}, {"step": "77"}, {"step": ""}], ids=str
)
def test_a_payment_beyond_its_line_or_after_no_step_of_the_plan_is_asked_again(
    case, plan, petros, session, wrong
):
    petros.post(address(case, "/lines/new"), data=LINE | {"amount": "300"})
    line = now_in(session, case)[1][-1]

    typed = {"amount": "300", "step": "none"} | wrong
    answer = petros.post(address(case, f"/lines/{line.id}/payment"), data=typed)

    assert answer.status_code == 422
    assert f'value="{typed["amount"]}"' in answer.text
    assert len(now_in(session, case)[3]) == 2


@pytest.mark.parametrize(("kind", "left"), [(1, (1, 2, 1)), (2, (2, 1, 1)), (3, (2, 2, 1))])
def test_a_line_a_step_or_a_payment_is_removed_with_what_hangs_on_it(case, plan, petros, session, kind, left):
    part = now_in(session, case)[kind][0]

    answer = petros.post(address(case, f"/parts/{part.id}/removal"))

    assert (answer.status_code, answer.location) == (303, address(case))
    assert tuple(len(parts) for parts in now_in(session, case)[1:]) == left


def test_with_htmx_the_plan_itself_is_the_answer(case, plan, petros, session):
    part = now_in(session, case)[3][0]

    answer = petros.post(address(case, f"/parts/{part.id}/removal"), headers=HTMX)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="stack sheet" id="plan">')
    assert "Plan a payment of €600.00" in answer.text


def test_a_part_of_another_plan_cannot_be_removed(cast, case, plan, petros, session):
    other = cast.case(CaseState.ARRIVED, migrant=cast.giorgi)
    stranger = cast.plan(other, approved=False)
    [line, *_rest] = parts.lines(session, stranger)
    session.commit()

    removed = petros.post(address(case, f"/parts/{line.id}/removal"))
    paid = petros.post(address(case, f"/lines/{line.id}/payment"), data={"amount": "1", "step": "none"})

    assert [removed.status_code, paid.status_code] == [404, 404]


# --- Send ---------------------------------------------------------------------------------------


def test_what_is_missing_is_said_before_the_returnee_is_asked(case, petros):
    petros.post(address(case, "/new"), data={"package": "example_start", "objectives": "A workshop"})

    page = petros.get(address(case)).text

    assert "The plan is still empty." in page
    assert "Send plan to the returnee" not in page
    assert petros.post(address(case, "/offer")).status_code == 409


def test_a_plan_that_costs_too_much_says_so(case, plan, petros):
    petros.post(address(case, "/lines/new"), data=LINE)

    page = petros.get(address(case)).text

    assert [words for words in ("Too much", "€750.50", "The plan costs more") if words not in page] == []


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without htmx", "with htmx"])
def test_a_complete_plan_goes_to_the_returnee(case, plan, petros, session, headers):
    to = read(petros.get(address(case))).buttons["Send plan to the returnee"]

    answer = petros.post(to, headers=headers)

    assert to == address(case, "/offer")
    assert answer.status_code == (200 if headers else 303)
    assert now_in(session, case)[0].state is PlanState.OFFERED


def test_what_the_returnee_agreed_to_goes_to_the_programme(cast, case, plan, petros, session):
    petros.post(address(case, "/offer"))
    early = petros.post(address(case, "/submit"))
    approval.advance(session, now_in(session, case)[0], Act.PLAN_AGREE, by=cast.amina)
    session.commit()

    answer = petros.post(read(petros.get(address(case))).buttons["Send for approval"])

    assert [early.status_code, answer.status_code] == [409, 303]
    assert now_in(session, case)[0].state is PlanState.SUBMITTED


def test_the_words_of_whoever_wants_changes_are_shown_and_the_plan_can_be_changed(
    cast, case, plan, petros, session
):
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)
    approval.advance(session, plan, Act.PLAN_DISAGREE, by=cast.amina, note="A second machine, please")
    session.commit()

    page = petros.get(address(case)).text

    assert "A second machine, please" in page
    assert petros.post(address(case, "/lines/new"), data=LINE).status_code == 303


@pytest.mark.parametrize("part", FORMS)
def test_nobody_changes_what_the_returnee_reads(case, plan, petros, session, part):
    petros.post(address(case, "/offer"))
    line = now_in(session, case)[1][0]

    answers = [
        petros.get(address(case, part)),
        petros.post(address(case, part), data=LINE | STEP | {"objectives": "More"}),
        petros.post(address(case, f"/parts/{line.id}/removal")),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert len(now_in(session, case)[1]) == 2


@pytest.mark.parametrize("who", ["nino", "clara", "amina", "mart", "olga"])
def test_the_plan_of_another_organisations_case_does_not_exist(cast, case, plan, enter, session, who):
    browser, line = enter(getattr(cast, who)), now_in(session, case)[1][0]
    read = ("", "/new", *FORMS, f"/lines/{line.id}/payment")
    sent = ("/new", *FORMS, f"/lines/{line.id}/payment", f"/parts/{line.id}/removal", "/offer", "/submit")

    answers = [browser.get(address(case, part)) for part in read]
    answers += [browser.post(address(case, part), data=LINE | STEP) for part in sent]

    assert {answer.status_code for answer in answers} == {404}
    assert now_in(session, case)[0].state is PlanState.DRAFT


# --- Price offers -------------------------------------------------------------------------------


def test_a_price_offer_of_two_pages_stands_beside_its_line_for_all_three(
    cast, case, plan, petros, amina, enter, session, wiring
):
    line = now_in(session, case)[1][0]
    room = address(case, f"/lines/{line.id}/quotation")

    begun = petros.post(room, data={"file": (io.BytesIO(photo(seed=1)), "a.jpg"), "more": "1"}).location
    petros.post(begun, data={"file": (io.BytesIO(photo(seed=2)), "b.jpg")})
    answer = petros.post(f"{begun}/send")
    petros.post(address(case, "/offer"))
    while jobs.do_one(wiring):
        pass

    [line, *_others] = now_in(session, case)[1]
    assert (answer.status_code, answer.location) == (303, room)
    of_partner, mine = f"/documents/{line.quotation_id}", f"/en/my/documents/{line.quotation_id}"
    assert of_partner in petros.get(address(case)).text
    assert mine in amina.get("/en/my/plan/").text
    of_clara = f"/en/counsellor/cases/{case.reference}/plan"
    assert f"/documents/{line.quotation_id}" in enter(cast.clara).get(of_clara).text
    assert petros.get(f"/en/partner/cases/{case.reference}{of_partner}").status_code == 200


def test_a_price_offer_is_for_a_line_of_the_plan_that_is_being_written(case, plan, petros, session):
    line = now_in(session, case)[1][0]
    petros.post(address(case, "/offer"))
    sent = {"file": (io.BytesIO(photo(seed=1)), "a.jpg")}

    late = petros.post(address(case, f"/lines/{line.id}/quotation"), data=sent)
    strange = petros.get(address(case, "/lines/7/quotation"))

    assert (late.status_code, strange.status_code) == (409, 409)
    assert now_in(session, case)[1][0].quotation_id is None
