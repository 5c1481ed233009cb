"""The migrant's pages."""

from portal.pages.migrant import application, documents, letters, plan, standing

BLUEPRINTS = (standing.bp, application.bp, documents.bp, letters.bp, plan.bp)
