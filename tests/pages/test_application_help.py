"""What is shown to somebody whose answers ask for a talk, to a child alone, and to somebody who is helped."""

import dataclasses
from datetime import date

import pytest

from portal.db import today
from portal.domain import journal
from portal.domain.applying import application
from portal.domain.applying.application import Question
from portal.domain.care import supporters
from portal.domain.care.supporters import SupporterKind
from portal.domain.cases import CaseState
from portal.domain.people import Guardianship
from portal.domain.permissions import Act
from portal.programme import Adviser, HelpLine, Words
from portal.web.words.care import KINDS
from tests.reading import read

HERE = "/en/my/application/"
CHILD = date(today().year - 16, 1, 1)
GUARDIAN = {
    "guardian_name": "Salima Karimova",
    "guardian_relation": "relative",
    "guardian_phone": "5550 0011",
}
HELPER = {"filling": "yes", "name": "Maria Mägi", "kind": "social_worker", "phone": "+372 5550 0012"}
LATER = "A counsellor will talk with you about this after you have sent the application."
TALKED_ABOUT = [Question.STATUS, Question.PRECEPT, Question.NEEDS]


@pytest.fixture
def case(cast):
    """Amina's draft, just begun."""
    return cast.case(CaseState.DRAFT)


@pytest.fixture
def amina(cast, enter, case):
    """The browser of Amina."""
    return enter(cast.amina)


@pytest.fixture
def is_child(cast, session, case):
    """Amina is 16."""
    application.answer(session, case, Question.BIRTH, {"born_on": CHILD}, by=cast.amina)
    session.commit()


# --- Whom to talk to --------------------------------------------------------------------------------


@pytest.mark.parametrize("question", TALKED_ABOUT)
def test_where_such_an_answer_is_given_it_stands_whom_to_talk_to(amina, question):
    page = amina.get(HERE + question).text

    assert "If you want to talk to somebody" in page
    assert 'href="tel:+3726778700"' in page


def test_elsewhere_it_does_not(amina):
    assert "If you want to talk to somebody" not in amina.get(HERE + "name").text


def test_the_help_lines_of_the_programme_stand_there_instead_of_its_offices(app, wiring, amina):
    named = dataclasses.replace(
        wiring.programme,
        emergency=(HelpLine(Words(en="Crisis line", et="Kriisitelefon", ru="Телефон"), "+372 116 006"),),
        independent_advice=(Adviser(Words(en="Advice", et="Nõu", ru="Совет"), phone="+372 600 0000"),),
    )
    app.extensions["wiring"] = dataclasses.replace(wiring, programme=named)

    page = amina.get(HERE + "needs").text

    app.extensions["wiring"] = wiring
    shown = [f'href="tel:{number}"' in page for number in ("+372116006", "+3726000000", "+3726778700")]
    assert shown == [True, True, False]


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("needs", {"needs": "yes", "needs_words": "I am afraid of somebody."}),
        ("needs", {"needs": "in_person"}),
        ("status", {"status": "protection"}),
        ("precept", {"precept": "expulsion_order"}),
    ],
)
def test_after_such_an_answer_it_is_said_that_somebody_will_talk_and_not_about_what(amina, question, typed):
    page = amina.get(amina.post(HERE + question, data=typed).location).text

    assert LATER in page
    assert [str(kind) for kind in KINDS.values() if str(kind) in page] == []


def test_after_another_answer_nothing_is_said(amina):
    assert LATER not in amina.get(amina.post(HERE + "needs", data={"needs": "no"}).location).text


# --- A child alone ----------------------------------------------------------------------------------


def test_a_child_alone_is_asked_who_the_guardian_is_and_told_whom_to_call(amina, is_child):
    page = amina.get(HERE + "guardian").text

    assert "Who is your guardian?" in page
    assert "If you do not know who your guardian is, or if you have none, call us." in page
    assert 'href="tel:+3726778700"' in page


def test_a_grown_up_is_not_asked(amina, case, session):
    asked = amina.get(HERE + "guardian")
    sent = amina.post(HERE + "guardian", data=GUARDIAN)

    assert (asked.location, sent.location) == (HERE, HERE)
    assert application.answers(session, case).application.guardian_name is None


def test_the_guardian_is_kept_and_shown(amina, is_child, case, session):
    answer = amina.post(HERE + "guardian", data=GUARDIAN)

    assert answer.status_code == 303
    found = application.answers(session, case).application
    assert (found.guardian_name, found.guardian_relation, found.guardian_phone) == (
        "Salima Karimova",
        Guardianship.RELATIVE,
        "+37255500011",
    )
    assert "Salima Karimova" in amina.get(HERE + "check").text


def test_a_child_without_a_guardian_goes_on_with_the_rest(amina, is_child):
    pages = [read(amina.get(f"{HERE}guardian{tail}")).links for tail in ("", "?from=check")]

    assert [page["Go on without an answer"] for page in pages] == [HERE + "papers", HERE + "check"]


@pytest.mark.parametrize("missing", GUARDIAN)
def test_a_guardian_is_named_whole(amina, is_child, missing):
    answer = amina.post(HERE + "guardian", data={**GUARDIAN, missing: ""})

    assert answer.status_code == 422
    assert "Check your answers" in answer.text


def test_without_a_guardian_nothing_can_be_sent(amina, cast, session, case):
    cast.answer_everything(case)
    application.answer(session, case, Question.BIRTH, {"born_on": CHILD}, by=cast.amina)
    session.commit()

    page, answer = amina.get(HERE + "check").text, amina.post(HERE + "send")

    assert f'href="{HERE}guardian?from=check"' in page
    assert f'action="{HERE}send"' not in page
    assert answer.status_code == 409
    assert "Tell us who your guardian is." in answer.text


# --- Somebody helps ---------------------------------------------------------------------------------


def of(session, case):
    """Who helps, and how often that was written down."""
    session.expire_all()
    written = [event for event in journal.of_case(session, case.id) if event.act is Act.CASE_HELPED]
    return supporters.of_case(session, case), len(written)


def test_who_helps_is_named_and_may_not_be_told_unless_it_is_said(amina, case, session):
    answer = amina.post(HERE + "helper", data=HELPER)

    found, written = of(session, case)
    assert (answer.status_code, answer.location, written) == (303, HERE, 1)
    assert (found.name, found.kind, found.phone, found.may_be_told) == (
        "Maria Mägi",
        SupporterKind.SOCIAL_WORKER,
        "+37255500012",
        False,
    )
    session.commit()
    assert "Helped by: Maria Mägi" in amina.get(HERE).text


def test_it_can_be_changed_and_taken_away(amina, case, session):
    amina.post(HERE + "helper", data=HELPER)
    amina.post(HERE + "helper", data={**HELPER, "may_be_told": "y"})
    told, _ = of(session, case)
    is_told = told.may_be_told
    session.commit()

    shown = amina.get(HERE + "helper").text
    amina.post(HERE + "helper", data={"filling": "no"})

    assert (is_told, of(session, case)) == (True, (None, 3))
    assert 'value="Maria Mägi"' in shown


@pytest.mark.parametrize("typed", [{"filling": ""}, {"name": ""}, {"kind": ""}, {"phone": "call me"}])
def test_what_is_missing_is_said(amina, case, session, typed):
    answer = amina.post(HERE + "helper", data={**HELPER, **typed})

    assert answer.status_code == 422
    assert of(session, case) == (None, 0)


def test_the_counsellor_and_the_history_tell_who_helps(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    amina, clara = enter(cast.amina), enter(cast.clara)
    amina.post(HERE + "helper", data=HELPER)

    page = clara.get(f"/en/counsellor/cases/{case.reference}").text

    assert "Maria Mägi" in page
    assert "Must not be told about the case" in page
    assert "Written down who helps with the application" in amina.get("/en/my/history").text


def test_when_a_case_is_over_nobody_helps_any_more(cast, enter):
    cast.case(CaseState.WITHDRAWN)
    amina = enter(cast.amina)

    assert amina.get(HERE + "helper").location == HERE
    assert amina.post(HERE + "helper", data=HELPER).status_code == 409


def test_whoever_has_no_case_has_no_helper(cast, enter):
    assert enter(cast.giorgi).get(HERE + "helper").status_code == 404
