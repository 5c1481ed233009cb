"""Watermarks: on every page, however it is turned or large, and nothing of the page is lost below them."""

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from portal.adapters import stamping

WORDS = "Clara Tamm (Counsellor) · 26 November 2026, 04:12 UTC · AVR-K3M9QX2T · To check the document"


def _picture(size, colour="white"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=95)
    return out.getvalue()


def _opened(data):
    return Image.open(io.BytesIO(data)).convert("RGB")


def _darkest(image, box):
    return image.crop(box).convert("L").getextrema()[0]


@pytest.mark.parametrize("size", [(1600, 1131), (480, 339), (40, 30), (1, 1), (30, 2400)])
def test_a_picture_of_any_size_keeps_its_width_and_gets_a_strip(size):
    stamped = _opened(stamping.picture(_picture(size), WORDS))

    assert stamped.width == size[0]
    assert stamped.height > size[1]


@pytest.mark.parametrize("colour", ["white", "black", "#7f7f7f"])
def test_the_words_show_on_any_ground_in_every_part_of_the_page(colour):
    plain = Image.new("RGB", (1600, 1200), colour)

    stamped = _opened(stamping.picture(_picture(plain.size, colour), WORDS)).crop((0, 0, *plain.size))

    changed = ImageChops.difference(plain, stamped).convert("L").point(lambda value: 255 * (value > 12))
    for left in range(0, 1600, 400):
        for top in range(0, 1200, 400):
            assert changed.crop((left, top, left + 400, top + 400)).getbbox() is not None


def test_a_page_can_be_read_below_the_words():
    ground = Image.new("L", (1600, 1200), 255)
    stamped = _opened(stamping.picture(_picture(ground.size), WORDS)).crop((0, 0, *ground.size))

    assert stamped.convert("L").getextrema()[0] > 150  # no word is so dark that it hides what it covers


@pytest.mark.parametrize(("turn", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_a_picture_is_turned_clockwise(turn, corner):
    page = Image.new("RGB", (800, 600), "white")
    page.paste("black", (0, 0, 200, 150))
    out = io.BytesIO()
    page.save(out, "JPEG")
    wide, high = (600, 800) if turn in (90, 270) else (800, 600)

    stamped = _opened(stamping.picture(out.getvalue(), "", turn=turn))

    at = (10 + corner[0] * (wide - 20), 10 + corner[1] * (high - 20))
    assert stamped.width == wide
    assert max(stamped.getpixel(at)) < 60


@pytest.mark.parametrize("name", ["ნინო ბერიძე", "محمد الأحمد", "አማኑኤል", "Юлия", "Արամ", "זוהר", "अमीना"])
def test_a_name_in_its_own_letters_is_written_and_not_left_as_boxes(name):
    for letter in filter(str.isalpha, name):
        font = stamping._font(stamping._script(letter), 40)
        assert bytes(font.getmask(letter)) != bytes(font.getmask("\ue000"))  # what nobody has a picture of
    assert stamping._line(name, 40).getbbox() is not None


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_every_page_of_a_pdf_is_stamped_the_right_way_up(turn):
    document = pikepdf.new()
    for size in ((595, 842), (842, 595), (595, 842)):
        document.add_blank_page(page_size=size)
        document.pages[-1].obj.Rotate = turn
    out = io.BytesIO()
    document.save(out)

    stamped = stamping.document(out.getvalue(), WORDS)

    with pypdfium2.PdfDocument(stamped) as pages:
        pictures = [page.render(scale=1).to_pil().convert("RGB") for page in pages]
    assert len(pictures) == 3
    for picture in pictures:
        wide, high = picture.size
        assert _darkest(picture, (0, high - 20, wide, high)) < 110  # the strip is below, as it is seen
        assert _darkest(picture, (0, 0, wide, 20)) > 140


def test_a_stamped_pdf_keeps_what_the_page_says():
    document = pikepdf.new()
    document.add_blank_page(page_size=(300, 300))
    document.pages[0].obj.Contents = document.make_stream(b"0 0 0 rg 100 100 60 60 re f")
    out = io.BytesIO()
    document.save(out)

    with pypdfium2.PdfDocument(stamping.document(out.getvalue(), WORDS)) as pages:
        picture = pages[0].render(scale=1).to_pil().convert("L")

    assert picture.getpixel((130, 170)) < 60
