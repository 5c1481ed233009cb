"""What a person may: role and organisation, and whether the account is switched on."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user
from wtforms import HiddenField

from portal.domain.access import directory, rights
from portal.domain.accounts import Account
from portal.domain.desk import figures
from portal.domain.errors import Reason, Refused
from portal.pages.manage.rooms import NUMBER, RightsForm, a_role, an_organisation, people_bp
from portal.web import current
from portal.web.htmx import again
from portal.web.words import say


class ChangeForm(RightsForm):
    """Another role or organisation; whose own it is says so twice."""

    role = a_role()
    organisation = an_organisation()
    sure = HiddenField()


@people_bp.get(f"/people/<{NUMBER}:number>/rights")
def edit_rights(number: int) -> ResponseReturnValue:
    """The role and organisation of a person, to be changed."""
    person = directory.person(current.db_session(), number)
    form = ChangeForm(role=person.role, organisation=str(person.organisation_id or ""))
    return render_template("manage/rights.html", **_about(person), form=form)


@people_bp.post(f"/people/<{NUMBER}:number>/rights")
def change_rights(number: int) -> ResponseReturnValue:
    """Give a person another role or organisation; their own is asked about once more."""
    database, form = current.db_session(), ChangeForm()
    person = directory.person(database, number)
    if not form.validate():
        return again("manage/rights.html", **_about(person), form=form)
    is_own, organisation = person.id == current.viewer().id, form.chosen_organisation()
    if is_own and form.role.data is not person.role and not form.sure.data:
        return render_template(
            "manage/own_rights.html", **_about(person), form=form, organisation=organisation
        )
    try:
        is_new = rights.change(database, person, form.role.data, organisation, by=current.viewer())
    except Refused as refused:
        form.accept(**{_field(refused): say(refused.reasons[0])})
        return again("manage/rights.html", **_about(person), form=form)
    database.commit()
    if is_own and is_new:
        return _out(_("Your role is changed. Sign in again."))
    flash(_("The role and the organisation are saved."), "success")
    return redirect(url_for(".show_person", number=number), 303)


def _field(refused: Refused) -> str:
    return "organisation" if Reason.ORGANISATION_MISSING in refused.reasons else "role"


def _about(person: Account) -> dict[str, object]:
    database = current.db_session()
    return {
        "person": person,
        "is_own": person.id == current.viewer().id,
        "is_last": rights.is_last_manager(database, person),
        "cases": figures.running_with(database, person),
    }


def _out(words: str) -> ResponseReturnValue:
    """Somebody changed themselves: their sign-in is over."""
    logout_user()
    session.clear()
    flash(words, "success")
    return redirect(url_for("entrance.sign_in"), 303)


@people_bp.get(f"/people/<{NUMBER}:number>/deactivate")
def ask_deactivation(number: int) -> ResponseReturnValue:
    """Say what happens when this account is switched off."""
    person = directory.person(current.db_session(), number)
    return render_template("manage/deactivate.html", **_about(person))


@people_bp.post(f"/people/<{NUMBER}:number>/deactivate")
def deactivate(number: int) -> ResponseReturnValue:
    """Switch an account off: its person is signed out everywhere."""
    database, viewer = current.db_session(), current.viewer()
    person = directory.person(database, number)
    rights.deactivate(database, person, by=viewer)
    database.commit()
    if person.id == viewer.id:
        return _out(_("Your account is switched off."))
    flash(_("The account is switched off."), "success")
    return redirect(url_for(".show_person", number=number), 303)


@people_bp.post(f"/people/<{NUMBER}:number>/reactivate")
def reactivate(number: int) -> ResponseReturnValue:
    """Switch an account on again."""
    database = current.db_session()
    rights.reactivate(database, directory.person(database, number), by=current.viewer())
    database.commit()
    flash(_("The account is switched on again."), "success")
    return redirect(url_for(".show_person", number=number), 303)
