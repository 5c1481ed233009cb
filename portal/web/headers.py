"""What every answer carries so that a browser keeps the page safe, and which answers travel light."""

import gzip
from collections.abc import Callable

import brotli
from flask import Flask, request, session
from werkzeug.wrappers import Response

from portal.web import current

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"
PUBLIC_MINUTES = "public, max-age=300"
PUBLIC = frozenset({"public", "guide"})
"""The parts of the house whose pages, as long as nothing was sent to them, hold nothing of anybody."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda page: bytes(brotli.compress(page, quality=5)),
    "gzip": lambda page: gzip.compress(page, 6, mtime=0),
}
"""How a page is made small, the smallest first; some tenths of a millisecond each."""


def init(app: Flask) -> None:
    """Set the headers of every answer, errors included."""
    app.after_request(_protect)
    app.after_request(_lighten)


def guards(*, secure: bool) -> dict[str, str]:
    """What keeps a browser safe with any answer; `secure` when people reach the portal over https."""
    return {**HEADERS, "Strict-Transport-Security": TWO_YEARS} if secure else HEADERS


def _protect(response: Response) -> Response:
    for name, value in guards(secure=current.wiring().settings.secure).items():
        response.headers.setdefault(name, value)
    # Everything but the public pages is somebody's own.
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = PUBLIC_MINUTES if _is_public(response) else "no-store"
    return response


def _is_public(response: Response) -> bool:
    is_page = request.blueprint in PUBLIC and request.method in ("GET", "HEAD")
    # A page that said something to one person took it out of their cookie.
    is_for_one = session.modified or current.signed_in() is not None
    return is_page and response.status_code == 200 and not is_for_one


def _lighten(response: Response) -> Response:
    """Nobody reads the words of a redirect; and pages are compressed, where that tells nothing."""
    if response.status_code in REDIRECTS:
        response.set_data(b"")
    if response.mimetype != "text/html" or response.is_streamed or not response.get_data():
        return response
    if not _is_public(response) and not _is_asked_by_our_own_page():
        return response
    response.vary.add("Accept-Encoding")
    for name, compress in ENCODINGS.items():
        if request.accept_encodings[name]:
            response.set_data(compress(response.get_data()))
            response.headers["Content-Encoding"] = name
            break
    return response


def _is_asked_by_our_own_page() -> bool:
    """Whether the browser says so: only then nobody else chose what stands in this request.

    A page with secrets must not be compressed beside what a stranger may make its reader send: the length
    of the answer would tell one from the other, guess by guess (docs/decisions/0021-*.md). No page can
    write this header, and a browser that does not know it gets its pages as they are.
    """
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
