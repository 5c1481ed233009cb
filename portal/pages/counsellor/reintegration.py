"""Reintegration: the plan to decide about, its steps to confirm, its payments to check, sign and make."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.domain import accounts, documents
from portal.domain.cases import Case
from portal.domain.papers import supplier_links
from portal.domain.permissions import Act, Role
from portal.domain.steps import Step
from portal.domain.support import (
    approval,
    grants,
    packages,
    parts,
    plans,
    proofs,
    quotations,
    rates,
    spending,
)
from portal.domain.support.parts import Milestone, Payment
from portal.domain.support.plans import Plan, PlanState
from portal.pages.counsellor.case import case_ways
from portal.pages.counsellor.room import NUMBER, bp, open_case, show
from portal.pages.counsellor.ways import Way, act_of, walk, ways
from portal.web import current, plan_versions
from portal.web.filters import money
from portal.web.forms import Form
from portal.web.words import say

Part = Plan | Milestone | Payment


@bp.get("/cases/<reference>/plan")
def show_plan(reference: str) -> ResponseReturnValue:
    """The plan with its sums, the steps with their proof, the payments with their signatures."""
    case, session = open_case(reference), current.db_session()
    plan = plans.approved(session, case) or plans.latest(session, case)
    if plan is None:
        return show("counsellor/no_plan.html", case, part="show_plan")
    milestones, payments = parts.milestones(session, plan), parts.payments(session, plan)
    evidence = _evidence(case, milestones)
    lines, change = parts.lines(session, plan), plans.amendment(session, plan)
    return show(
        "counsellor/plan.html",
        case,
        part="show_plan",
        plan=plan,
        rate=rates.of(plan),
        local=partial(rates.to_local, plan),
        given=packages.of_plan(session, plan.id),
        versions=plan_versions.listed(session, case),
        lines=lines,
        offers=quotations.of_lines(session, lines),
        money=grants.money(session, plan),
        milestones=milestones,
        payments=payments,
        line_of={line.id: line for line in lines},
        milestone_of={one.id: one for one in milestones},
        suppliers=supplier_links.senders(session, case),
        before={one.id: grants.comes_after(session, one) for one in milestones},
        evidence=evidence,
        proved={one.id: proofs.proves(one, evidence[one.id]) for one in milestones},
        proved_by=proofs.PROVED_BY,
        is_late=grants.is_late,
        spent=spending.of_plan(session, plan) if plan.state is PlanState.APPROVED else None,
        papers=_papers(case, payments),
        used_also=proofs.used_also_for(session, payments),
        names=accounts.names(session, [who for payment in payments for who in _signers(payment)]),
        plan_ways=_ways(case, plan, approval.PLAN_STEPS),
        change=change,
        change_ways=_ways(case, change, approval.PLAN_STEPS) if change else [],
        case_ways=[way for way in case_ways(case) if way.act in (Act.CASE_BEGIN, Act.CASE_COMPLETE)],
        ways_of={
            **{one.id: _ways(case, one, grants.MILESTONE_STEPS) for one in milestones},
            **{one.id: _ways(case, one, grants.PAYMENT_STEPS) for one in payments},
        },
    )


@bp.get(f"/cases/<reference>/plan/versions/<{NUMBER}:number>")
def show_plan_version(reference: str, number: int) -> ResponseReturnValue:
    """One version of the plan, and what changed in it."""
    case = open_case(reference)
    return show("counsellor/plan_version.html", case, part="show_plan", **plan_versions.page(case, number))


@bp.route(f"/cases/<reference>/plans/<{NUMBER}:number>/<step>", methods=["GET", "POST"])
def take_plan_step(reference: str, number: int, step: str) -> ResponseReturnValue:
    """Decide about a plan."""
    case, act = open_case(reference), act_of("plan", step)
    viewer, session = current.viewer(), current.db_session()
    plan = plans.find(session, case, number)

    def take(form: Form) -> None:
        approval.advance(session, plan, act, note=_note(form), by=viewer)

    return _walk(
        case, plan, approval.PLAN_STEPS, act, take, about=money(parts.total(session, plan), plan.currency)
    )


@bp.route(f"/cases/<reference>/milestones/<{NUMBER}:number>/<step>", methods=["GET", "POST"])
def take_milestone_step(reference: str, number: int, step: str) -> ResponseReturnValue:
    """Confirm a step of the plan, send its report back, mark it as missed or as no longer needed."""
    case, act = open_case(reference), act_of("milestone", step)
    viewer, session = current.viewer(), current.db_session()
    milestone = grants.find_milestone(session, case, number)

    def take(form: Form) -> None:
        grants.advance_milestone(session, milestone, act, note=_note(form), by=viewer)

    about = f"{say(milestone.type)}: {milestone.description}"
    return _walk(case, milestone, grants.MILESTONE_STEPS, act, take, about=about)


@bp.route(f"/cases/<reference>/payments/<{NUMBER}:number>/<step>", methods=["GET", "POST"])
def take_payment_step(reference: str, number: int, step: str) -> ResponseReturnValue:
    """Check, approve or make a payment, send it back, or answer a question about it."""
    case, act = open_case(reference), act_of("payment", step)
    viewer, session = current.viewer(), current.db_session()
    payment = grants.find_payment(session, case, number)
    plan = plans.find(session, case, payment.plan_id)

    def take(form: Form) -> None:
        if act is Act.PAYMENT_PAY:
            grants.pay(session, payment, **form.values("on", "method", "reference"), by=viewer)
        else:
            grants.advance_payment(session, payment, act, note=_note(form), by=viewer)

    about = money(payment.amount, plan.currency)
    return _walk(case, payment, grants.PAYMENT_STEPS, act, take, about=about)


def _note(form: Form) -> str:
    return form.values().get("note") or ""


def _walk(
    case: Case, thing: Part, table: Mapping[Act, Step[Any]], act: Act, take: Any, *, about: str
) -> ResponseReturnValue:
    if request.args.get("from") == "decisions":
        return walk(case, thing, table, act, take, part="show_plan", back=url_for(".decisions"), about=about)
    back = f"{url_for('.show_plan', reference=case.reference)}#{thing.__tablename__}-{thing.id}"
    return walk(case, thing, table, act, take, part="show_plan", back=back, about=about)


def _ways(case: Case, thing: Part, table: Mapping[Act, Step[Any]]) -> list[Way]:
    endpoint = f".take_{type(thing).__name__.lower()}_step"
    return ways(
        thing,
        table,
        lambda step: url_for(endpoint, reference=case.reference, number=thing.id, step=step),
    )


def _signers(payment: Payment) -> Sequence[int | None]:
    return (payment.verified_by_id, payment.approved_by_id, payment.second_approver_id)


def _evidence(case: Case, milestones: Sequence[Milestone]) -> dict[int, list[documents.Document]]:
    found = documents.of_case(current.db_session(), case, viewer=current.viewer())
    return {one.id: [sent for sent in found if sent.milestone_id == one.id] for one in milestones}


def _papers(case: Case, payments: Sequence[Payment]) -> dict[int, list[documents.Document]]:
    """What was sent for each payment: the paper it was asked for with, and the returnee's pictures."""
    found = documents.of_case(current.db_session(), case, viewer=current.viewer())
    return {
        one.id: [
            sent
            for sent in found
            if sent.id == one.invoice_id or (sent.payment_id == one.id and sent.sender_role is Role.MIGRANT)
        ]
        for one in payments
    }
