"""The door: make an account, sign in with two factors, sign out."""

from portal.pages.entrance import joining, passkeys, set_up, sign_in
from portal.pages.entrance.half import bp

__all__ = ["BLUEPRINTS", "joining", "passkeys", "set_up", "sign_in"]

BLUEPRINTS = (bp,)
