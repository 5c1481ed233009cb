"""What strangers try: addresses, forms and headers made to break something get a 4xx page, never a 500."""

import io
import re
import socket
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy.orm.exc import StaleDataError

from portal import db
from portal.db import today
from portal.domain.access.sign_in import HALF_LASTS
from portal.domain.cases import CaseState
from portal.pages.entrance.half import LONGEST_ADDRESS
from portal.web import current
from portal.web.headers import ASIDE, HEADERS
from tests.cast import PASSWORD
from tests.portals import portal_server

TUS = {"Tus-Resumable": "1.0.0"}
# What url_for takes for itself when it stands among the values of an address.
OTHERS = ["endpoint=x", "_method=POST", "_anchor=x", "_scheme=javascript&_external=1", "language=zz"]


@pytest.fixture
def amina(cast, enter):
    """Amina's browser, with a draft just begun."""
    cast.case(CaseState.DRAFT)
    return enter(cast.amina)


# --- Addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", OTHERS)
def test_links_to_other_languages_keep_the_query_as_it_is(client, query):
    answer = client.get(f"/en/?{query}")

    assert answer.status_code == 200
    assert "javascript:" not in answer.text
    assert f'href="/et/?{query.replace("&", "&amp;")}"' in answer.text


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_who_switches_the_language_goes_on_in_it(client, slash):
    page = client.get(f"/en/sign-in?next={slash}en{slash}my{slash}").text

    assert f'href="/ru/sign-in?next={slash}ru{slash}my{slash}"' in page


def test_a_part_of_the_path_cannot_be_changed_by_the_query(amina):
    assert amina.get("/en/my/documents/new?milestone=x&kind=passport").status_code == 200


@pytest.mark.parametrize(
    "path", ["/%ff%fe/", "/en/%00", "/en/programme/%ff", "/en/invitation/%00%ff", "/en/?%ff=%00"]
)
def test_addresses_that_are_no_text_are_answered(client, path):
    assert client.get(path).status_code in (200, 404)


@pytest.mark.parametrize("number", [0, 2**63, 10**30])
def test_a_number_that_no_row_can_have_is_not_found(amina, cast, enter, number):
    case = cast.case(CaseState.PREPARING, migrant=cast.giorgi)
    clara = enter(cast.clara)

    assert amina.get(f"/en/my/documents/{number}").status_code == 404
    assert amina.get(f"/en/my/sharing/{number}").status_code == 404
    assert clara.get(f"/en/counsellor/cases/{case.reference}/documents/{number}").status_code == 404


def test_a_page_to_go_on_to_that_fits_into_no_cookie_is_forgotten(client, cast):
    far = quote("/en/my/" + "x" * LONGEST_ADDRESS)

    answer = client.post(f"/en/sign-in?next={far}", data={"login": cast.amina.login, "password": PASSWORD})

    assert answer.status_code == 303
    assert len(answer.headers["Set-Cookie"]) < 1000


def test_a_public_page_that_says_something_to_one_person_is_kept_by_nobody(client, cast):
    client.post("/en/sign-in", data={"login": cast.amina.login, "password": PASSWORD})
    with db.clock_turned(HALF_LASTS + timedelta(minutes=1)):
        client.get("/en/sign-in/code")

    said, later = client.get("/en/"), client.get("/en/")

    assert ["stopped for your safety" in page.text for page in (said, later)] == [True, False]
    assert said.headers["Cache-Control"] == "no-store"
    assert later.headers["Cache-Control"] == "public, max-age=300"


# --- Forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["name", "birth", "contact"])
def test_a_file_where_a_text_is_expected_is_no_answer(amina, page):
    names = re.findall(r'name="([a-z_-]+)"', amina.get(f"/en/my/application/{page}").text)

    answer = amina.post(
        f"/en/my/application/{page}", data={name: (io.BytesIO(b"text"), "a.txt") for name in names}
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("year", ["9999999999", "0000", "99999", "-1", "1e9"])
def test_a_year_that_no_calendar_has_is_a_fault(amina, year):
    typed = {"born_on-day": "1", "born_on-month": "1", "born_on-year": year}

    answer = amina.post("/en/my/application/birth", data=typed)

    assert answer.status_code == 422
    assert year in answer.text


def test_a_form_without_a_file_is_small(client):
    answer = client.post(
        "/en/sign-in", data="a=&" * 400_000, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("marks", [5000, 50_000])
def test_a_heap_of_marks_over_one_letter_is_refused_for_its_length(amina, marks):
    heap = "a" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING CEDILLA}" * marks

    answer = amina.post("/en/my/application/name", data={"given_names": heap, "family_name": "Yusupova"})

    assert answer.status_code == 422
    assert heap in answer.text  # not composed


# --- Uploads -------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["filename é", "kind zz!", "kind", ",,,", "kind " + "A" * 50_000])
def test_what_is_said_about_a_file_must_be_readable(amina, said):
    headers = {**TUS, "Upload-Length": "10", "Upload-Metadata": said.encode().decode("latin-1")}

    assert amina.post("/uploads/", headers=headers).status_code == 400


def test_a_checksum_that_is_no_text_is_refused(amina):
    kind = {"Upload-Length": "10", "Upload-Metadata": "kind cGFzc3BvcnQ="}
    upload = amina.post("/uploads/", headers={**TUS, **kind}).location

    answer = amina.patch(
        upload,
        headers={**TUS, "Upload-Offset": "0", "Upload-Checksum": "sha1 \xe9"},
        content_type="application/offset+octet-stream",
        data=b"x",
    )

    assert answer.status_code == 400


# --- Faults --------------------------------------------------------------------------------------


def test_who_was_slower_is_told_also_when_the_database_found_out(app, cast, enter, monkeypatch):
    case = cast.case(CaseState.PREPARING)

    def slower(reference: str) -> str:
        current.viewer()
        current.db_session().rollback()  # as after a flush that failed
        raise StaleDataError

    monkeypatch.setitem(app.view_functions, "counsellor.show_case", slower)
    answer = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}")

    assert answer.status_code == 409
    assert "The case now:" in answer.text


def test_when_the_frame_of_every_page_is_broken_there_is_a_bare_one(app, client, monkeypatch):
    def fail() -> dict[str, object]:
        raise TypeError("Amina")

    monkeypatch.setitem(app.template_context_processors, None, [fail])
    answer = client.get("/en/")

    assert answer.status_code == 500
    assert "Please try again later" in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_published_file_carries_the_headers_of_every_answer(client):
    style = re.search(r'href="(/static/[^"]+css)"', client.get("/en/").text)
    assert style is not None

    answer = client.get(style[1], buffered=True)

    assert {name: answer.headers.get(name) for name in ASIDE} == ASIDE


@pytest.mark.parametrize(
    "request_line", [b"GET \xff HTTP/1.1", b"POST /en/sign-in HTTP/1.1\r\nContent-Length: 1000000000"]
)
def test_what_the_server_refuses_itself_carries_them_too(wiring, request_line):
    with portal_server(wiring) as running, socket.create_connection(("127.0.0.1", running.port), 5) as line:
        line.sendall(request_line + b"\r\nHost: x\r\n\r\n")
        answer = line.makefile("rb").read().decode()

    assert [name for name, value in HEADERS.items() if f"{name}: {value}\r\n" not in answer] == []
    assert "Cache-Control: no-store\r\n" in answer


# --- Cases that were never sent --------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clara", "aino"])
@pytest.mark.parametrize("end", [CaseState.WITHDRAWN, CaseState.EXPIRED])
def test_what_was_never_sent_is_nobodys_but_the_migrants(cast, session, enter, who, end):
    case = cast.case(CaseState.DRAFT)
    case.state, case.due_on = end, today()
    session.commit()
    browser = enter(getattr(cast, who))

    page = browser.get(f"/en/counsellor/cases/{case.reference}")
    found = browser.post("/en/counsellor/search", data={"text": case.reference})

    assert page.status_code == 404
    assert case.reference not in re.sub(r'value="[^"]*"', "", found.text)
