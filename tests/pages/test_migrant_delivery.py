"""The returnee's first page after the return: the steps with pictures, and the money in both currencies."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.support import parts, plans
from portal.programme import DocumentKind


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


def test_the_first_page_shows_steps_with_pictures_and_sums_in_both_currencies(cast, session, enter, case):
    plan = plans.approved(session, case)
    plan.local_currency, plan.rate_millionths = "UZS", 14_000_000_000
    plan.rate_on, plan.rate_source = today(), "Central bank"
    first = parts.milestones(session, plan)[0]
    photo = cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=first.id)
    session.commit()

    text = enter(cast.amina).get("/en/my/").text

    money = ("€1,000.00", "UZS14,000,000.00", "Still to come")
    assert [words for words in money if words not in text.replace("\xa0", "")] == []
    assert [
        words for words in ("Sewing machine: delivered", "Fabric and tools: delivered") if words not in text
    ] == []
    assert f'src="/en/my/documents/{photo.id}/preview"' in text
    assert 'aria-current="step"' in text


def test_what_cannot_be_looked_at_has_no_picture(cast, session, enter, case):
    first = parts.milestones(session, plans.approved(session, case))[0]
    photo = cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=first.id)
    photo.state = "quarantined"
    session.commit()

    assert "/preview" not in enter(cast.amina).get("/en/my/").text


@pytest.mark.parametrize("state", [CaseState.DEPARTED, CaseState.ARRIVED, CaseState.PREPARING])
def test_before_a_plan_holds_there_is_nothing_of_it(cast, enter, state):
    cast.case(state)

    assert "Steps of my plan" not in enter(cast.amina).get("/en/my/").text


def test_ten_steps_with_pictures_take_as_many_questions_as_two(cast, session, enter, wiring, case):
    asked = []
    event.listen(wiring.engine, "before_cursor_execute", lambda *given: asked.append(given))
    browser = enter(cast.amina)
    browser.get("/en/my/")
    counts = []

    for _ in range(2):
        asked.clear()
        browser.get("/en/my/")
        counts.append(len(asked))
        plan = plans.approved(session, case)
        for number in range(8):
            more = parts.Milestone(
                case_id=case.id,
                plan_id=plan.id,
                type=parts.MilestoneType.GOODS_DELIVERED,
                description=f"Step {number}",
                due_on=today() + timedelta(days=number),
            )
            session.add(more)
            session.flush()
            cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=more.id)
        session.commit()

    assert counts[0] == counts[1]
