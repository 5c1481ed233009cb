"""The migrant's pages."""

from portal.pages.migrant import (
    adults,
    application,
    arrival,
    asked,
    asking,
    documents,
    family,
    letters,
    papers,
    plan,
    sharing,
    standing,
    stopping,
    supporter,
)

# These put their pages into the rooms of `asking` and of `standing`.
__all__ = [
    "BLUEPRINTS",
    "adults",
    "application",
    "arrival",
    "asked",
    "family",
    "papers",
    "sharing",
    "stopping",
    "supporter",
]

BLUEPRINTS = (standing.bp, asking.bp, documents.bp, letters.bp, plan.bp)
