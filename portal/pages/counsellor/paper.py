"""A counsellor scans what somebody signed or brought on paper."""

from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import documents
from portal.domain.cases import Case
from portal.domain.errors import NotFound
from portal.pages.counsellor.room import bp, find_case, open_case, show
from portal.programme import DocumentKind
from portal.web import current
from portal.web.forms import Form, Menu, Needed, chosen
from portal.web.htmx import moved
from portal.web.sending import FileSent, keep_file

ON_PAPER = (
    DocumentKind.VOLUNTARY_DECLARATION,
    DocumentKind.CONSENT_SIGNED,
    DocumentKind.GUARDIAN_CONSENT,
    DocumentKind.POWER_OF_ATTORNEY,
    DocumentKind.PASSPORT,
    DocumentKind.NATIONAL_ID,
    DocumentKind.BIRTH_CERTIFICATE,
    DocumentKind.COURT_OR_BID_DECISION,
    DocumentKind.OTHER,
)


class Scan(Form):
    """A photo or PDF, and what it is."""

    kind = Menu(_l("Which document is it?"), DocumentKind, [chosen()], among=ON_PAPER)
    file = FileSent(_l("Choose a photo or PDF"), [Needed(_l("Choose a file."))])


@bp.get("/cases/<reference>/documents/new")
def new_scan(reference: str) -> ResponseReturnValue:
    """Ask for the file."""
    return _page(open_case(reference), Scan())


@bp.post("/cases/<reference>/documents/new")
def send_scan(reference: str) -> ResponseReturnValue:
    """Keep it with the case."""
    session, case, form = current.db_session(), find_case(reference), Scan()
    if not form.validate_on_submit():
        return _page(case, form), form.file.status
    if not documents.may_send(case, by=current.viewer()):
        raise NotFound(reference)
    address = url_for(".show_documents", reference=case.reference)
    keep_file(session, case, form.kind.data, form.file.data, by=current.viewer())
    flash(_("The document is sent. The portal checks it now."), "success")
    return moved(address)


def _page(case: Case, form: Any) -> str:
    if not documents.may_send(case, by=current.viewer()):
        raise NotFound(case.reference)
    return show("counsellor/scan.html", case, part="show_documents", form=form)
