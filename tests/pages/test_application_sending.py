"""The list of parts, looking everything over, sending it, and what is shown afterwards."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from babel.dates import format_date
from sqlalchemy import select, update

from portal.db import day_of
from portal.domain import corrections, journal
from portal.domain.access.sign_in import SignIn
from portal.domain.applying import application, signing
from portal.domain.applying.application import Company, NeedsAnswer, Question
from portal.domain.applying.consents import How, Purpose
from portal.domain.cases import OVER, CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.course import lifecycle
from portal.domain.permissions import Act
from tests.cast import ANSWERS
from tests.reading import read

HERE = "/en/my/application/"
SIGNED = {"name": "Амина Юсупова", "place": "Tallinn"}
NO_PICTURES = "Write the name in letters, without pictures or signs."
TOO_LONG = {"name": "Use at most 100 characters.", "place": "Use at most 80 characters."}
ANOTHER = "This name is not in the application. Write your own name, as in your answers."
ANSWERED = (Question.LANGUAGE, Question.NAME)
REQUIRED = tuple(one for one in Question if one in {*ANSWERS, *application.GIVEN_IN})


@pytest.fixture
def case(cast):
    """Amina's draft, just begun."""
    return cast.case(CaseState.DRAFT)


@pytest.fixture
def full(cast):
    """The same with all required answers."""
    return cast.case_by(cast.answer_everything)


@pytest.fixture
def unsigned(session, full):
    """The same without the name under it."""
    session.delete(signing.holding(session, full))
    session.commit()
    return full


def now(session, case):
    """The case as it is now."""
    session.rollback()
    session.expire_all()
    return case


def parts(page):
    """The parts in the list and how each one stands."""
    task = r'class="task"[^>]*>\s*<span><strong>([^<]+)</strong>.*?<span class="tag[^>]*>([^<]+)</span>'
    return dict(re.findall(task, page, re.DOTALL))


def links(page):
    """Every address of the application that the page leads to."""
    return set(re.findall(rf'href="({HERE}[^"]*)"', page))


# --- The list -------------------------------------------------------------------------------------


def test_before_anything_is_begun_there_is_one_button(amina):
    page = amina.get(HERE)

    assert page.status_code == 200
    assert page.text.count(f'action="{HERE}start"') == 1


def test_the_button_begins_and_pressed_twice_begins_once(amina, cast, session):
    answers = [amina.post(HERE + "start") for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, HERE)] * 2
    begun = select(journal.Event).where(journal.Event.act == Act.CASE_START)
    assert len(session.scalars(begun).all()) == 1


def test_of_an_empty_application_everything_is_to_start_or_not_required(amina, case):
    page = amina.get(HERE).text

    assert parts(page) == {
        "Name and contact": "Start",
        "Situation in Estonia": "Start",
        "Country of return": "Start",
        "Travelling with": "Start",
        "Travel documents": "Not required yet",
        "Needs for the journey": "Not required yet",
        "After the return": "Not required yet",
        "Decision and consents": "Start",
    }
    assert "0 of 34 questions answered" in page
    assert f'class="button" href="{HERE}language"' in page


def test_what_is_answered_is_counted_and_one_goes_on_behind_it(amina, cast, session, case):
    for question in ANSWERED:
        application.answer(session, case, question, ANSWERS[question], by=cast.amina)
    session.commit()

    page = amina.get(HERE).text

    assert parts(page)["Name and contact"] == "Go on"
    assert "2 of 34 questions answered" in page
    assert f'class="button" href="{HERE}privacy"' in page


def test_only_questions_that_apply_are_counted(amina, cast, session, case):
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    session.commit()

    assert "1 of 35 questions answered" in amina.get(HERE).text


def test_a_question_that_was_passed_over_and_is_not_required_is_not_asked_again(amina, cast, session, case):
    cast.answer_everything(case)
    application.consent(session, case, Question.CONSENTS, frozenset(), language="en", by=cast.amina)
    session.commit()

    assert f'class="button" href="{HERE}consents"' in amina.get(HERE).text


def test_one_goes_on_with_what_is_not_required_when_it_comes_next(amina, cast, session, case):
    for question, values in ANSWERS.items():
        application.answer(session, case, question, values, by=cast.amina)
    read = frozenset({Purpose.NOTICE})
    application.consent(session, case, Question.PRIVACY, read, language="en", by=cast.amina)
    application.answer(session, case, Question.NEEDS, {"needs": NeedsAnswer.NO}, by=cast.amina)
    session.commit()

    assert f'class="button" href="{HERE}airport"' in amina.get(HERE).text


def test_when_all_is_there_it_can_be_checked_and_sent(amina, full):
    page = amina.get(HERE).text

    assert f'class="button" href="{HERE}check"' in page
    assert parts(page)["Decision and consents"] == "Done"
    assert parts(page)["Name and contact"] == "Enough to send"


# --- Looking it over ------------------------------------------------------------------------------


def test_what_is_missing_is_named_with_a_link(amina, cast, session, case):
    for question in ANSWERED:
        application.answer(session, case, question, ANSWERS[question], by=cast.amina)
    session.commit()

    page = amina.get(HERE + "check").text

    missing = page.partition("These answers are still missing")[2].partition("</ul>")[0]
    assert links(missing) == {
        f"{HERE}{question}?from=check"
        for question in Question
        if question in REQUIRED and question not in ANSWERED
    }
    assert f'action="{HERE}send"' not in page


def test_everything_answered_is_shown_in_words(amina, session, full):
    page = amina.get(HERE + "check").text

    for words in (
        "Русский",
        "With an interpreter",
        "Amina Юсупова",
        "Uzbekistan",
        "Alone",
        "Own free decision",
    ):
        assert words in page
    assert f'action="{HERE}send"' in page
    order = application.asked_of(application.answers(session, full))
    assert len([link for link in links(page) if link.endswith("?from=check")]) == len(order)


# --- Signing --------------------------------------------------------------------------------------


def test_a_name_and_a_place_sign_it_and_send_it(amina, cast, enter, session, unsigned):
    page = read(amina.get(HERE + "check"))
    sent = amina.post(page.buttons["Sign and send"], data=SIGNED)

    case = now(session, unsigned)
    signature = signing.holding(session, case)
    assert (case.state, sent.location) == (CaseState.SUBMITTED, HERE + "receipt")
    assert (signature.name, signature.place, signature.how, signature.by_id) == (
        *("Амина Юсупова", "Tallinn"),
        *(How.OWN_SIGN_IN, None),
    )
    words = ("Амина Юсупова", "Tallinn", format_date(day_of(signature.signed_at), "d MMMM y", "en"))
    assert [one in amina.get(HERE).text for one in words] == [True] * 3
    lifecycle.advance(session, case, Act.CASE_TAKE, by=cast.clara)
    session.commit()
    seen = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/application").text
    assert [one in seen for one in (*words, "With an own sign-in")] == [True] * 4


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "", "place": "Tallinn"}, {"name": "Fill this in."}),
        ({"name": "Amina Yusupova", "place": ""}, {"place": "Fill this in."}),
        ({"name": "X 1 😀", "place": "Tallinn"}, {"name": NO_PICTURES}),
        ({"name": "Nodira Karimova", "place": "Tallinn"}, {"name": ANOTHER}),
        ({"name": "a" * 101, "place": "b" * 81}, TOO_LONG),
    ],
)  # fmt: skip
def test_what_is_no_signature_says_why_beside_its_field_and_keeps_what_was_typed(
    amina, session, unsigned, typed, wrong
):
    answer = amina.post(HERE + "check", data=typed)

    assert answer.status_code == 422
    page = read(answer)
    assert page.wrong == wrong
    assert {name: page.fields[name] for name in typed} == typed
    assert now(session, unsigned).state is CaseState.DRAFT
    assert signing.of_case(session, unsigned) == []


@pytest.mark.parametrize(
    "name",
    ["amina", "YUSUPOVA", "Амина  Юсупова", "Jusupova A.", "أمينة يوسفوفا", "Ms Amina Yusupova-Rakhimova"],
)
def test_every_spelling_of_the_own_name_signs(amina, session, unsigned, name):
    assert amina.post(HERE + "check", data={**SIGNED, "name": name}).status_code == 303
    assert now(session, unsigned).state is CaseState.SUBMITTED


def test_without_a_signature_the_other_button_sends_nothing(amina, session, unsigned):
    answer = amina.post(HERE + "send")

    assert answer.status_code == 409
    assert "The application is not signed yet." in answer.text


def test_what_is_declared_anew_is_signed_anew(amina, cast, session, full):
    none, both = frozenset(), frozenset({Purpose.VOLUNTARY, Purpose.TRUTH})
    for given in (none, both):
        application.consent(session, full, Question.DECISION, given, language="en", by=cast.amina)
    session.commit()

    page = read(amina.get(HERE + "check"))

    assert "Sign and send" in page.buttons
    assert amina.post(HERE + "check", data=SIGNED).location == HERE + "receipt"
    assert len(signing.of_case(session, now(session, full))) == 2


def test_two_taps_at_once_sign_it_once(cast, enter, session, unsigned):
    browsers = [enter(cast.amina) for _ in range(4)]

    with ThreadPoolExecutor(len(browsers)) as taps:
        answers = list(taps.map(lambda browser: browser.post(HERE + "check", data=SIGNED), browsers))

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, HERE + "receipt")] * 4
    assert len(signing.of_case(session, now(session, unsigned))) == 1


def test_who_signed_in_long_ago_shows_a_code_before_the_name_counts(amina, cast, session, unsigned):
    session.execute(update(SignIn).values(fresh_at=None))
    session.commit()

    asked = amina.post(HERE + "check", data=SIGNED)

    assert read(asked).heading == "Is it you?"
    assert {"Амина Юсупова", "Tallinn"} <= set(read(asked).fields.values())
    assert signing.of_case(session, now(session, unsigned)) == []


# --- Sending --------------------------------------------------------------------------------------


def test_it_is_sent_and_a_receipt_says_what_happens_next(amina, session, full):
    answer = amina.post(HERE + "send", follow_redirects=True)

    case = now(session, full)
    assert case.state is CaseState.SUBMITTED
    assert answer.request.path == HERE + "receipt"
    for words in (case.reference, "A counsellor will read your application", "Who acts now", "By when"):
        assert words in answer.text


def test_sent_twice_it_is_sent_once_and_the_receipt_is_shown_again(amina, session, full):
    answers = [amina.post(HERE + "send", follow_redirects=True) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    one, other = (read(answer) for answer in answers)
    assert (one.heading, one) == ("Your application was sent", other)
    events = journal.of_case(session, now(session, full).id)
    assert [event.act for event in events].count(Act.CASE_SUBMIT) == 1


def test_two_taps_at_once_send_it_once(cast, enter, session, full):
    browsers = [enter(cast.amina) for _ in range(4)]

    with ThreadPoolExecutor(len(browsers)) as taps:
        answers = list(taps.map(lambda browser: browser.post(HERE + "send"), browsers))

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, HERE + "receipt")] * 4
    events = journal.of_case(session, now(session, full).id)
    assert [event.act for event in events].count(Act.CASE_SUBMIT) == 1


def test_sent_again_when_a_counsellor_has_it_already_shows_the_receipt(amina, cast):
    cast.case(CaseState.IN_REVIEW)

    answer = amina.post(HERE + "send", follow_redirects=True)

    assert answer.status_code == 200
    assert "Your counsellor is looking at your application" in answer.text


def test_what_is_not_complete_is_not_sent(amina, session, case):
    answer = amina.post(HERE + "send")

    assert answer.status_code == 409
    assert "Some required answers are missing." in answer.text
    assert now(session, case).state is CaseState.DRAFT


@pytest.mark.parametrize("state", OVER)
def test_what_is_over_is_not_sent(amina, cast, session, state):
    case = cast.case(state)

    assert amina.post(HERE + "send").status_code == 409
    assert now(session, case).state is state


def test_before_it_is_sent_there_is_no_receipt(amina, full):
    answer = amina.get(HERE + "receipt")

    assert (answer.status_code, answer.location) == (302, HERE)


@pytest.mark.parametrize("address", ["check", "receipt"])
def test_before_anything_is_begun_there_is_nothing_to_send(amina, address):
    assert amina.get(HERE + address).status_code == 404
    assert amina.post(HERE + "send").status_code == 404


@pytest.mark.parametrize("who", ["clara", "aino", "petros", "mart", "olga"])
def test_nobody_else_comes_in(cast, enter, full, who):
    browser = enter(getattr(cast, who))

    answers = [browser.get(HERE + page) for page in ("", "check", "receipt")]
    answers += [browser.post(HERE + act) for act in ("start", "send")]

    assert {answer.status_code for answer in answers} == {404}


# --- Afterwards -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(set(CaseState) - {CaseState.DRAFT, CaseState.NEEDS_INFO}))
def test_afterwards_all_answers_are_shown_and_none_can_be_changed(amina, cast, state):
    case = cast.case(state)

    page = amina.get(HERE)

    assert page.status_code == 200
    assert case.reference in page.text
    assert links(page.text) == {HERE}  # its own tab
    assert (f'action="{HERE}start"' in page.text) == (state in OVER and state is not CaseState.NOT_ELIGIBLE)


@pytest.mark.parametrize(
    ("state", "leads"), [(CaseState.SUBMITTED, "/en/account/my-data/ask/correct"), (CaseState.EXPIRED, None)]
)
def test_what_a_counsellor_has_can_be_corrected_by_asking_them(amina, cast, state, leads):
    cast.case(state)

    assert read(amina.get(HERE)).links.get("Correct something") == leads


def test_afterwards_it_says_who_has_it_and_until_when(amina, cast):
    case = cast.case(CaseState.SUBMITTED)

    page = amina.get(HERE).text

    assert "Sent, waiting for a counsellor" in page
    assert "Who acts now</dt><dd>Counsellor" in page
    assert str(case.due_on.year) in page


def test_looking_it_over_afterwards_is_reading_it(amina, cast):
    cast.case(CaseState.SUBMITTED)

    assert amina.get(HERE + "check").location == HERE


# --- Something is to be changed -------------------------------------------------------------------


def test_what_is_asked_stands_on_top_and_only_its_part_is_open(amina, cast):
    cast.case(CaseState.NEEDS_INFO)

    page = amina.get(HERE).text

    assert "Please write your name as it is in your passport." in page
    assert parts(page).pop("Name and contact") == "To be changed"
    assert set(parts(page).values()) == {"To be changed", "Cannot be changed now"}
    assert f'href="{HERE}check#about-you"' in page


def test_while_something_is_asked_it_cannot_be_sent(amina, cast):
    cast.case(CaseState.NEEDS_INFO)

    page = amina.get(HERE + "check").text

    assert "Please write your name as it is in your passport." in page
    assert f'action="{HERE}send"' not in page
    assert amina.post(HERE + "send").status_code == 409


def test_when_it_is_changed_it_is_sent_again(amina, cast, session):
    case = cast.case(CaseState.NEEDS_INFO)

    amina.post(HERE + "name", data={"given_names": "Amina", "family_name": "Yusupova"})
    page = amina.get(HERE + "check").text
    answer = amina.post(HERE + "send")

    assert f'action="{HERE}send"' in page
    assert answer.location == HERE + "receipt"
    assert now(session, case).state is CaseState.SUBMITTED


def test_a_document_that_is_asked_for_is_named_too(amina, cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    corrections.ask(session, case, None, CorrectionReason.UNREADABLE, "Passport again, please", by=cast.clara)
    corrections.ask(session, case, Section.WHERE_TO, CorrectionReason.MISSING, "Which city?", by=cast.clara)
    lifecycle.advance(session, case, Act.CASE_ASK, by=cast.clara)
    session.commit()

    page = amina.get(HERE).text

    assert "Passport again, please" in page
    assert parts(page)["Country of return"] == "To be changed"
