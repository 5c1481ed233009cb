"""The corpus: every kind of file that people send, or those who mean harm, each with its verdict."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.corpus import harmful, pdfs, photos

WAITING, QUARANTINED, AT_ONCE = "waiting", "quarantined", "415"
"""A person looks at it; malware; refused before any of it is kept. Everything else is a RejectReason."""


@dataclass(frozen=True)
class Sent:
    """One file under its sender's name for it, and what must become of it."""

    name: str
    make: Callable[[], bytes]
    verdict: str
    pages: int = 1


CORPUS: tuple[Sent, ...] = (
    *(Sent(name, make, WAITING) for name, make in photos.GOOD.items()),
    *(Sent(name, make, WAITING, pages) for name, (make, pages) in pdfs.GOOD.items()),
    *(Sent(name, make, verdict) for name, (make, verdict) in photos.BAD.items()),
    *(Sent(name, make, verdict) for name, (make, verdict) in pdfs.BAD.items()),
    *(Sent(name, make, WAITING) for name, make in harmful.DISARMED.items()),
    *(Sent(name, make, QUARANTINED) for name, make in harmful.MALWARE.items()),
    *(Sent(name, make, AT_ONCE) for name, make in harmful.REFUSED.items()),
)
