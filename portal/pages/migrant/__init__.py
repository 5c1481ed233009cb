"""The migrant's pages."""

from portal.pages.migrant import application, plan, standing

BLUEPRINTS = (standing.bp, application.bp, plan.bp)
