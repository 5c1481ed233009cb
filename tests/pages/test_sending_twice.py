"""An impatient second tap on a slow line, without a script: what is sent twice is kept once."""

import io
import re

from sqlalchemy import func, select

from portal.domain.documents import Document
from tests.samples import photo

LIST, NEW = "/en/my/documents", "/en/my/documents/new"


def test_a_form_sent_twice_by_two_taps_keeps_one_document(cast, enter, session):
    case = cast.case()
    amina = enter(cast.amina)
    shown = re.search(r'name="once" value="([^"]+)"', amina.get(NEW).text).group(1)

    def tap(seed, once):
        file = (io.BytesIO(photo(seed=seed)), "a.jpg")
        return amina.post(NEW, data={"kind": "passport", "file": file, "once": once})

    answers = [tap(1, shown), tap(1, shown), tap(2, shown), tap(1, "another showing")]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, LIST)] * 4
    # Another picture is another document, and so is the same one from the form when it is opened again.
    assert session.scalar(select(func.count()).where(Document.case_id == case.id)) == 3
