"""The manager's and the auditor's pages: figures, people, organisations, and whether the journal is whole."""

from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms.validators import ValidationError

from portal.db import now
from portal.domain import figures, journal
from portal.domain import staff as people
from portal.domain.accounts import Organisation
from portal.domain.errors import Refused
from portal.domain.permissions import Role
from portal.domain.staff import INVITATION_LASTS
from portal.web import current
from portal.web.filters import country
from portal.web.forms import Choice, Country, Email, Form, Listed, Phone, Text, chosen, needed
from portal.web.htmx import again
from portal.web.words import say

bp = Blueprint("manage", __name__, url_prefix="/<language>/manage")
people_bp = Blueprint("people", __name__, url_prefix="/<language>/manage")
BLUEPRINTS = (bp, people_bp)

NUMBER = "int(max=9223372036854775807)"
"""A row's number in an address; a larger one exists in no table."""
MOST_FAULTS = 100
"""Whoever finds more than this needs a backup, not a list."""

# --- Figures and journal: manager and auditor ---------------------------------------------------


@bp.get("/")
def overview() -> ResponseReturnValue:
    """How many cases are in which state."""
    counted = figures.by_state(current.db_session())
    running = [figure for figure in counted if figure.is_running]
    return render_template(
        "manage/figures.html",
        figures=counted,
        running=sum(figure.cases for figure in running),
        late=sum(figure.late for figure in running),
        over=sum(figure.cases for figure in counted if not figure.is_running),
    )


@bp.get("/journal")
def show_journal() -> ResponseReturnValue:
    """How long the journal is."""
    return render_template("manage/journal.html", size=figures.journal(current.db_session()), faults=None)


@bp.post("/journal")
def verify_journal() -> ResponseReturnValue:
    """Read the whole journal and say whether somebody changed it."""
    session = current.db_session(writing=False)
    faults = list(islice(journal.verify(session), MOST_FAULTS))
    return render_template("manage/journal.html", size=figures.journal(session), faults=faults)


# --- People and organisations: manager only -----------------------------------------------------


class InvitationForm(Form):
    """Who is invited, as what."""

    name = Text(_l("Name"), [needed()])
    email = Email(_l("E-mail address"), [needed()])
    role = Choice(_l("Role"), Role, [chosen()], among=[role for role in Role if role is not Role.MIGRANT])
    organisation = Listed(_l("Organisation"), lambda: _listed())

    def validate_organisation(self, field: Any) -> None:
        """Partners belong to an organisation, nobody else does."""
        if self.role.data is Role.PARTNER and not field.data:
            raise ValidationError(_l("Choose the organisation of this person."))
        if self.role.data not in (None, Role.PARTNER) and field.data:
            raise ValidationError(_l("Only partners belong to an organisation. Check the role."))


def _listed() -> list[tuple[str, str]]:
    found = people.organisations(current.db_session())
    return [(str(one.id), f"{one.name}, {country(one.country)}") for one in found]


class OrganisationForm(Form):
    """A partner organisation, as returnees read it."""

    name = Text(lazy_pgettext("organisation", "Name"), [needed()], most=120)
    country = Country(_l("Country"), [chosen()])
    address = Text(_l("Address"), [needed()], most=200)
    phone = Phone(_l("Phone"), [needed()])
    hours = Text(_l("Opening hours"), most=120)


@people_bp.get("/people")
def staff() -> ResponseReturnValue:
    """Who works here and for partners, and who is invited."""
    session = current.db_session()
    return render_template(
        "manage/people.html", staff=people.staff(session), invited=people.open_invitations(session)
    )


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
    organisation = form.organisation.data and people.organisation(session, int(form.organisation.data))
    try:
        token = people.invite(
            session,
            form.role.data,
            name=form.name.data,
            email=form.email.data,
            organisation=organisation or None,
            by=current.viewer(),
        )
    except Refused as refused:
        form.accept(email=say(refused.reasons[0]))
        return again("manage/invite.html", form=form)
    session.commit()
    return render_template(
        "manage/invited.html",
        name=form.name.data,
        link=current.wiring().settings.public_url + url_for("entrance.invitation", token=token),
        until=now() + INVITATION_LASTS,
    )


@people_bp.get("/organisations")
def organisations() -> ResponseReturnValue:
    """The partner organisations, as returnees read them."""
    found = people.organisations(current.db_session())
    return render_template("manage/organisations.html", organisations=found)


@people_bp.get("/organisations/new")
def new_organisation() -> ResponseReturnValue:
    """Ask for a new organisation."""
    return render_template("manage/organisation.html", form=OrganisationForm(), organisation=None)


@people_bp.post("/organisations/new")
def add_organisation() -> ResponseReturnValue:
    """Keep a new organisation."""
    return _save(None)


@people_bp.get(f"/organisations/<{NUMBER}:number>")
def edit_organisation(number: int) -> ResponseReturnValue:
    """An organisation, to be changed."""
    found = people.organisation(current.db_session(), number)
    return render_template("manage/organisation.html", form=OrganisationForm(obj=found), organisation=found)


@people_bp.post(f"/organisations/<{NUMBER}:number>")
def change_organisation(number: int) -> ResponseReturnValue:
    """Keep what was changed."""
    return _save(people.organisation(current.db_session(), number))


def _save(organisation: Organisation | None) -> ResponseReturnValue:
    session, form = current.db_session(), OrganisationForm()
    if not form.validate():
        return again("manage/organisation.html", form=form, organisation=organisation)
    values = {name: value or "" for name, value in form.values().items()}
    try:
        people.save_organisation(session, organisation, values, by=current.viewer())
    except Refused as refused:
        form.accept(name=say(refused.reasons[0]))
        return again("manage/organisation.html", form=form, organisation=organisation)
    session.commit()
    flash(_("The organisation is saved."), "success")
    return redirect(url_for(".organisations"), 303)
