"""What each person needs before the journey."""

from datetime import date, timedelta

import pytest

from portal.db import today
from portal.domain.applying.consents import How
from portal.domain.care import agreements, care
from portal.domain.care.care import CareOutcome
from portal.domain.cases import CaseState
from portal.domain.course import lifecycle, travel
from portal.domain.course.travel import FOR_EVERYONE, Item, Result
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.people import Gender, Person, Relation
from portal.domain.permissions import Act

CHILD = today() - timedelta(days=365 * 10)
OF_A_CHILD = (Item.GUARDIAN, Item.BEST_INTERESTS)


def _family_member(cast, case, born_on):
    person = Person(
        case_id=case.id,
        relation=Relation.CHILD,
        family_name="Юсупова",
        given_names="Laylo",
        born_on=born_on,
        gender=Gender.FEMALE,
        citizenship="UZ",
    )
    cast.session.add(person)
    cast.session.flush()
    return person


def _principal(cast, case):
    return next(iter(travel.checklist(cast.session, case)))


def _tick(cast, case, item, result, *, by=None, note=""):
    travel.tick(cast.session, case, _principal(cast, case), item, result, by=by or cast.clara, note=note)


def test_everybody_needs_the_same_things_and_nothing_is_in_hand_at_first(cast, session):
    case = cast.case(CaseState.PREPARING)
    _family_member(cast, case, CHILD)

    checklist = travel.checklist(session, case)

    assert [dict(items) for items in checklist.values()] == [dict.fromkeys(FOR_EVERYONE)] * 2


def test_of_a_child_alone_the_checklist_reads_what_care_knows_and_nobody_ticks_it(cast, session):
    case = cast.case(CaseState.PREPARING)
    child = _principal(cast, case)
    child.born_on = CHILD
    session.flush()
    care.heed(session, case)
    [assessment] = [
        one for one in care.of_case(session, case, viewer=cast.clara) if one.kind == "best_interests"
    ]

    before = travel.of_children(session, case)
    care.answer(session, case, assessment, CareOutcome.RETURN_IS_BEST, "An aunt.", by=cast.clara)
    agreements.record(session, case, None, How.IN_PRESENCE, language="uz", present="Salima", by=cast.clara)

    assert before == {child: dict.fromkeys(OF_A_CHILD, Result.OPEN)}
    assert travel.of_children(session, case) == {child: dict.fromkeys(OF_A_CHILD, Result.DONE)}
    assert [tuple(items) for items in travel.checklist(session, case).values()] == [FOR_EVERYONE]


def test_whoever_is_known_to_be_of_age_needs_no_guardian(cast, session):
    case = cast.case(CaseState.PREPARING)
    _principal(cast, case).born_on = date(1990, 1, 1)

    assert travel.of_children(session, case) == {}


def test_what_is_ticked_is_kept_with_its_note_and_may_be_opened_again(cast, session):
    case = cast.case(CaseState.PREPARING)

    _tick(cast, case, Item.TICKET, Result.DONE, note="Turkish Airlines, 12 May")
    [check] = [
        check for items in travel.checklist(session, case).values() for check in items.values() if check
    ]
    assert (check.result, check.note, check.by_id) == (
        Result.DONE,
        "Turkish Airlines, 12 May",
        cast.clara.id,
    )

    _tick(cast, case, Item.TICKET, Result.OPEN)
    assert Item.TICKET in [item for _, item in travel.open_items(session, case)]


def test_only_the_doctors_word_may_be_not_needed(cast, session):
    case = cast.case(CaseState.PREPARING)

    _tick(cast, case, Item.FIT_TO_TRAVEL, Result.NOT_NEEDED)
    with pytest.raises(Refused) as refused:
        _tick(cast, case, Item.TICKET, Result.NOT_NEEDED)

    assert refused.value.reasons == [Reason.CHECKLIST_OPEN]
    assert Item.FIT_TO_TRAVEL not in [item for _, item in travel.open_items(session, case)]


@pytest.mark.parametrize("item", OF_A_CHILD)
def test_what_care_settles_is_never_ticked(cast, item):
    case = cast.case(CaseState.PREPARING)
    _principal(cast, case).born_on = CHILD

    with pytest.raises(NotFound):
        _tick(cast, case, item, Result.DONE)


@pytest.mark.parametrize(
    "state", sorted(set(CaseState) - {CaseState.PREPARING, CaseState.DRAFT, CaseState.EXPIRED})
)
def test_the_checklist_is_ticked_while_the_journey_is_prepared(cast, state):
    case = cast.case(state)

    with pytest.raises(Refused) as refused:
        _tick(cast, case, Item.TICKET, Result.DONE)

    assert refused.value.reasons == [Reason.WRONG_STATE]


@pytest.mark.parametrize("who", ["amina", "petros", "mart"])
def test_only_counsellors_tick(cast, who):
    case = cast.case(CaseState.PREPARING)

    with pytest.raises(NotAllowed):
        _tick(cast, case, Item.TICKET, Result.DONE, by=getattr(cast, who))


def test_nobody_is_ready_to_travel_while_something_is_open_for_anyone(cast, session):
    case = cast.case(CaseState.PREPARING)
    child = _family_member(cast, case, CHILD)
    cast.players().papers_for_everybody(case)
    for person, item in travel.open_items(session, case):
        if person is not child:
            travel.tick(session, case, person, item, Result.DONE, by=cast.clara)

    assert lifecycle.missing_for(session, case, Act.CASE_CLEAR, by=cast.clara) == [Reason.CHECKLIST_OPEN]
    assert {person for person, _ in travel.open_items(session, case)} == {child}
