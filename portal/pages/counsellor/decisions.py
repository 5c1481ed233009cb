"""The steps of a case: taking it on, proposing, deciding, closing."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain import accounts
from portal.domain.cases import Case
from portal.domain.course import lifecycle
from portal.domain.desk import desk
from portal.domain.permissions import Act
from portal.pages.counsellor.room import bp, open_case
from portal.pages.counsellor.ways import act_of, walk
from portal.web import current
from portal.web.forms import Form
from portal.web.htmx import moved


@bp.post("/cases/<reference>/steps/take")
def take_case(reference: str) -> ResponseReturnValue:
    """Become the counsellor of a case; whoever comes second is told who was quicker."""
    viewer, session = current.viewer(), current.db_session()
    case = desk.to_take(session, reference, viewer=viewer)
    if case.counsellor_id not in (None, viewer.id):
        colleague = accounts.names(session, [case.counsellor_id])[case.counsellor_id or 0]
        return render_template("counsellor/taken.html", case=case, colleague=colleague), 409
    lifecycle.advance(session, case, Act.CASE_TAKE, by=viewer)
    session.commit()
    flash(_("This is your case now."), "success")
    return moved(url_for(".show_case", reference=case.reference))


def back_from(case: Case) -> str:
    """Where a step leads: to the case, or back to the list of what waits for a second person."""
    if request.args.get("from") == "decisions":
        return url_for(".decisions")
    return url_for(".show_case", reference=case.reference)


@bp.route("/cases/<reference>/steps/<step>", methods=["GET", "POST"])
def take_step(reference: str, step: str) -> ResponseReturnValue:
    """Take a case one step, with the words or dates that the step needs."""
    case, act = open_case(reference), act_of("case", step)
    viewer, session = current.viewer(), current.db_session()

    def take(form: Form) -> None:
        values = form.values()
        note = values.get("note") or ""
        match act:
            case Act.CASE_DEPART:
                lifecycle.depart(session, case, on=values["on"], proof=note, by=viewer)
            case Act.CASE_NOT_DEPARTED:
                on, reason = values["on"], values["reason"]
                lifecycle.not_departed(session, case, reason, on=on, note=note, by=viewer)
            case Act.CASE_ARRIVE:
                lifecycle.arrive(session, case, on=values["on"], note=note, by=viewer)
            case Act.CASE_CLOSE:
                lifecycle.close(session, case, values["reason"], note=note, by=viewer)
            case _:
                lifecycle.advance(session, case, act, note=note, by=viewer)

    back = back_from(case)
    return walk(case, case, lifecycle.CASE_STEPS, act, take, part="show_case", back=back)
