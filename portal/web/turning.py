"""From one question to the next in one answer: the page behind a redirect is sent at once, frame aside."""

import io
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask.ctx import RequestContext
from werkzeug.wrappers import Response

from portal.web import current

GO_ON = "Go-On"
"""The header that names the page to go on with; where it comes with a page, it is this one."""
TURNED_TO = frozenset({"application.ask", "application.ask_member"})
"""Pages in the same frame as the one before, which save themselves too: static/saving.js."""


def turned_to(address: str) -> Response | None:
    """The page at an address of ours as its reader finds it now; None for one that is to be loaded whole.

    What this request changed is committed before.
    """
    to = urlsplit(address)
    endpoint, _values = current_app.create_url_adapter(request).match(to.path, method="GET")  # type: ignore[union-attr]
    if endpoint not in TURNED_TO:
        return None
    current.close_session()  # a writer that waits for its own page would keep every other one waiting
    asked = {
        **request.environ,
        "REQUEST_METHOD": "GET",
        "PATH_INFO": to.path,
        "QUERY_STRING": to.query,
        "CONTENT_LENGTH": "",
        "CONTENT_TYPE": "",
        "wsgi.input": io.BytesIO(),
    }
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with RequestContext(app, asked, session=session._get_current_object()):  # type: ignore[attr-defined]
        answer: Response = app.make_response(app.preprocess_request() or app.dispatch_request())
    if answer.status_code != 200:
        return None
    answer.headers[GO_ON] = address
    return answer
