"""Resumable uploads over HTTP, as tus 1.0 says: https://tus.io/protocols/resumable-upload."""

import base64
import dataclasses
import hashlib
import io
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from portal.db import clock_turned
from portal.domain import documents
from portal.domain.cases import CaseState
from portal.domain.documents import Document, DocumentState
from portal.domain.papers import uploads
from portal.domain.papers.uploads import CHUNK_BYTES, HELD_FOR, LASTS, MOST_BYTES, Chunk, Upload
from portal.domain.support import parts, plans
from portal.pages.uploads import MOST_CHECKED
from portal.programme import DocumentKind
from tests.samples import photo

PHOTO = photo(side=100)
LENGTH = len(PHOTO)
TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {**TUS, "Content-Type": "application/offset+octet-stream"}


def _metadata(**said: str) -> str:
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())


def _create(client, *, length=LENGTH, headers=TUS, **said):
    said = {"filename": "паспорт.jpg", "kind": "passport", **said}
    announced = {"Upload-Length": str(length), "Upload-Metadata": _metadata(**said)}
    return client.post("/uploads/", headers={**headers, **announced})


def _patch(client, address, data, offset=0, **headers):
    return client.patch(address, data=data, headers={**OCTETS, "Upload-Offset": str(offset), **headers})


def _head(client, address):
    return client.head(address, headers=TUS)


@pytest.fixture
def amina(cast, enter):
    cast.case()
    return enter(cast.amina)


@pytest.fixture
def address(amina):
    return _create(amina).location


# --- The whole way ----------------------------------------------------------------------------------


def test_a_server_says_what_it_can_do(amina):
    answer = amina.options("/uploads/")

    assert answer.status_code == 204
    told = {name: answer.headers[name] for name in ("Tus-Resumable", "Tus-Version", "Tus-Max-Size")}
    assert told == {"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0", "Tus-Max-Size": str(MOST_BYTES)}
    assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha256,sha1"


def test_a_file_sent_in_pieces_becomes_a_document(amina, session):
    created = _create(amina)
    first = _patch(amina, created.location, PHOTO[:1500])
    second = _patch(amina, created.location, PHOTO[1500:], offset=1500)

    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "0")
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1500")
    assert (second.status_code, second.headers["Upload-Offset"]) == (204, str(len(PHOTO)))
    document = session.scalars(select(Document)).one()
    found = (document.state, document.kind, document.size, document.file_name)
    assert found == (DocumentState.CHECKING, DocumentKind.PASSPORT, len(PHOTO), "паспорт.jpg")


def test_an_interrupted_sender_asks_where_to_go_on(amina, address):
    _patch(amina, address, PHOTO[:2000])

    answer = _head(amina, address)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert (answer.headers["Upload-Offset"], answer.headers["Upload-Length"]) == ("2000", str(len(PHOTO)))
    assert answer.headers["Upload-Metadata"] == _metadata(filename="паспорт.jpg", kind="passport")
    assert answer.headers["Upload-Expires"].endswith("GMT")


def test_a_sender_who_heard_no_last_answer_learns_that_all_is_here(amina, address):
    _patch(amina, address, PHOTO)

    answer = _head(amina, address)

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, str(len(PHOTO)))


def test_a_long_body_is_kept_in_pieces(amina, session):
    data = PHOTO + bytes(CHUNK_BYTES)
    address = _create(amina, length=len(data)).location

    answer = _patch(amina, address, data)

    assert answer.headers["Upload-Offset"] == str(len(data))
    sizes = session.scalars(select(Chunk.size).order_by(Chunk.start)).all()
    assert sizes == [CHUNK_BYTES, len(data) - CHUNK_BYTES]


def test_of_a_body_that_is_cut_everything_that_came_is_kept(amina, session):
    data = PHOTO + bytes(CHUNK_BYTES + 9000)
    address = _create(amina, length=len(data)).location
    came = CHUNK_BYTES + 5000

    amina.patch(
        address,
        input_stream=io.BytesIO(data[:came]),
        headers={**OCTETS, "Upload-Offset": "0", "Content-Length": str(len(data))},
    )

    assert _head(amina, address).headers["Upload-Offset"] == str(came)
    rest = _patch(amina, address, data[came:], offset=came)
    assert rest.headers["Upload-Offset"] == str(len(data))
    assert session.scalars(select(Document)).one().size == len(data)


# --- Checksum ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_that_agree_with_their_checksum_are_kept(amina, address, algorithm):
    digest = base64.b64encode(hashlib.new(algorithm, PHOTO).digest()).decode()

    answer = _patch(amina, address, PHOTO, **{"Upload-Checksum": f"{algorithm} {digest}"})

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(PHOTO)))


def test_bytes_that_do_not_agree_are_not_kept(amina, address):
    digest = base64.b64encode(hashlib.sha256(b"other").digest()).decode()

    answer = _patch(amina, address, PHOTO, **{"Upload-Checksum": f"sha256 {digest}"})

    assert answer.status_code == 460
    assert _head(amina, address).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("said", ["md5 AAAA", "sha256", "sha256 ***", ""])
def test_a_checksum_that_cannot_be_read_is_an_error(amina, address, said):
    answer = _patch(amina, address, PHOTO, **{"Upload-Checksum": said})

    assert answer.status_code in (400, 460)
    assert _head(amina, address).headers["Upload-Offset"] == "0"


def test_a_large_body_with_a_checksum_is_refused_before_it_fills_the_memory(amina):
    address = _create(amina, length=MOST_BYTES).location
    digest = base64.b64encode(bytes(32)).decode()

    answer = _patch(amina, address, bytes(MOST_CHECKED + 1), **{"Upload-Checksum": f"sha256 {digest}"})

    assert answer.status_code == 413


# --- Two at once ------------------------------------------------------------------------------------


def test_while_one_request_stores_the_next_bytes_another_hears_that_it_is_locked(amina, address, session):
    upload = session.scalars(select(Upload)).one()
    uploads.hold(session, upload)
    session.commit()

    locked = _patch(amina, address, PHOTO)
    asked = _head(amina, address)
    uploads.let_go(session, upload)
    session.commit()
    free = _patch(amina, address, PHOTO)

    assert (locked.status_code, locked.headers["Retry-After"]) == (423, "1")
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "0")
    assert free.status_code == 204


def test_who_was_killed_while_storing_keeps_others_out_for_seconds_only(cast, enter, address, session):
    uploads.hold(session, session.scalars(select(Upload)).one())
    session.commit()

    with clock_turned(HELD_FOR + timedelta(seconds=1)):
        assert _patch(enter(cast.amina), address, PHOTO).status_code == 204


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_while_others_hold_the_database_too_long_it_is_locked_and_nothing_is_broken(
    amina, address, session, wiring
):
    def hurry(connection, *_):
        connection.execute("PRAGMA busy_timeout=1")

    event.listen(wiring.engine.pool, "checkout", hurry)
    session.scalars(select(Upload)).one()  # and with it everything

    locked = _patch(amina, address, PHOTO)
    session.commit()
    free = _patch(amina, address, PHOTO)
    event.remove(wiring.engine.pool, "checkout", hurry)

    assert (locked.status_code, locked.headers["Retry-After"], free.status_code) == (423, "1", 204)


def test_after_a_store_that_failed_the_next_try_is_not_locked_out(app, amina, address, tmp_path):
    (tmp_path / "documents").write_text("not a folder")
    failed = _patch(amina, address, PHOTO)
    (tmp_path / "documents").unlink()

    again = _patch(amina, address, PHOTO)

    assert (failed.status_code, again.status_code) == (503, 204)


# --- How much a case holds --------------------------------------------------------------------------


def _with_room(app, **room):
    wiring = app.extensions["wiring"]
    programme = dataclasses.replace(wiring.programme, **room)
    app.extensions["wiring"] = dataclasses.replace(wiring, programme=programme)


@pytest.mark.parametrize("room", [{"most_documents": 2}, {"most_megabytes": 1}], ids=["by number", "by size"])
def test_a_case_holds_so_much_and_no_more_those_on_their_way_included(app, amina, room):
    _with_room(app, **room)
    half = 2**19

    answers = [_create(amina, length=half) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 403]
    assert answers[2].text == "This case cannot hold more documents. Talk to the counsellor."


def test_what_is_given_up_makes_room(app, amina, address):
    _with_room(app, most_documents=1)
    full = _create(amina)

    amina.delete(address, headers=TUS)

    assert (full.status_code, _create(amina).status_code) == (403, 201)


# --- Over a line that knows GET and POST only --------------------------------------------------------


def test_a_method_can_be_said_in_a_header(amina, address):
    said = {name: {"X-HTTP-Method-Override": name} for name in ("PATCH", "HEAD", "DELETE")}
    patched = amina.post(
        address, data=PHOTO[:2000], headers={**OCTETS, "Upload-Offset": "0", **said["PATCH"]}
    )
    asked = amina.post(address, headers={**TUS, **said["HEAD"]})
    gone = amina.post(address, headers={**TUS, **said["DELETE"]})

    assert (patched.status_code, patched.headers["Upload-Offset"]) == (204, "2000")
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "2000")
    assert (gone.status_code, _head(amina, address).status_code) == (204, 404)


@pytest.mark.parametrize("method", ["", "GET", "patch", "PUT"])
def test_other_methods_are_not_said_in_a_header(amina, address, method):
    assert amina.post(address, headers={**TUS, "X-HTTP-Method-Override": method}).status_code == 405


# --- Giving up --------------------------------------------------------------------------------------


def test_a_sender_may_give_up(amina, address, wiring, session):
    _patch(amina, address, PHOTO[:2000])

    answer = amina.delete(address, headers=TUS)

    assert answer.status_code == 204
    assert _head(amina, address).status_code == 404
    assert session.scalar(select(func.count()).select_from(Upload)) == 0
    assert list(wiring.vault.names("uploads")) == []


def test_a_document_in_the_check_is_not_taken_back(amina, address):
    _patch(amina, address, PHOTO)

    assert amina.delete(address, headers=TUS).status_code == 403


def test_after_a_week_an_unfinished_upload_has_expired(cast, enter, address):
    with clock_turned(LASTS + timedelta(minutes=1)):
        client = enter(cast.amina)

        assert _head(client, address).status_code == 410
        assert _patch(client, address, PHOTO).status_code == 410


# --- What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"Tus-Resumable": "0.2.2"}])
def test_a_client_of_another_protocol_is_told_the_right_one(amina, address, headers):
    for answer in (
        amina.post("/uploads/", headers=headers),
        amina.head(address, headers=headers),
        amina.patch(address, headers=headers),
        amina.delete(address, headers=headers),
    ):
        assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_bytes_that_do_not_begin_where_the_last_ones_ended_are_refused(amina, address):
    _patch(amina, address, PHOTO[:2000])

    for offset in (0, 1999, 2001):
        answer = _patch(amina, address, PHOTO[offset:], offset=offset)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "2000")


def test_bytes_of_another_content_type_are_refused(amina, address):
    answer = _patch(amina, address, PHOTO, **{"Content-Type": "image/jpeg"})

    assert answer.status_code == 415


def test_more_bytes_than_announced_are_refused(amina, address):
    answer = _patch(amina, address, PHOTO + b"1")

    assert answer.status_code == 413
    assert _head(amina, address).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("length", [0, MOST_BYTES + 1])
def test_a_file_too_large_or_empty_is_refused_with_a_sentence(amina, length):
    answer = _create(amina, length=length)

    assert (answer.status_code, answer.mimetype) == (413, "text/plain")
    assert "up to 25 MB" in answer.text


def test_a_file_of_a_wrong_kind_is_refused_with_its_first_bytes(amina, wiring, session):
    page = b"<!doctype html><script>alert(1)</script>" * 100
    address = _create(amina, length=len(page)).location

    answer = _patch(amina, address, page)

    assert (answer.status_code, answer.mimetype) == (415, "text/plain")
    assert answer.text.startswith("We cannot use this kind of file.")
    assert list(wiring.vault.names("uploads")) == []
    assert session.scalar(select(func.count()).select_from(Upload)) == 0


@pytest.mark.parametrize("length", ["", "-1", "ten", "1e3", "٣", "9" * 5000, "1, 2"])
def test_a_length_that_is_none_is_an_error(amina, length):
    answer = amina.post(
        "/uploads/",
        headers={**TUS, "Upload-Length": length.encode().decode("latin-1"), "Upload-Metadata": _metadata()},
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "metadata", ["", "kind", "kind !!!", "kind cGFzc3BvcnQ=,milestone eA==", "kind eA=="]
)
def test_metadata_that_cannot_be_read_are_an_error(amina, metadata):
    answer = amina.post("/uploads/", headers={**TUS, "Upload-Length": "10", "Upload-Metadata": metadata})

    assert answer.status_code == 400


def test_an_unknown_step_does_not_exist(amina):
    assert _create(amina, milestone="9" * 18).status_code == 404


def test_a_case_that_is_over_takes_nothing(cast, enter):
    cast.case(CaseState.WITHDRAWN)

    answer = _create(enter(cast.amina))

    assert (answer.status_code, answer.mimetype) == (403, "text/plain")


@pytest.mark.parametrize("method", ["get", "put"])
def test_there_is_nothing_to_read_at_the_address(amina, address, method):
    assert getattr(amina, method)(address, headers=TUS).status_code in (404, 405)


# --- Who --------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_is_asked_to(client, address):
    assert _create(client).status_code == 401
    assert _head(client, address).status_code == 401
    assert _patch(client, address, PHOTO).status_code == 401


def test_somebody_elses_upload_does_not_exist(cast, enter, address):
    cast.case(migrant=cast.giorgi)
    giorgi = enter(cast.giorgi)

    assert _head(giorgi, address).status_code == 404
    assert _patch(giorgi, address, PHOTO).status_code == 404
    assert giorgi.delete(address, headers=TUS).status_code == 404


def test_who_has_no_case_sends_nothing(cast, enter):
    assert _create(enter(cast.giorgi)).status_code == 404


def test_a_manager_has_no_business_here(cast, enter):
    assert _create(enter(cast.mart)).status_code == 404


def test_a_partner_sends_evidence_of_a_step(cast, enter, session):
    case = cast.case(CaseState.REINTEGRATION)
    milestone = parts.milestones(session, plans.latest(session, case))[0].id
    petros = enter(cast.petros)

    said = {"kind": "delivery_photo", "case": case.reference, "milestone": str(milestone)}
    address = _create(petros, **said).location
    _patch(petros, address, PHOTO)

    sent = documents.of_milestone(session, milestone)
    assert [(one.kind, one.sender_id) for one in sent] == [(DocumentKind.DELIVERY_PHOTO, cast.petros.id)]


def test_a_partner_sends_nothing_to_somebody_elses_case(cast, enter):
    case = cast.case(CaseState.REINTEGRATION)

    assert _create(enter(cast.nino), kind="delivery_photo", case=case.reference).status_code == 404


def test_a_counsellor_adds_travel_papers_to_her_case(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    clara = enter(cast.clara)

    address = _create(clara, kind="ticket_itinerary", case=case.reference).location
    _patch(clara, address, PHOTO)

    newest = documents.of_case(session, case, viewer=cast.clara)[0]
    assert (newest.kind, newest.sender_role) == (DocumentKind.TICKET_ITINERARY, "counsellor")


def test_a_migrant_cannot_send_to_another_case_by_naming_it(cast, enter, session):
    cast.case()
    other = cast.case(migrant=cast.giorgi)
    amina = enter(cast.amina)

    _patch(amina, _create(amina, case=other.reference).location, PHOTO)

    assert documents.of_case(session, other, viewer=cast.giorgi) == []


# --- Forgery and the store --------------------------------------------------------------------------


def test_without_form_tokens_the_header_of_the_protocol_is_what_a_stranger_cannot_send(app, amina):
    app.config["WTF_CSRF_ENABLED"] = True

    assert _create(amina).status_code == 201
    assert _create(amina, headers={}).status_code == 412


def test_when_the_store_is_down_nothing_is_acknowledged(app, amina, address, tmp_path):
    (tmp_path / "documents").write_text("not a folder")

    answer = _patch(amina, address, PHOTO)

    (tmp_path / "documents").unlink()
    assert answer.status_code == 503
    assert _head(amina, address).headers["Upload-Offset"] == "0"
