"""What a programme owner decides: names, contacts, clocks, documents, packages. Read from programme.toml."""

import dataclasses
import enum
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import holidays
from babel import Locale

from portal import wanted
from portal.counting import CountsDays
from portal.stated import LANGUAGES as LANGUAGES
from portal.stated import LETTER_LANGUAGES as LETTER_LANGUAGES
from portal.stated import Key, Reader, Rule, Said, Text
from portal.stated import Words as Words
from portal.wanted import DocumentKind as DocumentKind
from portal.wanted import Situation as Situation
from portal.wanted import WantedBy as WantedBy
from portal.wanted import WantedDocument as WantedDocument
from portal.wanted import Who as Who


class ProgrammeError(Exception):
    """The programme cannot be used as written; `problems` names every fault with its dotted key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Whom(enum.StrEnum):
    """Of whom something is verified."""

    PRINCIPAL = "principal"
    EVERY_PERSON = "every_person"
    FAMILY_MEMBER = "family_member"
    ADULT = "adult"
    MINOR = "minor"
    MINOR_ALONE = "minor_alone"


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


def _is_country(code: str) -> bool:
    return code in holidays.list_supported_countries()


def _is_nation(code: str) -> bool:
    return len(code) == 2 and code.isupper() and code in Locale("en").territories


Phone = Annotated[str, Rule(re.compile(r"\+?\d[\d ]{1,18}\d").fullmatch, "a number such as +372 677 8700")]
Email = Annotated[str, Rule(re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch, "an e-mail address")]
Link = Annotated[str, Rule(re.compile(r"https?://\S+").fullmatch, "an address with https://")]
# It stands in a page unquoted: https://host/path and no more.
SafeLink = Annotated[
    str,
    Rule(
        re.compile(r"https://[\w.-]+(/[\w./-]*)?", re.ASCII).fullmatch, "an address such as https://host/page"
    ),
]
Country = Annotated[str, Rule(_is_country, "a country code such as EE")]
Nation = Annotated[str, Rule(_is_nation, "a country code such as GE")]
Currency = Annotated[str, Rule(re.compile(r"[A-Z]{3}").fullmatch, "a currency code such as EUR")]
Days = Annotated[int, Rule(range(1, 3651).__contains__, "a whole number from 1 to 3650")]
Count = Annotated[int, Rule(range(1, 100_001).__contains__, "a whole number from 1 to 100000")]
Cents = Annotated[int, Rule(lambda cents: cents >= 0, "a whole number of cents, 0 or more")]
Ceiling = Annotated[int, Rule(lambda cents: cents > 0, "a whole number of cents, above 0")]


@dataclass(frozen=True)
class Clock(CountsDays):
    """How long somebody may take before it counts as silence."""

    days: Days
    working: bool = False
    """Count working days only: neither Saturday, Sunday nor a public holiday."""
    calendar: Country = ""
    """Whose public holidays; left out: the programme's own country."""


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
    sharing: Clock = Clock(730)
    """Migrant: what she agreed to share is shown to the partner organisation so long, at the most."""
    ask_departure: Clock = Clock(30)
    """Partner: may ask whether somebody left, so long after the planned day."""
    departure_answer: Clock = Clock(3, working=True)
    """Counsellor: answers that."""
    escalate: Clock = Clock(3, working=True)
    """Programme: so long after a date that the staff missed, the senior counsellors have it on their list."""
    count_late: Clock = Clock(10, working=True)
    """Programme: so long after it, the manager counts it."""
    heard_nothing: Clock = Clock(14)
    """Programme: after so long without a word the migrant can say so, also before a date has passed."""
    inquiry_answer: Clock = Clock(3, working=True)
    """Counsellor: answers somebody who has heard nothing."""

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
class Verification:
    """One thing that a counsellor makes sure of before a decision."""

    key: Key
    name: Said
    told: Said
    """What the migrant reads when it is confirmed: neutral, in one sentence."""
    who: Whom
    required: bool = False
    """Whether nobody can be accepted while it is open."""
    dated: bool = False
    """Whether it holds until a day, such as a passport."""
    documents: tuple[DocumentKind, ...] = ()
    """The kinds of document that may show it."""


@dataclass(frozen=True)
class Criterion:
    """One condition for taking part, as it is weighed before a decision."""

    key: Key
    name: Said
    not_met: Said
    """What the letter to the applicant says when it is not met."""
    required: bool = False
    """Whether nobody is proposed for acceptance without it."""


Hours = Annotated[int, Rule(range(1, 73).__contains__, "a whole number from 1 to 72")]


@dataclass(frozen=True)
class BreakGlass:
    """What happens when a counsellor opens a colleague's case with a reason."""

    hours: Hours = 8
    """How long it stays open for that counsellor."""


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
class Reminders:
    """When the portal reminds by itself of a day that others have set."""

    precept_days: tuple[Days, ...] = (10, 5, 2)
    """So many days before the last day in a decision to leave."""
    appointment_hours: Annotated[int, Rule(range(1, 169).__contains__, "a whole number from 1 to 168")] = 24
    """So long before an appointment."""


@dataclass(frozen=True)
class Counselling:
    """What must have been talked about, and when."""

    before_the_journey: bool = False
    """Whether a conversation with an informed decision is needed before everything is ready to travel."""


@dataclass(frozen=True)
class Originals:
    """Whether files are kept as they were sent, beside the portal's own clean copies."""

    keep: bool = False
    days: Days = 30
    """So long; then they are deleted."""


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
    contacts: Annotated[tuple[Office, ...], Rule(bool, "at least one office")]
    clocks: Clocks
    documents: tuple[WantedDocument, ...]
    approvals: Approvals
    likely_countries: tuple[Nation, ...] = ()
    """Most applicants come from one of these: lists of countries show them first, all others when asked."""
    funding: Words = field(default_factory=Words)
    """The co-funding line of every page but the questions of the application; empty: none."""
    emergency: tuple[HelpLine, ...] = ()
    independent_advice: tuple[Adviser, ...] = ()
    unverified: Unverified = Unverified()
    data_protection: DataProtection = DataProtection()
    packages: tuple[Package, ...] = ()
    reminders: Reminders = Reminders()
    counselling: Counselling = Counselling()
    verification: tuple[Verification, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    break_glass: BreakGlass = BreakGlass()
    originals: Originals = Originals()
    most_documents: Count = 200
    """That one case may hold, those on their way and those that were replaced included."""
    most_megabytes: Count = 1000
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
        reader = Reader()
        programme: Programme = reader.table(cls, raw, "")
        if reader.problems:
            raise ProgrammeError(reader.problems)
        return programme._completed(demo)

    def _completed(self, demo: bool) -> "Programme":
        packages = self.packages + (self.demo.packages if demo else ())
        tables: dict[str, tuple[Package | Verification | Criterion, ...]] = {
            "packages": packages,
            "verification": self.verification,
            "criteria": self.criteria,
        }
        if twice := [
            f"{table}: the key {key} is used twice"
            for table, rows in tables.items()
            for key in _twice([row.key for row in rows])
        ] + list(wanted.faults(self.documents)):
            raise ProgrammeError(twice)
        clocks = {
            name: dataclasses.replace(clock, calendar=clock.calendar or self.calendar)
            for name, clock in vars(self.clocks).items()
        }
        return dataclasses.replace(self, packages=packages, clocks=Clocks(**clocks), demo=Sample())


def _twice(keys: list[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})
