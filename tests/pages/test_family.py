"""The page of an adult who travels along: it is all they see of the portal."""

import re
from datetime import date
from html import unescape

import pyotp
import pytest

from portal.domain import people
from portal.domain.access import claims
from portal.domain.applying import application
from portal.domain.applying.application import Company, Question
from portal.domain.care import agreements, by_themselves
from portal.domain.people import Gender, Relation
from portal.domain.permissions import Act
from tests.cast import PASSWORD
from tests.reading import read

CODE = r"<code[^>]*>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>"
ADULTS = "/en/my/application/adults"
HERE = "/en/family/"
# What others of the family answered, which she must never read.
OF_OTHERS = {
    Question.NAME: {"given_names": "Aminabonu", "family_name": "Qizilova"},
    Question.CONTACT: {"phone": "+37255507777", "email": "secret@example.org"},
    Question.HOME: {"home": "address", "address": "Kopli 77"},
    Question.COUNTRY: {"country": "UZ", "place": "Margilan"},
    Question.FEAR: {"fear": "yes", "fear_words": "Somebody waits at the border"},
    Question.NEEDS: {"needs": "yes", "needs_words": "Insulin"},
    Question.WORK: {"work_words": "Baker", "skills_words": "Embroidery"},
}
WORDS = (
    *("Aminabonu", "Qizilova", "55507777", "secret@example.org", "Kopli", "Margilan", "border", "Insulin"),
    *("Baker", "Embroidery", "Rustam", "XX998877"),
)


def family(given_names, **more):
    return {
        "given_names": given_names,
        "family_name": "Yusupova",
        "relation": Relation.PARENT,
        "born_on": date(1975, 5, 5),
        "gender": Gender.FEMALE,
        "citizenship": "UZ",
        **more,
    }


@pytest.fixture
def case(cast, session):
    """Amina's case: she answered much, her mother and her brother travel along, Clara has taken it."""
    case = cast.case_by(cast.answer_everything)
    for question, values in OF_OTHERS.items():
        application.answer(session, case, question, values, by=cast.amina)
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    for values in (
        family("Gulnora", paper_number="AB112233"),
        family("Rustam", relation=Relation.SIBLING, family_name="Qizilov", paper_number="XX998877"),
    ):
        application.put_family_member(session, case, None, values, by=cast.amina)
    cast.step(case, Act.CASE_SUBMIT, cast.amina)
    cast.step(case, Act.CASE_TAKE, cast.clara)
    session.commit()
    return case


@pytest.fixture
def gulnora(cast, enter, session, case):
    """The browser of Amina's mother, who made an account with the code she was given."""
    person = people.of_case(session, case)[1]
    code = by_themselves.give_code(session, case, person, by=cast.amina)
    account = claims.use(session, code, name="Gulnora", password=PASSWORD, language="en")
    account.shares_phone = False
    session.commit()
    return enter(account)


def agreed(session, case):
    session.rollback()
    session.expire_all()
    names = {person.id: person.given_names for person in people.of_case(session, case)}
    return [names[number] for number in agreements.holding(session, case)]


def test_with_the_code_from_her_daughter_she_makes_an_account_and_agrees(app, cast, enter, session, case):
    amina, hers = enter(cast.amina), app.test_client()

    # Amina makes the code for her mother; it is shown once.
    page = amina.get(read(amina.get("/en/my/application/")).links["See who agreed"]).text
    buttons = re.findall(rf'action="({ADULTS}/\d+/code)"', page)
    printed = amina.post(buttons[0])
    [code] = re.findall(CODE, printed.text)
    paper = printed.text.partition('<section class="paper"')[2].partition("</section>")[0]
    assert [word for word in ("Gulnora", "VARRE", case.reference, *WORDS) if word in paper] == []
    assert code not in amina.get(ADULTS).text

    # Her mother types it on her own phone, and shows a second factor as everybody does.
    chosen = {"name": "mama", "password": PASSWORD, "repeated": PASSWORD, "code": code}
    half_in = hers.post("/en/claim", data=chosen)
    secret = re.search(r"secret=([A-Z2-7]+)", unescape(hers.get(half_in.location).text))[1]
    assert hers.post(half_in.location, data={"code": pyotp.TOTP(secret).now()}).status_code == 200

    # She reads what it is about and agrees; Amina and Clara read that she did.
    mine = hers.get(HERE)
    assert read(mine).heading == "Do you want to travel too?"
    assert [word for word in ("Uzbekistan", "Gulnora", "AB112233") if word not in mine.text] == []
    assert hers.post(read(mine).buttons["I agree"]).location == HERE
    assert "You have agreed" in hers.get(HERE).text
    assert agreed(session, case) == ["Gulnora"]
    assert "A family member agreed by themselves" in amina.get("/en/my/history").text
    clara = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/conversations").text
    assert "With an own sign-in" in clara


def test_she_says_no_and_only_the_counsellor_reads_it(cast, enter, session, case, gulnora):
    gulnora.post(read(gulnora.get(HERE)).buttons["I do not agree"])

    amina = enter(cast.amina)
    clara = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/conversations").text
    hers = "".join(amina.get(one).text for one in (ADULTS, "/en/my/", "/en/my/history"))
    assert "You have said that you do not agree" in gulnora.get(HERE).text
    assert "This person said by themselves that they do not agree" in clara
    assert "do not agree" not in hers
    assert agreed(session, case) == []


def test_she_takes_it_back(session, case, gulnora):
    gulnora.post(HERE + "agree")

    gulnora.post(read(gulnora.get(HERE)).buttons["Take back my agreement"])

    assert agreed(session, case) == []
    assert "I agree" in read(gulnora.get(HERE)).buttons


def test_of_her_travel_document_there_is_nothing_but_the_document(gulnora, session, case):
    people.of_case(session, case)[1].knows_must_agree = True
    session.commit()

    facts = read(gulnora.get(HERE)).facts

    assert (
        facts["Travel document"]
        == "Document number: \N{FIRST STRONG ISOLATE}AB112233\N{POP DIRECTIONAL ISOLATE}"
    )


def test_she_reads_no_word_of_the_others(gulnora, session, case):
    gulnora.post(HERE + "agree")

    pages = "".join(
        gulnora.get(one).text
        for one in (HERE, "/en/account/", "/en/account/news", "/en/account/my-data", "/ru/family/")
    )

    assert [word for word in WORDS if word in pages] == []
    assert case.reference not in pages


def test_every_other_page_of_a_case_does_not_exist_for_her(app, gulnora):
    wrong = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if not rule.rule.startswith("/<language>/my/") or "GET" not in rule.methods:
                continue
            values = dict.fromkeys(rule.arguments, 1) | {"language": "en"}
            values |= {"question": "name", "about": "document", "answer": "agree"}
            address = rule.build({name: values[name] for name in rule.arguments})
            wrong += [(rule.rule, gulnora.get(address[1]).status_code)] if address else []

    assert len(wrong) > 20
    assert {status for _rule, status in wrong} == {404}


def test_who_is_not_asked_reads_so(cast, enter):
    page = enter(cast.laylo).get(HERE)

    assert (page.status_code, read(page).heading) == (200, "You are not asked anything")
    assert enter(cast.laylo).post(HERE + "agree").status_code == 404


def test_others_have_no_such_page(cast, enter):
    assert [enter(one).get(HERE).status_code for one in (cast.amina, cast.clara, cast.petros)] == [404] * 3


def test_after_the_case_is_over_nothing_can_be_said(cast, session, case, gulnora):
    cast.step(case, Act.CASE_WITHDRAW, cast.amina)
    session.commit()

    assert "I agree" not in read(gulnora.get(HERE)).buttons
    assert gulnora.post(HERE + "agree").status_code == 409


def test_the_counsellor_makes_the_code_too(cast, enter, session, case):
    clara, at = enter(cast.clara), f"/en/counsellor/cases/{case.reference}/conversations"

    page = clara.get(at)
    [first, *_others] = re.findall(r'action="(/en/counsellor/cases/[^"]+/agreements/\d+/code)"', page.text)
    printed = clara.post(first)

    assert len(re.findall(CODE, printed.text)) == 1
    assert "A code was made." in clara.get(at).text
    assert enter(cast.kalle).post(first).status_code == 404


def test_a_stranger_makes_no_code(cast, enter, session, case):
    person = people.of_case(session, case)[1].id
    session.commit()

    assert enter(cast.giorgi).post(f"{ADULTS}/{person}/code").status_code == 404
    assert enter(cast.amina).post(f"{ADULTS}/1/code").status_code == 404
