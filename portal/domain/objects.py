"""Stored objects as the nouns see them: where they are kept, and names that tell an age and nothing else."""

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Protocol

from portal.db import COUNTER_BITS, new_id
from portal.sealing import Block


class Vault(Protocol):
    """Where sealed objects are kept. See adapters/vault.py."""

    def put(self, name: str, chunks: Iterable[Block], *, key: bytes, context: str) -> object:
        """Seal and keep an object; tells its digest."""

    def lay(self, name: str, chunks: Iterable[Block], *, key: bytes, context: str) -> None:
        """Seal and keep an object."""

    def read(self, name: str, *, key: bytes, context: str) -> Iterator[bytes]:
        """The plain bytes of an object."""

    def delete(self, name: str) -> None:
        """Remove an object, if it is there."""


TIME_FOR_A_ROW = 3_600_000 << COUNTER_BITS
"""An hour, in numbers of rows: a stored object that has no row by then never gets one."""


_NAME = re.compile(r"[a-z]+/([0-9a-f]{16})-[0-9a-f]{16}")


def new_name(folder: str) -> str:
    """A random name for an object, which tells its age to `is_fresh` and says nothing else."""
    return f"{folder}/{new_id():016x}-{secrets.token_hex(8)}"


def is_fresh(name: str) -> bool:
    """Whether an object is so young that its row may still be on the way, or was not named by us."""
    named = _NAME.fullmatch(name)
    return named is None or int(named[1], 16) > new_id() - TIME_FOR_A_ROW


def is_ours(name: str) -> bool:
    """Whether the portal names objects like this."""
    return _NAME.fullmatch(name) is not None
