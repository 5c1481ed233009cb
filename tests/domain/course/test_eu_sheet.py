"""The hand-over sheet: every field of the EU tool that is known, and every other one marked as open."""

import pytest

from portal.domain.applying import application
from portal.domain.applying.application import NeedsAnswer
from portal.domain.cases import CaseState, ClosureReason
from portal.domain.course import eu_sheet, lifecycle
from portal.domain.course.eu_sheet import Item, Moment
from portal.domain.errors import NotAllowed
from portal.domain.permissions import Act
from portal.domain.support import reports


def values(found):
    return {one.item: one.value for fields in found.parts.values() for one in fields}


def open_items(found):
    return {one.item for fields in found.parts.values() for one in fields if one.is_open}


def test_a_new_case_is_mostly_open_and_says_so(session, cast):
    case = cast.case(CaseState.SUBMITTED)

    found = eu_sheet.of_case(session, case, by=cast.clara)

    assert {Item.PARTNER, Item.SUPPORT, Item.IDENTITY, Item.ARRIVED, Item.SITUATION} <= open_items(found)
    assert found.open_fields == len(open_items(found)) + 2  # and neither budget nor proofs
    assert not {Item.COUNTRY, Item.NAME, Item.BORN_ON, Item.RETURN_TYPE, Item.EU_COUNTRY} & open_items(found)


def test_what_is_known_stands_in_the_order_of_the_tool(session, cast):
    case = cast.case(CaseState.MONITORING)

    found = eu_sheet.of_case(session, case, by=cast.clara)

    assert list(found.parts) == [Moment.APPLICATION, Moment.PLAN, Moment.REPORT]
    told = values(found)
    assert told[Item.COUNTRY] == "UZ"
    assert told[Item.EU_COUNTRY] == "EE"
    assert told[Item.PARTNER] == "Mission in Tashkent"
    assert told[Item.TRAVEL] == case.departed_on
    assert told[Item.ARRIVED] == case.arrived_on
    assert [one.paid for one in found.budget] == [60_000, 40_000]
    assert [one.number for one in found.proofs] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("needs", "vulnerable"),
    [(NeedsAnswer.YES, True), (NeedsAnswer.NO, False), (NeedsAnswer.IN_PERSON, None), (None, None)],
)
def test_no_is_an_answer_and_not_an_open_field(session, cast, needs, vulnerable):
    case = cast.case(CaseState.SUBMITTED)
    application.answers(session, case).application.needs = needs

    found = eu_sheet.of_case(session, case, by=cast.clara)

    assert values(found)[Item.VULNERABLE] is vulnerable
    assert (Item.VULNERABLE in open_items(found)) is (vulnerable is None)


@pytest.mark.parametrize("who", ["petros", "amina", "mart", "olga"])
def test_the_sheet_is_for_counsellors_alone(session, cast, who):
    case = cast.case(CaseState.MONITORING)

    with pytest.raises(NotAllowed):
        eu_sheet.of_case(session, case, by=getattr(cast, who))


def test_a_closed_case_still_names_the_partner_who_wrote_its_report(session, cast):
    case = cast.case(CaseState.MONITORING)
    told = {"contributed": "A workshop", "situation": "They are well", "assessment": "In time"}
    report = reports.write(session, case, told, by=cast.petros)
    reports.advance(session, report, Act.REPORT_SEND, by=cast.petros)
    lifecycle.close(session, case, ClosureReason.COMPLETED, note="All is well", by=cast.aino)

    assert values(eu_sheet.of_case(session, case, by=cast.clara))[Item.PARTNER] == "Mission in Tashkent"
