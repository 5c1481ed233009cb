"""Partner organisations: where returnees find them, how many people they have and how many cases."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.access import directory, staff
from portal.domain.access.directory import fits
from portal.domain.accounts import Organisation
from portal.domain.desk import figures
from portal.domain.errors import Refused
from portal.pages.manage.rooms import NUMBER, people_bp
from portal.web import current
from portal.web.filters import country
from portal.web.forms import NAME_LENGTH, Form, Phone, Text, chosen, needed
from portal.web.htmx import again
from portal.web.nations import Country
from portal.web.words import say


class OrganisationForm(Form):
    """A partner organisation, as returnees read it."""

    name = Text(lazy_pgettext("organisation", "Name"), [needed()], most=120)
    country = Country(_l("Country"), [chosen()])
    address = Text(_l("Address"), [needed()], most=200)
    phone = Phone(_l("Phone"), [needed()])
    hours = Text(_l("Opening hours"), most=120)


@people_bp.get("/organisations")
def organisations() -> ResponseReturnValue:
    """The partner organisations, as returnees read them, with numbers of people and of cases."""
    session, text = current.db_session(), request.args.get("text", "")[:NAME_LENGTH]
    every = staff.organisations(session)
    return render_template(
        "manage/organisations.html",
        organisations=[one for one in every if fits(text, one.name, country(one.country), one.address)],
        text=text,
        people=directory.people_by_organisation(session),
        cases=figures.running_by_partner(session),
    )


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
    found = staff.organisation(current.db_session(), number)
    return render_template("manage/organisation.html", form=OrganisationForm(obj=found), organisation=found)


@people_bp.post(f"/organisations/<{NUMBER}:number>")
def change_organisation(number: int) -> ResponseReturnValue:
    """Keep what was changed."""
    return _save(staff.organisation(current.db_session(), number))


def _save(organisation: Organisation | None) -> ResponseReturnValue:
    session, form = current.db_session(), OrganisationForm()
    if not form.validate():
        return again("manage/organisation.html", form=form, organisation=organisation)
    values = {name: value or "" for name, value in form.values().items()}
    try:
        staff.save_organisation(session, organisation, values, by=current.viewer())
    except Refused as refused:
        form.accept(name=say(refused.reasons[0]))
        return again("manage/organisation.html", form=form, organisation=organisation)
    session.commit()
    flash(_("The organisation is saved."), "success")
    return redirect(url_for(".organisations"), 303)
