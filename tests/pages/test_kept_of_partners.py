"""What a partner was writing when the sign-in ended, on a line that was away for a while, is found again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned, today
from portal.domain.access.sign_in import IDLE
from portal.domain.cases import CaseState
from portal.domain.support import monitoring, parts, plans, receipts, referrals
from portal.domain.support.monitoring import FollowUpMode
from portal.domain.support.plans import Plan
from portal.programme import DocumentKind
from portal.web import kept
from tests.cast import PASSWORD

A_WHILE = IDLE + timedelta(minutes=1)
LONG = "She bakes bread at home and sells it to eleven neighbours. " * 15
AGAIN = "We kept what you wrote. Check it and save it."


def _drafting(cast, session):
    case = cast.case(CaseState.ARRIVED)
    return case, cast.plan(case, approved=False)


def _in_draft(way, **typed):
    def begin(cast, session):
        case, _plan = _drafting(cast, session)
        return f"cases/{case.reference}/plan/{way}", typed

    return begin


def _line(cast, session):
    case, plan = _drafting(cast, session)
    line = parts.lines(session, plan)[0]
    return f"cases/{case.reference}/plan/lines/{line.id}", {"description": LONG[:150]}


def _step(cast, session):
    case, plan = _drafting(cast, session)
    step = parts.milestones(session, plan)[0]
    return f"cases/{case.reference}/plan/steps/{step.id}", {"description": LONG[:150]}


def _new_plan(cast, session):
    case = cast.case(CaseState.ARRIVED)
    return f"cases/{case.reference}/plan/new", {"objectives": LONG}


def _change(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    return f"cases/{case.reference}/plan/change", {"reason": LONG}


def _done(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    step = parts.milestones(session, plans.approved(session, case))[0]
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=step.id)
    return f"cases/{case.reference}/steps/{step.id}", {"words": LONG}


def _report(cast, session):
    case = cast.case(CaseState.MONITORING)
    return f"cases/{case.reference}/report", {"situation": LONG, "send": "yes"}


def _talk(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    talk = monitoring.plan(session, case, FollowUpMode.PHONE, today(), by=cast.petros)
    return f"cases/{case.reference}/talks/{talk.id}/hold", {"findings": LONG, "mode": "visit"}


def _refusal(cast, session):
    case = cast.case(CaseState.PREPARING)
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    receipts.agree(session, referral, receipts.EVERYTHING, language="en", by=cast.amina)
    return f"referrals/{case.reference}/refusal", {"reason": LONG}


OBJECTIVES = _in_draft("objectives", objectives=LONG)
WRITING = {
    "objectives": OBJECTIVES,
    "new line": _in_draft("lines/new", description=LONG[:150], supplier="Oven & Co"),
    "line": _line,
    "new step": _in_draft("steps/new", description=LONG[:150], proof="A picture"),
    "step": _step,
    "new plan": _new_plan,
    "change": _change,
    "done": _done,
    "report": _report,
    "talk": _talk,
    "refusal": _refusal,
}


@pytest.mark.parametrize("begin", WRITING.values(), ids=WRITING)
def test_words_sent_too_late_stand_in_their_form_again_and_nothing_is_done(cast, enter, session, begin):
    way, typed = begin(cast, session)
    address = f"/en/partner/{way}"
    session.commit()
    browser = enter(cast.petros)

    with clock_turned(A_WHILE):
        late = browser.post(address, data=typed)
    browser = enter(cast.petros)
    first = browser.get("/en/partner/").text
    offered = browser.get("/en/account/kept").text
    shown = browser.post(address, data={**typed, kept.ANEW: "yes"})

    longest = max(typed.values(), key=len).strip()
    assert late.location.startswith("/en/sign-in")
    assert "You did not finish writing" in first
    assert f'action="{address}#' in offered
    assert (AGAIN in shown.text, longest in shown.text, 'class="wrong"' in shown.text) == (True, True, False)


def test_after_signing_in_he_is_led_to_it_saves_it_and_it_is_kept_no_longer(cast, client, enter, session):
    way, typed = OBJECTIVES(cast, session)
    address = f"/en/partner/{way}"
    session.commit()
    browser = enter(cast.petros)
    with clock_turned(A_WHILE):
        browser.post(address, data=typed)

    client.post(f"/en/sign-in?next={address}", data={"login": cast.petros.login, "password": PASSWORD})
    led_to = client.post("/en/sign-in/code", data={"code": cast.code_of(cast.petros)}).location
    saved = client.post(address, data=typed)

    assert (led_to, saved.status_code) == (f"/en/account/kept?next={address}", 303)
    assert client.get("/en/account/kept").location == "/en/partner/"
    session.expire_all()
    assert session.scalars(select(Plan)).one().objectives == LONG.strip()


def test_nobody_else_of_the_organisation_finds_it(cast, enter, session):
    way, typed = _refusal(cast, session)
    session.commit()
    browser = enter(cast.petros)
    with clock_turned(A_WHILE):
        browser.post(f"/en/partner/{way}", data=typed)
    colleague = cast.account(cast.petros.role, "olim@example.org", name="Olim", organisation=cast.tashkent)

    assert enter(colleague).get("/en/account/kept").location == "/en/partner/"


def test_a_line_kept_of_a_plan_that_was_changed_since_is_shown_and_not_put_into_it_unseen(
    cast, enter, session
):
    case, plan = _drafting(cast, session)
    session.commit()
    address, petros = f"/en/partner/cases/{case.reference}/plan", enter(cast.petros)
    typed = {"description": "An oven", "supplier": LONG[:90], "seen": str(plan.version)}
    petros.post(f"{address}/lines/new", data=typed, headers={kept.ONLY_KEEP: "yes"})
    petros.post(f"{address}/objectives", data={"objectives": "Bread for the school"})

    shown = petros.post(f"{address}/lines/new", data={**typed, kept.ANEW: "yes"}).text
    whole = {"category": "business", "modality": "in_kind", "amount": "300", **typed}
    unseen = petros.post(f"{address}/lines/new", data=whole)

    session.expire_all()
    fresh = f'name="seen" value="{session.get_one(Plan, plan.id).version}"'
    assert (AGAIN in shown, LONG[:80].strip() in shown, fresh in shown) == (True, True, True)
    assert unseen.status_code == 409
