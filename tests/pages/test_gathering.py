"""Several photos for one document, put together without a script, and over the wire."""

import hashlib
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal import checking, jobs
from portal.db import clock_turned
from portal.domain import documents
from portal.domain.cases import CaseState
from portal.domain.documents import Document, DocumentState
from portal.domain.papers import gathering as papers
from portal.domain.papers.uploads import LASTS, Gathering, Upload
from portal.domain.permissions import Act
from portal.domain.support import parts, plans
from portal.programme import DocumentKind
from tests.pages.test_uploads import OCTETS, TUS, _metadata
from tests.samples import photo

PAGE, NEW = "/en/my/documents", "/en/my/documents/new"
PHOTOS = [photo(seed=number, side=60) for number in range(4)]
PART = {"HX-Request": "true"}


@pytest.fixture
def amina(cast, enter):
    cast.case()
    return enter(cast.amina)


def _post(client, path, data=None, *, name="page.jpg", **fields):
    if data is not None:
        fields["file"] = FileStorage(io.BytesIO(data), name)
    boundary, body = encode_multipart(fields)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


@pytest.fixture
def begun(amina):
    """The address of a gathering with its first page."""
    return _post(amina, NEW, PHOTOS[0], name="first.jpg", kind="birth_certificate", more="1").location


def _names(client, address) -> list[str]:
    return re.findall(
        r"<bdi>(.*?)</bdi>", client.get(address).text.split('<ol class="sheets">')[1].split("</ol>")[0]
    )


def _ids(client, address) -> list[str]:
    return re.findall(r'data-page="(\d+)"', client.get(address).text)


# --- The whole way ----------------------------------------------------------------------------------


def test_photos_added_one_by_one_become_one_document_in_their_order(amina, begun, session, wiring):
    _post(amina, begun, PHOTOS[1], name="second.jpg")
    _post(amina, begun, PHOTOS[2], name="third.jpg")
    third = _ids(amina, begun)[2]
    amina.post(f"{begun}/{third}/earlier")
    names = _names(amina, begun)

    answer = amina.post(f"{begun}/send")

    assert names == ["first.jpg", "third.jpg", "second.jpg"]
    assert (answer.status_code, answer.location) == (303, PAGE)
    document = session.scalars(select(Document)).one()
    session.rollback()
    while jobs.do_one(wiring):
        pass
    session.refresh(document)
    whole = b"".join((PHOTOS[0], PHOTOS[2], PHOTOS[1]))
    found = (document.kind, document.state, document.size, document.sha256)
    sent = hashlib.sha256(whole).hexdigest()
    assert found == (DocumentKind.BIRTH_CERTIFICATE, DocumentState.WAITING, len(whole), sent)
    kept = [(part.number, part.mime) for part in documents.parts(session, document)]
    assert kept == [(0, "application/pdf"), *((number, "image/jpeg") for number in (1, 2, 3))]


def test_before_the_pages_are_sent_nobody_sees_a_document(cast, amina, begun, session):
    assert session.scalar(select(func.count()).select_from(Document)) == 0
    listed = amina.get(PAGE).text
    assert "Not sent yet" in listed
    assert f'href="{begun}"' in listed


def test_pages_can_be_begun_without_a_photo(amina):
    begun = _post(amina, NEW, kind="birth_certificate", more="1")

    assert begun.status_code == 303
    page = amina.get(begun.location)
    assert (page.status_code, "Add the first page" in page.text, "Send these pages" in page.text) == (
        200,
        True,
        False,
    )
    assert amina.post(f"{begun.location}/send").status_code == 409


def test_who_begins_the_same_again_goes_on_with_what_is_there(amina, begun):
    again = _post(amina, NEW, PHOTOS[1], kind="birth_certificate", more="1").location
    other = _post(amina, NEW, kind="marriage_certificate", more="1").location

    assert (again, other == begun) == (begun, False)
    assert len(_ids(amina, begun)) == 2


def test_a_page_taken_again_stands_where_the_first_one_stood(amina, begun):
    _post(amina, begun, PHOTOS[1], name="second.jpg")
    first = _ids(amina, begun)[0]

    shown = amina.get(f"{begun}?instead={first}")
    _post(amina, f"{begun}?instead={first}", PHOTOS[2], name="better.jpg")

    assert "A new photo for page 1" in shown.text
    assert _names(amina, begun) == ["better.jpg", "second.jpg"]


def test_a_page_can_be_removed_and_its_bytes_are_gone(amina, begun, wiring):
    _post(amina, begun, PHOTOS[1], name="second.jpg")
    before = len(list(wiring.vault.names("uploads")))

    answer = amina.post(f"{begun}/{_ids(amina, begun)[0]}/remove", headers=PART)

    assert (answer.status_code, "<html" in answer.text, "second.jpg" in answer.text) == (200, False, True)
    assert _names(amina, begun) == ["second.jpg"]
    assert (before, len(list(wiring.vault.names("uploads")))) == (2, 1)


def test_the_first_page_stays_first_when_it_is_moved_up(amina, begun):
    _post(amina, begun, PHOTOS[1], name="second.jpg")
    first, second = _ids(amina, begun)

    amina.post(f"{begun}/{first}/earlier")
    amina.post(f"{begun}/{second}/later")

    assert _names(amina, begun) == ["first.jpg", "second.jpg"]


def test_all_of_it_can_be_given_up(amina, begun, session, wiring):
    answer = amina.post(f"{begun}/drop")

    assert (answer.status_code, amina.get(begun).status_code) == (303, 404)
    assert session.scalar(select(func.count()).select_from(Gathering)) == 0
    assert list(wiring.vault.names("uploads")) == []


def test_sent_twice_it_is_one_document_and_its_page_leads_there(amina, begun, session):
    amina.post(f"{begun}/send")

    again = amina.post(f"{begun}/send")
    late = _post(amina, begun, PHOTOS[1])

    document = session.scalars(select(Document)).one()
    assert (again.status_code, late.status_code) == (303, 409)
    assert amina.get(begun).location == f"{PAGE}/{document.id}"


def test_evidence_of_several_photos_goes_to_its_step(cast, enter, session):
    case = cast.case(CaseState.REINTEGRATION)
    milestone = parts.milestones(session, plans.latest(session, case))[0].id
    session.commit()
    amina = enter(cast.amina)
    begun = _post(amina, f"{NEW}/{milestone}", PHOTOS[0], kind="invoice", more="1").location

    answer = amina.post(f"{begun}/send")

    assert answer.location == f"/en/my/plan/steps/{milestone}"
    assert [one.kind for one in documents.of_milestone(session, milestone)] == [DocumentKind.INVOICE]


# --- In pieces --------------------------------------------------------------------------------------


def _announce(client, begun, data, **said):
    said = {"filename": "wire.jpg", "pages": begun.rsplit("/", 1)[1], **said}
    return client.post(
        "/uploads/", headers={**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": _metadata(**said)}
    )


def test_a_page_comes_in_pieces_and_is_no_document_by_itself(amina, begun, session):
    address = _announce(amina, begun, PHOTOS[1]).location
    amina.patch(address, data=PHOTOS[1][:1500], headers={**OCTETS, "Upload-Offset": "0"})
    during = amina.get(begun).text
    early = amina.post(f"{begun}/send")

    amina.patch(address, data=PHOTOS[1][1500:], headers={**OCTETS, "Upload-Offset": "1500"})

    assert ("Not here completely" in during, "Send these pages</button>" in during) == (True, False)
    assert (early.status_code, "A photo is not here completely." in early.text) == (409, True)
    assert session.scalar(select(func.count()).select_from(Document)) == 0
    session.rollback()
    assert _names(amina, begun) == ["first.jpg", "wire.jpg"]
    assert amina.post(f"{begun}/send").status_code == 303


def test_the_old_photo_stays_until_the_new_one_is_all_here(amina, begun):
    first = _ids(amina, begun)[0]
    address = _announce(amina, begun, PHOTOS[1], instead=first).location
    amina.patch(address, data=PHOTOS[1][:1500], headers={**OCTETS, "Upload-Offset": "0"})
    during = _names(amina, begun)

    amina.patch(address, data=PHOTOS[1][1500:], headers={**OCTETS, "Upload-Offset": "1500"})

    assert (during, _names(amina, begun)) == (["first.jpg", "wire.jpg"], ["wire.jpg"])


def test_a_document_has_so_many_pages_and_no_more(amina, begun, monkeypatch):
    monkeypatch.setattr(papers, "MOST_PAGES", 2)
    _post(amina, begun, PHOTOS[1])

    form, wire = _post(amina, begun, PHOTOS[2]), _announce(amina, begun, PHOTOS[2])

    assert (form.status_code, wire.status_code) == (409, 403)
    assert "This document cannot have more pages." in form.text
    assert wire.text.startswith("This document cannot have more pages.")
    taken_again = _announce(amina, begun, PHOTOS[2], instead=_ids(amina, begun)[0])
    assert taken_again.status_code == 201


# --- What is wrong, and who -------------------------------------------------------------------------


def test_a_file_that_cannot_be_used_is_told_beside_its_field(amina, begun):
    answer = _post(amina, begun, b"<svg/>" * 100)

    assert answer.status_code == 415
    assert "Choose a photo – We cannot use this kind of file." in " ".join(
        re.sub(r"<[^>]+>", " ", answer.text).split()
    )
    assert _names(amina, begun) == ["first.jpg"]


@pytest.mark.parametrize("path", ["", "/send", "/drop", "/1/earlier", "/1/remove", "/1/sideways"])
def test_somebody_elses_pages_do_not_exist(cast, enter, begun, path):
    cast.case(migrant=cast.giorgi)

    assert enter(cast.giorgi).post(begun + path).status_code == 404
    assert _announce(enter(cast.giorgi), begun, PHOTOS[0]).status_code == 404


@pytest.mark.parametrize("path", ["/1/earlier", "/1/remove", "/9999999999999999999999/remove"])
def test_a_page_of_no_gathering_does_not_exist(amina, begun, path):
    assert amina.post(begun + path).status_code == 404


@pytest.mark.parametrize("said", [{"pages": "x"}, {"instead": "-1"}])
def test_numbers_that_are_none_are_an_error(amina, begun, said):
    assert _announce(amina, begun, PHOTOS[0], **said).status_code == 400


def test_a_case_that_is_over_keeps_no_pages(cast, amina, begun, session):
    case = cast.case(migrant=cast.giorgi)
    giorgi_case = session.merge(case)
    session.rollback()
    mine = session.scalars(select(Gathering)).one()
    of_mine = session.get(type(giorgi_case), mine.case_id)
    cast.step(of_mine, Act.CASE_WITHDRAW, cast.amina)
    session.commit()

    assert amina.get(begun).status_code == 404
    assert session.scalar(select(func.count()).select_from(Upload)) == 0


def test_pages_that_nobody_sends_are_gone_after_a_week_all_at_once(amina, begun, session, wiring):
    with clock_turned(timedelta(days=3)):
        checking.sweep_uploads(wiring)
    kept = session.scalar(select(func.count()).select_from(Upload))
    session.rollback()

    with clock_turned(LASTS + timedelta(minutes=1)):
        checking.sweep_uploads(wiring)

    left = [session.scalar(select(func.count()).select_from(table)) for table in (Upload, Gathering)]
    assert (kept, left) == (1, [0, 0])
