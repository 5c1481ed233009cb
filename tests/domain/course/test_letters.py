"""Letters: a receipt for what was sent, who reads it, and whether a code is one of ours."""

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from portal.db import clock_turned
from portal.domain import cases, journal, people
from portal.domain.applying import application
from portal.domain.applying.application import Question
from portal.domain.cases import CaseState
from portal.domain.course import history, letters
from portal.domain.course.letters import Genuine, Kind, Letter
from portal.domain.errors import NotAllowed, NotFound, TooMany
from portal.domain.permissions import Act
from portal.domain.throttle import LIMITS, Tried
from portal.programme import Words
from portal.sealing import Unsealable


@pytest.fixture
def case(cast):
    """Amina's application, sent: with it came the receipt."""
    return cast.case(CaseState.SUBMITTED)


@pytest.fixture
def receipt(session, case, cast):
    return letters.of_case(session, case, viewer=cast.amina)[0]


# --- What it says ---------------------------------------------------------------------------------


def test_a_receipt_says_who_sent_what_when_and_by_when_somebody_answers(session, case, receipt, programme):
    facts = receipt.facts

    assert (facts.name, facts.reference) == ("Amina Юсупова", case.reference)
    assert (facts.sent_at, facts.answer_by) == (case.since, case.due_on)
    assert facts.programme == {"en": programme.name["en"]}
    assert [office.phones for office in facts.offices] == [one.phones for one in programme.contacts]
    assert (receipt.kind, receipt.language, receipt.made_by_id) == (Kind.RECEIPT, "en", None)


@pytest.mark.parametrize(
    ("language", "languages"), [("en", ("en",)), ("ru", ("ru", "en")), ("xb", ("xb", "en"))]
)
def test_it_is_in_the_persons_language_and_in_english(session, case, language, languages):
    letter = letters.receipt(session, case, language=language)

    assert letter.languages == languages
    assert tuple(letter.facts.organisation) == languages


def test_who_speaks_arabic_gets_it_in_arabic_though_no_page_is(cast, session, programme):
    case = cast.case(CaseState.DRAFT)
    application.answer(session, case, Question.LANGUAGE, {"language": "ar"}, by=cast.amina)

    letter = letters.receipt(session, case, language="ru")

    assert letter.languages == ("ar", "en")
    assert letter.facts.organisation["ar"] == programme.organisation["ar"]


def test_it_stays_as_it_was_when_the_person_and_the_programme_change(session, case, receipt, programme):
    before = receipt.facts
    people.principal(session, case).given_names = "Another"
    session.info["programme"] = replace(programme, organisation=Words(en="Somebody else"))
    session.commit()
    session.expire_all()

    assert session.get_one(Letter, receipt.id).facts == before


def test_sent_again_it_is_a_letter_of_its_own(session, case, receipt, cast):
    second = letters.receipt(session, case, language="en")

    assert letters.of_case(session, case, viewer=cast.amina) == [second, receipt]
    assert letters.newest(session, case, Kind.RECEIPT, viewer=cast.amina) == second
    assert second.code != receipt.code


def test_that_it_was_made_is_in_the_journal_and_not_told_twice_to_the_migrant(session, case, receipt):
    made = [one for one in journal.of_case(session, case.id) if one.act is Act.LETTER_MAKE]

    assert [(one.actor_id, one.about) for one in made] == [(None, f"letters:{receipt.id}")]
    assert Act.LETTER_MAKE not in [entry.act for entry in history.timeline(session, case)]


def test_neither_facts_nor_code_lie_in_clear(session, receipt):
    row = session.execute(text("SELECT * FROM letters")).one()
    raw = b"\n".join(bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in row)

    assert [word for word in ("Amina", "Юсупова", "Hobujaama", receipt.code) if word.encode() in raw] == []


# --- Who reads it ---------------------------------------------------------------------------------


def test_the_migrant_and_the_counsel_read_it(session, case, receipt, cast):
    for viewer in (cast.amina, cast.clara, cast.aino):
        assert letters.find(session, receipt.id, viewer=viewer) == receipt


@pytest.mark.parametrize("who", ["giorgi", "petros", "mart", "olga"])
def test_for_others_there_is_none(session, case, receipt, cast, who):
    viewer = getattr(cast, who)

    assert letters.of_case(session, case, viewer=viewer) == []
    with pytest.raises(NotFound):
        letters.find(session, receipt.id, viewer=viewer)


def test_the_partner_who_has_the_case_reads_no_letter(session, cast):
    case = cast.case(CaseState.REINTEGRATION)

    assert cases.find(session, case.reference, viewer=cast.petros) == case
    assert letters.of_case(session, case, viewer=cast.petros) == []


def test_a_colleagues_letters_are_not_there(session, cast):
    case = cast.case(CaseState.IN_REVIEW)

    assert letters.of_case(session, case, viewer=cast.kalle) == []


def test_letters_of_an_earlier_case_stay(session, cast):
    first = cast.case(CaseState.WITHDRAWN)
    second = cast.case(CaseState.SUBMITTED)

    assert [one.case_id for one in letters.of_migrant(session, cast.amina)] == [second.id, first.id]


def test_the_migrant_can_see_who_read_it(session, case, receipt, cast):
    for _ in range(2):
        letters.opened(session, receipt, by=cast.clara)

    looks = [(entry.act, entry.actor_id) for entry in history.looks(session, case)]
    assert looks == [(Act.LETTER_OPEN, cast.clara.id)]


def test_nobody_else_is_written_down_as_a_reader(session, receipt, cast):
    with pytest.raises(NotAllowed):
        letters.opened(session, receipt, by=cast.petros)


# --- Is it genuine? -------------------------------------------------------------------------------


def test_a_code_is_eighty_random_bits_in_four_groups(receipt):
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{16}", receipt.code)
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", letters.in_groups(receipt.code))


def test_a_genuine_letter_tells_its_kind_and_day_and_no_more(session, receipt):
    assert letters.verify(session, receipt.code) == Genuine(Kind.RECEIPT, receipt.made_at)


@pytest.mark.parametrize(
    "typed",
    [
        "K1M0-AB3V-XYZ9-8765",
        " k1m0 ab3v xyz9 8765 ",
        "kimoab3vxyz98765",
        "KLMO–AB3V–XYZ9–8765",
        "K1M0AB3UXYZ98765",
        "К1М0АВ3VХYZ98765",
        "K1M0AB3VXYZ٩٨٧٦٥",
        "Ｋ１Ｍ０AB3VXYZ98765",
    ],
)
def test_a_code_may_be_typed_in_any_form(session, receipt, typed):
    receipt.code_index = letters._index("K1M0AB3VXYZ98765")
    session.flush()

    assert letters.verify(session, typed) == Genuine(Kind.RECEIPT, receipt.made_at)


@pytest.mark.parametrize("typed", ["", "-", "7K3Q", "7K3QF9M2XT0RBWZC", "A" * 100_000, "\x00", "ß" * 16])
def test_another_code_is_unknown(session, receipt, typed):
    assert letters.verify(session, typed) is None


def test_a_code_with_one_wrong_sign_is_unknown(session, receipt):
    for place in range(letters.SIGNS):
        with clock_turned(timedelta(minutes=10 * place)):
            other = "0" if receipt.code[place] != "0" else "1"
            wrong = receipt.code[:place] + other + receipt.code[place + 1 :]
            assert letters.verify(session, wrong) is None


def test_guessing_is_stopped_for_codes_that_begin_alike_and_for_no_others(session, receipt):
    most, window = LIMITS[Tried.VERIFY][0]
    for _ in range(most):
        letters.verify(session, "QQ00000000000000")

    with pytest.raises(TooMany):
        letters.verify(session, "qq11111111111111")
    assert letters.verify(session, "QR11111111111111") is None
    with clock_turned(window + timedelta(seconds=1)):
        assert letters.verify(session, "QQ11111111111111") is None


def test_a_known_and_an_unknown_code_are_the_same_work(session, receipt):
    other = "0" if receipt.code[-1] != "0" else "1"

    def work(code):
        asked = []
        with listening(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2])):
            letters.verify(session, code)
            session.flush()
        return asked

    work(receipt.code)
    assert work(receipt.code) == work(receipt.code[:-1] + other)


@contextmanager
def listening(target, name, listener):
    event.listen(target, name, listener)
    yield
    event.remove(target, name, listener)


def test_facts_moved_to_another_letter_are_refused(session, case, receipt):
    other = letters.receipt(session, case, language="en")

    other._written = receipt._written

    with pytest.raises(Unsealable):
        other.facts  # noqa: B018 - reading is what must fail
