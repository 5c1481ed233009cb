"""Requests about data: what people want corrected or deleted, and the counsellor's answer in time."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import accounts, cases, people
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.own import data_requests
from portal.domain.own.data_requests import ANSWERS, DataRequest, RequestState
from portal.pages.counsellor.queue import around
from portal.pages.counsellor.room import NUMBER, bp, open_case, show
from portal.web import current
from portal.web.forms import Choice, Form, Paragraph, chosen, needed
from portal.web.htmx import moved


class AnswerForm(Form):
    """What was done, and the words that the person reads."""

    state = Choice(_l("What was done?"), RequestState, [chosen()], among=ANSWERS)
    words = Paragraph(
        _l("Answer"),
        [needed()],
        description=_l(
            "The person reads exactly these words. Say what you changed or deleted. "
            "If something stays as it is, say why, and where the person can complain."
        ),
    )


@bp.get("/requests")
def open_requests() -> ResponseReturnValue:
    """Everything that waits for an answer by the viewer, the most urgent first."""
    session, viewer = current.db_session(), current.viewer()
    found = data_requests.open_for(session, viewer=viewer)
    rows = [(one, data_requests.case_of(session, one, viewer=viewer)) for one in found]
    return render_template("counsellor/requests.html", **around(), rows=rows)


@bp.get("/cases/<reference>/requests")
def requests_of_case(reference: str) -> ResponseReturnValue:
    """Every request of the person of one case."""
    case = open_case(reference)
    found = data_requests.of_case(current.db_session(), case)
    return show("counsellor/case_requests.html", case, part="show_case", requests=found)


@bp.get(f"/requests/<{NUMBER}:number>")
def show_request(number: int) -> ResponseReturnValue:
    """One request; that somebody looked is written down in its case."""
    session, viewer = current.db_session(writing=True), current.viewer()
    request = data_requests.find(session, number, viewer=viewer)
    if case := data_requests.case_of(session, request, viewer=viewer):
        cases.opened(session, case, by=viewer)
    current.write_down()
    return _page(request, case, AnswerForm())


@bp.post(f"/requests/<{NUMBER}:number>")
def answer_request(number: int) -> ResponseReturnValue:
    """Answer; the person is told that there is an answer."""
    session, viewer, form = current.db_session(), current.viewer(), AnswerForm()
    request = data_requests.find(session, number, viewer=viewer)
    case = data_requests.case_of(session, request, viewer=viewer)
    if not form.validate_on_submit():
        return _page(request, case, form), 422
    data_requests.answer(session, request, form.state.data, form.words.data, by=viewer)
    session.commit()
    flash(_("The answer is sent."), "success")
    return moved(url_for(".open_requests"))


def _page(request: DataRequest, case: Case | None, form: AnswerForm) -> str:
    session = current.db_session()
    return render_template(
        "counsellor/request.html",
        request_=request,
        case=case,
        who=_who(request, case),
        answered_by=accounts.names(session, [request.answered_by_id]).get(request.answered_by_id or 0, ""),
        form=form,
    )


def _who(request: DataRequest, case: Case | None) -> str:
    """Who asks: by name where the case may be seen, else by the name they sign in with."""
    session = current.db_session()
    name = people.principal(session, case).full_name if case else ""
    return name or session.get_one(Account, request.account_id).login
