"""A supplier without an account sends one photo for one step. Nothing here tells of the case."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from wtforms import HiddenField

from portal.adapters.vault import StoreDown
from portal.domain.errors import Refused, TooMany, Unavailable
from portal.domain.papers import supplier_links
from portal.pages.partner.updating import new_number, number_of
from portal.programme import DocumentKind
from portal.web import current
from portal.web.forms import Form, Needed, Paragraph, Text, needed
from portal.web.htmx import again
from portal.web.sending import FileSent, store_file
from portal.web.words import say

bp = Blueprint("supplier", __name__, url_prefix="/<language>/photo/<token>")
BLUEPRINTS = (bp,)


class CodeForm(Form):
    """The code that was told by phone."""

    code = Text(_l("Code"), [needed()], most=60)


class ProofForm(CodeForm):
    """A photo and some words; the code goes along, and is looked at once more."""

    code = HiddenField()
    file = FileSent(_l("Photo or PDF"), [Needed(_l("Choose a file."))])
    words = Paragraph(_l("Do you want to add something?"), most=500)
    number = HiddenField()


@bp.get("/")
def ask(token: str) -> ResponseReturnValue:
    """Ask for the code: the same page for every link, good or not."""
    return render_template("supplier/code.html", form=CodeForm(formdata=None), token=token)


@bp.post("/")
def enter(token: str) -> ResponseReturnValue:
    """With the right code: what is asked for."""
    form = CodeForm()
    if not form.validate():
        return again("supplier/code.html", form=form, token=token)
    return _proof(token, form.code.data, ProofForm(formdata=None, code=form.code.data, number=new_number()))


@bp.post("/file")
def send(token: str) -> ResponseReturnValue:
    """Take the photo: the link is used up. The same form once more is thanked once more."""
    form, session = ProofForm(), current.db_session()
    number = number_of(form)
    if supplier_links.find_used(session, token, number):
        return _thanked(token)
    if not form.validate():
        return _proof(token, form.code.data or "", form)
    try:
        link, case, maker = supplier_links.sender_of(session, token, form.code.data or "")
        session.commit()  # nobody waits for the database while the store writes
        whole = store_file(case, DocumentKind.DELIVERY_PHOTO, form.file.data, milestone_id=None, by=maker)
        supplier_links.use(session, link, whole, words=form.words.data or "", form=number)
    except (Refused, TooMany) as fault:
        return _wrong(token, fault)
    session.commit()
    return _thanked(token)


@bp.get("/sent")
def sent(token: str) -> ResponseReturnValue:
    """Thanks, whoever looks."""
    return render_template("supplier/sent.html")


def _thanked(token: str) -> ResponseReturnValue:
    return redirect(url_for(".sent", token=token), 303)


def _proof(token: str, code: str, form: ProofForm) -> ResponseReturnValue:
    session = current.db_session()
    try:
        asked = supplier_links.look(session, token, code)
    except (Refused, TooMany) as fault:
        return _wrong(token, fault)
    session.commit()
    page = render_template("supplier/proof.html", form=form, token=token, asked=asked)
    return page, form.file.status if form.errors else 200


def _wrong(token: str, fault: Refused | TooMany) -> ResponseReturnValue:
    """The same page whatever is wrong. What was tried is counted."""
    current.db_session().commit()
    form = CodeForm(formdata=None)
    if isinstance(fault, Refused):
        form.accept(code=say(fault.reasons[0]))
        return again("supplier/code.html", form=form, token=token)
    form.accept(code=_("Too many tries. Wait a few minutes, then try again."))
    answer = make_response(render_template("supplier/code.html", form=form, token=token), 429)
    answer.headers["Retry-After"] = str(fault.wait)
    return answer


@bp.errorhandler(CSRFError)
@bp.errorhandler(RequestEntityTooLarge)
@bp.errorhandler(StoreDown)
@bp.errorhandler(Unavailable)
def _failed(error: Any) -> ResponseReturnValue:
    """What goes wrong here is told without the name of the programme, too."""
    status = error.code if isinstance(error, HTTPException) else 503
    return render_template("supplier/failed.html", status=status), status or 500
