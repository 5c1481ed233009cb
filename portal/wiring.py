"""From settings to one frozen object that holds everything the portal is plugged into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from portal import db, memory, sealing
from portal.adapters import post
from portal.adapters.scanner import Clamd, NoScanner
from portal.adapters.vault import Vault
from portal.domain.desk import settling
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import Carrier
from portal.programme import Programme
from portal.sealing import Keyring, KeyringError, Unsealable
from portal.settings import Settings


@dataclass(frozen=True)
class Wiring:
    """The portal's plugs. Sessions come from here and nowhere else."""

    settings: Settings
    programme: Programme
    keyring: Keyring
    engine: Engine
    vault: Vault
    scanner: Clamd | NoScanner
    carriers: Mapping[Channel, Carrier] = field(default_factory=dict)
    """Ways for notices out of the portal; a channel that is not here is offered to nobody."""

    def writing(self) -> Session:
        """A session that may change things."""
        return settling.watched(Session(self.engine, expire_on_commit=False, info=self._info))

    def reading(self) -> Session:
        """A session that does not queue behind writers, and must not write."""
        return Session(self._reader, expire_on_commit=False, info={**self._info, db.READS: True})

    @cached_property
    def _reader(self) -> Engine:
        return self.engine.execution_options(reading=True)

    @property
    def _info(self) -> dict[Any, Any]:
        """What the domain reads of a session beside the database."""
        return {"programme": self.programme, "channels": frozenset(self.carriers)}


def wire(settings: Settings) -> Wiring:
    """Plug everything together; makes the keyring on the first start.

    Raises ProgrammeError or KeyringError, naming what is wrong.
    """
    memory.give_back()
    programme = Programme.load(settings.programme, demo=settings.demo)
    settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = db.make_engine(settings.database_url)
    in_use = any(db.holds_accounts(engine, demo=demo) for demo in (True, False))
    if not settings.keyring.exists() and in_use:
        raise KeyringError(f"{settings.keyring} is gone, and the database is sealed with it: restore it")
    keyring = Keyring.load_or_create(settings.keyring)
    sealing.use(keyring)
    if in_use and not _opens(keyring, engine):
        raise KeyringError(
            f"{settings.keyring} is not the one this database is sealed with: restore that one"
        )
    return Wiring(
        settings=settings,
        programme=programme,
        keyring=keyring,
        engine=engine,
        vault=Vault(settings),
        scanner=Clamd(settings.clamd) if settings.clamd else NoScanner(),
        carriers=post.carriers(settings),
    )


def _opens(keyring: Keyring, engine: Engine) -> bool:
    """Whether these are the keys of this database: one login is tried."""
    with engine.execution_options(reading=True).connect() as connection:
        number, login = connection.execute(text("SELECT id, login FROM accounts LIMIT 1")).one()
    try:
        keyring.unseal(bytes(login), context=f"accounts.login.{number}")
    except Unsealable:
        return False
    return True
