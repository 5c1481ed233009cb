"""The partner's first page: cases to take on or not, then the organisation's own, by what is due."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.db import today
from portal.domain.access import recovery, vouching
from portal.domain.accounts import Account
from portal.domain.errors import NotFound
from portal.domain.papers import supplier_links
from portal.domain.permissions import Act
from portal.domain.support import agenda, field_rights, monitoring, receipts, referrals, shared
from portal.domain.support.shared import Offer
from portal.pages.partner.room import bp
from portal.web import current, kept
from portal.web.forms import Form, Paragraph, needed
from portal.web.htmx import again

ON_ONE_PAGE = 50


@bp.get("/")
def cases() -> ResponseReturnValue:
    """What waits for an answer, then the organisation's cases."""
    viewer, session = current.viewer(), current.db_session()
    _write_down(viewer)
    entries = agenda.of_organisation(session, viewer)
    page = max(request.args.get("page", 1, type=int), 1)
    start, end = (page - 1) * ON_ONE_PAGE, page * ON_ONE_PAGE
    if page > 1 and start >= len(entries):
        raise NotFound(f"page {page}")
    return render_template(
        "partner/cases.html",
        organisation=current.organisation(),
        kept=kept.waiting(session, viewer),
        offers=shared.offers(session, viewer),
        to_help=_to_help(session, viewer),
        proofs=supplier_links.waiting(session, viewer),
        ended=referrals.ended_lately(session, viewer),
        talks=monitoring.ahead(session, viewer),
        entries=entries[start:end],
        count=len(entries),
        earlier=url_for(".cases", page=page - 1) if page > 1 else "",
        later=url_for(".cases", page=page + 1) if end < len(entries) else "",
        today=today(),
    )


def _write_down(viewer: Account, reference: str = "") -> None:
    """What of the offers is shown for the first time; in a session of its own, and only if there is any."""
    if not shared.unseen_offers(current.db_session(), viewer, reference):
        return
    with current.wiring().writing() as own:
        found = shared.unseen_offers(own, viewer, reference)
        receipts.opened(own, found, by=viewer)
        own.commit()


def _to_help(session: Session, viewer: Account) -> list[str]:
    """References of cases whose people wait for the code that opens their account again."""
    owners = [recovery.owner(session, one) for one in vouching.ripe(session, viewer)]
    found = [vouching.reference_of(session, account, viewer) for account in owners]
    return [reference for reference in found if reference]


class DeclineForm(Form):
    """Why the organisation does not take a case on."""

    reason = Paragraph(_l("Why not?"), [needed()], most=1000)


@bp.get("/referrals/<reference>")
def show_referral(reference: str) -> ResponseReturnValue:
    """What is known before the organisation decides: no names."""
    offer = shared.offer(current.db_session(), reference, viewer=current.viewer())
    _write_down(current.viewer(), reference)
    return render_template("partner/referral.html", form=DeclineForm(), **_of(offer))


def _of(offer: Offer) -> dict[str, object]:
    return {"offer": offer, "asked": field_rights.ASKED, "withheld": field_rights.WITHHELD}


@bp.post("/referrals/<reference>/acceptance")
def accept(reference: str) -> ResponseReturnValue:
    """Take a case on."""
    viewer, session = current.viewer(), current.db_session()
    referral, case = referrals.find_waiting(session, reference, viewer=viewer)
    referrals.advance(session, referral, Act.REFERRAL_ACCEPT, by=viewer)
    session.commit()
    flash(_("You have taken this case on. The applicant and the counsellor can see it."), "success")
    return redirect(url_for(".show_case", reference=case.reference), 303)


@bp.post("/referrals/<reference>/refusal")
def decline(reference: str) -> ResponseReturnValue:
    """Do not take a case on, and say why."""
    viewer, session, form = current.viewer(), current.db_session(), DeclineForm()
    referral, case = referrals.find_waiting(session, reference, viewer=viewer)
    if not form.validate():
        offer = shared.offer(session, reference, viewer=viewer)
        return again("partner/referral.html", form=form, **_of(offer))
    referrals.advance(session, referral, Act.REFERRAL_DECLINE, by=viewer, note=form.reason.data)
    session.commit()
    flash(
        _("The counsellor of the case %(reference)s can read your reason.", reference=case.reference),
        "success",
    )
    return redirect(url_for(".cases"), 303)
