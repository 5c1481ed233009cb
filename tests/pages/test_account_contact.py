"""How somebody may be reached: nobody and nothing, until they say so and show a second factor."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.adapters.post import Console
from portal.db import now
from portal.domain.access.sign_in import SignIn
from portal.domain.permissions import Act
from portal.domain.telling import contacts, reach
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import Notice
from tests.reading import read

HERE = "/en/account/contact"
TYPED = {"phone": "5123 4567", "email": "amina@example.net", "reach": "email", "zone": "Asia/Tashkent"}
HOURS = {"hour_from": "9", "hour_to": "20"}
ANY_TIME = {"hour_from": 0, "hour_to": 0, "zone": "Europe/Tallinn"}


@pytest.fixture
def wiring(wiring):
    """A portal that sends mail and SMS."""
    ways = (Channel.EMAIL, Channel.SMS)
    return replace(wiring, carriers={channel: Console(channel) for channel in ways})


def told(session, act: Act = Act.ACCOUNT_CONTACT_SET) -> list[Channel]:
    found = session.scalars(select(Notice.channel).where(Notice.act == act).order_by(Notice.id)).all()
    session.commit()
    return list(found)


def test_at_first_nobody_is_told_anything_outside(cast, enter):
    text = enter(cast.amina).get(HERE).text

    assert '<input checked id="reach-0" name="reach" required type="radio" value="portal">' in text
    assert '<option selected value="Europe/Tallinn">Tallinn</option>' in text


def test_only_what_the_portal_has_is_offered(cast, enter):
    text = enter(cast.amina).get(HERE).text

    assert [way for way in Channel if f'type="radio" value="{way}"' in text] == [
        Channel.PORTAL,
        Channel.EMAIL,
        Channel.SMS,
    ]


def test_what_was_chosen_is_kept_and_told(cast, enter, session):
    client = enter(cast.amina)

    answer = client.post(HERE, data={**TYPED, **HOURS})

    contact = contacts.of_account(session, cast.amina)
    assert (answer.status_code, answer.location) == (303, HERE)
    assert (contact.phone, contact.email, contact.reach) == (
        "+37251234567",
        "amina@example.net",
        Channel.EMAIL,
    )
    assert (contact.hour_from, contact.hour_to, contact.zone) == (9, 20, "Asia/Tashkent")
    session.commit()
    assert told(session) == [Channel.PORTAL, Channel.EMAIL]
    assert 'value="+37251234567"' in client.get(HERE).text


def test_it_can_be_taken_back(cast, enter, session):
    reach.save(session, cast.amina, phone=None, email="a@example.net", reach=Channel.EMAIL, **ANY_TIME)
    session.commit()

    answer = enter(cast.amina).post(HERE, data={"reach": "portal", "zone": "Europe/Tallinn"})

    session.expire_all()
    contact = contacts.of_account(session, cast.amina)
    assert answer.status_code == 303
    assert (contact.email, contact.reach) == (None, None)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": ""}, "Write down the number or address first that we may use."),
        ({"reach": "sms", "phone": ""}, "Write down the number or address first that we may use."),
        ({"reach": ""}, "Choose one."),
        ({"reach": "messenger"}, "Choose one."),
        ({"reach": "pigeon"}, "Choose one."),
        ({"email": "nowhere"}, "This is not an e-mail address."),
        ({"email": "a@b.c, d@e.f"}, "This is not an e-mail address."),
        ({"phone": "not a number"}, "This is not a phone number."),
        ({"hour_from": "9", "hour_to": ""}, "Choose two different hours, or leave both open."),
        ({"hour_from": "", "hour_to": "9"}, "Choose two different hours, or leave both open."),
        ({"hour_from": "9", "hour_to": "9"}, "Choose two different hours, or leave both open."),
        ({"hour_from": "24"}, "Choose from the list."),
        ({"zone": "Mars/Base"}, "Choose from the list."),
        ({"zone": ""}, "Choose one."),
        ({"phone": "1" * 100_000}, "Use at most 40 characters."),
        ({"email": "\0"}, "Write down the number or address first that we may use."),
    ],
)
def test_what_cannot_be_used_is_said_and_changes_nothing(cast, enter, session, changed, words):
    page = enter(cast.amina).post(HERE, data={**TYPED, **HOURS, **changed})

    assert page.status_code == 422
    assert words in page.text
    assert told(session) == []


def test_after_a_recovery_it_says_when_it_can_be_changed(cast, enter, session):
    cast.amina.locked_until = now() + timedelta(hours=72)
    session.commit()
    client = enter(cast.amina)

    page = client.post(HERE, data=TYPED)

    fresh = client.get(HERE)

    assert "You can change this after" in fresh.text
    assert "Save" not in read(fresh).buttons
    assert page.status_code == 422
    assert "For your safety this cannot be changed yet." in page.text
    assert told(session) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_asks_for_a_second_factor_first_and_nothing_typed_is_lost(cast, enter, session, method):
    client = enter(cast.amina)
    session.query(SignIn).update({"fresh_at": now() - timedelta(minutes=11)})
    session.commit()

    page = getattr(client, method)(HERE, **({"data": TYPED} if method == "post" else {}))

    assert read(page).heading == "Is it you?"
    assert ('name="email" value="amina@example.net"' in page.text) is (method == "post")
    assert told(session) == []


@pytest.mark.parametrize("who", ["clara", "aino", "petros", "mart", "olga"])
def test_everyone_chooses_for_themselves(cast, enter, who):
    assert enter(getattr(cast, who)).post(HERE, data=TYPED).status_code == 303


@pytest.mark.parametrize(("method", "page"), [("get", HERE), ("post", HERE), ("post", f"{HERE}/test")])
def test_a_stranger_is_asked_to_sign_in(client, method, page):
    assert getattr(client, method)(page).location.startswith("/en/sign-in")


def test_a_shared_phone_is_told_to_fill_nothing_in(cast, enter, session):
    cast.giorgi.shares_phone = False
    session.commit()

    shared, own = (enter(one).get(HERE).text for one in (cast.amina, cast.giorgi))

    told = [[f'autocomplete="{word}"' in text for word in ("tel", "email", "off")] for text in (shared, own)]
    assert told == [[False, False, True], [True, True, False]]


def test_a_test_message_three_times_an_hour(cast, enter, session):
    reach.save(session, cast.amina, phone=None, email="a@example.net", reach=Channel.EMAIL, **ANY_TIME)
    session.commit()
    client = enter(cast.amina)

    first = client.post(f"{HERE}/test", follow_redirects=True)
    answers = [client.post(f"{HERE}/test") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "The test message is on its way." in first.text
    assert told(session, Act.ACCOUNT_CONTACT_TEST) == [Channel.EMAIL] * 3


def test_without_a_way_there_is_no_test(cast, enter):
    client = enter(cast.amina)

    assert "Send me a test message" not in client.get(HERE).text
    assert client.post(f"{HERE}/test").status_code == 409


def test_a_portal_without_any_way_out_says_so_and_keeps_the_addresses(app, cast, enter, wiring, session):
    app.extensions["wiring"] = replace(wiring, carriers={})
    client = enter(cast.amina)

    text = client.get(HERE).text
    answer = client.post(HERE, data={**TYPED, "reach": "portal"})

    assert "This portal cannot send messages at the moment." in text
    assert answer.status_code == 303
    assert contacts.of_account(session, cast.amina).email == "amina@example.net"


@pytest.mark.parametrize(("language", "city"), [("et", "Thbilisi"), ("ru", "Тбилиси")])
def test_the_cities_are_named_in_the_readers_language(cast, enter, language, city):
    assert f">{city}</option>" in enter(cast.amina).get(f"/{language}/account/contact").text
