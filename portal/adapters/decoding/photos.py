"""Photos: decoded by the one decoder that their first bytes name, painted anew, upright, small enough."""

import io
from collections.abc import Callable

from PIL import ExifTags, Image, ImageOps

from portal.adapters.decoding.kinds import MAX_PIXELS, MAX_WEBP_PIXELS, Unfit

PHOTO_SIDE = 2400
"""Longest side of a photo as it is kept, in pixels: the small print of an A4 page can still be read."""
PREVIEW_SIDE = 480
"""Longest side of the small picture, in pixels."""
STRIP_ROWS = 256
"""So many rows are worked on at a time: of 50 megapixels there is no room for a second copy."""

_DECODERS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_MOST = {"image/webp": MAX_WEBP_PIXELS}

Rows = Callable[[int, int], Image.Image]
"""rows(start, end): those rows of a picture."""


def photo(data: bytes, mime: str) -> Image.Image:
    """A new RGB picture with the pixels of a photo, upright, at most PHOTO_SIDE long, and nothing else of it.

    Of several pictures in one file (an animation, a burst) it is the first, or the one the file calls its
    main. Raises Unfit for more pixels than are taken; whatever the decoder raises passes through.
    """
    if mime == "image/heic":
        return _of_heif(data)
    Image.MAX_IMAGE_PIXELS = None  # up to twice its limit it only warns: the size is checked here instead
    with Image.open(io.BytesIO(data), formats=[_DECODERS[mime]]) as image:
        _check_size(image.size, _MOST.get(mime, MAX_PIXELS))
        image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
        shown = _smaller(image.size, lambda start, end: image.crop((0, start, image.width, end)))
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    shown.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(shown)


def _of_heif(data: bytes) -> Image.Image:
    """Its library turns the picture upright itself: the orientation in its EXIF says it a second time."""
    import pi_heif  # noqa: PLC0415 - only for these photos

    pi_heif.options.DECODE_THREADS = 1
    pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    file = pi_heif.open_heif(io.BytesIO(data))
    found = file[file.primary_index]
    _check_size(found.size, MAX_PIXELS)
    pixels, stride, mode, width = memoryview(found.data), found.stride, found.mode, found.size[0]

    def rows(start: int, end: int) -> Image.Image:
        run = pixels[start * stride : end * stride]
        return Image.frombytes(mode, (width, end - start), run, "raw", mode, stride)

    return _smaller(found.size, rows)


def _check_size(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise Unfit("too_large")


def _smaller(size: tuple[int, int], rows: Rows) -> Image.Image:
    """The picture on a new white RGB one, at most PHOTO_SIDE long, brought there strip by strip."""
    width, height = size
    factor = max(1, max(size) // PHOTO_SIDE)
    shown = Image.new("RGB", (-(-width // factor), -(-height // factor)), "white")
    step = STRIP_ROWS // factor * factor or factor
    for start in range(0, height, step):
        strip = _on_white(_eight_bit(rows(start, min(start + step, height))))
        shown.paste(strip.reduce(factor), (0, start // factor))
    shown.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
    return shown


def _eight_bit(image: Image.Image) -> Image.Image:
    """16-bit grey scaled to 8 bits: Pillow would turn all but the darkest shades white."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    """The pixels on a new white RGB image: whatever else travels with `image` is left behind."""
    shown = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        shown.paste(image, mask=image)
    else:
        shown.paste(image.convert("RGB"))
    return shown


def as_jpeg(image: Image.Image, *, quality: int) -> bytes:
    """The file of a picture; of an image that was painted here, nothing but pixels."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def preview(page: Image.Image) -> bytes:
    """The picture of a page, small enough for a list on a slow line."""
    small = page.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return as_jpeg(small, quality=60)
