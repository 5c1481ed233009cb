"""Requests about one's data: correct this, delete what may be deleted; answered within a month."""

import enum
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, today
from portal.domain import accounts, cases, clocks, throttle
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.corrections import Section
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import COUNSEL, Act, require
from portal.domain.telling import notices
from portal.domain.throttle import Tried
from portal.sealing import SealedText

CLOCK = "data_request"


class RequestKind(enum.StrEnum):
    """What is asked; its value stands in addresses."""

    CORRECT = "correct"
    DELETE = "delete"


class RequestState(enum.StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    FULFILLED = "fulfilled"
    PARTLY = "partly"
    REFUSED = "refused"


ANSWERS = (RequestState.FULFILLED, RequestState.PARTLY, RequestState.REFUSED)


class DataRequest(Base):
    """One request. `case_id` is empty when there was no application yet, `section` when it is about no part.

    `words` say what is wrong, or what should go; `wish` says how it should be.
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        Index("ix_data_requests_of_account", "account_id", "id"),
        Index("ix_data_requests_of_case", "case_id", "state"),
        Index("ix_data_requests_due", "state", "due_on"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[RequestKind] = mapped_column()
    section: Mapped[Section | None] = mapped_column()
    words = SealedText()
    wish = SealedText()
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date] = mapped_column()
    state: Mapped[RequestState] = mapped_column(default=RequestState.RECEIVED)
    answer = SealedText()
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None] = mapped_column()
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is RequestState.RECEIVED

    @property
    def is_overdue(self) -> bool:
        """Whether it waits for longer than it may."""
        return self.is_open and self.due_on < today()


# --- The person's side ----------------------------------------------------------------------------


def ask(
    session: Session,
    account: Account,
    kind: RequestKind,
    *,
    section: Section | None = None,
    words: str = "",
    wish: str = "",
) -> DataRequest:
    """Ask; the same request sent twice is one. Raises Refused without words to correct by, and TooMany."""
    require(account.role, Act.DATA_REQUEST)
    words, wish = words.strip(), wish.strip()
    if kind is RequestKind.CORRECT and not (words and wish):
        raise Refused([Reason.REASON_MISSING])
    session.refresh(account, with_for_update=True)
    asked = (kind, section, words, wish)
    for one in of_account(session, account):
        if one.is_open and (one.kind, one.section, one.words, one.wish) == asked:
            return one
    throttle.count(session, Tried.DATA_REQUEST, str(account.id))
    case = cases.of_migrant(session, account)
    request = DataRequest(
        account_id=account.id,
        case_id=case and case.id,
        kind=kind,
        section=section,
        words=words,
        wish=wish,
        due_on=clocks.due(session, CLOCK),
        state=RequestState.RECEIVED,
    )
    session.add(request)
    session.flush()
    accounts.write_down(session, Act.DATA_REQUEST, account)
    return request


def of_account(session: Session, account: Account) -> Sequence[DataRequest]:
    """Everything this person asked, the newest first."""
    mine = select(DataRequest).where(DataRequest.account_id == account.id)
    return session.scalars(mine.order_by(DataRequest.id.desc())).all()


# --- The counsellor's side ------------------------------------------------------------------------


def _for(is_visible: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whose request it is to answer: the case's counsellor; anybody's while no counsellor has the case."""
    return or_(is_visible, Case.id.is_(None), Case.submitted_at.is_(None))


_TO_ANSWER = {
    role: select(func.count(DataRequest.id))
    .outerjoin(Case, Case.id == DataRequest.case_id)
    .where(_for(cases.VISIBLE[role]), DataRequest.state == RequestState.RECEIVED)
    for role in COUNSEL
}


def _answerable(viewer: Account) -> Select[DataRequest]:
    require(viewer.role, Act.DATA_REQUEST_ANSWER)
    is_mine = _for(cases.visible_to(viewer))
    return select(DataRequest).outerjoin(Case, Case.id == DataRequest.case_id).where(is_mine)


def open_for(session: Session, *, viewer: Account) -> Sequence[DataRequest]:
    """What waits for an answer by this viewer, the most urgent first."""
    wanted = _answerable(viewer).where(DataRequest.state == RequestState.RECEIVED)
    return session.scalars(wanted.order_by(DataRequest.due_on, DataRequest.id)).all()


def count_for(session: Session, *, viewer: Account) -> int:
    """How many wait for an answer by this viewer."""
    require(viewer.role, Act.DATA_REQUEST_ANSWER)
    return session.scalar(_TO_ANSWER[viewer.role], {"viewer": viewer.id}) or 0


def of_case(session: Session, case: Case) -> Sequence[DataRequest]:
    """Every request of the person of this case that was asked in it, the newest first."""
    asked = select(DataRequest).where(DataRequest.case_id == case.id)
    return session.scalars(asked.order_by(DataRequest.id.desc())).all()


def find(session: Session, request_id: int, *, viewer: Account) -> DataRequest:
    """One request that this viewer may answer, answered or not. Raises NotFound."""
    request = session.scalar(_answerable(viewer).where(DataRequest.id == request_id))
    if request is None:
        raise NotFound(str(request_id))
    return request


def case_of(session: Session, request: DataRequest, *, viewer: Account) -> Case | None:
    """The case it was asked in, if that exists for this viewer: a draft does for nobody."""
    if request.case_id is None:
        return None
    return session.scalar(select(Case).where(Case.id == request.case_id, cases.visible_to(viewer)))


def answer(session: Session, request: DataRequest, state: RequestState, words: str, *, by: Account) -> None:
    """Answer in words; the person is told that there is an answer. Raises NotAllowed, Refused."""
    require(by.role, Act.DATA_REQUEST_ANSWER)
    if not request.is_open or state not in ANSWERS:
        raise Refused([Reason.WRONG_STATE])
    if not words.strip():
        raise Refused([Reason.REASON_MISSING])
    request.state, request.answer = state, words.strip()
    request.answered_by_id, request.answered_at = by.id, now()
    # Written first: of two who answer at once the second one is told, not obeyed.
    session.flush()
    notices.note(session, Act.DATA_REQUEST_ANSWER, session.get_one(Account, request.account_id), by=by)
