"""People: the list, who is found in it, and the page of each."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.db import clock_turned, day_of
from portal.domain import accounts
from portal.domain.access import factors, sign_in, staff
from portal.domain.access.factors import FactorKind
from portal.domain.accounts import AccountState
from portal.domain.permissions import Act, Role

LIST = "/en/manage/people"
EVERYBODY = ("clara", "kalle", "aino", "petros", "nino", "mart", "olga")


@pytest.fixture
def house(cast, session):
    """Everybody is here; Kalle's account is switched off, Olga's stopped; Ilse is invited, Juri was."""
    people = {name: getattr(cast, name) for name in EVERYBODY}
    people["kalle"].state, people["olga"].state = AccountState.CLOSED, AccountState.FROZEN
    assert cast.amina.role is Role.MIGRANT
    with clock_turned(timedelta(days=-3)):
        staff.invite(session, Role.AUDITOR, name="Jüri Õun", email="jyri@example.org", by=cast.mart)
    staff.invite(
        session,
        Role.PARTNER,
        name="Ильзе Каримова",
        email="ilse@example.org",
        organisation=cast.tashkent,
        by=cast.mart,
    )
    session.commit()
    return people


def names_on(page):
    return re.findall(r"<bdi>([^<]*)</bdi> <span", page.text)


# --- The list -----------------------------------------------------------------------------------


def test_people_stand_by_role_with_organisation_and_state_and_migrants_do_not(house, mart):
    page = mart.get(LIST)

    rows = re.findall(r"<tr>\s<th scope=\"row\">.*?</tr>", page.text, re.DOTALL)
    told = [" | ".join(re.sub(r"<[^>]+>", " ", row).split("\n")) for row in rows]
    assert [" ".join(row.replace("|", " ").split()) for row in told] == [
        "Clara Tamm clara@example.org Counsellor In use",
        "Kalle Mets kalle@example.org Counsellor Switched off",
        "Aino Kask aino@example.org Senior counsellor In use",
        "Nino Beridze nino@example.org Partner organisation Return Centre Tbilisi In use",
        "Petros Karimov petros@example.org Partner organisation Mission in Tashkent In use",
        "Ильзе Каримова ilse@example.org Partner organisation Mission in Tashkent Invited",
        "Mart Saar mart@example.org Programme manager In use",
        "Jüri Õun jyri@example.org Auditor Invitation too old",
        "Olga Lepik olga@example.org Auditor Stopped for safety",
    ]
    assert "9 people" in page.text


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"role": "counsellor"}, ["Clara Tamm", "Kalle Mets"]),
        ({"presence": "off"}, ["Kalle Mets"]),
        ({"presence": "invited"}, ["Ильзе Каримова"]),
        ({"presence": "expired"}, ["Jüri Õun"]),
        ({"presence": "frozen"}, ["Olga Lepik"]),
        ({"role": "counsellor", "presence": "active"}, ["Clara Tamm"]),
        ({"organisation": "tashkent"}, ["Petros Karimov", "Ильзе Каримова"]),
        ({"organisation": "tashkent", "role": "manager"}, []),
    ],
    ids=str,
)
def test_the_list_is_narrowed_by_role_organisation_and_state(cast, house, mart, chosen, found):
    if "organisation" in chosen:
        chosen = chosen | {"organisation": str(cast.tashkent.id)}

    page = mart.get(LIST, query_string=chosen)

    assert (page.status_code, names_on(page)) == (200, found)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("clara", ["Clara Tamm"]),
        ("CLARA TAMM", ["Clara Tamm"]),
        ("tamm clara", ["Clara Tamm"]),
        ("Тамм", ["Clara Tamm"]),
        ("კარიმ", ["Petros Karimov", "Ильзе Каримова"]),
        ("karimov", ["Petros Karimov", "Ильзе Каримова"]),
        ("juri oun", ["Jüri Õun"]),
        ("JYRI@EXAMPLE.ORG", ["Jüri Õun"]),
        ("ｎｉｎｏ", ["Nino Beridze"]),
        ("amina", []),
        ("@@", []),
        ("zzz", []),
    ],
)
def test_people_are_found_by_name_or_e_mail_in_any_case_and_script(house, mart, typed, found):
    page = mart.post(f"{LIST}/search", data={"text": typed})

    assert (page.status_code, names_on(page)) == (200, found)


def test_what_is_typed_and_what_is_chosen_count_together(house, mart):
    page = mart.post(f"{LIST}/search", data={"text": "karimov", "presence": "invited"})

    assert names_on(page) == ["Ильзе Каримова"]
    assert 'value="karimov"' in page.text
    assert '<option selected value="invited">' in page.text


def test_without_a_name_the_choice_stands_in_the_address_and_a_name_never_does(house, mart):
    chosen = mart.post(f"{LIST}/search", data={"text": " ", "role": "auditor"})
    named = mart.get(LIST, query_string={"text": "clara"})

    assert (chosen.status_code, urlsplit(chosen.location).path) == (303, LIST)
    assert parse_qs(urlsplit(chosen.location).query) == {"role": ["auditor"]}
    assert len(names_on(named)) == 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "migrant"},
        {"role": "king"},
        {"presence": "\0"},
        {"organisation": "77"},
        {"page": "0"},
        {"page": "-1"},
    ],
    ids=str,
)
def test_a_choice_that_there_is_not_is_no_page(house, mart, wrong):
    assert mart.get(LIST, query_string=wrong).status_code == 404


@pytest.mark.parametrize("wrong", [{"text": "x" * 5000}, {"text": "clara", "role": "migrant"}], ids=len)
def test_a_search_that_cannot_be_read_is_asked_again(house, mart, wrong):
    assert mart.post(f"{LIST}/search", data=wrong).status_code == 422


def test_more_than_a_hundred_people_take_several_pages(cast, mart):
    for number in range(205):
        cast.account(Role.AUDITOR, f"a{number}@example.org", name=f"Auditor {number:03}", has_app=False)

    first = mart.get(LIST, query_string={"role": "auditor"})
    [later] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = mart.get(later.replace("&amp;", "&"))
    third = mart.get(LIST, query_string={"role": "auditor", "page": 3})
    found = mart.post(f"{LIST}/search", data={"text": "auditor"})

    assert [len(names_on(page)) for page in (first, second, third, found)] == [100, 100, 5, 100]
    assert names_on(second)[0] == "Auditor 100"
    assert ('rel="next"' in third.text, 'rel="prev"' in first.text) == (False, False)
    assert "These are the first 100." in found.text


# --- One person ---------------------------------------------------------------------------------


def test_a_person_has_a_page_with_everything_about_the_account(cast, mart, session):
    with clock_turned(timedelta(days=-40)):
        petros = cast.petros
        sign_in.enter(session, petros, FactorKind.TOTP, device="Firefox")
    factors.new_paper(session, petros, FactorKind.RECOVERY, by=petros)
    accounts.write_down(session, Act.RECOVERY_APPROVE, petros, by=cast.aino)
    petros.created_at -= timedelta(days=400)
    session.commit()

    page = mart.get(f"{LIST}/{petros.id}")

    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    came = day_of(petros.created_at)
    day = f"{came.day} {came:%B %Y}"
    assert page.status_code == 200
    assert "Signs in with petros@example.org Role Partner organisation Organisation Mission" in text
    assert f"Here since {day}" in text
    assert re.search(r"Authenticator app since \d+ \w+ \d+ Recovery codes since \d+ \w+ \d+ ", text)
    assert re.search(
        r"Way back into the account approved Aino Kask .*New recovery codes or code sheet made This person",
        text,
    )
    assert "Petros" not in page.text.partition("</title>")[0]


def test_the_last_sign_in_is_told_by_its_day_only_and_comings_and_goings_are_not(cast, mart, session):
    with clock_turned(timedelta(days=-40)):
        sign_in.enter(session, cast.petros, FactorKind.TOTP, device="Firefox")
    session.commit()

    text = " ".join(re.sub(r"<[^>]+>", " ", mart.get(f"{LIST}/{cast.petros.id}").text).split())

    assert re.search(r"Signed in last \d+ \w+ \d{4} (?!\d)", text)
    assert [words for words in ("Signed in on", "Firefox", "UTC") if words in text] == []
    assert "What happened Nothing yet." in text


def test_somebody_who_never_signed_in_is_told_so(cast, mart):
    page = mart.get(f"{LIST}/{cast.account(Role.AUDITOR, 'new@example.org', has_app=False).id}").text

    assert "Signed in last</dt><dd>Not yet" in page
    assert "None yet. The person sets one up" in page


@pytest.mark.parametrize("below", ["", "/rights", "/deactivate"])
def test_a_migrant_does_not_exist_among_people(cast, mart, below):
    statuses = [mart.get(f"{LIST}/{number}{below}").status_code for number in (cast.amina.id, 1, 2**63, "x")]

    assert statuses == [404, 404, 404, 404]


@pytest.mark.parametrize("act", ["rights", "deactivate", "reactivate"])
def test_nothing_is_done_to_a_migrant(cast, mart, session, act):
    answer = mart.post(f"{LIST}/{cast.amina.id}/{act}", data={"role": "auditor"})

    session.expire_all()
    assert answer.status_code == 404
    assert (cast.amina.role, cast.amina.state) == (Role.MIGRANT, AccountState.ACTIVE)


@pytest.mark.parametrize("who", ["amina", "clara", "aino", "petros", "olga"])
def test_nobody_else_sees_or_changes_people(cast, enter, who):
    browser, number = enter(getattr(cast, who)), cast.kalle.id

    seen = [browser.get(f"{LIST}{below}").status_code for below in ("", f"/{number}", f"/{number}/rights")]
    done = [browser.post(f"{LIST}/{number}/{act}").status_code for act in ("rights", "deactivate")]

    assert (seen, done) == ([404] * 3, [404] * 2)


def test_a_stranger_is_sent_to_the_door(cast, client):
    answers = [client.get(f"{LIST}/{cast.clara.id}"), client.post(f"{LIST}/{cast.clara.id}/deactivate")]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert all("/sign-in" in answer.location for answer in answers)
