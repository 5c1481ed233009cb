"""My file is made: whole, sealed, in the person's language, and again when the store was away."""

import dataclasses
import io
import json
import tracemalloc
from datetime import timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pypdfium2
import pytest

from portal import exporting, jobs
from portal.adapters import letters
from portal.adapters.vault import Vault
from portal.checking import sweep_uploads
from portal.db import clock_turned, now
from portal.domain import documents, objects
from portal.domain.applying import application
from portal.domain.cases import CaseState
from portal.domain.dates import PartOfDate
from portal.domain.documents import Document
from portal.domain.own import my_file
from portal.domain.own.my_file import Export, ExportState
from portal.domain.papers import uploads
from portal.exporting import zipped
from portal.programme import DocumentKind
from portal.queue import Job
from portal.settings import Settings
from tests.samples import damage, pdf, photo
from tests.schema import faults

SCHEMA = json.loads((letters.FOLDER / "my-file-1" / "my-file.schema.json").read_text("utf-8"))
TEXTS = [
    "README.txt",
    "history.json",
    "my-file.json",
    "my-file.pdf",
    "my-file.schema.json",
    "who-looked.json",
]
STATES = [CaseState.DRAFT, CaseState.NEEDS_INFO, CaseState.MONITORING, CaseState.NOT_ELIGIBLE]


@pytest.fixture
def send(cast, session, wiring):
    """send(case, data): a document as it comes from Amina, checked by the portal."""

    def send(case, data: bytes, kind: DocumentKind = DocumentKind.PASSPORT) -> Document:
        upload, _token = uploads.begin(
            session, case, kind=kind, length=len(data), file_name="my passport.jpg", by=cast.amina
        )
        for at in range(0, len(data), uploads.CHUNK_BYTES):
            piece = data[at : at + uploads.CHUNK_BYTES]
            uploads.append(session, upload, uploads.store(wiring.vault, upload, [piece]))
        document = uploads.complete(session, upload, case, by=cast.amina)
        session.commit()
        assert jobs.do_one(wiring)
        session.refresh(document)
        return document

    return send


@pytest.fixture
def ask(cast, session):
    """ask(): Amina asks for her file."""

    def ask() -> Export:
        export = my_file.ask(session, cast.amina)
        session.commit()
        return export

    return ask


def work(wiring) -> None:
    while jobs.do_one(wiring):
        pass


def unpacked(wiring, session, export) -> ZipFile:
    session.rollback()
    session.refresh(export)
    assert export.state is ExportState.READY
    data = b"".join(wiring.vault.read(export.store_name, key=export.key, context=export.context))
    assert len(data) == export.size
    return ZipFile(io.BytesIO(data))


def words(pdf_bytes: bytes) -> str:
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf_bytes))
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


# --- What is in it --------------------------------------------------------------------------------


def test_her_documents_are_in_it_as_we_keep_them(cast, session, wiring, send, ask):
    case = cast.case(CaseState.DRAFT)
    sent = send(case, photo(side=300)), send(case, pdf(pages=2), DocumentKind.PRECEPT_TO_LEAVE)
    export = ask()

    work(wiring)

    archive, day = unpacked(wiring, session, export), f"{now():%Y-%m-%d}"
    names = [f"documents/01-identity-{day}.jpg", f"documents/02-paper-{day}.pdf"]
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == sorted([*names, *TEXTS])
    for document, name in zip(sent, names, strict=True):
        part = documents.parts(session, document)[0]
        context = documents.part_context(document.id, 0)
        kept = b"".join(wiring.vault.read(part.store_name, key=document.key, context=context))
        assert archive.read(name) == kept
    files = [one["file"] for one in json.loads(archive.read("my-file.json"))["cases"][0]["documents"]]
    assert files == names


@pytest.mark.parametrize("state", STATES, ids=str)
def test_the_json_is_what_its_schema_says(cast, session, wiring, ask, state):
    cast.case(state)
    export = ask()

    work(wiring)

    archive = unpacked(wiring, session, export)
    assert list(faults(json.loads(archive.read("my-file.json")), SCHEMA)) == []
    assert json.loads(archive.read("my-file.schema.json")) == SCHEMA


def test_of_whom_only_the_year_of_birth_is_known_has_a_file_too(cast, session, wiring, ask):
    case = cast.case(CaseState.IN_REVIEW)
    found = application.answers(session, case)
    found.principal.born_on, found.application.arrived_on = PartOfDate(1990), PartOfDate(2023, 9)
    export = ask()

    work(wiring)

    archive = unpacked(wiring, session, export)
    content = json.loads(archive.read("my-file.json"))
    [mine] = content["cases"]
    assert list(faults(content, SCHEMA)) == []
    assert (mine["people"][0]["answers"]["born_on"], mine["answers"]["arrived_on"]) == ("1990", "2023-09")


@pytest.mark.parametrize("who", ["clara", "petros", "mart", "giorgi"])
def test_who_has_no_case_has_an_account(cast, session, wiring, who):
    export = my_file.ask(session, getattr(cast, who))
    session.commit()

    work(wiring)

    archive = unpacked(wiring, session, export)
    assert sorted(archive.namelist()) == TEXTS
    assert list(faults(json.loads(archive.read("my-file.json")), SCHEMA)) == []
    assert getattr(cast, who).login in words(archive.read("my-file.pdf"))


@pytest.mark.parametrize(
    ("language", "said_in_it"), [("en", "Case number"), ("ru", "Номер дела"), ("xb", "اصصوثنت")]
)
def test_it_speaks_her_language(cast, session, wiring, ask, language, said_in_it):
    case = cast.case(CaseState.SUBMITTED)
    cast.amina.language = language
    session.commit()
    export = ask()

    work(wiring)

    archive = unpacked(wiring, session, export)
    said = words(archive.read("my-file.pdf"))
    assert "Юсупова" in said
    assert case.reference in said
    assert said_in_it in said
    letter = next(name for name in archive.namelist() if name.startswith("letters/"))
    assert archive.read(letter).startswith(b"%PDF-")
    assert archive.read("README.txt").decode().endswith("\r\n")


def test_a_reader_of_pdf_shows_no_name_above_its_window(cast, session, wiring, ask):
    cast.case(CaseState.SUBMITTED)
    export = ask()

    work(wiring)

    title = pypdfium2.PdfDocument(io.BytesIO(unpacked(wiring, session, export).read("my-file.pdf")))
    assert title.get_metadata_value("Title").startswith("My file, ")


def test_a_document_that_is_lost_or_damaged_does_not_keep_back_the_rest(
    cast, session, wiring, send, ask, tmp_path: Path
):
    case = cast.case(CaseState.DRAFT)
    lost, damaged, good = (send(case, photo(side=600, seed=seed)) for seed in range(3))
    stores = [documents.parts(session, one)[0].store_name for one in (lost, damaged)]
    wiring.vault.delete(stores[0])
    stored = tmp_path / "documents" / stores[1]
    damage(stored)
    export = ask()

    work(wiring)

    archive = unpacked(wiring, session, export)
    told = json.loads(archive.read("my-file.json"))["cases"][0]["documents"]
    assert [bool(one["file"]) for one in told] == [False, False, True]
    assert "This file could not be read." in words(archive.read("my-file.pdf"))
    assert good.sha256 == told[2]["sha256"]


# --- The store ------------------------------------------------------------------------------------


def down(wiring, settings: Settings):
    """The same portal, whose store does not answer."""
    nowhere = {"s3_endpoint": "http://127.0.0.1:1", "s3_key": "a", "s3_secret": "b"}
    away = dataclasses.replace(settings, store_url="s3://nowhere", **nowhere)
    return dataclasses.replace(wiring, vault=Vault(away, request_limit=timedelta(seconds=1)))


def test_while_the_store_is_down_it_waits_and_comes_when_the_store_is_back(
    cast, session, wiring, settings, ask
):
    cast.case(CaseState.SUBMITTED)
    export = ask()

    for tries in range(7):  # more often than a job that fails is tried
        with clock_turned(tries * 2 * my_file.PAUSE):
            assert jobs.do_one(down(wiring, settings))
    session.rollback()
    session.refresh(export)
    assert (export.state, export.is_delayed) == (ExportState.WAITING, True)
    session.rollback()

    with clock_turned(20 * my_file.PAUSE):
        work(wiring)
    assert unpacked(wiring, session, export).testzip() is None
    assert export.is_delayed is False


def test_a_kill_between_object_and_row_leaves_nothing_after_the_sweep(
    cast, session, wiring, ask, monkeypatch
):
    cast.case(CaseState.SUBMITTED)
    ask()
    job = session.query(Job).filter_by(kind=my_file.EXPORT_JOB).one()
    old = f"{my_file.FOLDER}/0000000000000001-00000000000000aa"
    monkeypatch.setattr(objects, "new_name", lambda folder: old)  # made long ago

    exporting.prepare(wiring, job)  # and here the power goes
    session.rollback()
    assert list(wiring.vault.names(my_file.FOLDER)) == [old]
    sweep_uploads(wiring)

    assert list(wiring.vault.names(my_file.FOLDER)) == []


def test_a_copy_that_a_row_knows_is_not_swept_until_its_time_is_over(cast, session, wiring, ask, monkeypatch):
    old = f"{my_file.FOLDER}/0000000000000001-00000000000000aa"
    monkeypatch.setattr(objects, "new_name", lambda folder: old)
    export = ask()
    work(wiring)

    sweep_uploads(wiring)
    assert list(wiring.vault.names(my_file.FOLDER)) == [old]
    with clock_turned(my_file.LASTS + timedelta(minutes=1)):
        sweep_uploads(wiring)

    session.rollback()
    session.refresh(export)
    assert export.state is ExportState.EXPIRED
    assert list(wiring.vault.names(my_file.FOLDER)) == []


def test_what_was_asked_for_anew_or_closed_meanwhile_is_not_made(cast, session, wiring, ask):
    export = ask()
    my_file.end_all(session, cast.amina)
    session.commit()

    work(wiring)

    session.rollback()
    session.refresh(export)
    assert export.state is ExportState.EXPIRED
    assert list(wiring.vault.names(my_file.FOLDER)) == []


def test_what_goes_wrong_again_and_again_is_said(cast, session, wiring, ask, monkeypatch):
    export = ask()
    monkeypatch.setattr(exporting.own_json, "who_looked", lambda found: 1 / 0)

    for tries in range(6):
        with clock_turned(timedelta(hours=tries)):
            jobs.do_one(wiring)

    session.rollback()
    session.refresh(export)
    assert export.state is ExportState.FAILED


def test_it_lies_sealed_in_a_real_store_and_nothing_of_it_on_the_disk(
    cast, session, wiring, settings, s3_server, ask, tmp_path: Path
):
    cast.case(CaseState.SUBMITTED)
    export = ask()
    there = dataclasses.replace(
        settings,
        store_url=f"s3://{s3_server.bucket}/{tmp_path.name}",
        s3_endpoint=s3_server.endpoint,
        s3_key=s3_server.key,
        s3_secret=s3_server.secret,
    )
    remote = dataclasses.replace(wiring, vault=Vault(there))

    work(remote)

    assert "Юсупова" in words(unpacked(remote, session, export).read("my-file.pdf"))
    assert list(wiring.vault.names(my_file.FOLDER)) == []
    session.rollback()
    with clock_turned(my_file.LASTS + timedelta(minutes=1)):
        sweep_uploads(remote)
    session.refresh(export)
    assert export.state is ExportState.EXPIRED


def test_while_long_work_goes_on_nobody_else_begins_it(cast, session, wiring, send, ask):
    send(cast.case(CaseState.DRAFT), photo())
    ask()
    job = session.query(Job).filter_by(kind=my_file.EXPORT_JOB).one()
    session.rollback()
    with wiring.writing() as other:
        claimed = exporting.queue.claim(other)
    making = exporting._Making(wiring, claimed, exporting.own_data.gather(session, cast.amina))
    session.rollback()

    with clock_turned(timedelta(minutes=2)):
        next(making.files())
        expected = now() + exporting.queue.LEASE

    session.refresh(job)
    assert abs(job.lease_until - expected) < timedelta(seconds=5)


# --- The ZIP --------------------------------------------------------------------------------------


def test_a_zip_flows_in_pieces_and_never_lies_in_memory():
    piece, many = photo(side=200), 300

    def files():
        for number in range(many):
            yield f"{number}.jpg", [piece]

    tracemalloc.start()
    size = sum(map(len, zipped(files(), now())))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > many * len(piece) * 0.9
    assert peak < size / 5


def test_every_reader_of_zip_files_reads_it():
    data = b"".join(zipped([("a.txt", [b"one ", b"two"]), ("b/c.txt", [])], now()))

    archive = ZipFile(io.BytesIO(data))
    assert [archive.read(name) for name in archive.namelist()] == [b"one two", b""]
    assert {entry.compress_type for entry in archive.infolist()} == {ZIP_DEFLATED}
