"""The account at a glance, and the language it is spoken to in."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from portal.domain import accounts
from portal.domain.access import factors, sign_in
from portal.domain.access.factors import FactorKind
from portal.domain.telling import contacts
from portal.pages.account.room import bp, here
from portal.pages.entrance.half import page
from portal.web import current, language
from portal.web.forms import Form, chosen


@bp.get("/")
def overview() -> ResponseReturnValue:
    """What the account is like, and what may be changed."""
    viewer, database = current.viewer(), current.db_session()
    mine = factors.of_account(database, viewer)
    paper = [one for one in mine if one.kind is FactorKind.RECOVERY]
    contact = contacts.of_account(database, viewer)
    return render_template(
        "account/overview.html",
        spoken=language.known()[viewer.language].name,
        kinds=sorted({one.kind for one in mine} - {FactorKind.RECOVERY}, key=list(FactorKind).index),
        reach=contact and contact.reach,
        codes_left=factors.codes_left(database, paper[0]) if paper else None,
        codes_made=factors.PAPER_CODES,
        devices=sign_in.devices(database, viewer),
        here=here(),
    )


class LanguageForm(Form):
    """The language the portal speaks with this person."""

    code = RadioField(
        _l("Language"),
        [chosen()],
        choices=lambda: [(one.code, one.name) for one in language.known().values()],
    )


@bp.get("/language")
def choose_language() -> ResponseReturnValue:
    """Ask for a language."""
    return page("account/language.html", LanguageForm(code=current.viewer().language))


@bp.post("/language")
def set_language() -> ResponseReturnValue:
    """Keep the language with the account, and go on in it."""
    viewer, database, form = current.viewer(), current.db_session(), LanguageForm()
    if not form.validate():
        return page("account/language.html", form)
    accounts.set_language(database, viewer, form.code.data)
    database.commit()
    return redirect(url_for(".overview", language=form.code.data), 303)
