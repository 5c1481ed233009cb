"""What a partner organisation may read of a person: before it takes the case on, and after. Nothing else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from portal.db import asked_once
from portal.domain import cases, people
from portal.domain.accounts import Account
from portal.domain.applying.application import Application, Idea
from portal.domain.cases import Case
from portal.domain.dates import Known
from portal.domain.documents import Document
from portal.domain.errors import NotFound
from portal.domain.people import Gender, Person, Relation
from portal.domain.support import receipts, referrals
from portal.domain.support.field_rights import Field, Stage
from portal.domain.support.referrals import Referral


@dataclass(frozen=True)
class Offer:
    """A case that the organisation is asked to take on: what is needed to decide, and no names.

    `country` is None when she does not share it.
    """

    reference: str
    country: str | None
    people: int
    due_on: date | None


@dataclass(frozen=True)
class Traveller:
    """One person, as the partner knows them: what is not shared is empty. The principal has no relation."""

    name: str
    born_on: Known | None
    gender: Gender | None
    relation: Relation | None


@dataclass(frozen=True)
class Shared:
    """What may be read of a case (`fields`), apart from the plan: all else is empty."""

    fields: frozenset[Field]
    people: int
    principal: Traveller
    family: tuple[Traveller, ...]
    phone: str | None
    email: str | None
    other_contact: str | None
    country: str | None
    place: str | None
    ideas: tuple[Idea, ...]
    ideas_words: str | None
    instruction: str
    documents: tuple[Document, ...]
    until: date | None


def offers(session: Session, viewer: Account) -> Sequence[Offer]:
    """What the partner's organisation has not answered yet, the oldest first."""
    asked, readable = referrals.waiting_for(session, viewer), _offered(session, viewer)
    if not asked:
        return []
    numbers = [case.id for _, case in asked]
    facts = {
        case_id: (country, people)
        for case_id, country, people in session.execute(_DESCRIBED, {"cases": numbers})
    }
    found = []
    for referral, case in asked:
        country, number = facts[case.id]
        is_shared = Field.COUNTRY in readable[referral.id]
        found.append(Offer(case.reference, country if is_shared else None, number, referral.due_on))
    return found


_DESCRIBED = (
    select(Application.case_id, Application.country, func.count(Person.id))
    .join(Person, Person.case_id == Application.case_id)
    .where(Application.case_id.in_(bindparam("cases")))
    .group_by(Application.case_id, Application.country)
)


@asked_once
def _offered(session: Session, viewer: Account) -> Mapping[int, frozenset[Field]]:
    """What the partner's organisation may read of what it has not answered yet, by the referral's number."""
    asked = [referral for referral, _ in referrals.waiting_for(session, viewer)]
    agreed = receipts.chosen_in(session, asked)
    return {number: receipts.allowed(Stage.OFFERED, chosen) for number, chosen in agreed.items()}


def offer(session: Session, reference: str, *, viewer: Account) -> Offer:
    """One of them. Raises NotFound."""
    known = cases.read_reference(reference)
    for one in offers(session, viewer):
        if one.reference == known:
            return one
    raise NotFound(reference)


def unseen_offers(session: Session, viewer: Account, reference: str = "") -> list[tuple[Referral, Field]]:
    """What this person of the organisation was never shown of the offers (of one: of that one)."""
    asked = [
        referral
        for referral, case in referrals.waiting_for(session, viewer)
        if not reference or case.reference == cases.read_reference(reference)
    ]
    readable = _offered(session, viewer)
    seen = [(referral, field) for referral in asked for field in readable[referral.id]]
    return list(receipts.unseen(session, seen, by=viewer))


def fields(session: Session, case: Case) -> frozenset[Field]:
    """What the partner who took this case on may read now."""
    return receipts.readable(session, case, referrals.live(session, case))


def of(session: Session, case: Case) -> Shared:
    """What the partner who took this case on may read."""
    referral = referrals.live(session, case)
    return _shown(session, case, referral, receipts.readable(session, case, referral))


def preview(session: Session, case: Case, referral: Referral) -> Shared:
    """What the migrant is asked about, with what stands there now: for her own eyes."""
    return _shown(session, case, referral, frozenset(Field))


def _shown(session: Session, case: Case, referral: Referral | None, fields: frozenset[Field]) -> Shared:
    found = session.scalars(select(Application).where(Application.case_id == case.id)).one()
    travellers = people.of_case(session, case)
    head, *family = [_traveller(person, fields) for person in travellers]
    contact, country, ideas = (one in fields for one in (Field.CONTACT, Field.COUNTRY, Field.IDEAS))
    return Shared(
        fields=fields,
        people=len(travellers),
        principal=head,
        family=tuple(family) if Field.FAMILY in fields else (),
        phone=found.phone if contact else None,
        email=found.email if contact else None,
        other_contact=found.other_contact if contact else None,
        country=found.country if country else None,
        place=found.place if country else None,
        ideas=tuple(idea for idea in Idea if idea in (found.ideas or ())) if ideas else (),
        ideas_words=found.ideas_words if ideas else None,
        instruction=referral.instruction if referral and Field.JOURNEY in fields else "",
        documents=tuple(receipts.shared_documents(session, case, referral)),
        until=referral.shared_until if referral else None,
    )


def _traveller(person: Person, fields: Collection[Field]) -> Traveller:
    return Traveller(
        name=person.full_name if Field.NAMES in fields else "",
        born_on=person.born_on if Field.BORN_ON in fields else None,
        gender=person.gender if Field.GENDER in fields else None,
        relation=person.relation,
    )


def opened(session: Session, case: Case, seen: Iterable[Field], *, by: Account) -> None:
    """Write down what this person of the organisation is shown of the case for the first time."""
    if referral := referrals.live(session, case):
        receipts.opened(session, [(referral, field) for field in seen], by=by)
