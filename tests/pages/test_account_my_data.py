"""The account: what is kept, the copy of it, and asking to correct or delete."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal import jobs
from portal.adapters.vault import Vault
from portal.db import clock_turned, day_of, now
from portal.domain.access.sign_in import FRESH, SignIn
from portal.domain.cases import CaseState
from portal.domain.own import data_requests, my_file
from portal.domain.own.data_requests import RequestKind, RequestState
from portal.domain.own.my_file import AFTER_FETCHED, LASTS, Export, ExportState
from portal.pages.account.my_data import PATIENCE
from tests.reading import read

PAGE = "/en/account/my-data"
EVERYBODY = ["amina", "clara", "aino", "petros", "mart", "olga"]
STAFF = EVERYBODY[1:]
HTMX = {"HX-Request": "true"}
LATER = FRESH + timedelta(seconds=1)


@pytest.fixture
def amina(enter, cast):
    """Amina's browser, on a phone of her own."""
    cast.amina.shares_phone = False
    return enter(cast.amina)


@pytest.fixture
def ready(amina, cast, session, wiring) -> Export:
    """Her file, made by the job."""
    amina.post(f"{PAGE}/file")
    assert jobs.do_one(wiring)
    return latest(session, cast)


def latest(session, cast) -> Export:
    found = my_file.latest(session, cast.amina)
    session.refresh(found)
    session.commit()
    return found


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_finds_their_data_from_their_account(enter, cast, who):
    client = enter(getattr(cast, who))

    link = read(client.get("/en/account/")).links["Open My data"]
    page = client.get(link)

    assert (link, page.status_code, read(page).heading) == (PAGE, 200, "My data")
    assert read(page).links["How we handle your data"] == "/en/programme/privacy"
    assert read(page).buttons["Prepare my file"] == f"{PAGE}/file"


@pytest.mark.parametrize("who", STAFF)
def test_staff_and_partners_get_their_account_and_ask_nothing_here(enter, cast, who):
    client = enter(getattr(cast, who))

    page = client.get(PAGE)

    assert "Correct something" not in read(page).links
    assert "Your plan and payments" not in page.text
    assert client.get(f"{PAGE}/ask/correct").status_code == 404
    assert client.post(f"{PAGE}/ask/delete").status_code == 404


def test_a_stranger_is_sent_to_the_door(client):
    answers = [client.get(PAGE), client.post(f"{PAGE}/file"), client.get(f"{PAGE}/ask/correct")]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert all("/sign-in" in answer.location for answer in answers)


def test_looking_at_the_page_asks_for_nothing(amina, session, cast):
    amina.get(PAGE)

    assert my_file.latest(session, cast.amina) is None


# --- The copy -------------------------------------------------------------------------------------


def test_the_file_is_prepared_and_then_fetched(amina, ready):
    page = amina.get(PAGE)
    answer = amina.post(read(page).buttons["Download my file"])

    assert answer.status_code == 200
    assert (
        answer.headers["Content-Disposition"]
        == f'attachment; filename="my-file-{day_of(ready.ready_at)}.zip"'
    )
    assert answer.headers["Content-Length"] == str(len(answer.data)) == str(ready.size)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"PK")


@pytest.mark.parametrize("address", [f"{PAGE}/file", f"{PAGE}/file/1"])
def test_a_code_is_asked_for_before_each(amina, address):
    with clock_turned(LATER):
        answer = amina.post(address)

    assert read(answer).heading == "Is it you?"


def test_a_second_tap_leads_to_the_same_file(amina, session, cast):
    amina.post(f"{PAGE}/file")
    first = latest(session, cast).id
    answer = amina.post(f"{PAGE}/file")

    assert (answer.status_code, answer.location) == (303, f"{PAGE}#my-file")
    assert latest(session, cast).id == first


def test_the_page_asks_by_itself_until_it_is_ready_and_then_no_more(amina, wiring):
    amina.post(f"{PAGE}/file")
    page = amina.get(PAGE)
    nothing_new = amina.get(f"{PAGE}?checking=waiting", headers=HTMX)
    jobs.do_one(wiring)
    part = amina.get(f"{PAGE}?checking=waiting", headers=HTMX)

    assert f'hx-get="{PAGE}?checking=waiting" hx-trigger="every 3s"' in page.text
    assert nothing_new.status_code == 204
    assert "Download my file" in read(part).buttons
    assert "<html" not in part.text
    assert "hx-get" not in part.text


def test_a_page_left_open_stops_asking(amina):
    amina.post(f"{PAGE}/file")

    with clock_turned(PATIENCE + timedelta(seconds=1)):
        page = amina.get(PAGE)

    assert "hx-get" not in page.text
    assert read(page).links["Look again"] == f"{PAGE}#my-file"


def test_while_the_store_is_down_the_page_says_so_and_nothing_is_lost(amina, wiring, settings, session, cast):
    nowhere = {"s3_endpoint": "http://127.0.0.1:1", "s3_key": "a", "s3_secret": "b"}
    away = dataclasses.replace(settings, store_url="s3://nowhere", **nowhere)
    down = dataclasses.replace(wiring, vault=Vault(away, request_limit=timedelta(seconds=1)))
    amina.post(f"{PAGE}/file")

    jobs.do_one(down)

    assert latest(session, cast).state is ExportState.WAITING
    assert "It takes longer than usual" in amina.get(PAGE).text


def test_an_hour_after_it_was_fetched_it_is_gone(amina, ready, session):
    address = f"{PAGE}/file/{ready.id}"
    assert amina.post(address).status_code == 200
    assert amina.post(address).status_code == 200  # the line broke

    with clock_turned(AFTER_FETCHED + timedelta(minutes=1)):
        _seen_now(session)
        gone, page = amina.post(address), amina.get(PAGE)

    assert gone.status_code == 404
    assert "The file that you asked for is erased." in page.text
    assert "Prepare my file" in read(page).buttons


def test_after_two_days_it_is_gone(amina, ready, session):
    with clock_turned(LASTS + timedelta(minutes=1)):
        _seen_now(session)
        answer = amina.post(f"{PAGE}/file/{ready.id}")

    assert answer.status_code == 404


def _seen_now(session) -> None:
    """Everybody is still signed in, and has just shown a code."""
    session.execute(update(SignIn).values(seen_at=now(), fresh_at=now(), ends_at=now() + timedelta(hours=1)))
    session.commit()


@pytest.mark.parametrize("who", ["giorgi", "clara", "mart"])
def test_nobody_else_fetches_it(enter, cast, ready, who):
    answer = enter(getattr(cast, who)).post(f"{PAGE}/file/{ready.id}")

    assert answer.status_code == 404


def test_one_that_was_lost_in_the_store_can_be_asked_for_anew(amina, ready, wiring, session, cast):
    wiring.vault.delete(ready.store_name)

    answer = amina.post(f"{PAGE}/file/{ready.id}", follow_redirects=True)

    assert "We could not prepare your file." in answer.text
    assert latest(session, cast).state is ExportState.FAILED
    assert "Prepare my file" in read(answer).buttons


def test_nobody_asks_for_it_all_day_long(amina, session, cast, wiring):
    for _ in range(5):
        amina.post(f"{PAGE}/file")
        my_file.end_all(session, cast.amina)
        session.commit()

    assert amina.post(f"{PAGE}/file").status_code == 429


def test_on_a_phone_of_several_people_the_page_warns_about_the_downloads(enter, cast, session, ready):
    told = [enter(cast.amina).get(PAGE).text]
    cast.amina.shares_phone = True
    session.commit()
    told.append(enter(cast.amina).get(PAGE).text)

    assert ["find the file in the downloads" in text for text in told] == [False, True]


# --- Requests -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [None, *CaseState], ids=str)
def test_a_mistake_can_be_told_in_every_state(enter, cast, session, state):
    if state:
        cast.case(state)
    client = enter(cast.amina)

    answer = client.post(f"{PAGE}/ask/correct", data={"section": "", "words": "Wrong.", "wish": "Right."})

    assert (answer.status_code, answer.location) == (303, f"{PAGE}#requests")
    (request,) = data_requests.of_account(session, cast.amina)
    assert (request.kind, request.section, request.wish) == (RequestKind.CORRECT, None, "Right.")
    assert (request.case_id is None) is (state is None)


def test_deleting_needs_no_words(amina, cast, session):
    page = amina.get(f"{PAGE}/ask/delete")
    answer = amina.post(read(page).buttons["Send request"], follow_redirects=True)

    assert read(page).heading == "Delete what may be deleted"
    assert "We have your request." in answer.text
    (request,) = data_requests.of_account(session, cast.amina)
    assert (request.kind, request.words) == (RequestKind.DELETE, "")


def test_what_is_missing_is_said_and_what_was_typed_stays(amina, cast, session):
    answer = amina.post(f"{PAGE}/ask/correct", data={"section": "needs", "words": "Wrong."})

    assert answer.status_code == 422
    assert "How should it be? – Fill this in." in answer.text
    assert ">\r\nWrong.</textarea>" in answer.text
    assert data_requests.of_account(session, cast.amina) == []


@pytest.mark.parametrize(
    "data", [{"section": "nowhere", "words": "a", "wish": "b"}, {"words": "a" * 5000, "wish": "b"}]
)
def test_bad_input_is_refused_with_a_sentence(amina, data):
    assert amina.post(f"{PAGE}/ask/correct", data={"wish": "b", **data}).status_code == 422


def test_only_these_two_can_be_asked(amina):
    assert amina.get(f"{PAGE}/ask/forget").status_code == 404


def test_sent_twice_it_is_one_request(amina, cast, session):
    for _ in range(2):
        amina.post(f"{PAGE}/ask/delete", data={"words": "My photo"})

    assert len(data_requests.of_account(session, cast.amina)) == 1


def test_the_page_says_by_when_there_is_an_answer_and_when_it_is_late(amina, cast, session):
    with clock_turned(timedelta(days=-31)):
        data_requests.ask(session, cast.amina, RequestKind.DELETE, words="My photo")
    data_requests.ask(session, cast.amina, RequestKind.DELETE, words="My letter")
    session.commit()

    page = amina.get(PAGE).text

    assert page.count("You get an answer by this day") == 1
    assert page.count("The answer is late") == 1


def test_the_answer_is_read_here(amina, cast, session):
    request = data_requests.ask(session, cast.amina, RequestKind.DELETE, words="My photo")
    data_requests.answer(session, request, RequestState.REFUSED, "The law keeps it <b>", by=cast.clara)
    session.commit()

    page = amina.get(PAGE).text

    assert "The law keeps it &lt;b&gt;" in page
    assert "Not done" in page
    assert "Clara" not in page


def test_a_stranger_reads_no_request_of_hers(enter, cast, session):
    data_requests.ask(session, cast.amina, RequestKind.DELETE, words="My photo")
    session.commit()

    assert "My photo" not in enter(cast.giorgi).get(PAGE).text
