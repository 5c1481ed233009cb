"""Amina applies on a small phone, and two counsellors decide, with scripts and without them."""

import re
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.domain.cases import Case
from tests.browser.conftest import DESK, PHONE
from tests.cast import PASSWORD as STAFF_PASSWORD
from tests.samples import photo

pytestmark = pytest.mark.browser

NAME, PASSWORD = "amina", "a quiet river at dawn"
SAVE = "Save and go on"

Answers = dict[str, str | bool]

ABOUT_HER: list[tuple[str, Answers]] = [
    (
        "Which language do you want to speak with us?",
        {"Language": "Русский", "I would like an interpreter": True},
    ),
    ("What happens with your data?", {"I have read this": True}),
    ("What is your name?", {"First names": "Амина", "Family name": "Юсупова"}),
    ("Do you have other names?", {"Your name in the letters": "Амина Юсупова"}),
    ("When were you born?", {"Day": "27", "Month": "3", "Year": "2002"}),
]
HER_WAY: list[tuple[str, Answers]] = [
    ("Where were you born?", {"Country": "Uzbekistan", "City or village": "Samarkand"}),
    ("What are your gender and citizenship?", {"Female": True, "Citizenship": "Uzbekistan"}),
    ("Do you have another citizenship?", {}),
    ("Are you married?", {"Not married": True}),
    ("How can we reach you safely?", {"Phone number": "+998 90 123 45 67"}),
    ("Is there another way to reach you by phone?", {"Telegram": True}),
    ("When is it safe to contact you?", {"At which time of day?": "18:00"}),
    ("Where do you live now?", {"I have an address": True, "Address in Estonia": "Kopli 1"}),
    ("Whom can we call in your country", {"Name": "Зухра", "Phone number": "+998 90 765 43 21"}),
    ("When did you come to Estonia?", {"Year": "2023"}),
    ("What is your situation in Estonia?", {"Visa or residence permit that has ended": True}),
    ("Do you have a decision that you must leave Estonia?", {"No": True}),
    ("Are you in detention?", {"No": True}),
    ("Is there a court or police matter", {"I prefer to say it in person": True}),
    ("Have you returned with help", {"No": True}),
    ("How did you hear about us?", {}),
    ("Where do you want to return to?", {"Country": "Uzbekistan", "City or region": "Samarkand"}),
    ("Is somebody waiting for you there?", {"Yes": True, "Who?": "мама"}),
    ("When would you like to travel?", {"As soon as possible": True}),
    ("Are you afraid of something", {"No": True}),
    ("Do you travel alone or with your family?", {"Alone": True}),
    ("Which travel document do you have?", {"Passport": True, "With me": True}),
    (
        "What is written in your travel document?",
        {"Number": "FA 1234567", "Year": "2030", "Month": "1", "Day": "2"},
    ),
    ("Is there something we should know for a safe journey?", {"No": True}),
    ("Do you need help at the airport?", {"No": True}),
    ("Do you need a place to stay", {"I do not know": True}),
    ("Is it safe for you to travel alone?", {"Yes": True}),
    ("Has somebody forced or cheated you?", {"No": True}),
    ("What would you like to do after your return?", {"Start a small business": True}),
    ("Which school did you finish?", {"School for a trade": True}),
    ("What work have you done", {"What can you do well?": "Sewing"}),
    ("Which languages do you speak?", {"Which languages do you speak?": "Oʻzbekcha"}),
    ("Is this your own decision?", {"This is my own free decision": True, "My answers are true": True}),
    (
        "What may we do with your data?",
        {"I agree to this use of my data": True, "I agree to sharing with a partner organisation": True},
    ),
]


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def has_scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def phone(open_browser, has_scripts) -> Callable[[], Page]:
    """phone(): another phone in somebody's hand."""
    return lambda: open_browser(**PHONE, java_script_enabled=has_scripts)


@pytest.fixture
def desk(open_browser, has_scripts, portal, cast, session) -> Callable[[str], Page]:
    """desk("clara"): the computer in front of which Clara has signed in."""

    def sit_down(name: str) -> Page:
        account = getattr(cast, name)
        login, secret = account.login, cast.secret_of(account)
        session.commit()
        page = open_browser(**DESK, java_script_enabled=has_scripts)
        page.goto(f"{portal.url}/en/sign-in")
        show_password(page, login, STAFF_PASSWORD)
        page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).now())
        press(page, "Sign in")
        return page

    return sit_down


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], Path]:
    """picture("паспорт.jpg"): a photo in the phone, unlike every other."""

    def take(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(photo(side=400, seed=len(list(tmp_path.iterdir()))))
        return path

    return take


# --- What people do with a page ---------------------------------------------------------------------


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, begins: str) -> None:
    page.get_by_role("link", name=re.compile(f"^{re.escape(begins)}")).click()


def headed(page: Page, words: str) -> None:
    """The page shows this heading."""
    expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()


def fill_in(page: Page, answers: Answers) -> None:
    """Type, choose and tick, by the words beside each control."""
    for name, value in answers.items():
        if value is True:
            box = page.get_by_role("checkbox", name=name)
            page.get_by_role("radio", name=name, exact=True).or_(box).check()
        elif page.get_by_role("combobox", name=name).count():
            page.get_by_role("combobox", name=name).select_option(label=str(value))
        else:
            page.get_by_role("textbox", name=name).fill(str(value))


def answer_all(page: Page, questions: list[tuple[str, Answers]]) -> None:
    """One question after the other, as they come."""
    for question, answers in questions:
        expect(page.get_by_text(question)).to_be_visible()
        fill_in(page, answers)
        press(page, SAVE)


def show_password(page: Page, login: str, password: str) -> None:
    fill_in(page, {"Sign-in name": login, "Password": password})
    press(page, "Go on")


def send_document(page: Page, file: Path, say: Callable[[str], str] = str) -> None:
    """From the list of documents and back to it, until the portal's own check is over."""
    page.get_by_role("combobox", name=say("Which document is it?")).select_option(label=say("Passport"))
    page.get_by_label(say("Choose a photo or PDF")).set_input_files(file)
    press(page, say("Send"))
    headed(page, say("Documents"))
    checking = page.get_by_text(say("Automatic check"), exact=True)
    for _ in range(60):
        if not checking.count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError("the document was not checked in time")


def register(page: Page, url: str) -> tuple[str, list[str]]:
    """From the first page to her own; her sign-in name and her recovery codes."""
    page.goto(f"{url}/en/")
    follow(page, "Start an application")
    fill_in(page, {"A name to sign in with": NAME})
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    press(page, "Go on")
    app = pyotp.parse_uri(page.get_by_role("link", name="Open my app").get_attribute("href") or "")
    page.get_by_role("textbox", name="Code").fill(app.now())
    press(page, "Go on")
    headed(page, "Your recovery codes")
    codes = page.get_by_role("main").get_by_role("listitem").all_inner_texts()
    login = page.get_by_role("main").locator("strong bdi").inner_text()
    follow(page, "I have saved them")
    page.get_by_role("radio", name="Other people use it too").check()
    press(page, "Go on")
    return login, codes


def sign_in_with_recovery_code(page: Page, url: str, login: str, code: str) -> None:
    page.goto(f"{url}/en/my/")
    show_password(page, login, PASSWORD)
    follow(page, "I do not have my app")
    page.get_by_role("textbox", name="Code").fill(code)
    press(page, "Sign in")


# --- The story ------------------------------------------------------------------------------------------


def test_amina_applies_on_her_phone_and_is_accepted(portal, phone, desk, picture, russian, cast, session):
    # 2. She registers, with a password and an authenticator, and begins.
    first_phone = phone()
    login, codes = register(first_phone, portal.url)
    assert len({code for code in codes if re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code)}) == 10
    press(first_phone, "Start an application")
    follow(first_phone, "Start")
    answer_all(first_phone, ABOUT_HER)
    expect(first_phone.get_by_text("Question 6 of 34")).to_be_visible()

    # 3. The battery is empty: she goes on with a friend's phone and a recovery code, and finds every answer.
    amina = phone()
    sign_in_with_recovery_code(amina, portal.url, login, codes[0])
    follow(amina, "Go on with my application")
    expect(amina.get_by_text("5 of 34 questions answered")).to_be_visible()
    follow(amina, "Go on")
    answer_all(amina, HER_WAY)
    headed(amina, "Check your answers")

    # 4. A photo of her passport; then she sends everything.
    amina.goto(f"{portal.url}/en/my/documents")
    amina.get_by_role("main").get_by_role("link", name="Send a document").click()
    send_document(amina, picture("جواز السفر.jpg"))
    expect(amina.get_by_text("Waiting for a counsellor", exact=True)).to_be_visible()
    follow(amina, "Application")
    follow(amina, "Check and send")
    expect(amina.get_by_text("Амина Юсупова").first).to_be_visible()
    fill_in(amina, {"Your full name": "Амина Юсупова", "Where you are now": "Tallinn"})
    press(amina, "Sign and send")
    headed(amina, "Your application was sent")
    reference = amina.get_by_text(re.compile("^AVR-")).inner_text()

    # 5. Clara takes the case, opens the passport in the page and does not accept it.
    clara = desk("clara")
    follow(clara, "New, not taken")
    clara.get_by_role("link", name=reference).click()
    press(clara, "Take this case")
    follow(clara, "Documents")
    follow(clara, "Open: Passport")
    expect(clara.get_by_role("img", name="Page 1")).to_have_js_property("naturalWidth", 400)
    clara.get_by_text("Do not accept document", exact=True).first.click()
    fill_in(clara, {"A part of the page is missing.": True, "Your message": "Нижняя строка обрезана."})
    press(clara, "Do not accept document")

    # Clara also asks for an e-mail address, and sends the case back.
    follow(clara, "Ask for a document")
    fill_in(
        clara,
        {
            "What is it about?": "Name and contact",
            "What is wrong?": "Something is missing",
            "What should the applicant do?": "Напишите адрес электронной почты.",
        },
    )
    press(clara, "Add to the list of changes")
    press(clara, "Send back to the applicant")

    # Amina reads it in Russian: what is wrong with the photo, and what is asked for.
    amina.goto(f"{portal.url}/en/my/")
    amina.get_by_role("link", name="Русский").click()
    expect(amina.get_by_text("Напишите адрес электронной почты.").first).to_be_visible()
    follow(amina, russian("Documents"))
    expect(amina.get_by_text(russian("A part of the page is missing."))).to_be_visible()
    expect(amina.get_by_text("Нижняя строка обрезана.")).to_be_visible()
    follow(amina, russian("Send again"))
    send_document(amina, picture("паспорт.jpg"), russian)
    amina.goto(f"{portal.url}/ru/my/application/contact")
    fill_in(amina, {russian("E-mail"): "amina@example.org"})
    press(amina, russian(SAVE))
    expect(amina).not_to_have_url(re.compile("/contact"))
    amina.goto(f"{portal.url}/ru/my/application/check")
    expect(amina.get_by_text("amina@example.org")).to_be_visible()
    press(amina, russian("Send application"))
    headed(amina, russian("Your application was sent"))

    # Clara accepts the new photo and proposes; Aino, who did not propose, accepts.
    clara.goto(f"{portal.url}/en/counsellor/cases/{reference}")
    press(clara, "Take this case")
    follow(clara, "Documents")
    clara.get_by_role("link", name="Open: Passport").first.click()
    press(clara, "Accept document")
    expect(clara.get_by_text("Accepted", exact=True).first).to_be_visible()
    session.rollback()
    cast.make_sure(session.scalars(select(Case)).one())  # her checks and her assessment: tests/pages
    session.commit()
    follow(clara, "Overview")
    follow(clara, "Propose for decision")
    press(clara, "Propose for decision")
    aino = desk("aino")
    aino.get_by_role("link", name=reference).click()
    follow(aino, "Accept application")
    press(aino, "Accept application")
    expect(aino.get_by_text("Preparing.", exact=True)).to_be_visible()
    amina.goto(f"{portal.url}/en/my/")
    headed(amina, "Accepted, journey being prepared")
