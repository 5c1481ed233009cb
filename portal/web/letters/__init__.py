"""A letter as it is printed: in the person's language, then in English, and sent as a file.

What an edition of a letter says does not change: other words are another edition.
"""

import io
from collections.abc import Callable
from typing import Any

import segno
from flask import Response
from flask_babel import gettext as _
from flask_babel import to_user_timezone

from portal.adapters.letters import typeset
from portal.domain.course.letters import Kind, Letter, in_groups
from portal.web import current
from portal.web.filters import day
from portal.web.language import speaking
from portal.web.letters.decision import accepted, declined, review
from portal.web.letters.receipt import receipt

Content = dict[str, Any]
"""What a template reads; see letters/<edition>/."""

SAYS: dict[tuple[Kind, int], Callable[[Any, str], Content]] = {
    (Kind.RECEIPT, 1): receipt,
    (Kind.ACCEPTED, 1): accepted,
    (Kind.DECLINED, 1): declined,
    (Kind.REVIEW, 1): review,
}
"""What each edition of a kind says."""


def answer(letter: Letter) -> Response:
    """The letter as a file to be kept (RFC 6266)."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{file_name(letter)}"',
    }
    return Response(printed(letter), mimetype="application/pdf", headers=headers)


def show(letter: Letter) -> Response:
    """A letter that is not sent yet, to be looked at: the same page, with a mark across it."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="preview.pdf"'}
    return Response(printed(letter, is_preview=True), mimetype="application/pdf", headers=headers)


def file_name(letter: Letter) -> str:
    """`letter-2026-10-14.pdf`: nothing of whom it is from or about."""
    return f"letter-{to_user_timezone(letter.made_at):%Y-%m-%d}.pdf"


def printed(letter: Letter, *, is_preview: bool = False) -> bytes:
    """The letter as PDF, a page in each of its languages; a preview has a mark across every page."""
    made = to_user_timezone(letter.made_at)
    content: Content = {
        "title": _title(letter),
        "made_on": [made.year, made.month, made.day],
        "sides": [_side(letter, code) for code in letter.languages],
    }
    if is_preview:
        content["mark"] = _("Preview")
    return typeset(letter.kind.value, letter.edition, content)


def _title(letter: Letter) -> str:
    """What a reader of PDF writes above its window: nothing of the programme, the phone may be shared."""
    with speaking(letter.language):
        return str(_("Letter, %(day)s", day=day(letter.made_at)))


def _side(letter: Letter, code: str) -> Content:
    """The page in one language: its frame, and what this kind of letter says."""
    with speaking(code) as language:
        frame = {
            "lang": language.tag.partition("-")[0],
            "dir": language.direction,
            "day": day(letter.made_at),
            "check": _check(letter),
        }
        return frame | SAYS[letter.kind, letter.edition](letter.facts, code)


def _check(letter: Letter) -> Content:
    """How somebody finds out whether the letter is genuine."""
    here = current.wiring().settings.public_url.rstrip("/") + "/verify"
    return {
        "heading": _("Is this letter genuine?"),
        "words": _(
            "Anyone can check this letter: scan the square picture, or open the address and type the code. "
            "The answer says what kind of letter it is and from which day. It says nothing about you. "
            "The portal made this letter, so it is not signed."
        ),
        "address_name": _("Address"),
        "address": here.partition("://")[2],
        "code_name": _("Code"),
        "code": in_groups(letter.code),
        "picture": _picture(f"{here}/{letter.code}"),
        "picture_name": _("Square picture (QR code) that holds this address and this code"),
    }


def _picture(address: str) -> str:
    """A QR code as SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0)
    return drawn.getvalue().decode()
