"""The programme file: what it holds, how it is refused, and how its clocks count."""

from datetime import date
from pathlib import Path

import pytest

from portal.programme import (
    LANGUAGES,
    LETTER_LANGUAGES,
    Clock,
    DocumentKind,
    Programme,
    ProgrammeError,
    WantedBy,
    Who,
    Words,
)

SHIPPED = Path(__file__).resolve().parent.parent / "programme.toml"


PACKAGE = """
[[packages]]
key = "a"
who = "principal"
ceiling = 1
use_by_days = 365
contact_days = 89
currency = "EUR"
modality = "in_kind"
name = { en = "a", et = "a", ru = "a" }
"""


@pytest.fixture
def rewritten(tmp_path):
    """The shipped programme with some of its text replaced, as a new file."""

    def rewrite(*changes: tuple[str, str]) -> Path:
        text = SHIPPED.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "programme.toml"
        path.write_text(text, "utf-8")
        return path

    return rewrite


def problems_of(path: Path) -> list[str]:
    with pytest.raises(ProgrammeError) as caught:
        Programme.load(path)
    return sorted(caught.value.problems)


def test_the_shipped_programme_is_without_fault():
    programme = Programme.load(SHIPPED)

    assert set(programme.name) == {*LANGUAGES, *LETTER_LANGUAGES}
    assert programme.contacts[0].email == "iomtallinn@iom.int"
    assert programme.approvals.two_approvers_above == 100_000


def test_the_shipped_programme_states_nothing_that_nobody_verified():
    programme = Programme.load(SHIPPED)

    assert not any(vars(programme.unverified).values())
    assert not any(vars(programme.data_protection).values())
    assert programme.packages == ()


def test_sample_packages_exist_in_demo_only():
    programme = Programme.load(SHIPPED, demo=True)

    assert [(package.key, package.ceiling, package.currency) for package in programme.packages] == [
        ("example_start", 150_000, "EUR"),
        ("example_family", 75_000, "EUR"),
        ("example_child", 50_000, "EUR"),
    ]


def test_nobody_needs_papers_in_order_to_apply():
    programme = Programme.load(SHIPPED)

    assert not any(row.required for row in programme.documents if row.when is WantedBy.SUBMITTED)


def test_nobody_travels_without_a_travel_document():
    programme = Programme.load(SHIPPED)

    blocking = [row for row in programme.documents if row.required]

    assert [(row.who, row.when, row.kinds) for row in blocking] == [
        (
            Who.EVERY_PERSON,
            WantedBy.READY_TO_TRAVEL,
            (DocumentKind.PASSPORT, DocumentKind.LAISSEZ_PASSER),
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'alternatives = ["national_id", ',
            'alternatives = ["passport", ',
            "documents.1.alternatives: a kind is named twice",
        ),
        (
            'kind = "birth_certificate"',
            'kind = "final_report"',
            "documents.2.kind: nobody can send final_report before the journey",
        ),
        (
            'only_if = ["precept"]',
            'only_if = ["precept", "precept"]',
            "documents.3.only_if: a situation is named twice",
        ),
        (
            'only_if = ["precept"]\nuseful = true',
            'only_if = ["precept"]\nuseful = true\nrequired = true',
            "documents.3.useful: what is required is more than useful",
        ),
        (
            'kind = "birth_certificate"\nwho = "minor"',
            'kind = "passport"\nwho = "minor"',
            "documents.2: asks the same people for passport as documents.1",
        ),
    ],
)
def test_a_faulty_table_of_documents_is_named(rewritten, old, new, problem):
    assert problems_of(rewritten((old, new))) == [problem]


def test_faults_of_documents_and_packages_are_named_together(rewritten):
    path = rewritten(
        ('kind = "birth_certificate"', 'kind = "final_report"'),
        ("[approvals]", PACKAGE * 2 + "[approvals]"),
    )

    assert problems_of(path) == [
        "documents.2.kind: nobody can send final_report before the journey",
        "packages: the key a is used twice",
    ]


def test_every_fault_is_named_at_once_with_its_key(rewritten):
    path = rewritten(
        ("decision = { days = 14 }", "decision = { days = 0 }"),
        ("approval = { days = 3,", "aproval = { days = 3,"),
        ("correction = { days = 14 }", "correction = { days = true }"),
        ('email = "iomtallinn@iom.int"', 'email = "iomtallinn"'),
        ('kind = "passport"', 'kind = "pasport"'),
        ("two_approvers_above = 100000", "two_approvers_above = 1000.00"),
        ('calendar = "EE"', 'calendar = "XX"'),
        (
            '[funding] # at the foot of all pages but the questions; remove the table to show none\nen = "',
            '[funding]\nen = "" # "',
        ),
    )

    problems = problems_of(path)

    assert [
        problem for problem in problems if not problem.startswith("documents.1.kind: one of passport,")
    ] == [
        "approvals.two_approvers_above: a whole number",
        "calendar: a country code such as EE",
        "clocks.approval: is missing",
        "clocks.aproval: there is no such setting",
        "clocks.correction.days: a whole number",
        "clocks.decision.days: a whole number from 1 to 3650",
        "contacts.1.email: an e-mail address",
        "funding.en: a text, not empty",
    ]
    assert len(problems) == 9


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[name]\n", "[name]\nfi = 'Ohjelma'\n", "name.fi: not a language of the portal: en, et, ru"),
        ("[short_name]\n", "[[short_name]]\n", "short_name: a table"),
        (
            'phones = ["+372 677 8700"',
            'phones = ["call us"',
            "contacts.1.phones.1: a number such as +372 677 8700",
        ),
        (
            'leave_to = "https://www.ilmateenistus.ee/"',
            'leave_to = "https://example.org/\'; url=http://example.net"',
            "leave_to: an address such as https://host/page",
        ),
        ('leave_to = "https://', 'leave_to = "http://', "leave_to: an address such as https://host/page"),
        ("leave_to =", "# leave_to =", "leave_to: is missing"),
        ("# [unverified]\n", "[unverified]\ncash = 'none'\n", "unverified.cash: a table"),
        ('key = "example_family"', 'key = "Example"', "demo.packages.2.key: small letters, digits and _"),
        (
            "ceiling = 75000\n",
            "ceiling = -1\n",
            "demo.packages.2.ceiling: a whole number of cents, above 0",
        ),
    ],
)
def test_a_fault_is_named_by_its_key(rewritten, old, new, problem):
    path = rewritten((old, new))

    assert problems_of(path) == [problem]


def test_two_packages_with_one_key_are_refused(rewritten):
    path = rewritten(('key = "example_family"', 'key = "example_start"'))

    with pytest.raises(ProgrammeError) as caught:
        Programme.load(path, demo=True)

    assert caught.value.problems == ["packages: the key example_start is used twice"]


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "programme.toml"
    path.write_text("calendar = ", "utf-8")

    assert problems_of(path) == [f"{path}: Invalid value (at end of document)"]


def test_a_text_reads_english_where_a_language_has_none():
    words = Words(en="Hello", et="Tere")

    assert [words["et"], words["xb"], Words()["et"]] == ["Tere", "Hello", ""]


def test_a_clock_counts_calendar_days():
    assert Clock(days=14).due(date(2026, 12, 20)) == date(2027, 1, 3)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 3, 2), date(2026, 3, 5)),  # Monday
        (date(2026, 3, 6), date(2026, 3, 11)),  # over a weekend
        (date(2026, 3, 7), date(2026, 3, 11)),  # from a Saturday
        (date(2026, 2, 20), date(2026, 2, 26)),  # over a weekend and the Independence Day of Estonia
        (date(2026, 12, 23), date(2026, 12, 30)),  # over Christmas and a weekend
        (date(2026, 12, 30), date(2027, 1, 5)),  # over the New Year
    ],
)
def test_a_clock_counts_working_days_in_estonia(start, due):
    assert Clock(days=3, working=True, calendar="EE").due(start) == due


# Midsummer 2026: 23 and 24 June are public holidays, 20 and 21 a weekend.
@pytest.mark.parametrize(
    ("working", "on", "due", "left"),
    [
        (False, date(2026, 6, 19), date(2026, 6, 25), 6),
        (False, date(2026, 6, 25), date(2026, 6, 19), -6),
        (True, date(2026, 6, 19), date(2026, 6, 25), 2),
        (True, date(2026, 6, 25), date(2026, 6, 19), -2),
        (True, date(2026, 6, 20), date(2026, 6, 22), 1),
        (True, date(2026, 6, 22), date(2026, 6, 22), 0),
    ],
)
def test_a_clock_knows_how_many_days_are_left_without_weekends_and_holidays(working, on, due, left):
    assert Clock(days=14, working=working, calendar="EE").left(on, due) == left


@pytest.mark.parametrize(
    ("working", "left", "due"),
    [
        (False, 6, date(2026, 6, 25)),
        (False, 0, date(2026, 6, 19)),
        (False, -3, date(2026, 6, 16)),
        (True, 2, date(2026, 6, 25)),
        (True, 0, date(2026, 6, 19)),
        (True, -2, date(2026, 6, 17)),
    ],
)
def test_a_clock_that_stood_still_goes_on_with_the_days_that_were_left(working, left, due):
    assert Clock(days=14, working=working, calendar="EE").resumed(date(2026, 6, 19), left) == due


@pytest.mark.parametrize("working", [False, True])
@pytest.mark.parametrize(
    "stopped", [date(2026, 6, 18), date(2026, 6, 19), date(2026, 6, 22), date(2026, 7, 3)]
)
@pytest.mark.parametrize("resumed", [date(2026, 12, 23), date(2026, 12, 28), date(2027, 1, 5)])
def test_no_day_is_won_or_lost_while_a_clock_stands_still(working, stopped, resumed):
    clock = Clock(days=5, working=working, calendar="EE")
    left = clock.left(stopped, clock.due(date(2026, 6, 18)))

    assert clock.left(resumed, clock.resumed(resumed, left)) == left


def test_a_clock_takes_the_calendar_of_the_programme_unless_it_has_its_own(rewritten):
    path = rewritten(
        ('calendar = "EE"', 'calendar = "FI"'),
        ("approval = { days = 3,", "approval = { days = 3, calendar = 'GE',"),
    )

    clocks = Programme.load(path).clocks

    assert [clocks["first_contact"].calendar, clocks.approval.calendar] == ["FI", "GE"]


@pytest.mark.parametrize(
    ("arrived", "three_months_on"),
    [
        (date(2026, 1, 31), date(2026, 4, 30)),
        (date(2027, 2, 1), date(2027, 5, 1)),
        (date(2026, 6, 15), date(2026, 9, 15)),
    ],
)
def test_the_date_to_call_the_local_office_is_never_after_three_months(arrived, three_months_on):
    clocks = Programme.load(SHIPPED).clocks

    assert clocks.contact_local_office.due(arrived) <= three_months_on
