"""The browser a request comes from: what it is called in a list, and the secret that it is known by."""

from flask import after_this_request, request
from werkzeug.wrappers import Response

from portal.web import current

YEAR = 365 * 24 * 3600

# The first that stands in what the browser says about itself is named; a phone's Chrome says Safari, too.
BROWSERS = {
    "SamsungBrowser": "Samsung Internet",
    "OPR": "Opera",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def words() -> str:
    """A name for this browser that its owner recognises in a list: Firefox, Android."""
    said = request.user_agent.string
    found = (next((table[mark] for mark in table if mark in said), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))


def token() -> str:
    """The secret this browser is known by; empty for one that is not known."""
    return request.cookies.get(_name(), "")


def remember(token: str | None) -> None:
    """Let this browser be known by `token` from now on; None: leave it as it is."""
    if token is None:
        return

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            _name(), token, max_age=YEAR, secure=_is_secure(), httponly=True, samesite="Lax", path="/"
        )
        return response


def forget() -> None:
    """Let this browser keep nothing it could be known by."""

    @after_this_request
    def _delete(response: Response) -> Response:
        if _name() in request.cookies:
            response.delete_cookie(_name(), secure=_is_secure(), httponly=True, samesite="Lax", path="/")
        return response


def _is_secure() -> bool:
    return current.wiring().settings.secure


def _name() -> str:
    return "__Host-kodutee-device" if _is_secure() else "kodutee-device"
