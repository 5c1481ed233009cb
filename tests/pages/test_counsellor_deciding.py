"""From the checks to the decision: the pages of a counsellor, and of the senior counsellor who decides."""

import io
import re

import pypdfium2
import pytest

from portal.domain import people
from portal.domain.cases import Case, CaseState
from portal.domain.course import assessment, letters, verification
from portal.domain.course.assessment import Met, Recommendation
from portal.domain.course.letters import Kind
from portal.domain.course.verification import Finding
from portal.domain.permissions import Act, Role
from portal.domain.support import approval, grants, parts, plans
from portal.programme import DocumentKind
from tests.reading import read

HTMX = {"HX-Request": "true"}
LIST = "/en/counsellor/decisions"
KEYS = ("third_country", "no_expulsion_order", "right_to_enter", "free_decision", "lacks_means")
WEIGHED = {**{f"met-{key}": "met" for key in KEYS}, "recommends": "accept", "words": "All is met"}


def at(case, part=""):
    return f"/en/counsellor/cases/{case.reference}{part}"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.IN_REVIEW)


def check(session, case, item="identity"):
    person = people.principal(session, case).id
    session.commit()
    return at(case, f"/checks/{person}/{item}")


def line(session, case, item="identity"):
    session.expire_all()
    found = verification.find(session, case, people.principal(session, case), item)
    session.commit()
    return found


def text_of(answer, page=0):
    return pypdfium2.PdfDocument(io.BytesIO(answer.data))[page].get_textpage().get_text_range()


# --- Checks -----------------------------------------------------------------------------------------


def test_a_check_is_saved_and_the_page_comes_back_to_it(cast, enter, session, case):
    answer = enter(cast.clara).post(check(session, case), data={"finding": "confirmed", "note": "Seen"})

    assert answer.status_code == 303
    assert answer.location.startswith(at(case, "/checks#check-"))
    found = line(session, case).found
    assert (found.finding, found.note, found.by_id) == (Finding.CONFIRMED, "Seen", cast.clara.id)


def test_htmx_gets_the_line_and_what_it_leads_to(cast, enter, session, case):
    answer = enter(cast.clara).post(check(session, case), data={"finding": "confirmed"}, headers=HTMX)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<li id="check-')
    assert 'id="propose" class="stack" hx-swap-oob="true"' in answer.text
    assert 'id="checks-left" hx-swap-oob="true">1 check is open' in answer.text
    assert answer.text.count(" autofocus") == 1


def test_a_note_is_read_without_opening_its_line(cast, enter, session, case):
    clara = enter(cast.clara)
    clara.post(check(session, case), data={"finding": "confirmed", "note": "Seen at the office"})

    assert '<p class="said small" dir="auto">Seen at the office</p>' in clara.get(at(case, "/checks")).text


@pytest.mark.parametrize(
    ("item", "typed"),
    [
        ("identity", {"finding": "not_confirmed"}),
        ("identity", {"finding": "perhaps"}),
        ("identity", {"finding": "confirmed", "note": "x" * 501}),
        ("travel_document", {"finding": "confirmed"}),
        (
            "travel_document",
            {"finding": "confirmed", "until-day": "1", "until-month": "1", "until-year": "2001"},
        ),
        (
            "travel_document",
            {"finding": "confirmed", "until-day": "31", "until-month": "2", "until-year": "2099"},
        ),
    ],
)
def test_what_is_wrong_with_a_check_is_said_at_its_line(cast, enter, session, case, item, typed):
    answer = enter(cast.clara).post(check(session, case, item), data=typed)

    part = enter(cast.clara).post(check(session, case, item), data=typed, headers=HTMX)

    assert (answer.status_code, part.status_code) == (422, 422)
    assert 'class="wrong"' in answer.text
    assert part.text.lstrip().startswith('<li id="check-')
    assert part.text.count('class="wrong"') == 1
    assert line(session, case, item).found is None


def test_nobody_writes_over_a_check_that_they_have_not_read(cast, enter, session, case):
    clara, aino = enter(cast.clara), enter(cast.aino)
    aino.post(
        check(session, case), data={"finding": "not_confirmed", "note": "The photo is another's", "seen": ""}
    )

    told = clara.post(check(session, case), data={"finding": "confirmed", "seen": ""})

    assert (told.status_code, "A colleague has just changed this check." in told.text) == (422, True)
    found = line(session, case)
    assert found.found.finding is Finding.NOT_CONFIRMED
    kept = clara.post(check(session, case), data={"finding": "confirmed", "seen": found.mark})
    assert kept.status_code == 303


@pytest.mark.parametrize("typed", [{"document": "9" * 18}, {"document": "x"}, {"document": "9" * 30}])
def test_a_document_that_is_not_there_shows_nothing(cast, enter, session, case, typed):
    answer = enter(cast.clara).post(check(session, case), data={"finding": "confirmed", **typed})

    assert answer.status_code == 404


def test_after_the_departure_nothing_is_checked_any_more(cast, enter, session):
    case = cast.case(CaseState.DEPARTED)
    clara = enter(cast.clara)

    assert clara.post(check(session, case), data={"finding": ""}).status_code == 409
    assert "Change this check" not in clara.get(at(case, "/checks")).text


def test_the_person_reads_that_something_is_checked_and_not_the_note(cast, enter, session, case):
    enter(cast.clara).post(check(session, case), data={"finding": "confirmed", "note": "Between us"})

    page = enter(cast.amina).get("/en/my/").text

    assert "We know who you are." in page
    assert "Between us" not in page


# --- The assessment -----------------------------------------------------------------------------------


def test_an_assessment_is_saved_in_pieces_and_leads_to_the_proposal(cast, enter, session, case):
    clara = enter(cast.clara)
    passport = cast.document(case)
    session.commit()

    first = clara.post(at(case, "/assessment"), data={"evidence-third_country": "Uzbek passport"})
    typed = {
        **WEIGHED,
        "shown-third_country": f"document:{passport.id}",
        "shown-right_to_enter": "answer:country",
    }
    second = clara.post(at(case, "/assessment"), data={**typed, "then": "propose"})

    assert first.location == at(case, "/assessment")
    assert second.location == at(case, "/steps/propose")
    found = assessment.latest(session, case)
    rows = assessment.weighed(session, found)
    assert (found.recommends, found.words) == (Recommendation.ACCEPT, "All is met")
    assert (rows["third_country"].met, rows["third_country"].document_id) == (Met.MET, passport.id)


def test_why_nothing_can_be_proposed_yet_stands_beside_the_button(cast, enter, session, case):
    clara = enter(cast.clara)
    clara.post(at(case, "/assessment"), data=WEIGHED)

    page, answer = clara.get(at(case)), clara.post(at(case, "/steps/propose"), data={"note": "Known"})

    assert "Something that must be checked before an acceptance is still open." in page.text
    assert at(case, "/steps/propose") not in page.text
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "typed",
    [
        {"met-third_country": "perhaps"},
        {"shown-third_country": "document:1"},
        {"shown-third_country": "answer:nonsense"},
        {"recommends": "postpone"},
        {"words": "because " * 1250},
        {"evidence-free_decision": "x" * 1001},
    ],
)
def test_an_assessment_that_cannot_be_read_keeps_what_was_typed(cast, enter, session, case, typed):
    answer = enter(cast.clara).post(at(case, "/assessment"), data={"evidence-lacks_means": "Asked", **typed})

    assert answer.status_code == 422
    assert "Asked" in answer.text
    assert assessment.latest(session, case) is None


def test_of_two_who_write_on_an_assessment_the_second_one_is_told_and_loses_nothing(cast, enter, case):
    clara, aino = enter(cast.clara), enter(cast.aino)
    begun = read(clara.get(at(case, "/assessment"))).fields["seen"]
    aino.post(at(case, "/assessment"), data={"words": "Mine", "seen": begun})

    told = clara.post(at(case, "/assessment"), data={"words": "And mine", "seen": begun})
    kept = clara.post(at(case, "/assessment"), data={"words": "And mine", "seen": read(told).fields["seen"]})

    assert told.status_code == 409
    assert "Aino Kask saved this assessment" in told.text
    assert read(told).typed.strip() == "And mine"
    assert kept.status_code == 303


# --- Decided --------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(cast, session, case):
    cast.document(case)
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known to the embassy")
    session.commit()
    return case


def test_the_list_leads_to_the_assessment_beside_the_evidence_and_back(cast, enter, session, proposed):
    aino = enter(cast.aino)

    shown, page = aino.get(LIST), aino.get(at(proposed, "/decide"))
    answer = aino.post(read(page).buttons["Accept application"], data={"note": ""})

    assert at(proposed, "/decide") in shown.text
    for words in (
        "Returns to the country of citizenship",
        "Asked and seen.",
        "Known to the embassy",
        "Uzbekistan",
        "Identity confirmed",
    ):
        assert words in page.text
    assert answer.location == LIST
    assert session.get_one(Case, proposed.id, populate_existing=True).state is CaseState.PREPARING


@pytest.mark.parametrize("step", ["accept", "decline", "send_back"])
def test_nobody_decides_about_a_proposal_that_is_not_the_one_they_read(cast, enter, session, proposed, step):
    aino = enter(cast.aino)
    seen = read(aino.get(at(proposed, "/decide"))).fields["seen"]
    cast.step(proposed, Act.CASE_SEND_BACK, cast.aino, "Ask about the child")
    cast.step(proposed, Act.CASE_PROPOSE, cast.clara, "Asked")
    session.commit()

    answer = aino.post(
        at(proposed, f"/steps/{step}?from=decisions"), data={"note": "I read it", "seen": seen}
    )
    now = read(answer)

    assert answer.status_code == 409
    assert "What you wrote stands below." in answer.text
    assert (now.typed.strip(), int(now.fields["seen"]) > int(seen)) == ("I read it", True)
    assert session.get_one(Case, proposed.id, populate_existing=True).state is CaseState.PROPOSED
    session.commit()
    assert aino.post(at(proposed, f"/steps/{step}"), data={"note": "x", **now.fields}).status_code == 303


def test_a_page_of_a_case_that_was_sent_back_does_not_say_that_it_is_decided(cast, enter, session, proposed):
    cast.step(proposed, Act.CASE_SEND_BACK, cast.aino, "Ask about the child")
    session.commit()

    page = enter(cast.aino).get(at(proposed, "/decide")).text

    assert "Nothing is proposed now" in page
    assert "This proposal is decided" not in page


def test_who_decides_reads_that_somebody_of_a_colleagues_case_may_be_the_same_person(
    cast, enter, session, proposed
):
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    people.principal(session, other).family_name = "Yusupova"
    session.commit()

    page = enter(cast.aino).get(at(proposed, "/decide")).text

    assert re.findall(r'/same/[^"]+"[^>]*><span><bdi>[^<]+</bdi>, <span[^>]+>([^<]+)', page) == [
        other.reference
    ]


def test_the_case_leads_who_decides_to_the_evidence_first(cast, enter, proposed):
    offered = re.findall(r'<a class="button ?" href="([^"]+)">', enter(cast.aino).get(at(proposed)).text)

    assert offered[0] == at(proposed, "/decide")
    assert at(proposed, "/decide") not in enter(cast.clara).get(at(proposed)).text


def test_the_list_opens_a_proposal_in_its_place(cast, enter, proposed):
    part = enter(cast.aino).get(at(proposed, "/decide"), headers=HTMX).text

    assert "<html" not in part
    assert "What is proposed" in part


def test_two_proposals_that_lie_open_in_the_list_have_no_field_in_common(cast, enter, proposed):
    other, aino = cast.case(CaseState.PROPOSED, migrant=cast.giorgi), enter(cast.aino)

    fields = [
        re.findall(r'<textarea[^>]* id="([^"]+)"', aino.get(at(one, "/decide")).text)
        for one in (proposed, other)
    ]

    assert [len(each) for each in fields] == [3, 3]
    assert len({*fields[0], *fields[1]}) == 6


def test_ones_own_proposal_is_shown_and_cannot_be_decided_not_even_by_its_address(cast, enter, session, case):
    cast.make_sure(case)
    case.counsellor_id = cast.aino.id
    cast.step(case, Act.CASE_PROPOSE, cast.aino, "Known")
    session.commit()
    aino = enter(cast.aino)
    own = "You prepared this yourself. Ask a colleague to decide about it."

    shown, page = aino.get(LIST).text, aino.get(at(case, "/decide")).text
    answers = [
        aino.post(at(case, f"/steps/{step}?from=decisions"), data={"note": "Yes"})
        for step in ("accept", "decline")
    ]

    assert own in shown
    assert own in page
    assert [answer.status_code for answer in answers] == [409, 409]
    assert session.get_one(Case, case.id, populate_existing=True).state is CaseState.PROPOSED


def test_plans_and_payments_wait_in_the_same_list(cast, enter, session):
    case = cast.case(CaseState.REINTEGRATION)
    payment = checked_payment(cast, session, case)
    session.commit()
    aino = enter(cast.aino)

    page = aino.get(LIST)
    approve = f"/en/counsellor/cases/{case.reference}/payments/{payment.id}/approve?from=decisions"

    assert "Payments to approve" in page.text
    assert approve in page.text


def test_a_plan_is_read_before_it_is_approved(cast, enter, session):
    case = cast.case(CaseState.ARRIVED)
    plan = cast.plan(case, approved=False)
    approval.advance(session, plan, Act.PLAN_OFFER, by=cast.petros)
    approval.advance(session, plan, Act.PLAN_AGREE, by=cast.amina)
    approval.advance(session, plan, Act.PLAN_SUBMIT, by=cast.petros)
    session.commit()

    page = enter(cast.aino).get(LIST).text

    assert [words for words in (plan.objectives, "€1,000.00", "Read and decide") if words not in page] == []
    assert "Approve plan" not in page


def checked_payment(cast, session, case):
    """The first payment of the plan, checked by Clara."""
    plan = plans.approved(session, case)
    milestone, payment = parts.milestones(session, plan)[0], parts.payments(session, plan)[0]
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)
    grants.advance_milestone(session, milestone, Act.MILESTONE_VERIFY, by=cast.clara)
    cast.request(payment)
    grants.advance_payment(session, payment, Act.PAYMENT_VERIFY, by=cast.clara)
    return payment


@pytest.mark.parametrize("who", ["clara", "kalle"])
def test_who_never_decides_has_no_such_list(cast, enter, proposed, who):
    browser = enter(getattr(cast, who))

    assert browser.get(LIST).status_code == 404
    assert browser.get(at(proposed, "/decide")).status_code == 404


@pytest.mark.parametrize("step", ["decline", "send_back", "accept"])
def test_a_reason_of_ten_thousand_characters_is_too_long_and_decides_nothing(
    cast, enter, session, proposed, step
):
    words = "Because " * 1250

    answer = enter(cast.aino).post(at(proposed, f"/steps/{step}"), data={"note": words})

    assert answer.status_code == 422
    assert "Use at most 4000 characters." in answer.text
    assert words.strip() in answer.text
    assert session.get_one(Case, proposed.id, populate_existing=True).state is CaseState.PROPOSED


# --- In writing ---------------------------------------------------------------------------------------


def test_a_letter_is_looked_at_before_it_is_sent_with_a_mark_across_it(cast, enter, session, proposed):
    answer = enter(cast.aino).post(
        at(proposed, "/letters/declined/preview"), data={"note": "Citizen of Finland"}
    )

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    for words in ("Preview", "Your application is not accepted", "Citizen of Finland", "You can ask once"):
        assert words in text_of(answer)
    kinds = [one.kind for one in letters.of_case(session, proposed, viewer=cast.amina)]
    assert kinds == [Kind.RECEIPT]


@pytest.mark.parametrize(
    ("who", "kind", "note", "status"),
    [
        ("aino", "declined", "", 422),
        ("aino", "declined", "Because " * 1250, 422),
        ("aino", "receipt", "Why", 404),
        ("clara", "declined", "Why", 403),
        ("kalle", "declined", "Why", 404),
        ("amina", "declined", "Why", 404),
    ],
)
def test_a_letter_that_cannot_be_looked_at(cast, enter, proposed, who, kind, note, status):
    browser = enter(getattr(cast, who))

    assert browser.post(at(proposed, f"/letters/{kind}/preview"), data={"note": note}).status_code == status


def test_the_letter_of_a_refusal_is_hers_says_why_and_is_genuine(cast, enter, client, session, case):
    cast.make_sure(case, declining=True)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")
    session.commit()
    enter(cast.aino).post(at(case, "/steps/decline"), data={"note": "Citizen of Finland\nand of Estonia"})
    letter = letters.newest(session, case, Kind.DECLINED, viewer=cast.amina)
    session.commit()

    mine = enter(cast.amina).get(f"/en/my/letters/{letter.id}")
    shown = client.get(f"/en/verify/{letter.code}").text

    for words in (
        "The programme is not for citizens of the European Union",
        "Citizen of Finland",
        "Ask for a review",
        "It changes nothing in your other rights",
        letters.in_groups(letter.code),
    ):
        assert words in text_of(mine)
    assert "Preview" not in text_of(mine)
    assert "Decision: application not accepted" in shown
    assert "Finland" not in shown


def test_the_longest_reason_still_makes_a_letter(cast, enter, session, proposed):
    words = "Because it is so. " * 222

    answer = enter(cast.aino).post(at(proposed, "/letters/declined/preview"), data={"note": words})

    pages = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    assert len(pages) >= 2
    assert sum(page.get_textpage().get_text_range().count("Because it is so.") for page in pages) == 222


def test_of_a_review_the_person_gets_a_receipt_and_others_decide(cast, enter, session):
    case = cast.case(CaseState.NOT_ELIGIBLE)
    amina = enter(cast.amina)
    amina.post("/en/my/review", data={"words": "Please look again"})
    session.expire_all()
    receipt = letters.newest(session, case, Kind.REVIEW, viewer=cast.amina)
    session.commit()
    ene = cast.account(Role.APPROVER, "ene@example.org", name="Ene Lill")

    words = text_of(enter(cast.amina).get(f"/en/my/letters/{receipt.id}"))

    assert "Another counsellor will look at your application again." in amina.get("/en/my/").text
    assert "Another counsellor reads your application again" in words
    assert enter(cast.clara).post(at(case, "/steps/take")).status_code == 409
    assert enter(ene).post(at(case, "/steps/take")).status_code == 303
