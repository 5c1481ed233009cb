"""What every page of a partner begins with: the door, and the case that is opened."""

from flask import Blueprint

from portal.domain import cases
from portal.domain.cases import Case
from portal.web import current

bp = Blueprint("partner", __name__, url_prefix="/<language>/partner")

NUMBER = "int(max=9223372036854775807)"
"""A row's number in an address; a larger one exists in no table."""


def open_case(reference: str) -> Case:
    """The case to be shown or worked on: who looked is written down, and the migrant can read it.

    Also when a form is sent: its answer may show the case once more.
    """
    session = current.db_session(writing=True)
    case = cases.find(session, reference, viewer=current.viewer())
    cases.opened(session, case, by=current.viewer())
    session.commit()
    return case
