"""The life of a case: a table of steps, one of clocks, and the only function that changes its state."""

import enum
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import now, today
from portal.domain import cases, clocks, corrections, documents, journal, steps
from portal.domain.accounts import Account
from portal.domain.applying import application, consents
from portal.domain.care import agreements, care
from portal.domain.cases import BEFORE_DEPARTURE, Case, ClosureReason
from portal.domain.cases import CaseState as S
from portal.domain.corrections import Correction
from portal.domain.course import departures, travel
from portal.domain.errors import Reason
from portal.domain.papers import uploads
from portal.domain.permissions import Act
from portal.domain.steps import Move, Step
from portal.domain.support import contact, grants, plans, referrals


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

# --- What a step needs --------------------------------------------------------------------------


def sections_complete(move: Move) -> Reason | None:
    """Every required question is answered."""
    found = application.answers(move.session, move.thing)
    return Reason.SECTIONS_INCOMPLETE if application.missing(found) else None


def own_or_assisted(move: Move) -> Reason | None:
    """Done by the migrant, or by the counsellor who fills in for somebody without a way in."""
    return None if cases.is_filled_in_by(move.thing, move.by) else Reason.WRONG_STATE


def guardian_named(move: Move) -> Reason | None:
    """A child alone says who its guardian is."""
    found = application.answers(move.session, move.thing)
    wants = application.Question.GUARDIAN in application.missing(found)
    return Reason.GUARDIAN_MISSING if wants else None


def consents_given(move: Move) -> Reason | None:
    """The decision is the person's own, and the portal may use the data."""
    holding = consents.given(move.session, move.thing).keys()
    return None if holding >= consents.REQUIRED else Reason.CONSENTS_MISSING


def corrections_answered(move: Move) -> Reason | None:
    """Nothing that was asked is still open."""
    return Reason.CORRECTIONS_OPEN if corrections.open_of(move.session, move.thing) else None


def correction_asked(move: Move) -> Reason | None:
    """At least one thing to change is named."""
    return None if corrections.open_of(move.session, move.thing) else Reason.CORRECTION_MISSING


def nothing_asked(move: Move) -> Reason | None:
    """Everything that was asked was taken back."""
    return Reason.CORRECTIONS_OPEN if corrections.of_round(move.session, move.thing) else None


def never_sent(move: Move) -> Reason | None:
    """Nobody but the migrant has read it."""
    return Reason.SENT_BEFORE if move.thing.submitted_at else None


def still_decided(move: Move) -> Reason | None:
    """There was time to think again, or the migrant said that it is still her decision."""
    case = move.thing
    over = clocks.is_over(move.session, "cooling_off", case.since)
    return None if over or is_confirmed(case) else Reason.COOLING_OFF


def is_confirmed(case: Case) -> bool:
    """Whether the migrant said so since everything is ready for the journey."""
    return case.confirmed_at is not None and case.confirmed_at >= case.since


def nobody_elses(move: Move) -> Reason | None:
    """Not another counsellor's case, and after a request for review not the first counsellor's."""
    if move.thing.former_counsellor_id == move.by.id:
        return Reason.SAME_COUNSELLOR
    taken = move.thing.counsellor_id not in (None, move.by.id)
    return Reason.WRONG_STATE if taken else None


def identity_known(move: Move) -> Reason | None:
    """An identity document was accepted, or the proposal says why not."""
    known = move.note or documents.identity_accepted(move.session, move.thing)
    return None if known else Reason.IDENTITY_NOT_ACCEPTED


def not_own_proposal(move: Move) -> Reason | None:
    """Four eyes: who proposed does not decide."""
    return Reason.OWN_PROPOSAL if move.thing.proposer_id == move.by.id else None


def not_reviewed_yet(move: Move) -> Reason | None:
    """A decision is reviewed once."""
    return Reason.REVIEWED_ONCE if move.thing.former_counsellor_id else None


def checklist_done(move: Move) -> Reason | None:
    """Everybody has what the journey needs."""
    return Reason.CHECKLIST_OPEN if travel.open_items(move.session, move.thing) else None


def best_for_the_child(move: Move) -> Reason | None:
    """Of every child who travels alone somebody found that the return is best for it."""
    return Reason.BEST_INTERESTS_OPEN if care.best_interests_open(move.session, move.thing) else None


def guardian_agreed(move: Move) -> Reason | None:
    """The guardian of a child who travels alone agrees."""
    is_missing = agreements.guardian_missing(move.session, move.thing)
    return Reason.GUARDIAN_NOT_AGREED if is_missing else None


def family_agreed(move: Move) -> Reason | None:
    """Every adult of the family agreed by themselves."""
    return Reason.AGREEMENT_MISSING if agreements.missing(move.session, move.thing) else None


def departure_dated(move: Move) -> Reason | None:
    """The day of departure is known and past."""
    return _past(move.thing.departed_on)


def arrival_dated(move: Move) -> Reason | None:
    """The day of arrival is known, past, and not before the departure."""
    if reason := _past(move.thing.arrived_on):
        return reason
    departed = move.thing.departed_on
    return Reason.DATE_TOO_EARLY if departed and move.thing.arrived_on < departed else None


def _past(day: date | None) -> Reason | None:
    if day is None:
        return Reason.DATE_MISSING
    return Reason.DATE_IN_FUTURE if day > today() else None


def plan_approved(move: Move) -> Reason | None:
    """There is a plan to carry out."""
    return None if plans.approved(move.session, move.thing) else Reason.PLAN_NOT_APPROVED


def milestones_settled(move: Move) -> Reason | None:
    """No milestone is open."""
    return _open(move, Reason.MILESTONES_OPEN)


def payments_received(move: Move) -> Reason | None:
    """Every payment was confirmed by the one it is for."""
    return _open(move, Reason.PAYMENTS_OPEN)


def _open(move: Move, reason: Reason) -> Reason | None:
    return reason if reason in grants.open_reasons(move.session, move.thing) else None


def nothing_questioned(move: Move) -> Reason | None:
    """No payment that the returnee asks about is left unanswered."""
    asked = grants.payments_in(move.session, move.thing, *grants.QUESTIONED)
    return Reason.PAYMENTS_OPEN if asked else None


def closure_explained(move: Move) -> Reason | None:
    """A reason from the list is given."""
    return None if move.thing.closure_reason else Reason.REASON_MISSING


# --- What else happens --------------------------------------------------------------------------


def _assign(move: Move) -> None:
    move.thing.counsellor_id = move.by.id


def _stamp(move: Move) -> None:
    move.thing.submitted_at = move.thing.submitted_at or now()


def _heed(move: Move) -> None:
    care.heed(move.session, move.thing)


def _propose(move: Move) -> None:
    move.thing.proposer_id = move.by.id


def _release(move: Move) -> None:
    move.thing.former_counsellor_id = move.thing.counsellor_id
    move.thing.counsellor_id = None


def _stop_sharing(move: Move) -> None:
    referrals.end_all(move.session, move.thing, actor=move.by.actor)


def _take_consents_back(move: Move) -> None:
    consents.settle(
        move.session, move.thing, (), consents.SHARING, language=move.by.language or "en", by=move.by
    )


def _stop_uploads(move: Move) -> None:
    uploads.end_all(move.session, move.thing)


def _send_list(move: Move) -> None:
    corrections.sent(move.session, move.thing)


def _pause_clock(move: Move) -> None:
    case = move.thing
    case.clock_left = clocks.left(move.session, "decision", case.due_on) if case.due_on else None


def _begin_anew(move: Move) -> None:
    move.thing.warned = 0


def _came_back(move: Move) -> None:
    move.thing.talk_asked_at = None


def _set_contact_date(move: Move) -> None:
    contact.settle(move.session, move.thing)


def _question_over(move: Move) -> None:
    departures.close(move.session, move.thing, "", by=move.by)


CASE_STEPS: dict[Act, Step[S]] = {
    Act.CASE_SUBMIT: Step(
        {S.DRAFT, S.NEEDS_INFO},
        S.SUBMITTED,
        needs=(own_or_assisted, sections_complete, guardian_named, consents_given, corrections_answered),
        then=(_stamp, _heed),
    ),
    Act.CASE_TAKE: Step({S.SUBMITTED}, S.IN_REVIEW, needs=(nobody_elses,), then=(_assign,)),
    Act.CASE_ASK: Step(
        {S.IN_REVIEW}, S.NEEDS_INFO, needs=(correction_asked,), then=(_pause_clock, _send_list)
    ),
    Act.CASE_RECALL: Step({S.NEEDS_INFO}, S.IN_REVIEW, needs=(nothing_asked,)),
    Act.CASE_PROPOSE: Step({S.IN_REVIEW}, S.PROPOSED, needs=(identity_known,), then=(_propose,)),
    Act.CASE_SEND_BACK: Step({S.PROPOSED}, S.IN_REVIEW, reasoned=True),
    Act.CASE_ACCEPT: Step({S.PROPOSED}, S.PREPARING, needs=(not_own_proposal,)),
    Act.CASE_DECLINE: Step({S.PROPOSED}, S.NOT_ELIGIBLE, needs=(not_own_proposal,), reasoned=True),
    Act.CASE_REQUEST_REVIEW: Step({S.NOT_ELIGIBLE}, S.SUBMITTED, needs=(not_reviewed_yet,), then=(_release,)),
    Act.CASE_CLEAR: Step(
        {S.PREPARING},
        S.READY_TO_TRAVEL,
        needs=(checklist_done, best_for_the_child, guardian_agreed, family_agreed),
    ),
    Act.CASE_UNCLEAR: Step({S.READY_TO_TRAVEL}, S.PREPARING, reasoned=True),
    Act.CASE_DEPART: Step(
        {S.READY_TO_TRAVEL},
        S.DEPARTED,
        needs=(departure_dated, still_decided, family_agreed),
        then=(_question_over,),
        reasoned=True,
    ),
    Act.CASE_ARRIVE: Step({S.DEPARTED}, S.ARRIVED, needs=(arrival_dated,), then=(_set_contact_date,)),
    Act.CASE_BEGIN: Step({S.ARRIVED}, S.REINTEGRATION, needs=(plan_approved,)),
    Act.CASE_COMPLETE: Step({S.REINTEGRATION}, S.MONITORING, needs=(milestones_settled, payments_received)),
    Act.CASE_CLOSE: Step(
        {S.ARRIVED, S.MONITORING},
        S.CLOSED,
        needs=(closure_explained, nothing_questioned),
        then=(_stop_sharing,),
    ),
    # Voluntary means: at any time before departure, without a reason.
    Act.CASE_WITHDRAW: Step(
        BEFORE_DEPARTURE,
        S.WITHDRAWN,
        needs=(own_or_assisted,),
        then=(_stop_sharing, _take_consents_back, _stop_uploads, _question_over),
    ),
    Act.CASE_RETURN_TO_US: Step(
        {S.WITHDRAWN, S.NOT_ELIGIBLE}, S.IN_REVIEW, then=(_assign, _came_back), reasoned=True
    ),
    Act.CASE_EXPIRE: Step({S.DRAFT}, S.EXPIRED),
    Act.CASE_TAKE_UP: Step({S.EXPIRED, S.WITHDRAWN}, S.DRAFT, needs=(never_sent,), then=(_begin_anew,)),
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


def depart(session: Session, case: Case, *, on: date | None, proof: str, by: Account) -> None:
    """The person left Estonia on this day; `proof` says what shows it. Raises Refused."""
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
    idle = session.scalars(select(Case).where(Case.state == S.DRAFT, Case.due_on < today())).all()
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
