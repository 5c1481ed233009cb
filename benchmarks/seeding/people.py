"""The made-up people of the seeds: how many there are of what, and what is sealed for each of them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from benchmarks.seeding import names
from portal.db import new_id, now, today
from portal.domain import cases, search
from portal.domain.cases import CaseState as S
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.desk.escalation import OURS, Level
from portal.domain.desk.lines import NEVER
from portal.domain.findable import Alike
from portal.sealing import Keyring, in_use

Rows = dict[str, list[tuple[Any, ...]]]
"""By table: the values of its COLUMNS."""

COUNTRIES, LANGUAGES = (
    ("UZ", "GE", "MD", "NG", "TJ", "AM", "KG", "BY"),
    ("ru", "en", "ka", "uz", "ro", "fr", "am"),
)
OPEN = (
    *(S.IN_REVIEW, S.NEEDS_INFO, S.PROPOSED, S.PREPARING, S.READY_TO_TRAVEL),
    *(S.DEPARTED, S.ARRIVED, S.REINTEGRATION, S.MONITORING),
)
ENDED = (S.CLOSED, S.CLOSED, S.WITHDRAWN, S.NOT_ELIGIBLE)
RISES = {Level.COUNSELLOR: 0, Level.APPROVER: 3, Level.MANAGER: 6}
"""After how many days lateness has gone up."""
LOAD, FEWEST_COUNSELLORS = 160, 50
"""Open cases of one counsellor; where they would be too few for the page of a list, others have less."""
ALIKE = 55
"""Cases of the first counsellor that every filter leaves: a page and a little more, in every house."""
FEWEST_OPEN, FEWEST_NEW = 1000, 240
"""In the smallest house, where every list must still fill a page."""
EVERY = 5
"""In the smallest house every fifth open case is of somebody whose names begin as they are asked for."""

BLOCK = 64
"""So many numbers belong to each case: its own, its person's and its account's, and those of other rows."""
PERSON, MIGRANT = 1, 2


@dataclass(frozen=True)
class Scale:
    """How much there is. A fifth of all cases is open, and every counsellor has LOAD of them.

    Few cases are all open, and more of them new: every list is then as long as a page, however small the
    house, and what is measured is the size of the house and not the length of a list.
    """

    cases: int
    events: int = 5
    """Journal rows of each case."""
    open_share: float = 0.2
    new_share: float = 0.02
    """Of the open ones: not taken by anybody."""
    all_new: bool = False
    """Nobody has taken any of them."""
    first_counsellor: int = 0
    """The account that has the first LOAD cases; 0: one that is made."""
    first_partner: int = 0
    """The organisation that is one of the twenty partners; 0: one that is made."""
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - nothing here is secret

    @property
    def open(self) -> int:
        """Open cases."""
        wanted = max(FEWEST_OPEN, int(self.cases * self.open_share))
        return self.cases if self.all_new else min(self.cases, wanted)

    @property
    def new(self) -> int:
        """Cases that nobody has taken."""
        wanted = max(FEWEST_NEW, int(self.open * self.new_share))
        return self.cases if self.all_new else min(self.open // 2, wanted)


COLUMNS: dict[str, tuple[str, ...]] = {
    "organisations": ("id", "name", "country", "address", "phone", "hours"),
    "accounts": (
        *("id", "role", "login", "login_index", "name", "language", "password_hash", "state", "failures"),
        *("demo", "created_at", "version"),
    ),
    "cases": (
        *("id", "reference", "migrant_id", "counsellor_id", "partner_id", "proposer_id", "state", "since"),
        *("due_on", "assisted", "opened_at", "submitted_at", "warned", "version"),
    ),
    "applications": ("id", "case_id", "language", "phone", "country", "precept_deadline", "needs", "version"),
    "persons": (
        *("id", "case_id", "family_name", "given_names", "born_on", "gender", "citizenship", "paper_number"),
    ),
    "documents": (
        *("id", "case_id", "kind", "state", "sender_id", "sender_role", "sent_at", "size", "wrapped_key"),
        "version",
    ),
    "desk_lines": (
        *("id", "counsellor", "partner", "state", "due_on", "contact_on", "came_at", "leave_by", "country"),
        *("language", "vulnerable", "for_counsellor", "for_approver", "for_migrant", "waits"),
    ),
    "escalations": ("id", "case_id", "late", "thing_id", "due_on", "level", "at"),
    "seeds": (
        *("case_id", "held_by", "counsellor", "migrant_id", "person_id", "came_at", "family", "given"),
        *("names", "phone", "phone_end", "paper", "same_name", "same_paper"),
    ),
    "seed_words": ("word", "place", "term"),
    "seed_pairs": ("names", "place", "term", "marks"),
}
"""The last three are no tables of the portal: from them the database itself makes the rows that are many."""


class House:
    """Who works here, and the names people have."""

    def __init__(self, scale: Scale) -> None:
        self.scale, self.chance = scale, scale.chance
        self.sounds = _sounds(in_use())
        self.pairs: set[str] = set()
        others = max(0, scale.open - scale.new - LOAD)
        self.load = max(1, min(LOAD, others // FEWEST_COUNSELLORS))
        self.counsellors = [new_id() for _ in range(2 + others // self.load)]
        if scale.first_counsellor:
            self.counsellors[0] = scale.first_counsellor
        self.partners = [new_id() for _ in range(20)]
        if scale.first_partner:
            self.partners[0] = scale.first_partner
        self.open = scale.open
        self.first = new_id()
        self.start = today()
        self.noon = datetime.combine(self.start, datetime.min.time(), UTC)

    def names(self, numbers: range) -> Iterator[tuple[str, str]]:
        """Family name and given name of these people."""
        for number, drawn in zip(numbers, names.drawn(self.chance, len(numbers)), strict=True):
            yield self._asked_for(number, drawn) or drawn

    def _asked_for(self, number: int, drawn: tuple[str, str]) -> tuple[str, str] | None:
        """What a case is named for being asked for: of the first counsellor, of the new ones and of all."""
        place, rare = number - (self.open - self.scale.new), names.NUMBER * names.HELD
        if 0 <= place < rare:
            return names.RARE[place % names.NUMBER], drawn[1]
        if rare <= place < rare + names.NUMBER * names.MET:
            return names.TOGETHER[place % names.NUMBER]
        if number < 2 * ALIKE:
            return names.begun(self.chance, number % 2)
        turn, rest = divmod(number, max(EVERY, self.open // (FEWEST_OPEN // EVERY)))
        return names.begun(self.chance, 2 + turn % 2) if number < self.open and not rest else None

    def case_id(self, number: int) -> int:
        """The number of its row. The open ones, which are counted first, came last."""
        return self.first + BLOCK * (self.scale.cases - 1 - number)

    def state(self, number: int) -> S:
        """The state of the case with this running number."""
        if number >= self.open:
            return ENDED[number % len(ENDED)]
        if self.is_alike(number):
            return S.PREPARING
        return S.SUBMITTED if self.is_new(number) else OPEN[number % len(OPEN)]

    def is_alike(self, number: int) -> bool:
        """Whether it is one that every filter leaves."""
        return number < min(ALIKE, self.open - self.scale.new)

    def is_new(self, number: int) -> bool:
        """Whether it is one that nobody has taken."""
        return self.open - self.scale.new <= number < self.open

    def counsellor(self, number: int) -> int | None:
        """Who has it: LOAD open ones the first, `load` each other, the new nobody, the old in turn."""
        if number >= self.open:
            return self.counsellors[number % len(self.counsellors)]
        if number < LOAD and not self.is_new(number):
            return self.counsellors[0]
        return None if self.is_new(number) else self.counsellors[(number - LOAD) // self.load + 1]


def rows(scale: Scale, *, at_once: int) -> Iterator[Rows]:
    """The rows of the house, then those of its cases, so many at once, the oldest first."""
    house = House(scale)
    yield _staff(house)
    for end in range(scale.cases, 0, -at_once):
        yield _some(house, range(end - 1, max(-1, end - 1 - at_once), -1))


def _empty() -> Rows:
    return {name: [] for name in COLUMNS}


def _reference(number: int) -> str:
    """A reference for a running number; none comes twice, which by chance a million would."""
    scattered = number * 2_654_435_761 % 32**7
    body = "".join(cases.ALPHABET[scattered >> 5 * place & 31] for place in range(7))
    return f"AVR-{body}{cases.check_character(body)}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f") + ("+00" if MOMENTS_WITH_ZONE else "")


MOMENTS_WITH_ZONE = False
"""PostgreSQL keeps moments with their zone; SQLite keeps what the portal writes, without."""


def use_zone(with_zone: bool) -> None:
    """How moments are written from now on."""
    global MOMENTS_WITH_ZONE
    MOMENTS_WITH_ZONE = with_zone


def _seal(text: str, table: str, column: str, number: int) -> bytes:
    return in_use().seal(text.encode(), context=f"{table}.{column}.{number}")


def _account(number: int, role: str, name: str, made: str) -> tuple[Any, ...]:
    sealed = _seal(name, "accounts", "name", number) if name else None
    return (number, role, None, os.urandom(16), sealed, "en", "-", "active", 0, False, made, 1)


def _staff(house: House) -> Rows:
    found, made = _empty(), _moment(now())
    for number, partner in enumerate(house.partners):
        if partner == house.scale.first_partner:
            continue
        found["organisations"].append((partner, f"Partner {number}", COUNTRIES[number % 8], "", "", ""))
    found["accounts"] = [
        _account(one, "counsellor", f"Counsellor {one % 1000}", made)
        for one in house.counsellors
        if one != house.scale.first_counsellor
    ]
    found["seed_words"] = _words(in_use())
    return found


@lru_cache(maxsize=1)
def _sounds(_keys_in_use: Keyring) -> dict[str, search.Sounds]:
    """How every name sounds; found once for as many houses as are made with these keys."""
    return {name: search.sounds([name]) for name in {*names.FAMILY, *names.RARE, *names.GIVEN}}


@lru_cache(maxsize=1)
def _words(keys_in_use: Keyring) -> list[tuple[Any, ...]]:
    return [
        (word, place, key)
        for word, sounds in sorted(_sounds(keys_in_use).items())
        for place, key in enumerate(sorted(search.keys([word]).keys() - search.together(sounds).keys()))
    ]


def _some(house: House, numbers: range) -> Rows:
    found = _empty()
    add = {name: values.append for name, values in found.items()}
    for number, (family, given) in zip(numbers, house.names(numbers), strict=True):
        _one(house, number, family, given, add)
    return found


def _one(house: House, number: int, family: str, given: str, add: dict[str, Any]) -> None:
    """The rows of one case that hold something of its own; what is many is made of its seed."""
    chance, state, counsellor = house.chance, house.state(number), house.counsellor(number)
    case_id = house.case_id(number)
    person_id, migrant_id, is_open = case_id + PERSON, case_id + MIGRANT, number < house.open
    age = chance.randrange(90) if is_open else 90 + chance.randrange(2000)
    came_at = house.noon - timedelta(days=age, seconds=chance.randrange(86_400))
    moment = _moment(came_at)
    due_on = house.start + timedelta(days=chance.randrange(-10, 45)) if is_open else None
    leave_by = house.start + timedelta(days=chance.randrange(-20, 120)) if chance.random() < 0.4 else None
    partner = chance.choice(house.partners) if is_open and chance.random() < 0.5 else None
    country, language = chance.choice(COUNTRIES), chance.choice(LANGUAGES)
    is_careful = chance.random() < 0.15
    if house.is_alike(number):
        leave_by, partner = house.start + timedelta(days=1 + number % 6), house.partners[0]
        country, language, is_careful = COUNTRIES[0], LANGUAGES[2], True
    born_on = date(1960 + chance.randrange(45), 1 + chance.randrange(12), 1 + number % 28)
    phone, paper = f"+3725{number:07}", f"AB{number:07}"
    add["accounts"](_account(migrant_id, "migrant", "", moment))
    add["cases"](
        (
            *(case_id, _reference(number), migrant_id, counsellor, partner),
            *(counsellor if state is S.PROPOSED else None, state.value, moment, due_on and str(due_on)),
            *(False, moment, moment, 0, 1),
        )
    )
    add["applications"](
        (
            *(case_id, case_id, language, _seal(phone, "applications", "phone", case_id), country),
            *(leave_by and str(leave_by), "yes" if is_careful else "no", 1),
        )
    )
    add["persons"](
        (
            *(person_id, case_id, _seal(family, "persons", "family_name", person_id)),
            *(_seal(given, "persons", "given_names", person_id),),
            *(_seal(born_on.isoformat(), "persons", "born_on", person_id), "female", country),
            _seal(paper, "persons", "paper_number", person_id),
        )
    )
    add["seeds"](
        (
            *(case_id, counsellor or search.NOBODY, counsellor, migrant_id, person_id, moment, family, given),
            *(_pairs(house, family, given, add), *_numbers(phone, paper)),
            *(in_use().fingerprint(f"same {Alike.NAME_AND_BIRTH}", f"{family} {given} {born_on}"),),
            in_use().fingerprint(f"same {Alike.PAPER}", paper),
        )
    )
    if not is_open:
        return
    if due_on and state in OURS:
        late = [level.value for level, after in RISES.items() if (house.start - due_on).days > after]
        for place, level in enumerate(late):
            add["escalations"]((case_id + place, case_id, "case", case_id, str(due_on), level, moment))
    has_document = chance.random() < 0.2
    add["desk_lines"](
        (
            *(case_id, counsellor or 0, partner or 0, state.value, str(due_on), str(came_at.date()), moment),
            *(str(leave_by or NEVER), country, language, is_careful, *_turns(state)),
            '{"document": 1}' if has_document else "{}",
        )
    )
    if has_document:
        add["documents"](
            (case_id, case_id, "passport", "waiting", migrant_id, "migrant", moment, 1000, b"-", 1)
        )


def _pairs(house: House, family: str, given: str, add: dict[str, Any]) -> str:
    """By what a case finds the pairs of sounds of its names, written down with the first that has both."""
    found = f"{family} {given}"
    if found not in house.pairs:
        house.pairs.add(found)
        sounds = [
            {sound: one.get(sound, 0) | other.get(sound, 0) for sound in one | other}
            for one, other in zip(house.sounds[family], house.sounds[given], strict=True)
        ]
        for place, (term, marks) in enumerate(search.together(sounds).items()):
            add["seed_pairs"]((found, place, term, marks))
    return found


def _numbers(phone: str, paper: str) -> tuple[bytes, ...]:
    """What `search.keys` makes of a phone number and a paper, without reading what stands plain here."""
    prints = in_use().fingerprint
    return prints("phone", phone), prints("end of phone", phone[-search.PHONE_END :]), prints("paper", paper)


def _turns(state: S) -> tuple[bool, bool, bool]:
    party = WAITS[state].party
    return party is Party.COUNSELLOR, party is Party.APPROVER, party is Party.MIGRANT
