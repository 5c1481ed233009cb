"""The migrant's pages."""

from portal.pages.migrant import application, documents, plan, standing

BLUEPRINTS = (standing.bp, application.bp, documents.bp, plan.bp)
