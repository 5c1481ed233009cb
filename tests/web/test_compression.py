"""Which pages are compressed: public ones, and others when one of our own pages asks for them."""

import brotli
import pytest

from portal.domain.cases import CaseState
from tests.reading import read

QUESTION = "/en/my/application/marital"


@pytest.fixture
def database_kind() -> str:
    """The same on both."""
    return "sqlite"


@pytest.fixture
def amina(cast, enter):
    cast.case(CaseState.DRAFT)
    return enter(cast.amina)


@pytest.mark.parametrize(
    ("site", "encoding"),
    [("same-origin", "br"), ("same-site", None), ("cross-site", None), ("none", None), (None, None)],
)
def test_behind_the_door_only_for_a_page_of_ours(amina, site, encoding):
    headers = {"Accept-Encoding": "gzip, br"} | ({"Sec-Fetch-Site": site} if site else {})

    answer = amina.get(QUESTION, headers=headers)

    assert answer.headers.get("Content-Encoding") == encoding
    page = brotli.decompress(answer.data) if encoding else answer.data
    assert b"Are you married?" in page


def test_a_redirect_has_no_body(amina):
    answer = amina.post(QUESTION, data={"marital": "married"})

    assert (answer.status_code, answer.data) == (303, b"")


# --- Turned pages -----------------------------------------------------------------------------------


def test_the_answer_of_the_button_is_the_next_page_without_its_frame(amina):
    answer = amina.post(QUESTION, data={"marital": "married"}, headers={"Saving": "page"})

    assert (answer.status_code, answer.headers["Go-On"]) == (200, "/en/my/application/contact")
    assert read(answer).heading == "How can we reach you safely?"
    assert ("<html" in answer.text, "<main" in answer.text) == (False, True)
    whole = amina.get("/en/my/application/contact").text
    assert "<html" in whole


def test_a_fault_is_answered_with_the_same_page_without_its_frame(amina):
    answer = amina.post("/en/my/application/name", data={}, headers={"Saving": "page"})

    assert (answer.status_code, "Go-On" in answer.headers) == (422, False)
    assert ("<html" in answer.text, 'id="errors"' in answer.text) == (False, True)


def test_a_page_in_another_frame_is_named_and_not_sent(amina):
    answer = amina.post("/en/my/application/company", data={"company": "family"}, headers={"Saving": "page"})

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Go-On"] == "/en/my/application/family"


def test_a_list_of_countries_is_not_sent_twice(amina):
    address, typed = "/en/my/application/birth", {"born_on-year": "1990"}

    first = amina.post(address, data=typed, headers={"Saving": "page"})
    again = amina.post(address, data=typed, headers={"Saving": "page", "Lists": "countries"})

    assert (first.text.count("<option") > 200, again.text.count("<option")) == (True, 1)
