"""Conversations that are owed: what raises them, who reads them, and what waits for them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from portal.db import clock_turned, today
from portal.domain import clocks, corrections, journal, people
from portal.domain.applying import application
from portal.domain.applying.application import (
    Application,
    Company,
    LegalStatus,
    NeedsAnswer,
    Precept,
    Question,
)
from portal.domain.applying.consents import How
from portal.domain.care import agreements, care
from portal.domain.care.care import HINTS, CareKind, CareOutcome
from portal.domain.choices import Home, Reply, SealedChoice
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.course import lifecycle
from portal.domain.dates import PartOfDate
from portal.domain.desk import piles
from portal.domain.desk.desk import Task
from portal.domain.desk.piles import Pile
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.people import ADULT_AGE, Gender, Guardianship, Person, Relation
from portal.domain.permissions import Act
from portal.programme import DocumentKind

CHILD = date(today().year - 16, 1, 1)
ADULT = date(1975, 5, 5)
GUARDIAN = {
    "guardian_name": "Salima Karimova",
    "guardian_relation": Guardianship.RELATIVE,
    "guardian_phone": "+37255500011",
}
SAID = "We talked for an hour, with an interpreter."


@pytest.fixture
def draft(cast):
    """Everything is answered and nothing is sent."""
    case = cast.case_by(cast.answer_everything)
    return case


@pytest.fixture
def alone(cast, session, draft):
    """The same of a child who travels alone and has a guardian."""
    application.answer(session, draft, Question.BIRTH, {"born_on": CHILD}, by=cast.amina)
    application.answer(session, draft, Question.GUARDIAN, GUARDIAN, by=cast.amina)
    return draft


def send(cast, case):
    """The application is sent, and Clara takes the case."""
    cast.step(case, Act.CASE_SUBMIT, cast.amina)
    cast.step(case, Act.CASE_TAKE, cast.clara)
    return case


def prepare(cast, case):
    """The same, until only the step of clearing is left."""
    players = cast.players()
    send(cast, case)
    players.accept_passport(case)
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara)
    cast.step(case, Act.CASE_ACCEPT, cast.aino)
    players.tick_all(case)
    return case


def add(cast, case, born_on, relation=Relation.SIBLING):
    """One more who travels along."""
    application.answer(cast.session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    values = {
        "given_names": "Laylo",
        "family_name": "Yusupova",
        "relation": relation,
        "born_on": born_on,
        "gender": Gender.FEMALE,
        "citizenship": "UZ",
    }
    return application.put_family_member(cast.session, case, None, values, by=cast.amina)


def kinds(cast, case):
    """What is open, as Clara reads it."""
    tasks = care.of_case(cast.session, case, viewer=cast.aino)
    return sorted(task.kind for task in tasks if task.done_at is None)


def the(cast, case, kind):
    """The open task of this kind."""
    tasks = care.of_case(cast.session, case, viewer=cast.aino)
    return next(task for task in tasks if task.kind is kind and task.done_at is None)


def lacks(cast, case, act=Act.CASE_CLEAR):
    """Why the step cannot be taken."""
    return lifecycle.missing_for(cast.session, case, act, by=cast.clara)


# --- What raises them -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        (Question.NEEDS, {"needs": NeedsAnswer.YES}, CareKind.HEALTH),
        (Question.NEEDS, {"needs": NeedsAnswer.IN_PERSON}, CareKind.IN_PERSON),
        (Question.AIRPORT, {"airport_help": Reply.YES}, CareKind.HEALTH),
        (Question.FEAR, {"fear": Reply.YES}, CareKind.FEAR_OF_RETURN),
        (Question.FEAR, {"fear": Reply.IN_PERSON}, CareKind.IN_PERSON),
        (Question.FORCED, {"forced": Reply.YES}, CareKind.FORCED_OR_CHEATED),
        (Question.SAFE_ALONE, {"safe_alone": Reply.NO}, CareKind.ALONE_AND_UNSAFE),
        (Question.DETENTION, {"detained": Reply.YES}, CareKind.ADVICE_FIRST),
        (Question.APPEAL, {"appeal": Reply.YES}, CareKind.ADVICE_FIRST),
        (Question.PENDING, {"pending": Reply.YES}, CareKind.ADVICE_FIRST),
        (Question.HOME, {"home": Home.IN_PERSON}, CareKind.IN_PERSON),
        (Question.STATUS, {"status": LegalStatus.IN_PERSON}, CareKind.IN_PERSON),
        (Question.PRECEPT, {"precept": Precept.IN_PERSON}, CareKind.IN_PERSON),
        (Question.STATUS, {"status": LegalStatus.ASYLUM_SEEKER}, CareKind.ADVICE_FIRST),
        (Question.STATUS, {"status": LegalStatus.PROTECTION}, CareKind.ADVICE_FIRST),
        (Question.STATUS, {"status": LegalStatus.TEMPORARY_PROTECTION}, CareKind.ADVICE_FIRST),
        (Question.PRECEPT, {"precept": Precept.EXPULSION_ORDER}, CareKind.ADVICE_FIRST),
    ],
)
def test_an_answer_that_hints_at_something_owes_a_conversation(cast, session, draft, question, answer, kind):
    application.answer(session, draft, question, answer, by=cast.amina)

    send(cast, draft)

    [task] = care.of_case(session, draft, viewer=cast.clara)
    assert (task.kind, task.raised_by_id, task.due_on) == (kind, None, clocks.due(session, "care"))


def test_every_hint_names_a_column_that_there_is(session, draft):
    found = application.answers(session, draft)
    rows = (found.application, found.principal)

    assert [hint for hint in HINTS if not any(hasattr(row, hint.column) for row in rows)] == []


def test_whoever_can_say_it_in_person_is_asked_when(session, draft):
    """Every answer to choose from that offers it has its line among the hints."""
    offered = {
        name
        for table in (Application, Person)
        for name, column in vars(table).items()
        if isinstance(column, SealedChoice) and "in_person" in list(column.kind)
    }

    hinted = {hint.column for hint in HINTS if hint.kind is CareKind.IN_PERSON}
    assert hinted == offered | {"needs", "status", "precept"}


def test_somebody_of_whom_only_the_year_is_known_is_no_child_before_it_is_certain(cast, session, draft):
    born = PartOfDate(today().year - ADULT_AGE)
    application.answer(session, draft, Question.BIRTH, {"born_on": born}, by=cast.amina)

    send(cast, draft)

    assert kinds(cast, draft) == []


def test_other_answers_owe_nothing(cast, session, draft):
    application.answer(session, draft, Question.NEEDS, {"needs": NeedsAnswer.NO}, by=cast.amina)
    application.answer(session, draft, Question.FEAR, {"fear": Reply.NO}, by=cast.amina)
    application.answer(session, draft, Question.FORCED, {"forced": Reply.DONT_KNOW}, by=cast.amina)
    application.answer(session, draft, Question.SAFE_ALONE, {"safe_alone": Reply.YES}, by=cast.amina)

    send(cast, draft)

    assert care.of_case(session, draft, viewer=cast.clara) == []
    assert care.promised(session, draft) is None


def test_a_draft_is_its_writers_own_and_raises_nothing(cast, session, draft):
    application.answer(session, draft, Question.NEEDS, {"needs": NeedsAnswer.YES}, by=cast.amina)

    assert kinds(cast, draft) == []


def test_two_answers_to_the_same_end_owe_one_conversation(cast, session, draft):
    application.answer(session, draft, Question.STATUS, {"status": LegalStatus.PROTECTION}, by=cast.amina)
    application.answer(session, draft, Question.PRECEPT, {"precept": Precept.EXPULSION_ORDER}, by=cast.amina)

    send(cast, draft)

    assert kinds(cast, draft) == [CareKind.ADVICE_FIRST]


def _send_back(cast, case):
    corrections.ask(
        cast.session, case, Section.NEEDS, CorrectionReason.MISSING, "Please tell us more.", by=cast.clara
    )
    cast.step(case, Act.CASE_ASK, cast.clara)


def test_a_correction_raises_it_at_once_and_sending_again_raises_no_second(cast, session, draft):
    send(cast, draft)
    _send_back(cast, draft)

    application.answer(session, draft, Question.NEEDS, {"needs": NeedsAnswer.YES}, by=cast.amina)
    at_once = kinds(cast, draft)
    cast.step(draft, Act.CASE_SUBMIT, cast.amina)

    assert (at_once, kinds(cast, draft)) == ([CareKind.HEALTH], [CareKind.HEALTH])


def test_what_was_talked_about_is_raised_again_only_when_it_is_said_again(cast, session, draft):
    application.answer(session, draft, Question.NEEDS, {"needs": NeedsAnswer.YES}, by=cast.amina)
    send(cast, draft)
    task = the(cast, draft, CareKind.HEALTH)
    care.answer(session, draft, task, CareOutcome.TALKED, SAID, by=cast.clara)
    _send_back(cast, draft)

    application.answer(session, draft, Question.NEEDS, {"needs": NeedsAnswer.YES}, by=cast.amina)
    said_again = kinds(cast, draft)
    care.answer(session, draft, the(cast, draft, CareKind.HEALTH), CareOutcome.TALKED, SAID, by=cast.clara)
    cast.step(draft, Act.CASE_SUBMIT, cast.amina)

    assert (said_again, kinds(cast, draft)) == ([CareKind.HEALTH], [])


def test_a_counsellor_plans_a_conversation_once(cast, session, draft):
    send(cast, draft)

    first = care.ask(session, draft, CareKind.FORCED_OR_CHEATED, by=cast.clara)
    again = care.ask(session, draft, CareKind.FORCED_OR_CHEATED, by=cast.aino)

    assert (again, first.raised_by_id) == (first, cast.clara.id)


# --- Who reads them ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["amina", "giorgi", "kalle", "petros", "mart", "olga"])
def test_only_the_counsellor_of_the_case_and_approvers_read_them(cast, session, draft, who):
    send(cast, draft)
    task = care.ask(session, draft, CareKind.HEALTH, by=cast.clara)
    viewer = getattr(cast, who)

    for look in (
        lambda: care.of_case(session, draft, viewer=viewer),
        lambda: care.find(session, draft, task.id, viewer=viewer),
    ):
        with pytest.raises(NotFound):
            look()
    with pytest.raises((NotAllowed, NotFound)):
        care.answer(session, draft, task, CareOutcome.TALKED, SAID, by=viewer)
    with pytest.raises((NotAllowed, NotFound)):
        care.ask(session, draft, CareKind.OTHER, by=viewer)


def test_before_somebody_takes_the_case_no_counsellor_reads_them(cast, session, draft):
    application.answer(session, draft, Question.NEEDS, {"needs": NeedsAnswer.YES}, by=cast.amina)
    cast.step(draft, Act.CASE_SUBMIT, cast.amina)

    with pytest.raises(NotFound):
        care.of_case(session, draft, viewer=cast.clara)
    cast.step(draft, Act.CASE_TAKE, cast.clara)

    assert len(care.of_case(session, draft, viewer=cast.clara)) == 1


def test_the_database_alone_does_not_tell_what_it_is_about(cast, session, draft):
    send(cast, draft)
    task = care.ask(session, draft, CareKind.FORCED_OR_CHEATED, by=cast.clara)
    care.answer(session, draft, task, CareOutcome.HELP_FOUND, SAID, by=cast.clara)
    session.flush()

    row = session.execute(text("SELECT * FROM care_tasks")).one()
    told = [(event.act, event.about, event.note) for event in journal.of_case(session, draft.id)[:2]]

    plain = " ".join(str(value) for value in row) + " ".join(
        bytes(v).decode("latin1") for v in row if isinstance(v, bytes | memoryview)
    )
    assert [word for word in ("forced", "help_found", "hour") if word in plain] == []
    assert told == [
        (Act.CARE_ANSWER, f"care_tasks:{task.id}", ""),
        (Act.CARE_RAISE, f"care_tasks:{task.id}", ""),
    ]


def test_it_lies_on_the_desk_until_it_is_answered(cast, session, draft):
    application.answer(session, draft, Question.NEEDS, {"needs": NeedsAnswer.YES}, by=cast.amina)
    prepare(cast, draft)

    def on_the_desk():
        [row] = piles.queue(session, Pile.MINE, viewer=cast.clara).rows
        late = piles.queue(session, Pile.OVERDUE, viewer=cast.clara).rows
        return row.tasks.get(Task.CARE, 0), len(late)

    now = on_the_desk()
    with clock_turned(timedelta(days=8)):
        late = on_the_desk()
        care.answer(
            session, draft, the(cast, draft, CareKind.HEALTH), CareOutcome.TALKED, SAID, by=cast.clara
        )
        answered = on_the_desk()

    assert (now, late, answered) == ((1, 0), (1, 1), (0, 0))


# --- Answered ---------------------------------------------------------------------------------------


def test_an_answer_needs_words_fits_its_kind_and_is_given_once(cast, session, draft):
    send(cast, draft)
    task = care.ask(session, draft, CareKind.HEALTH, by=cast.clara)

    def answer(outcome, words):
        with pytest.raises(Refused) as refused:
            care.answer(session, draft, task, outcome, words, by=cast.clara)
        return refused.value.reasons

    assert answer(CareOutcome.TALKED, " ") == [Reason.REASON_MISSING]
    assert answer(CareOutcome.RETURN_IS_BEST, SAID) == [Reason.WRONG_STATE]
    care.answer(session, draft, task, CareOutcome.TALKED, SAID, by=cast.clara)
    assert answer(CareOutcome.TALKED, SAID) == [Reason.WRONG_STATE]
    assert (task.outcome, task.note, task.done_by_id) == (CareOutcome.TALKED, SAID, cast.clara.id)


# --- A child alone ----------------------------------------------------------------------------------


def test_a_child_alone_cannot_send_without_naming_a_guardian(cast, session, draft):
    application.answer(session, draft, Question.BIRTH, {"born_on": CHILD}, by=cast.amina)

    with pytest.raises(Refused) as refused:
        cast.step(draft, Act.CASE_SUBMIT, cast.amina)

    assert refused.value.reasons == [Reason.SECTIONS_INCOMPLETE, Reason.GUARDIAN_MISSING]
    assert application.missing(application.answers(session, draft)) == [Question.GUARDIAN]


@pytest.mark.parametrize(
    ("born_on", "relation", "is_alone"),
    [
        (ADULT, Relation.PARENT, False),
        (ADULT, Relation.SIBLING, True),
        (None, Relation.PARENT, False),
        (CHILD, Relation.SIBLING, True),
    ],
)
def test_a_child_is_alone_unless_father_or_mother_travels_along(
    cast, session, draft, born_on, relation, is_alone
):
    application.answer(session, draft, Question.BIRTH, {"born_on": CHILD}, by=cast.amina)
    add(cast, draft, born_on, relation)

    assert bool(people.minors_alone(people.of_case(session, draft))) is is_alone


def test_an_unknown_date_of_birth_is_not_a_child(cast, session, draft):
    application.answer(session, draft, Question.BIRTH, {"born_on": None}, by=cast.amina)

    assert people.minors_alone(people.of_case(session, draft)) == []


def test_a_child_with_a_grown_up_principal_is_not_alone(cast, session, draft):
    add(cast, draft, CHILD)

    send(cast, draft)

    assert kinds(cast, draft) == []


def test_a_child_alone_owes_an_assessment_and_a_talk_with_the_guardian(cast, session, alone):
    send(cast, alone)

    task = the(cast, alone, CareKind.BEST_INTERESTS)
    assert kinds(cast, alone) == [CareKind.BEST_INTERESTS, CareKind.GUARDIAN]
    assert task.person_id == people.principal(session, alone).id


def test_a_child_alone_is_not_cleared_before_it_is_found_best_and_the_guardian_agrees(cast, session, alone):
    prepare(cast, alone)

    at_first = lacks(cast, alone)
    care.answer(
        session,
        alone,
        the(cast, alone, CareKind.BEST_INTERESTS),
        CareOutcome.RETURN_IS_BEST,
        SAID,
        by=cast.clara,
    )
    then = lacks(cast, alone)
    agreements.record(
        session, alone, None, How.IN_PRESENCE, language="uz", present="Clara, Salima", by=cast.clara
    )

    assert at_first == [Reason.BEST_INTERESTS_OPEN, Reason.GUARDIAN_NOT_AGREED]
    assert then == [Reason.GUARDIAN_NOT_AGREED]
    assert (lacks(cast, alone), kinds(cast, alone)) == ([], [])


def test_where_the_return_is_not_best_a_child_is_not_cleared_until_it_is_looked_at_anew(cast, session, alone):
    prepare(cast, alone)
    child = people.principal(session, alone)
    task = the(cast, alone, CareKind.BEST_INTERESTS)
    care.answer(session, alone, task, CareOutcome.RETURN_IS_NOT_BEST, SAID, by=cast.clara)
    found_not_best = care.best_interests_open(session, alone)

    anew = care.ask(session, alone, CareKind.BEST_INTERESTS, person=child, by=cast.aino)
    care.answer(session, alone, anew, CareOutcome.RETURN_IS_BEST, SAID, by=cast.aino)

    assert (found_not_best, care.best_interests_open(session, alone)) == ([child], [])


def test_of_brothers_and_sisters_each_is_looked_at(cast, session, alone):
    add(cast, alone, CHILD)

    send(cast, alone)

    assert kinds(cast, alone) == [CareKind.BEST_INTERESTS, CareKind.BEST_INTERESTS, CareKind.GUARDIAN]
    assert len(care.best_interests_open(session, alone)) == 2


# --- Adults agree by themselves ---------------------------------------------------------------------


def test_nobody_is_cleared_before_every_adult_of_the_family_agreed(cast, session, draft):
    mother, _child = add(cast, draft, ADULT, Relation.PARENT), add(cast, draft, CHILD)
    prepare(cast, draft)
    cast.players().papers_for_everybody(draft)

    before = lacks(cast, draft)
    agreed = agreements.record(
        session,
        draft,
        mother,
        How.IN_PRESENCE,
        language="uz",
        present="Clara",
        interpreter="Olim",
        by=cast.clara,
    )
    with_her = lacks(cast, draft)
    agreements.take_back(session, draft, agreed.id, by=cast.clara)

    assert (before, with_her) == ([Reason.AGREEMENT_MISSING], [])
    assert lacks(cast, draft) == [Reason.AGREEMENT_MISSING]


def test_said_twice_it_is_kept_once(cast, session, draft):
    mother = add(cast, draft, ADULT, Relation.PARENT)
    send(cast, draft)
    how = {"language": "uz", "present": "Clara", "by": cast.clara}

    first = agreements.record(session, draft, mother, How.IN_PRESENCE, **how)

    assert agreements.record(session, draft, mother, How.IN_PRESENCE, **how) is first


def test_a_signed_paper_must_be_there(cast, session, draft):
    mother = add(cast, draft, ADULT, Relation.PARENT)
    send(cast, draft)
    how = {"language": "uz", "present": "Clara", "by": cast.clara}

    with pytest.raises(Refused) as refused:
        agreements.record(session, draft, mother, How.SIGNED_PAPER, **how)
    cast.document(draft, DocumentKind.CONSENT_SIGNED)

    assert refused.value.reasons == [Reason.EVIDENCE_MISSING]
    assert agreements.record(session, draft, mother, How.SIGNED_PAPER, **how).how is How.SIGNED_PAPER


@pytest.mark.parametrize("who", ["amina", "kalle", "petros", "mart", "olga"])
def test_nobody_else_writes_down_that_somebody_agreed(cast, session, draft, who):
    mother = add(cast, draft, ADULT, Relation.PARENT)
    send(cast, draft)

    with pytest.raises((NotAllowed, NotFound)):
        agreements.record(
            session, draft, mother, How.IN_PRESENCE, language="uz", present="x", by=getattr(cast, who)
        )


def test_a_child_and_the_principal_are_not_asked(cast, session, draft):
    child = add(cast, draft, CHILD)
    send(cast, draft)

    for person in (child, people.principal(session, draft)):
        with pytest.raises(NotFound):
            agreements.record(
                session, draft, person, How.IN_PRESENCE, language="uz", present="x", by=cast.clara
            )
