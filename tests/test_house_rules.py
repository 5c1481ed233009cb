"""What holds for every file: no machine's addresses, no inline code, no half translation."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po

from tests.project import FILES, ROOT, is_ours

PARTS = sorted((ROOT / "templates").rglob("_*.html"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
CATALOGUES = sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po"))
TRANSLATED = {"et", "ru"}  # English is what the sources say

# (files, what must not stand in them, why)
FORBIDDEN = [
    ("*", r"pyp[i]\.org|pythonh[o]sted|registry\.npm[j]s|deb\.debi[a]n", "address of a package registry"),
    ("*", r"(?<![\w.<>{}])/(?:root|home|work|Users)/", "path of one machine"),
    ("*.py", r"\b(?:TODO|FIXME|XXX)\b", "open ends are issues, not comments"),
    ("*.py", r"\bTYPE_CHECKING\b", "a circle in disguise"),
    ("*.py", r"^class \w+(?:Manager|Helper|Handler|Service|Util|Utils)\b", "a name that says nothing"),
    ("templates/*", r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|\shx-on", "inline code or style"),
    ("static/*.css", r"(?:margin|padding|border)-(?:left|right)\b", "physical side"),
    ("static/*.css", r"border-(?:top|bottom)-(?:left|right)-radius", "physical corner"),
    ("static/*.css", r"(?:^|[;{])\s*(?:left|right)\s*:", "physical side"),
    ("static/*.css", r"(?:float|text-align|clear)\s*:\s*(?:left|right)\b", "physical side"),
    ("static/*.css", r"@import|url\(\s*['\"]?(?:https?:)?//", "another host"),
]


OURS = [name for name in FILES if is_ours(name) and name != "tests/test_house_rules.py"]


@pytest.mark.parametrize(
    ("pattern", "forbidden", "why"), FORBIDDEN, ids=[f"{files} - {why}" for files, _, why in FORBIDDEN]
)
def test_no_file_holds_what_is_forbidden(pattern, forbidden, why):
    found = [
        f"{name}:{number}: {why}: {line.strip()}"
        for name in OURS
        if fnmatch(name, pattern)
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1)
        if re.search(forbidden, line)
    ]

    assert found == []


@pytest.mark.parametrize("name", [name for name in OURS if fnmatch(name, "static/*.css")])
def test_a_rule_that_begins_in_a_style_sheet_also_ends(name):
    rules = re.sub(r"/\*.*?\*/", "", (ROOT / name).read_text(), flags=re.DOTALL)

    swallowed, depth = [], 0
    for line in rules.splitlines():
        if depth and line.startswith(("@", ".", "#")):
            swallowed.append(line)
        depth += line.count("{") - line.count("}")

    assert (swallowed, depth) == ([], 0)


def test_every_part_of_a_page_says_first_what_it_needs():
    silent = [str(path.relative_to(ROOT)) for path in PARTS if not path.read_text().lstrip().startswith("{#")]

    assert silent == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_hashes_and_no_addresses(lock):
    text = lock.read_text()
    pinned = re.findall(r"^[a-z][^\n]*==[^\n]*\\\n(?: +--hash=sha256:)", text, re.MULTILINE)

    assert re.findall(r"https?://|file://", text) == []
    assert len(pinned) == len(re.findall(r"^[a-z]", text, re.MULTILINE))


def test_the_lock_of_the_test_client_names_hashes_and_no_addresses():
    text = (ROOT / "tests/tus-js/package-lock.json").read_text()
    packages = {name: each for name, each in json.loads(text)["packages"].items() if name}

    assert re.findall(r"https?://|file://", text) == []
    assert [name for name, each in packages.items() if "integrity" not in each] == []


def test_every_language_has_a_catalogue():
    assert {path.parts[-3] for path in CATALOGUES} >= TRANSLATED


def test_every_sentence_is_translated_and_nobody_doubts_it():
    assert [line for path in CATALOGUES for line in open_ends(path)] == []


def open_ends(path: Path) -> list[str]:
    """What is missing, doubted or broken (a placeholder lost) in a catalogue."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    unsure = [each for each in catalogue if each.id and (each.fuzzy or not is_translated(each))]
    broken = [f"{each.id}: {error}" for each, errors in catalogue.check() for error in errors]
    return [f"{path.parts[-3]}: {line}" for line in [*(str(each.id) for each in unsure), *broken]]


def is_translated(message: Message) -> bool:
    """Whether there are words for it, and for each of its plurals."""
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def test_the_catalogues_hold_what_the_code_says_and_nothing_else(tmp_path):
    template = tmp_path / "messages.pot"
    words = ["-k_l", "-klazy_gettext", "-klazy_ngettext:1,2", "-klazy_pgettext:1c,2"]
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-Fpyproject.toml", *words]
    subprocess.run([*command, "-o", str(template), "."], cwd=ROOT, check=True)

    said = sentences(template)

    assert {path.parts[-3]: (said - sentences(path), sentences(path) - said) for path in CATALOGUES} == {
        path.parts[-3]: (set(), set()) for path in CATALOGUES
    }


def sentences(path: Path) -> set[tuple[str | None, str]]:
    """What a catalogue has words for, each with its context."""
    with path.open("rb") as file:
        return {(each.context, str(each.id)) for each in read_po(file) if each.id}
