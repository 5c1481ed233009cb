"""Before an account: a stranger asks, is told whom to talk to and what to bring, and leaves no trace."""

import logging
import re
from html import unescape

import pytest
from babel.support import Translations

from portal.domain.applying.guide import CHOICES, Topic
from portal.domain.cases import CaseState
from portal.pages.guide import LISTED
from portal.web.language import TRANSLATIONS
from portal.web.words import guiding, say
from tests.pages.test_public import LIGHT

CHECK, PAPERS = "/en/check", "/en/papers"
EASY = {
    "status": "no_papers",
    "precept": "none",
    "pending": "nothing",
    "citizenship": "other",
    "country": "own",
    "passport": "with_me",
    "family": "alone",
    "fear": "no",
}
HEAVY = {**EASY, "status": "protection", "fear": "yes", "family": "both", "passport": "lost"}


@pytest.fixture
def database_kind() -> str:
    """Nothing is read from the database, nothing written."""
    return "sqlite"


@pytest.fixture
def guarded(app):
    """The portal as it runs: forms need their token, and a token sets a cookie."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def fields(page: str, sort: str) -> dict[str, str]:
    """Names and values of the fields of a sort: `type="hidden"`, or `checked`."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", page):
        if sort in tag and (name := re.search(r'name="(\w+)"', tag)):
            found[name[1]] = re.findall(r'value="(\w*)"', tag)[0]
    return found


def ticked(page: str) -> dict[str, str]:
    """The answers that a page of questions holds."""
    return fields(page, " checked ")


def carried(page: str) -> dict[str, str]:
    """The answers that travel with the next button: hidden, or in lists that drop down."""
    found = fields(page, 'type="hidden"')
    for name, options in re.findall(r'<select [^>]*name="(\w+)">(.*?)</select>', page, re.DOTALL):
        if chosen := re.search(r'<option selected value="(\w+)">', options):
            found[name] = chosen[1]
    return found


def headings(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r"<h2>([^<]+)</h2>", page)]


def talks(page: str) -> list[str]:
    """Whom a page names, the first first."""
    listed = page.partition('<ol class="steps people">')[2].partition("</ol>")[0]
    return [unescape(each) for each in re.findall(r"<h3>([^<]+)</h3>", listed)]


# --- It works -------------------------------------------------------------------------------------


def test_all_questions_come_at_once_and_none_is_answered(client):
    page = client.get(CHECK).text

    assert re.findall(r'<section class="ask" id="(\w+)"', page) == list(Topic)
    assert ticked(page) == {}
    assert page.count('type="radio"') == sum(map(len, CHOICES.values()))


def test_an_easy_situation_is_told_of_the_help_and_whom_to_ask(client):
    page = client.post(CHECK, data=EASY).text

    assert headings(page) == ["Which help there is", "Whom you can ask", "If you want to go on"]
    assert talks(page) == ["A counsellor of the programme", "Independent advice"]
    assert '<a class="more" href="tel:+3726778700">' in page


def test_a_heavy_situation_is_led_to_a_talk_before_anything_is_said_about_help(client):
    page = client.post(CHECK, data=HEAVY).text

    assert headings(page) == [
        "Talk to somebody first",
        "What matters in your situation",
        "Which help there is",
        "If you want to go on",
    ]
    assert "First take advice. Only then should anybody write to the embassy" in page


def test_a_european_citizen_is_told_plainly_and_whom_to_ask(client):
    page = client.post(CHECK, data={**EASY, "citizenship": "european"}).text

    assert "<h3>This programme is for citizens of other countries</h3>" in page
    assert talks(page) == [
        "A counsellor of the programme",
        "The embassy or consulate of your country",
        "Independent advice",
    ]


def test_a_programme_without_advisers_still_names_a_person(app, client, monkeypatch):
    programme = app.extensions["wiring"].programme
    monkeypatch.setitem(vars(programme), "independent_advice", ())

    page = client.post(CHECK, data=HEAVY).text

    assert talks(page) == ["A counsellor of the programme"]


def test_who_answers_nothing_gets_an_answer(client):
    assert client.post(CHECK).status_code == 200
    assert talks(client.post(CHECK).text)[0] == "A counsellor of the programme"


def test_enter_leads_on_to_the_next_question_and_after_the_last_to_the_outcome(client):
    half = client.post(CHECK, data={"to": "next", "status": "protection", "precept": "none"}).text
    whole = client.post(CHECK, data={"to": "next", **EASY}).text

    assert '<section class="ask here" id="pending"' in half
    assert ticked(half) == {"status": "protection", "precept": "none"}
    assert "<h1>What could fit your situation</h1>" in whole


# --- Answers travel, and are kept nowhere ---------------------------------------------------------


def test_going_back_from_the_outcome_and_from_the_papers_keeps_every_answer(client):
    outcome = client.post(CHECK, data=HEAVY).text
    papers = client.post(PAPERS, data=carried(outcome)).text
    again = client.post(CHECK, data=carried(papers)).text
    questions = client.post(CHECK, data={**carried(again), "to": "questions"}).text

    assert carried(outcome) == carried(papers) == carried(again) == ticked(questions) == HEAVY


def test_another_language_keeps_every_answer(client):
    page = client.post(CHECK, data=HEAVY).text
    button = '<button form="guide" name="to" value="" formaction="/ru/check" lang="ru">Русский</button>'

    assert button in page
    assert carried(client.post("/ru/check", data={**carried(page), "to": ""}).text) == HEAVY


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", [CHECK, PAPERS])
def test_no_cookie_is_set_and_no_token_is_needed(guarded, path, method):
    browser = guarded.test_client()

    answer = browser.open(path, method=method, data=HEAVY if method == "POST" else None)

    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])


@pytest.mark.parametrize("path", [CHECK, PAPERS])
def test_only_a_page_without_answers_may_be_kept(client, path):
    empty, filled = client.get(path), client.post(path, data=HEAVY, headers={"Accept-Encoding": "br"})

    assert empty.headers["Cache-Control"] == "public, max-age=300"
    assert filled.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in filled.headers


@pytest.mark.parametrize("path", [CHECK, PAPERS])
@pytest.mark.parametrize("data", [HEAVY, {**HEAVY, "to": "questions"}])
def test_no_answer_stands_in_an_address(client, path, data):
    page = client.post(path, data=data).text

    addresses = re.findall(r'(?:href|action|formaction|src)="([^"]*)"', page)
    assert [each for each in addresses if "?" in each or "=" in each] == []


@pytest.mark.parametrize("path", [CHECK, PAPERS])
def test_answers_in_an_address_are_not_read(client, path):
    page = client.get(path, query_string=HEAVY).text.partition("<main")[2]

    assert page == client.get(path).text.partition("<main")[2]


def test_no_line_of_the_log_holds_an_answer(client, caplog):
    caplog.set_level(logging.DEBUG)

    client.post(CHECK, data=HEAVY)
    client.post(PAPERS, data={**HEAVY, "status": "nonsense"})

    assert [line for line in caplog.messages for answer in HEAVY.values() if answer in line] == []


def test_nothing_is_written_to_the_database(client, wiring):
    # A page that only asked the database would fail as well: this one needs none.
    wiring.engine.dispose()

    with wiring.engine.connect() as connection:
        before = connection.exec_driver_sql("PRAGMA data_version").scalar()
        client.post(CHECK, data=HEAVY)
        client.post(PAPERS, data=HEAVY)

        assert connection.exec_driver_sql("PRAGMA data_version").scalar() == before


# --- What cannot be used --------------------------------------------------------------------------

NONSENSE = [
    "nonsense",
    "__class__",
    "<script>",
    "Protection",
    "no\x00",
    "🏠",
    "a" * 5000,
    "with_deadline,none",
]


@pytest.mark.parametrize("wrong", NONSENSE)
@pytest.mark.parametrize("topic", Topic)
def test_an_answer_that_does_not_exist_is_asked_again_and_the_others_stay(client, topic, wrong):
    answer = client.post(CHECK, data={**EASY, topic: wrong})

    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'<section class="ask here" id="{topic}"' in answer.text
    assert ticked(answer.text) == {name: value for name, value in EASY.items() if name != topic}
    assert "<script>" not in answer.text


@pytest.mark.parametrize("topic", LISTED)
def test_an_answer_that_does_not_exist_leaves_the_list_for_everybody(client, topic):
    answer = client.post(PAPERS, data={topic: "nonsense"})

    assert answer.status_code == 422
    assert f'aria-describedby="{topic}-error"' in answer.text
    assert headings(answer.text) == headings(client.get(PAPERS).text)


@pytest.mark.parametrize("topic", sorted(set(Topic) - set(LISTED)))
def test_an_answer_that_the_list_does_not_need_cannot_be_wrong(client, topic):
    answer = client.post(PAPERS, data={**EASY, topic: "nonsense"})

    assert answer.status_code == 200
    assert carried(answer.text) == {name: value for name, value in EASY.items() if name != topic}


def test_another_button_than_there_is_leads_to_the_outcome(client):
    assert "<h1>What could fit" in client.post(CHECK, data={**EASY, "to": "nowhere"}).text


def test_what_is_no_form_is_no_answer(client):
    answer = client.post(CHECK, json=HEAVY)

    assert (answer.status_code, carried(answer.text)) == (200, {})


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_nothing_else_can_be_done_with_it(client, method):
    assert client.open(CHECK, method=method).status_code == 405


# --- What to bring --------------------------------------------------------------------------------


def test_everybody_may_read_the_whole_list_without_answering(client):
    page = client.get(PAPERS).text

    assert "Nobody needs papers in order to apply." in page
    assert headings(page) == [
        "For you",
        "For every adult who travels with you",
        "For every child under 18",
        "Useful for a talk",
        "If you do not have a paper",
        "Ask us",
    ]


def test_the_list_of_one_person_is_short(client):
    page = client.post(PAPERS, data=EASY).text

    assert headings(page) == ["For you", "If you do not have a paper", "Ask us"]
    assert "You have your passport. Keep it with you." in page


def test_who_may_fear_a_state_is_told_to_take_advice_before_the_embassy_hears_of_it(client):
    told = {
        status: "First take advice." in client.post(PAPERS, data={"status": status}).text
        for status in ("asylum_seeker", "protection", "permit_valid")
    }

    assert told == {"asylum_seeker": True, "protection": True, "permit_valid": False}


# --- For everybody --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["check", "papers"])
@pytest.mark.parametrize("language", ["en", "et", "ru", "xb"])
def test_every_page_is_there_in_every_language_and_light(client, language, path):
    page = client.get(f"/{language}/{path}", headers={"Accept-Encoding": "br"})
    text = client.get(f"/{language}/{path}").text
    weight = len(page.data)
    for address in re.findall(r'rel="stylesheet" href="([^"]+)"', text):
        with client.get(address, headers={"Accept-Encoding": "br"}) as style:
            weight += len(style.data)

    assert page.headers["Content-Encoding"] == "br"
    assert weight <= LIGHT
    assert (text.count("<h1"), "<script" in text) == (1, False)
    assert client.post(f"/{language}/{path}", data=HEAVY).status_code == 200


def test_who_is_signed_in_gets_a_page_of_their_own_and_finds_the_list_beside_the_documents(cast, enter):
    cast.case(CaseState.DRAFT)
    browser = enter(cast.amina)

    answer = browser.get(CHECK)

    assert answer.headers["Cache-Control"] == "no-store"
    assert 'href="/en/papers"' in browser.get("/en/my/documents").text
    assert "Create an account" not in browser.post(CHECK, data=EASY).text


@pytest.mark.parametrize("page", ["/en/", "/en/programme/who"])
def test_the_first_pages_lead_to_the_questions(client, page):
    assert 'href="/en/check"' in client.get(page).text


@pytest.mark.parametrize("page", ["/en/", "/en/programme/questions"])
def test_the_first_pages_lead_to_the_list(client, page):
    assert 'href="/en/papers"' in client.get(page).text


REFUSALS = {
    "en": r"you cannot|you can't|you may not|not eligible|refuse|reject|deport|repatri|you should",
    "et": r"te ei saa|te ei tohi|keeldu|tagasi lükat|küüdita|te peate|peaksite",
    "ru": r"вы не можете|вам нельзя|отказан|депорт|репатри|вы обязаны|вам следует",
}


@pytest.mark.parametrize("language", ["en", "et", "ru"])
def test_no_word_of_the_guide_refuses_or_presses(app, language):
    known = Translations.load(str(TRANSLATIONS), [language])
    tables = [guiding.POINTS, guiding.HELPS, guiding.TALKS, guiding.TOPICS, *guiding.MORE.values()]
    with app.test_request_context(f"/{language}/"):
        said = {str(words) for table in tables for words in table.values()}

    found = [known.gettext(one) for one in said]

    assert [one for one in found if re.search(REFUSALS[language], one, re.IGNORECASE)] == []


def test_every_answer_can_be_read(app):
    with app.test_request_context("/en/"):
        said = {topic: [str(say(one)) for one in choices] for topic, choices in CHOICES.items()}

    assert {tuple(words[-2:]) for words in said.values()} == {
        ("I don’t know", "I prefer to say it in person")
    }
