"""Amina sends her application, prints the receipt, and somebody she shows it to checks it with a phone."""

import io
import re

import pypdfium2
import pytest
import zxingcpp

from portal.domain.cases import CaseState
from tests.reading import read


def pages(pdf: bytes) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(io.BytesIO(pdf)))


def scanned(page: pypdfium2.PdfPage) -> str:
    """What the camera of a phone reads in the square picture."""
    (found,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    return str(found.text)


@pytest.mark.parametrize("language", ["ru", "en", "xb"])
def test_a_receipt_is_sent_downloaded_shown_and_checked(wiring, cast, session, enter, client, language):
    # Amina sends her application in her language.
    case = cast.case(CaseState.DRAFT)
    cast.answer_everything(case)
    session.commit()
    amina = enter(cast.amina)
    receipt = amina.post(f"/{language}/my/application/send", follow_redirects=True)

    # She downloads the letter.
    address = re.search(rf'href="(/{language}/my/letters/\d+)"', receipt.text)[1]
    letter = amina.get(address)
    assert letter.mimetype == "application/pdf"

    # On every page a phone reads the same address; it is the one in plain letters, with the code.
    codes = {scanned(page) for page in pages(letter.data)}
    assert len(codes) == 1
    url = codes.pop()
    public = wiring.settings.public_url
    words = pages(letter.data)[-1].get_textpage().get_text_range()
    code = re.search(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", words)[0]
    assert url == f"{public}/verify/{code.replace('-', '')}"
    assert f"{public.partition('://')[2]}/verify" in words

    # Somebody else, without an account, opens it.
    answer = client.get(url.removeprefix(public))
    assert read(answer).heading == "This letter is genuine"
    assert read(answer).facts["What it is"] == "Receipt for an application"

    # A letter with a changed code is not known.
    changed = url[:-1] + ("0" if url[-1] != "0" else "1")
    assert read(client.get(changed.removeprefix(public))).heading == "We do not know this letter"
