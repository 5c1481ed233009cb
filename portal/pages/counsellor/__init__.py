"""The counsellor's pages: the queue, and one case in all its parts."""

from portal.pages.counsellor import (
    care,
    case,
    corrections,
    decisions,
    documents,
    queue,
    reintegration,
    travel,
)
from portal.pages.counsellor.room import bp

# Each of these puts its pages behind the one door.
__all__ = ["care", "case", "corrections", "decisions", "documents", "queue", "reintegration", "travel"]

BLUEPRINTS = (bp,)
