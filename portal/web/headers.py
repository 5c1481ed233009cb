"""What every answer carries so that a browser keeps the page safe, and which answers travel light."""

import gzip
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import brotli
from flask import Flask, json, request, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response

from portal.web import current, htmx, kept

POLICY = (
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';"
    "form-action 'self';frame-ancestors 'none';base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self),geolocation=(),microphone=()",
}
ASIDE = HEADERS | {
    "Content-Security-Policy": "default-src 'none';frame-ancestors 'none'",
    "Permissions-Policy": "camera=()",
}
"""The same for what no browser shows as a page: redirects, styles, what one of our scripts asked for."""
TWO_YEARS = "max-age=63072000;includeSubDomains"
PUBLIC_MINUTES = "public, max-age=300"
PUBLIC = frozenset({"public", "guide"})
"""The parts of the house whose pages, as long as nothing was sent to them, hold nothing of anybody."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
DENSE = frozenset({"guide", "entrance", "account", "application"})
"""The parts of the house that somebody on a phone goes through page by page, fifty in a row."""
ENCODINGS: dict[str, Callable[[bytes, bool], bytes]] = {
    "br": lambda page, is_dense: bytes(brotli.compress(page, quality=10 if is_dense else 5)),
    "gzip": lambda page, is_dense: gzip.compress(page, 9 if is_dense else 6, mtime=0),
}
"""How a page is made small, the smallest first: in some tenths of a millisecond; or dense, with an eighth
less to send, in two to four."""
PUBLIC_PAGES = 64


def init(app: Flask) -> None:
    """Set the headers of every answer, errors included."""
    app.after_request(_protect)
    app.after_request(_lighten)
    app.session_interface = _Cookies()


class _AsWritten(TaggedJSONSerializer):
    """Words in their own letters: a sentence in Russian is half as long as with its letters as numbers."""

    def dumps(self, value: Any) -> str:
        return json.dumps(self.tag(value), separators=(",", ":"), ensure_ascii=False)


class _Cookies(SecureCookieSessionInterface):
    """A short cookie. And what no cache keeps need not say by what it differs: Flask says that here."""

    serializer = _AsWritten()

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        super().save_session(app, session, response)  # type: ignore[arg-type]
        if response.headers.get("Cache-Control") == "no-store":
            for name in ("hx-request", "accept-encoding", "cookie"):
                response.vary.discard(name)


def guards(headers: dict[str, str], *, secure: bool) -> dict[str, str]:
    """What keeps a browser safe with an answer; `secure` when people reach the portal over https."""
    return {**headers, "Strict-Transport-Security": TWO_YEARS} if secure else headers


def _protect(response: Response) -> Response:
    secure = current.wiring().settings.secure
    for name, value in guards(_kind(response), secure=secure).items():
        response.headers.setdefault(name, value)
    # Everything but the public pages is somebody's own.
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = PUBLIC_MINUTES if _is_public(response) else "no-store"
    return response


def _kind(response: Response) -> dict[str, str]:
    is_empty = response.status_code in REDIRECTS or response.status_code == 204
    is_for_a_script = htmx.is_part_wanted() or kept.SAVING in request.headers
    return ASIDE if is_empty or is_for_a_script else HEADERS


def _is_public(response: Response) -> bool:
    is_page = request.blueprint in PUBLIC and request.method in ("GET", "HEAD")
    # A page that said something to one person took it out of their cookie.
    is_for_one = session.modified or current.signed_in() is not None
    return is_page and response.status_code == 200 and not is_for_one


def _lighten(response: Response) -> Response:
    """Nobody reads the words of a redirect; and pages are compressed, where that tells nothing."""
    if response.status_code in REDIRECTS:
        response.set_data(b"")
        response.headers.pop("Content-Type", None)
    if response.mimetype != "text/html" or response.is_streamed or not response.get_data():
        return response
    if not _is_public(response) and not _is_asked_by_our_own_page():
        return response
    response.vary.add("Accept-Encoding")
    encoding = next((name for name in ENCODINGS if request.accept_encodings[name]), None)
    if encoding:
        compress = _compress_once if _is_public(response) else _compress
        is_dense = _is_public(response) or request.blueprint in DENSE
        response.set_data(compress(response.get_data(), encoding, is_dense))
        response.headers["Content-Encoding"] = encoding
    return response


def _compress(page: bytes, encoding: str, is_dense: bool) -> bytes:
    return ENCODINGS[encoding](page, is_dense)


# A public page is the same for everybody.
_compress_once = lru_cache(PUBLIC_PAGES)(_compress)


def _is_asked_by_our_own_page() -> bool:
    """Whether the browser says so: only then nobody else chose what stands in this request.

    A page with secrets must not be compressed beside what a stranger may make its reader send: the length
    of the answer would tell one from the other, guess by guess (docs/decisions/0021-*.md). No page can
    write this header, and a browser that does not know it gets its pages as they are.
    """
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
