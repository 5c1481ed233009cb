"""Close one's own account: what it means, and the button."""

from flask import make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from portal.domain import cases
from portal.domain.accounts import Account
from portal.domain.cases import BEFORE_DEPARTURE
from portal.domain.errors import NotFound, Refused
from portal.domain.own import closing
from portal.domain.permissions import Act, may
from portal.pages.account.room import bp
from portal.pages.entrance.sign_in import CLEARED
from portal.web import current, device


@bp.get("/close")
def ask_close() -> ResponseReturnValue:
    """Say what closing means, what is kept, and what stands in the way."""
    return _page(_owner())


@bp.post("/close", endpoint="close")
def close_account() -> ResponseReturnValue:
    """Close the account at once, and leave nothing behind in this browser."""
    database, viewer = current.db_session(), _owner()
    try:
        closing.close(database, viewer)
    except Refused:
        return _page(viewer), 409
    database.commit()
    logout_user()
    session.clear()
    device.forget()
    answer = make_response(redirect(url_for("entrance.closed"), 303))
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer


def _owner() -> Account:
    """The viewer, if it is for them to close their account: for staff and partners the manager does it."""
    viewer = current.viewer()
    if not may(viewer.role, Act.ACCOUNT_CLOSE):
        raise NotFound("close")
    return viewer


def _page(viewer: Account) -> str:
    database = current.db_session()
    case = cases.of_migrant(database, viewer)
    return render_template(
        "account/close.html",
        reasons=closing.in_the_way(database, viewer),
        has_case=case is not None,
        may_stop=case is not None and case.state in BEFORE_DEPARTURE,
    )
