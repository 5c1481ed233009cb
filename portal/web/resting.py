"""How long nothing may happen on a page before its reader is signed out, and what it says and does then."""

from dataclasses import dataclass
from datetime import datetime

from flask import request, url_for

from portal.db import now
from portal.domain.access.sign_in import WARNED, SignIn
from portal.web import kept

MAY_END = 3 * 60 * 60
"""Seconds before the end of a sign-in from which on a page says how it ends."""


@dataclass(frozen=True)
class Rest:
    """The time of one page, in seconds from now."""

    left: int
    """Until its reader is signed out, if nothing happens."""
    ends: int
    """Until its reader is signed out whatever happens, at `ends_at`."""
    whole: int
    """What is left when something has just happened."""
    ends_at: datetime
    is_shared: bool
    over: str
    """Where the page goes on to by itself when its time is over."""
    warned: int = int(WARNED.total_seconds())

    @property
    def is_last(self) -> bool:
        """Whether the time cannot be made longer any more."""
        return self.ends <= self.left

    @property
    def may_end(self) -> bool:
        """Whether that may come while the page is open: static/saving.js keeps no frame for over an hour."""
        return self.ends <= MAY_END


def of(found: SignIn, *, here: str | None) -> Rest:
    """The time of the page at the address `here`; None: one that cannot be opened again."""
    return Rest(
        left=_seconds(found.over_at),
        ends=_seconds(found.ends_at),
        whole=int(found.rest.total_seconds()),
        ends_at=found.ends_at,
        is_shared=found.is_shared,
        over=url_for("entrance.rested", next=here),
    )


def _seconds(until: datetime) -> int:
    return max(0, int((until - now()).total_seconds()))


def is_used() -> bool:
    """Whether somebody asked for this, and not the page by itself: that is no sign that anybody is there."""
    by_itself = (
        request.endpoint == "entrance.rested",
        "checking" in request.args,
        kept.is_all_that_is_wanted(),
    )
    return not any(by_itself)
