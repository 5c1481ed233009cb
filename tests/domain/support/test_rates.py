"""Money in the currency of the place: exact, rounded half up, with the day and the source of the rate."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import approval, rates
from portal.domain.support.rates import Rate


@pytest.fixture
def plan(cast):
    return cast.plan(cast.case(CaseState.ARRIVED), approved=False)


def rate(value="14325.5", currency="UZS", **other):
    return Rate(
        **{"currency": currency, "value": Decimal(value), "on": today(), "source": "Central Bank"} | other
    )


@pytest.mark.parametrize(
    ("currency", "value", "cents", "local"),
    [
        ("UZS", "14325.5", 100_00, 1_432_550_00),
        ("GEL", "2.9153", 999, 2912),
        ("JPY", "163.07", 1, 2),
        ("KWD", "0.3551", 100, 355),
        ("UZS", "14325.5", 0, 0),
    ],
)
def test_an_amount_is_told_in_both_currencies(cast, plan, currency, value, cents, local):
    rates.fix(plan, rate(value, currency), by=cast.petros)

    assert rates.to_local(plan, cents) == local


def test_a_price_of_the_bazaar_becomes_euros(cast, plan):
    rates.fix(plan, rate(), by=cast.petros)

    assert rates.from_local(plan, 8_600_000_00) == 600_33
    assert rates.of(plan) == rate()


def test_without_a_rate_there_is_no_local_amount(plan):
    assert (rates.of(plan), rates.to_local(plan, 100), rates.from_local(plan, 100)) == (None, None, None)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (rate("0"), Reason.RATE_WRONG),
        (rate("-3"), Reason.RATE_WRONG),
        (rate("0.0000001"), Reason.RATE_WRONG),
        (rate("99999999"), Reason.RATE_WRONG),
        (rate("1", "EUR"), Reason.RATE_WRONG),
        (rate(on=today() + timedelta(days=2)), Reason.DATE_IN_FUTURE),
    ],
)
def test_a_rate_that_cannot_be_is_refused(cast, plan, wrong, reason):
    with pytest.raises(Refused) as refused:
        rates.fix(plan, wrong, by=cast.petros)

    assert refused.value.reasons == [reason]


def test_the_rate_stands_once_the_returnee_reads_the_plan(cast, session, plan):
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)

    with pytest.raises(Refused) as refused:
        rates.fix(plan, rate(), by=cast.petros)

    assert refused.value.reasons == [Reason.WRONG_STATE]
