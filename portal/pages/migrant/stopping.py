"""The free decision: stopping and what follows, coming back, and being asked once more before the journey."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain.cases import CaseState
from portal.domain.course import guards, stopping
from portal.domain.permissions import Act
from portal.pages.migrant.rooms import may, my_case
from portal.pages.migrant.standing import bp
from portal.web import current
from portal.web.forms import Form, Paragraph
from portal.web.htmx import again


class StopForm(Form):
    """Nothing is asked; who wants to may leave a note."""

    note = Paragraph(
        _l("Note to your counsellor"),
        description=_l("Only the counsellors of the programme can read it."),
        render_kw={"dir": "auto"},
    )


@bp.get("/stop")
def stop() -> ResponseReturnValue:
    """What stopping means, before it is done."""
    case = my_case()
    if not may(case, Act.CASE_WITHDRAW):
        return redirect(url_for(".stopped" if case.state is CaseState.WITHDRAWN else ".standing"))
    return render_template("migrant/stop.html", case=case, form=StopForm())


@bp.post("/stop")
def stop_now() -> ResponseReturnValue:
    """Stop at once; no reason is asked. Two taps stop it once."""
    session, case, form = current.db_session(), my_case(), StopForm()
    if not form.validate_on_submit():
        return again("migrant/stop.html", case=case, form=form)
    stopping.stop(session, case, note=form.note.data or "", by=current.viewer())
    session.commit()
    return redirect(url_for(".stopped"), 303)


@bp.get("/stopped")
def stopped() -> ResponseReturnValue:
    """When it was stopped, what has ended with it, and how to come back."""
    case = my_case()
    if case.state is not CaseState.WITHDRAWN:
        return redirect(url_for(".standing"))
    return render_template("migrant/stopped.html", case=case)


@bp.post("/talk")
def talk() -> ResponseReturnValue:
    """Ask a counsellor to get in contact about going on."""
    session, case = current.db_session(), my_case()
    stopping.ask_to_talk(session, case, by=current.viewer())
    session.commit()
    return redirect(url_for(".stopped"), 303)


@bp.post("/take-up")
def take_up() -> ResponseReturnValue:
    """Go on where an application was left that was never sent."""
    session, case = current.db_session(), my_case()
    stopping.take_up(session, case, by=current.viewer())
    session.commit()
    return redirect(url_for("application.overview"), 303)


@bp.post("/keep")
def keep() -> ResponseReturnValue:
    """Keep a draft for as long as at the beginning."""
    session, case = current.db_session(), my_case()
    stopping.keep(session, case, by=current.viewer())
    session.commit()
    flash(_("Your draft is kept."), "success")
    return redirect(url_for(".standing"), 303)


@bp.get("/decision")
def decision() -> ResponseReturnValue:
    """Once more, and calmly: does somebody who is ready to travel still want to?"""
    case = my_case()
    if case.state is not CaseState.READY_TO_TRAVEL:
        return redirect(url_for(".standing"))
    return render_template("migrant/decision.html", case=case, is_confirmed=guards.is_confirmed(case))


@bp.post("/decision")
def confirm_decision() -> ResponseReturnValue:
    """Yes."""
    session, case = current.db_session(), my_case()
    stopping.confirm(session, case, by=current.viewer())
    session.commit()
    return redirect(url_for(".decision"), 303)
