"""The guide before an account: a few questions, whom they lead to, and what to bring. Keeps nothing."""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from portal.domain.applying.application import LegalStatus, Precept
from portal.programme import DocumentKind, Situation, WantedBy, WantedDocument, Who


class Topic(enum.StrEnum):
    """One question of the guide, in the order they are asked."""

    STATUS = "status"
    PRECEPT = "precept"
    PENDING = "pending"
    CITIZENSHIP = "citizenship"
    COUNTRY = "country"
    PASSPORT = "passport"
    FAMILY = "family"
    FEAR = "fear"


class Unsaid(enum.StrEnum):
    """What may be answered to every question. A question left out counts as not known."""

    DONT_KNOW = "dont_know"
    IN_PERSON = "in_person"


class Pending(enum.StrEnum):
    """Whether somebody still has to decide."""

    COURT = "court"
    POLICE = "police"
    NOTHING = "nothing"


class Citizenship(enum.StrEnum):
    """Citizens of the EU, the EEA and Switzerland are not whom the programme is for (domain.md 1.2)."""

    EUROPEAN = "european"
    OTHER = "other"
    STATELESS = "stateless"


class Destination(enum.StrEnum):
    """The country of return, seen from the person: which one it is, the guide need not know."""

    OWN = "own"
    MAY_LIVE = "may_live"
    MAY_NOT_LIVE = "may_not_live"


class Passport(enum.StrEnum):
    """Whether there is a valid passport, and who has it."""

    WITH_ME = "with_me"
    ELSEWHERE = "elsewhere"
    HELD = "held"
    EXPIRED = "expired"
    LOST = "lost"
    NEVER = "never"


class Household(enum.StrEnum):
    """Who would travel."""

    ALONE = "alone"
    ADULTS = "adults"
    CHILDREN = "children"
    BOTH = "both"
    UNDER_AGE = "under_age"


class Fear(enum.StrEnum):
    """Whether the person is afraid to go back."""

    YES = "yes"
    NO = "no"


Answers = Mapping[Topic, enum.StrEnum]
"""What was answered, by question; what was left out is not there."""


def _or_unsaid(members: Iterable[enum.StrEnum]) -> tuple[enum.StrEnum, ...]:
    return (*(one for one in members if one not in set(Unsaid)), *Unsaid)


CHOICES: dict[Topic, tuple[enum.StrEnum, ...]] = {
    Topic.STATUS: _or_unsaid(LegalStatus),
    Topic.PRECEPT: _or_unsaid(Precept),
    Topic.PENDING: _or_unsaid(Pending),
    Topic.CITIZENSHIP: _or_unsaid(Citizenship),
    Topic.COUNTRY: _or_unsaid(Destination),
    Topic.PASSPORT: _or_unsaid(Passport),
    Topic.FAMILY: _or_unsaid(Household),
    Topic.FEAR: _or_unsaid(Fear),
}


class Talk(enum.StrEnum):
    """Somebody to talk to."""

    COUNSELLOR = "counsellor"
    ADVISER = "adviser"
    HELP_LINE = "help_line"
    GUARDIAN = "guardian"
    EMBASSY = "embassy"


class Point(enum.StrEnum):
    """Something that matters in a situation."""

    AFRAID = "afraid"
    PASSPORT_HELD = "passport_held"
    UNDER_AGE = "under_age"
    ASYLUM_OPEN = "asylum_open"
    ASYLUM_REFUSED = "asylum_refused"
    PROTECTION = "protection"
    TEMPORARY_PROTECTION = "temporary_protection"
    EXPULSION_ORDER = "expulsion_order"
    LEAVE_AT_ONCE = "leave_at_once"
    COURT = "court"
    POLICE = "police"
    IN_PERSON = "in_person"
    EUROPEAN = "european"
    LEAVE_BY_DATE = "leave_by_date"
    WHICH_PAPER = "which_paper"
    PERMIT_VALID = "permit_valid"
    STATELESS = "stateless"
    ANOTHER_COUNTRY = "another_country"
    PASSPORT_ELSEWHERE = "passport_elsewhere"
    CHILDREN = "children"
    ADULTS = "adults"


class Help(enum.StrEnum):
    """What the programme gives, as its public pages say (domain.md 1.3)."""

    ADVICE = "advice"
    TRAVEL_DOCUMENT = "travel_document"
    JOURNEY = "journey"
    AIRPORT = "airport"
    FRESH_START = "fresh_start"


@dataclass(frozen=True)
class Rule:
    """Any of `answers` to the question `topic` means `point`, and leads to these people, in this order."""

    topic: Topic
    answers: frozenset[enum.StrEnum]
    point: Point
    talk: tuple[Talk, ...]
    advice_first: bool = False
    """Whether a talk and independent advice come before everything else."""


C, A, L, G, E = Talk.COUNSELLOR, Talk.ADVISER, Talk.HELP_LINE, Talk.GUARDIAN, Talk.EMBASSY
P = Point


def _first(topic: Topic, answer: enum.StrEnum, point: Point, *talk: Talk) -> Rule:
    return Rule(topic, frozenset({answer}), point, talk, advice_first=True)


def _also(topic: Topic, answers: Iterable[enum.StrEnum], point: Point, *talk: Talk) -> Rule:
    return Rule(topic, frozenset(answers), point, talk)


# The heaviest first: what stands above is said first, and its people are named first.
RULES: tuple[Rule, ...] = (
    _first(Topic.FEAR, Fear.YES, P.AFRAID, C, A, L),
    _first(Topic.PASSPORT, Passport.HELD, P.PASSPORT_HELD, C, A, L),
    _first(Topic.FAMILY, Household.UNDER_AGE, P.UNDER_AGE, C, G, A, L),
    _first(Topic.STATUS, LegalStatus.ASYLUM_SEEKER, P.ASYLUM_OPEN, A, C),
    _first(Topic.STATUS, LegalStatus.ASYLUM_REFUSED, P.ASYLUM_REFUSED, A, C),
    _first(Topic.STATUS, LegalStatus.PROTECTION, P.PROTECTION, A, C),
    _first(Topic.STATUS, LegalStatus.TEMPORARY_PROTECTION, P.TEMPORARY_PROTECTION, A, C),
    _first(Topic.PRECEPT, Precept.EXPULSION_ORDER, P.EXPULSION_ORDER, A, C),
    _first(Topic.PRECEPT, Precept.AT_ONCE, P.LEAVE_AT_ONCE, A, C),
    _first(Topic.PENDING, Pending.COURT, P.COURT, A, C),
    _first(Topic.PENDING, Pending.POLICE, P.POLICE, A, C),
    *(_first(topic, Unsaid.IN_PERSON, P.IN_PERSON, C, A) for topic in Topic),
    _also(Topic.CITIZENSHIP, {Citizenship.EUROPEAN}, P.EUROPEAN, C, E),
    _also(Topic.PRECEPT, {Precept.WITH_DEADLINE}, P.LEAVE_BY_DATE, C, A),
    _also(Topic.PRECEPT, {Unsaid.DONT_KNOW}, P.WHICH_PAPER, C),
    _also(Topic.STATUS, {Unsaid.DONT_KNOW}, P.WHICH_PAPER, C),
    _also(Topic.STATUS, {LegalStatus.PERMIT_VALID}, P.PERMIT_VALID, C, A),
    _also(Topic.CITIZENSHIP, {Citizenship.STATELESS}, P.STATELESS, C),
    _also(Topic.COUNTRY, {Destination.MAY_LIVE, Destination.MAY_NOT_LIVE}, P.ANOTHER_COUNTRY, C),
    _also(Topic.PASSPORT, {Passport.ELSEWHERE}, P.PASSPORT_ELSEWHERE, C),
    _also(Topic.FAMILY, {Household.CHILDREN, Household.BOTH}, P.CHILDREN, C),
    _also(Topic.FAMILY, {Household.ADULTS}, P.ADULTS, C),
)
ALWAYS = (C, A)
"""Whom everybody may ask, whatever they answered."""

NO_JOURNEY_YET = frozenset(
    {
        (Topic.CITIZENSHIP, Citizenship.EUROPEAN),
        (Topic.PRECEPT, Precept.EXPULSION_ORDER),
        (Topic.FAMILY, Household.UNDER_AGE),
    }
)
"""Whoever answers one of these talks to somebody before a journey is spoken of."""

HAS_PASSPORT = frozenset({Passport.WITH_ME, Passport.ELSEWHERE})

AFRAID_OF_A_STATE = frozenset(
    {
        (Topic.FEAR, Fear.YES),
        (Topic.FEAR, Unsaid.IN_PERSON),
        (Topic.STATUS, LegalStatus.ASYLUM_SEEKER),
        (Topic.STATUS, LegalStatus.ASYLUM_REFUSED),
        (Topic.STATUS, LegalStatus.PROTECTION),
        (Topic.STATUS, LegalStatus.TEMPORARY_PROTECTION),
    }
)
"""Whoever answers one of these takes advice before anybody speaks to the embassy."""


@dataclass(frozen=True)
class Outcome:
    """What a person is told. It decides nothing, counts nothing and refuses nothing."""

    people: tuple[Talk, ...]
    points: tuple[Point, ...]
    helps: tuple[Help, ...]
    advice_first: bool
    careful: bool
    """Whether advice comes before anybody speaks to the embassy."""


def outcome(answers: Answers) -> Outcome:
    """Whom to talk to, the first first; what matters; and which help there is."""
    met = [rule for rule in RULES if answers.get(rule.topic, Unsaid.DONT_KNOW) in rule.answers]
    people = dict.fromkeys(talk for rule in met for talk in rule.talk) | dict.fromkeys(ALWAYS)
    careful = is_careful(answers)
    if careful:
        people.pop(Talk.EMBASSY, None)
    return Outcome(
        people=tuple(people),
        points=tuple(dict.fromkeys(rule.point for rule in met)),
        helps=tuple(_helps(answers)),
        advice_first=any(rule.advice_first for rule in met),
        careful=careful,
    )


def _helps(answers: Answers) -> Iterator[Help]:
    yield Help.ADVICE
    if not NO_JOURNEY_YET.isdisjoint(answers.items()):
        return
    if answers.get(Topic.PASSPORT) not in HAS_PASSPORT:
        yield Help.TRAVEL_DOCUMENT
    yield from (Help.JOURNEY, Help.AIRPORT, Help.FRESH_START)


def is_careful(answers: Answers) -> bool:
    """Whether advice comes before anybody speaks to the embassy."""
    return not AFRAID_OF_A_STATE.isdisjoint(answers.items())


def passport(answers: Answers) -> Passport | None:
    """What was said about the passport; None for nothing that one could go by."""
    said = answers.get(Topic.PASSPORT)
    return said if isinstance(said, Passport) else None


def following(answers: Answers) -> Topic | None:
    """The question after the last one that was answered; None when that was the last of all."""
    order = list(Topic)
    last = max((order.index(topic) for topic in answers), default=-1)
    return next(iter(order[last + 1 :]), None)


# --- What to bring ---------------------------------------------------------------------------------


class Bearer(enum.StrEnum):
    """Whose papers they are."""

    YOU = "you"
    ADULT = "adult"
    CHILD = "child"


class Use(enum.StrEnum):
    """What a paper is for."""

    IDENTITY = "identity"
    JOURNEY = "journey"
    FAMILY = "family"
    STAY = "stay"
    GUARDIAN = "guardian"
    HEALTH = "health"
    OTHER = "other"


USES: dict[DocumentKind, Use] = {
    DocumentKind.PASSPORT: Use.IDENTITY,
    DocumentKind.NATIONAL_ID: Use.IDENTITY,
    DocumentKind.LAISSEZ_PASSER: Use.IDENTITY,
    DocumentKind.OTHER_IDENTITY: Use.IDENTITY,
    DocumentKind.PHOTO_PASSPORT_SIZE: Use.JOURNEY,
    DocumentKind.TICKET_ITINERARY: Use.JOURNEY,
    DocumentKind.TRANSIT_VISA: Use.JOURNEY,
    DocumentKind.BIRTH_CERTIFICATE: Use.FAMILY,
    DocumentKind.MARRIAGE_CERTIFICATE: Use.FAMILY,
    DocumentKind.PRECEPT_TO_LEAVE: Use.STAY,
    DocumentKind.EXPULSION_ORDER: Use.STAY,
    DocumentKind.ASYLUM_DECISION: Use.STAY,
    DocumentKind.WITHDRAWAL_OF_APPLICATION: Use.STAY,
    DocumentKind.RESIDENCE_PERMIT: Use.STAY,
    DocumentKind.GUARDIAN_CONSENT: Use.GUARDIAN,
    DocumentKind.COURT_OR_BID_DECISION: Use.GUARDIAN,
    DocumentKind.POWER_OF_ATTORNEY: Use.GUARDIAN,
    DocumentKind.MEDICAL_REPORT: Use.HEALTH,
    DocumentKind.FIT_TO_TRAVEL_CERTIFICATE: Use.HEALTH,
    DocumentKind.PRESCRIPTION: Use.HEALTH,
}

EVERYBODY = tuple(Bearer)
BEARERS: dict[enum.StrEnum, tuple[Bearer, ...]] = {
    Household.ALONE: (Bearer.YOU,),
    Household.ADULTS: (Bearer.YOU, Bearer.ADULT),
    Household.CHILDREN: (Bearer.YOU, Bearer.CHILD),
    Household.BOTH: EVERYBODY,
    Household.UNDER_AGE: (Bearer.YOU,),
}
"""Who would travel; what was not said is shown for everybody."""

LIKELY: dict[Situation, tuple[Topic, frozenset[enum.StrEnum]] | None] = {
    Situation.ASYLUM_SEEKER: (Topic.STATUS, frozenset({LegalStatus.ASYLUM_SEEKER})),
    Situation.ASYLUM_REFUSED: (Topic.STATUS, frozenset({LegalStatus.ASYLUM_REFUSED, Unsaid.DONT_KNOW})),
    Situation.PROTECTION: (Topic.STATUS, frozenset({LegalStatus.PROTECTION, Unsaid.DONT_KNOW})),
    Situation.TEMPORARY_PROTECTION: (
        Topic.STATUS,
        frozenset({LegalStatus.TEMPORARY_PROTECTION, Unsaid.DONT_KNOW}),
    ),
    Situation.PERMIT_EXPIRED: (Topic.STATUS, frozenset({LegalStatus.PERMIT_EXPIRED, Unsaid.DONT_KNOW})),
    Situation.PERMIT_VALID: (Topic.STATUS, frozenset({LegalStatus.PERMIT_VALID, Unsaid.DONT_KNOW})),
    Situation.PRECEPT: (
        Topic.PRECEPT,
        frozenset({Precept.WITH_DEADLINE, Precept.AT_ONCE, Unsaid.DONT_KNOW}),
    ),
    Situation.EXPULSION_ORDER: (Topic.PRECEPT, frozenset({Precept.EXPULSION_ORDER, Unsaid.DONT_KNOW})),
    Situation.MEDICAL_NEEDS: None,
    Situation.MEDICINE: None,
}
"""The answers that make a situation likely; None: the guide does not ask, so that it may always be so. What
an application says of the same situations: papers/required.SITUATIONS."""


@dataclass(frozen=True)
class Line:
    """One paper on the list; `later`: what it must be at the latest before a later step."""

    wanted: WantedDocument
    later: WantedDocument | None = None


@dataclass(frozen=True)
class Bundle:
    """The papers that are asked for from one person, or from each of several; each paper is named once."""

    bearer: Bearer
    papers: tuple[Line, ...]


def bring(documents: Iterable[WantedDocument], answers: Answers) -> list[Bundle]:
    """What the programme asks for, person by person, as its owner set it."""
    wanted = [one for one in documents if not one.useful and _may_be_so(one, answers)]
    family = answers.get(Topic.FAMILY, Unsaid.DONT_KNOW)
    bundles = (
        Bundle(bearer, tuple(_lines([one for one in wanted if _is_asked(one.who, bearer, family)])))
        for bearer in BEARERS.get(family, EVERYBODY)
    )
    return [bundle for bundle in bundles if bundle.papers]


def _lines(asked: list[WantedDocument]) -> Iterator[Line]:
    """A paper that is asked for at two steps stands there once, and says what is wanted in the end."""
    named: dict[DocumentKind, WantedDocument] = {}
    last: dict[DocumentKind, WantedDocument] = {}
    for one in asked:
        named.setdefault(one.kind, one)
        last[one.kind] = one
    for kind, one in named.items():
        yield Line(one, last[kind] if last[kind] is not one else None)


def _may_be_so(wanted: WantedDocument, answers: Answers) -> bool:
    likely = [LIKELY[one] for one in wanted.only_if]
    return not likely or any(one is None or answers.get(one[0], Unsaid.DONT_KNOW) in one[1] for one in likely)


# A child who is asked about itself travels alone; about others the guide asks no more than their age.
_ASKED_OF: dict[Who, Callable[[Bearer, bool], bool]] = {
    Who.EVERY_PERSON: lambda bearer, is_child: True,
    Who.PRINCIPAL: lambda bearer, is_child: bearer is Bearer.YOU,
    Who.ADULT: lambda bearer, is_child: bearer is Bearer.ADULT or (bearer is Bearer.YOU and not is_child),
    Who.MINOR: lambda bearer, is_child: bearer is (Bearer.YOU if is_child else Bearer.CHILD),
    Who.MINOR_ALONE: lambda bearer, is_child: is_child and bearer is Bearer.YOU,
    Who.MINOR_OTHER_PARENT: lambda bearer, is_child: bearer is Bearer.CHILD,
}


def _is_asked(who: Who, bearer: Bearer, family: enum.StrEnum) -> bool:
    return _ASKED_OF[who](bearer, family is Household.UNDER_AGE)


def good_to_have(documents: Iterable[WantedDocument], answers: Answers) -> tuple[DocumentKind, ...]:
    """Papers that nobody asks for and that help in a talk, as the programme's owner set them."""
    family = answers.get(Topic.FAMILY, Unsaid.DONT_KNOW)
    bearers = BEARERS.get(family, EVERYBODY)
    useful = (
        one.kind
        for one in documents
        if one.useful
        and _may_be_so(one, answers)
        and any(_is_asked(one.who, bearer, family) for bearer in bearers)
    )
    return tuple(dict.fromkeys(useful))


def use(wanted: WantedDocument) -> Use:
    """What an asked paper is for: what shows who somebody is also opens the border."""
    found = USES.get(wanted.kind, Use.OTHER)
    is_for_journey = found is Use.IDENTITY and wanted.when is WantedBy.READY_TO_TRAVEL
    return Use.JOURNEY if is_for_journey else found


def lost(bundles: Iterable[Bundle]) -> dict[Use, tuple[DocumentKind, ...]]:
    """The kinds of paper of a list, by what they are for: what to do without one depends on that."""
    found: dict[Use, dict[DocumentKind, None]] = {}
    for bundle in bundles:
        for line in bundle.papers:
            kind = line.wanted.kind
            found.setdefault(USES.get(kind, Use.OTHER), {})[kind] = None
    return {use_: tuple(kinds) for use_, kinds in found.items()}
