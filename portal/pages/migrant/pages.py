"""Several photos for one document: adding, ordering, taking again, and sending them together."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain.cases import Case
from portal.domain.errors import Refused
from portal.domain.papers import gathering as papers
from portal.domain.papers import receipts, uploads
from portal.domain.papers.uploads import Gathering
from portal.pages.migrant.documents import NUMBER, after, bp
from portal.pages.migrant.rooms import my_case
from portal.web import current, htmx
from portal.web.forms import Form, Needed
from portal.web.sending import FileSent, keep_page
from portal.web.words import say

_PLACES = {"earlier": -1, "later": 1}


class PageForm(Form):
    """A photo of one more page."""

    file = FileSent(_l("Choose a photo"), [Needed(_l("Choose a file."))])


def _found(gathering_id: int) -> tuple[Case, Gathering]:
    case = my_case()
    return case, papers.find(current.db_session(), case, gathering_id, by=current.viewer())


@bp.get(f"/pages/<{NUMBER}:gathering_id>")
def pages(gathering_id: int) -> ResponseReturnValue:
    """The pages so far; `instead` names one that is taken again."""
    _case, gathering = _found(gathering_id)
    if gathering.document_id is not None:
        return redirect(url_for(".show", document_id=gathering.document_id), 303)
    return _page(gathering, PageForm())


def _page(gathering: Gathering, form: Any, refused: Refused | None = None) -> str:
    session = current.db_session()
    row = papers.pages(session, gathering)
    instead = request.args.get("instead", type=int)
    page = "_pages.html" if htmx.is_part_wanted() else "pages.html"
    return render_template(
        f"migrant/documents/{page}",
        gathering=gathering,
        pages=row,
        form=form,
        instead=next((one for one in row if one.id == instead), None),
        is_complete=bool(row) and all(one.is_here for one in row),
        refused=[say(reason) for reason in refused.reasons] if refused else [],
        after=after(gathering.milestone_id),
    )


@bp.post(f"/pages/<{NUMBER}:gathering_id>")
def add_page(gathering_id: int) -> ResponseReturnValue:
    """Without a script a photo comes whole, one at a time."""
    case, gathering = _found(gathering_id)
    form = PageForm()
    if not form.validate_on_submit():
        return _page(gathering, form), form.file.status
    instead = request.args.get("instead", type=int)
    about: Any = {"instead_id": instead, "by": current.viewer()}
    try:
        keep_page(current.db_session(), gathering, case, form.file.data, **about)
    except Refused as refused:
        current.db_session().rollback()
        return _page(gathering, form, refused), 409
    return redirect(url_for(".pages", gathering_id=gathering_id), 303)


@bp.post(f"/pages/<{NUMBER}:gathering_id>/<{NUMBER}:page_id>/<where>")
def move_page(gathering_id: int, page_id: int, where: str) -> ResponseReturnValue:
    """One place up or down."""
    session, (_case, gathering) = current.db_session(), _found(gathering_id)
    if where not in _PLACES:
        abort(404)
    papers.move(session, gathering, page_id, _PLACES[where], by=current.viewer())
    session.commit()
    return _changed(gathering)


@bp.post(f"/pages/<{NUMBER}:gathering_id>/<{NUMBER}:page_id>/remove")
def remove_page(gathering_id: int, page_id: int) -> ResponseReturnValue:
    """Without this page."""
    session, (_case, gathering) = current.db_session(), _found(gathering_id)
    names = papers.remove(session, gathering, page_id, by=current.viewer())
    session.commit()
    _delete(names)
    return _changed(gathering)


def _changed(gathering: Gathering) -> ResponseReturnValue:
    if htmx.is_part_wanted():
        return _page(gathering, PageForm())
    return redirect(url_for(".pages", gathering_id=gathering.id), 303)


@bp.post(f"/pages/<{NUMBER}:gathering_id>/send")
def send_pages(gathering_id: int) -> ResponseReturnValue:
    """All pages are here: they are one document now."""
    session, (case, gathering) = current.db_session(), _found(gathering_id)
    try:
        document = papers.send(session, gathering, case, by=current.viewer())
    except Refused as refused:
        session.rollback()
        return _page(gathering, PageForm(), refused), 409
    session.commit()
    flash(
        _("The document is sent. The number of the receipt is %(number)s.", number=receipts.number(document))
    )
    return redirect(after(gathering.milestone_id), 303)


@bp.post(f"/pages/<{NUMBER}:gathering_id>/drop")
def drop_pages(gathering_id: int) -> ResponseReturnValue:
    """Give all of it up."""
    session, (_case, gathering) = current.db_session(), _found(gathering_id)
    names = papers.drop(session, gathering, by=current.viewer())
    session.commit()
    _delete(names)
    return redirect(after(gathering.milestone_id), 303)


@bp.post(f"/unfinished/<{NUMBER}:upload_id>/drop")
def drop_unfinished(upload_id: int) -> ResponseReturnValue:
    """Give up a file that did not come completely."""
    session = current.db_session()
    upload = uploads.own(session, my_case(), upload_id, by=current.viewer())
    names = uploads.forget(session, upload)
    session.commit()
    _delete(names)
    return redirect(url_for(".overview"), 303)


def _delete(names: list[str]) -> None:
    for name in names:
        current.wiring().vault.delete(name)
