"""The languages people speak with a counsellor, each by its own name."""

from babel import Locale
from flask_babel import get_locale
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
        return _begun(Locale.parse(code).get_language_name() or code)
    return _("Another language") if code == ANOTHER_LANGUAGE else ""


def language_named(code: str | None) -> str:
    """A language by its name in the language of the page: staff does not read every script."""
    name = (get_locale() or Locale("en")).languages.get(code or "") if code in SPOKEN else None
    return _begun(name) if name else language_name(code)


def _begun(name: str) -> str:
    """The name as a line begins with it; Georgian has no letters for that, and `upper` would find some."""
    return name[:1].title() + name[1:]
