"""Files of those who mean harm: such as are two kinds at once, malware, and what is no document at all."""

import io
import zipfile
from collections.abc import Callable

from tests.corpus.pdfs import plain
from tests.corpus.photos import jpeg, png
from tests.pictures import as_file, red_left
from tests.servers import EICAR

SCRIPT = b"<html><script>alert('SECRET')</script></html>"
PHP = b"<?php system('SECRET'); ?>"


def zipped(data: bytes, name: str = "SECRET.txt", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with one file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def pdf_with(data: bytes) -> bytes:
    """A PDF with a comment that readers of other kinds look for, and its end at its end."""
    return data + b"\n" + plain()


DISARMED: dict[str, Callable[[], bytes]] = {
    "photo and archive.jpg": lambda: jpeg() + zipped(b"SECRET"),
    "photo and page.jpg": lambda: jpeg(comment=SCRIPT) + SCRIPT,
    "photo and PDF.jpg": lambda: jpeg() + plain(),
    "photo with PHP.jpg": lambda: jpeg(comment=PHP),
    "picture with PHP.png": lambda: png() + PHP,
    "page and PDF.pdf": lambda: pdf_with(SCRIPT),
    "archive and PDF.pdf": lambda: pdf_with(zipped(b"SECRET")),
}
"""Two kinds at once: taken as the one that is decoded; nothing of the other is left."""

MALWARE: dict[str, Callable[[], bytes]] = {
    "appended.jpg": lambda: jpeg() + EICAR,
    "in a note.jpg": lambda: jpeg(comment=EICAR),
    "appended.png": lambda: png() + EICAR,
    "archive behind a photo.jpg": lambda: jpeg() + zipped(EICAR, method=zipfile.ZIP_STORED),
    "before a PDF.pdf": lambda: pdf_with(EICAR),
}

REFUSED: dict[str, Callable[[], bytes]] = {
    "eicar.com": lambda: EICAR,
    "eicar.zip": lambda: zipped(EICAR),
    "picture.svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "page.html": lambda: SCRIPT,
    "a photo by its name.jpg.html": lambda: b"<!doctype html>" + SCRIPT,
    "program.exe": lambda: b"MZ" + bytes(2000),
    "letter.docx": lambda: zipped(b"<w:document/>", "word/document.xml"),
    "moving.gif": lambda: as_file(red_left(), "GIF"),
    "script in a picture.gif": lambda: b"GIF89a/*" + bytes(100) + b"*/=1;alert('SECRET')",
    "picture.bmp": lambda: as_file(red_left(), "BMP"),
    "picture.tif": lambda: as_file(red_left(), "TIFF"),
    "picture.avif": lambda: as_file(red_left(), "AVIF"),
    "letter.rtf": lambda: b"{\\rtf1 SECRET}",
    "text.txt": lambda: "\u062c\u0648\u0627\u0632".encode() * 50,
    "one byte.jpg": lambda: b"\xff",
    "zeros.pdf": lambda: bytes(5000),
}
