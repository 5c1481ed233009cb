"""The two rooms, one for manager and auditor and one for the manager alone, and what their pages share."""

from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.domain.access import staff
from portal.domain.accounts import Organisation
from portal.domain.permissions import AT_WORK, Role
from portal.web import current
from portal.web.filters import country
from portal.web.forms import Choice, Form, Listed, chosen

bp = Blueprint("manage", __name__, url_prefix="/<language>/manage")
people_bp = Blueprint("people", __name__, url_prefix="/<language>/manage")

NUMBER = "int(max=9223372036854775807)"
"""A row's number in an address; a larger one exists in no table."""

HERE = [role for role in Role if role in AT_WORK]
"""Who works here or for a partner."""


def listed() -> list[tuple[str, str]]:
    """Every organisation, to be chosen."""
    found = staff.organisations(current.db_session())
    return [(str(one.id), f"{one.name}, {country(one.country)}") for one in found]


def a_role() -> Choice:
    """The field that asks for a role."""
    return Choice(_l("Role"), Role, [chosen()], among=HERE)


def an_organisation() -> Listed:
    """The field that asks for an organisation."""
    return Listed(_l("Organisation"), listed)


class RightsForm(Form):
    """A role, and for partners their organisation: forms that ask for both fit them together."""

    role: Any
    organisation: Any

    def validate_organisation(self, field: Any) -> None:
        """Partners belong to an organisation, nobody else does."""
        if self.role.data is Role.PARTNER and not field.data:
            raise ValidationError(_l("Choose the organisation of this person."))
        if self.role.data not in (None, Role.PARTNER) and field.data:
            raise ValidationError(_l("Only partners belong to an organisation. Check the role."))

    def chosen_organisation(self) -> Organisation | None:
        """The organisation that was chosen from the list."""
        number = self.organisation.data
        return staff.organisation(current.db_session(), int(number)) if number else None
