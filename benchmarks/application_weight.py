"""What a whole application costs over the wire, from the first page to the receipt, in a phone's browser."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from portal import create_app, migrate
from portal.server import serving, working
from portal.settings import Settings
from portal.wiring import wire
from tests.browser.conftest import PHONE
from tests.browser.family import Applicant, SlowFingers
from tests.servers import chromium

WHOLE, FIRST, AFTER = 150_000, 20_000, 8_000
"""Bytes that a whole application, the first page behind the door, and each page after it may cost."""


@dataclass
class Scale:
    """What one browser received, and in how many answers."""

    page: Page
    received: int = 0
    answers: int = 0
    marks: list[tuple[str, int]] = field(default_factory=list)
    """Each page that was come to, and what had been received by then."""

    def __post_init__(self) -> None:
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        devtools.on("Network.loadingFinished", lambda said: self._add(said))
        devtools.on("Network.requestWillBeSent", lambda said: self._add(said.get("redirectResponse")))

    def _add(self, said: dict[str, float] | None) -> None:
        if said and said["encodedDataLength"]:
            self.received += int(said["encodedDataLength"])
            self.answers += 1

    def mark(self, page: str) -> None:
        """This page is there with all that it asked for."""
        self.page.wait_for_load_state("networkidle")
        self.marks.append((page, self.received))

    def each(self) -> list[tuple[str, int]]:
        """What every page cost."""
        before = [0, *(total for _page, total in self.marks)]
        return [(page, total - so_far) for (page, total), so_far in zip(self.marks, before, strict=False)]


@contextmanager
def portal() -> Iterator[str]:
    """The address of a portal of nobody yet, in the small size."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"KODUTEE_VAR": folder})
        wiring = wire(settings)
        migrate.to_head(wiring.engine)
        with serving(create_app(settings, wiring=wiring), "127.0.0.1", 0) as url, working(wiring):
            yield url


def weigh(browser: Browser, *, has_scripts: bool, is_alone: bool) -> Scale:
    """One application of somebody who has never been here."""
    with portal() as url, browser.new_context(**PHONE, java_script_enabled=has_scripts) as context:  # type: ignore[arg-type]
        scale = Scale(context.new_page())
        Applicant(scale.page, url, "ru", SlowFingers(), is_alone=is_alone, arrived=scale.mark).apply()
        return scale


def main() -> None:
    """One line for each way to apply; with `--pages` also what every page cost."""
    print(f"{'who, in Russian':<36} {'bytes':>8} {'answers':>8}  / {WHOLE}   first  most after")
    with chromium() as browser:
        for is_alone in (True, False):
            for has_scripts in (True, False):
                scale = weigh(browser, has_scripts=has_scripts, is_alone=is_alone)
                tell(scale, is_alone=is_alone, has_scripts=has_scripts)


def tell(scale: Scale, *, is_alone: bool, has_scripts: bool) -> None:
    """What it cost, in the terms of the goals."""
    who = f"{'alone' if is_alone else 'family of four'}, {'with' if has_scripts else 'without'} scripts"
    inside = [cost for page, cost in scale.each() if page.startswith("my/")]
    first, most = inside[0], max(inside[1:])
    ratio = scale.received / WHOLE
    print(f"{who:<36} {scale.received:>8} {scale.answers:>8}  {ratio:>9.2f}  {first:>6} {most:>11}")
    if "--pages" in sys.argv:
        for page, cost in scale.each():
            print(f"    {page:<40} {cost:>7}")


if __name__ == "__main__":
    main()
