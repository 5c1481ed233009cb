"""Files as people send them, made when a test asks for one; and as a bad disk gives them back."""

import io
import random
from pathlib import Path

import pikepdf
from PIL import Image

from tests.servers import EICAR


def photo(*, side: int = 64, seed: int = 1, kind: str = "JPEG") -> bytes:
    """A photo that no two seeds share; as a PNG of 3 bytes for each of `side` times `side` pixels."""
    pixels = random.Random(seed).randbytes(side * side * 3)  # noqa: S311 - a picture, not a secret
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), pixels).save(out, kind, quality=90)
    return out.getvalue()


def pdf(*, pages: int = 1, password: str = "", within: bytes = b"") -> bytes:
    """A PDF of empty A4 pages that may want a password, or carry something else within."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if within:
        document.Root.Hidden = document.make_stream(within)
    out = io.BytesIO()
    encryption = pikepdf.Encryption(owner=password, user=password) if password else False
    document.save(out, encryption=encryption, compress_streams=False)
    return out.getvalue()


def malware() -> bytes:
    """A PDF that a malware scanner must find: it carries the test signature of EICAR."""
    return pdf(within=EICAR)


def flipped(data: bytes, at: int) -> bytes:
    """The same with one bit turned over, which is always another content."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def damage(path: Path) -> None:
    """Turn the last bit of a file over."""
    path.write_bytes(flipped(path.read_bytes(), -1))
