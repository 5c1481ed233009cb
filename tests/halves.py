"""Which tests run on one database only: half of them on SQLite, half on PostgreSQL, by their names.

What a noun does (tests/domain) and what every page does (tests/web) is hardly the database's business. What
several people do at once is, and what is sent to break in: there the databases differ, and too much hangs on
what another organisation may not see. Those run on both. `KODUTEE_TEST_DATABASE=all` runs everything on both,
as before a release; `sqlite` or `postgresql` runs all of it on one.
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
    name = item.nodeid.replace(str(kind), "")
    return kind != (chosen or ("postgresql" if crc32(name.encode()) % 2 else "sqlite"))


@cache
def _is_about_the_database(test: Callable[..., object]) -> bool:
    source = inspect.getsource(test)
    return any(word in source for word in AT_ONCE)
