"""Whether the time of an answer tells who has an account: how well it tells two kinds of people apart.

The area under the curve (AUC) is 0.5 for guessing and 1.0 for knowing; the goal is 0.45 to 0.55 over 400
answers of each kind. Statuses and the names of headers are compared as well.
"""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain, cycle
from random import Random

from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from portal import create_app, demo, migrate
from portal.domain.access import staff
from portal.domain.accounts import Account, AccountState
from portal.domain.permissions import Role
from portal.domain.throttle import Tries
from portal.settings import Settings
from portal.wiring import Wiring, wire
from tests.cast import PASSWORD

EACH = 400
chance = Random(7)  # noqa: S311 - the order of questions is no secret
Ask = Callable[[], TestResponse]


def main() -> None:
    """Print one line for each door."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"KODUTEE_VAR": folder, "KODUTEE_DEMO": "1"})
        wiring = wire(settings)
        migrate.to_head(wiring.engine)
        demo.make(wiring)
        app = create_app(settings, wiring=wiring)
        app.config["WTF_CSRF_ENABLED"] = False
        print(f"{'door':<44} {'AUC':>6} {'median ms':>18} {'answers alike':>14}")
        for door, one, other in doors(app, wiring):
            show(wiring, door, one, other)


def doors(app: Flask, wiring: Wiring) -> Iterator[tuple[str, Ask, Ask]]:
    """Each door, with a request about somebody there is and one about somebody there is not."""
    with wiring.writing() as session:
        people = session.scalars(select(Account).where(Account.role == Role.MIGRANT)).all()
        frozen = people[: len(people) // 2]
        for one in frozen:
            one.state = AccountState.FROZEN
        session.commit()
        logins = cycle([one.login for one in people[len(frozen) :]])
        stopped = cycle([one.login for one in frozen])

    def ask(path: str, name: Callable[[], str], field: str = "login") -> Ask:
        def request() -> TestResponse:
            typed = {field: name(), "password": PASSWORD, "repeated": PASSWORD}
            return app.test_client().post(path, data=typed)

        return request

    def nobody() -> str:
        return f"nobody{chance.randrange(10**6)}"

    sign_in, join = "/en/sign-in", "/en/register"
    yield "sign in: known / unknown", ask(sign_in, lambda: next(logins)), ask(sign_in, nobody)
    yield "sign in: frozen / unknown", ask(sign_in, lambda: next(stopped)), ask(sign_in, nobody)
    yield (
        "register: a name many have / nobody has",
        ask(join, lambda: "amina", "name"),
        ask(join, lambda: "".join(chance.choices("abcdefghij", k=5)), "name"),
    )
    back = "/en/recover"
    yield (
        "recover: known / unknown",
        ask(back, lambda: next(logins), "whose"),
        ask(back, nobody, "whose"),
    )
    yield (
        "recover: frozen / unknown",
        ask(back, lambda: next(stopped), "whose"),
        ask(back, nobody, "whose"),
    )
    used, unknown, invitation = used_invitation(wiring), secrets.token_urlsafe(24), "/en/invitation/"
    yield (
        "invitation: used / unknown",
        lambda: app.test_client().get(invitation + used),
        lambda: app.test_client().get(invitation + unknown),
    )


def used_invitation(wiring: Wiring) -> str:
    """A link that somebody has used."""
    with wiring.writing() as session:
        token = staff.invite(session, Role.AUDITOR, name="Ilse", email="ilse@example.org", by=None)
        staff.join(session, token, password=PASSWORD, language="en")
        session.commit()
    return token


def show(wiring: Wiring, door: str, one: Ask, other: Ask) -> None:
    """Ask both in a random order, and print how well time tells them apart."""
    times: dict[Ask, list[float]] = {one: [], other: []}
    shapes: dict[Ask, set[object]] = {one: set(), other: set()}
    pairs = ([one, other] if chance.random() < 0.5 else [other, one] for _ in range(EACH + 10))
    for number, ask in enumerate(chain.from_iterable(pairs)):
        if number % 40 == 0:
            with wiring.writing() as session:
                session.execute(delete(Tries))
                session.commit()
        began = time.perf_counter()
        answer = ask()
        times[ask].append(time.perf_counter() - began)
        shapes[ask].add((answer.status_code, tuple(answer.headers.keys())))
    mine, theirs = (sorted(times[ask][10:]) for ask in (one, other))
    middle = " / ".join(f"{row[len(row) // 2] * 1000:.1f}" for row in (mine, theirs))
    alike = "yes" if shapes[one] == shapes[other] else "NO"
    print(f"{door:<44} {area(mine, theirs):>6.3f} {middle:>18} {alike:>14}", flush=True)


def area(mine: list[float], theirs: list[float]) -> float:
    """The chance that one of `mine` took longer than one of `theirs` (Mann-Whitney)."""
    longer = sum((a > b) + (a == b) / 2 for a in mine for b in theirs)
    return longer / (len(mine) * len(theirs))


if __name__ == "__main__":
    main()
