"""How life is after the return: answers by the returnee, alone or with the partner, and what they come to."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, now, today
from portal.domain import journal
from portal.domain.accounts import Account
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act, Role, require
from portal.domain.support import instruments
from portal.domain.support.instruments import Instrument
from portal.sealing import SealedText


class Survey(Base):
    """One round of answers, with the version of the questions that was asked; the first is the baseline.

    Raw answers and what was computed from them are both kept: whoever weighs anew can.
    """

    __tablename__ = "surveys"
    __table_args__ = (UniqueConstraint("case_id", "given_on", "by_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    instrument: Mapped[str] = mapped_column(String(40))
    instrument_version: Mapped[int] = mapped_column()
    given_at: Mapped[datetime] = mapped_column(default=now)
    given_on: Mapped[date] = mapped_column(default=today)
    by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """Whose people asked; empty: she answered by herself."""
    answers = SealedText()
    """JSON: question to option."""
    scores = SealedText()
    """JSON: dimension to a number of 0 to 1 as text, or null."""

    @property
    def is_own(self) -> bool:
        """Whether the returnee answered without anybody of an organisation."""
        return self.organisation_id is None

    @property
    def asked(self) -> Instrument:
        """The questions as they were asked."""
        return instruments.load(self.instrument, self.instrument_version)

    @property
    def answered(self) -> Mapping[str, str]:
        """Question to option."""
        found: dict[str, str] = json.loads(self.answers or "{}")
        return found

    @property
    def reached(self) -> Mapping[str, Decimal | None]:
        """Dimension to a number of 0 to 1; None where nothing was answered."""
        found: dict[str, str | None] = json.loads(self.scores or "{}")
        return {name: None if value is None else Decimal(value) for name, value in found.items()}


def answer(
    session: Session, case: Case, asked: Instrument, given: Mapping[str, str | None], *, by: Account
) -> Survey:
    """Keep a round of answers; what is left out is left out. It has no effect on the support.

    Raises Refused for none at all, and for a second round by the same person on the same day.
    """
    require(by.role, Act.SURVEY_ANSWER)
    if case.state not in AFTER_ARRIVAL:
        raise Refused([Reason.WRONG_STATE])
    answers = {
        one.key: str(given[one.key]) for one in asked.questions if one.option(given.get(one.key)) is not None
    }
    if not answers:
        raise Refused([Reason.SURVEY_EMPTY])
    # The row of the case is the lock: two taps at once make one round.
    session.refresh(case, with_for_update=True)
    earlier = select(Survey.id).where(
        Survey.case_id == case.id, Survey.given_on == today(), Survey.by_id == by.id
    )
    if session.scalar(earlier) is not None:
        raise Refused([Reason.SURVEY_TODAY])
    survey = Survey(
        case_id=case.id,
        instrument=asked.key,
        instrument_version=asked.version,
        by_id=by.id,
        organisation_id=by.organisation_id,
    )
    session.add(survey)
    session.flush()
    survey.answers = json.dumps(answers)
    reached = asked.scores(answers)
    survey.scores = json.dumps(
        {name: value if value is None else str(value) for name, value in reached.items()}
    )
    session.flush()
    journal.record(session, Act.SURVEY_ANSWER, actor=by.actor, case_id=case.id, about=f"surveys:{survey.id}")
    return survey


def of_case(session: Session, case: Case, *, viewer: Account) -> Sequence[Survey]:
    """The rounds that exist for this viewer, the first one first: for a partner those it asked itself."""
    found = select(Survey).where(Survey.case_id == case.id)
    if viewer.role is Role.PARTNER:
        found = found.where(Survey.organisation_id == (viewer.organisation_id or 0))
    return session.scalars(found.order_by(Survey.given_on, Survey.id)).all()


def may_answer(session: Session, case: Case, *, by: Account) -> bool:
    """Whether this person can answer today."""
    today_by_them = select(Survey.id).where(
        Survey.case_id == case.id, Survey.given_on == today(), Survey.by_id == by.id
    )
    return case.state in AFTER_ARRIVAL and session.scalar(today_by_them) is None
