"""Small photos and PDFs whose looks are known, and ways to look at what became of them."""

import base64
import io
from contextlib import closing

import pikepdf
import pytest
from pikepdf import Pdf
from PIL import ExifTags, Image

from portal.adapters.imaging import Examined, Run, Sources, Unfit, Unfitness, examine, examine_all

RED, WHITE = (220, 0, 0), (255, 255, 255)

# 64 x 32, its left half red, stored with "turn it to the right" (irot) and the EXIF maker SECRETPHONE.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB7AABAAAAAAAAAJUAAgAAAAACgQABAAAAAAAAADwAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAIAAAAAEAAAAAAAAAAv///+AAAAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEA"
    "AQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAANltZGF0AAAAkSgBrxOA+BDhp//8vyj/+SHPD86RmYlW/rZElH2j"
    "w//Jq8PySkWumhSZWXerYkimqBL4ZiWQmt9dAoJW+l9I3EaTNNpA+pzUnQvOhSvFmTut1oATMg7vg7iDjQCVfPAPDECiXIaxCuwB"
    "HCiBAePgCZd6Efqd6XP79/MSvj9pNAB5sAPin5+WH48rvY6P07sqJ9AAAAAGRXhpZgAATU0AKgAAAAgAAgEPAAIAAAAMAAAAJgES"
    "AAMAAAABAAYAAAAAAABTRUNSRVRQSE9ORQA="
)


def red_left(width: int = 64, height: int = 32, mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height))
    return image


def as_file(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(jpeg: bytes | Run) -> Image.Image:
    data = jpeg.whole() if isinstance(jpeg, Run) else jpeg
    image = Image.open(io.BytesIO(data), formats=["JPEG"])
    image.load()
    return image


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether the pixel has this colour, but for what JPEG loses."""
    found = image.getpixel(place)
    return isinstance(found, tuple) and all(abs(a - b) < 25 for a, b in zip(found, colour, strict=True))


def together(*files: bytes) -> Examined:
    """One document of several files."""
    with closing(Sources([[file] for file in files])) as sources:
        return examine_all(sources)


def refused(data: bytes) -> Unfitness:
    with pytest.raises(Unfit) as refusal:
        examine(data)
    return refusal.value.reason


def exif(**notes: int | str) -> bytes:
    written = Image.Exif()
    for name, value in notes.items():
        written[ExifTags.Base[name]] = value
    return written.tobytes()


def pdf(pages: int = 1, size: tuple[int, int] = (300, 600)) -> Pdf:
    """Pages whose lower half is red."""
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=size)
        page.contents_add(b"0.86 0 0 rg 0 0 %d %d re f" % (size[0], size[1] // 2))
    return document


def saved(document: Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def laid_open(data: bytes) -> bytes:
    """A PDF with nothing compressed, so that words can be searched in it."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return saved(
            document,
            qdf=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.specialized,
        )
