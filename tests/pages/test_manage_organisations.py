"""Partner organisations: added, changed, found, and how many people and cases each has."""

import re

import pytest
from sqlalchemy import text

from portal.domain.access import staff
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from portal.domain.permissions import Act, Role

ORGANISATION = {
    "name": "Mission in Yerevan",
    "country": "AM",
    "address": "1 Republic Square, Yerevan",
    "phone": "+374 10 123456",
    "hours": "Mon–Fri 9:00–17:00",
}


def test_an_organisation_is_added_and_written_down(cast, mart, session):
    answer = mart.post("/en/manage/organisations/new", data=ORGANISATION)

    [added] = staff.organisations(session)
    written = session.scalars(text("SELECT act FROM journal_events WHERE chain = 'accounts'")).all()
    session.commit()
    assert (answer.status_code, answer.location) == (303, "/en/manage/organisations")
    assert {name: getattr(added, name) for name in ORGANISATION} == ORGANISATION | {"phone": "+37410123456"}
    assert Act.ORGANISATION_SAVE in written
    assert "1 Republic Square, Yerevan" in mart.get(answer.location).text


def test_an_organisation_is_changed(cast, mart, session):
    page = mart.get(f"/en/manage/organisations/{cast.tashkent.id}")
    answer = mart.post(f"/en/manage/organisations/{cast.tashkent.id}", data=ORGANISATION)

    session.expire_all()
    assert 'value="Mission in Tashkent"' in page.text
    assert answer.status_code == 303
    assert [one.name for one in staff.organisations(session)] == ["Mission in Yerevan"]


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 121}, {"country": "Atlantis"}, {"address": ""}, {"phone": "call us"}],
    ids=lambda wrong: str(wrong)[:30],
)
def test_an_organisation_that_cannot_be_read_is_asked_again_and_kept(mart, session, wrong):
    answer = mart.post("/en/manage/organisations/new", data=ORGANISATION | wrong)

    assert answer.status_code == 422
    assert "Mon–Fri 9:00–17:00" in answer.text
    assert staff.organisations(session) == []


def test_two_organisations_cannot_have_one_name(cast, mart, session):
    known = cast.tashkent.name

    answers = [
        mart.post("/en/manage/organisations/new", data=ORGANISATION | {"name": known}),
        mart.post(f"/en/manage/organisations/{cast.tbilisi.id}", data=ORGANISATION | {"name": known}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "There is already an organisation with this name." in answers[0].text
    assert {one.name for one in staff.organisations(session)} == {known, "Return Centre Tbilisi"}


@pytest.mark.parametrize("number", ["1", "9223372036854775808", "x"])
def test_an_organisation_of_nobody_does_not_exist(mart, number):
    assert mart.get(f"/en/manage/organisations/{number}").status_code == 404


def test_an_organisation_of_nobody_cannot_be_changed(mart):
    assert mart.post("/en/manage/organisations/1", data=ORGANISATION).status_code == 404


def names_on(page):
    return re.findall(r"<h2><bdi>(.*?)</bdi></h2>", page.text)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["Return Centre Tbilisi", "Mission in Tashkent"]),
        ("TASHKENT mission", ["Mission in Tashkent"]),
        ("ташкент", ["Mission in Tashkent"]),
        ("Georgia", ["Return Centre Tbilisi"]),
        ("Atlantis", []),
        ("x" * 5000, []),
    ],
    ids=lambda given: str(given)[:20],
)
def test_an_organisation_is_found_by_name_or_country_in_any_script(cast, mart, typed, found):
    assert {cast.tashkent.name, cast.tbilisi.name} == {"Mission in Tashkent", "Return Centre Tbilisi"}

    page = mart.get("/en/manage/organisations", query_string={"text": typed})

    assert (page.status_code, names_on(page)) == (200, found)


def test_an_organisation_says_how_many_people_and_open_cases_it_has(cast, mart, session):
    cast.case(CaseState.REINTEGRATION)
    cast.case(CaseState.CLOSED, migrant=cast.giorgi)
    gone = cast.account(Role.PARTNER, "gone@example.org", organisation=cast.tashkent)
    gone.state = AccountState.CLOSED
    assert cast.nino.organisation_id == cast.tbilisi.id
    session.commit()

    page = mart.get("/en/manage/organisations")

    numbers = re.findall(r'<dd class="number">(\d+)', page.text)
    assert names_on(page) == ["Return Centre Tbilisi", "Mission in Tashkent"]
    assert numbers == ["1", "0", "1", "1"]
