"""The vault keeps its promises on a local folder and on a real S3 store."""

import hashlib
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import obstore
import pytest
from obstore.store import LocalStore, S3Store

from portal.adapters.vault import Missing, Stored, StoreDown, Vault
from portal.sealing import CHUNK, Unsealable, new_key
from portal.settings import Settings
from tests.servers import S3

KEY = new_key()
RawStore = LocalStore | S3Store


def at_s3(server: S3, *, prefix: str = "", secret: str = "", bucket: str = "") -> Settings:
    return Settings(
        store_url=f"s3://{bucket or server.bucket}/{prefix}",
        s3_endpoint=server.endpoint,
        s3_key=server.key,
        s3_secret=secret or server.secret,
    )


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Settings, RawStore]:
    """Where a vault lies, and a plain client that looks at what really lies there."""
    if request.param == "local":
        folder = tmp_path / "documents of Nina"
        return Settings(store_url=folder.as_uri()), LocalStore(folder, mkdir=True)
    server: S3 = request.getfixturevalue("s3_server")
    prefix = uuid4().hex
    raw = S3Store(
        server.bucket,
        prefix=prefix,
        endpoint=server.endpoint,
        access_key_id=server.key,
        secret_access_key=server.secret,
        region="us-east-1",
        client_options={"allow_http": True},
    )
    return at_s3(server, prefix=prefix), raw


@pytest.fixture
def vault(store: tuple[Settings, RawStore]) -> Vault:
    return Vault(store[0])


@pytest.fixture
def raw(store: tuple[Settings, RawStore]) -> RawStore:
    return store[1]


def whole(vault: Vault, name: str, *, key: bytes = KEY, context: str = "documents.1") -> bytes:
    return b"".join(vault.read(name, key=key, context=context))


def put(vault: Vault, name: str, plain: bytes, *, context: str = "documents.1") -> Stored:
    return vault.put(name, [plain], key=KEY, context=context)


def expect_down(vault: Vault) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: put(vault, "a1", b"x"),
        lambda: vault.read("a1", key=KEY, context="documents.1"),
        lambda: vault.delete("a1"),
        lambda: list(vault.names("a1")),
        vault.check,
    ]
    for attempt in attempts:
        with pytest.raises(StoreDown):
            attempt()


# On every store


@pytest.mark.parametrize("size", [0, 1, 262_144, 1_048_576, 9_000_001])
def test_what_was_put_is_read(vault: Vault, size: int) -> None:
    plain = os.urandom(size)
    chunks = (plain[start : start + 100_000] for start in range(0, size, 100_000))

    stored = vault.put("a1", chunks, key=KEY, context="documents.1")

    assert stored == Stored(size, hashlib.sha256(plain).hexdigest())
    assert whole(vault, "a1") == plain


def test_what_comes_through_one_room_is_kept_as_it_came(vault: Vault) -> None:
    plain, room = os.urandom(1_500_000), bytearray(CHUNK * 3)

    def blocks() -> Iterator[memoryview]:
        for start in range(0, len(plain), len(room)):
            block = plain[start : start + len(room)]
            room[: len(block)] = block
            yield memoryview(room)[: len(block)]

    vault.lay("a1", blocks(), key=KEY, context="documents.1")

    assert whole(vault, "a1") == plain


def test_the_store_holds_no_plain_bytes(vault: Vault, raw: RawStore) -> None:
    put(vault, "a1", b"Ivanova" * 1000)

    assert b"Ivanova" not in bytes(obstore.get(raw, "a1").bytes())


def test_putting_again_replaces(vault: Vault) -> None:
    put(vault, "a1", b"first")

    put(vault, "a1", b"second")

    assert whole(vault, "a1") == b"second"


def test_another_key_or_context_reads_nothing(vault: Vault) -> None:
    put(vault, "a1", b"passport")

    with pytest.raises(Unsealable):
        whole(vault, "a1", key=new_key())
    with pytest.raises(Unsealable):
        whole(vault, "a1", context="documents.2")


def test_an_altered_object_is_not_read(vault: Vault, raw: RawStore) -> None:
    put(vault, "a1", b"passport")
    sealed = bytearray(obstore.get(raw, "a1").bytes())
    sealed[-1] ^= 1
    obstore.put(raw, "a1", bytes(sealed))

    with pytest.raises(Unsealable):
        whole(vault, "a1")


def test_an_object_cut_inside_is_given_only_up_to_the_cut(vault: Vault, raw: RawStore) -> None:
    plain = os.urandom(3_000_000)
    put(vault, "a1", plain)
    obstore.put(raw, "a1", bytes(obstore.get(raw, "a1").bytes())[:2_000_000])
    given: list[bytes] = []

    with pytest.raises(Unsealable):
        given.extend(vault.read("a1", key=KEY, context="documents.1"))

    assert b"".join(given) == plain[: 30 * CHUNK]


def test_an_emptied_object_is_damaged_and_the_store_is_not_down(vault: Vault, raw: RawStore) -> None:
    put(vault, "a1", b"passport")
    obstore.put(raw, "a1", b"")

    with pytest.raises(Unsealable):
        whole(vault, "a1")


def test_what_was_deleted_is_missing_and_its_neighbour_is_not(vault: Vault) -> None:
    put(vault, "docs/a1", b"passport")
    put(vault, "docs/a2", b"birth certificate")

    vault.delete("docs/a1")

    with pytest.raises(Missing):
        vault.read("docs/a1", key=KEY, context="documents.1")
    assert whole(vault, "docs/a2") == b"birth certificate"


def test_nothing_appears_when_the_source_fails(vault: Vault) -> None:
    def cut_upload() -> Iterator[bytes]:
        yield os.urandom(9_000_000)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        vault.put("docs/a1", cut_upload(), key=KEY, context="documents.1")

    assert list(vault.names("docs")) == []
    with pytest.raises(Missing):
        vault.read("docs/a1", key=KEY, context="documents.1")


def test_objects_are_joined_from_others_in_the_same_vault(vault: Vault) -> None:
    parts = [os.urandom(262_144) for _ in range(5)]
    for number, part in enumerate(parts):
        put(vault, f"uploads/u1/{number}", part, context=f"uploads.1.{number}")

    def joined() -> Iterator[bytes]:
        for number in range(5):
            yield from vault.read(f"uploads/u1/{number}", key=KEY, context=f"uploads.1.{number}")

    vault.put("docs/a1", joined(), key=KEY, context="documents.1")

    assert whole(vault, "docs/a1") == b"".join(parts)


def test_missing_is_said_before_anything_is_read(vault: Vault) -> None:
    with pytest.raises(Missing):
        vault.read("a1", key=KEY, context="documents.1")


def test_deleting_twice_is_no_error(vault: Vault) -> None:
    put(vault, "docs/a1", b"passport")

    vault.delete("docs/a1")
    vault.delete("docs/a1")

    with pytest.raises(Missing):
        vault.read("docs/a1", key=KEY, context="documents.1")


def test_names_are_those_below_the_prefix(vault: Vault) -> None:
    for name in ("docs/a1", "docs/b/c-3", "docs2/d", "uploads/e"):
        put(vault, name, b"x")

    assert sorted(vault.names("docs")) == ["docs/a1", "docs/b/c-3"]
    assert list(vault.names("nothing")) == []


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", "../a", "a/../b", "a.b", "a b", "a\0", "ä", "a\n"])
def test_a_name_that_is_none_is_refused(vault: Vault, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        put(vault, name, b"x")
    with pytest.raises(ValueError, match="not a name"):
        vault.read(name, key=KEY, context="documents.1")
    with pytest.raises(ValueError, match="not a name"):
        vault.delete(name)


def test_a_sound_store_passes_its_check_and_nothing_is_left(vault: Vault) -> None:
    vault.check()

    assert list(vault.names("check")) == []


# A local folder


def test_a_local_folder_and_its_files_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "documents"
    vault = Vault(Settings(store_url=folder.as_uri()))

    put(vault, "docs/a1", b"passport")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "docs" / "a1").stat().st_mode) == 0o600


def test_no_folder_is_made_before_the_first_use(tmp_path: Path) -> None:
    Vault(Settings(store_url=(tmp_path / "documents").as_uri()))

    assert os.listdir(tmp_path) == []


def test_what_a_killed_writer_left_is_no_object_and_is_gone_after_an_hour(tmp_path: Path) -> None:
    vault = Vault(Settings(store_url=tmp_path.as_uri()))
    put(vault, "docs/a1", b"passport")
    left, fresh = (tmp_path / "docs" / name for name in ("a2#17", "a3#18"))
    left.touch()
    fresh.touch()
    os.utime(left, (0, 0))

    seen = list(vault.names("docs"))
    vault.tidy()

    assert seen == ["docs/a1"]
    assert sorted(os.listdir(tmp_path / "docs")) == ["a1", "a3#18"]


def test_a_vault_made_before_a_fork_works_after_it(tmp_path: Path) -> None:
    program = (
        "import os, sys; from portal.adapters.vault import Vault; from portal.settings import Settings\n"
        "vault = Vault(Settings(store_url=sys.argv[1]))\n"
        "pid = os.fork()\n"
        "if not pid: vault.check(); os._exit(0)\n"
        "vault.check(); sys.exit(os.waitpid(pid, 0)[1])"
    )

    done = subprocess.run([sys.executable, "-c", program, tmp_path.as_uri()], timeout=20, check=False)

    assert done.returncode == 0


def test_a_folder_that_cannot_be_used_is_a_store_that_is_down(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    vault = Vault(Settings(store_url=(in_the_way / "documents").as_uri()))

    expect_down(vault)


def test_a_full_disk_is_a_store_that_is_down(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys; from portal.adapters.vault import StoreDown, Vault\n"
        "from portal.settings import Settings\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: Vault(Settings(store_url=sys.argv[1])).put('a', [bytes(5000)], key=bytes(32), context='')\n"
        "except StoreDown: sys.exit(7)"
    )

    done = subprocess.run([sys.executable, "-c", program, tmp_path.as_uri()], timeout=20, check=False)

    assert done.returncode == 7
    assert [name for name in os.listdir(tmp_path) if "#" not in name] == []


def test_a_folder_of_somebody_else_is_a_store_that_is_down(tmp_path: Path) -> None:
    program = (
        "import os, sys; from portal.adapters.vault import StoreDown, Vault\n"
        "from portal.settings import Settings\n"
        "vault = Vault(Settings(store_url=sys.argv[1]))\n"
        "vault.put('a', [b'x'], key=bytes(32), context='')\n"
        "if os.getuid() == 0: os.setresuid(65534, 65534, 65534)\n"
        "else: os.chmod(sys.argv[2], 0)\n"
        "downs = 0\n"
        "for attempt in (lambda: vault.put('a', [b'y'], key=bytes(32), context=''),\n"
        "                lambda: vault.read('a', key=bytes(32), context='')):\n"
        "    try: attempt()\n"
        "    except StoreDown: downs += 1\n"
        "sys.exit(downs)"
    )
    folder = tmp_path / "documents"

    done = subprocess.run(
        [sys.executable, "-c", program, folder.as_uri(), str(folder)], timeout=20, check=False
    )

    assert done.returncode == 2


# An S3 store


class _Faulty(BaseHTTPRequestHandler):
    """A store that answers everything in one faulty way."""

    status, body, announced = 500, b"", 0

    def _answer(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(self.announced or len(self.body)))
        self.send_header("Content-Range", f"bytes 0-{max(self.announced, 1) - 1}/{max(self.announced, 1)}")
        self.send_header("ETag", '"0"')
        self.send_header("Last-Modified", "Thu, 26 Nov 2026 04:00:00 GMT")
        self.end_headers()
        self.wfile.write(self.body)
        self.close_connection = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "AccessDenied"), (507, "XMinioStorageFull"), (500, "InternalError"), (503, "SlowDown")],
)
def test_a_bucket_that_refuses_is_a_store_that_is_down(status: int, code: str) -> None:
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()

    with _at_fault(status=status, body=body) as vault:
        expect_down(vault)


def test_a_body_cut_on_its_way_is_a_store_that_is_down() -> None:
    with _at_fault(status=206, body=b"\x02" + bytes(40), announced=5000) as vault, pytest.raises(StoreDown):
        whole(vault, "a1")


@contextmanager
def _at_fault(**fault: object) -> Iterator[Vault]:
    handler = type("Faulty", (_Faulty,), fault)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        settings = Settings(store_url="s3://documents", s3_endpoint=endpoint, s3_key="k", s3_secret="s")
        try:
            yield Vault(settings, request_limit=timedelta(milliseconds=500))
        finally:
            server.shutdown()


@pytest.mark.s3
def test_a_wrong_secret_is_a_store_that_is_down(s3_server: S3) -> None:
    expect_down(Vault(at_s3(s3_server, secret="not-the-secret")))


@pytest.mark.s3
def test_a_lost_bucket_is_not_a_lost_document(s3_server: S3) -> None:
    vault = Vault(at_s3(s3_server, bucket="gone"))

    with pytest.raises(StoreDown):
        vault.read("a1", key=KEY, context="documents.1")


def test_a_store_nobody_answers_for_is_down() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        settings = Settings(store_url="s3://documents", s3_endpoint=endpoint, s3_key="k", s3_secret="s")

        expect_down(Vault(settings))


def test_a_store_that_never_answers_is_down_within_the_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = Settings(store_url="s3://documents", s3_endpoint=endpoint, s3_key="k", s3_secret="s")
        vault = Vault(settings, request_limit=timedelta(milliseconds=300))

        expect_down(vault)
