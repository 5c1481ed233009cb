"""The history: what happened, and who opened the file."""

from portal.domain import cases
from portal.domain.cases import CaseState

HERE = "/en/my/history"


def test_it_tells_what_happened_and_who_did_it(cast, enter):
    cast.case(CaseState.ARRIVED)

    text = enter(cast.amina).get(HERE).text

    assert "<strong>Application accepted</strong>" in text
    assert '<p class="soft small">Senior counsellor</p>' in text
    assert '<p class="soft small">Mission in Tashkent</p>' in text
    assert '<p class="soft small">You</p>' in text


def test_it_says_which_consents_were_given(cast, enter):
    cast.case(CaseState.SUBMITTED)

    text = enter(cast.amina).get(HERE).text

    assert "<strong>Consent given or taken back: Own free decision · True answers</strong>" in text


def test_it_names_nobody_of_the_staff(cast, enter):
    cast.case(CaseState.MONITORING)

    text = enter(cast.amina).get(HERE).text

    assert [name for name in ("Clara", "Aino", "Petros") if name in text] == []


def test_at_first_nobody_has_opened_the_file(cast, enter):
    cast.case(CaseState.DRAFT)

    assert "Nobody has opened your file yet." in enter(cast.amina).get(HERE).text


def test_it_says_who_opened_the_file(cast, enter, session):
    case = cast.case(CaseState.ARRIVED)
    cases.opened(session, case, by=cast.petros)
    session.commit()

    text = enter(cast.amina).get(HERE).text
    looked = text[text.index('id="looked"') :]

    assert "<strong>File opened</strong>" in looked
    assert "Mission in Tashkent" in looked


def test_it_is_her_own_and_nobody_elses(cast, enter):
    cast.case(CaseState.ARRIVED)

    assert enter(cast.giorgi).get(HERE).status_code == 404
