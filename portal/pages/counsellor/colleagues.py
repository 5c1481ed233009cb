"""Fields that ask for a colleague: whoever was chosen and is gone meanwhile is called by name."""

from typing import Any

from flask_babel import gettext as _
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.desk import handover
from portal.web import current


class Colleague(SelectField):
    """One colleague, by number; what else can be chosen (nobody) is among the choices."""

    def __init__(self, label: object, validators: Any = (), **more: Any) -> None:
        super().__init__(label, validators, coerce=int, **more)

    def pre_validate(self, form: Any) -> None:
        _refuse_gone(self, [] if self.data is None else [self.data])


class Colleagues(SelectMultipleField):
    """Several colleagues, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: object, validators: Any = (), **more: Any) -> None:
        super().__init__(label, validators, coerce=int, **more)

    def pre_validate(self, form: Any) -> None:
        _refuse_gone(self, self.data or [])


def _refuse_gone(field: SelectField, chosen: list[int]) -> None:
    gone = set(chosen) - {choice.value for choice in field.choices}
    if not gone:
        return
    names = [one.name for one in handover.counsellors(current.db_session()) if one.id in gone]
    if names:
        raise ValidationError(
            _("You cannot choose %(names)s any more. Choose somebody else.", names=", ".join(names))
        )
    raise ValidationError(_("You cannot choose this person. Choose somebody else."))
