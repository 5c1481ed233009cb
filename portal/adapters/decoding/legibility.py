"""Whether a page may be hard to read: guesses, good for a friendly word and never for a refusal.

Thresholds were calibrated by benchmarks/legibility.py; docs/documents.md says what they do not see.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter, ImageStat

SIDE = 800
"""Longest side of the luminance that is measured, in pixels: so every photo is measured at the same scale."""
TILES = 12
"""Tiles along the longest side."""

LEAST_CONTRAST = 12.0
"""Standard deviation of a tile that shows something, in shades of 256."""
LEAST_SHARPNESS = 0.125
LEAST_PAPER = 62
"""Shade of the lightest parts, in shades of 256."""
MOST_GLARE = 0.0035
"""Share of the picture that is white and nothing else, in spots."""
BLOWN = 250
MOST_INK_AT_THE_EDGE = 0.035
"""Share of an edge, where it is paper, at which writing goes on."""
LEAST_LETTERS = 6.5
"""Height of a small letter without stems (x), in pixels of the picture as it is kept."""

PAPER = 0.72
"""What is at least so light, compared with the lightest parts, is paper."""
RULE = 115
"""A row with more ink than this, of 255, is no writing: a line of a table."""

_ALONG = ImageFilter.Kernel((3, 3), (0, 0, 0, 1, -2, 1, 0, 0, 0), scale=1, offset=128)
_ACROSS = ImageFilter.Kernel((3, 3), (0, 1, 0, 0, -2, 0, 0, 1, 0), scale=1, offset=128)

Box = tuple[int, int, int, int]


def hints(image: Image.Image, *, is_photo: bool) -> list[str]:
    """Values of Hint (adapters/imaging.py): all five are looked for in a photo, two in a page of a PDF."""
    page = Page(image)
    return [hint for hint, (of_pdf, seems) in _ASKED.items() if (is_photo or of_pdf) and seems(page)]


@dataclass(frozen=True)
class Page:
    """What is measured of a picture, each when it is first asked for."""

    image: Image.Image

    @cached_property
    def light(self) -> Image.Image:
        """Its luminance, SIDE long."""
        light = self.image.convert("L")
        light.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
        return light

    @cached_property
    def paper(self) -> int:
        """The shade that only 3 of 100 pixels are lighter than."""
        return _quantile(self.light, 0.97)

    @cached_property
    def tiles(self) -> list[tuple[float, float, Box]]:
        """(variance of the luminance, variance of its Laplacian, where) for each tile.

        The Laplacian is taken along and across, and the lesser counts: a shaken hand blurs in one direction.
        """
        maps = [self.light.filter(kernel) for kernel in (_ALONG, _ACROSS)]
        return [
            (_variance(self.light, box), min(_variance(one, box) for one in maps), box)
            for box in _boxes(self.light.size)
        ]

    @cached_property
    def written(self) -> list[tuple[float, float, Box]]:
        """Those tiles that show something."""
        return [tile for tile in self.tiles if tile[0] >= LEAST_CONTRAST**2]

    @property
    def sharpness(self) -> float | None:
        """How much contrast lies between neighbouring pixels, in the sharper tiles; None: nothing is there.

        What every tile has, the emptiest too, is noise of the camera, and does not count.
        """
        if not self.written:
            return None
        noise = sorted(fine for _all, fine, _box in self.tiles)[len(self.tiles) // 10]
        shares = sorted(max(0.0, fine - noise) / contrast for contrast, fine, _box in self.written)
        return shares[len(shares) * 17 // 20]

    @property
    def glare(self) -> float:
        """The share of pixels in spots of nothing but white; 0 where the paper itself is as white."""
        if _quantile(self.light, 0.85) >= BLOWN - 10:
            return 0.0
        spots = self.light.point(lambda value: 255 * (value >= BLOWN)).filter(ImageFilter.MinFilter(9))
        return ImageStat.Stat(spots).mean[0] / 255

    @property
    def edges(self) -> float:
        """The largest share of ink along one of the four edges."""
        return max(self._ink_along(box) for box in _edges(self.light.size))

    def _ink_along(self, box: Box) -> float:
        """The share of ink on the paper of an edge; 0 for a mark or two, which is no writing."""
        edge = self.light.crop(box)
        around = edge
        for _ in range(6):
            around = around.filter(ImageFilter.MaxFilter(5))
        paper = around.point(lambda value: 255 * (value >= PAPER * self.paper))
        ink = ImageChops.multiply(
            ImageChops.subtract(around, edge).point(lambda value: 255 * (value > 45)), paper
        )
        on_paper = ImageStat.Stat(paper).mean[0]
        if on_paper < 255 / 4 or _runs(_profile(ink, along=edge.width > edge.height), 40) < 5:
            return 0.0
        return ImageStat.Stat(ink).mean[0] / on_paper

    @property
    def letters(self) -> float | None:
        """The height of most small letters in pixels of the picture; None where no lines of them are seen."""
        scale = max(self.image.size) / max(self.light.size)
        on_paper = [
            tile for tile in self.written if _quantile(self.light.crop(tile[2]), 0.8) >= PAPER * self.paper
        ]
        best = sorted(on_paper, key=lambda tile: tile[1], reverse=True)[:24]
        heights = sorted(height for tile in best for height in self._heights(tile[2], scale))
        if len(heights) < 4:
            return None
        # Each counts as much as it is high: dots and tails make many low lines that say nothing.
        half = sum(heights) / 2
        return heights[sum(reached < half for reached in accumulate(heights))]

    def _heights(self, box: Box, scale: float) -> Iterator[int]:
        """The height of each line of writing in a tile."""
        left, top, right, bottom = (round(side * scale) for side in box)
        middle = (left + right) // 2
        tile = self.image.crop((middle - 50, top, middle + 50, bottom)).convert("L")
        dark, bright = _quantile(tile, 0.02), _quantile(tile, 0.9)
        if bright - dark < 2 * LEAST_CONTRAST:
            return
        ink = tile.point(lambda value: 255 * (value < (dark + bright) / 2))
        rows = [0 if row > RULE else row for row in _profile(ink, along=False)]
        yield from (length for length in _lengths([row > max(rows) * 0.4 for row in rows]) if length > 2)


# --- What seems hard to read --------------------------------------------------------------------------


def _blurred(page: Page) -> bool:
    return page.sharpness is not None and page.sharpness < LEAST_SHARPNESS


def _dark(page: Page) -> bool:
    return page.paper < LEAST_PAPER


def _glare(page: Page) -> bool:
    return page.glare > MOST_GLARE


def _cut(page: Page) -> bool:
    return page.edges > MOST_INK_AT_THE_EDGE


def _small(page: Page) -> bool:
    return page.letters is not None and page.letters < LEAST_LETTERS


_ASKED: dict[str, tuple[bool, Callable[[Page], bool]]] = {
    "blurred": (True, _blurred),
    "dark": (True, _dark),
    "glare": (False, _glare),
    "cut": (False, _cut),
    "small": (False, _small),
}
"""Each hint: whether a page of a PDF is asked for it too, and how it is found."""


# --- Measuring ----------------------------------------------------------------------------------------


def _boxes(size: tuple[int, int]) -> Iterator[Box]:
    side = max(max(size) // TILES, 1)
    for top in range(0, size[1] - side + 1, side):
        for left in range(0, size[0] - side + 1, side):
            yield left, top, left + side, top + side


def _edges(size: tuple[int, int]) -> Sequence[Box]:
    """The outermost hundredth of a picture at its four edges."""
    width, height = size
    deep = max(max(size) // 100, 1)
    return (
        (0, 0, width, deep),
        (0, height - deep, width, height),
        (0, 0, deep, height),
        (width - deep, 0, width, height),
    )


def _variance(image: Image.Image, box: Box) -> float:
    return float(ImageStat.Stat(image.crop(box)).var[0])


def _quantile(image: Image.Image, share: float) -> int:
    """The shade that so large a share of the pixels does not exceed."""
    counts, seen = image.histogram(), 0
    for shade, count in enumerate(counts):
        seen += count
        if seen >= share * image.width * image.height:
            return shade
    return len(counts) - 1


def _profile(image: Image.Image, *, along: bool) -> bytes:
    """The mean of each row, or `along` of each column."""
    size = (image.width, 1) if along else (1, image.height)
    return image.resize(size, Image.Resampling.BOX).tobytes()


def _runs(profile: bytes, least: int) -> int:
    return sum(1 for _ in _lengths([value >= least for value in profile]))


def _lengths(row: Sequence[bool]) -> Iterator[int]:
    """The length of each run of True that has an end on both sides."""
    begun: int | None = None
    for at, here in enumerate(row):
        if here and begun is None and at > 0 and not row[at - 1]:
            begun = at
        elif not here and begun is not None:
            yield at - begun
            begun = None
