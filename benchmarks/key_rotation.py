"""Another key for 100,000 documents while somebody reads and writes: seconds, and against a bare loop."""

import os
import random
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import insert, select

from portal import db, resealing, sealing
from portal.demo.roads import ANSWERS, Players
from portal.domain.accounts import Account, Organisation, hash_password, login_index
from portal.domain.cases import Case, CaseState
from portal.domain.documents import Document, DocumentState
from portal.domain.permissions import Role
from portal.programme import DocumentKind
from portal.sealing import Keyring, new_key
from portal.settings import Settings
from portal.wiring import Wiring, wire

DOCUMENTS = int(os.environ.get("KODUTEE_BENCH_KEYS", "100000"))
DATABASE = os.environ.get("KODUTEE_BENCH_DATABASE", "")
"""Address of an empty database; left out: SQLite in a temporary folder."""


def bare(keyring: Keyring) -> float:
    """Seconds to open and seal as many keys, and nothing else."""
    sealed = [keyring.seal(new_key(), context=f"documents.key.{number}") for number in range(DOCUMENTS)]
    began = time.perf_counter()
    for number, blob in enumerate(sealed):
        context = f"documents.key.{number}"
        keyring.seal(keyring.unseal(blob, context=context), context=context)
    return time.perf_counter() - began


def fill(wiring: Wiring) -> list[int]:
    """A case with so many documents; their numbers."""
    db.Base.metadata.create_all(wiring.engine)
    with wiring.writing() as session:
        account = Account(role=Role.MIGRANT, login="a", login_index=login_index("a"), language="en")
        account.password_hash = hash_password("correct horse battery")
        organisation = Organisation(name="Somewhere", country="UZ")
        session.add_all([account, organisation])
        session.flush()
        package = wiring.programme.packages[0]
        players = Players(session, account, account, account, account, organisation, package, ANSWERS)
        case: Case = players.case(CaseState.DRAFT)
        first = db.new_id()
        rows = [
            {
                "id": number,
                "case_id": case.id,
                "kind": DocumentKind.PASSPORT,
                "state": DocumentState.WAITING,
                "sender_id": account.id,
                "sender_role": Role.MIGRANT,
                "sent_at": db.now(),
                "size": 1,
                "file_name": wiring.keyring.seal(b"a.jpg", context=f"documents.file_name.{number}"),
                "wrapped_key": wiring.keyring.seal(new_key(), context=f"documents.key.{number}"),
                "version": 1,
            }
            for number in range(first, first + DOCUMENTS)
        ]
        session.execute(insert(Document.__table__), rows)
        session.commit()
    return [row["id"] for row in rows]


class Beside(threading.Thread):
    """Somebody who opens documents and writes, as another process would, with a keyring of its own."""

    def __init__(self, wiring: Wiring, numbers: list[int]) -> None:
        super().__init__(daemon=True)
        self.wiring, self.numbers = wiring, numbers
        self.over, self.read, self.written, self.faults = threading.Event(), 0, 0, 0
        self.slowest = 0.0

    def run(self) -> None:
        """Until it is over."""
        keyring = Keyring.load(self.wiring.settings.keyring)
        table = Document.__table__
        while not self.over.is_set():
            number, began = random.choice(self.numbers), time.perf_counter()  # noqa: S311 - no secret
            context = f"documents.key.{number}"
            try:
                with self.wiring.reading() as session:
                    blob = session.scalar(select(table.c.wrapped_key).where(table.c.id == number))
                keyring.unseal(bytes(blob or b""), context=context)
                self.read += 1
                with self.wiring.writing() as session:
                    words = keyring.seal(b"b.jpg", context=f"documents.file_name.{number}")
                    session.execute(table.update().where(table.c.id == number).values(file_name=words))
                    session.commit()
                self.written += 1
            except Exception as fault:
                self.faults += 1
                print(f"beside: {type(fault).__name__}")
            self.slowest = max(self.slowest, time.perf_counter() - began)
            time.sleep(0.02)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"KODUTEE_VAR": folder, "KODUTEE_DEMO": "1"}
        settings = Settings.from_environment(given | ({"KODUTEE_DATABASE_URL": DATABASE} if DATABASE else {}))
        wiring = wire(settings)
        numbers = fill(wiring)
        alone = bare(wiring.keyring)
        before, beside = wiring.keyring.current, Beside(wiring, numbers)
        beside.start()
        began = time.perf_counter()
        turned = resealing.rotate(wiring)
        took = time.perf_counter() - began
        beside.over.set()
        beside.join()
        left = resealing.counted(wiring)[before]
        kind = wiring.engine.dialect.name
        print(f"{kind}: {DOCUMENTS} documents, {turned.values} values sealed anew in {took:.1f} s")
        print(f"  goal: 100,000 keys in 600 s; a bare loop over the keys: {alone:.1f} s")
        others = f"{beside.read} reads, {beside.written} writes, {beside.faults} faults"
        print(f"  meanwhile {others}, slowest {beside.slowest * 1000:.0f} ms; {left} values left behind")
        assert Path(settings.keyring).stat().st_mode & 0o077 == 0
        assert sealing.in_use() is wiring.keyring


if __name__ == "__main__":
    main()
