"""Photos as people send them, broken ones, several together, and decoders that misbehave."""

import io
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from portal.adapters import imaging
from portal.adapters.imaging import (
    MAX_BYTES,
    MAX_SOURCES,
    Sources,
    Unfit,
    Unfitness,
    examine,
)
from tests.pictures import (
    HEIC,
    RED,
    WHITE,
    as_file,
    exif,
    near,
    opened,
    pdf,
    red_left,
    refused,
    saved,
    together,
)

# Photos


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_that_is_its_own_page(kind: str) -> None:
    examined = examine(as_file(red_left(), kind))

    shown = opened(examined.file)
    assert (examined.mime, examined.hints) == ("image/jpeg", (frozenset(),))
    assert [page.whole() for page in examined.pages] == [examined.file.whole()]
    assert (shown.size, shown.mode) == ((64, 32), "RGB")
    assert near(shown, (5, 16), RED)
    assert near(shown, (58, 16), WHITE)


def test_the_preview_of_a_photo_is_small_and_stands_upright() -> None:
    turned = as_file(red_left(1600, 800), "JPEG", exif=exif(Orientation=6))

    small = opened(examine(turned).preview)

    assert small.size == (240, 480)
    assert near(small, (120, 60), RED)


def test_the_preview_of_a_pdf_is_its_first_page() -> None:
    document = pikepdf.new()
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
        shown = examine(photo).file.whole()
        assert b"SECRET" not in shown
        assert set(opened(shown).info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_with_broken_notes_is_still_read() -> None:
    photo = as_file(red_left(), "JPEG", exif=b"Exif\0\0not a TIFF header")

    assert opened(examine(photo).file).size == (64, 32)


def test_a_photo_of_48_megapixels_finds_room() -> None:
    small = red_left(800, 600)
    photos = [
        as_file(
            small.convert("RGBA").resize((8000, 6000), Image.Resampling.NEAREST), "PNG", compress_level=1
        ),
        as_file(small.resize((8000, 6000), Image.Resampling.NEAREST), "JPEG", progressive=True),
    ]

    for one in photos:
        shown = opened(examine(one).file)
        assert shown.size == (2400, 1800)
        assert near(shown, (100, 1700), RED)
        assert near(shown, (2300, 100), WHITE)


def test_of_a_picture_that_moves_the_first_is_kept() -> None:
    still, next_one = red_left(), Image.new("RGB", (64, 32), (0, 0, 250))

    for kind in ("PNG", "WEBP"):
        moving = as_file(still, kind, save_all=True, append_images=[next_one], lossless=True)
        shown = opened(examine(moving).file)
        assert (near(shown, (5, 16), RED), near(shown, (58, 16), WHITE)) == (True, True)


def test_a_picture_of_few_colours_one_of_them_clear_lies_on_white() -> None:
    few = Image.new("P", (20, 20), 1)
    few.putpalette([*RED, 0, 0, 0])
    few.paste(0, (0, 0, 10, 20))

    shown = opened(examine(as_file(few, "PNG", transparency=1)).file)

    assert near(shown, (2, 10), RED)
    assert near(shown, (17, 10), WHITE)


# Several files


def test_several_photos_become_one_pdf_in_their_order() -> None:
    sideways = as_file(red_left(1600, 800), "JPEG", exif=exif(Orientation=6))

    examined = together(as_file(red_left(300, 600), "PNG"), sideways, HEIC)

    with pikepdf.open(io.BytesIO(examined.file.whole())) as kept:
        boxes = [[float(side) for side in page.mediabox] for page in kept.pages]
    assert examined.mime == "application/pdf"
    assert boxes == [[0, 0, 421, 842]] * 3
    assert [opened(page).size for page in examined.pages] == [(300, 600), (800, 1600), (32, 64)]
    assert max(opened(examined.preview).size) == 480


def test_the_pages_of_such_a_pdf_look_like_the_photos() -> None:
    again = examine(together(as_file(red_left(), "PNG"), as_file(red_left(), "WEBP")).file.whole())

    for page in again.pages:
        assert near(opened(page), (100, 400), RED)
        assert near(opened(page), (1500, 400), WHITE)


def test_photos_and_pdfs_are_bound_together() -> None:
    examined = together(as_file(red_left(), "JPEG"), saved(pdf(pages=2)), as_file(red_left(), "JPEG"))

    with pikepdf.open(io.BytesIO(examined.file.whole())) as kept:
        assert len(kept.pages) == len(examined.pages) == 4


def test_which_of_several_files_cannot_be_used_is_said() -> None:
    good, locked = (
        as_file(red_left(), "JPEG"),
        saved(pdf(), encryption=pikepdf.Encryption(owner="o", user="u")),
    )

    for sources, reason in (
        ([good, good, b"<svg>"], Unfitness.NOT_SUPPORTED),
        ([good, good, locked, good], Unfitness.PASSWORD),
        ([good, good, bytes(MAX_BYTES + 1)], Unfitness.TOO_LARGE),
        ([good, good, saved(pdf(pages=199, size=(900, 9)))], Unfitness.TOO_MANY_PAGES),
    ):
        with pytest.raises(Unfit) as refusal:
            together(*sources)
        assert (refusal.value.reason, refusal.value.source) == (reason, 2)


@pytest.mark.parametrize("number", [0, MAX_SOURCES + 1])
def test_no_file_and_too_many_are_a_mistake_of_the_caller(number: int) -> None:
    with pytest.raises(ValueError, match=f"{number} files"):
        together(*[b"x"] * number)


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


# The child


def test_the_child_may_not_write_files_nor_grow_nor_run_on() -> None:
    source = Sources([[as_file(Image.effect_noise((800, 800), 90), "PNG")]])
    command = imaging._COMMAND
    with closing(source), subprocess.Popen(command, stdin=source.fileno(), stdout=subprocess.PIPE) as child:
        child.stdout.read(1)  # it answers, and cannot end before somebody has read all of it
        limits = Path(f"/proc/{child.pid}/limits")
        found = {line[:26].strip(): line[26:].split()[:2] for line in limits.read_text().splitlines()}
        child.kill()

    assert [int(seconds) for seconds in found["Max cpu time"]] <= [11, 20]
    assert found["Max file size"] == ["0", "0"]
    assert found["Max core file size"] == ["0", "0"]
    assert found["Max open files"] == ["16", "16"]
    assert found["Max address space"] == [str(512 * 1024**2)] * 2


def misbehaving(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Put another program in the decoder's place, as somebody would who broke into it."""
    monkeypatch.setattr(imaging, "_COMMAND", [sys.executable, "-I", "-c", program])


@pytest.mark.parametrize(
    "program",
    [
        "",
        "print('hello')",
        "print('[]')",
        "print('0')",
        "print('0\\n[]')",
        "print('0\\n{}')",
        "print('0\\nnull')",
        """print('0\\n{"unfit": "because", "source": 0}')""",
        """print('0\\n{"unfit": "damaged", "source": "all"}')""",
        """print('0\\n' + '[' * 100_000)""",
        """print('1\\nx1\\nx1\\nx0\\n{"mime": "text/html", "hints": [[]]}')""",
        """print('1\\nx1\\nx1\\nx0\\n{"mime": ["image/jpeg"], "hints": [[]]}')""",
        """print('1\\nx1\\nx1\\nx0\\n{"mime": "image/jpeg", "hints": 1}')""",
        """print('1\\nx1\\nx1\\nx0\\n{"mime": "image/jpeg", "hints": [["ugly"]]}')""",
        """print('1\\nx1\\nx1\\nx0\\n{"mime": "image/jpeg", "hints": [[], []]}')""",
        """print('1\\nx1\\nx0\\n{"mime": "image/jpeg", "hints": []}')""",
        """print('1\\nx1\\nx9\\nx0\\n{"mime": "image/jpeg", "hints": [[]]}')""",
        """print('1\\nx1\\nx-1\\nx0\\n{"mime": "image/jpeg", "hints": [[]]}')""",
        """print('1\\nx1\\nx1\\nx0\\n{"mime": "image/jpeg", "hints": [[]]}'); raise SystemExit(1)""",
        "import os\n"
        """print('1\\nx1\\nx1\\nx0\\n{"mime": "image/jpeg", "hints": [[]]}', flush=True)\n"""
        "os.abort()",
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
        "import json, os; e = json.dumps(dict(os.environ))\n"
        """print(f'1\\nx1\\nx{len(e)}\\n{e}0\\n{{"mime": "image/jpeg", "hints": [[]]}}')""",
    )

    assert b"KODUTEE" not in examine(b"anything").file.whole()
