"""What may make a document hard to read, as the portal guesses, and what its sender said to that."""

import enum
from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.documents import Document, DocumentState, RetakeAnswer, may_send
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, require

MOST_PAGES = 9
"""As many pages are named for each doubt: more would help nobody."""


class Doubt(enum.StrEnum):
    """Why a page may be hard to read. Never a reason to refuse it."""

    BLURRED = "blurred"
    DARK = "dark"
    GLARE = "glare"
    CUT = "cut"
    SMALL = "small"


def note(document: Document, pages: Sequence[frozenset[Doubt]]) -> None:
    """Write down what was found on each page: "blurred:1,3 dark:2"."""
    found = {
        doubt: [str(number) for number, seen in enumerate(pages, 1) if doubt in seen][:MOST_PAGES]
        for doubt in Doubt
    }
    document.doubts = " ".join(f"{doubt}:{','.join(numbers)}" for doubt, numbers in found.items() if numbers)


def doubts(document: Document) -> dict[Doubt, list[int]]:
    """What may make it hard to read, and on which pages, from 1; empty where nothing was found."""
    parts = [part.split(":") for part in document.doubts.split()]
    return {Doubt(name): [int(number) for number in numbers.split(",")] for name, numbers in parts}


def is_asked(document: Document, case: Case, *, viewer: Account) -> bool:
    """Whether this sender is asked now to look once more at what they sent."""
    return (
        bool(document.doubts)
        and document.retake is None
        and document.state is DocumentState.WAITING
        and document.sender_id == viewer.id
        and may_send(case, by=viewer)
    )


def answer(session: Session, document: Document, case: Case, said: RetakeAnswer, *, by: Account) -> None:
    """The sender keeps it as it is, or takes it again: then the next of its kind takes its place.

    Raises NotFound for a document of somebody else, and Refused when a person has looked at it already.
    """
    require(by.role, Act.DOCUMENT_SEND)
    if document.sender_id != by.id:
        raise NotFound(str(document.id))
    if document.state is not DocumentState.WAITING or not may_send(case, by=by):
        raise Refused([Reason.WRONG_STATE])
    document.retake = said
