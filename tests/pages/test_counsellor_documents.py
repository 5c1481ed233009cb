"""Documents as a counsellor sees them: beside the answers they prove, accepted or not."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from portal.db import TIME_ZONE, now
from portal.domain import deciding, documents, journal, objects, people
from portal.domain.cases import CaseState
from portal.domain.course import history
from portal.domain.documents import BY_COUNSELLOR, Document, DocumentState, LookPurpose, RejectReason
from portal.domain.journal import Event
from portal.domain.people import Person, Relation
from portal.domain.permissions import Act, Role
from portal.programme import DocumentKind
from portal.web.parts import stamp
from tests.samples import photo

PICTURE = photo(side=300)


def _address(case, document=None, act=""):
    folder = f"/en/counsellor/cases/{case.reference}/documents"
    return f"{folder}/{document.id}{act}" if document else folder


@pytest.fixture
def store(wiring, session):
    """store(document): its parts lie in the vault."""

    def put(document):
        for part in documents.parts(session, document):
            context = documents.part_context(document.id, part.number)
            part.store_name = objects.new_name("documents")
            stored = wiring.vault.put(part.store_name, [PICTURE], key=document.key, context=context)
            part.size, part.sha256 = stored.size, stored.sha256
        session.commit()
        return document

    return put


def _now(session, document):
    session.expire_all()
    return session.get_one(Document, document.id)


def _looks(session, case):
    events = journal.of_case(session, case.id)
    session.commit()
    return [event.about for event in events if event.act is Act.DOCUMENT_OPEN]


def test_all_documents_are_listed_and_those_that_wait_come_first(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    deciding.accept(session, cast.document(case), by=cast.clara)
    cast.document(case, DocumentKind.PRECEPT_TO_LEAVE)
    session.commit()

    page = enter(cast.clara).get(_address(case)).text

    titles = re.findall(r"<h3>([^<]+)</h3>", page)
    assert titles == ["Official decision that you must leave Estonia (lahkumisettekirjutus)", "Passport"]


def test_a_document_stands_beside_the_answers_it_proves(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)

    page = enter(cast.clara).get(_address(case, document)).text

    assert f'src="{_address(case, document, "/pages/1")}"' in page
    for words in ("Amina Юсупова", "27 March 2002", "Uzbekistan"):
        assert words in page


def _size(data):
    with Image.open(io.BytesIO(data)) as image:
        return image.size


@pytest.mark.parametrize("part", ["/pages/1", "/preview"])
def test_who_looks_is_burnt_into_the_picture_and_what_is_stored_stays_clean(
    cast, enter, session, store, wiring, part
):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    stored = documents.parts(session, document)[1]

    answer = enter(cast.clara).get(_address(case, document, part))

    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert _size(answer.data)[1] > _size(PICTURE)[1] == 300  # a strip below says who, when and what for
    context = documents.part_context(document.id, 1)
    assert b"".join(wiring.vault.read(stored.store_name, key=document.key, context=context)) == PICTURE


def test_the_stamp_says_who_when_by_the_clock_of_the_programme_which_case_and_what_for(app, cast):
    case = cast.case(CaseState.IN_REVIEW)
    here = now().astimezone(TIME_ZONE)

    with app.test_request_context("/en/"):
        words = stamp(case, LookPurpose.HEALTH, by=cast.clara)

    who, when, which, purpose = words.split(" · ")
    assert (who, which, purpose) == (
        "Clara Tamm (Counsellor)",
        case.reference,
        "For a doctor or medical help",
    )
    later = here + timedelta(minutes=1)
    assert when in [f"{one.day} {one:%B %Y, %H:%M} (Tallinn)" for one in (here, later)]


def test_a_page_is_turned_as_the_address_says(cast, enter, store, monkeypatch):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    browser = enter(cast.clara)

    upright, lying, wrong = (
        browser.get(_address(case, document, f"/pages/1?turn={turn}")).data for turn in ("0", "90", "45")
    )

    assert len({upright[500:], lying[500:]}) == 2
    assert _size(wrong) == _size(upright)


def test_every_way_to_look_is_a_link_and_stands_in_the_address(cast, enter, store):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    browser = enter(cast.clara)

    page = browser.get(_address(case, document) + "?zoom=200&turn=270").text

    here = re.escape(_address(case, document))
    assert f'src="{_address(case, document, "/pages/1")}?turn=270"' in page
    assert 'class="page-window zoom-200"' in page
    assert re.search(rf'href="{here}\?zoom=400&amp;turn=270#viewer"', page)
    assert re.search(rf'href="{here}\?zoom=200#viewer" aria-label="Turn to the right"', page)
    assert re.search(rf'href="{here}\?zoom=200&amp;turn=180#viewer" aria-label="Turn to the left"', page)


@pytest.mark.parametrize(
    "query", ["?page=99", "?page=x", "?zoom=7", "?turn=1", "?beside=1", "?page=0&turn=-90"]
)
def test_a_way_to_look_that_is_none_is_left_out(cast, enter, store, query):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))

    answer = enter(cast.clara).get(_address(case, document) + query)

    assert answer.status_code == 200
    assert f'src="{_address(case, document, "/pages/1")}"' in answer.text


def test_a_version_sent_anew_is_laid_beside_the_earlier_one(cast, enter, session, store):
    case = cast.case(CaseState.IN_REVIEW)
    first = store(cast.document(case))
    deciding.reject(session, first, RejectReason.CUT_OFF, by=cast.clara)
    second = store(cast.document(case))
    other = store(cast.document(case, DocumentKind.PRECEPT_TO_LEAVE))
    browser = enter(cast.clara)

    page = browser.get(f"{_address(case, second)}?beside={first.id}").text

    shown = re.findall(r'<img src="([^"]+)"', page)
    assert shown == [_address(case, one, "/pages/1") for one in (second, first)]
    assert "A part of the page is missing." in page
    assert "beside=" not in browser.get(_address(case, other)).text


# --- A copy -----------------------------------------------------------------------------------------


def test_a_copy_is_stamped_and_its_purpose_read_by_the_person(cast, enter, session, store):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    browser = enter(cast.clara)

    answers = [
        browser.post(_address(case, document, "/copy"), data={"purpose": "travel_document"}) for _ in range(2)
    ]

    assert [(one.status_code, one.headers["Content-Disposition"][:10]) for one in answers] == [
        (200, "attachment")
    ] * 2
    assert _size(answers[0].data)[1] > 300
    taken = [
        (one.act, one.role, one.document, one.purpose, one.times)
        for one in history.looks(session, case)
        if one.act is Act.DOCUMENT_DOWNLOAD
    ]
    session.commit()
    assert taken == [
        (Act.DOCUMENT_DOWNLOAD, Role.COUNSELLOR, DocumentKind.PASSPORT, LookPurpose.TRAVEL_DOCUMENT, 2)
    ]
    told = enter(cast.amina).get("/en/my/history").text
    assert "Copy of a document taken: Passport" in told
    assert "For a travel document: embassy or consulate" in told


@pytest.mark.parametrize("purpose", ["", "check", "curiosity"])
def test_no_copy_without_a_purpose_of_a_copy(cast, enter, session, store, purpose):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))

    answer = enter(cast.clara).post(_address(case, document, "/copy"), data={"purpose": purpose})

    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    acts = [event.act for event in journal.of_case(session, case.id)]
    session.commit()
    assert Act.DOCUMENT_DOWNLOAD not in acts


def test_the_whole_file_is_given_as_a_copy_only(cast, enter, store):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))

    assert enter(cast.clara).get(_address(case, document, "/pages/0")).status_code == 404


def test_the_person_reads_what_a_document_was_opened_for(cast, enter, session, store):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    enter(cast.clara).get(_address(case, document, "/pages/1"))

    told = enter(cast.amina).get("/en/my/history").text
    beside = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/history").text

    for page in (told, beside):
        assert "To check the document" in page


# --- Decisions --------------------------------------------------------------------------------------


def test_what_the_sender_will_read_is_shown_in_the_senders_language(cast, enter, session):
    cast.amina.language = "ru"
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)

    page = enter(cast.clara).get(_address(case, document)).text

    assert page.count('<blockquote class="quote reads" lang="ru" dir="ltr">') == len(BY_COUNSELLOR)
    assert "A part of the page is missing." in page


def test_in_a_family_a_counsellor_says_whose_document_it_is(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    child = Person(case_id=case.id, relation=Relation.CHILD)
    child.given_names = "Timur"
    session.add(child)
    document = cast.document(case)
    session.commit()
    browser = enter(cast.clara)

    asked = browser.get(_address(case, document)).text
    answer = browser.post(_address(case, document, "/accept"), data={"person": child.id})

    assert f'<option value="{child.id}">Timur</option>' in asked
    assert (answer.status_code, _now(session, document).person_id) == (303, child.id)
    listed = _address(case)
    session.commit()
    assert "Timur · " in browser.get(listed).text


def test_a_document_is_not_given_to_somebody_of_another_case(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    other = people.principal(session, cast.case(migrant=cast.giorgi))
    document = cast.document(case)
    session.commit()

    answer = enter(cast.clara).post(_address(case, document, "/accept"), data={"person": other.id})

    assert answer.status_code == 404
    assert _now(session, document).state is DocumentState.WAITING


def test_what_is_asked_for_stands_above_the_documents_person_by_person(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    cast.document(case)

    page = enter(cast.clara).get(_address(case)).text

    (asked,) = re.findall(r'<ul class="shares">\s*<li>(.+?)</li>', page)[:1]
    assert re.sub("<[^>]+>", "", asked) == "Amina Юсупова: Passport, Waiting for a counsellor"


def test_that_a_document_was_looked_at_is_written_down_once_an_hour(cast, enter, session, store):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    browser = enter(cast.clara)
    once = [f"documents:{document.id}"]

    for _ in range(3):
        browser.get(_address(case, document, "/pages/1"))
    assert _looks(session, case) == once

    session.execute(update(Event).where(Event.act == Act.DOCUMENT_OPEN).values(at=now() - timedelta(hours=2)))
    session.commit()
    browser.get(_address(case, document, "/pages/1"))
    assert _looks(session, case) == once * 2


def test_a_document_is_accepted_and_the_next_one_opened(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    document, following = cast.document(case), cast.document(case, DocumentKind.PRECEPT_TO_LEAVE)
    browser = enter(cast.clara)

    answer = browser.post(_address(case, document, "/accept"))
    assert (answer.status_code, answer.location) == (303, _address(case, following))

    answer = browser.post(_address(case, following, "/accept"))
    assert (answer.status_code, answer.location) == (303, _address(case))
    assert _now(session, document).state is DocumentState.ACCEPTED
    assert _now(session, document).decided_by_id == cast.clara.id


@pytest.mark.parametrize(
    ("way", "given"), [("accept", {}), ("reject", {"reason": "cut_off", "words": "The edge is missing."})]
)
def test_a_decision_sent_by_two_taps_is_taken_once_and_of_another_person_refused(
    cast, enter, session, way, given
):
    case = cast.case(CaseState.IN_REVIEW)
    document, following = cast.document(case), cast.document(case, DocumentKind.PRECEPT_TO_LEAVE)
    browser = enter(cast.clara)

    answers = [browser.post(_address(case, document, f"/{way}"), data=given) for _ in range(2)]

    assert [(one.status_code, one.location) for one in answers] == [(303, _address(case, following))] * 2
    act = Act.DOCUMENT_ACCEPT if way == "accept" else Act.DOCUMENT_REJECT
    assert session.scalar(select(func.count()).select_from(Event).where(Event.act == act)) == 1
    assert enter(cast.aino).post(_address(case, document, f"/{way}"), data=given).status_code == 409


def test_a_document_is_rejected_with_a_reason_and_words(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)

    answer = enter(cast.clara).post(
        _address(case, document, "/reject"), data={"reason": "cut_off", "words": "Нижний край не виден."}
    )

    found = _now(session, document)
    assert answer.status_code == 303
    assert (found.state, found.reject_reason, found.words) == (
        DocumentState.REJECTED,
        RejectReason.CUT_OFF,
        "Нижний край не виден.",
    )


@pytest.mark.parametrize("reason", ["", "ugly", "damaged"])
def test_a_document_is_not_rejected_without_a_reason_of_a_counsellor(cast, enter, session, reason):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)

    answer = enter(cast.clara).post(
        _address(case, document, "/reject"), data={"reason": reason, "words": "Edge is missing"}
    )

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Edge is missing" in answer.text
    assert _now(session, document).state is DocumentState.WAITING


@pytest.mark.parametrize("act", ["/accept", "/reject"])
def test_what_is_decided_already_is_not_decided_again(cast, enter, session, act):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)
    deciding.reject(session, document, RejectReason.EXPIRED, by=cast.clara)

    answer = enter(cast.clara).post(_address(case, document, act), data={"reason": "cut_off"})

    assert answer.status_code == 409
    assert _now(session, document).reject_reason is RejectReason.EXPIRED


@pytest.mark.parametrize("state", [DocumentState.CHECKING, DocumentState.QUARANTINED])
def test_what_is_not_safe_is_shown_to_nobody(cast, enter, session, store, state):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    document.state = state
    browser = enter(cast.clara)

    page = browser.get(_address(case, document))
    picture = browser.get(_address(case, document, "/pages/1"))

    assert (page.status_code, picture.status_code) == (200, 404)
    assert "<img" not in page.text
    assert "/accept" not in page.text


def test_a_document_of_another_case_does_not_exist_here(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    document = cast.document(other)
    browser = enter(cast.clara)

    assert browser.get(_address(case, document)).status_code == 404
    assert browser.get(_address(case, document, "/pages/1")).status_code == 404
    assert browser.get(_address(case, document, "/preview")).status_code == 404
    assert browser.post(_address(case, document, "/accept")).status_code == 404
    assert browser.post(_address(case, document, "/copy"), data={"purpose": "audit"}).status_code == 404


@pytest.mark.parametrize("who", ["kalle", "amina", "petros", "mart"])
def test_a_document_does_not_exist_here_for_anyone_else(cast, enter, store, who):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))
    browser = enter(getattr(cast, who))

    assert browser.get(_address(case, document)).status_code == 404
    assert browser.get(_address(case, document, "/pages/1")).status_code == 404
    assert browser.get(_address(case, document, "/preview")).status_code == 404
    assert browser.post(_address(case, document, "/accept")).status_code == 404
    assert browser.post(_address(case, document, "/copy"), data={"purpose": "audit"}).status_code == 404


@pytest.mark.parametrize("number", ["2", "99999999999999999999", "-1", "x"])
def test_a_page_that_is_not_there_does_not_exist(cast, enter, store, number):
    case = cast.case(CaseState.IN_REVIEW)
    document = store(cast.document(case))

    assert enter(cast.clara).get(_address(case, document, f"/pages/{number}")).status_code == 404
