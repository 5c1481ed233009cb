"""What every page of a partner begins with: the door, and the case that is opened."""

from flask import Blueprint, request

from portal.domain import cases
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.errors import NotFound
from portal.domain.support import shared
from portal.domain.support.field_rights import Field
from portal.web import current

bp = Blueprint("partner", __name__, url_prefix="/<language>/partner")

NUMBER = "int(max=9223372036854775807)"
"""A row's number in an address; a larger one exists in no table."""


WITHOUT_THE_PLAN = frozenset(
    f"partner.{one}" for one in ("show_case", "arrive", "ask_departure", "show_shared", "shared_page")
)
"""The pages of a case that show nothing of the plan; all others exist only when the plan is shared."""


def open_case(reference: str) -> Case:
    """The case to be shown or worked on: who looked is written down, and the migrant can read it.

    Also when a form is sent: its answer may show the case once more. Raises NotFound.
    """
    session = current.db_session(writing=True)
    case = cases.find(session, reference, viewer=current.viewer())
    if request.endpoint not in WITHOUT_THE_PLAN:
        if Field.PLAN not in shared.fields(session, case):
            raise NotFound(reference)
        shared.opened(session, case, [Field.PLAN], by=current.viewer())
    cases.opened(session, case, by=current.viewer())
    current.write_down()
    return case


def open_arrived(reference: str) -> Case:
    """The same for a case whose people are back. Raises NotFound for one on the way."""
    case = open_case(reference)
    if case.state not in AFTER_ARRIVAL:
        raise NotFound(reference)
    return case
