"""Filling in for somebody: the pages, who may, what is refused; and taking the account over."""

import io
import re
from datetime import timedelta

import pytest

from portal.domain import people
from portal.domain.access import claims
from portal.domain.applying import application, consents
from portal.domain.applying.application import Company, Question
from portal.domain.applying.consents import Purpose
from portal.domain.care import assisted
from portal.domain.care.assisted import Source
from portal.domain.cases import Case, CaseState
from portal.domain.documents import Document
from tests.cast import PASSWORD
from tests.reading import read
from tests.samples import photo

BEGIN = "/en/counsellor/new-application"
NAME = {"given_names": "Bakhyt", "family_name": "Omarov"}
HOW = {"how": "in_presence", "language": "ru", "present": "Clara, Bakhyt"}
CHOSEN = {"name": "Bakhyt", "password": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def case(cast, session):
    """The draft that Clara fills in for Bakhyt."""
    case = assisted.begin(session, Source.PRESENT, language="ru", by=cast.clara)
    session.commit()
    return case


@pytest.fixture
def clara(cast, enter, case):
    """The browser of Clara."""
    return enter(cast.clara)


def at(case, page=""):
    return f"/en/counsellor/assisted/{case.reference}/{page}"


def claim_of(case):
    return f"/en/counsellor/cases/{case.reference}/claim"


def now(session, case):
    """The case as it is now."""
    session.expire_all()
    return session.get_one(Case, case.id)


# --- Begin ------------------------------------------------------------------------------------------


def test_an_application_is_begun(cast, enter, session):
    browser = enter(cast.clara)

    answer = browser.post(BEGIN, data={"source": "present", "language": "et"})

    made = session.query(Case).one()
    assert (answer.status_code, answer.location) == (303, at(made))
    assert (made.counsellor_id, made.assisted, made.state) == (cast.clara.id, True, CaseState.DRAFT)
    session.commit()
    assert read(browser.get(answer.location)).heading == "Fill in the application"


@pytest.mark.parametrize("typed", [{"source": ""}, {"language": "tlh"}])
def test_what_is_missing_is_said(cast, enter, session, typed):
    answer = enter(cast.clara).post(BEGIN, data={"source": "present", "language": "et", **typed})

    assert answer.status_code == 422
    assert session.query(Case).all() == []


# --- Fill in ----------------------------------------------------------------------------------------


def test_an_answer_is_kept_and_leads_to_the_next_question_of_the_same_room(clara, session, case):
    answer = clara.post(at(case, "name"), data=NAME)

    assert (answer.status_code, answer.location) == (303, at(case, "other-names"))
    assert people.principal(session, case).full_name == "Bakhyt Omarov"


def test_a_family_member_is_added_changed_and_removed(clara, cast, session, case):
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.clara)
    session.commit()
    wife = {
        "given_names": "Aygul",
        "family_name": "Omarova",
        "relation": "partner",
        "born_on-day": "1",
        "born_on-month": "2",
        "born_on-year": "1953",
        "gender": "female",
        "citizenship": "UZ",
    }

    clara.post(at(case, "family/new"), data=wife)
    shown = read(clara.get(at(case, "family")))
    address = next(href for href in shown.links.values() if re.search(r"/family/\d+$", href))
    clara.post(address, data={**wife, "given_names": "Aigul"})
    names = [one.given_names for one in people.of_case(session, case)]
    session.commit()
    clara.post(f"{address}/remove")

    session.expire_all()
    assert names == [None, "Aigul"]
    assert len(people.of_case(session, case)) == 1


def test_what_cannot_be_used_is_told_and_kept(clara, case):
    answer = clara.post(at(case, "name"), data={**NAME, "family_name": ""})

    assert answer.status_code == 422
    assert 'value="Bakhyt"' in answer.text


def test_no_promise_of_a_talk_is_flashed_to_the_counsellor(clara, case):
    page = clara.get(clara.post(at(case, "needs"), data={"needs": "in_person"}).location).text

    assert "A counsellor will talk with you about this" not in page


@pytest.mark.parametrize("who", ["amina", "giorgi", "kalle", "aino", "petros", "mart", "olga"])
@pytest.mark.parametrize("page", ["", "name", "family", "check", "given/decision"])
def test_for_everybody_else_these_pages_do_not_exist(cast, enter, case, who, page):
    browser = enter(getattr(cast, who))

    assert browser.get(at(case, page)).status_code == 404
    assert browser.post(at(case, page), data=NAME).status_code in (404, 405)


def test_a_case_of_somebody_with_an_own_account_is_not_filled_in(cast, enter):
    own = cast.case(CaseState.NEEDS_INFO)

    assert enter(cast.clara).get(at(own)).status_code == 404


def test_a_colleague_takes_nothing_over(cast, enter, session, case):
    assert enter(cast.kalle).get(f"/en/counsellor/cases/{case.reference}/application").status_code == 404


# --- What only the person gives ---------------------------------------------------------------------


def test_the_questions_of_consent_lead_to_pages_that_ask_who_was_there(clara, case):
    pages = {one: clara.get(at(case, one)).location for one in ("privacy", "decision", "consents")}

    assert pages == {one: at(case, f"given/{one}") for one in pages}
    assert clara.post(at(case, "decision"), data={"voluntary": "y", "truth": "y"}).location == at(
        case, "given/decision"
    )


def test_consents_are_kept_with_who_was_there(clara, cast, session, case):
    answer = clara.post(at(case, "given/consents"), data={"processing": "y", "carrier": "y", **HOW})

    held = consents.given(session, case)
    assert (answer.status_code, answer.location) == (303, at(case, "check"))
    assert {(one.purpose, one.by_id, one.present, one.language) for one in held.values()} == {
        (purpose, cast.clara.id, "Clara, Bakhyt", "ru") for purpose in (Purpose.PROCESSING, Purpose.CARRIER)
    }


def test_who_is_here_is_written_once_on_a_day(clara, session, case):
    before = clara.get(at(case, "given/decision")).text
    clara.post(at(case, "given/privacy"), data={**HOW, "notice": "y"})

    same_day = clara.get(at(case, "given/decision")).text
    consents.given(session, case)[Purpose.NOTICE].given_at -= timedelta(days=1)
    session.commit()
    later = clara.get(at(case, "given/decision")).text

    assert ['value="Clara, Bakhyt"' in page for page in (before, same_day, later)] == [False, True, False]


@pytest.mark.parametrize("typed", [{"present": ""}, {"how": ""}, {"language": ""}, {"how": "signed_paper"}])
def test_a_consent_without_a_witness_or_a_paper_is_not_kept(clara, session, case, typed):
    answer = clara.post(at(case, "given/consents"), data={"processing": "y", **HOW, **typed})

    assert answer.status_code == 422
    assert consents.given(session, case) == {}


def test_what_was_not_said_cannot_be_sent(clara, session, case):
    assert clara.post(at(case, "send")).status_code == 409
    assert now(session, case).state is CaseState.DRAFT


def test_who_else_helps_is_written_down_while_the_counsellor_fills_in(clara, session, case):
    page = read(clara.get(at(case))).links["Write down who helps"]
    helper = {"filling": "yes", "name": "Maria Mägi", "kind": "relative", "phone": ""}

    answer = clara.post(page, data=helper)

    session.rollback()
    assert answer.location == at(case)
    assert "Helped by: Maria Mägi" in clara.get(at(case)).text
    assert 'value="Maria Mägi"' in clara.get(page).text


def test_whoever_wants_to_stop_stops(clara, session, case):
    assert clara.post(at(case, "stop")).status_code == 303
    assert now(session, case).state is CaseState.WITHDRAWN


# --- Papers -----------------------------------------------------------------------------------------


def test_a_signed_paper_is_added(clara, session, case):
    address = f"/en/counsellor/cases/{case.reference}/documents/new"

    nothing = clara.post(address, data={"kind": "consent_signed"})
    sent = clara.post(address, data={"kind": "consent_signed", "file": (io.BytesIO(photo()), "signed.jpg")})

    assert (nothing.status_code, sent.status_code) == (422, 303)
    assert session.query(Document).one().case_id == case.id


def test_nobody_adds_papers_to_a_case_that_nobody_has_taken(cast, enter):
    case = cast.case(CaseState.SUBMITTED)

    assert enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/documents/new").status_code == 404


# --- The code ---------------------------------------------------------------------------------------


def printed_code(answer):
    [code] = re.findall(r"<code[^>]*>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>", answer.text)
    return code


def test_a_code_is_printed_once_and_another_one_needs_a_senior_counsellor(clara, cast, enter, session, case):
    first = printed_code(clara.post(claim_of(case)))
    asked = clara.post(claim_of(case))
    aino = enter(cast.aino)
    seen = read(aino.get(claim_of(case)))
    approved = aino.post(seen.buttons["Approve another code"])
    second = printed_code(clara.post(claim_of(case)))

    assert (asked.status_code, asked.location) == (303, claim_of(case))
    assert approved.status_code == 303
    assert first != second


def test_a_counsellor_cannot_approve_a_code(clara, session, case):
    clara.post(claim_of(case))
    clara.post(claim_of(case))

    assert clara.post(f"{claim_of(case)}/approve").status_code == 403


def test_a_stranger_takes_nothing_over_and_is_told_the_same_for_every_code(client, session, cast, case):
    claims.ask(session, case, by=cast.clara)
    code = claims.make_code(session, case, by=cast.clara)
    session.commit()
    other = client.application.test_client()
    other.post("/en/claim", data={**CHOSEN, "code": code})

    def answer(typed):
        page = client.post("/en/claim", data={**CHOSEN, "code": typed})
        return page.status_code, re.sub(r'value="[^"]*"', "", page.text)

    assert answer(code) == answer("AAAA-BBBB-CCCC-DDDD")


@pytest.mark.parametrize(
    "typed",
    [
        {"code": ""},
        {"name": ""},
        {"name": "123"},
        {"password": "short", "repeated": "short"},
        {"repeated": "x"},
    ],
)
def test_a_claim_is_typed_whole(client, session, cast, case, typed):
    claims.ask(session, case, by=cast.clara)
    code = claims.make_code(session, case, by=cast.clara)
    session.commit()

    answer = client.post("/en/claim", data={**CHOSEN, "code": code, **typed})

    assert answer.status_code == 422
    assert now(session, case).assisted


def test_guessing_is_slowed_down(client):
    guess = {**CHOSEN, "code": "AAAA-BBBB-CCCC-DDDD"}

    assert [client.post("/en/claim", data=guess).status_code for _ in range(11)] == [422] * 10 + [429]


def test_whoever_registers_is_told_of_the_code(client):
    assert read(client.get("/en/register")).links["I have a code on paper"] == "/en/claim"
    assert read(client.get("/en/claim")).heading == "I have a code on paper"
