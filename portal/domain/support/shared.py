"""What a partner organisation may read of a person: before it takes the case on, and after. Nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import people
from portal.domain.accounts import Account
from portal.domain.applying.application import Application, Idea
from portal.domain.cases import Case
from portal.domain.dates import Known
from portal.domain.people import Gender, Person, Relation
from portal.domain.support import referrals


@dataclass(frozen=True)
class Offer:
    """A case that the organisation is asked to take on: what is needed to decide, and no names."""

    reference: str
    country: str | None
    people: int
    due_on: date | None


@dataclass(frozen=True)
class Traveller:
    """One person, as the partner knows them. `relation` is empty for the principal."""

    name: str
    born_on: Known | None
    gender: Gender | None
    relation: Relation | None


@dataclass(frozen=True)
class Shared:
    """What stands in `referrals.SHARED`, apart from the plan."""

    principal: Traveller
    family: tuple[Traveller, ...]
    phone: str | None
    email: str | None
    other_contact: str | None
    country: str | None
    place: str | None
    ideas: tuple[Idea, ...]
    ideas_words: str | None


def offers(session: Session, viewer: Account) -> Sequence[Offer]:
    """What the partner's organisation has not answered yet, the oldest first."""
    return _described(session, referrals.waiting_for(session, viewer))


def offer(session: Session, reference: str, *, viewer: Account) -> Offer:
    """One of them. Raises NotFound."""
    return _described(session, [referrals.find_waiting(session, reference, viewer=viewer)])[0]


def _described(session: Session, asked: Sequence[tuple[referrals.Referral, Case]]) -> Sequence[Offer]:
    known = (
        select(Application.case_id, Application.country, func.count(Person.id))
        .join(Person, Person.case_id == Application.case_id)
        .where(Application.case_id.in_([case.id for _, case in asked]))
        .group_by(Application.case_id, Application.country)
    )
    facts = {case_id: (country, people) for case_id, country, people in session.execute(known)}
    return [Offer(case.reference, *facts[case.id], referral.due_on) for referral, case in asked]


def of(session: Session, case: Case) -> Shared:
    """What the partner who took this case on may read."""
    found = session.scalars(select(Application).where(Application.case_id == case.id)).one()
    head, *family = [_traveller(person) for person in people.of_case(session, case)]
    return Shared(
        principal=head,
        family=tuple(family),
        phone=found.phone,
        email=found.email,
        other_contact=found.other_contact,
        country=found.country,
        place=found.place,
        ideas=tuple(idea for idea in Idea if idea in (found.ideas or ())),
        ideas_words=found.ideas_words,
    )


def _traveller(person: Person) -> Traveller:
    return Traveller(person.full_name, person.born_on, person.gender, person.relation)
