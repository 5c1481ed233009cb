"""Nodira is 16 and alone: she travels only after her guardian agrees and it is found best for her."""

from portal.db import today
from portal.domain.cases import CaseState
from portal.domain.permissions import Act, Role
from portal.domain.support import receipts, referrals
from tests.reading import read

HERE = "/en/my/application/"
YEAR = str(today().year - 16)
ANSWERS = {
    "language": {"language": "uz", "interpreter": "y"},
    "privacy": {"notice": "y"},
    "name": {"given_names": "Nodira", "family_name": "Karimova"},
    "birth": {"born_on-day": "1", "born_on-month": "1", "born_on-year": YEAR},
    "person": {"gender": "female", "citizenship": "UZ"},
    "contact": {"phone": "5550 0010"},
    "status": {"status": "no_papers"},
    "precept": {"precept": "none"},
    "country": {"country": "UZ"},
    "company": {"company": "alone"},
    "decision": {"voluntary": "y", "truth": "y"},
    "consents": {"processing": "y", "partner": "y"},
}
GUARDIAN = {
    "guardian_name": "Salima Karimova",
    "guardian_relation": "relative",
    "guardian_phone": "+372 5550 0011",
}
HER_AUNT = {"name": "Salima Karimova", "place": "Tallinn"}
SECRET = "She wants to live with her aunt Salima in Samarkand."


def test_nodira_travels_only_when_it_is_best_for_her(cast, enter, session):
    account = cast.account(Role.MIGRANT, "nodira")
    nodira, clara = enter(account), enter(cast.clara)

    # She answers everything. It cannot be sent: she is asked who her guardian is, and told whom to call.
    nodira.post(HERE + "start")
    for question, typed in ANSWERS.items():
        assert nodira.post(HERE + question, data=typed).status_code == 303
    check = read(nodira.get(HERE + "check"))
    assert "Sign and send" not in check.buttons
    refused = nodira.post(HERE + "check", data=HER_AUNT)
    assert refused.status_code == 409
    assert "call us: we help you" in refused.text
    page = nodira.get(check.links["Who is your guardian?"])
    assert 'href="tel:+3726778700"' in page.text

    # She calls her aunt and names her; her aunt signs, and she reads that somebody will talk with her.
    nodira.post(HERE + "guardian", data=GUARDIAN)
    receipt = nodira.get(nodira.post(HERE + "check", data=HER_AUNT).location)
    assert read(receipt).heading == "Your application was sent"
    assert "A counsellor will talk with you" in receipt.text

    # Clara takes the case. Two conversations are owed, and she reads why.
    case = cast.players(account).case(CaseState.DRAFT)
    reference, at = case.reference, f"/en/counsellor/cases/{case.reference}"
    assert case.state is CaseState.SUBMITTED
    session.commit()
    clara.post(f"{at}/steps/take")
    assert read(clara.get(at)).link("2 conversations to have") == f"{at}/conversations"

    # Everything else is prepared. The journey is not cleared.
    session.expire_all()
    players = cast.players(account)
    players.accept_passport(case)
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara)
    cast.step(case, Act.CASE_ACCEPT, cast.aino)
    players.tick_all(case)
    session.commit()
    travel = clara.get(f"{at}/travel").text
    assert "It is not decided yet that the return is best for every child who travels alone." in travel
    assert clara.post(f"{at}/steps/clear").status_code == 409

    # Clara talks with Nodira, and with her aunt, who is there.
    links = read(clara.get(f"{at}/conversations")).links
    best = {"outcome": "return_is_best", "note": SECRET}
    assert clara.post(links["Open What is best for the child"], data=best).status_code == 303
    assert clara.post(f"{at}/steps/clear").status_code == 409
    agreed = {"how": "in_presence", "language": "uz", "present": "Clara, Salima", "interpreter": "Olim"}
    assert clara.post(links["Write down the agreement"], data=agreed).status_code == 303
    assert clara.post(f"{at}/steps/clear").status_code == 303

    # The partner takes part, and sees nothing of it; neither does the manager, nor another counsellor.
    session.expire_all()
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    receipts.agree(session, referral, receipts.EVERYTHING, language="en", by=account)
    referrals.advance(session, referral, Act.REFERRAL_ACCEPT, by=cast.petros)
    session.commit()
    seen = enter(cast.petros).get(f"/en/partner/cases/{reference}")
    assert seen.status_code == 200
    for words in (SECRET, "Salima", "best for the child", "onversation"):
        assert words not in seen.text
    for stranger in (cast.petros, cast.mart, cast.kalle):
        assert enter(stranger).get(f"{at}/conversations").status_code == 404

    # Nodira's own pages say that an agreement was written down, and nothing of what was said.
    history = nodira.get("/en/my/history").text
    assert "Agreement of a family member or guardian written down" in history
    assert "onversation" not in history
    assert "A counsellor will talk with you" not in nodira.get("/en/my/").text
