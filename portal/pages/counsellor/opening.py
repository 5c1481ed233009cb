"""A colleague's case: the page that asks for the reason, before it is opened."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import accounts
from portal.domain.cases import Case, OpeningReason
from portal.domain.desk import openings, visits
from portal.pages.counsellor.room import bp, find_case
from portal.web import current, kept
from portal.web.forms import Choice, Form, Paragraph, chosen, needed
from portal.web.htmx import moved


class ReasonForm(Form):
    """Why a colleague's case is opened."""

    why = Choice(
        _l("Why do you open this case?"),
        OpeningReason,
        [chosen()],
        description=_l("The applicant can read which of these you choose."),
    )
    words = Paragraph(
        _l("What happened?"),
        [needed()],
        description=_l("The counsellor of the case and senior counsellors read your words."),
    )


@bp.get("/cases/<reference>/break-glass")
def ask_reason(reference: str) -> ResponseReturnValue:
    """What follows, and the question why; nothing of the case but whose it is."""
    session, viewer = current.db_session(), current.viewer()
    case = openings.to_open(session, reference, viewer=viewer)
    if openings.current(session, case, viewer=viewer):
        return moved(url_for(".show_case", reference=case.reference))
    return _page(case, ReasonForm())


@bp.post("/cases/<reference>/break-glass")
def break_glass(reference: str) -> ResponseReturnValue:
    """Open it for some hours: written down, told to the colleague and the senior counsellors."""
    session, viewer, form = current.db_session(), current.viewer(), ReasonForm()
    case = openings.to_open(session, reference, viewer=viewer)
    if not form.validate_on_submit():
        return _page(case, form), 422
    openings.break_glass(session, case, form.why.data, form.words.data, by=viewer)
    session.commit()
    onward = url_for(".show_case", reference=case.reference)
    if any(one.reference == case.reference for one in kept.waiting(session, viewer)):
        return moved(url_for("account.show_kept", next=onward))
    return moved(onward)


@bp.post("/cases/<reference>/seen")
def mark_seen(reference: str) -> ResponseReturnValue:
    """Everything that is new in a case was seen."""
    session, case = current.db_session(), find_case(reference)
    visits.all_seen(session, case, by=current.viewer())
    session.commit()
    flash(_("Everything in this case is marked as seen."), "success")
    return moved(url_for(".show_case", reference=case.reference))


def _page(case: Case, form: ReasonForm) -> str:
    session = current.db_session()
    return render_template(
        "counsellor/opening.html",
        reference=case.reference,
        counsellor=accounts.names(session, [case.counsellor_id]).get(case.counsellor_id or 0, ""),
        hours=current.programme().break_glass.hours,
        form=form,
    )
