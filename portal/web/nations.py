"""Lists of countries: those that are likely, and all of them to who asks."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from portal.domain.people import STATELESS
from portal.web import current
from portal.web.filters import FORMER, countries, country
from portal.web.forms import Listed

ANOTHER = "other"
"""What is chosen in a short list of countries to be shown all of them."""


def name_first(codes: Iterable[str | None]) -> None:
    """Lists of countries on this page show these too, before all are asked for: chosen elsewhere."""
    g.named_countries = frozenset(codes)


class Country(Listed):
    """A country, by its name in the language of the page; its value is the two-letter code.

    It shows those that are likely (`likely`, else the programme's, and those chosen elsewhere), and all of
    them to who asks for another one. `or_none`: somebody may also have no citizenship at all.
    """

    choices: Any

    def __init__(
        self,
        label: object,
        validators: Sequence[Any] = (),
        *,
        or_none: bool = False,
        likely: Collection[str] | None = None,
        **more: Any,
    ) -> None:
        self.likely = likely
        super().__init__(label, _countries_or_none if or_none else countries, validators, **more)

    def __call__(self, **more: object) -> Any:
        """The list, short until all of it is asked for."""
        likely = current.programme().likely_countries if self.likely is None else self.likely
        if likely and not self.is_all_asked_for:
            near = {"", self.data, STATELESS, *likely, *g.get("named_countries", ())}
            short = [one for one in self.choices if one.value in near]
            self.choices = [*short, SelectChoice(ANOTHER, _l("Another country: show all"))]
        return super().__call__(**more)

    @property
    def is_all_asked_for(self) -> bool:
        """Whether somebody did not find theirs in the short list."""
        return bool(self.data == ANOTHER)

    def pre_validate(self, form: Any) -> None:
        if self.is_all_asked_for:
            raise ValidationError(_l("Here are all countries. Choose one."))
        if self.data in FORMER:
            raise ValidationError(
                _l("This country does not exist any more. Choose the country as it is called today.")
            )
        super().pre_validate(form)


def _countries_or_none() -> list[tuple[str, str]]:
    return [*countries(), (STATELESS, country(STATELESS))]
