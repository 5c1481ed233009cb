"""How well the portal guesses that a photo is hard to read: papers that are drawn, photographed well and badly."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product

from portal.adapters.decoding import legibility
from portal.adapters.decoding.legibility import Page
from tests.corpus.papers import GROUNDS, PAPERS, Shot

LARGE = ("certificate",)
"""Papers of large words: what is blurred or far away on others can still be read on them."""

GOOD = [{}, {"blur": 1.0}, {"shake": 4}, {"light": 0.45}, {"turned": -4.0}, {"side": 1600}, {"noise": 6.0}, {"fills": 0.75}]
BAD: dict[str, list[dict[str, float]]] = {
    "blurred": [{"blur": 4.0}, {"blur": 7.0}, {"blur": 12.0}, {"shake": 25}, {"shake": 50}, {"blur": 5.0, "noise": 6.0}],
    "dark": [{"light": 0.18}, {"light": 0.1}, {"light": 0.06}],
    "glare": [{"glare": 0.02}, {"glare": 0.05}, {"glare": 0.12}],
    "cut": [{"aside": 0.22}, {"aside": -0.22}, {"aside": 0.3}],
    "small": [{"fills": 0.36}, {"fills": 0.28}, {"fills": 0.2}],
}


def shots() -> Iterator[tuple[str, Shot]]:
    """What is wrong with it ("" for nothing), and the photo."""
    for paper, ground in product(PAPERS, GROUNDS):
        for hint, changes in [("", GOOD), *BAD.items()]:
            if paper in LARGE and hint in {"blurred", "small"}:
                changes = changes[2:3]
            for change in changes:
                yield hint, Shot(paper, ground, **change)


def looked_at(shot: Shot) -> tuple[list[str], str]:
    """What is guessed, and the measures it is guessed from."""
    image = shot.taken()
    page = Page(image)
    sharp, letters = page.sharpness, page.letters
    told = f"sharp {-1 if sharp is None else sharp:.3f} paper {page.paper:3} glare {page.glare:.4f} "
    told += f"edge {page.edges:.3f} letters {letters}"
    return legibility.hints(image, is_photo=True), told


def main(every: bool = False) -> None:
    """Print, for each fault, how often it was not seen, and how often it was seen where there is none."""
    cases = list(shots())
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(looked_at, [shot for _hint, shot in cases], chunksize=8))
    good = [hints for (hint, _shot), (hints, _told) in zip(cases, found, strict=True) if not hint]
    print(f"{'':<8} {'missed':>12} {'false alarms':>14}")
    for hint in BAD:
        bad = [hints for (wrong, _shot), (hints, _told) in zip(cases, found, strict=True) if wrong == hint]
        missed = sum(hint not in hints for hints in bad)
        alarms = sum(hint in hints for hints in good)
        print(f"{hint:<8} {f'{missed} of {len(bad)}':>12} {f'{alarms} of {len(good)}':>14}")
    warned = sum(bool(hints) for hints in good)
    unwarned = sum(not hints for (wrong, _shot), (hints, _told) in zip(cases, found, strict=True) if wrong)
    print(f"{'any':<8} {f'{unwarned} of {len(cases) - len(good)}':>12} {f'{warned} of {len(good)}':>14}")
    for (wrong, shot), (hints, told) in zip(cases, found, strict=True) if every else []:
        print(wrong or "good", shot, hints, told)


if __name__ == "__main__":
    main()
