"""Saved views: made beside a list, named, moved and removed on a page of their own."""

from collections.abc import Mapping

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain.desk import filters, views
from portal.domain.desk.views import SavedView
from portal.domain.errors import Reason, Refused
from portal.pages.counsellor.chosen import in_words
from portal.pages.counsellor.queue import asked_for
from portal.pages.counsellor.room import NUMBER, bp
from portal.web import current
from portal.web.forms import Form, Text, needed
from portal.web.htmx import moved
from portal.web.words import say
from portal.web.words.queue import FILTERS


class ViewForm(Form):
    """What a view is called."""

    name = Text(_l("Name of the view"), [needed()], most=60)


@bp.get("/views")
def show_views() -> ResponseReturnValue:
    """The viewer's views, each with its name, its place and what it shows."""
    return _views()


@bp.post("/views")
def save_view() -> ResponseReturnValue:
    """Keep the list that stands in the address under a name."""
    asked, form = asked_for(), ViewForm()
    if not form.validate_on_submit():
        return render_template("counsellor/new_view.html", form=form, asked=asked), 422
    session = current.db_session()
    is_known = form.name.data in {view.name for view in views.of_account(session, current.viewer())}
    try:
        views.save(session, form.name.data, asked.pile, asked.filters, by=current.viewer())
    except Refused as refused:
        if refused.reasons != [Reason.VIEWS_FULL]:
            raise
        form.accept(name=say(Reason.VIEWS_FULL))
        return render_template("counsellor/new_view.html", form=form, asked=asked), 409
    session.commit()
    replaced = _("The view is saved in place of the one that had this name.")
    flash(replaced if is_known else _("The view is saved."), "success")
    return moved(asked.address())


@bp.post(f"/views/<{NUMBER}:view_id>")
def rename_view(view_id: int) -> ResponseReturnValue:
    """Call a view otherwise."""
    session, form = current.db_session(), ViewForm()
    view = views.find(session, view_id, viewer=current.viewer())
    if not form.validate_on_submit():
        return _views(view, form), 422
    try:
        views.rename(session, view, form.name.data, by=current.viewer())
    except Refused:
        form.accept(name=_("Another of your views has this name."))
        return _views(view, form), 409
    session.commit()
    flash(_("The view is saved."), "success")
    return moved(url_for(".show_views"))


@bp.post(f"/views/<{NUMBER}:view_id>/up")
def move_view(view_id: int) -> ResponseReturnValue:
    """One place further to the front."""
    session, viewer = current.db_session(), current.viewer()
    views.move_up(session, views.find(session, view_id, viewer=viewer), by=viewer)
    session.commit()
    return moved(url_for(".show_views"))


@bp.post(f"/views/<{NUMBER}:view_id>/remove")
def remove_view(view_id: int) -> ResponseReturnValue:
    """Forget a view."""
    session, viewer = current.db_session(), current.viewer()
    views.remove(session, views.find(session, view_id, viewer=viewer), by=viewer)
    session.commit()
    flash(_("The view is removed."), "success")
    return moved(url_for(".show_views"))


def _views(wrong: SavedView | None = None, tried: ViewForm | None = None) -> str:
    session, viewer = current.db_session(), current.viewer()
    partners = filters.menus(session).partners
    shown = [
        (
            view,
            tried if wrong is view and tried else ViewForm(formdata=None, name=view.name),
            _told(view, partners),
        )
        for view in views.of_account(session, viewer)
    ]
    return render_template("counsellor/views.html", views=shown)


def _told(view: SavedView, partners: Mapping[int, str]) -> str:
    """What a view shows: its pile, each filter with what is chosen by it, and the order."""
    chosen = [
        f"{FILTERS[name]}: {in_words(name, text, partners)}"
        for name, text in view.values.items()
        if name in FILTERS
    ]
    return " · ".join([str(say(view.pile)), *chosen])
