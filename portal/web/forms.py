"""The engine of all forms: fields that read what people really type, in any digits, and keep it when it is wrong."""

import enum
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import phonenumbers
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.web.filters import countries
from portal.web.words import say

E = TypeVar("E", bound=enum.StrEnum)

NAME_LENGTH = 100
LINE_LENGTH = 200
TEXT_LENGTH = 4000


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the portal: protected against forgery, and never sure of its input."""

    def values(self, *names: str) -> dict[str, Any]:
        """What was read, by field; all of them but the protection, or those named."""
        return {
            field.name: field.data
            for field in self
            if field.type not in ("CSRFTokenField", "SubmitField") and (not names or field.name in names)
        }

    def accept(self, **errors: str) -> None:
        """Write faults found later, outside of the form, beside their fields."""
        for name, words in errors.items():
            self[name].errors = [*self[name].errors, words]


def needed() -> InputRequired:
    """This field must be filled in."""
    return InputRequired(_l("Please fill this in."))


def chosen() -> InputRequired:
    """One of the choices must be taken."""
    return InputRequired(_l("Please choose one."))


def _clean(text: str | None) -> str | None:
    """Composed characters, no control characters, no blanks at the ends; None for nothing."""
    if text is None:
        return None
    kept = "".join(
        one
        for one in unicodedata.normalize("NFC", text)
        if one in "\n\t" or unicodedata.category(one) != "Cc"
    )
    return kept.replace("\r\n", "\n").strip() or None


class Text(StringField):
    """One line of text, 200 characters unless told; nothing typed is None."""

    def __init__(
        self, label: object, validators: Sequence[Any] = (), *, most: int = LINE_LENGTH, **more: Any
    ) -> None:
        length = Length(max=most, message=_l("Please use at most %(max)d characters."))
        super().__init__(label, [*(validators or [Optional()]), length], filters=[_clean], **more)


class Paragraph(TextAreaField):
    """Text of several lines, 4,000 characters unless told; nothing typed is None."""

    def __init__(
        self, label: object, validators: Sequence[Any] = (), *, most: int = TEXT_LENGTH, **more: Any
    ) -> None:
        length = Length(max=most, message=_l("Please use at most %(max)d characters."))
        super().__init__(label, [*(validators or [Optional()]), length], filters=[_clean], **more)


def _member(kind: type[E]) -> Callable[[Any], E | None]:
    def read(value: Any) -> E | None:
        return kind(value) if value in list(kind) else None

    return read


class Choice(RadioField):
    """One member of an enum, as big buttons to tick."""

    def __init__(
        self,
        label: object,
        kind: type[E],
        validators: Sequence[Any] = (),
        *,
        among: Iterable[E] = (),
        **more: Any,
    ) -> None:
        members = list(among or kind)
        super().__init__(
            label,
            list(validators) or [Optional()],
            choices=[(one.value, say(one)) for one in members],
            coerce=_member(kind),
            **more,
        )

    def pre_validate(self, form: Any) -> None:
        if self.data is None and self.raw_data:
            raise ValidationError(_l("Please choose one."))
        if self.data is not None:
            super().pre_validate(form)


class Menu(SelectField):
    """One member of an enum, from a list that drops down."""

    def __init__(
        self,
        label: object,
        kind: type[E],
        validators: Sequence[Any] = (),
        *,
        among: Iterable[E] = (),
        **more: Any,
    ) -> None:
        members = list(among or kind)
        super().__init__(
            label,
            list(validators) or [Optional()],
            choices=[("", _l("Choose")), *((one.value, say(one)) for one in members)],
            coerce=_member(kind),
            validate_choice=False,
            **more,
        )


class Country(SelectField):
    """A country, by its name in the language of the page; its value is the two-letter code."""

    def __init__(self, label: object, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(
            label, list(validators) or [Optional()], choices=self._choices, coerce=self._read, **more
        )

    @staticmethod
    def _choices() -> list[tuple[str, Any]]:
        return [("", _l("Choose")), *countries()]

    @staticmethod
    def _read(value: Any) -> str | None:
        return value or None

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in dict(countries()):
            raise ValidationError(_l("Please choose a country from the list."))


class Several(SelectMultipleField):
    """Any number of members of an enum, as boxes to tick; the data is a frozenset."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: object, kind: type[E], validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(
            label,
            list(validators),
            choices=[(one.value, say(one)) for one in kind],
            validate_choice=True,
            **more,
        )
        self.kind = kind

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = frozenset(valuelist)

    def pre_validate(self, form: Any) -> None:
        if set(self.data or ()) - set(self.kind):
            raise ValidationError(_l("Please choose from the list."))


class Day(Field):
    """A date typed as day, month and year; `day`, `month`, `year` keep what was typed."""

    earliest = date(1900, 1, 1)

    def __init__(
        self,
        label: object,
        validators: Sequence[Any] = (),
        *,
        past: bool = False,
        future: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(label, list(validators), **more)
        self.past, self.future = past, future
        self.day = self.month = self.year = ""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors, self.raw_data, self.data = [], None, data
        if data is None and callable(self.default):
            self.data = self.default()
        if isinstance(self.data, date):
            self.day, self.month, self.year = (
                str(part) for part in (self.data.day, self.data.month, self.data.year)
            )
        names = [f"{self.name}-{part}" for part in ("day", "month", "year")]
        if formdata and any(name in formdata for name in names):
            self.day, self.month, self.year = (_digits(formdata.get(name, "")) for name in names)
            self.raw_data = [text for text in (self.day, self.month, self.year) if text]
            self.data = self._read()

    def _read(self) -> date | None:
        if not self.raw_data:
            return None
        try:
            return date(int(self.year), int(self.month), int(self.day))
        except ValueError:
            self.process_errors = [_l("This is not a date. Write it like 27 3 1998.")]
            return None

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        from portal.db import today  # noqa: PLC0415 - read at each call, so that tests can turn the clock

        if self.data < self.earliest or (self.past and self.data > today()):
            raise ValidationError(_l("This date cannot be right. Please check the year."))
        if self.future and self.data < today():
            raise ValidationError(_l("This date is in the past."))


def _digits(text: str) -> str:
    """What was typed, its digits of any script as 0 to 9."""
    kept = text.strip()[:10]
    return "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in kept)


class Phone(StringField):
    """A phone number in local or international form, kept as E.164."""

    def __init__(self, label: object, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, [*(validators or [Optional()]), Length(max=40)], filters=[_clean], **more)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.data or self.errors:
            return
        try:
            number = phonenumbers.parse(self.data, "EE")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(_l("This is not a phone number. Write it like +372 5123 4567."))
        self.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Amount(StringField):
    """Money typed as people type it (1 500,50); the data is in minor units, 1 to 100 million of the currency."""

    most = 10**10

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = "".join(_digits(one) for one in (valuelist or [""])[0] if not one.isspace())
        if not typed:
            return
        try:
            minor = Decimal(typed.replace(",", ".")) * 100
        except InvalidOperation:
            raise ValueError(_l("Please write an amount like 250 or 99.50.")) from None
        if not minor.is_finite() or minor != minor.to_integral_value() or not 0 < minor <= self.most:
            raise ValueError(_l("Please write an amount above 0, with at most two decimals."))
        self.data = int(minor)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(Decimal(self.data).scaleb(-2))
