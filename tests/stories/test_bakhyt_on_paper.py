"""Old Bakhyt brings a form on paper: Clara fills in with him, and at home he takes the account over."""

import io
import re
from html import unescape

import pyotp

from portal.domain import documents
from portal.domain.applying import consents
from portal.domain.applying import signing as signatures
from portal.domain.applying.consents import How
from portal.domain.cases import CaseState
from portal.domain.desk.piles import Pile, queue
from portal.domain.documents import Document
from portal.programme import DocumentKind
from tests.cast import PASSWORD
from tests.reading import read
from tests.samples import photo

ANSWERS = {
    "language": {"language": "ru", "interpreter": "y"},
    "name": {"given_names": "Bakhyt", "family_name": "Omarov"},
    "birth": {"born_on-day": "3", "born_on-month": "5", "born_on-year": "1951"},
    "person": {"gender": "male", "citizenship": "UZ"},
    "contact": {"other_contact": "through the church in Kopli"},
    "status": {"status": "no_papers"},
    "precept": {"precept": "none"},
    "country": {"country": "UZ", "place": "Nukus"},
    "company": {"company": "family"},
}
WIFE = {
    "given_names": "Aygul",
    "family_name": "Omarova",
    "relation": "partner",
    "born_on-day": "1",
    "born_on-month": "2",
    "born_on-year": "1953",
    "gender": "female",
    "citizenship": "UZ",
}
HOW = {"language": "ru", "present": "Clara, Bakhyt, Aygul", "interpreter": "Olim"}
CODE = r"<code[^>]*>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>"


def test_bakhyt_applies_on_paper_and_takes_the_account_over(app, cast, enter, session):
    clara = enter(cast.clara)

    # In the office Clara begins, and writes what stands on his form.
    begin = read(clara.get(read(clara.get("/en/counsellor/")).links["New application"]))
    place = clara.post(
        begin.buttons["Start for a person who is here"], data={"source": "paper", "language": "ru"}
    ).location
    for question, typed in ANSWERS.items():
        assert clara.post(f"{place}{question}", data=typed).status_code == 303
    assert clara.post(f"{place}family/new", data=WIFE).status_code == 303
    page = clara.get(f"{place}country")
    assert "You fill this in for:" in page.text
    assert "Omarov" in page.text

    # She reads the privacy notice to him first.
    notice = clara.get(f"{place}privacy").location
    assert clara.post(notice, data={"notice": "y", "how": "in_presence", **HOW}).status_code == 303

    # His declaration cannot be ticked by her alone: it needs the paper that he signed.
    [given] = {clara.get(f"{place}{one}").location for one in ("decision",)}
    signed = {"voluntary": "y", "truth": "y", "how": "signed_paper", **HOW}
    refused = clara.post(given, data=signed)
    assert refused.status_code == 422
    assert "Proof is missing." in refused.text
    [row] = queue(session, Pile.MINE, viewer=cast.clara).rows
    case, reference = row.case, row.case.reference
    session.commit()
    scan = {"kind": "voluntary_declaration", "file": (io.BytesIO(photo()), "declaration.jpg")}
    assert clara.post(f"/en/counsellor/cases/{reference}/documents/new", data=scan).status_code == 303
    declaration = session.query(Document).one()
    documents.checked(session, declaration, [], "0" * 64)
    session.commit()
    consent = clara.post(given, data=signed).location
    spoken = {"processing": "y", "partner": "y", "how": "in_presence", **HOW}
    check = clara.post(consent, data=spoken).location

    # She reads everything to him, and sends it.
    own, other = ({"name": name, "place": "Narva"} for name in ("Bakhyt Omarov", "Clara Tamm"))
    signing = read(clara.get(check)).buttons["Sign and send"]
    assert clara.post(signing, data=other).status_code == 422
    sent = clara.post(signing, data=own)
    session.expire_all()
    assert (case.state, case.assisted) == (CaseState.SUBMITTED, True)
    held = consents.given(session, case)
    assert signatures.holding(session, case).how is How.SIGNED_PAPER
    assert {one.how.value for one in held.values()} == {"signed_paper", "in_presence"}
    assert documents.is_there(session, case, DocumentKind.VOLUNTARY_DECLARATION)
    session.commit()

    # He gets a code on paper, in his language; the paper names neither him nor the programme.
    claim = read(clara.get(sent.location))
    printed = clara.post(claim.buttons["Make the code"])
    [code] = re.findall(CODE, printed.text)
    paper = printed.text.partition('<section class="paper"')[2].partition("</section>")[0]
    assert 'lang="ru"' in paper
    assert [word for word in ("Bakhyt", "Omarov", "VARRE", reference) if word in paper] == []
    assert code not in clara.get(sent.location).text

    # At home his grandson helps him. A wrong code says no more than a used one.
    home = app.test_client()
    chosen = {"name": "Bakhyt", "password": PASSWORD, "repeated": PASSWORD}
    wrong = home.post("/en/claim", data={**chosen, "code": "AAAA-BBBB-CCCC-DDDD"})
    assert wrong.status_code == 422
    assert "This code does not work." in wrong.text
    half_in = home.post("/en/claim", data={**chosen, "code": code.lower()})
    assert half_in.location == "/en/sign-in/set-up"
    secret = re.search(r"secret=([A-Z2-7]+)", unescape(home.get(half_in.location).text))[1]
    codes = home.post(half_in.location, data={"code": pyotp.TOTP(secret).now()})
    assert re.search(r"Bakhyt-\d{4}", codes.text)
    again = app.test_client().post("/en/claim", data={**chosen, "code": code})
    assert (again.status_code, "This code does not work." in again.text) == (422, True)

    # The case is his own now; the history says who wrote it, and Clara writes no more.
    history = home.get("/en/my/history").text
    assert "A counsellor started the application together with the applicant" in history
    assert re.search(r"Answer saved.*?Counsellor", history, re.DOTALL)
    assert reference in home.get("/en/my/").text
    assert clara.get(f"{place}name").status_code == 404
    assert clara.post(f"{place}name", data=ANSWERS["name"]).status_code == 404
    assert "The person has an account of their own." in clara.get(sent.location).text
