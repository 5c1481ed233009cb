"""What tests take over from each other: a case as its steps leave it, and nothing that went on beside."""

import pytest

from portal import jobs
from tests import remembered


@pytest.mark.parametrize("works_beside", [False, True])
def test_what_is_made_beside_a_worker_is_not_kept(cast, wiring, monkeypatch, works_beside):
    monkeypatch.setattr(remembered, "_memories", {})
    if works_beside:
        jobs.plan(wiring)

    case = cast.case()

    kept = {memory.number for memory in remembered._memories.values()}
    assert (case.id in kept) is not works_beside
