"""A family of four applies: what each of them answers, page by page, and the hands that write it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pyotp
from playwright.sync_api import Error, Locator, Page, expect
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.domain.applying.answers import Answers, Application
from portal.domain.applying.guide import Topic
from portal.domain.dates import PartOfDate
from portal.domain.people import Person

NAME, PASSWORD = "amina", "a quiet river at dawn"
MOST_TRIES = 30

Typed = dict[str, str | tuple[str, ...]]
"""What is written into a page: text, or the choice that is ticked, or all of them, by the name of the control."""

BEFORE: dict[Topic, str] = {
    Topic.STATUS: "permit_expired",
    Topic.FEAR: "no",
}
HERSELF: list[tuple[str, Typed]] = [
    ("language", {"language": "ru", "interpreter": "y", "interpreter_gender": "woman"}),
    ("name", {"given_names": "Амина", "family_name": "Юсупова"}),
    ("other-names", {"original_name": "أمينة يوسفوفا", "other_names": "Каримова"}),
    ("birth", {"born_on-day": "27", "born_on-month": "3", "born_on-year": "1990"}),
    ("birthplace", {"birth_country": "UZ", "birth_place": "Самарканд"}),
    ("person", {"gender": "female", "citizenship": "UZ"}),
    ("citizenships", {"second_citizenship": "KZ"}),
    ("marital", {"marital": "married"}),
    ("contact", {"phone": "+998901234567", "email": "amina@example.org", "other_contact": "Telegram @amina"}),
    ("more-contact", {"messengers": ("telegram", "whatsapp"), "second_phone": "+37251234567"}),
    ("safe-contact", {"safe_to_call": "no", "safe_to_write": "yes", "safe_hours": "после 18:00"}),
    ("home", {"home": "address", "address": "Копли 1, Таллин"}),
    (
        "emergency",
        {"emergency_name": "Зухра", "emergency_phone": "+998907654321", "emergency_relation": "мама"},
    ),
    ("arrival", {"arrived_on-month": "5", "arrived_on-year": "2023"}),
    ("status", {"status": "permit_expired"}),
    ("precept", {"precept": "none"}),
    ("detention", {"detained": "no"}),
    ("pending", {"pending": "in_person"}),
    (
        "earlier",
        {"earlier_return": "yes", "earlier_return_on-year": "2019", "earlier_return_from": "PL"},
    ),
    ("heard", {"heard_from": "friends"}),
    ("country", {"country": "UZ", "place": "Самарканд"}),
    ("waiting", {"somebody_waiting": "yes", "waiting_words": "мама и брат"}),
    ("dates", {"travel_wish": "soon"}),
    ("fear", {"fear": "no"}),
    ("company", {"company": "family"}),
]
FAMILY: list[list[tuple[str, Typed]]] = [
    [
        (
            "family/new",
            {
                "given_names": "Тимур",
                "family_name": "Юсупов",
                "relation": "partner",
                "born_on-year": "1987",
                "gender": "male",
                "citizenship": "UZ",
                "paper": "passport",
                "paper_place": "lost",
            },
        ),
        ("family/N/agreeing", {"knows_must_agree": "y"}),
        ("family/N/document", {"paper_number": "FA 7654321", "paper_country": "UZ"}),
        ("family/N/loss", {"loss_reported": "yes"}),
    ],
    [
        (
            "family/new",
            {
                "given_names": "Лола",
                "family_name": "Юсупова",
                "relation": "child",
                "born_on-day": "1",
                "born_on-month": "9",
                "born_on-year": "2015",
                "gender": "female",
                "citizenship": "UZ",
                "paper": "none",
            },
        ),
        ("family/N/other-parent", {"other_parent": "agrees"}),
    ],
    [
        (
            "family/new",
            {
                "given_names": "Али",
                "family_name": "Юсупов",
                "relation": "child",
                "born_on-day": "14",
                "born_on-month": "2",
                "born_on-year": "2019",
                "gender": "male",
                "citizenship": "UZ",
                "paper": "other",
                "paper_place": "with_me",
            },
        ),
        ("family/N/other-parent", {"other_parent": "agrees"}),
        ("family/N/document", {"paper_number": "I-TAS 55"}),
    ],
]
"""The pages about each of the others."""
THEIR_WAY: list[tuple[str, Typed]] = [
    ("papers", {"paper": "passport", "paper_place": "with_me"}),
    (
        "paper-details",
        {
            "paper_number": "FA 1234567",
            "paper_country": "UZ",
            "paper_expires-day": "2",
            "paper_expires-month": "1",
            "paper_expires-year": "2030",
        },
    ),
    (
        "needs",
        {"needs": "yes", "needs_kinds": ("illness", "medicine"), "needs_words": "Лола принимает лекарство."},
    ),
    ("airport", {"airport_help": "yes", "airport_help_words": "Читать надписи"}),
    ("place-to-stay", {"place_to_stay": "dont_know"}),
    ("forced", {"forced": "no"}),
    ("ideas", {"ideas": ("business", "school"), "ideas_words": "Пекарня"}),
    ("education", {"education": "vocational"}),
    ("work", {"work_words": "Три года в пекарне", "skills_words": "Шить"}),
    ("spoken", {"spoken": "узбекский, русский"}),
]
AGREED: list[tuple[str, Typed]] = [
    ("decision", {"voluntary": "y", "truth": "y"}),
    ("consents", {"processing": "y", "partner": "y", "carrier": "y"}),
]
ALL = [*HERSELF, ("family", {}), *(page for person in FAMILY for page in person), *THEIR_WAY, *AGREED]


class Hands(Protocol):
    """How somebody writes into a page and presses what is on it."""

    def write(self, page: Page, form: str, typed: Typed) -> None:
        """Fill in the controls of a form, in the order of the page."""

    def press(self, page: Page, control: Locator) -> None:
        """A button, or a link."""


class Fingers:
    """Somebody who touches the glass."""

    def write(self, page: Page, form: str, typed: Typed) -> None:
        """Type, choose and tick."""
        for name, value in typed.items():
            of_name = page.locator(f"{form} [name='{name}']")
            kind = of_name.first.get_attribute("type")
            for one in (value,) if isinstance(value, str) else value:
                if kind in ("radio", "checkbox"):
                    of_name.and_(page.locator(f"[value='{one}']")).check()
                elif of_name.evaluate("(one) => one.tagName") == "SELECT":
                    of_name.select_option(one)
                else:
                    of_name.fill(one)

    def press(self, page: Page, control: Locator) -> None:
        """Touch it."""
        control.click()


@dataclass
class Applicant:
    """Somebody who applies at `url`, with their own hands, in a language of the portal."""

    page: Page
    url: str
    language: str
    hands: Hands = field(default_factory=Fingers)
    arrived: Callable[[str], None] = lambda page: None
    """arrived("my/application/name"): is called on each page."""

    def apply(self) -> None:
        """All of it, from the first page to the receipt."""
        self.read_first()
        self.register()
        self.begin()
        for tail, typed in HERSELF:
            self.answer(tail, typed)
        for number, pages in enumerate(FAMILY):
            self.go("main .actions a[href*='/family/new']", "my/application/family/new")
            for (tail, typed), (after, _typed) in zip(pages, [*pages[1:], ("family", {})], strict=True):
                self.answer(tail, typed, after)
        self.go("main .actions a.button:first-child", "my/application/papers")
        for tail, typed in [*THEIR_WAY, *AGREED]:
            self.answer(tail, typed)
        self.go("form[action$='/send'] button", "my/application/receipt")

    def read_first(self) -> None:
        """The first page, and the guide for strangers: which help could fit."""
        self.page.goto(f"{self.url}/{self.language}/")
        self.arrived("")
        self.go("main a[href$='/check']", "check")
        self.hands.press(self.page, self.page.locator("#start .button"))
        for topic in Topic:
            question = self.page.locator(f"#{topic}")
            expect(question).to_be_visible()
            if topic in BEFORE:
                self.hands.write(self.page, f"#{topic}", {topic: BEFORE[topic]})
            self.hands.press(self.page, question.locator(".actions .button"))
        expect(self.page.locator(".steps.people")).to_be_visible()
        self.arrived("check (sent)")

    def register(self) -> None:
        """An account, its second factor, and what is asked about this phone."""
        self.go("main .actions a[href$='/register']", "register")
        form = "main form[novalidate]"
        self.hands.write(self.page, form, {"name": NAME, "password": PASSWORD, "repeated": PASSWORD})
        self.go(f"{form} .actions button", "set-up")
        app = pyotp.parse_uri(self.page.locator("a[href^='otpauth:']").get_attribute("href") or "")
        form = "main form:has([name=code])"
        self.hands.write(self.page, form, {"code": app.now()})
        self.go(f"{form} .actions button", "sign-in/set-up", shows="main a[href*='account/phone']")
        self.go("main .actions a.button", "account/phone")
        self.hands.write(self.page, form := "main form[novalidate]", {"users": "only_me"})
        self.go(f"{form} .actions button", "my/")

    def begin(self) -> None:
        """From her own page to the first question."""
        self.go("main form[action$='/start'] button", "my/application/")
        self.go("main .actions a.button", "my/application/language")

    def answer(self, tail: str, typed: Typed, after: str = "") -> None:
        """One page of the application, and on to the next."""
        self.hands.write(self.page, "#answers", typed)
        self.go("#answers > .actions .button", f"my/application/{after}" if after else self._after(tail))

    def _after(self, tail: str) -> str:
        pages = [page for page, _typed in ALL] + ["check"]
        return f"my/application/{pages[pages.index(tail) + 1]}"

    def go(self, control: str, to: str, shows: str = "main") -> None:
        """Press it, and come to the page `to` (the end of its address; N stands for any number)."""
        address = re.compile(f"/{self.language}/(.*/)?{re.escape(to).replace('N', '[0-9]+')}([?#].*)?$")
        self.hands.press(self.page, self.page.locator(control))
        expect(self.page).to_have_url(address)
        expect(self.page.locator(shows).first).to_be_visible()
        self.arrived(to)
