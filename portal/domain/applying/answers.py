"""The answers of an application, in typed columns: of the case here, of each traveller in `Person`."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Choices
from portal.domain.applying.consents import Consent, Purpose
from portal.domain.choices import (
    Education,
    Heard,
    Home,
    Interpreter,
    Messenger,
    Need,
    Reply,
    SealedChoice,
    SealedSeveral,
    TravelWish,
)
from portal.domain.dates import SealedPartly
from portal.domain.people import Guardianship, Person
from portal.sealing import Sealed, SealedDate


class LegalStatus(enum.StrEnum):
    """What a person's stay in Estonia rests on, in their own words."""

    ASYLUM_SEEKER = "asylum_seeker"
    ASYLUM_REFUSED = "asylum_refused"
    PROTECTION = "protection"
    TEMPORARY_PROTECTION = "temporary_protection"
    PERMIT_EXPIRED = "permit_expired"
    PERMIT_VALID = "permit_valid"
    NO_PAPERS = "no_papers"
    DONT_KNOW = "dont_know"
    IN_PERSON = "in_person"


class Precept(enum.StrEnum):
    """Whether there is a decision that the person must leave."""

    WITH_DEADLINE = "with_deadline"
    AT_ONCE = "at_once"
    EXPULSION_ORDER = "expulsion_order"
    NONE = "none"
    DONT_KNOW = "dont_know"
    IN_PERSON = "in_person"


class Company(enum.StrEnum):
    """Whether the person travels alone."""

    ALONE = "alone"
    FAMILY = "family"


class NeedsAnswer(enum.StrEnum):
    """Whether there is something the counsellor should know for a safe journey."""

    YES = "yes"
    NO = "no"
    IN_PERSON = "in_person"


class Idea(enum.StrEnum):
    """What a person might want to do after return."""

    BUSINESS = "business"
    JOB = "job"
    TRAINING = "training"
    SCHOOL = "school"
    HOUSING = "housing"
    MEDICAL = "medical"
    NOT_SURE = "not_sure"


class Application(Base):
    """The answers that concern the case as a whole; those of each traveller are in `Person`."""

    __tablename__ = "applications"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    # A. Start
    language: Mapped[str | None] = mapped_column(String(8))
    interpreter: Mapped[bool | None] = mapped_column()
    interpreter_gender = SealedChoice(Interpreter)
    # B. How to reach the person
    phone = Sealed()
    email = Sealed()
    other_contact = Sealed()
    second_phone = Sealed()
    messengers = SealedSeveral(Messenger)
    safe_to_call = SealedChoice(Reply)
    safe_to_write = SealedChoice(Reply)
    safe_hours = Sealed()
    home = SealedChoice(Home)
    address = Sealed()
    emergency_name = Sealed()
    emergency_phone = Sealed()
    emergency_relation = Sealed()
    # C. Situation in Estonia
    arrived_on = SealedPartly()
    status: Mapped[LegalStatus | None] = mapped_column()
    precept: Mapped[Precept | None] = mapped_column()
    precept_deadline: Mapped[date | None] = mapped_column()
    appeal = SealedChoice(Reply)
    detained = SealedChoice(Reply)
    detained_at = Sealed()
    pending = SealedChoice(Reply)
    earlier_return = SealedChoice(Reply)
    earlier_return_on = SealedPartly()
    earlier_return_from = Sealed()
    heard_from = SealedChoice(Heard)
    # D. Where to
    country: Mapped[str | None] = mapped_column(String(2), index=True)
    place = Sealed()
    right_to_live = SealedChoice(Reply)
    somebody_waiting = SealedChoice(Reply)
    waiting_words = Sealed()
    travel_wish = SealedChoice(TravelWish)
    travel_from = SealedDate()
    travel_until = SealedDate()
    fear = SealedChoice(Reply)
    fear_words = Sealed()
    # E. Travelling with
    company: Mapped[Company | None] = mapped_column()
    guardian_name = Sealed()
    guardian_relation: Mapped[Guardianship | None] = mapped_column()
    guardian_phone = Sealed()
    # G. Needs
    needs: Mapped[NeedsAnswer | None] = mapped_column()
    needs_kinds = SealedSeveral(Need)
    needs_words = Sealed()
    airport_help = SealedChoice(Reply)
    airport_help_words = Sealed()
    place_to_stay = SealedChoice(Reply)
    safe_alone = SealedChoice(Reply)
    forced = SealedChoice(Reply)
    forced_words = Sealed()
    # H. After the return
    ideas: Mapped[frozenset[str] | None] = mapped_column(Choices(Idea))
    ideas_words = Sealed()
    education = SealedChoice(Education)
    work_words = Sealed()
    skills_words = Sealed()
    spoken = Sealed()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


@dataclass(frozen=True)
class Answers:
    """Everything a migrant has answered so far."""

    application: Application
    principal: Person
    family: tuple[Person, ...]
    consents: Mapping[Purpose, Consent]

    @property
    def countries(self) -> set[str | None]:
        """Every country that was chosen somewhere."""
        theirs = ("birth_country", "citizenship", "second_citizenship", "third_citizenship", "paper_country")
        of_people = {getattr(one, column) for one in (self.principal, *self.family) for column in theirs}
        return of_people | {self.application.country, self.application.earlier_return_from}


OF_PRINCIPAL = {
    "family_name",
    "given_names",
    "original_name",
    "other_names",
    "born_on",
    "birth_country",
    "birth_place",
    "gender",
    "citizenship",
    "second_citizenship",
    "third_citizenship",
    "marital",
    "paper",
    "paper_place",
    "paper_number",
    "paper_country",
    "paper_expires",
    "loss_reported",
}
"""The columns that belong to the person rather than to the application."""


def value_of(found: Answers, column: str) -> Any:
    """What one column holds, of the application or of its principal."""
    return getattr(found.principal if column in OF_PRINCIPAL else found.application, column)
