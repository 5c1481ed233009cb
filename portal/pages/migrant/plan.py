"""The reintegration plan, as the returnee reads it: agree or not, follow it, say what has arrived."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from portal.domain import documents, steps
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Refused
from portal.domain.papers import supplier_links
from portal.domain.permissions import Act, Role
from portal.domain.support import (
    amending,
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
from portal.domain.support.parts import Milestone, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.pages.migrant import delivery
from portal.pages.migrant.rooms import my_case
from portal.programme import DocumentKind
from portal.web import current, plan_versions
from portal.web.forms import Form, Needed, Paragraph, needed
from portal.web.htmx import again
from portal.web.sending import FileSent, keep_file
from portal.web.words import say
from portal.web.words.standing import PAYMENT_STATES, PLAN_LEADS, PLAN_STATES

bp = Blueprint("plan", __name__, url_prefix="/<language>/my/plan")

NUMBER = f"int(max={2**63 - 1})"
"""Nothing larger fits into a column."""


# --- Read it, agree or ask for a change ---------------------------------------------------------------


class ChangeForm(Form):
    """What the returnee wants changed."""

    words = Paragraph(_l("What should be changed?"), [needed()])


@bp.get("/")
def show() -> ResponseReturnValue:
    """The plan: what for, what is bought, by when, and where the money stands."""
    return render_template("migrant/plan.html", **_plan_page(my_case()), form=ChangeForm())


@bp.post(f"/<{NUMBER}:plan_id>/agree")
def agree(plan_id: int) -> ResponseReturnValue:
    """Agree to the plan as it was read."""
    session, viewer = current.db_session(), current.viewer()
    plan = plans.find(session, my_case(), plan_id)
    seen = request.form.get("seen", type=int)
    approval.agree(session, plan, seen=seen, language=current.language(), by=viewer)
    session.commit()
    return redirect(url_for(".show"), 303)


@bp.post(f"/<{NUMBER}:plan_id>/change")
def ask_change(plan_id: int) -> ResponseReturnValue:
    """Send the plan back to the partner, with words."""
    session, case, form = current.db_session(), my_case(), ChangeForm()
    plan = plans.find(session, case, plan_id)
    if not form.validate_on_submit():
        return again("migrant/plan.html", **_plan_page(case), form=form)
    approval.advance(session, plan, Act.PLAN_DISAGREE, by=current.viewer(), note=form.words.data)
    session.commit()
    return redirect(url_for(".show"), 303)


@bp.post(f"/<{NUMBER}:plan_id>/new-change")
def ask_amendment(plan_id: int) -> ResponseReturnValue:
    """Ask the partner to change the plan that holds."""
    session, case, form = current.db_session(), my_case(), ChangeForm()
    plan = plans.find(session, case, plan_id)
    if not form.validate_on_submit():
        return again("migrant/plan.html", **_plan_page(case), form=form)
    amending.ask(session, case, plan, form.words.data, by=current.viewer())
    session.commit()
    flash(_("Your partner organisation reads what you wrote."), "success")
    return redirect(url_for(".show"), 303)


@bp.get(f"/versions/<{NUMBER}:number>")
def version(number: int) -> ResponseReturnValue:
    """One version of the plan, and what changed in it."""
    return render_template("migrant/plan_version.html", **plan_versions.page(my_case(), number))


def _plan_page(case: Case) -> dict[str, object]:
    session = current.db_session()
    plan = plans.shown_to_returnee(session, case)
    if plan is None:
        raise NotFound("plan")
    lines = parts.lines(session, plan)
    return {
        "case": case,
        "plan": plan,
        "lead": PLAN_LEADS[plan.state],
        "held": plans.approved(session, case),
        "changing": plans.amendment(session, plan),
        "versions": plan_versions.listed(session, case),
        "offers": quotations.of_lines(session, lines),
        "since": plan_versions.since_read(plan),
        "given": packages.of_plan(session, plan.id),
        "states": PLAN_STATES,
        "payment_states": PAYMENT_STATES,
        "lines": lines,
        "payments": parts.payments(session, plan),
        "line_of": {line.id: line for line in lines},
        "spent": spending.of_plan(session, plan) if plan.state is PlanState.APPROVED else None,
        **delivery.of_plan(plan),
    }


# --- A step on the way --------------------------------------------------------------------------------


class ReportForm(Form):
    """What the returnee says about a step that is done."""

    words = Paragraph(_l("Is there something we should know?"))


@bp.get(f"/steps/<{NUMBER}:milestone_id>")
def milestone(milestone_id: int) -> ResponseReturnValue:
    """One step: what was sent for it, and whether it can be reported."""
    found = _milestone(my_case(), milestone_id)
    return render_template("migrant/milestone.html", **_milestone_page(found), form=ReportForm())


@bp.post(f"/steps/<{NUMBER}:milestone_id>")
def report(milestone_id: int) -> ResponseReturnValue:
    """Say that a step is done; a photo or paper that shows it was sent before."""
    session, form = current.db_session(), ReportForm()
    found = _milestone(my_case(), milestone_id)
    if not form.validate_on_submit():
        return again("migrant/milestone.html", **_milestone_page(found), form=form)
    try:
        note = form.words.data or ""
        grants.advance_milestone(session, found, Act.MILESTONE_REPORT, by=current.viewer(), note=note)
    except Refused as refused:
        if not set(refused.reasons) <= grants.TO_MEND:
            raise
        form.form_errors += [say(reason) for reason in refused.reasons]
        return again("migrant/milestone.html", **_milestone_page(found), form=form)
    session.commit()
    return redirect(url_for(".milestone", milestone_id=found.id), 303)


def _milestone(case: Case, milestone_id: int) -> Milestone:
    session = current.db_session()
    found = grants.find_milestone(session, case, milestone_id)
    _given_to_read(plans.find(session, case, found.plan_id))
    return found


def _given_to_read(plan: Plan) -> Plan:
    """The plan, unless it is still the partner's own draft. Raises NotFound."""
    if plan.state is PlanState.DRAFT:
        raise NotFound(str(plan.id))
    return plan


def _milestone_page(found: Milestone) -> dict[str, object]:
    session, viewer = current.db_session(), current.viewer()
    return {
        "milestone": found,
        "sent": documents.of_milestone(session, found.id),
        "supplier": supplier_links.senders(session, my_case()).get(found.id),
        "before": grants.comes_after(session, found),
        "proved_by": proofs.PROVED_BY[found.type],
        "is_late": grants.is_late(found),
        "may_send": grants.may_send(session, found, by=viewer),
        "may_report": grants.may_report(session, found, by=viewer),
    }


# --- A payment ----------------------------------------------------------------------------------------

ANSWERS = {"received": Act.PAYMENT_RECEIVE, "not_received": Act.PAYMENT_NOT_RECEIVED}


class ProblemForm(Form):
    """What is wrong with a payment or with what it bought, perhaps with a picture of it."""

    words = Paragraph(_l("What is wrong?"), [needed()])
    file = FileSent(_l("Choose a photo or PDF"))


class PhotoForm(Form):
    """One more picture of what is wrong."""

    file = FileSent(_l("Photo or PDF"), [Needed(_l("Choose a file."))])


@bp.get(f"/payments/<{NUMBER}:payment_id>")
def payment(payment_id: int) -> ResponseReturnValue:
    """One payment: has it arrived?"""
    found = _payment(my_case(), payment_id)
    return render_template("migrant/payment.html", **_payment_page(found), form=ProblemForm())


@bp.post(f"/payments/<{NUMBER}:payment_id>/<any({','.join(ANSWERS)}):answer>")
def confirm(payment_id: int, answer: str) -> ResponseReturnValue:
    """Received, or not received."""
    session = current.db_session()
    found = _payment(my_case(), payment_id)
    steps.refuse_stale(found, request.form.get("seen", type=int))
    grants.advance_payment(session, found, ANSWERS[answer], by=current.viewer())
    session.commit()
    return redirect(url_for(".payment", payment_id=found.id), 303)


@bp.post(f"/payments/<{NUMBER}:payment_id>/problem")
def tell_problem(payment_id: int) -> ResponseReturnValue:
    """Something is wrong with it, in the returnee's words; a picture comes after the words are safe.

    The same words once more (two taps on a slow line) are the same problem.
    """
    session, form, case = current.db_session(), ProblemForm(), my_case()
    found = _payment(case, payment_id)
    is_told = found.state is PaymentState.PROBLEM and found.words == form.words.data
    if not is_told:
        steps.refuse_stale(found, request.form.get("seen", type=int))
    if not form.validate_on_submit():
        return again("migrant/payment.html", **_payment_page(found), form=form)
    if not is_told:
        grants.advance_payment(session, found, Act.PAYMENT_PROBLEM, by=current.viewer(), note=form.words.data)
        session.commit()
    if form.file.data:
        _keep(case, found, form.file.data)
    return redirect(url_for(".payment", payment_id=found.id), 303)


@bp.post(f"/payments/<{NUMBER}:payment_id>/photo")
def send_photo(payment_id: int) -> ResponseReturnValue:
    """Without a script the whole file comes with the form; with one it goes to /uploads/ in pieces."""
    session, form, case = current.db_session(), PhotoForm(), my_case()
    _given_to_read(plans.find(session, case, grants.find_payment(session, case, payment_id).plan_id))
    found = grants.to_prove(session, case, payment_id, by=current.viewer())
    if not form.validate_on_submit():
        page = _payment_page(found) | {"photo_form": form}
        return render_template("migrant/payment.html", **page, form=ProblemForm(formdata=None)), (
            form.file.status
        )
    _keep(case, found, form.file.data)
    return redirect(url_for(".payment", payment_id=found.id), 303)


def _keep(case: Case, payment: Payment, file: FileStorage) -> None:
    session, viewer = current.db_session(), current.viewer()
    keep_file(session, case, DocumentKind.DELIVERY_PHOTO, file, payment_id=payment.id, by=viewer)


def _payment(case: Case, payment_id: int) -> Payment:
    session = current.db_session()
    found = grants.find_payment(session, case, payment_id)
    _given_to_read(plans.find(session, case, found.plan_id))
    return found


def _payment_page(found: Payment) -> dict[str, object]:
    session = current.db_session()
    line, plan = parts.line_of(session, found)
    return {
        "payment": found,
        "line": line,
        "plan": plan,
        "rate": rates.of(plan),
        "local": rates.to_local(plan, found.amount),
        "states": PAYMENT_STATES,
        "pictures": [one for one in proofs.of_payment(session, found.id) if one.sender_role is Role.MIGRANT],
        "photo_form": PhotoForm(formdata=None),
    }
