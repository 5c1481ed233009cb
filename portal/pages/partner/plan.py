"""The reintegration plan with what can be done with it: shown, sent, and changed once it holds."""

from functools import partial
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.db import today
from portal.domain import steps
from portal.domain.cases import Case
from portal.domain.errors import NotFound
from portal.domain.permissions import Act
from portal.domain.support import amending, approval, parts, plans, quotations, rates, spending
from portal.domain.support.plans import Plan
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.pages.partner.sheet import sheet_of
from portal.web import current, plan_versions
from portal.web.forms import Form, Paragraph, needed
from portal.web.htmx import again, done

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
    missing = {act: steps.missing(session, plan, approval.PLAN_STEPS, act, by=viewer) for act in acts}
    held = plans.approved(session, case)
    return {
        "case": case,
        "sheet": sheet_of(session, plan),
        "acts": acts,
        "missing": missing,
        "offers": quotations.of_lines(session, parts.lines(session, plan)),
        "rate": rates.of(plan),
        "local": partial(rates.to_local, plan),
        "spent": spending.of_plan(session, plan) if plan is held else None,
        "versions": plan_versions.listed(session, case),
        "held": held,
        "running": parts.milestones(session, held) if held and held is not plan else [],
        "today": today(),
    }


def to_plan(case: Case) -> ResponseReturnValue:
    """On to the plan as it is now."""
    return redirect(url_for(".show_plan", reference=case.reference), 303)


@bp.post("/cases/<reference>/plan/<any(offer, submit, cancel):verb>")
def take_step(reference: str, verb: str) -> ResponseReturnValue:
    """Show the plan to the returnee, send it for approval, or give up a change of it."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    plan = _latest(case)
    approval.advance(session, plan, Act(f"plan.{verb}"), by=viewer)
    session.commit()
    return changed(case)


# --- Change a plan that holds -------------------------------------------------------------------


class AmendForm(Form):
    """Why a plan that holds must be different."""

    reason = Paragraph(_l("What changes, and why?"), [needed()], most=1000)


@bp.get("/cases/<reference>/plan/change")
def ask_amendment(reference: str) -> ResponseReturnValue:
    """Ask why the plan must be different."""
    case = open_case(reference)
    return render_template("partner/amend.html", case=case, form=AmendForm(), held=_held(case))


@bp.post("/cases/<reference>/plan/change")
def amend(reference: str) -> ResponseReturnValue:
    """Begin the next version of a plan that holds."""
    case, form, session = open_case(reference), AmendForm(), current.db_session()
    if not form.validate():
        return again("partner/amend.html", case=case, form=form, held=_held(case))
    amending.begin(session, case, note=form.reason.data, by=current.viewer())
    session.commit()
    return to_plan(case)


def _held(case: Case) -> Plan:
    held = plans.approved(current.db_session(), case)
    if held is None:
        raise NotFound(case.reference)
    return held


@bp.get(f"/cases/<reference>/plan/versions/<{NUMBER}:number>")
def show_version(reference: str, number: int) -> ResponseReturnValue:
    """One version of the plan, and what changed in it."""
    case = open_case(reference)
    return render_template("partner/version.html", case=case, **plan_versions.page(case, number))
