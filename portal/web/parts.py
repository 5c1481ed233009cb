"""How a stored part of a document is sent to a browser: looked over, stamped for others, kept by no cache."""

import hashlib
import mimetypes
from collections.abc import Iterator
from pathlib import PurePath
from urllib.parse import quote

from babel.dates import get_timezone_location
from flask import Response
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import Headers

from portal.adapters import stamping
from portal.db import TIME_ZONE, now
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.documents import Document, LookPurpose, Part, part_context
from portal.sealing import Unsealable
from portal.web import current
from portal.web.filters import moment
from portal.web.words import say

HELD = 4 * 1024 * 1024
"""What is larger is read twice, and not held in memory: first to see that it is whole, then to be sent."""


def answer_part(document: Document, part: Part) -> Response:
    """The bytes of a part as they are stored, for who sent them; the page commits before.

    Raises Missing, Unsealable (also when it is not what was once put there) or StoreDown while the answer can
    still be an error.
    """
    if part.size <= HELD:
        return _answer(document, part, _whole(document, part))
    for _chunk in _sound(document, part):
        pass
    answer = _answer(document, part, b"")
    answer.response = _read(document, part)
    answer.headers["Content-Length"] = str(part.size)
    return answer


def answer_stamped(
    document: Document, part: Part, case: Case, purpose: LookPurpose, *, turn: int = 0, as_copy: bool = False
) -> Response:
    """The same for anybody else: with who looks, when and what for burnt into it.

    `turn`: a picture is turned clockwise by 0, 90, 180 or 270. `as_copy`: to be saved, not shown.
    """
    words, data = stamp(case, purpose, by=current.viewer()), _whole(document, part)
    if part.mime == "application/pdf":
        stamped = stamping.document(data, words)
    else:
        stamped = stamping.picture(data, words, turn=turn)
    return _answer(document, part, stamped, as_copy=as_copy)


def stamp(case: Case, purpose: LookPurpose, *, by: Account) -> str:
    """Who, when (by the clock of the programme, as every page says it), which case, what for: in one line."""
    who = _("%(name)s (%(role)s)", name=by.name, role=say(by.role)) if by.name else str(say(by.role))
    city = get_timezone_location(TIME_ZONE.key, locale=get_locale(), return_city=True)
    return " · ".join((who, f"{moment(now())} ({city})", case.reference, str(say(purpose))))


def _read(document: Document, part: Part) -> Iterator[bytes]:
    context = part_context(document.id, part.number)
    return current.wiring().vault.read(part.store_name, key=document.key, context=context)


def _sound(document: Document, part: Part) -> Iterator[bytes]:
    """Its bytes. Raises Unsealable at the end when they are not those that the row tells of."""
    digest = hashlib.sha256()
    for chunk in _read(document, part):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != part.sha256:
        raise Unsealable(part_context(document.id, part.number))


def _whole(document: Document, part: Part) -> bytes:
    return b"".join(_sound(document, part))


def _answer(document: Document, part: Part, data: bytes, *, as_copy: bool = False) -> Response:
    headers = Headers({"Content-Length": str(len(data)), "Cache-Control": "no-store"})
    headers.add("Content-Disposition", _disposition(document.file_name, part, as_copy=as_copy))
    return Response(data, mimetype=part.mime, headers=headers)


def _disposition(file_name: str, part: Part, *, as_copy: bool) -> str:
    """To be shown in the page; when saved, under the name the sender gave it (RFC 6266, RFC 8187)."""
    ending = mimetypes.guess_extension(part.mime) or ""
    page = f" {part.number}" if part.number > 0 else ""
    name = quote(f"{PurePath(file_name).stem}{page}{ending}", safe="!#$&+-.^_`|~")
    how = "attachment" if as_copy else "inline"
    return f"{how}; filename=\"document{ending}\"; filename*=UTF-8''{name}"
