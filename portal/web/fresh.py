"""What needs a second factor shown a short time ago, and the page that asks for it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import StopValidation

from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from portal.domain.accounts import Account
from portal.domain.errors import Reason
from portal.domain.permissions import AT_WORK
from portal.web import current, passkeys
from portal.web.forms import Form, Needed, Text
from portal.web.words import say

USED_CODE = _l("This code was used before. Wait for the next code and type that one.")
USED_ON_PAPER = _l("This code was used before. Take the next one on your sheet.")
WRONG_ON_PAPER = _l("This code is not right. Type the next code on your sheet.")

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
        "access.vouch_here_now",
        "access.vouch_staff_now",
        "account.add_passkey",
        "account.add_totp",
        "account.ask_close",
        "account.ask_codes",
        "account.ask_remove",
        "account.begin_totp",
        "account.choose_contact",
        "account.close",
        "account.edit_factor",
        "account.fetch_file",
        "account.make_codes",
        "account.new_passkey",
        "account.new_totp",
        "account.passkey_options",
        "account.prepare_file",
        "account.remove_factor",
        "account.rename_factor",
        "application.give_code",
        "application.sign",
        "account.set_contact",
        "counsellor.approve_claim",
        "counsellor.ask_claim",
        "counsellor.give_code",
        "counsellor.hand_over",
        "counsellor.start_bulk",
        "counsellor.take_payment_step/approve",
        "counsellor.take_payment_step/pay",
        "people.change_rights",
        "people.deactivate",
        "people.invite",
        "people.invite_again",
        "people.reactivate",
    }
)

OWN = frozenset({"csrf_token", "code", "credential", "confirm_to", "confirm_by"})
"""Fields of the page that asks; all others belong to what it came from, and are sent on."""


class _CodeNeeded(Needed):
    """A code, unless a passkey is shown."""

    def __call__(self, form: Any, field: Any) -> None:
        if form.credential.data:
            raise StopValidation
        super().__call__(form, field)


class ConfirmForm(Form):
    """A code or a passkey, and where to go on to: by a link, or by sending once more what was sent."""

    code = Text(_l("Code"), [_CodeNeeded(_l("Fill this in."))], most=60)
    credential = HiddenField()
    confirm_to = HiddenField()
    confirm_by = HiddenField()


def fault(database: Session, account: Account, typed: str, *, clock: Reason | None = None) -> LazyString:
    """What is wrong with a code that was not taken; `clock` when the phone's is off."""
    if clock is not None:
        return say(clock)
    used = factors.spent(database, account, typed)
    if used is not None:
        return USED_CODE if used is FactorKind.TOTP else USED_ON_PAPER
    kinds = {one.kind for one in factors.of_account(database, account)}
    has_paper_only = FactorKind.SHEET in kinds and FactorKind.TOTP not in kinds
    return WRONG_ON_PAPER if has_paper_only else say(Reason.CODE_WRONG)


def is_wanted() -> bool:
    """Whether what this request asks for needs a fresh second factor."""
    step = (request.view_args or {}).get("step")
    return request.endpoint in FRESH or f"{request.endpoint}/{step}" in FRESH


def is_shown() -> bool:
    """Whether the viewer has shown enough for what this request asks for."""
    found = current.signed_in()
    is_offer = request.endpoint == "account.new_passkey"  # the page that asks for the passkey by itself
    return found is not None and found.sign_in.is_fresh and (is_offer or not is_code_too_little())


def wants_passkey() -> bool:
    """Whether staff or a partner must show a passkey in this browser before the house opens."""
    found = current.signed_in()
    if found is None or not current.wiring().settings.staff_passkeys:
        return False
    return found.account.role in AT_WORK and found.sign_in.shown is not FactorKind.PASSKEY


def is_code_too_little() -> bool:
    """Whether the viewer must show the passkey they have, or a recovery code, before they change anything.

    Or who has got hold of password and code at a false website would make a passkey of their own.
    """
    found = current.signed_in()
    if found is None or not wants_passkey() or found.sign_in.shown is FactorKind.RECOVERY:
        return False
    return bool(factors.of_account(current.db_session(), current.viewer(), FactorKind.PASSKEY))


def ask() -> ResponseReturnValue:
    """The page that asks for a code in the place of the page that was wanted; nothing typed is lost."""
    by = "post" if request.method == "POST" else "get"
    return page(ConfirmForm(formdata=None, confirm_to=request.full_path.rstrip("?"), confirm_by=by))


def page(form: ConfirmForm, told: object = "") -> ResponseReturnValue:
    """The page that asks: 200 when it is new, 422 when the code is wrong, or the passkey (`told` why)."""
    carried = [(name, text) for name, text in request.form.items(multi=True) if name not in OWN]
    found, is_strict = factors.of_account(current.db_session(), current.viewer()), is_code_too_little()
    shown = render_template(
        "account/confirm.html",
        form=form,
        carried=carried,
        has_app=not is_strict and any(one.kind is FactorKind.TOTP for one in found),
        is_strict=is_strict,
        party=passkeys.offered() if any(one.kind is FactorKind.PASSKEY for one in found) else None,
        told=told,
    )
    return shown, 422 if form.errors or told else 200
