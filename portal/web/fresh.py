"""What needs a second factor shown a short time ago, and the page that asks for it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.domain import factors
from portal.domain.factors import FactorKind
from portal.web import current
from portal.web.forms import Form, Text, needed

WRONG_CODE = _l("This code is not right, or it was used before. Wait for the next code and type that one.")

# Endpoints, and endpoint/step where only some steps matter.
FRESH = frozenset(
    {
        "access.approve",
        "access.approve_sheet",
        "access.ask_sheet",
        "access.freeze",
        "access.make_code",
        "access.print_sheet",
        "access.vouch",
        "access.vouch_staff_now",
        "account.ask_close",
        "account.ask_codes",
        "account.close",
        "account.make_codes",
        "counsellor.take_payment_step/approve",
        "counsellor.take_payment_step/pay",
        "people.change_rights",
        "people.deactivate",
        "people.invite",
        "people.invite_again",
        "people.reactivate",
    }
)

OWN = frozenset({"csrf_token", "code", "confirm_to", "confirm_by"})
"""Fields of the page that asks; all others belong to what it came from, and are sent on."""


class ConfirmForm(Form):
    """A code, and where to go on to: by a link, or by sending once more what was sent."""

    code = Text(_l("Code"), [needed()], most=60)
    confirm_to = HiddenField()
    confirm_by = HiddenField()


def is_wanted() -> bool:
    """Whether what this request asks for needs a fresh second factor."""
    step = (request.view_args or {}).get("step")
    return request.endpoint in FRESH or f"{request.endpoint}/{step}" in FRESH


def ask() -> ResponseReturnValue:
    """The page that asks for a code in the place of the page that was wanted; nothing typed is lost."""
    by = "post" if request.method == "POST" else "get"
    return page(ConfirmForm(formdata=None, confirm_to=request.full_path.rstrip("?"), confirm_by=by))


def page(form: ConfirmForm) -> ResponseReturnValue:
    """The page that asks for a code: 200 when it is new, 422 when the code is wrong."""
    carried = [(name, text) for name, text in request.form.items(multi=True) if name not in OWN]
    found = factors.of_account(current.db_session(), current.viewer())
    shown = render_template(
        "account/confirm.html",
        form=form,
        carried=carried,
        has_app=any(one.kind is FactorKind.TOTP for one in found),
        has_passkey=any(one.kind is FactorKind.PASSKEY for one in found),
    )
    return shown, 422 if form.errors else 200
