"""One real case, from the first question to the last confirmed payment, over HTTP."""

import io
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pyotp
import pytest
from PIL import Image
from sqlalchemy import select

from portal import create_app, server
from portal.adapters.vault import Vault
from portal.db import today
from portal.domain import journal
from portal.domain.access import staff as staff_of
from portal.domain.cases import Case, CaseState
from portal.domain.permissions import Act, Role
from tests.browsers import Answer, Phone

PASSWORD = "a quiet river at dawn"


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
def stored(request, wiring):
    """The portal's plugs, documents in a local folder or in an S3 store."""
    if request.param == "folder":
        return wiring
    s3 = request.getfixturevalue("s3_server")
    settings = replace(
        wiring.settings,
        store_url=f"s3://{s3.bucket}/{secrets.token_hex(4)}",
        s3_endpoint=s3.endpoint,
        s3_key=s3.key,
        s3_secret=s3.secret,
    )
    return replace(wiring, settings=settings, vault=Vault(settings))


@pytest.fixture
def url(stored) -> Iterator[str]:
    """The address of a running portal, its worker beside it."""
    app = create_app(stored.settings, wiring=stored)
    with server.serving(app, "127.0.0.1", 0) as address, server.working(stored):
        yield address


@pytest.fixture
def staff(url, cast, session):
    """staff("clara"): a browser in which Clara is signed in with both factors."""

    def enter(name: str) -> Phone:
        account = getattr(cast, name)
        secret, login = cast.secret_of(account), account.login
        session.commit()
        phone = Phone(url)
        assert phone.sign_in(login, "correct horse battery", secret).status == 303
        return phone

    return enter


def photo() -> bytes:
    picture = io.BytesIO()
    Image.effect_noise((900, 640), 40).convert("RGB").save(picture, "JPEG", quality=80)
    return picture.getvalue()


def ok(answer: Answer) -> Answer:
    """A page was shown, or the browser was sent on."""
    words = re.sub(r"<[^>]+>|\s+", " ", answer.body)
    assert answer.status in (200, 303), f"{answer.status}: {words[-900:]}"
    return answer


def links(answer: Answer, pattern: str) -> list[str]:
    """The addresses on a page that match, in order, each once."""
    found = re.findall(rf'(?:href|action)="({pattern})"', unescape(answer.body))
    return list(dict.fromkeys(found))


def register(url: str) -> Phone:
    """Amina makes an account and sets up her authenticator."""
    phone = Phone(url)
    ok(phone.submit("/en/register", name="amina", password=PASSWORD, repeated=PASSWORD))
    secret = re.search(r"secret=([A-Z2-7]+)", unescape(phone.get("/en/sign-in/set-up").body))[1]
    codes = ok(phone.submit("/en/sign-in/set-up", code=pyotp.TOTP(secret).now()))
    assert len(set(re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", codes.body))) == 10
    assert phone.get("/en/my/").status == 200
    return phone


PAGES: dict[str, dict[str, str]] = {
    "language": {"language": "ru", "interpreter": "y"},
    "privacy": {"notice": "y"},
    "name": {"given_names": "Амина", "family_name": "Юсупова"},
    "birth": {"born_on-day": "٢٧", "born_on-month": "3", "born_on-year": "2002"},
    "person": {"gender": "female", "citizenship": "UZ"},
    "contact": {"phone": "5123 4567"},
    "status": {"status": "permit_expired"},
    "precept": {"precept": "none"},
    "country": {"country": "UZ", "place": "Samarkand"},
    "company": {"company": "alone"},
    "papers": {"paper": "passport", "paper_place": "with_me"},
    "needs": {"needs": "no"},
    "ideas": {"ideas": "business"},
    "decision": {"voluntary": "y", "truth": "y"},
    "consents": {"processing": "y", "partner": "y"},
}


def apply(amina: Phone) -> str:
    """She answers one question after the other and sends the application; its reference."""
    ok(amina.submit("/en/my/application/", "/en/my/application/start"))
    for question, answers in PAGES.items():
        assert amina.submit(f"/en/my/application/{question}", **answers).status == 303, question
    signed = amina.submit("/en/my/application/check", name="Amina Yusupova", place="Tallinn")
    assert signed.location.endswith("/receipt")
    receipt = ok(amina.get("/en/my/application/receipt"))
    return re.search(r"AVR-[0-9A-Z]{8}", receipt.body)[0]


def wait_until_checked(phone: Phone, page: str) -> None:
    """The worker looks at what was sent."""
    for _ in range(100):
        if "Automatic check" not in phone.get(page).body:
            return
        time.sleep(0.2)
    raise AssertionError("the document was not checked in time")


def wait_for_link(phone: Phone, page: str, pattern: str) -> str:
    """The worker looks at what was sent; then the page offers what could not be done before."""
    for _ in range(100):
        if found := links(phone.get(page), pattern):
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"{pattern} was not offered in time")


def test_amina_goes_home_and_confirms_the_last_payment(url, staff, cast, session, stored):
    assert cast.package.ceiling == 150_000
    session.commit()

    # 1. Read: without an account, in three languages.
    for language in ("en", "et", "ru"):
        assert Phone(url).get(f"/{language}/programme/what").status == 200

    # 2. and 3. Register, sign in, apply.
    amina = register(url)
    reference = apply(amina)

    # 4. Send a photo of the passport, without scripts.
    sent = amina.send_file(
        "/en/my/documents/new", name="جواز السفر.jpg", data=photo(), mime="image/jpeg", kind="passport"
    )
    assert sent.status == 303, sent.body[:500]
    wait_until_checked(amina, "/en/my/documents")

    # 5. Verify: Clara takes the case, asks for a correction, rejects nothing, proposes; Aino accepts.
    clara = staff("clara")
    case = f"/en/counsellor/cases/{reference}"
    assert reference in clara.get("/en/counsellor/?pile=unassigned").body
    ok(clara.submit(case, f"{case}/steps/take"))
    ok(
        clara.submit(
            f"{case}/corrections/new",
            f"{case}/corrections",
            about="about-you",
            reason="missing",
            words="Your e-mail, please.",
        )
    )
    ok(clara.submit(case, f"{case}/steps/ask"))
    assert "Your e-mail, please." in amina.get("/en/my/").body
    ok(amina.submit("/en/my/application/contact", phone="+998901234567", email="amina@example.org"))
    assert amina.submit("/en/my/application/check", "/en/my/application/send").status == 303
    ok(clara.submit(case, f"{case}/steps/take"))
    document = links(clara.get(f"{case}/documents"), rf"{case}/documents/\d+")[0]
    shown = ok(clara.get(document))
    picture = re.search(rf'src="({document}/pages/1[^"]*)"', shown.body)[1]
    assert clara.get(picture).raw.startswith(b"\xff\xd8")
    ok(clara.submit(document, f"{document}/accept"))
    for check in links(clara.get(f"{case}/checks"), rf"{case}/checks/\d+/\w+"):
        sure = {"finding": "confirmed", "until-day": "1", "until-month": "2", "until-year": "2099"}
        ok(clara.submit(f"{case}/checks", check, **sure))
    criteria = ("third_country", "no_expulsion_order", "right_to_enter", "free_decision")
    weighed = {f"met-{one}": "met" for one in criteria}
    ok(clara.submit(f"{case}/assessment", recommends="accept", words="All is met.", **weighed))
    ok(clara.submit(f"{case}/steps/propose", note="Passport seen."))
    aino = staff("aino")
    ok(aino.submit(f"{case}/steps/accept", note=""))

    # 6. Travel and refer: checklist, referral with consent, ready, departed, arrived.
    for item in links(clara.get(f"{case}/travel"), rf"{case}/travel/\d+/\w+"):
        ok(clara.submit(f"{case}/travel", item, result="done"))
    ok(clara.submit(f"{case}/travel", f"{case}/referrals", organisation=str(organisation_id(cast, session))))
    sharing = links(amina.get("/en/my/"), r"/en/my/sharing/\d+")[0]
    ok(amina.submit(sharing, fields=["names", "contact", "country", "plan"]))
    petros = staff("petros")
    offer = f"/en/partner/referrals/{reference}"
    assert "Амина" not in petros.get(offer).body
    ok(petros.submit(offer, f"{offer}/acceptance"))
    ok(clara.submit(case, f"{case}/steps/clear"))
    assert clara.get(f"{case}/steps/depart").body.count("The applicant still has time to think again.") == 1
    ok(amina.submit("/en/my/decision"))
    ok(clara.submit(f"{case}/steps/depart", note="Boarding pass seen.", **day("on", 0)))
    home = f"/en/partner/cases/{reference}"
    assert "Амина" in petros.get(home).body
    ok(petros.submit(home, f"{home}/arrival", **day("day", 0)))

    # 7. Reintegrate: plan, agreement, approval, milestone with evidence, payment, her answer.
    ok(petros.submit(f"{home}/plan/new", package="example_start", objectives="A sewing workshop"))
    ok(
        petros.submit(
            f"{home}/plan/lines/new",
            description="Sewing machine",
            category="business",
            supplier="Textile Ltd",
            amount="600,50",
            modality="in_kind",
        )
    )
    ok(
        petros.submit(
            f"{home}/plan/steps/new",
            type="goods_delivered",
            description="Machine delivered",
            **day("due_on", 30),
        )
    )
    pay = links(petros.get(f"{home}/plan"), rf"{home}/plan/lines/\d+/payment")[0]
    step_id = re.search(r'name="step"[^>]*value="(\d+)"|<option[^>]*value="(\d+)"', petros.get(pay).body)
    ok(petros.submit(pay, amount="600.50", step=next(filter(None, step_id.groups()))))
    ok(petros.submit(f"{home}/plan", f"{home}/plan/offer"))
    shown = amina.get("/en/my/plan/")
    agree, seen = re.search(
        r'action="([^"]+/agree)".*?name="seen" value="(\d+)"', shown.body, re.DOTALL
    ).groups()
    ok(amina.submit("/en/my/plan/", agree, seen=seen))
    ok(petros.submit(f"{home}/plan", f"{home}/plan/submit"))
    approve = links(aino.get(f"{case}/plan"), rf"{case}/plans/\d+/approve")[0]
    ok(aino.submit(f"{case}/plan", approve))
    ok(aino.submit(case, f"{case}/steps/begin"))
    step = links(petros.get(f"{home}/plan"), rf"{home}/steps/\d+")[0]
    ok(
        petros.send_file(
            step,
            f"{step}/evidence",
            name="machine.jpg",
            data=photo(),
            mime="image/jpeg",
            kind="delivery_photo",
        )
    )
    wait_until_checked(petros, step)
    ok(petros.submit(step, words="Delivered and tried out together."))
    verify = links(clara.get(f"{case}/plan"), rf"{case}/milestones/\d+/verify")[0]
    ok(clara.submit(f"{case}/plan", verify))
    instalment = links(petros.get(f"{home}/plan"), rf"{home}/payments/\d+")[0]
    bill = {"name": "bill.jpg", "data": photo(), "mime": "image/jpeg", "kind": "invoice"}
    ok(petros.send_file(instalment, f"{instalment}/paper", **bill))
    paper = re.search(r'name="paper"[^>]*value="(\d+)"', petros.get(instalment).body)[1]
    ok(petros.submit(instalment, f"{instalment}/request", paper=paper))
    payment = wait_for_link(clara, f"{case}/plan", rf"{case}/payments/\d+/verify").removesuffix("/verify")
    ok(clara.submit(f"{case}/plan", f"{payment}/verify"))
    ok(aino.submit(f"{case}/plan", f"{payment}/approve"))
    ok(clara.submit(f"{payment}/pay", method="transfer", reference="TR-2026-1", **day("on", 0)))
    mine = links(amina.get("/en/my/"), r"/en/my/plan/payments/\d+")[0]
    ok(amina.submit(mine, f"{mine}/not_received"))
    ok(clara.submit(f"{payment}/answer", note="The supplier delivers on Friday."))
    ok(amina.submit(mine, f"{mine}/received"))

    # 8. See: where it stands, the timeline from the journal, who opened the file.
    ok(clara.submit(case, f"{case}/steps/complete"))
    history = ok(amina.get("/en/my/history")).body
    assert "Mission in Tashkent" in history
    assert ok(amina.get("/en/my/")).status == 200
    session.expire_all()
    found = session.scalars(select(Case).where(Case.reference == reference)).one()
    acts = {event.act for event in journal.of_case(session, found.id)}
    assert found.state is CaseState.MONITORING
    assert {Act.CASE_SUBMIT, Act.DOCUMENT_OPEN, Act.PAYMENT_NOT_RECEIVED, Act.PAYMENT_RECEIVE} <= acts
    assert list(journal.verify(session)) == []


def organisation_id(cast, session) -> int:
    number = cast.petros.organisation_id
    session.commit()
    return number


def day(field: str, ahead: int) -> dict[str, str]:
    """A date as its three fields."""
    on = today() + timedelta(days=ahead)
    return {f"{field}-day": str(on.day), f"{field}-month": str(on.month), f"{field}-year": str(on.year)}


def test_an_invited_counsellor_joins_and_sees_the_queue(url, cast, session):
    token = staff_of.invite(
        session, Role.COUNSELLOR, name="Ilse Pärn", email="ilse@example.org", by=cast.mart
    )
    session.commit()
    phone, page = Phone(url), f"/en/invitation/{token}"

    ok(phone.submit(page, password=PASSWORD, repeated=PASSWORD))
    secret = re.search(r"secret=([A-Z2-7]+)", unescape(phone.get("/en/sign-in/set-up").body))[1]
    ok(phone.submit("/en/sign-in/set-up", code=pyotp.TOTP(secret).now()))

    assert phone.get("/en/counsellor/").status == 200
    assert Phone(url).get(page).status == 404
