"""What `portal doctor` says about the malware scanner."""

import dataclasses
import socket

import pytest

from portal import doctor
from portal.adapters.scanner import Clamd
from tests.servers import answering


@pytest.mark.parametrize(
    ("made", "days", "said"),
    [
        ("Mon Nov 16 08:31:04 2020", 7, "OLD: its signatures were made "),
        ("Mon Nov 16 08:31:04 2020", 99999, "ClamAV 1.4.6/27000/Mon Nov 16 08:31:04 2020: signatures of "),
        ("", 7, "ClamAV 1.4.6/27000/: it does not say how old its signatures are"),
    ],
)
def test_old_signatures_are_a_warning_and_no_fault(wiring, tmp_path, made, days, said):
    path = str(tmp_path / "clamd")
    settings = dataclasses.replace(wiring.settings, clamd_days=days)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        with answering(server, f"ClamAV 1.4.6/27000/{made}\0".encode()):
            portal = dataclasses.replace(wiring, scanner=Clamd(path), settings=settings)
            found = list(doctor._scanner(portal))

    assert [(one.words[: len(said)], one.is_fault) for one in found] == [(said, False)]
