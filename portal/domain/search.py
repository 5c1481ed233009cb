"""Finding people by name although names are sealed: keyed hashes of spelling-free beginnings."""

import re
from collections.abc import Iterable

from anyascii import anyascii
from sqlalchemy import Index, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql import Select

from portal.db import Base
from portal.sealing import in_use

SHORTEST = 3

# One spelling for what different scripts, languages and passports write differently, in this order.
_SAME = (("shch", "s"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("kh", "h"), ("zh", "z"), ("gh", "g"),
         ("ph", "f"), ("w", "v"), ("ou", "u"), ("oo", "u"), ("y", "i"), ("j", "i"), ("q", "k"), ("x", "ks"),
         ("ii", "i"), ("iu", "u"), ("ia", "a"))  # fmt: skip


class SearchTerm(Base):
    """One beginning of one word of a name of a case, as a keyed hash."""

    __tablename__ = "search_terms"
    __table_args__ = (
        Index("ix_search_terms_term", "term", "case_id"),
        Index("ix_search_terms_case", "case_id"),
    )

    case_id: Mapped[int] = mapped_column()
    term: Mapped[bytes] = mapped_column(LargeBinary(16))


def words(text: str) -> list[str]:
    """The words of a name in one spelling: `Иванова`, `IVANOVA` and `Iwanowa` are all `ivanova`."""
    return [_spell(word) for word in _plain(text)]


def _plain(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9 ]", "", anyascii(text).casefold().replace("-", " ")).split()


def _spell(word: str) -> str:
    for written, read in _SAME:
        word = word.replace(written, read)
    return re.sub(r"(.)\1+", r"\1", word)


def _hash(word: str) -> bytes:
    return in_use().fingerprint("search", word)


def put(session: Session, case_id: int, names: Iterable[str | None]) -> None:
    """Make a case found by these names, and by no earlier ones."""
    beginnings = {
        _spell(word[:length])
        for name in names
        for word in _plain(name or "")
        for length in range(min(SHORTEST, len(word)), len(word) + 1)
    }
    session.execute(delete(SearchTerm).where(SearchTerm.case_id == case_id))
    session.add_all(SearchTerm(case_id=case_id, term=_hash(word)) for word in sorted(beginnings))


def case_ids(text: str) -> list[Select[int]]:
    """One selection of case numbers for each word of a question: a case must be in all of them."""
    return [select(SearchTerm.case_id).where(SearchTerm.term == _hash(word)) for word in words(text)]
