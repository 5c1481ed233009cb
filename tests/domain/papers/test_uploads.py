"""Files on their way in: every byte that was acknowledged is safe, once, and only its sender goes on."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.adapters.vault import Missing
from portal.db import clock_turned, now
from portal.domain import objects
from portal.domain.cases import CaseState
from portal.domain.documents import Document, DocumentState
from portal.domain.errors import Expired, NotAllowed, NotFound, Reason, Refused
from portal.domain.papers import uploads
from portal.domain.papers.uploads import LASTS, MOST_BYTES, OutOfStep, TooLarge, Upload
from portal.domain.permissions import Act
from portal.domain.support import parts, plans, referrals
from portal.programme import DocumentKind
from portal.queue import Job
from portal.sealing import Unsealable

NAME = "паспорт.jpg"


@pytest.fixture
def case(cast):
    return cast.case()


def _begin(cast, case, *, length=10, kind=DocumentKind.PASSPORT, by=None, **more):
    return uploads.begin(
        cast.session, case, kind=kind, length=length, file_name=NAME, by=by or cast.amina, **more
    )


def _bring(cast, wiring, upload, *pieces):
    for piece in pieces:
        uploads.append(cast.session, upload, uploads.store(wiring.vault, upload, [piece]))


def _read(cast, wiring, upload):
    return b"".join(uploads.read(wiring.vault, upload, uploads.chunks_of(cast.session, upload)))


# --- Bytes ------------------------------------------------------------------------------------------


def test_what_was_acknowledged_is_read_back_as_it_was_sent(cast, case, wiring):
    upload, _token = _begin(cast, case)

    _bring(cast, wiring, upload, b"0123", b"456", b"789")

    assert upload.received == 10
    assert _read(cast, wiring, upload) == b"0123456789"


def test_of_two_requests_with_the_same_bytes_the_second_is_told_where_to_go_on(cast, case, wiring):
    upload, _token = _begin(cast, case)
    first = uploads.store(wiring.vault, upload, [b"01234"])
    second = uploads.store(wiring.vault, upload, [b"01234"])
    uploads.append(cast.session, upload, first)

    with pytest.raises(OutOfStep) as out_of_step:
        uploads.append(cast.session, upload, second)

    assert out_of_step.value.received == 5
    assert _read(cast, wiring, upload) == b"01234"


def test_more_bytes_than_announced_are_not_kept(cast, case, wiring):
    upload, _token = _begin(cast, case, length=4)

    with pytest.raises(TooLarge):
        uploads.store(wiring.vault, upload, [b"01234"])

    assert list(wiring.vault.names("uploads")) == []


def test_a_piece_in_the_place_of_another_is_refused(cast, case, wiring):
    upload, _token = _begin(cast, case)
    _bring(cast, wiring, upload, b"01234", b"56789")
    first, second = uploads.chunks_of(cast.session, upload)

    first.store_name, second.store_name = second.store_name, first.store_name

    with pytest.raises(Unsealable):
        b"".join(uploads.read(wiring.vault, upload, [first, second]))


def test_each_piece_gives_time_for_the_next(cast, case, wiring):
    upload, _token = _begin(cast, case)

    with clock_turned(timedelta(days=6)):
        _bring(cast, wiring, upload, b"01234")
        later = now() + LASTS

    assert abs(upload.expires_at - later) < timedelta(minutes=1)


def test_nothing_is_appended_to_an_upload_that_was_given_up(cast, case, wiring):
    upload, _token = _begin(cast, case)
    chunk = uploads.store(wiring.vault, upload, [b"01234"])
    uploads.forget(cast.session, upload)

    with pytest.raises(NotFound):
        uploads.append(cast.session, upload, chunk)


# --- The last byte ----------------------------------------------------------------------------------


def test_a_complete_file_is_a_document_that_will_be_checked(cast, case, wiring, session):
    upload, _token = _begin(cast, case)
    _bring(cast, wiring, upload, b"0123456789")

    document = uploads.complete(session, upload, case, by=cast.amina)

    session.flush()
    found = (document.kind, document.state, document.size, document.file_name, document.sender_id)
    assert found == (DocumentKind.PASSPORT, DocumentState.CHECKING, 10, NAME, cast.amina.id)
    jobs = session.execute(select(Job.kind, Job.subject_id)).all()
    assert jobs == [(uploads.CHECK_JOB, document.id)]


def test_asked_again_it_is_the_same_document(cast, case, wiring, session):
    upload, _token = _begin(cast, case)
    _bring(cast, wiring, upload, b"0123456789")
    document = uploads.complete(session, upload, case, by=cast.amina)

    again = uploads.complete(session, upload, case, by=cast.amina)

    assert again is document
    assert session.scalar(select(func.count()).select_from(Document)) == 1


def test_a_file_of_which_bytes_are_missing_is_no_document(cast, case, wiring, session):
    upload, _token = _begin(cast, case)
    _bring(cast, wiring, upload, b"012345678")

    with pytest.raises(OutOfStep) as out_of_step:
        uploads.complete(session, upload, case, by=cast.amina)

    assert out_of_step.value.received == 9


def test_a_case_that_was_stopped_meanwhile_takes_no_document(cast, case, wiring, session):
    upload, _token = _begin(cast, case)
    _bring(cast, wiring, upload, b"0123456789")
    case.state = CaseState.WITHDRAWN

    with pytest.raises(Refused) as refused:
        uploads.complete(session, upload, case, by=cast.amina)

    assert refused.value.reasons == [Reason.WRONG_STATE]


# --- Who and what -----------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, MOST_BYTES + 1])
def test_a_file_without_bytes_or_with_too_many_is_not_begun(cast, case, length):
    with pytest.raises(TooLarge):
        _begin(cast, case, length=length)


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.EXPIRED])
def test_a_case_that_is_over_takes_no_documents(cast, state):
    with pytest.raises(Refused) as refused:
        _begin(cast, cast.case(state))

    assert refused.value.reasons == [Reason.WRONG_STATE]


def test_a_case_holds_only_so_many_documents(cast, case, session, programme):
    _begin(cast, case)
    waiting = Document(
        case_id=case.id, kind=DocumentKind.OTHER, sender_id=cast.amina.id, sender_role="migrant", size=1
    )
    waiting.key = bytes(32)
    session.add(waiting)
    session.flush()
    for _ in range(programme.most_documents - 2):
        _begin(cast, case)

    with pytest.raises(Refused) as refused:
        _begin(cast, case)

    assert refused.value.reasons == [Reason.DOCUMENTS_FULL]


def test_an_unassigned_counsellor_adds_nothing(cast):
    case = cast.case(CaseState.IN_REVIEW)

    with pytest.raises(Refused):
        _begin(cast, case, by=cast.kalle)


def test_a_manager_sends_no_documents(cast, case):
    with pytest.raises(NotAllowed):
        _begin(cast, case, by=cast.mart)


def test_a_partner_sends_evidence_of_a_step_of_this_case(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    milestone = parts.milestones(session, plans.latest(session, case))[0]

    upload, _token = _begin(cast, case, kind=DocumentKind.INVOICE, milestone_id=milestone.id, by=cast.petros)

    assert upload.milestone_id == milestone.id


def test_a_partner_sends_nothing_without_a_step(cast):
    case = cast.case(CaseState.REINTEGRATION)

    with pytest.raises(NotFound):
        _begin(cast, case, kind=DocumentKind.INVOICE, by=cast.petros)


def test_a_partner_sends_no_identity_papers(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    milestone = parts.milestones(session, plans.latest(session, case))[0]

    with pytest.raises(NotAllowed):
        _begin(cast, case, kind=DocumentKind.PASSPORT, milestone_id=milestone.id, by=cast.petros)


def test_a_step_of_another_case_does_not_exist_here(cast, case, session):
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    milestone = parts.milestones(session, plans.latest(session, other))[0]

    with pytest.raises(NotFound):
        _begin(cast, case, milestone_id=milestone.id)


# --- The address ------------------------------------------------------------------------------------


def test_the_sender_finds_the_upload_by_its_address(cast, case, session):
    upload, token = _begin(cast, case)

    assert uploads.find(session, token, by=cast.amina) == (upload, case)


def test_nobody_else_finds_it(cast, case, session):
    _upload, token = _begin(cast, case)

    with pytest.raises(NotFound):
        uploads.find(session, token, by=cast.giorgi)


def test_a_partner_who_lost_the_case_lost_the_upload(cast, session):
    case = cast.case(CaseState.REINTEGRATION)
    milestone = parts.milestones(session, plans.latest(session, case))[0]
    _upload, token = _begin(cast, case, kind=DocumentKind.INVOICE, milestone_id=milestone.id, by=cast.petros)

    referrals.advance(
        session, referrals.of_case(session, case)[0], Act.REFERRAL_REVOKE, by=cast.migrant_of(case)
    )

    with pytest.raises(NotFound):
        uploads.find(session, token, by=cast.petros)


def test_an_upload_that_nobody_finished_for_too_long_has_expired(cast, case, session):
    _upload, token = _begin(cast, case)

    with clock_turned(LASTS + timedelta(minutes=1)), pytest.raises(Expired):
        uploads.find(session, token, by=cast.amina)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("جواز السفر.pdf", "جواز السفر.pdf"),
        ("C:\\Users\\amina\\паспорт.jpg", "паспорт.jpg"),
        ("../../etc/passwd", "passwd"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\r\nc.jpg", "abc.jpg"),
        ("", "file"),
        ("///", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_file_name_keeps_its_script_and_nothing_that_misleads(written, kept):
    assert uploads.clean_name(written) == kept


# --- Afterwards -------------------------------------------------------------------------------------


def _document(cast, case, wiring):
    upload, token = _begin(cast, case)
    _bring(cast, wiring, upload, b"0123456789")
    return upload, token, uploads.complete(cast.session, upload, case, by=cast.amina)


def test_after_the_check_neither_bytes_nor_key_are_left_but_the_sender_may_still_ask(
    cast, case, wiring, session
):
    upload, token, document = _document(cast, case, wiring)

    uploads.release(session, upload)

    session.flush()
    assert uploads.sources_of(session, document) == []
    assert uploads.chunks_of(session, upload) == []
    assert uploads.find(session, token, by=cast.amina)[0].received == 10


def test_an_upload_is_not_forgotten_while_its_document_is_checked(cast, case, wiring, session):
    upload, _token, _checked = _document(cast, case, wiring)

    with pytest.raises(Refused):
        uploads.forget(session, upload)


def test_what_is_forgotten_is_named_so_that_it_can_be_removed(cast, case, wiring, session):
    upload, _token = _begin(cast, case)
    _bring(cast, wiring, upload, b"01234", b"567")

    names = uploads.forget(session, upload)

    assert sorted(names) == sorted(wiring.vault.names("uploads"))
    assert session.scalar(select(func.count()).select_from(Upload)) == 0


def test_expired_are_those_nobody_finished_and_those_long_since_checked(cast, case, wiring, session):
    begun, _token = _begin(cast, case)
    checking, _token, _checked = _document(cast, case, wiring)
    done, _token, _checked = _document(cast, case, wiring)
    uploads.release(session, done)
    session.flush()

    with clock_turned(LASTS + timedelta(minutes=1)):
        assert set(uploads.expired(session)) == {begun, done}
    assert uploads.expired(session) == []
    assert checking.document_id is not None


def test_an_object_is_an_orphan_when_no_row_knows_it_and_there_was_time_to_write_one(
    cast, case, wiring, session
):
    upload, _token = _begin(cast, case)
    _bring(cast, wiring, upload, b"01234")
    known = uploads.chunks_of(session, upload)[0]
    known.store_name = "uploads/0000000000000001-00000000000000aa"
    session.flush()
    old, young = "uploads/0000000000000002-00000000000000bb", objects.new_name("uploads")

    found = uploads.orphans(session, [known.store_name, old, young, "uploads/somebody-elses"])

    assert found == [old]


def test_a_lost_object_is_missing_and_not_an_empty_file(cast, case, wiring, session):
    upload, _token = _begin(cast, case)
    _bring(cast, wiring, upload, b"01234")
    wiring.vault.delete(uploads.chunks_of(session, upload)[0].store_name)

    with pytest.raises(Missing):
        _read(cast, wiring, upload)
