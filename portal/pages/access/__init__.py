"""Help with signing in: who vouches, who signs, and what is printed for people without a phone."""

from portal.pages.access import sheets
from portal.pages.access.room import bp

__all__ = ["BLUEPRINTS", "sheets"]

BLUEPRINTS = (bp,)
