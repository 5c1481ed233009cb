"""What happened with the account: told on every page, and stopped with two taps when it was somebody else."""

import pytest
from sqlalchemy import select

from portal.domain import accounts
from portal.domain.access import freezing
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import CaseState
from portal.domain.journal import NOBODY, Event
from portal.domain.permissions import Act
from portal.domain.telling import news, notices
from tests.reading import read

HERE = "/en/account/news"
STOP = "/en/account/not-me"
BANNER = "There is news about your account"


@pytest.fixture
def warned(cast, session) -> Account:
    """Amina, whose account was entered on a device that was not used before."""
    notices.note(session, Act.ACCOUNT_NEW_DEVICE, cast.amina, words="Firefox, Android")
    session.commit()
    return cast.amina


def unread(session, account: Account) -> int:
    found = len(notices.unread(session, account))
    session.commit()
    return found


def test_every_page_says_that_there_is_news_until_it_was_seen(cast, enter, session, warned):
    client = enter(warned)

    before = client.get("/en/account/").text
    on_the_page = client.get(HERE).text
    notices.mark_read(session, warned)
    session.commit()
    after = client.get("/en/account/").text

    assert [BANNER in text for text in (before, on_the_page, after)] == [True, False, False]


def test_a_strangers_news_is_no_news(cast, enter, warned):
    assert BANNER not in enter(cast.giorgi).get("/en/account/").text
    assert "Firefox, Android" not in enter(cast.giorgi).get(HERE).text


def test_a_page_of_a_fault_has_the_banner_too(enter, warned):
    page = enter(warned).get("/en/account/nowhere")

    assert (page.status_code, BANNER in page.text) == (404, True)


def test_what_is_new_names_the_device_and_can_be_confirmed(enter, session, warned):
    client = enter(warned)
    page = client.get(HERE)
    number = notices.unread(session, warned)[0].id
    session.commit()

    answer = client.post(HERE, data={"notice": str(number)})

    assert "<bdi>Firefox, Android</bdi>" in page.text
    assert read(page).buttons["It was me"] == HERE
    assert read(page).links["This was not me"] == STOP
    assert (answer.status_code, answer.location) == (303, HERE)
    assert unread(session, warned) == 0
    assert "There is nothing new." in client.get(HERE).text


def test_what_somebody_else_did_is_not_said_to_be_me(cast, enter, session):
    notices.note(session, Act.RECOVERY_VOUCH, cast.amina, by=cast.clara)
    session.commit()

    page = enter(cast.amina).get(HERE)

    assert "Done by: Counsellor" in page.text
    assert "Clara" not in page.text
    assert [words for words in read(page).buttons if words in ("It was me", "I know about this")] == [
        "I know about this"
    ]


@pytest.mark.parametrize(
    ("act", "leads"),
    [
        (Act.DATA_REQUEST_ANSWER, {"Read the answer": "/en/account/my-data#requests"}),
        (Act.NOTE_SHARE, {"Go to my page": "/en/my/"}),
        (Act.JOURNEY_SET, {"Go to my page": "/en/my/"}),
        (Act.CASE_BREAK_GLASS, {"Go to my page": "/en/my/"}),
    ],
)
def test_an_answer_leads_to_where_it_is_read_and_frightens_nobody(cast, enter, session, act, leads):
    notices.note(session, act, cast.amina, by=cast.clara)
    session.commit()

    links = read(enter(cast.amina).get(HERE)).links

    named = ("Read the answer", "Go to my page", "This was not me")
    assert {words: to for words, to in links.items() if words in named} == leads


def test_all_of_it_is_marked_as_seen_at_once(enter, session, warned):
    notices.note(session, Act.ACCOUNT_PASSWORD_SET, warned)
    session.commit()

    enter(warned).post(HERE, data={"notice": "all"})

    assert unread(session, warned) == 0


@pytest.mark.parametrize("typed", ["", "0", "x", "-1", "٣", "9" * 100, "\0"])
def test_a_number_that_is_none_marks_nothing(enter, session, warned, typed):
    answer = enter(warned).post(HERE, data={"notice": typed})

    assert answer.status_code == 303
    assert unread(session, warned) == 1


def test_nobody_marks_the_news_of_another(cast, enter, session, warned):
    number = notices.unread(session, warned)[0].id
    session.commit()

    enter(cast.giorgi).post(HERE, data={"notice": str(number)})

    assert unread(session, warned) == 1


def test_everything_that_happened_is_there_with_who_did_it_newest_first(cast, enter, session):
    accounts.write_down(session, Act.ACCOUNT_SIGN_IN, cast.amina)
    accounts.write_down(session, Act.SHEET_PRINT, cast.amina, by=cast.clara, words="secret of colleagues")
    accounts.write_down(session, Act.ACCOUNT_LOCKED, cast.amina, by=NOBODY)
    accounts.write_down(session, Act.ACCOUNT_CLOSE, cast.giorgi)
    session.commit()

    text = enter(cast.amina).get(HERE).text

    places = [text.find(words) for words in ("Account locked after", "Code sheet printed", "Signed in<")]
    assert places == sorted(places)
    assert -1 not in places
    assert [text.count(f'small">{who}<') for who in ("The portal", "Counsellor", "You")] == [1, 1, 1]
    assert [word for word in ("secret of colleagues", "Account closed", "Clara") if word in text] == []


def test_a_long_list_comes_in_parts(cast, enter, session):
    for _ in range(news.PAGE + 3):
        accounts.write_down(session, Act.ACCOUNT_SIGN_IN, cast.amina)
    session.commit()
    client = enter(cast.amina)

    first = client.get(HERE)
    second = client.get(read(first).links["More"])

    assert first.text.count("<strong>Signed in</strong>") == news.PAGE
    assert second.text.count("<strong>Signed in</strong>") == 3
    assert read(second).links["Back"] in (HERE, "/en/account/")


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 50, "٣"])
def test_a_part_that_is_none_is_the_first(cast, enter, before):
    assert enter(cast.amina).get(f"{HERE}?before={before}").status_code == 200


# --- This was not me ----------------------------------------------------------------------------


def test_it_says_first_what_will_happen_and_changes_nothing(enter, session, warned):
    page = enter(warned).get(STOP)

    assert read(page).buttons["Stop my account now"] == STOP
    assert "Nobody can get into your account any more. You cannot either." in page.text
    session.refresh(warned)
    assert warned.state is AccountState.ACTIVE


def test_stopping_ends_every_sign_in_and_says_publicly_what_happens_now(enter, session, warned):
    here, other = enter(warned), enter(warned)

    answer = here.post(STOP)
    page = here.get(answer.location)

    session.refresh(warned)
    assert warned.state is AccountState.FROZEN
    assert (answer.status_code, answer.location) == (303, "/en/stopped")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert (page.status_code, read(page).heading) == (200, "Your account is stopped")
    assert "Sign out" not in page.text
    assert [each.get(HERE).status_code for each in (here, other)] == [303, 303]
    session.commit()
    assert session.scalars(select(Event.act).order_by(Event.id.desc())).first() is Act.ACCOUNT_FREEZE


def test_the_page_afterwards_is_everybodys_and_says_nothing_of_anybody(client):
    page = client.get("/en/stopped")

    assert (page.status_code, read(page).heading) == (200, "Your account is stopped")


def test_the_auditor_has_nothing_to_stop(cast, enter, session):
    client = enter(cast.olga)

    assert [client.get(STOP).status_code, client.post(STOP).status_code] == [403, 403]
    assert "not me" not in client.get(HERE).text
    session.refresh(cast.olga)
    assert cast.olga.state is AccountState.ACTIVE


@pytest.mark.parametrize(("method", "page"), [("get", HERE), ("post", HERE), ("get", STOP), ("post", STOP)])
def test_a_stranger_is_asked_to_sign_in(client, method, page):
    assert getattr(client, method)(page).location.startswith("/en/sign-in")


# --- Whom a counsellor must help ----------------------------------------------------------------


def test_a_counsellor_learns_of_stopped_accounts_in_cases_that_exist_for_them(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    before = freezing.frozen_for(session, cast.clara)
    session.commit()

    enter(cast.amina).post(STOP)

    session.expire_all()
    who = ("clara", "aino", "kalle", "petros", "mart", "olga", "giorgi")
    seen = {name: freezing.frozen_for(session, getattr(cast, name)) for name in who}
    assert before == []
    assert [name for name in who if seen[name]] == ["clara", "aino"]
    assert [(account.id, found.id) for account, found in seen["clara"]] == [(cast.amina.id, case.id)]


def test_what_somebody_asked_from_outside_was_not_done_by_the_portal(cast, enter, session):
    notices.note(session, Act.RECOVERY_ASK, cast.amina, by=NOBODY)
    session.commit()

    page = enter(cast.amina).get(HERE).text

    assert "Done by: Somebody who was not signed in" in page
    assert "Done by: The portal" not in page
