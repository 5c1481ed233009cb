"""The migrant's own page: in one glance where the case stands, who must act, by when, and what to do."""

from datetime import timedelta
from io import BytesIO

import pytest

from portal.db import today
from portal.domain import corrections, deciding
from portal.domain.applying import application
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.course import lifecycle, reminders
from portal.domain.course.standing import standing
from portal.domain.documents import RejectReason
from portal.domain.permissions import Act
from portal.domain.support import referrals
from portal.web.words import notices, say
from tests.cast import ROADS
from tests.reading import read
from tests.samples import photo

HERE = "/en/my/"

# Who acts, and the words and the address of the button for the next task.
GLANCE = {
    CaseState.DRAFT: ("You", "Go on with my application", "/en/my/application/"),
    CaseState.SUBMITTED: ("Counsellor", "", ""),
    CaseState.IN_REVIEW: ("Counsellor", "", ""),
    CaseState.NEEDS_INFO: ("You", "Change what was asked", "/en/my/asked/{correction}"),
    CaseState.PROPOSED: ("Senior counsellor", "", ""),
    CaseState.PREPARING: ("Counsellor", "", ""),
    CaseState.READY_TO_TRAVEL: ("Counsellor", "Read and answer", "/en/my/decision"),
    CaseState.DEPARTED: ("Mission in Tashkent", "", ""),
    CaseState.ARRIVED: ("Mission in Tashkent", "How to contact them", "/en/my/#contact"),
    CaseState.REINTEGRATION: ("Mission in Tashkent", "", ""),
    CaseState.MONITORING: ("Counsellor", "", ""),
    CaseState.CLOSED: ("", "", ""),
    CaseState.WITHDRAWN: ("", "", ""),
    CaseState.NOT_ELIGIBLE: ("", "Ask for a review", "/en/my/review"),
    CaseState.EXPIRED: ("", "", ""),
}


def said(app, member):
    with app.test_request_context(HERE):
        return str(say(member))


def said_day(day):
    return f"{day.day} {day:%B} {day.year}"


@pytest.mark.parametrize("state", ROADS)
def test_every_state_is_told_in_one_glance(app, cast, enter, session, state):
    case = cast.case(state)
    who, button, address = GLANCE[state]
    for asked in corrections.open_of(session, case):
        address = address.format(correction=asked.id)

    page = read(enter(cast.amina).get(HERE))

    assert page.heading == said(app, state)
    assert page.facts.get("Who acts now", "") == who
    assert page.links.get(button, "") == address
    assert page.facts["Your number"] == case.reference


def test_without_a_case_there_is_a_calm_start(cast, enter):
    page = read(enter(cast.amina).get(HERE))

    assert page.heading == "Welcome"
    assert page.buttons["Start an application"] == "/en/my/application/start"
    assert page.links["Who can apply"] == "/en/programme/who"


@pytest.mark.parametrize("state", [state for state in ROADS if lifecycle.WAITS[state].clock])
def test_the_date_is_a_day_and_not_a_rule(cast, enter, session, state):
    case = cast.case(state)
    due_on = standing(session, case).due_on
    session.commit()

    page = read(enter(cast.amina).get(HERE))

    # A draft is no deadline: it says in other words how long it is kept.
    assert page.facts.get("By when") == (said_day(due_on) if state is not CaseState.DRAFT else None)


@pytest.mark.parametrize("state", ROADS)
def test_only_what_exists_has_a_tab(cast, enter, state):
    cast.case(state)
    with_plan = {CaseState.REINTEGRATION, CaseState.MONITORING, CaseState.CLOSED}

    page = read(enter(cast.amina).get(HERE))

    assert ("Plan" in page.links) == (state in with_plan)
    assert page.links["History"] == "/en/my/history"


def test_every_correction_is_a_task_of_its_own(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    asked = [
        corrections.ask(session, case, section, CorrectionReason.MISSING, "Please look", by=cast.clara)
        for section in (Section.WHERE_TO, None)
    ]
    cast.step(case, Act.CASE_ASK, cast.clara)
    session.commit()

    page = read(enter(cast.amina).get(HERE))

    subjects = ["Country of return", "A document to send"]
    assert {
        f"{subject} Please look Something is missing": f"/en/my/asked/{one.id}"
        for subject, one in zip(subjects, asked, strict=True)
    }.items() <= page.links.items()


def test_a_rejected_document_says_why_and_where_to_send_another(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    deciding.reject(session, cast.document(case), RejectReason.CUT_OFF, by=cast.clara, note="Lower edge")
    session.commit()

    page = read(enter(cast.amina).get(HERE))

    assert page.links["Passport Lower edge"] == "/en/my/documents/new?kind=passport"


def test_whoever_took_the_case_is_named_as_the_desk_promises(cast, enter):
    cast.case(CaseState.IN_REVIEW)

    page = enter(cast.amina).get(HERE).text

    assert f"<dt>Your counsellor</dt><dd><bdi>{cast.clara.name}</bdi></dd>" in page


def test_the_partner_and_the_last_day_to_contact_them_are_named(cast, enter):
    case = cast.case(CaseState.ARRIVED)

    answer = enter(cast.amina).get(HERE)

    assert f"Contact them by: {said_day(case.contact_by)}" in answer.text
    assert read(answer).links["+998 71 000 00 00"] == "tel:+998710000000"


def test_a_proposed_partner_is_asked_about(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    session.commit()

    page = read(enter(cast.amina).get(HERE))

    assert page.facts["Who acts now"] == "You"
    assert page.links["Read what would be shared"] == f"/en/my/sharing/{referral.id}"


def test_a_proposed_partner_is_no_contact_yet(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    referrals.propose(session, case, cast.tashkent, by=cast.clara)
    session.commit()

    assert "Mission in Tashkent" not in enter(cast.amina).get(HERE).text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CaseState.SUBMITTED, "This day has passed. You do not have to do anything."),
        (CaseState.NEEDS_INFO, "This day has passed. Your case stays open: you can still do it."),
    ],
)
def test_a_passed_day_frightens_nobody(cast, enter, session, state, words):
    case = cast.case(state)
    case.due_on = today() - timedelta(days=3)
    session.commit()

    assert words in enter(cast.amina).get(HERE).text


def test_a_decision_says_why(cast, enter):
    cast.case(CaseState.NOT_ELIGIBLE)

    assert "Citizen of an EU country" in enter(cast.amina).get(HERE).text


def test_the_page_carries_no_name_in_its_title(cast, enter):
    cast.case(CaseState.SUBMITTED)

    assert "<title>My page</title>" in enter(cast.amina).get(HERE).text


PATHS = ("", "stop", "review", "history", "sharing/1", "plan/", "plan/steps/1", "plan/payments/1")


@pytest.mark.parametrize("who", ["clara", "aino", "petros", "mart", "olga"])
def test_nobody_else_has_these_pages(cast, enter, who):
    cast.case(CaseState.REINTEGRATION)
    browser = enter(getattr(cast, who))

    assert {browser.get(HERE + path).status_code for path in PATHS} == {404}


def test_whoever_is_not_signed_in_is_asked_to_sign_in(client):
    answers = [client.get(HERE + path) for path in PATHS]

    assert {answer.status_code for answer in answers} == {303}
    assert {answer.location.partition("?")[0] for answer in answers} == {"/en/sign-in"}


def test_without_a_case_there_is_nothing_but_the_start(cast, enter):
    browser = enter(cast.amina)

    assert {browser.get(HERE + path).status_code for path in PATHS if path} == {404}


def test_while_others_work_on_it_the_first_page_says_which_documents_may_be_sent(cast, enter):
    cast.case(CaseState.SUBMITTED)
    amina = enter(cast.amina)

    before = read(amina.get(HERE)).links
    amina.post("/en/my/documents/new", data={"kind": "passport", "file": (BytesIO(photo()), "a.jpg")})
    after = read(amina.get(HERE)).links

    asked = "/en/my/documents/new?kind=passport"
    assert (before.get("Passport"), after.get("Passport")) == (asked, None)


def test_the_application_and_the_first_page_say_the_same_about_who_acts(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    referrals.propose(session, case, cast.tashkent, by=cast.clara)
    session.commit()
    amina = enter(cast.amina)

    pages = [read(amina.get(address)).facts for address in (HERE, "/en/my/application/")]

    assert [page["Who acts now"] for page in pages] == ["You", "You"]
    assert pages[0]["By when"] == pages[1]["By when"]


def test_a_day_that_comes_closer_is_told_without_saying_what_and_leads_to_where_it_stands(
    cast, enter, session
):
    case = cast.case(CaseState.IN_REVIEW)
    last = today() + timedelta(days=5)
    application.answers(session, case).application.precept_deadline = last
    reminders.remind_of_precepts(session)
    session.commit()
    amina, clara = enter(cast.amina), enter(cast.clara)

    outside = [notices.told(Act.CASE_PRECEPT_NEAR, language).body for language in ("en", "et", "ru")]
    news = read(amina.get("/en/account/news")).links["Go to my page"]
    tasks = read(clara.get("/en/account/news")).links["My tasks"]

    assert not any(word in text for text in outside for word in ("Estonia", case.reference, str(last.year)))
    assert "The last day in your decision to leave is:" in amina.get(news).text
    assert said_day(last) in amina.get(news).text
    assert f"Last day: {said_day(last)}" in clara.get(tasks).text
