"""The languages people speak with a counsellor, each by its own name."""

from babel import Locale
from flask_babel import gettext as _

# Those of the programme first, then those of the people who return from Estonia and their neighbours.
_CODES = """
    et en ru uk uz ka hy az kk ky tg tk be ro tr ku ckb ar fa ps ur hi pa bn ne si ta vi zh th fil
    am ti so om sw ha yo ig ff wo bm ln fr es pt de sq sr mn
"""
SPOKEN = tuple(_CODES.split())
ANOTHER_LANGUAGE = "und"
"""What ISO 639 says for a language that is not determined: the counsellor will ask."""


def language_name(code: str | None) -> str:
    """A language by its own name, as its speakers look for it."""
    if code in SPOKEN:
        name = Locale.parse(code).get_language_name() or code
        # Titled, not upper: Georgian has no capital letters that a phone shows.
        return name[:1].title() + name[1:]
    return _("Another language") if code == ANOTHER_LANGUAGE else ""
