"""The journey: the checklist of every person, and the partner organisation."""

import pytest

from portal.domain import people
from portal.domain.cases import Case, CaseState
from portal.domain.course import travel
from portal.domain.course.travel import Item, Result
from portal.domain.permissions import Act
from portal.domain.support import referrals
from portal.domain.support.referrals import ReferralState

DONE = {"result": "done", "note": "Turkish Airlines, 12 May"}


def _address(case, part="/travel"):
    return f"/en/counsellor/cases/{case.reference}{part}"


def _line(session, case, item="ticket"):
    """The address of one line of the principal's checklist."""
    principal = people.principal(session, case)
    session.commit()
    return _address(case, f"/travel/{principal.id}/{item}")


def _check(session, case, item=Item.TICKET):
    session.expire_all()
    check = next(iter(travel.checklist(session, case).values()))[item]
    return check and (check.result, check.note)


def _referral(session, case):
    session.expire_all()
    found = referrals.of_case(session, case)
    return [(one.organisation_id, one.state) for one in found]


def test_a_line_is_ticked_with_its_note(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    line = _line(session, case)

    answer = enter(cast.clara).post(line, data=DONE)

    assert answer.status_code == 303
    assert answer.location.startswith(f"{_address(case)}#person-")
    assert _check(session, case) == (Result.DONE, "Turkish Airlines, 12 May")
    assert '<span class="soft small">Clara Tamm · ' in enter(cast.clara).get(_address(case)).text


def test_htmx_gets_the_line_and_what_it_leads_to(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    for person, item in travel.open_items(session, case)[1:]:
        travel.tick(session, case, person, item, Result.DONE, by=cast.clara)
    [(person, item)] = travel.open_items(session, case)

    answer = enter(cast.clara).post(_line(session, case, item), data=DONE, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert f'<li id="check-{person.id}-{item}" class="check done">' in answer.text
    assert answer.text.count(" autofocus") == 1
    assert "<!doctype" not in answer.text
    assert _address(case, "/steps/clear") in answer.text


def test_a_line_is_opened_again(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    browser = enter(cast.clara)
    line = _line(session, case)
    browser.post(line, data=DONE)

    browser.post(line, data={"result": "open", "note": ""})

    assert _check(session, case) == (Result.OPEN, "")


def test_a_whole_checklist_makes_ready_to_travel(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    for person, item in travel.open_items(session, case):
        travel.tick(session, case, person, item, Result.DONE, by=cast.clara)
    browser = enter(cast.clara)

    page = browser.get(_address(case)).text
    answer = browser.post(_address(case, "/steps/clear"))

    session.expire_all()
    assert _address(case, "/steps/clear") in page
    assert answer.status_code == 303
    assert session.get_one(Case, case.id).state is CaseState.READY_TO_TRAVEL


@pytest.mark.parametrize(
    "typed", [{"result": ""}, {"result": "maybe"}, {"result": "done", "note": "x" * 201}]
)
def test_what_cannot_be_ticked_is_said(cast, enter, session, typed):
    case = cast.case(CaseState.PREPARING)

    answer = enter(cast.clara).post(_line(session, case), data=typed)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert _check(session, case) is None


def test_a_ticket_is_never_not_needed(cast, enter, session):
    case = cast.case(CaseState.PREPARING)

    answer = enter(cast.clara).post(_line(session, case), data={"result": "not_needed"})

    assert answer.status_code == 409
    assert _check(session, case) is None


@pytest.mark.parametrize("item", ["guardian", "umbrella"])
def test_what_a_person_does_not_need_is_no_line(cast, enter, session, item):
    case = cast.case(CaseState.PREPARING)

    assert enter(cast.clara).post(_line(session, case, item), data=DONE).status_code == 404


def test_nothing_is_ticked_once_everybody_is_ready(cast, enter, session):
    case = cast.case(CaseState.READY_TO_TRAVEL)

    answer = enter(cast.clara).post(_line(session, case), data={"result": "open"})

    assert answer.status_code == 409
    assert "Ready to travel" in answer.text
    assert _check(session, case)[0] is Result.DONE


def test_a_person_of_another_case_has_no_line_here(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    other = cast.case(CaseState.PREPARING, migrant=cast.giorgi)
    stranger = people.principal(session, other)

    address = _address(case, f"/travel/{stranger.id}/ticket")

    assert enter(cast.clara).post(address, data=DONE).status_code == 404


@pytest.mark.parametrize("who", ["kalle", "amina", "petros"])
def test_nobody_else_ticks_or_suggests(cast, enter, session, who):
    case = cast.case(CaseState.PREPARING)
    line = _line(session, case)
    browser = enter(getattr(cast, who))

    assert browser.post(line, data=DONE).status_code == 404
    assert (
        browser.post(_address(case, "/referrals"), data={"organisation": cast.tashkent.id}).status_code == 404
    )


def test_an_organisation_is_suggested_and_the_applicant_asked(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    organisation = cast.tashkent
    browser = enter(cast.clara)

    page = browser.get(_address(case)).text
    answer = browser.post(_address(case, "/referrals"), data={"organisation": organisation.id})

    assert "Mission in Tashkent, Uzbekistan" in page
    assert (answer.status_code, answer.location) == (303, _address(case))
    assert _referral(session, case) == [(organisation.id, ReferralState.PROPOSED)]


@pytest.mark.parametrize("typed", ["", "1", "x"])
def test_an_organisation_nobody_knows_is_not_suggested(cast, enter, session, typed):
    case = cast.case(CaseState.PREPARING)

    answer = enter(cast.clara).post(_address(case, "/referrals"), data={"organisation": typed})

    assert answer.status_code == 422
    assert _referral(session, case) == []


def test_one_organisation_at_a_time(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    referrals.propose(session, case, cast.tashkent, by=cast.clara)
    other = cast.tbilisi

    answer = enter(cast.clara).post(_address(case, "/referrals"), data={"organisation": other.id})

    assert answer.status_code == 409
    assert "End that first, then suggest a new one." in answer.text
    assert _referral(session, case) == [(cast.tashkent.id, ReferralState.PROPOSED)]


def test_nobody_is_suggested_before_the_application_is_accepted(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    organisation = cast.tashkent
    browser = enter(cast.clara)

    assert "Suggest partner organisation" not in browser.get(_address(case)).text
    answer = browser.post(_address(case, "/referrals"), data={"organisation": organisation.id})
    assert answer.status_code == 409


def test_the_sharing_is_ended_with_a_reason(cast, enter, session):
    case = cast.case(CaseState.PREPARING)
    referral = cast.refer(case)
    address = _address(case, f"/referrals/{referral.id}/end")
    browser = enter(cast.clara)

    offered = browser.get(_address(case)).text
    without = browser.post(address, data={"note": ""})
    answer = browser.post(address, data={"note": "They have no place"})

    session.expire_all()
    assert address in offered
    assert (without.status_code, answer.status_code) == (422, 303)
    assert _referral(session, case) == [(referral.organisation_id, ReferralState.ENDED)]
    assert session.get_one(Case, case.id).partner_id is None


@pytest.mark.parametrize("step", ["accept", "consent", "fly"])
def test_a_counsellor_does_not_answer_for_others(cast, enter, session, step):
    case = cast.case(CaseState.PREPARING)
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)

    answer = enter(cast.clara).post(_address(case, f"/referrals/{referral.id}/{step}"))

    assert answer.status_code == 404
    assert _referral(session, case)[0][1] is ReferralState.PROPOSED


def test_after_the_departure_the_counsellor_may_confirm_the_arrival(cast, enter):
    case = cast.case(CaseState.DEPARTED)

    assert (
        _address(case, f"/steps/{Act.CASE_ARRIVE.partition('.')[2]}")
        in enter(cast.clara).get(_address(case)).text
    )
