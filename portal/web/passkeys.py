"""What pages need for passkeys: the portal as browsers know it, and the fields in which one is sent."""

from flask import abort
from wtforms import HiddenField

from portal.domain.access.passkeys import RelyingParty, relying_party
from portal.web import current
from portal.web.forms import Form


class ShownForm(Form):
    """A passkey that was shown: what the script of the page got from the browser."""

    credential = HiddenField()


class MadeForm(Form):
    """A passkey that was made."""

    new_credential = HiddenField()


def offered() -> RelyingParty | None:
    """The portal as browsers know it; None where they have no passkeys."""
    return relying_party(current.wiring().settings.public_url)


def demanded() -> RelyingParty:
    """The same for what only a page with passkeys asks for."""
    return offered() or abort(404)
