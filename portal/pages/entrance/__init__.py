"""The door: make an account, sign in with two factors, sign out, leave quickly."""

from portal.pages.entrance import (
    claim,
    closed,
    joining,
    leaving,
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
    "claim",
    "closed",
    "joining",
    "leaving",
    "passkeys",
    "recover",
    "set_up",
    "sheets",
    "sign_in",
    "stopped",
]

BLUEPRINTS = (bp,)
