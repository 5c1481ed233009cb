"""A family of four applies on a small phone: without scripts, on a line that drops every fourth request."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from portal.domain.applying import application
from portal.domain.applying.consents import Consent
from portal.domain.cases import Case, CaseState
from portal.domain.course.letters import Letter
from portal.domain.people import Person
from tests.browser.conftest import PHONE
from tests.browser.family import AGREED, Applicant, Patient, SlowFingers, expected, written
from tests.portals import DroppingLine

pytestmark = pytest.mark.browser


@pytest.fixture
def line(portal) -> Iterator[DroppingLine]:
    line = DroppingLine(portal.port, takes_answers=False)
    yield line
    line.close()


@pytest.fixture
def patient_phone(browser: Browser) -> Iterator[Callable[[], Page]]:
    """patient_phone(): a phone whose complaints about the line are no surprise."""
    contexts = []

    def phone() -> Page:
        contexts.append(browser.new_context(**PHONE))
        return contexts[-1].new_page()

    yield phone
    for context in contexts:
        context.close()


@pytest.fixture
def arrived(session) -> Callable[[], dict[str, object]]:
    """arrived(): what there is of the one application in the database, each thing once."""

    def arrived() -> dict[str, object]:
        session.rollback()
        session.expire_all()
        case = session.scalars(select(Case)).one()
        found = application.answers(session, case)
        counts = {kind.__name__: session.scalar(select(func.count()).select_from(kind)) for kind in ROWS}
        return {
            "state": case.state,
            "answers": written(found),
            "consents": {purpose.value for purpose in found.consents},
            **counts,
        }

    return arrived


ROWS = (Person, Consent, Letter)
CONSENTS = {"notice"} | {name for _page, typed in AGREED for name in typed}
WHOLE = {
    "state": CaseState.SUBMITTED,
    "answers": expected(),
    "consents": CONSENTS,
    "Person": 4,
    "Consent": len(CONSENTS),
    "Letter": 1,
}


def test_a_family_applies_in_russian_without_scripts(portal, open_browser, arrived):
    page = open_browser(**PHONE, java_script_enabled=False)

    Applicant(page, portal.url, "ru").apply()

    assert arrived() == WHOLE


def test_a_family_applies_from_right_to_left_on_a_line_that_drops_every_fourth_request(
    line, patient_phone, arrived
):
    page = patient_phone()

    def get_worse(to: str) -> None:
        line.takes_answers = line.takes_answers or to == "my/"

    Patient(page, line.url, "xb", SlowFingers({"phone", "work_words"}), arrived=get_worse).apply()

    assert arrived() == WHOLE
    assert {asked.partition(" ")[0] for asked in line.dropped} == {"GET", "POST"}
