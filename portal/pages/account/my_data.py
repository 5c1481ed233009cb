"""My data: what is kept, a copy of all of it, and asking to correct or delete."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from babel.units import format_unit
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, to_user_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.adapters.vault import Missing
from portal.db import now, today
from portal.domain.corrections import Section
from portal.domain.errors import NotFound
from portal.domain.own import data_requests
from portal.domain.own import my_file as domain
from portal.domain.own.data_requests import RequestKind
from portal.domain.own.my_file import Export, ExportState
from portal.domain.permissions import Act, may
from portal.pages.account.room import bp
from portal.sealing import Unsealable
from portal.web import current, htmx
from portal.web.forms import Form, Menu, Paragraph, needed
from portal.web.my_file import left_out

NUMBER = f"int(max={2**63 - 1})"
KINDS = f"any({','.join(RequestKind)})"
PATIENCE = timedelta(minutes=5)
"""How long the page asks by itself whether the copy is ready: left open, it must keep nobody signed in."""

# --- The copy -------------------------------------------------------------------------------------


@bp.get("/my-data")
def my_data() -> ResponseReturnValue:
    """What there is, how the copy stands, and what was asked."""
    viewer, database = current.viewer(), current.db_session()
    export = domain.latest(database, viewer)
    state = export.state if export else None
    if not htmx.is_part_wanted():
        page = "account/my_data.html"
    elif request.args.get("checking") != state:
        page = "account/_my_file.html"
    else:
        return "", 204  # nothing new to swap in, and nothing for a screen reader to read again
    return render_template(
        page,
        export=export,
        is_asking=export is not None and _is_watched(export),
        size=_size(export) if export else "",
        left_out=left_out(viewer.role),
        may_ask=may(viewer.role, Act.DATA_REQUEST),
        requests=data_requests.of_account(database, viewer),
        request_kinds=list(RequestKind),
    )


def _size(export: Export) -> str:
    """How large it is, so that nobody loads it over a slow line without knowing."""
    megabytes = max(0.1, round((export.size or 0) / 1_000_000, 1))
    return format_unit(megabytes, "digital-megabyte", "short", locale=get_locale())


def _is_watched(export: Export) -> bool:
    return export.state is ExportState.WAITING and export.asked_at > now() - PATIENCE


@bp.post("/my-data/file")
def prepare_file() -> ResponseReturnValue:
    """Ask for a copy; the page says when it is ready."""
    database = current.db_session()
    domain.ask(database, current.viewer())
    database.commit()
    return redirect(url_for(".my_data", _anchor="my-file"), 303)


@bp.post(f"/my-data/file/<{NUMBER}:number>")
def fetch_file(number: int) -> ResponseReturnValue:
    """The copy, opened as it goes out. Its name says nothing of whom it is about."""
    viewer, database = current.viewer(), current.db_session()
    export = domain.find(database, number, by=viewer)
    database.commit()  # the store is asked with no transaction open
    try:
        chunks = _opened(export)
    except (Missing, Unsealable):
        domain.lost(database, export)
        database.commit()
        return redirect(url_for(".my_data", _anchor="my-file"), 303)
    domain.fetched(database, export, by=viewer)
    database.commit()
    made = to_user_timezone(export.ready_at)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="my-file-{made:%Y-%m-%d}.zip"',
        "Content-Length": str(export.size),
    }
    return Response(chunks, mimetype="application/zip", headers=headers)


def _opened(export: Export) -> Iterator[bytes]:
    """The bytes of a copy. Raises Missing, Unsealable or StoreDown while the answer can still be an error."""
    vault = current.wiring().vault
    chunks = vault.read(export.store_name or "", key=export.key, context=export.context)
    return chain([next(chunks)], chunks)


# --- Correct this, delete what may be deleted -----------------------------------------------------


class CorrectForm(Form):
    """What is wrong, and how it should be."""

    section = Menu(_l("Which part is it about?"), Section)
    words = Paragraph(_l("What is wrong?"), [needed()])
    wish = Paragraph(_l("How should it be?"), [needed()])


class DeleteForm(Form):
    """What should go."""

    section = Menu(_l("Which part is it about?"), Section)
    words = Paragraph(
        _l("What should be deleted?"),
        description=_l("If you leave this empty: everything that may be deleted."),
    )


FORMS: dict[RequestKind, type[Form]] = {RequestKind.CORRECT: CorrectForm, RequestKind.DELETE: DeleteForm}


@bp.get(f"/my-data/ask/<{KINDS}:kind>")
def new_request(kind: str) -> ResponseReturnValue:
    """Say what is asked."""
    return _asking(RequestKind(kind))


@bp.post(f"/my-data/ask/<{KINDS}:kind>")
def send_request(kind: str) -> ResponseReturnValue:
    """Keep it; from now on the clock runs."""
    viewer, database, asked = current.viewer(), current.db_session(), RequestKind(kind)
    _for_migrants()
    form: Any = FORMS[asked]()
    if not form.validate_on_submit():
        return _asking(asked, form)
    wish = form.wish.data if asked is RequestKind.CORRECT else ""
    data_requests.ask(
        database, viewer, asked, section=form.section.data, words=form.words.data or "", wish=wish or ""
    )
    database.commit()
    flash(_("We have your request. You will find the answer on this page."), "success")
    return redirect(url_for(".my_data", _anchor="requests"), 303)


def _asking(kind: RequestKind, form: Any = None) -> ResponseReturnValue:
    _for_migrants()
    shown = render_template(
        "account/new_request.html",
        form=form or FORMS[kind](),
        kind=kind,
        answer_by=current.programme().clocks[data_requests.CLOCK].due(today()),
    )
    return shown, 422 if form is not None else 200


def _for_migrants() -> None:
    """Staff and partners have no case: their manager corrects their account."""
    if not may(current.viewer().role, Act.DATA_REQUEST):
        raise NotFound("request")
