"""How Alembic reaches the portal's database and tables."""

import importlib
import os
import pkgutil
from typing import Any, Literal

from alembic import context
from sqlalchemy import text

from portal import db, domain, queue
from portal.settings import Settings

# Every noun brings its tables; the job table is below them.
for module in pkgutil.walk_packages(domain.__path__, "portal.domain."):
    importlib.import_module(module.name)
assert queue.Job.metadata is db.Base.metadata  # noqa: S101 - the import is what counts


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Plain SQLAlchemy types in migrations: they must not change when ours do."""
    if kind != "type":
        return False
    match type(item).__name__:
        case "UtcDateTime":
            return "sa.DateTime(timezone=True)"
        case "Choices":
            return "sa.String(length=255)"
        case "Enum":
            return f"sa.String(length={item.length})"
        case "BigInteger":
            return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
        case _:
            return False


def compare_type(
    _context: Any, _inspected: Any, _metadata: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """An enum is kept as text: that is no difference."""
    return False if type(metadata_type).__name__ in ("Enum", "Choices") else None


def run() -> None:
    """Migrate the database of the settings, or the engine handed over by `portal migrate`."""
    engine = context.config.attributes.get("engine") or db.make_engine(
        Settings.from_environment(os.environ).database_url
    )
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A table is changed by copying it, and a copy must not take its children along.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=db.Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=compare_type,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite and (orphans := connection.execute(text("PRAGMA foreign_key_check")).all()):
            raise RuntimeError(f"rows without their parents after migrating: {len(orphans)}")
        connection.commit()
        if sqlite:
            connection.exec_driver_sql("COMMIT") if connection.in_transaction() else None
            connection.invalidate()


run()
