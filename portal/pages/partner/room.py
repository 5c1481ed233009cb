"""What every page of a partner begins with: the door, and the case, which is opened or worked on."""

from flask import Blueprint

from portal.domain import cases
from portal.domain.cases import Case
from portal.web import current

bp = Blueprint("partner", __name__, url_prefix="/<language>/partner")

NUMBER = "int(max=9223372036854775807)"
"""A row's number in an address; a larger one exists in no table."""


def find_case(reference: str) -> Case:
    """The case that somebody is about to change."""
    return cases.find(current.db_session(), reference, viewer=current.viewer())


def open_case(reference: str) -> Case:
    """The case for a page that shows it: who looked is written down, and the migrant can read it."""
    session = current.db_session(writing=True)
    case = find_case(reference)
    cases.opened(session, case, by=current.viewer())
    session.commit()
    return case
