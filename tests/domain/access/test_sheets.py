"""Code sheets: who may have one made, whose four eyes it needs, and that it is made once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import clock_turned
from portal.domain import journal
from portal.domain.access import factors, sheets, sign_in
from portal.domain.access.factors import Factor, FactorKind, PaperCode
from portal.domain.access.sheets import Identity, Sheet, SheetState, Why
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import CaseState
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused
from portal.domain.journal import Event
from portal.domain.permissions import Act, Role
from portal.domain.telling import notices
from portal.domain.throttle import MOST_FAILURES
from tests.together import at_once


@pytest.fixture
def bakhyt(cast) -> Account:
    """Somebody with a button phone, who has just registered."""
    return cast.account(Role.MIGRANT, "bakhyt-4729", has_app=False)


def first(session, account: Account, by: Account) -> list[str]:
    """The codes of a first sheet."""
    codes = sheets.make_codes(session, sheets.ask(session, account, Identity.DOCUMENT, by=by), by=by)
    session.commit()
    return list(codes)


def another(session, account: Account, by: Account) -> Sheet:
    """One more sheet is asked for."""
    sheet = sheets.ask(session, account, Identity.KNOWN, why=Why.LOST, by=by)
    session.commit()
    return sheet


def reasons_of(verb, *given, **more) -> list[Reason]:
    with pytest.raises(Refused) as refused:
        verb(*given, **more)
    return refused.value.reasons


def acts(session, account: Account) -> list[tuple[Act, int | None]]:
    about = Event.about == f"accounts:{account.id}"
    return [
        (event.act, event.actor_id)
        for event in session.scalars(select(Event).where(about).order_by(Event.id))
    ]


# --- The first sheet ---


def test_a_first_sheet_is_made_at_once_by_one_counsellor(bakhyt, cast, session):
    codes = first(session, bakhyt, cast.clara)

    [sheet] = factors.of_account(session, bakhyt)
    assert (len(codes), len(set(codes)), {len(code) for code in codes}) == (10, 10, {19})
    assert (sheet.kind, sheet.made_by_id) == (FactorKind.SHEET, cast.clara.id)
    assert [one.act for one in notices.unread(session, bakhyt)] == [Act.ACCOUNT_CODES_ISSUED]
    assert acts(session, bakhyt) == [
        (act, cast.clara.id) for act in (Act.SHEET_ASK, Act.ACCOUNT_CODES_ISSUED, Act.SHEET_PRINT)
    ]
    assert list(journal.verify(session)) == []


def test_codes_have_80_bits_and_are_stored_as_argon2_hashes_only(bakhyt, cast, session):
    codes = first(session, bakhyt, cast.clara)

    hashes = session.scalars(select(PaperCode.code_hash)).all()
    assert {len(code.replace("-", "")) * 5 for code in codes} == {80}
    assert {one[:10] for one in hashes} == {"$argon2id$"}


def test_each_code_opens_once_and_is_counted(bakhyt, cast, session):
    codes = first(session, bakhyt, cast.clara)

    shown = [factors.show_code(session, bakhyt, codes[0]) for _ in range(2)]

    [sheet] = factors.of_account(session, bakhyt)
    assert shown == [sheet, None]
    assert factors.codes_left(session, sheet) == 9


def test_the_last_three_codes_are_announced(bakhyt, cast, session):
    codes = first(session, bakhyt, cast.clara)
    [sheet] = factors.of_account(session, bakhyt)

    left = []
    for code in codes:
        factors.show_code(session, bakhyt, code)
        left.append(sheets.last_codes(session, sheet))

    assert left == [None] * 7 + [2, 1, 0]


def test_who_has_an_app_needs_four_eyes(cast, session):
    assert reasons_of(sheets.ask, session, cast.amina, Identity.KNOWN, by=cast.clara) == [
        Reason.REASON_MISSING
    ]
    assert another(session, cast.amina, cast.clara).state is SheetState.ASKED


def test_who_had_a_sheet_needs_four_eyes_also_when_it_is_gone(bakhyt, cast, session):
    first(session, bakhyt, cast.clara)
    factors.end_all(session, bakhyt)

    assert sheets.needs_second(session, bakhyt)


def test_a_first_sheet_is_not_made_when_the_person_set_up_an_app_meanwhile(bakhyt, cast, session):
    sheet = sheets.ask(session, bakhyt, Identity.DOCUMENT, by=cast.clara)
    session.add(Factor(account_id=bakhyt.id, kind=FactorKind.TOTP, secret="A" * 32))
    session.commit()

    assert reasons_of(sheets.make_codes, session, sheet, by=cast.clara) == [Reason.CHANGED_MEANWHILE]


# --- Four eyes ---


def test_after_a_colleague_approved_the_one_who_asked_makes_it_and_the_old_one_is_void(bakhyt, cast, session):
    old = first(session, bakhyt, cast.clara)
    sign_in.enter(session, bakhyt, FactorKind.SHEET, device="Firefox")
    sheet = another(session, bakhyt, cast.clara)

    sheets.approve(session, sheet, by=cast.aino)
    new = sheets.make_codes(session, sheet, by=cast.clara)

    assert factors.show_code(session, bakhyt, old[5]) is None
    assert factors.show_code(session, bakhyt, new[0]) is not None
    assert (sheet.state, sheet.decided_by_id) == (SheetState.PRINTED, cast.aino.id)
    assert session.get_one(Factor, sheet.factor_id).made_by_id == cast.clara.id
    assert session.scalars(select(SignIn)).all() == []
    assert [act for act, _ in acts(session, bakhyt)][-5:-1] == [
        Act.SHEET_ASK,
        Act.SHEET_APPROVE,
        Act.ACCOUNT_CODES_ISSUED,
        Act.SHEET_PRINT,
    ]


def test_nobody_decides_about_their_own(cast, session):
    sheet = another(session, cast.amina, cast.aino)

    assert reasons_of(sheets.approve, session, sheet, by=cast.aino) == [Reason.OWN_REQUEST]
    assert reasons_of(sheets.refuse, session, sheet, "No", by=cast.aino) == [Reason.OWN_REQUEST]
    assert sheet.state is SheetState.ASKED


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_only_counsellors_ask_approve_refuse_and_make(bakhyt, cast, session, who):
    by, sheet = getattr(cast, who), another(session, cast.giorgi, cast.clara)

    verbs = [
        lambda: sheets.person(session, "bakhyt-4729", by=by),
        lambda: sheets.ask(session, bakhyt, Identity.KNOWN, by=by),
        lambda: sheets.approve(session, sheet, by=by),
        lambda: sheets.refuse(session, sheet, "No", by=by),
        lambda: sheets.make_codes(session, sheet, by=by),
    ]

    for verb in verbs:
        with pytest.raises(NotAllowed):
            verb()


def test_what_is_not_approved_or_is_refused_or_was_made_is_not_made(cast, session):
    asked = another(session, cast.amina, cast.clara)
    refused = another(session, cast.giorgi, cast.clara)
    sheets.refuse(session, refused, "I do not know this person.", by=cast.kalle)
    made = another(session, cast.account(Role.MIGRANT, "third"), cast.clara)
    sheets.approve(session, made, by=cast.kalle)
    sheets.make_codes(session, made, by=cast.clara)
    session.commit()

    found = [reasons_of(sheets.make_codes, session, one, by=cast.clara) for one in (asked, refused, made)]

    assert found == [[Reason.WRONG_STATE]] * 3
    assert refused.refusal == "I do not know this person."


def test_a_refusal_needs_words(cast, session):
    sheet = another(session, cast.amina, cast.clara)

    assert reasons_of(sheets.refuse, session, sheet, "  ", by=cast.kalle) == [Reason.REASON_MISSING]


def test_only_the_one_who_asked_makes_it(cast, session):
    sheet = another(session, cast.amina, cast.clara)
    sheets.approve(session, sheet, by=cast.kalle)

    for other in (cast.kalle, cast.aino):
        with pytest.raises(NotFound):
            sheets.make_codes(session, sheet, by=other)


@pytest.mark.parametrize(
    ("why", "words", "reasons"),
    [(None, "lost", [Reason.REASON_MISSING]), (Why.OTHER, " ", [Reason.REASON_MISSING])],
)
def test_another_sheet_needs_a_reason_and_any_other_reason_needs_words(cast, session, why, words, reasons):
    found = reasons_of(sheets.ask, session, cast.amina, Identity.KNOWN, why=why, words=words, by=cast.clara)

    assert found == reasons


def test_one_sheet_is_asked_for_at_a_time(cast, session):
    another(session, cast.amina, cast.clara)

    again = reasons_of(sheets.ask, session, cast.amina, Identity.KNOWN, why=Why.LOST, by=cast.kalle)

    assert again == [Reason.SHEET_OPEN]


def test_after_too_many_wrong_codes_a_sheet_does_not_help(cast, session):
    cast.amina.failures = MOST_FAILURES
    session.commit()

    found = reasons_of(sheets.ask, session, cast.amina, Identity.KNOWN, why=Why.LOST, by=cast.clara)

    assert found == [Reason.RECOVERY_ONLY]


# --- The clock ---


@pytest.mark.parametrize(("days", "is_late"), [(6, False), (8, True)])
def test_a_request_is_good_for_a_week(cast, session, days, is_late):
    sheet = another(session, cast.amina, cast.clara)

    with clock_turned(timedelta(days=days)):
        sheets.expire(session)
        session.commit()
        listed = list(sheets.to_decide(session, cast.kalle))

    assert sheet.state is (SheetState.EXPIRED if is_late else SheetState.ASKED)
    assert listed == ([] if is_late else [sheet])


@pytest.mark.parametrize(("hours", "is_late"), [(23, False), (25, True)])
def test_an_approval_is_good_for_a_day_also_before_the_clock_comes_round(cast, session, hours, is_late):
    sheet = another(session, cast.amina, cast.clara)
    sheets.approve(session, sheet, by=cast.kalle)
    session.commit()

    with clock_turned(timedelta(hours=hours)):
        if is_late:
            assert reasons_of(sheets.make_codes, session, sheet, by=cast.clara) == [Reason.WRONG_STATE]
        else:
            sheets.make_codes(session, sheet, by=cast.clara)
        sheets.expire(session)
        session.commit()

    assert sheet.state is (SheetState.EXPIRED if is_late else SheetState.PRINTED)


def test_what_came_too_late_is_not_approved_and_can_be_asked_for_anew(cast, session):
    sheet = another(session, cast.amina, cast.clara)

    with clock_turned(timedelta(days=8)):
        assert reasons_of(sheets.approve, session, sheet, by=cast.kalle) == [Reason.WRONG_STATE]
        assert another(session, cast.amina, cast.kalle).state is SheetState.ASKED


# --- For whom ---


def found(session, typed: str, by: Account) -> Account | None:
    try:
        return sheets.person(session, typed, by=by)
    except NotFound:
        return None


def test_a_person_is_found_by_sign_in_name_and_by_case(bakhyt, cast, session):
    case = cast.case(CaseState.SUBMITTED)

    assert found(session, " BAKHYT 4729", cast.kalle) == bakhyt
    assert found(session, case.reference.lower(), cast.kalle) == cast.amina


def test_nobody_staff_a_closed_and_a_stopped_account_and_a_colleagues_case_are_alike(cast, session):
    taken = cast.case(CaseState.IN_REVIEW)
    cast.giorgi.state = AccountState.FROZEN
    cast.account(Role.MIGRANT, "gone").state = AccountState.CLOSED
    cast.case(CaseState.DRAFT, migrant=cast.account(Role.MIGRANT, "drafting"))
    session.commit()

    typed = ["nobody", "", "mart@example.org", "giorgi", "gone", "amina", taken.reference, "AVR-00000000"]

    assert {found(session, one, cast.kalle) for one in typed} == {None}
    assert found(session, "amina", cast.clara) == found(session, "amina", cast.aino) == cast.amina
    assert found(session, "drafting", cast.kalle) is not None


def test_who_lost_the_case_meanwhile_makes_no_sheet(cast, session):
    case = cast.case(CaseState.IN_REVIEW)
    sheet = another(session, cast.amina, cast.clara)
    sheets.approve(session, sheet, by=cast.aino)
    case.counsellor_id = cast.kalle.id
    session.commit()

    with pytest.raises(NotFound):
        sheets.make_codes(session, sheet, by=cast.clara)


def test_no_sheet_for_an_account_that_was_stopped_meanwhile(cast, session):
    sheet = another(session, cast.amina, cast.clara)
    sheets.approve(session, sheet, by=cast.kalle)
    sign_in.freeze(session, cast.amina, by=cast.amina)
    session.commit()

    assert reasons_of(sheets.make_codes, session, sheet, by=cast.clara) == [Reason.WRONG_STATE]


def test_a_sheet_exists_for_who_asked_who_decided_and_while_it_waits_for_everybody(cast, session):
    sheet = another(session, cast.amina, cast.clara)

    assert sheets.find(session, sheet.id, viewer=cast.aino) == sheet
    sheets.approve(session, sheet, by=cast.kalle)
    assert sheets.find(session, sheet.id, viewer=cast.clara) == sheet
    assert sheets.find(session, sheet.id, viewer=cast.kalle) == sheet
    with pytest.raises(NotFound):
        sheets.find(session, sheet.id, viewer=cast.aino)


def test_lists_hold_what_waits_and_for_whom(cast, session):
    sheet = another(session, cast.amina, cast.clara)

    assert [list(sheets.to_decide(session, who)) for who in (cast.clara, cast.kalle)] == [[], [sheet]]
    assert [list(sheets.asked_by(session, who)) for who in (cast.clara, cast.kalle)] == [[sheet], []]


# --- Two at once ---


def test_two_prints_of_one_approval_make_one_sheet(wiring, cast, session):
    amina, clara = cast.amina.id, cast.clara.id
    sheet = another(session, cast.amina, cast.clara)
    sheets.approve(session, sheet, by=cast.aino)
    number = sheet.id
    session.commit()

    ended = at_once(
        wiring,
        *[lambda own: sheets.make_codes(own, own.get_one(Sheet, number), by=own.get_one(Account, clara))] * 4,
    )

    made = select(Factor).where(Factor.account_id == amina, Factor.kind == FactorKind.SHEET)
    assert ended == ["done", "told", "told", "told"]
    assert len(session.scalars(made).all()) == 1
    assert len(session.scalars(select(PaperCode)).all()) == 10


def test_two_counsellors_at_once_make_one_first_sheet(wiring, bakhyt, cast, session):
    number, staff = bakhyt.id, [cast.clara.id, cast.kalle.id]

    def make(own, by: int) -> None:
        account, counsellor = own.get_one(Account, number), own.get_one(Account, by)
        sheets.make_codes(own, sheets.ask(own, account, Identity.DOCUMENT, by=counsellor), by=counsellor)

    ended = at_once(wiring, *[lambda own, by=by: make(own, by) for by in staff])

    assert ended == ["done", "told"]
    assert len(session.scalars(select(PaperCode)).all()) == 10


def test_of_a_yes_and_a_no_at_once_one_counts(wiring, cast, session):
    sheet = another(session, cast.amina, cast.clara)
    number, aino, kalle = sheet.id, cast.aino.id, cast.kalle.id
    session.commit()

    ended = at_once(
        wiring,
        lambda own: sheets.approve(own, own.get_one(Sheet, number), by=own.get_one(Account, aino)),
        lambda own: sheets.refuse(own, own.get_one(Sheet, number), "No", by=own.get_one(Account, kalle)),
    )

    assert ended == ["done", "told"]
