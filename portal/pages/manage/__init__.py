"""The manager's and the auditor's pages: figures and the journal, people, and partner organisations."""

from portal.pages.manage import figures, invitations, organisations, packages, people, rights
from portal.pages.manage.rooms import bp, people_bp

# Each of these puts its pages behind one of the two doors.
__all__ = ["figures", "invitations", "organisations", "packages", "people", "rights"]

BLUEPRINTS = (bp, people_bp)
