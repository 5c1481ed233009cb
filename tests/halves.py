"""Which tests run on one database only: the one or the other, by their names.

What a noun does (tests/domain), what every page does (tests/web) and what is on each (tests/pages) is hardly
the database's business. What several people do at once is, and what is sent to break in: there the databases
differ, and too much hangs on what another organisation may not see. Those run on both. Of the others half run
on PostgreSQL, which takes twice the time; of the cases of one test, which put the same questions, a third.
`KODUTEE_TEST_DATABASE=all` runs nouns and frame on both, as before a release; `sqlite` or `postgresql` runs
everything on one.
"""

import inspect
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest

FOLDERS = [Path(__file__).parent / name for name in ("domain", "web")]
AT_ONCE = ("at_once", "ThreadPoolExecutor", "Thread(", "IntegrityError", "run_state_machine_as_test")
"""Words in a test that tell that the database itself matters."""
ON_BOTH = {"test_attacks.py", "test_errors.py", "test_other_organisation.py"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out each test's second database."""
    chosen = os.environ.get("KODUTEE_TEST_DATABASE", "")
    left_out = [] if chosen == "all" else [item for item in items if _is_left_out(item, chosen)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def _is_left_out(item: pytest.Item, chosen: str) -> bool:
    if not isinstance(item, pytest.Function) or not set(FOLDERS) & set(item.path.parents):
        return False
    kind = item.callspec.params.get("database_kind") if hasattr(item, "callspec") else None
    if kind is None or item.path.name in ON_BOTH or _is_about_the_database(item.function):
        return False
    return kind != (chosen or one_database(item))


def one_database(item: pytest.Function) -> str:
    """The database of a test that runs on one, each time the same."""
    given = set(item.callspec.params) if hasattr(item, "callspec") else set()
    has_cases = bool(given - {"database_kind"})
    name = item.nodeid.replace("sqlite", "").replace("postgresql", "")
    return "sqlite" if crc32(name.encode()) % (3 if has_cases else 2) else "postgresql"


@cache
def _is_about_the_database(test: Callable[..., object]) -> bool:
    source = inspect.getsource(test)
    return any(word in source for word in AT_ONCE)
