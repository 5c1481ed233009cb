"""What a whole application costs over the wire, from the first page to the receipt, in a phone's browser.

As it is run in earnest: behind nghttpx and nginx with the files in deploy/, over HTTP/2. `--bare`, or where
one of the two is not installed: of the portal alone, over HTTP/1.1. `--pages`: also what every page cost.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from portal import create_app, migrate
from portal.server import serving, working
from portal.settings import Settings
from portal.wiring import wire
from tests.browser.conftest import PHONE
from tests.browser.family import Applicant, SlowFingers
from tests.servers import chromium, free_port, listens, running

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


IS_BARE = "--bare" in sys.argv or not (shutil.which("nghttpx") and shutil.which("nginx"))
DEPLOY = Path(__file__).parents[1] / "deploy"
NGINX = """
daemon off; pid {folder}/pid; error_log stderr crit; events {{}}
http {{
    proxy_temp_path {folder}/1; fastcgi_temp_path {folder}/2;
    uwsgi_temp_path {folder}/3; scgi_temp_path {folder}/4;
    include {folder}/nginx.conf;
}}
"""
Places = dict[str, str]
"""What stands in a file of deploy/, and what stands there here: ports and folders, nothing that weighs."""


def here(name: str, places: Places, folder: Path) -> None:
    """Write the file of deploy/ with other places into `folder`. Raises ValueError when one is not there."""
    text = (DEPLOY / name).read_text()
    for there, place in places.items():
        if there not in text:
            raise ValueError(f"deploy/{name} holds no {there!r}")
        text = text.replace(there, place)
    (folder / name).write_text(text)


def trust(tls: Path) -> list[str]:
    """Make a certificate; the flag with which a browser takes it for good, and so keeps what it may keep."""
    if IS_BARE:
        return []
    told: Any = {"check": True, "capture_output": True}
    files = ["-out", str(tls / "portal.crt"), "-keyout", str(tls / "portal.key")]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", *subject, *files], **told)
    public = ["openssl", "pkey", "-in", str(tls / "portal.key"), "-pubout", "-outform", "DER"]
    digest = hashlib.sha256(subprocess.run(public, **told).stdout).digest()
    return [f"--ignore-certificate-errors-spki-list={b64encode(digest).decode()}"]


@contextmanager
def portal(tls: Path) -> Iterator[str]:
    """The address of a portal of nobody yet, in the small size."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        outer = f"https://localhost:{free_port()}"
        behind = {"KODUTEE_PUBLIC_URL": outer, "KODUTEE_TRUSTED_PROXIES": "1"}
        settings = Settings.from_environment({"KODUTEE_VAR": folder, **({} if IS_BARE else behind)})
        wiring = wire(settings)
        migrate.to_head(wiring.engine)
        inner = stack.enter_context(serving(create_app(settings, wiring=wiring), "127.0.0.1", 0))
        stack.enter_context(working(wiring))
        if not IS_BARE:
            stack.enter_context(in_front(Path(folder), tls, inner, outer))
        yield inner if IS_BARE else outer


@contextmanager
def in_front(folder: Path, tls: Path, inner: str, outer: str) -> Iterator[None]:
    """The two servers in front, as they are run in earnest: nghttpx, and nginx behind it."""
    port, middle = urlsplit(outer).port or 0, free_port()
    of_nginx = {
        "server 127.0.0.1:8000": f"server {urlsplit(inner).netloc}",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen [::]:80;": "",
        "127.0.0.1:8080": f"127.0.0.1:{middle}",
        "$host;": "$http_host;",  # no port is said where it is the usual one
        "/var/log/nginx/": f"{folder}/",
        "/run/kodutee-nginx-body": f"{folder}/body",
    }
    of_nghttpx = {
        "*,443": f"127.0.0.1,{port}",
        "127.0.0.1,8080": f"127.0.0.1,{middle}",
        "/etc/nghttpx/away.html": str(DEPLOY / "away.html"),
        "/etc/nghttpx/tls": str(tls),
        "errorlog-syslog=yes": "errorlog-file=/dev/stderr",
        "user=www-data": "single-process=yes",  # which ends with the one that started it
    }
    here("nginx.conf", of_nginx, folder)
    here("nghttpx.conf", of_nghttpx, folder)
    (folder / "main.conf").write_text(NGINX.format(folder=folder))
    nginx = ["nginx", "-c", f"{folder}/main.conf"]
    nghttpx = ["nghttpx", "--conf", f"{folder}/nghttpx.conf"]
    with (
        running(nginx, folder / "nginx.said", lambda: listens(middle)),
        running(nghttpx, folder / "nghttpx.said", lambda: listens(port)),
    ):
        yield


def weigh(browser: Browser, tls: Path, *, has_scripts: bool, is_alone: bool) -> Scale:
    """One application of somebody who has never been here."""
    phone: Any = {**PHONE, "java_script_enabled": has_scripts}
    with portal(tls) as url, browser.new_context(**phone) as context:
        scale = Scale(context.new_page())
        Applicant(scale.page, url, "ru", SlowFingers(), is_alone=is_alone, arrived=scale.mark).apply()
        return scale


def main() -> None:
    """One line for each way to apply; with `--pages` also what every page cost."""
    print(f"{'who, in Russian':<36} {'bytes':>8} {'answers':>8}  / {WHOLE}   first  most after")
    print("over HTTP/1.1, the portal alone" if IS_BARE else "over HTTP/2, behind nghttpx and nginx")
    with tempfile.TemporaryDirectory() as folder, chromium(*trust(Path(folder))) as browser:
        for is_alone in (True, False):
            for has_scripts in (True, False):
                scale = weigh(browser, Path(folder), has_scripts=has_scripts, is_alone=is_alone)
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
