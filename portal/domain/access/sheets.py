"""Code sheets: ten codes on paper for somebody without a smartphone, made by a counsellor they sit before."""

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now
from portal.domain import accounts, cases
from portal.domain.access import factors, sign_in
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import FOR_THEMSELVES, Act, require
from portal.domain.throttle import MOST_FAILURES
from portal.sealing import SealedText

REQUEST_LASTS = timedelta(days=7)
APPROVAL_LASTS = timedelta(hours=24)
FEW = 2
"""So many codes left, or fewer, and it is time for another sheet."""


class Identity(enum.StrEnum):
    """How the counsellor made sure who is before her."""

    DOCUMENT = "document"
    KNOWN = "known"
    ANSWERS = "answers"


class Why(enum.StrEnum):
    """Why somebody who has a way to sign in needs another sheet."""

    LOST = "lost"
    USED_UP = "used_up"
    PHONE_LOST = "phone_lost"
    OTHER = "other"


class SheetState(enum.StrEnum):
    """How far a code sheet has come."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    PRINTED = "printed"
    EXPIRED = "expired"


class Sheet(Base):
    """One counsellor asks for a sheet for one person; it is printed once.

    `decided_by_id` is the colleague who approved or refused it; nobody, for the first sheet of an account
    that cannot be entered without one. `why` is empty for that one, too.
    """

    __tablename__ = "sheets"
    __table_args__ = (
        Index("ix_sheets_of_account", "account_id", "state"),
        Index("ix_sheets_by_state", "state", "asked_at"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    identity: Mapped[Identity] = mapped_column()
    why: Mapped[Why | None] = mapped_column()
    words = SealedText()
    state: Mapped[SheetState] = mapped_column(default=SheetState.ASKED)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column()
    refusal = SealedText()
    printed_at: Mapped[datetime | None] = mapped_column()
    factor_id: Mapped[int | None] = mapped_column(ForeignKey("factors.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def ends_at(self) -> datetime:
        """When it is too late for the next step."""
        if self.state is SheetState.APPROVED and self.decided_at is not None:
            return self.decided_at + APPROVAL_LASTS
        return self.asked_at + REQUEST_LASTS

    @property
    def standing(self) -> SheetState:
        """How far it has come, also when the clock has not been round yet."""
        is_open = self.state in (SheetState.ASKED, SheetState.APPROVED)
        return SheetState.EXPIRED if is_open and self.ends_at <= now() else self.state


# --- For whom --------------------------------------------------------------------------------------


def person(session: Session, typed: str, *, by: Account) -> Account:
    """The person with this sign-in name or case reference.

    Raises NotFound alike for nobody, for staff, for an account that is closed or stopped, and for somebody
    whose case does not exist for `by`.
    """
    require(by.role, Act.SHEET_ASK)
    account = accounts.by_login(session, typed) or _by_reference(session, typed, by)
    if account is None or not _is_for(session, account, by):
        raise NotFound("person")
    return account


def _by_reference(session: Session, typed: str, by: Account) -> Account | None:
    try:
        case = cases.find(session, typed, viewer=by)
    except NotFound:
        return None
    return session.get(Account, case.migrant_id)


def _is_for(session: Session, account: Account, by: Account) -> bool:
    """Whether `by` may have a sheet made for this account."""
    if account.role not in FOR_THEMSELVES or account.state is not AccountState.ACTIVE:
        return False
    sent = (
        select(Case.id, cases.visible_to(by))
        .where(Case.migrant_id == account.id, Case.submitted_at.is_not(None))
        .order_by(Case.submitted_at.desc(), Case.id.desc())
        .limit(1)
    )
    last = session.execute(sent).first()
    return last is None or bool(last[1])


def needs_second(session: Session, account: Account) -> bool:
    """Whether a colleague must approve: always but for the first sheet of who has no other way to sign in.

    Such an account has never been entered, and whoever knows its password could set up an app instead.
    """
    sheets = (Factor.account_id == account.id, Factor.kind == FactorKind.SHEET)
    had_one = session.scalar(select(Factor.id).where(*sheets).limit(1)) is not None
    return had_one or factors.has_any(session, account)


def account_of(session: Session, sheet: Sheet) -> Account:
    """Whose sheet it is."""
    return session.get_one(Account, sheet.account_id)


# --- Asked, decided, printed -----------------------------------------------------------------------


def ask(
    session: Session,
    account: Account,
    identity: Identity,
    *,
    why: Why | None = None,
    words: str = "",
    by: Account,
) -> Sheet:
    """Ask for a sheet for somebody who is here; a first one counts as approved. The caller commits.

    Raises Refused without a reason for a further one, while another one is asked for, and for an account
    that only recovery opens.
    """
    require(by.role, Act.SHEET_ASK)
    _lock(session, account)
    if not _is_for(session, account, by):
        raise NotFound("person")
    needs = needs_second(session, account)
    if reasons := _in_the_way(session, account, is_explained=_explains(why, words) or not needs):
        raise Refused(reasons)
    sheet = Sheet(
        account_id=account.id,
        asked_by_id=by.id,
        identity=identity,
        why=why if needs else None,
        words=words.strip(),
    )
    if not needs:
        sheet.state, sheet.decided_at = SheetState.APPROVED, now()
    session.add(sheet)
    session.flush()
    accounts.write_down(session, Act.SHEET_ASK, account, by=by, words=" ".join(filter(None, (identity, why))))
    return sheet


def _explains(why: Why | None, words: str) -> bool:
    return bool(words.strip()) if why is Why.OTHER else why is not None


def _in_the_way(session: Session, account: Account, *, is_explained: bool) -> list[Reason]:
    found = {
        Reason.REASON_MISSING: not is_explained,
        Reason.RECOVERY_ONLY: account.failures >= MOST_FAILURES,
        Reason.SHEET_OPEN: open_of(session, account) is not None,
    }
    return [reason for reason, stands in found.items() if stands]


def approve(session: Session, sheet: Sheet, *, by: Account) -> None:
    """A colleague agrees: who asked may make the sheet within 24 hours. Raises Refused for one's own."""
    account = _to_decide(session, sheet, Act.SHEET_APPROVE, by)
    sheet.state, sheet.decided_by_id, sheet.decided_at = SheetState.APPROVED, by.id, now()
    accounts.write_down(session, Act.SHEET_APPROVE, account, by=by)


def refuse(session: Session, sheet: Sheet, words: str, *, by: Account) -> None:
    """A colleague does not agree, and says why. Raises Refused without words, and for one's own."""
    account = _to_decide(session, sheet, Act.SHEET_REFUSE, by)
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    sheet.state, sheet.decided_by_id, sheet.decided_at = SheetState.REFUSED, by.id, now()
    sheet.refusal = words.strip()
    accounts.write_down(session, Act.SHEET_REFUSE, account, by=by)


def _to_decide(session: Session, sheet: Sheet, act: Act, by: Account) -> Account:
    require(by.role, act)
    account = _standing_at(session, sheet, SheetState.ASKED)
    if sheet.asked_by_id == by.id:
        raise Refused([Reason.OWN_REQUEST])
    return account


def make_codes(session: Session, sheet: Sheet, *, by: Account) -> Sequence[str]:
    """The ten codes of an approved sheet, shown this once; the old sheet is void. The caller commits.

    Only for who asked, and only while the person's case still exists for them: NotFound otherwise. Raises
    Refused when it was made already, or is not approved (any more).
    """
    require(by.role, Act.SHEET_PRINT)
    account = _standing_at(session, sheet, SheetState.APPROVED)
    if sheet.asked_by_id != by.id or not _is_for(session, account, by):
        raise NotFound(str(sheet.id))
    is_another = needs_second(session, account)
    if is_another and sheet.decided_by_id is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    codes = factors.new_paper(session, account, FactorKind.SHEET, by=by)
    [made] = factors.of_account(session, account, FactorKind.SHEET)
    sheet.state, sheet.printed_at, sheet.factor_id = SheetState.PRINTED, now(), made.id
    if is_another:  # whoever found the old sheet may be inside
        sign_in.end_all(session, account)
    accounts.write_down(session, Act.SHEET_PRINT, account, by=by)
    return codes


def _standing_at(session: Session, sheet: Sheet, state: SheetState) -> Account:
    """The person, locked, and the sheet as it is now. Raises Refused unless it stands at `state`."""
    account = account_of(session, sheet)
    _lock(session, account)
    session.refresh(sheet)
    if sheet.standing is not state or account.state is not AccountState.ACTIVE:
        raise Refused([Reason.WRONG_STATE])
    return account


def _lock(session: Session, account: Account) -> None:
    # All steps of one person's sheets queue here: of two at once the second one sees what the first one did.
    session.refresh(account, with_for_update=True)


# --- Read ------------------------------------------------------------------------------------------


_IS_ASKED = and_(Sheet.state == SheetState.ASKED, Sheet.asked_at > bindparam("asked_after"))
_IS_APPROVED = and_(Sheet.state == SheetState.APPROVED, Sheet.decided_at > bindparam("approved_after"))
_IS_OPEN = or_(_IS_ASKED, _IS_APPROVED)
"""Which sheets still wait for their next step; asked with `_times`."""
_BY_OTHERS = and_(_IS_ASKED, Sheet.asked_by_id != bindparam("viewer"))
_TO_MAKE = and_(_IS_APPROVED, Sheet.asked_by_id == bindparam("viewer"))
_TO_DO = select(func.count()).where(or_(_BY_OTHERS, _TO_MAKE))


def _times() -> dict[str, datetime]:
    moment = now()
    return {"asked_after": moment - REQUEST_LASTS, "approved_after": moment - APPROVAL_LASTS}


def open_of(session: Session, account: Account) -> Sheet | None:
    """The sheet that is being asked for, for this person."""
    theirs = select(Sheet).where(Sheet.account_id == account.id, _IS_OPEN).limit(1)
    return session.scalar(theirs, _times())


def find(session: Session, sheet_id: int, *, viewer: Account) -> Sheet:
    """A sheet the viewer asked for or decided about, or can decide about now. Raises NotFound."""
    mine = or_(Sheet.asked_by_id == viewer.id, Sheet.decided_by_id == viewer.id)
    sheet = session.scalar(select(Sheet).where(Sheet.id == sheet_id, or_(mine, _IS_ASKED)), _times())
    if sheet is None:
        raise NotFound(str(sheet_id))
    return sheet


def to_decide(session: Session, viewer: Account) -> Sequence[Sheet]:
    """What colleagues ask for, the oldest first."""
    waiting = select(Sheet).where(_BY_OTHERS).order_by(Sheet.asked_at)
    return session.scalars(waiting, {"viewer": viewer.id, **_times()}).all()


def asked_by(session: Session, viewer: Account) -> Sequence[Sheet]:
    """What the viewer asked for and is not made yet, and what was refused lately; the newest first."""
    lately = and_(Sheet.state == SheetState.REFUSED, Sheet.decided_at > now() - REQUEST_LASTS)
    mine = select(Sheet).where(Sheet.asked_by_id == viewer.id, or_(_IS_OPEN, lately))
    return session.scalars(mine.order_by(Sheet.asked_at.desc()), _times()).all()


def to_do(session: Session, viewer: Account) -> int:
    """How many wait for this viewer: to be decided about, or to be made."""
    return session.scalar(_TO_DO, {"viewer": viewer.id, **_times()}) or 0


def last_codes(session: Session, factor: Factor) -> int | None:
    """How many codes are left on a sheet when they are nearly used up; None while there are enough."""
    left = factors.codes_left(session, factor)
    return left if factor.kind is FactorKind.SHEET and left <= FEW else None


# --- The clock -------------------------------------------------------------------------------------


def expire(session: Session) -> None:
    """What nobody approved within a week, or nobody printed within a day, is over."""
    for state, began, lasts in (
        (SheetState.ASKED, Sheet.asked_at, REQUEST_LASTS),
        (SheetState.APPROVED, Sheet.decided_at, APPROVAL_LASTS),
    ):
        late = (Sheet.state == state, began <= now() - lasts)
        session.execute(
            update(Sheet).where(*late).values(state=SheetState.EXPIRED, version=Sheet.version + 1)
        )
