"""The child process in which strangers' files are decoded: a script that imports nothing of the portal.

It reads one file from its input and answers on its output with one line of JSON and what that line announces:
`{"mime": ..., "lengths": [file, preview, page, page, ...]}` and those bytes, or `{"unfit": <an Unfitness>}`.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator

import pi_heif
import pikepdf
import pypdfium2
from PIL import ExifTags, Image, ImageOps

MAX_PIXELS = 50_000_000
MAX_PAGES = 200
PHOTO_SIDE = 2400
"""Longest side of a photo as it is kept, in pixels: the small print of an A4 page can still be read."""
PAGE_SIDE = 1600
"""Longest side of the picture of a PDF page, in pixels."""
PREVIEW_SIDE = 480
"""Longest side of the small picture, in pixels."""

_LIMITS = {
    resource.RLIMIT_AS: 1024**3,
    resource.RLIMIT_CPU: 20,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 16,
}

# What a page needs to look as it does. All else it may carry stays behind: actions, annotations, form fields,
# metadata, thumbnails.
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
# What does not show: metadata, private data of programs, attached files; on streams also links to files.
_HIDDEN = {"/Metadata", "/PieceInfo", "/AF", "/OPI"}
_HIDDEN_ON_STREAMS = {"/F", "/FFilter", "/FDecodeParms", "/Ref"}

# Segments of a JPEG that do not show: APP1 to APP13, APP15 and comments (ISO/IEC 10918-1, table B.1).
# APP0 and APP14 tell how its colours are meant.
_JPEG_NOTES = {*range(0xE1, 0xEE), 0xEF, 0xFE}
_JPEG_SCAN = 0xDA


class Unfit(Exception):
    """The file is not taken; the argument is a value of Unfitness."""


def sniffed(data: bytes) -> str:
    """The media type that the first bytes claim. Raises Unfit if it is none of those taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and _heif_brands(data) & {b"heic", b"heix", b"heim", b"heis"}:
        return "image/heic"
    if b"%PDF-" in data[:1024]:  # readers let junk come first (ISO 32000-1, 7.5.2; Adobe's note 13)
        return "application/pdf"
    raise Unfit("not_supported")


def _heif_brands(data: bytes) -> set[bytes]:
    """The brands in the first box (ISO/IEC 14496-12, 4.3): the major one at 8, compatible ones from 16 on."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[start : start + 4] for start in (8, *range(16, end, 4))}


# Photos


def photo(data: bytes, mime: str) -> bytes:
    """A new JPEG with the pixels of a photo, upright, at most PHOTO_SIDE long, and nothing else of it."""
    decoder = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}[mime]
    Image.MAX_IMAGE_PIXELS = None  # up to twice its limit it only warns: the size is checked here instead
    pi_heif.register_heif_opener(thumbnails=False)
    with Image.open(io.BytesIO(data), formats=[decoder]) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Unfit("too_large")
        image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
        shown = _on_white(_eight_bit(image))
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    shown.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
    shown.getexif()[ExifTags.Base.Orientation] = orientation
    return _jpeg(ImageOps.exif_transpose(shown), quality=85)


def _eight_bit(image: Image.Image) -> Image.Image:
    """16-bit grey scaled to 8 bits: Pillow would turn all but the darkest shades white."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    """The pixels on a new white RGB image: whatever else travels with `image` is left behind."""
    shown = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        image = _in_mode("RGBA", image)
        shown.paste(image, mask=image)
    else:
        shown.paste(_in_mode("RGB", image))
    return shown


def _in_mode(mode: str, image: Image.Image) -> Image.Image:
    """`image` itself if it is so already: 50 megapixels leave no room for a copy more."""
    return image if image.mode == mode else image.convert(mode)


def _jpeg(image: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


# PDF


def copied(data: bytes) -> bytes:
    """A new PDF with the pages of `data` as they look, and nothing else of it."""
    if b"%%EOF" not in data[-1024:]:  # else a cut file would be mended, its last pages silently missing
        raise Unfit("damaged")
    try:
        source = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise Unfit("password") from None
    with source, pikepdf.new() as clean:
        if not 0 < len(source.pages) <= MAX_PAGES:
            raise Unfit("too_many_pages" if source.pages else "damaged")
        for page in source.pages:
            for key in page.obj.keys() - _KEPT_OF_A_PAGE:
                del page.obj[key]
            clean.pages.append(page)
        for found in list(clean.objects):
            _scrub(found)
        out = io.BytesIO()
        clean.save(out)
    return out.getvalue()


def _scrub(found: pikepdf.Object) -> None:
    """Remove what does not show from `found` and from whatever is written inside it."""
    if isinstance(found, pikepdf.Stream):
        _drop(found, _HIDDEN_ON_STREAMS)
        if found.get("/Filter") == pikepdf.Name.DCTDecode:
            parameters = found.get("/DecodeParms")  # lost by writing; they tell how the colours are meant
            found.write(without_notes(found.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
            if parameters is not None:
                found["/DecodeParms"] = parameters
    if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        _drop(found, _HIDDEN)
        inside: list[object] = list(found.values())
    elif isinstance(found, pikepdf.Array):
        inside = list(found)
    else:
        return
    for part in inside:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:  # the others come by themselves
            _scrub(part)


def _drop(found: pikepdf.Object, keys: set[str]) -> None:
    for key in found.keys() & keys:
        del found[key]


def without_notes(jpeg: bytes) -> bytes:
    """A JPEG without the segments that do not show: place, time and author of the photo, a small preview."""
    kept, at = [jpeg[:2]], 2
    while jpeg[at : at + 1] == b"\xff" and jpeg[at + 1 : at + 2] not in (b"", bytes([_JPEG_SCAN])):
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] not in _JPEG_NOTES:
            kept.append(jpeg[at:end])
        at = end
    return b"".join(kept) + jpeg[at:]


def pictures(pdf: bytes) -> Iterator[bytes]:
    """A JPEG of each page, PAGE_SIDE long."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            scale = PAGE_SIDE / max(page.get_size())
            yield _jpeg(page.render(scale=scale, draw_annots=False).to_pil().convert("RGB"), quality=80)


# Both


def preview(page: bytes) -> bytes:
    """The picture of a page, small enough for a list on a slow line."""
    with Image.open(io.BytesIO(page), formats=["JPEG"]) as image:
        image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        return _jpeg(image, quality=60)


# The process


def examined(data: bytes) -> tuple[str, list[bytes]]:
    """What to answer: the type of the file to keep; that file, its preview, pictures of its pages."""
    mime = sniffed(data)
    try:
        if mime == "application/pdf":
            clean = copied(data)
            pages = [*pictures(clean)]
            return mime, [clean, preview(pages[0]), *pages]
        shown = photo(data, mime)
        return "image/jpeg", [shown, preview(shown), shown]
    except Unfit:
        raise
    except MemoryError:
        raise Unfit("too_large") from None
    except Exception as fault:  # decoders raise anything at all over a broken file
        raise Unfit("damaged") from fault


def main() -> None:
    """Give up what a decoder does not need, then answer for the file on the input."""
    for limit, value in _LIMITS.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
    try:
        mime, parts = examined(sys.stdin.buffer.read())
        head = {"mime": mime, "lengths": [len(part) for part in parts]}
    except Unfit as unfit:
        head, parts = {"unfit": str(unfit)}, []
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    sys.stdout.buffer.writelines(parts)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
