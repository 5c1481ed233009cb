"""The counsellor's pages: the queue, and one case in all its parts."""

from portal.pages.counsellor import (  # noqa: F401 - each puts its pages behind the one door
    case,
    corrections,
    decisions,
    documents,
    queue,
    reintegration,
    travel,
)
from portal.pages.counsellor.room import bp

BLUEPRINTS = (bp,)
