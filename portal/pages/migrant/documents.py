"""The migrant's documents: what is asked for, what was sent, how it stands, and sending another."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.db import now
from portal.domain import clocks, corrections, documents, people
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import Correction
from portal.domain.documents import PREVIEW, Document, DocumentState, RetakeAnswer
from portal.domain.papers import gathering as papers
from portal.domain.papers import legibility, receipts, required, uploads
from portal.domain.papers.legibility import Doubt
from portal.domain.support import grants
from portal.pages.migrant.rooms import my_case
from portal.programme import DocumentKind
from portal.web import current, gathered, htmx
from portal.web.forms import Form, Menu, Needed, chosen
from portal.web.parts import answer_part
from portal.web.sending import FileSent, keep_file
from portal.web.words import is_needless

bp = Blueprint("documents", __name__, url_prefix="/<language>/my/documents")

NUMBER = f"int(max={2**63 - 1})"
"""Nothing larger fits into a column."""
AGAIN = (DocumentState.REJECTED, DocumentState.QUARANTINED)
PAUSES = (2, 2, 3, 5, 8, 13, 20, 30)
"""Seconds between two looks of a page whether a check is over: most take a moment, some take long."""
PATIENCE = timedelta(minutes=5)
"""How long a page asks by itself whether a check is over: left open, it must keep nobody signed in."""


# --- What is asked for, and what was sent ------------------------------------------------------------


@bp.get("")
def overview() -> ResponseReturnValue:
    """What is asked for, and every document with its state."""
    session, case = current.db_session(), my_case()
    found = documents.of_case(session, case, viewer=current.viewer())
    doubted = {one.id for one in found if legibility.is_asked(one, case, viewer=current.viewer())}
    slow_before = now() - PATIENCE
    checking = sum(one.state is DocumentState.CHECKING and one.sent_at > slow_before for one in found)
    turn = max(0, request.args.get("turn", 0, type=int))
    is_part = htmx.is_part_wanted()
    gatherings = papers.open_of(session, case, by=current.viewer())
    return render_template(
        f"migrant/documents/{'_news' if is_part else 'list'}.html",
        case=case,
        documents=sorted(found, key=lambda one: not _waits_for_sender(one, doubted)),
        checking=checking,
        is_news=request.args.get("checking", type=int) != checking,
        turn=turn + 1,
        pause=PAUSES[min(turn, len(PAUSES) - 1)],
        slow_before=slow_before,
        course=receipts.course(session, case, found),
        numbers={one.id: receipts.number(one) for one in found},
        gatherings=gatherings,
        page_counts=papers.counted(session, gatherings),
        unfinished=uploads.unfinished(session, case, by=current.viewer()),
        pictures=documents.with_pictures(session, found),
        doubted=doubted,
        look_by={one.id: _look_by(case, one) for one in found if one.state is DocumentState.WAITING},
        wishes=required.wishes(session, case),
        family=len(people.of_case(session, case)) > 1,
        **_round(case),
        may_send=documents.may_send(case, by=current.viewer()),
    )


def _waits_for_sender(document: Document, doubted: Collection[int]) -> bool:
    """Whether it is her turn: those documents stand first."""
    return (document.state in AGAIN and not is_needless(document)) or document.id in doubted


def _look_by(case: Case, document: Document) -> date | None:
    """By when a counsellor looks at it; nobody does before the application is sent."""
    if case.submitted_at is None:
        return None
    return clocks.look_by(current.db_session(), max(document.sent_at, case.submitted_at))


def _round(case: Case) -> dict[str, Sequence[Correction]]:
    """What a counsellor asks for in words of their own, once the case is back with the migrant.

    Documents that are still asked for, those that were sent, and everything else that is still to be done.
    """
    if case.state is not CaseState.NEEDS_INFO:
        return {"asked": [], "done": [], "left": []}
    every = corrections.of_round(current.db_session(), case)
    return {
        "asked": [one for one in every if one.section is None and one.is_open],
        "done": [one for one in every if one.section is None and not one.is_open],
        "left": [one for one in every if one.is_open],
    }


# --- One document ------------------------------------------------------------------------------------


@bp.get(f"/<{NUMBER}:document_id>")
def show(document_id: int) -> ResponseReturnValue:
    """One document and pictures of its pages: what the counsellor sees."""
    session = current.db_session()
    document = documents.find(session, my_case(), document_id, viewer=current.viewer())
    pages = [part.number for part in documents.parts(session, document) if part.number]
    return render_template(
        "migrant/documents/show.html",
        document=document,
        pages=pages,
        doubts=_doubts(document),
        number=receipts.number(document),
        course=receipts.course(session, my_case(), [document])[document.id],
        may_send=documents.may_send(my_case(), by=current.viewer()),
    )


def _doubts(document: Document) -> list[tuple[Doubt, list[int]]]:
    """What may make it hard to read, and on which pages, while the sender is asked about it."""
    asked = legibility.is_asked(document, my_case(), viewer=current.viewer())
    return list(legibility.doubts(document).items()) if asked else []


@bp.post(f"/<{NUMBER}:document_id>/keep")
def keep(document_id: int) -> ResponseReturnValue:
    """It can be read: it stays as it is."""
    _answer(document_id, RetakeAnswer.KEEP)
    flash(_("The document stays as it is. A counsellor looks at it."), "success")
    return redirect(url_for(".overview"), 303)


@bp.post(f"/<{NUMBER}:document_id>/again")
def take_again(document_id: int) -> ResponseReturnValue:
    """Another photo comes: until it is here, this one stays."""
    document = _answer(document_id, RetakeAnswer.AGAIN)
    return redirect(url_for(".send", kind=document.kind, milestone=document.milestone_id), 303)


def _answer(document_id: int, said: RetakeAnswer) -> Document:
    session, case, viewer = current.db_session(), my_case(), current.viewer()
    document = documents.find(session, case, document_id, viewer=viewer)
    legibility.answer(session, document, case, said, by=viewer)
    session.commit()
    return document


@bp.get(f"/<{NUMBER}:document_id>/preview")
def preview(document_id: int) -> ResponseReturnValue:
    """The first page as a small picture."""
    return show_page(document_id, PREVIEW)


@bp.get(f"/<{NUMBER}:document_id>/pages/<{NUMBER}:number>")
def show_page(document_id: int, number: int) -> ResponseReturnValue:
    """One page as a picture (0: the whole file)."""
    session, viewer = current.db_session(), current.viewer()
    document = documents.find(session, my_case(), document_id, viewer=viewer)
    return answer_part(document, documents.open_part(session, document, number, by=viewer))


# --- Send one ----------------------------------------------------------------------------------------


def _form(case: Case) -> Any:
    """A form with those kinds of document that this person sends now."""

    class SendForm(Form):
        """A photo or PDF, and what it is."""

        kind = Menu(
            _l("Which document is it?"),
            DocumentKind,
            [chosen()],
            among=documents.kinds(case, by=current.viewer()),
        )
        file = FileSent(_l("Choose a photo or PDF"), [Needed(_l("Choose a file."))])

    return SendForm(kind=request.args.get("kind"))


@bp.get("/new")
@bp.get(f"/new/<{NUMBER}:milestone>")
def send(milestone: int | None = None) -> ResponseReturnValue:
    """Send a document, perhaps for a step of the plan; `kind` says which, when a page before knew."""
    case = my_case()
    return _form_page(case, _form(case), milestone)


@bp.post("/new")
@bp.post(f"/new/<{NUMBER}:milestone>")
def send_now(milestone: int | None = None) -> ResponseReturnValue:
    """Without a script the whole file comes with the form; with one it goes to /uploads/ in pieces."""
    case = my_case()
    form = _form(case)
    more = gathered.is_wanted(form)
    if not form.validate_on_submit():
        return _form_page(case, form, milestone), form.file.status
    if more:
        begun = gathered.begin(case, form.kind.data, form.file.data, milestone_id=milestone)
        return redirect(url_for(".pages", gathering_id=begun.id), 303)
    kind, file = form.kind.data, form.file.data
    keep_file(current.db_session(), case, kind, file, milestone_id=milestone, by=current.viewer())
    return redirect(after(milestone), 303)


def _form_page(case: Case, form: Any, milestone: int | None) -> str:
    session, viewer = current.db_session(), current.viewer()
    return render_template(
        "migrant/documents/send.html",
        form=form,
        milestone=grants.find_milestone(session, case, milestone) if milestone else None,
        may_send=documents.may_send(case, by=viewer),
        after=after(milestone),
    )


def after(milestone: int | None) -> str:
    """Where it goes on when a document was sent."""
    if milestone:
        return url_for("plan.milestone", milestone_id=milestone)
    return url_for(".overview")
