"""Finding people whose names are sealed."""

import pytest
from sqlalchemy import insert, select, update

from portal.db import new_id
from portal.domain import search
from portal.domain.search import SearchTerm
from tests.domain.test_names_in_scripts import FOUND, pairs


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


def _asked_on_the_desk(session, text, *, similar=False):
    """Whether a search is cut, and the numbers of the cases that it finds."""
    question = search.asked(text)
    found, is_cut = search.find(session, question, holders=[search.UNSENT], similar=similar)
    return is_cut, set(found)


def test_a_search_begins_with_two_words_and_says_when_even_both_are_too_many(keyring, session, monkeypatch):
    monkeypatch.setattr(search, "FURTHEST", 1)
    for case_id, given in ((7, "Anna"), (8, "Maria"), (9, "Maria")):
        search.put(session, case_id, [given, "Ivanova"])

    assert _asked_on_the_desk(session, "Ivanova Anna") == (False, {7})
    assert _asked_on_the_desk(session, "Ivanova Maria") == (True, {9})
    assert search.find(session, search.asked("Ivanova"), holders=[search.UNSENT])[1] is False


def test_of_two_names_that_thousands_have_the_one_who_has_both_is_found(keyring, session):
    """The others came later, so that they are met before; more of each than are looked through."""
    search.put(session, 1, ["Ivanova", "Olga"])
    typed = ("Olga Ivanova", "ivanova olga", "Иванова Ольга", "iva olg")
    asked = {key for text in typed for each in search.asked(text) for key in each.similar}
    numbers = range(10, 10 + 2 * (search.FURTHEST + 100))
    kept = [asked & search.keys([name]).keys() for name in ("Ivanova", "Olga")]
    session.execute(
        insert(SearchTerm),
        [{"id": new_id(), "case_id": one, "term": term} for one in numbers for term in kept[one % 2]],
    )

    assert [_asked_on_the_desk(session, text) for text in typed] == [(False, {1})] * len(typed)
    assert _asked_on_the_desk(session, "Olga Petrova") == (False, set())


def test_three_words_are_found_by_two_of_them_and_all_must_fit(keyring, session):
    search.put(session, 7, ["Olga Petrovna", "Ivanova"])
    search.put(session, 8, ["Olga Pavlovna", "Ivanova"])

    assert _asked_on_the_desk(session, "ivanova olga petr") == (False, {7})


@pytest.mark.parametrize("typed", ["Ivan Ivanov", "Ivanov Ivan", "iva ivanov", "Ivanov Ivanov"])
def test_two_words_that_begin_alike_are_found_too(keyring, session, typed):
    search.put(session, 7, ["Ivan", "Ivanov"])
    search.put(session, 8, ["Ivan", "Petrov"])

    assert _asked_on_the_desk(session, typed) == (False, {7})


def test_a_family_of_many_names_keeps_no_more_than_a_thousand_pairs_and_is_found_by_each(keyring, session):
    family = [f"{lead}{middle}ko" for lead in "BDFGKLM" for middle in ("ana", "eli", "oto", "ubu")]
    search.put(session, 7, family)

    assert len(search.keys(family)) < 1000
    assert [one for one in family[1::9] if _asked_on_the_desk(session, f"Banako {one}") != (False, {7})] == []


def test_whatever_one_finds_by_two_words_alone_is_found_by_both_together(keyring, session):
    """Of each two pairs of the tables the kept ones make a case, and the typed ones, whole or begun, ask."""
    found = pairs(FOUND)
    asked = []
    for number, (kept, typed, _) in enumerate(found):
        other, also, _ = found[(number * 37 + 11) % len(found)]
        search.put(session, number, [kept, other])
        keys = search.keys([kept, other]).keys()
        for text in (f"{typed} {also}", f"{typed[:3]} {also}", f"{typed[:4]} {also[:3]}"):
            question = search.asked(text)
            for similar in (False, True):
                if all((each.similar if similar else each.exact) & keys for each in question):
                    asked.append((number, text, similar))

    lost = [
        (number, text) for number, text, similar in asked
        if number not in _asked_on_the_desk(session, text, similar=similar)[1]
    ]  # fmt: skip
    assert lost == []
    assert len(asked) > len(found)


@pytest.mark.parametrize(("marks", "found"), [(0, set()), (None, {7})])
def test_two_sounds_say_whose_words_they_are_and_from_before_they_did_all_are_looked_at(
    keyring, session, marks, found
):
    search.put(session, 7, ["Olga", "Ivanova"])
    session.execute(update(SearchTerm).where(SearchTerm.marks.is_not(None)).values(marks=marks))

    assert _asked_on_the_desk(session, "olga ivanova") == (False, found)


def test_it_is_remembered_that_everybody_can_be_found_as_today(keyring, session):
    before = search.is_as_today(session)
    search.note_today(session)
    search.note_today(session)

    assert (before, search.is_as_today(session)) == (False, True)


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
