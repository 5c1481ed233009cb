"""What the keeper of a portal decides: read once from the environment, checked as a whole, then frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = (_PACKAGE / "house").is_dir()

PROJECT = _PACKAGE / "house" if _INSTALLED else _PACKAGE.parent
"""What lies beside the package in the source, and inside it once installed (see pyproject.toml)."""


class SettingsError(Exception):
    """Some settings cannot be used; `problems` names every one of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """Every setting of one portal. Each field is the environment variable KODUTEE_<FIELD>."""

    var: Path = (Path.cwd() if _INSTALLED else PROJECT) / "var"
    """Folder below which everything is written that has no address of its own."""
    database_url: str = ""
    """SQLAlchemy address; empty: SQLite below `var`."""
    store_url: str = ""
    """Where documents lie: empty (a folder below `var`), `file:///folder` or `s3://bucket/prefix`."""
    s3_endpoint: str = ""
    """Address of an S3-compatible server; empty: the region's own."""
    s3_region: str = "us-east-1"
    s3_key: str = field(default="", repr=False)
    s3_secret: str = field(default="", repr=False)
    keyring: Path = Path()
    """File that holds the keys, mode 0600; empty: `var`/keyring.json."""
    programme: Path = PROJECT / "programme.toml"
    """What the programme owner decides (names, contacts, clocks, packages)."""
    public_url: str = "http://localhost:8000"
    """The address people type; https turns on Secure cookies and HSTS."""
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_proxies: int = 0
    """How many proxies in front may be believed about the caller's address."""
    clamd: str = ""
    """Malware scanner: `host:port` or the path of a socket; empty: none."""
    clamd_days: int = 7
    """A database of signatures older than this is a warning."""
    smtp_url: str = field(default="", repr=False)
    """Mail server: `smtp://user:password@host:port` (STARTTLS) or `smtps://...`; empty: no mail."""
    smtp_ca: Path | None = None
    """File with the certificate of the private authority that vouches for it; empty: the system's."""
    mail_from: str = ""
    """The address that notices come from; a discreet one, it is seen on the phone."""
    sms_url: str = field(default="", repr=False)
    """Gateway for SMS in apprise's form, with {to} in the place of the number; empty: no notices by SMS."""
    messenger_url: str = field(default="", repr=False)
    """The same for a messenger."""
    demo: bool = False
    """Made-up people, a banner, and a right-to-left pseudo-language."""
    staff_passkeys: bool = True
    """Whether staff and partners must show a passkey; a demonstration does without unless told."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings of `environ`. Raises SettingsError, naming every fault at once."""
        return _Reader(environ).settings()

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over https."""
        return urlsplit(self.public_url).scheme == "https"


class _Reader:
    """Reads KODUTEE_* names and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def settings(self) -> Settings:
        port = self.number("PORT", 8000)
        var = self.path("VAR", Settings.var)
        demo = self.switch("DEMO")
        settings = Settings(
            var=var,
            database_url=self.text("DATABASE_URL") or f"sqlite:///{var / 'portal.db'}",
            store_url=self.text("STORE_URL") or (var / "documents").as_uri(),
            s3_endpoint=self.text("S3_ENDPOINT"),
            s3_region=self.text("S3_REGION") or Settings.s3_region,
            s3_key=self.text("S3_KEY"),
            s3_secret=self.text("S3_SECRET"),
            keyring=self.path("KEYRING", var / "keyring.json"),
            programme=self.path("PROGRAMME", Settings.programme),
            public_url=(self.text("PUBLIC_URL") or f"http://localhost:{port}").rstrip("/"),
            host=self.text("HOST") or Settings.host,
            port=port,
            trusted_proxies=self.number("TRUSTED_PROXIES", 0),
            clamd=self.text("CLAMD"),
            clamd_days=self.number("CLAMD_DAYS", Settings.clamd_days),
            smtp_url=self.text("SMTP_URL"),
            smtp_ca=self.path("SMTP_CA", Path()) if self.text("SMTP_CA") else None,
            mail_from=self.text("MAIL_FROM"),
            sms_url=self.text("SMS_URL"),
            messenger_url=self.text("MESSENGER_URL"),
            demo=demo,
            staff_passkeys=self.switch("STAFF_PASSKEYS", default=not demo),
        )
        self.check(settings)
        if self.problems:
            raise SettingsError(self.problems)
        return settings

    def check(self, settings: Settings) -> None:
        if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.problems.append("KODUTEE_DATABASE_URL: begins with sqlite:/// or postgresql+psycopg://")
        if urlsplit(settings.store_url).scheme not in {"file", "s3"}:
            self.problems.append("KODUTEE_STORE_URL: begins with file:/// or s3://")
        if urlsplit(settings.public_url).scheme not in {"http", "https"}:
            self.problems.append("KODUTEE_PUBLIC_URL: begins with http:// or https://")
        if not settings.programme.is_file():
            self.problems.append(f"KODUTEE_PROGRAMME: no file at {settings.programme}")
        self.check_mail(settings)
        for name, url in (("SMS_URL", settings.sms_url), ("MESSENGER_URL", settings.messenger_url)):
            if url and ("://" not in url or "{to}" not in url):
                self.problems.append(f"KODUTEE_{name}: an address of apprise with {{to}} in it")

    def check_mail(self, settings: Settings) -> None:
        if settings.smtp_ca and not settings.smtp_ca.is_file():
            self.problems.append(f"KODUTEE_SMTP_CA: no file at {settings.smtp_ca}")
        if not settings.smtp_url:
            return
        if not _is_mail_server(settings.smtp_url):
            self.problems.append("KODUTEE_SMTP_URL: smtp://user:password@host:port or smtps://...")
        if not re.fullmatch(r"[!-~]+@[!-~]+", settings.mail_from):
            self.problems.append("KODUTEE_MAIL_FROM: the address notices come from, like post@example.org")

    def text(self, name: str) -> str:
        return self.environ.get(f"KODUTEE_{name}", "").strip()

    def path(self, name: str, default: Path) -> Path:
        return Path(self.text(name)).resolve() if self.text(name) else default

    def number(self, name: str, default: int) -> int:
        text = self.text(name)
        if not text:
            return default
        if not text.isdecimal():
            self.problems.append(f"KODUTEE_{name}: a whole number, not {text!r}")
            return default
        return int(text)

    def switch(self, name: str, *, default: bool = False) -> bool:
        text = self.text(name).lower()
        if text not in {"", "0", "1", "no", "yes", "false", "true"}:
            self.problems.append(f"KODUTEE_{name}: yes or no, not {text!r}")
        return text in {"1", "yes", "true"} if text else default


def _is_mail_server(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number
        return False
