"""Referrals: handing a case to a partner organisation, after the migrant read what is shared and agreed."""

import enum
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import cases, clocks, journal, steps
from portal.domain.accounts import Account, AccountState, Organisation
from portal.domain.applying import consents
from portal.domain.cases import Case, CaseState
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.domain.steps import Move, Step
from portal.domain.telling import notices
from portal.sealing import SealedText


class ReferralState(enum.StrEnum):
    """Where a referral stands. The migrant's consent sends it: there is no state between."""

    PROPOSED = "proposed"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"
    REVOKED = "revoked"
    ENDED = "ended"


REACHABLE = (CaseState.PREPARING, CaseState.READY_TO_TRAVEL, CaseState.DEPARTED, *cases.AFTER_ARRIVAL)
"""The states of a case in which an organisation may be asked to take part."""

TOLD_FOR = timedelta(days=30)
"""So long a partner reads that a referral ended."""

KNOWN = (ReferralState.SENT, ReferralState.ACCEPTED)
"""While it is so, the organisation knows of it."""
LIVE = (ReferralState.PROPOSED, ReferralState.SENT, ReferralState.ACCEPTED)


class Referral(Base):
    """One organisation asked to take over a case after return."""

    __tablename__ = "referrals"
    __table_args__ = (
        Index("ix_referrals_of_case", "case_id", "id"),
        Index("ix_referrals_to_organisation", "organisation_id", "state"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[ReferralState] = mapped_column(default=ReferralState.PROPOSED)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    consent_language: Mapped[str | None] = mapped_column(String(8))
    consented_at: Mapped[datetime | None] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column()
    due_on: Mapped[date | None] = mapped_column()
    shared_until: Mapped[date | None] = mapped_column()
    """The last day on which anything is shown to the organisation, whatever else was agreed."""
    words = SealedText()
    instruction = SealedText()
    """What the organisation must know for the journey, as an instruction: never why."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


def _case(move: Move) -> Case:
    return move.session.get_one(Case, move.thing.case_id)


def _sent(move: Move) -> None:
    referral = move.thing
    referral.consented_at = now()
    referral.consent_language = referral.consent_language or move.by.language
    referral.due_on = clocks.due(move.session, "referral_answer")
    referral.shared_until = clocks.due(move.session, "sharing")
    _settle(move, {consents.Purpose.PARTNER}, referral.consent_language)


def _accepted(move: Move) -> None:
    move.thing.decided_at, move.thing.due_on = now(), None
    _case(move).partner_id = move.thing.organisation_id


def _over(move: Move) -> None:
    move.thing.decided_at, move.thing.words, move.thing.due_on = now(), move.note, None
    case = _case(move)
    if case.partner_id == move.thing.organisation_id:
        case.partner_id = None


def _settle(move: Move, wanted: Collection[consents.Purpose], language: str) -> None:
    among = [consents.Purpose.PARTNER]
    consents.settle(move.session, _case(move), wanted, among, language=language, by=move.by)


def _taken_back(move: Move) -> None:
    _settle(move, (), move.by.language)


def _of_this_organisation(move: Move) -> Reason | None:
    # A case is shown to its own organisation only; this is the second lock on the same door.
    return None if move.by.organisation_id == move.thing.organisation_id else Reason.WRONG_STATE


REFERRAL_STEPS: dict[Act, Step[ReferralState]] = {
    Act.REFERRAL_CONSENT: Step({ReferralState.PROPOSED}, ReferralState.SENT, then=(_sent,)),
    Act.REFERRAL_REFUSE: Step({ReferralState.PROPOSED}, ReferralState.REFUSED, then=(_over,)),
    Act.REFERRAL_ACCEPT: Step(
        {ReferralState.SENT}, ReferralState.ACCEPTED, needs=(_of_this_organisation,), then=(_accepted,)
    ),
    Act.REFERRAL_DECLINE: Step(
        {ReferralState.SENT},
        ReferralState.DECLINED,
        needs=(_of_this_organisation,),
        then=(_over,),
        reasoned=True,
    ),
    Act.REFERRAL_REVOKE: Step(
        {ReferralState.SENT, ReferralState.ACCEPTED}, ReferralState.REVOKED, then=(_over, _taken_back)
    ),
    Act.REFERRAL_END: Step(LIVE, ReferralState.ENDED, then=(_over,), reasoned=True),
}


def propose(
    session: Session, case: Case, organisation: Organisation, *, by: Account, instruction: str = ""
) -> Referral:
    """Ask the migrant whether this organisation may take part; one at a time. Raises Refused."""
    require(by.role, Act.REFERRAL_PROPOSE)
    reachable = (CaseState.PREPARING, CaseState.READY_TO_TRAVEL, CaseState.DEPARTED, *cases.AFTER_ARRIVAL)
    # Two proposals at once would be two referrals: the case row is the lock.
    session.refresh(case, with_for_update=True)
    if case.state not in reachable:
        raise Refused([Reason.WRONG_STATE])
    if live(session, case):
        raise Refused([Reason.REFERRAL_OPEN])
    referral = Referral(
        case_id=case.id,
        organisation_id=organisation.id,
        proposed_by_id=by.id,
        state=ReferralState.PROPOSED,
        due_on=clocks.due(session, "correction"),
    )
    referral.instruction = instruction.strip()
    session.add(referral)
    session.flush()
    journal.record(
        session, Act.REFERRAL_PROPOSE, actor=by.actor, case_id=case.id, about=steps.label(referral)
    )
    return referral


def advance(session: Session, referral: Referral, act: Act, *, by: Account, note: str = "") -> None:
    """Take a referral one step. Raises NotAllowed, Refused."""
    steps.take(session, referral, REFERRAL_STEPS, act, by=by, note=note)


def answer(session: Session, referral: Referral, act: Act, *, language: str, by: Account) -> None:
    """The migrant's own word, after she read in `language` what is shared. Raises NotAllowed, Refused."""
    if act is Act.REFERRAL_CONSENT:
        referral.consent_language = language
    advance(session, referral, act, by=by)


def live(session: Session, case: Case) -> Referral | None:
    """The referral that is under way or holds."""
    return next((one for one, state in _every(session, case) if state in LIVE), None)


_OF_CASE = (
    select(Referral, Referral.state).where(Referral.case_id == bindparam("case")).order_by(Referral.id.desc())
)


@asked_once
def _every(session: Session, case: Case) -> Sequence[tuple[Referral, ReferralState]]:
    """Each with its state in the database: what others have just done counts, also to a row read before."""
    return [(one, state) for one, state in session.execute(_OF_CASE, {"case": case.id})]


def of_case(session: Session, case: Case) -> Sequence[Referral]:
    """Every referral of a case, the newest first."""
    return [one for one, _state in _every(session, case)]


_TO_US = (
    select(Referral, Case)
    .join(Case, Case.id == Referral.case_id)
    .where(Referral.organisation_id == bindparam("organisation"))
)
_WAITING = _TO_US.where(Referral.state == ReferralState.SENT).order_by(Referral.id)
_ENDED = _TO_US.where(
    Referral.state.in_((ReferralState.ENDED, ReferralState.REVOKED)),
    Referral.consented_at.is_not(None),
    Referral.decided_at > bindparam("since"),
).order_by(Referral.decided_at.desc())


@asked_once
def waiting_for(session: Session, viewer: Account) -> Sequence[tuple[Referral, Case]]:
    """Referrals that this partner's organisation has not answered yet, the oldest first."""
    rows = session.execute(_WAITING, {"organisation": viewer.organisation_id or 0})
    return [(referral, case) for referral, case in rows]


def find_waiting(session: Session, reference: str, *, viewer: Account) -> tuple[Referral, Case]:
    """The unanswered referral of this case to the viewer's organisation. Raises NotFound."""
    known = cases.read_reference(reference)
    found = [pair for pair in waiting_for(session, viewer) if pair[1].reference == known]
    if not found:
        raise NotFound(reference)
    return found[0]


def ended_lately(session: Session, viewer: Account) -> Sequence[tuple[Referral, Case]]:
    """Referrals to the partner's organisation that ended a short time ago, the newest first.

    Whoever ended them and why is not told: of the case there is its number, and nothing else.
    """
    asked = {"organisation": viewer.organisation_id or 0, "since": now() - TOLD_FOR}
    return [(referral, case) for referral, case in session.execute(_ENDED, asked)]


def find(session: Session, case: Case, referral_id: int) -> Referral:
    """One referral of this case. Raises NotFound."""
    referral = session.get(Referral, referral_id)
    if referral is None or referral.case_id != case.id:
        raise NotFound(str(referral_id))
    return referral


def end_all(session: Session, case: Case, *, actor: journal.Actor) -> None:
    """End every live referral of a case that stopped; the partner learns that it ended, not why."""
    referral = live(session, case)
    if referral is not None:
        if referral.state in KNOWN:
            _tell(session, referral)
        referral.state, referral.decided_at, referral.due_on = ReferralState.ENDED, now(), None
        journal.record(session, Act.REFERRAL_END, actor=actor, case_id=case.id, about=steps.label(referral))
    case.partner_id = None


def _tell(session: Session, referral: Referral) -> None:
    """Let the people of the organisation know; nobody's name goes with it: not even who stopped."""
    of_organisation = (
        Account.organisation_id == referral.organisation_id,
        Account.role == Role.PARTNER,
        Account.state == AccountState.ACTIVE,
    )
    for account in session.scalars(select(Account).where(*of_organisation).order_by(Account.id)):
        notices.note(session, Act.REFERRAL_END, account, by=journal.NOBODY)
