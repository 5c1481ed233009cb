"""The steps of a case, as a counsellor and a senior counsellor take them."""

import threading
from datetime import timedelta

import pytest

from portal.db import today
from portal.domain import journal
from portal.domain.cases import Case, CaseState, ClosureReason
from portal.domain.course import stopping
from portal.domain.permissions import Act
from tests.reading import read

EMPTY: dict[str, str] = {}


def _day(day, name="on"):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def _today():
    """Read when it is typed: midnight may come while the tests run."""
    return _day(today())


def _left():
    return {"note": "Boarding pass", **_today()}


def _typed(typed):
    return typed() if callable(typed) else typed


LAST_YEAR = _day(today() - timedelta(days=365))
S = CaseState

# From a state, by a step, with what is typed, to a state.
STEPS = [
    (S.SUBMITTED, "take", "clara", EMPTY, S.IN_REVIEW),
    (S.IN_REVIEW, "propose", "clara", {"note": "No passport, known to the embassy"}, S.PROPOSED),
    (S.PROPOSED, "accept", "aino", EMPTY, S.PREPARING),
    (S.PROPOSED, "decline", "aino", {"note": "Citizen of an EU country"}, S.NOT_ELIGIBLE),
    (S.PROPOSED, "send_back", "aino", {"note": "Ask about the child"}, S.IN_REVIEW),
    (S.READY_TO_TRAVEL, "unclear", "clara", {"note": "The ticket was cancelled"}, S.PREPARING),
    (S.READY_TO_TRAVEL, "depart", "clara", _left, S.DEPARTED),
    (S.DEPARTED, "arrive", "clara", _today, S.ARRIVED),
    (S.ARRIVED, "close", "aino", {"reason": "own_choice"}, S.CLOSED),
    (S.MONITORING, "close", "aino", {"reason": "completed", "note": "All is well"}, S.CLOSED),
    (S.WITHDRAWN, "return_to_us", "aino", {"note": "She called"}, S.IN_REVIEW),
    (S.NOT_ELIGIBLE, "return_to_us", "aino", {"note": "New facts"}, S.IN_REVIEW),
]
NAMES = [f"{before} {step}" for before, step, *_ in STEPS]


def _address(case, step=""):
    return f"/en/counsellor/cases/{case.reference}{step and f'/steps/{step}'}"


def _case(cast, state):
    """A case in this state; who is ready to travel has said that it is still her decision."""
    case = cast.case(state)
    if state is S.IN_REVIEW:
        cast.make_sure(case)
        cast.session.commit()
    if state is S.READY_TO_TRAVEL:
        stopping.confirm(cast.session, case, by=cast.amina)
        cast.session.commit()
    return case


def _state(session, case):
    session.expire_all()
    return session.get_one(Case, case.id).state


@pytest.mark.parametrize(("before", "step", "who", "typed", "after"), STEPS, ids=NAMES)
def test_a_step_is_offered_and_taken(cast, enter, session, before, step, who, typed, after):
    case = _case(cast, before)
    browser = enter(getattr(cast, who))

    offered = browser.get(_address(case)).text
    answer = browser.post(_address(case, step), data=_typed(typed))

    assert _address(case, step) in offered
    assert (answer.status_code, answer.location) == (303, _address(case))
    assert _state(session, case) is after


@pytest.mark.parametrize(("before", "step", "who", "typed", "after"), STEPS, ids=NAMES)
def test_htmx_is_sent_to_the_same_page(cast, enter, session, before, step, who, typed, after):
    case = _case(cast, before)

    answer = enter(getattr(cast, who)).post(
        _address(case, step), data=_typed(typed), headers={"HX-Request": "true"}
    )

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, _address(case))
    assert _state(session, case) is after


@pytest.mark.parametrize(("before", "step", "who", "typed", "after"), STEPS, ids=NAMES)
def test_a_step_from_another_state_is_refused_and_the_state_told(
    cast, enter, session, before, step, who, typed, after
):
    wrong, stands = (
        (S.DEPARTED, "On the way") if step == "close" else (S.REINTEGRATION, "Reintegration support")
    )
    case = cast.case(wrong)

    answer = enter(cast.aino).post(_address(case, step), data=_typed(typed))

    assert answer.status_code == 409
    assert stands in answer.text or "Clara Tamm" in answer.text
    assert _state(session, case) is wrong


@pytest.mark.parametrize("step", ["accept", "decline", "send_back", "close", "return_to_us", "begin"])
def test_a_counsellor_does_not_decide(cast, enter, session, step):
    case = cast.case(S.PROPOSED)

    answer = enter(cast.clara).post(_address(case, step), data={"note": "Yes", "reason": "completed"})

    assert answer.status_code == 403
    assert _state(session, case) is S.PROPOSED


@pytest.mark.parametrize(
    ("state", "step", "who", "typed"),
    [
        (S.IN_REVIEW, "propose", "clara", EMPTY),
        (S.PROPOSED, "decline", "aino", EMPTY),
        (S.PROPOSED, "send_back", "aino", {"note": "   "}),
        (S.READY_TO_TRAVEL, "unclear", "clara", EMPTY),
        (
            S.READY_TO_TRAVEL,
            "depart",
            "clara",
            {"note": "Boarding pass", **_day(today() + timedelta(days=2))},
        ),
        (S.READY_TO_TRAVEL, "depart", "clara", {"note": "Boarding pass", "on-day": "31", "on-month": "2"}),
        (S.READY_TO_TRAVEL, "depart", "clara", _today),
        (S.READY_TO_TRAVEL, "depart", "clara", {"note": "Boarding pass", **LAST_YEAR}),
        (S.READY_TO_TRAVEL, "not_departed", "clara", {"reason": "ill", **LAST_YEAR}),
        (S.DEPARTED, "arrive", "clara", _day(today() - timedelta(days=2))),
        (S.DEPARTED, "arrive", "clara", {"on-day": "", "on-month": "", "on-year": ""}),
        (S.ARRIVED, "close", "aino", EMPTY),
        (S.ARRIVED, "close", "aino", {"reason": "because"}),
        (S.WITHDRAWN, "return_to_us", "aino", {"note": "x" * 4001}),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(cast, enter, session, state, step, who, typed):
    case = _case(cast, state)

    answer = enter(getattr(cast, who)).post(_address(case, step), data=_typed(typed))

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert ("Say what shows the departure" in answer.text) == (typed is _today)
    assert _state(session, case) is state


def test_what_was_typed_is_kept(cast, enter):
    case = _case(cast, S.READY_TO_TRAVEL)

    answer = enter(cast.clara).post(
        _address(case, "depart"), data={"note": "Call from gate 7", "on-day": "31", "on-month": "2"}
    )

    assert "Call from gate 7" in answer.text
    assert 'value="31"' in answer.text


def test_a_proposal_needs_no_words_when_an_identity_document_is_accepted(cast, enter, session):
    case = cast.case(S.PROPOSED)
    cast.step(case, Act.CASE_SEND_BACK, cast.aino, note="Once more")

    answer = enter(cast.clara).post(_address(case, "propose"))

    assert answer.status_code == 303
    assert _state(session, case) is S.PROPOSED


def test_nobody_decides_what_they_proposed_and_the_page_says_so(cast, enter, session):
    case = cast.case(S.IN_REVIEW)
    cast.make_sure(case)
    case.counsellor_id = cast.aino.id
    cast.step(case, Act.CASE_PROPOSE, cast.aino, note="No passport yet")
    browser = enter(cast.aino)

    overview, page = browser.get(_address(case)), browser.get(_address(case, "accept"))
    answer = browser.post(_address(case, "accept"))

    for text in (overview.text, page.text, answer.text):
        assert "You prepared this yourself. Ask a colleague to decide about it." in text
    assert "<textarea" not in page.text
    assert answer.status_code == 409
    assert _state(session, case) is S.PROPOSED


def test_a_step_that_waits_for_something_says_for_what(cast, enter, session):
    case = cast.case(S.PREPARING)
    browser = enter(cast.clara)

    overview, answer = browser.get(_address(case)).text, browser.post(_address(case, "clear"))

    assert "Complete the travel checklist for every person." in overview
    assert _address(case, "clear") not in overview
    assert answer.status_code == 409
    assert _state(session, case) is S.PREPARING


def test_the_words_of_a_step_are_in_the_journal(cast, enter, session):
    case = cast.case(S.PROPOSED)

    enter(cast.aino).post(_address(case, "decline"), data={"note": "Citizen of an EU country"})

    event = next(one for one in journal.of_case(session, case.id) if one.act is Act.CASE_DECLINE)
    assert (event.note, event.actor_id) == ("Citizen of an EU country", cast.aino.id)


def test_why_a_case_is_closed_is_kept(cast, enter, session):
    case = cast.case(S.MONITORING)

    enter(cast.aino).post(_address(case, "close"), data={"reason": "completed"})

    session.expire_all()
    assert session.get_one(Case, case.id).closure_reason is ClosureReason.COMPLETED


@pytest.mark.parametrize("step", ["submit", "withdraw", "expire", "open", "fly", "accept%00"])
def test_a_step_that_is_not_a_counsellors_does_not_exist(cast, enter, step):
    case = cast.case(S.PROPOSED)
    browser = enter(cast.aino)

    assert browser.get(_address(case, step)).status_code == 404
    assert browser.post(_address(case, step)).status_code == 404


@pytest.mark.parametrize("step", ["propose", "depart", "unclear"])
def test_a_step_of_a_colleagues_case_does_not_exist(cast, enter, session, step):
    case = cast.case(S.READY_TO_TRAVEL)
    browser = enter(cast.kalle)

    assert browser.get(_address(case, step)).status_code == 404
    assert browser.post(_address(case, step), data={"note": "Now", **_today()}).status_code == 404
    assert _state(session, case) is S.READY_TO_TRAVEL


def test_who_comes_second_is_told_who_has_the_case(cast, enter, session):
    case = cast.case(S.SUBMITTED)

    first = enter(cast.clara).post(_address(case, "take"))
    second = enter(cast.kalle).post(_address(case, "take"))

    assert (first.status_code, second.status_code) == (303, 409)
    assert f"Clara Tamm has taken on the case {case.reference}." in second.text
    assert "The case now: A counsellor is reading it" in second.text
    session.expire_all()
    assert session.get_one(Case, case.id).counsellor_id == cast.clara.id


def test_who_comes_too_late_to_a_step_is_led_back_to_the_case(cast, enter):
    case = cast.case(S.PROPOSED)
    aino = enter(cast.aino)
    aino.post(_address(case, "accept"), data={"note": ""})

    late = aino.post(_address(case, "send_back"), data={"note": "Look again"})

    assert late.status_code == 409
    assert read(late).links["Back to the case"] == f"/en/counsellor/cases/{case.reference}"


def test_of_two_who_take_a_case_at_once_one_gets_it(cast, enter, session):
    case = cast.case(S.SUBMITTED)
    browsers = [enter(cast.clara), enter(cast.kalle)]
    address, answers = _address(case, "take"), []
    together = threading.Barrier(2)

    def take(browser):
        together.wait()
        answers.append(browser.post(address).status_code)

    threads = [threading.Thread(target=take, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [303, 409]
    assert [event.act for event in journal.of_case(session, case.id)].count(Act.CASE_TAKE) == 1


@pytest.mark.parametrize(("state", "tone"), [(S.ARRIVED, "button plain"), (S.MONITORING, "button ")])
def test_closing_is_the_first_thing_to_do_only_at_the_very_end(cast, enter, state, tone):
    case = _case(cast, state)

    page = enter(cast.aino).get(f"/en/counsellor/cases/{case.reference}").text

    assert f'<a class="{tone}" href="/en/counsellor/cases/{case.reference}/steps/close">' in page
