"""The counsellor's desk: which cases lie on it, in which pile, and what each of them waits for."""

import enum
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from portal.db import today
from portal.domain import accounts, cases, clocks, search
from portal.domain.accounts import Account, Organisation
from portal.domain.applying.application import Application
from portal.domain.care.care import CareTask
from portal.domain.cases import OVER, Case, CaseState, visible_to
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import NotFound
from portal.domain.own.data_requests import DataRequest, RequestState
from portal.domain.papers import supplier_links
from portal.domain.people import Person
from portal.domain.permissions import Role
from portal.domain.support.grants import QUESTIONED
from portal.domain.support.parts import Milestone, MilestoneState, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.referrals import Referral, ReferralState

LIMIT = 50
"""Cases on one page."""

MOST_COUNTED = 100
"""Nobody needs to know how many more than this lie in a pile, and counting them all takes time."""


class Pile(enum.StrEnum):
    """One way to look at the queue; its value stands in addresses."""

    TO_APPROVE = "to-approve"
    FOR_ME = "for-me"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    FOR_MIGRANT = "for-applicant"
    MINE = "mine"
    ALL = "all"


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


FOR_COUNSELLOR = (
    Task.CARE,
    Task.DOCUMENT,
    Task.MILESTONE,
    Task.CHECK,
    Task.PAY,
    Task.ANSWER,
    Task.REQUEST,
)
FOR_APPROVER = (Task.PLAN, Task.START, Task.MISSED, Task.SIGN)


def piles_of(viewer: Account) -> tuple[Pile, ...]:
    """The piles on this viewer's desk; the first one is what waits for them."""
    everyone = (Pile.FOR_ME, Pile.UNASSIGNED, Pile.OVERDUE, Pile.FOR_MIGRANT, Pile.MINE)
    return (Pile.TO_APPROVE, *everyone, Pile.ALL) if viewer.role is Role.APPROVER else everyone


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


@dataclass(frozen=True)
class Row:
    """One case on the desk, as a line of the queue."""

    case: Case
    name: str
    country: str | None
    counsellor: str
    tasks: Mapping[Task, int]

    @property
    def party(self) -> Party:
        """Who must act."""
        return party_of(self.case)

    @property
    def is_overdue(self) -> bool:
        """Whether its date is past."""
        return self.case.due_on is not None and self.case.due_on < today()


@dataclass(frozen=True)
class Page:
    """A part of a pile, and where it goes on (empty: this is the end)."""

    rows: Sequence[Row]
    later: str = ""


# --- What waits inside a case -------------------------------------------------------------------

Held = CareTask | DataRequest | Document | Milestone | Payment | Plan
Waiting = tuple[type[Held], ColumnElement[bool]]


def _waiting(session: Session, viewer: Account) -> dict[Task, Waiting]:
    """Where each task lies, and when it is one; nobody is asked to sign what they signed before."""
    limit = clocks.programme(session).approvals.two_approvers_above
    one_more = and_(Payment.amount > limit, Payment.second_approver_id.is_(None))
    signers = (Payment.requested_by_id, Payment.verified_by_id, Payment.approved_by_id)
    not_mine = and_(*(func.coalesce(signer, 0) != viewer.id for signer in signers))
    arrived = select(Case.id).where(Case.id == Plan.case_id, Case.state == CaseState.ARRIVED).exists()
    approved = Payment.state == PaymentState.APPROVED
    return {
        Task.CARE: (CareTask, CareTask.done_at.is_(None)),
        Task.DOCUMENT: (
            Document,
            and_(Document.state == DocumentState.WAITING, ~supplier_links.is_unconfirmed()),
        ),
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
    }


def _holds(session: Session, viewer: Account, tasks: Collection[Task]) -> ColumnElement[bool]:
    """Whether at least one of these tasks waits in a case."""
    waiting = _waiting(session, viewer)
    return or_(
        *(
            select(table.id).where(table.case_id == Case.id, condition).exists()
            for table, condition in (waiting[task] for task in tasks)
        )
    )


def tasks_of(
    session: Session, case_ids: Collection[int], *, viewer: Account
) -> Mapping[int, Mapping[Task, int]]:
    """How much of each task waits in these cases: one question to the database for all of them."""
    counted = union_all(
        *(
            select(table.case_id, literal(task.value), func.count())
            .where(table.case_id.in_(case_ids), condition)
            .group_by(table.case_id)
            for task, (table, condition) in _waiting(session, viewer).items()
        )
    )
    found: defaultdict[int, dict[Task, int]] = defaultdict(dict)
    for case_id, task, number in session.execute(counted):
        found[case_id or 0][Task(task)] = number
    return found


# --- Piles --------------------------------------------------------------------------------------


def _states_for(party: Party) -> list[CaseState]:
    return [state for state, wait in WAITS.items() if wait.party is party]


def _to_approve(session: Session, viewer: Account) -> ColumnElement[bool]:
    proposed = and_(Case.state == CaseState.PROPOSED, func.coalesce(Case.proposer_id, 0) != viewer.id)
    return or_(proposed, _holds(session, viewer, FOR_APPROVER))


def _for_me(session: Session, viewer: Account) -> ColumnElement[bool]:
    mine, turn = Case.counsellor_id == viewer.id, Case.state.in_(_states_for(Party.COUNSELLOR))
    assists = and_(Case.assisted, Case.state.in_(_states_for(Party.MIGRANT)))
    talks = Case.talk_asked_at.is_not(None)
    return and_(mine, or_(turn, assists, talks, _holds(session, viewer, FOR_COUNSELLOR)))


def _for_migrant(session: Session, viewer: Account) -> ColumnElement[bool]:
    mine = Case.counsellor_id == viewer.id
    turn = and_(~Case.assisted, Case.state.in_(_states_for(Party.MIGRANT)))
    paid = select(Payment.id).where(Payment.case_id == Case.id, Payment.state == PaymentState.PAID).exists()
    offered = select(Plan.id).where(Plan.case_id == Case.id, Plan.state == PlanState.OFFERED).exists()
    asked = select(Referral.id).where(Referral.case_id == Case.id, Referral.state == ReferralState.PROPOSED)
    return and_(mine, or_(turn, paid, offered, asked.exists()))


def _overdue(session: Session, viewer: Account) -> ColumnElement[bool]:
    talk = (CareTask.case_id == Case.id, CareTask.done_at.is_(None), CareTask.due_on < today())
    return or_(Case.due_on < today(), select(CareTask.id).where(*talk).exists())


CONDITIONS: dict[Pile, Callable[[Session, Account], ColumnElement[bool]]] = {
    Pile.TO_APPROVE: _to_approve,
    Pile.FOR_ME: _for_me,
    Pile.UNASSIGNED: lambda session, viewer: Case.counsellor_id.is_(None),
    Pile.OVERDUE: _overdue,
    Pile.FOR_MIGRANT: _for_migrant,
    Pile.MINE: lambda session, viewer: Case.counsellor_id == viewer.id,
    Pile.ALL: lambda session, viewer: Case.due_on.is_not(None),
}


def _in_pile(session: Session, pile: Pile, viewer: Account) -> ColumnElement[bool]:
    # Who stopped and wants to talk about going on is on the desk again.
    is_open = or_(Case.state.not_in(OVER), Case.talk_asked_at.is_not(None))
    return and_(visible_to(viewer), is_open, CONDITIONS[pile](session, viewer))


def counts(session: Session, *, viewer: Account) -> Mapping[Pile, int]:
    """How many cases lie in each pile, MOST_COUNTED at most: one question to the database."""
    piles = piles_of(viewer)
    numbers = session.execute(
        select(
            *(
                select(func.count())
                .select_from(
                    select(Case.id).where(_in_pile(session, pile, viewer)).limit(MOST_COUNTED).subquery()
                )
                .scalar_subquery()
                for pile in piles
            )
        )
    ).one()
    return dict(zip(piles, numbers, strict=True))


def queue(session: Session, pile: Pile, *, viewer: Account, after: str = "") -> Page:
    """LIMIT cases of a pile, the most urgent first, behind `after` (the `later` of the page before).

    Raises NotFound for a pile that is not on this desk, and for an `after` that no page said.
    """
    if pile not in piles_of(viewer):
        raise NotFound(pile)
    wanted = [_in_pile(session, pile, viewer), *_behind(after)]
    return _page(session, wanted, viewer)


def find(session: Session, text: str, *, viewer: Account) -> Page:
    """The cases with this reference, or of people of this name in any spelling; ended ones too."""
    try:
        wanted: list[ColumnElement[bool]] = [Case.reference == cases.read_reference(text)]
    except NotFound:
        wanted = [Case.id.in_(found) for found in search.case_ids(text)] or [false()]
    return _page(session, [visible_to(viewer), *wanted], viewer)


def _behind(after: str) -> list[ColumnElement[bool]]:
    if not after:
        return []
    try:
        day_text, number_text = after.split(".")
        day, number = date.fromisoformat(day_text), int(number_text)
    except ValueError:
        raise NotFound(after) from None
    if not 0 <= number < 2**63:
        raise NotFound(after)
    return [Case.due_on >= day, or_(Case.due_on > day, Case.id > number)]


def _page(session: Session, wanted: Sequence[ColumnElement[bool]], viewer: Account) -> Page:
    found = session.execute(
        select(Case, Person, Application.country)
        .join(Person, and_(Person.case_id == Case.id, Person.relation.is_(None)))
        .join(Application, Application.case_id == Case.id)
        .where(*wanted)
        .order_by(Case.due_on, Case.id)
        .limit(LIMIT + 1)
    ).all()
    shown = found[:LIMIT]
    tasks = tasks_of(session, [case.id for case, *_ in shown], viewer=viewer)
    staff = accounts.names(session, [case.counsellor_id for case, *_ in shown])
    rows = [
        Row(
            case, principal.full_name, country, staff.get(case.counsellor_id or 0, ""), tasks.get(case.id, {})
        )
        for case, principal, country in shown
    ]
    last = shown[-1][0] if len(found) > LIMIT else None
    return Page(rows, f"{last.due_on}.{last.id}" if last else "")


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
