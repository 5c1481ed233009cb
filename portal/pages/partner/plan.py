"""The reintegration plan while it is written: lines, steps and payments, until the returnee is asked."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice

from portal.db import today
from portal.domain import steps
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import approval, drafting, packages, parts, plans
from portal.domain.support.parts import Category, Line, MilestoneType
from portal.domain.support.plans import Plan
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.pages.partner.sheet import Sheet, sheet_of
from portal.programme import Modality
from portal.web import current
from portal.web.filters import day, money
from portal.web.forms import Amount, Choice, Day, Form, Listed, Menu, Paragraph, Text, chosen, needed
from portal.web.htmx import again, done
from portal.web.words import say

IN_KIND_ONLY = tuple(one for one in Modality if one is not Modality.CASH)
AT_ONCE = "none"

# --- Look ---------------------------------------------------------------------------------------


@bp.get("/cases/<reference>/plan")
def show_plan(reference: str) -> ResponseReturnValue:
    """The newest plan, with what can be done with it."""
    case = open_case(reference)
    return render_template("partner/plan.html", **_page(case, _latest(case)))


def changed(case: Case) -> ResponseReturnValue:
    """After a change to the plan: the plan as it is now."""
    to = url_for(".show_plan", reference=case.reference)
    return done("partner/_plan.html", to=to, **_page(case, _latest(case)))


def _latest(case: Case) -> Plan:
    plan = plans.latest(current.db_session(), case)
    if plan is None:
        raise NotFound(case.reference)
    return plan


def _page(case: Case, plan: Plan) -> dict[str, Any]:
    viewer, session = current.viewer(), current.db_session()
    acts = steps.open_to(plan, approval.PLAN_STEPS, viewer)
    missing = [
        reason for act in acts for reason in steps.missing(session, plan, approval.PLAN_STEPS, act, by=viewer)
    ]
    return {
        "case": case,
        "sheet": sheet_of(session, plan),
        "acts": acts,
        "missing": missing,
        "today": today(),
    }


def to_plan(case: Case) -> ResponseReturnValue:
    """On to the plan as it is now."""
    return redirect(url_for(".show_plan", reference=case.reference), 303)


# --- Write --------------------------------------------------------------------------------------


class ObjectivesForm(Form):
    """What the returnee wants to reach."""

    objectives = Paragraph(_l("What does the returnee want to reach?"), [needed()])


class LineForm(Form):
    """One good or service. Support is given in kind."""

    description = Text(_l("What is it?"), [needed()])
    amount = Amount(_l("How much does it cost?"), [needed()])
    category = Menu(_l("What is it for?"), Category, [chosen()])
    modality = Choice(_l("How is it given?"), Modality, [chosen()], among=IN_KIND_ONLY)
    supplier = Text(_l("Who sells or provides it?"))


class CashLineForm(LineForm):
    """The same under a package that may be paid in cash."""

    modality = Choice(_l("How is it given?"), Modality, [chosen()])


class StepForm(Form):
    """A step of the plan, to be proved later."""

    type = Menu(_l("What kind of step is it?"), MilestoneType, [chosen()])
    description = Text(_l("What exactly will be done?"), [needed()])
    due_on = Day(_l("By which day?"), [needed()], future=True)


class OneStep(Listed, RadioField):
    """One of the plan's own steps, as big buttons to tick."""


class PaymentForm(Form):
    """How much of a line is paid, and after which step."""

    amount = Amount(_l("How much is paid?"), [needed()])
    step = OneStep(_l("After which step?"), tuple, [chosen()])


@bp.get("/cases/<reference>/plan/objectives")
def edit_objectives(reference: str) -> ResponseReturnValue:
    """The objectives, to be changed."""
    case = open_case(reference)
    plan = drafting.open_draft(current.db_session(), case)
    return _form_page("objectives", case, plan, ObjectivesForm(objectives=plan.objectives))


@bp.post("/cases/<reference>/plan/objectives")
def save_objectives(reference: str) -> ResponseReturnValue:
    """Keep the changed objectives."""
    case, form = open_case(reference), ObjectivesForm()
    plan = drafting.open_draft(current.db_session(), case)
    if not form.validate():
        return _form_page("objectives", case, plan, form)
    drafting.set_objectives(plan, form.objectives.data, by=current.viewer())
    current.db_session().commit()
    return to_plan(case)


@bp.get("/cases/<reference>/plan/lines/new")
def new_line(reference: str) -> ResponseReturnValue:
    """Ask for one more good or service."""
    case = open_case(reference)
    plan = drafting.open_draft(current.db_session(), case)
    return _form_page("line", case, plan, _line_form(plan))


@bp.post("/cases/<reference>/plan/lines/new")
def add_line(reference: str) -> ResponseReturnValue:
    """Put a good or service into the plan."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = drafting.open_draft(session, case)
    form = _line_form(plan)
    if not form.validate():
        return _form_page("line", case, plan, form)
    drafting.add_line(session, plan, form.values(), by=viewer)
    session.commit()
    return to_plan(case)


def _line_form(plan: Plan) -> LineForm:
    """Cash is offered only where the programme's owner set it."""
    given = packages.of_plan(current.db_session(), plan.id)
    in_cash = any(package.modality is Modality.CASH for _person, package in given)
    return CashLineForm() if in_cash else LineForm()


@bp.get("/cases/<reference>/plan/steps/new")
def new_step(reference: str) -> ResponseReturnValue:
    """Ask for one more step."""
    case = open_case(reference)
    return _form_page("new_step", case, drafting.open_draft(current.db_session(), case), StepForm())


@bp.post("/cases/<reference>/plan/steps/new")
def add_step(reference: str) -> ResponseReturnValue:
    """Put a step into the plan."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan, form = drafting.open_draft(session, case), StepForm()
    if not form.validate():
        return _form_page("new_step", case, plan, form)
    drafting.add_milestone(session, plan, form.values(), by=viewer)
    session.commit()
    return to_plan(case)


@bp.get(f"/cases/<reference>/plan/lines/<{NUMBER}:number>/payment")
def new_payment(reference: str, number: int) -> ResponseReturnValue:
    """Ask when a line is paid."""
    case, session = open_case(reference), current.db_session()
    plan = drafting.open_draft(session, case)
    line = parts.find_line(session, plan, number)
    return _form_page("payment", case, plan, _payment_form(sheet_of(session, plan), line), line=line)


@bp.post(f"/cases/<reference>/plan/lines/<{NUMBER}:number>/payment")
def add_payment(reference: str, number: int) -> ResponseReturnValue:
    """Plan a payment for a line."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = drafting.open_draft(session, case)
    line, written = parts.find_line(session, plan, number), sheet_of(session, plan)
    form = _payment_form(written, line)
    if not form.validate():
        return _form_page("payment", case, plan, form, line=line)
    milestone = next((one for one in written.milestones if str(one.id) == form.step.data), None)
    try:
        drafting.add_payment(session, plan, line, milestone, form.amount.data, by=viewer)
    except Refused as refused:
        if refused.reasons != [Reason.PAYMENTS_DIFFER_FROM_PLAN]:
            raise
        rest = money(written.rest_of(line), plan.currency)
        form.accept(amount=_("Only %(rest)s of it is left to plan.", rest=rest))
        return _form_page("payment", case, plan, form, line=line)
    session.commit()
    return to_plan(case)


def _payment_form(written: Sheet, line: Line) -> PaymentForm:
    form = PaymentForm(amount=written.rest_of(line) or None)
    form.step.choices = [
        *(
            SelectChoice(str(one.id), f"{one.description or say(one.type)} ({day(one.due_on)})")
            for one in written.milestones
        ),
        SelectChoice(AT_ONCE, _("No step: it can be paid at once")),
    ]
    return form


def _form_page(name: str, case: Case, plan: Plan, form: Form, **more: object) -> ResponseReturnValue:
    """A form of the plan, with the sums beside it: anew, or once more with its faults."""
    answer = again if form.errors else render_template
    written = sheet_of(current.db_session(), plan)
    return answer(f"partner/{name}.html", case=case, sheet=written, form=form, **more)


@bp.post(f"/cases/<reference>/plan/parts/<{NUMBER}:number>/removal")
def remove_part(reference: str, number: int) -> ResponseReturnValue:
    """Take a line, a step or a payment out of the plan."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = drafting.open_draft(session, case)
    drafting.remove(session, plan, parts.part(session, plan, number), by=viewer)
    session.commit()
    return changed(case)


@bp.post("/cases/<reference>/plan/<any(offer, submit):verb>")
def take_step(reference: str, verb: str) -> ResponseReturnValue:
    """Show the plan to the returnee, or send it for approval."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = _latest(case)
    approval.advance(session, plan, Act(f"plan.{verb}"), by=viewer)
    session.commit()
    return changed(case)
