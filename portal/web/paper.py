"""Codes on paper: the sheet with a code for an account, in the language of who gets it."""

from datetime import datetime

from flask import render_template, url_for
from markupsafe import Markup

from portal.web import current, language


def of_code(code: str, spoken: str, ends_at: datetime | None) -> Markup:
    """The sheet: the code, where to type it, and until when. It names nobody."""
    with language.speaking(spoken) as theirs:
        words = render_template(
            "parts/code_paper.html",
            code=code,
            theirs=theirs,
            ends_at=ends_at,
            address=current.wiring().settings.public_url + url_for("entrance.claim", language=theirs.code),
        )
    return Markup(words)  # noqa: S704 - our own template
