"""The `portal` command: what the keeper of a portal does from a terminal."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app, demo, doctor, memory, migrate, printed, resealing, scrubbing, server
from portal.adapters.vault import StoreDown
from portal.domain import accounts, journal
from portal.domain.access import directory, rights, staff
from portal.domain.accounts import Organisation
from portal.domain.desk import settling
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.papers import keeping
from portal.domain.permissions import AT_WORK, Role
from portal.domain.support import packages
from portal.programme import ProgrammeError
from portal.sealing import Keyring, KeyringError
from portal.settings import Settings, SettingsError
from portal.wiring import Wiring, wire


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 when it found something wrong, 2 for a wrong call."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except (SettingsError, ProgrammeError) as error:
        return _complain(*error.problems)
    except KeyringError as error:
        return _complain(str(error))
    except BrokenPipeError:  # whoever reads has seen enough: portal demo accounts | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _complain(*problems: str) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1


def _wiring() -> Wiring:
    return wire(Settings.from_environment(os.environ))


def _bring_up_to_date(wiring: Wiring) -> None:
    """The tables of this version, and the packages of a programme that has none yet."""
    migrate.to_head(wiring.engine)
    with wiring.writing() as session:
        packages.seed(session)
        is_unfound = settling.is_unfound(session)
        session.commit()
    after = 0
    while is_unfound:
        with wiring.writing() as session:
            after = settling.find_anew(session, after)
            session.commit()
        is_unfound = after > 0


def _run(given: argparse.Namespace) -> int:
    wiring = _wiring()
    _bring_up_to_date(wiring)
    app = create_app(wiring.settings, wiring=wiring)
    memory.keep_what_is()
    with (
        server.serving(app, wiring.settings.host, wiring.settings.port),
        server.working(wiring),
    ):
        print(f"Kodutee is at {wiring.settings.public_url}", flush=True)
        server.wait_for_the_end()
    return 0


def _worker(given: argparse.Namespace) -> int:
    with server.working(_wiring()):
        server.wait_for_the_end()
    return 0


def _migrate(given: argparse.Namespace) -> int:
    _bring_up_to_date(_wiring())
    print("The database has the tables of this version.")
    return 0


def _demo(given: argparse.Namespace) -> int:
    wiring = _demo_wiring()
    _bring_up_to_date(wiring)
    if demo.make(wiring):
        print("Made a demonstration: about 40 cases of people who do not exist.")
    _print_accounts(wiring)
    return 0


def _demo_accounts(given: argparse.Namespace) -> int:
    wiring = _demo_wiring()
    if given.json:
        for account in demo.accounts(wiring):
            print(json.dumps(account, ensure_ascii=False))
    else:
        _print_accounts(wiring)
    return 0


def _demo_wiring() -> Wiring:
    return wire(Settings.from_environment({**os.environ, "KODUTEE_DEMO": "yes"}))


def _print_accounts(wiring: Wiring) -> None:
    print(f"{'role':<11} {'login':<24} {'password':<24} authenticator key")
    for account in demo.accounts(wiring):
        print(
            f"{account['role']:<11} {account['login']:<24} {account['password']:<24} {account['otp_secret']}"
        )


def _invite(given: argparse.Namespace) -> int:
    wiring = _wiring()
    if not staff.ADDRESS.fullmatch(given.email):
        return _complain("This is not an e-mail address. Write it like name@example.org.")
    with wiring.writing() as session:
        organisation = _organisation(given, session) if given.organisation else None
        try:
            token = staff.invite(
                session,
                Role(given.role),
                name=given.name,
                email=given.email,
                organisation=organisation,
                by=None,
            )
        except ValueError as error:
            return _complain(str(error))
        except Refused:
            return _complain("Somebody with this e-mail address already has an account.")
        session.commit()
    print("This link works once, for 48 hours. Give it to nobody but the person it is for:")
    print(f"{wiring.settings.public_url}/en/invitation/{token}")
    return 0


def _people(given: argparse.Namespace) -> int:
    with _wiring().reading() as session:
        print(f"{'role':<11} {'state':<8} {'e-mail':<32} name")
        for one in directory.everybody(session):
            where = f" ({one.organisation.name})" if one.organisation else ""
            print(f"{one.role:<11} {one.presence:<8} {one.email:<32} {one.name}{where}")
    return 0


def _deactivate(given: argparse.Namespace) -> int:
    with _wiring().writing() as session:
        account = accounts.by_login(session, given.email)
        if account is None or account.role not in AT_WORK:
            return _complain("Nobody of the staff or of a partner signs in with this e-mail address.")
        try:
            rights.deactivate(session, account, by=None)
        except Refused as refused:
            return _complain(_NOT_NOW[refused.reasons[0]])
        session.commit()
    print("The account is switched off, and signed out everywhere.")
    return 0


_NOT_NOW = {
    Reason.LAST_MANAGER: "This is the last programme manager. Invite another one first.",
    Reason.CHANGED_MEANWHILE: "This account is switched off already.",
}


def _organisation(given: argparse.Namespace, session: Session) -> Organisation:
    found = session.scalar(select(Organisation).where(Organisation.name == given.organisation))
    if found is None:
        found = Organisation(name=given.organisation, country=given.country)
        session.add(found)
        session.flush()
    return found


def _verify(given: argparse.Namespace) -> int:
    with _wiring().reading() as session:
        faults = list(journal.verify(session))
    for fault in faults:
        print(f"{fault.chain} event {fault.number}: {fault.words}")
    print(f"{len(faults)} faults found in the journal." if faults else "The journal is whole.")
    return 1 if faults else 0


def _take_out(given: argparse.Namespace) -> int:
    wiring = _wiring()
    given.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with wiring.writing() as session:
        try:
            document, originals = keeping.take_out(session, given.document)
        except NotFound:
            return _complain("No original is kept of a document with this number.")
        session.commit()
        for one in originals:
            path = given.folder / f"{document.id}-{one.number}.original"
            context = keeping.original_context(document.id, one.number)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.writelines(wiring.vault.read(one.store_name, key=document.key, context=context))
            print(f"{path}: not looked at by anybody, it may do harm. SHA-256 {one.sha256}")
    return 0


def _doctor(given: argparse.Namespace) -> int:
    findings = doctor.examine(os.environ)
    for finding in findings:
        print(finding)
    return 1 if any(finding.is_fault for finding in findings) else 0


def _prepare_key(given: argparse.Namespace) -> int:
    wiring = _wiring()
    resealing.prepare(wiring.settings)
    print(f"There is another key in {wiring.settings.keyring}. Nothing is sealed with it yet.")
    print("Copy the file to every machine of this portal and to its backup. Then: portal keys rotate")
    return 0


def _rotate(given: argparse.Namespace) -> int:
    wiring = _wiring()
    turned = resealing.rotate(wiring, told=print)
    for place in turned.lost or ():
        print(f"No key of this portal opens {place}. It was left as it is.", file=sys.stderr)
    print(f"The current key is {Keyring.load(wiring.settings.keyring).current}.")
    print(f"Back up {wiring.settings.keyring} now: its older copies do not open what was sealed since.")
    return 1 if turned.lost else 0


def _keys(given: argparse.Namespace) -> int:
    wiring = _wiring()
    keyring = wiring.keyring
    for key_id, number in resealing.counted(wiring).items():
        mark = " (current)" if key_id == keyring.current else ""
        print(f"{key_id}  {number:>9} values{mark}")
    if keyring.is_turning:
        print("A rotation was cut short. It goes on with: portal keys rotate")
    return 0


def _scrub(given: argparse.Namespace) -> int:
    try:
        seen = scrubbing.scrub(_wiring(), told=print)
    except StoreDown as error:
        return _complain(f"The store did not answer, so nothing is known: {error}")
    print(
        f"{seen.objects} objects, {seen.size / 1e6:.1f} MB: {seen.missing} missing, {seen.changed} changed, "
        f"{seen.orphans} that no row knows."
    )
    return 1 if seen.lost or seen.orphans else 0


def _print(page: Callable[[], str]) -> Callable[[argparse.Namespace], int]:
    def show(given: argparse.Namespace) -> int:
        print(page(), end="")
        return 0

    return show


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal", description="Keeps a Kodutee portal.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, words: str, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
        made.set_defaults(command=command)
        return made

    add("run", "start the portal: web server and worker in one process", _run)
    add("worker", "do jobs in a process of their own", _worker)
    add("migrate", "bring the database to the tables of this version", _migrate)
    add("doctor", "check settings, database, store, keys, clock and scanner", _doctor)
    add("lifecycle", "print docs/lifecycle.md from the tables", _print(printed.lifecycle))
    add("permissions", "print docs/permissions.md from the table", _print(printed.permissions))
    add("field-rights", "print docs/field-rights.md from the table", _print(printed.field_rights))

    shown = add("demo", "make a demonstration with made-up people", _demo)
    more = shown.add_subparsers(metavar="what")
    listed = more.add_parser("accounts", help="print the accounts of the demonstration")
    listed.add_argument("--json", action="store_true", help="one object a line")
    listed.set_defaults(command=_demo_accounts)

    people = add("people", "people who may sign in", _demo_accounts).add_subparsers(
        required=True, metavar="what"
    )
    invited = people.add_parser("invite", help="print a link that makes one account for staff or a partner")
    invited.add_argument("--role", required=True, choices=[role.value for role in Role if role in AT_WORK])
    invited.add_argument("--name", required=True, help="how colleagues know the person")
    invited.add_argument("--email", required=True, help="the person signs in with it")
    invited.add_argument("--organisation", default="", help="for partners: its name; made when it is new")
    invited.add_argument("--country", default="", help="for a new organisation: two letters, such as UZ")
    invited.set_defaults(command=_invite)
    people.add_parser("list", help="print who works here, for a partner, or is invited").set_defaults(
        command=_people
    )
    stopped = people.add_parser("deactivate", help="switch an account off and sign it out everywhere")
    stopped.add_argument("--email", required=True, help="what the person signs in with")
    stopped.set_defaults(command=_deactivate)

    add("scrub", "read every stored object and name what is changed, missing or unknown", _scrub)
    keys = add("keys", "the keys that seal everything", _keys)
    turns = keys.add_subparsers(metavar="what")
    for name, words, command in (
        ("list", "print the keys and how many values each seals", _keys),
        ("prepare", "add a key that is not used yet, to be copied to every machine", _prepare_key),
        ("rotate", "seal everything with another key; when it was cut short, go on", _rotate),
    ):
        turns.add_parser(name, help=words, description=words).set_defaults(command=command)
    kept = add("original", "take out a document as it was sent, where the programme keeps it", _take_out)
    kept.add_argument("document", type=int, help="its number: the last one in the address of its page")
    kept.add_argument("--folder", type=Path, required=True, help="where to write it; removed by you")

    checked = add("journal", "the journal of everything that happened", _verify)
    inner = checked.add_subparsers(required=True, metavar="what")
    inner.add_parser("verify", help="find altered, missing or added events").set_defaults(command=_verify)
    return parser


if __name__ == "__main__":
    sys.exit(main())
