"""After the return: talks, questions, an opinion, the final report and the hand-over sheet, page by page."""

import io
import re
from datetime import timedelta

import pypdfium2
import pytest

from portal.db import today
from portal.domain.applying import application, consents
from portal.domain.applying.consents import Purpose
from portal.domain.cases import CaseState, ClosureReason
from portal.domain.course import eu_sheet, history, lifecycle
from portal.domain.permissions import Act
from portal.domain.support import instruments, monitoring, plans, reports, surveys
from portal.domain.support.monitoring import FollowUpMode, FollowUpState, Held
from portal.domain.support.reports import ReportState
from portal.web.dossiers import plan as keeping
from portal.web.language import speaking
from portal.web.words.cases import CLOSURES_TOLD

TOLD = {"contributed": "A sewing machine", "situation": "She has customers", "assessment": "It went well"}
TOMORROW = today() + timedelta(days=1)


@pytest.fixture
def case(cast):
    """A case in which everything is delivered."""
    return cast.case(CaseState.MONITORING)


@pytest.fixture
def talk(cast, session, case):
    """A call that the partner planned for today."""
    made = monitoring.plan(session, case, FollowUpMode.PHONE, today(), by=cast.petros)
    session.commit()
    return made


@pytest.fixture
def report(cast, session, case):
    """The partner's report, sent."""
    made = reports.write(session, case, TOLD, by=cast.petros)
    reports.advance(session, made, Act.REPORT_SEND, by=cast.petros)
    session.commit()
    return made


def of_partner(case, part):
    return f"/en/partner/cases/{case.reference}{part}"


def of_counsellor(case, part):
    return f"/en/counsellor/cases/{case.reference}{part}"


def typed(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def text_of(answer):
    document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    words = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return words


def held(case, cast, session, talk, findings="All well"):
    told = Held(FollowUpMode.VISIT, today(), "Amina", findings, is_last=True)
    monitoring.hold(session, case, talk, told, by=cast.petros)
    session.commit()


# --- Talks --------------------------------------------------------------------------------------


def test_a_talk_is_planned_and_the_returnee_sees_when_it_is(petros, amina, case):
    answer = petros.post(of_partner(case, "/talks"), data={"mode": "video", **typed("on", TOMORROW)})

    assert answer.status_code == 303
    assert answer.location == of_partner(case, "/talks")
    day = f"{TOMORROW.day} {TOMORROW:%B %Y}"
    assert f"Video call: {day}" in petros.get(answer.location).text
    assert f"Video call: {day}" in amina.get("/en/my/").text
    assert "With: Mission in Tashkent" in amina.get("/en/my/afterwards").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"mode": "", **typed("on", TOMORROW)}, "Choose one."),
        ({"mode": "letter", **typed("on", TOMORROW)}, "Choose one."),
        ({"mode": "phone"}, "Fill this in."),
        ({"mode": "phone", **typed("on", today() - timedelta(days=1))}, "This date is in the past."),
        ({"mode": "phone", "on-day": "x", "on-month": "1", "on-year": "2030"}, "This is not a date."),
    ],
)
def test_what_cannot_be_planned_is_said_beside_the_field(petros, cast, session, case, data, words):
    answer = petros.post(of_partner(case, "/talks"), data=data)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert monitoring.of_case(session, case, viewer=cast.clara) == []


def test_what_came_of_a_talk_is_written_down_once(petros, session, case, talk):
    page = of_partner(case, f"/talks/{talk.id}/hold")
    data = {"mode": "visit", "seen": "Amina", "findings": "All well", **typed("on", today())}

    first = petros.post(page, data={**data, **typed("next_on", TOMORROW)})
    again = petros.post(page, data={**data, "is_last": "y"})

    assert (first.status_code, again.status_code) == (303, 409)
    session.refresh(talk)
    assert (talk.state, talk.findings) == (FollowUpState.DONE, "All well")
    assert monitoring.coming(session, case).planned_on == TOMORROW


def test_the_next_talk_is_named_or_there_is_none(petros, case, talk):
    data = {"mode": "visit", "seen": "Amina", "findings": "All well", **typed("on", today())}

    answer = petros.post(of_partner(case, f"/talks/{talk.id}/hold"), data=data)

    assert answer.status_code == 422
    assert "Give the day of the next talk, or say that none is planned." in answer.text
    assert "All well" in answer.text


@pytest.mark.parametrize(
    ("step", "data", "state"),
    [
        ("miss", {"note": "No answer"}, FollowUpState.NO_SHOW),
        ("postpone", {"note": "She is ill", **typed("to", TOMORROW)}, FollowUpState.POSTPONED),
        ("cancel", {"note": "Not needed"}, FollowUpState.CANCELLED),
    ],
)
def test_a_talk_that_was_not_held_says_why(petros, session, case, talk, step, data, state):
    page = of_partner(case, f"/talks/{talk.id}/{step}")
    assert petros.get(page).status_code == 200
    assert petros.post(page, data={}).status_code == 422

    assert petros.post(page, data=data).status_code == 303

    session.refresh(talk)
    assert talk.state is state


def test_the_programme_has_talks_of_its_own(clara, petros, session, cast, case, talk):
    answer = clara.post(of_counsellor(case, "/afterwards"), data={"mode": "phone", **typed("on", TOMORROW)})

    assert answer.status_code == 303
    ours = next(one for one in monitoring.of_case(session, case, viewer=cast.clara) if one.id != talk.id)
    session.commit()
    data = {"mode": "phone", "seen": "Amina", "findings": "Between us two", **typed("on", today())}
    page = of_counsellor(case, f"/afterwards/{ours.id}/hold")
    assert clara.post(page, data={**data, "is_last": "y"}).status_code == 303
    assert "Between us two" in clara.get(of_counsellor(case, "/afterwards")).text
    assert "Between us two" not in petros.get(of_partner(case, "/talks")).text
    assert petros.get(of_partner(case, f"/talks/{ours.id}/hold")).status_code == 404
    assert clara.get(of_counsellor(case, f"/afterwards/{talk.id}/hold")).status_code == 409


@pytest.mark.parametrize("part", ["/talks", "/survey", "/report", "/report.pdf"])
def test_another_organisation_finds_nothing(enter, cast, case, talk, report, part):
    assert enter(cast.nino).get(of_partner(case, part)).status_code == 404


def test_before_the_arrival_there_is_no_such_page(cast, petros, amina):
    case = cast.case(CaseState.DEPARTED)

    assert petros.get(of_partner(case, "/talks")).status_code == 404
    assert amina.get("/en/my/afterwards").status_code == 404


@pytest.mark.parametrize("step", ["fly", "plan"])
def test_what_is_no_step_of_a_talk_does_not_exist(petros, case, talk, step):
    assert petros.get(of_partner(case, f"/talks/{talk.id}/{step}")).status_code == 404


def test_who_planned_a_talk_finds_it_on_the_first_page_and_nobody_else_does(
    petros, clara, enter, cast, session, case, talk
):
    monitoring.plan(session, case, FollowUpMode.VISIT, TOMORROW, by=cast.clara)
    session.commit()
    day = f"{today().day} {today():%B %Y}"

    assert f"Phone call: {day}" in petros.get("/en/partner/").text
    assert "Visit:" not in petros.get("/en/partner/").text
    assert "#follow_ups-" in clara.get("/en/counsellor/work").text
    assert "Talks after the return" not in enter(cast.nino).get("/en/partner/").text
    assert "Talks after the return" not in enter(cast.kalle).get("/en/counsellor/work").text


@pytest.mark.parametrize("agreed", [True, False])
def test_the_partner_reads_whether_photos_are_agreed_to(petros, session, cast, case, talk, agreed):
    wanted = {Purpose.TALK_PHOTOS} if agreed else ()
    consents.settle(session, case, wanted, {Purpose.TALK_PHOTOS}, language="en", by=cast.amina)
    session.commit()

    page = petros.get(of_partner(case, f"/talks/{talk.id}/hold")).text

    assert ("The returnee does not allow photos." in page) is not agreed


# --- What the returnee says -------------------------------------------------------------------------


def test_she_answers_some_questions_alone_and_the_partner_does_not_see_it(
    amina, petros, clara, session, cast, case
):
    answer = amina.post("/en/my/afterwards/questions", data={"income": "steady", "month": "always"})

    assert answer.status_code == 303
    found = surveys.of_case(session, case, viewer=cast.clara)
    assert [one.answered for one in found] == [{"income": "steady", "month": "always"}]
    session.commit()
    assert "Baseline" in amina.get("/en/my/afterwards").text
    assert "Baseline" in clara.get(of_counsellor(case, "/afterwards")).text
    assert "Baseline" not in petros.get(of_partner(case, "/talks")).text


def test_the_partner_asks_and_the_table_says_what_the_picture_shows(petros, case):
    answers = {one.key: one.options[0].key for one in instruments.latest().questions}

    answer = petros.post(of_partner(case, "/survey"), data=answers)

    page = petros.get(answer.location).text
    assert re.findall(r'<td class="money" data-label="Baseline">([\d.]+)</td>', page) == ["1.00"] * 3
    assert "style=" not in page


@pytest.mark.parametrize(
    ("data", "words"),
    [({}, "Nothing is answered yet."), ({"income": "bogus"}, "Choose one.")],
)
def test_no_answer_and_a_wrong_one_are_not_kept(amina, session, cast, case, data, words):
    answer = amina.post("/en/my/afterwards/questions", data=data)

    assert (answer.status_code, words in answer.text) == (422, True)
    assert surveys.of_case(session, case, viewer=cast.clara) == []


def test_her_opinion_is_for_the_counsellor(amina, petros, clara, case):
    answer = amina.post("/en/my/afterwards/opinion", data={"score": "2", "words": "It came late"})

    assert answer.status_code == 303
    assert "It came late" in clara.get(of_counsellor(case, "/afterwards")).text
    assert "It came late" in amina.get("/en/my/afterwards").text
    assert "It came late" not in petros.get(of_partner(case, "/talks")).text


@pytest.mark.parametrize("score", ["", "0", "6", "x"])
def test_an_opinion_without_a_number_of_1_to_5_is_not_kept(amina, session, cast, case, score):
    answer = amina.post("/en/my/afterwards/opinion", data={"score": score, "words": "It came late"})

    assert (answer.status_code, "It came late" in answer.text) == (422, True)
    assert monitoring.opinions(session, case, viewer=cast.clara) == []


# --- The final report -------------------------------------------------------------------------------


def test_a_report_is_begun_today_and_sent_tomorrow(petros, clara, session, case):
    page = of_partner(case, "/report")

    first = petros.post(page, data=TOLD | {"assessment": ""})
    incomplete = petros.post(page, data=TOLD | {"assessment": "", "send": "yes"})
    assert "She has customers" not in clara.get(of_counsellor(case, "/afterwards")).text
    last = petros.post(page, data=TOLD | {"send": "yes"})

    assert (first.status_code, incomplete.status_code, last.status_code) == (303, 422, 303)
    assert "Answer all questions of the report before you send it." in incomplete.text
    assert reports.of_case(session, case).state is ReportState.SENT
    session.commit()
    assert "She has customers" in clara.get(of_counsellor(case, "/afterwards")).text


def test_a_report_that_was_sent_is_sent_once(petros, case, report):
    assert petros.post(of_partner(case, "/report"), data=TOLD | {"send": "yes"}).status_code == 409


def test_a_report_goes_back_with_words(clara, petros, session, case, report):
    page = of_counsellor(case, "/report/return")
    assert clara.get(page).status_code == 200

    answer = clara.post(page, data={"note": "And the lease?"})

    assert answer.status_code == 303
    assert "And the lease?" in petros.get(of_partner(case, "/report")).text


def test_the_partners_file_leaves_out_what_it_may_not_see(petros, clara, cast, session, case, talk, report):
    held(case, cast, session, talk)
    mine = monitoring.plan(session, case, FollowUpMode.PHONE, today(), by=cast.clara)
    told = Held(FollowUpMode.PHONE, today(), "Amina", "Afraid of the neighbour", is_last=True)
    monitoring.hold(session, case, mine, told, by=cast.clara)
    session.commit()

    theirs = text_of(petros.get(of_partner(case, "/report.pdf")))
    ours = text_of(clara.get(of_counsellor(case, "/report.pdf")))

    for words in ("A sewing machine", "She has customers", "€600.00", "Photo of the delivered goods"):
        assert (words in theirs, words in ours) == (True, True)
    for words in ("TR-1", "Afraid of the neighbour"):
        assert (words in theirs, words in ours) == (False, True)


def test_who_took_the_report_along_can_be_read_by_the_returnee(clara, petros, session, case, report):
    answer = clara.get(of_counsellor(case, "/report.pdf"))

    looks = [one.act for one in history.looks(session, case)]
    assert Act.REPORT_OPEN in looks
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r'attachment; filename="report-[\d-]+\.pdf"', answer.headers["Content-Disposition"])


def test_without_a_report_there_is_no_file(petros, clara, case):
    assert petros.get(of_partner(case, "/report.pdf")).status_code == 404
    assert clara.get(of_counsellor(case, "/report.pdf")).status_code == 404


# --- The hand-over sheet ----------------------------------------------------------------------------


def test_the_sheet_says_what_is_known_and_marks_what_is_open(clara, session, cast, case):
    answer = clara.get(of_counsellor(case, "/eu-sheet"))

    number = eu_sheet.of_case(session, case, by=cast.clara).open_fields
    assert f"not known to the portal yet: {number}." in answer.text
    assert answer.text.count('<dd class="open">') == number
    assert [
        answer.text.index(words) for words in ("1. Application", "2. Arrival", "3. Final report")
    ] == sorted(answer.text.index(words) for words in ("1. Application", "2. Arrival", "3. Final report"))


def test_the_sheet_as_a_file_says_the_same(clara, session, case):
    words = text_of(clara.get(of_counsellor(case, "/eu-sheet.pdf")))

    for expected in ("Hand-over sheet", "Uzbekistan", "Mission in Tashkent", "€1,000.00", "open"):
        assert expected in words
    assert Act.EU_SHEET_OPEN in [one.act for one in history.looks(session, case)]


@pytest.mark.parametrize("part", ["/eu-sheet", "/eu-sheet.pdf"])
@pytest.mark.parametrize("who", ["petros", "amina", "kalle", "mart"])
def test_the_sheet_is_for_the_counsellor_of_the_case(enter, cast, case, who, part):
    assert enter(getattr(cast, who)).get(of_counsellor(case, part)).status_code == 404


# --- The plan to keep -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"), [("en", "What I want to reach"), ("ru", "Чего я хочу достичь")]
)
def test_she_keeps_her_plan_in_her_language(amina, case, language, words):
    found = text_of(amina.get(f"/{language}/my/afterwards/plan.pdf"))

    assert (words in found, "Sewing machine" in found) == (True, True)


def test_who_speaks_arabic_gets_the_plan_in_arabic(app, session, case):
    application.answers(session, case).application.language = "ar"
    session.commit()

    with app.test_request_context("/en/"), speaking("ar"):
        made = keeping.dossier(session, case, plans.approved(session, case))

    said = [made.heading, *(fact.name for fact in made.about)]
    said += [words for part in made.parts for words in (part.title, *(fact.name for fact in part.facts))]
    said += [head for part in made.parts for table in part.tables for head in table.head]
    assert [words for words in said if not re.search(r"[\u0600-\u06ff]", words)] == []


def test_a_plan_that_is_only_a_draft_is_no_file_yet(cast, amina):
    cast.plan(cast.case(CaseState.ARRIVED), approved=False)
    cast.session.commit()

    assert amina.get("/en/my/afterwards/plan.pdf").status_code == 404


# --- Why a case is closed ---------------------------------------------------------------------------


def test_every_reason_is_told_to_the_person_in_words_of_its_own():
    told = {reason: str(words) for reason, words in CLOSURES_TOLD.items()}

    assert set(told) == set(ClosureReason)
    assert len(set(told.values())) == len(told)
    blaming = [words for words in told.values() if re.search("threat|refus|fail|conduct|died", words)]
    assert blaming == []


def test_the_person_reads_why_in_words_that_blame_nobody(amina, cast, session, case):
    lifecycle.close(session, case, ClosureReason.CONDUCT, by=cast.aino, note="Shouted at Petros")
    session.commit()

    page = amina.get("/en/my/").text

    assert str(CLOSURES_TOLD[ClosureReason.CONDUCT]) in page
    assert ("threatened" in page, "Shouted" in page) == (False, False)
