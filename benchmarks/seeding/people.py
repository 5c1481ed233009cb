"""The made-up people of the seeds: how many there are of what, and the rows of each of them."""

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from portal.db import new_id as first_id
from portal.db import now, today
from portal.domain import cases, search
from portal.domain.cases import CaseState as S
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.desk.lines import NEVER
from portal.domain.findable import Alike
from portal.sealing import in_use

new_id = itertools.count(first_id()).__next__
"""Numbers one after the other: asking the clock for each takes a fifth of the time."""

Rows = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
"""By table: the names of the columns, and the values."""

FAMILY_PARTS = (
    (
        "Iva",
        "Petro",
        "Kari",
        "Yusu",
        "Rahi",
        "Aliy",
        "Beri",
        "Shev",
        "Okon",
        "Mune",
        "Tosh",
        "Saidov",
        "Lomi",
        "Abdu",
    ),
    (
        "no",
        "ma",
        "po",
        "che",
        "nko",
        "dze",
        "li",
        "kwo",
        "te",
        "va",
        "ro",
        "ba",
        "sha",
        "ni",
        "tu",
        "mi",
        "do",
        "ga",
    ),
    (
        "va",
        "vich",
        "shvili",
        "dze",
        "nko",
        "yev",
        "ov",
        "anu",
        "zoda",
        "yan",
        "bek",
        "ski",
        "eva",
        "oglu",
        "ets",
        "in",
    ),
)
GIVEN_PARTS = (
    (
        "A",
        "Da",
        "Ta",
        "E",
        "O",
        "Na",
        "Ru",
        "Sha",
        "Le",
        "Chi",
        "Bo",
        "I",
        "Gul",
        "Za",
        "Ma",
        "Vi",
        "Di",
        "Fe",
        "Ke",
    ),
    (
        "mi",
        "le",
        "ma",
        "me",
        "ksa",
        "rgi",
        "sta",
        "hno",
        "va",
        "ama",
        "bu",
        "ra",
        "no",
        "mi",
        "ia",
        "kto",
        "lfu",
        "ru",
    ),
    ("na", "r", "ka", "na", "za", "m", "n", "ri", "d", "la"),
)
COUNTRIES, LANGUAGES = (
    ("UZ", "GE", "MD", "NG", "TJ", "AM", "KG", "BY"),
    ("ru", "en", "ka", "uz", "ro", "fr", "am"),
)
OPEN = (
    S.SUBMITTED,
    S.IN_REVIEW,
    S.NEEDS_INFO,
    S.PROPOSED,
    S.PREPARING,
    S.READY_TO_TRAVEL,
    S.DEPARTED,
    S.ARRIVED,
)
OPEN = (*OPEN, S.REINTEGRATION, S.MONITORING)
LOAD = 140
"""Open cases of one counsellor."""


@dataclass(frozen=True)
class Scale:
    """How much there is. A fifth of all cases is open, and every counsellor has LOAD of them."""

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
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - nothing here is secret

    @property
    def open(self) -> int:
        """Open cases; enough for one full desk."""
        return self.cases if self.all_new else max(LOAD + 60, int(self.cases * self.open_share))

    @property
    def new(self) -> int:
        """Cases that nobody has taken."""
        return self.cases if self.all_new else max(30, int(self.open * self.new_share))


COLUMNS: dict[str, tuple[str, ...]] = {
    "organisations": ("id", "name", "country", "address", "phone", "hours"),
    "accounts": (
        *(
            "id",
            "role",
            "login",
            "login_index",
            "name",
            "language",
            "password_hash",
            "state",
            "failures",
            "demo",
        ),
        *("created_at", "version"),
    ),
    "cases": (
        *(
            "id",
            "reference",
            "migrant_id",
            "counsellor_id",
            "partner_id",
            "proposer_id",
            "state",
            "since",
            "due_on",
        ),
        *("assisted", "opened_at", "submitted_at", "warned", "version"),
    ),
    "applications": ("id", "case_id", "language", "phone", "country", "precept_deadline", "needs", "version"),
    "persons": (
        "id",
        "case_id",
        "family_name",
        "given_names",
        "born_on",
        "gender",
        "citizenship",
        "paper_number",
    ),
    "person_keys": ("id", "case_id", "person_id", "kind", "key"),
    "documents": (
        *(
            "id",
            "case_id",
            "kind",
            "state",
            "sender_id",
            "sender_role",
            "sent_at",
            "size",
            "wrapped_key",
            "version",
        ),
    ),
    "journal_chains": ("id", "name", "length", "head"),
    "journal_events": (
        "id",
        "chain",
        "number",
        "at",
        "act",
        "actor_id",
        "actor_role",
        "case_id",
        "about",
        "hash",
    ),
    "search_terms": ("id", "case_id", "held_by", "term"),
    "desk_lines": (
        *("id", "counsellor", "partner", "state", "due_on", "contact_on", "came_at", "leave_by", "country"),
        *("language", "vulnerable", "for_counsellor", "for_approver", "for_migrant"),
    ),
}


def _rank_weights(number: int, flat: int) -> list[float]:
    """Some names are frequent, most are rare: the commonest is about one in a hundred."""
    return list(itertools.accumulate(1 / (rank + flat) for rank in range(number)))


class House:
    """Who works here, and the names people have."""

    def __init__(self, scale: Scale) -> None:
        self.scale, self.chance = scale, scale.chance
        self.family = ["".join(parts) for parts in itertools.product(*FAMILY_PARTS)]
        self.given = ["".join(parts) for parts in itertools.product(*GIVEN_PARTS)][:600]
        self.chance.shuffle(self.family)
        self.chance.shuffle(self.given)
        self._family_weights = _rank_weights(len(self.family), 25)
        self._given_weights = _rank_weights(len(self.given), 10)
        number = 1 + (scale.open - scale.new) // LOAD
        self.counsellors = [new_id() for _ in range(number)]
        if scale.first_counsellor:
            self.counsellors[0] = scale.first_counsellor
        self.partners = [new_id() for _ in range(20)]
        self.start = today()
        self.noon = datetime.combine(self.start, datetime.min.time(), UTC)

    def names(self, most: int) -> Iterator[tuple[str, str]]:
        """Family name and given name of so many people."""
        family = self.chance.choices(self.family, cum_weights=self._family_weights, k=most)
        given = self.chance.choices(self.given, cum_weights=self._given_weights, k=most)
        return zip(family, given, strict=True)

    def state(self, number: int) -> S:
        """The state of the case with this running number: open ones first."""
        if number >= self.scale.open:
            return (S.CLOSED, S.CLOSED, S.WITHDRAWN, S.NOT_ELIGIBLE)[number % 4]
        if number >= self.scale.open - self.scale.new:
            return S.SUBMITTED
        return OPEN[1 + self.chance.randrange(len(OPEN) - 1)]

    def counsellor(self, number: int) -> int | None:
        """Who has it: LOAD open ones each, the new ones nobody, the old ones in turn."""
        if number >= self.scale.open:
            return self.counsellors[number % len(self.counsellors)]
        return None if number >= self.scale.open - self.scale.new else self.counsellors[number // LOAD]


def rows(scale: Scale, *, at_once: int) -> Iterator[Rows]:
    """The rows of the house, then those of its cases, so many at once."""
    house = House(scale)
    yield _staff(house)
    for start in range(0, scale.cases, at_once):
        yield _some(house, range(start, min(start + at_once, scale.cases)))


def _empty() -> Rows:
    return {name: (columns, []) for name, columns in COLUMNS.items()}


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


def _account(number: int, role: str, name: str) -> tuple[Any, ...]:
    sealed = _seal(name, "accounts", "name", number) if name else None
    made = _moment(now())
    return (number, role, None, os.urandom(16), sealed, "en", "-", "active", 0, False, made, 1)


def _staff(house: House) -> Rows:
    found = _empty()
    for number, partner in enumerate(house.partners):
        found["organisations"][1].append((partner, f"Partner {number}", COUNTRIES[number % 8], "", "", ""))
    made = [one for one in house.counsellors if one != house.scale.first_counsellor]
    found["accounts"][1].extend(_account(one, "counsellor", f"Counsellor {one % 1000}") for one in made)
    return found


@lru_cache(maxsize=100_000)
def _keys_of(word: str) -> tuple[bytes, ...]:
    return tuple(search.keys([word]))


def _some(house: House, numbers: range) -> Rows:
    found = _empty()
    for number, (family, given) in zip(numbers, house.names(len(numbers)), strict=True):
        _one(house, number, family, given, found)
    return found


def _one(house: House, number: int, family: str, given: str, found: Rows) -> None:
    """All rows of one case."""
    chance, state, counsellor = house.chance, house.state(number), house.counsellor(number)
    case_id, person_id, migrant_id = new_id(), new_id(), new_id()
    is_open = number < house.scale.open
    age = chance.randrange(90) if is_open else 90 + chance.randrange(2000)
    came_at = house.noon - timedelta(days=age, seconds=chance.randrange(86_400))
    due_on = house.start + timedelta(days=chance.randrange(-10, 45)) if is_open else None
    country, language = chance.choice(COUNTRIES), chance.choice(LANGUAGES)
    partner = chance.choice(house.partners) if chance.random() < 0.5 else None
    leave_by = house.start + timedelta(days=chance.randrange(-20, 120)) if chance.random() < 0.4 else None
    is_careful = chance.random() < 0.15
    born_on, paper = (
        date(1960 + chance.randrange(45), 1 + chance.randrange(12), 1 + number % 28),
        f"AB{number:07}",
    )
    phone = f"+3725{number:07}"
    proposer = counsellor if state is S.PROPOSED else None
    moment, day = _moment(came_at), str(due_on) if due_on else None
    add = {name: values.append for name, (_, values) in found.items()}
    add["accounts"](_account(migrant_id, "migrant", ""))
    add["cases"](
        (
            *(
                case_id,
                _reference(number),
                migrant_id,
                counsellor,
                partner,
                proposer,
                state.value,
                moment,
                day,
            ),
            *(False, moment, moment, 0, 1),
        )
    )
    add["applications"](
        (
            *(
                new_id_of := new_id(),
                case_id,
                language,
                _seal(phone, "applications", "phone", new_id_of),
                country,
            ),
            *(str(leave_by) if leave_by else None, "yes" if is_careful else "no", 1),
        )
    )
    add["persons"](
        (
            *(person_id, case_id, _seal(family, "persons", "family_name", person_id)),
            *(
                _seal(given, "persons", "given_names", person_id),
                _seal(born_on.isoformat(), "persons", "born_on", person_id),
            ),
            *("female", country, _seal(paper, "persons", "paper_number", person_id)),
        )
    )
    _journal(house, case_id, counsellor, migrant_id, came_at, add)
    held_by = counsellor or search.NOBODY
    for key in {*_keys_of(family), *_keys_of(given), *search.keys((), [phone], [paper])}:
        add["search_terms"]((new_id(), case_id, held_by, key))
    for kind, text in ((Alike.NAME_AND_BIRTH, f"{family} {given} {born_on}"), (Alike.PAPER, paper)):
        add["person_keys"](
            (new_id(), case_id, person_id, kind.value, in_use().fingerprint(f"same {kind}", text))
        )
    if is_open:
        _desk(
            case_id,
            state,
            counsellor,
            partner,
            (due_on or NEVER, came_at, leave_by),
            (country, language, is_careful),
            add,
        )
        if chance.random() < 0.2:
            add["documents"](
                (new_id(), case_id, "passport", "waiting", migrant_id, "migrant", moment, 1000, b"-", 1)
            )


def _journal(
    house: House,
    case_id: int,
    counsellor: int | None,
    migrant_id: int,
    came_at: datetime,
    add: dict[str, Any],
) -> None:
    chain, many = f"case:{case_id}", house.scale.events
    add["journal_chains"]((new_id(), chain, many, b"-"))
    for number in range(1, many + 1):
        act, actor, role = (
            ("case.answer", migrant_id, "migrant") if number % 2 else ("case.open", counsellor, "counsellor")
        )
        at = _moment(came_at - timedelta(hours=many - number))
        add["journal_events"]((new_id(), chain, number, at, act, actor, role, case_id, "", os.urandom(32)))


def _desk(
    case_id: int,
    state: S,
    counsellor: int | None,
    partner: int | None,
    dates: tuple[date, datetime, date | None],
    facts: tuple[str, str, bool],
    add: dict[str, Any],
) -> None:
    due_on, came_at, leave_by = dates
    party = WAITS[state].party
    turns = (party is Party.COUNSELLOR, party is Party.APPROVER, party is Party.MIGRANT)
    add["desk_lines"](
        (
            *(
                case_id,
                counsellor or 0,
                partner or 0,
                state.value,
                str(due_on),
                str(came_at.date()),
                _moment(came_at),
            ),
            *(str(leave_by or NEVER), *facts, *turns),
        )
    )
