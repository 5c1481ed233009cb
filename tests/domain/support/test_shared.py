"""What a partner may read of a person, before and after taking the case on."""

from dataclasses import asdict, fields
from datetime import date

import pytest

from portal.demo.roads import MORE
from portal.domain.applying import application
from portal.domain.applying.application import Company, Idea, LegalStatus, NeedsAnswer, Precept, Question
from portal.domain.cases import CaseState
from portal.domain.choices import Home, Reply
from portal.domain.errors import NotFound
from portal.domain.people import Gender, Relation
from portal.domain.permissions import Act
from portal.domain.support import receipts, referrals, shared
from portal.domain.support.field_rights import TICKED, Field
from portal.domain.support.shared import Offer, Shared, Traveller

# What no partner ever reads: words by which it would be known again.
WITHHELD = {
    Question.OTHER_NAMES: {"original_name": "Secret-one", "other_names": "Secret-two"},
    Question.SAFE_CONTACT: {"safe_to_call": Reply.NO, "safe_hours": "Secret-three"},
    Question.HOME: {"home": Home.ADDRESS, "address": "Secret-four"},
    Question.DETENTION: {"detained": Reply.YES, "detained_at": "Secret-five"},
    Question.APPEAL: {"appeal": Reply.YES},
    Question.PENDING: {"pending": Reply.YES},
    Question.EARLIER: {"earlier_return": Reply.YES, "earlier_return_from": "PL"},
    Question.FEAR: {"fear": Reply.YES, "fear_words": "Secret-six"},
    Question.PAPER_DETAILS: {"paper_number": "Secret-seven", "paper_country": "UZ"},
    Question.AIRPORT: {"airport_help": Reply.YES, "airport_help_words": "Secret-eight"},
    Question.FORCED: {"forced": Reply.YES, "forced_words": "Secret-nine"},
}


@pytest.fixture
def case(cast, session):
    """A case whose migrant answered everything there is to ask."""
    case = application.start(session, by=cast.amina)
    cast.answer_everything(case)
    more = {
        Question.STATUS: {"status": LegalStatus.ASYLUM_REFUSED},
        Question.PRECEPT: {"precept": Precept.WITH_DEADLINE, "precept_deadline": date(2027, 1, 1)},
        Question.NEEDS: {"needs": NeedsAnswer.YES, "needs_words": "Diabetes"},
        Question.IDEAS: {"ideas": frozenset({Idea.JOB, Idea.BUSINESS}), "ideas_words": "Sewing"},
        Question.COUNTRY: {"country": "UZ", "place": "Tashkent"},
        Question.COMPANY: {"company": Company.FAMILY},
    }
    for question, values in {**MORE, **more, **WITHHELD}.items():
        application.answer(session, case, question, values, by=cast.amina)
    child = {
        "family_name": "Юсупова",
        "given_names": "Malika",
        "born_on": date(2019, 5, 1),
        "gender": Gender.FEMALE,
        "citizenship": "UZ",
        "relation": Relation.CHILD,
    }
    application.put_family_member(session, case, None, child, by=cast.amina)
    return case


def propose(cast, session, case):
    case.state = CaseState.PREPARING
    session.flush()
    referral = referrals.propose(session, case, cast.tashkent, by=cast.clara)
    receipts.agree(session, referral, receipts.EVERYTHING, language="en", by=cast.amina)
    return referral


def test_after_taking_the_case_on_a_partner_reads_what_is_shared_and_nothing_else(cast, session, case):
    referral = propose(cast, session, case)
    referrals.advance(session, referral, Act.REFERRAL_ACCEPT, by=cast.petros)

    assert shared.of(session, case) == Shared(
        fields=frozenset(TICKED) | {Field.REFERENCE, Field.PEOPLE, Field.DATES},
        people=2,
        principal=Traveller("Amina Юсупова", date(2002, 3, 27), Gender.FEMALE, None),
        family=(Traveller("Malika Юсупова", date(2019, 5, 1), Gender.FEMALE, Relation.CHILD),),
        phone="+37251234567",
        email=None,
        other_contact=None,
        country="UZ",
        place="Tashkent",
        ideas=(Idea.BUSINESS, Idea.JOB),
        ideas_words="Sewing",
        instruction="",
        documents=(),
        until=referral.shared_until,
    )


def test_nothing_that_is_withheld_is_on_any_page_of_the_partner(cast, session, enter, case):
    referrals.advance(session, propose(cast, session, case), Act.REFERRAL_ACCEPT, by=cast.petros)
    session.commit()
    petros = enter(cast.petros)

    pages = [petros.get(f"/en/partner/{address}") for address in ("", f"cases/{case.reference}")]

    assert [page.status_code for page in pages] == [200, 200]
    assert [page.text.count("Secret-") for page in pages] == [0, 0]
    assert "Amina" in pages[1].text


def test_what_is_shared_has_not_grown():
    assert TICKED == (
        "names", "born_on", "gender", "contact", "country", "family", "ideas", "journey", "plan",
    )  # fmt: skip
    more = "fields people instruction documents until"
    assert {one.name for one in fields(Shared)} == set(
        f"principal family phone email other_contact country place ideas ideas_words {more}".split()
    )
    assert {one.name for one in fields(Traveller)} == {"name", "born_on", "gender", "relation"}


def test_before_that_a_partner_reads_the_country_and_how_many(cast, session, case):
    referral = propose(cast, session, case)

    [offer] = shared.offers(session, cast.petros)

    assert offer == shared.offer(session, case.reference, viewer=cast.petros)
    assert asdict(offer) == asdict(Offer(case.reference, "UZ", 2, referral.due_on))


def test_an_offer_exists_for_the_organisation_that_was_asked_only(cast, session, case):
    propose(cast, session, case)

    assert shared.offers(session, cast.nino) == []
    with pytest.raises(NotFound):
        shared.offer(session, case.reference, viewer=cast.nino)


def test_an_answered_offer_is_gone(cast, session, case):
    referrals.advance(session, propose(cast, session, case), Act.REFERRAL_ACCEPT, by=cast.petros)

    assert shared.offers(session, cast.petros) == []
