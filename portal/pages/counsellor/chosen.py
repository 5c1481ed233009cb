"""What is chosen by a filter of the queue, in words: in the list of choices, and of a saved view."""

from collections.abc import Callable, Mapping

from portal.domain.cases import CaseState
from portal.domain.desk.filters import Careful, Leave, Silence, Sort
from portal.web.filters import country
from portal.web.spoken import language_named
from portal.web.words import say
from portal.web.words.desk import stands

SAID: Mapping[str, Callable[[str], object]] = {
    "state": lambda text: stands(CaseState(text)),
    "country": country,
    "speaks": lambda text: language_named(text) or text,
    "careful": lambda text: say(Careful(text)),
    "leave": lambda text: say(Leave(text)),
    "silence": lambda text: say(Silence(text)),
    "sort": lambda text: say(Sort(text)),
}


def in_words(name: str, text: str, partners: Mapping[int, str]) -> str:
    """What stands in an address for a filter, as people say it; a dash for what is not there any more."""
    try:
        return partners[int(text)] if name == "partner" else str(SAID[name](text))
    except (KeyError, ValueError):
        return "–"
