"""PDFs: a new one with the pages as they look and nothing that acts; pictures of them; photos as pages."""

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name
from PIL import Image

from portal.adapters.decoding.kinds import MAX_PAGES, Unfit

PAGE_SIDE = 1600
"""Longest side of the picture of a PDF page, in pixels."""
A4_SIDE = 842
"""Longest side of a page made of a photo, in points."""

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
_JPEG_END = b"\xff\xd9"

# Boxes of a JPEG 2000 file that do not show (ISO/IEC 15444-1, I.7): XMP, other XML, whatever a program likes.
_JP2_NOTES = {b"xml ", b"uuid", b"uinf"}


def copied(data: bytes) -> bytes:
    """A new PDF with the pages of `data` as they look, and nothing else of it. Raises Unfit.

    A file that only forbids printing or copying is opened like any other; what was typed into a form, and
    stamps, become part of the page before all that could act is left behind.
    """
    if b"%%EOF" not in data[-1024:]:  # else a cut file would be mended, its last pages silently missing
        raise Unfit("damaged")
    try:
        source = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise Unfit("password") from None
    with source, pikepdf.new() as clean:
        if not 0 < len(source.pages) <= MAX_PAGES:
            raise Unfit("too_many_pages" if source.pages else "damaged")
        with suppress(pikepdf.PdfError, ValueError, RuntimeError):  # broken notes: the page without them
            source.flatten_annotations("screen")
        for page in source.pages:
            for key in page.obj.keys() - _KEPT_OF_A_PAGE:
                del page.obj[key]
            clean.pages.append(page)
        objects = list(clean.objects)
        _check_drawings(objects)
        for found in objects:
            _scrub(found)
        return _saved(clean)


def _check_drawings(objects: Sequence[pikepdf.Object]) -> None:
    """A drawing that draws itself would be drawn until no memory is left. Raises Unfit."""
    drawn = {found.objgen: _drawn_by(found) for found in objects if _is_drawing(found)}
    try:
        TopologicalSorter(drawn).prepare()
    except CycleError:
        raise Unfit("damaged") from None


def _drawn_by(drawing: pikepdf.Object) -> set[tuple[int, int]]:
    """The drawings within a drawing."""
    resources = drawing.get("/Resources", Dictionary())
    within = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    inner = within.values() if isinstance(within, pikepdf.Dictionary) else ()
    return {one.objgen for one in inner if _is_drawing(one)}


def _is_drawing(found: object) -> bool:
    return isinstance(found, pikepdf.Stream) and found.get("/Subtype") == Name.Form


def _saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _scrub(found: pikepdf.Object) -> None:
    """Remove what does not show from `found` and from whatever is written inside it."""
    if isinstance(found, pikepdf.Stream):
        _drop(found, _HIDDEN_ON_STREAMS)
        _scrub_picture(found)
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


def _scrub_picture(stream: pikepdf.Object) -> None:
    """A JPEG or JPEG 2000 inside a PDF carries notes of its own, also when it is packed a second time."""
    filters = _listed(stream.get("/Filter"))
    clean = _CLEAN.get(str(filters[-1])) if filters else None
    if clean is None:
        return
    parameters = _listed(stream.get("/DecodeParms"))[len(filters) - 1 :]
    raw = stream.read_raw_bytes()
    if len(filters) > 1:
        with pikepdf.new() as elsewhere:
            packed = pikepdf.Stream(elsewhere, raw, Filter=Array(filters[:-1]))
            raw = packed.read_bytes(pikepdf.StreamDecodeLevel.all)
    stream.write(clean(raw), filter=Name(str(filters[-1])))
    if parameters and isinstance(parameters[0], pikepdf.Dictionary):
        stream["/DecodeParms"] = parameters[0]  # lost by writing; they tell how the colours are meant


def _listed(value: object) -> list[pikepdf.Object]:
    """What may be written alone or as a list."""
    if isinstance(value, pikepdf.Array):
        return list(value)
    return [] if value is None else [value]  # type: ignore[list-item]


def without_notes(jpeg: bytes) -> bytes:
    """A JPEG without the segments that do not show: place, time and author of the photo, a small preview.

    They may stand between its scans too, and what follows its end is cut off.
    """
    kept, at = [jpeg[:2]], 2
    while jpeg[at : at + 1] == b"\xff" and jpeg[at + 1 : at + 2] not in (b"", bytes([_JPEG_SCAN])):
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] not in _JPEG_NOTES:
            kept.append(jpeg[at:end])
        at = end
    last = jpeg.rfind(_JPEG_END, at)
    return b"".join(kept) + (jpeg[at : last + 2] if last >= 0 else jpeg[at:])


def without_boxes(picture: bytes) -> bytes:
    """A JPEG 2000 file without the boxes that do not show; a bare code stream as it is."""
    if picture[4:8] != b"jP  ":
        return picture
    kept, at = [], 0
    while at + 8 <= len(picture):
        length = int.from_bytes(picture[at : at + 4], "big")
        if length == 1:
            length = int.from_bytes(picture[at + 8 : at + 16], "big")
        end = at + length if length >= 8 else len(picture)
        if picture[at + 4 : at + 8] not in _JP2_NOTES:
            kept.append(picture[at:end])
        at = end
    return b"".join(kept)


_CLEAN = {"/DCTDecode": without_notes, "/JPXDecode": without_boxes}


def pictures(pdf: bytes) -> Iterator[Image.Image]:
    """A picture of each page, PAGE_SIDE long."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            scale = PAGE_SIDE / max(page.get_size())
            yield page.render(scale=scale, draw_annots=False).to_pil().convert("RGB")
            page.close()


def bound(files: Sequence[tuple[str, bytes, tuple[int, int]]]) -> bytes:
    """One PDF of several files of our own, in their order: (type, bytes, size in pixels of a photo).

    A photo fills a page as long as A4. Raises Unfit for more than MAX_PAGES.
    """
    with pikepdf.new() as whole:
        for mime, data, size in files:
            if mime == "application/pdf":
                with pikepdf.open(io.BytesIO(data)) as one:
                    whole.pages.extend(one.pages)
            else:
                _add_photo(whole, data, size)
        if len(whole.pages) > MAX_PAGES:
            raise Unfit("too_many_pages")
        return _saved(whole)


def _add_photo(whole: pikepdf.Pdf, jpeg: bytes, size: tuple[int, int]) -> None:
    scale = A4_SIDE / max(size)
    width, height = (side * scale for side in size)
    picture = pikepdf.Stream(
        whole,
        jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page = whole.add_blank_page(page_size=(width, height))
    page.obj.Resources = Dictionary(XObject=Dictionary(P=picture))
    page.obj.Contents = pikepdf.Stream(whole, b"q %.3f 0 0 %.3f 0 0 cm /P Do Q" % (width, height))
