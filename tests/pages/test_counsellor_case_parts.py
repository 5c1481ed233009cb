"""The page of a case: its parts, each with an address of its own, and what is new since the last visit."""

from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain import cases
from portal.domain.cases import CaseState
from portal.domain.desk import visits
from tests.reading import read

HTMX = {"HX-Request": "true"}
PARTS = (
    "checks",
    "assessment",
    "application",
    "changes",
    "documents",
    "conversations",
    "travel",
    "plan",
    "history",
)


def at(case, part=""):
    return f"/en/counsellor/cases/{case.reference}{part and f'/{part}'}"


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_a_page_and_for_htmx_the_part_alone(cast, enter, part):
    case = cast.case(CaseState.REINTEGRATION)
    clara = enter(cast.clara)

    page, alone = clara.get(at(case, part)), clara.get(at(case, part), headers=HTMX)

    assert (page.status_code, alone.status_code) == (200, 200)
    assert "<html" in page.text
    assert "<html" not in alone.text
    assert (alone.headers["Cache-Control"], alone.headers.get("Vary")) == ("no-store", None)
    assert 0 < len(alone.text.strip()) < len(page.text)


def test_the_page_of_a_case_leads_to_every_part_without_scripts(cast, enter):
    case = cast.case(CaseState.REINTEGRATION)

    links = set(read(enter(cast.clara).get(at(case))).links.values())

    assert {at(case, part) for part in PARTS if part != "changes"} <= links


def test_what_others_did_since_the_last_visit_is_marked_until_the_next_one(cast, enter, session):
    with clock_turned(-timedelta(hours=2)):
        case = cast.case(CaseState.IN_REVIEW)
        visits.visit(session, case, by=cast.clara)
        session.commit()
    clara = enter(cast.clara)
    cast.document(case)
    cases.note(session, case, "Called twice", by=cast.aino)
    session.commit()

    page, history = clara.get(at(case)).text, clara.get(at(case, "history")).text
    documents = clara.get(at(case, "documents")).text

    assert "2 new" in page
    assert 'class="message new"' in page
    assert 'class="new"' in history
    assert "New · Applicant" in documents
    with clock_turned(timedelta(hours=1)):
        later = enter(cast.clara).get(at(case)).text
    assert " new</span>" not in later
    assert 'class="message new"' not in later


def test_everything_can_be_marked_as_seen(cast, enter, session):
    with clock_turned(-timedelta(hours=2)):
        case = cast.case(CaseState.IN_REVIEW)
        visits.visit(session, case, by=cast.clara)
        session.commit()
    cast.document(case)
    session.commit()
    clara = enter(cast.clara)
    button = read(clara.get(at(case))).buttons["Mark everything as seen"]

    answer = clara.post(button)

    assert answer.location == at(case)
    assert "Mark everything as seen" not in clara.get(at(case)).text
    assert enter(cast.kalle).post(button).status_code == 404
