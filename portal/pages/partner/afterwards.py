"""After the return, as the partner works on it: talks, questions answered together, and the final report."""

from itertools import chain
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import documents, steps
from portal.domain.cases import Case
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import instruments, monitoring, photos, plans, reports, surveys
from portal.domain.support.reports import Report
from portal.pages.partner.room import NUMBER, bp, open_arrived
from portal.web import current, dossiers, talks
from portal.web import surveys as asking
from portal.web.dossiers import report as reporting
from portal.web.forms import Form, Paragraph
from portal.web.htmx import again
from portal.web.language import known
from portal.web.talks import PlanForm
from portal.web.words import say

# --- Talks --------------------------------------------------------------------------------------


@bp.get("/cases/<reference>/talks")
def show_talks(reference: str) -> ResponseReturnValue:
    """The organisation's own talks with the returnee, and what came of them."""
    case = open_arrived(reference)
    return render_template("partner/talks.html", form=PlanForm(formdata=None), **_page(case))


@bp.post("/cases/<reference>/talks")
def plan_talk(reference: str) -> ResponseReturnValue:
    """Plan a talk: the returnee sees when it is."""
    case, form = open_arrived(reference), PlanForm()
    if not talks.plan(case, form):
        return again("partner/talks.html", form=form, **_page(case))
    current.db_session().commit()
    flash(_("The talk is planned. The returnee can see the day."), "success")
    return redirect(url_for(".show_talks", reference=case.reference), 303)


@bp.route(f"/cases/<reference>/talks/<{NUMBER}:number>/<step>", methods=["GET", "POST"])
def take_talk_step(reference: str, number: int, step: str) -> ResponseReturnValue:
    """Say what came of a talk, or that it did not take place, is moved or cancelled."""
    case, act = open_arrived(reference), talks.act_of(step)
    session = current.db_session()
    follow_up = monitoring.find(session, case, number, viewer=current.viewer())
    form = talks.form_of(follow_up, act)
    if request.method == "POST" and talks.take(case, follow_up, act, form):
        session.commit()
        flash(str(say(act)), "success")
        is_pictured = photos.may_add(session, case, follow_up, by=current.viewer())
        to = url_for(".show_photos", number=number, reference=case.reference) if is_pictured else None
        return redirect(to or url_for(".show_talks", reference=case.reference), 303)
    page = render_template(
        "partner/talk.html",
        case=case,
        follow_up=follow_up,
        act=act,
        form=form,
        consent=photos.consent(session, case),
    )
    return page, 422 if request.method == "POST" else 200


def _page(case: Case) -> dict[str, Any]:
    session, viewer = current.db_session(), current.viewer()
    taken = photos.of_case(session, case, viewer=viewer)
    return {
        "case": case,
        "consent": photos.consent(session, case),
        "photos": taken,
        "pictures": documents.with_pictures(session, chain(*taken.values())),
        "may_add": lambda talk: photos.may_add(session, case, talk, by=viewer),
        "follow_ups": monitoring.of_case(session, case, viewer=viewer),
        "ways": talks.ways,
        "chart": asking.chart(surveys.of_case(session, case, viewer=viewer)),
        "may_ask": surveys.may_answer(session, case, by=viewer),
        "report": reports.shown(session, case, viewer=viewer),
    }


# --- Questions ------------------------------------------------------------------------------------


@bp.route("/cases/<reference>/survey", methods=["GET", "POST"])
def ask_survey(reference: str) -> ResponseReturnValue:
    """Answer the questions together with the returnee."""
    case, asked = open_arrived(reference), instruments.latest()
    form = asking.form_of(asked)
    if request.method == "POST" and form.validate():
        try:
            surveys.answer(current.db_session(), case, asked, form.values(), by=current.viewer())
        except Refused as refused:
            if refused.reasons != [Reason.SURVEY_EMPTY]:
                raise
            form.form_errors.append(str(say(Reason.SURVEY_EMPTY)))
        else:
            current.db_session().commit()
            flash(_("The answers are saved."), "success")
            return redirect(url_for(".show_talks", reference=case.reference), 303)
    page = render_template("partner/survey.html", case=case, asked=asked, form=form)
    return page, 422 if request.method == "POST" else 200


# --- The final report -----------------------------------------------------------------------------


class ReportForm(Form):
    """What the partner tells at the end."""

    contributed = Paragraph(_l("To what did the budget contribute?"))
    situation = Paragraph(_l("How are the people now?"))
    assessment = Paragraph(_l("How did it go, in your opinion?"))


@bp.get("/cases/<reference>/report")
def show_report(reference: str) -> ResponseReturnValue:
    """The final report: written here, and read here once it is sent."""
    case = open_arrived(reference)
    report = reports.shown(current.db_session(), case, viewer=current.viewer())
    return _report_page(case, report, ReportForm(formdata=None, obj=report))


@bp.post("/cases/<reference>/report")
def save_report(reference: str) -> ResponseReturnValue:
    """Keep what is written so far; with the other button, send it too."""
    case, form = open_arrived(reference), ReportForm()
    session, viewer = current.db_session(), current.viewer()
    if not form.validate():
        return _report_page(case, reports.shown(session, case, viewer=viewer), form), 422
    report = reports.write(session, case, form.values(), by=viewer)
    session.commit()
    if "send" not in request.form:
        flash(_("What you wrote is saved."), "success")
        return redirect(url_for(".show_report", reference=case.reference), 303)
    try:
        reports.advance(session, report, Act.REPORT_SEND, by=viewer)
    except Refused as refused:
        if refused.reasons != [Reason.REPORT_INCOMPLETE]:
            raise
        session.rollback()
        form.form_errors.append(str(say(Reason.REPORT_INCOMPLETE)))
        return _report_page(case, report, form), 422
    session.commit()
    flash(_("The report is sent. The counsellor can read it."), "success")
    return redirect(url_for(".show_report", reference=case.reference), 303)


@bp.get("/cases/<reference>/report.pdf")
def print_report(reference: str) -> ResponseReturnValue:
    """The report as a file, with what a partner may see."""
    case, session, viewer = open_arrived(reference), current.db_session(writing=True), current.viewer()
    report = reports.find(session, case, viewer=viewer)
    data = dossiers.printed(reporting.dossier(case, report, viewer=viewer), known()[current.language()])
    reports.opened(session, case, by=viewer)
    session.commit()
    return dossiers.answer(data, "report")


def _report_page(case: Case, report: Report | None, form: ReportForm) -> str:
    session, viewer = current.db_session(), current.viewer()
    plan = plans.approved(session, case)
    return render_template(
        "partner/report.html",
        case=case,
        report=report,
        form=form,
        is_open=report is None or Act.REPORT_SEND in steps.open_to(report, reports.REPORT_STEPS, viewer),
        plan=plan,
        spent=reports.budget(session, plan) if plan else (),
        proofs=reports.evidence(session, case, viewer=viewer),
    )
