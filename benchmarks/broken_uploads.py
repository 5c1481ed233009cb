"""A hundred uploads of 10 MB over lines that break, to a server that is killed again and again.

It counts what is lost, sent again, or left over.
`python benchmarks/broken_uploads.py [--postgresql] [number] [megabytes]`.
"""

import hashlib
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from portal import checking, create_app, jobs, migrate, queue
from portal.db import clock_turned, now
from portal.domain import objects
from portal.domain.access.sign_in import SignIn
from portal.domain.applying import application
from portal.domain.documents import Document, Part
from portal.domain.papers.uploads import LASTS, Chunk
from portal.domain.permissions import Role
from portal.settings import Settings
from portal.wiring import Wiring, wire
from tests import servers
from tests.browsers import signed_cookie
from tests.cast import Cast
from tests.faults.test_kill import Server
from tests.samples import photo
from tests.senders import Crowd, Sender, breaks_of
from tests.servers import free_port

OF_ONE = 10
"""Files of one person: a case holds only so much."""


def main(number: int = 100, megabytes: int = 10, *, on_postgresql: bool = False) -> None:
    """Print what was counted."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        given = {"KODUTEE_VAR": folder, "KODUTEE_DEMO": "1", "KODUTEE_PORT": str(free_port())}
        if on_postgresql:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            database = stack.enter_context(servers.postgres(place, durable=True))
            given["KODUTEE_DATABASE_URL"] = database.create_database("portal")
        wiring = wire(Settings.from_environment(given))
        migrate.to_head(wiring.engine)
        files = [
            photo(side=int((megabytes * 1e6 / 3) ** 0.5) + 1, seed=seed, kind="PNG") for seed in range(4)
        ]
        cookies = sign_in(wiring, -(-number // OF_ONE))
        clean = {name: text for name, text in os.environ.items() if not name.startswith("KODUTEE_")}
        server = Server({**clean, **given, "PYTHONPATH": str(Path.cwd())})
        senders = [
            Sender(server.url, cookies[at // OF_ONE], files[at % 4], breaks_of(len(files[at % 4]), 1))
            for at in range(number)
        ]
        began = time.monotonic()
        kills = break_everything(Crowd(senders), server)
        print(f"{number} files of {len(files[0]) / 1e6:.1f} MB, {time.monotonic() - began:.0f} s of sending")
        print(f"{kills} kills of the server, {sum(one.tries - 1 for one in senders)} new tries of the phones")
        print(f"acknowledged bytes lost: {sum(one.lost for one in senders)}")
        print(f"acknowledged bytes sent again: {sum(one.sent_again for one in senders)}")
        count_what_is_there(wiring, sorted(hashlib.sha256(one.data).hexdigest() for one in senders))
        wiring.engine.dispose()


def sign_in(wiring: Wiring, people: int) -> list[str]:
    """The cookies of so many people with a case."""
    app = create_app(wiring.settings, wiring=wiring)
    with wiring.writing() as session:
        cast = Cast(session)
        migrants = [cast.account(Role.MIGRANT, f"migrant{number}") for number in range(people)]
        for one in migrants:
            application.start(session, by=one)
        session.commit()
        cookies = [f"kodutee={signed_cookie(app, session, one)}" for one in migrants]
        # On a slow machine some wait longer for their turn than a sign-in may rest.
        session.execute(update(SignIn).values(seen_at=now() + timedelta(hours=6)))
        session.commit()
        return cookies


def break_everything(crowd: Crowd, server: Server) -> int:
    """Kill the server while anybody sends; how often that was."""
    kills = 0
    crowd.start()
    while crowd.is_sending:
        time.sleep(random.uniform(1, 5))  # noqa: S311 - when, not what
        if crowd.is_sending:
            server.kill()
            server.start()
            kills += 1
    server.kill()
    return kills


def count_what_is_there(wiring: Wiring, sent: list[str]) -> None:
    """Check all of it, sweep, and compare what is stored with what is known."""
    with clock_turned(queue.LEASE * 2):
        while jobs.do_one(wiring):
            pass
    objects.TIME_FOR_A_ROW = 0  # an object that has no row by now never gets one
    with clock_turned(LASTS * 2):
        checking.sweep_uploads(wiring)
    there = {*wiring.vault.names("uploads"), *wiring.vault.names("documents")}
    with wiring.reading() as session:
        arrived = sorted(session.scalars(select(Document.sha256)))
        known = {*session.scalars(select(Chunk.store_name)), *session.scalars(select(Part.store_name))}
    print(f"documents: {len(arrived)}, each once and as it was sent: {arrived == sent}")
    print(f"orphans after the sweep: {len(there - known)}, rows without their object: {len(known - there)}")


if __name__ == "__main__":
    said = [text for text in sys.argv[1:] if text != "--postgresql"]
    main(*map(int, said), on_postgresql=len(said) < len(sys.argv) - 1)
