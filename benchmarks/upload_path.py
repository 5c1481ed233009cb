"""How fast files come in, as a ratio to the same bytes hashed and sealed in a bare loop; and the memory."""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient

from portal import create_app, migrate
from portal.domain.applying import application
from portal.domain.papers.uploads import CHUNK_BYTES
from portal.domain.permissions import Role
from portal.sealing import new_key, seal_stream
from portal.server import serving, wait_for_the_end, working
from portal.settings import Settings
from portal.wiring import Wiring, wire
from tests.browsers import Phone, signed_cookie
from tests.cast import Cast, enter
from tests.senders import Sender
from tests.servers import free_port

MEGABYTE = 2**20
LENGTH = 24 * MEGABYTE
ROUNDS = 5
SIZES = (1, 10, 25)
JPEG = b"\xff\xd8\xff"


def main() -> None:
    """Print the speeds, and the memory of a server for each size."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"KODUTEE_VAR": folder, "KODUTEE_DEMO": "1", "KODUTEE_PORT": str(free_port())}
        wiring = wire(Settings.from_environment(given))
        migrate.to_head(wiring.engine)
        app = create_app(wiring.settings, wiring=wiring)
        with wiring.writing() as session:
            amina = Cast(session).account(Role.MIGRANT, "amina")
            application.start(session, by=amina)
            session.commit()
            client, cookie = enter(app, session, amina), signed_cookie(app, session, amina)
        print_speeds(wiring, client, Path(folder))
        print_memory(given, cookie)


def print_speeds(wiring: Wiring, client: FlaskClient, folder: Path) -> None:
    """Each way in turn, several times, the best round of each: the machine has other things to do too."""
    data = JPEG + os.urandom(LENGTH - len(JPEG))
    ways: dict[str, Callable[[bytes], None]] = {
        "hashed and sealed, kept nowhere": bare,
        "written and synced, no more (fsync)": lambda data: synced(folder, data),
        "hashed, sealed, written and synced": lambda data: stored(wiring, data),
        f"append path: requests of {CHUNK_BYTES // MEGABYTE} MiB": lambda data: appended(client, data),
    }
    best = dict.fromkeys(ways, (1e9, 1e9))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began, worked = time.perf_counter(), time.process_time()
            way(data)
            took = time.perf_counter() - began, time.process_time() - worked
            best[name] = min(best[name][0], took[0]), min(best[name][1], took[1])
    bare_time, _disk, on_disk, _append = best.values()
    print(f"{'':<36} {'MB/s':>6}  / bare  / on disk   CPU ms  / bare")
    for name, (seconds, worked) in best.items():
        speeds = (
            f"{LENGTH / 1e6 / seconds:>6.0f}  {bare_time[0] / seconds:>6.2f}  {on_disk[0] / seconds:>9.2f}"
        )
        print(f"{name:<36} {speeds}  {worked * 1e3:>7.0f}  {bare_time[1] / worked:>6.2f}")


def pieces(data: bytes) -> Iterator[bytes]:
    """As the portal's own script sends them on a good line."""
    return (data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES))


def bare(data: bytes) -> None:
    """What cannot be saved: every byte hashed and sealed once."""
    key = new_key()
    for piece in pieces(data):
        hashlib.sha256(piece).digest()
        for _sealed in seal_stream([piece], key, context="bench"):
            pass


def synced(folder: Path, data: bytes) -> None:
    """What the disk alone takes if every piece is to survive a power cut: the floor of keeping files."""
    for number, piece in enumerate(pieces(data)):
        with (folder / f"floor-{number}").open("wb") as file:
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())


def stored(wiring: Wiring, data: bytes) -> None:
    """What cannot be saved if it is to survive a power cut."""
    key = new_key()
    for number, piece in enumerate(pieces(data)):
        wiring.vault.put(f"bench/{time.monotonic_ns():x}-{number}", [piece], key=key, context="bench")


def appended(client: FlaskClient, data: bytes) -> None:
    """The whole path of the portal, without a network."""
    tus = {"Tus-Resumable": "1.0.0"}
    about = {"Upload-Length": str(len(data)), "Upload-Metadata": "kind cGFzc3BvcnQ="}
    begun = client.post("/uploads/", headers={**tus, **about})
    assert begun.location, begun.status
    address = begun.location
    at = 0
    for piece in pieces(data):
        headers = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}
        at = int(client.patch(address, data=piece, headers=headers).headers["Upload-Offset"])


def print_memory(given: dict[str, str], cookie: str) -> None:
    """The peak of a server's process, started anew for each file."""
    print(f"\n{'peak memory of the process, MB':<46}" + "".join(f"{size:>4} MB" for size in (0, *SIZES)))
    for name, mode, send in (
        ("web server, file in pieces", "web", in_pieces),
        ("web server, file whole with the form", "web", with_form),
        ("web server and worker (portal run), in pieces", "both", in_pieces),
    ):
        peaks = [peak(given, mode, cookie, size, send) for size in (0, *SIZES)]
        print(f"{name:<46}" + "".join(f"{one:>7.0f}" for one in peaks))


Send = Callable[[str, str, bytes], None]


def peak(given: dict[str, str], mode: str, cookie: str, size: int, send: Send) -> float:
    """In MB, once a file of so many MB came in and was looked at."""
    with server(given, mode) as (url, process):
        Phone(url, {"kodutee": cookie}).get("/en/my/documents/new")
        if size:
            send(url, cookie, JPEG + os.urandom(size * MEGABYTE - len(JPEG)))
            if mode == "both":
                until_checked(url, cookie)
        status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1000


@contextmanager
def server(given: dict[str, str], mode: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """This file, run as a server of its own."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("KODUTEE_")}
    command = [sys.executable, __file__, mode]
    with subprocess.Popen(
        command, env={**clean, **given, "PYTHONPATH": str(Path.cwd())}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip(), process
        process.terminate()


def in_pieces(url: str, cookie: str, data: bytes) -> None:
    """As a phone with the portal's script, on a good line."""
    Sender(url, f"kodutee={cookie}", data, [], piece=CHUNK_BYTES).send()


def with_form(url: str, cookie: str, data: bytes) -> None:
    """As a phone without one."""
    phone = Phone(url, {"kodutee": cookie}, timeout=60)
    sent = phone.send_file(
        "/en/my/documents/new", name="a.jpg", data=data, mime="image/jpeg", kind="passport"
    )
    assert sent.status == 303, sent.status


def until_checked(url: str, cookie: str) -> None:
    """Until the list says nothing of a check any more."""
    while "Automatic check" in Phone(url, {"kodutee": cookie}).get("/en/my/documents").body:
        time.sleep(0.2)


def serve(mode: str) -> None:
    """A server of its own, with a worker if `both`, until it is asked to stop."""
    wiring = wire(Settings.from_environment(os.environ))
    app = create_app(wiring.settings, wiring=wiring)
    with serving(app, "127.0.0.1", 0) as url:
        print(url, flush=True)
        if mode == "both":
            with working(wiring):
                wait_for_the_end()
        else:
            wait_for_the_end()


if __name__ == "__main__":
    serve(sys.argv[1]) if len(sys.argv) > 1 else main()
