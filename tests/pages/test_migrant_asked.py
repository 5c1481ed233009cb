"""What a counsellor asked: one task each, with a page of its own."""

from datetime import date

import pytest

from portal.domain import corrections
from portal.domain.applying import application
from portal.domain.applying.application import Company, Question
from portal.domain.cases import CaseState
from portal.domain.choices import Reply
from portal.domain.corrections import CorrectionReason, Narrowed, Section
from portal.domain.course import lifecycle
from portal.domain.people import Gender, Paper, Relation
from portal.domain.permissions import Act
from portal.programme import DocumentKind
from tests.reading import read

HERE = "/en/my/application/"


@pytest.fixture
def ask(cast, session):
    """ask(section, ...): one thing more on the list; returns it."""

    def on_the_list(case, section, words="Please look", **exactly):
        return corrections.ask(
            session,
            case,
            section,
            CorrectionReason.MISSING,
            words,
            narrowed=Narrowed(**exactly),
            by=cast.clara,
        )

    return on_the_list


def send_back(cast, case):
    cast.step(case, Act.CASE_ASK, cast.clara)
    cast.session.commit()


def page_of(one):
    return f"/en/my/asked/{one.id}"


@pytest.mark.parametrize(
    ("section", "exactly", "heading", "button", "to"),
    [
        (Section.NEEDS, {}, "Needs for the journey", "Change this", f"{HERE}check#needs"),
        (Section.ABOUT_YOU, {"question": "name"}, "Name", "Change this", f"{HERE}name?from=check"),
        (
            Section.TRAVELLING_WITH,
            {"question": "family"},
            "Family members",
            "Change this",
            f"{HERE}family?from=check",
        ),
        (None, {}, "A document to send", "Send a document", "/en/my/documents/new"),
        (
            None,
            {"kind": DocumentKind.MARRIAGE_CERTIFICATE},
            "Marriage certificate",
            "Send a document",
            "/en/my/documents/new?kind=marriage_certificate",
        ),
    ],
)
def test_a_task_says_what_why_and_where(cast, enter, ask, section, exactly, heading, button, to):
    case = cast.case(CaseState.IN_REVIEW)
    one = ask(case, section, "Пожалуйста", **exactly)
    send_back(cast, case)
    browser = enter(cast.amina)

    answer = browser.get(page_of(one))

    assert page_of(one) in read(browser.get("/en/my/")).links.values()
    assert read(answer).heading == heading
    assert read(answer).links[button] == to
    assert "Something is missing" in answer.text
    assert "Пожалуйста" in answer.text


def test_when_one_question_is_asked_about_the_others_stay_as_they_were_sent(cast, enter, session, ask):
    case = cast.case(CaseState.IN_REVIEW)
    ask(case, Section.ABOUT_YOU, question=Question.NAME)
    send_back(cast, case)
    browser = enter(cast.amina)

    other = browser.get(f"{HERE}contact")
    forced = browser.post(f"{HERE}contact", data={"phone": "+37255555555"})
    page = read(browser.get(f"{HERE}check"))
    saved = browser.post(f"{HERE}name?from=check", data={"given_names": "Amina L.", "family_name": "Y"})

    assert other.location == HERE
    assert forced.status_code == 409
    assert [name for name in page.links if name.startswith("Change ")] == ["Change this", "Change Name"]
    assert saved.location == f"{HERE}check"
    assert corrections.open_of(session, case) == []


def test_the_travel_document_of_a_child_is_changed_where_only_it_was_asked_about(cast, enter, session, ask):
    case = cast.case_by(cast.answer_everything)
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    child = {"family_name": "Y", "born_on": date(2015, 5, 6), "citizenship": "UZ", "gender": Gender.MALE}
    aziz, bek = (
        application.put_family_member(
            session, case, None, {**child, "given_names": name, "relation": Relation.CHILD}, by=cast.amina
        )
        for name in ("Aziz", "Bek")
    )
    lifecycle.advance(session, case, Act.CASE_SUBMIT, by=cast.amina)
    lifecycle.advance(session, case, Act.CASE_TAKE, by=cast.clara)
    one = ask(case, Section.TRAVEL_PAPERS, person_id=aziz.id)
    send_back(cast, case)
    browser = enter(cast.amina)

    to = read(browser.get(page_of(one))).links["Change this"]
    page, others = browser.get(to), browser.get(f"{HERE}papers/{bek.id}")
    wrong = browser.post(to, data={"paper": "a photo"})
    told = {"paper": "passport", "paper_place": "lost", "loss_reported": "no", "paper_number": "AB 123"}
    saved = browser.post(to, data=told)
    session.refresh(aziz)

    assert to == f"{HERE}papers/{aziz.id}"
    assert read(page).heading == "Aziz Y"
    assert others.location == HERE
    assert (wrong.status_code, saved.location) == (422, f"{HERE}check")
    assert (aziz.paper, aziz.paper_number, aziz.loss_reported) == (Paper.PASSPORT, "AB 123", Reply.NO)
    assert 'action="/en/my/application/send"' in browser.get(f"{HERE}check").text


@pytest.mark.parametrize("address", ["papers/1", "papers/99999999999999999999"])
def test_there_is_no_paper_of_somebody_who_does_not_exist(cast, enter, address):
    cast.case(CaseState.DRAFT)

    assert enter(cast.amina).get(HERE + address).status_code == 404


# --- Saying something instead ----------------------------------------------------------------------


def test_who_cannot_send_it_says_so_and_goes_on(cast, enter, session, ask):
    case = cast.case(CaseState.IN_REVIEW)
    one = ask(case, None, kind=DocumentKind.PASSPORT)
    send_back(cast, case)
    browser = enter(cast.amina)

    answer = browser.post(page_of(one), data={"words": "The police have it"})
    sent = browser.post(f"{HERE}send")
    session.refresh(one)

    assert (answer.status_code, answer.location) == (303, HERE)
    assert sent.location == f"{HERE}receipt"
    assert one.answer == "The police have it"
    assert b"police" not in one._answer
    assert (
        "The police have it" in enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/changes").text
    )


@pytest.mark.parametrize("words", ["", "   ", "x" * 4_001])
def test_nothing_or_too_much_is_told(cast, enter, session, words):
    case = cast.case(CaseState.NEEDS_INFO)
    (one,) = corrections.open_of(session, case)
    session.commit()

    answer = enter(cast.amina).post(page_of(one), data={"words": words})

    assert answer.status_code == 422
    assert "<details open>" in answer.text


def test_what_is_not_sent_yet_or_was_taken_back_does_not_exist(cast, enter, session, ask):
    case = cast.case(CaseState.IN_REVIEW)
    first, second, third = ask(case, Section.NEEDS), ask(case, Section.WHERE_TO), ask(case, None)
    session.commit()
    browser = enter(cast.amina)
    before = browser.get(page_of(first)).status_code
    lifecycle.take_back(session, case, first, by=cast.clara)
    send_back(cast, case)
    lifecycle.take_back(session, case, second, by=cast.clara)
    session.commit()

    assert before == 404
    assert [browser.get(page_of(one)).status_code for one in (first, second, third)] == [404, 404, 200]
    assert browser.post(page_of(second), data={"words": "Late"}).status_code == 404


def test_after_it_is_sent_again_nothing_is_answered_any_more(cast, enter, session):
    case = cast.case(CaseState.NEEDS_INFO)
    (one,) = corrections.open_of(session, case)
    application.answer(session, case, Question.NAME, {"given_names": "Amina"}, by=cast.amina)
    cast.step(case, Act.CASE_SUBMIT, cast.amina)
    session.commit()
    browser = enter(cast.amina)

    page = browser.get(page_of(one))

    assert "Change this" not in read(page).links
    assert browser.post(page_of(one), data={"words": "Wait"}).status_code == 409


@pytest.mark.parametrize("who", ["giorgi", "clara", "petros"])
def test_nobody_else_sees_it(cast, enter, session, who):
    case = cast.case(CaseState.NEEDS_INFO)
    cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)
    (one,) = corrections.open_of(session, case)
    session.commit()

    assert enter(getattr(cast, who)).get(page_of(one)).status_code == 404
