"""From the last delivery to the closure: talks, questions, an opinion, a report, and what stays of it."""

from datetime import timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain import cases, journal
from portal.domain.cases import CaseState, ClosureReason
from portal.domain.course import eu_sheet, lifecycle
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.own import own_data, own_json
from portal.domain.permissions import Act
from portal.domain.support import instruments, monitoring, plans, reports, surveys
from portal.domain.support.monitoring import FollowUpMode, FollowUpState, Held


def best(asked):
    """The first answer to each question."""
    return {one.key: one.options[0].key for one in asked.questions}


def worst(asked):
    """The answer of the lowest value to each question."""
    counted = {one.key: [each for each in one.options if each.value is not None] for one in asked.questions}
    return {key: min(options, key=lambda one: one.value).key for key, options in counted.items()}


def test_what_comes_after_the_support_is_told_counted_and_closed(session, cast):
    case, asked = cast.case(CaseState.MONITORING), instruments.latest()
    open_before = eu_sheet.of_case(session, case, by=cast.clara).open_fields

    # A talk that nobody came to, moved, held; with it the questions for the first time.
    talk = monitoring.plan(session, case, FollowUpMode.VISIT, today(), by=cast.petros)
    talk = monitoring.put_off(
        session, case, talk, Act.FOLLOW_UP_MISS, by=cast.petros, note="Nobody at home", to=today()
    )
    following = monitoring.hold(
        session,
        case,
        talk,
        Held(FollowUpMode.VISIT, today(), "Amina", "Two customers", next_on=today() + timedelta(days=60)),
        by=cast.petros,
    )
    surveys.answer(session, case, asked, worst(asked), by=cast.petros)

    # Two months later she answers by herself, and says what she thinks.
    with clock_turned(timedelta(days=60)):
        monitoring.hold(
            session,
            case,
            following,
            Held(FollowUpMode.PHONE, today(), "Amina", "A shop of her own", is_last=True),
            by=cast.petros,
        )
        surveys.answer(session, case, asked, best(asked), by=cast.amina)
        monitoring.give_opinion(session, case, 5, "", by=cast.amina)

    # The report goes back once, and is complete then.
    told = {"contributed": "A machine", "situation": "Well", "assessment": "In time"}
    report = reports.write(session, case, told, by=cast.petros)
    reports.advance(session, report, Act.REPORT_SEND, by=cast.petros)
    reports.advance(session, report, Act.REPORT_RETURN, by=cast.clara, note="What of the lease?")
    reports.write(session, case, told | {"situation": "Well, with a lease"}, by=cast.petros)
    reports.advance(session, report, Act.REPORT_SEND, by=cast.petros)
    session.commit()

    states = [one.state for one in monitoring.of_case(session, case, viewer=cast.clara)]
    assert states == [FollowUpState.DONE, FollowUpState.DONE, FollowUpState.NO_SHOW]
    reached = [set(one.reached.values()) for one in surveys.of_case(session, case, viewer=cast.clara)]
    assert reached == [{0}, {1}]
    sheet = eu_sheet.of_case(session, case, by=cast.clara)
    assert open_before - sheet.open_fields == 7  # two talks of two fields each, and the report's three
    spent = reports.budget(session, plans.approved(session, case))
    assert sum(one.planned for one in spent) == sum(one.paid for one in spent) == 100_000

    unneeded = monitoring.plan(session, case, FollowUpMode.PHONE, today(), by=cast.clara)

    # Closed: the partner is gone from it, the programme and she are not.
    lifecycle.close(session, case, ClosureReason.PERIOD_ENDED, by=cast.aino)
    session.commit()

    assert (case.state, case.partner_id) == (CaseState.CLOSED, None)
    assert unneeded.state is FollowUpState.CANCELLED
    with pytest.raises(NotFound):
        cases.find(session, case.reference, viewer=cast.petros)
    assert reports.shown(session, case, viewer=cast.clara) is report
    hers = own_json.my_file(own_data.gather(session, cast.amina), made_at=case.since, programme="P")["cases"][
        0
    ]
    assert hers["final_report"]["situation"] == "Well, with a lease"
    assert [one["findings"] for one in hers["follow_ups"]] == ["A shop of her own", "", "Two customers", ""]
    assert list(journal.verify(session)) == []


@pytest.mark.parametrize("reason", sorted(set(ClosureReason) - {ClosureReason.COMPLETED}))
def test_whatever_ends_the_support_early_can_be_said(session, cast, reason):
    case = cast.case(CaseState.REINTEGRATION)

    lifecycle.close(session, case, reason, by=cast.aino, note="As talked about")

    assert (case.state, case.closure_reason) == (CaseState.CLOSED, reason)


def test_what_is_not_completed_is_not_closed_as_completed(session, cast):
    case = cast.case(CaseState.REINTEGRATION)

    with pytest.raises(Refused) as refused:
        lifecycle.close(session, case, ClosureReason.COMPLETED, by=cast.aino)

    assert refused.value.reasons == [Reason.MILESTONES_OPEN]
