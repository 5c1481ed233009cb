"""All kinds of fields: they read what people really type, in any digits, and keep it when it is wrong."""

import enum
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from itertools import starmap
from typing import Any, TypeVar

import phonenumbers
from flask import request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    Field,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import Length, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, EmailInput, ListWidget, TelInput, TextArea, TimeInput

from portal import db
from portal.domain.dates import Known, PartOfDate, earliest
from portal.web import current, kept
from portal.web.words import say

E = TypeVar("E", bound=enum.StrEnum)

NAME_LENGTH = 100
LINE_LENGTH = 200
TEXT_LENGTH = 4000
CHOOSE = SelectChoice("", _l("Choose"))


class Form(FlaskForm):
    """A form of the portal: protected against forgery, and never sure of its input."""

    class Meta(FlaskForm.Meta):
        """Where the fields come from."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was posted as a form, even when that is nothing; Flask-WTF would also take JSON."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if request.method not in current.WRITING_METHODS:
                return None
            # A file in the place of a text is as good as nothing.
            files = [
                (name, file) for name, file in request.files.items(multi=True) if _takes_files(form, name)
            ]
            return CombinedMultiDict([MultiDict(files), request.form])

    def values(self, *names: str) -> dict[str, Any]:
        """What was read, by field; all of them but the protection, or those named."""
        return {
            field.name: field.data
            for field in self
            if field.type not in ("CSRFTokenField", "SubmitField") and (not names or field.name in names)
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all of it can be used; not what was kept and is only shown once more."""
        if kept.is_shown_anew():
            kept.say_so()
            return False
        return bool(super().validate(extra_validators))

    def accept(self, **errors: str | LazyString) -> None:
        """Write faults found later, outside of the form, beside their fields."""
        for name, words in errors.items():
            self[name].errors = [*self[name].errors, words]


def _takes_files(form: Any, name: str) -> bool:
    return name in form and isinstance(form[name], FileField)


class Needed:
    """Refuses a field of which nothing usable was read; a fault that is told already stays the only one."""

    field_flags = {"required": True}

    def __init__(self, words: LazyString) -> None:
        self.words = words

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if not field.data:
            raise StopValidation(self.words)


def needed() -> Needed:
    """This field must be filled in."""
    return Needed(_l("Fill this in."))


def chosen() -> Needed:
    """One of the choices must be taken."""
    return Needed(_l("Choose one."))


def ticked() -> Needed:
    """This box must be ticked."""
    return Needed(_l("Tick this box to go on."))


# Marks that turn the direction of everything behind them: in a name they could disguise it.
_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def _text(typed: str | None) -> str | None:
    """Composed characters, no control characters, no blanks at the ends; None for nothing.

    What is longer than any field takes stays as it is and is refused for its length: composing it may
    take the square of that, and the whole portal would wait.
    """
    if typed and len(typed) > 2 * TEXT_LENGTH:
        return typed
    composed = unicodedata.normalize("NFC", typed or "").translate(_TURNS)
    kept = (one for one in composed if one in "\n\t" or unicodedata.category(one) != "Cc")
    return "".join(kept).strip() or None


def _line(typed: str | None) -> str | None:
    """The same in one line, with single blanks between words."""
    return _text(" ".join((typed or "").split()))


def _at_most(characters: int) -> Length:
    return Length(max=characters, message=_l("Use at most %(max)d characters."))


class Text(StringField):
    """One line of text, 200 characters unless told; nothing typed is None."""

    data: Any

    def __init__(
        self, label: object, validators: Sequence[Any] = (), *, most: int = LINE_LENGTH, **more: Any
    ) -> None:
        super().__init__(label, [*validators, _at_most(most)], filters=[_line], **more)


class WholeText(TextArea):
    """A field that takes all that is put in: a browser would cut a long text off, and tell nobody."""

    validation_attrs = tuple(name for name in TextArea.validation_attrs if name != "maxlength")


class Paragraph(TextAreaField):
    """Text of several lines, 4,000 characters unless told; nothing typed is None."""

    widget = WholeText()

    def __init__(
        self, label: object, validators: Sequence[Any] = (), *, most: int = TEXT_LENGTH, **more: Any
    ) -> None:
        super().__init__(label, [*validators, _at_most(most)], filters=[_text], **more)


class Name(Text):
    """A name, in the letters of any language; a picture or a sign cannot stand on a ticket."""

    def __init__(self, label: object, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, validators, most=NAME_LENGTH, **more)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.errors or not self.data:
            return
        if any(unicodedata.category(one) in _NO_LETTERS for one in self.data):
            raise ValidationError(_l("Write the name in letters, without pictures or signs."))
        if not any(one.isalpha() for one in self.data):
            raise ValidationError(_l("A name has letters. Write it as it is in your document."))


# Pictures, mathematics, money, and what is no character at all.
_NO_LETTERS = frozenset({"So", "Sm", "Sc", "Co", "Cn", "Cs"})


class Password(PasswordField):
    """A password exactly as typed, blanks and all; the page never gives it back."""

    def __init__(self, label: object, validators: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(label, [*validators, _at_most(LINE_LENGTH)], **more)


class Email(Text):
    """An e-mail address; whether it is somebody's, only a letter to it can tell."""

    widget = EmailInput()

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data and not self.errors and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", self.data):
            raise ValidationError(_l("This is not an e-mail address. Write it like name@example.org."))


class Phone(Text):
    """A phone number in any digits, kept as E.164; one of Estonia, unless `abroad`, also in local form."""

    widget = TelInput()

    def __init__(
        self, label: object, validators: Sequence[Any] = (), *, abroad: bool = False, **more: Any
    ) -> None:
        super().__init__(label, validators, most=40, **more)
        self.abroad = abroad

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.data or self.errors:
            return
        try:
            number = phonenumbers.parse(self.data, None if self.abroad else "EE")
        except phonenumbers.NumberParseException as fault:
            no_country = fault.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
            if self.abroad and no_country:
                raise ValidationError(
                    _l("Write the number with + and the code of the country, like +998 90 123 45 67.")
                ) from None
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(_l("This is not a phone number. Write it like +372 5123 4567."))
        self.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _member(members: Sequence[E]) -> Callable[[Any], E | None]:
    def read(value: Any) -> E | None:
        return next((one for one in members if one == value), None)

    return read


class _OneOf(SelectField):
    """One member of an enum, None for nothing chosen; an unknown value is a fault."""

    before: tuple[SelectChoice, ...] = ()

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
        choices = [*self.before, *(SelectChoice(one.value, say(one)) for one in members)]
        super().__init__(label, validators, choices=choices, coerce=_member(members), **more)

    def pre_validate(self, form: Any) -> None:
        if self.data is None and any(self.raw_data or ()):
            raise ValidationError(_l("Choose one."))


class Choice(_OneOf, RadioField):
    """One member of an enum, as big buttons to tick."""


class Menu(_OneOf):
    """One member of an enum, from a list that drops down."""

    before = (CHOOSE,)


class Listed(SelectField):
    """One value from a list that drops down, whose names the reader's language decides; None for nothing.

    `options` gives pairs of value and name, or the same with two more: attributes, and the heading above.
    It is called for each page, when the language is known.
    `before` is what stands above them: nothing chosen.
    """

    def __init__(
        self,
        label: object,
        options: Callable[[], Iterable[tuple[Any, ...]]],
        validators: Sequence[Any] = (),
        *,
        before: SelectChoice = CHOOSE,
        **more: Any,
    ) -> None:
        super().__init__(
            label,
            validators,
            choices=lambda: [before, *starmap(SelectChoice, options())],
            coerce=lambda value: value or None,
            **more,
        )

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_l("Choose from the list."))


class Several(SelectMultipleField):
    """Any number of members of an enum, as boxes to tick; the data is a frozenset."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: object, kind: Iterable[E], validators: Sequence[Any] = (), **more: Any) -> None:
        choices = [SelectChoice(one.value, say(one)) for one in kind]
        super().__init__(label, validators, choices=choices, **more)
        self.kind = kind

    def process_data(self, value: Any) -> None:
        self.data = frozenset(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = frozenset(one for one in self.kind if one in valuelist)

    def pre_validate(self, form: Any) -> None:
        if set(self.raw_data or ()) - set(self.kind):
            raise ValidationError(_l("Choose from the list."))


class Day(Field):
    """A date typed as day, month and year; `day`, `month`, `year` keep what was typed.

    `until` tells the last day that can be right, when it is asked; with `future` no day before today is.
    `partly`: the year alone, or month and year, are enough; the data is then a `PartOfDate`.
    """

    data: Any
    earliest = date(1900, 1, 1)
    latest = date(2199, 12, 31)
    """Some papers are good until 2099, which means for ever; some clocks end with the year 9999."""

    def __init__(
        self,
        label: object,
        validators: Sequence[Any] = (),
        *,
        until: Callable[[], date] | None = None,
        future: bool = False,
        partly: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(label, validators, **more)
        self.until, self.future, self.partly = until, future, partly
        self.day = self.month = self.year = ""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        if known := self.data:
            parts = (getattr(known, part, None) for part in ("day", "month", "year"))
            self.day, self.month, self.year = (str(part or "") for part in parts)
        names = [f"{self.name}-{part}" for part in ("day", "month", "year")]
        if formdata is not None and any(name in formdata for name in names):
            self.day, self.month, self.year = (_digits(formdata.get(name, "")) for name in names)
            self.raw_data = [text for text in (self.day, self.month, self.year) if text]
            self.data = self._read()

    def _read(self) -> Known | None:
        if not self.raw_data:
            return None
        try:
            return self._known()
        except (ValueError, OverflowError):
            self.process_errors.append(self._fault())
            return None

    def _known(self) -> Known:
        if not self.partly or self.day:
            return date(int(self.year), int(self.month), int(self.day))
        part = PartOfDate(int(self.year), int(self.month) if self.month else None)
        earliest(part)  # a month that there is, of a year that there is
        return part

    def _fault(self) -> LazyString:
        if not self.partly:
            return _l("This is not a date. Write it like 27 3 1998.")
        return _l("This is not a date. Write it like 27 3 1998. If you do not know the day, write the rest.")

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            return
        first = earliest(self.data)
        last = self.until() if self.until else self.latest
        if not self.earliest <= first <= last:
            raise ValidationError(_l("This date cannot be right. Check the year."))
        if self.future and self.data < db.today():
            raise ValidationError(_l("This date is in the past."))


def _digits(typed: str) -> str:
    """What was typed, its digits of any script as 0 to 9; ten characters are enough for any date."""
    return "".join(str(unicodedata.digit(one, one)) for one in (_line(typed) or "")[:10])


class Whole(StringField):
    """A whole number of 1 to `most`, in digits of any script."""

    data: Any

    def __init__(self, label: object, validators: Sequence[Any] = (), *, most: int, **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = _digits((valuelist or [""])[0].strip())
        self.data = int(typed) if re.fullmatch(r"\d{1,9}", typed, re.ASCII) else None
        if typed and (self.data is None or not 1 <= self.data <= self.most):
            self.data = None
            raise ValueError(_l("Write a whole number of 1 to %(most)s.", most=self.most))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class TimeOfDay(Text):
    """A time of day as people type it (9:05, 09.05, 0905), of 24 hours; the data is a `time`, or None."""

    widget = TimeInput()

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.data or self.errors:
            return
        found = re.fullmatch(r"(\d{1,2})[:.]?(\d{2})", _digits(self.data), re.ASCII)
        try:
            self.data = time(int(found[1]), int(found[2])) if found else None
        except ValueError:
            self.data = None
        if self.data is None:
            raise ValidationError(_l("This is not a time. Write it like 9:05 or 14:30."))

    def _value(self) -> str:
        return f"{self.data:%H:%M}" if isinstance(self.data, time) else str(self.data or "")


LARGEST_AMOUNT = 10**10
AMOUNT_WRONG = _l("Write an amount above 0 and not larger than 100 million.")


class Amount(StringField):
    """Money as people type it (1 500,50); the data is in minor units, at most 100 million unless told."""

    data: Any

    def __init__(
        self, label: object, validators: Sequence[Any] = (), *, most: int = LARGEST_AMOUNT, **more: Any
    ) -> None:
        super().__init__(label, validators, **more)
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = "".join(_digits(one) for one in (valuelist or [""])[0] if not one.isspace())
        if not typed:
            return
        if not re.fullmatch(r"[-\u2212]?\d{1,15}([.,]\d{1,2})?", typed, re.ASCII):
            raise ValueError(_l("Write an amount like 250 or 99.50."))
        minor = int(Decimal(typed.replace(",", ".").replace("\u2212", "-")) * 100)
        if not 0 < minor <= self.most:
            raise ValueError(AMOUNT_WRONG if self.most == LARGEST_AMOUNT else _l("This is 0 or too large."))
        self.data = minor

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(Decimal(self.data).scaleb(-2))
