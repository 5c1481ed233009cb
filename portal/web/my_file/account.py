"""The account in my file: who it is, how they sign in and are reached, what they asked, what happened."""

from flask_babel import gettext as _

from portal.domain.access.factors import Factor
from portal.domain.access.helped import Help
from portal.domain.own.data_requests import DataRequest
from portal.domain.own.own_data import OwnData
from portal.domain.permissions import Role
from portal.domain.telling.contacts import Contact
from portal.domain.telling.news import Line
from portal.web.filters import day, moment
from portal.web.language import languages
from portal.web.my_file.parts import Entry, Part, lines, named
from portal.web.words import say


def head(found: OwnData) -> list[Part]:
    """Who this is."""
    account, contact = found.account, found.contact
    known = languages(demo=True)
    facts = [
        (_("Sign-in name"), account.login),
        (_("Name"), account.name),
        (_("Role"), str(say(account.role))),
        (_("Organisation"), found.organisation),
        (_("Language"), known[account.language].name if account.language in known else account.language),
        (_("Account created"), moment(account.created_at)),
        *(_reached(contact) if contact else ()),
    ]
    return [Part(_("Your account"), facts=facts)]


def _reached(contact: Contact) -> list[tuple[str, str]]:
    hours = ""
    if contact.hour_from != contact.hour_to:
        hours = f"{contact.hour_from}:00-{contact.hour_to}:00 ({contact.zone})"
    return [
        (_("Phone number"), contact.phone or ""),
        (_("E-mail address"), contact.email or ""),
        (_("Messages outside this portal"), str(say(contact.reach)) if contact.reach else _("None")),
        (_("When is it safe?"), hours),
    ]


def rest(found: OwnData) -> list[Part]:
    """How they sign in, what they asked about their data, and what happened with the account."""
    asked = [_request(one) for one in found.requests]
    return [
        *([Part(_("Requests about your data"), entries=asked)] if found.account.role is Role.MIGRANT else []),
        Part(_("Ways to sign in"), entries=[_factor(one) for one in found.factors]),
        Part(
            _("Devices"),
            entries=[
                Entry(
                    one.words or _("A browser"),
                    _("Last used: %(when)s", when=moment(one.last_at)),
                    lines(_("First used: %(day)s", day=day(one.first_at))),
                )
                for one in found.devices
            ],
        ),
        Part(_("Who helped me"), entries=[_help(one) for one in found.helped]),
        Part(_("What happened with your account"), entries=[_news(one) for one in found.news]),
    ]


def _request(one: DataRequest) -> Entry:
    return Entry(
        str(say(one.kind)),
        " · ".join(lines(moment(one.asked_at), say(one.state))),
        lines(
            one.section and say(one.section),
            one.words,
            named(_("How it should be"), one.wish),
            named(_("Answer by"), day(one.due_on)) if one.is_open else "",
            named(_("Answer"), one.answer),
        ),
    )


def _factor(one: Factor) -> Entry:
    return Entry(
        str(say(one.kind)),
        moment(one.made_at),
        lines(
            one.name,
            one.used_at and _("Last used: %(when)s", when=moment(one.used_at)),
            one.ended_at and _("Removed: %(when)s", when=moment(one.ended_at)),
        ),
    )


def _help(one: Help) -> Entry:
    return Entry(str(say(one.act)), " · ".join(lines(moment(one.at), one.who, say(one.role))))


def _news(one: Line) -> Entry:
    who = _("You") if one.is_own else say(one.role) if one.role else _("The portal")
    return Entry(str(say(one.act)), " · ".join(lines(moment(one.at), who)), lines(one.words))
