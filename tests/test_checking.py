"""The check of a document: good ones wait for a person, faults are told, and no answer is no verdict."""

import dataclasses
import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal import checking, jobs
from portal.adapters.scanner import Clamd
from portal.adapters.vault import Vault
from portal.checking import SAID, check_document, sweep_uploads
from portal.db import clock_turned
from portal.domain import documents
from portal.domain.documents import Document, DocumentState, RejectReason
from portal.domain.papers import uploads
from portal.domain.papers.uploads import LASTS, Upload
from portal.programme import DocumentKind
from portal.queue import Job
from portal.sealing import Unsealable
from tests.samples import damage, malware, pdf, photo


@pytest.fixture
def case(cast):
    return cast.case()


@pytest.fixture
def send(cast, case, wiring, session):
    """send(data): a document in the portal's check, as it comes from its sender."""

    def send(data: bytes) -> Document:
        upload, _token = uploads.begin(
            session,
            case,
            kind=DocumentKind.PASSPORT,
            length=len(data),
            file_name="photo.jpg",
            by=cast.amina,
        )
        for at in range(0, len(data), uploads.CHUNK_BYTES):
            piece = data[at : at + uploads.CHUNK_BYTES]
            uploads.append(session, upload, uploads.store(wiring.vault, upload, [piece]))
        document = uploads.complete(session, upload, case, by=cast.amina)
        session.commit()
        return document

    return send


@pytest.fixture
def check(session):
    """check(wiring, document): the check, and what follows from it."""

    def check(wiring, document) -> None:
        effect = check_document(wiring, document.id)
        session.rollback()
        effect(session)
        session.commit()
        session.refresh(document)

    return check


def _shown(wiring, session, document, number):
    part = documents.parts(session, document)[number]
    context = documents.part_context(document.id, number)
    return b"".join(wiring.vault.read(part.store_name, key=document.key, context=context))


def _jobs(session):
    return session.scalar(select(func.count()).select_from(Job).where(Job.kind == uploads.CHECK_JOB))


# --- What is found ----------------------------------------------------------------------------------


def test_a_photo_becomes_our_own_picture_of_it(send, check, wiring, session):
    data = photo(side=700)  # more than one piece

    document = send(data)
    check(wiring, document)

    assert (document.state, document.sha256) == (DocumentState.WAITING, hashlib.sha256(data).hexdigest())
    shown = _shown(wiring, session, document, 1)
    assert Image.open(io.BytesIO(shown)).size == (700, 700)
    assert shown != data


def test_a_pdf_becomes_a_clean_file_and_a_picture_of_each_page(send, check, wiring, session):
    document = send(pdf(pages=3))

    check(wiring, document)

    kept = [(part.number, part.mime) for part in documents.parts(session, document)]
    assert kept == [(0, "application/pdf"), *((number, "image/jpeg") for number in (1, 2, 3))]
    assert _shown(wiring, session, document, 0).startswith(b"%PDF-")


def test_for_lists_there_is_a_small_picture(cast, send, check, wiring, session):
    document = send(photo(side=700))

    check(wiring, document)

    preview = documents.open_part(session, document, documents.PREVIEW, by=cast.amina)
    context = documents.part_context(document.id, documents.PREVIEW)
    shown = b"".join(wiring.vault.read(preview.store_name, key=document.key, context=context))
    assert Image.open(io.BytesIO(shown)).size == (480, 480)


def test_of_what_was_sent_nothing_is_kept_after_the_check(send, check, wiring, session):
    document = send(photo())

    check(wiring, document)

    assert uploads.sources_of(session, document) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", RejectReason.NOT_SUPPORTED),
        (b"<!doctype html><script>alert(1)</script>", RejectReason.NOT_SUPPORTED),
        (b"PK\x03\x04" + bytes(100), RejectReason.NOT_SUPPORTED),
        (photo(side=200)[:5000], RejectReason.DAMAGED),
        (pdf(password="1234"), RejectReason.PASSWORD),
        (pdf(pages=201), RejectReason.TOO_MANY_PAGES),
    ],
    ids=["SVG", "HTML", "zip", "cut JPEG", "locked PDF", "201 pages"],
)
def test_what_cannot_be_used_is_told_with_its_reason(send, check, wiring, session, data, reason):
    document = send(data)

    check(wiring, document)

    assert (document.state, document.reject_reason) == (DocumentState.REJECTED, reason)
    assert documents.parts(session, document) == []


def test_every_finding_of_the_decoder_has_its_reason():
    assert set(SAID) == set(checking.Unfitness)


# --- Malware, and no answer -------------------------------------------------------------------------


def test_malware_is_blocked_and_nothing_of_it_kept(send, check, wiring, session, clamd_address):
    document = send(malware())

    check(dataclasses.replace(wiring, scanner=Clamd(clamd_address)), document)

    assert document.state is DocumentState.QUARANTINED
    assert documents.parts(session, document) == []
    assert uploads.sources_of(session, document) == []
    assert list(wiring.vault.names("documents")) == []


def test_a_clean_file_passes_the_scanner(send, check, wiring, clamd_address):
    document = send(photo())

    check(dataclasses.replace(wiring, scanner=Clamd(clamd_address)), document)

    assert document.state is DocumentState.WAITING


def test_while_the_scanner_is_down_a_document_stays_in_the_check(send, check, wiring, session):
    document = send(photo())

    check(dataclasses.replace(wiring, scanner=Clamd("127.0.0.1:1", seconds=1)), document)

    assert document.state is DocumentState.CHECKING
    assert documents.parts(session, document) == []
    assert _jobs(session) == 2  # the one this was, and the next try


def test_while_the_store_is_down_a_document_stays_in_the_check(send, check, wiring, settings, session):
    document = send(photo())
    nowhere = {"s3_endpoint": "http://127.0.0.1:1", "s3_key": "a", "s3_secret": "b"}
    down = dataclasses.replace(settings, store_url="s3://nowhere", **nowhere)
    vault = Vault(down, request_limit=timedelta(seconds=1))

    check(dataclasses.replace(wiring, vault=vault), document)

    assert document.state is DocumentState.CHECKING
    assert _jobs(session) == 2


def test_a_scanner_that_was_away_for_long_does_not_wear_out_the_job(send, wiring, session):
    document = send(photo())
    down = dataclasses.replace(wiring, scanner=Clamd("127.0.0.1:1", seconds=1))

    for tries in range(8):
        with clock_turned(tries * 2 * checking.PAUSE):
            assert jobs.do_one(down)
    with clock_turned(20 * checking.PAUSE):
        assert jobs.do_one(wiring)

    session.rollback()
    session.refresh(document)
    assert document.state is DocumentState.WAITING
    assert _jobs(session) == 0


# --- Twice, altered ---------------------------------------------------------------------------------


def test_a_check_that_was_done_twice_counts_once(send, wiring, session):
    document = send(photo())
    first, second = check_document(wiring, document.id), check_document(wiring, document.id)

    session.rollback()
    for effect in (first, second):
        effect(session)
        session.commit()

    session.refresh(document)
    assert document.state is DocumentState.WAITING
    assert len(documents.parts(session, document)) == 2


def test_there_is_nothing_to_check_in_a_document_that_was_decided(send, check, wiring, session):
    document = send(photo())
    check(wiring, document)

    check_document(wiring, document.id)(session)

    assert document.state is DocumentState.WAITING


def test_bytes_altered_in_the_store_are_found_and_never_shown(send, wiring, session, tmp_path: Path):
    document = send(photo())
    name = uploads.sources_of(session, document)[0][1][0].store_name
    stored = tmp_path / "documents" / name
    damage(stored)

    with pytest.raises(Unsealable):
        check_document(wiring, document.id)


# --- Sweeping ---------------------------------------------------------------------------------------


def test_what_nobody_finished_is_swept_with_its_bytes(cast, case, wiring, session):
    upload, _token = uploads.begin(
        session, case, kind=DocumentKind.PASSPORT, length=10, file_name="a.jpg", by=cast.amina
    )
    chunk = uploads.store(wiring.vault, upload, [b"01234"])
    uploads.append(session, upload, chunk)
    session.commit()

    with clock_turned(LASTS + timedelta(minutes=1)):
        sweep_uploads(wiring)

    assert session.scalar(select(func.count()).select_from(Upload)) == 0


def test_orphans_are_removed_and_nothing_else(send, check, wiring, session):
    document = send(photo())
    check(wiring, document)
    orphans = [f"{folder}/0000000000000001-00000000000000aa" for folder in ("uploads", "documents")]
    for name in orphans:
        wiring.vault.put(name, [b"lost"], key=document.key, context="lost")
    known = {*wiring.vault.names("uploads"), *wiring.vault.names("documents")} - set(orphans)

    session.rollback()
    sweep_uploads(wiring)

    assert {*wiring.vault.names("uploads"), *wiring.vault.names("documents")} == known


def test_an_empty_store_is_swept_too(wiring):
    sweep_uploads(wiring)

    assert list(wiring.vault.names("uploads")) == []
