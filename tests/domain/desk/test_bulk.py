"""One act for many cases: each with its own right, its own line, and its own place in the report."""

import csv
import io
from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain import journal
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from portal.domain.desk import bulk
from portal.domain.desk.bulk import BulkKind, BulkRun, Outcome
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import notices
from portal.jobs import do_one


@pytest.fixture
def two(cast, session):
    """A case of Clara's in which something is asked, and one in review."""
    found = [cast.case(CaseState.NEEDS_INFO), cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)]
    cast.kalle  # noqa: B018 - makes him
    return found


def begin(session, two, by, kind=BulkKind.ASSIGN, **more):
    run = bulk.begin(session, kind, [case.reference for case in two], by=by, **more)
    session.commit()
    return run.id


def work(wiring, session):
    while do_one(wiring):
        pass
    session.expire_all()


def outcomes(session, number):
    run = session.get_one(BulkRun, number)
    found = {reference: (item.outcome, item.reason) for item, reference in bulk.report(session, run)}
    return run.ended_at is not None, found


def last_act(session, case):
    return journal.of_case(session, case.id)[0].act


def test_cases_are_given_to_a_colleague_each_with_its_line_and_they_are_told_once(cast, session, wiring, two):
    number = begin(session, two, cast.aino, to=cast.kalle, why="New colleague")

    work(wiring, session)

    assert outcomes(session, number) == (True, {case.reference: (Outcome.DONE, None) for case in two})
    assert [(case.counsellor_id, last_act(session, case)) for case in two] == [
        (cast.kalle.id, Act.CASE_HAND_OVER)
    ] * 2
    assert [one.act for one in notices.unread(session, cast.kalle)] == [Act.CASE_HAND_OVER]


def test_where_it_cannot_be_done_the_report_says_why_and_the_others_go_on(cast, session, wiring, two):
    asked, reviewed = two

    number = begin(session, two, cast.clara, BulkKind.REMIND)
    work(wiring, session)

    assert outcomes(session, number)[1] == {
        asked.reference: (Outcome.DONE, None),
        reviewed.reference: (Outcome.REFUSED, Reason.NOTHING_ASKED),
    }
    assert Act.CORRECTION_REMIND in [one.act for one in notices.unread(session, cast.amina)]


def test_nobody_is_reminded_twice_in_a_day(cast, session, wiring, two):
    ends = []
    for days in (3, 2, 2):
        with clock_turned(timedelta(days=-days)):
            number = begin(session, two, cast.clara, BulkKind.REMIND)
            work(wiring, session)
        ends.append(outcomes(session, number)[1][two[0].reference])

    assert ends == [
        (Outcome.DONE, None),
        (Outcome.DONE, None),
        (Outcome.REFUSED, Reason.REMINDED_LATELY),
    ]


def test_every_right_is_asked_anew_when_it_is_done(cast, session, wiring, two):
    moved, kept = two
    number = begin(session, two, cast.clara, to=cast.aino, why="Away")
    moved.counsellor_id = cast.kalle.id
    session.commit()

    work(wiring, session)

    assert outcomes(session, number)[1] == {
        moved.reference: (Outcome.REFUSED, Reason.NOT_YOURS),
        kept.reference: (Outcome.DONE, None),
    }


def test_whoever_is_switched_off_meanwhile_does_nothing_any_more(cast, session, wiring, two):
    number = begin(session, two, cast.clara, to=cast.kalle, why="Away")
    cast.clara.state = AccountState.CLOSED
    session.commit()

    work(wiring, session)

    assert {one for one, _why in outcomes(session, number)[1].values()} == {Outcome.REFUSED}
    assert {case.counsellor_id for case in two} == {cast.clara.id}


def test_what_does_not_exist_for_this_person_is_left_out(cast, session, two):
    with pytest.raises(Refused) as refused:
        begin(session, two, cast.kalle, BulkKind.EXPORT)
    with pytest.raises(NotFound):
        bulk.begin(session, BulkKind.EXPORT, ["' OR 1=1"], by=cast.clara)

    assert refused.value.reasons == [Reason.NO_CASES]


def test_five_hundred_are_enough_at_once(cast, session, two):
    many = [f"{two[0].reference}{number}" for number in range(501)]

    with pytest.raises(Refused) as refused:
        bulk.begin(session, BulkKind.EXPORT, many, by=cast.clara)

    assert refused.value.reasons == [Reason.TOO_MANY_CASES]


@pytest.mark.parametrize("wrong", ["nobody", "no reason"])
def test_cases_are_given_to_somebody_for_a_reason(cast, session, two, wrong):
    to, why = (None, "Away") if wrong == "nobody" else (cast.kalle, " ")

    with pytest.raises(Refused) as refused:
        begin(session, two, cast.aino, to=to, why=why)

    assert refused.value.reasons == [Reason.NOBODY_TO_TAKE if to is None else Reason.REASON_MISSING]


def test_the_list_has_no_names_and_each_case_says_that_it_is_in_one(cast, session, wiring, two):
    number = begin(session, two, cast.clara, BulkKind.EXPORT)
    run = session.get_one(BulkRun, number)
    with pytest.raises(NotFound):
        bulk.table(session, run, viewer=cast.clara)
    session.commit()

    work(wiring, session)

    rows = list(csv.reader(io.StringIO(bulk.table(session, run, viewer=cast.clara))))
    assert [row[0] for row in rows] == ["reference", *sorted(case.reference for case in two)]
    assert {len(row) for row in rows} == {5}
    assert {last_act(session, case) for case in two} == {Act.CASE_EXPORT}


@pytest.mark.parametrize("cell", ["=1+1", "+372", "-1", "@SUM(A1)", "\t=1", "\r=1", "|calc"])
def test_no_cell_is_a_formula(cell):
    assert bulk.harmless(cell) == f"'{cell}"


def test_a_run_is_its_own_persons_and_partners_have_none(cast, session, two):
    number = begin(session, two, cast.clara, BulkKind.EXPORT)

    with pytest.raises(NotFound):
        bulk.find(session, number, viewer=cast.aino)
    with pytest.raises(NotAllowed):
        bulk.begin(session, BulkKind.EXPORT, [two[0].reference], by=cast.petros)


def test_a_job_that_was_cut_goes_on_where_it_stopped(cast, session, wiring, two):
    number = begin(session, two, cast.clara, BulkKind.EXPORT)
    with wiring.writing() as worker:
        bulk.carry_out(worker, bulk.next_item(worker, number))
        worker.commit()

    work(wiring, session)

    acts = [[event.act for event in journal.of_case(session, case.id)].count(Act.CASE_EXPORT) for case in two]
    assert acts == [1, 1]
