"""What a noun does is tested on one database each: half on SQLite, half on PostgreSQL, by the names of tests.

What several people do at once is tested on both: there the databases differ. `KODUTEE_TEST_DATABASE=all` runs
everything on both, as before a release; `sqlite` or `postgresql` runs all of it on one.
"""

import inspect
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest

HERE = Path(__file__).parent
AT_ONCE = ("at_once", "ThreadPoolExecutor", "Thread(", "IntegrityError", "run_state_machine_as_test")
"""Words in a test that tell that the database itself matters."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out each test's second database."""
    chosen = os.environ.get("KODUTEE_TEST_DATABASE", "")
    left_out = [] if chosen == "all" else [item for item in items if _is_left_out(item, chosen)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def _is_left_out(item: pytest.Item, chosen: str) -> bool:
    if not isinstance(item, pytest.Function) or HERE not in item.path.parents:
        return False
    kind = item.callspec.params.get("database_kind") if hasattr(item, "callspec") else None
    if kind is None or _is_about_the_database(item.function):
        return False
    name = item.nodeid.replace(str(kind), "")
    return kind != (chosen or ("postgresql" if crc32(name.encode()) % 2 else "sqlite"))


@cache
def _is_about_the_database(test: Callable[..., object]) -> bool:
    source = inspect.getsource(test)
    return any(word in source for word in AT_ONCE)
