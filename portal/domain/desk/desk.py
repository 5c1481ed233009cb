"""The counsellor's desk: what waits inside a case, for whom, and who must act."""

import enum
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from portal.db import day_of, today, unsought
from portal.domain import cases, clocks
from portal.domain.accounts import Account, Organisation
from portal.domain.care.care import CareTask
from portal.domain.cases import Case, CaseState, visible_to
from portal.domain.course.case_tasks import CaseTask
from portal.domain.course.departures import DepartureQuestion
from portal.domain.course.inquiries import Inquiry
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import NotFound
from portal.domain.own.data_requests import DataRequest, RequestState
from portal.domain.papers import supplier_links
from portal.domain.permissions import Role
from portal.domain.support.grants import QUESTIONED
from portal.domain.support.parts import Milestone, MilestoneState, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState


class Task(enum.StrEnum):
    """One thing inside a case that waits for somebody of the programme."""

    CARE = "care"
    DOCUMENT = "document"
    MILESTONE = "milestone"
    MISSED = "missed"
    PLAN = "plan"
    START = "start"
    CHECK = "check"
    SIGN = "sign"
    PAY = "pay"
    ANSWER = "answer"
    REQUEST = "request"
    DEPARTURE = "departure"
    INQUIRY = "inquiry"
    OWN_TASK = "own_task"


FOR_COUNSELLOR = (
    Task.CARE,
    Task.DOCUMENT,
    Task.MILESTONE,
    Task.CHECK,
    Task.PAY,
    Task.ANSWER,
    Task.REQUEST,
    Task.DEPARTURE,
    Task.INQUIRY,
    Task.OWN_TASK,
)
FOR_APPROVER = (Task.PLAN, Task.START, Task.MISSED, Task.SIGN)
TASKS_OF = {frozenset(FOR_COUNSELLOR): Party.COUNSELLOR, frozenset(FOR_APPROVER): Party.APPROVER}
"""Whose they are."""


def party_of(case: Case) -> Party:
    """Who must act: what a migrant does otherwise, the counsellor does who assists, or is asked to talk."""
    if case.talk_asked_at is not None:
        return Party.COUNSELLOR
    party = WAITS[case.state].party
    return Party.COUNSELLOR if case.assisted and party is Party.MIGRANT else party


def is_turn_of(case: Case, viewer: Account) -> bool:
    """Whether the case itself waits for this viewer, and not for somebody else."""
    if case.talk_asked_at is not None:
        return case.counsellor_id in (None, viewer.id)
    match party_of(case):
        case Party.COUNSELLOR:
            return case.counsellor_id == viewer.id
        case Party.APPROVER:
            return viewer.role is Role.APPROVER and case.proposer_id != viewer.id
        case Party.MIGRANT | Party.PARTNER | Party.NOBODY:
            return False


# --- What waits inside a case -------------------------------------------------------------------

Held = CareTask | CaseTask | DataRequest | DepartureQuestion | Document | Inquiry | Milestone | Payment | Plan
Waiting = tuple[type[Held], ColumnElement[bool]]


PERSONAL = (Task.SIGN, Task.OWN_TASK)
"""What is not the same for everybody who looks; the rest stands in the lines of the desk."""


def is_to_be_looked_at() -> ColumnElement[bool]:
    """Whether a document waits for a counsellor.

    What was sent for a payment is looked at with the payment; a supplier's photo first by the partner.
    """
    return and_(
        Document.state == DocumentState.WAITING,
        unsought(Document.payment_id).is_(None),
        ~supplier_links.is_unconfirmed(),
    )


def _waiting(limit: Any, viewer: Any = None) -> dict[Task, Waiting]:
    """Where each task lies, and when it is one; nobody is asked to sign what they signed before.

    `limit`: above which sum two must sign; `viewer`: the number of who looks. Without one: when it is one for
    anybody.
    """
    one_more = and_(Payment.amount > limit, Payment.second_approver_id.is_(None))
    signers = (Payment.requested_by_id, Payment.verified_by_id, Payment.approved_by_id)
    not_mine = true() if viewer is None else and_(*(func.coalesce(signer, 0) != viewer for signer in signers))
    arrived = select(Case.id).where(Case.id == Plan.case_id, Case.state == CaseState.ARRIVED).exists()
    approved = Payment.state == PaymentState.APPROVED
    holder = select(Case.counsellor_id).where(Case.id == CaseTask.case_id).scalar_subquery()
    own = holder if viewer is None else viewer
    return {
        Task.CARE: (CareTask, CareTask.done_at.is_(None)),
        Task.DOCUMENT: (Document, is_to_be_looked_at()),
        Task.MILESTONE: (Milestone, Milestone.state == MilestoneState.REPORTED),
        Task.MISSED: (Milestone, Milestone.state == MilestoneState.MISSED),
        Task.PLAN: (Plan, Plan.state == PlanState.SUBMITTED),
        Task.START: (Plan, and_(Plan.state == PlanState.APPROVED, arrived)),
        Task.CHECK: (Payment, Payment.state == PaymentState.REQUESTED),
        Task.SIGN: (
            Payment,
            and_(not_mine, or_(Payment.state == PaymentState.VERIFIED, and_(approved, one_more))),
        ),
        Task.PAY: (Payment, and_(approved, ~one_more)),
        Task.ANSWER: (Payment, Payment.state.in_(QUESTIONED)),
        Task.REQUEST: (DataRequest, DataRequest.state == RequestState.RECEIVED),
        Task.DEPARTURE: (DepartureQuestion, DepartureQuestion.answered_at.is_(None)),
        Task.INQUIRY: (Inquiry, Inquiry.answered_at.is_(None)),
        Task.OWN_TASK: (CaseTask, and_(CaseTask.done_at.is_(None), CaseTask.owner_id == own)),
    }


def holds(limit: Any, viewer: Any, tasks: Collection[Task]) -> ColumnElement[bool]:
    """Whether at least one of these tasks waits in a case; `limit` and `viewer` as in `_waiting`."""
    places = _waiting(limit, viewer)
    return or_(
        *(
            select(table.id).where(table.case_id == Case.id, condition).exists()
            for table, condition in (places[task] for task in tasks)
        )
    )


_OF_DOCUMENT = aliased(Case)
_SUBMITTED_AT = (
    select(_OF_DOCUMENT.submitted_at)
    .where(_OF_DOCUMENT.id == Document.case_id)
    .correlate(Document)
    .scalar_subquery()
)
DOCUMENT_SINCE = case((Document.sent_at < _SUBMITTED_AT, _SUBMITTED_AT), else_=Document.sent_at)
"""Since when a document waits: nobody looks at it before the application is sent."""

SINCE: Mapping[Task, Any] = {
    Task.DOCUMENT: DOCUMENT_SINCE,
    Task.MILESTONE: Milestone.reported_at,
    Task.START: Plan.decided_at,
}
"""What has no date of its own; every other task is due on one."""
LOOKED_AT = (Task.DOCUMENT, Task.MILESTONE)
"""Whoever sent it was told by when it is looked at."""

CASES: Any = bindparam("cases", expanding=True)
"""The cases that a question built once is asked about."""


def two_sign_above(session: Session) -> int:
    """Above which sum two people approve a payment."""
    return clocks.programme(session).approvals.two_approvers_above


def arm(name: str, table: Any, condition: Any, since: Any = None) -> Select[Any]:
    """Of each of the `cases` in which this waits: how much, the first date, and else since when it waits."""
    dates = (
        (cast(null(), Milestone.due_on.type), func.min(since))
        if since is not None
        else (func.min(table.due_on), cast(null(), Document.sent_at.type))
    )
    counted = select(table.case_id, literal(name), func.count(), *dates)
    return counted.where(table.case_id.in_(CASES), condition).group_by(table.case_id)


def arms(viewer: Any = None, tasks: Collection[Task] = tuple(Task)) -> list[Select[Any]]:
    """One for each task; to be asked with `cases`, the `limit` and, if it is to be one, the `viewer`."""
    found = _waiting(bindparam("limit"), viewer)
    return [arm(task.value, *found[task], SINCE.get(task)) for task in tasks]


# Built once: of fifteen places it takes longer to say the question than to answer it.
_OF_VIEWER = union_all(*arms(bindparam("viewer")))
_PERSONAL = union_all(*arms(bindparam("viewer"), PERSONAL))


def asked(session: Session, question: Any, case_ids: Collection[int], **more: Any) -> Sequence[Any]:
    """What is said to `arms` that were put together: (case, task, how much, due on, since) each."""
    found = session.execute(question, {"cases": list(case_ids), "limit": two_sign_above(session), **more})
    return [
        (case_id, task, number, clocks.look_by(session, moment) if task in LOOKED_AT else due_on, moment)
        for case_id, task, number, due_on, moment in found
    ]


def tasks_of(
    session: Session, case_ids: Collection[int], *, viewer: Account, personal: bool = False
) -> Mapping[int, Mapping[Task, int]]:
    """How much of each task (of PERSONAL) waits in these cases: one question to the database for all."""
    found: defaultdict[int, dict[Task, int]] = defaultdict(dict)
    question = _PERSONAL if personal else _OF_VIEWER
    for case_id, task, number, *_ in asked(session, question, case_ids, viewer=viewer.id):
        found[case_id][Task(task)] = number
    return found


@dataclass(frozen=True)
class Waits:
    """One task of a case: how much of it, by when the first must be done, or else since when it waits."""

    number: int
    due_on: date | None
    since: date | None

    @property
    def is_overdue(self) -> bool:
        """Whether its date is past."""
        return self.due_on is not None and self.due_on < today()


def waiting_in(session: Session, case: Case, *, viewer: Account) -> Mapping[Task, Waits]:
    """What waits in one case, and until when, the most urgent first: one question to the database."""
    found = {}
    for _case, name, number, due_on, moment in asked(session, _OF_VIEWER, [case.id], viewer=viewer.id):
        found[Task(name)] = Waits(number, due_on, moment and day_of(moment))
    return dict(sorted(found.items(), key=lambda one: one[1].due_on or date.max))


# --- Beside the queue ---------------------------------------------------------------------------


def to_take(session: Session, reference: str, *, viewer: Account) -> Case:
    """The case somebody wants to take on: also when a colleague was quicker, so that they can be told.

    Locked until the end of the transaction: the second of two learns what the first did. Raises NotFound.
    """
    just_taken = and_(Case.state == CaseState.IN_REVIEW, Case.counsellor_id.is_not(None))
    case = session.scalar(
        select(Case)
        .where(Case.reference == cases.read_reference(reference), or_(visible_to(viewer), just_taken))
        .with_for_update()
    )
    if case is None:
        raise NotFound(reference)
    return case


def partners(session: Session, country: str | None) -> Sequence[Organisation]:
    """Every partner organisation, those of the country first."""
    found = session.scalars(select(Organisation).order_by(Organisation.name)).all()
    return sorted(found, key=lambda organisation: organisation.country != country)
