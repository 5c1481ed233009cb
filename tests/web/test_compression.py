"""Which pages are compressed: public ones, and others when one of our own pages asks for them."""

import re

import brotli
import pytest

from portal.domain.cases import CaseState
from portal.web.headers import ASIDE
from tests.reading import read

QUESTION = "/en/my/application/marital"


@pytest.fixture
def database_kind() -> str:
    """The same on both."""
    return "sqlite"


def faults_of(answer):
    """What is told to be wrong, above the page."""
    return re.findall(r'<li><a href="#[\w-]+">(.*?)</a></li>', answer.text)


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


def test_what_is_no_page_carries_the_strictest_policy_and_every_other_guard(amina):
    on = amina.post(QUESTION, data={"marital": "married"})
    saved = amina.post(QUESTION, data={"marital": "married"}, headers={"Saving": "fields"})
    turned = amina.post(QUESTION, data={"marital": "married"}, headers={"Saving": "page"})

    aside = {**ASIDE, "Cache-Control": "no-store"}
    for answer in (on, saved, turned):
        assert {name: answer.headers.get(name) for name in aside} == aside
    assert sorted(on.headers.keys()) == sorted([*aside, "Location", "Content-Length"])


@pytest.mark.parametrize("path", ["birthplace", "person", "country"])
def test_a_list_of_countries_is_short_until_somebody_asks_for_all(amina, path):
    page = amina.get(f"/en/my/application/{path}").text

    assert 10 < page.count("<option") < 35


def test_another_country_is_found_in_the_whole_list_and_named_first_from_then_on(amina):
    typed = {"birth_country": "other", "birth_place": "Douala"}

    asked = amina.post("/en/my/application/birthplace", data=typed)
    chosen = amina.post("/en/my/application/birthplace", data=typed | {"birth_country": "CM"})

    assert (asked.status_code, faults_of(asked)) == (422, ["Country – Here are all countries. Choose one."])
    assert (asked.text.count("<option") > 200, 'value="Douala"' in asked.text) == (True, True)
    assert chosen.status_code == 303
    assert '<option value="CM">Cameroon</option>' in amina.get("/en/my/application/person").text


def test_who_asks_for_all_countries_has_made_no_mistake_elsewhere(amina):
    asked = amina.post("/en/my/application/person", data={"citizenship": "other"})

    assert faults_of(asked) == ["Citizenship – Here are all countries. Choose one."]
