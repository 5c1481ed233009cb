"""How notices leave the portal: a mail server, gateways for SMS and messengers, and a console."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from portal.db import now
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import Carrier, Letter, NotSent
from portal.settings import Settings

SECONDS = 10.0
"""How long a server may take over any one step."""


def carriers(settings: Settings) -> dict[Channel, Carrier]:
    """What each channel is plugged into; one without a setting is not there, but printed in the demo."""
    found: dict[Channel, Carrier] = {}
    if settings.demo:
        found = {channel: Console(channel) for channel in Channel if channel is not Channel.PORTAL}
    if settings.smtp_url:
        found[Channel.EMAIL] = Smtp(settings.smtp_url, settings.mail_from, authority=settings.smtp_ca)
    if settings.sms_url:
        found[Channel.SMS] = Apprise(settings.sms_url)
    if settings.messenger_url:
        found[Channel.MESSENGER] = Apprise(settings.messenger_url)
    return found


class Smtp:
    """A mail server at smtp:// (STARTTLS) or smtps:// (TLS from the first byte), also with user and password.

    Nothing is said in clear: a server without TLS, or whose certificate is not of its name and from an
    authority that is trusted (`authority`: a file of private ones), gets no letter.
    """

    def __init__(
        self, url: str, sender: str, *, authority: Path | None = None, seconds: float = SECONDS
    ) -> None:
        self._url = urlsplit(url)
        self._sender = sender
        self._authority = authority
        self._seconds = seconds

    def send(self, letter: Letter) -> None:
        """Hand a mail over. Raises NotSent, for good when the server will never take this letter."""
        with _faults_named():
            mail = self._mail(letter)
            with self._connection() as server:
                server.send_message(mail, self._sender, [letter.to])

    def check(self) -> str:
        """Sign in there and sign out. Raises NotSent."""
        with _faults_named(), self._connection() as server:
            server.noop()
        return f"{self._url.scheme}://{self._url.hostname}"

    def _mail(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = Address(addr_spec=self._sender)
        mail["To"] = Address(addr_spec=letter.to)
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(now())
        mail["Message-ID"] = f"<{letter.mark}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # so that no out-of-office answers
        mail.set_content(letter.body + "\n")
        return mail

    @property
    def _domain(self) -> str:
        return self._sender.rpartition("@")[2]

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        trust = ssl.create_default_context(cafile=self._authority)
        server = self._opened(trust)
        try:
            if self._url.scheme == "smtp":
                server.starttls(context=trust)
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            yield server
            with suppress(smtplib.SMTPException, OSError):  # it has what it was to get
                server.quit()
        finally:
            server.close()

    def _opened(self, trust: ssl.SSLContext) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port
        # It greets with the sender's name: the machine's own would be told to every mail server on the way.
        me, seconds = self._domain, self._seconds
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, me, timeout=seconds, context=trust)
        return smtplib.SMTP(host, port or 587, me, timeout=seconds)


# Time-outs and certificates are OSErrors; the others are an address that is none.
_FAULTS = (smtplib.SMTPException, OSError, MessageError, ValueError, LookupError)


@contextmanager
def _faults_named() -> Iterator[None]:
    """Every fault as its kind, and the server's number: what a server says may hold the address."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as fault:
        code = min(code for code, _words in fault.recipients.values())
        raise NotSent(f"SMTPRecipientsRefused {code}", for_good=code >= 500) from None
    except smtplib.SMTPDataError as fault:
        raise NotSent(f"SMTPDataError {fault.smtp_code}", for_good=fault.smtp_code >= 500) from None
    except smtplib.SMTPResponseException as fault:
        raise NotSent(f"{type(fault).__name__} {fault.smtp_code}") from None
    except _FAULTS as fault:
        raise NotSent(type(fault).__name__) from None


class Apprise:
    """A gateway that the library apprise knows, at an address of its own form: {to} becomes the person's."""

    def __init__(self, template: str) -> None:
        self._template = template

    def send(self, letter: Letter) -> None:
        """Hand the words over, without a subject. Raises NotSent."""
        gateway = self._gateway(letter.to)
        if not gateway.notify(body=letter.body):
            raise NotSent("GatewayRefused")

    def check(self) -> str:
        """Look whether apprise knows this kind of address. Raises NotSent."""
        self._gateway("+3720000000")
        return f"{self._template.partition(':')[0]}://"

    def _gateway(self, to: str) -> Any:
        try:
            import apprise  # noqa: PLC0415 - an optional extra: requirements/notify.txt
        except ImportError:
            raise NotSent("AppriseNotInstalled") from None
        # It would write addresses into the log.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        gateway = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
        if not gateway.add(self._template.replace("{to}", quote(to, safe=""))):
            raise NotSent("AddressNotKnownToApprise")
        return gateway


class Console:
    """Prints what would be sent, in the demonstration, where everybody is made up; not to whom."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def send(self, letter: Letter) -> None:
        """Print it."""
        words = f"notice to {self._channel}: {letter.subject}: {letter.body}"
        print(words, flush=True)  # noqa: T201 - the demonstration speaks through its console

    def check(self) -> str:
        """Always there."""
        return "printed on the console"
