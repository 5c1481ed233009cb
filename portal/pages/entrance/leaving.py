"""Leave: at once, when somebody comes near; and by itself, when nobody was there for a while."""

from contextlib import suppress
from urllib.parse import urlsplit

from flask import abort, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from portal.domain.access import sign_in
from portal.pages.entrance import half
from portal.pages.entrance.half import bp
from portal.pages.entrance.sign_in import CLEARED
from portal.web import current, doors


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """End the sign-in, whole or half, and answer a page that leads to a neutral site and says nothing of us.

    It needs no form token: a page that was open for too long must let people out as well. A foreign page
    cannot send it, since the cookie stays at home and browsers say where a form comes from.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(400)
    # The way out stays open when the database does not answer: then time ends the sign-in.
    with suppress(SQLAlchemyError):
        _end()
    session.clear()
    to = current.programme().leave_to
    # Not render_template: it would ask the database who is looking.
    page = current_app.jinja_env.get_template("entrance/left.html")
    host = (urlsplit(to).hostname or "").removeprefix("www.")
    answer = make_response(page.render(to=to, host=host, language=current.language()))
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer


def _end() -> None:
    database, found = current.db_session(), current.signed_in()
    if found is not None:
        sign_in.end(database, found.sign_in, found.account)
    sign_in.give_up(database, session.get(half.HALF, ""))
    database.commit()


@bp.get("/rested")
def rested() -> ResponseReturnValue:
    """Where a page goes by itself when its time is over: to signing in, unless another page is in use."""
    if current.signed_in() is None:
        doors.say_rested()
        return redirect(url_for(".sign_in", next=half.wanted()))
    return render_template("entrance/rested.html", onward=doors.safe_next(half.wanted()))
