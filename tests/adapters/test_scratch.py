"""Files for a moment: read as they were written, and nothing on the disk that anybody could read."""

import io
import os

import pytest

from portal.adapters.scratch import IN_MEMORY, Scratch, room

PLAIN = b"Ivanova " * 50_000


def test_what_is_written_is_read_from_any_place_and_the_disk_holds_none_of_it() -> None:
    scratch = Scratch()
    for start in range(0, len(PLAIN), 7777):
        scratch.write(PLAIN[start : start + 7777])

    for place, size in ((0, len(PLAIN)), (1, 33), (65_535, 65_540), (399_990, 100), (500_000, 9)):
        scratch.seek(place)
        assert scratch.read(size) == PLAIN[place : place + size]
    assert scratch.seek(-8, os.SEEK_END) == len(PLAIN) - 8
    on_disk = os.pread(scratch._file.fileno(), len(PLAIN) + 1, 0)
    assert (len(on_disk), b"Ivanova" in on_disk) == (len(PLAIN), False)


def test_no_place_is_written_twice() -> None:
    scratch = Scratch()
    scratch.write(b"first")
    scratch.seek(0)

    with pytest.raises(io.UnsupportedOperation):
        scratch.write(b"again")


def test_little_needs_no_file_and_what_nobody_has_counted_does() -> None:
    assert [type(room(size)) for size in (0, IN_MEMORY, IN_MEMORY + 1, None)] == [
        io.BytesIO,
        io.BytesIO,
        Scratch,
        Scratch,
    ]
