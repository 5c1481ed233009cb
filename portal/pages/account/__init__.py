"""Everyone's own account: how they sign in, where, in which language, and how they may be reached."""

from portal.pages.account import confirm, devices, overview, password, phone, stay
from portal.pages.account.room import bp

__all__ = ["BLUEPRINTS", "confirm", "devices", "overview", "password", "phone", "stay"]

BLUEPRINTS = (bp,)
