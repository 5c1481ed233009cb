"""Packages: what the programme may spend, on whom and how. A change is a new version; plans keep theirs."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    String,
    UniqueConstraint,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.db import Base, now
from portal.domain import clocks, journal
from portal.domain.accounts import Account
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, require
from portal.programme import LANGUAGES, Beneficiary, Modality, Words

KEY_LENGTH = 32


class InLanguages(TypeDecorator[Words]):
    """One text by language."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: dict[str, str] | None, dialect: Dialect) -> Words | None:
        return None if value is None else Words(value)


class Package(Base):
    """One version of a package. Nobody changes it: a change is the next version. Money in minor units."""

    __tablename__ = "packages"
    __table_args__ = (
        UniqueConstraint("key", "number"),
        CheckConstraint("ceiling > 0", name="ceiling_positive"),
        CheckConstraint("use_by_days > 0 AND contact_days > 0", name="days_positive"),
    )

    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    number: Mapped[int] = mapped_column()
    name: Mapped[Words] = mapped_column(InLanguages())
    programme: Mapped[str] = mapped_column(String(60))
    funding: Mapped[str] = mapped_column(String(120))
    who: Mapped[Beneficiary] = mapped_column()
    ceiling: Mapped[int] = mapped_column()
    currency: Mapped[str] = mapped_column(String(3))
    modality: Mapped[Modality] = mapped_column()
    use_by_days: Mapped[int] = mapped_column()
    """Counted from arrival: until then everything is used."""
    contact_days: Mapped[int] = mapped_column()
    """Counted from arrival: until then the returnee makes contact."""
    is_offered: Mapped[bool] = mapped_column(default=True)
    """Whether new plans may use it."""
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class Given(Base):
    """A package that a plan is made under, for one person of the case."""

    __tablename__ = "plan_packages"
    __table_args__ = (UniqueConstraint("plan_id", "person_id"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), index=True)


COLUMNS = (
    *("name", "programme", "funding", "who", "ceiling", "currency"),
    *("modality", "use_by_days", "contact_days"),
)
"""What a version says."""


def seed(session: Session) -> int:
    """Put in the packages of programme.toml that were never here; how many. What a manager changed stays.

    Version 0 is what plans were made under before packages had versions.
    """
    known = set(session.scalars(select(Package.key).where(Package.number > 0)))
    found = [one for one in clocks.programme(session).packages if one.key not in known]
    short_name = clocks.programme(session).short_name["en"]
    for one in found:
        values = {name: getattr(one, name) for name in COLUMNS} | {"programme": one.programme or short_name}
        session.add(Package(key=one.key, number=1, **values))
    session.flush()
    return len(found)


def latest(session: Session) -> Sequence[Package]:
    """The newest version of every package, in the order they came."""
    newest = select(Package.key, func.max(Package.number)).group_by(Package.key)
    wanted = select(Package).where(tuple_(Package.key, Package.number).in_(newest))
    return sorted(session.scalars(wanted), key=lambda one: (not one.is_offered, one.key))


def offered(session: Session) -> Sequence[Package]:
    """What a new plan may be made under."""
    return [one for one in latest(session) if one.is_offered]


def versions(session: Session, key: str) -> Sequence[Package]:
    """All versions of a package, the newest first. Raises NotFound."""
    found = session.scalars(select(Package).where(Package.key == key).order_by(Package.number.desc())).all()
    if not found:
        raise NotFound(key)
    return found


def new_key(session: Session, name: str) -> str:
    """A key for a new package, from its English name; one more digit behind it where it is taken."""
    base = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[: KEY_LENGTH - 4] or "package"
    taken = set(session.scalars(select(Package.key).where(Package.key.startswith(base, autoescape=True))))
    return next(key for key in (base, *(f"{base}_{number}" for number in range(2, 999))) if key not in taken)


def save(session: Session, key: str, values: Mapping[str, Any], *, seen: int, by: Account) -> Package:
    """The next version of a package after `seen` (0: a new one); `values` are COLUMNS and `is_offered`.

    Raises Refused when somebody else made that version meanwhile.
    """
    require(by.role, Act.PACKAGE_SAVE)
    made = Package(key=key, number=seen + 1, made_by_id=by.id, **values)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Refused([Reason.CHANGED_MEANWHILE]) from None
    journal.record(
        session,
        Act.PACKAGE_SAVE,
        actor=by.actor,
        about=f"packages:{made.id}",
        chain=journal.HOUSE,
    )
    return made


def differences(newer: Package, older: Package) -> list[str]:
    """The columns in which two versions differ."""
    return [name for name in (*COLUMNS, "is_offered") if getattr(newer, name) != getattr(older, name)]


def plans_under(session: Session) -> Mapping[int, int]:
    """How many plans were made under each version, by the number of its row."""
    counted = select(Given.package_id, func.count(Given.plan_id.distinct())).group_by(Given.package_id)
    return {package_id: count for package_id, count in session.execute(counted)}


# --- For people ---------------------------------------------------------------------------------


def beneficiary(person: Person) -> Beneficiary:
    """As what somebody is given a package."""
    if person.is_principal:
        return Beneficiary.PRINCIPAL
    return Beneficiary.MINOR if person.is_minor else Beneficiary.FAMILY_MEMBER


def for_person(session: Session, person: Person) -> Sequence[Package]:
    """What this person may be given in a new plan."""
    return [one for one in offered(session) if one.who is beneficiary(person)]


def give(session: Session, plan_id: int, chosen: Mapping[Person, Package]) -> None:
    """Note which packages a plan is made under."""
    session.add_all(
        Given(plan_id=plan_id, person_id=person.id, package_id=package.id)
        for person, package in chosen.items()
    )
    session.flush()


_OF_PLAN = (
    select(Person, Package)
    .join(Given, Given.person_id == Person.id)
    .join(Package, Package.id == Given.package_id)
    .where(Given.plan_id == bindparam("plan"))
    .order_by(Person.relation.is_not(None), Person.id)
)


def of_plan(session: Session, plan_id: int) -> Sequence[tuple[Person, Package]]:
    """The packages of a plan and for whom each is, the principal first."""
    return [(person, package) for person, package in session.execute(_OF_PLAN, {"plan": plan_id})]


def use_by(found: Sequence[tuple[Person, Package]], arrived_on: date) -> date | None:
    """Until when everything of a plan is used: the first day that ends one of its packages."""
    days = min((package.use_by_days for _person, package in found), default=None)
    return None if days is None else arrived_on + timedelta(days=days)


def refuse_unfit(session: Session, chosen: Mapping[Person, Package]) -> list[Reason]:
    """Why these packages cannot be given together; empty when they can."""
    if not chosen:
        return [Reason.PACKAGE_MISSING]
    if any(package.who is not beneficiary(person) for person, package in chosen.items()):
        return [Reason.PACKAGE_NOT_FOR_PERSON]
    ids = {one.id for one in offered(session)}
    if any(package.id not in ids for package in chosen.values()):
        return [Reason.PACKAGE_NOT_OFFERED]
    if len({package.currency for package in chosen.values()}) > 1:
        return [Reason.PACKAGE_CURRENCIES]
    return []


def words_in_all(values: Mapping[str, str]) -> Words:
    """A name in all languages of the portal, as a form gives it: `name_en`, `name_et`, `name_ru`."""
    return Words({language: values[f"name_{language}"] for language in LANGUAGES})
