"""Who travels along: a list, and a page for each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from portal.domain import people
from portal.domain.applying import application
from portal.domain.applying.application import Company, Question
from portal.domain.cases import CaseState
from portal.domain.choices import ParentConsent, Reply
from portal.domain.dates import PartOfDate
from portal.domain.people import Gender, Paper, Relation

HERE = "/en/my/application/family"
LAYLO = {
    "given_names": "Laylo",
    "family_name": "Yusupova",
    "relation": "child",
    "born_on-day": "1",
    "born_on-month": "5",
    "born_on-year": "2022",
    "gender": "female",
    "citizenship": "UZ",
    "paper": "none",
}


@pytest.fixture
def case(cast, session):
    """Amina's draft; she travels with family and has named nobody yet."""
    case = cast.case(CaseState.DRAFT)
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    session.commit()
    return case


@pytest.fixture
def amina(case, cast, enter):
    """The browser of Amina."""
    return enter(cast.amina)


def family(session, case):
    """The family members as they are now."""
    session.expire_all()
    found = application.answers(session, case).family
    session.commit()
    return found


def test_with_nobody_named_the_first_person_is_asked_for(amina):
    page = amina.get(HERE)

    assert page.status_code == 200
    assert "Add a person" in page.text
    assert "That is everybody" not in page.text


def test_a_person_is_added_with_everything_typed(amina, session, case):
    answer = amina.post(f"{HERE}/new", data=LAYLO)

    [laylo] = family(session, case)
    assert (answer.status_code, answer.location) == (303, f"{HERE}/{laylo.id}/other-parent")
    assert (laylo.full_name, laylo.relation, laylo.born_on) == (
        "Laylo Yusupova",
        Relation.CHILD,
        date(2022, 5, 1),
    )
    assert (laylo.gender, laylo.citizenship, laylo.paper) == (Gender.FEMALE, "UZ", Paper.NONE)


def test_the_list_names_everybody_and_leads_on(amina):
    amina.post(f"{HERE}/new", data=LAYLO)

    page = amina.get(HERE).text

    assert "Laylo Yusupova" in page
    assert "2022" in page
    assert 'href="/en/my/application/papers"' in page


def test_the_same_person_sent_twice_is_one_person(amina, session, case):
    amina.post(f"{HERE}/new", data=LAYLO)
    amina.post(f"{HERE}/new", data={**LAYLO, "paper": "passport"})
    amina.post(f"{HERE}/new", data={**LAYLO, "given_names": "Laylo Nur"})

    assert [(one.given_names, one.paper) for one in family(session, case)] == [
        ("Laylo", Paper.PASSPORT),
        ("Laylo Nur", Paper.NONE),
    ]


def test_two_taps_at_once_add_one_person(cast, enter, session, case):
    browsers = [enter(cast.amina) for _ in range(4)]

    with ThreadPoolExecutor(len(browsers)) as taps:
        answers = list(taps.map(lambda browser: browser.post(f"{HERE}/new", data=LAYLO), browsers))

    assert [answer.status_code for answer in answers] == [303] * 4
    assert [one.given_names for one in family(session, case)] == ["Laylo"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"given_names": ""}, "Fill this in."),
        ({"relation": ""}, "Choose one."),
        ({"relation": "neighbour"}, "Choose one."),
        ({"born_on-day": "31", "born_on-month": "2"}, "This is not a date."),
        ({"born_on-year": "2999"}, "Check the year."),
        ({"citizenship": "QQ"}, "Choose from the list."),
        ({"citizenship": "SU"}, "This country does not exist any more."),
        ({"given_names": "Laylo 🌸"}, "Write the name in letters, without pictures or signs."),
        ({"given_names": "x" * 200}, "Use at most 100 characters."),
    ],
)
def test_what_cannot_be_used_is_told_and_kept_in_the_page(amina, session, case, typed, words):
    answer = amina.post(f"{HERE}/new", data={**LAYLO, **typed})

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Yusupova"' in answer.text
    assert family(session, case) == ()


def test_a_person_is_changed(amina, session, case):
    amina.post(f"{HERE}/new", data=LAYLO)
    [laylo] = family(session, case)
    page = amina.get(f"{HERE}/{laylo.id}").text

    answer = amina.post(f"{HERE}/{laylo.id}", data={**LAYLO, "born_on-year": "2021"})

    assert 'value="Laylo"' in page
    assert (answer.status_code, answer.location) == (303, f"{HERE}/{laylo.id}/other-parent")
    assert [one.born_on for one in family(session, case)] == [date(2021, 5, 1)]


# Who somebody is, and what else is asked about them.
WAYS = [
    ({}, ["other-parent"]),
    ({"paper": "passport"}, ["other-parent", "document"]),
    ({"paper": "passport", "paper_place": "lost"}, ["other-parent", "document", "loss"]),
    ({"relation": "sibling"}, []),
    ({"relation": "partner", "born_on-year": "1990"}, ["agreeing"]),
    ({"relation": "child", "born_on-year": "1990"}, ["agreeing"]),
    ({"relation": "parent", "born_on-year": "1960", "paper": "passport"}, ["agreeing", "document"]),
]


@pytest.mark.parametrize(("who", "expected"), WAYS)
def test_of_each_person_only_what_is_relevant_is_asked(amina, who, expected):
    way = [amina.post(f"{HERE}/new", data={**LAYLO, **who}).location]

    while way[-1] != HERE:
        assert amina.get(way[-1]).status_code == 200
        way.append(amina.post(way[-1]).location)

    assert [address.rpartition("/")[2] for address in way[:-1]] == expected


def test_what_is_told_on_the_further_pages_is_kept_and_stands_in_the_list(amina, session, case):
    amina.post(f"{HERE}/new", data={**LAYLO, "paper": "passport", "paper_place": "lost"})
    [laylo] = family(session, case)
    expires = {"paper_expires-day": "1", "paper_expires-month": "2", "paper_expires-year": "2030"}

    amina.post(f"{HERE}/{laylo.id}/other-parent", data={"other_parent": "in_person"})
    amina.post(f"{HERE}/{laylo.id}/document", data={"paper_number": "FA 1", "paper_country": "UZ", **expires})
    amina.post(f"{HERE}/{laylo.id}/loss", data={"loss_reported": "dont_know"})

    page = amina.get(HERE).text
    [laylo] = family(session, case)
    assert (laylo.other_parent, laylo.loss_reported) == (ParentConsent.IN_PERSON, Reply.DONT_KNOW)
    assert (laylo.paper_number, laylo.paper_country, laylo.paper_expires) == ("FA 1", "UZ", date(2030, 2, 1))
    for words in ("I prefer to say it in person", "FA 1", "Uzbekistan", "1 February 2030", "I do not know"):
        assert words in page


def test_whoever_looks_it_over_reads_what_was_written_of_each_of_the_family(amina):
    amina.post(f"{HERE}/new", data=LAYLO)

    page = amina.get("/en/my/application/check").text

    assert "<bdi>Laylo Yusupova</bdi>\n<bdi>Child, 1 May 2022, Female, Uzbekistan</bdi>" in page


def test_an_adult_is_told_that_they_decide_by_themselves(amina, session, case):
    grown_up = {**LAYLO, "relation": "partner", "born_on-year": "1990"}
    page = amina.post(f"{HERE}/new", data=grown_up, follow_redirects=True)

    amina.post(page.request.path, data={"knows_must_agree": "y"})

    assert "Nobody can decide for another adult." in page.text
    assert [one.knows_must_agree for one in family(session, case)] == [True]


def test_a_further_page_that_does_not_apply_leads_to_the_list(amina, session, case):
    amina.post(f"{HERE}/new", data=LAYLO)
    [laylo] = family(session, case)

    answer = amina.get(f"{HERE}/{laylo.id}/loss")

    assert (answer.status_code, answer.location) == (302, HERE)


def test_a_person_may_be_born_in_a_year(amina, session, case):
    amina.post(f"{HERE}/new", data={**LAYLO, "born_on-day": "", "born_on-month": ""})

    assert [one.born_on for one in family(session, case)] == [PartOfDate(2022)]


def test_a_person_is_removed(amina, session, case):
    amina.post(f"{HERE}/new", data=LAYLO)
    [laylo] = family(session, case)

    answer = amina.post(f"{HERE}/{laylo.id}/remove")

    assert (answer.status_code, answer.location) == (303, HERE)
    assert family(session, case) == ()


def test_whoever_named_family_members_does_not_travel_alone(amina, session, case):
    amina.post(f"{HERE}/new", data=LAYLO)

    answer = amina.post("/en/my/application/company", data={"company": "alone"})

    assert answer.status_code == 422
    assert "If you travel alone, remove them first." in answer.text


def test_somebody_elses_person_does_not_exist(amina, cast, session):
    stranger = people.principal(session, cast.case(CaseState.DRAFT, migrant=cast.giorgi)).id
    session.commit()

    answers = [
        amina.get(f"{HERE}/{stranger}"),
        amina.get(f"{HERE}/{stranger}/document"),
        amina.post(f"{HERE}/{stranger}", data=LAYLO),
        amina.post(f"{HERE}/{stranger}/document", data={}),
        amina.post(f"{HERE}/{stranger}/remove"),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_the_head_of_the_file_is_no_family_member(amina, session, case):
    amina_herself = people.principal(session, case).id
    session.commit()

    answers = [
        amina.get(f"{HERE}/{amina_herself}"),
        amina.post(f"{HERE}/{amina_herself}", data=LAYLO),
        amina.post(f"{HERE}/{amina_herself}/remove"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "%00", "1.5"])
def test_a_person_that_cannot_be_is_not_found(amina, number):
    assert amina.get(f"{HERE}/{number}").status_code == 404


def test_who_travels_alone_has_no_list(cast, enter, session):
    cast.case(CaseState.DRAFT)
    browser = enter(cast.amina)

    answers = [browser.get(HERE), browser.get(f"{HERE}/new"), browser.post(f"{HERE}/new", data=LAYLO)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_once_it_is_sent_nobody_is_added_or_removed(amina, cast, session, case):
    cast.answer_everything(case)
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    session.commit()
    amina.post(f"{HERE}/new", data=LAYLO)
    [laylo] = family(session, case)
    amina.post("/en/my/application/send")

    answers = [
        amina.get(HERE),
        amina.get(f"{HERE}/{laylo.id}"),
        amina.post(f"{HERE}/new", data={**LAYLO, "given_names": "Nur"}),
        amina.post(f"{HERE}/{laylo.id}/remove"),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 409, 409]
    assert [one.given_names for one in family(session, case)] == ["Laylo"]
