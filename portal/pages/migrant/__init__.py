"""The migrant's pages."""

from portal.pages.migrant import application, asked, documents, letters, plan, standing, stopping

# The first two put their pages into the room of `standing`.
__all__ = ["asked", "stopping"]

BLUEPRINTS = (standing.bp, application.bp, documents.bp, letters.bp, plan.bp)
