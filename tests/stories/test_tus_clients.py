"""Clients that nobody here wrote send 6 MB over a line that is cut five times, and send nothing twice."""

import hashlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select
from tusclient.client import TusClient

from portal.domain.documents import Document, DocumentState
from tests.browsers import signed_cookie
from tests.portals import BadLine, RunningPortal, portal_server
from tests.project import ROOT
from tests.samples import photo

MEGABYTE = 2**20
# Each in the middle of a piece: at its end the server may have it all and still store it when it is asked.
ON_THE_WAY = [int(cut * MEGABYTE) for cut in (0.625, 2, 3.375, 4.75)]
WITH_THE_ANSWER = [4 * MEGABYTE]
SAID = {"filename": "паспорт.png", "filetype": "image/png", "kind": "passport"}

Send = Callable[[str, Path, str], None]


def with_python(url: str, file: Path, cookie: str) -> None:
    """tus-py-client."""
    client = TusClient(f"{url}/uploads/", headers={"Cookie": cookie})
    with file.open("rb") as stream:
        again = {"retries": 20, "retry_delay": 0.05}
        client.uploader(file_stream=stream, chunk_size=MEGABYTE, metadata=SAID, **again).upload()


def with_javascript(url: str, file: Path, cookie: str) -> None:
    """tus-js-client, in Node."""
    script = ROOT / "tests/tus-js/upload.cjs"
    command = ["node", str(script), f"{url}/uploads/", str(file), cookie, json.dumps(SAID)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, "sent\n"), done.stderr


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    """A photo of 6 MB."""
    path = tmp_path_factory.mktemp("photo") / "passport.png"
    path.write_bytes(photo(side=1480, kind="PNG"))
    assert 6 * MEGABYTE < path.stat().st_size < 7 * MEGABYTE
    return path


@pytest.fixture
def portal(wiring) -> Iterator[RunningPortal]:
    with portal_server(wiring) as running:
        yield running


@pytest.fixture
def line(portal) -> Iterator[BadLine]:
    line = BadLine(portal.port, [*ON_THE_WAY], [*WITH_THE_ANSWER])
    yield line
    line.close()


def _checked(wiring) -> Document:
    """The document, once the portal's own check is over."""
    for _ in range(300):
        with wiring.reading() as session:
            document = session.scalars(select(Document)).one()
        if document.state is not DocumentState.CHECKING:
            return document
        time.sleep(0.1)
    raise AssertionError("the check never ended")


@pytest.mark.parametrize("send", [with_python, with_javascript])
def test_a_client_nobody_here_wrote_gets_a_file_through_a_line_that_is_cut_five_times(
    cast, session, wiring, portal, line, file, send: Send
):
    cast.case()
    cookie = f"kodutee={signed_cookie(portal.app, session, cast.amina)}"

    send(line.url, file, cookie)

    document = _checked(wiring)
    assert (document.state, document.size) == (DocumentState.WAITING, file.stat().st_size)
    assert document.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (line.cut_at, line.swallow) == ([], [])
    kept = [piece for piece in portal.pieces if piece.received is not None]
    assert kept == portal.pieces
    assert kept[0].start == 0
    assert all(before.received == after.start for before, after in pairwise(kept))
    assert kept[-1].received == document.size
