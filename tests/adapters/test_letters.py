"""A letter as PDF: no text becomes markup, no name becomes boxes, and a screen reader finds its way."""

import io

import pikepdf
import pypdfium2
import pytest
import typst

from portal.adapters import letters
from portal.adapters.letters import printable, typeset
from portal.demo.people import MIGRANTS as PEOPLE

FONTS = letters.FOLDER / "fonts"
NAMES = {
    "latin": "Đặng Oʻgʻiloy Šárka",
    "cyrillic": "Амина Юсупова",
    "arabic": "أمينة",
    "persian": "زهرا",
    "georgian": "გიორგი ბერიძე",
    "armenian": "Արամ Սարգսյան",
    "ethiopic": "አበበ ቢቂላ",
    "hebrew": "שרה",
    "devanagari": "राम",
    "thai": "สมชาย",
}
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><path d="M0 0h4v4z"/></svg>'


def side(name: str, *, lang: str = "en", direction: str = "ltr") -> dict[str, object]:
    return {
        "lang": lang,
        "dir": direction,
        "day": "14 October 2026",
        "sender": "IOM",
        "programme": "Programme",
        "heading": "Receipt",
        "facts": [["Name", name], ["Case number", "AVR-7K3QF9MX"]],
        "meaning": "This is a receipt.",
        "sections": [["What happens next", "We read."]],
        "offices": [
            {
                "name": "Office",
                "address": "1 Street",
                "hours": "",
                "reached": ["+372 677 8700", "a@b.example"],
            }
        ],
        "check": {
            "heading": "Is this letter genuine?",
            "words": "Anyone can check.",
            "address_name": "Address",
            "address": "portal.example/verify",
            "code_name": "Code",
            "code": "7K3Q-F9M2-XT0R-BWZC",
            "picture": SQUARE,
            "picture_name": "A picture",
        },
    }


def letter(name: str, **how: str) -> bytes:
    content = {"title": "Letter", "made_on": [2026, 10, 14], "sides": [side(name, **how)]}
    return typeset("receipt", 1, content)


def text_of(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().replace("\r\n", "\n")


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_can_be_read_in_its_own_letters(name):
    assert name in text_of(letter(name))


def test_the_names_of_all_our_people_are_printed_as_they_write_them():
    # PDF/UA refuses a sign that no font has: what is set at all has no empty boxes.
    names = [
        one for each in PEOPLE for one in (each.given_names, each.family_name, each.original_name) if one
    ]

    pdf = letter(", ".join(names))

    assert [name for name in names if printable(name) != name] == []
    assert pypdfium2.PdfDocument(pdf)


def test_a_name_of_another_script_is_written_in_latin_letters():
    assert "Name ZhangSan\n" in text_of(letter("张三"))


@pytest.mark.parametrize("name", ["😀 Amina", "A\u202emina", "Ami\u0000na", "\ue000Amina", "Amina\u2028B"])
def test_a_name_with_signs_that_cannot_be_printed_is_printed_without_them(name):
    assert pypdfium2.PdfDocument(letter(name))


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1+1")',
        "*bold* _soft_ `raw`",
        "= Heading",
        "$x^2$",
        "#import sys",
        "\\u{41}",
        "// gone",
        "<a> @b",
    ],
)
def test_markup_in_a_name_stays_text(name):
    assert f"Name {name}\n" in text_of(letter(name))


def test_every_sign_that_is_said_to_be_covered_is_in_a_font():
    # A letter with a sign that no font has is refused: PDF/UA does not know empty boxes.
    signs = " ".join(chr(number) for number in sorted(letters._covered()))

    assert pypdfium2.PdfDocument(letter(signs))


def test_a_sign_that_no_font_has_would_be_refused():
    source = '#set document(title: "x")\n#set text(font: "Noto Sans")\n张三'.encode()

    with pytest.raises(typst.TypstError):
        typst.compile(source, font_paths=[FONTS], ignore_system_fonts=True, pdf_standards="ua-1")


def test_what_turns_or_breaks_a_line_is_left_out_and_what_joins_letters_stays():
    assert printable("a\u202eb\u2066c\u200fd\x07e") == "abcde"
    assert printable("می\u200cشود") == "می\u200cشود"


def test_the_same_content_gives_the_same_bytes():
    assert letter("Amina") == letter("Amina")


def test_a_screen_reader_finds_its_way():
    with pikepdf.open(io.BytesIO(letter("Амина", lang="ru"))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "ru"
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        assert str(pdf.docinfo["/Title"]) == "Letter"


def test_a_letter_in_arabic_letters_is_read_from_the_right():
    with pikepdf.open(io.BytesIO(letter("أمينة", lang="ar", direction="rtl"))) as pdf:
        assert str(pdf.Root.Lang) == "ar"


def test_a_code_can_be_copied_from_a_letter_in_arabic_letters():
    assert "7K3Q-F9M2-XT0R-BWZC" in text_of(letter("أمينة", lang="ar", direction="rtl"))


def test_all_fonts_are_carried_along():
    with pikepdf.open(io.BytesIO(letter("Amina Юсупова გიორგი أمينة"))) as pdf:
        fonts = pdf.pages[0].Resources.Font.values()
        kept = [set(font.DescendantFonts[0].FontDescriptor.keys()) for font in fonts]

    assert len(kept) == 4
    assert all("/FontFile2" in one for one in kept)
