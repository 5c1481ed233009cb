"""How well the portal guesses that a photo is hard to read: drawn papers, photographed well and badly."""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, product

from portal.adapters.decoding import legibility
from tests.corpus.papers import GROUNDS, PAPERS, Shot

LARGE: dict[str, dict[str, list[dict[str, float]]]] = {
    "certificate": {"blurred": [{"blur": 12.0}], "small": [{"fills": 0.1}], "cut": [{"aside": 0.5}]},
    "passport": {"small": [{"fills": 0.1}], "cut": [{"aside": -0.22}, {"aside": 0.5}]},
}
"""Papers of large words, with wide margins: what spoils others they bear, and this they do not."""

GOOD: list[dict[str, float]] = [
    {},
    {"blur": 1.0},
    {"shake": 4},
    {"light": 0.45},
    {"turned": -4.0},
    {"side": 1600},
    {"noise": 6.0},
    {"fills": 0.75},
]
BAD: dict[str, list[dict[str, float]]] = {
    "blurred": [
        {"blur": 4.0},
        {"blur": 7.0},
        {"blur": 12.0},
        {"shake": 25},
        {"shake": 50},
        {"blur": 5.0, "noise": 6.0},
    ],
    "dark": [{"light": 0.18}, {"light": 0.1}, {"light": 0.06}],
    "glare": [{"glare": 0.02}, {"glare": 0.05}, {"glare": 0.12}],
    "cut": [{"aside": 0.22}, {"aside": -0.22}, {"aside": 0.3}],
    "small": [{"fills": 0.36}, {"fills": 0.28}, {"fills": 0.2}],
}


def shots(*, all_grounds: bool) -> Iterator[tuple[str, Shot]]:
    """What is wrong with it ("" for nothing), and the photo; on one ground each, or on all of them."""
    grounds = cycle(GROUNDS)
    for paper, (hint, changes) in product(PAPERS, [("", GOOD), *BAD.items()]):
        for change in LARGE.get(paper, {}).get(hint, changes):
            for ground in GROUNDS if all_grounds else [next(grounds)]:
                yield hint, Shot(paper, ground, **change)  # type: ignore[arg-type]


def looked_at(shot: Shot) -> list[str]:
    """What is guessed."""
    return legibility.hints(shot.taken(), is_photo=True)


def main() -> None:
    """Print how often each fault was not seen, and how often it was seen where there is none."""
    cases = list(shots(all_grounds="--all" in sys.argv))
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(looked_at, [shot for _hint, shot in cases], chunksize=4))
    guesses = [(wrong, hints) for (wrong, _shot), hints in zip(cases, found, strict=True)]
    good = [hints for wrong, hints in guesses if not wrong]
    print(f"{'':<8} {'missed':>12} {'false alarms':>14}")
    for hint in BAD:
        bad = [hints for wrong, hints in guesses if wrong == hint]
        _tell(hint, [hint not in hints for hints in bad], [hint in hints for hints in good])
    _tell("any", [not hints for wrong, hints in guesses if wrong], [bool(hints) for hints in good])
    for (wrong, shot), hints in zip(cases, found, strict=True):
        if wrong not in hints and (wrong or hints):
            print(f"  {wrong or 'good'}, guessed {', '.join(hints) or 'good'}: {shot}")


def _tell(name: str, missed: list[bool], alarms: list[bool]) -> None:
    print(f"{name:<8} {f'{sum(missed)} of {len(missed)}':>12} {f'{sum(alarms)} of {len(alarms)}':>14}")


if __name__ == "__main__":
    main()
