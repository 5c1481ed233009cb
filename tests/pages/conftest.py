"""Pages are tested on one database each: half of the tests on SQLite, half on PostgreSQL, by their names.

The rules behind them (tests/domain, tests/stories) run on both; the same pages twice would only take twice
as long. KODUTEE_TEST_DATABASE=postgresql runs all of them there.
"""

import os
from zlib import crc32

import pytest


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite or PostgreSQL, the same each time for the same test."""
    chosen = os.environ.get("KODUTEE_TEST_DATABASE")
    return chosen or ("postgresql" if crc32(request.node.name.encode()) % 2 else "sqlite")
