"""The final report: written by the partner, with the budget and the evidence that are already there."""

import pytest

from portal.domain.cases import CaseState
from portal.domain.errors import NotAllowed, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import plans, reports
from portal.domain.support.reports import ReportState
from portal.programme import DocumentKind

TOLD = {"contributed": "A sewing machine", "situation": "She has customers", "assessment": "It went well"}


@pytest.fixture
def case(cast):
    """A case in which everything is delivered."""
    return cast.case(CaseState.MONITORING)


def test_what_is_written_is_the_partners_own_until_it_is_sent(session, cast, case):
    report = reports.write(session, case, TOLD, by=cast.petros)

    assert reports.shown(session, case, viewer=cast.petros) is report
    assert reports.shown(session, case, viewer=cast.clara) is None
    assert reports.shown(session, case, viewer=cast.nino) is None

    reports.advance(session, report, Act.REPORT_SEND, by=cast.petros)

    assert reports.shown(session, case, viewer=cast.clara) is report
    assert reports.shown(session, case, viewer=cast.amina) is report


@pytest.mark.parametrize("missing", TOLD)
def test_a_report_that_is_not_complete_is_not_sent(session, cast, case, missing):
    report = reports.write(session, case, TOLD | {missing: " "}, by=cast.petros)

    with pytest.raises(Refused) as refused:
        reports.advance(session, report, Act.REPORT_SEND, by=cast.petros)

    assert refused.value.reasons == [Reason.REPORT_INCOMPLETE]


def test_what_was_sent_is_changed_only_after_it_was_sent_back_with_words(session, cast, case):
    report = reports.write(session, case, TOLD, by=cast.petros)
    reports.advance(session, report, Act.REPORT_SEND, by=cast.petros)

    with pytest.raises(Refused):
        reports.write(session, case, TOLD, by=cast.petros)
    with pytest.raises(Refused) as refused:
        reports.advance(session, report, Act.REPORT_RETURN, by=cast.clara)
    assert refused.value.reasons == [Reason.REASON_MISSING]

    reports.advance(session, report, Act.REPORT_RETURN, by=cast.clara, note="And the lease?")
    assert (report.state, report.words) == (ReportState.RETURNED, "And the lease?")
    reports.write(session, case, TOLD | {"situation": "With a lease"}, by=cast.petros)
    reports.advance(session, report, Act.REPORT_SEND, by=cast.petros)
    assert (report.state, report.words, report.situation) == (ReportState.SENT, "", "With a lease")


def test_only_the_partner_writes_and_only_the_programme_sends_back(session, cast, case):
    with pytest.raises(NotAllowed):
        reports.write(session, case, TOLD, by=cast.clara)
    report = reports.write(session, case, TOLD, by=cast.petros)
    reports.advance(session, report, Act.REPORT_SEND, by=cast.petros)
    with pytest.raises(NotAllowed):
        reports.advance(session, report, Act.REPORT_RETURN, by=cast.petros, note="Mine")


def test_another_organisation_begins_anew(session, cast, case):
    reports.write(session, case, TOLD, by=cast.petros)

    report = reports.write(session, case, {"situation": "We took over"}, by=cast.nino)

    assert (report.contributed, report.situation) == ("", "We took over")
    assert reports.shown(session, case, viewer=cast.petros) is None


def test_the_budget_says_line_by_line_what_was_planned_and_what_was_paid(session, cast):
    case = cast.case(CaseState.REINTEGRATION)
    plan = plans.approved(session, case)

    assert [(one.planned, one.paid) for one in reports.budget(session, plan)] == [(60_000, 0), (40_000, 0)]

    cast.deliver(case)

    assert [(one.planned, one.paid) for one in reports.budget(session, plan)] == [
        (60_000, 60_000),
        (40_000, 40_000),
    ]


def test_a_file_has_the_same_number_for_all_who_see_it(session, cast, case):
    cast.document(case, DocumentKind.QUOTATION, sender=cast.clara)
    milestone = reports.evidence(session, case, viewer=cast.clara)[0].document.milestone_id
    cast.document(case, DocumentKind.INVOICE, sender=cast.petros, milestone_id=milestone)

    seen = {
        who: [one.number for one in reports.evidence(session, case, viewer=getattr(cast, who))]
        for who in ("clara", "petros")
    }

    assert seen == {"clara": [1, 2, 3, 4, 5, 6], "petros": [1, 2, 3, 4, 6]}


def test_papers_of_identity_are_no_evidence(session, cast, case):
    kinds = {one.document.kind for one in reports.evidence(session, case, viewer=cast.clara)}

    assert kinds == {DocumentKind.DELIVERY_PHOTO, DocumentKind.INVOICE}
