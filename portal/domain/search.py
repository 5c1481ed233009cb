"""Finding people although names, phones and papers are sealed: keyed hashes of spelling-free beginnings."""

import functools
import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

import phonenumbers
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    LargeBinary,
    ScalarSelect,
    Select,
    delete,
    func,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from portal.db import Base
from portal.domain import spelling
from portal.domain.spelling import SHORTEST, words
from portal.sealing import in_use

__all__ = [
    "SHORTEST",
    "Question",
    "Wanted",
    "asked",
    "case_ids",
    "find",
    "hold",
    "is_as_today",
    "keys",
    "note_today",
    "put",
    "reads",
    "sounds",
    "together",
    "words",
]

UNSENT, NOBODY = -1, 0
"""Who holds a case that only its writer sees, and one that every counsellor sees."""
FURTHEST = 2000
"""In how many cases that fit two words each word is looked for; who asks so little must ask more."""
DEPTHS = ((1, 2), (3, 4))
"""Keys of so many bones at least are told apart by so many: a beginning by two, more of a word by four."""
MOST_SOUNDS = 32
"""Of a case with more sounds than this each is kept, and not every two: they would be more than 500."""
MOST_ENTRIES, ENOUGH = 10, 250
"""Of so many pairs of words the rarest is sought; how many more than this hold one, nobody needs to know."""
MARKS, OF_A_KEY = 62, 3
"""Of so many marks each key has a few."""
BARE = 1 << MARKS
"""The one mark of all keys without vowels."""
PHONE_END = 7
"""Digits of a phone number that are the same at home and abroad."""


class SearchTerm(Base):
    """One beginning of one word of a name of a case, two of its sounds, or one number, as a keyed hash.

    `held_by` is the counsellor of the case, NOBODY or UNSENT: a counsellor looks among their own only.
    `marks`, of two sounds: those of the keys that sound so and tell how a word is written. Who holds such a
    key has its marks; who only sounds like it hardly ever has. Nothing in a row from before there were any.
    """

    __tablename__ = "search_terms"
    __table_args__ = (
        Index("ix_search_terms_term", "term", "case_id", "held_by", "marks"),
        Index("ix_search_terms_of_holder", "term", "held_by", "case_id", "marks"),
        Index("ix_search_terms_case", "case_id"),
    )

    case_id: Mapped[int] = mapped_column()
    held_by: Mapped[int] = mapped_column(default=UNSENT, server_default="-1")
    term: Mapped[bytes] = mapped_column(LargeBinary(16))
    marks: Mapped[int | None] = mapped_column(BigInteger)


Sounds = Sequence[Mapping[str, int]]
"""For each of DEPTHS: how words begin without their vowels, equal for equal keys and few for many; and the
marks of the keys that sound so.
"""


@dataclass(frozen=True)
class Wanted:
    """What one word of a question may be kept as: one of these keys."""

    exact: frozenset[bytes]
    similar: frozenset[bytes]
    """Also what only sounds like it."""
    sounds: Sequence[frozenset[str]] = ()
    """What is kept under one of these keys has one of these sounds; none where a key is too short."""
    marks: Sequence[frozenset[int]] = ()
    """Of each word that is looked for: the marks of its exact keys."""


Question = Sequence[Wanted]
"""A case must hold one key for each word."""


Key = tuple[str, str]
"""What kind of key, and the text that is hashed."""


def _hash(kind: str, word: str) -> bytes:
    return in_use().fingerprint(kind, word)


def _marks(key: Key) -> int:
    """None for one that only tells how a word sounds."""
    kind, _ = key
    if kind != "search":
        return BARE if kind == "bare bones" else 0
    return functools.reduce(operator.or_, (1 << one % MARKS for one in _hash(*key)[:OF_A_KEY]))


# --- What is kept --------------------------------------------------------------------------------------


def keys(
    names: Iterable[str | None], phones: Iterable[str | None] = (), papers: Iterable[str | None] = ()
) -> dict[bytes, int | None]:
    """Everything under which somebody of these names and numbers can be found, with its marks."""
    of_words = {key for word in spelling.all_words(names) for key in _kept(word)}
    found = {_hash(*key) for key in of_words}
    found |= {key for phone in phones if phone for key in _phone_keys(phone)}
    bare = (spelling.number_of_paper(paper or "") for paper in papers)
    found |= {_hash("paper", number) for number in bare if number}
    return {**dict.fromkeys(found), **together(_sounds(of_words))}


def _kept(word: str) -> Iterable[Key]:
    if spelling.is_bare(word):
        return (("bare bones", one) for one in spelling.beginnings_of_bones(word))
    spelled = {one for part in spelling.beginnings(word) for one in spelling.spellings(part)}
    sounding = spelling.beginnings_of_bones(word)
    return [*(("search", one) for one in spelled), *(("bones", one) for one in sounding)]


def _sounds(of: Iterable[Key]) -> Sounds:
    found: list[dict[str, int]] = [defaultdict(int) for _ in DEPTHS]
    for kind, text in of:
        bones = spelling.bones_of_spelling(text) if kind == "search" else text
        for (least, depth), marks in zip(DEPTHS, found, strict=True):
            if len(bones) >= least:
                marks[bones[:depth]] |= _marks((kind, text))
    return found


def sounds(names: Iterable[str | None]) -> Sounds:
    """How the words of these names sound: what `together` makes pairs of."""
    return _sounds({key for word in spelling.all_words(names) for key in _kept(word)})


def together(sounds: Sounds) -> dict[bytes, int | None]:
    """What two words are found by at once, however many hold one of them: every two sounds of a case.

    Whoever holds keys for two words of different sounds is kept under both sounds, or is one of many.
    """
    return {key: marks for depth, some in enumerate(sounds) for key, marks in _pairs(depth, some)}


def _pairs(depth: int, sounds: Mapping[str, int]) -> Iterable[tuple[bytes, int | None]]:
    if len(sounds) > MOST_SOUNDS:
        return ((_of_many(depth, one), None) for one in sounds)
    both = combinations(sounds, 2)
    return ((_pair(depth, one, other), sounds[one] | sounds[other]) for one, other in both)


def _pair(depth: int, one: str, other: str) -> bytes:
    return _hash(f"pair {depth}", " ".join(sorted((one, other))))


def _of_many(depth: int, sound: str) -> bytes:
    return _hash(f"of many {depth}", sound)


def _phone_keys(text: str) -> set[bytes]:
    """The whole number, one of Estonia unless it says so, and its end, the same however it is dialled."""
    found, bare = set(), spelling.digits(text)
    if len(bare) >= PHONE_END:
        found.add(_hash("end of phone", bare[-PHONE_END:]))
    try:
        number = phonenumbers.parse(text, "EE")
    except phonenumbers.NumberParseException:
        return found
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return found | {_hash("phone", e164)}


def put(
    session: Session,
    case_id: int,
    names: Iterable[str | None],
    *,
    phones: Iterable[str | None] = (),
    papers: Iterable[str | None] = (),
    held_by: int = UNSENT,
) -> None:
    """Make a case found by these names and numbers, and by no earlier ones."""
    wanted = keys(names, phones, papers).items()
    found = session.execute(select(SearchTerm.term, SearchTerm.marks).where(SearchTerm.case_id == case_id))
    kept = {(term, marks) for term, marks in found}
    if gone := [term for term, _ in kept - wanted]:
        session.execute(delete(SearchTerm).where(SearchTerm.case_id == case_id, SearchTerm.term.in_(gone)))
    session.add_all(
        SearchTerm(case_id=case_id, held_by=held_by, term=term, marks=marks)
        for term, marks in sorted(wanted - kept)
    )


def hold(session: Session, case_id: int, held_by: int) -> None:
    """From now on this counsellor looks for the case."""
    session.execute(
        update(SearchTerm)
        .where(SearchTerm.case_id == case_id, SearchTerm.held_by != held_by)
        .values(held_by=held_by)
        .execution_options(synchronize_session=False)
    )


AS_TODAY = "marks"
"""Another word when `keys` keeps something new: then all cases are made findable once more."""


def is_as_today(session: Session) -> bool:
    """Whether everybody was made findable by all that is kept today."""
    return session.scalar(_as_today().limit(1)) is not None


def note_today(session: Session) -> None:
    """Remember that everybody was; a note that belongs to no case."""
    if not is_as_today(session):
        session.add(SearchTerm(case_id=NOBODY, term=_hash("kept", AS_TODAY)))


def _as_today() -> Select[int]:
    return select(SearchTerm.id).where(SearchTerm.term == _hash("kept", AS_TODAY))


# --- What is asked -------------------------------------------------------------------------------------


def reads(text: str) -> bool:
    """Whether there is a letter or a digit in this text: signs alone name nobody."""
    return any(one.isalnum() for one in text)


def asked(text: str) -> Question:
    """What somebody looks for: a phone or a paper when there are digits in it, else a name."""
    if bare := spelling.digits(text):
        numbers = _phone_keys(text) if len(bare) >= PHONE_END - 1 else set()
        if paper := spelling.number_of_paper(text):
            numbers.add(_hash("paper", paper))
        return [Wanted(frozenset(numbers), frozenset(numbers))] if numbers else []
    wanted = (_wanted(word) for word in spelling.split_for_asking(text))
    return [each for each in wanted if each.similar]


def _wanted(word: str) -> Wanted:
    sounding = spelling.bones(word)
    bare = {("bare bones", one) for one in sounding}
    exact = bare | {("bones", one) for one in sounding}
    similar = exact
    if not spelling.is_bare(word):
        exact = bare | {("search", one) for one in spelling.spellings(word)}
        similar |= exact
    each = [_sounds([key]) for key in similar]
    sounds = [_all(*some) for some in zip(*each, strict=True)]
    return Wanted(_hashes(exact), _hashes(similar), sounds, [frozenset(map(_marks, exact))])


def _all(*some: Iterable[str]) -> frozenset[str]:
    """Everything that is in one of these, if none of them is empty."""
    return frozenset().union(*some) if all(some) else frozenset()


def _hashes(of: Iterable[Key]) -> frozenset[bytes]:
    return frozenset(_hash(*key) for key in of)


def find(
    session: Session,
    question: Question,
    *,
    holders: Sequence[int] | None = None,
    similar: bool = False,
    most: int = FURTHEST,
) -> tuple[list[int], bool]:
    """The newest `most` cases that hold every word; and whether others may be among more than FURTHEST that
    hold the two words by which they are looked for.
    """
    question = _entered(session, question, holders, similar)
    wanted = case_ids(question, holders=holders, similar=similar, most=most)
    found = [] if wanted is None else list(session.scalars(wanted))
    return found, len(found) < most and _is_too_much(session, question, holders, similar)


def _entered(session: Session, question: Question, holders: Sequence[int] | None, similar: bool) -> Question:
    """The same question, and before it what the fewest hold: two of the words together, or one of them."""
    if len(question) < 2:
        return question
    entries = list(islice(together_of(question, len(DEPTHS) - 1), MOST_ENTRIES))
    # Two beginnings together may be more than there are of one of them.
    entries = entries or [*islice(together_of(question, 0), MOST_ENTRIES), *question]
    first = entries[0]
    if len(entries) > 1:
        counted = (_number(_keys(each, similar), holders, ENOUGH) for each in entries)
        numbers = session.execute(select(*counted)).one()
        first = min(zip(numbers, entries, strict=True), key=lambda pair: pair[0])[1]
    return [first, *(each for each in question if each is not first)]


def _is_too_much(session: Session, question: Question, holders: Sequence[int] | None, similar: bool) -> bool:
    if len(question) < 2:
        return False
    number = session.scalar(select(_number(_keys(question[0], similar), holders, FURTHEST)))
    return (number or 0) > FURTHEST


def together_of(question: Question, depth: int) -> Iterator[Wanted]:
    """What a case holds that holds two of these words; not of two that sound the same."""
    for one, other in combinations(question, 2):
        some, more = one.sounds[depth], other.sounds[depth]
        if some and more and not some & more:
            pairs = {_pair(depth, *both) for both in product(some, more)}
            kept = frozenset(pairs | {_of_many(depth, sound) for sound in some})
            yield Wanted(kept, kept, marks=[*one.marks, *other.marks])


def _number(of_keys: frozenset[bytes], holders: Sequence[int] | None, most: int) -> ScalarSelect[int]:
    """How many cases hold one of these keys, or more than `most`."""
    some = select(SearchTerm.case_id).where(SearchTerm.term.in_(sorted(of_keys)), _is_held(holders))
    return select(func.count()).select_from(some.limit(most + 1).subquery()).scalar_subquery()


def _keys(each: Wanted, similar: bool) -> frozenset[bytes]:
    return each.similar if similar else each.exact


def _is_held(holders: Sequence[int] | None) -> ColumnElement[bool]:
    return SearchTerm.held_by >= NOBODY if holders is None else SearchTerm.held_by.in_(holders)


def case_ids(
    question: Question, *, holders: Sequence[int] | None = None, similar: bool = False, most: int = FURTHEST
) -> Select[int] | None:
    """The numbers of the cases that hold every word of a question, the newest first, `most` of them.

    `holders`: only what these hold; else all that was sent. None when nothing is asked.
    """
    if not question:
        return None
    first, *others = question
    wanted = [_keys(each, similar) for each in others]
    marks = () if similar or not others else first.marks
    runs = [
        _run(key, holder, marks, wanted, most)
        for key in sorted(_keys(first, similar))
        for holder in ([[one] for one in holders] if holders is not None else [None])
    ]
    found = union(*(select(run.subquery().c.case_id) for run in runs)).subquery()
    return select(found.c.case_id).order_by(found.c.case_id.desc()).limit(most)


def _run(
    key: bytes,
    holder: Sequence[int] | None,
    marks: Sequence[Collection[int]],
    others: Sequence[frozenset[bytes]],
    most: int,
) -> Select[int]:
    """One walk along an index: the newest cases that hold this key; what else they must hold is looked up.

    `marks`: of each word those of its keys; where none of them are, no further look is taken.
    """
    near = (
        select(SearchTerm.case_id, SearchTerm.marks)
        .where(SearchTerm.term == key, _is_held(holder))
        .order_by(SearchTerm.case_id.desc())
        .limit(FURTHEST if others else most)
        .subquery()
    )
    # In the order of the walk: SQLite would look all of them up before it sorts them.
    run = select(near.c.case_id).limit(most)
    for some in marks:
        fits = [near.c.marks.bitwise_and(each) == each for each in sorted(some)]
        run = run.where(or_(near.c.marks.is_(None), *fits))
    for other in others:
        also = aliased(SearchTerm)
        held = select(also.case_id).where(also.term.in_(sorted(other)), also.case_id == near.c.case_id)
        # One look for each case: as EXISTS, PostgreSQL would read everybody who is called so.
        run = run.where(held.limit(1).scalar_subquery().is_not(None))
    return run
