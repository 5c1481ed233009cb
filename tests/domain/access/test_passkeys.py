"""Passkeys: one works once, here, for its owner, after a look at who holds it; all else has its reason."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from portal.db import clock_turned
from portal.domain.access import factors, passkeys, sign_in
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.access.passkeys import LASTS, LONGEST, NAME, Challenge, RelyingParty
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import AccountState
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import notices
from tests.authenticator import (
    PHISHER,
    PORTAL,
    Authenticator,
    altered,
    give_passkey,
    options_to_make,
    options_to_show,
    reason,
    refusal,
)
from tests.together import at_once

# --- Where there are any ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://portal.example.org", RelyingParty("portal.example.org", "https://portal.example.org")),
        (
            "https://Portal.Example.org:443/x",
            RelyingParty("portal.example.org", "https://portal.example.org"),
        ),
        ("https://example.org:8443", RelyingParty("example.org", "https://example.org:8443")),
        ("http://localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("http://kodutee.localhost", RelyingParty("kodutee.localhost", "http://kodutee.localhost")),
        ("https://tee-koju.õe.ee", RelyingParty("tee-koju.xn--e-yga.ee", "https://tee-koju.xn--e-yga.ee")),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::7]:8443", None),
        ("http://portal.example.org", None),
        ("https://", None),
        ("https://example.org:port", None),
        ("https://a..b", None),
    ],
)
def test_browsers_know_the_portal_by_its_name_and_not_by_its_number(address, party):
    assert passkeys.relying_party(address) == party


# --- Making one ------------------------------------------------------------------------------------


def test_a_passkey_is_found_by_the_phone_alone_and_asks_who_holds_it(cast, session):
    options = options_to_make(session, cast.amina)

    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert options["attestation"] == "none"
    assert options["rp"] == {"id": "localhost", "name": NAME}
    assert options["user"]["name"] == "amina"
    assert options_to_show(session)["userVerification"] == "required"


def test_the_handle_of_a_person_tells_nothing_and_stays_the_same(cast, session):
    first, again = (options_to_make(session, cast.amina)["user"]["id"] for _ in range(2))
    other = options_to_make(session, cast.giorgi)["user"]["id"]

    assert first == again
    assert first != other
    assert len(first) == 22  # 16 bytes
    assert str(cast.amina.id) not in first


def test_a_new_passkey_is_named_dated_and_told_to_its_owner(cast, session):
    give_passkey(session, cast.amina)

    [passkey] = factors.of_account(session, cast.amina, FactorKind.PASSKEY)
    assert (passkey.name, passkey.step, passkey.used_at) == ("My phone", 0, None)
    assert [notice.act for notice in notices.unread(session, cast.amina)] == [Act.ACCOUNT_FACTOR_SET]


def test_a_phone_is_told_which_passkeys_there_are_already(cast, session):
    phone = give_passkey(session, cast.amina)

    [excluded] = options_to_make(session, cast.amina)["excludeCredentials"]

    assert excluded["id"] == json.loads(phone.show(options_to_show(session)))["id"]
    assert options_to_make(session, cast.giorgi)["excludeCredentials"] == []


def test_one_passkey_is_not_registered_twice_nor_for_two_people(cast, session):
    phone = give_passkey(session, cast.amina)

    for account in (cast.amina, cast.giorgi):
        credential = phone.make(options_to_make(session, account))
        assert reason(passkeys.register, session, account, credential, PORTAL, "") is Reason.PASSKEY_KNOWN


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"origin": PHISHER}, Reason.PASSKEY_ELSEWHERE),
        ({"rp_id": "example.com"}, Reason.PASSKEY_ELSEWHERE),
        ({"crossOrigin": True}, Reason.PASSKEY_ELSEWHERE),
        ({"verified": False}, Reason.PASSKEY_UNVERIFIED),
        ({"type": "webauthn.get"}, Reason.PASSKEY_WRONG),
        ({"challenge": "AAAA"}, Reason.PASSKEY_LATE),
    ],
)
def test_a_passkey_is_made_here_and_by_its_owner(cast, session, lie, why):
    credential = Authenticator().make(options_to_make(session, cast.amina), **lie)

    assert reason(passkeys.register, session, cast.amina, credential, PORTAL, "") is why
    assert factors.of_account(session, cast.amina, FactorKind.PASSKEY) == []


def test_a_challenge_of_another_person_or_for_signing_in_makes_no_passkey(cast, session):
    hers, any_ones = options_to_make(session, cast.giorgi), options_to_show(session, cast.amina)
    credentials = [Authenticator().make(hers), Authenticator().make(hers, challenge=any_ones["challenge"])]

    reasons = [reason(passkeys.register, session, cast.amina, one, PORTAL, "") for one in credentials]

    assert reasons == [Reason.PASSKEY_LATE] * 2


def test_what_was_sent_twice_at_once_makes_one_passkey(wiring, cast, session):
    amina, credential = cast.amina, Authenticator().make(options_to_make(session, cast.amina))
    session.commit()

    ended = at_once(
        wiring,
        *[lambda own: passkeys.register(own, own.merge(amina), credential, PORTAL, "") for _ in range(4)],
    )

    assert ended == ["done", "told", "told", "told"]
    assert session.scalar(select(func.count()).where(Factor.kind == FactorKind.PASSKEY)) == 1


def test_as_the_first_factor_it_ends_every_other_half_way_in(cast, session):
    newcomer = cast.account(cast.amina.role, "laylo", has_app=False)
    here, other = (sign_in.of_token(session, sign_in.begin(session, newcomer, device="")) for _ in range(2))

    credential = Authenticator().make(options_to_make(session, newcomer))
    passkeys.set_up(session, here[0], newcomer, credential, PORTAL, "My phone")

    assert session.scalars(select(SignIn.id)).all() == [here[0].id]
    assert other[0].id != here[0].id


def test_who_has_a_factor_already_sets_up_no_first_one(cast, session):
    half = sign_in.of_token(session, sign_in.begin(session, cast.amina, device=""))[0]
    credential = Authenticator().make(options_to_make(session, cast.amina))

    why = reason(passkeys.set_up, session, half, cast.amina, credential, PORTAL, "")

    assert why is Reason.CHANGED_MEANWHILE


# --- Showing one -----------------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [True, False], ids=["with a counter", "synced, without a counter"])
def test_a_passkey_says_who_comes_again_and_again(cast, session, counts):
    phone = give_passkey(session, cast.amina, counts=counts)

    for _ in range(3):
        account, factor = passkeys.verify(session, phone.show(options_to_show(session)), PORTAL)

        assert (account, factor.kind) == (cast.amina, FactorKind.PASSKEY)
        assert factor.used_at is not None


def test_options_for_a_stranger_say_nothing_about_anybody(cast, session):
    give_passkey(session, cast.amina)

    options = options_to_show(session)

    assert set(options) == {"challenge", "timeout", "rpId", "allowCredentials", "userVerification"}
    assert options["allowCredentials"] == []


def test_who_is_known_already_is_asked_for_their_own_passkeys(cast, session):
    give_passkey(session, cast.amina)
    give_passkey(session, cast.giorgi)

    assert len(options_to_show(session, cast.amina)["allowCredentials"]) == 1


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        ({"origin": PHISHER}, Reason.PASSKEY_ELSEWHERE),
        ({"origin": "http://localhost:8001"}, Reason.PASSKEY_ELSEWHERE),
        ({"origin": None}, Reason.PASSKEY_ELSEWHERE),
        ({"rp_id": "example.com"}, Reason.PASSKEY_ELSEWHERE),
        ({"crossOrigin": True}, Reason.PASSKEY_ELSEWHERE),
        ({"verified": False}, Reason.PASSKEY_UNVERIFIED),
        ({"present": False}, Reason.PASSKEY_UNVERIFIED),
        ({"type": "webauthn.create"}, Reason.PASSKEY_WRONG),
        ({"challenge": "AAAA"}, Reason.PASSKEY_LATE),
    ],
)
def test_each_lie_has_its_own_reason(cast, session, lie, why):
    phone = give_passkey(session, cast.amina)

    assert refusal(session, phone.show(options_to_show(session), **lie)) is why


@pytest.mark.parametrize("part", ["signature", "authenticatorData"])
def test_what_was_altered_on_the_way_is_wrong(cast, session, part):
    phone = give_passkey(session, cast.amina)
    credential = altered(phone.show(options_to_show(session)), part)

    expected = {"signature": Reason.PASSKEY_WRONG, "authenticatorData": Reason.PASSKEY_ELSEWHERE}
    assert refusal(session, credential) is expected[part]


def test_another_key_under_the_same_number_is_wrong(cast, session):
    phone = give_passkey(session, cast.amina)
    forger = Authenticator(credential_id=phone.credential_id)

    assert refusal(session, forger.show(options_to_show(session))) is Reason.PASSKEY_WRONG


@pytest.mark.parametrize(
    "said",
    [
        "",
        "\0",
        "null",
        "[]",
        "{}",
        "[" * 10_000,
        '{"id": 1, "response": 2}',
        '{"id": "AA", "response": {"clientDataJSON": "AA", "authenticatorData": "AA"}}',
        '{"id": "AA", "response": {"clientDataJSON": "e30"}}',
        "x" * (LONGEST + 1),
    ],
)
def test_what_no_phone_would_say_is_wrong_and_breaks_nothing(cast, session, said):
    assert refusal(session, said) is Reason.PASSKEY_WRONG
    assert reason(passkeys.register, session, cast.amina, said, PORTAL, "") is Reason.PASSKEY_WRONG


def test_a_passkey_nobody_has_is_unknown(session):
    assert refusal(session, Authenticator().show(options_to_show(session))) is Reason.PASSKEY_UNKNOWN


def test_a_removed_passkey_is_unknown(cast, session):
    phone = give_passkey(session, cast.amina)
    factors.end(session, cast.amina, factors.of_account(session, cast.amina, FactorKind.PASSKEY)[0])

    assert refusal(session, phone.show(options_to_show(session))) is Reason.PASSKEY_UNKNOWN


@pytest.mark.parametrize("state", [AccountState.FROZEN, AccountState.CLOSED])
def test_an_account_that_rests_answers_like_one_that_never_was(cast, session, state):
    phone = give_passkey(session, cast.amina)
    cast.amina.state = state

    assert refusal(session, phone.show(options_to_show(session))) is Reason.PASSKEY_UNKNOWN


def test_the_passkey_of_somebody_else_does_not_stand_in_for_ones_own(cast, session):
    phone = give_passkey(session, cast.giorgi)

    assert refusal(session, phone.show(options_to_show(session, cast.amina)), cast.amina) is (
        Reason.PASSKEY_UNKNOWN
    )


def test_a_challenge_of_one_person_is_none_for_another_nor_for_nobody(cast, session):
    phone = give_passkey(session, cast.amina)

    reasons = [
        refusal(session, phone.show(options_to_show(session, cast.amina))),
        refusal(session, phone.show(options_to_show(session)), cast.amina),
        refusal(session, phone.show(options_to_show(session, cast.giorgi)), cast.amina),
    ]

    assert reasons == [Reason.PASSKEY_LATE] * 3


def test_the_same_answer_sent_again_comes_too_late(cast, session):
    credential = give_passkey(session, cast.amina, counts=False).show(options_to_show(session))
    passkeys.verify(session, credential, PORTAL)
    session.commit()

    assert refusal(session, credential) is Reason.PASSKEY_LATE


def test_a_refused_answer_uses_its_challenge_up(cast, session):
    phone, options = give_passkey(session, cast.amina), options_to_show(session)

    first = refusal(session, phone.show(options, verified=False))
    second = refusal(session, phone.show(options))

    assert (first, second) == (Reason.PASSKEY_UNVERIFIED, Reason.PASSKEY_LATE)


def test_a_challenge_is_good_for_five_minutes(cast, session):
    phone = give_passkey(session, cast.amina)
    in_time, late = options_to_show(session), options_to_show(session)

    with clock_turned(LASTS - timedelta(seconds=5)):
        assert passkeys.verify(session, phone.show(in_time), PORTAL)[0] is cast.amina
    with clock_turned(LASTS + timedelta(seconds=5)):
        assert refusal(session, phone.show(late)) is Reason.PASSKEY_LATE


def test_challenges_nobody_answered_are_forgotten(session):
    options_to_show(session)
    session.commit()

    with clock_turned(LASTS + timedelta(seconds=1)):
        options_to_show(session)
        passkeys.sweep(session)

    assert session.scalar(select(func.count(Challenge.id))) == 1


def test_of_20_parallel_uses_of_one_answer_exactly_one_succeeds(wiring, cast, session):
    credential = give_passkey(session, cast.amina).show(options_to_show(session))
    session.commit()
    start, results = Barrier(20), Counter()

    def use(_number: int) -> None:
        start.wait()
        with wiring.writing() as own:
            try:
                passkeys.verify(own, credential, PORTAL)
                results["in"] += 1
            except Refused as refused:
                results[refused.reasons[0]] += 1
            own.commit()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(use, range(20)))

    assert results == {"in": 1, Reason.PASSKEY_LATE: 19}
