"""One answer for two callers: htmx gets the part that changed, everyone else is sent to the page."""

from typing import IO, Any
from wsgiref.types import WSGIEnvironment

from flask import Flask, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.wrappers import Response

from portal.adapters import scratch


class PortalRequest(HtmxAwareRequest):
    """A request that knows htmx and keeps what is uploaded in memory or sealed."""

    max_form_memory_size = 1024 * 1024
    max_form_parts = 200

    def __init__(self, environ: WSGIEnvironment, **more: Any) -> None:
        super().__init__(environ, **more)
        # werkzeug reads such a form as a whole and heeds no other limit: a million fields fill the memory.
        if self.mimetype == "application/x-www-form-urlencoded":
            self.max_content_length = self.max_form_memory_size

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return scratch.room(total_content_length)  # werkzeug would write a large file to the disk as it is


def init(app: Flask) -> None:
    """Teach requests about htmx, and caches that answers differ for it."""
    Htmx(app)
    # htmx-flask replaces the request class, so ours is set after it.
    app.request_class = PortalRequest
    app.after_request(_vary)


def _vary(response: Response) -> Response:
    response.vary.add("HX-Request")
    return response


def is_part_wanted() -> bool:
    """Whether htmx asked, and not for the whole page."""
    asked = request.headers.get("HX-Request") == "true"
    return asked and request.headers.get("HX-Boosted") != "true"


def done(part: str, *, to: str, **context: object) -> ResponseReturnValue:
    """After a change: the part to htmx, a redirect (303) to everyone else."""
    return render_template(part, **context) if is_part_wanted() else redirect(to, 303)


def again(page: str, **context: object) -> ResponseReturnValue:
    """The page once more because something typed cannot be used: 422, and everything typed is kept."""
    return render_template(page, **context), 422


def moved(to: str, status: int = 303) -> ResponseReturnValue:
    """Send the browser to another page, also when htmx asked."""
    if not is_part_wanted():
        return redirect(to, status)
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = to
    return answer
