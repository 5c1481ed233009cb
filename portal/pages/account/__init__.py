"""Everyone's own account: how they sign in, where, in which language, and how they may be reached."""

from portal.pages.account import confirm, devices, factors, new_factor, overview, password, phone
from portal.pages.account.room import bp

__all__ = ["BLUEPRINTS", "confirm", "devices", "factors", "new_factor", "overview", "password", "phone"]

BLUEPRINTS = (bp,)
