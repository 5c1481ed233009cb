"""The door: make an account, sign in with two factors, sign out, leave quickly."""

from portal.pages.entrance import joining, leaving, set_up, sign_in
from portal.pages.entrance.half import bp

__all__ = ["BLUEPRINTS", "joining", "leaving", "set_up", "sign_in"]

BLUEPRINTS = (bp,)
