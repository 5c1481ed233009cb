"""The migrant's pages."""

from portal.pages.migrant import (
    adults,
    application,
    appointments,
    asked,
    asking,
    documents,
    family,
    journey,
    letters,
    papers,
    plan,
    standing,
    stopping,
    supporter,
    words,
)

# These put their pages into the rooms of `asking` and of `standing`.
__all__ = [
    "BLUEPRINTS",
    "adults",
    "application",
    "appointments",
    "asked",
    "family",
    "journey",
    "papers",
    "stopping",
    "supporter",
    "words",
]

BLUEPRINTS = (standing.bp, asking.bp, documents.bp, letters.bp, plan.bp)
