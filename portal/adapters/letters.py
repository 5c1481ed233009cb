"""Letters as PDF: a template of ours, text handed over as data, fonts that lie beside it (typst)."""

import json
import unicodedata
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import typst
from anyascii import anyascii

FOLDER = Path(__file__).resolve().parent.parent / "letters"
_FONTS = FOLDER / "fonts"
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, and part of how some names are written (Persian, Hindi)."""


def typeset(kind: str, edition: int | str, content: Any) -> bytes:
    """A letter by `letters/<edition>/<kind>.typ` as PDF/UA-1: tagged for screen readers.

    The same content gives the same bytes. `content` may hold what JSON can. Every text in it is shown as it
    is: none is read as markup. A character that no font of ours has is written in Latin letters.
    """
    folder = FOLDER / str(edition)
    pdf = typst.compile(
        folder / f"{kind}.typ",
        root=folder,
        font_paths=[_FONTS],
        ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(_shown(content))},
        format="pdf",
        pdf_standards="ua-1",
    )
    if not isinstance(pdf, bytes):
        raise TypeError("a letter is one file")
    return _in_both_directions(pdf)


def _in_both_directions(pdf: bytes) -> bytes:
    """The letter without the word that all of it runs from right to left: one of its pages does not.

    Readers believe it of every line (PDFium, and so Chrome), and who copies the code would get its groups
    in reverse.
    """
    with pikepdf.open(BytesIO(pdf)) as opened:
        del opened.Root.ViewerPreferences.Direction
        made = BytesIO()
        opened.save(made, deterministic_id=True)
    return made.getvalue()


def _shown(content: Any) -> Any:
    """`content` with its texts as they can be printed."""
    match content:
        case str():
            return printable(content)
        case dict():
            return {name: _shown(value) for name, value in content.items()}
        case list() | tuple():
            return [_shown(value) for value in content]
    return content


def printable(text: str) -> str:
    """`text` in characters that our fonts have, and none that is only there to turn or to break lines."""
    return "".join(_print(one) for one in unicodedata.normalize("NFC", text))


def _print(character: str) -> str:
    if character in _JOINERS or character == "\n":
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp"):
        return ""
    return character if ord(character) in _covered() else anyascii(character)


@cache
def _covered() -> frozenset[int]:
    """The characters that at least one of our fonts has."""
    ranges = (line.split("-") for line in (_FONTS / "covered.txt").read_text("ascii").split())
    return frozenset(number for first, last in ranges for number in range(int(first, 16), int(last, 16) + 1))
