"""The names of the people of the seeds, and which of them are asked for.

A search is compared with itself in a larger house only when it shows as much there. So some people of every
house are named for it: of RARE names as many as HELD, of two common names TOGETHER as many as MET, and of
BEGUN beginnings more than a page. All other names are drawn.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import accumulate, product
from random import Random

from portal.domain import spelling

FAMILY_PARTS = (
    "Iva Petro Kari Yusu Rahi Aliy Beri Shev Okon Mune Tosh Saidov Lomi Abdu",
    "no ma po che nko dze li kwo te va ro ba sha ni tu mi do ga",
    "va vich shvili dze nko yev ov anu zoda yan bek ski eva oglu ets in",
)
GIVEN_PARTS = (
    "A Da Ta E O Na Ru Sha Le Chi Bo I Gul Za Ma Vi Di Fe Ke",
    "mi le ma me ksa rgi sta hno va ama bu ra no mi ia kto lfu ru",
    "na r ka na za m n ri d la",
)
NUMBER, HELD, MET = 20, 8, 4
"""So many names that few have, each of HELD people; and so many times two names, both of MET people."""


def _shuffled(parts: tuple[str, ...]) -> list[str]:
    found = list(dict.fromkeys("".join(each) for each in product(*map(str.split, parts))))
    Random(7).shuffle(found)  # noqa: S311 - nothing here is secret
    return found


_FAMILY = _shuffled(FAMILY_PARTS)
RARE, FAMILY, GIVEN = _FAMILY[:NUMBER], _FAMILY[NUMBER:], _shuffled(GIVEN_PARTS)[:600]
TOGETHER = list(zip(FAMILY[:NUMBER], GIVEN[:NUMBER], strict=True))
"""Family names and given names that many have; whoever draws both draws again."""

COMMONEST = "Iva"
"""A beginning that one name in fourteen has."""


def _begun(names: list[str]) -> dict[str, list[str]]:
    found = defaultdict(list)
    for name in names:
        found[name[:3]].append(name)
    return found


FAMILY_BEGUN, GIVEN_BEGUN = _begun(FAMILY), _begun(GIVEN)
BEGUN = list(
    zip(
        (COMMONEST, "Pet", "Kar", "Yus"),
        (one for one, _ in Counter(given[:3] for given in GIVEN).most_common(4)),
        strict=True,
    )
)
"""Beginnings of family names and given names. The first two many have whom one counsellor sees."""


LAST = chr(0x10FFFF)
"""Comes after whatever a name goes on with."""


def _spelled(name: str) -> str:
    return spelling.words(name)[0]


def _are_alone(asked: list[str], every: list[str]) -> list[bool]:
    """Of each name whether no other begins with it, as it is spelled: only then it is known who is found."""
    spelled = sorted(map(_spelled, every))

    def number(begun: str) -> int:
        return bisect_right(spelled, begun + LAST) - bisect_left(spelled, begun)

    return [number(_spelled(name)) == 1 for name in asked]


ASKED = [name for name, alone in zip(RARE, _are_alone(RARE, _FAMILY), strict=True) if alone]
ASKED_TOGETHER = [
    f"{family} {given}"
    for family, given, *alone in zip(
        *zip(*TOGETHER, strict=True),
        _are_alone(FAMILY[:NUMBER], _FAMILY),
        _are_alone(GIVEN[:NUMBER], GIVEN),
        strict=True,
    )
    if all(alone)
]
"""Of these the ones that are asked for."""


def _commonness(number: int, flat: int) -> list[float]:
    """Some names are frequent, most are rare: the commonest is about one in a hundred."""
    return list(accumulate(1 / (rank + flat) for rank in range(number)))


_FAMILY_WEIGHTS, _GIVEN_WEIGHTS = _commonness(len(FAMILY), 25), _commonness(len(GIVEN), 10)
_FORBIDDEN = frozenset(TOGETHER)


def drawn(chance: Random, most: int) -> list[tuple[str, str]]:
    """Family name and given name of so many people; never two that are asked for together."""
    family = chance.choices(FAMILY, cum_weights=_FAMILY_WEIGHTS, k=most)
    given = chance.choices(GIVEN, cum_weights=_GIVEN_WEIGHTS, k=most)
    return [
        pair if pair not in _FORBIDDEN else (pair[0], GIVEN[-1]) for pair in zip(family, given, strict=True)
    ]


def begun(chance: Random, place: int) -> tuple[str, str]:
    """Two names that begin like BEGUN[place]."""
    family, given = BEGUN[place]
    return chance.choice(FAMILY_BEGUN[family]), chance.choice(GIVEN_BEGUN[given])
