"""What a person saw confirmed is there after the process was killed."""

import hashlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import checking, create_app, jobs, migrate, queue
from portal.db import clock_turned
from portal.domain import journal, objects
from portal.domain.applying import application
from portal.domain.cases import Case, CaseState
from portal.domain.documents import Document, Part
from portal.domain.journal import Event
from portal.domain.papers.uploads import LASTS, Chunk
from portal.domain.permissions import Act, Role
from portal.sealing import Keyring
from portal.settings import Settings
from portal.wiring import Wiring, wire
from tests import commands
from tests.browsers import Phone, signed_cookie
from tests.cast import Cast
from tests.samples import photo
from tests.senders import Crowd, Sender, breaks_of
from tests.servers import free_port

SUBMISSIONS = 50
KILLS = 6


@pytest.fixture
def environment(tmp_path: Path, empty_database_url: str, keyring: Keyring) -> dict[str, str]:
    """A portal of its own, with the keys of these tests."""
    keyring.save(tmp_path / "keyring.json")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KODUTEE_")}
    return {
        **kept,
        "KODUTEE_VAR": str(tmp_path / "var"),
        "KODUTEE_DATABASE_URL": empty_database_url,
        "KODUTEE_PORT": str(free_port()),
        "KODUTEE_KEYRING": str(tmp_path / "keyring.json"),
        "KODUTEE_DEMO": "1",
    }


@pytest.fixture
def wiring(environment: dict[str, str]) -> Iterator[Wiring]:
    """The plugs of that portal, with its tables made."""
    wiring = wire(Settings.from_environment(environment))
    migrate.to_head(wiring.engine)
    yield wiring
    wiring.engine.dispose()


class Server:
    """`portal run` in a process that can be killed and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.start()

    def start(self) -> None:
        """Start, and wait for its address."""
        self.process = commands.start(self.environment, "run")
        self.url = self.process.stdout.readline().split()[-1]

    def kill(self) -> None:
        """As the machine's power would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class Applicants:
    """Fifty people with complete applications; eight of them at a time press *send* until it is confirmed."""

    def __init__(self, wiring: Wiring, url: str) -> None:
        self.url, self.lock = url, threading.Lock()
        self.acknowledged: set[str] = set()
        app = create_app(wiring.settings, wiring=wiring)
        with wiring.writing() as session:
            cast = Cast(session)
            self.waiting = [self._one(cast, app, number) for number in range(SUBMISSIONS)]

    def _one(self, cast: Cast, app: Flask, number: int) -> tuple[str, str]:
        migrant = cast.account(Role.MIGRANT, f"migrant{number}")
        case = application.start(cast.session, by=migrant)
        cast.answer_everything(case)
        return case.reference, signed_cookie(app, cast.session, migrant)

    def start(self) -> list[threading.Thread]:
        """Everybody begins."""
        people = [threading.Thread(target=self._send_all, daemon=True) for _ in range(8)]
        for one in people:
            one.start()
        return people

    def _send_all(self) -> None:
        while True:
            with self.lock:
                if not self.waiting:
                    return
                reference, cookie = self.waiting.pop()
            while not self._send(Phone(self.url, {"kodutee": cookie})):
                time.sleep(0.05)
            self.acknowledged.add(reference)

    def _send(self, phone: Phone) -> bool:
        """Press the button; who sees no form, the last answer being lost, looks at the receipt."""
        try:
            page = phone.get("/en/my/application/check")
            if page.status == 303 or "csrf_token" not in page.body:
                return phone.get("/en/my/application/receipt").status == 200
            answer = phone.post("/en/my/application/send", csrf_token=page.form_token)
        except (OSError, HTTPException):
            return False
        return answer.status == 303 and answer.location.endswith("/receipt")


def test_no_acknowledged_application_is_lost_when_the_process_is_killed(environment, wiring):
    server = Server(environment)
    applicants = Applicants(wiring, server.url)

    people = applicants.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(0.2, 0.9))  # noqa: S311 - when, not what
        server.kill()
        server.start()
    for one in people:
        one.join(120)
    server.kill()

    with wiring.reading() as session:
        submitted = set(session.scalars(select(Case.reference).where(Case.state == CaseState.SUBMITTED)))
        lines = session.scalar(select(func.count()).select_from(Event).where(Event.act == Act.CASE_SUBMIT))
        faults = list(journal.verify(session))
    assert len(applicants.acknowledged) == SUBMISSIONS
    assert submitted == applicants.acknowledged
    assert lines == SUBMISSIONS
    assert faults == []


# --- Files on their way ------------------------------------------------------------------------------

FILES = 8
"""All hundred, of ten megabytes each, are sent by benchmarks/broken_uploads.py."""


def orphans(wiring: Wiring) -> tuple[set[str], set[str]]:
    """After the sweep: objects that no row knows, and rows that miss their object."""
    with clock_turned(LASTS * 2):
        checking.sweep_uploads(wiring)
    there = {*wiring.vault.names("uploads"), *wiring.vault.names("documents")}
    with wiring.reading() as session:
        known = {*session.scalars(select(Chunk.store_name)), *session.scalars(select(Part.store_name))}
    return there - known, known - there


def test_no_acknowledged_byte_of_a_file_is_lost_or_sent_again_when_line_and_process_are_cut(
    environment, wiring, monkeypatch
):
    data = photo(side=700, kind="PNG")
    with wiring.writing() as session:
        cast = Cast(session)
        cast.case()
        cookie = signed_cookie(create_app(wiring.settings, wiring=wiring), session, cast.amina)
    server = Server(environment)
    crowd = Crowd(
        [Sender(server.url, f"kodutee={cookie}", data, breaks_of(len(data), 2)) for _ in range(FILES)]
    )

    crowd.start()
    for _ in range(3):
        time.sleep(random.uniform(0.1, 0.6))  # noqa: S311 - when, not what
        server.kill()
        server.start()
    crowd.wait(120)
    server.kill()
    with clock_turned(queue.LEASE * 2):  # what the killed one had in hand is taken up again
        while jobs.do_one(wiring):
            pass

    monkeypatch.setattr(objects, "TIME_FOR_A_ROW", 0)
    with wiring.reading() as session:
        arrived = session.scalars(select(Document.sha256)).all()
    told = [(one.is_done, one.lost, one.sent_again) for one in crowd.senders]
    assert told == [(True, 0, 0)] * FILES
    assert arrived == [hashlib.sha256(data).hexdigest()] * FILES
    assert orphans(wiring) == (set(), set())
