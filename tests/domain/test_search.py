"""Finding people whose names are sealed."""

import pytest
from sqlalchemy import select

from portal.domain import search
from portal.domain.search import SearchTerm


def _found(session, text):
    """The numbers of the cases that hold every word of `text`."""
    wanted = search.case_ids(search.asked(text), holders=[search.UNSENT])
    return set() if wanted is None else set(session.scalars(wanted))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Иванова", "Ivanova"),
        ("ИВАНОВА", "iwanowa"),
        ("Юсупова", "Yusupova"),
        ("Юсупова", "IUSUPOVA"),
        ("Юлия", "IULIIA"),
        ("Юлия", "Julia"),
        ("Мария", "Mariya"),
        ("Тбилиси", "Tbilisi"),
        ("გიორგი", "Giorgi"),
        ("Шевченко", "Shevchenko"),
        ("Õunapuu", "Ounapuu"),
        ("Müller", "Muller"),
        ("Anne-Mai", "anne mai"),
    ],
)
def test_a_name_is_the_same_in_every_script(one, other):
    assert search.words(one) == search.words(other)


@pytest.mark.parametrize("typed", ["ivan", "Ivano", "IVANOVA", "Иван", "Olga", "olga iva"])
def test_a_case_is_found_by_the_beginning_of_any_of_its_names(keyring, session, typed):
    search.put(session, 7, ["Olga", "Иванова"])

    assert _found(session, typed) == {7}


@pytest.mark.parametrize("typed", ["mar", "mari", "maria", "mariya", "Мари"])
def test_every_letter_that_is_typed_still_finds_the_name(keyring, session, typed):
    search.put(session, 7, ["Мария"])

    assert _found(session, typed) == {7}


def test_every_word_must_fit(keyring, session):
    search.put(session, 7, ["Olga", "Ivanova"])
    search.put(session, 8, ["Olga", "Petrova"])

    assert _found(session, "olga") == {7, 8}
    assert _found(session, "olga petrova") == {8}


def test_a_search_begins_with_the_rarest_word_and_says_when_even_that_is_too_many(
    keyring, session, monkeypatch
):
    monkeypatch.setattr(search, "FURTHEST", 1)
    for case_id, given in ((7, "Anna"), (8, "Maria"), (9, "Maria")):
        search.put(session, case_id, [given, "Ivanova"])

    def begun(text: str) -> tuple[bool, set[int]]:
        question, is_cut = search.rarest_first(session, search.asked(text), holders=[search.UNSENT])
        return is_cut, set(session.scalars(search.case_ids(question, holders=[search.UNSENT])))

    assert begun("Ivanova Anna") == (False, {7})
    assert begun("Ivanova Maria")[0]


@pytest.mark.parametrize("typed", ["iv", "vanova", "?"])
def test_two_letters_an_ending_or_more_than_the_name_find_nothing(keyring, session, typed):
    search.put(session, 7, ["Ivanova"])

    assert _found(session, typed) == set()


def test_a_name_of_two_letters_is_found_by_both(keyring, session):
    search.put(session, 7, ["Li"])

    assert _found(session, "li") == {7}


def test_a_changed_name_is_found_by_the_new_one_only(keyring, session):
    search.put(session, 7, ["Ivanova"])
    search.put(session, 7, ["Tamm"])

    assert _found(session, "ivanova") == set()
    assert _found(session, "tamm") == {7}


def test_what_is_stored_is_no_name(keyring, session):
    search.put(session, 7, ["Olga", None, ""])

    assert all(len(term) == 16 and b"olga" not in term for term in session.scalars(select(SearchTerm.term)))
