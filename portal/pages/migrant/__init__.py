"""The migrant's pages."""

from portal.pages.migrant import application, asking, documents, family, letters, plan, standing

__all__ = ["BLUEPRINTS", "application", "family"]

BLUEPRINTS = (standing.bp, asking.bp, documents.bp, letters.bp, plan.bp)
