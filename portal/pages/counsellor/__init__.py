"""The counsellor's pages: the queue, and one case in all its parts."""

from portal.pages.counsellor import (
    appointments,
    assessment,
    assisted,
    bulk,
    care,
    case,
    changes,
    checks,
    corrections,
    counselling,
    deciding,
    decisions,
    documents,
    handover,
    journey,
    opening,
    paper,
    queue,
    reintegration,
    requests,
    travel,
    viewer,
    work,
)
from portal.pages.counsellor.room import bp

# Each of these puts its pages behind the one door.
__all__ = [
    "appointments",
    "assessment",
    "assisted",
    "bulk",
    "care",
    "case",
    "changes",
    "checks",
    "corrections",
    "counselling",
    "deciding",
    "decisions",
    "documents",
    "handover",
    "journey",
    "opening",
    "paper",
    "queue",
    "reintegration",
    "requests",
    "travel",
    "viewer",
    "work",
]

BLUEPRINTS = (bp, assisted.bp)
