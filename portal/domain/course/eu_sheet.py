"""The hand-over sheet: what the EU reintegration tool asks, in its order, so that nobody types a case twice.

Three moments: the application, the arrival with the plan, the final report with its proofs. A field that has
no value yet is open, and said to be.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from portal.domain import clocks, documents, journal
from portal.domain.accounts import Account, Organisation
from portal.domain.applying import application, consents
from portal.domain.applying.answers import NeedsAnswer
from portal.domain.applying.application import Answers
from portal.domain.cases import Case
from portal.domain.documents import IDENTITY, DocumentState
from portal.domain.people import Person
from portal.domain.permissions import Act, require
from portal.domain.support import monitoring, packages, plans, reports
from portal.domain.support.monitoring import FollowUp, FollowUpState
from portal.domain.support.plans import Plan
from portal.domain.support.reports import Proof, Report, Spent


class Moment(enum.StrEnum):
    """When the tool asks."""

    APPLICATION = "application"
    PLAN = "plan"
    REPORT = "report"


class Item(enum.StrEnum):
    """One field of the tool."""

    COUNTRY = "country"
    PROJECT = "project"
    EU_COUNTRY = "eu_country"
    ORGANISATION = "organisation"
    PARTNER = "partner"
    SUPPORT = "support"
    IDENTITY = "identity"
    CONSENT = "consent"
    NAME = "name"
    GENDER = "gender"
    BORN_ON = "born_on"
    NATIONALITY = "nationality"
    FAMILY = "family"
    RETURN_TYPE = "return_type"
    STATUS = "status"
    TRAVEL = "travel"
    NEEDS = "needs"
    VULNERABLE = "vulnerable"
    HEARD = "heard"

    ARRIVED = "arrived"
    CONTACT = "contact"
    OBJECTIVES = "objectives"
    ASSESSMENTS = "assessments"
    MEETING = "meeting"
    MEETING_FINDINGS = "meeting_findings"
    APPROVED = "approved"

    CONTRIBUTED = "contributed"
    SITUATION = "situation"
    ASSESSMENT = "assessment"
    FINAL_MEETING = "final_meeting"
    FINAL_FINDINGS = "final_findings"


VOLUNTARY = "voluntary"


@dataclass(frozen=True)
class Field:
    """One field and what the portal knows for it; in no words yet."""

    item: Item
    value: Any

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to find it out. False is an answer, too."""
        return self.value is None or self.value in ("", (), [])


@dataclass(frozen=True)
class EuSheet:
    """A case as the tool wants it."""

    application: Sequence[Field]
    plan: Sequence[Field]
    report: Sequence[Field]
    holds: Plan | None
    """The plan that the budget belongs to."""
    budget: Sequence[Spent]
    proofs: Sequence[Proof]

    @property
    def parts(self) -> dict[Moment, Sequence[Field]]:
        """The fields, moment by moment."""
        return {
            Moment.APPLICATION: self.application,
            Moment.PLAN: self.plan,
            Moment.REPORT: self.report,
        }

    @property
    def open_fields(self) -> int:
        """How many fields have no value yet; a budget and proofs that are not there count as one each."""
        missing = sum(one.is_open for fields in self.parts.values() for one in fields)
        return missing + (not self.budget) + (not self.proofs)


def of_case(session: Session, case: Case, *, by: Account) -> EuSheet:
    """The sheet of a case. It holds what a partner never sees: raises NotAllowed for one."""
    require(by.role, Act.EU_SHEET_OPEN)
    found = application.answers(session, case)
    plan = plans.approved(session, case)
    talks = [one for one in monitoring.of_case(session, case, viewer=by) if one.state is FollowUpState.DONE]
    report = reports.shown(session, case, viewer=by)
    return EuSheet(
        application=_fields(_applied(session, case, found, plan, by) | _helped_by(session, case, report)),
        plan=_fields(_planned(case, found, plan, talks)),
        report=_fields(_reported(report, talks)),
        holds=plan,
        budget=reports.budget(session, plan) if plan else (),
        proofs=reports.evidence(session, case, viewer=by),
    )


def opened(session: Session, case: Case, *, by: Account) -> None:
    """Write down that somebody read the sheet: the migrant can see that."""
    require(by.role, Act.EU_SHEET_OPEN)
    journal.look(session, Act.EU_SHEET_OPEN, actor=by.actor, case_id=case.id)


def _fields(values: dict[Item, Any]) -> Sequence[Field]:
    return [Field(item, value) for item, value in values.items()]


def _applied(session: Session, case: Case, found: Answers, plan: Plan | None, by: Account) -> dict[Item, Any]:
    head, told, programme = found.principal, found.application, clocks.programme(session)
    given = packages.of_plan(session, plan.id) if plan else ()
    return {
        Item.COUNTRY: told.country,
        Item.PROJECT: programme.name,
        Item.EU_COUNTRY: programme.calendar,
        Item.ORGANISATION: programme.organisation,
        Item.PARTNER: None,  # see _helped_by
        Item.SUPPORT: tuple({package.id: package.name for _person, package in given}.values()),
        Item.IDENTITY: _identity(session, case, head, by),
        Item.CONSENT: _consent(session, case),
        Item.NAME: head.full_name,
        Item.GENDER: head.gender,
        Item.BORN_ON: head.born_on,
        Item.NATIONALITY: head.citizenship,
        Item.FAMILY: found.family or (False if told.company == application.Company.ALONE else None),
        Item.RETURN_TYPE: VOLUNTARY,
        Item.STATUS: told.status,
        Item.TRAVEL: case.departed_on or tuple(filter(None, (told.travel_from, told.travel_until))),
        Item.NEEDS: _needs(found),
        Item.VULNERABLE: _vulnerable(found),
        Item.HEARD: told.heard_from,
    }


def _helped_by(session: Session, case: Case, report: Report | None) -> dict[Item, Any]:
    """Who helps there; of a case that is closed, and shared no more, whoever wrote its report."""
    number = case.partner_id or (report.organisation_id if report else None)
    partner = session.get(Organisation, number) if number else None
    return {Item.PARTNER: partner and partner.name}


def _identity(session: Session, case: Case, head: Person, by: Account) -> Any:
    """The kind of the accepted document, its number and until when it is good."""
    accepted = [
        one.kind
        for one in documents.of_case(session, case, viewer=by)
        if one.kind in IDENTITY and one.state is DocumentState.ACCEPTED
    ]
    return (accepted[0], head.paper_number, head.paper_expires) if accepted else None


def _consent(session: Session, case: Case) -> Any:
    """When the person agreed that the partner gets the data."""
    given = consents.given(session, case).get(consents.Purpose.PARTNER)
    return given and given.given_at


def _needs(found: Answers) -> Any:
    told = found.application
    if told.needs is NeedsAnswer.NO:
        return False
    kinds = tuple(sorted(told.needs_kinds or ()))
    return (*kinds, *filter(None, (told.needs_words, told.airport_help_words))) or None


def _vulnerable(found: Answers) -> bool | None:
    """A child, or needs that were told; not known while somebody would rather say it in a talk."""
    if any(one.is_minor for one in (found.principal, *found.family)):
        return True
    needs = found.application.needs
    return needs is NeedsAnswer.YES if needs in (NeedsAnswer.YES, NeedsAnswer.NO) else None


def _planned(case: Case, found: Answers, plan: Plan | None, talks: Sequence[FollowUp]) -> dict[Item, Any]:
    told, first = found.application, talks[-1] if talks else None
    return {
        Item.ARRIVED: case.arrived_on,
        Item.CONTACT: tuple(filter(None, (told.phone, told.email, told.other_contact, told.place))),
        Item.OBJECTIVES: plan and plan.objectives,
        Item.ASSESSMENTS: plan
        and tuple(filter(None, (plan.needs, plan.skills, plan.family, plan.risks, plan.contribution))),
        Item.MEETING: first and (first.mode, first.held_on),
        Item.MEETING_FINDINGS: first and first.findings,
        Item.APPROVED: plan and plan.decided_at,
    }


def _reported(report: Report | None, talks: Sequence[FollowUp]) -> dict[Item, Any]:
    last = talks[0] if len(talks) > 1 else None
    return {
        Item.CONTRIBUTED: report and report.contributed,
        Item.SITUATION: report and report.situation,
        Item.ASSESSMENT: report and report.assessment,
        Item.FINAL_MEETING: last and (last.mode, last.held_on),
        Item.FINAL_FINDINGS: last and last.findings,
    }
