"""Set up the second factor of an account that has none: a passkey or an app. Then show its recovery codes."""

import segno
from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.domain.access import factors, sign_in
from portal.domain.access import passkeys as domain
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import Entered, SignIn
from portal.domain.accounts import Account
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import FOR_THEMSELVES
from portal.domain.telling import notices
from portal.pages.entrance import half
from portal.pages.entrance.half import bp
from portal.pages.entrance.sign_in import CodeForm
from portal.web import current, device, passkeys
from portal.web.passkeys import MadeForm
from portal.web.words import say

ISSUER = "Kodutee"
"""What an authenticator app shows: not the programme's name, since a phone is shared."""
LONGEST_LABEL = 40
"""Of the login beside it: each character may take twelve in the address, and a camera must read it."""


@bp.get("/sign-in/set-up")
def set_up() -> ResponseReturnValue:
    """Hand out the key for an authenticator app, and ask for its first code."""
    return _page(CodeForm(), *half.of_browser(has_factor=False))


@bp.post("/sign-in/set-up")
def prove() -> ResponseReturnValue:
    """Sign in, if the code fits the key; the recovery codes are in this answer and nowhere else."""
    found, account = half.of_browser(has_factor=False)
    form, database = CodeForm(), current.db_session()
    if not form.validate():
        return _page(form, found, account)
    if sign_in.set_up_totp(database, found, account, form.code.data) is None:
        form.accept(code=say(Reason.CODE_WRONG))
        return _page(form, found, account)
    return first_time(database, sign_in.finish(database, found, account, FactorKind.TOTP), account)


@bp.post("/sign-in/set-up/options")
def set_up_options() -> ResponseReturnValue:
    """What a browser must know to make a passkey for this account."""
    _found, account = half.of_browser(has_factor=False)
    party, database = passkeys.demanded(), current.db_session()
    answer = domain.registration_options(database, account, party)
    database.commit()
    return jsonify(answer)


@bp.post("/sign-in/set-up/passkey")
def prove_passkey() -> ResponseReturnValue:
    """Sign in with the passkey that was just made."""
    found, account = half.of_browser(has_factor=False)
    party, database, form = passkeys.demanded(), current.db_session(), MadeForm()
    try:
        domain.set_up(database, found, account, form.new_credential.data or "", party, device.words())
    except Refused as refused:
        database.commit()
        return _page(CodeForm(formdata=None), found, account, told=say(refused.reasons[0]))
    return first_time(database, sign_in.finish(database, found, account, FactorKind.PASSKEY), account)


def first_time(database: Session, entered: Entered, account: Account) -> ResponseReturnValue:
    """Let in who has just set up a first factor; the recovery codes are in this answer and nowhere else."""
    codes = factors.new_paper(database, account, FactorKind.RECOVERY, by=account)
    if not factors.had_any(database, account):
        notices.mark_first(database, account)
    database.commit()
    onward = half.enter(entered, account)
    if account.role in FOR_THEMSELVES and account.shares_phone is None:
        onward = url_for("account.ask_sharing", next=onward)
    return render_template("account/codes.html", codes=codes, login=account.login, onward=onward)


def _page(form: CodeForm, found: SignIn, account: Account, told: object = "") -> ResponseReturnValue:
    return half.page(
        "entrance/set_up.html",
        form,
        login=account.login,
        is_migrant=account.role in FOR_THEMSELVES,
        party=passkeys.offered(),
        told=told,
        **connecting(found.pending_secret or "", account),
    )


def connecting(secret: str, account: Account) -> dict[str, object]:
    """What a page shows to connect an authenticator app (entrance/_connect.html)."""
    address = factors.key_address(secret, account.login[:LONGEST_LABEL], ISSUER)
    return {
        "address": address,
        "qr_code": segno.make(address, micro=False).svg_inline(border=1, omitsize=True),
        "key": _in_groups(secret),
        "issuer": ISSUER,
        "on_phone": "Mobi" in request.user_agent.string,
    }


def _in_groups(secret: str) -> Markup:
    """The key in groups of four for the eye; who copies it gets no blanks, which some apps refuse."""
    groups = (secret[at : at + 4] for at in range(0, len(secret), 4))
    return Markup("").join(Markup("<span>{}</span>").format(group) for group in groups)
