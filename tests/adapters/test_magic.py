"""The first bytes of a file: refused at once is only what the decoder would refuse too."""

import pytest

from portal.adapters import magic
from portal.adapters.decoding.kinds import Unfit, sniffed
from tests.samples import pdf, photo

HEIC = b"\0\0\0\x1cftypheic\0\0\0\0mif1heic"
FILES = {
    "a photo": photo(),
    "a PNG": photo(kind="PNG"),
    "a WebP": photo(kind="WEBP"),
    "a HEIC": HEIC,
    "a HEIC known by its second brand": b"\0\0\0\x1cftypmif1\0\0\0\0mif1heic",
    "a PDF": pdf(),
    "a PDF behind other bytes": b"\r\n" * 500 + pdf(),
    "a PDF too far behind": b"\r\n" * 600 + pdf(),
    "a GIF": b"GIF89a" + bytes(100),
    "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "an archive": b"PK\x03\x04" + bytes(100),
    "a program": b"MZ" + bytes(100),
    "an AVIF": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1",
    "a WAV": b"RIFF\0\0\0\0WAVEfmt ",
    "one byte": b"\xff",
    "nothing": b"",
}


def _decoder_takes(data: bytes) -> bool:
    try:
        sniffed(data)
    except Unfit:
        return False
    return True


@pytest.mark.parametrize("name", FILES)
def test_the_first_look_agrees_with_the_decoder(name):
    data = FILES[name]

    assert magic.is_taken(data[: magic.HEAD_BYTES]) is _decoder_takes(data)
