"""Where documents lie, sealed: a local folder or any S3-compatible store, by setting."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from portal.adapters import drafts
from portal.adapters.drafts import Draft
from portal.sealing import Block, Unsealable, new_key, open_stream, seal_stream
from portal.settings import Settings

REQUEST_LIMIT = timedelta(seconds=10)
"""How long one request to a store may take, from connecting to the last byte of its answer."""

_PART_BYTES = 8 * 1024 * 1024 + 64 * 1024
"""Most that is held in memory while writing to S3: a piece of an upload, sealed, goes in one request. What is
larger goes as a multipart upload; a cut one leaves sealed parts that nobody sees, which a lifecycle rule of
the bucket clears away."""

_BLOCK_BYTES = 1024 * 1024
"""How much one request reads: a reader on a slow line then never outlasts a request's limit."""

_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


class _Writer(Protocol):
    """What takes one object: ours for a folder, the client's for a bucket."""

    def write(self, data: bytes, /) -> Any:
        """Add to it."""

    def close(self) -> None:
        """Now it is there."""


class StoreDown(Exception):
    """The store did not do it: unreachable, too slow, refusing, its disk full or broken. Try again later."""


class Missing(Exception):
    """The store works and has nothing of this name."""


@dataclass(frozen=True)
class Stored:
    """What was put: its plain length in bytes, and the SHA-256 of its plain bytes in hex."""

    size: int
    sha256: str


class Vault:
    """Sealed objects by name. Only sealed bytes reach a disk or a network.

    Names are random and given by the caller. The client is made at first use, since it does not survive a
    fork: nothing may use a vault before its process has forked.
    """

    def __init__(self, settings: Settings, *, request_limit: timedelta = REQUEST_LIMIT) -> None:
        self._settings = settings
        self._limit = request_limit
        self._url = urlsplit(settings.store_url)
        self._folder = Path(unquote(self._url.path)) if self._url.scheme == "file" else None

    def put(self, name: str, chunks: Iterable[Block], *, key: bytes, context: str) -> Stored:
        """Seal `chunks` with `key`, bound to `context`, and keep them as `name`: whole or not at all.

        When it returns, a local object is on the disk (fsync). An error of `chunks` passes through and leaves
        nothing behind that can be read. Raises StoreDown.
        """
        plain = _Measured(chunks)
        self.lay(name, plain, key=key, context=context)
        return Stored(plain.size, plain.digest.hexdigest())

    def lay(self, name: str, chunks: Iterable[Block], *, key: bytes, context: str) -> None:
        """The same for what nobody will know by its digest: its seal says whether it is whole."""
        with _faults_named():
            writer = self._writer(_checked(name))
        try:
            for sealed in seal_stream(chunks, key, context=context):
                with _faults_named():
                    writer.write(sealed)
            with _faults_named():
                writer.close()  # an object appears only now
        except BaseException:
            if isinstance(writer, Draft):  # the other leaves nothing when it is dropped
                writer.drop()
            raise

    def read(self, name: str, *, key: bytes, context: str) -> Iterator[bytes]:
        """The plain bytes of `name`, in order, each authenticated before it is given (see `open_stream`).

        Raises Missing and StoreDown at once, so that a page can still answer with an error; StoreDown and
        Unsealable also while it is read.
        """
        with _faults_named(), _absence_named(name):
            try:
                answer = obstore.get(self._store, _checked(name), options={"range": (0, _BLOCK_BYTES)})
            except BaseError as error:
                # Of an emptied object there is no range to give: the store is not down.
                if "range" in str(error).lower() and self._is_empty(name):
                    raise Unsealable(context) from None
                raise
            first, size = bytes(answer.bytes()), answer.meta["size"]
        return open_stream(self._blocks(name, first, size), key, context=context)

    def delete(self, name: str) -> None:
        """Remove `name`; it is no error if there is none. Raises StoreDown."""
        with suppress(Missing), _faults_named(), _absence_named(name):
            obstore.delete(self._store, _checked(name))

    def names(self, prefix: str) -> Iterator[str]:
        """The names below `prefix` (whole path segments), in no order. Raises StoreDown while it is read."""
        with _faults_named():
            pages = obstore.list(self._store, _checked(prefix), chunk_size=1000)
        while True:
            with _faults_named():
                page = next(pages, None)
            if page is None:
                return
            yield from (found["path"] for found in page)

    def check(self) -> None:
        """Write, read and delete a small object. Raises StoreDown when any of these fails."""
        name, key = f"check/{uuid4().hex}", new_key()
        self.put(name, [b"kodutee"], key=key, context=name)
        try:
            found = b"".join(self.read(name, key=key, context=name))
        except Missing as fault:
            raise StoreDown("The store does not give back what was put.") from fault
        finally:
            self.delete(name)
        if found != b"kodutee":
            raise StoreDown("The store does not give back what was put.")

    def _is_empty(self, name: str) -> bool:
        return int(obstore.head(self._store, name)["size"]) == 0

    def _blocks(self, name: str, first: bytes, size: int) -> Iterator[bytes]:
        yield first
        for start in range(len(first), size, _BLOCK_BYTES):
            with _faults_named(), _absence_named(name):
                block = obstore.get_range(self._store, name, start=start, end=min(start + _BLOCK_BYTES, size))
            yield bytes(block)

    def tidy(self) -> None:
        """Remove what killed writers left; a bucket has a lifecycle rule for that. Raises StoreDown."""
        if self._folder is not None:
            with _faults_named():
                drafts.clear(self._folder)

    def _writer(self, name: str) -> _Writer:
        if self._folder is None:
            return obstore.open_writer(self._store, name, buffer_size=_PART_BYTES, max_concurrency=1)
        return Draft(self._folder / name, self._folder)

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        if self._folder is None:
            return self._bucket()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        return LocalStore(self._folder)

    def _own_keys(self) -> dict[str, Any]:
        """The keys of the settings; without them the machine's own are used."""
        settings = self._settings
        if not settings.s3_key:
            return {}
        return {"access_key_id": settings.s3_key, "secret_access_key": settings.s3_secret}

    def _bucket(self) -> S3Store:
        settings = self._settings
        return S3Store(
            self._url.netloc,
            prefix=self._url.path.strip("/") or None,
            endpoint=settings.s3_endpoint or None,
            region=settings.s3_region,
            **self._own_keys(),
            client_options={
                "allow_http": settings.s3_endpoint.startswith("http://"),
                "connect_timeout": self._limit,
                "timeout": self._limit,
            },
            retry_config={"max_retries": 2, "retry_timeout": self._limit},
        )


class _Measured:
    """Chunks that are counted and hashed as they pass."""

    def __init__(self, chunks: Iterable[Block]) -> None:
        self.chunks = chunks
        self.size = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[Block]:
        for chunk in self.chunks:
            self.size += len(chunk)
            self.digest.update(chunk)
            yield chunk


def _checked(name: str) -> str:
    """`name`, if it is one everywhere: no store then rewrites it, and no path leads out of the folder."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for an object: {name!r}")
    return name


@contextmanager
def _faults_named() -> Iterator[None]:
    """Whatever goes wrong between us and the store is StoreDown."""
    try:
        yield
    except (BaseError, OSError) as fault:
        raise StoreDown(str(fault)) from fault


@contextmanager
def _absence_named(name: str) -> Iterator[None]:
    """What the store does not have is Missing."""
    try:
        yield
    except FileNotFoundError as fault:
        if "NoSuchBucket" in str(fault):  # a lost bucket must not look like a lost document
            raise
        raise Missing(name) from fault
