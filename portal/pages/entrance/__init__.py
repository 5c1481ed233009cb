"""The door: make an account, sign in with two factors, sign out."""

from portal.pages.entrance import joining, set_up, sign_in, stopped
from portal.pages.entrance.half import bp

__all__ = ["BLUEPRINTS", "joining", "set_up", "sign_in", "stopped"]

BLUEPRINTS = (bp,)
