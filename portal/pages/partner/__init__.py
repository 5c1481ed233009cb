"""The partner's pages: what waits for an answer, the organisation's cases, and the plan in each of them."""

from portal.pages.partner import (  # noqa: F401 - each puts its pages behind the one door
    afterwards,
    case,
    delivery,
    new_plan,
    pages,
    payments,
    photos,
    plan,
    quotations,
    shared_papers,
    suppliers,
    table,
    updating,
    work,
    writing,
)
from portal.pages.partner.room import bp

BLUEPRINTS = (bp,)
