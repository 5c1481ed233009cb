"""The documents that the programme asks of a case: person by person, what was sent, and what is missing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain import clocks, documents, people
from portal.domain.applying import application
from portal.domain.applying.application import Answers, LegalStatus, NeedsAnswer, Precept
from portal.domain.cases import BEFORE_DEPARTURE, Case, CaseState
from portal.domain.choices import Need, ParentConsent
from portal.domain.documents import Document, DocumentState
from portal.domain.people import Person
from portal.programme import DocumentKind, Situation, WantedBy, WantedDocument, Who

ACCEPTED = (CaseState.PREPARING, CaseState.READY_TO_TRAVEL)
_FIRST = frozenset(BEFORE_DEPARTURE) - frozenset(ACCEPTED)
ASKED_WHEN: dict[WantedBy, frozenset[CaseState]] = {
    WantedBy.SUBMITTED: _FIRST,
    WantedBy.PROPOSED: _FIRST,
    WantedBy.READY_TO_TRAVEL: frozenset(ACCEPTED),
}
WAITING = (CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.PREPARING)
"""Somebody else works on the case, and documents are taken all the same."""
USEFUL = (DocumentState.ACCEPTED, DocumentState.WAITING, DocumentState.CHECKING)
"""The states of a document that was sent and not refused, the best first."""

MEDICAL = frozenset({Need.ILLNESS, Need.PREGNANCY, Need.DISABILITY, Need.WALKING})


def _status(*among: LegalStatus) -> Callable[[Answers], bool]:
    return lambda found: found.application.status in among


def _precept(*among: Precept) -> Callable[[Answers], bool]:
    return lambda found: found.application.precept in among


def _needs(among: frozenset[Need]) -> Callable[[Answers], bool]:
    def is_so(found: Answers) -> bool:
        kinds = found.application.needs_kinds or frozenset()
        return found.application.needs is NeedsAnswer.YES and bool(kinds & among)

    return is_so


# The same situations before there is an account: guide.LIKELY.
SITUATIONS: dict[Situation, Callable[[Answers], bool]] = {
    Situation.ASYLUM_SEEKER: _status(LegalStatus.ASYLUM_SEEKER),
    Situation.ASYLUM_REFUSED: _status(LegalStatus.ASYLUM_REFUSED),
    Situation.PROTECTION: _status(LegalStatus.PROTECTION),
    Situation.TEMPORARY_PROTECTION: _status(LegalStatus.TEMPORARY_PROTECTION),
    Situation.PERMIT_EXPIRED: _status(LegalStatus.PERMIT_EXPIRED),
    Situation.PERMIT_VALID: _status(LegalStatus.PERMIT_VALID),
    Situation.PRECEPT: _precept(Precept.WITH_DEADLINE, Precept.AT_ONCE),
    Situation.EXPULSION_ORDER: _precept(Precept.EXPULSION_ORDER),
    Situation.MEDICAL_NEEDS: _needs(MEDICAL),
    Situation.MEDICINE: _needs(frozenset({Need.MEDICINE})),
}

Travellers = Sequence[Person]

NOBODY_STAYS = (ParentConsent.NO_OTHER, ParentConsent.TRAVELS)
"""No parent is left behind whose consent a border would ask for."""

# Whoever is not known to be a child is asked as an adult is.
WHOSE: dict[Who, Callable[[Travellers], list[Person]]] = {
    Who.PRINCIPAL: lambda all_: [one for one in all_ if one.is_principal],
    Who.EVERY_PERSON: list,
    Who.ADULT: lambda all_: [one for one in all_ if not one.is_minor],
    Who.MINOR: lambda all_: [one for one in all_ if one.is_minor],
    Who.MINOR_ALONE: people.minors_alone,
    Who.MINOR_OTHER_PARENT: lambda all_: [
        one for one in all_ if one.is_minor and one.other_parent not in (None, *NOBODY_STAYS)
    ],
}


@dataclass(frozen=True)
class Share:
    """What is asked of one person, and the best document that was sent for it."""

    person: Person
    document: Document | None

    @property
    def is_accepted(self) -> bool:
        """Whether a counsellor found that it is good."""
        return self.document is not None and self.document.state is DocumentState.ACCEPTED


@dataclass(frozen=True)
class Wish:
    """A document that the programme asks of this case, of one person or of several."""

    wanted: WantedDocument
    shares: tuple[Share, ...]

    @property
    def people(self) -> int:
        """Of how many people it is asked."""
        return len(self.shares)

    @property
    def sent(self) -> int:
        """For how many of them one was sent, and not refused."""
        return sum(share.document is not None for share in self.shares)

    @property
    def is_met(self) -> bool:
        """Whether one was sent for everybody. That it is also good a counsellor says."""
        return self.sent == self.people

    @property
    def is_accepted(self) -> bool:
        """Whether everybody's was found good."""
        return all(share.is_accepted for share in self.shares)


def wishes(session: Session, case: Case) -> list[Wish]:
    """What the programme asks of this case in its state, each thing of each person once."""
    asked = [one for one in clocks.programme(session).documents if case.state in ASKED_WHEN[one.when]]
    return list(_once(_shared_out(session, case, asked)))


def wanted_now(session: Session, case: Case) -> list[DocumentKind]:
    """What the migrant may send while others work on the case: asked for, and not sent for everybody yet."""
    if case.state not in WAITING:
        return []
    open_wishes = [wish for wish in wishes(session, case) if not (wish.is_met or wish.wanted.useful)]
    return [wish.wanted.kind for wish in open_wishes]


def missing(session: Session, case: Case, when: WantedBy) -> list[tuple[WantedDocument, Person]]:
    """Without what the case does not go on to this step: nothing was sent, or (later) nothing accepted."""
    required = [one for one in clocks.programme(session).documents if one.required and one.when is when]
    return [
        (wish.wanted, share.person)
        for wish in _shared_out(session, case, required)
        for share in wish.shares
        if share.document is None or (when is not WantedBy.SUBMITTED and not share.is_accepted)
    ]


def _once(every: list[Wish]) -> Iterator[Wish]:
    """The wishes without those that another one, as strict or stricter, fulfils for the same person."""
    taken: dict[int, list[WantedDocument]] = {}
    left: dict[int, list[Share]] = {}
    # The strictest first: whatever serves it serves the others too.
    ranked = sorted(enumerate(every), key=lambda pair: (pair[1].wanted.useful, len(pair[1].wanted.kinds)))
    for place, wish in ranked:
        for share in wish.shares:
            others = taken.setdefault(share.person.id, [])
            if not any(other.covers(wish.wanted) for other in others):
                others.append(wish.wanted)
                left.setdefault(place, []).append(share)
    for place, wish in enumerate(every):
        if place in left:
            yield Wish(wish.wanted, tuple(left[place]))


def _shared_out(session: Session, case: Case, asked: Sequence[WantedDocument]) -> list[Wish]:
    travellers, found = people.of_case(session, case), application.answers(session, case)
    sent = _sent(session, case)
    return [
        Wish(wanted, tuple(_shares(wanted, WHOSE[wanted.who](travellers), sent)))
        for wanted in asked
        if _is_so(wanted, found)
    ]


def _is_so(wanted: WantedDocument, found: Answers) -> bool:
    return not wanted.only_if or any(SITUATIONS[one](found) for one in wanted.only_if)


def _sent(session: Session, case: Case) -> list[Document]:
    """What may serve, the best and the oldest first."""
    useful = [one for one in documents.every(session, case) if one.state in USEFUL]
    return sorted(useful, key=lambda one: USEFUL.index(one.state))


def _shares(wanted: WantedDocument, whose: list[Person], sent: list[Document]) -> Iterator[Share]:
    """Who has one: whose name a counsellor set on it; others serve those who have none, in their order."""
    fitting = [one for one in sent if one.kind in wanted.kinds]
    named: dict[int, Document] = {}
    for document in fitting:
        if document.person_id is not None:
            named.setdefault(document.person_id, document)
    unnamed = iter([one for one in fitting if one.person_id is None])
    for person in whose:
        yield Share(person, named.get(person.id) or next(unnamed, None))
