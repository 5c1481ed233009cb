"""What every question of the application has as a form: why it is asked, what follows up, how it is kept."""

import enum
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import Answers, MemberPage, Question, value_of
from portal.domain.cases import Case
from portal.domain.people import Person
from portal.web.forms import Form
from portal.web.nations import Country


@dataclass(frozen=True)
class FollowUp:
    """A field that only matters after one answer to the field before."""

    field: str
    after: str
    answer: enum.StrEnum | bool


class PageForm(Form):
    """One page about one thing."""

    why: ClassVar[LazyString]
    is_one_question: ClassVar[bool] = False
    """Whether the first field is the question itself, so that the page needs no other heading."""
    follow_ups: ClassVar[Collection[FollowUp]] = ()
    is_binding: ClassVar[bool] = False
    """Whether an answer here declares or permits something: then only a pressed button counts."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field by itself; what was not asked for cannot be wrong."""
        super().validate(extra_validators)
        for name in {*self._not_asked(), *self._not_yet_answered()}:
            self[name].errors = []
        return not self.errors

    def answers(self) -> dict[str, Any]:
        """The answers by column; what belongs to another answer than the one given is dropped."""
        return {**self.values(), **dict.fromkeys(self._not_asked())}

    def is_follow_up(self, name: str) -> bool:
        """Whether a field only matters after one answer to another."""
        return any(one.field == name for one in self.follow_ups)

    def _not_yet_answered(self) -> Iterator[str]:
        """The other fields, while somebody asks to be shown all countries."""
        lists = [field for field in self if isinstance(field, Country) and field.is_all_asked_for]
        return (field.name for field in self if lists and field not in lists)

    def _not_asked(self) -> list[str]:
        return [one.field for one in self.follow_ups if self[one.after].data != one.answer]


class QuestionForm(PageForm):
    """One question of the application."""

    @classmethod
    def filled(cls, found: Answers) -> "QuestionForm":
        """The form with what is answered so far, whatever this request sent."""
        return cls(formdata=None, obj=_Answered(found))

    def fits(self, found: Answers) -> bool:
        """Whether this goes with the other answers; what does not is written beside its field."""
        return True

    def keep(self, session: Session, case: Case, question: Question, *, by: Account) -> None:
        """Keep the answers. Raises Refused when they may not be changed now."""
        application.answer(session, case, question, self.answers(), by=by)


class MemberPageForm(PageForm):
    """One more page about a family member."""

    page: ClassVar[MemberPage]

    @classmethod
    def filled(cls, person: Person) -> "MemberPageForm":
        """The form with what is answered so far, whatever this request sent."""
        return cls(formdata=None, obj=person)


class _Answered:
    """The columns of the application and of its principal, as one thing for a form to read."""

    def __init__(self, found: Answers) -> None:
        self._found = found

    def __getattr__(self, name: str) -> object:
        return value_of(self._found, name)
