"""Everyone's own account: how they sign in, where, in which language, and how they may be reached."""

from portal.pages.account import (
    closing,
    confirm,
    contact,
    devices,
    factors,
    helpers,
    kept,
    my_data,
    new_factor,
    news,
    overview,
    password,
    phone,
    recovery,
    stay,
)
from portal.pages.account.room import bp

__all__ = [
    "BLUEPRINTS",
    "closing",
    "confirm",
    "contact",
    "devices",
    "factors",
    "helpers",
    "kept",
    "my_data",
    "new_factor",
    "news",
    "overview",
    "password",
    "phone",
    "recovery",
    "stay",
]

BLUEPRINTS = (bp,)
