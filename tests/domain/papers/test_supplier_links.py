"""Links for a supplier: one photo for one step, once, which counts only when the partner says so."""

from datetime import timedelta

import pytest

from portal.db import clock_turned
from portal.domain import cases, documents, journal
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from portal.domain.desk import desk
from portal.domain.documents import DocumentState
from portal.domain.errors import NotAllowed, NotFound, Reason, Refused, TooMany
from portal.domain.papers import supplier_links, wholes
from portal.domain.papers.supplier_links import Asked, SupplierLink
from portal.domain.permissions import Act
from portal.domain.support import grants, parts, plans, referrals
from portal.domain.support.parts import MilestoneState
from portal.programme import DocumentKind
from tests.together import at_once

FORM = "a-number-of-a-form"
WRONG = [Reason.SUPPLIER_LINK_WRONG]


@pytest.fixture
def case(cast):
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def steps(session, case):
    return parts.milestones(session, plans.approved(session, case))


@pytest.fixture
def made(cast, session, case, steps):
    """A link of Petros for the first step, its token and its code."""
    return make(cast, session, case, steps[0])


def make(cast, session, case, step, by=None):
    return supplier_links.make(
        session, case, step.id, supplier="Usta LLC", wanted="The machine in the shop", by=by or cast.petros
    )


def picture(wiring, case, by):
    return wholes.store(
        wiring.vault,
        case,
        [[b"picture"]],
        length=7,
        kind=DocumentKind.DELIVERY_PHOTO,
        file_name="shop.jpg",
        milestone_id=None,
        by=by,
    )


@pytest.fixture
def send(wiring, session):
    """send(token, code): as the page does it, with what was sent having passed the check."""

    def send(token, code, *, form=FORM):
        link, case, maker = supplier_links.sender_of(session, token, code)
        supplier_links.use(session, link, picture(wiring, case, maker), words="Here it is", form=form)
        document = supplier_links.document_of(session, link)
        document.state = DocumentState.WAITING
        session.flush()
        return document

    return send


def refused(call, *given, **more):
    with pytest.raises(Refused) as found:
        call(*given, **more)
    return found.value.reasons


def test_link_and_code_tell_the_kind_of_the_step_and_what_to_show_and_no_more(session, steps, made):
    _link, token, code = made

    assert supplier_links.look(session, token, f"{code[:4]} {code[4:]}") == Asked(
        steps[0].type, "The machine in the shop"
    )


def test_what_a_supplier_sent_is_no_proof_until_the_partner_says_so(cast, session, case, steps, made, send):
    link, token, code = made
    document = send(token, code)
    before = documents.of_milestone(session, steps[0].id)
    waiting = supplier_links.waiting(session, cast.petros)
    to_look_at = desk.tasks_of(session, [case.id], viewer=cast.clara)

    supplier_links.confirm(session, link, words=link.words, by=cast.petros)

    told = [(one.act, one.actor_id, one.note) for one in reversed(journal.of_case(session, case.id))][-3:]
    assert (before, waiting, desk.Task.DOCUMENT in to_look_at[case.id]) == ([], [(link, case)], False)
    assert (steps[0].state, steps[0].report) == (MilestoneState.REPORTED, "Here it is")
    assert documents.of_milestone(session, steps[0].id) == [document]
    assert supplier_links.senders(session, case) == {steps[0].id: (link, cast.petros)}
    assert told == [
        (Act.SUPPLIER_LINK_USE, None, "Usta LLC"),
        (Act.SUPPLIER_LINK_CONFIRM, cast.petros.id, "Usta LLC"),
        (Act.MILESTONE_REPORT, cast.petros.id, "Here it is"),
    ]
    assert supplier_links.waiting(session, cast.petros) == []


def test_what_the_partner_does_not_take_counts_for_nothing(cast, session, steps, made, send):
    link, token, code = made
    document = send(token, code)

    supplier_links.refuse(session, link, by=cast.petros)

    assert (document.state, document.milestone_id) == (DocumentState.SUPERSEDED, None)
    assert steps[0].state is MilestoneState.PLANNED
    assert refused(supplier_links.confirm, session, link, words="", by=cast.petros) == [Reason.WRONG_STATE]


def test_while_the_file_is_checked_it_cannot_be_confirmed(cast, session, made, send):
    link, token, code = made
    send(token, code).state = DocumentState.CHECKING

    assert refused(supplier_links.confirm, session, link, words="", by=cast.petros) == [Reason.WRONG_STATE]


def test_a_link_works_once(session, made, send):
    _link, token, code = made
    send(token, code)

    assert refused(supplier_links.look, session, token, code) == WRONG
    assert refused(send, token, code, form="another-form") == WRONG


def test_the_same_form_once_more_changes_nothing(wiring, cast, session, case, made, send):
    link, token, code = made
    document = send(token, code)

    supplier_links.use(session, link, picture(wiring, case, cast.petros), words="Again", form=FORM)

    assert (link.document_id, link.words) == (document.id, "Here it is")
    assert supplier_links.find_used(session, token, FORM) is link
    assert supplier_links.find_used(session, token, "another-form") is None


def test_wrong_unknown_late_and_void_links_and_those_of_other_steps_answer_alike(
    cast, session, case, steps, made
):
    link, token, code = made
    _other, other_token, other_code = make(cast, session, case, steps[1])
    look = supplier_links.look
    answers = [
        refused(look, session, token, other_code),
        refused(look, session, other_token, code),
        refused(look, session, "unknown", code),
        refused(look, session, token, ""),
    ]

    supplier_links.take_back(session, link, by=cast.petros)

    answers.append(refused(look, session, token, code))
    with clock_turned(timedelta(days=9)):
        answers.append(refused(look, session, other_token, other_code))
    assert answers == [WRONG] * 6


@pytest.mark.parametrize(
    ("whose", "name", "value"),
    [
        ("maker", "state", AccountState.FROZEN),
        ("case", "partner_id", None),
        ("case", "state", CaseState.CLOSED),
        ("step", "state", MilestoneState.REPORTED),
    ],
    ids=["maker gone", "sharing over", "case closed", "step reported"],
)
def test_a_link_is_good_only_while_who_made_it_could_report_the_step(
    cast, session, case, steps, made, whose, name, value
):
    setattr({"maker": cast.petros, "case": case, "step": steps[0]}[whose], name, value)
    session.flush()

    assert refused(supplier_links.look, session, made[1], made[2]) == WRONG


def test_five_wrong_codes_close_the_way_for_a_while_also_for_an_unknown_link(session, made):
    for token in (made[1], "unknown"):
        for _ in range(5):
            refused(supplier_links.look, session, token, "00000000 1")
        with pytest.raises(TooMany):
            supplier_links.look(session, token, made[2])


def test_a_new_link_makes_the_one_before_it_void(cast, session, case, steps, made):
    _link, token, code = made

    _newer, new_token, new_code = make(cast, session, case, steps[0])

    assert refused(supplier_links.look, session, token, code) == WRONG
    assert supplier_links.look(session, new_token, new_code).type is steps[0].type


def test_a_used_link_cannot_be_taken_back(cast, session, made, send):
    link, token, code = made
    send(token, code)

    assert refused(supplier_links.take_back, session, link, by=cast.petros) == [Reason.WRONG_STATE]


def test_only_partners_make_links_and_only_for_a_step_of_the_case_that_is_open(cast, session, case, steps):
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    foreign = parts.milestones(session, plans.approved(session, other))[0]

    for by in (cast.amina, cast.clara, cast.mart):
        with pytest.raises(NotAllowed):
            make(cast, session, case, steps[0], by=by)
    with pytest.raises(NotFound):
        make(cast, session, case, foreign)
    grants.advance_milestone(session, steps[0], Act.MILESTONE_MISS, by=cast.clara, note="-")
    grants.advance_milestone(session, steps[0], Act.MILESTONE_WAIVE, by=cast.aino, note="-")
    assert refused(make, cast, session, case, steps[0]) == [Reason.WRONG_STATE]


def test_nothing_of_it_exists_for_another_organisation_nor_after_the_sharing_ended(
    cast, session, case, made, send
):
    link, token, code = made
    send(token, code)

    assert supplier_links.waiting(session, cast.nino) == []
    with pytest.raises(NotFound):
        cases.find(session, case.reference, viewer=cast.nino)
    referrals.end_all(session, case, actor=journal.NOBODY)
    session.flush()
    assert supplier_links.waiting(session, cast.petros) == []
    assert link.is_waiting


def test_of_two_who_use_a_link_at_once_one_does(cast, wiring, session, case, made):
    link_id, pictures = made[0].id, [picture(wiring, case, cast.petros) for _ in range(2)]
    session.commit()

    def use(whole, form):
        def verb(other):
            supplier_links.use(other, other.get_one(SupplierLink, link_id), whole, words="", form=form)

        return verb

    ended = at_once(wiring, *[use(whole, f"form{at}") for at, whole in enumerate(pictures)])

    assert ended == ["done", "told"]


def test_neither_token_nor_code_is_kept(session, made):
    link, token, code = made
    session.flush()

    assert [name for name, value in vars(link).items() if value in (token, code, token.encode())] == []
    assert (len(link.token_hash), len(link.code_hash), len(code)) == (32, 16, 8)
