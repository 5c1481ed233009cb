"""After the return, as a counsellor follows it: talks, answers, the final report, and the hand-over sheet."""

from itertools import chain
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain import documents
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.course import eu_sheet
from portal.domain.support import monitoring, photos, plans, reports, surveys
from portal.pages.counsellor.room import NUMBER, bp, open_case, show
from portal.pages.counsellor.ways import act_of, walk, ways
from portal.web import current, dossiers, talks
from portal.web import surveys as asking
from portal.web.dossiers import eu_sheet as sheets
from portal.web.dossiers import report as reporting
from portal.web.forms import Form
from portal.web.htmx import moved
from portal.web.language import known
from portal.web.talks import PlanForm
from portal.web.words import say
from portal.web.words.monitoring import SCORES

HERE = "show_afterwards"

# --- Talks and answers ----------------------------------------------------------------------------


@bp.get("/cases/<reference>/afterwards")
def show_afterwards(reference: str) -> ResponseReturnValue:
    """Every talk, what the returnee answered and thinks, and the final report."""
    return _page(open_case(reference), PlanForm(formdata=None))


@bp.post("/cases/<reference>/afterwards")
def plan_talk(reference: str) -> ResponseReturnValue:
    """Plan a talk of the programme's own: the returnee sees when it is."""
    case, form = open_case(reference), PlanForm()
    if not talks.plan(case, form):
        return _page(case, form), 422
    current.db_session().commit()
    flash(_("The talk is planned. The returnee can see the day."), "success")
    return moved(url_for(".show_afterwards", reference=case.reference))


@bp.route(f"/cases/<reference>/afterwards/<{NUMBER}:number>/<step>", methods=["GET", "POST"])
def take_talk_step(reference: str, number: int, step: str) -> ResponseReturnValue:
    """Say what came of a talk, or that it did not take place, is moved or cancelled."""
    case, act = open_case(reference), talks.act_of(step)
    session = current.db_session()
    follow_up = monitoring.find(session, case, number, viewer=current.viewer())
    form = talks.form_of(follow_up, act)
    if request.method == "POST" and talks.take(case, follow_up, act, form):
        session.commit()
        flash(str(say(act)), "success")
        return moved(url_for(".show_afterwards", reference=case.reference))
    page = show("counsellor/talk.html", case, part=HERE, follow_up=follow_up, act=act, form=form)
    return page, 422 if request.method == "POST" else 200


def _page(case: Case, form: PlanForm) -> str:
    session, viewer = current.db_session(), current.viewer()
    report = reports.shown(session, case, viewer=viewer)
    plan, taken = plans.approved(session, case), photos.of_case(session, case, viewer=viewer)
    return show(
        "counsellor/afterwards.html",
        case,
        part=HERE,
        form=form,
        may_plan=case.state in AFTER_ARRIVAL,
        follow_ups=monitoring.of_case(session, case, viewer=viewer),
        talk_ways=talks.ways,
        consent=photos.consent(session, case),
        photos=taken,
        pictures=documents.with_pictures(session, chain(*taken.values())),
        opinions=monitoring.opinions(session, case, viewer=viewer),
        scores=SCORES,
        chart=asking.chart(surveys.of_case(session, case, viewer=viewer)),
        report=report,
        plan=plan,
        spent=reports.budget(session, plan) if plan else (),
        proofs=reports.evidence(session, case, viewer=viewer),
        report_ways=_report_ways(case, report) if report else [],
    )


# --- The final report -----------------------------------------------------------------------------


def _report_ways(case: Case, report: reports.Report) -> list[Any]:
    def address(step: str) -> str:
        return url_for(".take_report_step", reference=case.reference, step=step)

    return ways(report, reports.REPORT_STEPS, address)


@bp.route("/cases/<reference>/report/<step>", methods=["GET", "POST"])
def take_report_step(reference: str, step: str) -> ResponseReturnValue:
    """Send the report back, with what is missing."""
    case, act = open_case(reference), act_of("report", step)
    viewer, session = current.viewer(), current.db_session()
    report = reports.find(session, case, viewer=viewer)

    def take(form: Form) -> None:
        reports.advance(session, report, act, by=viewer, note=form.values().get("note") or "")

    back = url_for(".show_afterwards", reference=case.reference)
    return walk(case, report, reports.REPORT_STEPS, act, take, part=HERE, back=back)


@bp.get("/cases/<reference>/report.pdf")
def print_report(reference: str) -> ResponseReturnValue:
    """The report as a file. That somebody took it along is written down."""
    case, viewer = open_case(reference), current.viewer()
    session = current.db_session(writing=True)
    report = reports.find(session, case, viewer=viewer)
    data = dossiers.printed(reporting.dossier(case, report, viewer=viewer), known()[current.language()])
    reports.opened(session, case, by=viewer)
    session.commit()
    return dossiers.answer(data, "report")


# --- The hand-over sheet --------------------------------------------------------------------------


@bp.get("/cases/<reference>/eu-sheet")
def show_eu_sheet(reference: str) -> ResponseReturnValue:
    """The sheet to copy from: in the order of the EU tool, with what is still open."""
    case, sheet = _sheet(reference)
    return show("counsellor/eu_sheet.html", case, part=HERE, sheet=sheet)


@bp.get("/cases/<reference>/eu-sheet.pdf")
def print_eu_sheet(reference: str) -> ResponseReturnValue:
    """The sheet as a file: for the counsellor alone, never for the partner."""
    _case, sheet = _sheet(reference)
    return dossiers.answer(dossiers.printed(sheet, known()[current.language()]), "hand-over")


def _sheet(reference: str) -> tuple[Case, dossiers.Dossier]:
    case, viewer = open_case(reference), current.viewer()
    session = current.db_session(writing=True)
    found = eu_sheet.of_case(session, case, by=viewer)
    sheet = sheets.dossier(case, found, current.wiring().programme)
    eu_sheet.opened(session, case, by=viewer)
    session.commit()
    return case, sheet
