"""Many reports pasted from a spreadsheet, as the partner sees them."""

import html
import re

import pytest

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.support import parts, plans
from portal.domain.support.parts import MilestoneState
from portal.programme import DocumentKind

NUMBER = "number-of-the-form"
TABLE, ROWS = "/en/partner/table", "/en/partner/table/rows"


@pytest.fixture
def case(cast):
    """A case whose plan is approved."""
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def steps(cast, session, case):
    """Both steps of its plan; there is a photo of each."""
    found = parts.milestones(session, plans.approved(session, case))
    for step in found:
        cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=step.id)
    session.commit()
    return found


def rows(reference, *numbers, day=None):
    return "\n".join(
        f"{reference}\t{number}\t{day or today().isoformat()}\t=1+1 & more" for number in numbers
    )


def states(session, steps):
    session.expire_all()
    found = [step.state for step in steps]
    session.commit()
    return found


def sent(case, *numbers, day=None, number=NUMBER):
    return {"rows": rows(case.reference, *numbers, day=day), "number": number}


def test_the_page_lists_what_can_be_reported_by_its_number(petros, case, steps):
    page = petros.get(TABLE).text

    shown = (case.reference, steps[0].description or "", "Steps that can be reported")
    assert [words for words in shown if html.escape(words) not in page] == []
    assert 'href="/en/partner/table"' in petros.get("/en/partner/").text


def test_right_rows_are_shown_first_and_written_when_the_button_is_pressed(petros, session, case, steps):
    checked = petros.post(TABLE, data=sent(case, 1, 2))
    before = states(session, steps)
    given = html.unescape(
        re.search(r"<textarea name=.rows. hidden>\n(.*?)</textarea>", checked.text, re.S)[1]
    )

    answers = [petros.post(ROWS, data={"rows": given, "number": NUMBER}) for _ in range(2)]

    session.expire_all()
    assert (checked.status_code, before) == (200, [MilestoneState.PLANNED] * 2)
    assert "2 rows are right. Nothing is written yet." in checked.text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert "Sent and reported" in petros.get(answers[0].location).text
    assert [(step.state, step.report) for step in steps] == [(MilestoneState.REPORTED, "=1+1 & more")] * 2


@pytest.mark.parametrize("address", [TABLE, ROWS])
def test_with_a_bad_row_nothing_is_written_and_the_row_is_named(petros, session, case, steps, address):
    page = petros.post(address, data=sent(case, 1, 9))

    faults = re.findall(r'<tr id="row-(\d)">(?:(?!</tr>).)*?class="wrong">(.*?)<', page.text, re.S)
    assert page.status_code == (422 if address == TABLE else 409)
    assert faults == [
        ("2", "There is no such step in the plan. Use its number in the list below, or its words.")
    ]
    assert "1 row cannot be used. Nothing was written." in page.text
    assert re.findall(r"href=\"#row-(\d)\"", page.text) == ["2"]
    assert f"{case.reference}\t9" in page.text
    assert states(session, steps) == [MilestoneState.PLANNED] * 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Fill this in."),
        ("Case;Step;Day;Words", "There is no row in it."),
        ("a;1;2;\n" * 201, "These are more than 200 rows."),
        ("x" * 100_001, "This is too much at once."),
    ],
    ids=["nothing", "heading", "too many", "too long"],
)
@pytest.mark.parametrize("address", [TABLE, ROWS])
def test_a_table_that_is_none_is_told(petros, address, typed, words):
    page = petros.post(address, data={"rows": typed, "number": NUMBER})

    assert (page.status_code, words in page.text) == (422, True)


def test_a_form_without_its_number_is_not_read(petros, case, steps):
    answers = [petros.post(address, data=sent(case, 1, number="")) for address in (TABLE, ROWS)]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_another_organisation_reads_nothing_and_writes_nothing(cast, enter, session, case, steps):
    nino = enter(cast.nino)

    listed, checked, written = (
        nino.get(TABLE),
        nino.post(TABLE, data=sent(case, 1)),
        nino.post(ROWS, data=sent(case, 1)),
    )

    assert case.reference not in listed.text
    assert [
        (page.status_code, "This is not one of your cases." in page.text) for page in (checked, written)
    ] == [
        (422, True),
        (409, True),
    ]
    assert states(session, steps) == [MilestoneState.PLANNED] * 2
