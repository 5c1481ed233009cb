"""Words for the way back into an account: where a request stands, and how somebody was known for sure."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.recovery import Certainty, RecoveryState

RECOVERY_STATES = {
    RecoveryState.ASKED: _l("Waiting for somebody who knows the person"),
    RecoveryState.VOUCHED: _l("Waiting for the first signature"),
    RecoveryState.SIGNED: _l("Waiting for the second signature"),
    RecoveryState.APPROVED: _l("Approved: the waiting time of 24 hours"),
    RecoveryState.FINISHED: lazy_pgettext("way back", "Done"),
    RecoveryState.REFUSED: lazy_pgettext("way back", "Not approved"),
    RecoveryState.STOPPED: lazy_pgettext("way back", "Stopped"),
    RecoveryState.EXPIRED: lazy_pgettext("way back", "Ran out"),
}

CERTAINTIES = {
    Certainty.IN_PERSON: _l("In person, with a document"),
    Certainty.VIDEO: _l("In a video call, with a document"),
    Certainty.KNOWN: _l("I know the person myself"),
}
