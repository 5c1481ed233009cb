"""PDFs: plain ones, such as forbid something, such as act, and such as break readers."""

import zlib
from collections.abc import Callable
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.corpus.photos import with_place
from tests.pictures import pdf, saved


def plain(pages: int = 1, **options: object) -> bytes:
    """Pages with a red half."""
    return saved(pdf(pages=pages, size=(300, 400)), **options)


def locked(owner: str, user: str, revision: int = 6) -> bytes:
    """A PDF that forbids, or wants a password to be opened at all."""
    forbids = pikepdf.Permissions(extract=False, print_highres=False, print_lowres=False)
    kind = pikepdf.Encryption(
        owner=owner,
        user=user,
        R=revision,  # type: ignore[arg-type]
        aes=revision > 3,
        metadata=revision > 3,
        allow=forbids,
    )
    return plain(encryption=kind)


def acting(action: Dictionary) -> bytes:
    """A PDF that does something when it is opened, when its page is, and when somebody taps on it."""
    document = pdf()
    page = document.pages[0].obj
    document.Root.OpenAction = action
    page.AA = Dictionary(O=action)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 300, 600]), A=action)
    page.Annots = Array([link])
    return saved(document)


def with_file() -> bytes:
    """A PDF that carries a program."""
    document = pdf()
    document.attachments["SECRET.exe"] = pikepdf.AttachedFileSpec(
        document, b"MZSECRET", filename="SECRET.exe"
    )
    document.docinfo.Author = "SECRET"
    return saved(document)


def filled_in() -> bytes:
    """A form with a script in its field."""
    document = pdf()
    script = Dictionary(S=Name.JavaScript, JS="app.alert('SECRET')")
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T="name",
            V="Amina",
            Rect=Array([10, 10, 90, 30]),
            AA=Dictionary(K=script),
        )
    )
    document.pages[0].obj.Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=document.make_stream(b"<xdp>SECRET</xdp>"))
    return saved(document)


def scan(data: bytes, width: int, height: int) -> bytes:
    """A photo on a page, as scanners make it."""
    document = pdf()
    photo = document.make_stream(data)
    photo.Type, photo.Subtype, photo.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
    photo.Width, photo.Height, photo.BitsPerComponent, photo.Filter = width, height, 8, Name.DCTDecode
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(P=photo))
    document.pages[0].obj.Contents = document.make_stream(b"q 300 0 0 600 0 0 cm /P Do Q")
    return saved(document)


def with_notes() -> bytes:
    """Author, title, XMP."""
    document = pdf()
    document.docinfo.Author = "SECRET"
    with document.open_metadata() as notes:
        notes["dc:creator"] = ["SECRET"]
    return saved(document)


def flate_bomb() -> bytes:
    """A page of 2 GB in 5 MB."""
    deflate = zlib.compressobj()
    first = deflate.compress(b"q Q " * 1_000_000) + deflate.flush(zlib.Z_FULL_FLUSH)
    document = pdf()
    contents = document.make_stream(first + first[2:] * 499 + deflate.flush())
    contents.Filter = Name.FlateDecode
    document.pages[0].obj.Contents = contents
    return saved(document)


def drawn_in_a_circle() -> bytes:
    """A drawing that draws itself."""
    document = pdf()
    drawing = document.make_stream(b"/F Do /F Do")
    drawing.Type, drawing.Subtype, drawing.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    drawing.Resources = Dictionary(XObject=Dictionary(F=drawing))
    document.pages[0].obj.Resources = drawing.Resources
    document.pages[0].obj.Contents = document.make_stream(b"/F Do")
    return saved(document)


SCRIPT = Dictionary(S=Name.JavaScript, JS="app.alert('SECRET')")
LAUNCH = Dictionary(S=Name.Launch, F="SECRET.exe")
ADDRESS = Dictionary(S=Name.URI, URI="http://secret.example/SECRET")

GOOD: dict[str, tuple[Callable[[], bytes], int]] = {
    "letter.pdf": (plain, 1),
    "twelve pages.pdf": (partial(plain, 12), 12),
    "linearized.pdf": (partial(plain, linearize=True), 1),
    "forbids printing.pdf": (partial(locked, "owner", ""), 1),
    "forbids printing, old.pdf": (partial(locked, "owner", "", 3), 1),
    "script.pdf": (partial(acting, SCRIPT), 1),
    "launch.pdf": (partial(acting, LAUNCH), 1),
    "address.pdf": (partial(acting, ADDRESS), 1),
    "embedded file.pdf": (with_file, 1),
    "form.pdf": (filled_in, 1),
    "scan with place.pdf": (lambda: scan(with_place(), 64, 32), 1),
    "notes.pdf": (with_notes, 1),
    "junk before.pdf": (lambda: b"made by a scanner\n" + plain(), 1),
    "a photo by its name.jpg": (plain, 1),
}
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "locked.pdf": (partial(locked, "owner", "user"), "password"),
    "locked, old.pdf": (partial(locked, "owner", "user", 3), "password"),
    "201 pages.pdf": (partial(plain, 201), "too_many_pages"),
    "no page.pdf": (lambda: saved(pikepdf.new()), "damaged"),
    "cut.pdf": (lambda: plain(20)[:-900], "damaged"),
    "only a head.pdf": (lambda: b"%PDF-1.7\n" + b"<script>" * 200 + b"%%EOF", "damaged"),
    "flate bomb.pdf": (flate_bomb, "damaged"),
    "draws itself.pdf": (drawn_in_a_circle, "damaged"),
}
