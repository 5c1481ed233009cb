"""Photos: as cameras and programs write them, damaged, and too large to be unpacked."""

import struct
import zlib
from collections.abc import Callable
from functools import partial

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.pictures import HEIC, as_file, exif, red_left

GPS, ORIENTATION = 0x8825, 0x0112
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description dc:creator="SECRET"/></x:xmpmeta>'


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    """A JPEG of a small picture."""
    return as_file(image or red_left(), "JPEG", **options)


def png(image: Image.Image | None = None, **options: object) -> bytes:
    """A PNG of a small picture."""
    return as_file(image or red_left(), "PNG", **options)


def webp(**options: object) -> bytes:
    """A WebP of a small picture."""
    return as_file(red_left(), "WEBP", **options)


def turned(orientation: int) -> bytes:
    """A photo whose camera was held in one of eight ways."""
    return jpeg(exif=exif(Orientation=orientation))


def with_place() -> bytes:
    """A photo that tells where it was taken, by whom, and more."""
    notes = Image.Exif()
    notes[ORIENTATION] = 1
    notes.get_ifd(GPS).update({1: "N", 2: (59.0, 26.0, 12.5), 3: "E", 4: (24.0, 45.0, 1.0)})
    return jpeg(exif=notes.tobytes(), comment=b"SECRET", xmp=XMP)


def png_with_notes() -> bytes:
    """A PNG with text, XMP and EXIF."""
    notes = PngInfo()
    notes.add_text("Comment", "SECRET")
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return png(pnginfo=notes, exif=exif(Make="SECRET"))


def moving(kind: str) -> bytes:
    """Two pictures, shown in turns."""
    other = Image.new("RGB", (64, 32), "blue")
    return as_file(red_left(), kind, save_all=True, append_images=[other])


def two_in_one() -> bytes:
    """A photo with a second one behind it, as some phones write for depth (MPO)."""
    return as_file(red_left(), "MPO", save_all=True, append_images=[red_left()])


def few_colours() -> bytes:
    """A palette one of whose colours is clear."""
    return png(red_left().quantize(4), transparency=0)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(width: int, height: int, *, depth: int, colour: int, rows: bytes, more: bytes = b"") -> bytes:
    """A PNG written by hand: `rows` is what is deflated, `more` whole chunks before it."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = _chunk(b"IHDR", head) + more + _chunk(b"IDAT", zlib.compress(rows, 1)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def deep() -> bytes:
    """16 bits for each of three colours."""
    return raw_png(40, 30, depth=16, colour=2, rows=(b"\0" + b"\xdc\x00\x10\x00\x10\x00" * 40) * 30)


def huge(kind: str, **options: object) -> bytes:
    """48 megapixels, as the largest phones make them."""
    return as_file(red_left(800, 600).resize((8000, 6000), Image.Resampling.NEAREST), kind, **options)


def noise(kind: str, keep: float) -> bytes:
    """The first part of a file that was cut."""
    whole = as_file(Image.effect_noise((300, 300), 90).convert("RGB"), kind)
    return whole[: int(len(whole) * keep)]


def bomb() -> bytes:
    """A PNG of 900 megapixels, the first of them in a few kB."""
    return raw_png(30000, 30000, depth=1, colour=0, rows=bytes(30000 * 376))


def frame_of_a_bomb() -> bytes:
    """A small JPEG whose header says 65,500 by 65,500 pixels."""
    small = bytearray(jpeg())
    at = small.index(b"\xff\xc0") + 5
    small[at : at + 4] = struct.pack(">HH", 65500, 65500)
    return bytes(small)


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to 30 MB."""
    packed = zlib.compress(bytes(30_000_000), 1)
    note = _chunk(b"zTXt", b"Comment\0\0" + packed)
    return raw_png(8, 8, depth=8, colour=0, rows=bytes(9 * 8), more=note)


def more_than_announced() -> bytes:
    """A PNG of 8 by 8 pixels that unpacks to 30 MB."""
    return raw_png(8, 8, depth=8, colour=0, rows=bytes(30_000_000))


def too_many_for_webp() -> bytes:
    """25 megapixels of one colour."""
    return as_file(Image.new("RGB", (5000, 5000)), "WEBP", lossless=True, quality=0, method=0)


GOOD: dict[str, Callable[[], bytes]] = {
    "photo.jpg": jpeg,
    "progressive.jpg": partial(jpeg, progressive=True),
    "grey.jpg": partial(jpeg, red_left().convert("L")),
    "print shop.jpg": partial(jpeg, red_left().convert("CMYK")),
    "\u062c\u0648\u0627\u0632 \u0627\u0644\u0633\u0641\u0631.jpg": jpeg,
    "\u1353\u1235\u1356\u122d\u1275.png": png,
    "\u10de\u10d0\u10e1\u10de\u10dd\u10e0\u10e2\u10d8 \U0001f6c2.jpg": jpeg,
    **{f"orientation {number}.jpg": partial(turned, number) for number in range(1, 9)},
    "place.jpg": with_place,
    "broken notes.jpg": partial(jpeg, exif=b"Exif\0\0not a TIFF header"),
    "two in one.jpg": two_in_one,
    "one pixel.jpg": partial(jpeg, Image.new("RGB", (1, 1))),
    "long.png": partial(png, Image.new("L", (20000, 20), 200)),
    "notes.png": png_with_notes,
    "clear.png": partial(png, red_left().convert("RGBA")),
    "few colours.png": few_colours,
    "black and white.png": partial(png, red_left().convert("1")),
    "scan 16 bit grey.png": partial(png, Image.new("I;16", (40, 30), 30000)),
    "16 bit colour.png": deep,
    "moving.png": partial(moving, "PNG"),
    "photo.webp": webp,
    "lossless.webp": partial(webp, lossless=True),
    "moving.webp": partial(moving, "WEBP"),
    "notes.webp": partial(webp, exif=exif(Make="SECRET"), xmp=XMP),
    "IMG_0001.HEIC": lambda: HEIC,
    "48 megapixels.jpg": partial(huge, "JPEG"),
    "more than announced.png": more_than_announced,
    "48 megapixels.png": partial(huge, "PNG", compress_level=1),
    "a PDF by its name.pdf": jpeg,
}
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut.jpg": (partial(noise, "JPEG", 0.5), "damaged"),
    "cut.png": (partial(noise, "PNG", 0.5), "damaged"),
    "cut.webp": (partial(noise, "WEBP", 0.5), "damaged"),
    "cut.heic": (lambda: HEIC[: len(HEIC) // 2], "damaged"),
    "only a head.jpg": (lambda: b"\xff\xd8\xff\xe0" + b"<?php" * 500, "damaged"),
    "only a head.png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(2000), "damaged"),
    "only a head.webp": (lambda: b"RIFF\0\0\0\0WEBP" + bytes(2000), "damaged"),
    "only a head.heic": (lambda: HEIC[:28] + bytes(2000), "damaged"),
    "bomb.png": (bomb, "too_large"),
    "bomb.jpg": (frame_of_a_bomb, "too_large"),
    "text bomb.png": (text_bomb, "damaged"),
    "too many for WebP.webp": (too_many_for_webp, "too_large"),
}
