"""The manager's and the auditor's pages: numbers, people, organisations, and whether the journal is whole."""

import re

import pytest
from sqlalchemy import text

from portal.domain import accounts, journal
from portal.domain.cases import CaseState
from portal.domain.permissions import Act, Role

SHARED = ("/en/manage/", "/en/manage/journal")
MANAGERS = (
    "/en/manage/people",
    "/en/manage/people/new",
    "/en/manage/organisations",
    "/en/manage/organisations/new",
)
ORGANISATION = {
    "name": "Mission in Yerevan",
    "country": "AM",
    "address": "1 Republic Square, Yerevan",
    "phone": "+374 10 123456",
    "hours": "Mon–Fri 9:00–17:00",
}


@pytest.fixture
def mart(cast, enter):
    """The browser of the manager."""
    return enter(cast.mart)


@pytest.fixture
def olga(cast, enter):
    """The browser of the auditor."""
    return enter(cast.olga)


def link_on(page):
    [token] = re.findall(r"http://localhost:8000/en/invitation/([\w-]+)", page.text)
    return token


# --- Who enters ---------------------------------------------------------------------------------


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
        olga.post("/en/manage/organisations/new", data=ORGANISATION),
        olga.post(f"/en/manage/organisations/{cast.tashkent.id}", data=ORGANISATION),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert accounts.open_invitations(session) == []


def test_no_room_tells_anything_of_a_case(cast, mart):
    case = cast.case(CaseState.REINTEGRATION)

    told = "".join(mart.get(room).text for room in (*SHARED, *MANAGERS))

    assert [words for words in (case.reference, "Amina", "Юсупова", "sewing") if words in told] == []
    for door in ("counsellor", "partner"):
        assert mart.get(f"/en/{door}/cases/{case.reference}").status_code == 404


def test_the_figures_say_how_many_cases_are_in_a_state(cast, olga):
    cast.case(CaseState.SUBMITTED)
    cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)

    page = olga.get("/en/manage/").text

    row = r'Sent, waiting for a counsellor</th><td class="number">(\d+)</td><td class="number">(\d+)</td>'
    assert re.findall(row, page) == [("2", "0")]


# --- People -------------------------------------------------------------------------------------


def test_people_stand_with_role_and_organisation_and_migrants_do_not(cast, mart):
    found = (cast.amina, cast.clara, cast.petros)

    page = mart.get("/en/manage/people").text

    assert [person.name in page for person in found[1:]] == [True, True]
    assert "Mission in Tashkent" in page
    assert "Applicant" not in page


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MIGRANT, Role.PARTNER)])
def test_an_invitation_is_shown_once_and_works(mart, session, role):
    page = mart.post("/en/manage/people/new", data={"name": "Lola Azimova", "role": role.value})

    invited = accounts.invitation(session, link_on(page))
    session.commit()
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert (invited.role, invited.name, invited.organisation_id) == (role, "Lola Azimova", None)
    assert link_on(page) not in mart.get("/en/manage/people").text
    assert "Lola Azimova" in mart.get("/en/manage/people").text


def test_a_partner_is_invited_for_an_organisation(cast, mart, session):
    page = mart.post(
        "/en/manage/people/new",
        data={"name": "Lola Azimova", "role": "partner", "organisation": str(cast.tashkent.id)},
    )

    assert accounts.invitation(session, link_on(page)).organisation_id == cast.tashkent.id


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"role": ""},
        {"role": "migrant"},
        {"role": "partner"},
        {"role": "partner", "organisation": "77"},
        {"organisation": "tashkent"},
    ],
    ids=str,
)
def test_an_invitation_that_does_not_fit_is_asked_again_and_kept(cast, mart, session, wrong):
    typed = {"name": "Lola Azimova", "role": "counsellor", "organisation": ""} | wrong
    if typed["organisation"] == "tashkent":
        typed["organisation"] = str(cast.tashkent.id)

    answer = mart.post("/en/manage/people/new", data=typed)

    assert answer.status_code == 422
    assert f'value="{typed["name"].strip()}"' in answer.text
    assert accounts.open_invitations(session) == []


# --- Organisations ------------------------------------------------------------------------------


def test_an_organisation_is_added_and_written_down(cast, mart, session):
    answer = mart.post("/en/manage/organisations/new", data=ORGANISATION)

    [added] = accounts.organisations(session)
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
    assert [one.name for one in accounts.organisations(session)] == ["Mission in Yerevan"]


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 121}, {"country": "Atlantis"}, {"address": ""}, {"phone": "call us"}],
    ids=lambda wrong: str(wrong)[:30],
)
def test_an_organisation_that_cannot_be_read_is_asked_again_and_kept(mart, session, wrong):
    answer = mart.post("/en/manage/organisations/new", data=ORGANISATION | wrong)

    assert answer.status_code == 422
    assert "Mon–Fri 9:00–17:00" in answer.text
    assert accounts.organisations(session) == []


def test_two_organisations_cannot_have_one_name(cast, mart, session):
    known = cast.tashkent.name

    answers = [
        mart.post("/en/manage/organisations/new", data=ORGANISATION | {"name": known}),
        mart.post(f"/en/manage/organisations/{cast.tbilisi.id}", data=ORGANISATION | {"name": known}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "There is already an organisation with this name." in answers[0].text
    assert {one.name for one in accounts.organisations(session)} == {known, "Return Centre Tbilisi"}


@pytest.mark.parametrize("number", ["1", "9223372036854775808", "x"])
def test_an_organisation_of_nobody_does_not_exist(mart, number):
    assert mart.get(f"/en/manage/organisations/{number}").status_code == 404


def test_an_organisation_of_nobody_cannot_be_changed(mart):
    assert mart.post("/en/manage/organisations/1", data=ORGANISATION).status_code == 404


# --- Journal ------------------------------------------------------------------------------------


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
