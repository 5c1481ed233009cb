"""What happened with the account, and what to do when it was somebody else: stop it."""

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from portal.domain.access import sign_in
from portal.domain.permissions import COUNSEL, Act, may, require
from portal.domain.telling import news as domain
from portal.domain.telling import notices
from portal.pages.account.room import bp
from portal.pages.entrance.sign_in import CLEARED
from portal.web import current, device


@bp.get("/news")
def news() -> ResponseReturnValue:
    """What is new, and everything before it."""
    viewer, database = current.viewer(), current.db_session()
    before = _number(request.args.get("before", ""))
    lines = domain.lines(database, viewer, before=before)
    return render_template(
        "account/news.html",
        new=domain.new(database, viewer) if before is None else [],
        lines=lines,
        is_later=before is not None,
        older=lines[-1].event_id if len(lines) == domain.PAGE else None,
        may_work=viewer.role in COUNSEL,
        may_stop=may(viewer.role, Act.ACCOUNT_FREEZE),
    )


@bp.post("/news")
def mark_read() -> ResponseReturnValue:
    """This was the person: one of the news, or all of them."""
    database = current.db_session()
    typed = request.form.get("notice", "")
    if typed != "all":
        notices.mark_read(database, current.viewer(), _number(typed) or 0)
    else:
        notices.mark_read(database, current.viewer())
    database.commit()
    return redirect(url_for(".news"), 303)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


@bp.get("/not-me")
def not_me() -> ResponseReturnValue:
    """Say what stopping the account means."""
    require(current.viewer().role, Act.ACCOUNT_FREEZE)
    return render_template("account/not_me.html")


@bp.post("/not-me")
def freeze() -> ResponseReturnValue:
    """Stop the account for everybody, and leave nothing behind in this browser."""
    viewer, database = current.viewer(), current.db_session()
    require(viewer.role, Act.ACCOUNT_FREEZE)
    sign_in.freeze(database, viewer, by=viewer)
    database.commit()
    logout_user()
    session.clear()
    device.forget()
    answer = make_response(redirect(url_for("entrance.frozen"), 303))
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer
