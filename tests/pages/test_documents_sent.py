"""Sending a document with a form, without a script: what is taken, what is refused, and why."""

import pytest
from sqlalchemy import select

from portal.db import today
from portal.domain import deciding, documents
from portal.domain.cases import CaseState
from portal.domain.documents import Document, DocumentState, RejectReason
from portal.domain.papers.uploads import MOST_BYTES
from portal.domain.support import parts, plans
from portal.programme import DocumentKind
from tests.reading import words_of
from tests.samples import photo
from tests.senders import send_with_form

PAGE = "/en/my/documents"
NEW = "/en/my/documents/new"


def test_a_photo_is_sent_with_the_form(cast, amina, session):
    cast.case()
    data = photo(side=650)  # more than one piece

    answer = send_with_form(amina, data)

    assert (answer.status_code, answer.location) == (303, PAGE)
    document = session.scalars(select(Document)).one()
    found = (document.kind, document.state, document.size, document.file_name)
    assert found == (DocumentKind.PASSPORT, DocumentState.CHECKING, len(data), "паспорт.jpg")


def test_what_the_page_before_knew_is_chosen_already(cast, amina):
    cast.case()

    answer = amina.get(f"{NEW}?kind=birth_certificate")

    assert '<option selected value="birth_certificate">' in answer.text


@pytest.mark.parametrize("query", ["?kind=nonsense", "?kind=", "?kind=final_report", "?kind=%00&kind=%FF"])
def test_a_kind_that_is_none_is_not_chosen(cast, amina, query):
    cast.case()

    answer = amina.get(NEW + query)

    assert answer.status_code == 200
    assert "selected value=" not in answer.text.replace('selected value=""', "")


def test_nothing_chosen_is_told_beside_each_field(cast, amina):
    cast.case()

    answer = amina.post(NEW, data={"kind": ""})

    assert answer.status_code == 422
    assert "Which document is it? – Choose one." in words_of(answer)
    assert "Choose a photo or PDF – Choose a file." in words_of(answer)


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 422, "This file is empty. Choose another one."),
        (b"<svg/>" * 100, 415, "We cannot use this kind of file."),
        (b"PK\x03\x04" + bytes(100), 415, "We cannot use this kind of file."),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), 413, "The file is too large. One file can have up to 25 MB."),
    ],
    ids=["empty", "SVG", "zip", "too large"],
)
def test_a_file_that_cannot_be_used_is_told_beside_its_field(cast, amina, session, data, status, words):
    cast.case()

    answer = send_with_form(amina, data)

    assert answer.status_code == status
    assert f"Choose a photo or PDF – {words}" in words_of(answer)
    assert '<option selected value="passport">' in answer.text
    assert session.scalars(select(Document)).all() == []


def test_a_body_beyond_all_measure_gets_a_page_that_says_so(cast, amina):
    cast.case()

    answer = send_with_form(amina, bytes(MOST_BYTES + 2**21))

    assert answer.status_code == 413
    assert "One file can have up to 25 MB." in words_of(answer)


@pytest.mark.parametrize("kind", ["nonsense", "final_report", "\x00", "[]"])
def test_a_kind_nobody_offered_is_refused_beside_its_field(cast, amina, kind):
    cast.case()

    assert send_with_form(amina, photo(), kind=kind).status_code == 422


def test_a_case_that_is_over_takes_no_documents(cast, amina):
    cast.case(CaseState.WITHDRAWN)

    page = amina.get(NEW)

    assert "No documents can be added to this case now." in words_of(page)
    assert "<form" not in page.text.split("<main")[1].split("</main")[0]
    assert send_with_form(amina, photo()).status_code == 409


def test_a_rejected_document_sent_again_is_replaced(cast, amina, session, wiring):
    document = cast.document(cast.case(CaseState.IN_REVIEW))
    deciding.reject(session, document, RejectReason.UNREADABLE, by=cast.clara)
    session.commit()

    send_with_form(amina, photo())

    session.refresh(document)
    assert document.state is DocumentState.SUPERSEDED
    session.rollback()
    assert "Earlier files that were replaced (1)" in words_of(amina.get(PAGE))


def test_evidence_is_sent_for_a_step_of_the_plan(cast, amina, session):
    case = cast.case(CaseState.REINTEGRATION)
    milestone = parts.milestones(session, plans.latest(session, case))[0]
    session.commit()
    path = f"{NEW}/{milestone.id}"

    page = amina.get(path)
    answer = send_with_form(amina, photo(), kind="invoice", path=path)

    assert milestone.description in words_of(page)
    assert (answer.status_code, answer.location) == (303, f"/en/my/plan/steps/{milestone.id}")
    assert [one.kind for one in documents.of_milestone(session, milestone.id)] == [DocumentKind.INVOICE]


def test_a_step_of_another_case_does_not_exist(cast, amina, session):
    cast.case()
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    milestone = parts.milestones(session, plans.latest(session, other))[0]
    session.commit()

    assert amina.get(f"{NEW}/{milestone.id}").status_code == 404
    assert send_with_form(amina, photo(), path=f"{NEW}/{milestone.id}").status_code == 404


def test_a_file_on_its_way_never_touches_a_disk_in_the_clear(cast, amina, tmp_path, monkeypatch):
    cast.case()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))  # a temporary file would fail
    data = photo(side=800)  # what is larger lies sealed: tests/adapters/test_scratch.py

    assert send_with_form(amina, data).status_code == 303
    kept = b"".join(file.read_bytes() for file in (tmp_path / "documents").rglob("*") if file.is_file())
    assert data[1000:1100] not in kept


def test_today_is_the_first_day_a_counsellor_counts_from(cast, amina, session, programme):
    cast.document(cast.case(CaseState.SUBMITTED))
    session.commit()

    day = programme.clocks["document_review"].due(today())

    assert f"By: {day.day} {day:%B %Y}" in words_of(amina.get(PAGE))
