"""How the portal keeps secrets: the keyring, columns of sealed values, sealed streams for documents."""

import base64
import hashlib
import hmac
import json
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, cast, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

T = TypeVar("T")

Block = bytes | memoryview
"""Some bytes of a stream. A view is good until the next block is asked for: its room is used again."""

KEY_BYTES = 32
CHUNK = 64 * 1024
"""Plain bytes in one chunk of a sealed stream; every chunk but the last is exactly this long."""

LOOK_EVERY = 1.0
"""Seconds after which a keyring looks whether its file has changed."""

_VALUE_FORMAT = b"\x01"
_STREAM_FORMAT = b"\x02"
_KEY_ID_BYTES = 4
_HEADER_BYTES = len(_VALUE_FORMAT) + _KEY_ID_BYTES
_NONCE_BYTES = 12
_TAG_BYTES = 16
_PREFIX_BYTES = 7
_STREAM_HEADER_BYTES = len(_STREAM_FORMAT) + _PREFIX_BYTES


class KeyringError(Exception):
    """The keyring cannot be used; the message is a sentence for the keeper of the portal."""


class Unsealable(Exception):
    """These bytes were altered, moved from where they belong, or sealed with a key nobody here has."""


def new_key() -> bytes:
    """32 random bytes, e.g. for one document."""
    return AESGCM.generate_key(KEY_BYTES * 8)


@dataclass(frozen=True)
class _Held:
    """The keys that seal values, as they were read: replaced as a whole, never changed."""

    keys: Mapping[bytes, bytes]
    current: bytes
    coming: bytes | None = None
    """A key that every process should know before it is used: the next current one."""
    turning: bool = False
    """Whether what older keys sealed is not all sealed anew yet."""


class Keyring:
    """The keys of one portal.

    `keys` seal values: new values with the current one, old values open with theirs. Three more keys never
    change: `index` (a blind index made with another key finds nothing), `journal` (its chain must still
    verify years later) and `root` (whatever `derive` gave out stays valid).

    A keyring read from a file follows it: when another process changes the current key, this one learns of
    it within LOOK_EVERY, and at once when it meets a value sealed with a key it does not know.
    """

    def __init__(
        self,
        keys: Mapping[bytes, bytes],
        *,
        current: bytes,
        index: bytes,
        journal: bytes,
        root: bytes,
        coming: bytes | None = None,
        turning: bool = False,
    ) -> None:
        if current not in keys or coming not in (None, *keys):
            raise KeyringError("The keyring has no current key.")
        if any(len(key_id) != _KEY_ID_BYTES for key_id in keys):
            raise KeyringError(f"A key id in the keyring is not {_KEY_ID_BYTES} bytes long.")
        if any(len(key) != KEY_BYTES for key in (*keys.values(), index, journal, root)):
            raise KeyringError(f"A key in the keyring is not {KEY_BYTES} bytes long.")
        self._held = _Held(dict(keys), current, coming, turning)
        self._index = index
        self._journal = journal
        self._root = root
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._path: Path | None = None
        self._stamp: tuple[int, int] | None = None
        self._looked_at = 0.0

    @classmethod
    def new(cls) -> Self:
        """A keyring of fresh random keys, in memory only."""
        key_id = os.urandom(_KEY_ID_BYTES)
        return cls({key_id: new_key()}, current=key_id, index=new_key(), journal=new_key(), root=new_key())

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new keyring written to `path`, mode 0600. Raises FileExistsError if there is a file already.

        The file appears whole or not at all; of two processes that create it at once, one is refused.
        """
        keyring = cls.new()
        with _draft(path, keyring._text()) as draft:
            os.link(draft, path)  # unlike a rename it never replaces
        return keyring

    @classmethod
    def load(cls, path: Path) -> Self:
        """The keyring at `path`. Raises KeyringError if it is missing, open to others, or not a keyring."""
        try:
            with path.open("rb") as file:
                found = os.fstat(file.fileno())
                text = file.read()
        except FileNotFoundError:
            raise KeyringError(f"There is no keyring at {path}.") from None
        except OSError as fault:
            raise KeyringError(f"The keyring at {path} cannot be read: {fault.strerror}.") from fault
        mode = stat.S_IMODE(found.st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyringError(f"The keyring at {path} is open to others (mode {mode:04o}): chmod 600 it.")
        try:
            keyring = cls._read(text)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise KeyringError(f"The file at {path} is not a keyring.") from None
        keyring._path, keyring._stamp = path, _stamp_of(found)
        keyring._looked_at = time.monotonic()
        return keyring

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """The keyring at `path`, made now if there is none. Safe when several processes start at once."""
        if not path.exists():
            with suppress(FileExistsError):  # another process was first
                cls.create(path)
        return cls.load(path)

    def save(self, path: Path) -> None:
        """Write to `path`, mode 0600, in place of what is there: the old file or the new one, never half."""
        with _draft(path, self._text()) as draft:
            os.replace(draft, path)

    # --- Other keys in the course of time -----------------------------------------------------------

    @property
    def current(self) -> str:
        """The id of the key that seals new values, in hex."""
        return self._fresh().current.hex()

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of all keys, the oldest first, in hex."""
        return tuple(key_id.hex() for key_id in self._fresh().keys)

    @property
    def is_turning(self) -> bool:
        """Whether what older keys sealed is not all sealed anew yet."""
        return self._fresh().turning

    def prepared(self) -> Self:
        """A keyring with one more key, which is not used yet: for every machine to know before it is."""
        held = self._fresh()
        if held.coming is not None:
            return self._with(held)
        key_id = os.urandom(_KEY_ID_BYTES)
        while key_id in held.keys:
            key_id = os.urandom(_KEY_ID_BYTES)
        return self._with(_Held({**held.keys, key_id: new_key()}, held.current, key_id, held.turning))

    def rotated(self) -> Self:
        """A keyring with another current key (the prepared one) that still opens all this one opens."""
        held = self.prepared()._held
        return self._with(_Held(held.keys, held.coming or held.current, None, turning=True))

    def settled(self) -> Self:
        """The same keyring, when everything is sealed with its current key."""
        held = self._fresh()
        return self._with(_Held(held.keys, held.current, held.coming, turning=False))

    def _with(self, held: _Held) -> Self:
        return type(self)(
            held.keys,
            current=held.current,
            coming=held.coming,
            turning=held.turning,
            index=self._index,
            journal=self._journal,
            root=self._root,
        )

    def is_current(self, blob: bytes) -> bool:
        """Whether this was sealed with the key that seals new values."""
        return blob.startswith(self.header)

    @property
    def header(self) -> bytes:
        """What everything begins with that the current key sealed."""
        return _VALUE_FORMAT + self._fresh().current

    def _fresh(self, *, at_once: bool = False) -> _Held:
        """The keys as they stand in the file now; as they were, when it cannot be read or is another's."""
        if self._path is None or not (at_once or time.monotonic() - self._looked_at > LOOK_EVERY):
            return self._held
        self._looked_at = time.monotonic()
        with suppress(OSError, KeyringError):
            if (stamp := _stamp_of(self._path.stat())) != self._stamp:
                self._follow(type(self).load(self._path))
                self._stamp = stamp
        return self._held

    def _follow(self, other: Self) -> None:
        is_ours = (other._index, other._journal, other._root) == (self._index, self._journal, self._root)
        # A key that this process has used must stay known: a file put back from a backup may lack it.
        if is_ours and self._held.keys.keys() <= other._held.keys.keys():
            self._ciphers = {**self._ciphers, **other._ciphers}
            self._held = other._held

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """`plain` sealed with the current key, to be opened in the same `context` only.

        Shape: format (1 byte), key id (4), nonce (12), ciphertext, tag (16): 33 bytes longer than `plain`.
        AES-256-GCM with random nonces: rotate before 2**32 values per key (NIST SP 800-38D, 8.3).
        """
        current = self._fresh().current
        header, nonce = _VALUE_FORMAT + current, os.urandom(_NONCE_BYTES)
        return header + nonce + self._ciphers[current].encrypt(nonce, plain, header + context.encode())

    def unseal(self, blob: bytes, *, context: str) -> bytes:
        """What was sealed. Raises Unsealable for altered bytes, another context, or an unknown key."""
        header, rest = blob[:_HEADER_BYTES], blob[_HEADER_BYTES:]
        cipher = self._cipher(header[len(_VALUE_FORMAT) :])
        if cipher is None or not header.startswith(_VALUE_FORMAT) or len(rest) < _NONCE_BYTES + _TAG_BYTES:
            raise Unsealable(context)
        try:
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], header + context.encode())
        except InvalidTag:
            raise Unsealable(context) from None

    def _cipher(self, key_id: bytes) -> AESGCM | None:
        if key_id not in self._ciphers:
            self._fresh(at_once=True)
        return self._ciphers.get(key_id)

    def fingerprint(self, purpose: str, text: str) -> bytes:
        """16 bytes that are equal for equal `text`: a blind index. Another purpose gives unrelated bytes."""
        return _mac(self._index, purpose, text.encode())[:16]

    def mac(self, purpose: str, data: bytes) -> bytes:
        """32 bytes that only a holder of the journal key can make (HMAC-SHA256)."""
        return _mac(self._journal, purpose, data)

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for `purpose`, e.g. signing cookies; rotation keeps it (HKDF, RFC 5869)."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(self._root)

    def _text(self) -> bytes:
        held = self._held
        written = {
            "current": held.current.hex(),
            "coming": held.coming.hex() if held.coming else None,
            "turning": held.turning,
            "keys": {key_id.hex(): _written(key) for key_id, key in held.keys.items()},
            "index": _written(self._index),
            "journal": _written(self._journal),
            "root": _written(self._root),
        }
        return json.dumps(written, indent=2).encode() + b"\n"

    @classmethod
    def _read(cls, text: bytes) -> Self:
        found = json.loads(text)
        coming = found.get("coming")
        return cls(
            {bytes.fromhex(key_id): _key(key) for key_id, key in found["keys"].items()},
            current=bytes.fromhex(found["current"]),
            coming=bytes.fromhex(coming) if coming else None,
            turning=found.get("turning", False),
            index=_key(found["index"]),
            journal=_key(found["journal"]),
            root=_key(found["root"]),
        )


def _stamp_of(found: os.stat_result) -> tuple[int, int]:
    """What changes whenever the file is replaced."""
    return found.st_ino, found.st_mtime_ns


def _written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key(written: str) -> bytes:
    return base64.b64decode(written, validate=True)


def _mac(key: bytes, purpose: str, data: bytes) -> bytes:
    # The length in front keeps ("ab", "c") and ("a", "bc") apart.
    label = purpose.encode()
    return hmac.digest(key, len(label).to_bytes(4, "big") + label + data, hashlib.sha256)


@contextmanager
def _draft(path: Path, text: bytes) -> Iterator[str]:
    """A private file beside `path`, whole and on the disk, for the body to link or move into place."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".keyring-")  # O_EXCL, mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        yield draft
        sync_folder(path.parent)
    finally:
        Path(draft).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """After a power cut the name of a file may be forgotten although its content is safe; not after this."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# A column descriptor is called by `case.family_name`: no argument could hand it a keyring. So a process has
# one, set when it starts; whoever can be given a keyring as an argument is.
_in_use: Keyring | None = None


def use(keyring: Keyring) -> None:
    """Make `keyring` the one that sealed columns of this process use."""
    global _in_use
    _in_use = keyring


def in_use() -> Keyring:
    """The keyring of this process. Raises KeyringError before `use`."""
    if _in_use is None:
        raise KeyringError("No keyring is in use yet: call sealing.use first.")
    return _in_use


class Sealed(Generic[T]):
    """A personal column: plain in Python, sealed in the row. `family_name = Sealed()` is text or None.

    The sealed bytes live in the mapped attribute `_<name>`, bound to table, column and row: moved elsewhere
    they are refused (Unsealable). The row must have its `id` before a value is set. None is kept as NULL.
    """

    @overload
    def __init__(self: "Sealed[str | None]") -> None: ...

    @overload
    def __init__(self, write: Callable[[Any], str], read: Callable[[str], T], *, empty: T) -> None: ...

    def __init__(
        self, write: Callable[[Any], str] = str, read: Callable[[str], Any] = str, *, empty: Any = None
    ) -> None:
        self._write = write
        self._read = read
        self._empty = empty

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...

    @overload
    def __get__(self, row: object, owner: type) -> T: ...

    def __get__(self, row: Any, owner: type) -> Self | T:
        if row is None:
            return self
        blob = getattr(row, f"_{self._name}")
        if blob is None:
            return cast(T, self._empty)
        return cast(T, self._read(in_use().unseal(blob, context=self._context(row)).decode()))

    def __set__(self, row: Any, value: T) -> None:
        blob = None if value is None else self._seal(row, self._write(value))
        setattr(row, f"_{self._name}", blob)

    def text_of(self, row: Any) -> str | None:
        """What is sealed in this row, as it was written; None for nothing."""
        blob = getattr(row, f"_{self._name}")
        return None if blob is None else in_use().unseal(blob, context=self._context(row)).decode()

    def put_text(self, row: Any, text: str | None) -> None:
        """Seal in this row what `text_of` gave."""
        setattr(row, f"_{self._name}", None if text is None else self._seal(row, text))

    def _seal(self, row: Any, text: str) -> bytes:
        return in_use().seal(text.encode(), context=self._context(row))

    def _context(self, row: Any) -> str:
        if row.id is None:
            raise ValueError(f"{row.__tablename__}.{self._name} is bound to its row, which has no id yet")
        return f"{row.__tablename__}.{self._name}.{row.id}"


class SealedText(Sealed[str]):
    """A personal column of text that is never None: "" until it is set."""

    def __init__(self) -> None:
        super().__init__(str, str, empty="")


class SealedDate(Sealed[date | None]):
    """A personal column that holds a date or None."""

    def __init__(self) -> None:
        super().__init__(date.isoformat, date.fromisoformat, empty=None)


def seal_stream(chunks: Iterable[Block], key: bytes, *, context: str) -> Iterator[bytes]:
    """`chunks` (of any sizes) sealed with `key`, to be opened in the same `context` only.

    AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015). Shape: format
    (1 byte), random prefix (7), then for every 64 KiB of plain bytes their ciphertext and tag (16). The nonce
    of a chunk is prefix, number (4) and "is it the last?" (1), so that none can be dropped, added or moved.
    """
    cipher, prefix, bound = AESGCM(key), os.urandom(_PREFIX_BYTES), _STREAM_FORMAT + context.encode()
    yield _STREAM_FORMAT + prefix
    for number, (piece, last) in enumerate(_pieces(chunks, CHUNK)):
        yield cipher.encrypt(_stream_nonce(prefix, number, last), piece, bound)


def open_stream(chunks: Iterable[bytes], key: bytes, *, context: str) -> Iterator[bytes]:
    """The plain bytes of a sealed stream (`chunks` of any sizes), none given before it is authenticated.

    Raises Unsealable when something was altered, moved or dropped, when the stream was cut or continued, and
    for another key or context. A cut shows only at its place, after what came before it was given.
    """
    sealed = iter(chunks)
    head = b""
    while len(head) < _STREAM_HEADER_BYTES and (chunk := next(sealed, None)) is not None:
        head += chunk
    if len(head) < _STREAM_HEADER_BYTES or not head.startswith(_STREAM_FORMAT):
        raise Unsealable(context)
    cipher, prefix, bound = AESGCM(key), head[1:_STREAM_HEADER_BYTES], _STREAM_FORMAT + context.encode()
    rest = chain([head[_STREAM_HEADER_BYTES:]], sealed)
    for number, (piece, last) in enumerate(_pieces(rest, CHUNK + _TAG_BYTES)):
        try:
            plain = cipher.decrypt(_stream_nonce(prefix, number, last), piece, bound)
        except InvalidTag:
            raise Unsealable(context) from None
        yield plain


def _stream_nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _pieces(chunks: Iterable[Block], size: int) -> Iterator[tuple[Block, bool]]:
    """`chunks` cut anew into pieces of `size` bytes, the last of 0 to `size`, each with "is it the last?"."""
    held = bytearray()
    for chunk in chunks:
        rest = memoryview(chunk)
        if held:
            missing = size - len(held)
            held += rest[:missing]
            rest = rest[missing:]
            if not rest:
                continue
            yield bytes(held), False
            held.clear()
        while len(rest) > size:
            yield rest[:size], False
            rest = rest[size:]
        held += rest
    yield bytes(held), True
