"""The migrant's pages."""

from portal.pages.migrant import plan, standing

BLUEPRINTS = (standing.bp, plan.bp)
