"""The hand-over sheet in words: field by field in the order of the EU tool, open ones marked."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from portal.domain.cases import Case
from portal.domain.course.eu_sheet import VOLUNTARY, EuSheet, Field, Item, Moment
from portal.domain.people import Person
from portal.programme import Programme
from portal.web import current
from portal.web.dossiers import Dossier, Fact, Part, budget, in_words
from portal.web.filters import country, day
from portal.web.words import say

COUNTRIES = frozenset({Item.COUNTRY, Item.EU_COUNTRY, Item.NATIONALITY})


def dossier(case: Case, found: EuSheet, programme: Programme) -> Dossier:
    """The sheet of a case."""
    return Dossier(
        heading=_("Hand-over sheet"),
        sender=programme.organisation[current.language()],
        about=[Fact(_("Case number"), case.reference)],
        intro=_(
            "In the order in which the EU reintegration tool asks. "
            "Fields marked as open are not known to the portal yet: %(number)s.",
            number=found.open_fields,
        ),
        parts=[_part(found, moment) for moment in Moment],
    )


def _part(found: EuSheet, moment: Moment) -> Part:
    facts = [_fact(one) for one in found.parts[moment]]
    title = str(say(moment))
    if moment is Moment.PLAN:
        return _with_budget(found, title, facts)
    if moment is Moment.REPORT:
        facts += [] if found.proofs else [Fact(_("Proofs of payment"), "", is_open=True)]
        return Part(title, facts, tables=[replace(budget.proofs(found.proofs), title=_("Index of evidence"))])
    return Part(title, facts)


def _with_budget(found: EuSheet, title: str, facts: list[Fact]) -> Part:
    if found.holds is None:
        return Part(title, [*facts, Fact(_("Budget"), "", is_open=True)])
    table = replace(budget.table(found.holds, found.budget), title=_("Budget"))
    return Part(title, facts, tables=[table], note=budget.rate_note(found.holds))


def _fact(one: Field) -> Fact:
    return Fact(str(say(one.item)), _value(one.item, one.value), is_open=one.is_open)


def _value(item: Item, value: Any) -> str:
    if item in COUNTRIES:
        return country(value) if value else ""
    if item is Item.FAMILY:
        return "\n".join(_person(one) for one in value) if value else str(_("Nobody"))
    if item is Item.NEEDS and value is False:
        return str(_("None"))
    if value == VOLUNTARY:
        return str(_("Assisted voluntary return"))
    return in_words(value)


def _person(one: Person) -> str:
    known = (
        one.full_name,
        one.relation and str(say(one.relation)),
        day(one.born_on),
        one.gender and str(say(one.gender)),
        one.citizenship and country(one.citizenship),
    )
    return ", ".join(filter(None, known))
