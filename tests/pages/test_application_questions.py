"""One question to a page: what is typed is kept, right or wrong."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.db import today
from portal.domain import application, consents
from portal.domain.application import Company, Idea, LegalStatus, NeedsAnswer, Precept, Question
from portal.domain.cases import CaseState
from portal.domain.choices import (
    Education,
    Heard,
    Home,
    Interpreter,
    Marital,
    Messenger,
    Need,
    Reply,
    TravelWish,
)
from portal.domain.consents import Purpose
from portal.domain.dates import PartOfDate
from portal.domain.people import Gender, Paper, PaperPlace
from portal.pages.migrant.questions import FORMS
from portal.web.words import consent_text
from tests.cast import ANSWERS

HERE = "/en/my/application/"
NEXT_YEAR = date(today().year + 1, 5, 1)


def typed_day(name, day):
    """A date as three fields."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


# What is typed, and what is kept of it.
GOOD = [
    ("language", {"language": "uz", "interpreter": "y"}, {"language": "uz", "interpreter": True}),
    ("language", {"language": "und"}, {"language": "und", "interpreter": False}),
    (
        "name",
        {"given_names": " ამინა ", "family_name": "Юсупова"},
        {"given_names": "ამინა", "family_name": "Юсупова"},
    ),
    (
        "birth",
        {"born_on-day": "٢٧", "born_on-month": "٣", "born_on-year": "٢٠٠٢"},
        {"born_on": date(2002, 3, 27)},
    ),
    (
        "person",
        {"gender": "not_stated", "citizenship": "UZ"},
        {"gender": Gender.NOT_STATED, "citizenship": "UZ"},
    ),
    (
        "contact",
        {"phone": "5123 4567", "email": "", "other_contact": ""},
        {"phone": "+37251234567", "email": None, "other_contact": None},
    ),
    ("contact", {"other_contact": "Telegram @amina"}, {"phone": None, "other_contact": "Telegram @amina"}),
    ("status", {"status": "dont_know"}, {"status": LegalStatus.DONT_KNOW}),
    (
        "precept",
        {
            "precept": "with_deadline",
            "precept_deadline-day": "1",
            "precept_deadline-month": "12",
            "precept_deadline-year": "2026",
        },
        {"precept": Precept.WITH_DEADLINE, "precept_deadline": date(2026, 12, 1)},
    ),
    ("precept", {"precept": "with_deadline"}, {"precept": Precept.WITH_DEADLINE, "precept_deadline": None}),
    (
        "precept",
        {"precept": "none", "precept_deadline-day": "31", "precept_deadline-month": "2"},
        {"precept": Precept.NONE, "precept_deadline": None},
    ),
    ("country", {"country": "GE", "place": "Batumi"}, {"country": "GE", "place": "Batumi"}),
    ("company", {"company": "family"}, {"company": Company.FAMILY}),
    (
        "papers",
        {"paper": "passport", "paper_place": "police"},
        {"paper": Paper.PASSPORT, "paper_place": PaperPlace.POLICE},
    ),
    ("papers", {}, {"paper": None, "paper_place": None}),
    (
        "needs",
        {"needs": "yes", "needs_words": "Insulin\r\ntwice a day"},
        {"needs": NeedsAnswer.YES, "needs_words": "Insulin\ntwice a day"},
    ),
    ("needs", {"needs": "no", "needs_words": "Insulin"}, {"needs": NeedsAnswer.NO, "needs_words": None}),
    (
        "ideas",
        {"ideas": ["job", "training"], "ideas_words": ""},
        {"ideas": {Idea.JOB, Idea.TRAINING}, "ideas_words": None},
    ),
    (
        "language",
        {"language": "ar", "interpreter": "y", "interpreter_gender": "woman"},
        {"interpreter_gender": Interpreter.WOMAN},
    ),
    ("language", {"language": "ar", "interpreter_gender": "woman"}, {"interpreter_gender": None}),
    (
        "other-names",
        {"original_name": "أمينة يوسفوفا", "other_names": "Karimova"},
        {"original_name": "أمينة يوسفوفا", "other_names": "Karimova"},
    ),
    (
        "birth",
        {"born_on-day": "", "born_on-month": "", "born_on-year": "٢٠٠٢"},
        {"born_on": PartOfDate(2002)},
    ),
    ("birth", {"born_on-month": "3", "born_on-year": "2002"}, {"born_on": PartOfDate(2002, 3)}),
    (
        "birthplace",
        {"birth_country": "UZ", "birth_place": "Buxoro"},
        {"birth_country": "UZ", "birth_place": "Buxoro"},
    ),
    ("person", {"gender": "female", "citizenship": "XX"}, {"citizenship": "XX"}),
    (
        "citizenships",
        {"second_citizenship": "GE", "third_citizenship": ""},
        {"second_citizenship": "GE", "third_citizenship": None},
    ),
    ("marital", {"marital": "not_stated"}, {"marital": Marital.NOT_STATED}),
    ("contact", {"phone": "(٥١٢٣) ٤٥-٦٧"}, {"phone": "+37251234567"}),
    (
        "more-contact",
        {"messengers": ["viber", "whatsapp"], "second_phone": "\u00a0+998 90 123\u200945\u200967 "},
        {"messengers": {Messenger.VIBER, Messenger.WHATSAPP}, "second_phone": "+998901234567"},
    ),
    (
        "safe-contact",
        {"safe_to_call": "no", "safe_to_write": "dont_know", "safe_hours": "после 18"},
        {"safe_to_call": Reply.NO, "safe_to_write": Reply.DONT_KNOW, "safe_hours": "после 18"},
    ),
    ("home", {"home": "none", "address": "Kopli 1"}, {"home": Home.NONE, "address": None}),
    ("home", {"home": "address", "address": "Kopli 1"}, {"home": Home.ADDRESS, "address": "Kopli 1"}),
    (
        "emergency",
        {"emergency_name": "Зухра", "emergency_phone": "+998 90 765 43 21", "emergency_relation": "mother"},
        {"emergency_name": "Зухра", "emergency_phone": "+998907654321", "emergency_relation": "mother"},
    ),
    ("arrival", {"arrived_on-year": "2023"}, {"arrived_on": PartOfDate(2023)}),
    ("appeal", {"appeal": "dont_know"}, {"appeal": Reply.DONT_KNOW}),
    (
        "detention",
        {"detained": "yes", "detained_at": "Soodevahe"},
        {"detained": Reply.YES, "detained_at": "Soodevahe"},
    ),
    ("detention", {"detained": "no", "detained_at": "x"}, {"detained": Reply.NO, "detained_at": None}),
    ("pending", {"pending": "in_person"}, {"pending": Reply.IN_PERSON}),
    (
        "earlier",
        {"earlier_return": "yes", "earlier_return_on-year": "2019", "earlier_return_from": "PL"},
        {
            "earlier_return": Reply.YES,
            "earlier_return_on": PartOfDate(2019),
            "earlier_return_from": "PL",
        },
    ),
    ("earlier", {"earlier_return": "no", "earlier_return_on-month": "13"}, {"earlier_return_on": None}),
    ("heard", {"heard_from": "internet"}, {"heard_from": Heard.INTERNET}),
    ("right-to-live", {"right_to_live": "yes"}, {"right_to_live": Reply.YES}),
    (
        "waiting",
        {"somebody_waiting": "yes", "waiting_words": "мама"},
        {"somebody_waiting": Reply.YES, "waiting_words": "мама"},
    ),
    ("dates", {"travel_wish": "soon"}, {"travel_wish": TravelWish.SOON, "travel_from": None}),
    (
        "dates",
        {"travel_wish": "dates", **typed_day("travel_from", NEXT_YEAR)},
        {"travel_wish": TravelWish.DATES, "travel_from": NEXT_YEAR, "travel_until": None},
    ),
    ("fear", {"fear": "in_person", "fear_words": "x"}, {"fear": Reply.IN_PERSON, "fear_words": None}),
    (
        "paper-details",
        {"paper_number": "FA 1234567", "paper_country": "UZ", **typed_day("paper_expires", NEXT_YEAR)},
        {"paper_number": "FA 1234567", "paper_country": "UZ", "paper_expires": NEXT_YEAR},
    ),
    ("loss", {"loss_reported": "no"}, {"loss_reported": Reply.NO}),
    (
        "needs",
        {"needs": "yes", "needs_kinds": ["medicine", "walking"]},
        {"needs": NeedsAnswer.YES, "needs_kinds": {Need.MEDICINE, Need.WALKING}},
    ),
    (
        "airport",
        {"airport_help": "yes", "airport_help_words": "wheelchair"},
        {"airport_help": Reply.YES, "airport_help_words": "wheelchair"},
    ),
    ("place-to-stay", {"place_to_stay": "yes"}, {"place_to_stay": Reply.YES}),
    ("safe-alone", {"safe_alone": "no"}, {"safe_alone": Reply.NO}),
    (
        "forced",
        {"forced": "yes", "forced_words": "I worked 🙁 without pay"},
        {"forced": Reply.YES, "forced_words": "I worked 🙁 without pay"},
    ),
    ("education", {"education": "vocational"}, {"education": Education.VOCATIONAL}),
    (
        "work",
        {"work_words": "Пекарня", "skills_words": "Sewing"},
        {"work_words": "Пекарня", "skills_words": "Sewing"},
    ),
    ("spoken", {"spoken": "Oʻzbekcha, русский"}, {"spoken": "Oʻzbekcha, русский"}),
]

TOMORROW = today() + timedelta(days=1)
NO_DATE, NO_YEAR = "This is not a date.", "Check the year."
IN_LETTERS = "Write the name in letters, without pictures or signs."
NO_MORE = "This country does not exist any more. Choose the country as it is called today."
FILL_IN, CHOOSE, FROM_LIST = "Fill this in.", "Choose one.", "Choose from the list."

# What is typed, what is told about it, and what of it must still be there.
BAD = [
    ("language", {}, CHOOSE, ""),
    ("language", {"language": "xx", "interpreter": "y"}, FROM_LIST, "checked"),
    ("name", {"given_names": "", "family_name": "Юсупова"}, FILL_IN, 'value="Юсупова"'),
    ("name", {"given_names": "\x00", "family_name": "Юсупова"}, FILL_IN, 'value="Юсупова"'),
    ("name", {"given_names": "x" * 5000, "family_name": "y"}, "at most 100 characters", "x" * 5000),
    ("name", {"given_names[]": "Amina", "family_name[]": "Y"}, FILL_IN, ""),
    (
        "birth",
        {"born_on-day": "31", "born_on-month": "2", "born_on-year": "2002"},
        NO_DATE,
        'value="31"',
    ),
    ("birth", {"born_on-day": "27", "born_on-month": "", "born_on-year": "2002"}, NO_DATE, 'value="2002"'),
    (
        "birth",
        {
            "born_on-day": str(TOMORROW.day),
            "born_on-month": str(TOMORROW.month),
            "born_on-year": str(TOMORROW.year),
        },
        NO_YEAR,
        f'value="{TOMORROW.year}"',
    ),
    ("birth", {"born_on-day": "1" * 5000}, NO_DATE, 'value="1111111111"'),
    ("birth", {"born_on": "2002-03-27"}, FILL_IN, ""),
    ("birth", {"born_on-month": "13", "born_on-year": "2002"}, "If you do not know the day", 'value="13"'),
    ("birth", {"born_on-day": "27"}, "If you do not know the day", 'value="27"'),
    ("birth", {"born_on-year": "1850"}, NO_YEAR, 'value="1850"'),
    ("birth", {"born_on-year": "2999"}, NO_YEAR, 'value="2999"'),
    ("birth", {"born_on-day": "29", "born_on-month": "2", "born_on-year": "2001"}, NO_DATE, 'value="29"'),
    ("name", {"given_names": "x" * 200, "family_name": "y"}, "Use at most 100 characters.", "x" * 200),
    ("name", {"given_names": "Amina 🌸", "family_name": "Y"}, IN_LETTERS, 'value="Amina 🌸"'),
    ("name", {"given_names": "Amina", "family_name": "---"}, "A name has letters.", 'value="---"'),
    ("other-names", {"original_name": "☀", "other_names": "Karimova"}, IN_LETTERS, 'value="Karimova"'),
    ("person", {"gender": "female", "citizenship": "SU"}, NO_MORE, "checked"),
    ("birthplace", {"birth_country": "YU", "birth_place": "Niš"}, NO_MORE, 'value="Niš"'),
    ("country", {"country": "AN", "place": "Batumi"}, NO_MORE, 'value="Batumi"'),
    ("emergency", {"emergency_phone": "90 123 45 67"}, "Write the number with +", 'value="90 123 45 67"'),
    ("earlier", {"earlier_return": "yes", "earlier_return_on-year": "2999"}, NO_YEAR, 'value="2999"'),
    ("arrival", {"arrived_on-year": "2999"}, NO_YEAR, 'value="2999"'),
    ("detention", {"detained": "dont_know", "detained_at": "x"}, CHOOSE, 'value="x"'),
    ("dates", {"travel_wish": "dates", **typed_day("travel_from", date(2020, 1, 1))}, "in the past", "2020"),
    (
        "dates",
        {
            "travel_wish": "dates",
            **typed_day("travel_from", NEXT_YEAR),
            **typed_day("travel_until", today() + timedelta(days=1)),
        },
        "This day is before the first one.",
        f'value="{NEXT_YEAR.year}"',
    ),
    ("person", {"gender": "robot", "citizenship": "UZ"}, CHOOSE, '<option selected value="UZ">'),
    ("person", {"gender": "other", "citizenship": "ZZZ"}, FROM_LIST, "checked"),
    ("contact", {}, "at least one way to reach you", ""),
    ("contact", {"phone": "soon", "email": "a@b"}, "This is not a phone number.", 'value="soon"'),
    ("status", {"status": "citizen"}, CHOOSE, ""),
    ("precept", {}, CHOOSE, ""),
    (
        "precept",
        {"precept": "with_deadline", "precept_deadline-day": "31", "precept_deadline-month": "2"},
        NO_DATE,
        'value="31"',
    ),
    ("country", {"country": "Atlantis", "place": "Batumi"}, FROM_LIST, 'value="Batumi"'),
    ("company", {"company": "friends"}, CHOOSE, ""),
    ("papers", {"paper": "library_card"}, CHOOSE, ""),
    ("needs", {"needs": "maybe", "needs_words": "Insulin"}, CHOOSE, "Insulin"),
    ("needs", {"needs": "yes", "needs_words": "y" * 5000}, "at most 4000 characters", "y" * 5000),
    ("ideas", {"ideas": ["job", "crime"], "ideas_words": "Sewing"}, FROM_LIST, "Sewing"),
    ("decision", {"voluntary": "y"}, "Tick this box", "checked"),
    ("consents", {"partner": "y"}, "Tick this box", "checked"),
]


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
        "decision": {"voluntary": "y", "truth": "y"},
        "consents": {"processing": "y"},
    }

    while way[-1] != "check":
        way.append(following(amina.post(HERE + way[-1], data=answers[way[-1]])))

    assert way == [*OF_GROWN_UPS, "check"]


def test_with_nothing_but_what_is_required_one_gets_through_as_well(amina, session, case):
    required = {question: typed for question, typed, _kept in reversed(GOOD) if question in ANSWERS} | {
        "company": {"company": "alone"},
        "decision": {"voluntary": "y", "truth": "y"},
        "consents": {"processing": "y"},
    }
    way = ["language"]

    while way[-1] != "check":
        way.append(following(amina.post(HERE + way[-1], data=required.get(way[-1], {}))))

    assert [one for one in way if one in required] == [*ANSWERS, "decision", "consents"]
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
    pages = amina.get(HERE + "decision").text + amina.get(HERE + "consents").text

    with app.test_request_context("/en/"):
        assert [purpose for purpose in Purpose if str(consent_text(purpose)) not in pages] == []
    assert "can end your asylum case" in pages
    assert pages.count('class="choice"') == len(Purpose)


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
