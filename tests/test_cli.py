"""The `portal` command, run as its keeper runs it: as a process."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from portal.sealing import Keyring
from tests.commands import run
from tests.servers import free_port


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A portal of its own below a temporary folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KODUTEE_")}
    return {**kept, "KODUTEE_VAR": str(tmp_path / "var"), "KODUTEE_PORT": str(free_port())}


def made_by(command: str, folder: Path, **more: str) -> Path:
    """What this command makes below an empty folder."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("KODUTEE_")}
    made = run({**kept, **more, "KODUTEE_VAR": str(folder)}, command)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `portal demo` made, once, to be copied."""
    return made_by("demo", tmp_path_factory.mktemp("demonstration") / "var", KODUTEE_DEMO="1")


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `portal migrate` made, once, to be copied."""
    return made_by("migrate", tmp_path_factory.mktemp("migrated") / "var")


@pytest.fixture
def furnished(environment: dict[str, str], demonstration: Path) -> dict[str, str]:
    """A portal of its own, with the people of the demonstration."""
    shutil.copytree(demonstration, environment["KODUTEE_VAR"])
    return environment


@pytest.fixture
def empty(environment: dict[str, str], empty_house: Path) -> dict[str, str]:
    """A portal of its own, in which nobody is yet."""
    shutil.copytree(empty_house, environment["KODUTEE_VAR"])
    return environment


def test_the_demonstration_prints_its_accounts_and_its_journal_is_whole(furnished):
    furnished["KODUTEE_DEMO"] = "1"

    listed = run(furnished, "demo", "accounts", "--json")
    verified = run(furnished, "journal", "verify")

    accounts = [json.loads(line) for line in listed.stdout.splitlines()]
    assert {account["role"] for account in accounts} == {
        "migrant", "family", "counsellor", "approver", "partner", "manager", "auditor"
    }  # fmt: skip
    assert set(accounts[0]) == {"role", "name", "login", "password", "otp_secret", "language"}
    assert (verified.returncode, verified.stdout) == (0, "The journal is whole.\n")


def test_verify_finds_a_row_altered_by_hand(furnished):
    engine = create_engine(f"sqlite:///{furnished['KODUTEE_VAR']}/portal.db")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE journal_events SET about = '' WHERE id = (SELECT max(id) FROM journal_events)")
        )

    verified = run(furnished, "journal", "verify")

    assert verified.returncode == 1
    assert "an event was altered" in verified.stdout


def test_run_answers_keeps_its_keys_private_and_stops_when_asked(environment):
    command = [sys.executable, "-m", "portal.cli", "run"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['KODUTEE_PORT']}/health/ready") as answer:
            health = json.load(answer)
        process.send_signal(signal.SIGTERM)
        ended = process.wait(30)

    keyring = Path(environment["KODUTEE_VAR"]) / "keyring.json"
    assert line == f"Kodutee is at http://localhost:{environment['KODUTEE_PORT']}\n"
    assert health == {"status": "ok", "down": [], "scanner": {"status": "none"}}
    assert ended == 0
    assert oct(keyring.stat().st_mode & 0o777) == "0o600"


def test_every_fault_of_the_settings_is_named_at_once(environment):
    environment |= {"KODUTEE_PORT": "high", "KODUTEE_DATABASE_URL": "mysql://x", "KODUTEE_DEMO": "perhaps"}

    command = [sys.executable, "-m", "portal.cli", "doctor"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    assert told.returncode == 1
    assert [line.split(":")[1].strip() for line in told.stdout.splitlines() if "WRONG" in line] == [
        "KODUTEE_PORT", "KODUTEE_DEMO", "KODUTEE_DATABASE_URL"
    ]  # fmt: skip


def test_an_invitation_is_a_link_for_one_person(empty):
    told = invite(empty, "counsellor", "clara@example.org")
    listed = run(empty, "people", "list")

    assert told.returncode == 0, told.stderr
    assert f":{empty['KODUTEE_PORT']}/en/invitation/" in told.stdout
    assert listed.stdout.splitlines()[1].split() == ["counsellor", "invited", "clara@example.org", "Somebody"]


def invite(environment, role, email):
    return run(environment, "people", "invite", "--role", role, "--name", "Somebody", "--email", email)


@pytest.mark.parametrize(
    ("role", "email", "words"),
    [
        ("partner", "petros@example.org", "partners with one"),
        ("auditor", "olga", "This is not an e-mail address."),
        ("auditor", "clara", "This is not an e-mail address."),
    ],
)
def test_who_cannot_be_invited_is_not(empty, role, email, words):
    told = invite(empty, role, email)

    assert (told.returncode, told.stdout) == (1, "")
    assert words in told.stderr


def test_the_keeper_lists_people_and_switches_accounts_off_but_never_the_last_manager(furnished):
    stopped = [
        run(furnished, "people", "deactivate", "--email", login)
        for login in ("Clara", "clara", "mart", "amina", "nobody@example.org")
    ]
    listed = run(furnished, "people", "list")
    verified = run(furnished, "journal", "verify")

    assert [told.returncode for told in stopped] == [0, 1, 1, 1, 1]
    assert [told.stderr.strip() for told in stopped[1:]] == [
        "This account is switched off already.",
        "This is the last programme manager. Invite another one first.",
        *["Nobody of the staff or of a partner signs in with this e-mail address."] * 2,
    ]
    states = {line.split()[2]: line.split()[1] for line in listed.stdout.splitlines()[1:]}
    assert (states["clara"], states["kalle"], states["mart"]) == ("off", "active", "active")
    assert "amina" not in states
    assert verified.stdout == "The journal is whole.\n"


def test_a_lost_keyring_is_not_silently_replaced(furnished):
    furnished["KODUTEE_DEMO"] = "1"
    (Path(furnished["KODUTEE_VAR"]) / "keyring.json").unlink()

    told = run(furnished, "doctor")

    assert told.returncode == 1
    assert "keyring.json is gone" in told.stdout
    assert not (Path(furnished["KODUTEE_VAR"]) / "keyring.json").exists()


def test_made_up_people_cannot_sign_in_outside_the_demonstration(furnished):
    told = run(furnished, "doctor")

    assert told.returncode == 1
    assert "made-up people" in told.stdout


def test_another_keyring_is_not_taken_for_the_right_one(furnished):
    keyring = Path(furnished["KODUTEE_VAR"]) / "keyring.json"
    keyring.unlink()
    Keyring.create(keyring)

    told = run(furnished, "journal", "verify")

    assert told.returncode == 1
    assert "not the one this database is sealed with" in told.stderr


def test_keys_are_changed_and_stored_objects_looked_at(furnished):
    furnished["KODUTEE_DEMO"] = "1"
    folder = Path(furnished["KODUTEE_VAR"]) / "documents"

    listed = run(furnished, "keys", "list")
    prepared = run(furnished, "keys", "prepare")
    rotated = run(furnished, "keys", "rotate")
    sound = run(furnished, "scrub")
    next(path for path in folder.rglob("*-*") if path.is_file()).unlink()
    faulty = run(furnished, "scrub")

    assert (listed.returncode, prepared.returncode, rotated.returncode) == (0, 0, 0), rotated.stderr
    assert listed.stdout.endswith("values (current)\n")
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert (faulty.returncode, faulty.stdout.split()[0]) == (1, "missing")
