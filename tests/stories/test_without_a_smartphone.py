"""Bakhyt has a button phone: he registers in the office, and signs in with codes on paper from then on."""

import re

from flask.testing import FlaskClient

from portal.domain.cases import CaseState
from tests.cast import PASSWORD
from tests.reading import read

CODE = r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>"
NAME = r'<code class="key big" translate="no">(Bakhyt-\d{4})</code>'


def codes_on(page) -> list[str]:
    """The codes of a sheet, in their order."""
    return re.findall(CODE, page.text)


def sign_in(client: FlaskClient, name: str, code: str):
    """The answer to a password and a code."""
    client.post("/en/sign-in", data={"login": name, "password": PASSWORD})
    return client.post("/en/sign-in/code", data={"code": code})


def test_bakhyt_gets_in_with_paper_and_gets_another_sheet_when_it_is_used_up(app, cast, enter):
    # In the office, on the office's computer, he registers and has no phone for an app.
    office, clara = app.test_client(), enter(cast.clara)
    office.post("/en/register", data={"name": "Bakhyt", "password": PASSWORD, "repeated": PASSWORD})
    asked = office.get(read(office.get("/en/sign-in/set-up")).links["I have no smartphone"])
    [name] = re.findall(NAME, asked.text)

    # Clara, who has seen his passport, prints the first sheet alone.
    started = clara.get(read(clara.get("/en/access/")).links["Code sheet for a person who is here"])
    printed = clara.post(read(started).buttons["Go on"], data={"person": name, "identity": "document"})
    first = codes_on(printed)
    assert len(first) == 10

    # He goes on where he stopped, and is on his own page.
    office.get(read(asked).links["I have my sheet"])
    inside = office.post("/en/sign-in/code", data={"code": first[0].lower().replace("-", " ")})
    assert (inside.status_code, inside.location) == (303, "/en/my/")
    assert office.get("/en/my/").status_code == 200
    office.post("/en/sign-out")

    # A code opens once.
    again = sign_in(app.test_client(), name, first[0])
    assert again.status_code == 422
    assert "This code was used before. Take the next one on your sheet." in again.text

    # With the third-last code he reads that the sheet comes to its end.
    said = []
    for code in first[1:]:
        browser = app.test_client()
        page = browser.get(sign_in(browser, name, code).location).text
        said += re.findall(r"There (?:is|are) \d codes? left|That was the last code", page)
    assert said == ["There are 2 codes left", "There is 1 code left", "That was the last code"]

    # Another sheet needs a second counsellor: Clara asks, cannot approve it herself, Aino does.
    sent = {"person": name, "identity": "known", "why": "used_up"}
    place = clara.post("/en/access/sheets/new", data=sent).location
    assert clara.post(f"{place}/approve").status_code == 409
    assert clara.post(f"{place}/print").status_code == 409
    assert enter(cast.aino).post(f"{place}/approve").status_code == 303
    second = codes_on(clara.post(f"{place}/print"))
    assert codes_on(clara.post(f"{place}/print")) == []

    # The old sheet is void, whatever is left on it; the new one opens.
    assert len(second) == 10
    assert not set(second) & set(first)
    home = app.test_client()
    assert sign_in(home, name, second[0]).location == "/en/my/"

    # He reads who helped him.
    helped = home.get("/en/account/helpers").text
    line = r"(?:<bdi>)?([^<]+)(?:</bdi>)?"
    told = re.findall(rf'<strong>{line}</strong>\s*<p class="soft small">{line}</p>', helped)
    assert told == [
        ("Code sheet printed", "Clara · Counsellor"),
        ("Code sheet approved by a second person", "Aino · Senior counsellor"),
        ("Code sheet asked for", "Clara · Counsellor"),
        ("Code sheet printed", "Clara · Counsellor"),
        ("Code sheet asked for", "Clara · Counsellor"),
    ]


def test_a_lost_sheet_is_void_with_all_that_was_left_on_it(app, cast, enter, session):
    # Amina's case is with Clara; she has a sheet, and loses it.
    cast.case(CaseState.IN_REVIEW)
    clara, aino = enter(cast.clara), enter(cast.aino)
    sent = {"person": "amina", "identity": "answers", "why": "lost"}

    # Kalle, whose case it is not, finds nobody.
    assert enter(cast.kalle).post("/en/access/sheets/new", data=sent).status_code == 422

    def another() -> list[str]:
        place = clara.post("/en/access/sheets/new", data=sent).location
        aino.post(f"{place}/approve")
        return codes_on(clara.post(f"{place}/print"))

    lost = another()
    found = another()

    finder, owner = app.test_client(), app.test_client()
    assert [sign_in(finder, "amina", code).status_code for code in lost[:2]] == [422, 422]
    assert sign_in(owner, "amina", found[0]).location == "/en/my/"
