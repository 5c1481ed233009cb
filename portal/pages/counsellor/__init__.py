"""The counsellor's pages: the queue, and one case in all its parts."""

from portal.pages.counsellor import (
    assisted,
    care,
    case,
    changes,
    corrections,
    decisions,
    documents,
    paper,
    queue,
    reintegration,
    requests,
    travel,
)
from portal.pages.counsellor.room import bp

# Each of these puts its pages behind the one door.
__all__ = [
    "assisted",
    "care",
    "case",
    "changes",
    "corrections",
    "decisions",
    "documents",
    "paper",
    "queue",
    "reintegration",
    "requests",
    "travel",
]

BLUEPRINTS = (bp, assisted.bp)
