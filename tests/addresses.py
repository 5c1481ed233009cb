"""Every address of the rooms that a partner might try, with real numbers of a case in it."""

import itertools
from collections.abc import Sequence

from flask import Flask
from werkzeug.routing import Rule

ROOMS = ["partner", "access", "documents", "plan", "letters", "migrant", "counsellor", "uploads"]


def addresses(
    app: Flask, reference: str, numbers: Sequence[int], tokens: Sequence[str]
) -> set[tuple[str, str]]:
    """(method, address) of every rule of these rooms, with every number, upload and word it takes."""
    with app.test_request_context():
        return {
            (method, address)
            for rule in app.url_map.iter_rules()
            if rule.endpoint.partition(".")[0] in ROOMS
            for address in _built(rule, reference, numbers if _is_open(rule) else numbers[-1:], tokens)
            for method in (rule.methods or set()) - {"OPTIONS"}
            if method != "HEAD" or rule.endpoint == "uploads.show"
        }


def _is_open(rule: Rule) -> bool:
    """Whether a partner enters this room with a number; of the others one address each is enough."""
    return rule.endpoint.partition(".")[0] in ("partner", "uploads")


def _built(rule: Rule, reference: str, numbers: Sequence[int], tokens: Sequence[str]) -> set[str]:
    """The rule with the same number in every place but the page of a document, which is the first."""
    found = set()
    for number, token in itertools.product(numbers, tokens):
        known = {"language": "en", "reference": reference, "token": token}
        fixed = known | ({"number": 1} if "document_id" in rule.arguments else {})
        values = [_values(rule, name, fixed, number) for name in sorted(rule.arguments)]
        for chosen in itertools.product(*values):
            if built := rule.build(dict(zip(sorted(rule.arguments), chosen, strict=True))):
                found.add(built[1])
    return found


def _values(rule: Rule, name: str, fixed: dict[str, object], number: int) -> list[object]:
    words = getattr(rule._converters[name], "items", None)
    return [fixed[name]] if name in fixed else sorted(words) if words else [number]
