"""What is wrong with a portal, and how to mend it."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal import db, migrate
from portal.adapters.scanner import NoScanner, ScannerDown
from portal.adapters.vault import StoreDown
from portal.db import now
from portal.domain.access.passkeys import relying_party
from portal.domain.papers import scrubs
from portal.domain.telling.notices import NotSent
from portal.programme import LANGUAGES, ProgrammeError
from portal.sealing import KeyringError
from portal.settings import Settings, SettingsError
from portal.web.content import Content
from portal.wiring import Wiring, wire

LEAST_SPACE = 1024**3
MOST_CLOCK_SHIFT = 2.0
SCRUB_EVERY = timedelta(days=35)
"""A month, and some days for a timer that was late."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `mend` says what to do when it is a fault."""

    subject: str
    words: str
    mend: str = ""
    is_fault: bool = False

    def __str__(self) -> str:
        mark = "WRONG" if self.is_fault else "ok"
        return f"{mark:<6} {self.subject}: {self.words}" + (f"\n       -> {self.mend}" if self.mend else "")


def _fault(subject: str, words: str, mend: str) -> Finding:
    return Finding(subject, words, mend, is_fault=True)


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Everything that can be known without changing anything, faults with their remedy."""
    try:
        wiring = wire(Settings.from_environment(environ))
    except (SettingsError, ProgrammeError) as error:
        return [_fault("settings", problem, "correct it and look again") for problem in error.problems]
    except KeyringError as error:
        return [
            _fault("keys", str(error), "restore the keyring from its backup, readable by the portal only")
        ]
    looks: list[Callable[[Wiring], Iterator[Finding]]] = [
        _settings,
        _passkeys,
        _database,
        _clock,
        _store,
        scrubbed,
        _scanner,
        _post,
        _content,
    ]
    return [finding for look in looks for finding in look(wiring)]


def _settings(wiring: Wiring) -> Iterator[Finding]:
    settings = wiring.settings
    yield Finding("settings", f"{settings.public_url}, everything below {settings.var}")
    if settings.demo:
        yield Finding("settings", "this is a demonstration", "unset KODUTEE_DEMO before real people come")
    elif db.holds_accounts(wiring.engine, demo=True):
        yield _fault(
            "settings", "this database holds made-up people", "set KODUTEE_DATABASE_URL to another one"
        )
    elif not settings.secure:
        yield _fault(
            "settings", "people reach it without https", "set KODUTEE_PUBLIC_URL to an https:// address"
        )
    if shutil.disk_usage(settings.var).free < LEAST_SPACE:
        yield _fault("disk", "less than 1 GiB is free", "make room: writes stop when the disk is full")


def _passkeys(wiring: Wiring) -> Iterator[Finding]:
    settings = wiring.settings
    who = "staff and partners must have one" if settings.staff_passkeys else "for whoever wants one"
    if relying_party(settings.public_url) is not None:
        yield Finding("passkeys", who)
    elif settings.staff_passkeys:
        yield _fault(
            "passkeys",
            f"{who}, and at {settings.public_url} no browser makes any",
            "set KODUTEE_PUBLIC_URL to an https:// address with a name",
        )
    else:
        yield Finding("passkeys", f"none: at {settings.public_url} no browser makes any")


def _database(wiring: Wiring) -> Iterator[Finding]:
    try:
        current = migrate.is_at_head(wiring.engine)
    except SQLAlchemyError as error:
        yield _fault("database", type(error).__name__, "check KODUTEE_DATABASE_URL and that the server runs")
        return
    if current:
        yield Finding("database", f"{wiring.engine.dialect.name}, tables of this version")
    else:
        yield _fault("database", "tables of another version", "run: portal migrate")


def _clock(wiring: Wiring) -> Iterator[Finding]:
    if wiring.engine.dialect.name == "sqlite":
        yield Finding(
            "clock", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()), "compare it with your own"
        )
        return
    try:
        with wiring.reading() as session:
            theirs = float(session.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    except SQLAlchemyError:
        return
    shift = abs(time.time() - theirs)
    if shift > MOST_CLOCK_SHIFT:
        yield _fault(
            "clock", f"{shift:.0f} s away from the database's", "let both machines follow a time server"
        )
    else:
        yield Finding("clock", f"within {shift:.1f} s of the database's")


def _store(wiring: Wiring) -> Iterator[Finding]:
    try:
        wiring.vault.check()
    except StoreDown as error:
        yield _fault("documents", str(error), "check KODUTEE_STORE_URL, KODUTEE_S3_* and that the store runs")
    else:
        yield Finding("documents", wiring.settings.store_url)


def scrubbed(wiring: Wiring) -> Iterator[Finding]:
    """What the last `portal scrub` found."""
    try:
        with wiring.reading() as session:
            last = scrubs.last(session)
    except SQLAlchemyError:
        return
    if last is None:
        yield Finding("scrub", "stored objects were never looked at", "let a timer run: portal scrub")
    elif last.lost:
        yield _fault(
            "scrub",
            f"of {last.objects} objects {last.missing} missing and {last.changed} changed in the last scrub",
            "run: portal scrub; it names them. Put them back from a backup of the store, and run it again",
        )
    elif last.ended_at < now() - SCRUB_EVERY:
        yield _fault(
            "scrub", f"the last one ended on {last.ended_at:%Y-%m-%d}", "let a timer run: portal scrub"
        )
    else:
        yield Finding("scrub", f"{last.objects} objects were sound on {last.ended_at:%Y-%m-%d}")


def _scanner(wiring: Wiring) -> Iterator[Finding]:
    if isinstance(wiring.scanner, NoScanner):
        yield Finding("scanner", "none: documents are not scanned", "set KODUTEE_CLAMD to a clamd")
        return
    try:
        signatures = wiring.scanner.signatures()
    except ScannerDown as error:
        yield _fault("scanner", str(error), "start clamd: documents wait until it answers")
        return
    days = signatures.days(now())
    if days is None:
        yield Finding("scanner", f"{signatures.version}: it does not say how old its signatures are")
    elif days > wiring.settings.clamd_days:
        yield Finding(
            "scanner",
            f"OLD: its signatures were made {days} days ago ({signatures.version})",
            "let freshclam run; or set KODUTEE_CLAMD_DAYS",
        )
    else:
        yield Finding("scanner", f"{signatures.version}: signatures of {days} days ago")


def _post(wiring: Wiring) -> Iterator[Finding]:
    if not wiring.carriers:
        yield Finding("notices", "nobody is told anything outside the portal", "set KODUTEE_SMTP_URL")
    for channel, carrier in wiring.carriers.items():
        try:
            yield Finding("notices", f"{channel}: {carrier.check()}")
        except NotSent as fault:
            yield _fault(
                "notices",
                f"{channel}: {fault.reason}",
                "check KODUTEE_SMTP_*, KODUTEE_SMS_URL or KODUTEE_MESSENGER_URL, and that the server runs",
            )


def _content(wiring: Wiring) -> Iterator[Finding]:
    faults = Content(wiring.programme).check(LANGUAGES)
    for fault in faults:
        yield _fault("pages", fault, "write the page")
    if not faults:
        yield Finding("pages", "every page in every language")
