"""The migrant's documents: what is asked for, what was sent, how it stands, and sending another."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.db import now
from portal.domain import clocks, corrections, documents, grants
from portal.domain.cases import Case
from portal.domain.corrections import Correction
from portal.domain.documents import Document, DocumentState
from portal.domain.plans import Milestone
from portal.pages.migrant.rooms import my_case
from portal.programme import DocumentKind
from portal.web import current, htmx
from portal.web.forms import Form, Menu, chosen
from portal.web.parts import answer_part
from portal.web.sending import FileSent, keep_file

bp = Blueprint("documents", __name__, url_prefix="/<language>/my/documents")

NUMBER = f"int(max={2**63 - 1})"
"""Nothing larger fits into a column."""
PATIENCE = timedelta(minutes=5)
"""How long a page itself asks whether a check is over: left open, it must not keep its person signed in."""


# --- What is asked for, and what was sent ------------------------------------------------------------


@bp.get("")
def overview() -> ResponseReturnValue:
    """What is asked for, and every document with its state."""
    session, case = current.db_session(), my_case()
    found = documents.of_case(session, case, viewer=current.viewer())
    checking = [one for one in found if _is_worth_waiting_for(one)]
    if not htmx.is_part_wanted():
        return render_template("migrant/documents/list.html", asked=_asked(case), **_list(case, found, checking))
    if request.args.get("checking", type=int) == len(checking):
        return "", 204  # nothing new: nothing is swapped, and no screen reader reads it all again
    return render_template("migrant/documents/_list.html", **_list(case, found, checking))


def _is_worth_waiting_for(document: Document) -> bool:
    return document.state is DocumentState.CHECKING and document.sent_at + PATIENCE > now()


def _asked(case: Case) -> list[Correction]:
    """What a counsellor asks for in words of their own, once the case is back with the migrant."""
