"""Watermarks: who looked at a page, when and what for, burnt into what is sent. What is kept stays clean."""

import io
import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).resolve().parent.parent / "letters" / "fonts"

# The first and last letter of a script, and who can write it; whatever is not here is Noto Sans.
_SCRIPTS = (
    (0x0530, 0x058F, "NotoSansArmenian-Regular.ttf"),
    (0x0590, 0x05FF, "NotoSansHebrew-Regular.ttf"),
    (0x0600, 0x08FF, "NotoSansArabic-Regular.ttf"),
    (0x0900, 0x097F, "NotoSansDevanagari-Regular.ttf"),
    (0x0980, 0x09FF, "NotoSansBengali-Regular.ttf"),
    (0x0B80, 0x0BFF, "NotoSansTamil-Regular.ttf"),
    (0x0E00, 0x0E7F, "NotoSansThai-Regular.ttf"),
    (0x10A0, 0x10FF, "NotoSansGeorgian-Regular.ttf"),
    (0x1200, 0x139F, "NotoSansEthiopic-Regular.ttf"),
    (0xFB50, 0xFEFF, "NotoSansArabic-Regular.ttf"),
)
_LATIN = "NotoSans-Regular.ttf"

INK, PAPER = (24, 44, 74), (255, 255, 255)
_ACROSS, _GLOW = 62, 84
"""How much of the ink, and of the light behind it, shows on the page, of 255: it can be read below."""
_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Clockwise, as people say it; Pillow counts the other way."""
_LARGE = 1000
"""Dots of the shorter side from which on nobody sees that letters were drawn at half the size."""
_POINTS = 1.6
"""Dots for each point of a PDF page: a watermark is no fine print."""


def picture(jpeg: bytes, words: str, *, turn: int = 0) -> bytes:
    """A JPEG of a page with the words across it and on a strip below; `turn` (degrees) is clockwise."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as opened:
        page = opened.convert("RGB")
    if turn in _TURNS:
        page = page.transpose(_TURNS[turn])
    strip = _strip(words, page.width, min(page.size))
    stamped = Image.new("RGB", (page.width, page.height + strip.height), PAPER)
    stamped.paste(page)
    across = _across(words, page.size)
    for colour, mask in ((PAPER, _faded(across, 1, _GLOW)), (INK, _faded(across, 0, _ACROSS))):
        stamped.paste(colour, (0, 0, *page.size), mask)
    stamped.paste(strip, (0, page.height))
    out = io.BytesIO()
    stamped.save(out, "JPEG", quality=82)
    return out.getvalue()


def document(pdf: bytes, words: str) -> bytes:
    """A PDF with the words across every page and on a strip at its lower edge."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        stamps: dict[tuple[int, int], pikepdf.Page] = {}
        with pikepdf.new() as drawer:
            for page in opened.pages:
                size = _size(page)
                if size not in stamps:
                    stamps[size] = _stamp(drawer, words, size)
                page.add_overlay(stamps[size], pikepdf.Rectangle(*_box(page)))
            out = io.BytesIO()
            opened.save(out)
    return out.getvalue()


# --- Words as dots ------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), size)


def _script(letter: str) -> str:
    return next((name for first, last, name in _SCRIPTS if first <= ord(letter) <= last), _LATIN)


def _line(words: str, size: int) -> Image.Image:
    """The words in one line, white on black, each script in its own font."""
    runs = [("".join(run), _font(name, size)) for name, run in groupby(words, _script)]
    widths = [round(font.getlength(run)) for run, font in runs]
    line = Image.new("L", (max(sum(widths), 1), round(size * 1.5)), 0)
    draw, at = ImageDraw.Draw(line), 0
    for (run, font), width in zip(runs, widths, strict=True):
        draw.text((at, round(size * 1.1)), run, fill=255, font=font, anchor="ls")
        at += width
    return line


def _across(words: str, size: tuple[int, int]) -> Image.Image:
    """The words again and again, slanting, as a mask of this size; a large one is drawn at half of it."""
    share = 2 if min(size) > _LARGE else 1
    half = (max(1, size[0] // share), max(1, size[1] // share))
    letters = max(11, min(half) // 32)
    line, side = _line(words, letters), math.ceil(math.hypot(*half))
    lines = Image.new("L", (side, side), 0)
    for row, top in enumerate(range(0, side, 8 * letters)):
        step = line.width + 4 * letters
        for left in range(-(row * step // 3) % step - step, side, step):
            lines.paste(line, (left, top))
    slanting = lines.rotate(24, resample=Image.Resampling.BILINEAR)
    corner = ((side - half[0]) // 2, (side - half[1]) // 2)
    return slanting.crop((*corner, corner[0] + half[0], corner[1] + half[1])).resize(size)


def _faded(mask: Image.Image, moved: int, most: int) -> Image.Image:
    """The mask, a dot or none further down, so weak that the page shows through."""
    weak = mask.point(lambda value: value * most // 255)
    if not moved:
        return weak
    shifted = Image.new("L", mask.size, 0)
    shifted.paste(weak, (moved, moved))
    return shifted


def _strip(words: str, width: int, side: int) -> Image.Image:
    """The words in clear below the page, as small as the page wants and as long as it is wide."""
    letters = max(11, side // 55)
    line = _line(words, letters)
    if line.width > width - 2 * letters:
        share = max((width - 2 * letters) / line.width, 0.05)
        line = line.resize((max(1, round(line.width * share)), max(1, round(line.height * share))))
    strip = Image.new("RGB", (width, line.height + letters), PAPER)
    strip.paste(INK, (letters, letters // 2), line)
    return strip


# --- PDF ------------------------------------------------------------------------------------------------


def _box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    left, low, right, high = (float(one) for one in page.cropbox.as_list())
    return min(left, right), min(low, high), max(left, right), max(low, high)


def _size(page: pikepdf.Page) -> tuple[int, int]:
    """Width and height as the page is seen, in whole points; never absurd."""
    left, low, right, high = _box(page)
    sides = [max(36, min(4000, round(side))) for side in (right - left, high - low)]
    is_lying = int(page.obj.get("/Rotate", 0)) % 180 == 90
    return (sides[1], sides[0]) if is_lying else (sides[0], sides[1])


def _stamp(drawer: pikepdf.Pdf, words: str, size: tuple[int, int]) -> pikepdf.Page:
    """A page that holds nothing but the watermark, for pages of this size."""
    dots = _dots(size)
    mask = _across(words, dots).point(lambda value: value * _ACROSS // 255)
    strip = _strip(words, dots[0], min(dots))
    colours = Image.new("RGB", dots, INK)
    colours.paste(strip, (0, dots[1] - strip.height))
    mask.paste(225, (0, dots[1] - strip.height, dots[0], dots[1]))
    drawer.add_blank_page(page_size=size)
    page = drawer.pages[-1]
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Mark=_image(drawer, colours, mask)))
    page.obj.Contents = drawer.make_stream(f"q {size[0]} 0 0 {size[1]} 0 0 cm /Mark Do Q".encode())
    return page


def _dots(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(_POINTS, 2000 / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _image(drawer: pikepdf.Pdf, colours: Image.Image, mask: Image.Image) -> pikepdf.Object:
    drawn = _stream(drawer, colours, pikepdf.Name.DeviceRGB)
    drawn.SMask = drawer.make_indirect(_stream(drawer, mask, pikepdf.Name.DeviceGray))
    return drawer.make_indirect(drawn)


def _stream(drawer: pikepdf.Pdf, image: Image.Image, colours: pikepdf.Name) -> pikepdf.Stream:
    stream = drawer.make_stream(image.tobytes())
    for name, value in _meaning(image, colours):
        stream[name] = value
    return stream


def _meaning(image: Image.Image, colours: pikepdf.Name) -> Iterator[tuple[str, object]]:
    yield "/Type", pikepdf.Name.XObject
    yield "/Subtype", pikepdf.Name.Image
    yield "/Width", image.width
    yield "/Height", image.height
    yield "/BitsPerComponent", 8
    yield "/ColorSpace", colours
