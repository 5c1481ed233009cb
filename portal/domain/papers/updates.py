"""Updates of a partner: photos and the steps that they prove, sent and reported as one, exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import cases, documents, steps
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.papers import wholes
from portal.domain.papers.wholes import Whole
from portal.domain.permissions import Act, require
from portal.domain.support import grants, parts, plans, proofs
from portal.domain.support.grants import MILESTONE_STEPS
from portal.domain.support.parts import Milestone
from portal.sealing import in_use


class Update(Base):
    """What one form did. The unique hash of its number is why a form that comes twice does nothing twice."""

    __tablename__ = "updates"

    key: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    sent_at: Mapped[datetime] = mapped_column(default=now)


class UpdateStep(Base):
    """One step that an update reported, and when it was done, where that was said."""

    __tablename__ = "update_steps"
    __table_args__ = (UniqueConstraint("update_id", "milestone_id"),)

    update_id: Mapped[int] = mapped_column(ForeignKey("updates.id"))
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id"), index=True)
    done_on: Mapped[date | None] = mapped_column()


@dataclass(frozen=True)
class Report:
    """One step that is said to be done; the files in the vault that prove it may come along."""

    milestone: Milestone
    words: str = ""
    done_on: date | None = None
    files: tuple[Whole, ...] = ()


def find_sent(session: Session, number: str, *, by: Account) -> Update | None:
    """What the form with this number did, if it came before."""
    return session.scalar(select(Update).where(Update.key == _key(number, by)))


def send(session: Session, number: str, reports: Sequence[Report], *, by: Account) -> Update:
    """Keep the files and report the steps: all of it or nothing. The same update when it came before.

    The caller commits. Raises NotAllowed, NotFound for a case that is not the partner's, and Refused.
    """
    require(by.role, Act.MILESTONE_REPORT)
    update = Update(key=_key(number, by), account_id=by.id)
    try:
        # Of two that come at once, one waits here for the other.
        with session.begin_nested():
            session.add(update)
    except IntegrityError:
        return session.scalars(select(Update).where(Update.key == _key(number, by))).one()
    # In one order, or two who report the same steps would wait for one another.
    for report in sorted(reports, key=lambda one: one.milestone.id):
        _report(session, update, report, by)
    session.flush()
    return update


def _report(session: Session, update: Update, report: Report, by: Account) -> None:
    milestone = report.milestone
    session.refresh(milestone, with_for_update=True)
    case = _case_of(session, milestone, by)
    if milestone.state not in MILESTONE_STEPS[Act.MILESTONE_REPORT].leaves:
        raise Refused([Reason.WRONG_STATE])
    for whole in report.files:
        if whole.upload.milestone_id != milestone.id:
            raise NotFound("upload")
        wholes.keep(session, case, whole, by=by)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=by, note=report.words)
    session.add(UpdateStep(update_id=update.id, milestone_id=milestone.id, done_on=report.done_on))


def _case_of(session: Session, milestone: Milestone, by: Account) -> Case:
    """Its case as it is now, if it exists for `by`."""
    ours = select(Case).where(Case.id == milestone.case_id, cases.visible_to(by))
    case = session.scalar(ours.execution_options(populate_existing=True))
    if case is None:
        raise NotFound(str(milestone.id))
    return case


def open_steps(session: Session, case: Case, *, by: Account) -> Sequence[Milestone]:
    """The steps of the plan that holds which can be reported now, by date."""
    plan = plans.approved(session, case)
    if plan is None:
        return []
    return [one for one in parts.milestones(session, plan) if grants.may_report(session, one, by=by)]


def is_proved(session: Session, milestone: Milestone) -> bool:
    """Whether something that proves this step was sent before."""
    return any(one.state not in proofs.USELESS for one in documents.of_milestone(session, milestone.id))


def faults(session: Session, milestone: Milestone, *, by: Account) -> list[Reason]:
    """Every reason why a step cannot be reported now; empty when it can."""
    if milestone.state not in MILESTONE_STEPS[Act.MILESTONE_REPORT].leaves:
        return [Reason.WRONG_STATE]
    return steps.missing(session, milestone, MILESTONE_STEPS, Act.MILESTONE_REPORT, by=by)


def find(session: Session, update_id: int, *, viewer: Account) -> Update:
    """One update that this person sent. Raises NotFound."""
    update = session.get(Update, update_id)
    if update is None or update.account_id != viewer.id:
        raise NotFound(str(update_id))
    return update


@dataclass(frozen=True)
class Reported:
    """One line of the receipt of an update."""

    case: Case
    milestone: Milestone
    done_on: date | None


def reported(session: Session, update: Update, *, viewer: Account) -> Sequence[Reported]:
    """What an update reported, of the cases that the viewer still sees."""
    rows = session.execute(
        select(Case, Milestone, UpdateStep.done_on)
        .join(Milestone, Milestone.case_id == Case.id)
        .join(UpdateStep, UpdateStep.milestone_id == Milestone.id)
        .where(UpdateStep.update_id == update.id, cases.visible_to(viewer))
        .order_by(UpdateStep.id)
    )
    return [Reported(*row) for row in rows]


def _key(number: str, by: Account) -> bytes:
    return in_use().fingerprint("update", f"{by.id}:{number}")
