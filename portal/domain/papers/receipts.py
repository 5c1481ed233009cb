"""Receipts: under which number a document arrived, when, and what became of it when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import steps
from portal.domain.cases import ALPHABET, Case
from portal.domain.documents import Document
from portal.domain.journal import Event
from portal.domain.permissions import Act

TOLD = (
    Act.DOCUMENT_SEND,
    Act.DOCUMENT_CHECKED,
    Act.DOCUMENT_UNFIT,
    Act.DOCUMENT_QUARANTINE,
    Act.DOCUMENT_ACCEPT,
    Act.DOCUMENT_REJECT,
)
"""What happens to a document that its sender reads on the receipt."""

_SIGNS = 12


@dataclass(frozen=True)
class Happened:
    """One thing that happened to a document."""

    act: Act
    at: datetime


def number(document: Document) -> str:
    """The number of the receipt: 04FQ-8ZK2-M7XC. It can be read out over a bad line, and tells nothing."""
    rest, signs = document.id, ""
    while rest or len(signs) < _SIGNS:
        rest, place = divmod(rest, len(ALPHABET))
        signs = ALPHABET[place] + signs
    return "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def course(session: Session, case: Case, shown: Sequence[Document]) -> dict[int, list[Happened]]:
    """What happened to each of these documents, the oldest first, as the journal has it."""
    of_label = {steps.label(one): one.id for one in shown}
    found = select(Event.about, Event.act, Event.at).where(
        Event.case_id == case.id, Event.act.in_(TOLD), Event.about.in_(list(of_label))
    )
    row: dict[int, list[Happened]] = {one.id: [] for one in shown}
    for about, act, at in session.execute(found.order_by(Event.id)):
        row[of_label[about]].append(Happened(act, at))
    return row
