"""Conversations that a counsellor owes: answers hint at fear, force or illness, or a child is alone.

Nothing here scores anybody or refuses anything. A task is read by the counsellor of the case and by
approvers, never by a partner or a manager, and the database alone does not tell what it is about.
"""

import enum
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base, asked_once, now
from portal.domain import clocks, journal, people
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import Answers, LegalStatus, NeedsAnswer, Precept, Question
from portal.domain.cases import Case
from portal.domain.choices import Home, ParentConsent, Reply
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, Role, require
from portal.sealing import Sealed, SealedText


class CareKind(enum.StrEnum):
    """What a conversation is about."""

    BEST_INTERESTS = "best_interests"
    GUARDIAN = "guardian"
    FEAR_OF_RETURN = "fear_of_return"
    FORCED_OR_CHEATED = "forced_or_cheated"
    HEALTH = "health"
    ALONE_AND_UNSAFE = "alone_and_unsafe"
    ADVICE_FIRST = "advice_first"
    IN_PERSON = "in_person"
    OTHER = "other"


class CareOutcome(enum.StrEnum):
    """What came of it."""

    TALKED = "talked"
    HELP_FOUND = "help_found"
    NOTHING_NEEDED = "nothing_needed"
    NOT_WANTED = "not_wanted"
    RETURN_IS_BEST = "return_is_best"
    RETURN_IS_NOT_BEST = "return_is_not_best"


OF_A_CHILD = (CareOutcome.RETURN_IS_BEST, CareOutcome.RETURN_IS_NOT_BEST)
"""Only an assessment of what is best for a child ends with one of these, and with no other."""


@dataclass(frozen=True)
class Hint:
    """An answer after which somebody should talk with the person."""

    question: Question
    """Where it is given: the help lines stand on this page."""
    column: str
    """Of the application, or of the people: then what anybody of them answers counts."""
    answers: Collection[Any]
    kind: CareKind

    def is_given_in(self, found: Answers) -> bool:
        """Whether one of these answers was given; of boxes to tick, whether one of them is ticked."""
        rows = [
            row for row in (found.application, found.principal, *found.family) if hasattr(row, self.column)
        ]
        given = [getattr(row, self.column) for row in rows]
        return any(not set(self.answers).isdisjoint(_each(one)) for one in given)


def _each(answer: Any) -> Collection[Any]:
    return answer if isinstance(answer, frozenset) else (answer,)


# One line for each: who answers this is talked with about that. Nothing else follows from it.
HINTS: tuple[Hint, ...] = (
    Hint(Question.NEEDS, "needs", {NeedsAnswer.YES}, CareKind.HEALTH),
    Hint(Question.AIRPORT, "airport_help", {Reply.YES}, CareKind.HEALTH),
    Hint(Question.FEAR, "fear", {Reply.YES}, CareKind.FEAR_OF_RETURN),
    Hint(Question.FORCED, "forced", {Reply.YES}, CareKind.FORCED_OR_CHEATED),
    Hint(Question.SAFE_ALONE, "safe_alone", {Reply.NO}, CareKind.ALONE_AND_UNSAFE),
    Hint(
        Question.STATUS,
        "status",
        {LegalStatus.ASYLUM_SEEKER, LegalStatus.PROTECTION, LegalStatus.TEMPORARY_PROTECTION},
        CareKind.ADVICE_FIRST,
    ),
    Hint(Question.PRECEPT, "precept", {Precept.EXPULSION_ORDER}, CareKind.ADVICE_FIRST),
    Hint(Question.APPEAL, "appeal", {Reply.YES}, CareKind.ADVICE_FIRST),
    Hint(Question.PENDING, "pending", {Reply.YES}, CareKind.ADVICE_FIRST),
    Hint(Question.DETENTION, "detained", {Reply.YES}, CareKind.ADVICE_FIRST),
    # Who would rather say it than write it is asked when and where.
    Hint(Question.NEEDS, "needs", {NeedsAnswer.IN_PERSON}, CareKind.IN_PERSON),
    Hint(Question.HOME, "home", {Home.IN_PERSON}, CareKind.IN_PERSON),
    Hint(Question.STATUS, "status", {LegalStatus.IN_PERSON}, CareKind.IN_PERSON),
    Hint(Question.PRECEPT, "precept", {Precept.IN_PERSON}, CareKind.IN_PERSON),
    Hint(Question.FAMILY, "other_parent", {ParentConsent.IN_PERSON}, CareKind.IN_PERSON),
    *(
        Hint(question, column, {Reply.IN_PERSON}, CareKind.IN_PERSON)
        for question, column in (
            (Question.SAFE_CONTACT, "safe_to_call"),
            (Question.SAFE_CONTACT, "safe_to_write"),
            (Question.APPEAL, "appeal"),
            (Question.DETENTION, "detained"),
            (Question.PENDING, "pending"),
            (Question.EARLIER, "earlier_return"),
            (Question.RIGHT_TO_LIVE, "right_to_live"),
            (Question.WAITING, "somebody_waiting"),
            (Question.FEAR, "fear"),
            (Question.LOSS, "loss_reported"),
            (Question.AIRPORT, "airport_help"),
            (Question.PLACE_TO_STAY, "place_to_stay"),
            (Question.SAFE_ALONE, "safe_alone"),
            (Question.FORCED, "forced"),
        )
    ),
)

SENSITIVE = frozenset(hint.question for hint in HINTS if hint.kind is not CareKind.IN_PERSON)
"""The questions that somebody may need to talk about before or after answering."""


class CareTask(Base):
    """One conversation that a counsellor owes the people of a case: whoever has the case has the task.

    `person_id` names a child who is alone, and nobody else. `raised_by_id` is empty when answers raised it.
    """

    __tablename__ = "care_tasks"
    __table_args__ = (
        Index("ix_care_tasks_of_case", "case_id", "done_at"),
        Index("ix_care_tasks_by_day", "done_at", "due_on"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"), index=True)
    kind = Sealed(str, CareKind, empty=CareKind.OTHER)
    raised_at: Mapped[datetime] = mapped_column(default=now)
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    due_on: Mapped[date] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    outcome = Sealed(str, CareOutcome, empty=CareOutcome.TALKED)
    note = SealedText()
    version: Mapped[int] = mapped_column()

    # Two who answer it at once: the second one is told, not obeyed.
    __mapper_args__ = {"version_id_col": version}


# Talks with a guardian, and about a child, begin with who the guardian is.
_ABOUT_A_CHILD = frozenset({CareKind.GUARDIAN, CareKind.BEST_INTERESTS})


def questions_behind(found: Answers, kind: CareKind) -> list[Question]:
    """The questions whose answers make this conversation needed, in their order, as they stand now."""
    if kind in _ABOUT_A_CHILD:
        return [Question.GUARDIAN]
    given = {hint.question for hint in HINTS if hint.kind is kind and hint.is_given_in(found)}
    return [question for question in Question if question in given]


# --- Raised ----------------------------------------------------------------------------------------


def hinted(found: Answers, question: Question | None = None) -> set[CareKind]:
    """What these answers hint at; those to one question, or all."""
    return {hint.kind for hint in HINTS if question in (None, hint.question) and hint.is_given_in(found)}


def heed(session: Session, case: Case, question: Question | None = None) -> None:
    """Raise what the answers hint at. A draft is its writer's own: nothing is raised before it is sent.

    What was talked about already is raised again only when its `question` was answered anew.
    """
    if case.submitted_at is None:
        return
    found, known = application.answers(session, case), _all(session, case)
    for kind in sorted(hinted(found, question)):
        before = [task for task in known if task.kind is kind]
        if not before or (question and all(task.done_at for task in before)):
            _raise(session, case, kind)
    for kind, person in _children(found):
        number = person.id if person else None
        if not any(task.kind is kind and task.person_id == number for task in known):
            _raise(session, case, kind, person)


application.HEEDING.append(heed)


def _children(found: Answers) -> Iterator[tuple[CareKind, Person | None]]:
    """For every child who is alone an assessment, and for all of them one talk with their guardian."""
    alone = people.minors_alone([found.principal, *found.family])
    yield from ((CareKind.BEST_INTERESTS, person) for person in alone)
    yield from ((CareKind.GUARDIAN, None) for person in alone if person.is_principal)


def _raise(
    session: Session, case: Case, kind: CareKind, person: Person | None = None, by: Account | None = None
) -> CareTask:
    task = CareTask(
        case_id=case.id,
        person_id=person.id if person else None,
        kind=kind,
        raised_by_id=by.id if by else None,
        due_on=clocks.due(session, "care"),
    )
    session.add(task)
    session.flush()
    actor = by.actor if by else journal.NOBODY
    # Which kind, the journal does not say: what it is about is not sealed there.
    journal.record(session, Act.CARE_RAISE, actor=actor, case_id=case.id, about=_label(task))
    return task


def _label(task: CareTask) -> str:
    return f"{CareTask.__tablename__}:{task.id}"


def ask(
    session: Session, case: Case, kind: CareKind, *, person: Person | None = None, by: Account
) -> CareTask:
    """A counsellor sees that somebody should talk about this; of one kind only one is open."""
    require(by.role, Act.CARE_RAISE)
    _only_for_own(case, by)
    same = (task for task in _open(session, case) if task.kind is kind)
    wanted = person.id if person else None
    found = next((task for task in same if task.person_id == wanted), None)
    return found or _raise(session, case, kind, person, by)


# --- Answered --------------------------------------------------------------------------------------


def outcomes_of(task: CareTask) -> tuple[CareOutcome, ...]:
    """What this task can end with."""
    if task.kind is CareKind.BEST_INTERESTS:
        return OF_A_CHILD
    return tuple(one for one in CareOutcome if one not in OF_A_CHILD)


def answer(
    session: Session, case: Case, task: CareTask, outcome: CareOutcome, note: str, *, by: Account
) -> None:
    """The conversation took place. Raises Refused without words, and for one that is answered already."""
    require(by.role, Act.CARE_ANSWER)
    _only_for_own(case, by)
    if task.done_at is not None or outcome not in outcomes_of(task):
        raise Refused([Reason.WRONG_STATE])
    if not note.strip():
        raise Refused([Reason.REASON_MISSING])
    _close(session, task, outcome, note.strip(), by)


def _close(session: Session, task: CareTask, outcome: CareOutcome, note: str, by: Account) -> None:
    task.outcome, task.note, task.done_at, task.done_by_id = outcome, note, now(), by.id
    session.flush()
    journal.record(session, Act.CARE_ANSWER, actor=by.actor, case_id=task.case_id, about=_label(task))


def guardian_agreed(session: Session, case: Case, *, by: Account) -> None:
    """The guardian's agreement is written down: the talk with the guardian took place."""
    for task in _open(session, case):
        if task.kind is CareKind.GUARDIAN:
            _close(session, task, CareOutcome.TALKED, "", by)


def best_interests_open(session: Session, case: Case) -> list[Person]:
    """The children who travel alone and of whom nobody has found that the return is best for them."""
    alone = people.minors_alone(people.of_case(session, case))
    last = {task.person_id: task for task in _all(session, case) if task.kind is CareKind.BEST_INTERESTS}
    return [person for person in alone if not _is_for_return(last.get(person.id))]


def _is_for_return(task: CareTask | None) -> bool:
    return task is not None and task.done_at is not None and task.outcome is CareOutcome.RETURN_IS_BEST


# --- Who reads it ----------------------------------------------------------------------------------


def may_read(case: Case, viewer: Account) -> bool:
    """Whether what was said in confidence is for this viewer: the counsellor of the case, or an approver."""
    is_counsellor = viewer.role is Role.COUNSELLOR and case.counsellor_id == viewer.id
    return is_counsellor or viewer.role is Role.APPROVER


def _only_for_own(case: Case, by: Account) -> None:
    if not may_read(case, by):
        raise NotFound(case.reference)


def of_case(session: Session, case: Case, *, viewer: Account) -> Sequence[CareTask]:
    """All tasks of a case, the open ones first, then the newest. Raises NotFound for who may not read."""
    _only_for_own(case, viewer)
    return sorted(_all(session, case), key=lambda task: (task.done_at is not None, -task.id))


def find(session: Session, case: Case, task_id: int, *, viewer: Account) -> CareTask:
    """One task of this case. Raises NotFound."""
    _only_for_own(case, viewer)
    task = session.scalar(select(CareTask).where(CareTask.id == task_id, CareTask.case_id == case.id))
    if task is None:
        raise NotFound(str(task_id))
    return task


def promised(session: Session, case: Case) -> date | None:
    """By when a counsellor talks with the people of this case: all that a migrant reads of it."""
    return min((task.due_on for task in _open(session, case)), default=None)


_OF_CASE = select(CareTask).where(CareTask.case_id == bindparam("case")).order_by(CareTask.id)


@asked_once
def _all(session: Session, case: Case) -> Sequence[CareTask]:
    return session.scalars(_OF_CASE, {"case": case.id}).all()


def _open(session: Session, case: Case) -> list[CareTask]:
    return [task for task in _all(session, case) if task.done_at is None]
