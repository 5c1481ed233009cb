"""Every way a request can fail: one status, one page, one fragment, in the person's language."""

from dataclasses import dataclass

from babel.support import LazyProxy
from flask import Flask, current_app, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal.adapters.vault import Missing, StoreDown
from portal.domain import cases
from portal.domain.errors import Closed, Expired, NotAllowed, NotFound, Reason, Refused, TooMany, Unavailable
from portal.domain.papers.uploads import TooLarge
from portal.domain.permissions import Role
from portal.sealing import Unsealable
from portal.settings import PROJECT
from portal.web import current, htmx, kept
from portal.web.words import say


@dataclass(frozen=True)
class Fault:
    """What a person is told: the heading, what happened, and what to do now."""

    title: LazyProxy
    words: LazyProxy
    todo: LazyProxy


FAULTS: dict[int, Fault] = {
    400: Fault(
        _l("We could not read that"),
        _l("Your browser sent something that we did not expect."),
        _l("Go back, load the page again and try once more."),
    ),
    401: Fault(
        _l("You are not signed in"), _l("This page is for people who are signed in."), _l("Sign in first.")
    ),
    403: Fault(
        _l("You cannot do this"),
        _l("Your account does not allow this."),
        _l("If you think this is wrong, write to us."),
    ),
    404: Fault(
        _l("Page not found"),
        _l("There is nothing at this address, or you may not see it."),
        _l("Check the address, or start again from the first page."),
    ),
    405: Fault(
        _l("The page cannot do this"),
        _l("The browser asked for something that this page does not know."),
        _l("Go back and use the buttons of the page."),
    ),
    409: Fault(
        _l("This cannot be done now"),
        _l("Something has changed since you opened the page, or something is still missing."),
        _l("Look at what has changed, then try again."),
    ),
    413: Fault(
        _l("The file is too large"),
        _l("One file can have up to 25 MB."),
        _l("Send a smaller file, or take a photo of the page."),
    ),
    415: Fault(
        _l("We cannot use this kind of file"),
        _l("We can use photos (JPEG, PNG, WebP, HEIC) and PDF files."),
        _l("Take a photo of the document and send the photo."),
    ),
    422: Fault(
        _l("Something is missing"),
        _l("Something you wrote cannot be used as it is."),
        _l("Go back, change it and send it again."),
    ),
    429: Fault(
        _l("Too many tries"),
        _l("To keep accounts safe we stop after several tries."),
        _l("Wait a few minutes, then try again."),
    ),
    500: Fault(
        _l("Something went wrong on our side"),
        _l("This is our fault, not yours. What you sent before is safe."),
        _l("Try again in a few minutes."),
    ),
    503: Fault(
        _l("The portal cannot do this at the moment"),
        _l("A part of our system does not answer. What you sent before is safe."),
        _l("Try again in a few minutes."),
    ),
}

CASE_PAGE = "counsellor.show_case"

BARE = PROJECT / "templates" / "errors" / "bare.html"

# Reasons that a person mends by filling in something on the page.
MISSING_INPUT = frozenset(
    {Reason.REASON_MISSING, Reason.DATE_MISSING, Reason.DATE_IN_FUTURE, Reason.DATE_TOO_EARLY}
)


def init(app: Flask) -> None:
    """Answer every fault with its page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(
        CSRFError, lambda error: answer(400, words=_("The page was open for too long."))
    )
    app.register_error_handler(Closed, _closed)
    app.register_error_handler(NotFound, lambda error: answer(404))
    app.register_error_handler(NotAllowed, lambda error: answer(403))
    app.register_error_handler(Expired, lambda error: answer(404, words=_("This link is no longer valid.")))
    app.register_error_handler(TooLarge, lambda error: answer(413))
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(StaleDataError, lambda error: _refused(Refused([Reason.CHANGED_MEANWHILE])))
    app.register_error_handler(StoreDown, _unavailable)
    app.register_error_handler(Missing, _damaged)
    app.register_error_handler(Unsealable, _damaged)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unforeseen)


def _unavailable(error: Exception) -> Response:
    """Something the portal stands on does not answer now; the log names it, without anybody's words."""
    fault = getattr(error.__cause__ or error, "orig", None) or error.__cause__ or error
    code = getattr(fault, "sqlite_errorname", None) or getattr(fault, "sqlstate", None) or ""
    current_app.logger.error("no answer: %s %s at %s", type(fault).__name__, code, request.endpoint)
    return answer(503)


def _damaged(error: Exception) -> Response:
    """What is stored is not what was put there: nobody is shown it, and whoever reads the log must look."""
    current_app.logger.error("damaged %s at %s: portal scrub", type(error).__name__, request.endpoint)
    return answer(503, words=_("What is stored cannot be opened. We are looking into it."))


def answer(status: int, *, words: str = "", reasons: list[str] | None = None, back: str = "") -> Response:
    """The page (or for htmx the part) of one fault; a bare page when not even that can be made.

    `back` is the address of the case it is about.
    """
    current.close_session()
    fault = FAULTS.get(status, FAULTS[500 if status >= 500 else 400])
    template = "errors/_error.html" if htmx.is_part_wanted() else "errors/error.html"
    try:
        page = render_template(
            template,
            status=status,
            title=fault.title,
            words=words or fault.words,
            todo=fault.todo,
            reasons=reasons or [],
            back=back,
        )
    except Exception:
        # The frame asks who is looking, and the database or the frame itself may be what is broken.
        page = BARE.read_text("utf-8")
    return make_response(page, status)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.response is not None or (error.code or 500) < 400:
        return error
    page = answer(error.code or 500)
    page.headers.extend([pair for pair in error.get_headers() if pair[0] == "Allow"])
    return page


def _closed(error: Closed) -> ResponseReturnValue:
    """A colleague's case: its first page leads to where a reason is asked for; others do not exist.

    Unless somebody was in it with a reason: then every page of it leads there again when the time is over.
    """
    is_its_page = request.endpoint == CASE_PAGE
    if not is_its_page and not (error.is_again and request.blueprint == "counsellor"):
        return answer(404)
    kept.led_elsewhere()
    current.close_session()
    if kept.keep():
        flash(_("We kept what you wrote. You will find it again when the case is open."), "success")
    return htmx.moved(url_for("counsellor.ask_reason", reference=error.reference))


def _too_many(error: TooMany) -> Response:
    page = answer(429)
    page.headers["Retry-After"] = str(error.wait)
    return page


def _refused(error: Refused) -> Response:
    status = 422 if set(error.reasons) <= MISSING_INPUT else 409
    current.close_session()
    stands = _standing()
    back = url_for(CASE_PAGE, reference=_reference()) if stands and request.blueprint == "counsellor" else ""
    return answer(status, reasons=[str(say(reason)) for reason in error.reasons], words=stands, back=back)


def _reference() -> str:
    """Of the case that the address of this request names, if it names one."""
    return str((request.view_args or {}).get("reference", ""))


def _standing() -> str:
    """Where the case of this request stands now, if the viewer may know."""
    found, reference = current.signed_in(), _reference()
    if found is None:
        return ""
    with current.wiring().reading() as session:
        case = None
        if found.account.role is Role.MIGRANT:
            case = cases.of_migrant(session, found.account)
        elif reference:
            try:
                case = cases.find(session, reference, viewer=found.account)
            except NotFound:
                return ""
        return _("The case now: %(state)s", state=say(case.state)) if case else ""


def _database(error: DBAPIError) -> Response:
    # A NUL byte or a number too large for its column is the sender's fault, not ours.
    unusable = isinstance(error.orig, ValueError | OverflowError) or "DataError" in type(error).__name__
    return answer(400) if unusable else _unforeseen(error)


def _unforeseen(error: Exception) -> Response:
    # The kind of the fault only: its message may hold somebody's name.
    current_app.logger.error(
        "fault %s at %s", type(error).__name__, request.endpoint, exc_info=current_app.debug
    )
    return answer(500)
