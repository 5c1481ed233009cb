"""The migrant's pages."""

from portal.pages.migrant import (
    adults,
    afterwards,
    application,
    appointments,
    asked,
    asking,
    documents,
    family,
    journey,
    letters,
    pages,
    papers,
    plan,
    standing,
    stopping,
    supporter,
    words,
)

# These put their pages into the rooms of `asking`, of `standing` and of `documents`.
__all__ = [
    "BLUEPRINTS",
    "adults",
    "application",
    "appointments",
    "asked",
    "family",
    "journey",
    "pages",
    "papers",
    "stopping",
    "supporter",
    "words",
]

BLUEPRINTS = (standing.bp, asking.bp, documents.bp, letters.bp, plan.bp, afterwards.bp)
