"""The ways to sign in that somebody has: look, call by another name, remove."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_pgettext

from portal.domain.access import factors as domain
from portal.domain.access import sign_in
from portal.domain.access.factors import ON_PAPER, Factor, FactorKind
from portal.domain.errors import Reason, Refused
from portal.pages.account.room import bp, here
from portal.pages.entrance.half import page
from portal.web import current, passkeys
from portal.web.forms import Form, Text
from portal.web.words import say

LONGEST_NAME = 60


class NameForm(Form):
    """What somebody calls one of their ways to sign in."""

    name = Text(lazy_pgettext("device", "Name"), most=LONGEST_NAME)


@bp.get("/factors")
def factors() -> ResponseReturnValue:
    """Every way to sign in, and how to add one."""
    viewer, database = current.viewer(), current.db_session()
    found = domain.of_account(database, viewer)
    return render_template(
        "account/factors.html",
        factors=found,
        codes_left={one.id: domain.codes_left(database, one) for one in found if one.kind in ON_PAPER},
        codes_made=domain.PAPER_CODES,
        recovery=FactorKind.RECOVERY,
        on_paper=ON_PAPER,
        party=passkeys.offered(),
    )


@bp.get("/factors/<int(max=9223372036854775807):number>/name")
def edit_factor(number: int) -> ResponseReturnValue:
    """Ask for another name."""
    factor = _named(number)
    return page("account/factor_name.html", NameForm(name=factor.name), factor=factor)


@bp.post("/factors/<int(max=9223372036854775807):number>/name")
def rename_factor(number: int) -> ResponseReturnValue:
    """Keep another name."""
    factor, database, form = _named(number), current.db_session(), NameForm()
    if not form.validate():
        return page("account/factor_name.html", form, factor=factor)
    domain.rename(database, current.viewer(), factor, form.name.data or "")
    database.commit()
    return redirect(url_for(".factors"), 303)


def _named(number: int) -> Factor:
    """One of the viewer's factors that has a name of its own; sheets of paper have none."""
    factor = domain.find(current.db_session(), current.viewer(), number)
    if factor.kind in ON_PAPER:
        abort(404)
    return factor


@bp.get("/factors/<int(max=9223372036854775807):number>/remove")
def ask_remove(number: int) -> ResponseReturnValue:
    """Say what happens when it is removed."""
    factor = domain.find(current.db_session(), current.viewer(), number)
    return page("account/factor_end.html", Form(), factor=factor)


@bp.post("/factors/<int(max=9223372036854775807):number>/remove")
def remove_factor(number: int) -> ResponseReturnValue:
    """Remove it; every other device is signed out."""
    viewer, database = current.viewer(), current.db_session()
    factor = domain.find(database, viewer, number)
    try:
        domain.end(database, viewer, factor)
    except Refused:
        return page("account/factor_end.html", Form(), factor=factor, told=say(Reason.LAST_FACTOR))
    sign_in.end_all(database, viewer, but=here())
    database.commit()
    flash(_("It is removed. All other devices are signed out."), "success")
    return redirect(url_for(".factors"), 303)
