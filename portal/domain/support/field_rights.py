"""Who may read which part of a case, and from when: one table for the partner's pages and the receipt."""

import enum
from dataclasses import dataclass

from portal.domain.permissions import COUNSEL, Role


class Field(enum.StrEnum):
    """One part of what is known of a person; what can be agreed to is agreed to or not by itself."""

    REFERENCE = "reference"
    PEOPLE = "people"
    NAMES = "names"
    BORN_ON = "born_on"
    GENDER = "gender"
    CONTACT = "contact"
    COUNTRY = "country"
    FAMILY = "family"
    IDEAS = "ideas"
    JOURNEY = "journey"
    PLAN = "plan"
    DOCUMENTS = "documents"
    DATES = "dates"
    PHOTOS = "photos"
    LEGAL_STATUS = "legal_status"
    PRECEPT = "precept"
    HEALTH = "health"
    PROTECTION = "protection"
    HOME = "home"
    NOTES = "notes"


class Stage(enum.StrEnum):
    """How far a partner organisation has come with a case."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ARRIVED = "arrived"


class Right(enum.StrEnum):
    """Whether something is read: never, when the migrant agreed to it, or whenever the case is."""

    NEVER = "no"
    AGREED = "if agreed"
    ALWAYS = "yes"


NO, AGREED, YES = Right.NEVER, Right.AGREED, Right.ALWAYS


@dataclass(frozen=True)
class Rights:
    """Who reads one field: the partner at each stage, counsellors and approvers, and whose case it is."""

    offered: Right = NO
    accepted: Right = NO
    arrived: Right = NO
    counsel: Right = YES
    migrant: Right = YES


RIGHTS: dict[Field, Rights] = {
    Field.REFERENCE: Rights(YES, YES, YES),
    Field.PEOPLE: Rights(YES, YES, YES),
    Field.NAMES: Rights(NO, AGREED, AGREED),
    Field.BORN_ON: Rights(NO, AGREED, AGREED),
    Field.GENDER: Rights(NO, AGREED, AGREED),
    Field.CONTACT: Rights(NO, AGREED, AGREED),
    Field.COUNTRY: Rights(AGREED, AGREED, AGREED),
    Field.FAMILY: Rights(NO, AGREED, AGREED),
    Field.IDEAS: Rights(NO, AGREED, AGREED),
    # What the journey needs is nobody's business once it is over.
    Field.JOURNEY: Rights(NO, AGREED, NO),
    Field.PLAN: Rights(NO, AGREED, AGREED),
    Field.DOCUMENTS: Rights(NO, AGREED, AGREED),
    Field.DATES: Rights(NO, YES, YES),
    # Of talks after the return: agreed to on the returnee's own page, by a consent of its own.
    Field.PHOTOS: Rights(NO, NO, AGREED),
    Field.LEGAL_STATUS: Rights(),
    Field.PRECEPT: Rights(),
    Field.HEALTH: Rights(),
    Field.PROTECTION: Rights(),
    Field.HOME: Rights(),
    Field.NOTES: Rights(migrant=NO),
}

ASKED = tuple(one for one, rights in RIGHTS.items() if AGREED in (rights.offered, rights.accepted))
"""What the migrant is asked about, each by itself, in the order of the receipt."""
TICKED = tuple(one for one in ASKED if one is not Field.DOCUMENTS)
"""What is one box on the receipt; of documents each is a box."""
WITHHELD = tuple(
    one for one, rights in RIGHTS.items() if {rights.offered, rights.accepted, rights.arrived} == {NO}
)
"""What no partner ever reads."""


def right(field: Field, role: Role, stage: Stage) -> Right:
    """Whether people of this role read a field of a case that exists for them; partners: at this stage."""
    rights = RIGHTS[field]
    if role is Role.PARTNER:
        by_stage: dict[Stage, Right] = {
            Stage.OFFERED: rights.offered,
            Stage.ACCEPTED: rights.accepted,
            Stage.ARRIVED: rights.arrived,
        }
        return by_stage[stage]
    if role is Role.MIGRANT:
        return rights.migrant
    return rights.counsel if role in COUNSEL else NO
