"""The migrant's documents: what is asked for, how each one stands, and sending another without a script."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from portal.db import clock_turned
from portal.domain import corrections, deciding, documents
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.documents import Document, RejectReason
from portal.domain.papers import receipts, uploads
from portal.domain.permissions import Act
from portal.programme import DocumentKind
from portal.web import parts as web_parts
from portal.web.words import advice, say
from tests.reading import read, words_of
from tests.samples import damage, pdf, photo
from tests.senders import check_all, send_with_form

PAGE = "/en/my/documents"
NEW = "/en/my/documents/new"
PART = {"HX-Request": "true"}


# --- The list ---------------------------------------------------------------------------------------


def test_a_person_reads_what_is_asked_for(cast, amina):
    cast.case()

    answer = amina.get(PAGE)

    assert answer.status_code == 200
    asked = "Passport or: identity card, return certificate (laissez-passer), another identity document"
    assert asked in words_of(answer)
    assert "Nothing yet." in words_of(answer)


def test_who_has_no_case_has_no_documents(amina):
    assert amina.get(PAGE).status_code == 404
    assert amina.get(NEW).status_code == 404


def test_only_migrants_have_this_room(cast, enter):
    cast.case(CaseState.IN_REVIEW)

    for who in (cast.clara, cast.petros, cast.mart):
        assert enter(who).get(PAGE).status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_door(client):
    answer = client.get(PAGE)

    assert (answer.status_code, answer.location) == (303, "/en/sign-in?next=/en/my/documents")


def test_a_counsellor_looks_by_a_day_that_is_told(cast, amina, session):
    cast.document(cast.case(CaseState.SUBMITTED))
    session.commit()

    words = words_of(amina.get(PAGE))

    assert re.search(r"Waiting for a counsellor .* A counsellor looks at it. By: \d+ \w+ \d{4}", words)


def test_before_the_application_is_sent_nobody_looks_and_that_is_told(cast, amina, session):
    cast.document(cast.case())
    session.commit()

    assert "A counsellor looks at it after you send your application." in words_of(amina.get(PAGE))


def test_a_rejected_document_says_why_what_to_do_and_what_the_counsellor_wrote(cast, amina, session):
    document = cast.document(cast.case(CaseState.IN_REVIEW))
    deciding.reject(session, document, RejectReason.CUT_OFF, by=cast.clara, note="The last line, please")
    session.commit()

    answers = [amina.get(PAGE), amina.get(f"{PAGE}/{document.id}")]

    told = (
        "A part of the page is missing. "
        "Take the photo again so that all four corners of the page can be seen. "
        "Your counsellor writes: The last line, please Send again"
    )
    for answer in answers:
        assert told in words_of(answer)
        assert f'href="{NEW}?kind=passport"' in answer.text


def test_what_waits_for_the_sender_stands_before_what_waits_for_others(cast, amina, session):
    case = cast.case(CaseState.IN_REVIEW)
    rejected = cast.document(case)
    deciding.reject(session, rejected, RejectReason.CUT_OFF, by=cast.clara)
    cast.document(case, DocumentKind.MEDICAL_REPORT)
    session.commit()

    page = amina.get(PAGE).text

    assert re.findall("<h3>([^<]+)</h3>", page[page.index('id="sent"') :]) == ["Passport", "Medical report"]


def test_a_blocked_document_has_no_picture_and_says_what_to_do(cast, amina, session):
    document = cast.document(cast.case())
    documents.quarantine(session, document)
    session.commit()

    answer = amina.get(PAGE)

    assert "Take a photo of the document and send the photo." in words_of(answer)
    assert amina.get(f"{PAGE}/{document.id}/pages/1").status_code == 404


def test_what_the_counsellor_asks_for_is_read_in_herwords_of(cast, amina, session):
    case = cast.case(CaseState.IN_REVIEW)
    corrections.ask(session, case, None, CorrectionReason.MISSING, "Your marriage certificate", by=cast.clara)
    session.commit()
    before = words_of(amina.get(PAGE))

    cast.step(case, Act.CASE_ASK, cast.clara)
    session.commit()

    assert "Your marriage certificate" not in before
    asked = "Your counsellor asks you for a document A document to send – Something is missing"
    assert f"{asked} Your marriage certificate" in words_of(amina.get(PAGE))


def test_once_what_was_asked_is_sent_the_list_says_where_one_goes_on(cast, amina, session):
    case = cast.case(CaseState.IN_REVIEW)
    passport, needs = (
        corrections.ask(session, case, section, CorrectionReason.OTHER, "Please", by=cast.clara)
        for section in (None, Section.NEEDS)
    )
    cast.step(case, Act.CASE_ASK, cast.clara)
    corrections.answer_in_words(session, case, passport, "I have none", by=cast.amina)
    session.commit()

    before = read(amina.get(PAGE)).links
    corrections.answer_in_words(session, case, needs, "I need nothing", by=cast.amina)
    session.commit()
    after = read(amina.get(PAGE)).links

    assert before["Go on with the next thing"] == f"/en/my/asked/{needs.id}"
    assert after["Check and send"] == "/en/my/application/check"


def test_the_list_costs_the_same_number_of_queries_for_one_document_and_for_ten(cast, amina, session, wiring):
    case = cast.case(CaseState.SUBMITTED)
    asked: list[str] = []
    event.listen(wiring.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts = []
    for number in (1, 9):
        for _ in range(number):
            cast.document(case)
        session.commit()
        asked.clear()
        amina.get(PAGE)
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("reason", RejectReason)
def test_whatever_is_wrong_with_a_file_its_sender_reads_why_and_what_to_do(cast, amina, session, reason):
    document = cast.document(cast.case(CaseState.IN_REVIEW))
    deciding.reject(session, document, reason, by=cast.clara)
    session.commit()

    listed, receipt = words_of(amina.get(PAGE)), words_of(amina.get(f"{PAGE}/{document.id}"))

    told = f"{say(reason)} {advice(reason)}"
    assert (told in listed, told in receipt) == (True, True)
    is_needless = reason is RejectReason.DUPLICATE
    assert ("Please send again" in listed, "Send again" in listed) == (not is_needless, not is_needless)
    assert ("Not needed" in listed) == is_needless


def test_a_receipt_tells_number_what_was_taken_and_what_happened_when(cast, amina, session, wiring):
    cast.case(CaseState.IN_REVIEW)
    send_with_form(amina, pdf(pages=2), name="договор.pdf", kind="marriage_certificate")
    check_all(wiring)
    document = session.scalars(
        select(Document).where(Document.kind == DocumentKind.MARRIAGE_CERTIFICATE)
    ).one()
    deciding.accept(session, document, by=cast.clara)
    session.commit()
    number = receipts.number(document)

    listed, receipt = words_of(amina.get(PAGE)), words_of(amina.get(f"{PAGE}/{document.id}"))

    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", number)
    assert f"Receipt {number}" in listed
    checked, accepted = "The automatic check is over: the file is good", "A counsellor accepted it"
    steps = rf".* It arrived here \d.* {checked} \d.* {accepted} \d"
    assert re.search(rf"Number {number} What was sent договор.pdf · 0.1 MB · Pages: 2{steps}", receipt)


def test_a_file_that_did_not_come_completely_stands_in_the_list_until_it_is_given_up(
    cast, amina, session, wiring
):
    case = cast.case()
    about = {"kind": DocumentKind.PASSPORT, "length": 2_000_000, "file_name": "half.jpg", "by": cast.amina}
    upload, _token = uploads.begin(session, case, **about)
    uploads.append(session, upload, uploads.store(wiring.vault, upload, [bytes(1_200_000)]))
    session.commit()

    listed = words_of(amina.get(PAGE))
    answer = amina.post(f"{PAGE}/unfinished/{upload.id}/drop")

    assert "Not sent yet Passport half.jpg · 1.2 MB of 2 MB is here" in listed.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert answer.status_code == 303
    assert "Not sent yet" not in words_of(amina.get(PAGE))
    assert list(wiring.vault.names("uploads")) == []


def test_somebody_elses_unfinished_file_does_not_exist(cast, amina, enter, session):
    about = {"kind": DocumentKind.PASSPORT, "length": 2_000_000, "file_name": "half.jpg"}
    cast.case()
    upload, _token = uploads.begin(session, cast.case(migrant=cast.giorgi), **about, by=cast.giorgi)
    session.commit()

    assert amina.post(f"{PAGE}/unfinished/{upload.id}/drop").status_code == 404
    assert "Not sent yet" not in words_of(amina.get(PAGE))


# --- The list asks for itself while a check goes on --------------------------------------------------


def test_while_a_check_goes_on_the_list_asks_again_and_then_stops(cast, amina, wiring):
    cast.case()
    send_with_form(amina, photo())
    during = amina.get(PAGE)

    check_all(wiring)
    after = amina.get(f"{PAGE}?checking=1", headers=PART)

    assert f'hx-get="{PAGE}?checking=1&amp;turn=1" hx-trigger="load delay:2s"' in during.text
    assert "Automatic check" in words_of(during)
    assert after.status_code == 200
    assert "hx-get" not in after.text
    assert "Waiting for a counsellor" in words_of(after)
    assert re.findall(r'id="(\w+)" hx-swap-oob', after.text) == ["wished", "sent"]
    assert "<html" not in after.text


@pytest.mark.parametrize(("turn", "pause"), [(1, 2), (4, 8), (7, 30), (500, 30)])
def test_when_nothing_has_changed_it_only_asks_again_ever_more_rarely(cast, amina, turn, pause):
    cast.case()
    send_with_form(amina, photo())

    answer = amina.get(f"{PAGE}?checking=1&turn={turn}", headers=PART).text

    asks = (
        f'hx-get="{PAGE}?checking=1&amp;turn={turn + 1}" hx-trigger="load delay:{pause}s" hx-swap="outerHTML"'
    )
    assert answer.strip() == f'<div id="wait" {asks}></div>'


@pytest.mark.parametrize("query", ["checking=x&turn=-5", "checking=&turn=", "checking=1&turn=x"])
def test_a_turn_that_is_none_is_the_first(cast, amina, query):
    cast.case()
    send_with_form(amina, photo())

    assert "delay:2s" in amina.get(f"{PAGE}?{query}", headers=PART).text


def test_a_page_left_open_stops_asking(cast, enter):
    cast.case()
    send_with_form(enter(cast.amina), photo())

    with clock_turned(timedelta(minutes=6)):
        answer = enter(cast.amina).get(f"{PAGE}?checking=1", headers=PART)

    assert answer.status_code == 200
    assert "hx-get" not in answer.text
    assert "The check takes longer than usual." in words_of(answer)


# --- One document -----------------------------------------------------------------------------------


def test_the_migrant_sees_the_pages_that_the_counsellor_sees(cast, amina, session, wiring):
    cast.case()
    send_with_form(amina, pdf(pages=2), name="جواز السفر.pdf")
    check_all(wiring)
    document = session.scalars(select(Document)).one()
    session.rollback()

    listed = amina.get(PAGE)
    preview = amina.get(f"{PAGE}/{document.id}/preview")
    page = amina.get(f"{PAGE}/{document.id}")
    picture = amina.get(f"{PAGE}/{document.id}/pages/2")
    file = amina.get(f"{PAGE}/{document.id}/pages/0")

    assert f'src="{PAGE}/{document.id}/preview"' in listed.text
    assert (preview.status_code, preview.mimetype) == (200, "image/jpeg")
    assert re.findall(r'src="([^"]+/pages/\d)"', page.text) == [
        f"{PAGE}/{document.id}/pages/{number}" for number in (1, 2)
    ]
    assert "جواز السفر.pdf" in page.text
    assert (picture.status_code, picture.mimetype, picture.data[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    assert (picture.headers["Cache-Control"], picture.content_length) == ("no-store", len(picture.data))
    name = "%D8%AC%D9%88%D8%A7%D8%B2%20%D8%A7%D9%84%D8%B3%D9%81%D8%B1"
    assert picture.headers["Content-Disposition"] == (
        f"inline; filename=\"document.jpg\"; filename*=UTF-8''{name}%202.jpg"
    )
    assert (file.mimetype, file.data[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("path", ["", "/pages/1"])
def test_somebody_elses_document_does_not_exist(cast, amina, session, path):
    cast.case()
    other = cast.document(cast.case(migrant=cast.giorgi))
    session.commit()

    assert amina.get(f"{PAGE}/{other.id}{path}").status_code == 404


@pytest.mark.parametrize("number", ["9" * 30, "-1", "x", "0x1"])
def test_a_number_that_is_none_does_not_exist(cast, amina, number):
    cast.case()

    assert amina.get(f"{PAGE}/{number}").status_code == 404
    assert amina.get(f"{PAGE}/1/pages/{number}").status_code == 404
    assert amina.get(f"{NEW}/{number}").status_code == 404


def test_an_object_that_was_altered_is_not_served(cast, amina, session, wiring, tmp_path):
    cast.case()
    send_with_form(amina, photo())
    check_all(wiring)
    document = session.scalars(select(Document)).one()
    stored = tmp_path / "documents" / documents.parts(session, document)[1].store_name
    session.rollback()
    damage(stored)

    assert amina.get(f"{PAGE}/{document.id}/pages/1").status_code == 503


@pytest.mark.parametrize("held", [0, 2**40])
def test_another_content_than_the_one_that_was_put_there_is_not_served(
    cast, amina, session, wiring, monkeypatch, held
):
    cast.case()
    send_with_form(amina, photo())
    check_all(wiring)
    document = session.scalars(select(Document)).one()
    part = documents.parts(session, document)[1]
    session.rollback()
    monkeypatch.setattr(web_parts, "HELD", held)
    whole = amina.get(f"{PAGE}/{document.id}/pages/1")

    context = documents.part_context(document.id, 1)
    wiring.vault.put(part.store_name, [photo(seed=2)], key=document.key, context=context)

    assert (whole.status_code, len(whole.data)) == (200, part.size)
    assert amina.get(f"{PAGE}/{document.id}/pages/1").status_code == 503
