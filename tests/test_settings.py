"""Settings about the address and about passkeys, and what the doctor says of them."""

import pytest

from portal import doctor
from portal.settings import Settings, SettingsError


def settings(**said: str) -> Settings:
    return Settings.from_environment({f"KODUTEE_{name}": text for name, text in said.items()})


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({}, "http://localhost:8000"),
        ({"PORT": "8080"}, "http://localhost:8080"),
        ({"PUBLIC_URL": "https://portal.example.org/"}, "https://portal.example.org"),
    ],
)
def test_unless_told_the_portal_calls_itself_by_a_name(said, address):
    assert settings(**said).public_url == address
    assert settings(**said).host == "127.0.0.1"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, True),
        ({"DEMO": "1"}, False),
        ({"DEMO": "yes", "STAFF_PASSKEYS": "yes"}, True),
        ({"STAFF_PASSKEYS": "no"}, False),
    ],
)
def test_staff_must_have_passkeys_but_in_a_demonstration(said, wanted):
    assert settings(**said).staff_passkeys is wanted


def test_neither_yes_nor_no_is_a_fault():
    with pytest.raises(SettingsError) as refused:
        settings(STAFF_PASSKEYS="perhaps")

    assert refused.value.problems == ["KODUTEE_STAFF_PASSKEYS: yes or no, not 'perhaps'"]


@pytest.mark.parametrize(
    ("said", "faults", "words"),
    [
        ({}, 0, "staff and partners must have one"),
        ({"STAFF_PASSKEYS": "no"}, 0, "for whoever wants one"),
        (
            {"PUBLIC_URL": "https://192.0.2.7"},
            1,
            "staff and partners must have one, and at https://192.0.2.7",
        ),
        ({"PUBLIC_URL": "http://a.example.org"}, 1, "staff and partners must have one, and at http://a.exa"),
        (
            {"PUBLIC_URL": "http://127.0.0.1:8000", "STAFF_PASSKEYS": "no"},
            0,
            "none: at http://127.0.0.1:8000",
        ),
    ],
)
def test_the_doctor_says_when_nobody_can_have_the_passkey_they_must_have(tmp_path, said, faults, words):
    environment = {"VAR": str(tmp_path), **said}

    found = doctor.examine({f"KODUTEE_{name}": text for name, text in environment.items()})

    [finding] = [one for one in found if one.subject == "passkeys"]
    assert (int(finding.is_fault), finding.words.startswith(words)) == (faults, True)
