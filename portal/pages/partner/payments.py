"""Payments of a plan that holds: asked for with the seller's paper, followed until the returnee answers."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice

from portal.db import day_of
from portal.domain import documents, steps
from portal.domain.cases import Case
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Role
from portal.domain.support import grants, parts, proofs, rates
from portal.domain.support.parts import Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.pages.partner.pages import unsent
from portal.pages.partner.plan import changed
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.programme import DocumentKind
from portal.web import current, gathered
from portal.web.filters import day
from portal.web.forms import Form, Listed, Menu, Needed, chosen
from portal.web.htmx import again
from portal.web.sending import FileSent, keep_file
from portal.web.words import say

TO_MEND = {Reason.INVOICE_MISSING, Reason.INVOICE_NOT_READY}
"""What is said beside the papers to choose from."""


class OnePaper(Listed, RadioField):
    """One of the papers that were sent, as big buttons to tick."""


class RequestForm(Form):
    """With which paper a payment is asked for."""

    paper = OnePaper(_l("Which paper is it for?"), tuple, [Needed(_l("Choose a paper, or send one first."))])


def _paper_form(kinds: tuple[DocumentKind, ...], formdata: Any = ...) -> Any:
    class PaperForm(Form):
        """A bill, an offer or a note, as a photo or PDF."""

        file = FileSent(_l("Photo or PDF"), [Needed(_l("Choose a file."))])
        kind = Menu(_l("What is it?"), DocumentKind, [chosen()], among=kinds)

    return PaperForm(kind=kinds[0]) if formdata is ... else PaperForm(formdata=formdata, kind=kinds[0])


@bp.get(f"/cases/<reference>/payments/<{NUMBER}:number>")
def show_payment(reference: str, number: int) -> ResponseReturnValue:
    """One payment: its paper, how far it is, and what the returnee says."""
    case = open_case(reference)
    payment = grants.find_payment(current.db_session(), case, number)
    return render_template("partner/instalment.html", **_page(case, payment))


@bp.post(f"/cases/<reference>/payments/<{NUMBER}:number>/paper")
def send_paper(reference: str, number: int) -> ResponseReturnValue:
    """Without a script the whole file comes with the form; with one it goes to /uploads/ in pieces."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    payment = grants.to_prove(session, case, number, by=viewer)
    form = _paper_form(proofs.wanted_for(session, payment))
    more = gathered.is_wanted(form)
    if not form.validate():
        return render_template(
            "partner/instalment.html", **_page(case, payment, paper_form=form)
        ), form.file.status
    if more:
        begun = gathered.begin(case, form.kind.data, form.file.data, payment_id=payment.id)
        return redirect(url_for(".pages", reference=case.reference, gathering_id=begun.id), 303)
    keep_file(session, case, form.kind.data, form.file.data, payment_id=payment.id, by=viewer)
    return redirect(url_for(".show_payment", reference=case.reference, number=number), 303)


@bp.post(f"/cases/<reference>/payments/<{NUMBER}:number>/request")
def request_payment(reference: str, number: int) -> ResponseReturnValue:
    """Ask for a payment with one of the papers that were sent."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    payment = grants.find_payment(session, case, number)
    steps.refuse_stale(payment, request.form.get("seen", type=int))
    form = _request_form(payment)
    if _may_be_asked(payment) and not form.validate():
        return again("partner/instalment.html", **_page(case, payment, form=form))
    paper = documents.find(session, case, int(form.paper.data), viewer=viewer) if form.paper.data else None
    try:
        grants.request(session, payment, paper, by=viewer)
    except Refused as refused:
        if not set(refused.reasons) <= TO_MEND:
            raise
        session.rollback()
        form.accept(paper=say(refused.reasons[0]))
        case = open_case(reference)
        payment = grants.find_payment(session, case, number)
        return again("partner/instalment.html", **_page(case, payment, form=form))
    session.commit()
    flash(_("The payment is requested. The programme checks it."), "success")
    return changed(case)


def _may_be_asked(payment: Payment) -> bool:
    plan = current.db_session().get_one(Plan, payment.plan_id)
    return payment.state is PaymentState.PLANNED and plan.state is PlanState.APPROVED


def _request_form(payment: Payment, **given: Any) -> RequestForm:
    form = RequestForm(**given)
    form.paper.choices = [
        SelectChoice(str(one.id), _named(one)) for one in proofs.invoices(current.db_session(), payment)
    ]
    return form


def _named(paper: Document) -> str:
    return f"{say(paper.kind)} ({day(day_of(paper.sent_at))})"


def _page(
    case: Case, payment: Payment, *, form: RequestForm | None = None, paper_form: Any = None
) -> dict[str, Any]:
    session = current.db_session()
    line, plan = parts.line_of(session, payment)
    found, kinds = proofs.invoices(session, payment), proofs.wanted_for(session, payment)
    first = payment.invoice_id or next((one.id for one in found if one.payment_id == payment.id), None)
    step = session.get(parts.Milestone, payment.milestone_id) if payment.milestone_id else None
    sent = proofs.of_payment(session, payment.id)
    return {
        "case": case,
        "payment": payment,
        "line": line,
        "plan": plan,
        "rate": rates.of(plan),
        "local": rates.to_local(plan, payment.amount),
        "step": step,
        "is_free": step is None or step.state in grants.SETTLED,
        "to_ask": _may_be_asked(payment),
        "papers": found,
        "paper": proofs.invoice_of(session, payment),
        "checking": [one for one in sent if one.state is DocumentState.CHECKING],
        "begun": unsent(case, payment_id=payment.id),
        "kinds": kinds,
        "form": form or _request_form(payment, formdata=None, paper=str(first) if first else None),
        "paper_form": paper_form or _paper_form(kinds, None),
        "pictures": [one for one in sent if one.sender_role is Role.MIGRANT],
        "unseen": documents.UNSEEN,
    }
