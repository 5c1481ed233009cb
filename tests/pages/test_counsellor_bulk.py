"""Several cases at once: choosing, waiting, reading the report."""

import pytest
from sqlalchemy import select

from portal.domain.cases import CaseState
from portal.domain.desk.bulk import BulkItem
from portal.jobs import do_one

HERE = "/en/counsellor/bulk"


@pytest.fixture
def case(cast):
    case = cast.case(CaseState.IN_REVIEW)
    cast.kalle  # noqa: B018 - makes him
    return case


def _form(case, more=None):
    return {"kind": "export", "to": 0, "case": [case.reference]} | (more or {})


def test_cases_are_ticked_done_and_reported(cast, enter, session, wiring, case):
    clara = enter(cast.clara)
    assert case.reference in clara.get(HERE).text

    answer = clara.post(HERE, data=_form(case))
    waiting = clara.get(answer.location).text
    while do_one(wiring):
        pass
    done = clara.get(answer.location).text
    listed = clara.get(f"{answer.location}/list.csv")

    assert answer.status_code == 303
    assert ["0 of 1" in waiting, "All is done." in done] == [True, True]
    assert (listed.mimetype, case.reference in listed.text) == ("text/csv", True)


def test_where_not_everything_was_done_the_report_does_not_say_so(cast, enter, wiring, case):
    clara = enter(cast.clara)
    run = clara.post(HERE, data=_form(case, {"kind": "remind"})).location
    while do_one(wiring):
        pass

    done = clara.get(run).text

    assert ["All is done." in done, "Done: 0 of 1." in done] == [False, True]
    assert "Nothing is asked of the applicant now" in done


def test_htmx_asks_for_the_part_that_changes_and_stops_when_all_is_done(cast, enter, wiring, case):
    clara = enter(cast.clara)
    run = clara.post(HERE, data=_form(case)).location

    before = clara.get(run, headers={"HX-Request": "true"}).text
    while do_one(wiring):
        pass
    after = clara.get(run, headers={"HX-Request": "true"}).text

    assert ["<!doctype" in part.lower() for part in (before, after)] == [False, False]
    assert ["every 2s" in part for part in (before, after)] == [True, False]


@pytest.mark.parametrize(
    "wrong",
    [{"case": []}, {"kind": "erase"}, {"kind": "assign"}, {"kind": "assign", "to": 1}, {"why": "x" * 5000}],
)
def test_bad_input_is_told_beside_its_field(cast, enter, case, wrong):
    assert enter(cast.clara).post(HERE, data=_form(case, wrong)).status_code == 422


def test_a_reference_that_is_none_is_not_found(cast, enter, case):
    assert enter(cast.clara).post(HERE, data=_form(case, {"case": ["x"]})).status_code == 404


def test_nobody_else_reads_the_report(cast, enter, case):
    run = enter(cast.clara).post(HERE, data=_form(case)).location

    for who in (cast.aino, cast.kalle, cast.amina, cast.petros, cast.mart):
        browser = enter(who)
        assert {browser.get(run).status_code, browser.get(f"{run}/list.csv").status_code} == {404}


def test_a_whole_list_is_ticked_at_once_and_its_filters_hold(cast, enter, session, case):
    fresh = cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)
    clara = enter(cast.clara)

    of_list = clara.get("/en/counsellor/?pile=mine&state=in_review").text
    run = clara.post(f"{HERE}?pile=mine&state=in_review", data=_form(fresh) | {"whole": "yes"}).location

    assert f"{HERE}?pile=mine&amp;state=in_review" in of_list
    items = session.scalars(select(BulkItem.case_id).where(BulkItem.run_id == int(run.rpartition("/")[2])))
    assert items.all() == [case.id]
