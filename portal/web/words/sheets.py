"""Words for code sheets: how the counsellor knows the person, why another one, and how far it has come."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.access.sheets import Identity, SheetState, Why

IDENTITIES = {
    Identity.DOCUMENT: _l("I saw a document with a photo"),
    Identity.KNOWN: _l("I know this person from before"),
    Identity.ANSWERS: _l("They answered questions that only they can answer"),
}

WHYS = {
    Why.LOST: _l("The sheet is lost, or somebody else may have seen it"),
    Why.USED_UP: _l("All codes are used, or almost all"),
    Why.PHONE_LOST: _l("The phone with the app is lost or does not work"),
    Why.OTHER: lazy_pgettext("code sheet", "Another reason"),
}

STATES = {
    SheetState.ASKED: lazy_pgettext("code sheet", "Waits for a colleague"),
    SheetState.APPROVED: lazy_pgettext("code sheet", "Ready to be made"),
    SheetState.REFUSED: lazy_pgettext("code sheet", "Not approved"),
    SheetState.PRINTED: lazy_pgettext("code sheet", "Made"),
    SheetState.EXPIRED: lazy_pgettext("code sheet", "Too old"),
}
