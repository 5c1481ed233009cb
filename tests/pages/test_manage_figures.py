"""Figures for manager and auditor, whether the journal is whole; and none of their rooms tells of a case."""

import re

import pytest
from sqlalchemy import text

from portal.domain import accounts, journal
from portal.domain.access import staff
from portal.domain.cases import CaseState
from portal.domain.permissions import Act, Role

SHARED = ("/en/manage/", "/en/manage/journal")
MANAGERS = (
    "/en/manage/people",
    "/en/manage/people/new",
    "/en/manage/organisations",
    "/en/manage/organisations/new",
)


@pytest.fixture
def olga(cast, enter):
    """The browser of the auditor."""
    return enter(cast.olga)


def test_a_manager_enters_every_room_and_an_auditor_those_with_figures(mart, olga):
    rooms = (*SHARED, *MANAGERS)

    assert [mart.get(room).status_code for room in rooms] == [200] * len(rooms)
    assert [olga.get(room).status_code for room in rooms] == [200, 200, 404, 404, 404, 404]
    assert [room for room in MANAGERS if f'href="{room}"' in olga.get("/en/manage/").text] == []


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros"])
def test_the_rooms_do_not_exist_for_other_people(cast, enter, who):
    browser = enter(getattr(cast, who))

    assert {browser.get(room).status_code for room in (*SHARED, *MANAGERS)} == {404}


def test_an_auditor_changes_nothing(cast, olga, session):
    answers = [
        olga.post("/en/manage/people/new", data={"name": "Eve", "role": "manager"}),
        olga.post("/en/manage/organisations/new", data={"name": "Mission in Yerevan"}),
        olga.post(f"/en/manage/people/{cast.clara.id}/rights", data={"role": "auditor"}),
        olga.post(f"/en/manage/people/{cast.clara.id}/deactivate"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert staff.open_invitations(session) == []


def test_no_page_of_the_manager_tells_anything_of_a_case(cast, mart, session):
    case = cast.case(CaseState.REINTEGRATION)
    staff.invite(session, Role.COUNSELLOR, name="Ilse", email="ilse@example.org", by=cast.mart)
    for migrant in (cast.amina, cast.giorgi):
        accounts.write_down(session, Act.ACCOUNT_PASSWORD_SET, migrant)
    session.commit()

    pages = walked(mart, "/en/manage/")

    words = (case.reference, str(case.id), "Amina", "amina", "giorgi", "Юсупова", "sewing", "51234567")
    assert {number for address in pages for number in re.findall(r"people/(\d+)$", address)} == {
        str(one.id) for one in (cast.clara, cast.aino, cast.petros, cast.mart)
    }
    assert [(word, at) for at, page in pages.items() for word in words if word in page] == []


def walked(browser, first):
    """Every page below `first` that links lead to, by address."""
    seen, todo = {}, [first]
    while todo:
        address = todo.pop()
        seen[address] = browser.get(address).text
        links = re.findall(rf'href="({re.escape(first)}[^"#]*)"', seen[address])
        todo += [link for link in dict.fromkeys(links) if link not in seen and link not in todo]
    return seen


@pytest.mark.parametrize("door", ["counsellor", "partner"])
def test_a_case_does_not_exist_for_the_manager(cast, mart, door):
    case = cast.case(CaseState.REINTEGRATION)

    assert mart.get(f"/en/{door}/cases/{case.reference}").status_code == 404


def test_the_figures_say_how_many_cases_are_in_a_state(cast, olga):
    cast.case(CaseState.SUBMITTED)
    cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)

    page = olga.get("/en/manage/").text

    row = r'Sent, waiting for a counsellor</th><td class="number">(\d+)</td><td class="number">(\d+)</td>'
    assert re.findall(row, page) == [("2", "0")]


def test_an_untouched_journal_is_whole(cast, olga):
    cast.case(CaseState.REINTEGRATION)

    page = olga.post("/en/manage/journal")

    assert page.status_code == 200
    assert "No change was found in the journal" in page.text


def test_a_line_altered_by_hand_is_found(cast, olga, session):
    case = cast.case(CaseState.PREPARING)
    session.execute(text("UPDATE journal_events SET about = 'another' WHERE act = 'case.submit'"))
    session.commit()

    page = olga.post("/en/manage/journal").text

    [fault] = journal.verify(session)
    assert "The journal was changed" in page
    assert (fault.chain, f'<td class="number">{fault.number}</td>' in page) == (f"case:{case.id}", True)
