"""The scanner against a real clamd, and against servers that misbehave."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.adapters.scanner import Clamd, NoScanner, ScannerDown, Signatures, Verdict
from tests.servers import EICAR, answering


@pytest.fixture
def clamd(clamd_address: str) -> Clamd:
    return Clamd(clamd_address)


def test_a_clean_file_is_clean(clamd: Clamd) -> None:
    assert clamd.scan([b"a passport", b"", b" and more"]) is Verdict.CLEAN


def test_an_empty_file_is_clean(clamd: Clamd) -> None:
    assert clamd.scan([]) is Verdict.CLEAN


def test_malware_is_found(clamd: Clamd) -> None:
    assert clamd.scan([EICAR]) is Verdict.INFECTED


def test_malware_cut_in_two_with_an_empty_chunk_between_is_found(clamd: Clamd) -> None:
    assert clamd.scan([EICAR[:20], b"", EICAR[20:]]) is Verdict.INFECTED


def test_a_file_larger_than_the_scanner_takes_has_no_verdict(clamd: Clamd) -> None:
    with pytest.raises(ScannerDown):
        clamd.scan(bytes(1_000_000) for _ in range(30))


def test_an_error_while_reading_the_file_is_not_the_scanners(clamd: Clamd) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError("the store")

    with pytest.raises(ConnectionResetError):
        clamd.scan(broken())


def test_the_version_is_as_the_scanner_says_it(clamd: Clamd) -> None:
    assert clamd.signatures().version.split()[0] == "ClamAV"


def test_no_scanner_calls_nothing_clean() -> None:
    assert NoScanner().scan([EICAR]) is Verdict.NOT_SCANNED


@pytest.mark.parametrize("address", ["", "clamd", "clamd:", ":3310", "clamd:port", "socket/clamd"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="the scanner's address"):
        Clamd(address)


# Servers that are not as they should be


@pytest.mark.parametrize(
    "answer", [b"", b"stream: OK", b"UNKNOWN COMMAND\0", b"stream: OK maybe\0", b"x" * 9000]
)
def test_an_answer_that_is_not_understood_is_no_verdict(tmp_path: Path, answer: bytes) -> None:
    path = str(tmp_path / "clamd")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        with answering(server, answer), pytest.raises(ScannerDown):
            Clamd(path).scan([])


def test_an_answer_in_pieces_is_put_together(tmp_path: Path) -> None:
    path = str(tmp_path / "clamd")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        with answering(server, b"ClamAV", b" 1.4.6", b"/27000", b"\0"):
            assert Clamd(path).signatures() == Signatures("ClamAV 1.4.6/27000", None)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("ClamAV 1.4.6/27000/Mon Nov 16 08:31:04 2026", 9),
        ("ClamAV 1.4.6/27000/Fri Nov 27 08:31:04 2026", 0),  # made tomorrow: in another time zone
        ("ClamAV 1.4.6/27000/yesterday", None),
        ("ClamAV 1.4.6", None),
    ],
)
def test_the_age_of_the_signatures_is_read(tmp_path: Path, said: str, days: int | None) -> None:
    path = str(tmp_path / "clamd")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        with answering(server, said.encode() + b"\0"):
            signatures = Clamd(path).signatures()

    assert signatures.days(datetime(2026, 11, 26, 4, tzinfo=UTC)) == days


def test_nobody_there_is_no_verdict(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen

        for address in (f"127.0.0.1:{taken.getsockname()[1]}", str(tmp_path / "clamd")):
            with pytest.raises(ScannerDown):
                Clamd(address).scan([b"a passport"])


def test_silence_is_no_verdict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ScannerDown):
        Clamd(f"127.0.0.1:{silent.getsockname()[1]}", seconds=0.2).scan([b"a passport"])
