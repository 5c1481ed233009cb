"""What a programme owner decides: names, contacts, clocks, documents, packages. Read from programme.toml."""

import dataclasses
import enum
import re
import tomllib
import typing
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import holidays

LANGUAGES = ("en", "et", "ru")
LETTER_LANGUAGES = ("ar",)
"""Only letters are written in these: a text of the programme may be given in them, and need not."""
"""The languages the portal speaks; every text of the programme is given in all of them."""


class ProgrammeError(Exception):
    """The programme cannot be used as written; `problems` names every fault with its dotted key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Words(dict[str, str]):
    """One text by language; a language it was not given in reads the English. Empty: not stated."""

    def __missing__(self, language: str) -> str:
        return self.get("en", "")


class DocumentKind(enum.StrEnum):
    """Every kind of document a case may hold."""

    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    LAISSEZ_PASSER = "laissez_passer"
    BIRTH_CERTIFICATE = "birth_certificate"
    MARRIAGE_CERTIFICATE = "marriage_certificate"
    PHOTO_PASSPORT_SIZE = "photo_passport_size"
    OTHER_IDENTITY = "other_identity"

    PRECEPT_TO_LEAVE = "precept_to_leave"
    EXPULSION_ORDER = "expulsion_order"
    ASYLUM_DECISION = "asylum_decision"
    WITHDRAWAL_OF_APPLICATION = "withdrawal_of_application"
    RESIDENCE_PERMIT = "residence_permit"
    GUARDIAN_CONSENT = "guardian_consent"
    COURT_OR_BID_DECISION = "court_or_bid_decision"
    POWER_OF_ATTORNEY = "power_of_attorney"

    CONSENT_SIGNED = "consent_signed"
    VOLUNTARY_DECLARATION = "voluntary_declaration"
    PHOTO_RELEASE = "photo_release"

    MEDICAL_REPORT = "medical_report"
    FIT_TO_TRAVEL_CERTIFICATE = "fit_to_travel_certificate"
    PRESCRIPTION = "prescription"

    TICKET_ITINERARY = "ticket_itinerary"
    DEPARTURE_PROOF = "boarding_or_departure_proof"
    TRANSIT_VISA = "transit_visa"
    TRAVEL_INSURANCE = "travel_insurance"
    ARRIVAL_PROOF = "arrival_proof"

    PLAN_SIGNED = "reintegration_plan_signed"
    BUSINESS_PLAN = "business_plan"
    QUOTATION = "quotation"
    CONTRACT_OR_LEASE = "contract_or_lease"
    INVOICE = "invoice"
    PROOF_OF_PAYMENT = "receipt_or_proof_of_payment"
    HANDOVER_NOTE = "handover_note"
    DELIVERY_PHOTO = "delivery_photo"
    TRAINING_CERTIFICATE = "training_certificate"
    SCHOOL_ENROLMENT = "school_enrolment"
    MEDICAL_BILL = "medical_bill"
    MONITORING_REPORT = "monitoring_report"
    FINAL_REPORT = "final_report"

    COMPLAINT_EVIDENCE = "complaint_evidence"
    OTHER = "other"


class Who(enum.StrEnum):
    """Whose document is wanted."""

    PRINCIPAL = "principal"
    EVERY_PERSON = "every_person"
    MINOR = "minor"


class WantedBy(enum.StrEnum):
    """The state of a case before which a document is wanted."""

    SUBMITTED = "submitted"
    READY_TO_TRAVEL = "ready_to_travel"


class Modality(enum.StrEnum):
    """How reintegration support reaches a person."""

    IN_KIND = "in_kind"
    DIRECT_PAYMENT = "direct_payment"
    REIMBURSEMENT = "reimbursement"
    CASH = "cash"


class Beneficiary(enum.StrEnum):
    """Whom a package is for."""

    PRINCIPAL = "principal"
    FAMILY_MEMBER = "family_member"
    MINOR = "minor"


@dataclass(frozen=True)
class _Rule:
    """What a value must fulfil, and how that is said to whoever wrote it."""

    holds: Callable[[Any], object]
    wants: str


def _is_country(code: str) -> bool:
    return code in holidays.list_supported_countries()


Said = Annotated[Words, _Rule(bool, "a text in every language")]
Text = Annotated[str, _Rule(str.strip, "a text, not empty")]
Key = Annotated[str, _Rule(re.compile(r"[a-z][a-z0-9_]{0,31}").fullmatch, "small letters, digits and _")]
Phone = Annotated[str, _Rule(re.compile(r"\+?\d[\d ]{1,18}\d").fullmatch, "a number such as +372 677 8700")]
Email = Annotated[str, _Rule(re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch, "an e-mail address")]
Link = Annotated[str, _Rule(re.compile(r"https?://\S+").fullmatch, "an address with https://")]
# It stands in a page unquoted: https://host/path and no more.
SafeLink = Annotated[
    str,
    _Rule(
        re.compile(r"https://[\w.-]+(/[\w./-]*)?", re.ASCII).fullmatch, "an address such as https://host/page"
    ),
]
Country = Annotated[str, _Rule(_is_country, "a country code such as EE")]
Currency = Annotated[str, _Rule(re.compile(r"[A-Z]{3}").fullmatch, "a currency code such as EUR")]
Days = Annotated[int, _Rule(range(1, 3651).__contains__, "a whole number from 1 to 3650")]
Cents = Annotated[int, _Rule(lambda cents: cents >= 0, "a whole number of cents, 0 or more")]
Ceiling = Annotated[int, _Rule(lambda cents: cents > 0, "a whole number of cents, above 0")]


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


@dataclass(frozen=True)
class Clock:
    """How long somebody may take before it counts as silence."""

    days: Days
    working: bool = False
    """Count working days only: neither Saturday, Sunday nor a public holiday."""
    calendar: Country = ""
    """Whose public holidays; left out: the programme's own country."""

    def due(self, start: date) -> date:
        """The last day in time, when the clock starts on `start` (which is not counted)."""
        if not self.working:
            return start + timedelta(days=self.days)
        day, left = start, self.days
        while left:
            day += timedelta(days=1)
            left -= self._is_working(day)
        return day

    def end(self, start: datetime) -> datetime:
        """The moment at which it has run out, when it starts at `start`."""
        return datetime.combine(self.due(start.date()), start.timetz())

    def left(self, on: date, due: date) -> int:
        """How many of its days are left on a day, when `due` is the last one; below zero when it is late."""
        if not self.working:
            return (due - on).days
        first, last = sorted((on, due))
        days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
        number = sum(self._is_working(day) for day in days)
        return number if due >= on else -number

    def resumed(self, on: date, left: int) -> date:
        """The last day, when it goes on with so many days left; what was late stays as late as it was."""
        if left < 0:
            return self._back(on, -left)
        return replace(self, days=left).due(on)

    def _back(self, on: date, days: int) -> date:
        if not self.working:
            return on - timedelta(days=days)
        day, late = on, days
        while late:
            late -= self._is_working(day)
            day -= timedelta(days=1)
        return day

    def _is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in _public_holidays(self.calendar, day.year)


@dataclass(frozen=True)
class Clocks:
    """Every clock of the house. Who must act is said in the comment; nothing is ever closed by silence."""

    draft_expiry: Clock
    """Migrant: an application begun and left alone. Its answers are kept."""
    first_contact: Clock
    """Counsellor: an application was submitted and nobody has taken it."""
    care: Clock
    """Counsellor: an answer hints that somebody should talk with the person."""
    document_review: Clock
    """Counsellor: a document waits to be looked at."""
    decision: Clock
    """Counsellor: an application is in review."""
    correction: Clock
    """Migrant: something was asked back. Silence brings a reminder, no more."""
    approval: Clock
    """Approver: a decision was proposed."""
    travel: Clock
    """Counsellor: papers, tickets and the journey are prepared."""
    departure: Clock
    """Counsellor: everything is ready, the person has not left."""
    arrival: Clock
    """Partner: the person left, nobody has seen them arrive."""
    referral_answer: Clock
    """Partner: a case was offered to the organisation."""
    contact_local_office: Clock
    """Returnee: the first call to the local office after arrival."""
    plan: Clock
    """Partner: the reintegration plan, counted from arrival."""
    plan_approval: Clock
    """Approver: a reintegration plan came back for approval."""
    payment_review: Clock
    """Programme: a payment waits for the next signature."""
    payment_answer: Clock
    """Returnee: did the payment or the goods arrive?"""
    use_support: Clock
    """Returnee and partner: the support is used up."""
    monitoring: Clock
    """Counsellor: the last look after the support has ended."""
    data_request: Clock
    """Counsellor: somebody asked to correct or delete data (GDPR: a month)."""
    draft_first_warning: Clock = Clock(14)
    """Migrant: so long before a draft is closed this is said for the first time."""
    draft_last_warning: Clock = Clock(3)
    """Migrant: so long before a draft is closed this is said for the last time."""
    supplier_link: Clock = Clock(7)
    """Supplier: so long a link for the proof of one step is good."""
    cooling_off: Clock = Clock(1)
    """Migrant: time to think again, from when everything is ready for the journey to the departure."""

    def __getitem__(self, name: str) -> Clock:
        """The clock of this name. Raises KeyError for any other."""
        clock: Clock = vars(self)[name]
        return clock


@dataclass(frozen=True)
class Office:
    """One place where people can come or call."""

    name: Said
    address: Text
    phones: tuple[Phone, ...]
    email: Email
    hours: Words = field(default_factory=Words)


@dataclass(frozen=True)
class HelpLine:
    """A number to call in need."""

    name: Said
    phone: Phone
    note: Words = field(default_factory=Words)


@dataclass(frozen=True)
class Adviser:
    """Someone outside the programme whom people can ask."""

    name: Said
    phone: Phone = ""
    url: Link = ""


@dataclass(frozen=True)
class Unverified:
    """What only the programme owner can state. Hidden everywhere until it is set."""

    amounts: Words = field(default_factory=Words)
    """How much support there is."""
    cash: Words = field(default_factory=Words)
    """Whether any of it is paid in cash."""
    pre_departure_allowance: Words = field(default_factory=Words)
    """Money before the journey."""
    medical_help: Words = field(default_factory=Words)
    authority_clearance: Words = field(default_factory=Words)
    """What goes to the Police and Border Guard Board, when and why."""


@dataclass(frozen=True)
class DataProtection:
    """The frame in which personal data are held. Hidden everywhere until it is set."""

    regime: Words = field(default_factory=Words)
    """Which rules apply, and who answers for keeping them."""
    retention: Words = field(default_factory=Words)
    """How long data are kept."""
    authority: Words = field(default_factory=Words)
    """To whom outside the programme one may complain about the use of data."""


@dataclass(frozen=True)
class WantedDocument:
    """A document that is asked for; any of `kinds` will do."""

    kind: DocumentKind
    who: Who
    when: WantedBy
    alternatives: tuple[DocumentKind, ...] = ()
    required: bool = False
    """Whether the case cannot go on without it."""

    @property
    def kinds(self) -> tuple[DocumentKind, ...]:
        """The kind asked for, then what may come in its place."""
        return (self.kind, *self.alternatives)


@dataclass(frozen=True)
class Package:
    """A kind of reintegration support and the most that may be spent on it.

    It becomes the first version in domain/support/packages; from then on the manager changes it there.
    """

    key: Key
    name: Said
    who: Beneficiary
    ceiling: Ceiling
    """In minor units of `currency`: 150000 is 1500.00 EUR."""
    currency: Currency
    modality: Modality
    use_by_days: Days
    """Until when it is used, counted from arrival."""
    contact_days: Days
    """Until when the returnee makes contact, counted from arrival."""
    programme: str = ""
    """Left out: the programme's short name."""
    funding: str = ""


@dataclass(frozen=True)
class Approvals:
    """When one signature is not enough."""

    two_approvers_above: Cents
    """A payment of more than this, in minor units of its currency, needs two approvers."""


@dataclass(frozen=True)
class Sample:
    """What exists only while the portal shows itself with made-up people."""

    packages: tuple[Package, ...] = ()


@dataclass(frozen=True)
class Programme:
    """One programme of assisted voluntary return and reintegration, as its owner wrote it down."""

    name: Said
    short_name: Said
    organisation: Said
    """Who runs the programme and this portal."""
    calendar: Country
    """The country whose public holidays are no working days."""
    leave_to: SafeLink
    """Where "Leave quickly" leads: a page that anybody might read, and that says nothing of this portal."""
    contacts: Annotated[tuple[Office, ...], _Rule(bool, "at least one office")]
    clocks: Clocks
    documents: tuple[WantedDocument, ...]
    approvals: Approvals
    funding: Words = field(default_factory=Words)
    """The co-funding line of every page; empty: none."""
    emergency: tuple[HelpLine, ...] = ()
    independent_advice: tuple[Adviser, ...] = ()
    unverified: Unverified = Unverified()
    data_protection: DataProtection = DataProtection()
    packages: tuple[Package, ...] = ()
    demo: Sample = Sample()

    @classmethod
    def load(cls, path: Path, *, demo: bool = False) -> "Programme":
        """The programme in the TOML file `path`; with `demo`, its sample packages too.

        Raises ProgrammeError, naming every fault at once.
        """
        try:
            raw = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ProgrammeError([f"{path}: {error}"]) from error
        reader = _Reader()
        programme: Programme = reader.table(cls, raw, "")
        if reader.problems:
            raise ProgrammeError(reader.problems)
        return programme._completed(demo)

    def _completed(self, demo: bool) -> "Programme":
        packages = self.packages + (self.demo.packages if demo else ())
        if twice := _twice([package.key for package in packages]):
            raise ProgrammeError([f"packages: the key {key} is used twice" for key in twice])
        clocks = {
            name: dataclasses.replace(clock, calendar=clock.calendar or self.calendar)
            for name, clock in vars(self.clocks).items()
        }
        return dataclasses.replace(self, packages=packages, clocks=Clocks(**clocks), demo=Sample())


def _twice(keys: list[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})


class _Reader:
    """Builds the dataclasses above from parsed TOML: their fields and types are the only description.

    Whatever does not fit is noted in `problems`, and None takes its place.
    """

    WANTS: typing.ClassVar[dict[object, str]] = {
        str: "a text",
        int: "a whole number",
        bool: "true or false",
        dict: "a table",
        list: "a list",
    }

    def __init__(self) -> None:
        self.problems: list[str] = []

    def table(self, cls: type, raw: object, key: str) -> Any:
        """An object of the dataclass `cls`, or None."""
        if not self._is(dict, raw, key):
            return None
        given = typing.cast("dict[str, object]", raw)
        hints = typing.get_type_hints(cls, include_extras=True)
        for name in sorted(given.keys() - hints.keys()):
            self._fault(_join(key, name), "there is no such setting")
        values = {}
        for entry in dataclasses.fields(cls):
            inner = _join(key, entry.name)
            if entry.name in given:
                values[entry.name] = self.value(hints[entry.name], given[entry.name], inner)
            elif entry.default is entry.default_factory is dataclasses.MISSING:
                values[entry.name] = self._fault(inner, "is missing")
        return cls(**values)

    def value(self, kind: Any, raw: object, key: str) -> Any:
        """`raw` as the type `kind`, or None."""
        if typing.get_origin(kind) is Annotated:
            plain, rule = typing.get_args(kind)
            found = self.value(plain, raw, key)
            return found if found is None or rule.holds(found) else self._fault(key, rule.wants)
        if typing.get_origin(kind) is tuple:
            return self._row(typing.get_args(kind)[0], raw, key)
        if kind is Words:
            return self._words(raw, key)
        if dataclasses.is_dataclass(kind):
            return self.table(typing.cast("type", kind), raw, key)
        if issubclass(kind, enum.StrEnum):
            known = list(kind)
            return kind(raw) if raw in known else self._fault(key, "one of " + ", ".join(known))
        return raw if self._is(kind, raw, key) else None

    def _row(self, kind: Any, raw: object, key: str) -> Any:
        if not self._is(list, raw, key):
            return None
        given = typing.cast("list[object]", raw)
        return tuple(self.value(kind, item, f"{key}.{place}") for place, item in enumerate(given, 1))

    def _words(self, raw: object, key: str) -> Words | None:
        """A text in all languages; an empty table is no text."""
        if not self._is(dict, raw, key):
            return None
        given = typing.cast("dict[str, object]", raw)
        for language in sorted(given.keys() - {*LANGUAGES, *LETTER_LANGUAGES}):
            self._fault(_join(key, language), "not a language of the portal: " + ", ".join(LANGUAGES))
        if not given:
            return Words()
        return Words(
            {
                language: self.value(Text, given.get(language, ""), _join(key, language))
                for language in (*LANGUAGES, *(one for one in LETTER_LANGUAGES if one in given))
            }
        )

    def _is(self, kind: type, raw: object, key: str) -> bool:
        if type(raw) is kind:  # not isinstance: true is no number
            return True
        self._fault(key, self.WANTS[kind])
        return False

    def _fault(self, key: str, wants: str) -> Any:
        """Note a fault; the None it gives stands for the value."""
        self.problems.append(f"{key}: {wants}" if key else wants)


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
