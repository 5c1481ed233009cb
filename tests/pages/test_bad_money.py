"""What is typed wrong about money and steps: each fault with its own sentence, and nothing written."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.db import now, today
from portal.domain.cases import CaseState
from portal.domain.documents import Document
from portal.domain.permissions import Act
from portal.domain.support import approval, parts, plans
from portal.domain.support.parts import Line, Milestone, MilestoneState, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.programme import DocumentKind
from tests.reading import read

LINE = {"description": "Loom", "category": "business", "amount": "300", "modality": "in_kind"}
SAME = "Write a rate above 0, for another currency than that of the plan."
OTHER = "Write what will show it: for this kind of step only you know."
ABOVE = "Write an amount above 0 and not larger than 100 million."


def on(field, day):
    return {f"{field}-day": str(day.day), f"{field}-month": str(day.month), f"{field}-year": str(day.year)}


SOON = today() + timedelta(days=10)
STEP = {"type": "goods_delivered", "description": "Loom delivered", **on("due_on", SOON)}
RATE = {"currency": "UZS", "value": "14325.5", "source": "Bank", **on("on", today())}


@pytest.fixture
def case(cast):
    return cast.case(CaseState.ARRIVED)


@pytest.fixture
def plan(cast, session, case):
    """A draft with two lines of 600 and 400 euros, steps and payments."""
    plan = cast.plan(case, approved=False)
    session.commit()
    return plan


def held(session):
    """How much of everything there is."""
    found = [session.scalar(select(func.count()).select_from(one)) for one in (Line, Milestone, Payment)]
    session.commit()
    return found


def at(case, part):
    return f"/en/partner/cases/{case.reference}/plan{part}"


# --- While it is written ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "typed", "words"),
    [
        ("/lines/new", LINE | {"amount": "-5"}, ABOVE),
        ("/lines/new", LINE | {"amount": "−5,50"}, ABOVE),
        ("/lines/new", LINE | {"amount": "0"}, ABOVE),
        ("/lines/new", LINE | {"amount": "123456789012345"}, ABOVE),
        ("/lines/new", LINE | {"amount": "1234567890123456"}, "Write an amount like 250 or 99.50."),
        ("/lines/new", LINE | {"amount": "many"}, "Write an amount like 250 or 99.50."),
        ("/lines/new", LINE | {"amount": ""}, "Fill this in."),
        ("/rate", RATE | {"value": "0"}, "Write a number above 0, for example 14325.50."),
        ("/rate", RATE | {"value": "-3"}, "Write a number above 0, for example 14325.50."),
        (
            "/rate",
            RATE | {"currency": "EUR"},
            SAME,
        ),
        (
            "/steps/new",
            STEP | {"type": "other"},
            OTHER,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("/") else "",
)
def test_each_fault_has_its_own_sentence(case, plan, petros, session, part, typed, words):
    before = held(session)

    answer = petros.post(at(case, part), data=typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert held(session) == before


@pytest.mark.parametrize("amount", ["-1", "0", "123456789012345"])
def test_a_payment_of_no_real_amount_is_not_planned(case, plan, petros, session, amount):
    line = parts.lines(session, plan)[0].id
    before = held(session)

    answer = petros.post(at(case, f"/lines/{line}/payment"), data={"amount": amount, "step": "none"})

    assert (answer.status_code, ABOVE in answer.text, held(session)) == (422, True, before)


@pytest.mark.parametrize(
    ("typed", "status", "lines"), [("900000000", 303, 3), ("0", 422, 2), ("123456789012345", 422, 2)]
)
def test_a_local_price_may_be_in_the_hundreds_of_millions(case, plan, petros, session, typed, status, lines):
    petros.post(at(case, "/rate"), data=RATE)

    answer = petros.post(at(case, "/lines/new"), data=LINE | {"amount": "", "local_amount": typed})

    assert answer.status_code == status
    assert ("This is 0 or too large." in answer.text) is (status == 422)
    assert len(parts.lines(session, plan)) == lines


def test_a_step_before_the_one_it_waits_for_is_asked_again_and_kept(case, plan, petros, session):
    first = parts.milestones(session, plan)[0].id
    before = held(session)

    answer = petros.post(at(case, "/steps/new"), data=STEP | {"after": str(first)})

    assert answer.status_code == 422
    assert "A step cannot be planned earlier than the step that comes before it." in answer.text
    assert "Loom delivered" in answer.text
    assert held(session) == before


@pytest.mark.parametrize("part", ["/lines/new", "/steps/new", "payment"])
def test_a_form_that_is_sent_twice_writes_once(case, plan, petros, session, part):
    if part == "payment":
        petros.post(at(case, "/lines/new"), data=LINE)
        part = f"/lines/{max(one.id for one in parts.lines(session, plan))}/payment"
        session.commit()
    seen = read_seen(petros.get(at(case, part)).text)
    before = sum(held(session))
    typed = LINE | STEP | {"amount": "100", "step": "none", "seen": seen}
    typed["description"] = "Loom"

    answers = [petros.post(at(case, part), data=typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert sum(held(session)) == before + 1


def read_seen(text):
    return text.partition('name="seen" value="')[2].partition('"')[0]


# --- Once it holds ---------------------------------------------------------------------------------


@pytest.fixture
def running(cast, session):
    """A case whose plan holds, the second step waiting for the first; and another case of that kind."""
    case, other = cast.case(CaseState.REINTEGRATION), cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    plan = plans.approved(session, case)
    first, second = parts.milestones(session, plan)
    second.after_id = first.id
    session.commit()
    return case, other, second, parts.payments(session, plan)[0]


def test_a_step_before_its_dependency_is_told_beside_the_words_which_are_kept(cast, petros, session, running):
    case, _other, second, _payment = running
    page = f"/en/partner/cases/{case.reference}/steps/{second.id}"
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=second.id)
    session.commit()

    shown = petros.get(page).text
    answer = petros.post(page, data={"words": "All done"})

    assert "Comes after: Sewing machine: delivered" in shown
    assert "It can be reported when the step before it is confirmed." in shown
    assert answer.status_code == 422
    assert "Another step must be confirmed first." in answer.text
    assert read(answer).typed == "All done"
    session.refresh(second)
    assert second.state is MilestoneState.PLANNED


def test_evidence_for_another_case_goes_nowhere(petros, session, running):
    _case, other, second, payment = running
    before = session.scalar(select(func.count()).select_from(Document))
    session.commit()

    answers = [
        petros.post(f"/en/partner/cases/{other.reference}/steps/{second.id}/evidence", data={}),
        petros.post(f"/en/partner/cases/{other.reference}/payments/{payment.id}/paper", data={}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert session.scalar(select(func.count()).select_from(Document)) == before


# --- One's own -------------------------------------------------------------------------------------


def test_nobody_approves_their_own_plan(cast, enter, session, case):
    plan = cast.plan(case, approved=False)
    for act, by in (
        (Act.PLAN_OFFER, cast.petros),
        (Act.PLAN_AGREE, cast.amina),
        (Act.PLAN_SUBMIT, cast.petros),
    ):
        approval.advance(session, plan, act, by=by)
    plan.drafted_by_id = cast.aino.id
    session.commit()

    answer = _press(enter(cast.aino), session, case, plan, "approve")

    assert answer == (409, "You prepared this yourself. Ask a colleague to decide about it.")
    assert session.get_one(Plan, plan.id).state is PlanState.SUBMITTED


def test_nobody_confirms_their_own_report(cast, enter, session, running):
    case, _other, _second, payment = running
    milestone = session.get_one(Milestone, payment.milestone_id)
    milestone.state, milestone.reported_by_id = MilestoneState.REPORTED, cast.clara.id
    milestone.reported_at = now()
    session.commit()

    answer = _press(enter(cast.clara), session, case, milestone, "verify")

    assert answer == (409, "You prepared this yourself. Ask a colleague to decide about it.")


@pytest.mark.parametrize(
    ("step", "state", "signer", "words"),
    [
        ("verify", PaymentState.REQUESTED, "requested_by_id", "You prepared this yourself."),
        ("approve", PaymentState.VERIFIED, "verified_by_id", "You have already signed this payment."),
        ("approve", PaymentState.VERIFIED, "requested_by_id", "You have already signed this payment."),
    ],
)
def test_nobody_signs_their_own_payment(cast, enter, session, running, step, state, signer, words):
    case, _other, _second, payment = running
    session.get_one(Milestone, payment.milestone_id).state = MilestoneState.VERIFIED
    cast.request(payment)
    payment.state = state
    setattr(payment, signer, cast.aino.id)
    session.commit()

    status, told = _press(enter(cast.aino), session, case, payment, step)

    assert (status, told.startswith(words)) == (409, True)
    assert session.get_one(Payment, payment.id).approved_by_id is None


def _press(browser, session, case, thing, step):
    """The status of a step taken anyway, and what the page says beside it."""
    page = f"/en/counsellor/cases/{case.reference}"
    shown = browser.get(f"{page}/plan").text
    answer = browser.post(f"{page}/{thing.__tablename__}/{thing.id}/{step}")
    session.expire_all()
    own = [words for words in SAID if words in shown]
    return answer.status_code, own[0] if own else ""


SAID = (
    "You prepared this yourself. Ask a colleague to decide about it.",
    "You have already signed this payment. Ask a colleague to approve it.",
)
