"""What a page behind the door costs the processor, against the barest page that reads one row."""

import statistics
import tempfile
import time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import Session

from portal import create_app, demo, migrate
from portal.domain.accounts import Account
from portal.settings import Settings
from portal.wiring import Wiring, wire
from tests.cast import enter

ROUNDS = 15
EACH = 20


def floor() -> FlaskClient:
    """A Flask page that asks SQLAlchemy for one row and renders a line."""
    app, engine = Flask("floor"), create_engine("sqlite://")

    @app.get("/")
    def page() -> str:
        with Session(engine) as session:
            return f"<p>{session.execute(text('SELECT 1')).scalar_one()}</p>"

    return app.test_client()


def cost(client: FlaskClient, path: str) -> float:
    """Milliseconds of processor time of one request, the mean of some."""
    began = time.process_time()
    for _ in range(EACH):
        assert client.get(path).status_code == 200
    return (time.process_time() - began) / EACH * 1000


def queries(wiring: Wiring, client: FlaskClient, path: str) -> int:
    """How many statements one request sends to the database."""
    seen: list[str] = []
    event.listen(wiring.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    client.get(path)
    return len(seen)


def main() -> None:
    """Print one line a page."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"KODUTEE_VAR": folder, "KODUTEE_DEMO": "1"})
        wiring = wire(settings)
        migrate.to_head(wiring.engine)
        demo.make(wiring)
        app = create_app(settings, wiring=wiring)
        with wiring.writing() as session:
            people = {one.login: one for one in session.scalars(select(Account))}
            pages = {
                "/en/": app.test_client(),
                "/en/my/": enter(app, session, people["daler"]),
                "/en/my/plan/": enter(app, session, people["daler"]),
                "/en/counsellor/?pile=mine": enter(app, session, people["clara"]),
                "/en/partner/": enter(app, session, people["petros"]),
            }
        bare = floor()
        measure(bare, "/", pages)
        for path, client in pages.items():
            print(f"{path:<28} {queries(wiring, client, path)} queries")


def measure(bare: FlaskClient, path: str, pages: dict[str, FlaskClient]) -> None:
    """Floor and pages in turn, so that a drifting machine slows both."""
    ratios: dict[str, list[float]] = {page: [] for page in pages}
    costs: dict[str, list[float]] = {page: [] for page in pages}
    for _ in range(ROUNDS):
        base = cost(bare, path)
        for page, client in pages.items():
            costs[page].append(cost(client, page))
            ratios[page].append(costs[page][-1] / base)
    print(f"{'page':<28} {'ms (median)':>12} {'ratio to the floor (median)':>30}")
    for page in pages:
        print(f"{page:<28} {statistics.median(costs[page]):>12.2f} {statistics.median(ratios[page]):>30.1f}")


if __name__ == "__main__":
    main()
