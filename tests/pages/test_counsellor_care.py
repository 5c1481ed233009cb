"""Conversations and agreements on the counsellor's pages, and what others see of them: nothing."""

import re
from datetime import date

import pytest

from portal.db import today
from portal.domain import clocks, people
from portal.domain.applying import application
from portal.domain.applying.application import Company, NeedsAnswer, Question
from portal.domain.care import agreements, care
from portal.domain.care.care import CareKind, CareOutcome
from portal.domain.cases import CaseState
from portal.domain.people import Gender, Relation
from portal.domain.permissions import Act
from portal.web.filters import day
from tests.reading import read

SAID = "She needs a wheelchair at the airport."
TALKED = {"outcome": "talked", "note": SAID}
AGREED = {"how": "in_presence", "language": "ru", "present": "Clara, Gulnora", "interpreter": "Olim"}


@pytest.fixture
def case(cast, session):
    """Amina's case: she has a need, her mother travels along, and Clara has taken it."""

    def steps(case):
        cast.answer_everything(case)
        application.answer(session, case, Question.NEEDS, {"needs": NeedsAnswer.YES}, by=cast.amina)
        application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
        mother = {
            "given_names": "Gulnora",
            "family_name": "Yusupova",
            "relation": Relation.PARENT,
            "born_on": date(1975, 5, 5),
            "gender": Gender.FEMALE,
            "citizenship": "UZ",
        }
        application.put_family_member(session, case, None, mother, by=cast.amina)
        cast.step(case, Act.CASE_SUBMIT, cast.amina)
        cast.step(case, Act.CASE_TAKE, cast.clara)

    return cast.case_by(steps)


def at(case, part="conversations"):
    return f"/en/counsellor/cases/{case.reference}/{part}"


def the_task(cast, session, case):
    session.expire_all()
    [task] = care.of_case(session, case, viewer=cast.aino)
    return task


def the_mother(session, case):
    return people.of_case(session, case)[1]


def test_the_case_and_the_queue_say_that_a_conversation_is_owed(cast, enter, case):
    browser = enter(cast.clara)

    page = read(browser.get(f"/en/counsellor/cases/{case.reference}"))

    assert page.link("1 conversation to have") == at(case)
    assert "1 conversation to have" in browser.get("/en/counsellor/").text


def test_a_conversation_is_opened_and_answered(cast, enter, session, case):
    browser, task = enter(cast.clara), the_task(cast, session, case)
    session.commit()

    address = read(browser.get(at(case))).links["Open Health and help on the way"]
    page = browser.get(address)
    answer = browser.post(address, data=TALKED)

    assert read(page).buttons["Save what came of it"] == address
    assert (answer.status_code, answer.location) == (303, at(case))
    assert SAID in browser.get(at(case)).text
    done = the_task(cast, session, case)
    assert (done.id, done.outcome, done.note, done.done_by_id) == (
        task.id,
        CareOutcome.TALKED,
        SAID,
        cast.clara.id,
    )


def test_the_counsellor_reads_beside_the_task_what_the_answers_say(cast, enter, session, case):
    address = at(case, f"conversations/{the_task(cast, session, case).id}")
    application.answers(session, case).application.needs_words = "A wheelchair"
    session.commit()

    page = enter(cast.clara).get(address)

    assert re.findall(r"<dt>Needs</dt><dd[^>]*>(.*?)</dd>", page.text, re.S) == ["Yes\nA wheelchair"]


@pytest.mark.parametrize("typed", [{"note": ""}, {"outcome": ""}, {"outcome": "return_is_best"}])
def test_what_is_missing_is_said_and_the_rest_kept(cast, enter, session, case, typed):
    task = the_task(cast, session, case)
    address = at(case, f"conversations/{task.id}")
    session.commit()

    answer = enter(cast.clara).post(address, data={**TALKED, **typed})

    assert answer.status_code == 422
    assert "Check your answers" in answer.text
    assert the_task(cast, session, case).done_at is None


def test_an_answered_conversation_is_not_answered_again(cast, enter, session, case):
    address = at(case, f"conversations/{the_task(cast, session, case).id}")
    session.commit()
    browser = enter(cast.clara)
    browser.post(address, data=TALKED)

    again = browser.post(address, data={**TALKED, "note": "Other words"})

    assert again.status_code == 409
    assert the_task(cast, session, case).note == SAID


def test_a_conversation_is_planned(cast, enter, session, case):
    answer = enter(cast.clara).post(at(case), data={"kind": "forced_or_cheated"})

    assert (answer.status_code, answer.location) == (303, at(case))
    session.expire_all()
    kinds = {task.kind for task in care.of_case(session, case, viewer=cast.clara)}
    assert kinds == {CareKind.HEALTH, CareKind.FORCED_OR_CHEATED}


@pytest.mark.parametrize("kind", ["", "best_interests", "nonsense"])
def test_only_what_there_is_can_be_planned(cast, enter, case, kind):
    assert enter(cast.clara).post(at(case), data={"kind": kind}).status_code == 422


def test_who_has_not_taken_the_case_reads_that_it_is_restricted(cast, enter, session, case):
    case.counsellor_id = None
    session.commit()

    page = enter(cast.kalle).get(at(case))

    assert page.status_code == 200
    assert "Take the case on to see it." in page.text
    assert "Health and help on the way" not in page.text


@pytest.mark.parametrize("who", ["amina", "giorgi", "kalle", "petros", "mart", "olga"])
def test_to_everybody_else_none_of_it_exists(cast, enter, session, case, who):
    task, mother = the_task(cast, session, case), the_mother(session, case)
    parts = ("conversations", f"conversations/{task.id}", f"agreements/{mother.id}", "agreements/0")
    session.commit()
    browser = enter(getattr(cast, who))

    found = {browser.get(at(case, part)).status_code for part in parts}
    sent = {browser.post(at(case, part), data={}).status_code for part in parts}

    assert (found, sent) == ({404}, {404})


def test_an_approver_reads_and_answers_it(cast, enter, session, case):
    address = at(case, f"conversations/{the_task(cast, session, case).id}")
    session.commit()

    assert enter(cast.aino).post(address, data=TALKED).status_code == 303


def test_a_conversation_of_another_case_is_not_found(cast, enter, session, case):
    task = the_task(cast, session, case)
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)

    assert enter(cast.clara).get(at(other, f"conversations/{task.id}")).status_code == 404


def test_what_is_best_for_a_child_can_be_looked_at_again(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    child = people.principal(session, case)
    child.born_on = date(today().year - 16, 1, 1)
    task = care.ask(session, case, CareKind.BEST_INTERESTS, person=child, by=cast.clara)
    care.answer(session, case, task, CareOutcome.RETURN_IS_NOT_BEST, SAID, by=cast.clara)
    session.commit()
    browser = enter(cast.clara)

    button = read(browser.get(at(case))).buttons["Look again at what is best for Amina Юсупова"]
    again = browser.post(button)
    page = read(browser.get(at(case)))

    assert (again.status_code, again.location) == (303, at(case))
    assert "Open What is best for the child" in page.links
    assert "Look again at what is best for Amina Юсупова" not in page.buttons


def test_nobody_looks_again_at_a_grown_up(cast, enter, session, case):
    mother = the_mother(session, case).id
    session.commit()

    assert enter(cast.clara).post(at(case, f"conversations/children/{mother}")).status_code == 404


# --- Agreements -------------------------------------------------------------------------------------


def test_an_adult_of_the_family_agrees_and_takes_it_back(cast, enter, session, case):
    browser, mother = enter(cast.clara), the_mother(session, case)
    address = at(case, f"agreements/{mother.id}")
    session.commit()

    link = read(browser.get(at(case))).links["Write down the agreement"]
    answer = browser.post(address, data=AGREED)
    shown = read(browser.get(at(case)))
    session.expire_all()
    held = agreements.holding(session, case)
    session.commit()
    end = browser.post(shown.buttons["This person does not agree any more"])

    assert (link, answer.status_code, answer.location) == (address, 303, at(case))
    assert (shown.facts["Who was there"], shown.facts["Interpreter"]) == ("Clara, Gulnora", "Olim")
    assert [(one.person_id, one.by_id, one.language) for one in held.values()] == [
        (mother.id, cast.clara.id, "ru")
    ]
    session.expire_all()
    assert (end.status_code, agreements.holding(session, case)) == (303, {})


@pytest.mark.parametrize(
    "typed", [{"how": ""}, {"how": "own_sign_in"}, {"language": ""}, {"present": ""}, {"how": "signed_paper"}]
)
def test_an_agreement_needs_to_be_told_whole(cast, enter, session, case, typed):
    address = at(case, f"agreements/{the_mother(session, case).id}")
    session.commit()

    answer = enter(cast.clara).post(address, data={**AGREED, **typed})

    assert answer.status_code == 422
    session.expire_all()
    assert agreements.holding(session, case) == {}


def test_what_stands_in_the_way_of_the_journey_leads_to_the_agreements(cast, enter, session, case):
    players = cast.players()
    for _everybody in people.of_case(session, case):
        players.accept_passport(case)
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara)
    cast.step(case, Act.CASE_ACCEPT, cast.aino)
    players.tick_all(case)
    mother = the_mother(session, case).id
    session.commit()
    browser = enter(cast.clara)

    before = browser.get(at(case, "travel")).text
    refused = browser.post(at(case, "steps/clear"))
    browser.post(at(case, f"agreements/{mother}"), data=AGREED)
    after = browser.post(at(case, "steps/clear"))

    assert "Not every adult of the family has agreed yet." in before
    assert (refused.status_code, after.status_code) == (409, 303)


# --- What the applicant sees ------------------------------------------------------------------------


def test_the_applicant_reads_only_that_somebody_will_talk_and_by_when(app, cast, enter, session, case):
    with app.test_request_context("/en/"):
        by = day(clocks.due(session, "care", today()))
    session.commit()
    browser = enter(cast.amina)

    pages = {name: browser.get(f"/en/my/{name}").text for name in ("", "application/receipt", "history")}

    promise = f"A counsellor will talk with you about what you told us. By: {by}"
    assert [promise in pages[name] for name in ("", "application/receipt")] == [True, True]
    assert "onversation" not in " ".join(pages.values())
    assert [name for name in pages if re.search("Health and help|fear|forced", pages[name])] == []
