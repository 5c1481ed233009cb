"""How the portal may reach somebody outside of itself: nobody and nothing, until they choose a safe way."""

from datetime import time
from typing import Any

from babel.dates import get_timezone_location
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import StopValidation, ValidationError

from portal.db import now
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import contacts, reach
from portal.domain.telling.contacts import Channel, Contact
from portal.pages.account.room import bp
from portal.web import current
from portal.web.forms import Email, Form, Listed, Phone, chosen
from portal.web.words import say
from portal.web.words.notices import told

HOME_ZONE = "Europe/Tallinn"

# Where people are on their way and afterwards; each stands for all places with its hours.
_NAMES = """
    Europe/Tallinn Europe/Kyiv Europe/Chisinau Europe/Minsk Europe/Moscow Europe/Istanbul Europe/Warsaw
    Europe/Berlin Europe/London Europe/Belgrade Europe/Tirane Asia/Tbilisi Asia/Yerevan Asia/Baku
    Asia/Tashkent Asia/Almaty Asia/Bishkek Asia/Dushanbe Asia/Ashgabat Asia/Kabul Asia/Karachi Asia/Kolkata
    Asia/Dhaka Asia/Colombo Asia/Kathmandu Asia/Tehran Asia/Baghdad Asia/Damascus Asia/Beirut Asia/Amman
    Asia/Riyadh Asia/Ho_Chi_Minh Asia/Bangkok Asia/Manila Asia/Shanghai Asia/Ulaanbaatar Africa/Cairo
    Africa/Tunis Africa/Algiers Africa/Casablanca Africa/Lagos Africa/Accra Africa/Dakar Africa/Douala
    Africa/Kinshasa Africa/Kampala Africa/Nairobi Africa/Mogadishu Africa/Addis_Ababa Africa/Asmara
    Africa/Khartoum America/New_York America/Bogota America/Caracas America/Havana America/Sao_Paulo
"""
ZONES = tuple(_NAMES.split())
OLDER_NAMES = {
    "Europe/Kyiv": "Europe/Kiev",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Africa/Asmara": "Africa/Asmera",
}
"""Of cities whose names in other languages Babel finds under these only."""


def zones() -> list[tuple[str, str]]:
    """The time zones as (zone, city), sorted as the language sorts them."""
    named = [(zone, _city(OLDER_NAMES.get(zone, zone))) for zone in ZONES]
    return sorted(named, key=lambda pair: pair[1].casefold())


def _city(zone: str) -> str:
    return str(get_timezone_location(zone, locale=get_locale(), return_city=True))


def hours() -> list[tuple[str, str]]:
    """The hours of a day."""
    return [(str(hour), format_time(time(hour), "short", rebase=False)) for hour in range(24)]


def ways() -> list[tuple[str, str]]:
    """The ways this portal has, the one that nobody else can see first."""
    offered = [channel for channel in Channel if channel in contacts.offered(current.db_session())]
    return [(one.value, str(say(one))) for one in (Channel.PORTAL, *offered)]


class Way(RadioField):
    """One of the ways this portal has."""

    def pre_validate(self, form: Any) -> None:
        if self.data not in {value for value, _name in ways()}:
            raise StopValidation(_l("Choose one."))


class ContactForm(Form):
    """Addresses, which of them is safe, and when."""

    phone = Phone(_l("Phone number"))
    email = Email(_l("E-mail address"))
    reach = Way(_l("How may we reach you?"), [chosen()], choices=ways)
    hour_from = Listed(_l("Not before"), hours)
    hour_to = Listed(_l("Not after"), hours)
    zone = Listed(_l("Your time is that of"), zones, [chosen()])

    def validate_hour_to(self, field: Any) -> None:
        """Both hours or none; the same hour twice says nothing."""
        if bool(field.data) is not bool(self.hour_from.data) or (
            field.data and field.data == self.hour_from.data
        ):
            raise ValidationError(_l("Choose two different hours, or leave both open."))

    def wanted(self) -> dict[str, Any]:
        """What was chosen, as `reach.save` takes it."""
        way = Channel(self.reach.data)
        return {
            **self.values("phone", "email", "zone"),
            "reach": None if way is Channel.PORTAL else way,
            "hour_from": int(self.hour_from.data or 0),
            "hour_to": int(self.hour_to.data or 0),
        }


@bp.get("/contact")
def choose_contact() -> ResponseReturnValue:
    """Ask how this person may be reached."""
    contact = contacts.of_account(current.db_session(), current.viewer())
    return _page(_form(contact))


@bp.post("/contact")
def set_contact() -> ResponseReturnValue:
    """Keep it; it is told by the old way and by the new one."""
    viewer, database, form = current.viewer(), current.db_session(), ContactForm()
    if not form.validate():
        return _page(form)
    try:
        reach.save(database, viewer, **form.wanted())
    except Refused as refused:
        return _refused(form, refused.reasons[0])
    database.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".choose_contact"), 303)


def _refused(form: ContactForm, reason: Reason) -> ResponseReturnValue:
    if reason is Reason.ROUTE_MISSING:
        form.accept(**{"email" if form.reach.data == Channel.EMAIL else "phone": say(reason)})
    else:
        form.form_errors.append(say(reason))
    return _page(form)


@bp.post("/contact/test")
def test_contact() -> ResponseReturnValue:
    """Send a test message, at the next safe hour."""
    viewer, database = current.viewer(), current.db_session()
    reach.test(database, viewer)
    database.commit()
    flash(_("The test message is on its way. It comes at an hour that you called safe."), "success")
    return redirect(url_for(".choose_contact"), 303)


def _form(contact: Contact | None) -> ContactForm:
    if contact is None:
        return ContactForm(formdata=None, reach=Channel.PORTAL, zone=HOME_ZONE)
    has_hours = contact.hour_from != contact.hour_to
    return ContactForm(
        formdata=None,
        phone=contact.phone,
        email=contact.email,
        reach=contact.reach or Channel.PORTAL,
        hour_from=str(contact.hour_from) if has_hours else None,
        hour_to=str(contact.hour_to) if has_hours else None,
        zone=contact.zone,
    )


def _page(form: ContactForm) -> ResponseReturnValue:
    viewer, database = current.viewer(), current.db_session()
    shown = render_template(
        "account/contact.html",
        form=form,
        has_ways=bool(contacts.offered(database)),
        locked_until=viewer.locked_until if viewer.locked_until and viewer.locked_until > now() else None,
        may_test=bool(contacts.routes(database, viewer)),
        test_words=told(Act.ACCOUNT_CONTACT_TEST, viewer.language).body,
    )
    return shown, 422 if form.errors else 200
