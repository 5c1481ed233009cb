"""Role, organisation, on and off, changed on the manager's pages; never without a fresh factor."""

import re

import pyotp
import pytest
from sqlalchemy import update

from portal.domain import journal
from portal.domain.access import sign_in
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from portal.domain.permissions import Role

LIST = "/en/manage/people"
LAST = "This is the last programme manager."


@pytest.fixture
def mare(cast):
    """A second manager."""
    return cast.account(Role.MANAGER, "mare@example.org", name="Mare Kuusk")


def address(person, act=""):
    return f"{LIST}/{person.id}/{act}".rstrip("/")


def now_is(session, person):
    session.expire_all()
    found = (person.role, person.organisation_id, person.state)
    session.commit()
    return found


# --- Role and organisation ----------------------------------------------------------------------


def test_a_role_is_changed_and_the_person_is_at_the_door_with_the_next_request(cast, enter, mart, session):
    clara = enter(cast.clara)
    assert clara.get("/en/counsellor/").status_code == 200

    form = mart.get(address(cast.clara, "rights"))
    answer = mart.post(address(cast.clara, "rights"), data={"role": "approver"})

    assert '<input checked class="' in form.text or "checked" in form.text
    assert (answer.status_code, answer.location) == (303, address(cast.clara))
    assert now_is(session, cast.clara) == (Role.APPROVER, None, AccountState.ACTIVE)
    assert "/sign-in" in clara.get("/en/counsellor/").location
    assert "Before: Counsellor. Now: Senior counsellor." in mart.get(address(cast.clara)).text


def test_a_partner_of_another_organisation_finds_the_old_case_nowhere(cast, enter, mart, session):
    case = cast.case(CaseState.REINTEGRATION)
    rooms = [f"/en/partner/cases/{case.reference}{below}" for below in ("", "/plan", "/evidence/1")]
    petros = enter(cast.petros)
    assert petros.get(rooms[0]).status_code == 200

    mart.post(address(cast.petros, "rights"), data={"role": "partner", "organisation": str(cast.tbilisi.id)})

    assert petros.get(rooms[0]).status_code == 303
    again = enter(cast.petros)
    assert [again.get(room).status_code for room in rooms] == [404, 404, 404]
    assert again.post(f"/en/partner/cases/{case.reference}/steps/arrive").status_code == 404
    first = again.get("/en/partner/").text
    assert "You have no cases yet" in first
    assert [words for words in (case.reference, "Amina", "Юсупова") if words in first] == []
    assert (
        "Amina"
        in enter(cast.account(Role.PARTNER, "new@example.org", organisation=cast.tashkent))
        .get("/en/partner/")
        .text
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose one."),
        ({"role": "migrant"}, "Choose one."),
        ({"role": "king"}, "Choose one."),
        ({"role": "partner"}, "Choose the organisation of this person."),
        ({"role": "partner", "organisation": "77"}, "Choose from the list."),
        ({"role": "auditor", "organisation": "tashkent"}, "Only partners belong to an organisation."),
    ],
    ids=str,
)
def test_a_role_that_does_not_fit_is_asked_again(cast, mart, session, typed, words):
    if typed.get("organisation") == "tashkent":
        typed = typed | {"organisation": str(cast.tashkent.id)}

    answer = mart.post(address(cast.clara, "rights"), data=typed)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert now_is(session, cast.clara) == (Role.COUNSELLOR, None, AccountState.ACTIVE)


def test_the_page_says_how_many_open_cases_would_be_left_behind_and_which_not(cast, mart):
    case = cast.case(CaseState.IN_REVIEW)

    pages = [mart.get(address(cast.clara, act)).text for act in ("rights", "deactivate")]

    assert ["1 open case is with this person." in page for page in pages] == [True, True]
    assert [page for page in pages if case.reference in page] == []


def test_a_manager_who_gives_up_the_own_role_is_asked_once_more_and_then_out(cast, mart, mare, session):
    asked = mart.post(address(cast.mart, "rights"), data={"role": "auditor"})
    still = now_is(session, cast.mart)
    done = mart.post(address(cast.mart, "rights"), data={"role": "auditor", "sure": "yes"})

    assert (asked.status_code, "Change your own role?" in asked.text) == (200, True)
    assert still[0] is Role.MANAGER
    assert (done.status_code, done.location) == (303, "/en/sign-in")
    assert now_is(session, cast.mart)[0] is Role.AUDITOR
    assert "Your role is changed. Sign in again." in mart.get("/en/sign-in").text


def test_the_last_manager_is_told_so_and_stays(cast, mart, session):
    shown = mart.get(address(cast.mart)).text
    role = mart.post(address(cast.mart, "rights"), data={"role": "auditor", "sure": "yes"})
    off = mart.post(address(cast.mart, "deactivate"))

    assert (LAST in shown, address(cast.mart, "rights") in shown) == (True, False)
    assert (role.status_code, off.status_code) == (422, 409)
    assert [LAST in page.text for page in (role, off, mart.get(address(cast.mart, "deactivate")))] == [
        True
    ] * 3
    assert now_is(session, cast.mart) == (Role.MANAGER, None, AccountState.ACTIVE)


# --- On and off ---------------------------------------------------------------------------------


def test_an_account_is_switched_off_and_on_again(cast, enter, mart, session):
    clara = enter(cast.clara)
    asked = mart.get(address(cast.clara, "deactivate"))

    off = mart.post(address(cast.clara, "deactivate"))

    assert (asked.status_code, off.location) == (200, address(cast.clara))
    assert now_is(session, cast.clara)[2] is AccountState.CLOSED
    assert "/sign-in" in clara.get("/en/counsellor/").location
    shown = mart.get(off.location).text
    assert ("Switched off" in shown, "Switch on this account" in shown) == (True, True)

    on = mart.post(address(cast.clara, "reactivate"))

    assert on.location == address(cast.clara)
    assert now_is(session, cast.clara)[2] is AccountState.ACTIVE
    assert clara.get("/en/counsellor/").status_code == 303


def test_a_person_switched_off_does_not_get_in_with_the_right_password(cast, client, mart):
    mart.post(address(cast.clara, "deactivate"))

    answer = client.post("/en/sign-in", data={"login": cast.clara.login, "password": "correct horse battery"})

    assert answer.status_code == 422


def test_a_manager_may_switch_off_the_own_account_and_is_out(cast, mart, mare, session):
    asked = mart.get(address(cast.mart, "deactivate"))
    done = mart.post(address(cast.mart, "deactivate"))

    assert "You will be signed out at once" in asked.text
    assert (done.status_code, done.location) == (303, "/en/sign-in")
    assert now_is(session, cast.mart)[2] is AccountState.CLOSED


def test_what_is_done_already_is_told(cast, mart):
    on = mart.post(address(cast.clara, "reactivate"))
    mart.post(address(cast.clara, "deactivate"))
    off = mart.post(address(cast.clara, "deactivate"))

    assert (on.status_code, off.status_code) == (409, 409)


# --- A fresh factor -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "typed"),
    [("rights", {"role": "approver"}), ("deactivate", {}), ("reactivate", {})],
    ids=["rights", "deactivate", "reactivate"],
)
def test_rights_are_changed_only_after_a_second_factor_was_shown_anew(cast, mart, session, act, typed):
    if act == "reactivate":
        cast.clara.state = AccountState.CLOSED
        session.commit()
    before = now_is(session, cast.clara)
    session.execute(update(SignIn).values(fresh_at=None))
    session.commit()

    asked = mart.post(address(cast.clara, act), data=typed)
    unchanged = now_is(session, cast.clara)
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)">', asked.text))
    code = pyotp.TOTP(cast.secret_of(cast.mart)).now()
    session.commit()
    to = {"confirm_to": address(cast.clara, act), "confirm_by": "post"}
    shown = mart.post("/en/account/confirm", data={"code": code} | carried | to)
    done = mart.post(shown.location, data=carried)

    assert (asked.status_code, "Is it you?" in asked.text, unchanged) == (200, True, before)
    assert (shown.status_code, shown.location) == (307, address(cast.clara, act))
    assert done.status_code == 303
    assert now_is(session, cast.clara) != before


def test_the_journal_stays_whole(cast, mart, session):
    sign_in.freeze(session, cast.olga, by=cast.olga)
    session.commit()
    for act in ("deactivate", "reactivate"):
        mart.post(address(cast.olga, act))
    mart.post(address(cast.clara, "rights"), data={"role": "approver"})

    assert now_is(session, cast.olga)[2] is AccountState.FROZEN
    assert list(journal.verify(session)) == []
