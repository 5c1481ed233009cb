"""The final report of a case: what the partner tells, the budget planned and spent, and what proves it."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import documents, journal, steps
from portal.domain.accounts import Account
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.documents import EVIDENCE, UNSEEN, Document
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, require
from portal.domain.steps import Move, Step
from portal.domain.support import grants, parts, photos, proofs, rates
from portal.domain.support.parts import Line
from portal.domain.support.plans import Plan
from portal.programme import DocumentKind
from portal.sealing import SealedText


class ReportState(enum.StrEnum):
    """Where the final report stands."""

    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"


class Report(Base):
    """What the partner tells at the end: one for each case."""

    __tablename__ = "final_reports"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[ReportState] = mapped_column(default=ReportState.DRAFT)
    contributed = SealedText()
    """To which activities the budget contributed."""
    situation = SealedText()
    """How the people of the case are now."""
    assessment = SealedText()
    """What the partner thinks of how it went."""
    words = SealedText()
    """Why it was sent back."""
    sent_at: Mapped[datetime | None] = mapped_column()
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


OPEN = (ReportState.DRAFT, ReportState.RETURNED)
TEXTS = ("contributed", "situation", "assessment")


def _case_runs(move: Move) -> Reason | None:
    return (
        None if move.session.get_one(Case, move.thing.case_id).state in AFTER_ARRIVAL else Reason.WRONG_STATE
    )


def _all_told(move: Move) -> Reason | None:
    return None if all(getattr(move.thing, name) for name in TEXTS) else Reason.REPORT_INCOMPLETE


def _sent(move: Move) -> None:
    move.thing.sent_at, move.thing.sent_by_id, move.thing.words = now(), move.by.id, ""


def _worded(move: Move) -> None:
    move.thing.words = move.note


REPORT_STEPS: dict[Act, Step[ReportState]] = {
    Act.REPORT_SEND: Step(OPEN, ReportState.SENT, needs=(_case_runs, _all_told), then=(_sent,)),
    Act.REPORT_RETURN: Step(
        {ReportState.SENT}, ReportState.RETURNED, needs=(_case_runs,), then=(_worded,), reasoned=True
    ),
}


def of_case(session: Session, case: Case) -> Report | None:
    """The report of a case."""
    return session.scalar(select(Report).where(Report.case_id == case.id))


def shown(session: Session, case: Case, *, viewer: Account) -> Report | None:
    """The report as far as it exists for this viewer.

    A draft is the partner's own, and what one organisation wrote is not another's.
    """
    report = of_case(session, case)
    if report is None or viewer.organisation_id:
        return report if report and report.organisation_id == viewer.organisation_id else None
    return report if report.state is not ReportState.DRAFT else None


def write(session: Session, case: Case, values: dict[str, str], *, by: Account) -> Report:
    """Keep what the partner has written so far. Raises NotAllowed, Refused."""
    require(by.role, Act.REPORT_WRITE)
    if case.state not in AFTER_ARRIVAL:
        raise Refused([Reason.WRONG_STATE])
    session.refresh(case, with_for_update=True)
    report = of_case(session, case) or _new(session, case, by)
    if report.organisation_id != by.organisation_id:
        # Another organisation wrote it before it handed the case on: the narrative begins anew.
        report.organisation_id, report.state = by.organisation_id, ReportState.DRAFT
        for name in TEXTS:
            setattr(report, name, "")
    if report.state not in OPEN:
        raise Refused([Reason.WRONG_STATE])
    for name in TEXTS:
        setattr(report, name, (values.get(name) or "").strip())
    session.flush()
    journal.record(session, Act.REPORT_WRITE, actor=by.actor, case_id=case.id, about=steps.label(report))
    return report


def _new(session: Session, case: Case, by: Account) -> Report:
    report = Report(case_id=case.id, organisation_id=by.organisation_id, state=ReportState.DRAFT)
    session.add(report)
    session.flush()
    return report


def find(session: Session, case: Case, *, viewer: Account) -> Report:
    """The report, if it exists for this viewer. Raises NotFound."""
    report = shown(session, case, viewer=viewer)
    if report is None:
        raise NotFound("report")
    return report


def advance(session: Session, report: Report, act: Act, *, by: Account, note: str = "") -> None:
    """Send it, or send it back. Raises NotAllowed, Refused."""
    steps.take(session, report, REPORT_STEPS, act, by=by, note=note)


def opened(session: Session, case: Case, *, by: Account) -> None:
    """Write down that somebody took the report along as a file: the migrant can see that."""
    require(by.role, Act.REPORT_OPEN)
    journal.look(session, Act.REPORT_OPEN, actor=by.actor, case_id=case.id)


# --- The budget, and what proves it ---------------------------------------------------------------


@dataclass(frozen=True)
class Spent:
    """One line of the budget: planned and paid, in minor units of both currencies."""

    line: Line
    planned: int
    paid: int
    planned_local: int | None
    paid_local: int | None


def budget(session: Session, plan: Plan) -> Sequence[Spent]:
    """Every line of a plan, what was planned for it and what was paid."""
    made = [one for one in parts.payments(session, plan) if one.state in grants.PAID_OUT]
    found = []
    for line in parts.lines(session, plan):
        paid = sum(one.amount for one in made if one.line_id == line.id)
        local = line.local_amount or rates.to_local(plan, line.amount)
        found.append(Spent(line, line.amount, paid, local, rates.to_local(plan, paid)))
    return found


@dataclass(frozen=True)
class Proof:
    """One file that shows how the support was used; its number within the case."""

    number: int
    document: Document


def evidence(session: Session, case: Case, *, viewer: Account) -> Sequence[Proof]:
    """What proves how the support was used, numbered alike for all who read it.

    A viewer to whom a file does not exist misses its number, and no other number changes.
    """
    counted = (*EVIDENCE, DocumentKind.TALK_PHOTO)
    every = select(Document).where(Document.case_id == case.id, Document.kind.in_(counted))
    numbers = {one.id: number for number, one in enumerate(session.scalars(every.order_by(Document.id)), 1)}
    mine = [one for one in documents.of_case(session, case, viewer=viewer) if one.follow_up_id is None]
    mine += photos.in_reports(session, case, viewer=viewer)
    usable = [one for one in mine if one.id in numbers and one.state not in {*proofs.USELESS, *UNSEEN}]
    return [Proof(numbers[one.id], one) for one in sorted(usable, key=lambda one: one.id)]
