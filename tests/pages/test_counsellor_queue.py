"""The queue: who sees which cases, how one is found, and what does not exist."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event, select

from benchmarks.seeding import people, seed
from portal.db import today
from portal.domain import people as persons
from portal.domain.cases import CaseState
from portal.domain.desk import piles
from portal.domain.desk.views import SavedView
from portal.domain.permissions import Role

QUEUE = "/en/counsellor/"


def references(answer) -> list[str]:
    """The cases of a page, in its order."""
    return re.findall(r'translate="no">(AVR-\w{8})<', answer.text)


def search(browser, text: str):
    """The page to which a search leads."""
    return browser.get(browser.post(f"{QUEUE}search", data={"text": text}).location)


def in_language(answer, code: str) -> str:
    """Where the page leads who would read it in another language."""
    return unescape(re.search(rf'<a href="([^"]+)" lang="{code}"', answer.text)[1])


def test_a_counsellor_begins_with_what_waits_for_her(cast, enter):
    mine = cast.case(CaseState.IN_REVIEW)
    cast.case(CaseState.PROPOSED, migrant=cast.giorgi)

    answer = enter(cast.clara).get(QUEUE)

    assert (answer.status_code, references(answer)) == (200, [mine.reference])
    assert "Amina Юсупова" in answer.text


def test_a_senior_counsellor_begins_with_what_she_decides(cast, enter):
    cast.case(CaseState.IN_REVIEW)
    proposed = cast.case(CaseState.PROPOSED, migrant=cast.giorgi)

    assert references(enter(cast.aino).get(QUEUE)) == [proposed.reference]


def test_the_tabs_say_how_much_lies_in_each_pile(cast, enter):
    cast.case(CaseState.IN_REVIEW)
    cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)

    answer = enter(cast.clara).get(QUEUE)

    assert re.findall(r'class="count number"[^>]*>([^<]+)<', answer.text) == ["1", "1", "0", "0", "1"]


def test_a_case_leads_back_to_the_list_it_was_opened_from(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    clara = enter(cast.clara)

    clara.get(f"{QUEUE}?pile=mine&speaks=ru")
    shown = clara.get(f"/et/counsellor/cases/{case.reference}").text

    back = f"/et/counsellor/?pile=mine&amp;speaks=ru#case-{case.reference}"
    assert f'class="back" href="{back}"' in shown


def test_what_is_late_says_by_how_much(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    case.due_on = today() - timedelta(days=5)

    answer = enter(cast.clara).get(f"{QUEUE}?pile=overdue")

    assert references(answer) == [case.reference]
    assert "5 days late" in answer.text


def test_a_saved_view_says_what_is_chosen_by_each_filter(cast, enter, session):
    clara, partner = enter(cast.clara), cast.tashkent.id
    cast.case(CaseState.IN_REVIEW)

    chosen = f"pile=mine&country=UZ&careful=no&partner={partner}&sort=newest"
    clara.post(f"{QUEUE}views?{chosen}", data={"name": "Mine"})
    kept = session.scalar(select(SavedView))
    kept.filters += "&leave=of-another-year"
    session.commit()
    told = re.search(r'<p class="soft">(All my cases.*)</p>', clara.get(f"{QUEUE}views").text)[1]

    assert told.split(" · ") == [
        "All my cases",
        "Returns to: Uzbekistan",
        "Special needs or care: None known",
        f"Partner organisation: {cast.tashkent.name}",
        "Order: Newest first",
        "Must leave Estonia: –",
    ]


def test_an_order_that_nobody_chose_follows_the_filters(cast, enter):
    cast.case(CaseState.IN_REVIEW)

    page = enter(cast.clara).get(f"{QUEUE}?pile=mine&leave=week&sort=").text
    orders = re.search(r'name="sort">(.*?)</select>', page, re.DOTALL)[1]

    assert re.findall(r'<option value="(\w*)"( selected)?>', orders) == [
        ("due", ""),
        ("contact", ""),
        ("", " selected"),
        ("newest", ""),
        ("oldest", ""),
    ]


def test_a_long_pile_goes_on_on_a_second_page(cast, enter, monkeypatch):
    monkeypatch.setattr(piles, "LIMIT", 2)
    cases = {
        cast.case(CaseState.SUBMITTED, migrant=cast.account(Role.MIGRANT, f"migrant {number}")).reference
        for number in range(3)
    }
    browser = enter(cast.clara)

    first = browser.get(f"{QUEUE}?pile=unassigned")
    later = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = browser.get(later)

    assert len(references(first)) == 2
    assert {*references(first), *references(second)} == cases
    assert 'rel="next"' not in second.text


def test_an_empty_pile_says_so(cast, enter):
    assert "Nothing is overdue." in enter(cast.clara).get(f"{QUEUE}?pile=overdue").text


@pytest.mark.parametrize("query", ["pile=nothing", "pile=to-approve", "pile=%00"])
def test_a_pile_that_is_not_on_her_desk_does_not_exist(cast, enter, query):
    assert enter(cast.clara).get(f"{QUEUE}?{query}").status_code == 404


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_the_queue_does_not_exist_for_others(cast, enter, who):
    assert enter(getattr(cast, who)).get(QUEUE).status_code == 404


def test_a_stranger_is_asked_to_sign_in(client):
    answer = client.get(QUEUE)

    assert (answer.status_code, answer.location) == (303, "/en/sign-in?next=/en/counsellor/")


def test_one_fitting_case_is_opened_at_once(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)

    answer = search(enter(cast.clara), "yusup")

    assert (answer.status_code, answer.location) == (303, f"/en/counsellor/cases/{case.reference}")


def test_several_fitting_cases_are_listed(cast, enter):
    cases = {
        cast.case(CaseState.IN_REVIEW).reference,
        cast.case(CaseState.CLOSED, migrant=cast.giorgi).reference,
    }

    answer = search(enter(cast.clara), "amina")

    assert (answer.status_code, set(references(answer))) == (200, cases)


def test_nothing_fits(cast, enter):
    answer = search(enter(cast.clara), "Nobody")

    assert (answer.status_code, references(answer)) == (200, [])
    assert "No case was found." in answer.text


def test_a_colleagues_case_is_not_found(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.kalle)

    for text in ("amina", case.reference):
        assert references(search(browser, text)) == []


@pytest.mark.parametrize("text", ["", " ", "a", "x" * 201, "\x00", "%%", "__", "%_"])
def test_what_cannot_be_searched_for_is_said_beside_the_field(cast, enter, text):
    answer = enter(cast.clara).post(f"{QUEUE}search", data={"text": text})

    assert answer.status_code == 422
    assert 'id="search-error"' in answer.text


def test_a_name_never_stands_in_an_address(cast, enter):
    assert enter(cast.clara).get(f"{QUEUE}search?text=amina").status_code == 405


@pytest.mark.parametrize("at", ["yesterday", "%00", "AQIDBAUGBwg", "²"])
def test_a_cursor_that_leads_nowhere_shows_the_beginning_and_says_why(cast, enter, at):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).get(f"{QUEUE}?pile=mine&at={at}")

    assert (answer.status_code, references(answer)) == (200, [case.reference])
    assert "This address belongs to another list." in answer.text


def test_an_old_bookmark_is_told_what_is_not_here_any_more(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)

    answer = enter(cast.clara).get(f"{QUEUE}?pile=mine&state=closed&partner=17&country=UZ")

    assert (answer.status_code, references(answer)) == (200, [case.reference])
    assert "Left out: State, Partner organisation." in answer.text


def test_a_filter_leaves_what_fits_and_can_be_left_out_again(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)

    assert references(browser.get(f"{QUEUE}?pile=mine&state=in_review")) == [case.reference]
    narrow = browser.get(f"{QUEUE}?pile=mine&state=preparing")
    assert references(narrow) == []
    assert "No case fits these filters." in narrow.text


def test_the_page_asks_for_its_list_and_hears_nothing_when_nothing_changed(cast, enter):
    case = cast.case(CaseState.IN_REVIEW)
    browser = enter(cast.clara)
    again = re.search('data-again="([^"]+)"', browser.get(f"{QUEUE}?pile=mine").text)[1].replace("&amp;", "&")

    assert browser.get(again, headers={"HX-Request": "true"}).status_code == 204
    case.due_on = today() - timedelta(days=1)
    cast.session.commit()
    changed = browser.get(again, headers={"HX-Request": "true"})
    assert (changed.status_code, references(changed), "<html" in changed.text) == (
        200,
        [case.reference],
        False,
    )


@pytest.mark.parametrize("pile", ["mine", "unassigned"])
def test_every_list_can_look_whether_it_has_changed(cast, enter, pile):
    cast.case(CaseState.IN_REVIEW)

    scripts = re.findall(
        r'<script src="/static/([\w/.-]*(?:htmx|desk)[\w.]*)',
        enter(cast.clara).get(f"{QUEUE}?pile={pile}").text,
    )

    assert [one.split("/")[0].split(".")[0] for one in scripts] == ["vendor", "desk"]


def test_a_case_is_taken_from_the_list_and_the_second_of_two_is_told(cast, enter):
    case = cast.case(CaseState.SUBMITTED)
    take = f"{QUEUE}take/{case.reference}?pile=unassigned"

    first = enter(cast.clara).post(take)
    second = enter(cast.kalle).post(take, headers={"HX-Request": "true"})

    assert (first.status_code, first.location) == (303, f"{QUEUE}?pile=unassigned")
    assert (second.status_code, references(second)) == (409, [])
    assert f"Clara Tamm has taken on the case {case.reference}." in second.text


def test_a_review_is_not_offered_to_who_had_the_case_and_the_list_says_why(cast, enter, session):
    case, free = cast.case(CaseState.SUBMITTED), cast.case(CaseState.SUBMITTED, migrant=cast.giorgi)
    case.former_counsellor_id = cast.clara.id
    session.commit()
    clara = enter(cast.clara)

    shown = clara.get(f"{QUEUE}?pile=unassigned").text
    answer = clara.post(f"{QUEUE}take/{case.reference}?pile=unassigned", headers={"HX-Request": "true"})

    assert shown.count("Review of the decision asked for") == 1

    assert re.findall(r'action="/en/counsellor/take/(AVR-\w+)', shown) == [free.reference]
    assert (answer.status_code, references(answer).count(free.reference)) == (409, 1)
    assert "cannot take it. Another counsellor must." in answer.text
    assert '<span class="count number" id="pile-2" hx-swap-oob="true">2</span>' in answer.text


def test_a_search_leads_to_a_sign_that_names_nobody_and_is_ones_own(cast, enter):
    cast.case(CaseState.IN_REVIEW)
    cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    clara = enter(cast.clara)

    sent = clara.post(f"{QUEUE}search", data={"text": "AVR-00000000"})
    found = clara.get(sent.location)

    assert (sent.status_code, sent.text) == (303, "")
    assert (found.status_code, 'value="AVR-00000000"' in found.text) == (200, True)
    assert "AVR" not in sent.location
    for who, where in ((cast.kalle, sent.location), (cast.clara, f"{QUEUE}search/nonsense")):
        assert enter(who).get(where).status_code == 404


def test_a_case_leads_back_to_the_search_it_was_found_by_also_when_nothing_else_is_left(cast, enter, session):
    case, other = cast.case(CaseState.IN_REVIEW), cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    clara = enter(cast.clara)

    found = clara.post(f"{QUEUE}search", data={"text": "amina"}).location
    clara.get(found)
    shown = clara.get(f"{QUEUE}cases/{case.reference}").text
    other.counsellor_id = cast.kalle.id
    session.commit()
    back = clara.get(re.search(r'class="back" href="([^"#]+)', shown)[1])

    assert f'class="back" href="{found}#case-{case.reference}"' in shown
    assert (back.status_code, references(back)) == (200, [case.reference])


def test_who_switches_the_language_stays_on_the_same_list(cast, enter, monkeypatch):
    monkeypatch.setattr(piles, "LIMIT", 1)
    for who in (cast.amina, cast.giorgi):
        cast.case(CaseState.IN_REVIEW, migrant=who)
    clara, chosen = enter(cast.clara), "?pile=mine&state=in_review&country=UZ&sort=newest"
    first = clara.get(f"{QUEUE}{chosen}")
    second = clara.get(unescape(re.search(r'rel="next" href="([^"]+)"', first.text)[1]))
    found = search(clara, "amina")

    switched = [in_language(page, "et") for page in (first, second, found)]
    there = [clara.get(address) for address in switched]

    assert switched[0] == f"/et/counsellor/{chosen}"
    assert [references(page) for page in there] == [references(page) for page in (first, second, found)]
    assert ['lang="et"' in page.text for page in there] == [True] * 3


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("search?pile=mine", "?pile=mine"),
        ("views?pile=mine&country=UZ", "views?pile=mine&country=UZ"),
        ("take/AVR-00000000?pile=unassigned", "?pile=unassigned"),
    ],
)
def test_an_answer_to_a_form_leads_to_the_page_nearest_to_it_in_another_language(cast, enter, sent_to, page):
    answer = enter(cast.clara).post(f"{QUEUE}{sent_to}", data={"text": "", "name": ""})

    assert (answer.status_code, in_language(answer, "ru")) in (
        (422, f"/ru/counsellor/{page}"),
        (404, f"/ru/counsellor/{page}"),
    )


def test_a_view_is_saved_beside_the_list_and_shown_there(cast, enter):
    browser = enter(cast.clara)

    answer = browser.post(f"{QUEUE}views?pile=mine&careful=yes", data={"name": "Careful"})

    assert (answer.status_code, answer.location) == (303, f"{QUEUE}?pile=mine&careful=yes")
    assert "<bdi>Careful</bdi>" in browser.get(f"{QUEUE}?pile=mine").text
    assert browser.post(f"{QUEUE}views?pile=mine", data={"name": ""}).status_code == 422
    browser.post(f"{QUEUE}views?pile=mine", data={"name": "Careful"})
    assert "in place of the one that had this name" in browser.get(f"{QUEUE}?pile=mine").text
    assert enter(cast.kalle).get(f"{QUEUE}views").text.count("Careful") == 0


def test_two_files_of_one_person_point_at_each_other_until_somebody_tells_them_apart(cast, enter, session):
    case = cast.case(CaseState.IN_REVIEW)
    other = cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi)
    persons.principal(session, other).family_name = "Yusupova"
    session.commit()
    browser = enter(cast.clara)

    shown = browser.get(f"{QUEUE}cases/{case.reference}").text
    compare = re.search(r'href="([^"]+/same/[^"]+)"', shown)[1]
    page = browser.get(compare).text
    assert (other.reference in page, "Sounds the same" in page) == (True, True)
    assert browser.post(f"{compare}/apart").status_code == 303

    for one in (case, other):
        assert "/same/" not in browser.get(f"{QUEUE}cases/{one.reference}").text
    assert enter(cast.kalle).get(compare).status_code == 404


@pytest.mark.parametrize("query", ["pile=mine", "pile=mine&country=UZ", "pile=overdue&sort=newest"])
def test_a_hundred_cases_ask_the_database_as_often_as_one(cast, enter, session, wiring, query):
    browser, asked = enter(cast.clara), []
    cast.case(CaseState.IN_REVIEW).due_on = today() - timedelta(days=1)
    session.commit()

    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(wiring.engine, "before_cursor_execute", note)
    try:
        browser.get(f"{QUEUE}?{query}")
        few, asked[:] = len(asked), []
        seed(wiring.engine, people.Scale(cases=200, events=1, first_counsellor=cast.clara.id))
        asked.clear()
        browser.get(f"{QUEUE}?{query}")
    finally:
        event.remove(wiring.engine, "before_cursor_execute", note)

    assert len(asked) == few
