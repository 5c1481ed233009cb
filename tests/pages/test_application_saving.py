"""Saving one can believe: field by field, on a bad line, and on two devices at once."""

import re

import pytest

from portal.db import clock_turned
from portal.domain import journal, people
from portal.domain.access import held
from portal.domain.access.sign_in import IDLE
from portal.domain.applying import application, consents
from portal.domain.applying.application import Company, Question
from portal.domain.cases import CaseState
from portal.domain.permissions import Act

HERE = "/en/my/application/"
FIELDS, PAGE = {"Saving": "fields"}, {"Saving": "page"}
NAME = {"given_names": "Амина", "family_name": "Юсупова"}
ANOTHER = {"given_names": "Amina", "family_name": "Yusupova"}
KEPT = "We kept what you wrote. Check it and save it."
ELSEWHERE = "This answer was changed on another device"


@pytest.fixture
def case(cast):
    """Amina's draft, just begun."""
    return cast.case(CaseState.DRAFT)


@pytest.fixture
def amina(case, cast, enter):
    """The browser of Amina."""
    return enter(cast.amina)


@pytest.fixture
def tablet(amina, cast, enter):
    """Another device of hers."""
    return enter(cast.amina)


@pytest.fixture
def answered(session, case):
    """answered("given_names"): what a column holds now."""

    def read(column):
        session.expire_all()
        value = application.value_of(application.answers(session, case), column)
        session.rollback()
        return value

    return read


def seen(browser, question):
    """The sign that a page carries for the answers as they stood when it was shown."""
    return re.search(r'name="seen" value="([0-9a-f]+)"', browser.get(HERE + question).text)[1]


def forms(session, account):
    session.rollback()
    return held.held(session, account, "my/application/name")


# --- Field by field -------------------------------------------------------------------------------


def test_a_page_that_is_good_so_far_is_saved_with_the_time(amina, answered):
    answer = amina.post(HERE + "name", data=NAME, headers=FIELDS)

    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "")
    assert (answered("given_names"), answered("family_name")) == ("Амина", "Юсупова")


def test_what_is_good_is_saved_and_what_is_not_stays_as_it_was_typed(amina, answered):
    answer = amina.post(HERE + "contact", data={"phone": "soon", "email": "a@b.org"}, headers=FIELDS)

    page = amina.get(HERE + "contact").text
    assert (answer.status_code, answer.text) == (202, "")
    assert (answered("phone"), answered("email")) == (None, "a@b.org")
    assert KEPT in page
    assert 'value="soon"' in page
    assert "This is not a phone number." not in page


def test_an_emptied_field_that_is_required_loses_no_answer(amina, answered, session, cast):
    amina.post(HERE + "name", data=NAME)

    amina.post(HERE + "name", data={**NAME, "given_names": ""}, headers=FIELDS)

    assert answered("given_names") == "Амина"
    assert dict(forms(session, cast.amina))["given_names"] == ""


def test_once_all_is_good_nothing_is_kept_beside_it(amina, session, cast):
    amina.post(HERE + "name", data={"given_names": "Амина"}, headers=FIELDS)
    amina.post(HERE + "name", data=NAME, headers=FIELDS)

    assert forms(session, cast.amina) is None


@pytest.mark.parametrize(
    ("question", "boxes"),
    [("decision", {"voluntary": "y", "truth": "y"}), ("consents", {"processing": "y", "photo": "y"})],
)
def test_a_box_that_is_only_ticked_declares_and_permits_nothing(amina, session, case, question, boxes):
    answer = amina.post(HERE + question, data=boxes, headers=FIELDS)

    session.rollback()
    assert answer.status_code == 202
    assert consents.given(session, case) == {}
    assert amina.get(HERE + question).text.count("checked ") == 2


def test_a_correction_is_answered_by_the_button_only(cast, enter, session):
    case = cast.case(CaseState.NEEDS_INFO)
    browser = enter(cast.amina)

    browser.post(HERE + "name", data=ANOTHER, headers=FIELDS)

    session.expire_all()
    events = [event.act for event in journal.of_case(session, case.id)]
    assert Act.CORRECTION_ANSWER not in events
    assert people.principal(session, case).family_name == "Юсупова"
    assert 'value="Yusupova"' in browser.get(HERE + "name").text


def test_the_same_once_more_is_not_written_down_once_more(amina, session, case):
    for _ in range(3):
        amina.post(HERE + "name", data=NAME, headers=FIELDS)

    session.rollback()
    assert [event.act for event in journal.of_case(session, case.id)].count(Act.CASE_ANSWER) == 1


def test_a_family_member_is_saved_field_by_field_once_they_are_on_the_list(amina, cast, session, case):
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    laylo = application.put_family_member(session, case, None, {"given_names": "Laylo"}, by=cast.amina)
    session.commit()

    new = amina.post(HERE + "family/new", data={"given_names": "Nur"}, headers=FIELDS)
    old = amina.post(f"{HERE}family/{laylo.id}", data={"given_names": "Leyla"}, headers=FIELDS)

    session.expire_all()
    assert (new.status_code, old.status_code) == (202, 202)
    assert [one.given_names for one in people.of_case(session, case)] == [None, "Leyla"]
    assert 'value="Nur"' in amina.get(HERE + "family/new").text


def test_once_it_is_sent_no_field_is_saved(cast, enter, session):
    case = cast.case(CaseState.SUBMITTED)

    answer = enter(cast.amina).post(HERE + "name", data=ANOTHER, headers=FIELDS)

    assert answer.status_code == 409
    session.expire_all()
    assert people.principal(session, case).family_name == "Юсупова"


# --- By the button, sent by the page ----------------------------------------------------------------


def test_the_page_learns_where_to_go_on(amina):
    answer = amina.post(HERE + "name", data=NAME, headers=PAGE)

    assert (answer.status_code, answer.headers["Go-On"]) == (200, HERE + "other-names")


def test_a_fault_is_told_to_the_page_as_to_everybody(amina):
    answer = amina.post(HERE + "name", data={}, headers=PAGE)

    assert answer.status_code == 422
    assert "Fill this in." in answer.text


def test_whoever_was_signed_out_finds_what_the_page_sent(amina, cast, enter):
    with clock_turned(IDLE * 2):
        answer = amina.post(HERE + "name", data=NAME, headers=FIELDS)

    page = enter(cast.amina).get(HERE + "name").text
    assert (answer.status_code, answer.headers.get("Go-On")) == (204, None)
    assert KEPT in page
    assert 'value="Амина"' in page


@pytest.mark.parametrize("who", ["clara", "petros", "mart"])
def test_nobody_else_saves_a_field(cast, enter, case, who):
    answer = enter(getattr(cast, who)).post(HERE + "name", data=NAME, headers=FIELDS)

    assert answer.status_code == 404


# --- Two devices --------------------------------------------------------------------------------------


def test_the_second_device_sees_both_texts_and_can_save_its_own(amina, tablet, answered):
    first, second = seen(amina, "name"), seen(tablet, "name")
    amina.post(HERE + "name", data={**NAME, "seen": first})

    answer = tablet.post(HERE + "name", data={**ANOTHER, "seen": second})
    between = answered("family_name")
    now = re.search(r'name="seen" value="([0-9a-f]+)"', answer.text)[1]
    again = tablet.post(HERE + "name", data={**ANOTHER, "seen": now})

    assert answer.status_code == 409
    assert ELSEWHERE in answer.text
    assert "Амина Юсупова" in answer.text
    assert 'value="Yusupova"' in answer.text
    assert between == "Юсупова"
    assert again.status_code == 303
    assert answered("family_name") == "Yusupova"


def test_the_second_device_can_leave_what_stands_there(amina, tablet, answered, session, cast):
    old = seen(tablet, "name")
    amina.post(HERE + "name", data=NAME)
    tablet.post(HERE + "name", data={**ANOTHER, "seen": old})

    answer = tablet.post(HERE + "name", data={"as_it_is": "yes"})

    assert (answer.status_code, answer.location) == (303, HERE + "other-names")
    assert answered("family_name") == "Юсупова"
    assert forms(session, cast.amina) is None


def test_a_field_is_not_saved_over_another_device_and_both_are_shown_after_a_reload(amina, tablet, answered):
    old = seen(tablet, "name")
    amina.post(HERE + "name", data=NAME)

    answer = tablet.post(HERE + "name", data={**ANOTHER, "seen": old}, headers=FIELDS)
    page = tablet.get(HERE + "name").text

    assert (answer.status_code, answer.mimetype) == (409, "text/plain")
    assert answered("family_name") == "Юсупова"
    assert ELSEWHERE in page
    assert "Амина Юсупова" in page
    assert 'value="Yusupova"' in page


def test_both_devices_saying_the_same_is_no_contradiction(amina, tablet):
    old = seen(tablet, "name")
    amina.post(HERE + "name", data=NAME)

    assert tablet.post(HERE + "name", data={**NAME, "seen": old}).status_code == 303


def test_a_page_that_saves_its_fields_does_not_contradict_itself(amina):
    first = seen(amina, "name")

    saved = amina.post(HERE + "name", data={**NAME, "seen": first}, headers=FIELDS)
    answer = amina.post(HERE + "name", data={**ANOTHER, "seen": saved.headers["Seen"]})

    assert answer.status_code == 303


def test_two_devices_on_two_pages_do_not_disturb_each_other(amina, tablet):
    old = seen(tablet, "birth")
    amina.post(HERE + "name", data=NAME)

    assert tablet.post(HERE + "birth", data={"born_on-year": "2002", "seen": old}).status_code == 303


def test_two_devices_on_one_family_member_are_told_as_well(amina, tablet, cast, session, case):
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    laylo = application.put_family_member(
        session, case, None, {"given_names": "Laylo", "paper": people.Paper.PASSPORT}, by=cast.amina
    )
    session.commit()
    address = f"family/{laylo.id}/document"
    old = seen(tablet, address)
    amina.post(HERE + address, data={"paper_number": "FA 1"})

    answer = tablet.post(HERE + address, data={"paper_number": "FB 2", "seen": old})

    assert answer.status_code == 409
    assert "FA 1" in answer.text
    assert 'value="FB 2"' in answer.text


def test_a_sign_that_was_made_up_is_no_harm(amina):
    assert amina.post(HERE + "name", data={**NAME, "seen": "\x00" * 5000}).status_code == 409


def test_a_second_draft_leads_to_the_first(amina, tablet, session, case):
    answers = [browser.post(HERE + "start") for browser in (amina, tablet)]

    assert {answer.location for answer in answers} == {HERE}
    assert len(people.of_case(session, case)) == 1
