"""What changed in a case since somebody's last visit."""

from datetime import timedelta

from portal.db import clock_turned
from portal.domain import cases
from portal.domain.cases import CaseState
from portal.domain.desk import visits
from portal.domain.desk.visits import CasePart
from portal.domain.permissions import Act

EARLIER = timedelta(hours=2)


def new_to(cast, session, case, viewer):
    moment = visits.since(session, case, viewer=viewer)
    return dict(visits.news(session, case, moment, viewer=viewer))


def visit(session, case, viewer):
    visits.visit(session, case, by=viewer)
    session.commit()


def test_nothing_is_new_on_a_first_visit(cast, session):
    case = cast.case(CaseState.IN_REVIEW)

    visit(session, case, cast.clara)

    assert new_to(cast, session, case, cast.clara) == {}


def test_what_others_did_since_the_last_visit_is_new_part_by_part(cast, session):
    with clock_turned(-EARLIER):
        case = cast.case(CaseState.IN_REVIEW)
        visit(session, case, cast.clara)
    cast.document(case)
    cases.note(session, case, "Called twice", by=cast.aino)
    cases.note(session, case, "My own words", by=cast.clara)
    cases.opened(session, case, by=cast.aino)

    visit(session, case, cast.clara)

    assert new_to(cast, session, case, cast.clara) == {
        CasePart.DOCUMENTS: 2,  # sent, and checked by the portal
        CasePart.NOTES: 1,
        CasePart.HISTORY: 3,
    }


def test_the_next_visit_clears_the_marks_and_a_look_in_between_does_not(cast, session):
    with clock_turned(-2 * EARLIER):
        case = cast.case(CaseState.IN_REVIEW)
        visit(session, case, cast.clara)
    with clock_turned(-EARLIER):
        cases.note(session, case, "Called twice", by=cast.aino)
        visit(session, case, cast.clara)
    with clock_turned(-EARLIER + timedelta(minutes=5)):
        visit(session, case, cast.clara)
        assert new_to(cast, session, case, cast.clara)[CasePart.NOTES] == 1

    visit(session, case, cast.clara)

    assert new_to(cast, session, case, cast.clara) == {}


def test_everybody_has_marks_of_their_own_and_may_clear_them(cast, session):
    with clock_turned(-EARLIER):
        case = cast.case(CaseState.IN_REVIEW)
        for viewer in (cast.clara, cast.aino):
            visit(session, case, viewer)
    cast.document(case)
    for viewer in (cast.clara, cast.aino):
        visit(session, case, viewer)

    visits.all_seen(session, case, by=cast.clara)

    assert new_to(cast, session, case, cast.clara) == {}
    assert new_to(cast, session, case, cast.aino)[CasePart.DOCUMENTS] == 2


def test_every_act_that_a_counsellor_reads_about_has_its_part():
    parts = {act: visits.BY_ACT.get(act) or visits.BY_NOUN.get(act.partition(".")[0]) for act in Act}

    assert {part for part in parts.values() if part} == set(CasePart) - {CasePart.HISTORY}
