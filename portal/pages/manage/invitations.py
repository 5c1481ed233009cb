"""Invitations: a link for one person, shown once; made anew or taken back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.db import now
from portal.domain.access import directory, staff
from portal.domain.access.staff import INVITATION_LASTS
from portal.domain.accounts import Account, Organisation
from portal.domain.errors import Refused
from portal.pages.manage.rooms import NUMBER, RightsForm, a_role, an_organisation, people_bp
from portal.web import current
from portal.web.forms import Email, Text, needed
from portal.web.htmx import again
from portal.web.words import say


class InvitationForm(RightsForm):
    """Who is invited, as what."""

    name = Text(_l("Name"), [needed()])
    email = Email(_l("E-mail address"), [needed()])
    role = a_role()
    organisation = an_organisation()


@people_bp.get("/people/new")
def new_invitation() -> ResponseReturnValue:
    """Ask who is to be invited."""
    return render_template("manage/invite.html", form=InvitationForm())


@people_bp.post("/people/new")
def invite() -> ResponseReturnValue:
    """Make an invitation, and show its link this once: it is stored nowhere."""
    session, form = current.db_session(), InvitationForm()
    if not form.validate():
        return again("manage/invite.html", form=form)
    try:
        token = staff.invite(
            session,
            form.role.data,
            name=form.name.data,
            email=form.email.data,
            organisation=form.chosen_organisation(),
            by=current.viewer(),
        )
    except Refused as refused:
        form.accept(email=say(refused.reasons[0]))
        return again("manage/invite.html", form=form)
    session.commit()
    return _link(form.name.data, token)


def _link(name: str, token: str) -> ResponseReturnValue:
    return render_template(
        "manage/invited.html",
        name=name,
        link=current.wiring().settings.public_url + url_for("entrance.invitation", token=token),
        until=now() + INVITATION_LASTS,
    )


@people_bp.get(f"/people/invitations/<{NUMBER}:number>")
def show_invitation(number: int) -> ResponseReturnValue:
    """An invitation that nobody used yet; its link is not known any more."""
    session = current.db_session()
    invited = staff.open_invitation(session, number)
    return render_template(
        "manage/invitation.html",
        invited=invited,
        presence=directory.presence_of(invited),
        organisation=invited.organisation_id and session.get(Organisation, invited.organisation_id),
        inviter=invited.invited_by_id and session.get(Account, invited.invited_by_id),
    )


@people_bp.post(f"/people/invitations/<{NUMBER}:number>/again")
def invite_again(number: int) -> ResponseReturnValue:
    """Make a new link for the same person; the one before works no longer."""
    session = current.db_session()
    invited = staff.open_invitation(session, number)
    token = staff.invite_again(session, invited, by=current.viewer())
    session.commit()
    return _link(invited.name, token)


@people_bp.post(f"/people/invitations/<{NUMBER}:number>/cancel")
def cancel_invitation(number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    session = current.db_session()
    staff.cancel(session, staff.open_invitation(session, number), by=current.viewer())
    session.commit()
    flash(_("The invitation is taken back. Its link no longer works."), "success")
    return redirect(url_for(".staff"), 303)
