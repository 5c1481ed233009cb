"""What a receipt says: an application arrived, what happens next, and that one may stop."""

from typing import Any

from flask_babel import gettext as _

from portal.domain.course.letters import Office, Receipt
from portal.domain.permissions import Act
from portal.web.filters import day, moment
from portal.web.words import button


def receipt(facts: Receipt, language: str) -> dict[str, Any]:
    """What letters/1/receipt.typ reads, in the language that is spoken now; `language` is its code."""
    return {
        "sender": facts.organisation[language],
        "programme": facts.programme[language],
        "heading": _("We received your application"),
        "facts": [
            (_("Name"), facts.name),
            (_("Case number"), facts.reference),
            (_("Date and time"), moment(facts.sent_at)),
        ],
        "meaning": _(
            "This letter shows that we received your application. It is a receipt. "
            "It is not a decision about your application."
        ),
        "sections": [
            (_("What happens next"), _next(facts)),
            (_("You decide"), stop()),
            (_("Talk to a counsellor"), _("Call us, write to us or come to us. Say your case number.")),
        ],
        "offices": [office_of(one, language) for one in facts.offices],
    }


def _next(facts: Receipt) -> str:
    if facts.answer_by is None:
        return str(_("A counsellor reads your application and contacts you."))
    return str(
        _(
            "A counsellor reads your application and contacts you by %(day)s. "
            "You do not have to do anything until then. If you do not hear from us, call us.",
            day=day(facts.answer_by),
        )
    )


def stop() -> str:
    """That one may stop, and how."""
    return str(
        _(
            "To return is your own free choice. You can stop at any time before you leave Estonia. "
            "You do not have to say why. Open your case in the portal and press “%(button)s”, "
            "or tell a counsellor.",
            button=button(Act.CASE_WITHDRAW),
        )
    )


def office_of(office: Office, language: str) -> dict[str, Any]:
    """An office, as plain.typ reads it."""
    return {
        "name": office.name[language],
        "address": office.address,
        "hours": office.hours[language],
        "reached": [*office.phones, office.email],
    }
