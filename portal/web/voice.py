"""Speaking to people where nobody has asked for a page: in a worker, which has no request."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from portal.web import language
from portal.web.language import Language
from portal.wiring import Wiring


@contextmanager
def heard(wiring: Wiring, code: str) -> Iterator[Language]:
    """For the length of the block `_()` speaks this language."""
    mouth = Flask("portal")  # it answers no address, and knows the languages
    mouth.extensions["wiring"] = wiring
    language.init(mouth, demo=wiring.settings.demo)
    with mouth.app_context(), language.speaking(code) as spoken:
        yield spoken
