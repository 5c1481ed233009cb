"""The migrant's pages."""

from portal.pages.migrant import application, documents, letters, plan, standing, supporter

# Its pages stand behind the door of the application.
__all__ = ["supporter"]

BLUEPRINTS = (standing.bp, application.bp, documents.bp, letters.bp, plan.bp)
