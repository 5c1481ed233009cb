"""What was typed into a page whose reader's sign-in had lapsed: kept at the door, given back after it."""

from flask import request, session
from werkzeug.datastructures import MultiDict

from portal.domain import held, sign_in
from portal.web import current

NOT_KEPT = frozenset({"csrf_token", "password"})


def keep() -> bool:
    """Keep the form of this request for whoever was signed in here until lately; whether it is kept."""
    token = session.get("_user_id")
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in NOT_KEPT]
    if not token or not typed:
        return False
    with current.wiring().writing() as database:
        account = sign_in.lapsed(database, token)
        is_kept = account is not None and held.hold(database, account, _address(), typed)
        database.commit()
    return is_kept


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
