"""A real mail server for the tests, with a certificate of its own, and manners as bad as a test asks for."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import free_port

USER, PASSWORD = "portal", "sweet pear"


@dataclass
class PostOffice:
    """What came in, and how the next letters are answered: `manners` are used up, then all is well.

    A manner is an answer to the letter ("451 later", "550 no"), "stall" or "cut" (take it and hang up).
    `at_recipient` are answers to the recipient's address.
    """

    url: str
    manners: list[str] = field(default_factory=list)
    at_recipient: list[str] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    # --- What aiosmtpd asks for ---

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Note who greets."""
        session.host_name = hostname
        self.greetings.append(hostname)
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or not."""
        if self.at_recipient:
            return self.at_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter, or not."""
        manner = self.manners.pop(0) if self.manners else "250 OK"
        if manner == "stall":
            await asyncio.sleep(30)
        if manner in ("250 OK", "cut"):
            letter = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
            self.letters.append(cast(EmailMessage, letter))
            self.recipients.append(list(envelope.rcpt_tos))
        if manner == "cut":
            server.transport.abort()
        return manner if manner != "cut" else "250 OK"

    def authenticate(
        self, server: Any, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        """Let the portal in."""
        self.logins.append(mechanism)
        fits = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=fits, handled=False)


@dataclass(frozen=True)
class Authority:
    """Somebody who vouches for servers; `trusted` is what their clients need to know."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, folder: Path) -> "Authority":
        """One that nobody has heard of yet."""
        folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
        may = x509.BasicConstraints(ca=True, path_length=0)
        made = _certificate(name, name, key).add_extension(may, critical=True).sign(key, hashes.SHA256())
        found = cls(folder, key, made)
        found.trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return found

    @property
    def trusted(self) -> Path:
        return self.folder / "authority.pem"

    def vouch(self, host: str) -> ssl.SSLContext:
        """What a server of this name needs to speak TLS."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        known = x509.SubjectAlternativeName([_general(host)])
        made = _certificate(name, self.certificate.subject, key).add_extension(known, critical=False)
        chain = self.folder / f"{host}.pem"
        chain.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain)
        return context


def _general(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)


def _certificate(name: x509.Name, by: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    start = datetime.now(UTC) - timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=2))
    )


@contextmanager
def post_office(
    context: ssl.SSLContext | None, *, scheme: str = "smtp", login: bool = False
) -> Iterator[PostOffice]:
    """A mail server on a loopback port while the block lasts; without a `context` it knows no TLS."""
    port = free_port()
    who = f"{USER}:{PASSWORD.replace(' ', '%20')}@" if login else ""
    office = PostOffice(f"{scheme}://{who}127.0.0.1:{port}")
    about: dict[str, Any] = {"hostname": "127.0.0.1", "port": port}
    if login:
        about |= {"authenticator": office.authenticate, "auth_required": True}
    if scheme == "smtps":
        about |= {"ssl_context": context, "auth_require_tls": False}
    elif context:
        about |= {"tls_context": context, "require_starttls": True}
    server = Controller(office, **about)
    server.start()
    try:
        yield office
    finally:
        server.stop()
