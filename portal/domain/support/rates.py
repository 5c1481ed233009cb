"""A plan's money in the currency of the place: one rate, with its day and its source, for the whole plan."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

from portal.db import now, today
from portal.domain.accounts import Account
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, require
from portal.domain.support.plans import EDITABLE, LOCAL_UNIT, Plan

LARGEST = 10**7
"""No currency is worth less than a ten-millionth of another."""


@dataclass(frozen=True)
class Rate:
    """How much of `currency` one unit of the plan's currency is worth, on which day, and who says so."""

    currency: str
    value: Decimal
    on: date
    source: str


def of(plan: Plan) -> Rate | None:
    """The rate of a plan; None for one that is only counted in its own currency."""
    if not plan.rate_millionths or not plan.local_currency or not plan.rate_on:
        return None
    value = Decimal(plan.rate_millionths) / LOCAL_UNIT
    return Rate(plan.local_currency, value, plan.rate_on, plan.rate_source or "")


def fix(plan: Plan, rate: Rate, *, by: Account) -> None:
    """Set the rate of a draft. Raises Refused for 0 or less, a future day, or the plan's own currency."""
    require(by.role, Act.PLAN_DRAFT)
    if plan.state not in EDITABLE:
        raise Refused([Reason.WRONG_STATE])
    millionths = int((rate.value * LOCAL_UNIT).to_integral_value(ROUND_HALF_UP))
    if not 0 < millionths <= LARGEST * LOCAL_UNIT or rate.currency == plan.currency:
        raise Refused([Reason.RATE_WRONG])
    if rate.on > today():
        raise Refused([Reason.DATE_IN_FUTURE])
    plan.local_currency, plan.rate_millionths = rate.currency, millionths
    plan.rate_on, plan.rate_source, plan.edited_at = rate.on, rate.source, now()


def to_local(plan: Plan, amount: int) -> int | None:
    """An amount of the plan in minor units of the local currency, rounded half up; None without a rate."""
    rate = of(plan)
    if rate is None:
        return None
    return _minor(_whole(amount, plan.currency) * rate.value, rate.currency)


def from_local(plan: Plan, amount: int) -> int | None:
    """An amount of the local currency in minor units of the plan's, rounded half up; None without a rate."""
    rate = of(plan)
    if rate is None:
        return None
    return _minor(_whole(amount, rate.currency) / rate.value, plan.currency)


def _whole(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def _minor(whole: Decimal, currency: str) -> int:
    return int(whole.scaleb(get_currency_precision(currency)).to_integral_value(ROUND_HALF_UP))
