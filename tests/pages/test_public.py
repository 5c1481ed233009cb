"""What anyone may read."""

import dataclasses
import socket

import brotli
import pytest

from portal.adapters.scanner import Clamd
from portal.adapters.vault import StoreDown
from tests.servers import answering

PAGES = [
    "what",
    "who",
    "help",
    "steps",
    "reintegration",
    "rights",
    "questions",
    "contact",
    "privacy",
    "traces",
]
LIGHT = 14_600


def test_the_front_door_leads_to_the_language_of_the_browser(client):
    spoken = {
        header: client.get("/", headers={"Accept-Language": header}).location
        for header in ("ru-RU,ru;q=0.9", "et", "uk,ru;q=0.5", "uk", "fr")
    }

    assert spoken == {
        "ru-RU,ru;q=0.9": "/ru/",
        "et": "/et/",
        "uk,ru;q=0.5": "/ru/",
        "uk": "/en/",
        "fr": "/en/",
    }


@pytest.mark.parametrize("language", ["en", "et", "ru", "xb"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_in_every_language(client, language, page):
    answer = client.get(f"/{language}/programme/{page}")

    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert "<script" not in answer.text


@pytest.mark.parametrize("path", ["/en/", "/et/", "/ru/", "/ru/programme/reintegration"])
def test_a_public_page_and_its_style_fit_the_first_round_trip(client, path):
    page = client.get(path, headers={"Accept-Encoding": "br"})
    address = brotli.decompress(page.data).decode().split('rel="stylesheet" href="')[1].split('"')[0]
    with client.get(address, headers={"Accept-Encoding": "br"}) as style:
        weight, encoding = len(style.data), style.headers["Content-Encoding"]

    assert (page.headers["Content-Encoding"], encoding) == ("br", "br")
    assert len(page.data) + weight <= LIGHT
    assert b"//" not in brotli.decompress(page.data).replace(b"https://inimoigustegiid", b"")


def test_a_public_page_may_be_kept_and_differs_by_encoding(client):
    answer = client.get("/en/")

    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_who_is_signed_in_gets_a_page_of_their_own(cast, enter):
    answer = enter(cast.amina).get("/en/")

    assert answer.headers["Cache-Control"] == "no-store"


def test_the_portal_says_that_it_is_well(client):
    assert client.get("/health/live").json == {"status": "ok"}
    assert client.get("/health/ready").json == {"down": [], "scanner": {"status": "none"}, "status": "ok"}


def test_ready_names_what_does_not_answer(client, wiring, monkeypatch):
    def fail() -> None:
        raise StoreDown("refused")

    monkeypatch.setattr(wiring.vault, "check", fail)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json) == (
        503,
        {"down": ["store"], "scanner": {"status": "none"}, "status": "down"},
    )


def test_a_scanner_that_is_down_or_old_is_told_and_turns_nobody_away(client, app, wiring, tmp_path):
    path = str(tmp_path / "clamd")
    app.extensions["wiring"] = dataclasses.replace(wiring, scanner=Clamd(path))
    down = client.get("/health/ready")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        with answering(server, b"ClamAV 1.4.6/27000/Mon Nov 16 08:31:04 2020\0"):
            old = client.get("/health/ready")

    assert (down.status_code, down.json["scanner"]) == (200, {"status": "down"})
    assert (old.status_code, old.json["scanner"]["status"]) == (200, "old")
