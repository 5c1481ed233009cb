"""Everything the domain can name has words that a person can read, and no two things are called the same."""

import enum
import hashlib
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from flask import Flask
from flask_babel import Babel

from portal import domain, programme, wanted
from portal.domain.applying.application import Question
from portal.domain.applying.consents import NOTICE_VERSION, NOTICES, TEXT_VERSION, Purpose
from portal.domain.cases import OVER, CaseState
from portal.domain.corrections import Section
from portal.domain.course.lifecycle import CASE_STEPS
from portal.domain.course.travel import Result
from portal.domain.desk.desk import Task
from portal.domain.desk.escalation import Late
from portal.domain.documents import RejectReason
from portal.domain.errors import Reason
from portal.domain.permissions import MAY, Act, Role
from portal.domain.support.field_rights import Right, Stage
from portal.domain.throttle import Tried
from portal.web import words
from portal.web.content import FOLDER
from portal.web.words import acts, consents, desk, tones


def enums_of(module: object) -> Iterator[type[enum.StrEnum]]:
    for thing in vars(module).values():
        if (
            isinstance(thing, type)
            and issubclass(thing, enum.StrEnum)
            and thing.__module__ == module.__name__
        ):
            yield thing


MODULES = [import_module(found.name) for found in pkgutil.walk_packages(domain.__path__, "portal.domain.")]
# The words of tasks hold a number: web/words/desk.py. What was tried is never said, only: too often.
# What is late, of whom something is verified, stages and rights stand in tables only.
COUNTED = {Task, Tried, Late, Stage, Right, programme.Whom}
ENUMS = [each for module in (*MODULES, programme, wanted) for each in enums_of(module) if each not in COUNTED]
STATES = [each for each in ENUMS if each.__name__.endswith("State") or each is Result]


@pytest.fixture(autouse=True)
def speaking():
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_member_has_words_of_its_own(kind):
    said = [str(words.say(member)) for member in kind]

    assert all(said)
    assert sorted(set(said)) == sorted(said)


def test_there_are_words_for_nothing_else():
    assert set(words.TABLES) == set(ENUMS)

    assert [kind for kind, table in words.TABLES.items() if set(table) != set(kind)] == []


def test_every_act_of_a_person_has_a_button_and_those_of_the_portal_have_none():
    assert set(acts.BUTTONS) == {act for act, roles in MAY.items() if roles}
    assert str(words.button(Act.CASE_SUBMIT)) == "Send application"


def test_no_two_steps_of_a_case_have_the_same_button():
    said = [str(words.button(act)) for act in CASE_STEPS if MAY[act]]

    assert sorted(set(said)) == sorted(said)


@pytest.mark.parametrize(
    ("more", "things"),
    [
        (words.consent_text, Purpose),
        (words.hint, Section),
        (words.short, Question),
        (words.advice, RejectReason),
        (words.next_step, CaseState),
    ],
    ids=["consent_text", "hint", "short", "advice", "next_step"],
)
def test_what_more_there_is_to_say_is_said_of_each(more, things):
    said = [str(more(thing)) for thing in things]

    assert all(said)
    assert sorted(set(said)) == sorted(said)


def test_a_consent_does_not_change_its_words_without_a_new_version():
    text = "\n".join(str(consents.TEXTS[one]) for one in Purpose if one not in NOTICES)

    assert (TEXT_VERSION, hashlib.sha256(text.encode()).hexdigest()[:16]) == ("2026-11", "1e1e71f2d1145fe8")


def test_the_privacy_notice_does_not_change_without_a_new_version():
    page = (FOLDER / "privacy" / "en.md").read_text("utf-8")
    text = "\n".join([page, *map(str, consents.NOTICE_IN_SHORT), str(consents.TEXTS[Purpose.NOTICE])])

    assert (NOTICE_VERSION, hashlib.sha256(text.encode()).hexdigest()[:16]) == ("2026-11", "c8f7f026dc0969d4")


def test_a_refusal_is_said_in_whole_sentences_with_its_numbers_filled_in():
    said = [str(words.say(reason)) for reason in Reason]

    assert [one for one in said if not one.endswith(".") or "%" in one] == []
    assert "This password is too short. Use 8 characters or more." in said


@pytest.mark.parametrize("kind", STATES, ids=lambda kind: kind.__name__)
def test_every_state_has_a_tone_for_every_reader(kind):
    found = {words.tone(state, reader) for state in kind for reader in Role}

    assert found <= {"you", "wait", "done", "ask", "stop", ""}
    assert set(tones.TONES[kind]) == set(kind)


def test_a_state_is_loud_for_the_one_who_must_act_and_quiet_for_everybody_else():
    assert words.tone(CaseState.DRAFT) == "you"
    assert words.tone(CaseState.SUBMITTED) == "wait"
    assert words.tone(CaseState.SUBMITTED, Role.COUNSELLOR) == "you"
    assert words.tone(CaseState.DRAFT, Role.COUNSELLOR) == "wait"


def test_a_case_goes_through_every_stage_and_never_back():
    way = [words.stage(state) for state in CaseState if state not in OVER]

    assert way == sorted(way)
    assert set(way) == set(range(len(words.STAGES)))


def test_assisted_return_is_never_called_deportation():
    tables = [*words.TABLES.values(), acts.BUTTONS, consents.TEXTS]
    said = [str(one).casefold() for table in tables for one in table.values()]

    assert [one for one in said if "deport" in one or "repatriat" in one] == []


def test_every_task_of_the_desk_is_counted_in_words():
    assert set(desk.TASKS) == set(Task)
