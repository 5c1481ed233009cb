"""Every fault has its page, in the person's language and with all headers."""

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import default_exceptions

from portal.adapters.vault import StoreDown
from portal.domain.errors import TooMany
from portal.web.errors import FAULTS
from portal.web.headers import HEADERS

PAGES = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503]


class Broken:
    """The first page fails as it is told."""

    def __init__(self) -> None:
        self.fault: Exception = RuntimeError()

    def fail(self) -> str:
        raise self.fault


@pytest.fixture
def broken(app, monkeypatch):
    broken = Broken()
    monkeypatch.setitem(app.view_functions, "public.home", broken.fail)
    return broken


def test_every_status_has_its_words():
    assert sorted(FAULTS) == PAGES


@pytest.mark.parametrize("status", [code for code in PAGES if code in default_exceptions])
@pytest.mark.parametrize(
    ("language", "lang", "direction"), [("en", "en-GB", "ltr"), ("ru", "ru", "ltr"), ("xb", "ar", "rtl")]
)
def test_the_page_of_a_fault_speaks_the_language_and_has_all_headers(
    broken, client, status, language, lang, direction
):
    broken.fault = default_exceptions[status]()

    answer = client.get(f"/{language}/")

    assert answer.status_code == status
    assert f'<html lang="{lang}" dir="{direction}">' in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (RuntimeError("Amina"), 500),
        (StoreDown("no answer"), 503),
        (OperationalError("SELECT", {}, Exception("disk full")), 503),
        (TooMany(90), 429),
    ],
)
def test_faults_of_the_world_have_a_defined_answer(broken, client, fault, status, caplog):
    broken.fault = fault

    answer = client.get("/en/")

    assert answer.status_code == status
    assert "Amina" not in answer.text + caplog.text


def test_too_many_tries_say_how_long_to_wait(broken, client):
    broken.fault = TooMany(90)

    assert client.get("/en/").headers["Retry-After"] == "90"


def test_htmx_gets_the_fault_as_a_part(broken, client):
    broken.fault = default_exceptions[409]()

    answer = client.get("/en/", headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/en/nothing",
        "/nothing",
        "/en/programme/%00",
        "/en/programme/" + "a" * 5000,
        "/%ff%fe",
        "/en/my/%2e%2e/",
        "/xx/",
    ],
)
def test_an_address_that_does_not_exist_is_not_found(client, path):
    assert client.get(path, follow_redirects=True).status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {"login": "a\x00b", "password": "x" * 20},
        {"login": ["one", "two"], "password": ["three"] * 3},
        {"login": "x" * 1_000_000, "password": "y" * 1_000_000},
        {"login[]": "array", "password[0]": "array"},
        {"login": "%00%ff", "password": "😀" * 3},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/en/sign-in", "/en/register", "/en/sign-in/code"])
def test_nothing_a_client_sends_is_answered_with_a_500(client, path, data):
    status = client.post(path, data=data).status_code

    assert status < 500


def test_a_method_that_a_page_does_not_know_is_refused_with_its_page(client):
    answer = client.delete("/en/")

    assert (answer.status_code, "The page cannot do this" in answer.text) == (405, True)
