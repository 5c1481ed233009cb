"""The questions about life after the return: as a form, and what was answered as a picture and a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional, ValidationError

from portal.domain.support.instruments import Instrument
from portal.domain.support.surveys import Survey
from portal.web import current
from portal.web.forms import Form


class OneAnswer(RadioField):
    """One answer to a question, or none: nobody has to answer."""

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in {one.value for one in self.iter_choices()}:
            raise ValidationError(_l("Choose one."))


def form_of(asked: Instrument) -> Form:
    """The questions of an instrument as a form, in the language of the page."""
    language = current.language()
    fields = {
        one.key: OneAnswer(
            one.words[language],
            [Optional()],
            choices=[SelectChoice(option.key, option.words[language]) for option in one.options],
        )
        for one in asked.questions
    }
    made: Form = type("SurveyForm", (Form,), fields)()
    return made


# --- What was answered ------------------------------------------------------------------------------

WIDTH, HEIGHT = 320, 180
LEFT, RIGHT, TOP, FOOT = 40, 16, 12, 28
"""What stands around the field of the picture, in its own units."""


@dataclass(frozen=True)
class Point:
    """One mark in the picture."""

    x: int
    y: int


@dataclass(frozen=True)
class Row:
    """One dimension: its name, its scores as words, and its marks."""

    number: int
    name: str
    scores: Sequence[str]
    points: Sequence[Point]

    @property
    def path(self) -> str:
        """Its marks, joined."""
        return " ".join(f"{one.x},{one.y}" for one in self.points)


@dataclass(frozen=True)
class Tick:
    """A day below the picture."""

    x: int
    words: str


@dataclass(frozen=True)
class Chart:
    """How life went on: a picture for the eye, the same as a table for everybody."""

    rounds: Sequence[tuple[str, str]]
    """Of each round its name and its day."""
    rows: Sequence[Row]
    ticks: Sequence[Tick]
    grid: Sequence[tuple[int, str]]
    """Heights in the picture, with the number that belongs there."""


def chart(found: Sequence[Survey]) -> Chart | None:
    """The rounds as they followed on each other; None before the first.

    Each round is counted by the version that was asked; a dimension that it did not have is left out.
    """
    if not found:
        return None
    names = {key: words for one in found for key, words in one.asked.dimensions.items()}
    places = _places(len(found))
    rows = []
    for number, (key, words) in enumerate(names.items(), 1):
        reached = [one.reached.get(key) for one in found]
        points = [Point(x, _height(one)) for x, one in zip(places, reached, strict=True) if one is not None]
        rows.append(Row(number, words[current.language()], [_score(one) for one in reached], points))
    return Chart(
        rounds=[(_round(number), _day(one.given_on)) for number, one in enumerate(found)],
        rows=rows,
        ticks=[Tick(x, _short(one.given_on)) for x, one in zip(places, found, strict=True)],
        grid=[(_height(Decimal(one)), format_decimal(Decimal(one))) for one in ("0", "0.5", "1")],
    )


def _round(number: int) -> str:
    return str(_("Follow-up %(number)s", number=number) if number else _("Baseline"))


def _places(count: int) -> list[int]:
    room = WIDTH - LEFT - RIGHT
    if count == 1:
        return [LEFT + room // 2]
    return [LEFT + 12 + (room - 24) * number // (count - 1) for number in range(count)]


def _height(score: Decimal) -> int:
    return TOP + int((1 - score) * (HEIGHT - TOP - FOOT))


def _score(score: Decimal | None) -> str:
    return "–" if score is None else str(format_decimal(score, "0.00"))


def _day(day: date) -> str:
    return str(format_date(day, "long"))


def _short(day: date) -> str:
    return str(format_date(day, "d MMM"))
