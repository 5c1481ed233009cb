"""A partner of one organisation, given every address, number and upload of another's case: not a byte."""

import base64
import re

import pytest

from portal.db import today
from portal.domain import people
from portal.domain.applying import consents
from portal.domain.applying.consents import Purpose
from portal.domain.cases import CaseState
from portal.domain.course import letters
from portal.domain.papers import uploads
from portal.domain.support import monitoring, parts, plans, receipts, referrals
from portal.domain.support.monitoring import FollowUpMode, Held
from portal.domain.support.receipts import Chosen
from portal.programme import DocumentKind
from tests.addresses import addresses

CANARY = "Canary"
IN_OTHER_LANGUAGES = re.compile(r'<nav class="languages".*?</nav>', re.DOTALL)
TUS = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}


@pytest.fixture
def theirs(cast, session):
    """Amina's case, which is with Petros's organisation, full of words by which it would be known again."""
    case = cast.case(CaseState.REINTEGRATION)
    passport = cast.document(case)
    receipts.change(
        session,
        referrals.live(session, case),
        Chosen(receipts.EVERYTHING.fields, frozenset({passport.id})),
        language="en",
        by=cast.amina,
    )
    plan = plans.approved(session, case)
    principal = people.principal(session, case)
    lines, milestones = parts.lines(session, plan), parts.milestones(session, plan)
    principal.given_names, principal.family_name = f"{CANARY}-given", f"{CANARY}-family"
    plan.objectives = f"{CANARY} objectives"
    for row in (*lines, *milestones):
        row.description = f"{CANARY} {row.id}"
    photo = cast.document(
        case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=milestones[0].id
    )
    passport.file_name = photo.file_name = f"{CANARY}.jpg"
    settle = {"language": "en", "by": cast.amina}
    consents.settle(session, case, {Purpose.TALK_PHOTOS}, {Purpose.TALK_PHOTOS}, **settle)
    talk = monitoring.plan(session, case, FollowUpMode.VISIT, today(), by=cast.petros)
    monitoring.hold(
        session, case, talk, Held(talk.mode, today(), CANARY, CANARY, is_last=True), by=cast.petros
    )
    seen = cast.document(case, DocumentKind.TALK_PHOTO, sender=cast.petros, follow_up_id=talk.id)
    seen.file_name = f"{CANARY}.jpg"
    begun = [
        uploads.begin(
            session,
            case,
            kind=DocumentKind.INVOICE,
            length=10,
            file_name=f"{CANARY}.pdf",
            milestone_id=milestones[0].id,
            by=who,
        )[1]
        for who in (cast.petros, cast.amina)
    ]
    numbers = [
        principal.id,
        plan.id,
        talk.id,
        seen.id,
        *(one.id for one in (lines[0], milestones[0], parts.payments(session, plan)[0])),
        passport.id,
        photo.id,
        referrals.live(session, case).id,
        *(one.id for one in letters.of_case(session, case, viewer=cast.clara)[:1]),
    ]
    session.commit()
    return case.reference, numbers, begun


@pytest.fixture
def own(cast, session):
    """A case of Nino's own organisation."""
    case = cast.case(CaseState.ARRIVED, migrant=cast.giorgi)
    case.partner_id = cast.tbilisi.id
    referral = referrals.live(session, case)
    referral.organisation_id = cast.tbilisi.id
    session.commit()
    return case.reference


def test_not_a_byte_of_it_is_in_any_answer(app, cast, enter, theirs, own):
    reference, every, tokens = theirs
    browser, told, opened = enter(cast.nino), [], []

    for at, numbers in ((reference, every[-3:]), (own, every)):
        for method, address in sorted(addresses(app, at, numbers, tokens)):
            answer = browser.open(address, method=method, headers=TUS if "/uploads/" in address else {})
            # A page that is not there links to itself, or one above, in other languages: nothing new.
            words = IN_OTHER_LANGUAGES.sub("", answer.text).replace(address.removeprefix("/en"), "")
            if CANARY in words or reference in words:
                told.append((answer.status_code, method, address))
            if answer.status_code < 400 and at == reference and "AVR" in address:
                opened.append((answer.status_code, method, address))

    assert (told, opened) == ([], [])


def test_nothing_can_be_sent_to_it_or_to_a_step_of_it(cast, enter, theirs, own):
    reference, numbers, _tokens = theirs
    nino = enter(cast.nino)

    statuses = {
        nino.post("/uploads/", headers=_said(case, place, number)).status_code
        for case in (reference, own)
        for place in ("milestone", "payment", "talk")
        for number in numbers
    }

    assert statuses == {404}


def _said(case: str, place: str, number: int) -> dict[str, str]:
    kind = "talk_photo" if place == "talk" else "invoice"
    said = {"kind": kind, "case": case, place: str(number)}
    told = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())
    return {**TUS, "Upload-Length": "9", "Upload-Metadata": told}
