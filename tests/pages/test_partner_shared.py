"""What a partner reads of a case: what the migrant ticked, as long as she wants, and she reads who saw it."""

import re
from datetime import date, timedelta

import pytest

from portal.db import clock_turned
from portal.domain import cases, journal
from portal.domain.applying import application
from portal.domain.applying.application import LegalStatus, NeedsAnswer, Precept
from portal.domain.care import care
from portal.domain.cases import CaseState
from portal.domain.errors import NotFound
from portal.domain.papers import uploads
from portal.domain.permissions import Act
from portal.domain.support import parts, plans, receipts, referrals
from portal.domain.support.field_rights import TICKED, Field
from portal.domain.support.receipts import Chosen
from portal.programme import DocumentKind
from tests.addresses import addresses

NAME, PHONE, BIRTH, IDEA = "Amina", "51234567", "27 March 2002", "wheelchair"


@pytest.fixture
def case(cast):
    return cast.case(CaseState.PREPARING)


def share(cast, session, case, *fields, documents=()):
    """The case is with Petros's organisation, which may read these."""
    referral = referrals.propose(session, case, cast.tashkent, instruction="A wheelchair", by=cast.clara)
    chosen = Chosen(frozenset(fields), frozenset(documents))
    receipts.agree(session, referral, chosen, language="en", by=cast.amina)
    referrals.advance(session, referral, Act.REFERRAL_ACCEPT, by=cast.petros)
    session.commit()
    return referral


@pytest.mark.parametrize(
    ("field", "shown"),
    [(Field.NAMES, NAME), (Field.CONTACT, PHONE), (Field.BORN_ON, BIRTH), (Field.JOURNEY, IDEA)],
)
def test_each_point_is_shown_only_if_it_was_ticked(cast, session, enter, case, field, shown):
    words = {NAME, PHONE, BIRTH, IDEA}
    share(cast, session, case, field)
    petros = enter(cast.petros)

    text = petros.get(f"/en/partner/cases/{case.reference}").text + petros.get("/en/partner/").text

    assert {word for word in words if word in text} == {shown}


def test_the_country_is_part_of_the_offer_only_if_it_was_ticked(cast, session, enter, case):
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    receipts.agree(session, referral, Chosen(frozenset({Field.NAMES})), language="en", by=cast.amina)
    session.commit()
    petros = enter(cast.petros)

    text = petros.get("/en/partner/").text + petros.get(f"/en/partner/referrals/{case.reference}").text

    assert ("1 person returns" in text, "Uzbekistan" in text, NAME in text) == (True, False, False)


@pytest.mark.parametrize(("fields", "status"), [({Field.PLAN}, 200), ({Field.NAMES}, 404)])
def test_the_plan_exists_for_them_only_if_it_is_shared(cast, session, enter, fields, status):
    case = cast.case(CaseState.REINTEGRATION)
    referral = referrals.live(session, case)
    receipts.change(session, referral, Chosen(frozenset(fields)), language="en", by=cast.amina)
    session.commit()
    petros = enter(cast.petros)

    pages = [
        petros.get(f"/en/partner/cases/{case.reference}/{one}").status_code for one in ("plan", "plan/new")
    ]

    assert pages == [status] * 2
    assert ("The plan is not shared with you" in petros.get("/en/partner/").text) is (status == 404)


def test_nothing_is_sent_to_a_plan_that_is_not_shared(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    step = parts.milestones(session, plans.approved(session, case))[0]
    referral = referrals.live(session, case)
    receipts.change(session, referral, Chosen(frozenset({Field.NAMES})), language="en", by=cast.amina)

    with pytest.raises(NotFound):
        uploads.begin(
            session,
            case,
            kind=DocumentKind.INVOICE,
            length=9,
            file_name="bill.pdf",
            milestone_id=step.id,
            by=cast.petros,
        )


def test_what_is_taken_back_is_gone_at_once_and_the_rest_stays(cast, session, enter, case):
    referral = share(cast, session, case, Field.NAMES, Field.CONTACT)
    petros, address = enter(cast.petros), f"/en/partner/cases/{case.reference}"
    before = petros.get(address).text
    receipts.change(session, referral, Chosen(frozenset({Field.NAMES})), language="en", by=cast.amina)
    session.commit()

    after = petros.get(address).text

    assert [(NAME in text, PHONE in text) for text in (before, after)] == [(True, True), (True, False)]


def test_after_the_last_day_nothing_is_shown_any_more(cast, session, enter, case):
    referral = share(cast, session, case, Field.NAMES)

    with clock_turned(timedelta(days=731)):
        shown = receipts.readable(session, case, referral)

    assert shown == {Field.REFERENCE, Field.PEOPLE, Field.DATES}


def test_what_the_journey_needs_is_not_shown_after_it(cast, session, case):
    referral = share(cast, session, case, *TICKED)
    before = receipts.readable(session, case, referral)
    case.state = CaseState.ARRIVED

    assert before - receipts.readable(session, case, referral) == {Field.JOURNEY}


def test_she_reads_who_saw_what_once_for_each_point(cast, session, enter, case):
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    chosen = Chosen(frozenset({Field.NAMES, Field.PLAN, Field.COUNTRY}))
    receipts.agree(session, referral, chosen, language="en", by=cast.amina)
    session.commit()
    petros = enter(cast.petros)
    for address in ("", f"referrals/{case.reference}", ""):
        petros.get(f"/en/partner/{address}")
    petros.post(f"/en/partner/referrals/{case.reference}/acceptance")
    for _ in range(2):
        petros.get(f"/en/partner/cases/{case.reference}")
    session.expire_all()

    seen = [one.about for one in journal.of_case(session, case.id) if one.act is Act.SHARE_OPEN]
    session.commit()
    text = enter(cast.amina).get("/en/my/history").text.partition('id="looked"')[2]

    label = f"referrals:{referral.id}"
    assert sorted(seen) == [f"{label}:{one}" for one in ("country", "dates", "names", "people", "reference")]
    assert "Seen for the first time: Your case number · How many people travel · " in text
    assert "Names of the people who travel" in text
    assert "Mission in Tashkent" in text


def test_a_chosen_document_is_opened_and_no_other(cast, session, enter, case):
    chosen, other = cast.document(case), cast.document(case)
    share(cast, session, case, Field.NAMES, documents=[chosen.id])
    petros, address = enter(cast.petros), f"/en/partner/cases/{case.reference}"

    statuses = [petros.get(f"{address}/shared/{one.id}").status_code for one in (chosen, other)]

    assert statuses == [200, 404]
    assert petros.get(address).text.count("/shared/") == 1


SECRET = re.compile(r"Secret|asylum|\b2031\b|recept to leave|edical report|Clara")
SEALED = "needs_words fear_words forced_words detained_at airport_help_words address safe_hours"


@pytest.fixture
def full_of_secrets(cast, session):
    """A case with its plan, all of it shared, and every answer, note and paper that no partner ever reads."""
    case = cast.case(CaseState.REINTEGRATION)
    shared = [cast.document(case), cast.document(case, DocumentKind.TICKET_ITINERARY)]
    withheld = [
        cast.document(case, kind) for kind in (DocumentKind.PRECEPT_TO_LEAVE, DocumentKind.MEDICAL_REPORT)
    ]
    chosen = Chosen(frozenset(TICKED), frozenset(one.id for one in shared))
    receipts.change(session, referrals.live(session, case), chosen, language="en", by=cast.amina)
    found = application.answers(session, case).application
    found.status, found.precept = LegalStatus.ASYLUM_REFUSED, Precept.WITH_DEADLINE
    found.precept_deadline, found.needs = date(2031, 7, 9), NeedsAnswer.YES
    for name in SEALED.split():
        setattr(found, name, f"Secret {name}")
    principal = application.answers(session, case).principal
    principal.other_names = principal.original_name = principal.paper_number = "Secret name"
    cases.note(session, case, "Secret note", by=cast.clara)
    task = care.ask(session, case, care.CareKind.HEALTH, by=cast.clara)
    care.answer(session, case, task, care.CareOutcome.TALKED, "Secret talk", by=cast.clara)
    for document in withheld:
        document.file_name = "Secret file"
    plan = plans.approved(session, case)
    held = [*parts.milestones(session, plan), *parts.lines(session, plan)]
    session.commit()
    return case.reference, [one.id for one in (*shared, *withheld, *held)]


def test_no_page_of_theirs_has_a_word_of_what_no_partner_reads(app, cast, enter, full_of_secrets):
    reference, numbers = full_of_secrets
    petros, shown, told = enter(cast.petros), set(), []

    for method, address in sorted(addresses(app, reference, numbers, ["-"])):
        if method == "GET" and address.startswith(("/en/partner", "/en/access")):
            answer = petros.get(address)
            if answer.status_code == 200:
                shown.add(address.replace(reference, "-").rstrip("0123456789"))
            told += [(address, word) for word in SECRET.findall(answer.text)]

    assert told == []
    assert {"/en/partner/cases/-", "/en/partner/cases/-/plan", "/en/partner/cases/-/shared/"} <= shown
