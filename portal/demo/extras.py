"""What else happened in the cases of the demonstration, by the name that stands with each person."""

from collections.abc import Callable

from portal.demo.afterwards import followed_up
from portal.demo.roads import Players
from portal.domain import corrections, deciding
from portal.domain.cases import Case
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.documents import RejectReason
from portal.domain.own import data_requests
from portal.domain.own.data_requests import RequestKind
from portal.domain.permissions import Act
from portal.domain.support import approval, drafting, grants, parts, plans, referrals
from portal.domain.support.parts import Category
from portal.programme import DocumentKind, Modality


def _answered(players: Players, case: Case) -> None:
    players.answer_everything(case)


def _document(players: Players, case: Case) -> None:
    players.send(case, DocumentKind.PASSPORT)


def _rejected(players: Players, case: Case) -> None:
    document = players.send(case, DocumentKind.PASSPORT)
    deciding.reject(
        players.session,
        document,
        RejectReason.CUT_OFF,
        by=players.counsellor,
        note="The lower edge with the two lines of letters is missing.",
    )


def _referral_proposed(players: Players, case: Case) -> None:
    referrals.propose(players.session, case, players.organisation, by=players.counsellor)


def _referral_sent(players: Players, case: Case) -> None:
    referral = referrals.propose(players.session, case, players.organisation, by=players.counsellor)
    players.share(referral)


def _plan_drafted(players: Players, case: Case) -> None:
    plan = players.draft_plan(case)
    line = {
        "category": Category.TRAINING,
        "description": "Sewing course",
        "supplier": "",
        "amount": 20_000,
        "modality": Modality.IN_KIND,
    }
    drafting.add_line(players.session, plan, line, by=players.partner)


def _plan_offered(players: Players, case: Case) -> plans.Plan:
    plan = players.draft_plan(case)
    approval.advance(players.session, plan, Act.PLAN_OFFER, by=players.partner)
    return plan


def _plan_submitted(players: Players, case: Case) -> None:
    plan = _plan_offered(players, case)
    approval.advance(players.session, plan, Act.PLAN_AGREE, by=players.migrant)
    approval.advance(players.session, plan, Act.PLAN_SUBMIT, by=players.partner)


def _first_delivery(players: Players, case: Case) -> tuple[parts.Milestone, parts.Payment]:
    plan = plans.approved(players.session, case)
    if plan is None:
        raise ValueError("a delivery needs an approved plan")
    milestone = parts.milestones(players.session, plan)[0]
    players.send(case, DocumentKind.DELIVERY_PHOTO, sender=players.partner, milestone_id=milestone.id)
    grants.advance_milestone(
        players.session,
        milestone,
        Act.MILESTONE_REPORT,
        by=players.partner,
        note="Delivered and tried out together.",
    )
    return milestone, parts.payments(players.session, plan)[0]


def _reported(players: Players, case: Case) -> None:
    _first_delivery(players, case)


def _paid(players: Players, case: Case) -> None:
    milestone, payment = _first_delivery(players, case)
    grants.advance_milestone(players.session, milestone, Act.MILESTONE_VERIFY, by=players.counsellor)
    players.pay(payment)


def _not_received(players: Players, case: Case) -> None:
    _paid(players, case)
    plan = plans.approved(players.session, case)
    if plan is not None:
        payment = parts.payments(players.session, plan)[0]
        grants.advance_payment(players.session, payment, Act.PAYMENT_NOT_RECEIVED, by=players.migrant)


def _asking(players: Players, case: Case) -> None:
    """A list of what to change that the counsellor has not sent yet."""
    _document(players, case)
    for section, reason, words in (
        (Section.WHERE_TO, CorrectionReason.MISSING, "In which town do you want to live?"),
        (Section.TRAVEL_PAPERS, CorrectionReason.OUTDATED, "Is this passport still valid?"),
    ):
        corrections.ask(players.session, case, section, reason, words, by=players.counsellor)


def _data_request(players: Players, _case: Case) -> None:
    data_requests.ask(
        players.session,
        players.migrant,
        RequestKind.CORRECT,
        section=Section.ABOUT_YOU,
        words="My family name is written wrongly.",
        wish="Adeyemi-Cole",
    )


EXTRAS: dict[str, Callable[[Players, Case], object]] = {
    "answered": _answered,
    "asking": _asking,
    "followed_up": followed_up,
    "data_request": _data_request,
    "document": _document,
    "rejected": _rejected,
    "referral_proposed": _referral_proposed,
    "referral_sent": _referral_sent,
    "plan_drafted": _plan_drafted,
    "plan_offered": _plan_offered,
    "plan_submitted": _plan_submitted,
    "reported": _reported,
    "paid": _paid,
    "not_received": _not_received,
}
