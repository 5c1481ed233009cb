"""People: who works here and for partners, found by name, role, organisation and state; and one of them."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms.fields import SelectChoice

from portal.domain.access import directory, factors, rights
from portal.domain.access.directory import Presence, Wanted
from portal.domain.accounts import Account, Organisation
from portal.domain.journal import Event
from portal.domain.permissions import Act, Role
from portal.pages.manage.rooms import HERE, NUMBER, listed, people_bp
from portal.web import current
from portal.web.filters import moment
from portal.web.forms import NAME_LENGTH, Form, Listed, Menu, Text
from portal.web.htmx import again
from portal.web.words import say

ON_ONE_PAGE = 100
ALL = SelectChoice("", _l("All"))


class AnyOf(Menu):
    """One member of an enum, or all of them."""

    before = (ALL,)


class Filter(Form):
    """Who is looked for. What is typed is sent by POST: a name does not belong into an address or a log."""

    text = Text(_l("Name or e-mail address"), most=NAME_LENGTH)
    role = AnyOf(_l("Role"), Role, among=HERE)
    organisation = Listed(_l("Organisation"), listed, before=ALL)
    presence = AnyOf(_l("Account"), Presence)

    def wanted(self) -> Wanted:
        """The same, as the directory reads it."""
        return Wanted(self.text.data or "", self.role.data, self.organisation.data or "", self.presence.data)

    def address(self, page: int | None = None) -> str:
        """The address of the list without what was typed."""
        return url_for(
            ".staff",
            role=self.role.data,
            organisation=self.organisation.data,
            presence=self.presence.data,
            page=page,
        )


@people_bp.get("/people")
def staff() -> ResponseReturnValue:
    """Who works here and for partners, and who is invited."""
    form, number = Filter(formdata=request.args, meta={"csrf": False}), request.args.get("page", 1, int)
    form.text.data = None
    if not form.validate() or number < 1:
        abort(404)
    found = directory.everybody(current.db_session(), form.wanted())
    end = number * ON_ONE_PAGE
    return render_template(
        "manage/people.html",
        form=Filter(formdata=None, data=form.values()),  # this one is sent, and has a token
        found=found[end - ON_ONE_PAGE : end],
        total=len(found),
        earlier=form.address(page=number - 1) if number > 1 else "",
        later=form.address(page=number + 1) if len(found) > end else "",
    )


@people_bp.post("/people/search")
def search() -> ResponseReturnValue:
    """The people who fit what was typed and chosen."""
    session, form = current.db_session(writing=False), Filter()
    if not form.validate():
        return again("manage/people.html", form=form, found=[], total=0)
    if not form.text.data:
        return redirect(form.address(), 303)
    found = directory.everybody(session, form.wanted())
    return render_template("manage/people.html", form=form, found=found[:ON_ONE_PAGE], total=len(found))


@people_bp.get(f"/people/<{NUMBER}:number>")
def show_person(number: int) -> ResponseReturnValue:
    """One person: what they are, how they sign in, and what happened to the account. Never a case."""
    session = current.db_session()
    person = directory.person(session, number)
    return render_template(
        "manage/person.html",
        person=person,
        organisation=person.organisation_id and session.get(Organisation, person.organisation_id),
        presence=directory.PRESENT[person.state],
        signed_in=directory.last_signed_in(session, person),
        factors=factors.of_account(session, person),
        events=[
            Told(moment(event.at), event.at.isoformat(), say(event.act), _roles(event), _who(person, by))
            for event, by in directory.happened(session, person)
        ],
        is_last=rights.is_last_manager(session, person),
    )


@dataclass(frozen=True)
class Told:
    """One thing that happened to an account, as the timeline tells it."""

    at: str
    iso: str
    title: LazyString
    words: str
    who: str


def _roles(event: Event) -> str:
    """From what to what a role was changed."""
    if event.act is not Act.ACCOUNT_ROLE_SET:
        return ""
    before, now = (say(role) for role in rights.roles(event))
    return str(_("Before: %(before)s. Now: %(now)s.", before=before, now=now))


def _who(person: Account, by: Account | None) -> str:
    if by is None:
        return str(_("The portal"))
    return str(_("This person")) if by.id == person.id else by.name or by.login
