"""My file for people: all that is kept about them as PDF, and the text that says what is in the copy."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import to_user_timezone

from portal.adapters.letters import typeset
from portal.domain.own.own_data import OwnData
from portal.domain.permissions import Role
from portal.programme import Programme
from portal.web.filters import day, moment
from portal.web.language import Language
from portal.web.my_file import account, case
from portal.web.my_file.parts import Part

EDITION = "my-file-1"
"""The folder of its template and its schema, below portal/letters/."""


def readable(
    found: OwnData, programme: Programme, language: Language, made_at: datetime, lost: Collection[str]
) -> bytes:
    """my-file.pdf, in the language that is spoken now."""
    made = to_user_timezone(made_at)
    content = {
        # A phone may be shared: a reader of PDF writes this above its window.
        "title": _("My file, %(day)s", day=day(made_at)),
        "made_on": [made.year, made.month, made.day],
        "lang": language.tag.partition("-")[0],
        "dir": language.direction,
        "day": moment(made_at),
        "sender": programme.organisation[language.code],
        "heading": _("My file"),
        "intro": _("This is what the portal keeps about you."),
        "parts": [_plain(part) for part in _parts(found, lost)],
    }
    return typeset("my-file", EDITION, content)


def _parts(found: OwnData, lost: Collection[str]) -> list[Part]:
    of_cases = [part for one in found.cases for part in case.parts(one, found.account, lost)]
    if found.traveller:
        of_cases += case.as_traveller(found.traveller)
    return [*account.head(found), *of_cases, *account.rest(found), _left_out(found)]


def _left_out(found: OwnData) -> Part:
    return Part(_("What is not in this file"), intro="\n".join(left_out(found.account.role)))


def left_out(role: Role) -> list[str]:
    """What the copy does not hold, and why."""
    of_migrants = [
        _(
            "Notes that staff write for each other. They are about their work. "
            "If you want to know what is in them, ask your counsellor."
        ),
        _("Files that did not pass our check, and files that are still being checked."),
    ]
    of_all = [
        _("Passwords, codes and keys. We keep them in a form that nobody can read."),
        _("The names of people who work on your case, and anything about other people's accounts."),
    ]
    return [str(words) for words in (*(of_migrants if role is Role.MIGRANT else ()), *of_all)]


def _plain(part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "intro": part.intro,
        "facts": [[name, value] for name, value in part.facts if value],
        "entries": [{"title": one.title, "when": one.when, "lines": list(one.lines)} for one in part.entries],
        "none": part.none or _("Nothing."),
    }


def read_me(found: OwnData, programme: Programme, language: Language, made_at: datetime) -> bytes:
    """README.txt: which file is what. Lines end as every old phone and computer reads them."""
    files = [
        ("my-file.pdf", _("Everything to read. Open this first.")),
        ("my-file.json", _("The same for computers. You can give it to another organisation.")),
        ("my-file.schema.json", _("A description of my-file.json for people who write programs.")),
        ("history.json", _("What happened, and when.")),
        ("who-looked.json", _("Who opened your file, and when.")),
    ]
    folders = [
        ("documents/", _("Your documents. my-file.pdf says what each of them is.")),
        ("letters/", _("The letters that you got.")),
    ]
    told = [*files, *(folders if found.account.role is Role.MIGRANT else ())]
    lines = [
        _("My file"),
        programme.organisation[language.code],
        moment(made_at),
        "",
        *(f"{name}\n    {words}" for name, words in told),
        "",
        _("What is not in this file"),
        *(f"- {words}" for words in left_out(found.account.role)),
        "",
        _("Keep this file where nobody else finds it. If it lies on a shared phone, delete it there."),
    ]
    text = "\n".join(str(line) for line in lines)
    return (text.replace("\n", "\r\n") + "\r\n").encode()
