"""The partner's first page, and whether the organisation takes a case on."""

import pytest
from sqlalchemy import event

from portal.domain.cases import Case, CaseState
from portal.domain.people import Person
from portal.domain.permissions import Role
from portal.domain.support import receipts, referrals
from portal.domain.support.referrals import ReferralState
from portal.pages.partner.work import ON_ONE_PAGE


@pytest.fixture
def asked(cast, session):
    """A case that Petros's organisation is asked to take on."""
    case = cast.case(CaseState.PREPARING)
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    receipts.agree(session, referral, receipts.EVERYTHING, language="en", by=cast.amina)
    session.commit()
    return case


def referral_of(session, case):
    session.expire_all()
    [referral] = referrals.of_case(session, case)
    session.commit()
    return referral


def test_an_organisation_without_cases_reads_that_there_are_none(petros):
    page = petros.get("/en/partner/")

    assert page.status_code == 200
    assert "You have no cases yet" in page.text


def test_a_case_that_waits_for_an_answer_shows_country_and_people_but_no_name(asked, petros):
    first, second = (
        petros.get(address) for address in ("/en/partner/", f"/en/partner/referrals/{asked.reference}")
    )

    assert "1 person returns to Uzbekistan" in first.text
    assert [page.status_code for page in (first, second)] == [200, 200]
    assert [name for name in ("Amina", "Юсупова", "51234567") if name in first.text + second.text] == []


def test_own_cases_stand_with_name_state_task_and_date(cast, petros):
    case = cast.case(CaseState.DEPARTED)

    page = petros.get("/en/partner/").text

    shown = ("Amina Юсупова", case.reference, "On the way", "Confirm arrival", "Your turn")
    assert [words for words in shown if words not in page] == []


def test_the_page_takes_as_many_questions_to_the_database_for_nine_cases_as_for_one(cast, petros, wiring):
    asked = []
    event.listen(wiring.engine, "before_cursor_execute", lambda *given: asked.append(given))
    cast.case(CaseState.REINTEGRATION)

    counts = []
    for numbers in ((), range(8)):
        for number in numbers:
            cast.case(CaseState.REINTEGRATION, migrant=cast.account(Role.MIGRANT, f"migrant{number}"))
        asked.clear()
        petros.get("/en/partner/")
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_more_cases_than_fit_on_a_page_go_on_on_the_next(cast, petros, session):
    for _ in range(ON_ONE_PAGE + 1):
        case = Case(migrant_id=cast.amina.id, partner_id=cast.tashkent.id, state=CaseState.DEPARTED)
        session.add(case)
        session.flush()
        session.add(Person(case_id=case.id, given_names="Amina"))
    session.commit()

    pages = [petros.get(f"/en/partner/?page={number}") for number in (1, 2, 3)]

    assert [page.text.count("On the way") for page in pages] == [ON_ONE_PAGE, 1, 0]
    assert [page.status_code for page in pages] == [200, 200, 404]


def test_a_case_is_taken_on(asked, petros, session):
    answer = petros.post(f"/en/partner/referrals/{asked.reference}/acceptance")

    assert (answer.status_code, answer.location) == (303, f"/en/partner/cases/{asked.reference}")
    assert referral_of(session, asked).state is ReferralState.ACCEPTED
    assert "Amina" in petros.get(answer.location).text


def test_a_case_is_not_taken_on_for_a_reason(asked, petros, session):
    answer = petros.post(
        f"/en/partner/referrals/{asked.reference}/refusal", data={"reason": "We have no office there."}
    )

    found = referral_of(session, asked)
    assert (answer.status_code, answer.location) == (303, "/en/partner/")
    assert (found.state, found.words) == (ReferralState.DECLINED, "We have no office there.")
    assert petros.get(f"/en/partner/cases/{asked.reference}").status_code == 404


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_an_answer_without_a_usable_reason_is_asked_again(asked, petros, session, reason):
    answer = petros.post(f"/en/partner/referrals/{asked.reference}/refusal", data={"reason": reason})

    assert answer.status_code == 422
    assert reason.strip() in answer.text
    assert referral_of(session, asked).state is ReferralState.SENT


@pytest.mark.parametrize("answered", ["acceptance", "refusal"])
def test_a_question_that_is_answered_does_not_exist_any_more(asked, petros, answered):
    petros.post(f"/en/partner/referrals/{asked.reference}/{answered}", data={"reason": "No"})

    again = [
        petros.get(f"/en/partner/referrals/{asked.reference}"),
        petros.post(f"/en/partner/referrals/{asked.reference}/acceptance"),
        petros.post(f"/en/partner/referrals/{asked.reference}/refusal", data={"reason": "No"}),
    ]
    assert [answer.status_code for answer in again] == [404, 404, 404]


@pytest.mark.parametrize("who", ["nino", "clara", "aino", "amina", "mart", "olga"])
def test_a_question_to_another_organisation_does_not_exist(asked, cast, enter, session, who):
    browser = enter(getattr(cast, who))

    answers = [
        browser.get(f"/en/partner/referrals/{asked.reference}"),
        browser.post(f"/en/partner/referrals/{asked.reference}/acceptance"),
        browser.post(f"/en/partner/referrals/{asked.reference}/refusal", data={"reason": "No"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert referral_of(session, asked).state is ReferralState.SENT


def test_another_organisation_reads_its_own_first_page(asked, cast, enter):
    page = enter(cast.nino).get("/en/partner/")

    assert page.status_code == 200
    assert asked.reference not in page.text


@pytest.mark.parametrize("who", ["clara", "aino", "amina", "mart", "olga"])
def test_the_first_page_does_not_exist_for_other_people(cast, enter, who):
    assert enter(getattr(cast, who)).get("/en/partner/").status_code == 404
