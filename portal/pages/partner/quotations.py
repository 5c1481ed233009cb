"""The price offer for a line of a plan, sent while the plan is written."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.domain import documents
from portal.domain.cases import Case
from portal.domain.support import quotations
from portal.domain.support.parts import Line
from portal.pages.partner.pages import unsent
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.programme import DocumentKind
from portal.web import current, gathered
from portal.web.forms import Form, Needed
from portal.web.sending import FileSent, keep_file

OFFER = f"/cases/<reference>/plan/lines/<{NUMBER}:number>/quotation"


class QuotationForm(Form):
    """What the seller asks, as a photo or PDF."""

    file = FileSent(_l("Photo or PDF"), [Needed(_l("Choose a file."))])


@bp.get(OFFER)
def show_quotation(reference: str, number: int) -> ResponseReturnValue:
    """The offer for one line, and sending another."""
    case = open_case(reference)
    line = quotations.to_quote(current.db_session(), case, number, by=current.viewer())
    return _page(case, line, QuotationForm(formdata=None))


@bp.post(OFFER)
def send_quotation(reference: str, number: int) -> ResponseReturnValue:
    """Without a script the whole file comes with the form; with one it goes to /uploads/ in pieces."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    line, form = quotations.to_quote(session, case, number, by=viewer), QuotationForm()
    more = gathered.is_wanted(form)
    if not form.validate():
        return _page(case, line, form), form.file.status
    if more:
        begun = gathered.begin(case, DocumentKind.QUOTATION, form.file.data, line_id=line.id)
        return redirect(url_for(".pages", reference=case.reference, gathering_id=begun.id), 303)
    keep_file(session, case, DocumentKind.QUOTATION, form.file.data, line_id=line.id, by=viewer)
    return redirect(url_for(".show_quotation", reference=case.reference, number=line.id), 303)


def _page(case: Case, line: Line, form: QuotationForm) -> str:
    return render_template(
        "partner/quotation.html",
        case=case,
        line=line,
        offer=quotations.of_lines(current.db_session(), [line]).get(line.id),
        unseen=documents.UNSEEN,
        kind=DocumentKind.QUOTATION,
        begun=unsent(case, line_id=line.id),
        form=form,
    )
