"""One question to a page: what is typed is kept, right or wrong."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.domain.applying import application, consents
from portal.domain.applying.application import LegalStatus, Question
from portal.domain.applying.consents import Purpose
from portal.domain.cases import CaseState
from portal.pages.migrant.questions import FORMS
from portal.web.words import consent_text
from tests.cast import ANSWERS
from tests.typed import BAD, GOOD

HERE = "/en/my/application/"

# Questions that no earlier answer has to open.
AT_FIRST = [
    one
    for one in FORMS
    if one
    not in [
        "citizenships",
        "guardian",
        "more-contact",
        "safe-contact",
        "appeal",
        "right-to-live",
        "paper-details",
        "loss",
        "safe-alone",
    ]
]


@pytest.fixture
def case(cast):
    """Amina's draft, just begun."""
    return cast.case(CaseState.DRAFT)


@pytest.fixture
def amina(case, cast, enter):
    """The browser of Amina."""
    return enter(cast.amina)


def kept(session, case):
    """All columns of the application and of Amina, as they are now."""
    session.expire_all()
    found = application.answers(session, case)
    session.commit()
    return lambda name: getattr(
        found.principal if name in application.OF_PRINCIPAL else found.application, name
    )


OF_GROWN_UPS = [question for question in FORMS if question is not Question.GUARDIAN]


def following(answer):
    """The page a browser is sent to, without the language."""
    assert answer.status_code == 303
    return answer.location.removeprefix(HERE)


def test_every_question_is_asked_with_nothing_answered_yet(amina):
    pages = {question: amina.get(HERE + question) for question in AT_FIRST}

    assert {question: page.status_code for question, page in pages.items()} == dict.fromkeys(AT_FIRST, 200)
    assert [question for question, page in pages.items() if "Save and go on" not in page.text] == []


@pytest.mark.parametrize(("question", "typed", "expected"), GOOD)
def test_what_is_typed_is_kept(amina, session, case, question, typed, expected):
    answer = amina.post(HERE + question, data=typed)

    column = kept(session, case)
    assert answer.status_code == 303
    assert {name: column(name) for name in expected} == expected


@pytest.mark.parametrize(("question", "typed", "words", "still"), BAD)
def test_what_cannot_be_used_is_told_and_kept_in_the_page(
    amina, session, case, question, typed, words, still
):
    answer = amina.post(HERE + question, data=typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert still in answer.text
    assert application.missing(application.answers(session, case))[0] is Question.LANGUAGE


def test_what_was_answered_is_there_again(amina, cast, session, case):
    cast.answer_everything(case)
    session.commit()

    pages = {question: amina.get(HERE + question).text for question in ANSWERS}

    answered = re.compile(r'checked |<option selected value="[^"]|value="(Amina|27|\+37251234567)"')
    assert [question for question, page in pages.items() if not answered.search(page)] == []


def test_the_title_tells_nothing_about_the_person(amina, cast, session, case):
    cast.answer_everything(case)
    session.commit()

    for question in application.asked_of(application.answers(session, case)):
        title = amina.get(HERE + question).text.partition("<title>")[2].partition("</title>")[0]
        assert title.startswith("Question ")


def test_each_answer_leads_to_the_next_question_and_the_last_one_to_looking_it_over(amina, session, case):
    way = ["language"]
    answers = {question: typed for question, typed, _kept in reversed(GOOD)} | {
        "precept": {"precept": "at_once"},
        "country": {"country": "KZ"},
        "company": {"company": "alone"},
        "papers": {"paper": "passport", "paper_place": "lost"},
        "privacy": {"notice": "y"},
        "decision": {"voluntary": "y", "truth": "y"},
        "consents": {"processing": "y"},
    }

    while way[-1] != "check":
        way.append(following(amina.post(HERE + way[-1], data=answers[way[-1]])))

    assert way == [*OF_GROWN_UPS, "check"]


def test_with_nothing_but_what_is_required_one_gets_through_as_well(amina, session, case):
    required = {question: typed for question, typed, _kept in reversed(GOOD) if question in ANSWERS} | {
        "company": {"company": "alone"},
        "privacy": {"notice": "y"},
        "decision": {"voluntary": "y", "truth": "y"},
        "consents": {"processing": "y"},
    }
    way = ["language"]

    while way[-1] != "check":
        way.append(following(amina.post(HERE + way[-1], data=required.get(way[-1], {}))))

    assert [one for one in way if one in required] == [one for one in Question if one in required]
    assert application.missing(application.answers(session, case)) == []


def test_what_is_not_required_can_be_passed_over_without_sending_anything(amina):
    page = amina.get(HERE + "other-names").text

    assert f'href="{HERE}birth">Go on without an answer' in page
    assert "Go on without an answer" not in amina.get(HERE + "name").text


def test_a_question_that_does_not_apply_leads_to_the_list(amina):
    answer = amina.get(HERE + "loss")

    assert (answer.status_code, answer.location) == (302, HERE)


def test_a_name_that_runs_from_right_to_left_does_not_turn_the_page(amina):
    amina.post(HERE + "name", data={"given_names": "\u202eأمينة", "family_name": "يوسفوفا"})

    page = amina.get(HERE + "name").text

    assert page.count('dir="auto"') == 2
    assert 'value="أمينة"' in page


def test_whoever_travels_with_family_is_asked_who(amina):
    assert following(amina.post(HERE + "company", data={"company": "family"})) == "family"


def test_at_the_end_of_a_part_that_was_only_changed_the_list_comes_again(amina, cast, session, case):
    cast.answer_everything(case)
    session.commit()

    assert following(amina.post(HERE + "status", data={"status": "no_papers"})) == "precept"
    assert following(amina.post(HERE + "heard", data={"heard_from": "other"})) == ""


def test_what_is_changed_while_looking_it_over_leads_back_there(amina, cast, session, case):
    cast.answer_everything(case)
    session.commit()
    page = amina.get(HERE + "name?from=check")

    answer = amina.post(HERE + "name?from=check", data={"given_names": "Amina", "family_name": "Y"})

    assert 'action="/en/my/application/name?from=check"' in page.text
    assert f'href="{HERE}check"' in page.text
    assert following(answer) == "check"


def test_what_a_change_opens_is_asked_before_going_back(amina, cast, session, case):
    cast.answer_everything(case)
    session.commit()

    answer = amina.post(HERE + "company?from=check", data={"company": "family"})

    assert following(answer) == "family?from=check"


def test_a_wrong_answer_does_not_forget_where_it_came_from(amina):
    page = amina.post(HERE + "name?from=check", data={})

    assert page.status_code == 422
    assert 'action="/en/my/application/name?from=check"' in page.text


def test_nobody_sends_a_browser_elsewhere(amina):
    answer = amina.post(HERE + "status?from=//evil.example", data={"status": "no_papers"})

    assert parse_qs(urlsplit(answer.location).query) == {}


def test_the_notice_is_read_first_and_kept_with_its_version_and_language(amina, session, case):
    before = amina.get(HERE + "privacy").text
    refused = amina.post(HERE + "privacy", data={})
    answer = amina.post(HERE.replace("en", "ru", 1) + "privacy", data={"notice": "y"})

    session.rollback()
    [read] = consents.given(session, case).values()
    assert "checked" not in before
    assert "There are no accounts for the police in this portal." in before
    assert (refused.status_code, answer.location) == (422, "/ru/my/application/name")
    assert (read.purpose, read.text_version, read.language) == (
        Purpose.NOTICE,
        consents.NOTICE_VERSION,
        "ru",
    )
    assert "Privacy notice read" in amina.get(HERE + "check").text


def test_the_two_declarations_are_given_together(amina, session, case):
    answer = amina.post(HERE + "decision", data={"voluntary": "y", "truth": "y"})

    session.rollback()
    assert following(answer) == "consents"
    assert set(consents.given(session, case)) == consents.DECLARATIONS


def test_each_consent_stands_by_itself_and_none_is_ticked_before(amina, session, case):
    first = amina.get(HERE + "consents").text

    amina.post(HERE + "consents", data={"processing": "y", "embassy": "y"})

    session.rollback()
    assert "checked" not in first
    assert set(consents.given(session, case)) == {Purpose.PROCESSING, Purpose.EMBASSY}
    assert amina.get(HERE + "consents").text.count("checked ") == 2


def test_declarations_and_consents_are_shown_in_full(amina, app):
    pages = "".join(amina.get(HERE + question).text for question in application.GIVEN_IN)

    with app.test_request_context("/en/"):
        left_out = [purpose for purpose in Purpose if str(consent_text(purpose)) not in pages]
    assert "can end your asylum case" in pages
    assert left_out == [Purpose.TALK_PHOTOS]  # asked for after the return
    assert pages.count('class="choice"') == len(Purpose) - 1


def test_words_about_health_do_not_outlive_the_answer_they_belong_to(amina, session, case):
    amina.post(HERE + "needs", data={"needs": "yes", "needs_words": "Insulin"})

    amina.post(HERE + "needs", data={"needs": "in_person", "needs_words": "Insulin"})

    assert kept(session, case)("needs_words") is None


def test_a_question_that_does_not_exist_is_not_found(amina):
    assert amina.get(HERE + "salary").status_code == 404
    assert amina.post(HERE + "salary").status_code == 404


def test_before_anything_is_begun_there_are_no_questions(cast, enter):
    giorgi = enter(cast.giorgi)

    answers = [ask(HERE + question) for question in FORMS for ask in (giorgi.get, giorgi.post)]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("who", ["clara", "aino", "petros", "mart", "olga"])
def test_nobody_else_has_an_application(cast, enter, case, who):
    browser = enter(getattr(cast, who))

    assert browser.get(HERE + "name").status_code == 404
    assert browser.post(HERE + "name", data={"given_names": "x", "family_name": "y"}).status_code == 404


def test_an_answer_is_about_ones_own_case_only(amina, cast, enter, session, case):
    other = cast.case(CaseState.DRAFT, migrant=cast.giorgi)
    session.commit()

    enter(cast.giorgi).post(HERE + "name", data={"given_names": "Giorgi", "family_name": "Beridze"})

    assert kept(session, case)("given_names") is None
    assert kept(session, other)("given_names") == "Giorgi"


# --- What cannot be changed now -----------------------------------------------------------------------


def test_a_locked_question_shows_what_was_sent(cast, enter):
    cast.case(CaseState.SUBMITTED)

    answer = enter(cast.amina).get(HERE + "name")

    assert (answer.status_code, answer.location) == (302, HERE)


def test_an_answer_to_a_locked_question_is_refused_with_how_things_stand(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)

    answer = enter(cast.amina).post(HERE + "status", data={"status": "no_papers"})

    assert answer.status_code == 409
    assert "This part of the application cannot be changed now." in answer.text
    assert "The case now: Sent, waiting for a counsellor" in answer.text
    assert kept(session, case)("status") is LegalStatus.PERMIT_EXPIRED


def test_when_something_is_asked_only_that_part_opens_with_the_counsellors_words(cast, enter):
    cast.case(CaseState.NEEDS_INFO)
    browser = enter(cast.amina)

    assert "Please write your name as it is in your passport." in browser.get(HERE + "name").text
    assert browser.get(HERE + "status").status_code == 302
    assert browser.post(HERE + "status", data={"status": "no_papers"}).status_code == 409
