"""The migrant's pages."""

from portal.pages.migrant import (
    application,
    asked,
    asking,
    documents,
    family,
    letters,
    pages,
    papers,
    plan,
    standing,
    stopping,
    supporter,
)

# These put their pages into the rooms of `asking`, of `standing` and of `documents`.
__all__ = ["BLUEPRINTS", "application", "asked", "family", "pages", "papers", "stopping", "supporter"]

BLUEPRINTS = (standing.bp, asking.bp, documents.bp, letters.bp, plan.bp)
