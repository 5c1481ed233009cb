"""What was typed into a page before its reader's sign-in lapsed: kept at the door, given back after it."""

from flask import request, session
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.domain.access import held, sign_in
from portal.domain.accounts import Account
from portal.web import current

SAVING = "Saving"
"""The header of a form that a page sends while somebody writes in it: pages/migrant/saving.py."""
PAGE = "page"
"""What it says there when its button was pressed."""
NOT_KEPT = frozenset({"csrf_token", "password"})
ONLY_KEEP = "Only-Keep"
"""The header of a form that a page sends by itself when its time is nearly over: nobody pressed a button."""


def is_page_turned() -> bool:
    """Whether the page saves itself with its button, and turns to the next one without loading it anew."""
    return request.headers.get(SAVING) == PAGE


def is_all_that_is_wanted() -> bool:
    """Whether the form of this request is to be kept, and nothing else done with it."""
    return ONLY_KEEP in request.headers


def keep() -> bool:
    """Keep a form of the application for whoever is signed in, or was until lately; whether it is kept."""
    if request.blueprint != "application" or request.method != "POST":
        return False
    token = session.get("_user_id")
    typed = _typed_now()
    if not token or not typed:
        return False
    with current.wiring().writing() as database:
        account = _writer(database, token)
        is_kept = account is not None and held.hold(database, account, _address(), typed)
        database.commit()
    return is_kept


def hold() -> None:
    """Keep what the viewer typed into this page, which cannot be saved as it is. The page commits."""
    held.hold(current.db_session(), current.viewer(), _address(), _typed_now())


def _typed_now() -> held.Fields:
    return [(name, text) for name, text in request.form.items(multi=True) if name not in NOT_KEPT]


def _writer(database: Session, token: str) -> Account | None:
    found = current.signed_in()
    return found.account if found else sign_in.lapsed(database, token)


def typed() -> MultiDict[str, str] | None:
    """What the viewer typed into this page before, as a form is posted; None when there is nothing."""
    found = held.held(current.db_session(), current.viewer(), _address())
    return MultiDict(found) if found else None


def drop() -> None:
    """What was kept of this page is saved now. The page commits."""
    held.drop(current.db_session(), current.viewer(), _address())


def _address() -> str:
    # Without the language: the page may be read in another one next time.
    return request.path.split("/", 2)[-1][:200]
