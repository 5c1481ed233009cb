"""Reports pasted from a spreadsheet: three good and two bad rows write nothing, and the two are named."""

from datetime import timedelta

import pytest

from portal.db import today
from portal.domain import journal
from portal.domain.cases import CaseState
from portal.domain.errors import Reason, Refused
from portal.domain.papers import tables, updates
from portal.domain.papers.tables import MOST_ROWS, RowFault
from portal.domain.permissions import Act, Role
from portal.domain.support import parts, plans
from portal.domain.support.parts import MilestoneState, MilestoneType
from portal.programme import DocumentKind

NUMBER = "a-number-of-a-form"
NAMED = {"Goods delivered": MilestoneType.GOODS_DELIVERED, "Schoolbesuch": MilestoneType.SCHOOL_ENROLLED}


@pytest.fixture
def running(cast, session):
    """Three cases with two steps each, and a photo for each step: case and steps."""
    found = []
    for name in ("one", "two", "three"):
        case = cast.case(CaseState.REINTEGRATION, migrant=cast.account(Role.MIGRANT, name))
        steps = parts.milestones(session, plans.approved(session, case))
        for step in steps:
            cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=step.id)
        found.append((case, steps))
    return found


def pasted(*rows, between="\t"):
    return "\r\n".join(between.join(str(cell) for cell in row) for row in rows)


def read(session, text, by):
    return tables.read(session, text, named=NAMED, by=by)


def faults(rows):
    return {row.number: list(row.faults) for row in rows if row.faults}


def states(session, running):
    session.expire_all()
    return [step.state for _case, steps in running for step in steps]


def test_right_rows_are_reported_together_and_once(cast, session, running):
    (first, _), (second, _), (third, _) = running
    day = today().isoformat()
    text = pasted(
        ("Case", "Step", "Day", "Words"),
        (first.reference, 1, day, "Дрель и стол"),
        (second.reference.lower(), "٢", today().strftime("%d.%m.%Y"), "=HYPERLINK(1)"),
        (),
        (third.reference, 2, today().strftime("%d/%m/%Y"), '"two\nlines"', "", ""),
    )
    rows = read(session, text, cast.petros)

    update = tables.write(session, NUMBER, rows, by=cast.petros)
    again = tables.write(session, NUMBER, rows, by=cast.petros)

    told = [
        (row.case.reference, row.milestone.report)
        for row in updates.reported(session, update, viewer=cast.petros)
    ]
    assert again.id == update.id
    assert {row.done_on for row in rows} == {today()}
    assert sorted(told) == sorted(
        [
            (first.reference, "Дрель и стол"),
            (second.reference, "=HYPERLINK(1)"),
            (third.reference, "two\nlines"),
        ]
    )
    assert states(session, running).count(MilestoneState.REPORTED) == 3


def test_three_good_and_two_bad_rows_write_nothing_and_the_two_are_named(cast, session, running):
    (first, _), (second, _), (third, _) = running
    day = today().isoformat()
    text = pasted(
        (first.reference, 1, day, "good"),
        (first.reference, 7, day, "no such step"),
        (second.reference, 1, day, "good"),
        ("AVR-00000000", 1, "31.02.2026", "no such case, no such day"),
        (third.reference, 1, day, "good"),
    )
    rows = read(session, text, cast.petros)

    with pytest.raises(Refused) as refused:
        tables.write(session, NUMBER, rows, by=cast.petros)

    events = [event.act for case, _ in running for event in journal.of_case(session, case.id)]
    assert refused.value.reasons == [Reason.TABLE_FAULTY]
    assert faults(rows) == {2: [RowFault.STEP], 4: [RowFault.CASE, RowFault.DAY]}
    assert set(states(session, running)) == {MilestoneState.PLANNED}
    assert Act.MILESTONE_REPORT not in events


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ((1, "tomorrow"), [RowFault.DAY]),
        ((1, ""), [RowFault.DAY]),
        ((1, "2026-02-30"), [RowFault.DAY]),
        ((1, "02/13/2026"), [RowFault.DAY]),
        ((1, "99999999-1-1"), [RowFault.DAY]),
        ((1, "31.12.2999"), [RowFault.DAY_IN_FUTURE]),
        ((1, "1.1.2020"), [RowFault.DAY_TOO_EARLY]),
        ((0, None), [RowFault.STEP]),
        (("9" * 5000, None), [RowFault.STEP]),
        (("", None), [RowFault.STEP]),
        (("=1+1", None), [RowFault.STEP]),
        ((1, None, "x" * 2001), [RowFault.WORDS_LONG]),
        ((1, None, "a", "b", "c"), [RowFault.COLUMNS]),
        ((1,), [RowFault.COLUMNS]),
    ],
)
def test_what_is_wrong_with_a_row_is_named(cast, session, running, cells, wanted):
    cells = [today().isoformat() if cell is None else cell for cell in cells]

    rows = read(session, pasted((running[0][0].reference, *cells)), cast.petros)

    assert [list(row.faults) for row in rows] == [wanted]


def test_a_step_is_also_found_by_its_words_and_by_its_kind(cast, session, running):
    case, steps = running[0]
    day = today().isoformat()
    steps[0].type, steps[1].type = MilestoneType.GOODS_DELIVERED, MilestoneType.SCHOOL_ENROLLED
    steps[1].description = "Enrolled in the school"
    session.flush()

    rows = read(
        session,
        pasted(
            (case.reference, " goods  DELIVERED", day, ""), (case.reference, "enrolled in the School", day)
        ),
        cast.petros,
    )
    steps[1].type = MilestoneType.GOODS_DELIVERED
    unclear = read(session, pasted((case.reference, "Goods delivered", day, "")), cast.petros)

    assert [row.milestone for row in rows] == list(steps)
    assert faults(unclear) == {1: [RowFault.STEP_UNCLEAR]}


def test_a_step_in_two_rows_or_reported_already_or_without_proof_is_a_fault(cast, session, running):
    case, steps = running[0]
    bare = cast.case(CaseState.REINTEGRATION, migrant=cast.amina)
    day = today().isoformat()
    updates.send(session, NUMBER, [updates.Report(steps[1])], by=cast.petros)

    rows = read(
        session,
        pasted(
            (case.reference, 1, day, "a"),
            (case.reference, 1, day, "b"),
            (case.reference, 2, day, "c"),
            (bare.reference, 1, day, "d"),
        ),
        cast.petros,
    )

    assert faults(rows) == {
        1: [RowFault.TWICE],
        2: [RowFault.TWICE],
        3: [RowFault.NOT_OPEN],
        4: [Reason.EVIDENCE_MISSING],
    }


def test_semicolons_and_a_lonely_quotation_mark_lose_no_row(cast, session, running):
    (first, _), (second, _), _third = running
    text = pasted(
        (first.reference, 1, today().isoformat(), '"half a word'),
        (second.reference, 1, today().isoformat(), "whole"),
        between=";",
    )

    rows = read(session, text, cast.petros)

    assert [(row.number, row.words, row.faults) for row in rows] == [
        (1, '"half a word', ()),
        (2, "whole", ()),
    ]


def test_the_cases_of_another_organisation_are_no_cases(cast, session, running):
    rows = read(session, pasted((running[0][0].reference, 1, today().isoformat(), "")), cast.nino)

    assert faults(rows) == {1: [RowFault.CASE]}
    assert tables.listed(session, cast.nino) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.TABLE_EMPTY),
        ("\n \n;;\n", Reason.TABLE_EMPTY),
        ("Case;Step;Day;Words", Reason.TABLE_EMPTY),
        ("a;1;2;\n" * (MOST_ROWS + 1), Reason.TABLE_TOO_LONG),
    ],
)
def test_an_empty_or_endless_table_is_refused(cast, session, text, reason):
    with pytest.raises(Refused) as refused:
        read(session, text, cast.petros)

    assert refused.value.reasons == [reason]


def test_the_list_says_the_number_of_a_step_and_whether_it_is_proved(cast, session, running):
    case, steps = running[0]
    steps[1].after_id = steps[0].id
    bare = cast.case(CaseState.REINTEGRATION, migrant=cast.amina)
    session.flush()

    rows = tables.listed(session, cast.petros)

    of = {(row.case.id, row.number): row.is_proved for row in rows}
    assert {number: proved for (case_id, number), proved in of.items() if case_id == case.id} == {1: True}
    assert {number: proved for (case_id, number), proved in of.items() if case_id == bare.id} == {
        1: False,
        2: False,
    }
    assert [row.milestone.due_on for row in rows] == sorted(row.milestone.due_on for row in rows)
    assert today() - timedelta(days=1) < rows[0].milestone.due_on
