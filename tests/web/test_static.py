"""Published files: hashed names, compressed copies, kept for ever, served with their own headers."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from portal.settings import PROJECT
from portal.web.headers import HEADERS
from portal.web.static import Statics

STYLE = "body { margin-inline: 0 }\n" * 40


@Request.application
def rest_of_the_portal(request: Request) -> Response:
    return Response("page", status=404)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "vendor").mkdir(parents=True)
    (source / "portal.css").write_text(STYLE)
    (source / "vendor" / "small.js").write_text("let a = 1;")
    (source / "vendor" / "README.md").write_text("where it comes from")
    return source


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "var" / "static"


def test_an_address_carries_the_hash_of_the_content(source, target):
    before = Statics.build(source, target).url("portal.css")
    (source / "portal.css").write_text("body { margin-inline: 1rem }")

    after = Statics.build(source, target).url("portal.css")

    assert re.fullmatch(r"/static/portal\.[0-9a-f]{8}\.css", before)
    assert after != before


def test_a_file_in_a_folder_keeps_its_folder(source, target):
    address = Statics.build(source, target).url("vendor/small.js")

    assert re.fullmatch(r"/static/vendor/small\.[0-9a-f]{8}\.js", address)


def test_what_is_no_style_script_or_picture_is_not_published(source, target):
    statics = Statics.build(source, target)

    with pytest.raises(KeyError):
        statics.url("vendor/README.md")


def test_a_style_sheet_travels_without_its_comments(source, target):
    (source / "portal.css").write_text("/* why */\nbody { margin: 0 }\n/* and\nwhy */\n")

    address = Statics.build(source, target).url("portal.css")

    assert (target / address.removeprefix("/static/")).read_text() == "body { margin: 0 }\n"


def test_what_a_script_says_is_published_in_each_language(source, target):
    (source / "saving.js").write_text('say(_("Saving"));\n')
    voices = {"en": str, "ru": {"Saving": "Сохраняем"}.get}

    statics = Statics.build(source, target, voices)

    addresses = [statics.url("saving.js", one).removeprefix("/static/") for one in voices]
    written = [(target / one).read_text() for one in addresses]
    assert written == ['say("Saving");\n', 'say("Сохраняем");\n']
    assert statics.url("portal.css", "ru") == statics.url("portal.css")


def test_the_compressed_copies_hold_the_same_content(source, target):
    address = Statics.build(source, target).url("portal.css")
    place = target / address.removeprefix("/static/")

    assert place.read_text() == STYLE
    assert brotli.decompress(place.with_name(place.name + ".br").read_bytes()).decode() == STYLE
    assert gzip.decompress(place.with_name(place.name + ".gz").read_bytes()).decode() == STYLE


def test_a_second_start_writes_nothing_and_leaves_no_draft(source, target):
    Statics.build(source, target)
    written = {file: file.stat().st_mtime_ns for file in target.parent.rglob("*")}

    Statics.build(source, target)

    assert {file: file.stat().st_mtime_ns for file in target.parent.rglob("*")} == written
    assert [file.name for file in target.parent.iterdir()] == ["static"]


def test_a_page_from_before_an_upgrade_still_finds_its_style(source, target):
    before = Statics.build(source, target).url("portal.css")
    (source / "portal.css").write_text("body { margin-inline: 1rem }")
    client = Client(Statics.build(source, target).wrap(rest_of_the_portal, HEADERS))

    assert client.get(before, buffered=True).text == STYLE


def test_a_published_file_is_kept_for_ever_and_protected(source, target):
    statics = Statics.build(source, target)

    answer = Client(statics.wrap(rest_of_the_portal, HEADERS)).get(statics.url("portal.css"), buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_browser_gets_the_compressed_copy_it_understands(source, target, encoding):
    statics = Statics.build(source, target)
    client = Client(statics.wrap(rest_of_the_portal, HEADERS))

    answer = client.get(statics.url("portal.css"), headers={"Accept-Encoding": encoding}, buffered=True)

    assert answer.headers["Content-Encoding"] == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert len(answer.data) < len(STYLE)


def test_everything_else_goes_to_the_portal(source, target):
    client = Client(Statics.build(source, target).wrap(rest_of_the_portal, HEADERS))

    assert client.get("/static/portal.css").text == "page"
    assert client.get("/en/").text == "page"


def test_the_style_sheet_fits_its_share_of_the_first_flight(tmp_path):
    address = Statics.build(PROJECT / "static", tmp_path / "static").url("portal.css")

    compressed = tmp_path / "static" / (address.removeprefix("/static/") + ".br")

    assert compressed.stat().st_size <= 6_500


def test_the_style_sheet_knows_no_left_and_right_and_fetches_nothing():
    style = (PROJECT / "static" / "portal.css").read_text()
    rules = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)

    assert re.findall(r"[^;{}]*\b(?:left|right|url|@import)\b[^;{}]*", rules) == []
