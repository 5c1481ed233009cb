"""Photos of a visit: added while the returnee allows them, seen by three, gone when she takes that back."""

import base64
import io
import json
import zipfile

import pytest
from sqlalchemy import func, select

from portal import exporting, jobs
from portal.db import today
from portal.domain import documents
from portal.domain.applying import consents
from portal.domain.applying.consents import PHOTOS, Purpose
from portal.domain.cases import CaseState
from portal.domain.course import history
from portal.domain.documents import Document, DocumentState, Part
from portal.domain.own import my_file
from portal.domain.permissions import Act, Role
from portal.domain.support import monitoring, photos, reports
from portal.domain.support.monitoring import FollowUpMode, Held
from portal.programme import DocumentKind
from tests.pages.test_uploads import OCTETS, TUS
from tests.samples import photo

PICTURE = photo(seed=7)


@pytest.fixture
def case(cast):
    """A case in which everything is delivered."""
    return cast.case(CaseState.MONITORING)


@pytest.fixture
def talk(cast, session, case):
    """A visit of the partner's that took place today."""
    made = monitoring.plan(session, case, FollowUpMode.VISIT, today(), by=cast.petros)
    told = Held(FollowUpMode.VISIT, today(), "Amina", "All well", is_last=True)
    monitoring.hold(session, case, made, told, by=cast.petros)
    session.commit()
    return made


@pytest.fixture
def page(case, talk):
    """Where Petros adds photos."""
    return f"/en/partner/cases/{case.reference}/talks/{talk.id}/photos"


@pytest.fixture
def allowed(session, cast, case):
    """Amina allows photos."""
    allow(session, cast, case, Purpose.TALK_PHOTOS)


def allow(session, cast, case, *wanted):
    consents.settle(session, case, frozenset(wanted), PHOTOS, language="en", by=cast.amina)
    session.commit()


def add(petros, page):
    return petros.post(page, data={"file": (io.BytesIO(PICTURE), "shop.jpg")})


def checked(session, wiring):
    """The one photo, when the portal has checked it."""
    session.commit()
    while jobs.do_one(wiring):
        pass
    taken = select(Document).where(Document.kind == DocumentKind.TALK_PHOTO)
    found = session.scalars(taken.execution_options(populate_existing=True)).one()
    session.commit()
    return found


def announced(petros, case, talk, **more):
    said = {"kind": "talk_photo", "case": case.reference, "talk": str(talk.id), "filename": "a.jpg", **more}
    told = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())
    return petros.post(
        "/uploads/", headers={**TUS, "Upload-Length": str(len(PICTURE)), "Upload-Metadata": told}
    )


def test_all_three_see_a_photo_and_whoever_looked_is_written_down(
    petros, amina, clara, session, wiring, case, talk, page, allowed
):
    assert add(petros, page).status_code == 303
    found = checked(session, wiring)
    small = f"{page}/{found.id}/small"

    assert (found.state, found.follow_up_id) == (DocumentState.ACCEPTED, talk.id)
    assert small in petros.get(page).text
    assert small in petros.get(f"/en/partner/cases/{case.reference}/talks").text
    pictures = [petros.get(small), petros.get(f"{page}/{found.id}/large")]
    assert [(one.status_code, one.mimetype) for one in pictures] == [(200, "image/jpeg")] * 2
    assert f"/en/my/documents/{found.id}/preview" in amina.get("/en/my/afterwards").text
    of_counsellor = f"/en/counsellor/cases/{case.reference}"
    assert f"{of_counsellor}/documents/{found.id}/preview" in clara.get(f"{of_counsellor}/afterwards").text
    assert clara.get(f"{of_counsellor}/documents/{found.id}/preview").status_code == 200
    seen = {(one.role, one.document) for one in history.looks(session, case) if one.act is Act.DOCUMENT_OPEN}
    kind = DocumentKind.TALK_PHOTO
    assert seen >= {(Role.PARTNER, kind), (Role.COUNSELLOR, kind)}


def test_without_consent_nothing_is_asked_for_and_nothing_is_taken(petros, session, case, talk, page):
    shown = petros.get(page).text

    answers = [add(petros, page), announced(petros, case, talk)]

    assert ("The returnee does not allow photos." in shown, 'type="file"' in shown) == (True, False)
    assert [answer.status_code for answer in answers] == [409, 403]
    assert session.scalar(select(func.count()).select_from(Document).where(Document.follow_up_id > 0)) == 0


def test_what_is_on_its_way_when_the_consent_ends_is_not_taken(petros, session, cast, case, talk, allowed):
    begun = announced(petros, case, talk).location
    allow(session, cast, case)

    answer = petros.patch(begun, data=PICTURE, headers={**OCTETS, "Upload-Offset": "0"})

    assert answer.status_code == 403
    assert session.scalar(select(func.count()).select_from(Document).where(Document.follow_up_id > 0)) == 0


def test_when_the_consent_is_taken_back_the_partner_and_reports_show_nothing_of_it(
    petros, amina, session, cast, wiring, case, talk, page, allowed
):
    add(petros, page)
    found = checked(session, wiring)
    addresses = [f"{page}/{found.id}{part}" for part in ("", "/small", "/large")]
    before = [petros.get(one).status_code for one in addresses]
    told = reports.evidence(session, case, viewer=cast.clara)
    session.commit()

    answer = amina.post("/en/my/afterwards/photos", data={})

    assert answer.status_code == 303
    assert (before, [petros.get(one).status_code for one in addresses]) == ([200] * 3, [404] * 3)
    assert f"/photos/{found.id}" not in petros.get(page).text
    assert f"/en/my/documents/{found.id}/preview" in amina.get("/en/my/afterwards").text
    left = reports.evidence(session, case, viewer=cast.clara)
    assert [one.document.id for one in told] == [*(one.document.id for one in left), found.id]
    assert photos.of_case(session, case, viewer=cast.clara)[talk.id] == [found]
    assert history.timeline(session, case)[0].act is Act.CASE_CONSENT


def test_the_returnee_erases_a_photo_for_good(petros, amina, session, wiring, case, page, allowed):
    add(petros, page)
    found = checked(session, wiring)
    names = [part.store_name for part in documents.parts(session, found)]
    session.commit()

    answer = amina.post(f"/en/my/afterwards/photos/{found.id}/remove")

    assert (answer.status_code, amina.get(f"/en/my/documents/{found.id}").status_code) == (303, 404)
    rows = session.scalar(select(func.count()).select_from(Part).where(Part.document_id == found.id))
    assert (rows, set(wiring.vault.names("documents")) & set(names)) == (0, set())
    assert history.timeline(session, case)[0].act is Act.DOCUMENT_REMOVE


def test_no_other_document_is_erased_by_its_sender(amina, session, cast, case):
    passport = cast.document(case)
    session.commit()

    assert amina.post(f"/en/my/afterwards/photos/{passport.id}/remove").status_code == 404


def test_a_photo_is_for_the_talks_of_ones_own_organisation(
    enter, cast, petros, session, wiring, case, talk, page, allowed
):
    programmes = monitoring.plan(session, case, FollowUpMode.VISIT, today(), by=cast.clara)
    session.commit()
    add(petros, page)
    found = checked(session, wiring)
    nino = enter(cast.nino)

    theirs = [nino.get(f"{page}/{found.id}/small"), add(nino, page), announced(nino, case, talk)]
    not_ours = [announced(petros, case, programmes), announced(petros, case, talk, kind="invoice")]

    assert [answer.status_code for answer in theirs] == [404] * 3
    assert [answer.status_code for answer in not_ours] == [404, 403]
    assert petros.get(f"/en/partner/cases/{case.reference}/documents/{found.id}").status_code == 404


def test_my_file_holds_the_photo_and_the_consent(petros, session, cast, wiring, page, case, allowed):
    add(petros, page)
    checked(session, wiring)
    my_file.ask(session, cast.amina)
    session.commit()
    while jobs.do_one(wiring):
        pass
    export = my_file.latest(session, cast.amina)
    session.refresh(export)
    data = b"".join(wiring.vault.read(export.store_name, key=export.key, context=export.context))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        told = json.loads(archive.read("my-file.json"))
        sent = [one for one in told["cases"][0]["documents"] if one["kind"] == "talk_photo"]
        assert [archive.read(one["file"])[:2] for one in sent] == [b"\xff\xd8"]
    assert exporting.SCHEMA.exists()
    assert [one["purpose"] for one in told["cases"][0]["consents"]][-1] == "talk_photos"


def test_publishing_and_photos_at_talks_are_allowed_each_by_itself(amina, session, case):
    for sent, kept in (({"photo": "y"}, {Purpose.PHOTO}), ({"talk_photos": "y"}, {Purpose.TALK_PHOTOS})):
        amina.post("/en/my/afterwards/photos", data=sent)
        session.commit()

        assert consents.given(session, case).keys() & PHOTOS == kept
        session.commit()
