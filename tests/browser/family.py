"""A family of four applies: what each of them answers, page by page, and the hands that write it."""

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import pyotp
from playwright.sync_api import Error, Locator, Page, expect

from portal.domain.applying.answers import Answers, Application
from portal.domain.applying.guide import Topic
from portal.domain.dates import PartOfDate
from portal.domain.people import Person

NAME, PASSWORD = "amina", "a quiet river at dawn"
MOST_LOOKS = 600
SAVED = re.compile(r"\d:\d\d")

Typed = dict[str, str | tuple[str, ...]]
"""What is written, by the name of the control: text, or the choice that is ticked, or all of them."""

BEFORE: dict[Topic, str] = {
    Topic.STATUS: "permit_expired",
    Topic.FEAR: "no",
}
HERSELF: list[tuple[str, Typed]] = [
    ("language", {"language": "ru", "interpreter": "y", "interpreter_gender": "woman"}),
    ("privacy", {"notice": "y"}),
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
ALONE: tuple[str, Typed] = ("safe-alone", {"safe_alone": "yes"})
"""A page for those who travel alone."""
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
    ALONE,
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
SIGNED: Typed = {"name": "Юсупова Амина", "place": "Таллин"}
PAGES = [*HERSELF, ("company", {"company": "family"}), *THEIR_WAY, *AGREED]


SCRIPT_IS_HERE = """() => performance.getEntriesByType("resource")
    .some((one) => one.name.includes("/saving.") && one.decodedBodySize)"""


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
class SlowFingers(Fingers):
    """Somebody so slow that what stands on a page is saved before the next thing is written."""

    where: Collection[str] = ()
    """On pages with one of these controls only; on all of them when there is none."""

    def write(self, page: Page, form: str, typed: Typed) -> None:
        """Write one thing after the other."""
        if self.where and typed.keys().isdisjoint(self.where):
            return super().write(page, form, typed)
        for number, (name, value) in enumerate(typed.items()):
            super().write(page, form, {name: value})
            is_last = number == len(typed) - 1
            if not is_last and form == "#answers" and page.evaluate(SCRIPT_IS_HERE):
                self._wait_for_saving(page, form, name)

    def _wait_for_saving(self, page: Page, form: str, name: str) -> None:
        page.locator(f"{form} [name='{name}']").first.blur()
        said = page.locator("#saving p")
        expect(said).to_have_text(SAVED)
        said.evaluate("(one) => { one.textContent = ''; }")


@dataclass
class Applicant:
    """Somebody who applies at `url`, with their own hands, in a language of the portal."""

    page: Page
    url: str
    language: str
    hands: Hands = field(default_factory=Fingers)
    is_alone: bool = False
    arrived: Callable[[str], None] = lambda page: None
    """arrived("my/application/name"): is called on each page."""

    def apply(self) -> None:
        """All of it, from the first page to the receipt."""
        self.read_first()
        self.register()
        self.begin()
        self.answer_all(HERSELF)
        if self.is_alone:
            self.answer("company", {"company": "alone"}, "papers")
        else:
            self.answer("company", {"company": "family"}, "family")
            self.name_family()
        self.answer_all([*THEIR_WAY, *AGREED])
        self.hands.write(self.page, "#signing", SIGNED)
        self.go("#signing .actions button", "my/application/receipt")

    def name_family(self) -> None:
        """Everybody who travels along."""
        for pages in FAMILY:
            self.go("main .actions a[href*='/family/new']", "my/application/family/new")
            for (tail, typed), (after, _typed) in zip(pages, [*pages[1:], ("family", {})], strict=True):
                self.answer(tail, typed, after)
        self.go("main .actions a.button:first-child", "my/application/papers")

    def read_first(self) -> None:
        """The first page, and the guide for strangers: which help could fit."""
        self.open(f"/{self.language}/")
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

    def answer_all(self, pages: list[tuple[str, Typed]]) -> None:
        """One page after the other, as they come."""
        for tail, typed in pages:
            if tail != ALONE[0] or self.is_alone:
                self.answer(tail, typed, self._after(tail))

    def answer(self, tail: str, typed: Typed, after: str) -> None:
        """One page of the application, and on to the next."""
        self.hands.write(self.page, "#answers", typed)
        self.go("#answers > .actions .button", f"my/application/{after}")

    def _after(self, tail: str) -> str:
        pages = [page for page, _typed in PAGES if page != ALONE[0] or self.is_alone]
        return [*pages, "check"][pages.index(tail) + 1]

    def open(self, address: str) -> None:
        """Go to an address by hand."""
        self.page.goto(self.url + address)

    def go(self, control: str, to: str, shows: str = "main") -> None:
        """Press it, and come to the page `to` (the end of its address; N stands for any number)."""
        address = re.compile(f"/{self.language}/(.*/)?{re.escape(to).replace('N', '[0-9]+')}([?#].*)?$")
        self.hands.press(self.page, self.page.locator(control))
        self.wait_for(address, shows)
        self.arrived(to)

    def wait_for(self, address: re.Pattern[str], shows: str) -> None:
        """The page is there."""
        expect(self.page).to_have_url(address)
        expect(self.page.locator(shows).first).to_be_visible()


class Patient(Applicant):
    """Somebody on a bad line, who loads a page again when the browser has nothing but an error to show."""

    def open(self, address: str) -> None:
        """Go to an address by hand, again and again."""
        with suppress(Error):
            super().open(address)
        self.wait_for(re.compile("."), "main")

    def wait_for(self, address: re.Pattern[str], shows: str) -> None:
        """The page is there, some time."""
        there = self.page.locator(shows).first
        for _ in range(MOST_LOOKS):
            if self.page.url.startswith("chrome-error:"):
                with suppress(Error):
                    self.page.reload()
            elif address.search(self.page.url) and there.is_visible():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{address.pattern} is not reached: {self.page.url}")


def written(found: Answers) -> list[Typed]:
    """What stands in the database, as it was typed: of the principal, then of the others."""
    ours = {**_typed(found.application), **_typed(found.principal)}
    return [ours, *(_typed(person) for person in found.family)]


NOT_TYPED = {"id", "case_id", "version"}


def _typed(row: Application | Person) -> Typed:
    columns = {name for name in dir(type(row)) if not name.startswith("_")} - NOT_TYPED
    typed: Typed = {}
    for name in columns & _asked():
        typed |= _as_typed(name, getattr(row, name))
    return typed


def _asked() -> set[str]:
    everything = [*PAGES, *(page for person in FAMILY for page in person)]
    return {name.partition("-")[0] for _page, typed in everything for name in typed}


def _as_typed(name: str, value: object) -> Typed:
    if value is None or value == frozenset():
        return {}
    if isinstance(value, date | PartOfDate):
        parts = {part: getattr(value, part, None) for part in ("day", "month", "year")}
        return {f"{name}-{part}": str(number) for part, number in parts.items() if number}
    if isinstance(value, frozenset):
        return {name: tuple(sorted(map(str, value)))}
    return {name: "y" if value is True else str(value)}


def expected() -> list[Typed]:
    """What a family of four has typed, in the same shape."""
    consents = {"notice", *AGREED[0][1], *AGREED[1][1]}
    own: Typed = {}
    for page, typed in PAGES:
        if page != ALONE[0]:
            own |= typed
    others: list[Typed] = []
    for pages in FAMILY:
        others.append({})
        for _page, typed in pages:
            others[-1] |= typed
    return [{name: value for name, value in own.items() if name not in consents}, *others]
