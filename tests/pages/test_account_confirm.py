"""The account: what matters is done only by who has shown a second factor a short time ago."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.db import clock_turned
from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import FRESH
from portal.domain.cases import CaseState
from portal.web import fresh
from tests.reading import read

LATER = FRESH + timedelta(seconds=1)
HEADING = "Is it you?"


@pytest.fixture
def amina(enter, cast) -> FlaskClient:
    """Amina on a phone of her own."""
    cast.amina.shares_phone = False
    return enter(cast.amina)


def test_after_ten_minutes_the_page_asks_once_more_and_then_goes_on(amina, cast):
    with clock_turned(LATER):
        asked = amina.get("/en/account/recovery-codes")
        typed = {"code": cast.code_of(cast.amina), "confirm_to": "/en/account/recovery-codes"}
    # The app's clock is not turned.
    answer = amina.post("/en/account/confirm", data=typed)

    assert (asked.status_code, read(asked).heading) == (200, HEADING)
    assert (answer.status_code, answer.location) == (303, "/en/account/recovery-codes")
    with clock_turned(FRESH - timedelta(minutes=1)):
        assert read(amina.get(answer.location)).heading == "New recovery codes"


def test_what_was_typed_is_carried_on_and_sent_again(enter, cast):
    case = cast.case(CaseState.REINTEGRATION)
    clara = enter(cast.clara)
    address = f"/en/counsellor/cases/{case.reference}/payments/1/approve"

    with clock_turned(LATER):
        asked = clara.post(address, data={"note": "Seen <the> invoice", "csrf_token": "old"})
    answer = clara.post(
        "/en/account/confirm",
        data={"code": cast.code_of(cast.clara), "confirm_to": address, "confirm_by": "post"},
    )

    assert read(asked).heading == HEADING
    assert '<input type="hidden" name="note" value="Seen &lt;the&gt; invoice">' in asked.text
    assert "old" not in asked.text
    assert (answer.status_code, answer.location) == (307, address)


def test_the_sign_in_is_renewed_when_a_factor_is_shown_anew(amina, cast):
    before = amina.get_cookie("kodutee").value

    amina.post("/en/account/confirm", data={"code": cast.code_of(cast.amina), "confirm_to": "/en/my/"})

    after = amina.get_cookie("kodutee").value
    amina.set_cookie("kodutee", before)
    assert before != after
    assert amina.get("/en/account/").status_code == 303


@pytest.mark.parametrize("code", ["", "000000", "\0", "1" * 100_000, "\u0661\u0662"])
def test_a_wrong_code_goes_nowhere_and_keeps_what_was_typed(amina, code):
    answer = amina.post(
        "/en/account/confirm",
        data={"code": code, "confirm_to": "/en/my/", "confirm_by": "post", "note": "Tea"},
    )

    assert answer.status_code == 422
    assert '<input type="hidden" name="note" value="Tea">' in answer.text


def test_after_five_wrong_codes_everyone_waits(amina):
    typed = {"code": "000000", "confirm_to": "/en/my/"}

    answers = [amina.post("/en/account/confirm", data=typed).status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_a_code_on_paper_will_do_for_who_has_no_app(enter, cast, session):
    codes = factors.new_paper(session, cast.amina, FactorKind.SHEET, by=cast.clara)
    [app] = factors.of_account(session, cast.amina, FactorKind.TOTP)
    factors.end(session, cast.amina, app)

    answer = enter(cast.amina).post("/en/account/confirm", data={"code": codes[0], "confirm_to": "/en/my/"})

    assert answer.status_code == 303


def test_nobody_is_sent_to_another_site(amina, cast):
    typed = {"code": cast.code_of(cast.amina), "confirm_to": "https://example.org/", "confirm_by": "post"}

    assert amina.post("/en/account/confirm", data=typed).location == "/en/my/"


def test_what_needs_a_fresh_factor_are_pages_that_there_are(app):
    known = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert {name.partition("/")[0] for name in fresh.FRESH} - known == set()


def test_who_has_an_app_may_show_a_recovery_code_instead(enter, cast, session):
    [code, *_others] = factors.new_paper(session, cast.amina, FactorKind.RECOVERY, by=cast.amina)
    session.commit()
    client = enter(cast.amina)

    page = client.get("/en/account/confirm?next=/en/account/factors")
    answer = client.post("/en/account/confirm", data={"code": code, "confirm_to": "/en/account/factors"})

    assert "I do not have my app. Use a recovery code" in page.text
    assert (answer.status_code, answer.location) == (303, "/en/account/factors")
