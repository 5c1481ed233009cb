"""Plan, steps and payments, as counsellor and senior counsellor handle them."""

from datetime import timedelta

import pytest

from portal.db import today
from portal.domain import journal
from portal.domain.cases import Case, CaseState
from portal.domain.documents import Document, DocumentState
from portal.domain.permissions import Act, Role
from portal.domain.support import approval, grants, parts, plans
from portal.domain.support.parts import Milestone, MilestoneState, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.programme import DocumentKind


def _paid():
    return {**_later(0), "method": "transfer", "reference": "TR-2026-17"}


def _address(case, thing=None, step=""):
    page = f"/en/counsellor/cases/{case.reference}"
    return f"{page}/{thing.__tablename__}/{thing.id}/{step}" if thing else f"{page}/plan"


def _now(session, thing):
    session.refresh(thing)
    session.commit()
    return thing


@pytest.fixture
def submitted(cast, session):
    """A case of somebody who arrived, with a plan that waits for approval."""
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case, approved=False)
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)
    approval.advance(session, plan, Act.PLAN_AGREE, by=cast.amina)
    approval.advance(session, plan, Act.PLAN_SUBMIT, by=cast.petros)
    session.commit()
    return case, plan


@pytest.fixture
def case(cast):
    """A case in reintegration."""
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def running(cast, session, case):
    """Its first step of the plan reported, its first payment requested."""
    plan = plans.approved(session, case)
    milestone, payment = parts.milestones(session, plan)[0], parts.payments(session, plan)[0]
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
    grants.advance_milestone(
        session, milestone, Act.MILESTONE_REPORT, by=cast.petros, note="It came on Tuesday"
    )
    cast.request(payment)
    session.commit()
    return case, milestone, payment


def _signed(cast, session, running, *acts):
    """The payment, after these signatures."""
    _case, milestone, payment = running
    grants.advance_milestone(session, milestone, Act.MILESTONE_VERIFY, by=cast.clara)
    who = {Act.PAYMENT_VERIFY: cast.clara, Act.PAYMENT_APPROVE: cast.aino}
    for act in acts:
        grants.advance_payment(session, payment, act, by=who[act])
    session.commit()
    return payment


# --- The plan -----------------------------------------------------------------------------------


def test_before_there_is_a_plan_the_page_says_who_writes_it(cast, enter):
    case = cast.case(CaseState.ARRIVED)

    answer = enter(cast.clara).get(_address(case))

    assert answer.status_code == 200
    assert "There is no reintegration plan yet." in answer.text


def test_the_plan_is_shown_with_its_sums(cast, enter, submitted):
    case, _plan = submitted

    page = enter(cast.clara).get(_address(case)).text

    for words in ("€600.00", "€400.00", "€1,000.00", "€1,500.00", "Textile Ltd", "Waiting for approval"):
        assert words in page


@pytest.mark.parametrize(
    ("step", "typed", "state"),
    [
        ("approve", {}, PlanState.APPROVED),
        ("return", {"note": "Ask for a second price offer"}, PlanState.CHANGES_REQUESTED),
        ("reject", {"note": "This is not what she wants"}, PlanState.REJECTED),
    ],
)
def test_a_senior_counsellor_decides_about_a_plan(cast, enter, session, submitted, step, typed, state):
    case, plan = submitted
    browser = enter(cast.aino)

    offered = browser.get(_address(case)).text
    answer = browser.post(_address(case, plan, step), data=typed)

    assert _address(case, plan, step) in offered
    assert (answer.status_code, answer.location) == (303, f"{_address(case)}#plans-{plan.id}")
    assert _now(session, plan).state is state
    assert _now(session, plan).words == typed.get("note", "")


@pytest.mark.parametrize("step", ["return", "reject"])
def test_a_plan_is_not_sent_back_or_ended_without_a_reason(cast, enter, session, submitted, step):
    case, plan = submitted

    answer = enter(cast.aino).post(_address(case, plan, step), data={"note": " "})

    assert answer.status_code == 422
    assert _now(session, plan).state is PlanState.SUBMITTED


def test_a_counsellor_does_not_decide_about_a_plan(cast, enter, session, submitted):
    case, plan = submitted
    browser = enter(cast.clara)

    offered = browser.get(_address(case)).text
    answer = browser.post(_address(case, plan, "approve"))

    assert _address(case, plan, "approve") not in offered
    assert answer.status_code == 403
    assert _now(session, plan).state is PlanState.SUBMITTED


def test_the_support_starts_with_an_approved_plan(cast, enter, session):
    case = cast.case(CaseState.ARRIVED)
    cast.plan(case)
    begin = f"/en/counsellor/cases/{case.reference}/steps/begin"
    browser = enter(cast.aino)

    offered = browser.get(_address(case)).text
    answer = browser.post(begin)

    assert begin in offered
    assert answer.status_code == 303
    assert _now(session, case).state is CaseState.REINTEGRATION


def test_the_support_does_not_start_without_one(cast, enter, session, submitted):
    case, _plan = submitted
    browser = enter(cast.aino)

    page = browser.get(f"/en/counsellor/cases/{case.reference}").text
    answer = browser.post(f"/en/counsellor/cases/{case.reference}/steps/begin")

    assert "The plan must be approved first." in page
    assert answer.status_code == 409


# --- Its steps ----------------------------------------------------------------------------------


def test_a_reported_step_is_shown_with_its_proof_and_confirmed(cast, enter, session, running):
    case, milestone, _payment = running
    browser = enter(cast.clara)

    page = browser.get(_address(case)).text
    answer = browser.post(_address(case, milestone, "verify"))

    for words in ("It came on Tuesday", "Photo of the delivered goods", "/preview"):
        assert words in page
    assert (answer.status_code, answer.location) == (303, f"{_address(case)}#milestones-{milestone.id}")
    assert _now(session, milestone).state is MilestoneState.VERIFIED


def test_a_report_is_sent_back_with_a_reason(cast, enter, session, running):
    case, milestone, _payment = running
    browser = enter(cast.clara)

    without = browser.post(_address(case, milestone, "return"))
    answer = browser.post(
        _address(case, milestone, "return"), data={"note": "The photo shows another machine"}
    )

    found = _now(session, milestone)
    assert (without.status_code, answer.status_code) == (422, 303)
    assert (found.state, found.words) == (MilestoneState.RETURNED, "The photo shows another machine")


def test_a_missed_step_is_marked_and_a_senior_counsellor_lets_it_go(cast, enter, session, running):
    case, *_rest = running
    milestone = parts.milestones(session, plans.approved(session, case))[1]

    missed = enter(cast.clara).post(_address(case, milestone, "miss"), data={"note": "No fabric to be had"})
    not_hers = enter(cast.clara).post(_address(case, milestone, "waive"), data={"note": "Fine"})
    waived = enter(cast.aino).post(_address(case, milestone, "waive"), data={"note": "Not needed any more"})

    assert (missed.status_code, not_hers.status_code, waived.status_code) == (303, 403, 303)
    assert _now(session, milestone).state is MilestoneState.WAIVED


# --- Its payments -------------------------------------------------------------------------------


def test_a_payment_waits_for_its_step_and_the_page_says_so(cast, enter, session, running):
    case, _milestone, payment = running
    browser = enter(cast.clara)

    page = browser.get(_address(case)).text
    answer = browser.post(_address(case, payment, "verify"))

    assert "Confirm that step first." in page
    assert _address(case, payment, "verify") not in page
    assert answer.status_code == 409
    assert _now(session, payment).state is PaymentState.REQUESTED


def test_a_payment_is_checked_approved_and_made_by_different_people(cast, enter, session, running):
    case, _milestone, _payment = running
    payment = _signed(cast, session, running)
    clara, aino = enter(cast.clara), enter(cast.aino)

    answers = [
        clara.post(_address(case, payment, "verify")),
        aino.post(_address(case, payment, "approve")),
        clara.post(_address(case, payment, "pay"), data=_paid()),
    ]

    page, found = clara.get(_address(case)).text, _now(session, payment)
    assert [answer.status_code for answer in answers] == [303] * 3
    assert (found.state, found.paid_on, found.pay_reference) == (PaymentState.PAID, today(), "TR-2026-17")
    for words in ("Checked by Clara Tamm", "Approved by Aino Kask", "TR-2026-17"):
        assert words in page


def test_who_checked_a_payment_does_not_approve_it(cast, enter, session, running):
    case, _milestone, payment = running
    _signed(cast, session, running)
    grants.advance_payment(session, payment, Act.PAYMENT_VERIFY, by=cast.aino)
    browser = enter(cast.aino)

    page = browser.get(_address(case)).text
    answer = browser.post(_address(case, payment, "approve"))

    assert "Ask a colleague to approve it." in page
    assert _address(case, payment, "approve") not in page
    assert answer.status_code == 409
    assert _now(session, payment).state is PaymentState.VERIFIED


def test_a_large_payment_is_made_after_a_second_approval(cast, enter, session, running):
    case, _milestone, _payment = running
    payment = _signed(cast, session, running, Act.PAYMENT_VERIFY)
    session.get_one(Plan, payment.plan_id).agreed_total = payment.amount = 100_001
    second = cast.account(Role.APPROVER, "second@example.org", name="Teele Teine")
    first, other, clara = enter(cast.aino), enter(second), enter(cast.clara)

    assert first.post(_address(case, payment, "approve")).status_code == 303
    too_early = clara.post(_address(case, payment, "pay"), data=_paid())
    assert too_early.status_code == 409
    assert "This amount needs two approvals." in clara.get(_address(case)).text
    assert first.post(_address(case, payment, "approve")).status_code == 409
    assert other.post(_address(case, payment, "approve")).status_code == 303
    assert clara.post(_address(case, payment, "pay"), data=_paid()).status_code == 303
    assert _now(session, payment).state is PaymentState.PAID


def _later(days):
    day = today() + timedelta(days=days)
    return {"on-day": day.day, "on-month": day.month, "on-year": day.year}


@pytest.mark.parametrize(
    "typed",
    [
        {"reference": ""},
        {"method": "barter"},
        {"on-day": "", "on-month": "", "on-year": ""},
        {"on-month": "13"},
        _later(2),
    ],
)
def test_a_payment_needs_a_day_and_a_reference(cast, enter, session, running, typed):
    case, *_rest = running
    payment = _signed(cast, session, running, Act.PAYMENT_VERIFY, Act.PAYMENT_APPROVE)

    answer = enter(cast.clara).post(_address(case, payment, "pay"), data={**_paid(), **typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert _now(session, payment).state is PaymentState.APPROVED
    assert _now(session, payment).paid_on is None


@pytest.mark.parametrize("act", [Act.PAYMENT_NOT_RECEIVED, Act.PAYMENT_PROBLEM])
def test_a_question_about_a_payment_is_answered_in_words(cast, enter, session, running, act):
    case, *_rest = running
    payment = _signed(cast, session, running, Act.PAYMENT_VERIFY, Act.PAYMENT_APPROVE)
    grants.pay(session, payment, on=today(), reference="TR-1", by=cast.clara)
    grants.advance_payment(session, payment, act, by=cast.amina, note="Nothing came")
    browser = enter(cast.clara)

    page = browser.get(_address(case)).text
    without = browser.post(_address(case, payment, "answer"))
    answer = browser.post(_address(case, payment, "answer"), data={"note": "The seller brings it on Friday"})

    assert "Nothing came" in page
    assert (without.status_code, answer.status_code) == (422, 303)
    found = _now(session, payment)
    assert (found.state, found.words) == (PaymentState.PAID, "The seller brings it on Friday")


def test_a_request_is_sent_back_and_its_signatures_are_gone(cast, enter, session, running):
    case, *_rest = running
    payment = _signed(cast, session, running, Act.PAYMENT_VERIFY, Act.PAYMENT_APPROVE)

    answer = enter(cast.clara).post(_address(case, payment, "return"), data={"note": "Wrong seller"})

    found = _now(session, payment)
    assert answer.status_code == 303
    assert (found.state, found.verified_by_id, found.approved_by_id) == (PaymentState.PLANNED, None, None)


def test_the_paper_lies_beside_the_payment_and_is_accepted_with_it(cast, enter, session, running):
    case, _milestone, payment = running
    _signed(cast, session, running)
    browser = enter(cast.clara)

    page = browser.get(_address(case)).text
    browser.post(_address(case, payment, "verify"))

    paper = session.get_one(Document, payment.invoice_id)
    assert f"/documents/{paper.id}/preview" in page
    assert _now(session, paper).state is DocumentState.ACCEPTED


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (DocumentState.CHECKING, "The paper for this payment is still being checked."),
        (DocumentState.REJECTED, "another paper for this payment is missing."),
    ],
)
def test_a_payment_is_not_checked_without_a_paper_to_look_at(cast, enter, session, running, state, words):
    case, _milestone, payment = running
    _signed(cast, session, running)
    session.get_one(Document, payment.invoice_id).state = state
    session.commit()
    browser = enter(cast.clara)

    assert words in browser.get(_address(case)).text
    assert browser.post(_address(case, payment, "verify")).status_code == 409
    assert _now(session, payment).state is PaymentState.REQUESTED


def test_a_paper_used_for_two_payments_is_marked(cast, enter, session, running):
    case, _milestone, payment = running
    other = parts.payments(session, plans.approved(session, case))[1]
    grants.request(session, other, session.get_one(Document, payment.invoice_id), by=cast.petros)
    session.commit()

    page = enter(cast.clara).get(_address(case)).text

    assert page.count("This paper is also used for another payment.") == 2


@pytest.mark.parametrize(("kind", "marked"), [("handover_note", 0), ("training_certificate", 1)])
def test_what_does_not_usually_show_a_step_is_marked(cast, enter, session, case, kind, marked):
    milestone = parts.milestones(session, plans.approved(session, case))[0]
    cast.document(case, DocumentKind(kind), sender=cast.petros, milestone_id=milestone.id)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)
    session.commit()

    page = enter(cast.clara).get(_address(case)).text

    assert page.count("This usually shows it: Signed note that goods were handed over") == 2
    assert page.count("Nothing of that kind was sent.") == marked


# --- Twice --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act", [Act.PAYMENT_VERIFY, Act.PAYMENT_APPROVE, Act.PAYMENT_PAY, Act.PAYMENT_RETURN]
)
def test_a_money_step_sent_twice_is_taken_once(cast, enter, session, running, act):
    case, *_rest = running
    road = [Act.PAYMENT_VERIFY, Act.PAYMENT_APPROVE, Act.PAYMENT_PAY]
    done = road[: road.index(act)] if act in road else []
    payment = _signed(cast, session, running, *done)
    plan = session.get_one(Plan, payment.plan_id)
    browser = enter(cast.aino if act is Act.PAYMENT_APPROVE else cast.clara)
    typed = {**_paid(), "note": "Wrong seller", "seen": payment.version}

    answers = [browser.post(_address(case, payment, act.partition(".")[2]), data=typed) for _ in range(2)]

    written = [event.act for event in journal.of_case(session, case.id)].count(act)
    sums = {Act.PAYMENT_APPROVE: (60_000, 0), Act.PAYMENT_PAY: (60_000, 60_000)}.get(act, (0, 0))
    found = _now(session, plan)
    assert [answer.status_code for answer in answers] == [303, 409]
    assert (written, found.approved_total, found.paid_total) == (1, *sums)


def test_a_page_from_before_a_new_request_signs_nothing(cast, enter, session, running):
    case, *_rest = running
    payment = _signed(cast, session, running)
    old = {"seen": payment.version}
    grants.advance_payment(session, payment, Act.PAYMENT_RETURN, by=cast.clara, note="Wrong seller")
    cast.request(payment)
    session.commit()
    browser = enter(cast.clara)

    stale = browser.post(_address(case, payment, "verify"), data=old)
    shown = browser.get(_address(case)).text
    fresh = browser.post(_address(case, payment, "verify"), data={"seen": _now(session, payment).version})

    assert "This was changed after you had opened the page." in stale.text
    assert (stale.status_code, fresh.status_code) == (409, 303)
    assert f'name="seen" value="{payment.version}"' in shown


# --- The end ------------------------------------------------------------------------------------


def test_the_support_is_completed_when_nothing_is_open(cast, enter, session):
    case = cast.case(CaseState.REINTEGRATION)
    complete = f"/en/counsellor/cases/{case.reference}/steps/complete"
    browser = enter(cast.clara)

    assert complete not in browser.get(_address(case)).text
    assert browser.post(complete).status_code == 409

    cast.deliver(session.get_one(Case, case.id))
    session.commit()
    assert complete in browser.get(_address(case)).text
    assert browser.post(complete).status_code == 303
    assert _now(session, case).state is CaseState.MONITORING


@pytest.mark.parametrize("kind", [Plan, Milestone, Payment])
def test_a_part_of_another_case_does_not_exist_here(cast, enter, session, running, kind):
    case, *_rest = running
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    plan = plans.approved(session, other)
    found = {
        Plan: (plan, "return"),
        Milestone: (parts.milestones(session, plan)[0], "miss"),
        Payment: (parts.payments(session, plan)[0], "return"),
    }
    thing, step = found[kind]
    address = _address(case, thing, step)

    assert enter(cast.aino).post(address, data={"note": "Why not"}).status_code == 404


@pytest.mark.parametrize("who", ["kalle", "amina", "petros", "mart"])
def test_nothing_of_it_exists_here_for_anyone_else(cast, enter, running, who):
    case, milestone, payment = running
    browser = enter(getattr(cast, who))

    assert browser.get(_address(case)).status_code == 404
    assert browser.post(_address(case, milestone, "verify")).status_code == 404
    assert browser.post(_address(case, payment, "verify")).status_code == 404


@pytest.mark.parametrize("step", ["request", "receive", "report", "fly"])
def test_a_step_that_is_not_a_counsellors_does_not_exist(cast, enter, running, step):
    case, _milestone, payment = running

    assert enter(cast.clara).post(_address(case, payment, step)).status_code == 404
