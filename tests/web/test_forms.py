"""The fields of all forms, fed with what people and machines really send."""

import enum
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from portal.db import today
from portal.domain.people import Gender, Relation
from portal.web import language
from portal.web.forms import (
    Amount,
    Choice,
    Day,
    Email,
    Form,
    Listed,
    Menu,
    Paragraph,
    Password,
    Phone,
    Several,
    Text,
    chosen,
    needed,
    ticked,
)
from portal.web.nations import Country


class Everything(Form):
    """One field of each kind, none of them needed."""

    name = Text("Name", most=100)
    story = Paragraph("Story")
    email = Email("E-mail")
    phone = Phone("Phone")
    gender = Choice("Gender", Gender)
    few = Choice("Few", Gender, among=(Gender.FEMALE, Gender.MALE))
    relation = Menu("Relation", Relation)
    country = Country("Country")
    listed = Listed("Listed", lambda: [("a", "First"), ("b", "Second")])
    several = Several("Several", Relation)
    day = Day("Day")
    born = Day("Born", until=today)
    due = Day("Due", future=True)
    amount = Amount("Amount")
    password = Password("Password")


class AllNeeded(Form):
    """The same, all of them needed."""

    name = Text("Name", [needed()])
    story = Paragraph("Story", [needed()])
    email = Email("E-mail", [needed()])
    phone = Phone("Phone", [needed()])
    gender = Choice("Gender", Gender, [chosen()])
    relation = Menu("Relation", Relation, [chosen()])
    country = Country("Country", [chosen()])
    several = Several("Several", Relation, [chosen()])
    day = Day("Day", [needed()])
    amount = Amount("Amount", [needed()])
    password = Password("Password", [needed()])
    box = BooleanField("Box", [ticked()])


@pytest.fixture(scope="module")
def app():
    """Languages and nothing else: a form needs no portal around it."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="s", WTF_CSRF_ENABLED=False)
    language.init(app, demo=True)
    return app


@pytest.fixture
def post(app):
    """post(FormClass, **fields): the form as it was read and checked."""

    def send(kind=Everything, /, fields=None, **more):
        with app.test_request_context("/en/", method="POST", data={**(fields or {}), **more}):
            form = kind()
            form.validate()
            return form

    return send


def day(year, month, number, name="day"):
    return {f"{name}-year": year, f"{name}-month": month, f"{name}-day": number}


def faults(form):
    """Every fault, as the person reads it."""
    return {name: [str(words) for words in found] for name, found in form.errors.items()}


def test_nothing_sent_is_nothing_answered(post):
    form = post()

    assert form.errors == {}
    assert set(form.values().values()) == {None, frozenset()}


def test_what_is_needed_and_not_sent_is_asked_for_once(post):
    form = post(AllNeeded)

    fill_in, choose = ["Fill this in."], ["Choose one."]
    assert faults(form) == {
        "name": fill_in,
        "story": fill_in,
        "email": fill_in,
        "phone": fill_in,
        "gender": choose,
        "relation": choose,
        "country": choose,
        "several": choose,
        "day": fill_in,
        "amount": fill_in,
        "password": fill_in,
        "box": ["Tick this box to go on."],
    }


@pytest.mark.parametrize("blank", ["", "   ", "\t", "\n", "\x00", " \x00 ", "\u202e"])
def test_blanks_are_no_answer(post, blank):
    form = post(AllNeeded, name=blank, story=blank)

    assert (form.name.data, form.story.data) == (None, None)
    assert {"name", "story"} <= form.errors.keys()


@pytest.mark.parametrize(
    "name", ["Амина Юсупова", "ნინო", "أمينة", "阿米娜", "Nguyễn Thị", "O’Brien-Ødegård", "አሚና"]
)
def test_a_name_in_any_script_stays_as_it_is(post, name):
    assert post(name=name).name.data == name


def test_letters_and_marks_sent_apart_become_one(post):
    assert post(name="Jo\u0308rg").name.data == "Jörg"


def test_one_line_stays_one_line_and_a_text_keeps_its_lines(post):
    form = post(name=" Amina \r\n  Laylo ", story="one\r\ntwo\n\nthree ")

    assert form.name.data == "Amina Laylo"
    assert form.story.data == "one\ntwo\n\nthree"


def test_control_characters_and_turned_writing_are_left_out(post):
    assert post(name="Am\x00in\x1ba\u202e txt").name.data == "Amina txt"


def test_too_long_a_text_is_a_fault_and_is_kept(post):
    form = post(name="x" * 5000, story="y" * 5000)

    assert faults(form) == {
        "name": ["Use at most 100 characters."],
        "story": ["Use at most 4000 characters."],
    }
    assert form.name._value() == "x" * 5000


def test_a_browser_cuts_off_a_long_line_and_never_a_long_text(post):
    form = post()

    assert ("maxlength" in form.name(), "maxlength" in form.story()) == (True, False)


def test_of_a_field_sent_twice_the_first_counts(post):
    assert post(fields={"name": ["Amina", "Laylo"]}).name.data == "Amina"


@pytest.mark.parametrize("fields", [{"name[]": "x"}, {"name[0]": "x"}, {"name.first": "x"}])
def test_arrays_of_other_frameworks_are_nothing(post, fields):
    assert post(fields=fields).name.data is None


def test_json_is_not_a_form(app):
    with app.test_request_context("/en/", method="POST", json=["not", "a", "form"]):
        form = AllNeeded()

        assert form.validate() is False
        assert form.name.data is None


@pytest.mark.parametrize("field", ["gender", "few", "relation"])
@pytest.mark.parametrize("value", ["nobody", "FEMALE", "\x00", "x" * 5000])
def test_an_unknown_choice_is_a_fault(post, field, value):
    form = post(fields={field: value})

    assert faults(form) == {field: ["Choose one."]}
    assert form[field].data is None


def test_a_choice_that_is_not_among_those_offered_is_a_fault(post):
    assert faults(post(few="other")) == {"few": ["Choose one."]}


def test_a_choice_is_a_member(post):
    form = post(gender="other", relation="child")

    assert (form.gender.data, form.relation.data) == (Gender.OTHER, Relation.CHILD)


def test_several_choices_are_a_set_of_members(post):
    form = post(fields={"several": ["child", "parent", "child"]})

    assert form.several.data == frozenset({Relation.CHILD, Relation.PARENT})
    assert all(isinstance(one, enum.StrEnum) for one in form.several.data)


def test_one_unknown_among_several_choices_is_a_fault(post):
    form = post(fields={"several": ["child", "nobody"]})

    assert faults(form) == {"several": ["Choose from the list."]}
    assert form.several.data == frozenset({Relation.CHILD})


def test_a_list_takes_what_is_on_it_and_nothing_else(post):
    assert post(country="UZ", listed="b").values("country", "listed") == {"country": "UZ", "listed": "b"}
    assert faults(post(country="XX", listed="c")) == {
        "country": ["Choose from the list."],
        "listed": ["Choose from the list."],
    }


def test_countries_are_called_by_their_names_in_the_language_of_the_page(app):
    with app.test_request_context("/et/"):
        app.preprocess_request()

        assert dict((one.value, one.label) for one in Everything().country.choices)["GE"] == "Gruusia"


# --- Days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        ("1998", "3", "27"),
        ("1998", "03", " 27 "),
        ("١٩٩٨", "٣", "٢٧"),
        ("१९९८", "३", "२७"),
        ("１９９８", "３", "２７"),
    ],
)
def test_a_date_is_read_in_any_digits(post, typed):
    form = post(fields=day(*typed))

    assert form.errors == {}
    assert form.day.data == date(1998, 3, 27)


@pytest.mark.parametrize(
    "typed",
    [
        ("2027", "2", "31"),
        ("2026", "2", "29"),
        ("2026", "13", "1"),
        ("2026", "0", "1"),
        ("", "3", "27"),
        ("1998", "", ""),
        ("1998", "März", "27"),
        ("-5", "1", "1"),
        ("99999", "1", "1"),
        ("1e3", "1", "1"),
    ],
)
def test_what_is_no_date_is_told_and_kept(post, typed):
    form = post(AllNeeded, fields=day(*typed))

    assert faults(form)["day"] == ["This is not a date. Write it like 27 3 1998."]
    assert (form.day.year, form.day.month, form.day.day) == typed


@pytest.mark.parametrize("year", ["98", "1899", "0001"])
def test_a_year_before_all_living_people_is_a_fault(post, year):
    assert faults(post(fields=day(year, "1", "1"))) == {"day": ["This date cannot be right. Check the year."]}


def test_nobody_is_born_tomorrow(post):
    tomorrow = today() + timedelta(days=1)

    form = post(fields=day(tomorrow.year, tomorrow.month, tomorrow.day, name="born"))

    assert faults(form) == {"born": ["This date cannot be right. Check the year."]}
    assert form.born.day == str(tomorrow.day)


def test_nothing_is_due_yesterday(post):
    yesterday = today() - timedelta(days=1)

    form = post(fields=day(yesterday.year, yesterday.month, yesterday.day, name="due"))

    assert faults(form) == {"due": ["This date is in the past."]}


def test_a_known_date_is_shown_in_its_parts(app):
    with app.test_request_context("/en/"):
        form = Everything(data={"day": date(1998, 3, 7)})

        assert (form.day.day, form.day.month, form.day.year) == ("7", "3", "1998")


def test_control_characters_in_a_date_are_left_out(post):
    assert post(fields=day("1998", "3", "2\x007")).day.data == date(1998, 3, 27)


# --- Ways to reach somebody -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+372 5123 4567", "+37251234567"),
        ("5123 4567", "+37251234567"),
        ("+998 (90) 123-45-67", "+998901234567"),
        ("٠٠٩٩٨٩٠١٢٣٤٥٦٧", "+998901234567"),
    ],
)
def test_a_phone_number_has_one_form(post, typed, kept):
    form = post(phone=typed)

    assert form.errors == {}
    assert form.phone.data == kept


@pytest.mark.parametrize("typed", ["abc", "12", "+", "+372 5123 4567 8901 2345 67", "+999"])
def test_what_is_no_phone_number_is_told_and_kept(post, typed):
    form = post(phone=typed)

    assert faults(form) == {"phone": ["This is not a phone number. Write it like +372 5123 4567."]}
    assert form.phone._value() == typed


@pytest.mark.parametrize(
    "typed", ["amina", "amina@", "@example.org", "a@b", "a b@example.org", "a@b@c.org", "a@b.c."]
)
def test_what_is_no_address_is_told_and_kept(post, typed):
    form = post(email=typed)

    assert faults(form) == {"email": ["This is not an e-mail address. Write it like name@example.org."]}
    assert form.email._value() == typed


def test_an_address_may_have_letters_of_any_script(post):
    assert post(email="амина@почта.рф").email.data == "амина@почта.рф"


# --- Money ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("250", 25_000),
        ("99.50", 9_950),
        ("1 500,5", 150_050),
        ("٢٥٠", 25_000),
        ("0,01", 1),
        ("100000000", 10**10),
    ],
)
def test_an_amount_is_kept_in_minor_units(post, typed, minor):
    form = post(amount=typed)

    assert form.errors == {}
    assert form.amount.data == minor


@pytest.mark.parametrize(
    "typed",
    [
        "abc",
        "-5",
        "1.500,50",
        "1e9",
        "1e999999",
        "NaN",
        "Infinity",
        "1.234",
        "0x10",
        "1..5",
        "9" * 5000,
        "\x00",
    ],
)
def test_what_is_no_amount_is_told_and_kept(post, typed):
    form = post(AllNeeded, amount=typed)

    assert len(faults(form)["amount"]) == 1
    assert form.amount.data is None
    assert form.amount._value() == typed


@pytest.mark.parametrize("typed", ["0", "0.00", "100000000.01"])
def test_nothing_and_too_much_are_no_amounts(post, typed):
    assert faults(post(amount=typed)) == {
        "amount": ["Write an amount above 0 and not larger than 100 million."]
    }


def test_a_known_amount_is_shown_in_major_units(app):
    with app.test_request_context("/en/"):
        assert Everything(data={"amount": 150_050}).amount._value() == str(Decimal("1500.50"))


# --- Forms ------------------------------------------------------------------------------------------


def test_a_password_is_taken_exactly_and_never_given_back(post, app):
    with app.test_request_context("/en/", method="POST", data={"password": "  four  words "}):
        form = Everything()

        assert form.password.data == "  four  words "
        assert "four" not in form.password()


def test_what_was_kept_is_read_in_place_of_what_is_sent(app):
    with app.test_request_context("/en/?name=No"):
        form = Everything(formdata=MultiDict({"name": "Amina", "day-day": "31", "day-month": "2"}))

        assert (form.name.data, form.day.day, form.day.month) == ("Amina", "31", "2")


def test_what_stands_in_the_address_is_not_a_form(app):
    with app.test_request_context("/en/?name=Amina"):
        assert Everything().name.data is None


def test_a_fault_found_later_stands_beside_its_field(post):
    form = post(name="Amina")

    form.accept(name="Already taken.")

    assert faults(form) == {"name": ["Already taken."]}


def test_values_are_those_that_were_asked_for(post):
    form = post(name="Amina", country="UZ")

    assert form.values("name", "country") == {"name": "Amina", "country": "UZ"}
