"""Every list and the page of a case ask the database as often for a hundred cases as for one."""

from datetime import timedelta

import pytest

from benchmarks.seeding import people, seed
from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.desk import escalation
from portal.domain.permissions import Role
from tests.statements import asked

DESK = "/en/counsellor/"
LISTS = {
    "clara": (
        *("?pile=for-me", "?pile=unassigned", "?pile=overdue", "?pile=for-applicant", "?pile=mine"),
        *("?pile=mine&country=UZ&sort=newest", "work"),
    ),
    "aino": (
        *("?pile=to-approve", "?pile=all&state=proposed&careful=no", "?pile=all&sort=leave"),
        *("decisions", "work"),
    ),
}


@pytest.fixture
def everywhere(cast, session, case):
    """A case in every list: one proposed, late, with a partner; and others of the same name."""
    others = {"giorgi": CaseState.IN_REVIEW, "oksana": CaseState.SUBMITTED, "nodira": CaseState.NEEDS_INFO}
    for name, state in others.items():
        cast.case(state, migrant=cast.account(Role.MIGRANT, name))
    case.partner_id, case.due_on = cast.tashkent.id, today() - timedelta(days=30)
    session.commit()
    escalation.rise(session, escalation.rising(session))
    session.commit()
    return case


@pytest.fixture
def case(cast):
    """Amina's case, proposed by Clara."""
    return cast.case(CaseState.PROPOSED)


def test_a_hundred_cases_ask_the_database_as_often_as_one(cast, enter, session, wiring, everywhere):
    browsers = {who: enter(getattr(cast, who)) for who in ("clara", "aino", "petros", "mart")}
    steps = {
        **{f"{who} {page}": (who, DESK + page, None) for who, pages in LISTS.items() for page in pages},
        **{f"{who} case": (who, f"{DESK}cases/{everywhere.reference}", None) for who in ("clara", "aino")},
        **{f"{who} search": (who, f"{DESK}search", "ami") for who in ("clara", "aino")},
        "petros": ("petros", "/en/partner/", None),
        "mart": ("mart", "/en/manage/", None),
    }

    def numbers(name: str) -> dict[str, int]:
        found = {}
        for step, (who, address, text) in steps.items():
            browser = browsers[who]
            for _ in range(2):  # the first look is written down
                with asked(wiring.engine) as said:
                    if text is None:
                        answer = browser.get(address)
                    else:
                        answer = browser.get(browser.post(address, data={"text": name}).location)
            assert answer.status_code == 200, step
            found[step] = len(said)
        return found

    few = numbers("ami")
    scale = people.Scale(200, first_counsellor=cast.clara.id, first_partner=cast.tashkent.id)
    seed(wiring.engine, scale)

    assert numbers("iva") == few
