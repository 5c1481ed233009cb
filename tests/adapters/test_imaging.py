"""Photos and PDFs as people send them, broken ones, and decoders that misbehave."""

import base64
import io
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from portal.adapters import imaging
from portal.adapters.imaging import MAX_BYTES, Examined, Unfit, Unfitness, examine

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


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    image.load()
    return image


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether the pixel has this colour, but for what JPEG loses."""
    found = image.getpixel(place)
    return isinstance(found, tuple) and all(abs(a - b) < 25 for a, b in zip(found, colour, strict=True))


def refused(data: bytes) -> Unfitness:
    with pytest.raises(Unfit) as refusal:
        examine(data)
    return refusal.value.reason


def exif(**notes: int | str) -> bytes:
    written = Image.Exif()
    for name, value in notes.items():
        written[ExifTags.Base[name]] = value
    return written.tobytes()


# Photos


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_that_is_its_own_page(kind: str) -> None:
    examined = examine(as_file(red_left(), kind))

    shown = opened(examined.file)
    assert examined == Examined("image/jpeg", examined.file, examined.preview, (examined.file,))
    assert (shown.size, shown.mode) == ((64, 32), "RGB")
    assert near(shown, (5, 16), RED)
    assert near(shown, (58, 16), WHITE)


def test_the_preview_of_a_photo_is_small_and_stands_upright() -> None:
    turned = as_file(red_left(1600, 800), "JPEG", exif=exif(Orientation=6))

    small = opened(examine(turned).preview)

    assert small.size == (240, 480)
    assert near(small, (120, 60), RED)


def test_the_preview_of_a_pdf_is_its_first_page() -> None:
    document = Pdf.new()
    for _ in range(2):
        document.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    document.save(out)

    small = opened(examine(out.getvalue()).preview)

    assert (max(small.size), small.getpixel((100, 100))) == (480, WHITE)


def test_a_photo_of_an_iphone_is_read_and_stands_upright() -> None:
    shown = opened(examine(HEIC).file)

    assert shown.size == (32, 64)
    assert near(shown, (16, 5), RED)
    assert near(shown, (16, 58), WHITE)


def test_a_photo_taken_sideways_stands_upright() -> None:
    sideways = as_file(red_left(), "JPEG", exif=exif(Orientation=6))

    shown = opened(examine(sideways).file)

    assert shown.size == (32, 64)
    assert near(shown, (16, 5), RED)


def test_a_large_photo_is_made_smaller_but_keeps_its_shape() -> None:
    assert opened(examine(as_file(red_left(4000, 3000), "JPEG")).file).size == (2400, 1800)


def test_a_transparent_picture_lies_on_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.paste((*RED, 255), (0, 0, 10, 20))

    shown = opened(examine(as_file(clear, "PNG")).file)

    assert near(shown, (2, 10), RED)
    assert near(shown, (17, 10), WHITE)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK"])
def test_a_picture_in_other_colours_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"

    shown = opened(examine(as_file(red_left().convert(mode), kind)).file)

    assert (shown.size, shown.mode) == ((64, 32), "RGB")
    assert near(shown, (58, 16), WHITE)


def test_a_scan_in_16_bit_grey_keeps_its_shades() -> None:
    scan = Image.new("I;16", (20, 20), 128 * 256)

    assert near(opened(examine(as_file(scan, "PNG")).file), (10, 10), (128, 128, 128))


def test_nothing_of_a_photo_is_kept_but_its_pixels() -> None:
    notes = PngInfo()
    notes.add_text("Author", "SECRET")
    photos = [
        as_file(red_left(), "JPEG", exif=exif(Make="SECRET"), comment=b"SECRET", icc_profile=b"SECRET"),
        as_file(red_left(), "PNG", pnginfo=notes, exif=exif(Make="SECRET")),
        as_file(red_left(), "WEBP", exif=exif(Make="SECRET"), xmp=b"SECRET"),
        as_file(red_left(), "JPEG") + b"PK\3\4SECRET",
        HEIC,
    ]

    for photo in photos:
        assert b"SECRET" in photo
        shown = examine(photo).file
        assert b"SECRET" not in shown
        assert set(opened(shown).info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_with_broken_notes_is_still_read() -> None:
    photo = as_file(red_left(), "JPEG", exif=b"Exif\0\0not a TIFF header")

    assert opened(examine(photo).file).size == (64, 32)


# Photos that are not taken


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("left", [0.03, 0.5, 0.9])
def test_a_cut_photo_is_damaged(kind: str, left: float) -> None:
    photo = as_file(Image.effect_noise((300, 300), 90).convert("RGB"), kind)

    assert refused(photo[: int(len(photo) * left)]) is Unfitness.DAMAGED


def test_a_cut_photo_of_an_iphone_is_damaged() -> None:
    for left in (40, 500, len(HEIC) - 20):
        assert refused(HEIC[:left]) is Unfitness.DAMAGED


def test_a_file_that_only_begins_like_a_photo_is_damaged() -> None:
    for start in (
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\0\0\0\0WEBP",
        HEIC[:28],
        b"%PDF-1.7\n%%EOF",
    ):
        assert refused(start + b"<?php" * 50 + b"%%EOF") is Unfitness.DAMAGED


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "AVIF", "ICO", "PPM"])
def test_other_kinds_of_pictures_are_not_supported(kind: str) -> None:
    assert refused(as_file(red_left(), kind)) is Unfitness.NOT_SUPPORTED


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"PK\3\4", b"MZ", b"<html>", b"<svg>", bytes(100), b"{\\rtf1"]
)
def test_what_is_neither_photo_nor_pdf_is_not_supported(data: bytes) -> None:
    assert refused(data) is Unfitness.NOT_SUPPORTED


def test_a_photo_of_too_many_pixels_is_too_large() -> None:
    assert refused(as_file(Image.new("1", (10_000, 5_001)), "PNG")) is Unfitness.TOO_LARGE


def test_a_file_of_too_many_bytes_is_too_large() -> None:
    assert refused(bytes(MAX_BYTES + 1)) is Unfitness.TOO_LARGE


# PDF


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


def test_a_pdf_stays_a_pdf_and_each_page_is_shown() -> None:
    examined = examine(saved(pdf(pages=3)))

    with pikepdf.open(io.BytesIO(examined.file)) as kept:
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

    kept = laid_open(examined.file)
    assert b"SECRET" not in kept
    with pikepdf.open(io.BytesIO(examined.file)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in document.trailer
        assert document.pages[0].obj.Resources.XObject.F.DecodeParms == Dictionary(ColorTransform=1)
    assert near(opened(examined.pages[0]), (100, 800), RED)
    assert near(opened(examined.pages[0]), (700, 800), WHITE)


def test_a_pdf_locked_with_a_password_is_named() -> None:
    locked = saved(pdf(), encryption=pikepdf.Encryption(owner="o", user="u"))

    assert refused(locked) is Unfitness.PASSWORD


def test_a_pdf_that_only_forbids_printing_is_taken() -> None:
    restricted = saved(pdf(), encryption=pikepdf.Encryption(owner="o", user=""))

    with pikepdf.open(io.BytesIO(examine(restricted).file)) as kept:
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


# The child


def test_the_child_may_not_write_files_nor_grow_nor_run_on() -> None:
    with subprocess.Popen(imaging._COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        limits = Path(f"/proc/{child.pid}/limits")
        deadline = time.monotonic() + 10
        while "Max file size             0 " not in limits.read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
        found = {line[:26].strip(): line[26:].split()[:2] for line in limits.read_text().splitlines()}
        child.kill()

    assert found["Max cpu time"] == ["20", "20"]
    assert found["Max file size"] == ["0", "0"]
    assert found["Max core file size"] == ["0", "0"]
    assert found["Max open files"] == ["16", "16"]
    assert found["Max address space"] == [str(1024**3)] * 2


def misbehaving(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Put another program in the decoder's place, as somebody would who broke into it."""
    monkeypatch.setattr(imaging, "_COMMAND", [sys.executable, "-I", "-c", program])


@pytest.mark.parametrize(
    "program",
    [
        "",
        "print('hello')",
        "print('[]')",
        "print('{}')",
        "print('null')",
        """print('{"unfit": "because"}')""",
        """print('[' * 100_000)""",
        """print('{"mime": "text/html", "lengths": [1, 1, 1]}', end='\\nxxx')""",
        """print('{"mime": ["image/jpeg"], "lengths": [1, 1, 1]}', end='\\nxxx')""",
        """print('{"mime": "image/jpeg", "lengths": 1}')""",
        """print('{"mime": "image/jpeg", "lengths": []}')""",
        """print('{"mime": "image/jpeg", "lengths": [1, 1, 1]}', end='\\nxx')""",
        """print('{"mime": "image/jpeg", "lengths": [1, 1, 1]}', end='\\nxxxx')""",
        """print('{"mime": "image/jpeg", "lengths": [3, 1, -1]}', end='\\nxxx')""",
        """print('{"mime": "image/jpeg", "lengths": [1, 1, 1]}', end='\\nxxx'); raise SystemExit(1)""",
        """import os; os.write(1, b'{"mime": "image/jpeg", "lengths": [1, 1, 1]}\\nxxx'); os.abort()""",
    ],
)
def test_an_answer_that_is_not_understood_is_not_taken(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    misbehaving(monkeypatch, program)

    assert refused(b"anything") is Unfitness.CHILD_DIED


def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imaging, "WALL_SECONDS", 0.3)
    misbehaving(monkeypatch, "import time; time.sleep(60)")

    assert refused(b"anything") is Unfitness.CHILD_DIED


def test_a_child_that_does_not_stop_talking_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imaging, "_MAX_ANSWER", 1_000_000)
    misbehaving(monkeypatch, "while True: print('x' * 1000)")

    assert refused(b"anything") is Unfitness.CHILD_DIED


def test_the_child_does_not_see_the_portals_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KODUTEE_S3_SECRET", "secret")
    misbehaving(
        monkeypatch,
        "import json, os; e = json.dumps(dict(os.environ)).encode()\n"
        "print(json.dumps({'mime': 'image/jpeg', 'lengths': [len(e), 1, 1]})); print(e.decode(), end='..')",
    )

    assert b"KODUTEE" not in examine(b"anything").file
