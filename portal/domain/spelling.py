"""One spelling for names that scripts, languages and passports write differently; nothing here is kept."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, pairwise, product

from anyascii import anyascii

SHORTEST = 3
"""Letters of a name that are enough to look for it."""
FEWEST_BONES = 2
MOST_READINGS = 12

# In this order. What is one letter in one alphabet is two to four in another.
_SAME = tuple((re.compile(written), read) for written, read in (
    ("tsch|tch", "ç"), ("shch|stsh|sch", "s"), ("sh", "s"), ("ch", "ç"), ("kh", "h"),
    ("dzh|dj|dz|zh", "z"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("t[sz]", "ç"),
    ("c(?=[eiy])", "ç"), ("ck?", "k"), ("ç", "c"), ("w", "v"), ("ou|oo", "u"), ("y", "i"), ("q", "k"),
    ("ii", "i"), ("iu", "u"), ("io|eo|ie", "e"), ("ia", "a"), ("ae", "a"), ("oe", "o"), ("ue", "u"),
    (r"^abd[aeou]l(?=[rnszdt])", "abdu"), (r"(.)\1+", r"\1"),
))  # fmt: skip

# One letter that is read in two ways: Xurshid is Khurshid, Alexei is Aleksei; Jamal is Dzhamal, Julia Yulia.
_EITHER = (("o'", ("u", "o")), ("x", ("ks", "h")), ("(?<!d)j", ("i", "dzh")), ("g''", ("g", "h")))
_UKRAINIAN = re.compile("[іїєґ]")
"""In such a word г is h in a passport, and g elsewhere."""
_MARKS = str.maketrans(dict.fromkeys("ʻ‘’`ʼ´ʿʾ", "'"))
_BOUND = {"abd", "abdu", "abdul", "abdel", "abdal", "abdol", "abdur", "عبد"}
"""Never a name alone: Abdul Rahman is written in one word, too."""

# Letters of scripts that leave vowels out, and what each may stand for in a word. Others are silent.
_LETTERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("وו", ("", "v")),
    "ب": ("b",), "پ": ("p",), "ت": ("t",), "ث": ("s", "t"), "ج": ("z", "g"), "چ": ("c",),
    "ح": ("h",), "خ": ("h",), "د": ("d",), "ذ": ("z", "d"), "ر": ("r",), "ز": ("z",), "ژ": ("z",),
    "س": ("s",), "ش": ("s",), "ص": ("s",), "ض": ("d", "z"), "ط": ("t",), "ظ": ("z", "d"),
    "غ": ("g",), "ف": ("f",), "ق": ("k", "g"), "ک": ("k",), "ك": ("k",), "گ": ("g",), "ل": ("l",),
    "م": ("m",), "ن": ("n",), "ه": ("h",), "ھ": ("h",), "ב": ("b", "v"), "ג": ("g",), "ד": ("d",),
    "ה": ("h",), "ז": ("z",), "ח": ("h",), "ט": ("t",), "כ": ("k", "h"), "ך": ("k", "h"),
    "ל": ("l",), "מ": ("m",), "ם": ("m",), "נ": ("n",), "ן": ("n",), "ס": ("s",), "פ": ("p", "f"),
    "ף": ("f",), "צ": ("c",), "ץ": ("c",), "ק": ("k",), "ר": ("r",), "ש": ("s",), "ת": ("t",),
}  # fmt: skip
_ABJAD = re.compile(r"[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_SUN = "تثدذرزسشصضطظن"


def words(text: str) -> list[str]:
    """The words of a name, each in one spelling: `Иванова`, `IVANOVA` and `Iwanowa` are all `ivanova`."""
    found = (next(iter(spellings(word)), "") for word in split(text))
    return [word for word in found if word]


def split(text: str) -> list[str]:
    """The words of a name as they are written: those of alphabets with vowels in small Latin letters."""
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_MARKS)
    found = (_letters(word) for word in re.split(r"[\s\-‐-―/,;]+", composed))
    return [word for words in found for word in words]


def _letters(word: str) -> list[str]:
    if _ABJAD.search(word):
        bare = "".join(one for one in word if unicodedata.category(one) == "Lo")
        return [bare] if bare else []
    if _UKRAINIAN.search(word):
        word = word.replace("г", "г''")
    # Latin letters of other scripts may be several words: 张伟 is Zhang Wei.
    plain = anyascii(word) if word.isascii() else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", anyascii(word))
    kept = (re.sub(r"[^a-z0-9']", "", part.casefold()) for part in plain.split())
    return [part for part in kept if part.strip("'")]


def sounds(text: str) -> list[str]:
    """How the words of a name sound, without their vowels and in any order: of Каримова as of Karimova."""
    return sorted(min(bones(word), default="") for word in split(text))


def split_for_keeping(text: str) -> list[str]:
    """The words of a name; beside words that are never alone also both bound together: Abdul, Abdulrahman."""
    found = split(text)
    return [
        *found,
        *(_bind(one, other) for one, other in pairwise(found) if one in _BOUND),
    ]


def split_for_asking(text: str) -> list[str]:
    """The words that somebody looks for; those that are never alone are bound to the next."""
    found: list[str] = []
    for word in split(text):
        if found and found[-1] in _BOUND:
            found[-1] = _bind(found[-1], word)
        else:
            found.append(word)
    return found


def _bind(one: str, other: str) -> str:
    return one + other


def is_bare(word: str) -> bool:
    """Whether this word is written without vowels."""
    return _ABJAD.search(word) is not None


@lru_cache(maxsize=50_000)
def spellings(word: str) -> tuple[str, ...]:
    """How a word may be spelled; the likeliest first. Of one without vowels its letters."""
    if is_bare(word):
        word = re.sub(r"[^a-z]", "", anyascii(word).casefold())
    readings = [word]
    for pattern, others in _EITHER:
        readings = [re.sub(pattern, other, one) for one in readings for other in others]
        readings = list(dict.fromkeys(readings))[:MOST_READINGS]
    return tuple(one for one in dict.fromkeys(_spell(reading) for reading in readings) if one)


def _spell(word: str) -> str:
    word = word.replace("'", "")
    for written, read in _SAME:
        word = written.sub(read, word)
    return word


@lru_cache(maxsize=50_000)
def bones(word: str) -> frozenset[str]:
    """What is left of a word without its vowels, in every reading: `mhmd` of Mohammed, Мухаммад and محمد."""
    found = _bare_bones(word) if is_bare(word) else map(bones_of_spelling, spellings(word))
    return frozenset(one for one in found if len(one) >= FEWEST_BONES)


def bones_of_spelling(word: str) -> str:
    """What is left of one spelling without its vowels; one that leads counts."""
    lead = "a" if word[:1] in "aeiou" else ""
    core = re.sub("[aeiou]", "", word)
    return lead + (core.removesuffix("h") if len(core) > 1 else core)


def _bare_bones(word: str) -> Iterator[str]:
    word = re.sub(r"(.)\1+", r"\1", word)
    word = re.sub(f"^(عبد)ال(?=[{_SUN}])", r"\1", word)
    for one in {word, word.removeprefix("ال") if len(word) > 4 else word}:
        first, rest = one[0], one[1:]
        if rest.endswith(("ه", "ة", "ה")):
            rest = rest[:-1]
        leads = ("a", "v") if first in "وו" else _LETTERS.get(first, ("a",))
        read = [leads, *(_LETTERS.get(letter, ("",)) for letter in rest)]
        yield from ("".join(parts) for parts in islice(product(*read), MOST_READINGS))


def beginnings(word: str) -> Iterator[str]:
    """Every beginning of a word that somebody may have typed so far."""
    for length in range(min(SHORTEST, len(word)), len(word) + 1):
        yield word[:length]


def beginnings_of_bones(word: str) -> set[str]:
    """The same without vowels; a beginning has SHORTEST letters or more, the whole may have fewer."""
    longer = (one for part in beginnings(word) for one in bones(part) if len(one) >= SHORTEST)
    return {*longer, *bones(word)}


def digits(text: str) -> str:
    """The digits in a text, of any script, as 0 to 9."""
    return "".join(str(unicodedata.digit(one)) for one in text if unicodedata.category(one) == "Nd")


# Letters of another alphabet that look the same on a keyboard, and what is taken for a digit.
_LOOKS_LIKE = str.maketrans("АВЕКМНОРСТУХІOI", "ABEKMH0PCTYX101")


def number_of_paper(text: str) -> str:
    """The number of a travel document in one form; empty for what cannot be one."""
    plain = unicodedata.normalize("NFKC", text).upper().translate(_LOOKS_LIKE)
    bare = "".join(one for one in plain if one.isalnum())
    return bare if len(bare) >= 5 and sum(one.isdigit() for one in bare) >= 3 else ""


def all_words(names: Iterable[str | None]) -> set[str]:
    """The words of all these names, as they are kept."""
    return {word for name in names for word in split_for_keeping(name or "")}
