"""The time after the return: talks, what the person answered and thinks, and the final report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.support import monitoring, reports, surveys
from portal.domain.support.monitoring import FollowUp, Opinion
from portal.domain.support.reports import Report
from portal.domain.support.surveys import Survey

Plain = dict[str, Any]


@dataclass(frozen=True)
class AfterwardsFile:
    """What a person may read of it. Why a report was sent back stays between colleagues."""

    follow_ups: Sequence[FollowUp]
    opinions: Sequence[Opinion]
    surveys: Sequence[Survey]
    report: Report | None
    """Once it is sent."""


def gather(session: Session, case: Case, account: Account) -> AfterwardsFile:
    """All of one case."""
    return AfterwardsFile(
        follow_ups=monitoring.of_case(session, case, viewer=account),
        opinions=monitoring.opinions(session, case, viewer=account),
        surveys=surveys.of_case(session, case, viewer=account),
        report=reports.shown(session, case, viewer=account),
    )


def _columns(row: Any, names: str) -> Plain:
    return {name: getattr(row, name) for name in names.split()}


def plain(one: AfterwardsFile) -> Plain:
    """The same as plain objects for my-file.json; the schema names every key."""
    told = "mode state planned_on held_on seen findings words"
    report = one.report and _columns(one.report, "sent_at contributed situation assessment")
    return {
        "follow_ups": [_columns(each, told) for each in one.follow_ups],
        "opinions": [_columns(each, "given_at score words") for each in one.opinions],
        "surveys": [_survey(each) for each in one.surveys],
        "final_report": report,
    }


def _survey(survey: Survey) -> Plain:
    reached = {name: value if value is None else float(value) for name, value in survey.reached.items()}
    return {
        **_columns(survey, "instrument instrument_version given_at"),
        "alone": survey.is_own,
        "answers": dict(survey.answered),
        "scores": reached,
    }
