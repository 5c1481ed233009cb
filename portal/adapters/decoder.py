"""The child process in which strangers' files are decoded: a script that imports nothing of the portal.

It reads one file from its input and answers on its output with one line of JSON and what that line announces:
`{"mime": ..., "lengths": [file, page, page, ...]}` and those bytes, or `{"unfit": <a value of Unfitness>}`.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator

import pi_heif
import pikepdf
import pypdfium2
from PIL import Image, ImageOps

MAX_PIXELS = 50_000_000
MAX_PAGES = 200
PHOTO_SIDE = 2400
"""Longest side of a photo that is kept, in pixels: the small print of an A4 page can still be read."""
PAGE_SIDE = 1600
"""Longest side of the picture of a PDF page, in pixels."""

_LIMITS = {
    resource.RLIMIT_AS: 1024**3,
    resource.RLIMIT_CPU: 20,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 16,
}

# What a page needs in order to look as it does. Everything else it may carry (actions, annotations, form fields,
# metadata, thumbnails, threads) stays behind.
_KEPT_OF_A_PAGE = {
    "/Type",
    "/Parent",
    "/Contents",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Group",
}
# What resources may carry that does not show: metadata, private data of programs, attached files, links to files.
_HIDDEN_IN_RESOURCES = (
    "/Metadata",
    "/PieceInfo",
    "/AF",
    "/OPI",
    "/F",
    "/FFilter",
    "/FDecodeParms",
    "/StructParent",
)

# Marker bytes of a JPEG segment: those without a length, and those that say how the picture is decoded.
_JPEG_BARE = {0x01, *range(0xD0, 0xD9)}
_JPEG_NOTES = {
    *range(0xE1, 0xEE),
    0xEF,
    0xFE,
}  # APP1..APP13, APP15, COM; APP0 and APP14 tell the colour space
_JPEG_START_OF_SCAN = 0xDA


class Unfit(Exception):
    """The file is not taken; the argument is a value of Unfitness."""


def sniffed(data: bytes) -> str:
    """The media type its first bytes claim, out of those taken; otherwise raises Unfit."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and _heif_brands(data) & {b"heic", b"heix", b"heim", b"heis"}:
        return "image/heic"
    if b"%PDF-" in data[:1024]:  # ISO 32000-1, annex H.3, note 13: junk may come first
        return "application/pdf"
    raise Unfit("not_supported")


def _heif_brands(data: bytes) -> set[bytes]:
    """The brands of the first box (ISO/IEC 14496-12, 4.3): the major one at 8, compatible ones from 16 on."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[start : start + 4] for start in (8, *range(16, end, 4))}


# Photos


def photo(data: bytes, mime: str) -> bytes:
    """A new JPEG with the pixels of a photo, upright, at most PHOTO_SIDE long, and nothing else of it."""
    decoder = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}[mime]
    Image.MAX_IMAGE_PIXELS = None  # it only warns below twice its limit: the size is checked here instead
    with Image.open(io.BytesIO(data), formats=[decoder]) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Unfit("too_large")
        image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
        image.load()
        shown = _eight_bit(image)
        shown.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
        return _jpeg(ImageOps.exif_transpose(shown), quality=85)


def _eight_bit(image: Image.Image) -> Image.Image:
    """16-bit grey scaled to 8 bits: Pillow would cut off all but the darkest shades."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    """`image` on white. Drawn on a new one, since a comment or profile would travel with the old."""
    clean = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        clean.paste(image, mask=image)
    else:
        clean.paste(image.convert("RGB"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=quality)
    return out.getvalue()


# PDF


def copied(data: bytes) -> bytes:
    """A new PDF with the pages of `data` as they look, and nothing else of it."""
    if b"%%EOF" not in data[-1024:]:  # else a cut file would be mended, and its last pages silently missing
        raise Unfit("damaged")
    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as clean:
        if len(source.pages) > MAX_PAGES:
            raise Unfit("too_many_pages")
        for page in source.pages:
            page.obj.parse_page_contents if False else None
            clean.pages.append(page)
        out = io.BytesIO()
        clean.save(out)
        return out.getvalue()
