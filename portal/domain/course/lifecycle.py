"""The life of a case: a table of steps, one of clocks, and the only function that changes its state."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import now, today
from portal.domain import clocks, corrections, journal, steps
from portal.domain.accounts import Account
from portal.domain.applying import consents
from portal.domain.care import care
from portal.domain.cases import BEFORE_DEPARTURE, Case, ClosureReason
from portal.domain.cases import CaseState as S
from portal.domain.corrections import Correction
from portal.domain.course import (
    appointments,
    assessment,
    departures,
    guards,
    journey,
    letters,
    travel,
)
from portal.domain.course.journey import MissReason
from portal.domain.errors import Reason, Refused
from portal.domain.papers import uploads
from portal.domain.permissions import Act
from portal.domain.steps import Move, Step
from portal.domain.support import contact, monitoring, referrals
from portal.queue import AT_ONCE


class Party(enum.StrEnum):
    """Who must act."""

    MIGRANT = "migrant"
    COUNSELLOR = "counsellor"
    APPROVER = "approver"
    PARTNER = "partner"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Wait:
    """Who must act while a case is in a state, and by which clock of the programme."""

    party: Party
    clock: str | None = None


WAITS: dict[S, Wait] = {
    S.DRAFT: Wait(Party.MIGRANT, "draft_expiry"),
    S.SUBMITTED: Wait(Party.COUNSELLOR, "first_contact"),
    S.IN_REVIEW: Wait(Party.COUNSELLOR, "decision"),
    S.NEEDS_INFO: Wait(Party.MIGRANT, "correction"),
    S.PROPOSED: Wait(Party.APPROVER, "approval"),
    S.PREPARING: Wait(Party.COUNSELLOR, "travel"),
    S.READY_TO_TRAVEL: Wait(Party.COUNSELLOR, "departure"),
    S.DEPARTED: Wait(Party.PARTNER, "arrival"),
    S.ARRIVED: Wait(Party.PARTNER, "plan"),
    S.REINTEGRATION: Wait(Party.PARTNER, "use_support"),
    S.MONITORING: Wait(Party.COUNSELLOR, "monitoring"),
    S.CLOSED: Wait(Party.NOBODY),
    S.WITHDRAWN: Wait(Party.NOBODY),
    S.NOT_ELIGIBLE: Wait(Party.NOBODY),
    S.EXPIRED: Wait(Party.NOBODY),
}

# --- What else happens --------------------------------------------------------------------------


def _assign(move: Move) -> None:
    move.thing.counsellor_id = move.by.id


def _stamp(move: Move) -> None:
    move.thing.submitted_at = move.thing.submitted_at or now()


def _heed(move: Move) -> None:
    care.heed(move.session, move.thing)


def _propose(move: Move) -> None:
    move.thing.proposer_id = move.by.id
    assessment.propose(move.session, move.thing)


def _write(kind: letters.Kind) -> Callable[[Move], None]:
    """The letter that says what was decided, in the person's language."""

    def write(move: Move) -> None:
        letters.decision(move.session, move.thing, kind, move.note, by=move.by)

    return write


def _release(move: Move) -> None:
    move.thing.former_counsellor_id = move.thing.counsellor_id
    move.thing.counsellor_id = None


def _end_talks(move: Move) -> None:
    monitoring.end_all(move.session, move.thing)


def _stop_sharing(move: Move) -> None:
    referrals.end_all(move.session, move.thing, actor=move.by.actor)


def _take_consents_back(move: Move) -> None:
    consents.settle(
        move.session, move.thing, (), consents.SHARING, language=move.by.language or "en", by=move.by
    )


def _stop_uploads(move: Move) -> None:
    uploads.end_all(move.session, move.thing)


def _end_appointments(move: Move) -> None:
    appointments.end_all(move.session, move.thing, actor=move.by.actor)


def _send_list(move: Move) -> None:
    corrections.sent(move.session, move.thing)


def _pause_clock(move: Move) -> None:
    case = move.thing
    case.clock_left = clocks.left(move.session, "decision", case.due_on) if case.due_on else None


def _begin_anew(move: Move) -> None:
    move.thing.warned = 0


def _came_back(move: Move) -> None:
    move.thing.talk_asked_at = None


def _book_anew(move: Move) -> None:
    journey.begin_anew(move.session, move.thing)
    travel.open_again(move.session, move.thing, travel.Item.TICKET)


def _set_contact_date(move: Move) -> None:
    contact.settle(move.session, move.thing)


def _question_over(move: Move) -> None:
    departures.close(move.session, move.thing, "", by=move.by)


CASE_STEPS: dict[Act, Step[S]] = {
    Act.CASE_SUBMIT: Step(
        {S.DRAFT, S.NEEDS_INFO},
        S.SUBMITTED,
        needs=(
            guards.own_or_assisted,
            guards.sections_complete,
            guards.guardian_named,
            guards.consents_given,
            guards.signed,
            guards.corrections_answered,
            guards.papers_sent,
        ),
        then=(_stamp, _heed),
    ),
    Act.CASE_TAKE: Step({S.SUBMITTED}, S.IN_REVIEW, needs=(guards.nobody_elses,), then=(_assign,)),
    Act.CASE_ASK: Step(
        {S.IN_REVIEW}, S.NEEDS_INFO, needs=(guards.correction_asked,), then=(_pause_clock, _send_list)
    ),
    Act.CASE_RECALL: Step({S.NEEDS_INFO}, S.IN_REVIEW, needs=(guards.nothing_asked,)),
    Act.CASE_PROPOSE: Step(
        {S.IN_REVIEW},
        S.PROPOSED,
        needs=(
            guards.assessed,
            guards.verified_to_propose,
            guards.identity_known,
            guards.papers_accepted,
        ),
        then=(_propose,),
    ),
    Act.CASE_SEND_BACK: Step({S.PROPOSED}, S.IN_REVIEW, needs=(guards.not_decided_before,), reasoned=True),
    Act.CASE_ACCEPT: Step(
        {S.PROPOSED},
        S.PREPARING,
        needs=(guards.not_own_proposal, guards.not_decided_before, guards.conditions_met, guards.verified),
        then=(_write(letters.Kind.ACCEPTED),),
    ),
    Act.CASE_DECLINE: Step(
        {S.PROPOSED},
        S.NOT_ELIGIBLE,
        needs=(guards.not_own_proposal, guards.not_decided_before),
        then=(_write(letters.Kind.DECLINED),),
        reasoned=True,
    ),
    Act.CASE_REQUEST_REVIEW: Step(
        {S.NOT_ELIGIBLE},
        S.SUBMITTED,
        needs=(guards.not_reviewed_yet,),
        then=(_release, _write(letters.Kind.REVIEW)),
    ),
    Act.CASE_CLEAR: Step(
        {S.PREPARING},
        S.READY_TO_TRAVEL,
        needs=(
            guards.checklist_done,
            guards.papers_for_journey,
            guards.papers_in_hand,
            guards.counselled,
            guards.best_for_the_child,
            guards.guardian_agreed,
            guards.family_agreed,
        ),
    ),
    Act.CASE_UNCLEAR: Step({S.READY_TO_TRAVEL}, S.PREPARING, reasoned=True),
    Act.CASE_DEPART: Step(
        {S.READY_TO_TRAVEL},
        S.DEPARTED,
        needs=(
            guards.departure_dated,
            guards.not_before_journey,
            guards.departure_shown,
            guards.still_decided,
            guards.family_agreed,
        ),
        then=(_question_over,),
    ),
    # Nothing is lost: the journey is prepared again, and withdrawing stays the person's own step.
    Act.CASE_NOT_DEPARTED: Step(
        {S.READY_TO_TRAVEL}, S.PREPARING, needs=(guards.journey_missed,), then=(_book_anew,)
    ),
    Act.CASE_ARRIVE: Step({S.DEPARTED}, S.ARRIVED, needs=(guards.arrival_dated,), then=(_set_contact_date,)),
    Act.CASE_BEGIN: Step({S.ARRIVED}, S.REINTEGRATION, needs=(guards.plan_approved,)),
    Act.CASE_COMPLETE: Step(
        {S.REINTEGRATION}, S.MONITORING, needs=(guards.milestones_settled, guards.payments_received)
    ),
    Act.CASE_CLOSE: Step(
        {S.ARRIVED, S.REINTEGRATION, S.MONITORING},
        S.CLOSED,
        needs=(
            guards.closure_explained,
            guards.completed_or_another_reason,
            guards.nothing_questioned,
        ),
        then=(_stop_sharing, _end_appointments, _end_talks),
    ),
    # Voluntary means: at any time before departure, without a reason.
    Act.CASE_WITHDRAW: Step(
        BEFORE_DEPARTURE,
        S.WITHDRAWN,
        needs=(guards.own_or_assisted,),
        then=(_stop_sharing, _take_consents_back, _stop_uploads, _end_appointments, _question_over),
    ),
    Act.CASE_RETURN_TO_US: Step(
        {S.WITHDRAWN, S.NOT_ELIGIBLE}, S.IN_REVIEW, then=(_assign, _came_back), reasoned=True
    ),
    Act.CASE_EXPIRE: Step({S.DRAFT}, S.EXPIRED),
    Act.CASE_TAKE_UP: Step(
        {S.EXPIRED, S.WITHDRAWN}, S.DRAFT, needs=(guards.never_sent,), then=(_begin_anew,)
    ),
}


def advance(session: Session, case: Case, act: Act, *, by: Account, note: str = "") -> None:
    """Take `case` one step, set its clock, and write it in the journal. The caller commits.

    Raises NotAllowed when the role of `by` never takes this step, and Refused, with every reason
    at once, when it cannot be taken now.
    """
    steps.take(session, case, CASE_STEPS, act, by=by, note=note)
    _start_clock(session, case, act)


RESUMES = frozenset({Act.CASE_SUBMIT, Act.CASE_RECALL})
"""After these the clock goes on that stood still while the migrant had the case."""


def _start_clock(session: Session, case: Case, act: Act) -> None:
    clock, left = WAITS[case.state].clock, case.clock_left
    due_on = clocks.due(session, clock) if clock else None
    if left is not None and act in RESUMES:
        due_on = clocks.resumed(session, "decision", left)
    elif left is not None and act is Act.CASE_TAKE:
        due_on = case.due_on
    case.since, case.due_on = now(), due_on
    if act not in (Act.CASE_ASK, Act.CASE_SUBMIT):
        case.clock_left = None
    session.flush()  # whoever locks the case next in this transaction reads it anew


def not_departed(
    session: Session, case: Case, reason: MissReason, *, on: date | None, by: Account, note: str = ""
) -> None:
    """The person did not leave on this day: the journey is prepared again. Raises Refused."""
    if on is None or on > today():
        raise Refused([Reason.DATE_MISSING if on is None else Reason.DATE_IN_FUTURE])
    if on < case.applied_on:
        raise Refused([Reason.DATE_LONG_AGO])
    if case.state in CASE_STEPS[Act.CASE_NOT_DEPARTED].leaves:
        journey.note_missed(session, case, on, reason, note=note, by=by)
    advance(session, case, Act.CASE_NOT_DEPARTED, by=by)


def depart(session: Session, case: Case, *, on: date | None, proof: str, by: Account) -> None:
    """The person left Estonia on this day; `proof` says what shows it, or a document. Raises Refused."""
    case.departed_on = on
    advance(session, case, Act.CASE_DEPART, by=by, note=proof)


def arrive(session: Session, case: Case, *, on: date | None, by: Account, note: str = "") -> None:
    """The person arrived on this day; from then runs the time to contact the local office. Raises Refused."""
    case.arrived_on = on
    advance(session, case, Act.CASE_ARRIVE, by=by, note=note)


def take_back(session: Session, case: Case, correction: Correction, *, by: Account) -> None:
    """It need not be changed after all; with nothing else to change the case comes back. Raises Refused."""
    if corrections.take_back(session, case, correction, by=by):
        advance(session, case, Act.CASE_RECALL, by=by)


def close(session: Session, case: Case, reason: ClosureReason | None, *, by: Account, note: str = "") -> None:
    """Nothing more is to be done. Raises Refused."""
    case.closure_reason = reason
    advance(session, case, Act.CASE_CLOSE, by=by, note=note)


def expire_drafts(session: Session) -> int:
    """The clock: drafts nobody touched for the programme's time expire; how many did. Answers are kept."""
    untouched = select(Case).where(Case.state == S.DRAFT, Case.due_on < today())
    idle = session.scalars(untouched.order_by(Case.due_on).limit(AT_ONCE)).all()
    for case in idle:
        case.state = CASE_STEPS[Act.CASE_EXPIRE].enters
        _start_clock(session, case, Act.CASE_EXPIRE)
        journal.record(session, Act.CASE_EXPIRE, actor=journal.NOBODY, case_id=case.id)
    return len(idle)


def steps_for(case: Case, viewer: Account) -> list[Act]:
    """The steps this viewer could take from here."""
    return steps.open_to(case, CASE_STEPS, viewer)


def missing_for(session: Session, case: Case, act: Act, *, by: Account) -> list[Reason]:
    """Every reason why this step cannot be taken now, apart from words and dates still to be given."""
    return steps.missing(session, case, CASE_STEPS, act, by=by)
