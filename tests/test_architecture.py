"""Imports point down, never in a circle, and no room grows into a hall (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.project import ROOT

# From the roof to the ground. A module may import its own floor and those below.
FLOORS = (
    (
        "portal",
        "portal.checking",
        "portal.cli",
        "portal.demo",
        "portal.doctor",
        "portal.exporting",
        "portal.jobs",
        "portal.migrate",
        "portal.migrations",
        "portal.posting",
        "portal.printed",
        "portal.resealing",
        "portal.scrubbing",
        "portal.server",
    ),
    ("portal.pages",),
    ("portal.web",),
    ("portal.wiring",),
    ("portal.adapters",),
    ("portal.domain",),
    (
        "portal.programme",
        "portal.counting",
        "portal.queue",
        "portal.sealing",
        "portal.stated",
        "portal.wanted",
        "portal.db",
        "portal.memory",
        "portal.settings",
    ),
)
# The rooms of the nouns, the lowest first, all above the files that lie in domain/ itself.
ROOMS = ("telling", "access", "applying", "care", "support", "papers", "course", "own", "desk")
WEB_LIBRARIES = {"flask", "htmx_flask", "jinja2", "markupsafe", "werkzeug", "wtforms"}
LONGEST_FILE = 500


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted((ROOT / "portal").rglob("*.py"))}


def imports_of(name: str) -> Iterator[str]:
    """Every module the module imports; `from package import module` counts as the module."""
    for node in ast.walk(ast.parse(MODULES[name].read_text())):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(source), level=0):
                for alias in node.names:
                    inner = f"{source}.{alias.name}"
                    yield inner if inner in MODULES else source
            case ast.ImportFrom():
                raise AssertionError(f"{name}: line {node.lineno}: imports are absolute")


def floor_of(name: str) -> int:
    """The number of the floor, counted from the roof."""
    for number, rooms in enumerate(FLOORS):
        if name in rooms or any(name.startswith(f"{room}.") for room in rooms if room != "portal"):
            return number
    raise AssertionError(f"{name} is on no floor: give it one in FLOORS and in docs/architecture.md")


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_its_own_floor_and_those_below(name):
    above = [used for used in imports_of(name) if used in MODULES and floor_of(used) < floor_of(name)]

    assert above == []


def room_of(name: str) -> int:
    """The number of the room of a noun, counted from the ground."""
    within = name.split(".")[2:]
    return ROOMS.index(within[0]) + 1 if len(within) > 1 or within[0] in ROOMS else 0


NOUNS = [name for name in MODULES if name.startswith("portal.domain.")]


@pytest.mark.parametrize("name", NOUNS)
def test_a_noun_imports_only_its_own_room_and_those_below(name):
    above = [used for used in imports_of(name) if used in NOUNS and room_of(used) > room_of(name)]

    assert above == []


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: {used for used in imports_of(name) if used in MODULES} - {name} for name in MODULES}

    TopologicalSorter(graph).prepare()  # raises CycleError, naming the circle


@pytest.mark.parametrize("name", [name for name in MODULES if floor_of(name) >= floor_of("portal.domain")])
def test_the_nouns_and_the_ground_know_nothing_of_the_web(name):
    libraries = {used.partition(".")[0] for used in imports_of(name)}

    assert {one for one in libraries if one in WEB_LIBRARIES or one.startswith("flask_")} == set()


def test_no_file_is_longer_than_it_can_be_read():
    files = [
        *MODULES.values(),
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "static").glob("*.js"),
    ]

    too_long = [str(path.relative_to(ROOT)) for path in files if path.read_text().count("\n") > LONGEST_FILE]

    assert too_long == []
