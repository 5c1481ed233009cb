"""What a counsellor was writing when the sign-in ended is found again in its form, and nothing is done."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.db import clock_turned
from portal.domain.access import held
from portal.domain.access.sign_in import IDLE
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason
from portal.domain.course import assessment, notes
from portal.domain.permissions import Role
from portal.web import kept
from tests.cast import PASSWORD
from tests.reading import read

A_WHILE = IDLE + timedelta(minutes=1)
LONG = "She wants to see her mother. " * 100
AGAIN = "We kept what you wrote. Check it and save it."
WRITTEN = [
    (
        CaseState.IN_REVIEW,
        "assessment",
        {"words": LONG, "recommends": "accept", "evidence-lacks_means": "Said so"},
    ),
    (CaseState.IN_REVIEW, "to-do/notes", {"kind": "restricted", "words": LONG}),
    (CaseState.IN_REVIEW, "notes", {"words": LONG}),
    (CaseState.IN_REVIEW, "to-do/tasks", {"task": "Call her mother", "due_on-day": "31"}),
    (CaseState.IN_REVIEW, "counselling", {"notes": LONG, "topics": ["rights"], "evidence": "Said so"}),
    (CaseState.IN_REVIEW, "corrections", {"reason": CorrectionReason.OTHER, "words": LONG}),
    (CaseState.READY_TO_TRAVEL, "steps/not_departed", {"note": LONG}),
    (CaseState.PROPOSED, "steps/decline", {"note": LONG}),
]


def address_of(case, way):
    return f"/en/counsellor/cases/{case.reference}/{way}"


def post_late(browser, address, data):
    with clock_turned(A_WHILE):
        return browser.post(address, data=data)


def sign_in(client, cast, to=""):
    client.post(f"/en/sign-in{to}", data={"login": cast.clara.login, "password": PASSWORD})
    return client.post("/en/sign-in/code", data={"code": cast.code_of(cast.clara)}).location


def forms(session):
    session.rollback()
    found = session.scalar(select(func.count()).select_from(held.HeldForm))
    session.rollback()
    return found


@pytest.mark.parametrize(("state", "way", "typed"), WRITTEN, ids=[one[1] for one in WRITTEN])
def test_words_sent_too_late_stand_in_their_form_again_and_nothing_is_done(cast, enter, state, way, typed):
    case = cast.case(state)
    address = address_of(case, way)
    who = cast.aino if way == "steps/decline" else cast.clara

    late = post_late(enter(who), address, typed)
    browser = enter(who)
    offered = browser.get("/en/account/kept").text
    shown = browser.post(address, data={**typed, kept.ANEW: "yes"})

    longest = max((one for one in typed.values() if isinstance(one, str)), key=len).strip()
    assert late.location.startswith("/en/sign-in")
    assert f'action="{address}#' in offered
    assert (shown.status_code, AGAIN in shown.text, longest in shown.text) == (422, True, True)


def test_after_signing_in_she_is_led_to_it_saves_it_and_it_is_kept_no_longer(cast, client, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    address = address_of(case, "assessment")
    post_late(enter(cast.clara), address, {"words": LONG})

    led_to = sign_in(client, cast, f"?next={address}")
    offered = client.get(led_to).text
    nothing_yet = assessment.latest(session, case)
    session.commit()
    client.post(address, data={"words": LONG, kept.ANEW: "yes"})
    waits = forms(session)
    saved = client.post(address, data={"words": LONG})

    assert led_to == f"/en/account/kept?next={address}"
    assert "You did not finish writing" in offered
    assert (nothing_yet, waits, saved.status_code, forms(session)) == (None, 1, 303, 0)
    assert assessment.latest(session, case).words == LONG.strip()


def test_what_a_page_keeps_by_itself_before_its_time_is_over_is_not_sent(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    browser, address = enter(cast.clara), address_of(case, "notes")

    kept_only = browser.post(address, data={"words": LONG}, headers={"Only-Keep": "yes"})
    waits = forms(session)
    written = browser.post(address, data={"words": LONG})

    assert (kept_only.status_code, waits, written.status_code, forms(session)) == (204, 1, 303, 0)
    assert [one.words for one in notes.of_case(session, case, viewer=cast.clara)] == [LONG.strip()]


def test_an_assessment_of_somebody_else_meanwhile_is_not_written_over(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    address = address_of(case, "assessment")
    seen = assessment.mark(assessment.latest(session, case))
    assessment.save(session, case, None, "Read this first", {}, by=cast.clara)
    session.commit()

    shown = enter(cast.clara).post(address, data={"words": LONG, "seen": seen, kept.ANEW: "yes"}).text

    assert ("saved this assessment" in shown, LONG.strip() in shown) == (True, True)


def test_a_button_is_not_kept_and_what_is_not_wanted_is_deleted(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    step, note = address_of(case, "steps/ask"), address_of(case, "notes")
    post_late(enter(cast.clara), step, {"seen": "3"})
    button = forms(session)
    post_late(enter(cast.clara), note, {"words": LONG})
    browser = enter(cast.clara)

    browser.post(read(browser.get("/en/account/kept")).buttons["Delete what we kept"])

    assert (button, forms(session)) == (0, 0)
    assert browser.get("/en/account/kept").location == "/en/counsellor/"


def test_nobody_else_finds_it(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    post_late(enter(cast.clara), address_of(case, "notes"), {"words": LONG})

    assert enter(cast.kalle).get("/en/account/kept").location == "/en/counsellor/"
    assert enter(cast.amina).get("/en/account/kept").location == "/en/my/"


def test_who_has_another_role_since_then_is_led_to_their_own_first_page(cast, client, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    post_late(enter(cast.clara), address_of(case, "notes"), {"words": LONG})
    cast.clara.role = Role.MANAGER
    session.commit()

    assert sign_in(client, cast) == "/en/manage/"


def test_words_about_a_colleagues_case_wait_until_a_reason_is_given_anew(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    address, reason = address_of(case, "notes"), address_of(case, "break-glass")
    browser = enter(cast.kalle)
    browser.post(reason, data={"why": "colleague_away", "words": "She is ill"})

    with clock_turned(timedelta(hours=8, minutes=1)):
        browser = enter(cast.kalle)
        sent = browser.post(address, data={"words": LONG})
        asked = browser.get(sent.location).text
        shown = browser.post(address, data={"words": LONG, kept.ANEW: "yes"})
        waits = forms(session)
        opened = browser.post(reason, data={"why": "colleague_away", "words": "She is still ill"})
        offered = browser.get(opened.location).text
        browser.post(address, data={"words": LONG})

    assert (sent.location, shown.location, waits, forms(session)) == (reason, reason, 1, 0)
    assert "You will find it again when the case is open." in asked
    assert opened.location.startswith("/en/account/kept?next=")
    assert f'action="{address}#' in offered


def test_what_is_kept_of_a_case_that_was_never_opened_is_nothing(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.kalle).post(address_of(case, "notes"), data={"words": LONG})

    assert (answer.status_code, forms(session)) == (404, 0)


def test_it_stands_among_her_tasks_until_it_is_saved(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    address = address_of(case, "notes")
    post_late(enter(cast.clara), address, {"words": LONG})
    browser = enter(cast.clara)

    before = browser.get("/en/counsellor/work").text
    browser.post(address, data={"words": LONG})
    after = browser.get("/en/counsellor/work").text

    assert ["You did not finish writing" in page for page in (before, after)] == [True, False]


def test_another_form_with_the_mark_of_a_kept_one_says_nothing_of_keeping(cast, enter):
    browser = enter(cast.clara)

    browser.post("/en/counsellor/search", data={"text": "Amina", kept.ANEW: "yes"})

    assert AGAIN not in browser.get("/en/counsellor/").text


def test_every_place_to_write_is_a_page_of_the_desk(app):
    every = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}

    assert every >= kept.GIVEN_BACK


def keep(browser, address, data):
    return browser.post(address, data=data, headers={kept.ONLY_KEEP: "yes"})


def test_a_short_task_is_listed_by_its_words_and_its_form_is_open(cast, clara):
    address = address_of(cast.case(CaseState.IN_REVIEW), "to-do/tasks")
    typed = {"task": "Call her", "due_on-day": "31", "owner": str(cast.clara.id), "then": "/en/counsellor/"}
    keep(clara, address, typed)

    listed = clara.get("/en/counsellor/work").text
    shown = clara.post(address, data={**typed, kept.ANEW: "yes"}).text

    assert ("Call her" in listed, str(cast.clara.id) in listed) == (True, False)
    assert "<details open>" in shown.partition("Call her")[0]


def test_one_of_several_is_deleted_by_itself(cast, clara, session):
    case = cast.case(CaseState.IN_REVIEW)
    for way in ("notes", "to-do/notes"):
        keep(clara, address_of(case, way), {"words": f"For {way} " + LONG})
    page = clara.get("/en/account/kept").text
    key = f"counsellor/cases/{case.reference}/notes"

    clara.post("/en/account/kept/end", data={"key": key})

    assert f'name="key" value="{key}"' in page
    assert "For to-do/notes" in clara.get("/en/account/kept").text
    assert forms(session) == 1


def test_of_a_case_that_is_gone_nothing_is_said_to_be_kept(cast, clara, session):
    case = cast.case(CaseState.IN_REVIEW)
    case.counsellor_id = cast.kalle.id
    session.commit()

    answer = clara.post(address_of(case, "notes"), data={"words": LONG, kept.ANEW: "yes"})

    assert (answer.status_code, AGAIN in answer.text) == (404, False)
