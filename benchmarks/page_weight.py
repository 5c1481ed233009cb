"""How heavy pages are over the wire, and how many requests they take."""

import re
import tempfile
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from portal import create_app, demo, migrate
from portal.domain.accounts import Account
from portal.settings import Settings
from portal.wiring import wire
from tests.cast import enter

PUBLIC = [
    "/en/",
    "/et/",
    "/ru/",
    "/ru/programme/what",
    "/ru/programme/questions",
    "/en/sign-in",
    "/en/check",
    "/en/papers",
]
OF_MIGRANT = ["/ru/my/", "/ru/my/plan/", "/ru/my/history", "/ru/my/documents"]
ROUND_TRIP = 14_600


def main() -> None:
    """Print one line a page."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"KODUTEE_VAR": folder, "KODUTEE_DEMO": "1"})
        wiring = wire(settings)
        migrate.to_head(wiring.engine)
        demo.make(wiring)
        app = create_app(settings, wiring=wiring)
        print(
            f"{'page':<26} {'html':>7} {'style':>7} {'scripts':>8} {'requests':>9}  html+style / {ROUND_TRIP}"
        )
        weigh(app.test_client(), PUBLIC, Path(folder))
        with wiring.writing() as session:
            daler = next(one for one in session.scalars(select(Account)) if one.login == "daler")
            weigh(enter(app, session, daler), OF_MIGRANT, Path(folder))


def weigh(client: FlaskClient, paths: list[str], folder: Path) -> None:
    """The bytes of each page and of what it asks for, as a browser that knows brotli gets them."""
    for path in paths:
        page = client.get(path, headers={"Accept-Encoding": "br"})
        text = client.get(path).text
        style = sum(size(client, one) for one in re.findall(r'href="(/static/[^"]+\.css)"', text))
        scripts = [size(client, one) for one in re.findall(r'src="(/static/[^"]+\.js)"', text)]
        requests = 1 + len(re.findall(r'(?:href|src)="/static/', text))
        html = len(page.data)
        ratio = (html + style) / ROUND_TRIP
        print(f"{path:<26} {html:>7} {style:>7} {sum(scripts):>8} {requests:>9}  {ratio:.2f}")


def size(client: FlaskClient, address: str) -> int:
    """The bytes of one published file."""
    with client.get(address, headers={"Accept-Encoding": "br"}) as answer:
        return len(answer.data)


if __name__ == "__main__":
    main()
