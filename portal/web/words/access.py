"""Words for the way back into an account: where a request stands, and how somebody was known for sure."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.domain.access.recovery import Certainty, RecoveryState, Standing

RECOVERY_STATES = {
    RecoveryState.ASKED: _l("Waiting for somebody who knows the person"),
    RecoveryState.VOUCHED: _l("Waiting for the first signature"),
    RecoveryState.SIGNED: _l("Waiting for the second signature"),
    RecoveryState.APPROVED: lazy_pgettext("way back", "Approved"),
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

STAGES = (
    _l("You ask"),
    _l("Somebody confirms that it is you"),
    _l("Two members of staff approve"),
    _l("24 hours of waiting"),
    _l("You get a code"),
)
"""The way back, for the person who walks it."""

_S = RecoveryState
AT = {_S.ASKED: 1, _S.VOUCHED: 2, _S.SIGNED: 2, _S.APPROVED: 3, _S.FINISHED: len(STAGES)}
"""Of the stages the one a request stands at; none when it ended before."""

TITLES = {
    _S.ASKED: _l("You have asked for the way back"),
    _S.VOUCHED: _l("Somebody confirmed that it is you"),
    _S.SIGNED: _l("One of two has approved"),
    _S.APPROVED: _l("Approved: now there is a waiting time"),
    _S.FINISHED: _l("You are back in your account"),
    _S.REFUSED: _l("This request was not approved"),
    _S.STOPPED: _l("This request was stopped"),
    _S.EXPIRED: _l("This request ran out"),
}
NEXT = {
    _S.ASKED: _l(
        "Now show that it is you. Meet your counsellor or your partner organisation, or make a video call "
        "with them. Have a document with you, and tell them your request number."
    ),
    _S.VOUCHED: _l("Two members of staff look at your request. You need to do nothing now."),
    _S.SIGNED: _l("A second member of staff looks at your request. You need to do nothing now."),
    _S.APPROVED: _l(
        "The waiting time protects you. If somebody else asked for your account, there is time to stop it."
    ),
    _S.FINISHED: _l("From now on you sign in with your new password and your new code."),
    _S.REFUSED: _l("Talk to your counsellor or your partner organisation. They can tell you why."),
    _S.STOPPED: _l("If you did not stop it yourself and still cannot sign in, talk to us."),
    _S.EXPIRED: _l("Nobody went on with it in time. If you still cannot sign in, ask again."),
}
RIPE = (
    _l("You can get your code now"),
    _l(
        "Call or meet the person who confirmed that it is you. They make a code and read it out to you. "
        "It works for 10 minutes."
    ),
)
WHO = {
    _S.ASKED: lazy_pgettext("who acts", "You"),
    _S.VOUCHED: _l("Two members of staff"),
    _S.SIGNED: _l("A second member of staff"),
    _S.APPROVED: _l("Nobody. Wait"),
}


@dataclass(frozen=True)
class Told:
    """How a request stands, as the person reads it; `at` is empty when it ended before its time."""

    title: LazyString
    next: LazyString
    who: LazyString | str
    at: int | None


def told(standing: Standing) -> Told:
    """The words for how a request stands."""
    if standing.is_ripe:
        return Told(*RIPE, WHO[_S.ASKED], len(STAGES) - 1)
    state = standing.state
    return Told(TITLES[state], NEXT[state], WHO.get(state, ""), AT.get(state))
