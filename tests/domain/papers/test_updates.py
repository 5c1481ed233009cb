"""Updates of a partner: photos and steps reported as one, all or nothing, and exactly once."""

import pytest

from portal.db import today
from portal.domain import documents, journal
from portal.domain.accounts import Account
from portal.domain.cases import CaseState
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.papers import updates, wholes
from portal.domain.papers.updates import Report, Update
from portal.domain.permissions import Act, Role
from portal.domain.support import grants, parts, plans
from portal.domain.support.parts import Milestone, MilestoneState
from portal.programme import DocumentKind
from tests.together import at_once

NUMBER = "a-number-of-a-form"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def steps(session, case):
    """The two steps of its plan, both open."""
    return parts.milestones(session, plans.approved(session, case))


@pytest.fixture
def photo(wiring, cast, case):
    """photo(step): a file in the vault that proves this step."""

    def photo(step, *, of=case, by=None):
        return wholes.store(
            wiring.vault,
            of,
            [[b"picture"]],
            length=7,
            kind=DocumentKind.DELIVERY_PHOTO,
            file_name="machine.jpg",
            milestone_id=step.id,
            by=by or cast.petros,
        )

    return photo


def reported(session, case):
    return [event for event in journal.of_case(session, case.id) if event.act is Act.MILESTONE_REPORT]


def test_two_steps_are_reported_with_their_photos_at_once(cast, session, case, steps, photo):
    reports = [Report(step, "Both came today", today(), (photo(step),)) for step in steps]

    update = updates.send(session, NUMBER, reports, by=cast.petros)

    told = [(step.state, step.report, len(documents.of_milestone(session, step.id))) for step in steps]
    rows = updates.reported(session, update, viewer=cast.petros)
    assert told == [(MilestoneState.REPORTED, "Both came today", 1)] * 2
    assert {(row.case, row.milestone, row.done_on) for row in rows} == {
        (case, step, today()) for step in steps
    }


def test_the_same_form_once_more_does_nothing_and_has_the_same_receipt(cast, session, case, steps, photo):
    first = updates.send(session, NUMBER, [Report(steps[0], files=(photo(steps[0]),))], by=cast.petros)

    again = updates.send(session, NUMBER, [Report(steps[0], files=(photo(steps[0]),))], by=cast.petros)

    assert (again.id, len(documents.of_milestone(session, steps[0].id))) == (first.id, 1)
    assert len(reported(session, case)) == 1


def test_the_same_number_of_somebody_else_is_another_form(cast, session, steps, photo):
    updates.send(session, NUMBER, [Report(steps[0], files=(photo(steps[0]),))], by=cast.petros)

    assert updates.find_sent(session, NUMBER, by=cast.nino) is None


def test_when_one_step_cannot_be_reported_nothing_is(cast, session, wiring, case, steps, photo):
    petros, file = cast.petros, photo(steps[0])
    session.commit()

    with wiring.writing() as other:
        first, second = (other.get_one(Milestone, step.id) for step in steps)
        with pytest.raises(Refused) as refused:
            updates.send(other, NUMBER, [Report(first, files=(file,)), Report(second)], by=petros)

    session.expire_all()
    assert refused.value.reasons == [Reason.EVIDENCE_MISSING]
    assert [step.state for step in steps] == [MilestoneState.PLANNED] * 2
    assert documents.of_milestone(session, steps[0].id) == []
    assert updates.find_sent(session, NUMBER, by=cast.petros) is None


def test_a_photo_for_another_case_is_taken_by_neither(cast, session, case, steps, photo):
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)

    for wrong in (photo(steps[0], of=other), photo(steps[1])):
        nested = session.begin_nested()
        with pytest.raises(NotFound):
            updates.send(session, NUMBER, [Report(steps[0], files=(wrong,))], by=cast.petros)
        nested.rollback()

    assert documents.of_milestone(session, steps[0].id) == []


def test_nobody_reports_for_another_organisation_nor_who_reports_nothing(cast, session, steps, photo):
    with pytest.raises(NotFound):
        updates.send(session, NUMBER, [Report(steps[0])], by=cast.nino)
    with pytest.raises(NotAllowed):
        updates.send(session, NUMBER, [Report(steps[0])], by=cast.clara)


def test_a_receipt_is_for_who_sent_the_form(cast, session, steps, photo):
    update = updates.send(session, NUMBER, [Report(steps[0], files=(photo(steps[0]),))], by=cast.petros)

    with pytest.raises(NotFound):
        updates.find(session, update.id, viewer=cast.nino)


def test_a_form_that_comes_twice_at_once_reports_once(cast, session, wiring, case, steps, photo):
    files = [photo(steps[0]), photo(steps[0])]
    step_id, petros_id = steps[0].id, cast.petros.id
    session.commit()

    def send(file):
        def verb(other):
            petros = other.get_one(Account, petros_id)
            updates.send(other, NUMBER, [Report(other.get_one(Milestone, step_id), files=(file,))], by=petros)

        return verb

    ended = at_once(wiring, *[send(file) for file in files])

    assert ended == ["done", "done"]
    assert (len(reported(session, case)), len(documents.of_milestone(session, step_id))) == (1, 1)


def test_two_partners_report_one_step_at_once_and_one_of_them_is_told(
    cast, session, wiring, case, steps, photo
):
    colleague = cast.account(Role.PARTNER, "pavel@example.org", organisation=cast.tashkent)
    step_id, ids = steps[0].id, [cast.petros.id, colleague.id]
    files = [photo(steps[0], by=cast.petros), photo(steps[0], by=colleague)]
    session.commit()

    def send(account_id, file):
        def verb(other):
            by = other.get_one(Account, account_id)
            report = Report(other.get_one(Milestone, step_id), files=(file,))
            updates.send(other, f"{NUMBER}{account_id}", [report], by=by)

        return verb

    ended = at_once(wiring, *[send(*pair) for pair in zip(ids, files, strict=True)])

    session.expire_all()
    assert ended == ["done", "told"]
    assert (len(reported(session, case)), len(documents.of_milestone(session, step_id))) == (1, 1)
    assert session.query(Update).count() == 1


def test_what_can_be_reported_now_is_what_is_open(cast, session, case, steps, photo):
    updates.send(session, NUMBER, [Report(steps[0], files=(photo(steps[0]),))], by=cast.petros)

    assert updates.open_steps(session, case, by=cast.petros) == [steps[1]]
    assert updates.faults(session, steps[0], by=cast.petros) == [Reason.WRONG_STATE]
    assert updates.faults(session, steps[1], by=cast.petros) == [Reason.EVIDENCE_MISSING]
    assert [updates.is_proved(session, step) for step in steps] == [True, False]
    assert grants.may_report(session, steps[1], by=cast.petros)
