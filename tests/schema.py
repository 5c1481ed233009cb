"""Whether a thing that was read from JSON is what a JSON schema says; what the schema uses, and no more."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
READS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}
TOLD = {"$schema", "title", "description"}
"""Keys that are for people."""


def faults(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Every place where `value` is not what `schema` says. Raises KeyError for a rule nobody here knows."""
    for rule, wanted in schema.items():
        if rule not in TOLD:
            yield from RULES[rule](value, wanted, schema, at)


def _type(value: Any, wanted: Any, schema: Any, at: str) -> Iterator[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    if not any(type(value) in TYPES[name] for name in names):  # not isinstance: true is no number
        yield f"{at}: {type(value).__name__}, not {names}"


def _properties(value: Any, wanted: Any, schema: Any, at: str) -> Iterator[str]:
    for name, inner in wanted.items():
        if isinstance(value, dict) and name in value:
            yield from faults(value[name], inner, f"{at}.{name}")


def _required(value: Any, wanted: Any, schema: Any, at: str) -> Iterator[str]:
    yield from (f"{at}.{name}: is missing" for name in wanted if name not in value)


def _more(value: Any, wanted: Any, schema: Any, at: str) -> Iterator[str]:
    for name in value.keys() - schema.get("properties", {}).keys():
        yield from (
            [f"{at}.{name}: is not known"] if wanted is False else faults(value[name], wanted, f"{at}.{name}")
        )


def _items(value: Any, wanted: Any, schema: Any, at: str) -> Iterator[str]:
    for number, one in enumerate(value if isinstance(value, list) else ()):
        yield from faults(one, wanted, f"{at}.{number}")


def _any_of(value: Any, wanted: Any, schema: Any, at: str) -> Iterator[str]:
    if all(list(faults(value, inner, at)) for inner in wanted):
        yield f"{at}: fits none"


def _format(value: Any, wanted: Any, schema: Any, at: str) -> Iterator[str]:
    try:
        READS[wanted](value or "2026-01-01")
    except ValueError:
        yield f"{at}: {value!r} is no {wanted}"


RULES = {
    "type": _type,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _more,
    "items": _items,
    "anyOf": _any_of,
    "format": _format,
    "enum": lambda value, wanted, schema, at: [] if value in wanted else [f"{at}: {value!r}"],
    "const": lambda value, wanted, schema, at: [] if value == wanted else [f"{at}: {value!r}"],
}
