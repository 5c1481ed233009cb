"""Resumable uploads: tus 1.0 with creation, expiration, checksum and termination.

https://tus.io/protocols/resumable-upload
"""

import base64
import hashlib
import hmac
import io
import re
from collections.abc import Iterator
from typing import IO

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.http import http_date

from portal import db
from portal.adapters import magic
from portal.domain import cases
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import Expired, NotFound, Refused
from portal.domain.papers import gathering as papers
from portal.domain.papers import uploads
from portal.domain.papers.uploads import MOST_BYTES, Held, OutOfStep, TooLarge, Upload
from portal.domain.permissions import Role
from portal.programme import DocumentKind
from portal.sealing import Block
from portal.web import current, errors, sending
from portal.web.words import say

VERSION = "1.0.0"
ABLE = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,checksum,termination",
    "Tus-Max-Size": str(MOST_BYTES),
    "Tus-Checksum-Algorithm": "sha256,sha1",
}
MOST_CHECKED = 4 * 1024 * 1024
"""A body with a checksum is kept in memory until all of it came: whoever wants one sends smaller pieces."""
DIGESTS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
CONTENT_TYPE = "application/offset+octet-stream"

bp = Blueprint("uploads", __name__, url_prefix="/uploads")
BLUEPRINTS = (bp,)


@bp.before_request
def _speaks_tus() -> None:
    # No page of a stranger can send this header along: it stands in for the token of a form.
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        abort(_plain(412, _("This address is for programs that send files in pieces."), **ABLE))


@bp.after_request
def _sign(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    return response


def _plain(status: int, words: str = "", **headers: str) -> Response:
    """An answer to a program, with a sentence that it may show to the person."""
    return Response(words, status, headers, mimetype="text/plain")


def _standing(upload: Upload, status: int) -> Response:
    """How far an upload has come, and until when it may go on."""
    answer = _plain(status)
    answer.headers["Upload-Offset"] = str(upload.received)
    if upload.gathering_id is not None:
        answer.headers["Upload-Page"] = str(upload.id)  # how the page of its gathering names it
    if upload.document_id is None:
        answer.headers["Upload-Expires"] = http_date(upload.expires_at)
    return answer


@bp.errorhandler(OutOfStep)
def _out_of_step(error: OutOfStep) -> ResponseReturnValue:
    return _plain(409, **{"Upload-Offset": str(error.received)})


@bp.errorhandler(Held)
def _held(error: Held) -> ResponseReturnValue:
    return _plain(423, **{"Retry-After": "1"})


@bp.errorhandler(OperationalError)
def _contended(error: OperationalError) -> ResponseReturnValue:
    """Others are in the way: nothing was acknowledged, and the next try may go well."""
    current.close_session()
    return _held(Held("upload")) if db.is_contended(error) else errors.answer(503)


@bp.errorhandler(TooLarge)
def _too_large(error: TooLarge) -> ResponseReturnValue:
    return _plain(413, str(sending.TOO_LARGE))


@bp.errorhandler(Expired)
def _expired(error: Expired) -> ResponseReturnValue:
    return _plain(410, _("This file was not sent completely in time. Send it again."))


@bp.errorhandler(Refused)
def _refused(error: Refused) -> ResponseReturnValue:
    return _plain(403, " ".join(str(say(reason)) for reason in error.reasons))


@bp.route("/", methods=["OPTIONS"])
@bp.route("/<token>", methods=["OPTIONS"])
def describe(token: str = "") -> ResponseReturnValue:
    """What this server can do."""
    return _plain(204, **ABLE)


@bp.post("/")
def create() -> ResponseReturnValue:
    """Announce a file: its length, its kind and where it belongs."""
    session = current.db_session()
    db.is_light(session)  # nothing came yet: who hears 404 after a power cut begins anew and has lost nothing
    viewer = current.viewer()
    length, said = _number("Upload-Length"), _metadata()
    case = _case(session, said, viewer)
    begin = _begin_page if said.get("pages") else _begin_document
    upload, token = begin(session, case, said, length, viewer)
    session.commit()
    answer = _standing(upload, 201)
    answer.location = url_for(".append", token=token)
    return answer


def _begin_document(
    session: Session, case: Case, said: dict[str, str], length: int, viewer: Account
) -> tuple[Upload, str]:
    """A file that is a document by itself."""
    if said.get("kind") not in list(DocumentKind):
        abort(400)
    return uploads.begin(
        session,
        case,
        kind=DocumentKind(said["kind"]),
        length=length,
        file_name=said.get("filename", ""),
        milestone_id=_said_number(said, "milestone"),
        payment_id=_said_number(said, "payment"),
        follow_up_id=_said_number(said, "talk"),
        line_id=_said_number(said, "line"),
        by=viewer,
    )


def _begin_page(
    session: Session, case: Case, said: dict[str, str], length: int, viewer: Account
) -> tuple[Upload, str]:
    """A photo that is put together with others: `pages` says with which, `instead` whose place it takes."""
    gathering = papers.find(session, case, _read_number(said["pages"]), by=viewer)
    return papers.add(
        session,
        gathering,
        case,
        length=length,
        file_name=said.get("filename", ""),
        instead_id=_said_number(said, "instead"),
        by=viewer,
    )


def _said_number(said: dict[str, str], name: str) -> int | None:
    return _read_number(said[name]) if said.get(name) else None


def _case(session: Session, said: dict[str, str], viewer: Account) -> Case:
    """A migrant sends to their own case; everybody else says to which."""
    if viewer.role is not Role.MIGRANT:
        return cases.find(session, said.get("case", ""), viewer=viewer)
    case = cases.of_migrant(session, viewer)
    if case is None:
        raise NotFound("case")
    return case


@bp.route("/<token>", methods=["HEAD"])
def show(token: str) -> ResponseReturnValue:
    """Where to go on."""
    upload, _case = uploads.find(current.db_session(), token, by=current.viewer())
    answer = _standing(upload, 200)
    answer.headers["Upload-Length"] = str(upload.length)
    told = {"filename": upload.file_name, "kind": upload.kind.value}
    answer.headers["Upload-Metadata"] = ",".join(
        f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in told.items()
    )
    return answer


@bp.patch("/<token>")
def append(token: str) -> ResponseReturnValue:
    """Take the next bytes. Whatever arrives is kept, also when the line is cut in the middle."""
    if request.mimetype != CONTENT_TYPE:
        abort(415)
    session = current.db_session()
    db.only_reads(session)
    viewer = current.viewer()
    upload, case = uploads.find(session, token, by=viewer)
    session.commit()  # bytes come at the pace of a phone: nobody waits for the database meanwhile
    if _number("Upload-Offset") != upload.received:
        raise OutOfStep(upload.received)
    if uploads.is_held(upload):
        raise Held("upload")
    if (request.content_length or 0) > upload.length - upload.received:
        raise TooLarge(str(request.content_length))
    for blocks in sending.runs(_body()):
        sending.keep(session, upload, case, _looked_at(session, upload, blocks), by=viewer)
    return _standing(upload, 204)


def _looked_at(session: Session, upload: Upload, blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks, unless the file begins like nothing we take: it is given up at once."""
    first = next(blocks)
    tells = len(first) >= min(magic.HEAD_BYTES, upload.length)
    if upload.received == 0 and tells and not magic.is_taken(bytes(first[: magic.HEAD_BYTES])):
        uploads.forget(session, upload)
        session.commit()
        abort(_plain(415, str(sending.NOT_TAKEN)))
    yield first
    yield from blocks


def _body() -> IO[bytes]:
    """What is sent; with a checksum only once all of it is here and agrees."""
    said = request.headers.get("Upload-Checksum")
    if said is None:
        return request.stream
    algorithm, _space, digest = said.partition(" ")
    if algorithm not in DIGESTS:
        abort(400)
    if (request.content_length or 0) > MOST_CHECKED:
        abort(413)
    data = request.get_data(cache=False)
    if not hmac.compare_digest(DIGESTS[algorithm](data).digest(), _decoded(digest)):
        abort(_plain(460))
    return io.BytesIO(data)


@bp.post("/<token>")
def overridden(token: str) -> ResponseReturnValue:
    """For senders on a line that lets nothing but GET and POST pass."""
    meant = {"HEAD": show, "PATCH": append, "DELETE": terminate}
    act = meant.get(request.headers.get("X-HTTP-Method-Override", ""))
    if act is None:
        abort(405)
    return act(token)


@bp.delete("/<token>")
def terminate(token: str) -> ResponseReturnValue:
    """Give up an upload."""
    session = current.db_session()
    upload, _case = uploads.find(session, token, by=current.viewer())
    names = uploads.forget(session, upload)
    session.commit()
    for name in names:
        current.wiring().vault.delete(name)
    return _plain(204)


def _number(header: str) -> int:
    return _read_number(request.headers.get(header, ""))


def _read_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        abort(400)
    return int(text)


def _metadata() -> dict[str, str]:
    """What is said about the file: `name base64, name base64 ...`."""
    pairs = request.headers.get("Upload-Metadata", "").split(",")
    return {name: _decoded(text).decode(errors="replace") for name, _space, text in map(_halves, pairs)}


def _halves(pair: str) -> tuple[str, str, str]:
    return pair.strip().partition(" ")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        abort(400)
