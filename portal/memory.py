"""How this process keeps memory: what a large file needed goes back to the system when it is through."""

import ctypes
import gc
from contextlib import suppress

# Names of malloc.h: by itself the library keeps what is large once it was needed, for each thread anew.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_WANTED = {_ARENA_MAX: 2, _MMAP_THRESHOLD: 256 * 1024, _TRIM_THRESHOLD: 256 * 1024}


def keep_what_is() -> None:
    """What a start has made stays as long as the process: whoever looks for waste need not walk along it.

    Such a walk over a quarter of a million objects takes a tenth of a second, and a page waits for it.
    """
    gc.freeze()


def give_back() -> None:
    """From now on. Without the GNU C library nothing happens."""
    with suppress(AttributeError, OSError):
        mallopt = ctypes.CDLL(None).mallopt
        for name, value in _WANTED.items():
            mallopt(name, value)
