"""The doctor and the settings of the ways out: what is wrong with them, and how to mend it."""

import os
from pathlib import Path

import pytest

from portal.settings import Settings, SettingsError
from tests.commands import run
from tests.post_office import Authority, post_office
from tests.servers import free_port


def examine(tmp_path: Path, **given: str) -> list[str]:
    """What the doctor says of the ways out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KODUTEE_")}
    named = {f"KODUTEE_{name}": value for name, value in given.items()}
    said = run({**kept, "KODUTEE_VAR": str(tmp_path / "var"), **named}, "doctor")
    return [line for line in said.stdout.splitlines() if " notices: " in line]


def test_without_a_setting_nobody_is_told_anything_outside(tmp_path):
    assert examine(tmp_path) == ["ok     notices: nobody is told anything outside the portal"]


def test_a_mail_server_that_answers_is_well(tmp_path):
    authority = Authority.new(tmp_path / "authority")
    with post_office(authority.vouch("127.0.0.1"), login=True) as office:
        said = examine(
            tmp_path, SMTP_URL=office.url, SMTP_CA=str(authority.trusted), MAIL_FROM="post@example.org"
        )

    assert said == ["ok     notices: email: smtp://127.0.0.1"]


def test_a_mail_server_that_is_away_or_unknown_is_a_fault(tmp_path):
    authority = Authority.new(tmp_path / "authority")
    away = {"SMTP_URL": f"smtp://127.0.0.1:{free_port()}", "MAIL_FROM": "post@example.org"}
    with post_office(authority.vouch("127.0.0.1")) as office:
        said = [examine(tmp_path, **away), examine(tmp_path, **{**away, "SMTP_URL": office.url})]

    assert said == [
        ["WRONG  notices: email: ConnectionRefusedError"],
        ["WRONG  notices: email: SSLCertVerificationError"],
    ]


def test_a_gateway_is_one_that_apprise_knows(tmp_path):
    assert examine(tmp_path, SMS_URL="json://gate.example.org/{to}", MESSENGER_URL="pigeon://x/{to}") == [
        "ok     notices: sms: json://",
        "WRONG  notices: messenger: AddressNotKnownToApprise",
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"SMTP_URL": "http://mail"}, "KODUTEE_SMTP_URL: smtp://user:password@host:port or smtps://..."),
        ({"SMTP_URL": "smtp://"}, "KODUTEE_SMTP_URL: smtp://user:password@host:port or smtps://..."),
        ({"SMTP_URL": "smtp://mail:x"}, "KODUTEE_SMTP_URL: smtp://user:password@host:port or smtps://..."),
        ({"MAIL_FROM": ""}, "KODUTEE_MAIL_FROM: the address notices come from, like post@example.org"),
        (
            {"MAIL_FROM": "A <a@b.c>"},
            "KODUTEE_MAIL_FROM: the address notices come from, like post@example.org",
        ),
        ({"SMTP_CA": "nowhere.pem"}, "KODUTEE_SMTP_CA: no file at nowhere.pem"),
        ({"SMS_URL": "json://gate"}, "KODUTEE_SMS_URL: an address of apprise with {to} in it"),
        ({"MESSENGER_URL": "{to}"}, "KODUTEE_MESSENGER_URL: an address of apprise with {to} in it"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(given, problem):
    good = {"SMTP_URL": "smtp://mail.example.org", "MAIL_FROM": "post@example.org"}
    environ = {f"KODUTEE_{name}": value for name, value in {**good, **given}.items()}

    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environ)

    assert [one.replace(f"{Path.cwd()}/", "") for one in caught.value.problems] == [problem]


def test_no_password_is_shown_with_the_settings():
    environ = {"KODUTEE_SMTP_URL": "smtp://a:hidden@mail", "KODUTEE_MAIL_FROM": "post@example.org"}

    assert "hidden" not in repr(Settings.from_environment(environ))
