"""What staff and partners do for who cannot sign in any more: vouch, sign, refuse, stop, make the code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import accounts, cases
from portal.domain.access import recovery, sign_in
from portal.domain.access.recovery import (
    STAGE_LASTS,
    TO_SIGN,
    WAITS,
    Certainty,
    Recovery,
    RecoveryState,
)
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import AT_WORK, COUNSEL, FOR_THEMSELVES, Act, Role, may, require
from portal.domain.telling import notices

# --- Vouching --------------------------------------------------------------------------------------


def may_vouch(session: Session, account: Account, *, by: Account) -> bool:
    """Whether this person may say whose account it is.

    For an applicant who works on the case, and while there is none any counsellor; for everybody else the
    manager; nobody for themselves.
    """
    if account.id == by.id or not may(by.role, Act.RECOVERY_VOUCH):
        return False
    if account.role in AT_WORK:
        return by.role is Role.MANAGER
    if by.role in COUNSEL and has_sent_nothing(session, account):
        return True
    seen = select(Case.id).where(Case.migrant_id == account.id, cases.visible_to(by))
    return session.scalar(seen.limit(1)) is not None


def has_sent_nothing(session: Session, account: Account) -> bool:
    """Whether nobody here works on a case of theirs: an applicant without one, or somebody of the family."""
    sent = (Case.migrant_id == account.id, Case.submitted_at.is_not(None))
    return account.role in FOR_THEMSELVES and session.scalar(select(Case.id).where(*sent).limit(1)) is None


def vouch(
    session: Session, number: str, account: Account, *, certainty: Certainty, words: str, by: Account
) -> Recovery:
    """Say that the person with this number is the owner of the account, and how that was made sure.

    Raises Refused, and NotFound for a request about another account, without telling whose that is.
    """
    require(by.role, Act.RECOVERY_VOUCH)
    if account.id == by.id:
        raise Refused([Reason.OWN_REQUEST])
    found = recovery.by_number(session, number)
    if found is None or found.account_id != account.id or not may_vouch(session, account, by=by):
        raise NotFound("recovery")
    if certainty is not Certainty.IN_PERSON and has_sent_nothing(session, account):
        raise Refused([Reason.NOT_IN_PERSON])
    recovery.enter(found, recovery.lock(session, found), Act.RECOVERY_VOUCH)
    found.voucher_id, found.vouched_at, found.expires_at = by.id, now(), now() + STAGE_LASTS
    found.certainty, found.words = certainty, words
    notices.note(session, Act.RECOVERY_VOUCH, account, by=by)
    return found


def vouch_here(session: Session, number: str, *, words: str, by: Account) -> Recovery:
    """Say that a person without an application is here, with a document, and has told this number.

    Raises Refused, and NotFound alike for a number nobody got and for an account that has a case.
    """
    require(by.role, Act.RECOVERY_VOUCH)
    found = recovery.by_number(session, number)
    account = found and found.account_id and session.get_one(Account, found.account_id)
    if not account or by.role not in COUNSEL or not has_sent_nothing(session, account):
        raise NotFound("recovery")
    return vouch(session, number, account, certainty=Certainty.IN_PERSON, words=words, by=by)


# --- Signing ---------------------------------------------------------------------------------------


def why_not_sign(found: Recovery, by: Account) -> Reason | None:
    """Why this person cannot sign: it is about themselves, or they have put a hand to it already."""
    if by.id == found.account_id:
        return Reason.OWN_REQUEST
    return Reason.SIGNED_ALREADY if by.id in found.involved else None


def approve(session: Session, found: Recovery, *, by: Account) -> None:
    """The first or the second signature; with the second the waiting time begins. Raises Refused."""
    require(by.role, Act.RECOVERY_APPROVE)
    account = recovery.lock(session, found)
    if reason := why_not_sign(found, by):
        raise Refused([reason])
    # The account's row is locked: of two requests about it only one gets here first.
    is_second = found.state is RecoveryState.SIGNED
    if is_second and any(one.state is RecoveryState.APPROVED for one in recovery.open_of(session, account)):
        raise Refused([Reason.RECOVERY_UNDER_WAY])
    recovery.enter(found, account, Act.RECOVERY_APPROVE)
    if not is_second:
        found.first_id, found.first_at, found.expires_at = by.id, now(), now() + STAGE_LASTS
        accounts.write_down(session, Act.RECOVERY_APPROVE, account, by=by)
        return
    found.second_id, found.second_at, found.earliest_at = by.id, now(), now() + WAITS
    found.expires_at = found.earliest_at + STAGE_LASTS
    notices.note(session, Act.RECOVERY_APPROVE, account, by=by, everywhere=True)


def refuse(session: Session, found: Recovery, words: str, *, by: Account) -> None:
    """Say no to a request that waits for a signature, and why. Raises Refused."""
    require(by.role, Act.RECOVERY_REFUSE)
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    account = recovery.lock(session, found)
    if by.id == account.id:
        raise Refused([Reason.OWN_REQUEST])
    recovery.enter(found, account, Act.RECOVERY_REFUSE)
    notices.note(session, Act.RECOVERY_REFUSE, account, by=by, words=words.strip())


# --- Stopping it, and the code ---------------------------------------------------------------------


def may_stop(session: Session, found: Recovery, *, by: Account) -> bool:
    """Whether this person may stop it: the owner, who put a hand to it, or who could vouch."""
    if by.id in (found.account_id, *found.involved):
        return True
    return may_vouch(session, recovery.owner(session, found), by=by)


def stop(session: Session, found: Recovery, *, by: Account) -> None:
    """End a request, at any time before its end. Raises NotFound for who has no part in it, and Refused."""
    require(by.role, Act.RECOVERY_STOP)
    if not may_stop(session, found, by=by):
        raise NotFound("recovery")
    recovery.stop(session, found, by=by.actor)


def make_code(session: Session, found: Recovery, *, by: Account) -> str:
    """The code that ends it: shown once, read out to the person, good once and for ten minutes.

    An older one is void. Raises NotFound for who could not vouch, and Refused.
    """
    require(by.role, Act.RECOVERY_CODE)
    account = recovery.lock(session, found)
    if not may_vouch(session, account, by=by):
        raise NotFound("recovery")
    if found.state is RecoveryState.APPROVED and not found.is_ripe:
        raise Refused([Reason.TOO_EARLY])
    recovery.enter(found, account, Act.RECOVERY_CODE)
    accounts.write_down(session, Act.RECOVERY_CODE, account, by=by)
    return recovery.new_code(found)


def freeze(session: Session, account: Account, *, by: Account) -> None:
    """Stop an account for safety: only the way back opens it again.

    Raises NotFound for who has no part in it, and Refused when it is not in use.
    """
    require(by.role, Act.ACCOUNT_FREEZE)
    if not may_vouch(session, account, by=by):
        raise NotFound("account")
    if account.state is not AccountState.ACTIVE:
        raise Refused([Reason.WRONG_STATE])
    sign_in.freeze(session, account, by=by)


# --- What they see ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """One request as staff see it: whose it is, nothing of the case.

    Its title is a reference, a colleague's name, or the sign-in name of who has no case.
    """

    recovery: Recovery
    title: str
    is_reference: bool
    names: Mapping[int, str]

    @property
    def voucher(self) -> str:
        """Who vouched."""
        return self.names.get(self.recovery.voucher_id or 0, "")

    @property
    def first(self) -> str:
        """Who gave the first signature."""
        return self.names.get(self.recovery.first_id or 0, "")


def listed(session: Session, found: Sequence[Recovery]) -> list[Listed]:
    """These requests, each with the names that belong to it."""
    ids = {one.account_id for one in found}
    owners = {one.id: one for one in session.scalars(select(Account).where(Account.id.in_(ids)))}
    by_migrant = select(Case.migrant_id, Case.reference).where(Case.migrant_id.in_(ids)).order_by(Case.id)
    references = {row[0]: row[1] for row in session.execute(by_migrant)}
    names = accounts.names(session, [hand for one in found for hand in one.involved])
    return [
        Listed(
            one,
            references.get(one.account_id or 0) or owner.name or owner.login,
            one.account_id in references,
            names,
        )
        for one in found
        if (owner := owners.get(one.account_id or 0))
    ]


def waiting(session: Session) -> list[Recovery]:
    """Requests that wait for a signature, the one that waits longest in front."""
    return _open_ones(session, *TO_SIGN)


def approved(session: Session) -> list[Recovery]:
    """Requests whose waiting time runs, or is over."""
    return _open_ones(session, RecoveryState.APPROVED)


def ripe(session: Session, viewer: Account) -> list[Recovery]:
    """Requests this viewer vouched for whose waiting time is over: the person waits for the code."""
    return [one for one in approved(session) if _is_ripe_for(viewer, one)]


def _is_ripe_for(viewer: Account, found: Recovery) -> bool:
    return found.is_ripe and found.voucher_id == viewer.id


_VOUCHED = (
    select(Recovery)
    .where(
        Recovery.state.in_((*TO_SIGN, RecoveryState.APPROVED)),
        Recovery.expires_at > bindparam("moment"),
    )
    .order_by(Recovery.id)
)


def _open_ones(session: Session, *states: RecoveryState) -> list[Recovery]:
    return [one for one in session.scalars(_VOUCHED, {"moment": now()}) if one.state in states]


def to_do(session: Session, viewer: Account) -> int:
    """How much waits for this viewer: requests to sign, codes to make, people whose account was stopped."""
    every = _open_ones(session, *TO_SIGN, RecoveryState.APPROVED)
    to_sign = sum(one.state in TO_SIGN and why_not_sign(one, viewer) is None for one in every)
    ripe_ones = sum(_is_ripe_for(viewer, one) for one in every)
    return to_sign + ripe_ones + len(frozen(session, viewer))


def find(session: Session, recovery_id: int, *, viewer: Account) -> Recovery:
    """One request that somebody vouched for, if this viewer has to do with it. Raises NotFound."""
    found = session.get(Recovery, recovery_id)
    if found is None or found.vouched_at is None:
        raise NotFound(str(recovery_id))
    if viewer.role not in COUNSEL and not may_stop(session, found, by=viewer):
        raise NotFound(str(recovery_id))
    return found


def vouched_of(session: Session, account: Account) -> list[Recovery]:
    """Open requests about this account that somebody vouched for."""
    return [one for one in recovery.open_of(session, account) if one.vouched_at is not None]


def reference_of(session: Session, account: Account, viewer: Account) -> str | None:
    """The reference of this person's latest case that the viewer sees; None for who has no case."""
    theirs = (Case.migrant_id == account.id, cases.visible_to(viewer))
    return session.scalar(select(Case.reference).where(*theirs).order_by(Case.id.desc()).limit(1))


_IS_ON_THE_WAY = (
    select(Recovery.id)
    .where(Recovery.account_id == Account.id, Recovery.vouched_at.is_not(None), *recovery.IS_OPEN)
    .exists()
)
_FROZEN = {
    role: select(Case.reference)
    .join(Account, Account.id == Case.migrant_id)
    .where(Account.state == AccountState.FROZEN, is_visible, ~_IS_ON_THE_WAY)
    .order_by(Case.id.desc())
    for role, is_visible in cases.VISIBLE.items()
}


def frozen(session: Session, viewer: Account) -> Sequence[str]:
    """References of the viewer's cases whose applicant's account was stopped for safety, the newest first.

    Not those on their way back: somebody talks to them already.
    """
    return session.scalars(_FROZEN[viewer.role], {"moment": now(), **cases.seen_by(viewer)}).all()
