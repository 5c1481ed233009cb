"""Asking the applicant for something."""

import pytest

from portal.domain import corrections
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import CorrectionReason, Narrowed, Section
from portal.domain.permissions import Act
from portal.programme import DocumentKind

ASKED = {"about": "about-you", "reason": "contradictory", "words": "Как в паспорте, пожалуйста."}


def _address(case, part=""):
    return f"/en/counsellor/cases/{case.reference}{part}"


def _open(session, case):
    session.expire_all()
    return [(one.section, one.reason, one.words) for one in corrections.open_of(session, case)]


@pytest.mark.parametrize(("about", "section"), [("about-you", Section.ABOUT_YOU), ("documents", None)])
def test_something_is_put_on_the_list(cast, enter, session, about, section):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)

    answer = browser.post(_address(case, "/corrections"), data={**ASKED, "about": about})

    assert (answer.status_code, answer.location) == (303, _address(case, "/corrections/new"))
    assert ASKED["words"] in browser.get(_address(case, "/corrections/new")).text
    assert _open(session, case) == [(section, CorrectionReason.CONTRADICTORY, ASKED["words"])]


def test_the_list_is_sent_to_the_applicant(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)
    browser.post(_address(case, "/corrections"), data=ASKED)

    answer = browser.post(_address(case, "/steps/ask"))

    session.expire_all()
    assert answer.status_code == 303
    assert session.get_one(Case, case.id).state is CaseState.NEEDS_INFO


def test_a_case_that_came_back_is_not_said_to_be_new(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    one = corrections.ask(session, case, Section.NEEDS, CorrectionReason.OTHER, "Please", by=cast.clara)
    cast.step(case, Act.CASE_ASK, cast.clara)
    corrections.answer_in_words(session, case, one, "Nothing", by=cast.amina)
    cast.step(case, Act.CASE_SUBMIT, cast.amina)
    session.commit()

    page = enter(cast.clara).get(_address(case)).text

    said = ("It came back from the applicant.", "The applicant sees who the counsellor is.")
    assert [words in page for words in said] == [True, False]


def test_an_empty_list_is_not_sent(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).post(_address(case, "/steps/ask"))

    session.expire_all()
    assert answer.status_code == 409
    assert session.get_one(Case, case.id).state is CaseState.IN_REVIEW


@pytest.mark.parametrize(
    "typed",
    [
        {"words": ""},
        {"words": "x" * 4001},
        {"about": ""},
        {"about": "everything"},
        {"reason": ""},
        {"reason": "ugly"},
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_rest_kept(cast, enter, session, typed):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).post(_address(case, "/corrections"), data={**ASKED, **typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert {**ASKED, **typed}["words"] in answer.text
    assert _open(session, case) == []


def test_nothing_is_asked_outside_of_the_review(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    browser = enter(cast.clara)

    page = browser.get(_address(case, "/corrections/new")).text
    answer = browser.post(_address(case, "/corrections"), data=ASKED)

    assert "Something can be asked for while the case is in review." in page
    assert answer.status_code == 409
    assert "Accepted, journey being prepared" in answer.text


def test_a_colleagues_case_does_not_exist(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.kalle)

    assert browser.get(_address(case, "/corrections/new")).status_code == 404
    assert browser.post(_address(case, "/corrections"), data=ASKED).status_code == 404


@pytest.mark.parametrize("who", ["amina", "petros"])
def test_nobody_else_asks(cast, enter, who):
    case = cast.case(CaseState.IN_REVIEW)

    assert enter(getattr(cast, who)).post(_address(case, "/corrections"), data=ASKED).status_code == 404


# --- Exactly one thing, in other words, and taken back ------------------------------------------------


def _asked(cast, session, case):
    asked = corrections.ask(
        session, case, Section.ABOUT_YOU, CorrectionReason.MISSING, "Your name", by=cast.clara
    )
    session.commit()
    return asked, _address(case, f"/corrections/{asked.id}")


def test_a_question_a_kind_of_document_or_a_document_can_be_meant(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)
    session.commit()
    browser = enter(cast.clara)
    meant = ["question:name", "kind:marriage_certificate", f"document:{document.id}"]

    answers = [browser.post(_address(case, "/corrections"), data={**ASKED, "about": one}) for one in meant]

    session.expire_all()
    found = [vars(one.narrowed) for one in corrections.open_of(session, case)]
    empty = {"question": None, "person_id": None, "kind": None, "document_id": None}
    assert [answer.status_code for answer in answers] == [303] * 3
    assert found == [
        {**empty, "question": "name"},
        {**empty, "kind": DocumentKind.MARRIAGE_CERTIFICATE},
        {**empty, "kind": DocumentKind.PASSPORT, "document_id": document.id},
    ]


@pytest.mark.parametrize("about", ["question:shoes", "person:1", "document:1", "kind:photo", "question:"])
def test_what_does_not_exist_cannot_be_meant(cast, enter, session, about):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).post(_address(case, "/corrections"), data={**ASKED, "about": about})

    assert answer.status_code == 422
    assert _open(session, case) == []


def test_two_taps_ask_once(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)

    for _ in range(2):
        browser.post(_address(case, "/corrections"), data=ASKED)

    assert len(_open(session, case)) == 1


def test_a_line_is_put_in_other_words(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked, page = _asked(cast, session, case)
    browser = enter(cast.clara)

    form = browser.get(page).text
    empty = browser.post(page, data={"reason": "other", "words": " ", "version": asked.version})
    answer = browser.post(page, data={"reason": "other", "words": "Both names", "version": asked.version})

    assert "Your name" in form
    assert (empty.status_code, answer.status_code) == (422, 303)
    assert _open(session, case) == [(Section.ABOUT_YOU, CorrectionReason.OTHER, "Both names")]


@pytest.mark.parametrize("version", ["0", "", "x", "²", "9" * 30])
def test_who_did_not_read_the_newest_words_is_told(cast, enter, session, version):
    case = cast.case(CaseState.IN_REVIEW)
    _asked_for, page = _asked(cast, session, case)

    answer = enter(cast.clara).post(page, data={"reason": "other", "words": "Both", "version": version})

    assert answer.status_code == 409
    assert _open(session, case)[0][2] == "Your name"


def test_a_line_is_taken_back(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    _asked_for, page = _asked(cast, session, case)
    browser = enter(cast.clara)

    answers = [browser.post(f"{page}/back") for _ in range(2)]
    gone = browser.get(page)

    assert [answer.status_code for answer in answers] == [303, 303]
    assert gone.location == _address(case, "/corrections/new")
    assert _open(session, case) == []


def test_what_was_sent_is_taken_back_and_the_case_comes_back(cast, enter, session):
    case = cast.case(CaseState.NEEDS_INFO)
    (asked,) = corrections.open_of(session, case)
    session.commit()
    browser = enter(cast.clara)

    page = browser.get(_address(case, "/corrections/new"))
    answer = browser.post(_address(case, f"/corrections/{asked.id}/back"))

    session.expire_all()
    assert "Sent to the applicant" in page.text
    assert answer.status_code == 303
    assert session.get_one(Case, case.id).state is CaseState.IN_REVIEW


@pytest.mark.parametrize("who", ["kalle", "amina", "petros"])
def test_a_line_exists_for_nobody_else(cast, enter, session, who):
    case = cast.case(CaseState.IN_REVIEW)
    _asked_for, page = _asked(cast, session, case)
    browser = enter(getattr(cast, who))

    assert browser.get(page).status_code == 404
    assert browser.post(page, data={"words": "Mine"}).status_code == 404
    assert browser.post(f"{page}/back").status_code == 404


def test_a_line_of_another_case_does_not_exist(cast, enter, session):
    case, other = cast.case(CaseState.IN_REVIEW), cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    asked, _page = _asked(cast, session, other)

    assert enter(cast.clara).post(_address(case, f"/corrections/{asked.id}/back")).status_code == 404


# --- Both versions, side by side ----------------------------------------------------------------------


def test_what_stood_before_and_what_stands_now_are_side_by_side(cast, enter, session):
    case = cast.case(CaseState.NEEDS_INFO)
    amina, clara = enter(cast.amina), enter(cast.clara)
    amina.post("/en/my/application/name", data={"given_names": "Amina", "family_name": "Yusupova"})

    page = clara.get(_address(case, "/changes")).text

    before, now = page.index("Amina Юсупова</p>"), page.rindex("Amina Yusupova</p>")
    assert page.index(">Before<") < before < page.index(">Now<") < now
    assert "Answered" in page
    assert _address(case, "/changes") in clara.get(_address(case, "/application")).text


def test_a_document_and_the_one_in_its_place_are_side_by_side(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    first = cast.document(case)
    narrowed = Narrowed(kind=first.kind, document_id=first.id)
    corrections.ask(
        session, case, None, CorrectionReason.UNREADABLE, "Once more", narrowed=narrowed, by=cast.clara
    )
    cast.step(case, Act.CASE_ASK, cast.clara)
    second = cast.document(case)
    session.commit()

    page = enter(cast.clara).get(_address(case, "/changes")).text

    assert page.index(_address(case, f"/documents/{first.id}")) < page.index(
        _address(case, f"/documents/{second.id}")
    )


def test_where_nothing_was_asked_that_is_said(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)

    assert "Nothing was asked yet." in enter(cast.clara).get(_address(case, "/changes")).text


@pytest.mark.parametrize("who", ["kalle", "amina", "petros"])
def test_nobody_else_reads_versions(cast, enter, who):
    case = cast.case(CaseState.NEEDS_INFO)

    assert enter(getattr(cast, who)).get(_address(case, "/changes")).status_code == 404
