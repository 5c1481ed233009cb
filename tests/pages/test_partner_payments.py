"""Payments on the partner's pages: asked for once, with a paper that fits, and the returnee's answer."""

import io
from base64 import b64encode

import pytest

from portal.db import today
from portal.domain import deciding
from portal.domain.cases import CaseState
from portal.domain.documents import RejectReason
from portal.domain.permissions import Act
from portal.domain.support import grants, parts, plans, proofs
from portal.domain.support.parts import PaymentState
from portal.domain.support.plans import PlanState
from portal.programme import DocumentKind, Modality
from tests.reading import read
from tests.samples import photo


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def step(session, case):
    """The step before the payment; what was sent for it is confirmed."""
    return parts.milestones(session, plans.approved(session, case))[0]


@pytest.fixture
def payment(cast, session, case, step):
    """The first payment, which can be asked for now."""
    cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=step.id)
    grants.advance_milestone(session, step, Act.MILESTONE_REPORT, by=cast.petros)
    grants.advance_milestone(session, step, Act.MILESTONE_VERIFY, by=cast.clara)
    found = parts.payments(session, plans.approved(session, case))[0]
    session.commit()
    return found


@pytest.fixture
def place(case, payment):
    return f"/en/partner/cases/{case.reference}/payments/{payment.id}"


def bill(cast, session, case, payment, kind=DocumentKind.INVOICE, **more):
    found = cast.document(case, kind, sender=cast.petros, **({"payment_id": payment.id} | more))
    session.commit()
    return found


def state_of(session, payment):
    session.refresh(payment)
    session.commit()
    return payment.state


@pytest.mark.parametrize("page", ["", "/plan"])
def test_the_case_and_the_plan_lead_to_the_payment_that_can_be_asked_for(petros, case, payment, place, page):
    shown = read(petros.get(f"/en/partner/cases/{case.reference}{page}"))

    assert shown.links["Request payment"] == place


def test_a_bill_is_sent_and_the_payment_asked_for_with_it(cast, petros, session, payment, place):
    before = petros.get(place).text
    sent = petros.post(f"{place}/paper", data={"file": (io.BytesIO(photo()), "bill.jpg"), "kind": "invoice"})
    [paper] = proofs.of_payment(session, payment.id)
    session.commit()
    asked = petros.post(f"{place}/request", data={"paper": str(paper.id)})

    assert "Send the paper for it" in before
    assert (sent.status_code, sent.location, asked.status_code) == (303, place, 303)
    assert state_of(session, payment) is PaymentState.REQUESTED
    assert payment.invoice_id == paper.id


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["without htmx", "with htmx"])
def test_a_paper_that_was_sent_for_a_step_serves_too(
    cast, petros, session, case, step, payment, place, headers
):
    offer = bill(cast, session, case, payment, DocumentKind.QUOTATION, payment_id=None, milestone_id=step.id)

    answer = petros.post(f"{place}/request", data={"paper": str(offer.id)}, headers=headers)

    assert answer.status_code == (200 if headers else 303)
    assert state_of(session, payment) is PaymentState.REQUESTED


def test_without_a_paper_the_page_says_what_is_missing(petros, session, payment, place):
    answer = petros.post(f"{place}/request")

    assert answer.status_code == 422
    assert "Choose a paper, or send one first." in answer.text
    assert state_of(session, payment) is PaymentState.PLANNED


def test_a_paper_of_another_case_or_of_another_kind_is_none(cast, petros, session, case, payment, place):
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    theirs = parts.payments(session, plans.approved(session, other))[0]
    papers = [
        bill(cast, session, other, theirs),
        bill(cast, session, case, payment, DocumentKind.DELIVERY_PHOTO),
        bill(cast, session, case, payment),
    ]
    deciding.reject(session, papers[2], RejectReason.UNREADABLE, by=cast.clara)
    session.commit()

    answers = [petros.post(f"{place}/request", data={"paper": str(one.id)}) for one in papers]

    assert [(one.status_code, "Choose from the list." in one.text) for one in answers] == [(422, True)] * 3
    assert state_of(session, payment) is PaymentState.PLANNED


@pytest.mark.parametrize(
    ("modality", "kind", "fits"),
    [
        (Modality.IN_KIND, DocumentKind.HANDOVER_NOTE, True),
        (Modality.DIRECT_PAYMENT, DocumentKind.HANDOVER_NOTE, False),
        (Modality.REIMBURSEMENT, DocumentKind.PROOF_OF_PAYMENT, True),
        (Modality.REIMBURSEMENT, DocumentKind.QUOTATION, False),
        (Modality.CASH, DocumentKind.PLAN_SIGNED, True),
    ],
)
def test_which_paper_fits_depends_on_how_it_is_given(
    cast, petros, session, case, payment, place, modality, kind, fits
):
    session.get_one(parts.Line, payment.line_id).modality = modality
    paper = bill(cast, session, case, payment, kind)

    answer = petros.post(f"{place}/request", data={"paper": str(paper.id)})

    assert answer.status_code == (303 if fits else 422)


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [(None, "invoice", 422), (b"<svg/>", "invoice", 415), (photo(), "delivery_photo", 422)],
    ids=["no file", "unknown kind of file", "a kind that does not fit"],
)
def test_a_paper_that_cannot_be_used_is_not_kept(petros, session, payment, place, data, kind, status):
    file = {"file": (io.BytesIO(data), "bill.jpg")} if data else {}

    answer = petros.post(f"{place}/paper", data={"kind": kind, **file})

    assert (answer.status_code, 'class="wrong"' in answer.text) == (status, True)
    assert proofs.of_payment(session, payment.id) == []


def test_asked_twice_is_asked_once(cast, petros, session, case, payment, place):
    typed = {"paper": str(bill(cast, session, case, payment).id), "seen": str(payment.version)}

    answers = [petros.post(f"{place}/request", data=typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert state_of(session, payment) is PaymentState.REQUESTED


def test_a_page_from_before_it_was_sent_back_asks_for_nothing(cast, petros, session, case, payment, place):
    old = {"paper": str(bill(cast, session, case, payment).id), "seen": str(payment.version)}
    petros.post(f"{place}/request", data=old)
    session.refresh(payment)
    grants.advance_payment(session, payment, Act.PAYMENT_RETURN, by=cast.clara, note="Wrong seller")
    session.commit()

    answer = petros.post(f"{place}/request", data=old)

    assert answer.status_code == 409
    assert state_of(session, payment) is PaymentState.PLANNED
    assert "Wrong seller" in petros.get(place).text


def test_before_the_plan_holds_nothing_is_asked_for(cast, petros, session, case, payment, place):
    paper = bill(cast, session, case, payment)
    plans.approved(session, case).state = PlanState.SUBMITTED
    session.commit()

    assert petros.post(f"{place}/request", data={"paper": str(paper.id)}).status_code == 409
    assert "Request payment" not in read(petros.get(place)).buttons


def test_the_paper_is_looked_at_by_the_partner_who_sent_it(cast, petros, session, case, payment):
    paper = bill(cast, session, case, payment)

    page = read(petros.get(f"/en/partner/cases/{case.reference}/documents/{paper.id}"))

    assert page.heading == "Invoice"


def test_nothing_of_it_exists_for_another_organisation(cast, enter, session, case, payment, place):
    paper, nino = bill(cast, session, case, payment), enter(cast.nino)
    announced = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": _said(case, payment)}

    statuses = [
        nino.get(place).status_code,
        nino.post(f"{place}/paper", data={"kind": "invoice"}).status_code,
        nino.post(f"{place}/request", data={"paper": str(paper.id)}).status_code,
        nino.get(f"/en/partner/cases/{case.reference}/documents/{paper.id}").status_code,
        nino.post("/uploads/", headers=announced).status_code,
    ]

    assert statuses == [404] * 5
    assert state_of(session, payment) is PaymentState.PLANNED


def test_a_bill_in_pieces_belongs_to_its_payment_and_to_no_other_case(cast, petros, session, case, payment):
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    session.commit()

    def begin(of):
        told = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": _said(of, payment)}
        return petros.post("/uploads/", headers=told).status_code

    assert (begin(case), begin(other)) == (201, 404)


def _said(case, payment):
    told = {"kind": "invoice", "case": case.reference, "payment": str(payment.id)}
    return ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in told.items())


def test_the_returnees_answer_is_read_on_the_plan(cast, case, payment, petros, session, place):
    cast.request(payment)
    grants.advance_payment(session, payment, Act.PAYMENT_VERIFY, by=cast.clara)
    grants.advance_payment(session, payment, Act.PAYMENT_APPROVE, by=cast.aino)
    grants.pay(session, payment, on=today(), reference="TR-1", by=cast.clara)
    grants.advance_payment(session, payment, Act.PAYMENT_PROBLEM, by=cast.amina, note="It makes a noise")
    session.commit()

    pages = [petros.get(f"/en/partner/cases/{case.reference}/plan").text, petros.get(place).text]

    for page in pages:
        assert [words for words in ("The returnee says:", "It makes a noise") if words not in page] == []
