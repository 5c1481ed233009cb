"""What a setting of the programme may be: texts in every language, values under a rule; and their reader."""

import dataclasses
import enum
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

LANGUAGES = ("en", "et", "ru")
"""The languages the portal speaks; every text of the programme is given in all of them."""
LETTER_LANGUAGES = ("ar",)
"""Only letters are written in these: a text of the programme may be given in them, and need not."""


class Words(dict[str, str]):
    """One text by language; a language it was not given in reads the English. Empty: not stated."""

    def __missing__(self, language: str) -> str:
        return self.get("en", "")


@dataclass(frozen=True)
class Rule:
    """What a value must fulfil, and how that is said to whoever wrote it."""

    holds: Callable[[Any], object]
    wants: str


Said = Annotated[Words, Rule(bool, "a text in every language")]
Text = Annotated[str, Rule(str.strip, "a text, not empty")]
Key = Annotated[str, Rule(re.compile(r"[a-z][a-z0-9_]{0,31}").fullmatch, "small letters, digits and _")]


class Reader:
    """Builds dataclasses from parsed TOML: their fields and types are the only description.

    Whatever does not fit is noted in `problems`, and None takes its place.
    """

    WANTS: typing.ClassVar[dict[object, str]] = {
        str: "a text",
        int: "a whole number",
        bool: "true or false",
        dict: "a table",
        list: "a list",
    }

    def __init__(self) -> None:
        self.problems: list[str] = []

    def table(self, cls: type, raw: object, key: str) -> Any:
        """An object of the dataclass `cls`, or None."""
        if not self._is(dict, raw, key):
            return None
        given = typing.cast("dict[str, object]", raw)
        hints = typing.get_type_hints(cls, include_extras=True)
        for name in sorted(given.keys() - hints.keys()):
            self._fault(_join(key, name), "there is no such setting")
        values = {}
        for entry in dataclasses.fields(cls):
            inner = _join(key, entry.name)
            if entry.name in given:
                values[entry.name] = self.value(hints[entry.name], given[entry.name], inner)
            elif entry.default is entry.default_factory is dataclasses.MISSING:
                values[entry.name] = self._fault(inner, "is missing")
        return cls(**values)

    def value(self, kind: Any, raw: object, key: str) -> Any:
        """`raw` as the type `kind`, or None."""
        if typing.get_origin(kind) is Annotated:
            plain, rule = typing.get_args(kind)
            found = self.value(plain, raw, key)
            return found if found is None or rule.holds(found) else self._fault(key, rule.wants)
        if typing.get_origin(kind) is tuple:
            return self._row(typing.get_args(kind)[0], raw, key)
        if kind is Words:
            return self._words(raw, key)
        if dataclasses.is_dataclass(kind):
            return self.table(typing.cast("type", kind), raw, key)
        if issubclass(kind, enum.StrEnum):
            known = list(kind)
            return kind(raw) if raw in known else self._fault(key, "one of " + ", ".join(known))
        return raw if self._is(kind, raw, key) else None

    def _row(self, kind: Any, raw: object, key: str) -> Any:
        if not self._is(list, raw, key):
            return None
        given = typing.cast("list[object]", raw)
        return tuple(self.value(kind, item, f"{key}.{place}") for place, item in enumerate(given, 1))

    def _words(self, raw: object, key: str) -> Words | None:
        """A text in all languages; an empty table is no text."""
        if not self._is(dict, raw, key):
            return None
        given = typing.cast("dict[str, object]", raw)
        for language in sorted(given.keys() - {*LANGUAGES, *LETTER_LANGUAGES}):
            self._fault(_join(key, language), "not a language of the portal: " + ", ".join(LANGUAGES))
        if not given:
            return Words()
        return Words(
            {
                language: self.value(Text, given.get(language, ""), _join(key, language))
                for language in (*LANGUAGES, *(one for one in LETTER_LANGUAGES if one in given))
            }
        )

    def _is(self, kind: type, raw: object, key: str) -> bool:
        if type(raw) is kind:  # not isinstance: true is no number
            return True
        self._fault(key, self.WANTS[kind])
        return False

    def _fault(self, key: str, wants: str) -> Any:
        """Note a fault; the None it gives stands for the value."""
        self.problems.append(f"{key}: {wants}" if key else wants)


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
