"""An adult of the family says from an account of their own whether they agree."""

from datetime import date, timedelta

import pytest

from portal.db import clock_turned, today
from portal.domain import cases, journal, people
from portal.domain.access import claims
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import Company, Question
from portal.domain.applying.consents import How
from portal.domain.care import agreements, by_themselves
from portal.domain.course import history, lifecycle
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.people import Gender, Relation
from portal.domain.permissions import Act
from tests.cast import PASSWORD

ADULT, CHILD = date(1975, 5, 5), date(today().year - 9, 1, 1)


def add(cast, case, born_on=ADULT, **more):
    """One more who travels along."""
    values = {
        "given_names": "Gulnora",
        "family_name": "Yusupova",
        "relation": Relation.PARENT,
        "born_on": born_on,
        "gender": Gender.FEMALE,
        "citizenship": "UZ",
        **more,
    }
    return application.put_family_member(cast.session, case, None, values, by=cast.amina)


@pytest.fixture
def case(cast, session):
    """Amina's draft: her mother travels along."""
    case = cast.case_by(cast.answer_everything)
    application.answer(session, case, Question.COMPANY, {"company": Company.FAMILY}, by=cast.amina)
    add(cast, case)
    return case


@pytest.fixture
def mother(session, case):
    return people.of_case(session, case)[1]


def enters(cast, case, person, *, by=None):
    """This person was given a code and made an account with it."""
    code = by_themselves.give_code(cast.session, case, person, by=by or cast.amina)
    return claims.use(cast.session, code, name="Gulnora", password=PASSWORD, language="ru")


def prepare(cast, case):
    """Everything is ready for the journey but what this is about."""
    players = cast.players()
    cast.step(case, Act.CASE_SUBMIT, cast.amina)
    cast.step(case, Act.CASE_TAKE, cast.clara)
    for _everybody in people.of_case(cast.session, case):
        players.accept_passport(case)
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara)
    cast.step(case, Act.CASE_ACCEPT, cast.aino)
    players.tick_all(case)


def lacks(cast, case, act):
    return lifecycle.missing_for(cast.session, case, act, by=cast.clara)


def refused(call, *given, **more):
    with pytest.raises(Refused) as found:
        call(*given, **more)
    return found.value.reasons


def test_her_own_yes_counts_as_the_one_in_presence_and_her_no_stops_the_journey(cast, session, case, mother):
    gulnora = enters(cast, case, mother)
    prepare(cast, case)

    before = lacks(cast, case, Act.CASE_CLEAR)
    by_themselves.agree(session, language="ru", by=gulnora)
    cast.step(case, Act.CASE_CLEAR, cast.clara)
    by_themselves.take_back(session, by=gulnora)

    assert before == [Reason.AGREEMENT_MISSING]
    assert Reason.AGREEMENT_MISSING in lacks(cast, case, Act.CASE_DEPART)
    by_themselves.agree(session, language="ru", by=gulnora)
    assert Reason.AGREEMENT_MISSING not in lacks(cast, case, Act.CASE_DEPART)


def test_her_word_is_kept_once_with_its_language_and_how(cast, session, case, mother):
    gulnora = enters(cast, case, mother)

    by_themselves.agree(session, language="ru", by=gulnora)
    by_themselves.agree(session, language="en", by=gulnora)

    [given] = agreements.holding(session, case).values()
    assert (given.person_id, given.how, given.language, given.by_id) == (
        mother.id,
        How.OWN_SIGN_IN,
        "ru",
        gulnora.id,
    )


def test_her_no_is_for_the_counsellor_and_not_in_the_applicants_history(cast, session, case, mother):
    gulnora = enters(cast, case, mother)

    by_themselves.agree(session, language="ru", by=gulnora)
    by_themselves.refuse(session, by=gulnora)

    told = {entry.act for entry in history.timeline(session, case)}
    written = {event.act for event in journal.of_case(session, case.id)}
    assert by_themselves.ways_in(session, case)[mother.id].access.refused_at is not None
    assert agreements.holding(session, case) == {}
    assert Act.AGREEMENT_GIVE in told
    assert Act.AGREEMENT_REFUSE in written - told


def test_no_case_exists_for_her_and_she_has_one_person(cast, session, case, mother):
    add(cast, case, given_names="Rustam", relation=Relation.SIBLING)
    gulnora = enters(cast, case, mother)

    mine = by_themselves.mine(session, viewer=gulnora)

    assert (mine.person, mine.country) == (mother, "UZ")
    assert session.query(cases.Case).where(cases.visible_to(gulnora)).all() == []
    with pytest.raises(NotFound):
        cases.find(session, case.reference, viewer=gulnora)


def test_a_code_works_once_and_another_one_ends_it(cast, session, case, mother):
    first = by_themselves.give_code(session, case, mother, by=cast.amina)
    second = by_themselves.give_code(session, case, mother, by=cast.amina)

    def use(code):
        return claims.use(session, code, name="Gulnora", password=PASSWORD, language="ru")

    assert refused(use, first) == [Reason.CLAIM_WRONG]
    gulnora = use(second)
    assert refused(use, second) == [Reason.CLAIM_WRONG]
    assert by_themselves.ways_in(session, case)[mother.id].is_entered
    assert session.query(Account).where(Account.role == gulnora.role).count() == 1
    assert refused(by_themselves.give_code, session, case, mother, by=cast.amina) == [Reason.WRONG_STATE]


def test_a_code_runs_out(cast, session, case, mother):
    with clock_turned(-claims.LASTS - timedelta(days=1)):
        code = by_themselves.give_code(session, case, mother, by=cast.amina)

    assert refused(claims.use, session, code, name="G", password=PASSWORD, language="ru") == [
        Reason.CLAIM_WRONG
    ]


@pytest.mark.parametrize("who", ["giorgi", "kalle"])
def test_nobody_else_gives_codes(cast, session, case, mother, who):
    with pytest.raises(NotFound):
        by_themselves.give_code(session, case, mother, by=getattr(cast, who))


@pytest.mark.parametrize("who", ["petros", "mart", "laylo"])
def test_others_never_do(cast, session, case, mother, who):
    with pytest.raises(NotAllowed):
        by_themselves.give_code(session, case, mother, by=getattr(cast, who))


def test_children_and_the_applicant_get_none(cast, session, case):
    child = add(cast, case, CHILD, given_names="Madina", relation=Relation.CHILD)

    for person in (child, people.principal(session, case)):
        with pytest.raises(NotFound):
            by_themselves.give_code(session, case, person, by=cast.amina)


def test_who_is_not_asked_says_nothing(cast, session):
    for say in (by_themselves.refuse, by_themselves.take_back):
        with pytest.raises(NotFound):
            say(session, by=cast.laylo)
    with pytest.raises(NotFound):
        by_themselves.agree(session, language="en", by=cast.laylo)
    with pytest.raises(NotAllowed):
        by_themselves.agree(session, language="en", by=cast.amina)


def test_who_is_taken_off_the_application_has_nothing_left(cast, session, case, mother):
    gulnora = enters(cast, case, mother)

    application.remove_family_member(session, case, mother, by=cast.amina)

    session.expire_all()
    assert by_themselves.mine(session, viewer=gulnora) is None


def test_when_the_case_is_over_nothing_is_changed(cast, session, case, mother):
    gulnora = enters(cast, case, mother)
    cast.step(case, Act.CASE_WITHDRAW, cast.amina)

    assert refused(by_themselves.agree, session, language="ru", by=gulnora) == [Reason.WRONG_STATE]
    assert refused(by_themselves.give_code, session, case, mother, by=cast.amina) == [Reason.WRONG_STATE]
