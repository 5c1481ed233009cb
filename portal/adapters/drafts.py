"""Files on their way into a folder: private, whole and on the disk, or not there at all."""

import os
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from portal.sealing import sync_folder

MARK = "#"
"""Stands in the name of a draft, before digits: the store's client does not list such files."""
LASTS = timedelta(hours=1)
"""A draft so old was left behind by a process that was killed."""
ROOM = 256 * 1024
"""Bytes written in one go: whole pages of a file, which cost the system half of what odd ends do."""
STRIDE = 8 * ROOM
"""Bytes after which the disk is asked to begin: who closes the file then waits for the last of them only."""


class Draft:
    """What becomes the file at `path` once it is closed. Raises OSError."""

    def __init__(self, path: Path, top: Path) -> None:
        self._path = path
        self._draft = path.with_name(f"{path.name}{MARK}{secrets.randbits(63)}")
        try:
            descriptor = self._open()
        except FileNotFoundError:
            _make_folders(path.parent, top)
            descriptor = self._open()
        self._file = os.fdopen(descriptor, "wb")
        self._room = memoryview(bytearray(ROOM))
        self._filled = self._written = 0

    def _open(self) -> int:
        return os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def write(self, data: bytes) -> None:
        """Add to it."""
        rest = memoryview(data)
        while rest:
            some = rest[: ROOM - self._filled]
            end = self._filled + len(some)
            self._room[self._filled : end] = some
            self._filled, rest = end, rest[len(some) :]
            if end == ROOM:
                self._pass_on()

    def _pass_on(self) -> None:
        self._file.write(self._room[: self._filled])
        self._written += self._filled
        self._filled = 0
        if self._written % STRIDE == 0:
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def close(self) -> None:
        """Put it in its place, over what is there; when this returns, no power cut takes it away."""
        self._pass_on()
        self._file.flush()
        self._draft.replace(self._path)
        os.fsync(self._file.fileno())  # after the name was given: so a journal writes both in one go
        self._file.close()
        sync_folder(self._path.parent)

    def drop(self) -> None:
        """Leave nothing."""
        with suppress(OSError):  # its disk may be full
            self._file.close()
        self._draft.unlink(missing_ok=True)


def clear(top: Path) -> None:
    """Remove what killed processes left in this folder and those below. Raises OSError."""
    for path in top.rglob(f"*{MARK}*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - LASTS.total_seconds():
                path.unlink()


def _make_folders(folder: Path, top: Path) -> None:
    """Private folders down to this one, each known to the disk before anything lies in it."""
    folder.mkdir(parents=True, exist_ok=True)
    top.chmod(0o700)
    for place in (folder, *folder.parents):
        sync_folder(place)
        if place == top.parent:
            return
