"""Photos put together to one document, as every sender does it: adding, ordering, taking again, sending."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain.cases import Case
from portal.domain.errors import Refused
from portal.domain.papers import gathering as papers
from portal.domain.papers import receipts
from portal.domain.papers.uploads import Gathering
from portal.programme import DocumentKind
from portal.web import current, htmx
from portal.web.forms import Form, Needed
from portal.web.sending import FileSent, keep_page
from portal.web.words import say

PLACES = {"earlier": -1, "later": 1}


class PageForm(Form):
    """A photo of one more page."""

    file = FileSent(_l("Choose a photo"), [Needed(_l("Choose a file."))])


@dataclass(frozen=True)
class Gathered:
    """A gathering and its pages in a room: the page of one kind of sender, with what its addresses need.

    `after`: where it goes on when it was sent, or given up.
    """

    case: Case
    gathering: Gathering
    template: str
    after: str
    reference: str | None = None

    @property
    def at(self) -> dict[str, Any]:
        """What stands in every address of it."""
        named = {"reference": self.reference} if self.reference else {}
        return {"gathering_id": self.gathering.id, **named}

    def show(self, form: Any = None, refused: Refused | None = None) -> str:
        """The pages so far; `instead` in the address names one that is taken again."""
        row = papers.pages(current.db_session(), self.gathering)
        instead = request.args.get("instead", type=int)
        return render_template(
            "parts/_gathered.html" if htmx.is_part_wanted() else self.template,
            case=self.case,
            gathering=self.gathering,
            at=self.at,
            pages=row,
            form=form or PageForm(),
            instead=next((one for one in row if one.id == instead), None),
            is_complete=bool(row) and all(one.is_here for one in row),
            refused=[say(reason) for reason in refused.reasons] if refused else [],
            after=self.after,
        )

    def add(self) -> ResponseReturnValue:
        """Without a script a photo comes whole, one at a time."""
        form = PageForm()
        if not form.validate_on_submit():
            return self.show(form), form.file.status
        about: Any = {"instead_id": request.args.get("instead", type=int), "by": current.viewer()}
        try:
            keep_page(current.db_session(), self.gathering, self.case, form.file.data, **about)
        except Refused as refused:
            current.db_session().rollback()
            return self.show(form, refused), 409
        return self._back()

    def move(self, page_id: int, where: str) -> ResponseReturnValue:
        """One place up or down."""
        if where not in PLACES:
            abort(404)
        session = current.db_session()
        papers.move(session, self.gathering, page_id, PLACES[where], by=current.viewer())
        session.commit()
        return self._changed()

    def remove(self, page_id: int) -> ResponseReturnValue:
        """Without this page."""
        session = current.db_session()
        names = papers.remove(session, self.gathering, page_id, by=current.viewer())
        session.commit()
        delete(names)
        return self._changed()

    def send(self) -> ResponseReturnValue:
        """All pages are here: they are one document now."""
        session = current.db_session()
        try:
            document = papers.send(session, self.gathering, self.case, by=current.viewer())
        except Refused as refused:
            session.rollback()
            return self.show(refused=refused), 409
        session.commit()
        number = receipts.number(document)
        flash(_("The document is sent. The number of the receipt is %(number)s.", number=number))
        return redirect(self.after, 303)

    def drop(self) -> ResponseReturnValue:
        """Give all of it up."""
        session = current.db_session()
        names = papers.drop(session, self.gathering, by=current.viewer())
        session.commit()
        delete(names)
        return redirect(self.after, 303)

    def _changed(self) -> ResponseReturnValue:
        return self.show() if htmx.is_part_wanted() else self._back()

    def _back(self) -> ResponseReturnValue:
        return redirect(url_for(".pages", **self.at), 303)


def begin(
    case: Case,
    kind: DocumentKind,
    file: Any,
    *,
    milestone_id: int | None = None,
    payment_id: int | None = None,
    line_id: int | None = None,
) -> Gathering:
    """It has several pages: begin to put them together, perhaps with the first one. Commits."""
    session, viewer = current.db_session(), current.viewer()
    place = {"milestone_id": milestone_id, "payment_id": payment_id, "line_id": line_id}
    gathering = papers.begin(session, case, kind, **place, by=viewer)
    session.commit()
    if file:
        keep_page(session, gathering, case, file, by=viewer)
    return gathering


def is_wanted(form: Any) -> bool:
    """Whether the button that begins to put several photos together was pressed: no file is needed yet."""
    if "more" not in request.form:
        return False
    if not form.file.raw_data:
        form.file.validators = []  # the pages are added one by one on the next page
    return True


def delete(names: list[str]) -> None:
    """Remove objects that no row knows any more."""
    for name in names:
        current.wiring().vault.delete(name)
