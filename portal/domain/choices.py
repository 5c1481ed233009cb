"""The answers to choose from in the application, and sealed columns that hold them."""

import enum
from collections.abc import Iterable
from typing import TypeVar

from portal.sealing import Sealed

E = TypeVar("E", bound=enum.StrEnum)


class SealedChoice(Sealed[E | None]):
    """A personal column that holds one member of an enum, or None."""

    def __init__(self, kind: type[E]) -> None:
        self.kind = kind
        super().__init__(lambda member: kind(member).value, kind, empty=None)


class SealedSeveral(Sealed[frozenset[E] | None]):
    """A personal column that holds several members of an enum, or None."""

    def __init__(self, kind: type[E]) -> None:
        def write(members: Iterable[E]) -> str:
            return ",".join(sorted(kind(one).value for one in members))

        def read(text: str) -> frozenset[E]:
            return frozenset(kind(one) for one in text.split(",") if one)

        super().__init__(write, read, empty=None)


class Reply(enum.StrEnum):
    """An answer to a question of yes or no. Not knowing, and not writing it down, are answers too."""

    YES = "yes"
    NO = "no"
    DONT_KNOW = "dont_know"
    IN_PERSON = "in_person"


class Interpreter(enum.StrEnum):
    """Who should interpret."""

    WOMAN = "woman"
    MAN = "man"
    EITHER = "either"


class Marital(enum.StrEnum):
    """As the person says."""

    SINGLE = "single"
    MARRIED = "married"
    TOGETHER = "together"
    DIVORCED = "divorced"
    WIDOWED = "widowed"
    NOT_STATED = "not_stated"


class Messenger(enum.StrEnum):
    """What somebody writes and talks with."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    VIBER = "viber"
    SIGNAL = "signal"


class Home(enum.StrEnum):
    """Whether there is an address in Estonia."""

    ADDRESS = "address"
    NONE = "none"
    IN_PERSON = "in_person"


class Heard(enum.StrEnum):
    """Where somebody heard of the programme."""

    FRIENDS = "friends"
    POLICE = "police"
    CENTRE = "centre"
    ORGANISATION = "organisation"
    EMBASSY = "embassy"
    INTERNET = "internet"
    OTHER = "other"


class Need(enum.StrEnum):
    """What a journey must be prepared for."""

    ILLNESS = "illness"
    MEDICINE = "medicine"
    PREGNANCY = "pregnancy"
    DISABILITY = "disability"
    WALKING = "walking"
    SAFETY = "safety"
    OTHER = "other"


class TravelWish(enum.StrEnum):
    """When somebody would like to travel."""

    SOON = "soon"
    DATES = "dates"
    DONT_KNOW = "dont_know"


class Education(enum.StrEnum):
    """The highest school somebody finished."""

    NONE = "none"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    VOCATIONAL = "vocational"
    HIGHER = "higher"


class ParentConsent(enum.StrEnum):
    """Whether the other parent of a child agrees to the journey, or travels along."""

    TRAVELS = "travels"
    AGREES = "agrees"
    DISAGREES = "disagrees"
    NO_OTHER = "no_other"
    DONT_KNOW = "dont_know"
    IN_PERSON = "in_person"
