"""The door: make an account, sign in with two factors, sign out."""

from portal.pages.entrance import (
    closed,
    joining,
    passkeys,
    recover,
    set_up,
    sheets,
    sign_in,
    stopped,
)
from portal.pages.entrance.half import bp

__all__ = [
    "BLUEPRINTS",
    "closed",
    "joining",
    "passkeys",
    "recover",
    "set_up",
    "sheets",
    "sign_in",
    "stopped",
]

BLUEPRINTS = (bp,)
