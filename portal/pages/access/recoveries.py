"""Ways back into accounts: who vouches, who signs, who stops them, and the code that is read out."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.db import now
from portal.domain import cases
from portal.domain.access import recovery, vouching
from portal.domain.access.recovery import TO_SIGN, Certainty, Recovery
from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Refused
from portal.domain.permissions import AT_WORK
from portal.pages.access.room import NUMBER, PARTS, WAITING, bp, of_counsel
from portal.pages.entrance.half import page
from portal.web import current
from portal.web.forms import Choice, Form, Paragraph, Text, chosen, needed
from portal.web.words import say

NOT_OPEN = _l("Somebody has already confirmed this request, or it is over.")
THANKS = _l("Thank you. Now two colleagues must approve it.")


class VouchForm(Form):
    """The number that the person told, and how it is sure who they are."""

    number = Text(_l("Request number"), [needed()], most=40)
    certainty = Choice(_l("How did you make sure who it is?"), Certainty, [chosen()])
    words = Paragraph(_l("What did you see or ask?"), [needed()], most=1000)


class HereForm(Form):
    """The number of a person who is here, and what was seen."""

    number = Text(_l("Request number"), [needed()], most=40)
    words = Paragraph(_l("What did you see or ask?"), [needed()], most=1000)


class RefuseForm(Form):
    """Why a request is not approved."""

    words = Paragraph(_l("Why not?"), [needed()], most=1000)


# --- What waits for a signature ---------------------------------------------------------------------


def _waiting(session: Session, viewer: Account) -> dict[str, object]:
    found = vouching.waiting(session)
    return {
        "to_sign": [
            (one, vouching.why_not_sign(one.recovery, viewer) is None)
            for one in vouching.listed(session, found)
        ],
        "approved": vouching.listed(session, vouching.approved(session)),
        "ripe": [one.id for one in vouching.ripe(session, viewer)],
        "frozen": vouching.frozen(session, viewer),
    }


PARTS.append(_waiting)
WAITING.append(vouching.to_do)


@bp.get(f"/recoveries/<{NUMBER}:number>")
def show_recovery(number: int) -> ResponseReturnValue:
    """One request, for who is asked to sign: whose it is, who vouched and how; nothing of the case."""
    return _request_page(_found(number, of_counsel()), RefuseForm(formdata=None))


@bp.post(f"/recoveries/<{NUMBER}:number>/approve")
def approve(number: int) -> ResponseReturnValue:
    """Sign a request."""
    session, viewer = current.db_session(), current.viewer()
    vouching.approve(session, _found(number, viewer), by=viewer)
    session.commit()
    flash(_("You have signed. Thank you."), "success")
    return redirect(url_for(".index"), 303)


@bp.post(f"/recoveries/<{NUMBER}:number>/refuse")
def refuse(number: int) -> ResponseReturnValue:
    """Say no to a request, and why."""
    session, viewer, form = current.db_session(), current.viewer(), RefuseForm()
    found = _found(number, viewer)
    if not form.validate():
        return _request_page(found, form), 422
    vouching.refuse(session, found, form.words.data, by=viewer)
    session.commit()
    flash(_("The request is not approved. The person can read it."), "success")
    return redirect(url_for(".index"), 303)


@bp.post(f"/recoveries/<{NUMBER}:number>/stop")
def stop(number: int) -> ResponseReturnValue:
    """Stop a request at any time before its end."""
    session, viewer = current.db_session(), current.viewer()
    found = _found(number, viewer)
    vouching.stop(session, found, by=viewer)
    session.commit()
    flash(_("The request is stopped."), "success")
    return redirect(_back(found), 303)


@bp.post(f"/recoveries/<{NUMBER}:number>/code")
def make_code(number: int) -> ResponseReturnValue:
    """Make the code; it is in this answer and nowhere else."""
    session, viewer = current.db_session(), current.viewer()
    found = _found(number, viewer)
    code = vouching.make_code(session, found, by=viewer)
    session.commit()
    return render_template("access/code.html", code=code, until=found.code_until, back=_back(found))


def _found(number: int, viewer: Account) -> Recovery:
    return vouching.find(current.db_session(), number, viewer=viewer)


def _request_page(found: Recovery, form: RefuseForm) -> str:
    session, viewer = current.db_session(), current.viewer()
    reason = vouching.why_not_sign(found, viewer)
    return render_template(
        "access/recovery.html",
        listed=vouching.listed(session, [found])[0],
        found=found,
        is_waiting=found.state in TO_SIGN and found.is_open,
        may_stop=found.is_open and vouching.may_stop(session, found, by=viewer),
        may_make_code=found.is_open
        and found.is_ripe
        and vouching.may_vouch(session, recovery.owner(session, found), by=viewer),
        why_not=say(reason) if reason else "",
        form=form,
    )


def _back(found: Recovery) -> str:
    """The page from which this viewer came to a request."""
    session, viewer = current.db_session(), current.viewer()
    account = recovery.owner(session, found)
    if not vouching.may_vouch(session, account, by=viewer):
        return url_for(".index")
    reference = vouching.reference_of(session, account, viewer)
    if reference is not None:
        return url_for(".of_case", reference=reference)
    if account.role not in AT_WORK:
        return url_for(".index")
    return url_for(".vouch_staff", number=account.id)


# --- One person's account ---------------------------------------------------------------------------


@bp.get("/cases/<reference>")
def of_case(reference: str) -> ResponseReturnValue:
    """What can be done for the account of the person whose case this is."""
    case, account = _case(reference)
    return _account_page(account, VouchForm(), case)


@bp.post("/cases/<reference>/vouch")
def vouch(reference: str) -> ResponseReturnValue:
    """Say that the person who told this number is the one the case is about."""
    case, account = _case(reference)
    return _vouch(account, case, to=url_for(".of_case", reference=case.reference))


@bp.get("/cases/<reference>/freeze")
def ask_freeze(reference: str) -> ResponseReturnValue:
    """Say what happens when an account is stopped."""
    case, _account = _case(reference)
    return render_template("access/freeze.html", case=case)


@bp.post("/cases/<reference>/freeze")
def freeze(reference: str) -> ResponseReturnValue:
    """Stop the account: nobody gets in any more, not even its owner."""
    case, account = _case(reference)
    session = current.db_session()
    vouching.freeze(session, account, by=current.viewer())
    session.commit()
    flash(_("The account is stopped. Nobody can sign in to it now."), "success")
    return redirect(url_for(".of_case", reference=case.reference), 303)


# --- Who has no case yet -----------------------------------------------------------------------------


@bp.get("/here")
def vouch_here() -> ResponseReturnValue:
    """Ask for the number of a person who is here and has sent no application."""
    of_counsel()
    return page("access/here.html", HereForm())


@bp.post("/here")
def vouch_here_now() -> ResponseReturnValue:
    """Say that the person who told this number is here, with a document."""
    viewer, session, form = of_counsel(), current.db_session(), HereForm()
    if not form.validate():
        return page("access/here.html", form)
    try:
        vouching.vouch_here(session, form.number.data, words=form.words.data, by=viewer)
    except NotFound:
        form.accept(
            number=_(
                "There is no request with this number from a person without an application. If the person "
                "has a case, open the case and choose “Help with signing in”."
            )
        )
        return page("access/here.html", form)
    except Refused:
        form.accept(number=NOT_OPEN)
        return page("access/here.html", form)
    session.commit()
    flash(THANKS, "success")
    return redirect(url_for(".index"), 303)


# --- A colleague -------------------------------------------------------------------------------------


@bp.get(f"/people/<{NUMBER}:number>")
def vouch_staff(number: int) -> ResponseReturnValue:
    """What the manager can do for the account of a colleague or a partner."""
    return _account_page(_colleague(number), VouchForm(), None)


@bp.post(f"/people/<{NUMBER}:number>")
def vouch_staff_now(number: int) -> ResponseReturnValue:
    """Say that the person who told this number is this colleague."""
    return _vouch(_colleague(number), None, to=url_for(".vouch_staff", number=number))


def _case(reference: str) -> tuple[Case, Account]:
    session = current.db_session()
    case = cases.find(session, reference, viewer=current.viewer())
    return case, session.get_one(Account, case.migrant_id)


def _colleague(number: int) -> Account:
    session = current.db_session()
    account = session.get(Account, number)
    is_staff = account is not None and account.role in AT_WORK
    if account is None or not (is_staff and vouching.may_vouch(session, account, by=current.viewer())):
        raise NotFound(str(number))
    return account


def _vouch(account: Account, case: Case | None, *, to: str) -> ResponseReturnValue:
    session, form = current.db_session(), VouchForm()
    if not form.validate():
        return _account_page(account, form, case), 422
    values = form.values("certainty", "words")
    try:
        vouching.vouch(session, form.number.data, account, **values, by=current.viewer())
    except NotFound:
        form.accept(number=_("There is no request with this number for this account. Ask for it once more."))
        return _account_page(account, form, case), 422
    except Refused:
        form.accept(number=NOT_OPEN)
        return _account_page(account, form, case), 422
    session.commit()
    flash(THANKS, "success")
    return redirect(to, 303)


def _account_page(account: Account, form: VouchForm, case: Case | None) -> str:
    session = current.db_session()
    return render_template(
        "access/account.html",
        account=account,
        case=case,
        requests=vouching.listed(session, vouching.vouched_of(session, account)),
        is_locked=account.locked_until is not None and account.locked_until > now(),
        form=form,
    )
