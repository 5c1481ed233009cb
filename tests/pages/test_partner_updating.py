"""One screen in the field: photos and the steps that they prove, reported at once and once."""

import io

import pytest

from portal.domain import documents
from portal.domain.cases import CaseState
from portal.domain.support import parts, plans
from portal.domain.support.parts import MilestoneState
from tests.samples import photo

NUMBER = "number-of-the-form"


@pytest.fixture
def case(cast):
    """A case whose plan is approved."""
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def steps(session, case):
    """Both steps of its plan."""
    found = parts.milestones(session, plans.approved(session, case))
    session.commit()
    return found


def address(case):
    return f"/en/partner/cases/{case.reference}/update"


def filled(steps, *, photos=1, data=None, ticked=None, kind="delivery_photo", number=NUMBER):
    """What the browser sends for these steps."""
    return {
        "steps": [str(step.id) for step in steps] if ticked is None else ticked,
        "photos": [(io.BytesIO(data or photo(seed=seed)), f"{seed}.jpg") for seed in range(photos)],
        "kind": kind,
        "words": "It works",
        "number": number,
    }


def standing(session, steps):
    """State and number of documents of each step."""
    session.expire_all()
    found = [(step.state, len(documents.of_milestone(session, step.id))) for step in steps]
    session.commit()
    return found


def test_photos_come_first_and_the_step_that_was_asked_for_is_ticked(petros, case, steps):
    page = petros.get(f"{address(case)}?step={steps[1].id}").text

    ticks = [page.index(f'value="{step.id}"') for step in steps]
    assert page.index('name="photos"') < min(ticks)
    assert page.count(" checked ") + page.count("checked>") == 1
    assert page.index("checked") < page.index(f'value="{steps[1].id}"') > page.index(f'value="{steps[0].id}"')


def test_two_photos_and_two_steps_are_one_report(petros, session, case, steps):
    answer = petros.post(address(case), data=filled(steps, photos=2), follow_redirects=True)

    assert answer.status_code == 200
    assert "Sent and reported" in answer.text
    assert standing(session, steps) == [(MilestoneState.REPORTED, 2)] * 2


def test_sent_again_it_answers_with_the_same_receipt(petros, session, case, steps):
    answers = [petros.post(address(case), data=filled(steps[:1])) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert standing(session, steps) == [(MilestoneState.REPORTED, 1), (MilestoneState.PLANNED, 0)]


@pytest.mark.parametrize(
    ("wrong", "words", "status"),
    [
        ({"photos": 0}, "Choose at least one photo or document that shows it.", 422),
        ({"ticked": []}, "Tick what is done.", 422),
        ({"ticked": ["7"]}, "A step that you ticked cannot be reported any more.", 422),
        ({"ticked": ["all"]}, "A step that you ticked cannot be reported any more.", 422),
        ({"kind": ""}, "Choose one.", 422),
        ({"data": b"MZ program"}, "We cannot use this kind of file.", 415),
    ],
    ids=["no photo", "no step", "unknown step", "no number", "no kind", "no picture"],
)
def test_what_is_missing_is_told_and_the_words_stay(petros, session, case, steps, wrong, words, status):
    page = petros.post(address(case), data=filled(steps, **wrong))

    assert page.status_code == status
    assert words in page.text
    assert "It works" in page.text
    assert NUMBER in page.text
    assert standing(session, steps) == [(MilestoneState.PLANNED, 0)] * 2


def test_a_step_of_another_case_is_no_step_of_this_one(cast, petros, session, case, steps):
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    foreign = parts.milestones(session, plans.approved(session, other))
    session.commit()

    page = petros.post(address(case), data=filled([steps[0], foreign[0]]))

    assert page.status_code == 422
    assert standing(session, [*steps, *foreign]) == [(MilestoneState.PLANNED, 0)] * 4


def test_six_photos_are_too_many(petros, session, case, steps):
    page = petros.post(address(case), data=filled(steps, photos=6))

    assert (page.status_code, "Send at most 5 files at once." in page.text) == (422, True)


def test_a_form_without_its_number_is_not_read(petros, session, case, steps):
    assert petros.post(address(case), data=filled(steps, number="1")).status_code == 400


def test_while_nothing_is_to_report_the_page_says_so(cast, petros):
    case = cast.case(CaseState.ARRIVED)

    page = petros.get(address(case))

    assert (page.status_code, "There is nothing to report now" in page.text) == (200, True)


def test_for_another_organisation_neither_page_nor_receipt_exists(cast, enter, petros, case, steps):
    receipt = petros.post(address(case), data=filled(steps)).location
    nino = enter(cast.nino)

    answers = [nino.get(address(case)), nino.post(address(case), data=filled(steps)), nino.get(receipt)]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_the_case_leads_to_this_page_when_a_step_is_to_be_reported(petros, case, steps):
    page = petros.get(f"/en/partner/cases/{case.reference}").text

    assert f"{address(case)}?step={steps[0].id}" in page
