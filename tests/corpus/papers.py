"""Papers as a phone sees them: drawn, laid on a table, photographed well or badly. None of them is real."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.project import ROOT

FONTS = ROOT / "portal" / "letters" / "fonts"
LONG, SHORT = 2400, 1800
"""A photo as it is kept, in pixels."""
INK = (30, 30, 45)

WORDS = {
    "latin": "The applicant declares that the journey home is their own free decision and may be changed "
    "until boarding without giving any reason to anybody who works for the programme",
    "cyrillic": "Заявитель заявляет что возвращение является его свободным решением и может быть изменено "
    "до посадки без объяснения причин кому бы то ни было из работников программы",
}


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Letters of about `size` pixels."""
    return ImageFont.truetype(str(FONTS / "NotoSans-Regular.ttf"), size)


# --- What is on the table -----------------------------------------------------------------------------


def letter(script: str = "latin") -> Image.Image:
    """A4 full of text of 10 points, at 7.2 pixels to the millimetre."""
    page = Image.new("RGB", (1512, 2138), "white")
    draw, words = ImageDraw.Draw(page), (WORDS[script] + " ").split() * 40
    draw.text((150, 140), words[1].title() + " 2026/17", INK, font(48))
    at, line = 260, ""
    while at < 1960:
        word = words.pop()
        if draw.textlength(f"{line} {word}", font(25)) > 1200:
            draw.text((150, at), line, INK, font(25))
            at, line = at + 40, ""
        line = f"{line} {word}"
    return page


def invoice() -> Image.Image:
    """A table of small print: 8 points."""
    page = Image.new("RGB", (1512, 2138), "white")
    draw = ImageDraw.Draw(page)
    draw.text((120, 120), "INVOICE 4711", INK, font(60))
    for row in range(40):
        y = 300 + row * 42
        draw.line((120, y, 1390, y), (150, 150, 150), 2)
        draw.text((130, y + 8), f"{row + 1}. sewing machine part no. {row * 7919 % 1000}", INK, font(20))
        draw.text((1200, y + 8), f"{row * 31 % 90},{row * 7 % 100:02} EUR", INK, font(20))
    return page


DATA = {
    "Surname": "KARIMOVA",
    "Name": "AMINA",
    "Born": "12 MAR 1990",
    "Place": "TASHKENT",
    "No": "P0012345",
    "Until": "11 MAR 2031",
}


def passport() -> Image.Image:
    """The page with the photo, 125 by 88 mm: lines of security, a face, two lines for machines."""
    page = Image.new("RGB", (1600, 1126), (226, 232, 222))
    draw = ImageDraw.Draw(page)
    for number in range(-1126, 1600, 14):
        draw.line((number, 0, number + 1126, 1126), (205, 218, 208), 2)
    draw.rectangle((70, 200, 500, 760), (190, 170, 150))
    draw.ellipse((170, 260, 400, 560), (150, 115, 95))
    draw.rectangle((130, 590, 440, 760), (60, 65, 80))
    for row, (label, words) in enumerate(DATA.items()):
        draw.text((560, 190 + row * 95), label, (90, 90, 110), font(20))
        draw.text((560, 214 + row * 95), words, INK, font(40))
    for row, words in enumerate(("P<UZBKARIMOVA<<AMINA<<<<<<<<<<<<", "P0012345<4UZB9003124F3103117<<<<")):
        draw.text((70, 900 + row * 80), words, INK, font(52))
    return page


def certificate() -> Image.Image:
    """A few large words and a stamp."""
    page = Image.new("RGB", (1512, 2138), (250, 246, 235))
    draw = ImageDraw.Draw(page)
    draw.rectangle((70, 70, 1440, 2066), outline=(120, 90, 40), width=8)
    lines = ((400, "CERTIFICATE", 110), (800, "Karimova Amina", 80), (960, "has learned to sew", 56))
    for y, words, size in lines:
        draw.text((756 - draw.textlength(words, font(size)) / 2, y), words, INK, font(size))
    draw.ellipse((950, 1500, 1300, 1850), outline=(60, 60, 170), width=10)
    draw.text((1010, 1640), "SCHOOL 5", (60, 60, 170), font(48))
    return page


PAPERS: dict[str, Callable[[], Image.Image]] = {
    "letter": letter,
    "cyrillic letter": lambda: letter("cyrillic"),
    "invoice": invoice,
    "passport": passport,
    "certificate": certificate,
}


def wood(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """A table with a grain."""
    grain = Image.effect_noise((size[0] // 30, size[1] // 2), 30).resize(size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(grain.convert("RGB"), Image.new("RGB", size, (220, 150, 100)))


def cloth(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Something woven and dark."""
    weave = Image.effect_noise((size[0] // 4, size[1] // 4), 60).resize(size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(weave.convert("RGB"), Image.new("RGB", size, (110, 110, 140)))


def light_table(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """A table nearly as light as paper."""
    return Image.new("RGB", size, (205, 203, 198))


GROUNDS = {"wood": wood, "cloth": cloth, "light": light_table}


# --- How it is photographed ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Shot:
    """One photo of one paper; as it stands here, a good one."""

    paper: str = "letter"
    ground: str = "wood"
    seed: int = 1
    fills: float = 0.9
    """Share of the frame's height or width that the paper takes."""
    turned: float = 1.5
    """Degrees."""
    aside: float = 0.0
    """By which share of the frame it lies out of its middle: half of it is then outside at 0.5."""
    light: float = 0.85
    """1: paper is as white as can be; 0.1: dusk."""
    blur: float = 0.0
    """Sigma in pixels of the photo."""
    shake: int = 0
    """Length in pixels along which the hand moved."""
    glare: float = 0.0
    """Share of the paper that a lamp hides."""
    noise: float = 3.0
    side: int = LONG

    def taken(self) -> Image.Image:
        """The photo."""
        rng = random.Random(f"{self}")  # noqa: S311 - a picture, not a secret
        paper = PAPERS[self.paper]()
        frame = (SHORT, LONG) if paper.height > paper.width else (LONG, SHORT)
        scene = GROUNDS[self.ground](frame, rng)
        scale = self.fills * min(frame[0] / paper.width, frame[1] / paper.height)
        size = (round(paper.width * scale), round(paper.height * scale))
        small = paper.resize(size, Image.Resampling.LANCZOS)
        whole = Image.new("L", size, 255).rotate(self.turned, Image.Resampling.BICUBIC, expand=True)
        turned = small.rotate(self.turned, Image.Resampling.BICUBIC, expand=True)
        at = (
            round((frame[0] - turned.width) / 2 + self.aside * frame[0]),
            round((frame[1] - turned.height) / 2),
        )
        scene.paste(turned, at, whole)
        middle = (at[0] + turned.width // 2, at[1] + turned.height // 2)
        return self._seen(scene, middle, size[0] * size[1], rng)

    def _seen(
        self, scene: Image.Image, middle: tuple[int, int], area: int, rng: random.Random
    ) -> Image.Image:
        """Lens, hand, light and sensor."""
        if self.blur:
            scene = scene.filter(ImageFilter.GaussianBlur(self.blur))
        if self.shake:
            scene = _shaken(scene, self.shake)
        fall = Image.linear_gradient("L").resize(scene.size).rotate(rng.choice((0, 180)))
        uneven = fall.point(lambda value: 215 + value * 40 / 255).convert("RGB")
        scene = ImageChops.multiply(scene, uneven)
        scene = scene.point(lambda value: value * self.light)
        if self.glare:
            _shine(scene, middle, self.glare * area)
        grain = Image.effect_noise((scene.width // 2, scene.height // 2), self.noise * 2)
        grain = grain.resize(scene.size, Image.Resampling.BILINEAR).convert("RGB")
        scene = ImageChops.add(scene, grain, offset=-128)
        if self.side != LONG:
            scene.thumbnail((self.side, self.side), Image.Resampling.LANCZOS)
        return scene


def _shaken(scene: Image.Image, length: int) -> Image.Image:
    """The mean of the picture with itself, moved along up to the next power of two above `length`."""
    mean, many = scene, 1
    while many < length:
        mean = Image.blend(mean, ImageChops.offset(mean, many, many // 3), 0.5)
        many *= 2
    return mean


def _shine(scene: Image.Image, middle: tuple[int, int], area: float) -> None:
    """A lamp reflected: an ellipse with a soft edge, wholly white within."""
    wide = (area / 3.14 * 1.6) ** 0.5
    high, (x, y) = wide / 1.6, middle
    mask = Image.new("L", scene.size)
    ImageDraw.Draw(mask).ellipse((x - wide, y - high, x + wide, y + high), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(wide / 12)).point(lambda value: min(255, value * 2))
    scene.paste((255, 255, 255), mask=mask)
