"""Applications that a counsellor fills in, and the codes with which people take their accounts over."""

from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain import accounts, cases, journal
from portal.domain.access import claims
from portal.domain.applying import application, consents, signing
from portal.domain.applying.application import Question
from portal.domain.applying.consents import How, Purpose, Witnessed
from portal.domain.care import assisted
from portal.domain.care.assisted import Source
from portal.domain.cases import CaseState
from portal.domain.course import lifecycle
from portal.domain.desk import desk
from portal.domain.desk.piles import Pile, queue
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused, TooMany
from portal.domain.permissions import Act, Role
from portal.programme import DocumentKind
from portal.sealing import in_use
from tests.cast import ANSWERS, PASSWORD

DECLARED = frozenset({Purpose.VOLUNTARY, Purpose.TRUTH})
HERE = Witnessed(How.IN_PRESENCE, "Clara, Bakhyt", "Olim")


@pytest.fixture
def case(cast, session):
    """The draft that Clara fills in for Bakhyt, who is here."""
    return assisted.begin(session, Source.PRESENT, language="ru", by=cast.clara)


def fill_in(cast, session, case):
    """Clara writes what he says."""
    for question, values in ANSWERS.items():
        application.answer(session, case, question, values, by=cast.clara)
    for question, wanted in (
        (Question.PRIVACY, frozenset({Purpose.NOTICE})),
        (Question.DECISION, DECLARED),
        (Question.CONSENTS, frozenset({Purpose.PROCESSING})),
    ):
        assisted.consent(session, case, question, wanted, HERE, language="ru", by=cast.clara)
    signing.sign(session, case, "Amina Yusupova", "Narva", language="ru", by=cast.clara)


def code_for(session, case, by):
    claims.ask(session, case, by=by)
    return claims.make_code(session, case, by=by)


def use(session, code, *, name="Bakhyt", password=PASSWORD):
    return claims.use(session, code, name=name, password=password, language="ru")


def refused(call, *given, **more):
    with pytest.raises(Refused) as found:
        call(*given, **more)
    return found.value.reasons


# --- Filled in for somebody -------------------------------------------------------------------------


def test_a_counsellor_fills_in_and_sends_for_somebody_who_is_here(cast, session, case):
    fill_in(cast, session, case)

    lifecycle.advance(session, case, Act.CASE_SUBMIT, by=cast.clara)

    events = journal.of_case(session, case.id)
    wrote = {event.actor_id for event in events if event.act is Act.CASE_ANSWER}
    held = consents.given(session, case)
    assert (case.state, wrote) == (CaseState.SUBMITTED, {cast.clara.id})
    assert events[-1].about == "assisted:present"
    assert [(one.how, one.by_id, one.present, one.interpreter) for one in held.values()] == [
        (How.IN_PRESENCE, cast.clara.id, "Clara, Bakhyt", "Olim")
    ] * 4


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_only_counsellors_begin_for_others(cast, session, who):
    with pytest.raises(NotAllowed):
        assisted.begin(session, Source.PAPER, language="en", by=getattr(cast, who))


@pytest.mark.parametrize("who", ["kalle", "aino"])
def test_nobody_but_the_counsellor_who_began_fills_it_in(cast, session, case, who):
    with pytest.raises(NotAllowed):
        application.answer(session, case, Question.NAME, ANSWERS[Question.NAME], by=getattr(cast, who))


def test_a_draft_somebody_writes_alone_is_not_filled_in_by_a_counsellor(cast, session):
    own = cast.case(CaseState.DRAFT)

    with pytest.raises(NotAllowed):
        application.answer(session, own, Question.NAME, ANSWERS[Question.NAME], by=cast.clara)
    assert refused(lambda: cast.step(own, Act.CASE_WITHDRAW, cast.clara)) == [Reason.WRONG_STATE]


def test_who_assists_sees_the_draft_and_a_colleague_does_not(cast, session, case):
    session.commit()

    assert cases.find(session, case.reference, viewer=cast.clara) is case
    assert cases.find(session, case.reference, viewer=cast.aino) is case
    with pytest.raises(NotFound):
        cases.find(session, case.reference, viewer=cast.kalle)


def test_a_counsellor_alone_gives_no_consent(cast, session, case):
    with pytest.raises(NotAllowed):
        application.consent(session, case, Question.DECISION, DECLARED, language="ru", by=cast.clara)


@pytest.mark.parametrize(
    ("witnessed", "reason"),
    [
        (Witnessed(How.IN_PRESENCE, " "), Reason.REASON_MISSING),
        (Witnessed(How.OWN_SIGN_IN, "Clara"), Reason.REASON_MISSING),
        (Witnessed(How.SIGNED_PAPER, "Clara"), Reason.EVIDENCE_MISSING),
    ],
)
def test_a_consent_is_witnessed_or_signed(cast, session, case, witnessed, reason):
    assert refused(
        lambda: assisted.consent(
            session, case, Question.DECISION, DECLARED, witnessed, language="ru", by=cast.clara
        )
    ) == [reason]


def test_a_signed_declaration_that_was_sent_is_enough(cast, session, case):
    cast.document(case, DocumentKind.VOLUNTARY_DECLARATION, sender=cast.clara)

    assisted.consent(
        session,
        case,
        Question.DECISION,
        DECLARED,
        Witnessed(How.SIGNED_PAPER, "Clara"),
        language="ru",
        by=cast.clara,
    )

    assert set(consents.given(session, case)) == DECLARED


def test_who_cannot_sign_in_yet_can_stop_through_the_counsellor(cast, session, case):
    cast.step(case, Act.CASE_WITHDRAW, cast.clara)

    assert case.state is CaseState.WITHDRAWN


# --- Claimed ----------------------------------------------------------------------------------------


def test_with_the_code_the_account_becomes_ones_own(cast, session, case):
    code = code_for(session, case, cast.clara)

    account = use(session, code.lower().replace("-", " "))

    assert (account.id, account.role) == (case.migrant_id, Role.MIGRANT)
    assert account.login.startswith("Bakhyt-")
    assert accounts.by_login(session, account.login) is account
    assert accounts.password_fits(account.password_hash, PASSWORD)
    assert not case.assisted
    with pytest.raises(NotAllowed):
        application.answer(session, case, Question.NAME, ANSWERS[Question.NAME], by=cast.clara)
    application.answer(session, case, Question.NAME, ANSWERS[Question.NAME], by=account)


def test_a_code_holds_eighty_bits_and_only_its_keyed_hash_is_kept(cast, session, case):
    code = code_for(session, case, cast.clara)

    plain = code.replace("-", "")
    kept = claims.printed(session, case)
    assert (len(plain), kept.found_by) == (16, in_use().fingerprint("claim", plain))


def test_a_wrong_a_used_a_late_and_a_void_code_answer_alike(cast, session, case):
    void = code_for(session, case, cast.clara)
    claims.ask(session, case, by=cast.clara)
    claims.approve(session, case, by=cast.aino)
    code = claims.make_code(session, case, by=cast.clara)

    answers = [refused(use, session, typed) for typed in (void, "AAAA-BBBB-CCCC-DDDD", "x", "ж")]
    with clock_turned(timedelta(days=91)):
        answers.append(refused(lambda: use(session, code)))
    use(session, code)
    answers.append(refused(lambda: use(session, code)))

    assert answers == [[Reason.CLAIM_WRONG]] * 6


def test_a_bad_password_spends_no_code(cast, session, case):
    code = code_for(session, case, cast.clara)

    assert refused(lambda: use(session, code, password="short")) == [Reason.PASSWORD_SHORT]
    assert use(session, code).id == case.migrant_id


def test_guessing_is_counted_by_how_a_code_begins(session):
    for _ in range(10):
        refused(lambda: use(session, "AAAA-BBBB-CCCC-DDDD"))

    with pytest.raises(TooMany):
        use(session, "AAXX-BBBB-CCCC-DDDD")
    assert refused(lambda: use(session, "BBBB-BBBB-CCCC-DDDD")) == [Reason.CLAIM_WRONG]


def test_another_code_needs_an_approver_who_did_not_ask(cast, session, case):
    code_for(session, case, cast.clara)
    claims.ask(session, case, by=cast.clara)

    alone = refused(lambda: claims.make_code(session, case, by=cast.clara))
    with pytest.raises(NotAllowed):
        claims.approve(session, case, by=cast.kalle)
    claims.approve(session, case, by=cast.aino)

    assert alone == [Reason.WRONG_STATE]
    assert claims.make_code(session, case, by=cast.clara)


def test_an_approver_does_not_approve_their_own(cast, session):
    case = assisted.begin(session, Source.PAPER, language="en", by=cast.aino)
    code_for(session, case, cast.aino)
    claims.ask(session, case, by=cast.aino)

    assert refused(lambda: claims.approve(session, case, by=cast.aino)) == [Reason.OWN_REQUEST]


def test_for_an_account_of_ones_own_there_is_no_code(cast, session, case):
    use(session, code_for(session, case, cast.clara))
    own = cast.case(CaseState.IN_REVIEW)

    for one in (case, own):
        assert refused(claims.ask, session, one, by=cast.clara) == [Reason.WRONG_STATE]


def test_only_the_counsellor_of_the_case_asks(cast, session, case):
    with pytest.raises(NotFound):
        claims.ask(session, case, by=cast.kalle)


def test_on_the_desk_it_is_the_counsellors_turn_until_it_is_claimed(cast, session, case):
    piles = (Pile.FOR_ME, Pile.FOR_MIGRANT)

    def lies_in():
        session.flush()
        return [pile for pile in piles if queue(session, pile, viewer=cast.clara).rows]

    assisted_by_clara = lies_in(), desk.is_turn_of(case, cast.clara)
    use(session, code_for(session, case, cast.clara))

    assert assisted_by_clara == ([Pile.FOR_ME], True)
    assert (lies_in(), desk.is_turn_of(case, cast.clara)) == ([Pile.FOR_MIGRANT], False)
