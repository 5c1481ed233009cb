"""Links with which a supplier proves a step, and what came with them: the partner says whether it counts."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import documents
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.papers import supplier_links, updates
from portal.domain.papers.supplier_links import SupplierLink
from portal.domain.support import grants
from portal.domain.support.parts import Milestone
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.web import current
from portal.web.forms import Form, Paragraph, Text, needed
from portal.web.parts import answer_part
from portal.web.words import say

BESIDE_THE_WORDS = {Reason.EVIDENCE_MISSING, Reason.MILESTONE_BEFORE_OPEN}


class LinkForm(Form):
    """For whom the link is, and what they are asked to show."""

    supplier = Text(_l("Supplier or organisation"), [needed()], most=100)
    wanted = Paragraph(_l("What should the photo show?"), [needed()], most=300)


class TakeForm(Form):
    """What the partner adds when it counts."""

    words = Paragraph(_l("What should the counsellor know?"), most=2000)


@bp.get(f"/cases/<reference>/steps/<{NUMBER}:number>/links")
def show_links(reference: str, number: int) -> ResponseReturnValue:
    """The links for one step, and the form for another."""
    case = open_case(reference)
    milestone = grants.find_milestone(current.db_session(), case, number)
    return _list(case, milestone, LinkForm(formdata=None, wanted=milestone.proof))


@bp.post(f"/cases/<reference>/steps/<{NUMBER}:number>/links")
def make_link(reference: str, number: int) -> ResponseReturnValue:
    """A link and its code, shown this once."""
    case, viewer, session, form = open_case(reference), current.viewer(), current.db_session(), LinkForm()
    milestone = grants.find_milestone(session, case, number)
    if not form.validate():
        return _list(case, milestone, form), 422
    link, token, code = supplier_links.make(
        session, case, milestone.id, supplier=form.supplier.data, wanted=form.wanted.data, by=viewer
    )
    session.commit()
    address = current.wiring().settings.public_url + url_for("supplier.ask", token=token)
    return render_template(
        "partner/link.html", case=case, milestone=milestone, link=link, address=address, code=code
    )


def _list(case: Case, milestone: Milestone, form: LinkForm) -> str:
    session, viewer = current.db_session(), current.viewer()
    return render_template(
        "partner/links.html",
        case=case,
        milestone=milestone,
        links=supplier_links.of_milestone(session, milestone),
        may_make=grants.may_send(session, milestone, by=viewer),
        form=form,
    )


@bp.post(f"/cases/<reference>/links/<{NUMBER}:number>/end")
def end_link(reference: str, number: int) -> ResponseReturnValue:
    """Take a link back."""
    case, link = _find(reference, number)
    session = current.db_session()
    supplier_links.take_back(session, link, by=current.viewer())
    session.commit()
    flash(_("The link is taken back. Nobody can send anything with it."), "success")
    return redirect(url_for(".show_links", reference=case.reference, number=link.milestone_id), 303)


# --- What came --------------------------------------------------------------------------------------


@bp.get(f"/cases/<reference>/links/<{NUMBER}:number>")
def show_proof(reference: str, number: int) -> ResponseReturnValue:
    """What a supplier sent: the partner looks at it and says whether it counts."""
    case, link = _find(reference, number)
    return _proof(case, link, TakeForm(formdata=None, words=link.words))


@bp.get(f"/cases/<reference>/links/<{NUMBER}:number>/pages/<{NUMBER}:page>")
def proof_page(reference: str, number: int, page: int) -> ResponseReturnValue:
    """One page as a picture. That it was opened is written down."""
    _case, link = _find(reference, number)
    session = current.db_session(writing=True)
    document = supplier_links.document_of(session, link)
    part = documents.open_part(session, document, page, by=current.viewer())
    session.commit()
    return answer_part(document, part)


@bp.post(f"/cases/<reference>/links/<{NUMBER}:number>/confirmation")
def confirm_proof(reference: str, number: int) -> ResponseReturnValue:
    """It shows what it should: the step is reported with it."""
    case, link = _find(reference, number)
    form, session = TakeForm(), current.db_session()
    if not form.validate():
        return _proof(case, link, form), 422
    try:
        supplier_links.confirm(session, link, words=form.words.data or "", by=current.viewer())
    except Refused as refused:
        if not set(refused.reasons) <= BESIDE_THE_WORDS:
            raise
        session.rollback()
        case, link = _find(reference, number)
        form.accept(words=say(refused.reasons[0]))
        return _proof(case, link, form), 409
    session.commit()
    flash(_("The step is reported. The counsellor looks at it."), "success")
    return redirect(url_for(".show_milestone", reference=case.reference, number=link.milestone_id), 303)


@bp.post(f"/cases/<reference>/links/<{NUMBER}:number>/refusal")
def refuse_proof(reference: str, number: int) -> ResponseReturnValue:
    """It is no proof. A new link can be made."""
    case, link = _find(reference, number)
    session = current.db_session()
    supplier_links.refuse(session, link, by=current.viewer())
    session.commit()
    flash(_("It is not used. You can make a new link."), "success")
    return redirect(url_for(".show_links", reference=case.reference, number=link.milestone_id), 303)


def _find(reference: str, number: int) -> tuple[Case, SupplierLink]:
    case = open_case(reference)
    return case, supplier_links.find(current.db_session(), case, number)


def _proof(case: Case, link: SupplierLink, form: TakeForm) -> str:
    if link.used_at is None:
        raise NotFound(str(link.id))
    session = current.db_session()
    milestone = grants.find_milestone(session, case, link.milestone_id)
    document = supplier_links.document_of(session, link)
    numbers = [part.number for part in documents.parts(session, document) if part.number]
    return render_template(
        "partner/proof.html",
        case=case,
        link=link,
        milestone=milestone,
        document=document,
        pages=[] if document.state in documents.UNSEEN else numbers,
        is_seen=document.state not in documents.UNSEEN,
        reasons=updates.faults(session, milestone, by=current.viewer()),
        form=form,
    )
