"""Signing: the name under what was declared, and where; the day is the portal's own."""

from flask_babel import lazy_gettext as _l

from portal.domain.applying import signing
from portal.domain.cases import Case
from portal.domain.course import lifecycle
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.web import current
from portal.web.forms import Form, Name, Text, needed
from portal.web.words import say

PLACE_HINT = _l("The city, town or village. For example: Tallinn")


class SignForm(Form):
    """For the applicant, or the guardian of a child."""

    name = Name(
        _l("Your full name"),
        [needed()],
        description=_l("Type it yourself, in any letters. It is your signature."),
        render_kw={"autocomplete": "name", "dir": "auto"},
    )
    place = Text(_l("Where you are now"), [needed()], description=PLACE_HINT, most=80)


class SignForPerson(SignForm):
    """For a counsellor who writes it down for somebody who is here, or from paper."""

    name = Name(
        _l("Full name of the person who signs"),
        [needed()],
        description=_l("The person types it here, or you copy it from the signed paper."),
        render_kw={"dir": "auto"},
    )
    place = Text(_l("Where it was signed"), [needed()], description=PLACE_HINT, most=80)


def ready(case: Case) -> dict[str, bool]:
    """Whether everything is there but the name, and whether that is wanted."""
    missing = lifecycle.missing_for(current.db_session(), case, Act.CASE_SUBMIT, by=current.viewer())
    unsigned = Reason.SIGNATURE_MISSING in missing
    return {"can_be_sent": len(missing) == unsigned, "to_sign": unsigned}


def take(form: SignForm, case: Case, *, language: str) -> bool:
    """Sign; False when something must be written anew, and why stands beside its field. The page commits."""
    if not form.validate():
        return False
    try:
        signing.sign(
            current.db_session(),
            case,
            form.name.data,
            form.place.data,
            language=language,
            by=current.viewer(),
        )
    except Refused as refused:
        if refused.reasons != [Reason.SIGNED_BY_ANOTHER]:
            raise
        form.accept(name=say(Reason.SIGNED_BY_ANOTHER))
        return False
    return True
