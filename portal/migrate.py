"""Bringing a database to the tables of this version."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from portal.settings import PROJECT


def config(engine: Engine) -> Config:
    """Alembic, pointed at this database."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "portal" / "migrations"))
    config.attributes["engine"] = engine
    return config


def to_head(engine: Engine) -> None:
    """Apply every migration that is missing."""
    command.upgrade(config(engine), "head")


def is_at_head(engine: Engine) -> bool:
    """Whether the database has the tables of this version."""
    wanted = ScriptDirectory.from_config(config(engine)).get_current_head()
    with engine.execution_options(reading=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == wanted
