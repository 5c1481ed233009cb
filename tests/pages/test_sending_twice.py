"""An impatient second tap on a slow line, without a script: what is sent twice is kept once."""

import io
import re

from sqlalchemy import func, select

from portal.domain.cases import CaseState
from portal.domain.documents import Document
from portal.domain.papers.uploads import Upload
from tests.samples import photo

SHOWN = re.compile(r'name="once" value="([^"]+)"')
LIST, NEW = "/en/my/documents", "/en/my/documents/new"


def test_a_form_sent_twice_by_two_taps_keeps_one_document(cast, enter, session):
    case = cast.case()
    amina = enter(cast.amina)
    shown = SHOWN.search(amina.get(NEW).text).group(1)

    def tap(seed, once):
        file = (io.BytesIO(photo(seed=seed)), "a.jpg")
        return amina.post(NEW, data={"kind": "passport", "file": file, "once": once})

    answers = [tap(1, shown), tap(1, shown), tap(2, shown), tap(1, "another showing")]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, LIST)] * 4
    # Another picture is another document, and so is the same one from the form when it is opened again.
    assert session.scalar(select(func.count()).where(Document.case_id == case.id)) == 3


def test_a_page_added_twice_by_two_taps_is_one_page(cast, enter, session):
    cast.case()
    amina = enter(cast.amina)
    pages = amina.post(NEW, data={"kind": "passport", "more": "1"}).location
    shown = SHOWN.search(amina.get(pages).text).group(1)

    for _tap in range(2):
        amina.post(pages, data={"file": (io.BytesIO(photo()), "a.jpg"), "once": shown})

    assert session.scalar(select(func.count()).select_from(Upload)) == 1


def test_a_scan_sent_twice_by_two_taps_is_one_paper(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    clara, address = enter(cast.clara), f"/en/counsellor/cases/{case.reference}/documents"
    shown = SHOWN.search(clara.get(f"{address}/new").text).group(1)

    for _tap in range(2):
        scan = {"kind": "consent_signed", "file": (io.BytesIO(photo()), "a.jpg"), "once": shown}
        assert clara.post(f"{address}/new", data=scan).location == address

    assert session.scalar(select(func.count()).where(Document.case_id == case.id)) == 1
