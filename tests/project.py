"""The files of the project, for the tests that look at the source itself."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def _files() -> list[str]:
    """What git keeps, or would keep if asked."""
    # The checkout may belong to another user, as in a container.
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in answer.stdout.splitlines() if (ROOT / name).is_file()]


FILES = _files()
"""Every file, as its path from ROOT."""


def is_ours(name: str) -> bool:
    """Whether the file is a text somebody here wrote."""
    return "/vendor/" not in name and b"\0" not in (ROOT / name).read_bytes()
