"""PDFs as people send them, with all that a page does not show, and broken ones."""

import io
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from portal.adapters.decoding import pdfs
from portal.adapters.imaging import Unfitness, examine
from tests.pictures import RED, WHITE, as_file, exif, laid_open, near, opened, pdf, red_left, refused, saved


def test_a_pdf_stays_a_pdf_and_each_page_is_shown() -> None:
    examined = examine(saved(pdf(pages=3)))

    with pikepdf.open(io.BytesIO(examined.file.whole())) as kept:
        assert len(kept.pages) == 3
    assert examined.mime == "application/pdf"
    assert [opened(page).size for page in examined.pages] == [(800, 1600)] * 3
    assert near(opened(examined.pages[2]), (400, 1500), RED)
    assert near(opened(examined.pages[2]), (400, 100), WHITE)


@pytest.mark.parametrize("size", [(14_400, 14_400), (3, 3), (14_400, 3)])
def test_the_picture_of_a_page_of_any_size_is_bounded(size: tuple[int, int]) -> None:
    assert max(opened(examine(saved(pdf(size=size))).pages[0]).size) == 1600


def test_what_pages_inherit_is_kept() -> None:
    document = pikepdf.new()
    tree = document.Root.Pages
    tree.MediaBox, tree.Rotate = Array([0, 0, 300, 600]), 90
    contents = document.make_stream(b"0.86 0 0 rg 0 0 300 300 re f")
    tree.Kids = Array([document.make_indirect(Dictionary(Type=Name.Page, Parent=tree, Contents=contents))])
    tree.Count = 1

    shown = opened(examine(saved(document)).pages[0])

    assert shown.size == (1600, 800)
    assert near(shown, (100, 400), RED)


def with_secrets() -> Pdf:
    """A PDF that carries SECRET in every place a page does not show."""
    document = pdf()
    page = document.pages[0].obj
    script = Dictionary(S=Name.JavaScript, JS="app.alert('SECRET')")
    launch = Dictionary(S=Name.Launch, F="SECRET.exe")
    attached = pikepdf.AttachedFileSpec(document, b"SECRET", filename="SECRET.txt")
    notes = document.make_stream(b"SECRET")
    photo = document.make_stream(as_file(red_left(), "JPEG", exif=exif(Make="SECRET"), comment=b"SECRET"))
    photo.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=64,
        Height=32,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
        DecodeParms=Dictionary(ColorTransform=1),
        Metadata=notes,
    )
    document.Root.OpenAction = script
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=notes)
    document.attachments["SECRET.txt"] = attached
    document.docinfo.Author = "SECRET"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["SECRET"]
    page.AA = Dictionary(O=script)
    page.Metadata, page.PieceInfo = notes, Dictionary(Program=Dictionary(Private="SECRET"))
    page.Annots = Array(
        [
            Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=launch, Contents="SECRET"
            )
        ]
    )
    page.Resources = Dictionary(
        XObject=Dictionary(F=photo),
        Properties=Dictionary(P=Dictionary(Metadata=notes, AF=Array([attached.obj]))),
    )
    page.Contents = document.make_stream(b"q 300 0 0 600 0 0 cm /F Do Q")
    return document


def test_nothing_of_a_pdf_is_kept_but_what_shows() -> None:
    original = saved(with_secrets())
    assert laid_open(original).count(b"SECRET") >= 8

    examined = examine(original)

    kept = laid_open(examined.file.whole())
    assert b"SECRET" not in kept
    with pikepdf.open(io.BytesIO(examined.file.whole())) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in document.trailer
        assert document.pages[0].obj.Resources.XObject.F.DecodeParms == Dictionary(ColorTransform=1)
    assert near(opened(examined.pages[0]), (100, 800), RED)
    assert near(opened(examined.pages[0]), (700, 800), WHITE)


@pytest.mark.parametrize("filters", ["alone in a list", "packed again"])
def test_a_photo_in_a_pdf_loses_its_notes_however_it_is_packed(filters: str) -> None:
    document = pdf()
    jpeg = as_file(red_left(), "JPEG", exif=exif(Make="SECRET"), comment=b"SECRET") + b"SECRET"
    packed_again = zlib.compress(jpeg)
    photo = document.make_stream(packed_again if filters == "packed again" else jpeg)
    photo.Type, photo.Subtype, photo.ColorSpace = Name.XObject, Name.Image, Name.DeviceRGB
    photo.Width, photo.Height, photo.BitsPerComponent = 64, 32, 8
    last = [Name.DCTDecode]
    photo.Filter = Array([Name.FlateDecode, *last] if filters == "packed again" else last)
    document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(F=photo))
    document.pages[0].obj.Contents = document.make_stream(b"q 300 0 0 600 0 0 cm /F Do Q")

    examined = examine(saved(document))

    assert b"SECRET" not in laid_open(examined.file.whole())
    assert near(opened(examined.pages[0]), (100, 800), RED)


def test_a_jpeg_2000_in_a_pdf_loses_its_notes() -> None:
    notes = b"".join((8 + 6).to_bytes(4, "big") + kind + b"SECRET" for kind in (b"xml ", b"uuid"))
    plain = as_file(red_left(), "JPEG2000")
    with_notes = plain[:12] + notes + plain[12:]

    assert pdfs.without_boxes(with_notes) == plain
    assert pdfs.without_boxes(plain[plain.index(b"\xff\x4f") :]) == plain[plain.index(b"\xff\x4f") :]


def test_what_was_typed_into_a_form_stays_on_the_page() -> None:
    document = pdf()
    look = document.make_stream(b"0 0 1 rg 0 0 100 100 re f")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 100])
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T="name",
            V="typed",
            F=4,
            Rect=Array([100, 400, 200, 500]),
            AP=Dictionary(N=look),
            AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS="app.alert('SECRET')")),
        )
    )
    document.pages[0].obj.Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]))

    examined = examine(saved(document))

    assert near(opened(examined.pages[0]), (400, 400), (0, 0, 250))
    assert b"SECRET" not in laid_open(examined.file.whole())
    with pikepdf.open(io.BytesIO(examined.file.whole())) as kept:
        assert set(kept.Root.keys()) == {"/Type", "/Pages"}
        assert "/Annots" not in kept.pages[0].obj


def test_a_pdf_locked_with_a_password_is_named() -> None:
    locked = saved(pdf(), encryption=pikepdf.Encryption(owner="o", user="u"))

    assert refused(locked) is Unfitness.PASSWORD


def test_a_pdf_that_only_forbids_printing_is_taken() -> None:
    restricted = saved(pdf(), encryption=pikepdf.Encryption(owner="o", user=""))

    with pikepdf.open(io.BytesIO(examine(restricted).file.whole())) as kept:
        assert not kept.is_encrypted


def test_a_pdf_of_200_pages_is_taken_and_of_201_is_not() -> None:
    assert len(examine(saved(pdf(pages=200, size=(900, 9)))).pages) == 200
    assert refused(saved(pdf(pages=201, size=(900, 9)))) is Unfitness.TOO_MANY_PAGES


def test_a_pdf_without_pages_is_damaged() -> None:
    assert refused(saved(pikepdf.new())) is Unfitness.DAMAGED


@pytest.mark.parametrize("left", [0.2, 0.5, 0.9])
def test_a_cut_pdf_is_damaged(left: float) -> None:
    whole = saved(pdf(pages=20))

    assert refused(whole[: int(len(whole) * left)]) is Unfitness.DAMAGED


def test_a_pdf_with_a_broken_table_of_contents_is_mended() -> None:
    whole = saved(pdf(pages=2), object_stream_mode=pikepdf.ObjectStreamMode.disable)

    assert len(examine(b"junk of a scanner\n" + whole.replace(b"startxref\n", b"startxref\n9")).pages) == 2


def packed(block: bytes, times: int) -> bytes:
    """`block` so many times, deflated without ever being so long here; only its checksum is wrong."""
    deflate = zlib.compressobj()
    first = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    return first + first[2:] * (times - 1) + deflate.flush()  # two bytes are the header


def test_a_pdf_that_unpacks_to_gigabytes_is_refused() -> None:
    document = pdf()
    contents = document.make_stream(packed(b"q Q " * 1_000_000, 500))
    contents.Filter = Name.FlateDecode
    document.pages[0].obj.Contents = contents
    bomb = saved(document)
    assert len(bomb) < 5_000_000

    assert refused(bomb) in {Unfitness.TOO_LARGE, Unfitness.DAMAGED, Unfitness.CHILD_DIED}
