"""Room on the disk for what is too large for the memory and too private for a disk: sealed, for a moment."""

import io
import os
import tempfile
from typing import IO, Any, cast

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

IN_MEMORY = 1024 * 1024
"""Bytes that are worth no file."""
_BLOCK = 16
_STEP = 64 * 1024


class Scratch(io.RawIOBase):
    """A file without a name, encrypted (AES-256 in counter mode) with a key that only this object ever has.

    It is written once, from its beginning to its end, and read as often as wanted, from any place. It is not
    authenticated: nothing but this process can reach it. Raises OSError as any file does.
    """

    def __init__(self) -> None:
        super().__init__()
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`
        self._key = os.urandom(32)
        self._at = self._end = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end}[whence])
        return self._at

    def write(self, data: Any) -> int:
        if self._at != self._end:  # the same place twice would be the same key stream twice
            raise io.UnsupportedOperation("only at its end")
        sealed = memoryview(self._stream().update(data))
        while sealed:
            written = os.pwrite(self._file.fileno(), sealed, self._at)
            self._at += written
            sealed = sealed[written:]
        written, self._end = self._at - self._end, self._at
        return written

    def readinto(self, buffer: Any) -> int:
        into, stream = memoryview(buffer).cast("B"), self._stream()
        began = self._at
        while rest := len(into) - (self._at - began):
            sealed = os.pread(self._file.fileno(), min(rest, _STEP), self._at)
            if not sealed:
                break
            at = self._at - began
            into[at : at + len(sealed)] = stream.update(sealed)
            self._at += len(sealed)
        return self._at - began

    def close(self) -> None:
        self._file.close()
        super().close()

    def _stream(self) -> CipherContext:
        """The key stream from where the file stands."""
        blocks, within = divmod(self._at, _BLOCK)
        stream = Cipher(AES256(self._key), CTR(blocks.to_bytes(_BLOCK, "big"))).encryptor()
        stream.update(bytes(within))
        return stream


def room(size: int | None) -> IO[bytes]:
    """For so many bytes (None: nobody knows): memory for few, a scratch file for many."""
    return io.BytesIO() if size is not None and size <= IN_MEMORY else cast(IO[bytes], Scratch())
