"""Notices go out to a real mail server and a real gateway; what may go wrong there has one name each."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from portal.adapters.post import Apprise, Console, Smtp, carriers
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import Letter, NotSent
from portal.settings import Settings
from tests.post_office import Authority, PostOffice, post_office

LETTER = Letter("8f2a", "amina@example.net", "News about your account", "Привет: all is well.")
ME = "post@example.org"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for the mail servers of the tests."""
    return Authority.new(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def office(authority: Authority) -> Iterator[PostOffice]:
    """A mail server that speaks TLS when asked to."""
    with post_office(authority.vouch("127.0.0.1")) as office:
        yield office


def smtp(office: PostOffice, authority: Authority | None, *, seconds: float = 5) -> Smtp:
    return Smtp(office.url, ME, authority=authority and authority.trusted, seconds=seconds)


def test_a_mail_says_what_it_must_and_nothing_of_the_machine(office, authority):
    smtp(office, authority).send(LETTER)

    mail = office.letters[0]
    assert sorted(mail.keys()) == [
        "Auto-Submitted",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]
    assert (mail["From"], mail["To"], mail["Subject"]) == (ME, LETTER.to, LETTER.subject)
    assert mail["Message-ID"] == "<8f2a@example.org>"
    assert mail.get_content().strip() == "Привет: all is well."
    assert office.recipients == [["amina@example.net"]]
    assert office.greetings == ["example.org"] * 2


# What is meant is a server without STARTTLS; this one speaks TLS from the first byte.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_tls_from_the_first_byte_with_user_and_password(authority):
    context = authority.vouch("127.0.0.1")
    with post_office(context, scheme="smtps", login=True) as office:
        smtp(office, authority).send(LETTER)

    assert (len(office.letters), len(office.logins)) == (1, 1)


def test_user_and_password_after_starttls(authority):
    with post_office(authority.vouch("127.0.0.1"), login=True) as office:
        smtp(office, authority).send(LETTER)

    assert (len(office.letters), len(office.logins)) == (1, 1)


def test_a_server_without_tls_gets_neither_letter_nor_password(authority):
    with post_office(None, login=True) as office, pytest.raises(NotSent, match="SMTPNotSupportedError"):
        smtp(office, authority).send(LETTER)

    assert (office.letters, office.logins) == ([], [])


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_of_somebody_unknown_gets_no_letter(authority, scheme):
    context = authority.vouch("127.0.0.1")
    with (
        post_office(context, scheme=scheme) as office,
        pytest.raises(NotSent, match="SSLCertVerificationError"),
    ):
        smtp(office, None).send(LETTER)

    assert office.letters == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_of_another_name_gets_no_letter(authority, scheme):
    context = authority.vouch("mail.example.org")
    with (
        post_office(context, scheme=scheme) as office,
        pytest.raises(NotSent, match="SSLCertVerificationError"),
    ):
        smtp(office, authority).send(LETTER)

    assert office.letters == []


@pytest.mark.parametrize(
    ("manner", "reason", "for_good"),
    [
        ("451 later", "SMTPDataError 451", False),
        ("554 no", "SMTPDataError 554", True),
        ("cut", "SMTPServerDisconnected", False),
        ("stall", "SMTPServerDisconnected", False),
    ],
)
def test_what_happens_to_the_letter_has_a_name(office, authority, manner, reason, for_good):
    office.manners.append(manner)

    with pytest.raises(NotSent) as caught:
        smtp(office, authority, seconds=0.5).send(LETTER)

    assert (caught.value.reason, caught.value.for_good) == (reason, for_good)


@pytest.mark.parametrize(
    ("answer", "reason", "for_good"),
    [
        ("450 <amina@example.net> is away", "SMTPRecipientsRefused 450", False),
        ("550 <amina@example.net> is nobody", "SMTPRecipientsRefused 550", True),
    ],
)
def test_a_refused_address_is_not_named(office, authority, answer, reason, for_good):
    office.at_recipient.append(answer)

    with pytest.raises(NotSent) as caught:
        smtp(office, authority).send(LETTER)

    assert (str(caught.value), caught.value.for_good) == (reason, for_good)
    assert caught.value.__cause__ is None


def test_a_wrong_password_may_be_mended_and_is_tried_again(authority):
    with post_office(authority.vouch("127.0.0.1"), login=True) as office:
        wrong = Smtp(office.url.replace("pear", "apple"), ME, authority=authority.trusted)
        with pytest.raises(NotSent) as caught:
            wrong.send(LETTER)

    assert (caught.value.reason, caught.value.for_good) == ("SMTPAuthenticationError 535", False)


def test_nobody_listens(authority):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        Smtp(f"smtp://127.0.0.1:{port}", ME).send(LETTER)


def test_a_server_that_says_nothing_at_all_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as door, pytest.raises(NotSent) as caught:
        Smtp(f"smtp://127.0.0.1:{door.getsockname()[1]}", ME, seconds=0.3).send(LETTER)

    assert caught.value.reason == "SMTPServerDisconnected"


@pytest.mark.parametrize("to", ["a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", ""])
def test_an_address_is_one_address(office, authority, to):
    with pytest.raises(NotSent):
        smtp(office, authority).send(Letter("1", to, "News", "All is well."))

    assert office.letters == []


def test_a_server_is_looked_at_without_sending_anything(office, authority):
    assert smtp(office, authority).check() == "smtp://127.0.0.1"
    assert office.letters == []


# --- SMS and messengers -------------------------------------------------------------------------


@dataclass
class Gateway:
    """An HTTP server that notes what it is sent."""

    port: int
    status: int = 200
    got: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def gateway(status: int = 200) -> Iterator[Gateway]:
    class _Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((self.path, json.loads(body)))
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        found = Gateway(server.server_port, status)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


SMS = Letter("8f2a", "+37251234567", "News about your account", "All is well.")


# apprise asks for a module that goes away with Python 3.13, and then does without it.
loads_apprise = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@loads_apprise
def test_an_sms_is_the_words_alone(caplog):
    with gateway() as server:
        Apprise(f"json://127.0.0.1:{server.port}/{{to}}").send(SMS)

    path, sent = server.got[0]
    assert path == "/+37251234567"
    assert (sent["title"], sent["message"]) == ("", "All is well.")
    assert caplog.text == ""


@loads_apprise
def test_a_gateway_that_refuses_or_is_not_there_did_not_take_it(caplog):
    with gateway(503) as server, pytest.raises(NotSent, match="GatewayRefused"):
        Apprise(f"json://127.0.0.1:{server.port}/{{to}}").send(SMS)
    with pytest.raises(NotSent, match="GatewayRefused"):
        Apprise(f"json://127.0.0.1:{server.port}/{{to}}").send(SMS)

    assert caplog.text == ""


@loads_apprise
def test_an_address_that_apprise_does_not_know_is_found_by_looking():
    assert Apprise("json://127.0.0.1/{to}").check() == "json://"
    with pytest.raises(NotSent, match="AddressNotKnownToApprise"):
        Apprise("pigeon://127.0.0.1/{to}").check()


# --- Which there are ----------------------------------------------------------------------------


def test_the_demonstration_prints_what_would_be_sent_and_not_to_whom(capsys):
    Console(Channel.SMS).send(SMS)

    assert capsys.readouterr().out == "notice to sms: News about your account: All is well.\n"


def settings(tmp_path: Path, **given: str) -> Settings:
    named = {f"KODUTEE_{name}": value for name, value in given.items()}
    return Settings.from_environment({"KODUTEE_VAR": str(tmp_path), **named})


def test_a_channel_without_a_setting_is_not_there(tmp_path):
    mail = {"SMTP_URL": "smtps://a:b@mail.example.org", "MAIL_FROM": ME}

    assert carriers(settings(tmp_path)) == {}
    assert list(carriers(settings(tmp_path, **mail))) == [Channel.EMAIL]
    assert list(carriers(settings(tmp_path, SMS_URL="json://gate/{to}"))) == [Channel.SMS]
    assert list(carriers(settings(tmp_path, MESSENGER_URL="json://gate/{to}"))) == [Channel.MESSENGER]


def test_the_demonstration_has_every_channel(tmp_path):
    assert set(carriers(settings(tmp_path, DEMO="1"))) == set(Channel) - {Channel.PORTAL}
