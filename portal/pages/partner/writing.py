"""The plan while it is written: words, rate, lines, steps and payments, until the returnee is asked."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision, list_currencies
from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from portal.db import today
from portal.domain import steps
from portal.domain.cases import Case
from portal.domain.errors import Reason, Refused
from portal.domain.support import drafting, packages, parts, rates
from portal.domain.support.parts import Category, Line, Milestone, MilestoneType
from portal.domain.support.plans import Plan
from portal.domain.support.rates import Rate
from portal.pages.partner.plan import changed, to_plan
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.pages.partner.sheet import Sheet, sheet_of
from portal.programme import Modality
from portal.web import current
from portal.web.filters import day, money
from portal.web.forms import Amount, Choice, Day, Form, Listed, Menu, Paragraph, Text, chosen, needed
from portal.web.htmx import again
from portal.web.words import say

IN_KIND_ONLY = tuple(one for one in Modality if one is not Modality.CASH)
AT_ONCE = "none"
LOCAL_MOST = 10**14
"""A price in the local currency, in hundredths: in some places everything costs millions."""

# --- Forms --------------------------------------------------------------------------------------


class ObjectivesForm(Form):
    """What the returnee wants to reach, and what was talked about before."""

    objectives = Paragraph(_l("What does the returnee want to reach?"), [needed()])
    needs = Paragraph(_l("What does the family need first?"))
    skills = Paragraph(_l("What has the returnee learned, and what can they do?"))
    family = Paragraph(_l("Who belongs to the household, and who can help?"))
    risks = Paragraph(_l("What could go wrong?"))
    contribution = Paragraph(_l("What does the returnee bring in: money, a room, tools, work?"))


class RateForm(Form):
    """What the plan's currency is worth here."""

    currency = Text(_l("Local currency"), [needed()], most=3)
    value = Text(_l("How much of it is one unit worth?"), [needed()], most=20)
    on = Day(_l("Of which day is this rate?"), [needed()], until=today)
    source = Text(_l("Who says so?"), [needed()], most=120)

    def validate_currency(self, field: Any) -> None:
        """Three letters that stand for a currency."""
        field.data = (field.data or "").upper()
        if field.data not in list_currencies():
            raise ValidationError(_l("Write the three letters of a currency, such as EUR."))

    def validate_value(self, field: Any) -> None:
        """A number above 0, with a point or a comma."""
        if _decimal(field.data) is None:
            raise ValidationError(_l("Write a number above 0, for example 14325.50."))

    def rate(self) -> Rate:
        """The rate as it was typed."""
        return Rate(
            self.currency.data, _decimal(self.value.data) or Decimal(0), self.on.data, self.source.data
        )


def _decimal(typed: str | None) -> Decimal | None:
    text = "".join((typed or "").split()).replace(",", ".")
    is_number = text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit()
    value = Decimal(text) if is_number else Decimal(0)
    return value if value > 0 else None


class LineForm(Form):
    """One good or service. Support is given in kind."""

    description = Text(_l("What is it?"), [needed()])
    amount = Amount(_l("How much does it cost?"), [needed()])
    category = Menu(_l("What is it for?"), Category, [chosen()])
    modality = Choice(_l("How is it given?"), Modality, [chosen()], among=IN_KIND_ONLY)
    supplier = Text(_l("Who sells or provides it?"))
    planned_on = Day(_l("When will it be bought or begin? (if you know)"))


class CashLineForm(LineForm):
    """The same under a package that may be paid in cash."""

    modality = Choice(_l("How is it given?"), Modality, [chosen()])


class LocalLineForm(LineForm):
    """The same where prices are in another currency: the plan's own amount follows from its rate."""

    amount = Amount(_l("How much does it cost?"))
    local_amount = Amount(_l("Or the price as it was offered"), most=LOCAL_MOST)

    def validate_amount(self, field: Any) -> None:
        """One of the two is needed."""
        if not field.data and not self.local_amount.data:
            raise ValidationError(_l("Fill this in."))


class LocalCashLineForm(LocalLineForm, CashLineForm):
    """Both at once."""


class StepForm(Form):
    """A step of the plan, to be proved later."""

    type = Menu(_l("What kind of step is it?"), MilestoneType, [chosen()])
    description = Text(_l("What exactly will be done?"), [needed()])
    proof = Text(_l("What will show that it is done?"))
    due_on = Day(_l("By which day?"), [needed()], future=True)
    after = Listed(_l("Which step comes before it?"), tuple)

    def validate_proof(self, field: Any) -> None:
        """Only for a step of its own kind the portal does not know what shows it."""
        if self.type.data is MilestoneType.OTHER and not field.data:
            raise ValidationError(_l("Write what will show it: for this kind of step only you know."))


class OneStep(Listed, RadioField):
    """One of the plan's own steps, as big buttons to tick."""


class PaymentForm(Form):
    """How much of a line is paid, and after which step."""

    amount = Amount(_l("How much is paid?"), [needed()])
    step = OneStep(_l("After which step?"), tuple, [chosen()])


# --- Words and rate -----------------------------------------------------------------------------


@bp.get("/cases/<reference>/plan/objectives")
def edit_objectives(reference: str) -> ResponseReturnValue:
    """The objectives, to be changed."""
    case = open_case(reference)
    plan = drafting.open_draft(current.db_session(), case)
    return _form_page("objectives", case, plan, ObjectivesForm(obj=plan))


@bp.post("/cases/<reference>/plan/objectives")
def save_objectives(reference: str) -> ResponseReturnValue:
    """Keep the changed objectives."""
    case, form = open_case(reference), ObjectivesForm()
    plan = drafting.open_draft(current.db_session(), case)
    if not form.validate():
        return _form_page("objectives", case, plan, form)
    drafting.set_words(plan, form.values(), by=current.viewer())
    current.db_session().commit()
    return to_plan(case)


@bp.get("/cases/<reference>/plan/rate")
def edit_rate(reference: str) -> ResponseReturnValue:
    """The rate of the plan, to be set."""
    case = open_case(reference)
    plan = drafting.open_draft(current.db_session(), case)
    found = rates.of(plan)
    form = RateForm(formdata=None, obj=found, value=f"{found.value.normalize():f}") if found else RateForm()
    return _form_page("rate", case, plan, form)


@bp.post("/cases/<reference>/plan/rate")
def save_rate(reference: str) -> ResponseReturnValue:
    """Keep the rate."""
    case, form, session = open_case(reference), RateForm(), current.db_session()
    plan = drafting.open_draft(session, case)
    if not form.validate():
        return _form_page("rate", case, plan, form)
    try:
        rates.fix(plan, form.rate(), by=current.viewer())
    except Refused as refused:
        if refused.reasons != [Reason.RATE_WRONG]:
            raise
        form.accept(value=say(Reason.RATE_WRONG))
        return _form_page("rate", case, plan, form)
    session.commit()
    return to_plan(case)


# --- Lines --------------------------------------------------------------------------------------


@bp.get("/cases/<reference>/plan/lines/new")
def new_line(reference: str) -> ResponseReturnValue:
    """Ask for one more good or service."""
    case = open_case(reference)
    plan = drafting.open_draft(current.db_session(), case)
    return _form_page("line", case, plan, _line_form(plan), line=None)


@bp.post("/cases/<reference>/plan/lines/new")
def add_line(reference: str) -> ResponseReturnValue:
    """Put a good or service into the plan."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = drafting.open_draft(session, case)
    form = _line_form(plan)
    if not form.validate():
        return _form_page("line", case, plan, form, line=None)
    steps.refuse_stale(plan, request.form.get("seen", type=int))
    try:
        drafting.add_line(session, plan, _costing(plan, form), by=viewer)
    except Refused as refused:
        return _line_again(reference, None, form, refused)
    session.commit()
    return to_plan(case)


@bp.get(f"/cases/<reference>/plan/lines/<{NUMBER}:number>")
def edit_line(reference: str, number: int) -> ResponseReturnValue:
    """A good or service of the plan, to be changed."""
    case, session = open_case(reference), current.db_session()
    plan = drafting.open_draft(session, case)
    line = parts.find_line(session, plan, number)
    return _form_page("line", case, plan, _line_form(plan, line), line=line)


@bp.post(f"/cases/<reference>/plan/lines/<{NUMBER}:number>")
def change_line(reference: str, number: int) -> ResponseReturnValue:
    """Keep what was changed in a line."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = drafting.open_draft(session, case)
    line, form = parts.find_line(session, plan, number), _line_form(plan)
    if not form.validate():
        return _form_page("line", case, plan, form, line=line)
    try:
        drafting.change_line(session, plan, line, _costing(plan, form), by=viewer)
    except Refused as refused:
        return _line_again(reference, number, form, refused)
    session.commit()
    return to_plan(case)


LINE_WORDS = {
    Reason.AMOUNT_WRONG: say(Reason.AMOUNT_WRONG),
    Reason.PAYMENTS_DIFFER_FROM_PLAN: _l(
        "More than this is planned or paid for it. Take a payment out first."
    ),
}
"""What is said beside the amount."""


def _line_again(reference: str, number: int | None, form: LineForm, refused: Refused) -> ResponseReturnValue:
    """The form once more, with what was refused beside the amount; whatever else is raised again."""
    if not set(refused.reasons) <= LINE_WORDS.keys():
        raise refused
    session = current.db_session()
    session.rollback()
    for why in refused.reasons:
        form.accept(amount=LINE_WORDS[why])
    case = open_case(reference)
    plan = drafting.open_draft(session, case)
    line = None if number is None else parts.find_line(session, plan, number)
    return _form_page("line", case, plan, form, line=line)


def _line_form(plan: Plan, line: Line | None = None) -> LineForm:
    """Cash is offered only where a package allows it, a local price only where there is a rate."""
    given = packages.of_plan(current.db_session(), plan.id)
    in_cash = any(package.modality is Modality.CASH for _person, package in given)
    kinds = {
        (False, False): LineForm,
        (True, False): CashLineForm,
        (False, True): LocalLineForm,
        (True, True): LocalCashLineForm,
    }
    kind = kinds[in_cash, rates.of(plan) is not None]
    if line is None:
        return kind()
    form = kind(formdata=None, obj=line)
    if line.local_amount and isinstance(form, LocalLineForm):
        form.local_amount.data = _hundredths(line.local_amount, plan.local_currency or plan.currency)
    return form


def _costing(plan: Plan, form: LineForm) -> dict[str, Any]:
    """The columns of a line: a price in the local currency is kept, and counted in the plan's own."""
    values = form.values()
    typed = values.pop("local_amount", None)
    rate = rates.of(plan)
    if typed and rate:
        local = int(Decimal(typed).scaleb(get_currency_precision(rate.currency) - 2).to_integral_value())
        return values | {"local_amount": local, "amount": rates.from_local(plan, local) or 1}
    return values | {"local_amount": None}


def _hundredths(minor: int, currency: str) -> int:
    return int(Decimal(minor).scaleb(2 - get_currency_precision(currency)))


# --- Steps --------------------------------------------------------------------------------------


@bp.get("/cases/<reference>/plan/steps/new")
def new_step(reference: str) -> ResponseReturnValue:
    """Ask for one more step."""
    case = open_case(reference)
    plan = drafting.open_draft(current.db_session(), case)
    return _form_page("new_step", case, plan, _step_form(plan), step=None)


@bp.post("/cases/<reference>/plan/steps/new")
def add_step(reference: str) -> ResponseReturnValue:
    """Put a step into the plan."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = drafting.open_draft(session, case)
    form = _step_form(plan)
    if not form.validate():
        return _form_page("new_step", case, plan, form, step=None)
    steps.refuse_stale(plan, request.form.get("seen", type=int))
    try:
        drafting.add_milestone(session, plan, _stepping(form), by=viewer)
    except Refused as refused:
        return _step_again(reference, None, form, refused)
    session.commit()
    return to_plan(case)


@bp.get(f"/cases/<reference>/plan/steps/<{NUMBER}:number>")
def edit_step(reference: str, number: int) -> ResponseReturnValue:
    """A step of the plan, to be changed."""
    case, session = open_case(reference), current.db_session()
    plan = drafting.open_draft(session, case)
    step = parts.find_milestone(session, plan, number)
    return _form_page("new_step", case, plan, _step_form(plan, step), step=step)


@bp.post(f"/cases/<reference>/plan/steps/<{NUMBER}:number>")
def change_step(reference: str, number: int) -> ResponseReturnValue:
    """Keep what was changed in a step."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = drafting.open_draft(session, case)
    step = parts.find_milestone(session, plan, number)
    form = _step_form(plan, step, formdata=True)
    if not form.validate():
        return _form_page("new_step", case, plan, form, step=step)
    try:
        drafting.change_milestone(session, plan, step, _stepping(form), by=viewer)
    except Refused as refused:
        return _step_again(reference, number, form, refused)
    session.commit()
    return to_plan(case)


STEP_FIELDS = {Reason.MILESTONE_CIRCLE: "after", Reason.MILESTONE_TOO_EARLY: "due_on"}
"""The field in which a person mends what was refused."""


def _step_again(reference: str, number: int | None, form: StepForm, refused: Refused) -> ResponseReturnValue:
    """The form once more, with what was refused beside its field; whatever has no field is raised again."""
    if not set(refused.reasons) <= STEP_FIELDS.keys():
        raise refused
    session = current.db_session()
    session.rollback()
    form.accept(**{STEP_FIELDS[why]: say(why) for why in refused.reasons})
    case = open_case(reference)
    plan = drafting.open_draft(session, case)
    step = None if number is None else parts.find_milestone(session, plan, number)
    return _form_page("new_step", case, plan, form, step=step)


def _step_form(plan: Plan, step: Milestone | None = None, *, formdata: bool = False) -> StepForm:
    form = StepForm() if step is None or formdata else StepForm(formdata=None, obj=step)
    before = [
        *parts.settled_before(current.db_session(), plan),
        *parts.milestones(current.db_session(), plan),
    ]
    form.after.choices = [
        SelectChoice("", _("None")),
        *(SelectChoice(str(one.id), _named(one)) for one in before if one is not step),
    ]
    if step is not None and not formdata:
        form.after.data = str(step.after_id) if step.after_id else None
    return form


def _stepping(form: StepForm) -> dict[str, Any]:
    values = form.values()
    after = values.pop("after")
    return values | {"after_id": int(after) if after else None}


def _named(step: Milestone) -> str:
    return f"{step.description or say(step.type)} ({day(step.due_on)})"


# --- Payments -----------------------------------------------------------------------------------


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
    steps.refuse_stale(plan, request.form.get("seen", type=int))
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
        *(SelectChoice(str(one.id), _named(one)) for one in written.milestones),
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
