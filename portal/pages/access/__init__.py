"""Help with signing in: who vouches, who signs, and what is printed for people without a phone."""

from portal.pages.access import recoveries, sheets
from portal.pages.access.room import bp

__all__ = ["BLUEPRINTS", "recoveries", "sheets"]

BLUEPRINTS = (bp,)
