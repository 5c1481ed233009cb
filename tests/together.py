"""Several people at the same moment, each with a session of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal.domain.errors import Refused
from portal.wiring import Wiring


def at_once(wiring: Wiring, *verbs: Callable[[Session], object]) -> list[str]:
    """Start all verbs together and commit each; how each ended, sorted: "done" or "told"."""
    start = Barrier(len(verbs))

    def run(verb: Callable[[Session], object]) -> str:
        start.wait()
        with wiring.writing() as session:
            try:
                verb(session)
                session.commit()
            except (Refused, StaleDataError):
                return "told"
        return "done"

    with ThreadPoolExecutor(len(verbs)) as pool:
        return sorted(pool.map(run, verbs))
