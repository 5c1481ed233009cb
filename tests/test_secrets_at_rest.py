"""Whoever takes the disks learns no name: the raw database and the store hold nothing personal in clear."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import inspect, make_url, text

from portal import demo
from portal.demo.people import MIGRANTS, STAFF
from portal.domain import people
from portal.domain.cases import Case
from portal.sealing import Unsealable


@pytest.fixture
def demonstration(wiring):
    """The whole demonstration: forty people with documents."""
    demo.make(wiring)
    return wiring


def raw_bytes_of(wiring) -> bytes:
    """Everything the database holds: its files, or every row of every table as text."""
    url = make_url(wiring.settings.database_url)
    if url.get_backend_name() == "sqlite":
        return b"".join(path.read_bytes() for path in Path(url.database).parent.glob("portal.db*"))
    with wiring.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        every_row = 'SELECT t::text FROM "{}" t'
        rows = [connection.execute(text(every_row.format(table))).scalars().all() for table in tables]
    return "\n".join(row for table in rows for row in table).encode()


def canaries() -> list[bytes]:
    names = {name for one in MIGRANTS for name in (one.family_name, one.given_names) if len(name) > 4}
    phones = {f"3725550{number:04}" for number in range(len(MIGRANTS))}
    return [word.encode() for word in sorted(names | phones | {one.name for one in STAFF})]


def test_neither_the_raw_database_nor_the_store_holds_a_name_a_phone_number_or_a_picture(demonstration):
    folder = Path(unquote(urlsplit(demonstration.settings.store_url).path))
    files = [path for path in folder.rglob("*") if path.is_file()]

    database, store = raw_bytes_of(demonstration), b"".join(path.read_bytes() for path in files)

    assert (len(database) > 100_000, len(files) > 20) == (True, True)
    assert [word for word in canaries() if word in database] == []
    assert [word for word in [*canaries(), b"JFIF", b"SPECIMEN"] if word in store] == []


def test_a_sealed_name_moved_to_another_row_is_refused(cast, session):
    cast.answer_everything(case := cast.case())
    cast.answer_everything(other := cast.case(migrant=cast.giorgi))
    mine, theirs = (people.principal(session, session.get_one(Case, one.id)) for one in (case, other))

    theirs._family_name = mine._family_name

    with pytest.raises(Unsealable):
        theirs.family_name  # noqa: B018 - reading is what must fail
