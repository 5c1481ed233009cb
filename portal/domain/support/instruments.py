"""Sets of questions about how life is after the return: each version is a file, and never changes.

A file is portal/surveys/<key>/<version>.toml. Another question, weight or wording is another version.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portal.programme import LANGUAGES, Words

FOLDER = Path(__file__).resolve().parents[2] / "surveys"
KEY = "after-return"
"""The set of questions that is asked."""


@dataclass(frozen=True)
class Option:
    """One answer; without a value it counts for nothing."""

    key: str
    words: Words
    value: Decimal | None


@dataclass(frozen=True)
class Question:
    """One question, and how much it weighs within its dimension."""

    key: str
    dimension: str
    weight: int
    words: Words
    options: Sequence[Option]

    def option(self, key: object) -> Option | None:
        """The answer of this key."""
        return next((one for one in self.options if one.key == key), None)


@dataclass(frozen=True)
class Instrument:
    """One version of a set of questions."""

    key: str
    version: int
    name: Words
    dimensions: Mapping[str, Words]
    questions: Sequence[Question]

    def scores(self, answers: Mapping[str, str]) -> dict[str, Decimal | None]:
        """For each dimension 0 to 1, with two places; None where nothing was answered that counts."""
        return {dimension: self._score(dimension, answers) for dimension in self.dimensions}

    def _score(self, dimension: str, answers: Mapping[str, str]) -> Decimal | None:
        asked = [one for one in self.questions if one.dimension == dimension]
        found = [(one.weight, one.option(answers.get(one.key))) for one in asked]
        counted = [(weight, one.value) for weight, one in found if one and one.value is not None]
        whole = sum(weight for weight, _value in counted)
        if not whole:
            return None
        reached = sum((weight * value for weight, value in counted), Decimal(0))
        return (reached / whole).quantize(Decimal("0.01"))


def latest() -> Instrument:
    """The version that is asked now."""
    return load(KEY, max(int(path.stem) for path in (FOLDER / KEY).glob("*.toml")))


@cache
def load(key: str, version: int) -> Instrument:
    """One version, also of answers given long ago. Raises ValueError, OSError for a file that is wrong."""
    raw = tomllib.loads((FOLDER / key / f"{version}.toml").read_text("utf-8"), parse_float=Decimal)
    made = Instrument(
        key,
        version,
        _words(raw["name"]),
        {name: _words(words) for name, words in raw["dimensions"].items()},
        tuple(_question(one) for one in raw["questions"]),
    )
    _check(made)
    return made


def _question(raw: dict[str, Any]) -> Question:
    options = tuple(
        Option(one["key"], _words(one), Decimal(one["value"]) if "value" in one else None)
        for one in raw["options"]
    )
    return Question(raw["key"], raw["dimension"], raw.get("weight", 1), _words(raw), options)


def _words(raw: Mapping[str, Any]) -> Words:
    return Words({language: raw[language] for language in LANGUAGES})


def _check(made: Instrument) -> None:
    faults = [
        one.key
        for one in made.questions
        if one.dimension not in made.dimensions
        or one.weight < 1
        or len({option.key for option in one.options}) != len(one.options)
        or any(option.value is not None and not 0 <= option.value <= 1 for option in one.options)
    ]
    if faults or len({one.key for one in made.questions}) != len(made.questions):
        raise ValueError(f"{made.key} {made.version}: {', '.join(faults) or 'a key is used twice'}")
