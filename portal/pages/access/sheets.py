"""Code sheets for people who are here: asked for, signed by a colleague, printed once."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.domain import accounts
from portal.domain.access import sheets
from portal.domain.access.sheets import Identity, Sheet, SheetState, Why
from portal.domain.accounts import Account
from portal.domain.errors import NotFound, Reason, Refused
from portal.pages.access.room import NUMBER, PARTS, WAITING, bp, of_counsel
from portal.pages.entrance.half import page
from portal.web import current, language
from portal.web.forms import Choice, Form, Paragraph, Text, chosen, needed
from portal.web.words import say

SHEET = f"<{NUMBER}:sheet_id>"


def part(session: Session, viewer: Account) -> Mapping[str, object]:
    """What the first page of the room shows of code sheets."""
    return {
        "sheets_to_decide": _rows(session, sheets.to_decide(session, viewer)),
        "sheets_asked": _rows(session, sheets.asked_by(session, viewer)),
    }


PARTS.append(part)
WAITING.append(sheets.to_do)


def _rows(session: Session, found: Sequence[Sheet]) -> list[tuple[Sheet, Account, str]]:
    """Each sheet with its person and the name of who asked for it."""
    names = accounts.names(session, [sheet.asked_by_id for sheet in found])
    return [(sheet, sheets.account_of(session, sheet), names.get(sheet.asked_by_id, "")) for sheet in found]


class SheetForm(Form):
    """Who the sheet is for, and how the counsellor knows who is before her."""

    person = Text(_l("Sign-in name or case reference"), [needed()])
    identity = Choice(_l("How did you make sure who this is?"), Identity, [chosen()])
    why = Choice(_l("Why is a sheet needed?"), Why)
    words = Paragraph(_l("In your own words"), most=500)


class RefusalForm(Form):
    """Why a colleague does not agree."""

    words = Paragraph(_l("Why do you not approve this?"), [needed()], most=500)


@bp.get("/sheets/new")
def new_sheet() -> ResponseReturnValue:
    """Ask whom the sheet is for."""
    of_counsel()
    return _ask_page(SheetForm())


def _ask_page(form: SheetForm, *, needs_second: bool = False) -> ResponseReturnValue:
    form.why.flags.required = True  # it is asked for only where it is needed
    return page("access/new_sheet.html", form, needs_second=needs_second)


@bp.post("/sheets/new")
def ask_sheet() -> ResponseReturnValue:
    """The codes of a first sheet at once; any other one goes to a colleague first."""
    viewer, session, form = of_counsel(), current.db_session(), SheetForm()
    if not form.validate():
        return _ask_page(form, needs_second=bool(form.why.raw_data))
    try:
        account = sheets.person(session, form.person.data, by=viewer)
    except NotFound:
        form.accept(person=_("Nobody was found. Check the sign-in name together with the person."))
        return _ask_page(form)
    try:
        sheet = sheets.ask(
            session,
            account,
            form.identity.data,
            why=form.why.data,
            words=form.words.data or "",
            by=viewer,
        )
    except Refused as refused:
        return _asked_again(form, refused)
    if sheet.state is SheetState.APPROVED:
        return _made(session, sheet, viewer)
    session.commit()
    flash(_("Your request is sent. A colleague must approve it."), "success")
    return redirect(url_for(".show_sheet", sheet_id=sheet.id), 303)


def _asked_again(form: SheetForm, refused: Refused) -> ResponseReturnValue:
    """Each reason beside the field it is about."""
    for reason in refused.reasons:
        about_why = "words" if form.why.data is Why.OTHER else "why"
        form.accept(**{about_why if reason is Reason.REASON_MISSING else "person": say(reason)})
    return _ask_page(form, needs_second=Reason.REASON_MISSING in refused.reasons)


@bp.get(f"/sheets/{SHEET}")
def show_sheet(sheet_id: int) -> ResponseReturnValue:
    """One request: who asks for it and why, and what the viewer can do."""
    return _page(sheets.find(current.db_session(), sheet_id, viewer=of_counsel()), RefusalForm())


def _page(sheet: Sheet, form: RefusalForm) -> ResponseReturnValue:
    session, viewer = current.db_session(), current.viewer()
    account = sheets.account_of(session, sheet)
    names = accounts.names(session, [sheet.asked_by_id, sheet.decided_by_id])
    return page(
        "access/sheet.html",
        form,
        sheet=sheet,
        person=account,
        asked_by=names.get(sheet.asked_by_id, ""),
        decided_by=names.get(sheet.decided_by_id or 0, ""),
        is_mine=sheet.asked_by_id == viewer.id,
    )


@bp.post(f"/sheets/{SHEET}/approve")
def approve_sheet(sheet_id: int) -> ResponseReturnValue:
    """A colleague agrees."""
    viewer, session = of_counsel(), current.db_session()
    sheets.approve(session, sheets.find(session, sheet_id, viewer=viewer), by=viewer)
    session.commit()
    flash(_("Approved. Your colleague can make the sheet within 24 hours."), "success")
    return redirect(url_for(".index"), 303)


@bp.post(f"/sheets/{SHEET}/refuse")
def refuse_sheet(sheet_id: int) -> ResponseReturnValue:
    """A colleague does not agree."""
    viewer, session, form = of_counsel(), current.db_session(), RefusalForm()
    sheet = sheets.find(session, sheet_id, viewer=viewer)
    if not form.validate():
        return _page(sheet, form)
    sheets.refuse(session, sheet, form.words.data, by=viewer)
    session.commit()
    flash(_("Not approved. Your colleague can read why."), "success")
    return redirect(url_for(".index"), 303)


@bp.post(f"/sheets/{SHEET}/print")
def print_sheet(sheet_id: int) -> ResponseReturnValue:
    """The codes, in this answer and nowhere else."""
    viewer, session = of_counsel(), current.db_session()
    return _made(session, sheets.find(session, sheet_id, viewer=viewer), viewer)


def _made(session: Session, sheet: Sheet, viewer: Account) -> ResponseReturnValue:
    """The page to print: the paper speaks the language of the person, the rest the counsellor's."""
    codes = sheets.make_codes(session, sheet, by=viewer)
    account = sheets.account_of(session, sheet)
    spoken, is_another = account.language, sheet.decided_by_id is not None
    session.commit()
    with language.speaking(spoken) as theirs:
        paper = Markup(render_template("access/_paper.html", codes=codes, theirs=theirs))  # noqa: S704
    return render_template("access/paper.html", paper=paper, is_another=is_another)
