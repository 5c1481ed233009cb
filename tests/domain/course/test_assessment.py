"""The assessment behind a proposal, and the four eyes that decide about it."""

import pytest

from portal.domain.accounts import Account
from portal.domain.applying.application import Question
from portal.domain.cases import CaseState
from portal.domain.course import assessment, guards, letters, lifecycle
from portal.domain.course.assessment import Found, Met, Recommendation
from portal.domain.course.letters import Kind
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.permissions import Act, Role

ALL = ("third_country", "no_expulsion_order", "right_to_enter", "free_decision", "lacks_means")
MET = dict.fromkeys(ALL, Found(Met.MET))


@pytest.fixture
def case(cast):
    return cast.case(CaseState.IN_REVIEW)


@pytest.fixture
def ene(cast) -> Account:
    """Another approver."""
    return cast.account(Role.APPROVER, "ene@example.org", name="Ene Lill")


def save(cast, session, case, recommends, found, words="", *, by=None):
    return assessment.save(session, case, recommends, words, found, by=by or cast.clara)


def refused(cast, case, act, by, note="Why"):
    with pytest.raises(Refused) as found:
        cast.step(case, act, by, note)
    return found.value.reasons


def declined(cast, session, case):
    """Clara proposed it, Aino declined it."""
    cast.make_sure(case, declining=True)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")
    cast.step(case, Act.CASE_DECLINE, cast.aino, "A citizen of Finland")
    session.commit()


def under_review(cast, session, case):
    """She asked for a review, Kalle proposes again."""
    declined(cast, session, case)
    cast.step(case, Act.CASE_REQUEST_REVIEW, cast.amina)
    cast.step(case, Act.CASE_TAKE, cast.kalle)
    save(cast, session, case, Recommendation.ACCEPT, MET, by=cast.kalle)
    cast.step(case, Act.CASE_PROPOSE, cast.kalle, "Known")
    session.commit()


# --- Weighed --------------------------------------------------------------------------------------


def test_what_is_found_is_kept_piece_by_piece_until_it_is_proposed(cast, session, case):
    passport = cast.document(case)
    first = save(cast, session, case, None, {"third_country": Found(Met.MET, "Seen", passport.id)})
    second = save(cast, session, case, None, {"lacks_means": Found(None, question=Question.WORK)})

    rows = assessment.weighed(session, second)

    assert first is second
    assert (rows["third_country"].met, rows["third_country"].evidence) == (Met.MET, "Seen")
    assert rows["third_country"].document_id == passport.id
    assert rows["lacks_means"].question is Question.WORK


@pytest.mark.parametrize(
    ("recommends", "found", "words", "reasons"),
    [
        (None, MET, "Fine", [Reason.ASSESSMENT_MISSING]),
        (Recommendation.ACCEPT, {}, "Fine", [Reason.CRITERIA_OPEN]),
        (Recommendation.ACCEPT, {**MET, "free_decision": Found(Met.NOT_KNOWN)}, "", [Reason.CRITERIA_OPEN]),
        (Recommendation.ACCEPT, {**MET, "free_decision": Found(Met.NOT_MET)}, "", [Reason.CRITERIA_OPEN]),
        (Recommendation.ACCEPT, {**MET, "lacks_means": Found(Met.NOT_KNOWN)}, "", []),
        (Recommendation.DECLINE, MET, "", [Reason.ASSESSMENT_MISSING]),
        (Recommendation.DECLINE, {"third_country": Found(Met.NOT_MET)}, "", []),
        (Recommendation.DECLINE, {}, "Went home already", []),
    ],
)
def test_what_is_missing_for_a_proposal_is_said(cast, session, case, recommends, found, words, reasons):
    save(cast, session, case, recommends, found, words)

    assert assessment.missing(session, case) == reasons


def test_without_an_assessment_nothing_is_proposed(cast, session, case):
    assert refused(cast, case, Act.CASE_PROPOSE, cast.clara) == [Reason.ASSESSMENT_MISSING]


def test_what_was_proposed_stays_beside_what_is_found_after_it_was_sent_back(cast, session, case):
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")
    first = assessment.latest(session, case)
    cast.step(case, Act.CASE_SEND_BACK, cast.aino, "Ask about the child")

    second = save(cast, session, case, Recommendation.DECLINE, {}, "She changed her mind")

    assert first.words == "All conditions are met."
    assert assessment.of_case(session, case) == [first]
    assert second.proposed_at is None


def test_only_staff_weighs_and_only_in_review(cast, session, case):
    for who in (cast.amina, cast.petros, cast.mart):
        with pytest.raises(NotAllowed):
            save(cast, session, case, None, {}, by=who)
    with pytest.raises(NotFound):
        save(cast, session, case, None, {"luck": Found(Met.MET)})
    case.state = CaseState.PREPARING
    with pytest.raises(Refused):
        save(cast, session, case, None, MET)


def test_a_document_of_another_case_shows_nothing(cast, session, case):
    other = cast.document(cast.case(CaseState.IN_REVIEW, migrant=cast.giorgi))

    with pytest.raises(NotFound):
        save(cast, session, case, None, {"third_country": Found(Met.MET, "", other.id)})


# --- Four eyes ------------------------------------------------------------------------------------


def test_who_wrote_the_assessment_does_not_decide_even_if_another_proposed_it(cast, session, case):
    cast.make_sure(case)
    save(cast, session, case, Recommendation.ACCEPT, MET, by=cast.aino)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")

    assert refused(cast, case, Act.CASE_ACCEPT, cast.aino) == [Reason.OWN_PROPOSAL]
    assert refused(cast, case, Act.CASE_DECLINE, cast.aino) == [Reason.OWN_PROPOSAL]


def test_who_wrote_on_the_assessment_before_somebody_else_saved_it_does_not_decide(cast, session, case, ene):
    cast.make_sure(case)
    save(cast, session, case, Recommendation.ACCEPT, MET, by=cast.aino)
    save(cast, session, case, Recommendation.ACCEPT, MET, by=cast.clara)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")

    assert refused(cast, case, Act.CASE_ACCEPT, cast.aino) == [Reason.OWN_PROPOSAL]
    assert guards.not_the_second(session, [case], cast.aino) == {case.id: [Reason.OWN_PROPOSAL]}
    assert guards.not_the_second(session, [case], ene) == {case.id: []}


def test_nobody_is_accepted_against_what_was_found(cast, session, case):
    cast.make_sure(case)
    against = {**MET, "no_expulsion_order": Found(Met.NOT_MET)}
    save(cast, session, case, Recommendation.DECLINE, against, "There is an order")
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")

    assert refused(cast, case, Act.CASE_ACCEPT, cast.aino) == [Reason.CRITERIA_OPEN]
    cast.step(case, Act.CASE_SEND_BACK, cast.aino, "Weigh it anew")
    assert case.state is CaseState.IN_REVIEW


def test_a_review_goes_to_another_counsellor_and_another_senior_counsellor(cast, session, case, ene):
    under_review(cast, session, case)

    for act in (Act.CASE_ACCEPT, Act.CASE_DECLINE, Act.CASE_SEND_BACK):
        assert refused(cast, case, act, cast.aino) == [Reason.SAME_APPROVER]
    cast.step(case, Act.CASE_ACCEPT, ene)

    assert case.state is CaseState.PREPARING


def test_the_first_counsellor_neither_takes_nor_decides_a_review(cast, session, case, ene):
    declined(cast, session, case)
    cast.step(case, Act.CASE_REQUEST_REVIEW, cast.amina)
    assert refused(cast, case, Act.CASE_TAKE, cast.clara) == [Reason.SAME_COUNSELLOR]

    cast.clara.role = Role.APPROVER  # she was promoted since
    cast.step(case, Act.CASE_TAKE, cast.kalle)
    save(cast, session, case, Recommendation.ACCEPT, MET, by=cast.kalle)
    cast.step(case, Act.CASE_PROPOSE, cast.kalle, "Known")

    assert refused(cast, case, Act.CASE_ACCEPT, cast.clara) == [Reason.SAME_APPROVER]


def test_the_counsellor_of_a_review_begins_anew(cast, session, case):
    declined(cast, session, case)
    cast.step(case, Act.CASE_REQUEST_REVIEW, cast.amina)
    cast.step(case, Act.CASE_TAKE, cast.kalle)

    assert assessment.latest(session, case) is None
    assert assessment.missing(session, case) == [Reason.ASSESSMENT_MISSING]


# --- In writing -----------------------------------------------------------------------------------


def letter(cast, session, case, kind):
    return letters.newest(session, case, kind, viewer=cast.amina)


def test_an_acceptance_is_written_to_the_person(cast, session, case):
    cast.amina.language = "ru"
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")
    cast.step(case, Act.CASE_ACCEPT, cast.aino, "Between colleagues")

    found = letter(cast, session, case, Kind.ACCEPTED)

    assert (found.languages, found.made_by_id) == (("ru", "en"), cast.aino.id)
    assert (found.facts.reference, found.facts.words, found.facts.because) == (case.reference, "", ())


def test_a_refusal_says_what_is_not_met_and_the_words_and_that_a_review_is_possible(cast, session, case):
    cast.amina.language = "et"
    declined(cast, session, case)

    facts = letter(cast, session, case, Kind.DECLINED).facts

    assert [reason["et"] for reason in facts.because] == [
        "Programm ei ole mõeldud Euroopa Liidu, EMP ega Šveitsi kodanikele."
    ]
    assert (facts.words, facts.can_ask) == ("A citizen of Finland", True)


def test_after_a_review_no_second_one_is_promised(cast, session, case, ene):
    under_review(cast, session, case)
    cast.step(case, Act.CASE_DECLINE, ene, "Still so")

    kinds = [one.kind for one in letters.of_case(session, case, viewer=cast.amina)]

    assert kinds == [Kind.DECLINED, Kind.REVIEW, Kind.DECLINED, Kind.RECEIPT]
    assert letter(cast, session, case, Kind.DECLINED).facts.can_ask is False


def test_a_preview_is_the_letter_and_is_kept_nowhere(cast, session, case):
    cast.make_sure(case, declining=True)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")
    seen = letters.preview(session, case, Kind.DECLINED, "A citizen of Finland", by=cast.aino)
    assert letter(cast, session, case, Kind.DECLINED) is None

    cast.step(case, Act.CASE_DECLINE, cast.aino, "A citizen of Finland")

    assert seen.facts == letter(cast, session, case, Kind.DECLINED).facts
    assert letters.verify(session, seen.code) is None
    for kind, by, error in ((Kind.RECEIPT, cast.aino, NotFound), (Kind.DECLINED, cast.clara, NotAllowed)):
        with pytest.raises(error):
            letters.preview(session, case, kind, "", by=by)


def test_what_stands_in_the_way_is_known_before_anybody_tries(cast, session, case):
    cast.make_sure(case)
    cast.step(case, Act.CASE_PROPOSE, cast.clara, "Known")

    assert lifecycle.missing_for(session, case, Act.CASE_ACCEPT, by=cast.aino) == []
    case.proposer_id = cast.aino.id
    assert lifecycle.missing_for(session, case, Act.CASE_ACCEPT, by=cast.aino) == [Reason.OWN_PROPOSAL]
