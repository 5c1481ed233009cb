"""Packages: versions that nobody changes, and who may be given which."""

import pytest
from sqlalchemy import func, select

from portal.db import today
from portal.domain import people
from portal.domain.accounts import Account
from portal.domain.cases import CaseState
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.support import drafting, packages
from portal.domain.support.packages import Package
from portal.programme import Beneficiary
from tests.together import at_once


@pytest.fixture
def sample(cast):
    """The sample package for a principal: 1,500 euros, 365 days."""
    return cast.package


def values_of(package, **other):
    return {name: getattr(package, name) for name in packages.COLUMNS} | {"is_offered": True} | other


def test_the_packages_of_the_programme_come_in_once(session, sample):
    again = packages.seed(session)

    assert again == 0
    assert [(one.key, one.number, one.programme) for one in packages.latest(session)] == [
        ("example_child", 1, "VARRE"),
        ("example_family", 1, "VARRE"),
        ("example_start", 1, "VARRE"),
    ]


def test_a_change_is_a_new_version_and_the_old_one_stays(cast, session, sample):
    newer = packages.save(session, sample.key, values_of(sample, ceiling=200_000), seen=1, by=cast.mart)

    assert [(one.number, one.ceiling) for one in packages.versions(session, sample.key)] == [
        (2, 200_000),
        (1, 150_000),
    ]
    assert packages.differences(newer, sample) == ["ceiling"]


def test_a_plan_keeps_the_version_it_was_made_under(cast, session, sample):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case, approved=False)

    packages.save(session, sample.key, values_of(sample, ceiling=1, name=sample.name), seen=1, by=cast.mart)

    [(_principal, package)] = packages.of_plan(session, plan.id)
    assert (package.number, package.ceiling, plan.ceiling) == (1, 150_000, 150_000)
    assert packages.plans_under(session) == {package.id: 1}


def test_what_is_seeded_again_does_not_undo_a_managers_change(cast, session, sample):
    packages.save(session, sample.key, values_of(sample, ceiling=200_000), seen=1, by=cast.mart)

    packages.seed(session)

    assert [one.ceiling for one in packages.latest(session) if one.key == sample.key] == [200_000]


def test_who_comes_second_hears_that_it_changed(cast, session, sample):
    packages.save(session, sample.key, values_of(sample), seen=1, by=cast.mart)

    with pytest.raises(Refused) as refused:
        packages.save(session, sample.key, values_of(sample), seen=1, by=cast.mart)

    assert refused.value.reasons == [Reason.CHANGED_MEANWHILE]


def test_of_many_changes_at_once_one_is_the_next_version(cast, wiring, session, sample):
    mart, values = cast.mart.id, values_of(sample)
    session.commit()

    def change(own):
        packages.save(own, "example_start", values, seen=1, by=own.get_one(Account, mart))

    told = at_once(wiring, *[change] * 8)

    assert told == ["done", *["told"] * 7]
    assert session.scalar(select(func.count()).where(Package.key == "example_start")) == 2


@pytest.mark.parametrize("name", ["clara", "aino", "petros", "amina", "olga"])
def test_only_the_manager_changes_them(cast, session, sample, name):
    with pytest.raises(NotAllowed):
        packages.save(session, sample.key, values_of(sample), seen=1, by=getattr(cast, name))


def test_a_package_of_nobody_does_not_exist(session):
    with pytest.raises(NotFound):
        packages.versions(session, "unknown")


def test_each_member_of_a_family_has_packages_of_their_own(cast, session, sample):
    case = cast.case(CaseState.ARRIVED)
    wife = people.Person(case_id=case.id, relation=people.Relation.PARTNER)
    child = people.Person(case_id=case.id, relation=people.Relation.CHILD, born_on=today())
    session.add_all([wife, child])
    session.flush()

    found = {one.id: packages.for_person(session, one)[0] for one in people.of_case(session, case)}
    chosen = {one: found[one.id] for one in people.of_case(session, case)}
    plan = drafting.draft(session, case, chosen, objectives="A shop", by=cast.petros)

    assert [package.who for _person, package in packages.of_plan(session, plan.id)] == [
        Beneficiary.PRINCIPAL,
        Beneficiary.FAMILY_MEMBER,
        Beneficiary.MINOR,
    ]
    assert plan.ceiling == 150_000 + 75_000 + 50_000
    assert (plan.use_by - case.arrived_on).days == 365


def test_what_ends_first_ends_the_time_to_use_it(cast, session, sample):
    case = cast.case(CaseState.ARRIVED)
    short = packages.save(session, sample.key, values_of(sample, use_by_days=90), seen=1, by=cast.mart)

    plan = drafting.draft(
        session, case, {people.principal(session, case): short}, objectives="A shop", by=cast.petros
    )

    assert (plan.use_by - case.arrived_on).days == 90


def test_what_does_not_fit_together_is_refused(cast, session, sample):
    case = cast.case(CaseState.ARRIVED)
    principal = people.principal(session, case)
    child = people.Person(case_id=case.id, relation=people.Relation.CHILD, born_on=today())
    session.add(child)
    session.flush()
    [childs] = packages.for_person(session, child)
    yen = packages.save(session, childs.key, values_of(childs, currency="JPY"), seen=1, by=cast.mart)
    gone = packages.save(session, "example_family", values_of(sample, is_offered=False), seen=1, by=cast.mart)

    told = {
        reason: packages.refuse_unfit(session, chosen)
        for reason, chosen in {
            Reason.PACKAGE_MISSING: {},
            Reason.PACKAGE_NOT_FOR_PERSON: {child: sample},
            Reason.PACKAGE_NOT_OFFERED: {principal: gone},
            Reason.PACKAGE_CURRENCIES: {principal: sample, child: yen},
        }.items()
    }

    assert told == {reason: [reason] for reason in told}
    assert packages.refuse_unfit(session, {principal: sample}) == []


def test_two_packages_with_one_name_have_keys_of_their_own(session, sample):
    keys = [packages.new_key(session, name) for name in ("Example start", "Start — 2027!", "Старт")]

    assert keys == ["example_start_2", "start_2027", "package"]
