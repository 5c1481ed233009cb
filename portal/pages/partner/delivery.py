"""What is delivered of an approved plan: steps reported with their evidence."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.db import today
from portal.domain import documents
from portal.domain.cases import Case
from portal.domain.documents import EVIDENCE
from portal.domain.errors import NotFound, Refused
from portal.domain.papers import supplier_links
from portal.domain.permissions import Act
from portal.domain.support import grants, proofs
from portal.domain.support.parts import Milestone
from portal.pages.partner.pages import unsent
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.programme import DocumentKind
from portal.web import current, gathered
from portal.web.forms import Form, Menu, Needed, Paragraph, chosen
from portal.web.parts import answer_stamped
from portal.web.sending import FileSent, keep_file
from portal.web.words import say

KINDS = tuple(kind for kind in EVIDENCE if kind is not DocumentKind.ARRIVAL_PROOF)

# --- A step of the plan -------------------------------------------------------------------------


class EvidenceForm(Form):
    """A photo or PDF, and what it shows."""

    file = FileSent(_l("Choose a photo or PDF"), [Needed(_l("Choose a file."))])
    kind = Menu(_l("What does it show?"), DocumentKind, [chosen()], among=KINDS)


class ReportForm(Form):
    """What the partner says about a step that is done."""

    words = Paragraph(_l("What should the counsellor know?"), most=2000)


@bp.get(f"/cases/<reference>/steps/<{NUMBER}:number>")
def show_milestone(reference: str, number: int) -> ResponseReturnValue:
    """One step: what was sent for it, and how it stands."""
    case = open_case(reference)
    milestone = grants.find_milestone(current.db_session(), case, number)
    return _page(case, milestone)


@bp.post(f"/cases/<reference>/steps/<{NUMBER}:number>/evidence")
def send_evidence(reference: str, number: int) -> ResponseReturnValue:
    """Without a script the whole file comes with the form; with one it goes to /uploads/ in pieces."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    milestone, form = grants.to_report(session, case, number, by=viewer), EvidenceForm()
    more = gathered.is_wanted(form)
    if not form.validate():
        return _page(case, milestone, evidence_form=form), form.file.status
    if more:
        begun = gathered.begin(case, form.kind.data, form.file.data, milestone_id=milestone.id)
        return redirect(url_for(".pages", reference=case.reference, gathering_id=begun.id), 303)
    keep_file(session, case, form.kind.data, form.file.data, milestone_id=milestone.id, by=viewer)
    return redirect(url_for(".show_milestone", reference=case.reference, number=milestone.id), 303)


@bp.post(f"/cases/<reference>/steps/<{NUMBER}:number>")
def report(reference: str, number: int) -> ResponseReturnValue:
    """Say that a step is done; what shows it was sent before."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    milestone, form = grants.to_report(session, case, number, by=viewer), ReportForm()
    if not form.validate():
        return _page(case, milestone, report_form=form), 422
    try:
        note = form.words.data or ""
        grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=viewer, note=note)
    except Refused as refused:
        if not set(refused.reasons) <= grants.TO_MEND:
            raise
        form.accept(words=" ".join(str(say(reason)) for reason in refused.reasons))
        return _page(case, milestone, report_form=form), 422
    session.commit()
    flash(_("The step is reported. The counsellor looks at it."), "success")
    return redirect(url_for(".show_milestone", reference=case.reference, number=milestone.id), 303)


def _usual(milestone: Milestone) -> DocumentKind:
    """What most often shows that it is done."""
    sent = [kind for kind in proofs.PROVED_BY[milestone.type] if kind in KINDS]
    return DocumentKind.DELIVERY_PHOTO if DocumentKind.DELIVERY_PHOTO in sent or not sent else sent[0]


def _page(
    case: Case,
    milestone: Milestone,
    *,
    evidence_form: EvidenceForm | None = None,
    report_form: ReportForm | None = None,
) -> str:
    session, viewer = current.db_session(), current.viewer()
    sent = documents.of_case(session, case, viewer=viewer)
    return render_template(
        "partner/step.html",
        case=case,
        milestone=milestone,
        evidence=[one for one in reversed(sent) if one.milestone_id == milestone.id],
        unseen=documents.UNSEEN,
        begun=unsent(case, milestone_id=milestone.id),
        supplier=supplier_links.senders(session, case).get(milestone.id),
        may_report=grants.may_report(session, milestone, by=viewer),
        may_send=grants.may_send(session, milestone, by=viewer),
        before=grants.comes_after(session, milestone),
        settled=grants.SETTLED,
        proved_by=proofs.PROVED_BY[milestone.type],
        evidence_form=evidence_form or EvidenceForm(formdata=None, kind=_usual(milestone)),
        report_form=report_form or ReportForm(formdata=None, words=milestone.report),
        today=today(),
    )


# --- Evidence -----------------------------------------------------------------------------------


@bp.get(f"/cases/<reference>/documents/<{NUMBER}:document_id>")
def show_evidence(reference: str, document_id: int) -> ResponseReturnValue:
    """What was sent for a step, in the page."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session()
    document = documents.find(session, case, document_id, viewer=viewer)
    numbers = [part.number for part in documents.parts(session, document) if part.number]
    pages = [] if document.state in documents.UNSEEN else numbers
    return render_template("partner/evidence.html", case=case, document=document, pages=pages)


@bp.get(f"/cases/<reference>/documents/<{NUMBER}:document_id>/pages/<{NUMBER}:number>")
def evidence_page(reference: str, document_id: int, number: int) -> ResponseReturnValue:
    """One page as a picture with who looks burnt into it. That it was opened is written down."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session(writing=True)
    document = documents.find(session, case, document_id, viewer=viewer)
    if number == 0:  # the whole file is for the programme
        raise NotFound("0")
    part = documents.open_part(session, document, number, by=viewer)
    purpose = documents.purpose_of(document, viewer)
    session.commit()
    return answer_stamped(document, part, case, purpose)
