"""What the demonstration lacks, so that every page of the portal is there to be met."""

from dataclasses import dataclass
from datetime import date

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import now, today
from portal.domain import accounts, cases, corrections, people
from portal.domain.access import claims, recovery, sheets, sign_in, staff, vouching
from portal.domain.access.recovery import Certainty
from portal.domain.access.sheets import Identity, Why
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import Company, NeedsAnswer, Question
from portal.domain.care import assisted
from portal.domain.care.assisted import Source
from portal.domain.cases import CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.domain.documents import Document, DocumentState
from portal.domain.own import data_requests
from portal.domain.own.data_requests import RequestKind
from portal.domain.papers import supplier_links, updates
from portal.domain.papers.updates import Report
from portal.domain.people import Gender, Paper, PaperPlace, Relation
from portal.domain.permissions import Act, Role
from portal.pages.entrance.half import HALF
from portal.programme import DocumentKind
from tests.browser.occasions import occasions
from tests.cast import Cast
from tests.getting_back import NEW

AT_THE_CODE, AT_THE_FIRST_FACTOR = "half in", "new"
"""Who is half in: not a login, but what such a browser is called in the cookies of the demonstration."""

CHILD = {
    "given_names": "Lola",
    "family_name": "Tosheva",
    "relation": Relation.CHILD,
    "born_on": date(2016, 9, 1),
    "gender": Gender.FEMALE,
    "citizenship": "UZ",
    "paper": Paper.PASSPORT,
    "paper_place": PaperPlace.LOST,
}
HUSBAND = {**CHILD, "given_names": "Timur", "relation": Relation.PARTNER, "born_on": date(1990, 5, 5)}


@dataclass(frozen=True)
class Furnished:
    """Pages that no link leads to: (login, address), by the group of who meets them."""

    places: dict[str, list[tuple[str, str]]]
    cookies: dict[str, str]
    """Of browsers that are half in."""


def furnish(app: Flask, session: Session) -> Furnished:
    """Add what is missing to the demonstration. Commits."""
    known = {one.login: one for one in session.scalars(select(Account))}
    cast = Cast(session)
    # Who works with the cases of the demonstration works with these, too.
    cast.__dict__.update({name: known[name] for name in ("clara", "aino", "petros", "mart")})
    cast.__dict__["tashkent"] = session.get_one(accounts.Organisation, known["petros"].organisation_id)
    _family_in_review(cast)
    _filled_in_together(cast)
    data_requests.ask(
        session, known["aziz"], RequestKind.CORRECT, section=Section.ABOUT_YOU, words="The day", wish="28"
    )
    sheets.ask(session, known["p22"], Identity.DOCUMENT, why=Why.LOST, by=known["clara"])
    number = recovery.ask(session, "daler", NEW)
    vouching.vouch(
        session, number, known["daler"], certainty=Certainty.IN_PERSON, words="Passport", by=known["petros"]
    )
    token = staff.invite(
        session, Role.COUNSELLOR, name="Piret Ots", email="piret@example.org", by=known["mart"]
    )
    half = sign_in.begin(session, known["kalle"], device="Test")
    new = sign_in.begin(session, cast.account(Role.MIGRANT, "novice", has_app=False), device="Test")
    places = {
        "strangers": [
            *((AT_THE_CODE, f"/en/sign-in/code{more}") for more in ("", "?recovery=yes")),
            *((AT_THE_FIRST_FACTOR, f"/en/sign-in/{page}") for page in ("set-up", "sheet")),
            *(("", f"/en/{page}") for page in ("stopped", "rested", "sign-in/closed")),
            ("", f"/en/invitation/{token}"),
            ("", f"/en/recover/{number}"),
            *(("", f"/en/photo/unknown/{page}") for page in ("", "sent")),
        ],
        "migrants": [
            ("amina", "/en/account/confirm"),
            ("aziz", "/en/my/application/receipt"),
            ("daler", "/en/account/way-back"),
            *_family_begun(cast, known["p07"]),
        ],
        "counsellors": [],
        "partners": _from_the_field(cast),
        "managers": [("mart", f"/en/access/people/{known['kalle'].id}")],
    }
    for group, more in occasions(cast, known["kalle"]).items():
        places[group] += more
    session.commit()
    return Furnished(places, {AT_THE_CODE: _half(app, half), AT_THE_FIRST_FACTOR: _half(app, new)})


def _half(app: Flask, token: str) -> str:
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    return str(serializer.dumps({HALF: token}))


def _family_begun(cast: Cast, migrant: Account) -> list[tuple[str, str]]:
    """The pages about each traveller in a draft."""
    session = cast.session
    case = cases.of_migrant(session, migrant)
    assert case
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=migrant)
    for person in (HUSBAND, CHILD):
        application.put_family_member(session, case, None, person, by=migrant)
    husband, child = people.of_case(session, case)[1:]
    own = {husband: ("agreeing", "document", "loss"), child: ("other-parent",)}
    at = "/en/my/application/family"
    return [(migrant.login, f"{at}/{one.id}/{about}") for one, pages in own.items() for about in pages]


def _family_in_review(cast: Cast) -> None:
    """A case with a need, an adult who must agree, and a list of changes that is not sent."""
    session, migrant = cast.session, cast.account(Role.MIGRANT, "gulnora")
    players = cast.players(migrant)
    case = players.case(CaseState.DRAFT)
    players.answer_everything(case)
    application.answer(session, case, Question.NEEDS, {"needs": NeedsAnswer.YES}, by=migrant)
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=migrant)
    application.put_family_member(session, case, None, HUSBAND, by=migrant)
    cast.step(case, Act.CASE_SUBMIT, migrant)
    cast.step(case, Act.CASE_TAKE, cast.clara)
    corrections.ask(
        session, case, Section.ABOUT_YOU, CorrectionReason.MISSING, "Please add an address.", by=cast.clara
    )


def _filled_in_together(cast: Cast) -> None:
    """A draft of somebody without a sign-in, and the code that is asked for."""
    case = assisted.begin(cast.session, Source.PRESENT, language="ru", by=cast.clara)
    claims.ask(cast.session, case, by=cast.clara)


def _from_the_field(cast: Cast) -> list[tuple[str, str]]:
    """What a supplier sent with a link, and the receipt of what was reported at once."""
    session, petros = cast.session, cast.petros
    pictured = session.scalars(select(Document).where(Document.kind == DocumentKind.DELIVERY_PHOTO)).first()
    assert pictured
    case = cast.case(CaseState.REINTEGRATION, migrant=cast.account(Role.MIGRANT, "sevara"))
    first, second = updates.open_steps(session, case, by=petros)
    given = {"supplier": "Usta LLC", "wanted": "The machine in the shop"}
    link, _token, _code = supplier_links.make(session, case, first.id, **given, by=petros)
    link.document_id, link.used_at = pictured.id, now()
    supplier_links.make(session, case, second.id, **given, by=petros)
    proof = cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=petros, milestone_id=second.id)
    proof.state = DocumentState.CHECKING  # there is no picture of it
    sent = updates.send(session, "number-of-a-form", [Report(second, done_on=today())], by=petros)
    at = f"/en/partner/cases/{case.reference}"
    return [("petros", f"{at}/links/{link.id}"), ("petros", f"/en/partner/updates/{sent.id}")]
