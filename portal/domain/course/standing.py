"""Where a case stands for the one it is about: who must act, by which date, and the next thing to do."""

import enum
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from portal.db import today
from portal.domain import clocks, corrections, documents
from portal.domain.applying import application
from portal.domain.cases import ACCEPTED, AFTER_ARRIVAL, OVER, Case
from portal.domain.cases import CaseState as S
from portal.domain.course.guards import is_confirmed
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.documents import Document, DocumentState, RejectReason
from portal.domain.permissions import Role
from portal.domain.support import grants, plans, referrals
from portal.domain.support.parts import Milestone, MilestoneState, Payment, PaymentState
from portal.domain.support.plans import Plan, PlanState
from portal.domain.support.referrals import ReferralState


class Matter(enum.StrEnum):
    """What exactly a case waits for, where its state alone does not say it."""

    CORRECTION_ASKED = "correction_asked"
    ANSWERS_MISSING = "answers_missing"
    READY_TO_SEND = "ready_to_send"
    REFERRAL_ASKED = "referral_asked"
    PAYMENT_MADE = "payment_made"
    PLAN_OFFERED = "plan_offered"
    REPORT_RETURNED = "report_returned"
    DOCUMENT_REJECTED = "document_rejected"
    QUESTION_OPEN = "question_open"
    PLAN_SUBMITTED = "plan_submitted"
    REPORT_MADE = "report_made"
    PAYMENT_TO_CHECK = "payment_to_check"
    PAYMENT_TO_SIGN = "payment_to_sign"
    PAYMENT_TO_MAKE = "payment_to_make"
    PARTNER_MISSING = "partner_missing"
    PARTNER_ASKED = "partner_asked"
    PLAN_AGREED = "plan_agreed"
    PLAN_CHANGING = "plan_changing"
    PLAN_APPROVED = "plan_approved"
    PLAN_REJECTED = "plan_rejected"
    ON_THE_WAY = "on_the_way"
    ARRIVAL_SAID = "arrival_said"
    FIRST_CONTACT = "first_contact"
    STEP_PLANNED = "step_planned"
    ALL_DELIVERED = "all_delivered"
    REVIEW_POSSIBLE = "review_possible"
    REVIEWED = "reviewed"
    DRAFT_EXPIRED = "draft_expired"
    DECISION_ASKED = "decision_asked"


class Task(enum.StrEnum):
    """What the migrant can do next."""

    CORRECT = "correct"
    GO_ON = "go_on"
    SEND = "send"
    CONSENT_TO_REFERRAL = "consent_to_referral"
    CONFIRM_PAYMENT = "confirm_payment"
    READ_PLAN = "read_plan"
    REPORT_AGAIN = "report_again"
    SEND_DOCUMENT = "send_document"
    CONTACT_PARTNER = "contact_partner"
    SAY_ARRIVED = "say_arrived"
    ASK_FOR_REVIEW = "ask_for_review"
    START = "start"
    CONFIRM_DECISION = "confirm_decision"
    TAKE_UP = "take_up"


@dataclass(frozen=True)
class Todo:
    """One thing to do, and the row it is about: a correction, a payment, a plan ..."""

    task: Task
    about: Any


@dataclass(frozen=True)
class Standing:
    """Where a case stands. `matter` says it finer than the state, and `about` is the row it is about."""

    state: S
    matter: Matter | None
    about: Any
    party: Party
    due_on: date | None
    overdue: bool
    stage: int
    todo: tuple[Todo, ...]

    @property
    def task(self) -> Task | None:
        """The one next thing for the migrant; None when nothing is to be done."""
        return self.todo[0].task if self.todo else None


STAGES: dict[S, int] = {
    S.DRAFT: 0,
    S.SUBMITTED: 0,
    S.IN_REVIEW: 0,
    S.NEEDS_INFO: 0,
    S.PROPOSED: 0,
    S.PREPARING: 1,
    S.READY_TO_TRAVEL: 2,
    S.DEPARTED: 3,
    S.ARRIVED: 4,
    S.REINTEGRATION: 5,
    S.MONITORING: 6,
    S.CLOSED: 6,
    S.WITHDRAWN: 0,
    S.NOT_ELIGIBLE: 0,
    S.EXPIRED: 0,
}
"""Apply, prepare, travel, arrive, plan, receive, follow-up: which of the seven a state belongs to."""


class Facts:
    """What the rules look at in one case: each asked of the database once, and only when a rule wants it."""

    def __init__(self, session: Session, case: Case) -> None:
        self.session, self.case = session, case

    @cached_property
    def corrections(self) -> Sequence[Any]:
        """What was asked and is not answered yet."""
        return corrections.open_of(self.session, self.case)

    @cached_property
    def missing(self) -> Sequence[Any]:
        """The questions without which the application cannot be sent."""
        return application.missing(application.answers(self.session, self.case))

    @cached_property
    def referral(self) -> referrals.Referral | None:
        """The referral that is under way or holds."""
        return referrals.live(self.session, self.case)

    @cached_property
    def plan(self) -> Plan | None:
        """The version of the plan that counts now."""
        return plans.current(self.session, self.case)

    @cached_property
    def plan_to_read(self) -> Plan | None:
        """The newest version the returnee was given to read."""
        return plans.shown_to_returnee(self.session, self.case) if self.plan else None

    @cached_property
    def payments(self) -> Sequence[Payment]:
        """Every payment of the case."""
        return grants.payments_in(self.session, self.case, *PaymentState) if self.plan else []

    @cached_property
    def milestones(self) -> Sequence[Milestone]:
        """Every milestone of the case, by date."""
        return grants.milestones_in(self.session, self.case, *MilestoneState) if self.plan else []

    @cached_property
    def own_documents(self) -> Sequence[Document]:
        """What the migrant sent, apart from evidence."""
        every = documents.every(self.session, self.case)
        return [one for one in every if one.sender_role is Role.MIGRANT and one.milestone_id is None]


Find = Callable[[Facts], Sequence[Any]]
"""Looks for something finer than the state; every row it finds counts."""

# --- What there is to find ----------------------------------------------------------------------


def _case(facts: Facts) -> Sequence[Case]:
    return [facts.case]


def _missing_answer(facts: Facts) -> Sequence[Any]:
    return facts.missing[:1]


def _ready_to_send(facts: Facts) -> Sequence[Any]:
    return [] if facts.corrections or facts.missing else [facts.case]


def _referral(*states: ReferralState) -> Find:
    return lambda facts: [one for one in [facts.referral] if one and one.state in states]


def _no_partner(facts: Facts) -> Sequence[Any]:
    return [] if facts.referral else [facts.case]


def _plan(*states: PlanState) -> Find:
    return lambda facts: [one for one in [facts.plan] if one and one.state in states]


def _arrival_said(facts: Facts) -> Sequence[Case]:
    return [facts.case] if facts.case.arrival_said_on else []


def _arrival_not_said(facts: Facts) -> Sequence[Case]:
    return [] if facts.case.arrival_said_on else [facts.case]


def _no_plan_yet(facts: Facts) -> Sequence[Any]:
    return [facts.case] if facts.case.partner_id and not facts.plan_to_read else []


def _payments(*states: PaymentState) -> Find:
    return lambda facts: [one for one in facts.payments if one.state in states]


def _unsigned(facts: Facts) -> Sequence[Any]:
    return [
        one
        for one in facts.payments
        if one.state is PaymentState.VERIFIED
        or (one.state is PaymentState.APPROVED and grants.second_approval_missing(facts.session, one))
    ]


def _milestones(state: MilestoneState) -> Find:
    return lambda facts: [one for one in facts.milestones if one.state is state]


def _own_reports_returned(facts: Facts) -> Sequence[Any]:
    returned = _milestones(MilestoneState.RETURNED)(facts)
    return [one for one in returned if one.reported_by_id == facts.case.migrant_id]


def _documents_to_send_again(facts: Facts) -> Sequence[Any]:
    every = facts.own_documents
    held = {one.kind for one in every if one.state is DocumentState.ACCEPTED}
    rejected = [one for one in every if one.state is DocumentState.REJECTED and one.kind not in held]
    return [one for one in rejected if one.reject_reason is not RejectReason.DUPLICATE]


def _undecided(facts: Facts) -> Sequence[Case]:
    return [] if is_confirmed(facts.case) else [facts.case]


def _all_delivered(facts: Facts) -> Sequence[Any]:
    return [] if grants.open_reasons(facts.session, facts.case) else [facts.case]


def _never_reviewed(facts: Facts) -> Sequence[Any]:
    return [] if facts.case.former_counsellor_id else [facts.case]


# --- By when ------------------------------------------------------------------------------------


def _as_the_case(session: Session, case: Case, thing: Any) -> date | None:
    return case.due_on


def _its_own(session: Session, case: Case, thing: Any) -> date | None:
    found: date | None = thing.due_on
    return found


def _review_of_report(session: Session, case: Case, milestone: Any) -> date | None:
    return clocks.look_by(session, milestone.reported_at)


@dataclass(frozen=True)
class Rule:
    """In which states something finer is looked for, who must act when it is there, and by when."""

    states: Collection[S]
    find: Find
    party: Party | None
    """None: whoever the state of the case says."""
    task: Task | None = None
    due: Callable[[Session, Case, Any], date | None] = _as_the_case


APPLYING = (S.DRAFT, S.NEEDS_INFO)
RUNNING = tuple(state for state in S if state not in OVER)
SUPPORTED = (S.DEPARTED, S.ARRIVED, S.REINTEGRATION)

# The first rule that finds something says who must act; every task that is found can be done.
RULES: dict[Matter, Rule] = {
    Matter.CORRECTION_ASKED: Rule(
        {S.NEEDS_INFO}, lambda facts: facts.corrections, Party.MIGRANT, Task.CORRECT
    ),
    Matter.ANSWERS_MISSING: Rule(APPLYING, _missing_answer, Party.MIGRANT, Task.GO_ON),
    Matter.READY_TO_SEND: Rule(APPLYING, _ready_to_send, Party.MIGRANT, Task.SEND),
    Matter.REFERRAL_ASKED: Rule(
        ACCEPTED, _referral(ReferralState.PROPOSED), Party.MIGRANT, Task.CONSENT_TO_REFERRAL, _its_own
    ),
    # The counsellor must act; the migrant may answer, and nothing hurries her.
    Matter.DECISION_ASKED: Rule({S.READY_TO_TRAVEL}, _undecided, None, Task.CONFIRM_DECISION),
    Matter.PAYMENT_MADE: Rule(
        AFTER_ARRIVAL, _payments(PaymentState.PAID), Party.MIGRANT, Task.CONFIRM_PAYMENT, _its_own
    ),
    Matter.PLAN_OFFERED: Rule(
        AFTER_ARRIVAL, _plan(PlanState.OFFERED), Party.MIGRANT, Task.READ_PLAN, _its_own
    ),
    Matter.REPORT_RETURNED: Rule(
        AFTER_ARRIVAL, _own_reports_returned, Party.MIGRANT, Task.REPORT_AGAIN, _its_own
    ),
    Matter.DOCUMENT_REJECTED: Rule(RUNNING, _documents_to_send_again, None, Task.SEND_DOCUMENT),
    Matter.QUESTION_OPEN: Rule(AFTER_ARRIVAL, _payments(*grants.QUESTIONED), Party.COUNSELLOR, due=_its_own),
    Matter.PLAN_SUBMITTED: Rule(AFTER_ARRIVAL, _plan(PlanState.SUBMITTED), Party.APPROVER, due=_its_own),
    Matter.REPORT_MADE: Rule(
        AFTER_ARRIVAL, _milestones(MilestoneState.REPORTED), Party.COUNSELLOR, due=_review_of_report
    ),
    Matter.PAYMENT_TO_CHECK: Rule(
        AFTER_ARRIVAL, _payments(PaymentState.REQUESTED), Party.COUNSELLOR, due=_its_own
    ),
    Matter.PAYMENT_TO_SIGN: Rule(AFTER_ARRIVAL, _unsigned, Party.APPROVER, due=_its_own),
    Matter.PAYMENT_TO_MAKE: Rule(
        AFTER_ARRIVAL, _payments(PaymentState.APPROVED), Party.COUNSELLOR, due=_its_own
    ),
    Matter.PARTNER_MISSING: Rule(SUPPORTED, _no_partner, Party.COUNSELLOR),
    Matter.PARTNER_ASKED: Rule(SUPPORTED, _referral(ReferralState.SENT), Party.PARTNER, due=_its_own),
    Matter.ON_THE_WAY: Rule({S.DEPARTED}, _arrival_not_said, None, Task.SAY_ARRIVED),
    Matter.ARRIVAL_SAID: Rule({S.DEPARTED}, _arrival_said, Party.PARTNER),
    Matter.PLAN_AGREED: Rule(AFTER_ARRIVAL, _plan(PlanState.AGREED), Party.PARTNER, due=_its_own),
    Matter.PLAN_CHANGING: Rule(
        AFTER_ARRIVAL, _plan(PlanState.CHANGES_REQUESTED), Party.PARTNER, due=_its_own
    ),
    Matter.PLAN_APPROVED: Rule({S.ARRIVED}, _plan(PlanState.APPROVED), Party.APPROVER),
    Matter.PLAN_REJECTED: Rule({S.ARRIVED}, _plan(PlanState.REJECTED), Party.PARTNER),
    Matter.FIRST_CONTACT: Rule({S.ARRIVED}, _no_plan_yet, Party.PARTNER, Task.CONTACT_PARTNER),
    Matter.STEP_PLANNED: Rule(
        {S.REINTEGRATION}, _milestones(MilestoneState.PLANNED), Party.PARTNER, due=_its_own
    ),
    Matter.ALL_DELIVERED: Rule({S.REINTEGRATION}, _all_delivered, Party.COUNSELLOR),
    Matter.REVIEW_POSSIBLE: Rule({S.NOT_ELIGIBLE}, _never_reviewed, Party.NOBODY, Task.ASK_FOR_REVIEW),
    Matter.REVIEWED: Rule({S.NOT_ELIGIBLE}, _case, Party.NOBODY),
    Matter.DRAFT_EXPIRED: Rule({S.EXPIRED}, _case, Party.NOBODY, Task.TAKE_UP),
}


def standing(session: Session, case: Case) -> Standing:
    """Who must act in this case now, by when, and everything the migrant can do, the next thing first."""
    facts = Facts(session, case)
    found = [
        (matter, rule, things)
        for matter, rule in RULES.items()
        if case.state in rule.states and (things := rule.find(facts))
    ]
    party, due_on, matter, about = WAITS[case.state].party, case.due_on, None, None
    if found:
        matter, rule, (about, *_) = found[0]
        party, due_on = rule.party or party, rule.due(session, case, about)
    return Standing(
        state=case.state,
        matter=matter,
        about=about,
        party=party,
        due_on=due_on,
        overdue=due_on is not None and due_on < today(),
        stage=STAGES[case.state],
        todo=tuple(Todo(rule.task, thing) for _, rule, things in found if rule.task for thing in things),
    )
