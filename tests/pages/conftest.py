"""Pages are tested on one database each: half of the tests on SQLite, half on PostgreSQL (tests/halves.py).

What hangs on the database (tests/domain, tests/stories) runs on both; the same pages twice would only take
twice as long. KODUTEE_TEST_DATABASE=postgresql runs all of them there.
"""

import os
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.domain.accounts import Account
from tests.cast import Cast
from tests.halves import one_database


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite or PostgreSQL, the same each time for the same test."""
    chosen = os.environ.get("KODUTEE_TEST_DATABASE", "all")
    return one_database(request.node) if chosen == "all" else chosen


# --- Whose browser it is: each signed in. A file that needs more of one of them has its own. ---

Enter = Callable[[Account], FlaskClient]


@pytest.fixture
def amina(cast: Cast, enter: Enter) -> FlaskClient:
    """The browser of the migrant."""
    return enter(cast.amina)


@pytest.fixture
def clara(cast: Cast, enter: Enter) -> FlaskClient:
    """The browser of the counsellor."""
    return enter(cast.clara)


@pytest.fixture
def petros(cast: Cast, enter: Enter) -> FlaskClient:
    """The browser of the partner."""
    return enter(cast.petros)


@pytest.fixture
def mart(cast: Cast, enter: Enter) -> FlaskClient:
    """The browser of the manager."""
    return enter(cast.mart)
