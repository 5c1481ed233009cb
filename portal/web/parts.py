"""How a stored part of a document is sent to a browser: opened as it goes out, and kept by no cache."""

import mimetypes
from itertools import chain
from pathlib import PurePath
from urllib.parse import quote

from flask import Response
from werkzeug.datastructures import Headers

from portal.domain.documents import Document, Part, part_context
from portal.web import current


def answer_part(document: Document, part: Part) -> Response:
    """The bytes of a part that `documents.open_part` let be seen; the page commits before.

    Raises Missing, Unsealable or StoreDown while the answer can still be an error.
    """
    context = part_context(document.id, part.number)
    opened = current.wiring().vault.read(part.store_name, key=document.key, context=context)
    first = next(opened)
    headers = Headers({"Content-Length": str(part.size), "Cache-Control": "no-store"})
    headers.add("Content-Disposition", _disposition(document.file_name, part))
    return Response(chain([first], opened), mimetype=part.mime, headers=headers)


def _disposition(file_name: str, part: Part) -> str:
    """To be shown in the page; when saved, under the name the sender gave it (RFC 6266, RFC 8187)."""
    ending = mimetypes.guess_extension(part.mime) or ""
    page = f" {part.number}" if part.number > 0 else ""
    name = quote(f"{PurePath(file_name).stem}{page}{ending}", safe="!#$&+-.^_`|~")
    return f"inline; filename=\"document{ending}\"; filename*=UTF-8''{name}"
