"""What a step of a case needs: each answers why it cannot be taken now, or None."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from portal.db import today
from portal.domain import cases, clocks, corrections, documents, journal
from portal.domain.accounts import Account
from portal.domain.applying import application, consents, signing
from portal.domain.care import agreements, care
from portal.domain.cases import Case, CaseState, ClosureReason
from portal.domain.course import (
    assessment,
    counselling,
    journey,
    travel,
    verification,
)
from portal.domain.errors import Reason
from portal.domain.papers import required
from portal.domain.permissions import Act
from portal.domain.steps import Move
from portal.domain.support import grants, plans
from portal.programme import DocumentKind, WantedBy


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


def signed(move: Move) -> Reason | None:
    """What is declared now stands above a name."""
    return None if signing.holding(move.session, move.thing) else Reason.SIGNATURE_MISSING


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


def papers_sent(move: Move) -> Reason | None:
    """Every document was sent without which the programme takes no application."""
    return _papers(move, WantedBy.SUBMITTED)


def papers_accepted(move: Move) -> Reason | None:
    """Every document was accepted without which the programme decides nothing."""
    return _papers(move, WantedBy.PROPOSED)


def papers_for_journey(move: Move) -> Reason | None:
    """Every document was accepted without which nobody travels."""
    return _papers(move, WantedBy.READY_TO_TRAVEL)


def _papers(move: Move, when: WantedBy) -> Reason | None:
    return Reason.DOCUMENTS_MISSING if required.missing(move.session, move.thing, when) else None


def assessed(move: Move) -> Reason | None:
    """Every condition was weighed, and what is proposed follows from it."""
    return next(iter(assessment.missing(move.session, move.thing)), None)


def conditions_met(move: Move) -> Reason | None:
    """Nobody is accepted against the assessment: it is weighed anew first."""
    found = assessment.latest(move.session, move.thing)
    return None if assessment.is_met(move.session, found) else Reason.CRITERIA_OPEN


def verified_to_propose(move: Move) -> Reason | None:
    """Nobody is proposed for acceptance of whom something is still to be made sure."""
    wants = assessment.recommends_acceptance(move.session, move.thing)
    return verified(move) if wants else None


def verified(move: Move) -> Reason | None:
    """Everything that the programme wants to be sure of is."""
    return Reason.VERIFICATION_OPEN if verification.open_lines(move.session, move.thing) else None


def not_own_proposal(move: Move) -> Reason | None:
    """Four eyes: neither who proposed decides, nor anybody who wrote on the assessment."""
    wrote = assessment.authors(move.session, [move.thing]).get(move.thing.id, set())
    return Reason.OWN_PROPOSAL if move.by.id in {move.thing.proposer_id, *wrote} else None


def not_decided_before(move: Move) -> Reason | None:
    """A review is for others: neither for who declined, nor for the counsellor of the first time."""
    case = move.thing
    if case.former_counsellor_id is None:
        return None
    before = {case.former_counsellor_id, journal.last_actor(move.session, case.id, Act.CASE_DECLINE)}
    return Reason.SAME_APPROVER if move.by.id in before else None


def not_the_second(session: Session, proposals: Collection[Case], by: Account) -> dict[int, list[Reason]]:
    """Why this person does not decide about each of these, by its case, as above; two questions for all."""
    wrote = assessment.authors(session, proposals)
    again = [case for case in proposals if case.former_counsellor_id]
    declined = journal.last_actors(session, [case.id for case in again], Act.CASE_DECLINE)
    found: dict[int, list[Reason]] = {}
    for case in proposals:
        is_own = by.id in {case.proposer_id, *wrote.get(case.id, ())}
        is_same = case in again and by.id in (case.former_counsellor_id, declined.get(case.id))
        told = ((is_own, Reason.OWN_PROPOSAL), (is_same, Reason.SAME_APPROVER))
        found[case.id] = [reason for is_so, reason in told if is_so]
    return found


def not_reviewed_yet(move: Move) -> Reason | None:
    """A decision is reviewed once."""
    return Reason.REVIEWED_ONCE if move.thing.former_counsellor_id else None


def checklist_done(move: Move) -> Reason | None:
    """Everybody has what the journey needs."""
    return Reason.CHECKLIST_OPEN if travel.open_items(move.session, move.thing) else None


def papers_in_hand(move: Move) -> Reason | None:
    """The travel papers that were asked for have come, and last until the arrival."""
    return journey.papers_fault(move.session, move.thing)


def counselled(move: Move) -> Reason | None:
    """Where the programme wants it, a conversation with an informed decision is written down."""
    return Reason.NOT_COUNSELLED if counselling.is_missing(move.session, move.thing) else None


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
    """The day of departure is known, past, and not before the application."""
    on = move.thing.departed_on
    if on is None:
        return Reason.DATE_MISSING
    if on > today():
        return Reason.DATE_IN_FUTURE
    return Reason.DATE_LONG_AGO if on < move.thing.applied_on else None


def not_before_journey(move: Move) -> Reason | None:
    """Nobody left before the first day of the planned journey."""
    first, on = journey.first_day(move.session, move.thing), move.thing.departed_on
    return Reason.BEFORE_JOURNEY if first and on and on < first else None


def departure_shown(move: Move) -> Reason | None:
    """Words say what shows it, or a document does."""
    is_shown = move.note or documents.is_there(move.session, move.thing, DocumentKind.DEPARTURE_PROOF)
    return None if is_shown else Reason.REASON_MISSING


def journey_missed(move: Move) -> Reason | None:
    """It is written down that the journey did not take place, and why."""
    return None if journey.was_missed_since(move.session, move.thing) else Reason.REASON_MISSING


def arrival_dated(move: Move) -> Reason | None:
    """The day of arrival is known, past, and not before the departure."""
    arrived, departed = move.thing.arrived_on, move.thing.departed_on
    if arrived is None:
        return Reason.DATE_MISSING
    if application.is_to_come(move.session, move.thing, arrived):
        return Reason.DATE_IN_FUTURE
    return Reason.DATE_TOO_EARLY if departed and arrived < departed else None


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


def completed_or_another_reason(move: Move) -> Reason | None:
    """While something of the plan is open, the reason is another than that the support is completed."""
    case = move.thing
    if case.closure_reason is not ClosureReason.COMPLETED or case.state is not CaseState.REINTEGRATION:
        return None
    return next(iter(grants.open_reasons(move.session, case)), None)


def closure_explained(move: Move) -> Reason | None:
    """A reason from the list is given."""
    return None if move.thing.closure_reason else Reason.REASON_MISSING
