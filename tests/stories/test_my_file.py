"""Amina takes everything with her: she asks, waits, fetches, opens it; then she has a mistake corrected."""

import io
import json
from datetime import timedelta
from zipfile import ZipFile

import pypdfium2
import pytest

from portal import jobs
from portal.adapters import letters
from portal.checking import sweep_uploads
from portal.db import clock_turned
from portal.domain import cases
from portal.domain.access.sign_in import FRESH
from portal.domain.cases import CaseState
from portal.domain.own import my_file
from tests.reading import read
from tests.schema import faults

PAGE = "/en/account/my-data"
SECRET = "Clara thinks she hides something"


@pytest.mark.parametrize("state", [CaseState.MONITORING, CaseState.CLOSED, CaseState.WITHDRAWN], ids=str)
def test_she_asks_waits_fetches_and_opens_it(wiring, cast, session, enter, state):
    # There is a case, and a note about her that is for colleagues.
    case = cast.case(state)
    cases.note(session, case, SECRET, by=cast.clara)
    cast.amina.shares_phone = False
    amina = enter(cast.amina)

    # A code is asked for, since it was long ago that she showed one; then it goes on by itself.
    with clock_turned(FRESH + timedelta(seconds=1)):
        page = read(amina.get(PAGE))
        assert read(amina.post(page.buttons["Prepare my file"])).heading == "Is it you?"
    code = {"code": cast.code_of(cast.amina), "confirm_to": f"{PAGE}/file", "confirm_by": "post"}
    on = amina.post("/en/account/confirm", data=code)
    assert (on.status_code, on.location) == (307, f"{PAGE}/file")
    asked = amina.post(on.location, follow_redirects=True)
    assert "We prepare your file." in asked.text

    # The job runs, and the page that asks by itself has the button.
    assert jobs.do_one(wiring)
    part = amina.get(f"{PAGE}?checking=waiting", headers={"HX-Request": "true"})
    fetched = amina.post(read(part).buttons["Download my file"])

    # The ZIP opens; the JSON is what it says it is, the PDF has her name, and nothing has Clara's note.
    assert fetched.headers["Content-Disposition"].startswith('attachment; filename="my-file-20')
    assert (fetched.mimetype, fetched.headers["Cache-Control"]) == ("application/zip", "no-store")
    archive = ZipFile(io.BytesIO(fetched.data))
    assert archive.testzip() is None
    schema = json.loads((letters.FOLDER / "my-file-1" / "my-file.schema.json").read_text("utf-8"))
    content = json.loads(archive.read("my-file.json"))
    assert list(faults(content, schema)) == []
    assert content["cases"][0]["reference"] == case.reference
    pages = pypdfium2.PdfDocument(io.BytesIO(archive.read("my-file.pdf")))
    said = "\n".join(page.get_textpage().get_text_range() for page in pages)
    assert "Amina Юсупова" in said
    texts = [said, *(archive.read(name).decode() for name in archive.namelist() if name[-4:] != ".pdf")]
    assert [text for text in texts if SECRET in text] == []

    # An hour later it is gone, from the row and from the store.
    with clock_turned(timedelta(hours=2)):
        sweep_uploads(wiring)
    assert my_file.latest(session, cast.amina).wrapped_key == b""
    session.commit()
    page = amina.get(PAGE)
    assert "The file that you asked for is erased." in page.text
    assert "Prepare my file" in read(page).buttons


def test_a_mistake_is_corrected_and_she_reads_the_answer(cast, session, enter):
    case = cast.case(CaseState.IN_REVIEW)
    amina, clara = enter(cast.amina), enter(cast.clara)

    # She says what is wrong.
    link = read(amina.get(PAGE)).links["Correct something"]
    sent = amina.post(
        link,
        data={"section": "about-you", "words": "My birthday is wrong.", "wish": "28 March 2002"},
        follow_redirects=True,
    )
    assert "You get an answer by this day" in sent.text

    # Clara finds it on her desk and in the case, and answers.
    overview = clara.get(f"/en/counsellor/cases/{case.reference}")
    listed = clara.get(read(overview).link("1 request about data"))
    shown = clara.get(next(to for words, to in read(listed).links.items() if "Correct something" in words))
    assert "28 March 2002" in shown.text
    clara.post(
        read(shown).buttons["Answer the request"],
        data={"state": "fulfilled", "words": "We changed it to 28 March."},
    )
    assert "1 request about data" not in read(clara.get(f"/en/counsellor/cases/{case.reference}")).links

    # Amina is told that there is an answer, and reads it.
    news = amina.get("/en/account/news")
    assert "Request about data answered" in news.text
    assert "We changed it to 28 March." in amina.get(PAGE).text
