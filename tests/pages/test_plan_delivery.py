"""Steps and payments on the returnee's page: she reports, and she alone says what has arrived."""

import io

import pytest

from portal.domain.cases import CaseState
from portal.domain.permissions import Act
from portal.domain.support import grants, parts, plans, proofs
from portal.domain.support.parts import MilestoneState, PaymentState
from portal.programme import DocumentKind
from tests.reading import FRAME, read
from tests.samples import photo

HERE = "/en/my/plan/"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def milestone(session, case):
    found = parts.milestones(session, plans.latest(session, case))[0]
    session.commit()
    return found


@pytest.fixture
def payment(session, case):
    found = parts.payments(session, plans.latest(session, case))[0]
    session.commit()
    return found


@pytest.fixture
def paid(cast, session, case, milestone, payment):
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestone.id)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.petros)
    grants.advance_milestone(session, milestone, Act.MILESTONE_VERIFY, by=cast.clara)
    cast.players().pay(payment)
    session.commit()
    return payment


def step(milestone):
    return f"{HERE}steps/{milestone.id}"


def place(payment, answer=""):
    return f"{HERE}payments/{payment.id}{answer and '/' + answer}"


# --- Steps -----------------------------------------------------------------------------------------


def test_a_step_leads_to_sending_its_evidence(cast, enter, milestone):
    page = read(enter(cast.amina).get(step(milestone)))

    assert page.heading == "Sewing machine: delivered"
    assert page.links["Send a photo or a document"] == f"/en/my/documents/new/{milestone.id}"


def test_a_step_is_reported_with_its_evidence(cast, enter, session, case, milestone):
    cast.document(case, DocumentKind.DELIVERY_PHOTO, milestone_id=milestone.id)
    session.commit()

    answer = enter(cast.amina).post(step(milestone), data={"words": "It is here"})
    session.refresh(milestone)

    assert (answer.status_code, answer.location) == (303, step(milestone))
    assert (milestone.state, milestone.report) == (MilestoneState.REPORTED, "It is here")


def test_without_evidence_the_words_are_kept_and_the_page_says_what_is_missing(
    cast, enter, session, milestone
):
    answer = enter(cast.amina).post(step(milestone), data={"words": "It is here"})
    session.refresh(milestone)

    assert (answer.status_code, milestone.state) == (422, MilestoneState.PLANNED)
    assert read(answer).typed == "It is here"
    assert "Proof is missing." in answer.text


def test_a_confirmed_step_is_not_reported_again(cast, enter, milestone, paid):
    browser = enter(cast.amina)

    assert "Report as done" not in read(browser.get(step(milestone))).buttons
    assert browser.post(step(milestone)).status_code == 409


def test_what_was_sent_back_says_why(cast, enter, session, case, milestone):
    cast.document(case, DocumentKind.DELIVERY_PHOTO, milestone_id=milestone.id)
    grants.advance_milestone(session, milestone, Act.MILESTONE_REPORT, by=cast.amina)
    grants.advance_milestone(session, milestone, Act.MILESTONE_RETURN, by=cast.clara, note="Blurred")
    session.commit()
    browser = enter(cast.amina)

    assert "Blurred" in browser.get(step(milestone)).text
    assert read(browser.get("/en/my/")).links["Report it again"] == step(milestone)


def test_a_step_that_comes_later_takes_its_photo_now_and_its_report_when_it_is_its_turn(
    cast, enter, session, case, milestone
):
    later = parts.milestones(session, plans.latest(session, case))[1]
    later.after_id = milestone.id
    cast.document(case, DocumentKind.DELIVERY_PHOTO, milestone_id=later.id)
    session.commit()
    browser = enter(cast.amina)

    page = read(browser.get(step(later)))
    answer = browser.post(step(later), data={"words": "Already here"})

    assert page.facts["Comes after"] == "Sewing machine: delivered Planned"
    assert "Send a photo or a document" in page.links
    assert "Report as done" not in page.buttons
    assert answer.status_code == 422
    assert "Another step must be confirmed first." in answer.text
    assert read(answer).typed == "Already here"


def test_the_page_says_what_shows_a_step(cast, enter, session, milestone):
    browser = enter(cast.amina)

    usual = read(browser.get(step(milestone))).facts["What shows it"]
    milestone.proof = "A photo of her at the machine"
    session.commit()
    own = read(browser.get(step(milestone))).facts["What shows it"]

    assert usual == "Signed note that goods were handed over, Photo of the delivered goods"
    assert own == "A photo of her at the machine"


# --- Payments --------------------------------------------------------------------------------------


def test_a_payment_asks_one_question_with_three_answers(cast, enter, paid):
    answer = enter(cast.amina).get(place(paid))
    page = read(answer)

    assert page.heading == "Has this reached you?"
    assert page.facts["Amount"] == "€600.00"
    assert page.buttons["Yes, I received it"] == place(paid, "received")
    assert page.buttons["No, I did not receive it"] == place(paid, "not_received")
    assert page.buttons["Send"] == place(paid, "problem")
    assert "There is a problem</summary>" in answer.text


def test_received(cast, enter, session, paid):
    answer = enter(cast.amina).post(place(paid, "received"))
    session.refresh(paid)

    assert (answer.status_code, answer.location) == (303, place(paid))
    assert paid.state is PaymentState.RECEIVED


def test_not_received_says_who_must_answer_and_by_when(cast, enter, session, paid):
    answer = enter(cast.amina).post(place(paid, "not_received"), follow_redirects=True)
    session.refresh(paid)
    day = f"{paid.due_on.day} {paid.due_on:%B} {paid.due_on.year}"

    assert paid.state is PaymentState.NOT_RECEIVED
    assert f"Answer by: {day}" in answer.text


def test_a_problem_is_told_in_her_own_words(cast, enter, session, paid):
    answer = enter(cast.amina).post(
        place(paid, "problem"), data={"words": "It is broken"}, follow_redirects=True
    )
    session.refresh(paid)

    assert (paid.state, paid.words) == (PaymentState.PROBLEM, "It is broken")
    assert "It is broken" in answer.text


def test_a_problem_may_come_with_a_photo_and_one_more_later(cast, enter, session, paid):
    browser = enter(cast.amina)

    told = browser.post(
        place(paid, "problem"),
        data={"words": "It is broken", "file": (io.BytesIO(photo()), "broken.jpg")},
    )
    more = browser.post(place(paid, "photo"), data={"file": (io.BytesIO(photo()), "again.jpg")})
    session.refresh(paid)
    sent = [one for one in proofs.of_payment(session, paid.id) if one.sender_id == cast.amina.id]

    assert (told.status_code, more.status_code) == (303, 303)
    assert paid.state is PaymentState.PROBLEM
    assert [one.kind for one in sent] == [DocumentKind.DELIVERY_PHOTO] * 2


def test_a_problem_told_by_two_taps_is_one_problem_with_one_photo(cast, enter, session, paid):
    browser, told = enter(cast.amina), {"words": "It is broken", "seen": str(paid.version), "once": "shown"}

    taps = [
        browser.post(place(paid, "problem"), data={**told, "file": (io.BytesIO(photo()), "broken.jpg")})
        for _tap in range(2)
    ]
    sent = [one for one in proofs.of_payment(session, paid.id) if one.sender_id == cast.amina.id]

    assert [(tap.status_code, tap.location) for tap in taps] == [(303, place(paid))] * 2
    assert len(sent) == 1


@pytest.mark.parametrize(("answer", "status"), [("problem", 422), ("photo", 415)])
def test_a_file_that_is_no_photo_is_told_and_kept_nowhere(cast, enter, session, paid, answer, status):
    if answer == "photo":
        grants.advance_payment(session, paid, Act.PAYMENT_NOT_RECEIVED, by=cast.amina)
        session.commit()
    before, file = paid.state, {"file": (io.BytesIO(b"<svg/>"), "broken.svg")}

    told = enter(cast.amina).post(place(paid, answer), data={"words": "Broken", **file})
    session.refresh(paid)

    assert (told.status_code, paid.state) == (status, before)
    assert "We cannot use this kind of file." in told.text
    assert [one.kind for one in proofs.of_payment(session, paid.id)] == [DocumentKind.INVOICE]


def test_no_photo_is_taken_where_nothing_is_wrong(cast, enter, session, paid):
    answer = enter(cast.amina).post(place(paid, "photo"), data={"file": (io.BytesIO(photo()), "x.jpg")})

    assert answer.status_code == 409
    assert [one.kind for one in proofs.of_payment(session, paid.id)] == [DocumentKind.INVOICE]


def test_a_page_from_before_the_answer_says_nothing_again(cast, enter, session, paid):
    browser, old = enter(cast.amina), {"seen": str(paid.version)}
    first = browser.post(place(paid, "not_received"), data=old)
    session.refresh(paid)
    grants.advance_payment(session, paid, Act.PAYMENT_ANSWER, by=cast.clara, note="It comes on Friday")
    session.commit()

    again = browser.post(place(paid, "not_received"), data=old)
    session.refresh(paid)

    assert (first.status_code, again.status_code) == (303, 409)
    assert paid.state is PaymentState.PAID


@pytest.mark.parametrize("words", ["", "   ", "\x00"])
def test_a_problem_without_words_is_asked_again(cast, enter, session, paid, words):
    answer = enter(cast.amina).post(place(paid, "problem"), data={"words": words})
    session.refresh(paid)

    assert (answer.status_code, paid.state) == (422, PaymentState.PAID)
    assert "<details open>" in answer.text


def test_too_many_words_about_a_problem_are_kept(cast, enter, paid):
    words = "broken " * 601

    answer = enter(cast.amina).post(place(paid, "problem"), data={"words": words})

    assert answer.status_code == 422
    assert read(answer).typed == words.strip()


def test_the_counsellors_answer_stands_above_the_question(cast, enter, session, paid):
    grants.advance_payment(session, paid, Act.PAYMENT_PROBLEM, by=cast.amina, note="It is broken")
    grants.advance_payment(session, paid, Act.PAYMENT_ANSWER, by=cast.clara, note="A new one comes")
    session.commit()

    text = enter(cast.amina).get(place(paid)).text

    assert text.index("A new one comes") < text.index("Yes, I received it")


def test_what_did_not_come_can_still_arrive(cast, enter, session, paid):
    browser = enter(cast.amina)
    browser.post(place(paid, "not_received"))

    browser.post(read(browser.get(place(paid))).buttons["It has arrived now"])
    session.refresh(paid)

    assert paid.state is PaymentState.RECEIVED


def test_what_was_received_may_turn_out_wrong(cast, enter, session, paid):
    browser = enter(cast.amina)
    browser.post(place(paid, "received"))

    browser.post(place(paid, "problem"), data={"words": "It broke after a day"})
    session.refresh(paid)

    assert paid.state is PaymentState.PROBLEM


@pytest.mark.parametrize("answer", ["received", "not_received"])
def test_what_was_not_paid_is_not_answered(cast, enter, payment, answer):
    browser = enter(cast.amina)

    assert read(browser.get(place(payment))).buttons.keys() == FRAME
    assert browser.post(place(payment, answer)).status_code == 409


def test_there_is_no_other_answer(cast, enter, paid):
    assert enter(cast.amina).post(place(paid, "perhaps")).status_code == 404


def test_a_strangers_steps_and_payments_do_not_exist(cast, enter, session, milestone, paid):
    cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    browser = enter(cast.giorgi)

    statuses = [
        browser.get(step(milestone)).status_code,
        browser.post(step(milestone)).status_code,
        browser.get(place(paid)).status_code,
        browser.post(place(paid, "received")).status_code,
        browser.post(place(paid, "problem"), data={"words": "Mine"}).status_code,
        browser.post(place(paid, "photo"), data={"file": (io.BytesIO(photo()), "x.jpg")}).status_code,
    ]
    session.refresh(paid)

    assert statuses == [404] * 6
    assert paid.state is PaymentState.PAID


@pytest.mark.parametrize("who", ["clara", "petros", "aino"])
def test_nobody_answers_in_her_place(cast, enter, session, paid, who):
    answer = enter(getattr(cast, who)).post(place(paid, "received"))
    session.refresh(paid)

    assert (answer.status_code, paid.state) == (404, PaymentState.PAID)


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "x"])
@pytest.mark.parametrize("kind", ["steps", "payments"])
def test_a_number_that_is_none_leads_nowhere(cast, enter, case, kind, number):
    assert enter(cast.amina).get(f"{HERE}{kind}/{number}").status_code == 404
