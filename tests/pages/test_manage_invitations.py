"""Invitations on the manager's pages: a link shown once, for one address; and links that are over."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.db import clock_turned
from portal.domain import accounts
from portal.domain.access import staff
from portal.domain.access.sign_in import SignIn
from portal.domain.journal import Event
from portal.domain.permissions import AT_WORK, Act, Role
from tests.cast import PASSWORD

NEW = "/en/manage/people/new"
INVITATIONS = "/en/manage/people/invitations"
ILSE = {"name": "Ilse Pärn", "email": "ilse@example.org", "role": "counsellor"}
CHOSEN = {"password": PASSWORD, "repeated": PASSWORD}


@pytest.fixture
def ilse(session, mart):
    """An invitation for Ilse: its token and its number."""
    return tokens_on(mart.post(NEW, data=ILSE))[0], numbers(session)[0]


def tokens_on(page):
    return re.findall(r"http://localhost:8000/en/invitation/([\w-]+)", page.text)


def numbers(session):
    found = [invited.id for invited, _organisation in staff.open_invitations(session)]
    session.commit()
    return found


@pytest.mark.parametrize("role", sorted(AT_WORK - {Role.PARTNER}))
def test_the_link_of_an_invitation_is_shown_once_and_works(client, mart, session, role):
    page = mart.post(NEW, data=ILSE | {"role": role.value})

    [token] = tokens_on(page)
    [number] = numbers(session)
    elsewhere = [mart.get(at).text for at in ("/en/manage/people", f"{INVITATIONS}/{number}")]
    joined = client.post(f"/en/invitation/{token}", data=CHOSEN)
    account = accounts.by_login(session, "ilse@example.org")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert [token in text for text in elsewhere] == [False, False]
    assert ["Ilse Pärn" in text for text in elsewhere] == [True, True]
    assert joined.location == "/en/sign-in/set-up"
    assert (account.role, account.name, account.organisation_id) == (role, "Ilse Pärn", None)


def test_a_partner_is_invited_for_an_organisation(cast, client, mart, session):
    page = mart.post(NEW, data=ILSE | {"role": "partner", "organisation": str(cast.tashkent.id)})

    client.post(f"/en/invitation/{tokens_on(page)[0]}", data=CHOSEN)

    assert accounts.by_login(session, "ilse@example.org").organisation_id == cast.tashkent.id


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Fill this in."),
        ({"email": ""}, "Fill this in."),
        ({"email": "ilse"}, "This is not an e-mail address."),
        ({"email": "ilse@example"}, "This is not an e-mail address."),
        ({"email": "ilse@example.org, b@example.org"}, "This is not an e-mail address."),
        ({"email": "\0"}, "Fill this in."),
        ({"email": f"{'x' * 200}@example.org"}, "Use at most 200 characters."),
        ({"role": ""}, "Choose one."),
        ({"role": "migrant"}, "Choose one."),
        ({"role": "partner"}, "Choose the organisation of this person."),
        ({"role": "partner", "organisation": "77"}, "Choose from the list."),
        ({"organisation": "tashkent"}, "Only partners belong to an organisation."),
        ({"email": "CLARA@example.org"}, "Somebody with this e-mail address already has an account."),
    ],
    ids=lambda given: str(given)[:40],
)
def test_what_does_not_fit_is_said_beside_its_field_and_kept(cast, mart, session, wrong, words):
    assert cast.clara.login == "clara@example.org"
    typed = ILSE | wrong
    if typed.get("organisation") == "tashkent":
        typed["organisation"] = str(cast.tashkent.id)

    answer = mart.post(NEW, data=typed)

    beside = re.findall(r'<p class="wrong" id="(\w+)-error">.*?</span> (.*?)</p>', answer.text)
    assert answer.status_code == 422
    assert [told.startswith(words) for _field, told in beside] == [True]
    assert {field for field, _told in beside} <= {*wrong, "organisation"}
    assert f'value="{typed["name"].strip()}"' in answer.text
    assert numbers(session) == []


def test_a_second_invitation_for_an_address_replaces_the_first(client, mart, session, ilse):
    first, _number = ilse

    [second] = tokens_on(mart.post(NEW, data=ILSE | {"email": "Ilse@Example.org", "role": "auditor"}))

    assert len(numbers(session)) == 1
    assert client.get(f"/en/invitation/{first}").status_code == 404
    assert client.get(f"/en/invitation/{second}").status_code == 200


def test_a_lost_link_is_made_anew_and_the_old_one_dies(client, mart, session, ilse):
    old, number = ilse

    [new] = tokens_on(mart.post(f"{INVITATIONS}/{number}/again"))

    assert [client.get(f"/en/invitation/{token}").status_code for token in (old, new)] == [404, 200]
    assert number not in numbers(session)
    assert mart.post(f"{INVITATIONS}/{number}/again").status_code == 404


def test_an_invitation_that_is_too_old_is_made_anew(cast, client, mart, session):
    with clock_turned(timedelta(days=-3)):
        staff.invite(session, Role.AUDITOR, name="Ilse", email="ilse@example.org", by=cast.mart)
    [number] = numbers(session)

    page = mart.get(f"{INVITATIONS}/{number}").text
    [new] = tokens_on(mart.post(f"{INVITATIONS}/{number}/again"))

    assert "Invitation too old" in page
    assert client.get(f"/en/invitation/{new}").status_code == 200


def test_an_invitation_is_taken_back(client, mart, session, ilse):
    token, number = ilse

    answer = mart.post(f"{INVITATIONS}/{number}/cancel")

    assert (answer.status_code, answer.location) == (303, "/en/manage/people")
    assert numbers(session) == []
    assert client.get(f"/en/invitation/{token}").status_code == 404
    assert [mart.post(f"{INVITATIONS}/{number}/{act}").status_code for act in ("again", "cancel")] == [
        404,
        404,
    ]
    assert mart.get(f"{INVITATIONS}/{number}").status_code == 404


def test_links_that_are_over_or_foreign_answer_alike(cast, app, mart, session):
    def invited(email):
        return staff.invite(session, Role.AUDITOR, name="Ilse", email=email, by=cast.mart)

    with clock_turned(timedelta(days=-3)):
        expired = invited("expired@example.org")
    used, cancelled = invited("used@example.org"), invited("cancelled@example.org")
    staff.join(session, used, password=PASSWORD, language="en")
    staff.cancel(session, staff.invitation(session, cancelled), by=cast.mart)
    session.commit()
    tokens = (expired, used, cancelled, "x" * 32, "x" * 3000, "%00")

    for verb, data in (("GET", None), ("POST", CHOSEN)):
        answers = [app.test_client().open(f"/en/invitation/{one}", method=verb, data=data) for one in tokens]

        texts = {re.sub(r'"/\w\w/invitation/[^"]+"', "", answer.text) for answer in answers}
        assert {answer.status_code for answer in answers} == {404}
        assert len(texts) == 1
        assert "This invitation is no longer valid" in texts.pop()


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros", "olga"])
def test_nobody_else_sees_makes_or_takes_back_invitations(cast, enter, session, ilse, who):
    token, number = ilse
    browser = enter(getattr(cast, who))

    answers = [
        browser.get(f"{INVITATIONS}/{number}"),
        browser.post(f"{INVITATIONS}/{number}/again"),
        browser.post(f"{INVITATIONS}/{number}/cancel"),
        browser.post(NEW, data=ILSE),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert numbers(session) == [number]
    assert staff.invitation(session, token).id == number


@pytest.mark.parametrize("act", ["new", "invitations/{}/again"])
def test_an_invitation_gives_rights_so_it_needs_a_fresh_factor(mart, session, ilse, act):
    _token, number = ilse
    session.execute(update(SignIn).values(fresh_at=None))
    session.commit()

    asked = mart.post(f"/en/manage/people/{act.format(number)}", data=ILSE | {"email": "new@example.org"})

    assert (asked.status_code, "Is it you?" in asked.text, tokens_on(asked)) == (200, True, [])
    assert numbers(session) == [number]


def test_the_journal_knows_who_invited_whom_to_be_what_and_no_name(cast, mart, session, ilse):
    _token, number = ilse
    mart.post(f"{INVITATIONS}/{number}/cancel")

    written = session.scalars(select(Event).where(Event.chain == "accounts").order_by(Event.id))

    assert [(event.act, event.actor_id, event.about, event.note) for event in written] == [
        (Act.ACCOUNT_INVITE, cast.mart.id, f"invitations:{number}", "counsellor"),
        (Act.INVITATION_CANCEL, cast.mart.id, f"invitations:{number}", ""),
    ]
