"""Notes in three kinds, and who reads which."""

from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain import cases, journal
from portal.domain.cases import CaseState, NoteKind
from portal.domain.course import history, notes
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import notices


def read(session, case, viewer):
    return [note.words for note in notes.of_case(session, case, viewer=viewer)]


@pytest.fixture
def case(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    for kind in NoteKind:
        notes.write(session, case, kind, f"<{kind}>", by=cast.clara)
    return case


def test_the_counsellor_of_the_case_and_approvers_read_every_kind(cast, session, case):
    everything = ["<summary>", "<restricted>", "<case>"]

    assert [read(session, case, who) for who in (cast.clara, cast.aino)] == [everything] * 2


def test_a_colleague_never_reads_or_writes_what_is_restricted(cast, session, case):
    with pytest.raises(NotFound):
        notes.write(session, case, NoteKind.RESTRICTED, "Ill", by=cast.kalle)

    assert read(session, case, cast.kalle) == ["<summary>", "<case>"]


def test_after_a_hand_over_the_former_counsellor_reads_it_no_more(cast, session, case):
    case.counsellor_id = cast.kalle.id

    assert [read(session, case, who)[1] for who in (cast.clara, cast.kalle)] == ["<case>", "<restricted>"]


def test_the_page_for_colleagues_lists_case_notes_only(session, case):
    assert [note.words for note in cases.notes(session, case)] == ["<case>"]


def test_the_migrant_is_told_of_a_summary_and_of_nothing_else(cast, session, case):
    told = [entry.act for entry in history.timeline(session, case)]

    assert [note.words for note in notes.summaries(session, case)] == ["<summary>"]
    assert [one.act for one in notices.unread(session, cast.amina)] == [Act.NOTE_SHARE]
    assert [act in told for act in (Act.NOTE_SHARE, Act.NOTE_RESTRICT, Act.CASE_NOTE)] == [True, False, False]


def test_the_journal_names_the_note_and_never_its_words(session, case):
    lines = [event for event in journal.of_case(session, case.id) if event.about.startswith("notes:")]

    assert [(event.act, event.note) for event in lines] == [
        (Act.NOTE_SHARE, ""),
        (Act.NOTE_RESTRICT, ""),
        (Act.CASE_NOTE, ""),
    ]


def test_an_empty_note_is_none(cast, session, case):
    with pytest.raises(Refused) as refused:
        notes.write(session, case, NoteKind.CASE, " \n", by=cast.clara)

    assert refused.value.reasons == [Reason.REASON_MISSING]


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_nobody_else_writes_notes(cast, session, case, who):
    with pytest.raises(NotAllowed):
        notes.write(session, case, NoteKind.CASE, "x", by=getattr(cast, who))


def test_what_is_sent_by_two_taps_is_kept_and_told_once(cast, session, case):
    for _tap in range(2):
        notes.write(session, case, NoteKind.SUMMARY, "The ticket is here.", by=cast.clara)
        cases.note(session, case, "Called twice", by=cast.clara)

    assert read(session, case, cast.clara).count("The ticket is here.") == 1
    assert read(session, case, cast.clara).count("Called twice") == 1


def test_the_same_words_on_another_day_are_another_note(cast, session, case):
    notes.write(session, case, NoteKind.CASE, "Called, nobody answers.", by=cast.clara)
    with clock_turned(timedelta(days=1)):
        notes.write(session, case, NoteKind.CASE, "Called, nobody answers.", by=cast.clara)

    assert read(session, case, cast.clara).count("Called, nobody answers.") == 2
